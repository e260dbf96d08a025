"""Pipelined connections: what one request sets, breaks or waits for is its own."""

from __future__ import annotations

import asyncio
from array import array
from collections.abc import Callable, Coroutine, Iterator
from fcntl import ioctl
from termios import FIONREAD
from time import monotonic
from typing import Any

import psycopg
import pytest

from ops.demo_world import BY_KEY
from ops.platform import Platform, compose, retell_all
from projections import pipeline as pipeline_module
from projections.pipeline import (
    ONE_SNAPSHOT,
    OPTIONS,
    Call,
    Failed,
    Lost,
    Pipeline,
    Pipelines,
    Statement,
    texts,
)
from schema.context import wall_clock
from schema.plan.run import OPENS, Scoped
from schema.signin import assignment_of
from tests.database import Database, Postgres, database_of
from tests.journeys.wire import local
from tests.journeys.world import SECRETS, Clock, ways_of

UNITS = Statement(b"select count(*) from unit")
SCOPE = Statement(
    b"select coalesce(substr(sec.kept(), strpos(sec.kept(), chr(10))), '')"  # behind its first line
)
ECHO = Statement(b"select $1::int")
LONG = Statement(b"select repeat('x', $1::int)")
SLEEP = Statement(b"select pg_sleep($1::float8)")
ONLY_READS = Statement(b"select set_config('default_transaction_read_only', 'on', false)")
WRITES = Statement(b"update read.unit set unit_id = unit_id where false")
DEADLINE_S = 20.0


@pytest.fixture(scope="module")
def own(postgres: Postgres, founded_template: Database) -> Iterator[Database]:
    """A database whose read models may be swapped."""
    with database_of(postgres, founded_template.name) as clone:
        yield clone


@pytest.fixture(scope="module")
def platform(own: Database) -> Iterator[Platform]:
    """The platform over it, for scopes."""
    made = compose(ways_of(own), SECRETS, now=Clock(local("2025-06-02 08:00")))
    yield made
    made.close()


def opened(platform: Platform, key: str) -> Call:
    """The scope of a demo person, as a segment begins with it."""
    services, who = platform.services, BY_KEY[key]
    assignment = assignment_of(services, who.assignment_id)
    assert assignment is not None
    scoped = Scoped(services.gate(), assignment, who.purpose)
    return OPENS, scoped.opens(services.scope_key, wall_clock(), services.now())


def running(
    own: Database, story: Callable[[Pipelines], Coroutine[Any, Any, None]], size: int = 1
) -> None:
    """Runs a story on pipelines of the reader's role."""

    async def whole() -> None:
        pipelines = Pipelines(own.reader_dsn, size=size, name="pipelines under test")
        await pipelines.open()
        try:
            async with asyncio.timeout(DEADLINE_S * 3):
                await story(pipelines)
        finally:
            await pipelines.close()

    asyncio.run(whole())


async def until(holds: Callable[[], bool]) -> None:
    """Waits for a condition, up to the deadline."""
    async with asyncio.timeout(DEADLINE_S):
        while not holds():  # noqa: ASYNC110 - what is waited for has no event
            await asyncio.sleep(0.01)


async def cell(pipelines: Pipelines, *calls: Call) -> str | None:
    """The last statement's one value."""
    results = await pipelines.put(calls)
    return texts(results[-1])[0][0]


def test_a_scope_ends_with_its_segment(own: Database, platform: Platform) -> None:
    opens = opened(platform, "fj_township")

    async def story(pipelines: Pipelines) -> None:
        seen = await cell(pipelines, opens, (UNITS, ()))
        assert int(seen or 0) > 0
        for _ in range(3):
            assert await cell(pipelines, (UNITS, ())) == "0"
            assert await cell(pipelines, (SCOPE, ())) == ""

    running(own, story)


def test_segments_of_different_people_do_not_mix(own: Database, platform: Platform) -> None:
    people = ("fj_township", "fj_mother", "cn_head", "fj_police")
    opens = {key: opened(platform, key) for key in people}

    async def story(pipelines: Pipelines) -> None:
        puts = [
            (key, pipelines.put([opens[key], (SCOPE, ())] if key else [(SCOPE, ())]))
            for _ in range(100)
            for key in (*people, None)
        ]
        for key, put in puts:
            told = texts((await put)[-1])[0][0]
            expected = opens[key][1][0] if key else b""
            assert (told or "").encode() == expected

    running(own, story)


def test_an_error_is_of_its_segment_alone(own: Database, platform: Platform) -> None:
    opens = opened(platform, "fj_township")

    async def story(pipelines: Pipelines) -> None:
        first = pipelines.put([opens, (ECHO, (b"1",))])
        broken = pipelines.put([opens, (ECHO, (b"x",)), (UNITS, ())])
        last = pipelines.put([(ECHO, (b"3",)), (SCOPE, ())])
        assert texts((await first)[-1]) == [("1",)]
        with pytest.raises(Failed) as failed:
            await broken
        assert failed.value.sqlstate == "22P02"
        assert [texts(r) for r in await last] == [[("3",)], [("",)]]
        assert await cell(pipelines, (ECHO, (b"4",))) == "4"

    running(own, story)


def test_a_statement_that_cannot_be_prepared_fails_and_is_forgotten(own: Database) -> None:
    nonsense = Statement(b"select nothing from nowhere")

    async def story(pipelines: Pipelines) -> None:
        for _ in range(2):
            with pytest.raises(Failed):
                await pipelines.put([(nonsense, ())])
            assert await cell(pipelines, (ECHO, (b"5",))) == "5"

    running(own, story)


def test_a_lost_connection_fails_what_was_in_flight_and_comes_back(own: Database) -> None:
    pid = Statement(b"select pg_backend_pid()")

    async def story(pipelines: Pipelines) -> None:
        old = await cell(pipelines, (pid, ()))
        waiting = pipelines.put([(SLEEP, (b"20",))])
        with psycopg.connect(own.admin_dsn, autocommit=True) as admin:
            admin.execute("select pg_terminate_backend(%s)", (int(old or 0),))
        with pytest.raises((Lost, Failed)):
            await waiting
        (pipeline,) = pipelines._all
        await until(lambda: pipeline.is_open)
        assert await cell(pipelines, (pid, ())) != old

    running(own, story)


def test_read_models_swapped_under_a_prepared_statement(own: Database, platform: Platform) -> None:
    opens = opened(platform, "fj_township")

    async def story(pipelines: Pipelines) -> None:
        before = await cell(pipelines, opens, (UNITS, ()))
        await asyncio.to_thread(retell_all, ways_of(own), SECRETS, lambda _: None)
        answers = []
        for _ in range(2):
            try:
                answers.append(await cell(pipelines, opens, (UNITS, ())))
            except Failed:
                answers.append(None)
        assert answers[-1] == before

    running(own, story)


def test_nobody_waits_for_a_slow_segment_but_its_own_connection(own: Database) -> None:
    async def story(pipelines: Pipelines) -> None:
        slow = pipelines.put([(SLEEP, (b"0.5",))])
        answered = 0
        while not slow.done():
            await cell(pipelines, (ECHO, (b"1",)))
            answered += 1
        await slow
        assert answered > 1

    running(own, story, size=2)


def test_a_server_that_does_not_answer_holds_nobody(own: Database) -> None:
    async def whole() -> None:
        pipeline = Pipeline(
            own.reader_dsn, name="impatient", options=OPTIONS + ONE_SNAPSHOT, limit_s=0.3
        )
        await pipeline.open()
        try:
            with pytest.raises(Lost):
                await pipeline.put([(SLEEP, (b"30",))])
            await until(lambda: pipeline.is_open)
            assert texts((await pipeline.put([(ECHO, (b"1",))]))[0]) == [("1",)]
        finally:
            await pipeline.close()

    asyncio.run(whole())


def test_a_session_that_may_only_read_is_followed_by_another(own: Database) -> None:
    """It stays so for as long as it lasts, whatever has become of the database meanwhile."""

    async def whole() -> None:
        pipeline = Pipeline(own.writer_dsn, name="writer", options="")
        await pipeline.open()
        try:
            await pipeline.put([(ONLY_READS, ())])
            with pytest.raises(Failed, match="25006"):
                await pipeline.put([(WRITES, ())])
            await until(lambda: pipeline.is_open)
            await pipeline.put([(WRITES, ())])
        finally:
            await pipeline.close()

    asyncio.run(whole())


def test_a_value_or_a_moment_that_is_wrong_costs_no_statement(own: Database) -> None:
    kept = Statement(b"select count(*) from pg_prepared_statements")
    short = Statement(b"select set_config('statement_timeout', '1', true)")

    async def story(pipelines: Pipelines) -> None:
        await pipelines.put([(ECHO, (b"1",)), (short, ()), (SLEEP, (b"0",))])
        before = await cell(pipelines, (kept, ()))
        for wrong in ([(ECHO, (b"x",))], [(short, ()), (SLEEP, (b"5",))]):
            with pytest.raises(Failed):
                await pipelines.put(wrong)
            await pipelines.put([(ECHO, (b"1",)), (SLEEP, (b"0",))])
        assert await cell(pipelines, (kept, ())) == before

    running(own, story)


def test_what_was_sent_in_part_begins_nobody_elses_segment(own: Database) -> None:
    async def story(pipelines: Pipelines) -> None:
        no_value: Any = "no bytes"
        with pytest.raises(TypeError):
            pipelines.put([(ECHO, (b"1",)), (ECHO, (no_value,))])
        await until(lambda: pipelines._all[0].is_open)
        assert [texts(r) for r in await pipelines.put([(ECHO, (b"2",))])] == [[("2",)]]

    running(own, story)


def test_statements_beyond_the_most_make_room(
    own: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pipeline_module, "PREPARED_MAX", 4)
    kept = Statement(b"select count(*) from pg_prepared_statements where name <> ''")
    numbered = [Statement(b"select %d" % n) for n in range(12)]

    async def story(pipelines: Pipelines) -> None:
        for start in range(9):
            calls = [(s, ()) for s in numbered[start : start + 3]]
            results = await pipelines.put([(kept, ()), *calls])
            assert [texts(r)[0][0] for r in results[1:]] == [str(start + i) for i in range(3)]
            assert int(texts(results[0])[0][0] or 0) <= 4

    running(own, story)


def test_whoever_gives_up_waiting_disturbs_nobody(own: Database) -> None:
    async def story(pipelines: Pipelines) -> None:
        given_up = pipelines.put([(ECHO, (b"1",))])
        given_up.cancel()
        assert await cell(pipelines, (ECHO, (b"2",))) == "2"

    running(own, story)


def test_long_answers_and_long_values_pass(own: Database) -> None:
    many = Statement(b"select repeat($1, 1000) from generate_series(1, 100)")

    async def story(pipelines: Pipelines) -> None:
        puts = [pipelines.put([(many, (b"x" * 50,))]) for _ in range(4)]
        for put in puts:
            rows = texts((await put)[0])
            assert len(rows) == 100
            assert len(rows[0][0] or "") == 50_000

    running(own, story)


def arrived(fd: int, size: int) -> None:
    """Waits, and holds the loop with it, until so much has arrived and was not read."""
    found, end = array("i", [0]), monotonic() + DEADLINE_S
    while found[0] < size:
        assert monotonic() < end, f"{found[0]} of {size} bytes"
        ioctl(fd, FIONREAD, found)


def test_all_that_has_arrived_is_read_in_one_turn(own: Database) -> None:
    """A loop that is busy refusing others has few turns: an answer must not need one for each piece of it."""

    async def story(pipelines: Pipelines) -> None:
        (pipeline,) = pipelines._all
        await cell(pipelines, (LONG, [b"1"]))  # prepared
        answer = pipelines.put([(LONG, [b"64000"])])
        await asyncio.sleep(0)
        arrived(pipeline._fd, 64_000)
        await asyncio.sleep(0)  # what is there is heard of
        await asyncio.sleep(0)  # and was read
        assert answer.done()

    running(own, story)
