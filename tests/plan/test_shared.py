"""Reads of one kind that are asked at the same time share an opening; what each is told stays its own."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import Callable, Coroutine, Iterator, Sequence
from typing import Any
from uuid import UUID

import orjson
import psycopg
import pytest
from graphql import DocumentNode, ExecutionResult, parse

import projections.shared
from ops.demo_world import BY_KEY
from projections.joined import joined
from projections.pipeline import Call, Failed, Lost, Pipelines, Statement
from projections.shared import MOST, UNDER_WAY, Results, Shared
from schema.execution import Execution
from tests.database import Database, Postgres, database_of
from tests.plan.comparing import ROLES, Reading
from tests.plan.operations import Drawing, Known
from tests.plan.test_pipeline import DEADLINE_S, ECHO, SLEEP, until

BEGAN = Statement(b"select transaction_timestamp(), pg_backend_pid()")
OPENED = Statement(b"select set_config('app.probe', $1, true)")
FOUND = Statement(b"select current_setting('app.probe')")

Ones = Shared[str, bytes]


@pytest.fixture(scope="module")
def own(postgres: Postgres, founded_template: Database) -> Iterator[Database]:
    """A database for itself."""
    with database_of(postgres, founded_template.name) as clone:
        yield clone


RANDOM, AT_ONCE = 120, 6
"""Documents drawn, and how often each is asked for in one moment."""


def _opening(kind: str, requests: Sequence[bytes]) -> Call:
    """Says who asks, and what all of them ask for."""
    return OPENED, (b"%b: %b" % (kind.encode(), b" ".join(requests)),)


def sharing(own: Database, story: Callable[[Pipelines, Ones], Coroutine[Any, Any, None]]) -> None:
    """Runs a story of requests of one kind or several."""

    async def whole() -> None:
        pipelines = Pipelines(own.reader_dsn, size=2, name="shared under test")
        await pipelines.open()
        try:
            async with asyncio.timeout(DEADLINE_S * 3):
                await story(pipelines, Ones(pipelines, _opening))
        finally:
            await pipelines.close()

    asyncio.run(whole())


def test_what_is_asked_at_once_by_one_is_one_transaction_and_each_has_its_own_answer(
    own: Database,
) -> None:
    async def story(_pipelines: Pipelines, ones: Ones) -> None:
        asked = [b"%d" % n for n in range(MOST)]
        puts = [ones.put("one", n, [(ECHO, (n,)), (BEGAN, ())]) for n in asked]
        answers = await asyncio.gather(*puts)
        assert [echoed.texts()[0][0] for _, (echoed, _) in answers] == [n.decode() for n in asked]
        assert len({began.texts()[0] for _, (_, began) in answers}) == 1
        assert not ones._kinds

    sharing(own, story)


def test_two_who_ask_at_once_never_share(own: Database) -> None:
    async def story(_pipelines: Pipelines, ones: Ones) -> None:
        asked = [(kind, b"%d" % n) for n in range(40) for kind in ("one", "other")]
        puts = [ones.put(kind, n, [(FOUND, ()), (BEGAN, ())]) for kind, n in asked]
        began = dict[Any, set[str]]()
        for (kind, n), (_, rows) in zip(asked, await asyncio.gather(*puts), strict=True):
            found, at = (each.texts()[0] for each in rows)
            opened_for, _, requests = str(found[0]).partition(": ")
            assert opened_for == kind
            assert n.decode() in requests.split()
            began.setdefault(at, set()).add(kind)
        assert all(len(kinds) == 1 for kinds in began.values())

    sharing(own, story)


def test_whoever_asks_while_some_are_on_their_way_waits_for_one_of_them(own: Database) -> None:
    async def story(_pipelines: Pipelines, ones: Ones) -> None:
        ended: list[str] = []

        def put(name: str, kind: str, call: Call) -> asyncio.Future[Results]:
            made = ones.put(kind, name.encode(), [call])
            made.add_done_callback(lambda _: ended.append(name))
            return made

        slow = []
        for _ in range(UNDER_WAY):
            slow.append(put("slow", "one", (SLEEP, (b"0.2",))))
            await asyncio.sleep(0)
        late = [put("late", "one", (BEGAN, ())) for _ in range(MOST)]
        answers = await asyncio.gather(*late)
        assert ended.index("late") > ended.index("slow")
        assert len({began.texts()[0] for _, (began,) in answers}) == 1
        await asyncio.gather(*slow)

    sharing(own, story)


def test_an_error_among_many_is_of_one(own: Database) -> None:
    async def story(_pipelines: Pipelines, ones: Ones) -> None:
        asked = [b"1", b"x", b"3", b"y"]
        puts = [ones.put("one", n, [(ECHO, (n,))]) for n in asked]
        answers = await asyncio.gather(*puts, return_exceptions=True)
        for n, answer in zip(asked, answers, strict=True):
            if n.isdigit():
                assert not isinstance(answer, BaseException)
                assert answer[1][0].texts() == [(n.decode(),)]
            else:
                assert isinstance(answer, Failed)
                assert answer.sqlstate == "22P02"
        _, (again,) = await ones.put("one", b"5", [(ECHO, (b"5",))])
        assert again.texts() == [("5",)]
        assert not ones._kinds

    sharing(own, story)


def test_what_takes_too_long_for_many_is_asked_by_each_for_itself(own: Database) -> None:
    """Half a second together: too much for whoever gives a statement a fifth of one. What others were asking together
    at that moment is told them each for itself, as ever."""
    in_time = Statement(b"select set_config('statement_timeout', $1, true)")
    slow = Statement(b"select $1::text, pg_sleep(0.1)", frozenset({1}))
    asked = [b"%d" % n for n in range(5)]

    async def story(pipelines: Pipelines, _ones: Ones) -> None:
        ones = Ones(pipelines, lambda kind, _requests: (in_time, (kind.encode(),)))
        await ones.put("9000", b"0", [(slow, (b"0",))])
        for joins in (True, False):
            assert (joined([(slow, (n,)) for n in asked]) is not None) == joins
            puts = [ones.put(ms, n, [(slow, (n,))]) for ms in ("9000", "200") for n in asked]
            answers = await asyncio.gather(*puts)
            assert [rows.texts() for _, (rows,) in answers] == [
                [(n.decode(), "")] for n in asked * 2
            ]

    sharing(own, story)


def test_what_goes_wrong_before_it_is_sent_is_told_to_whoever_asked_and_holds_nobody(
    own: Database,
) -> None:
    no_value: Any = "no bytes"

    async def story(pipelines: Pipelines, ones: Ones) -> None:
        for _ in range(UNDER_WAY + 1):
            with pytest.raises(TypeError):
                await ones.put("one", no_value, [(ECHO, (b"1",))])
        right = ones.put("one", b"1", [(ECHO, (b"1",))])
        wrong = ones.put("one", b"2", [(ECHO, (no_value,))])
        answers = await asyncio.gather(right, wrong, return_exceptions=True)
        assert isinstance(answers[1], TypeError)
        await until(lambda: all(pipeline.is_open for pipeline in pipelines._all))
        _, (again,) = await ones.put("one", b"3", [(ECHO, (b"3",))])
        assert again.texts() == [("3",)]
        assert not ones._kinds

    sharing(own, story)


def test_whoever_goes_away_is_left_out_and_keeps_nobody(own: Database) -> None:
    async def story(_pipelines: Pipelines, ones: Ones) -> None:
        puts = [ones.put("one", b"%d" % n, [(FOUND, ())]) for n in range(3)]
        puts[1].cancel()
        answers = await asyncio.gather(puts[0], puts[2])
        assert {found.texts()[0][0] for _, (found,) in answers} == {"one: 0 2"}
        (alone,) = [ones.put("one", b"7", [(FOUND, ())])]
        alone.cancel()
        await until(lambda: not ones._kinds)

    sharing(own, story)


def test_what_is_lost_is_lost_for_all_and_comes_back(own: Database) -> None:
    pid = Statement(b"select pg_backend_pid()")

    async def story(pipelines: Pipelines, ones: Ones) -> None:
        puts = [ones.put("one", b"%d" % n, [(SLEEP, (b"20",))]) for n in range(3)]
        with psycopg.connect(own.admin_dsn, autocommit=True) as admin:
            await asyncio.sleep(0)
            for pipeline in pipelines._all:
                if not pipeline.load:
                    continue
                assert pipeline._pg is not None
                admin.execute("select pg_terminate_backend(%s)", (pipeline._pg.backend_pid,))
        answers = await asyncio.gather(*puts, return_exceptions=True)
        assert all(isinstance(answer, (Lost, Failed)) for answer in answers)
        await until(lambda: all(pipeline.is_open for pipeline in pipelines._all))
        _, (told,) = await ones.put("one", b"1", [(pid, ())])
        assert told.count == 1
        await pipelines.close()
        with pytest.raises(Lost):
            await ones.put("one", b"1", [(pid, ())])
        assert not ones._kinds

    sharing(own, story)


CHILD: DocumentNode = parse(
    "query ($id: UUID!) { child(id: $id) { childId name address tier "
    "timeline(first: 5) { nodes { position name } } workItems { taskId queue } } }"
)
WHO = ("fj_township", "fj_director", "fj_mother", "fj_police", "cn_township")


def test_many_asked_at_once_are_told_and_journaled_as_one_after_another(reading: Reading) -> None:
    """All the children of the demo, asked for by several people in one moment."""
    children = reading.ids("select child_id from read.child order by 1")
    execution = Execution(reading.schema, plans=reading.plans)
    asked = [(key, child) for child in children for key in WHO]
    opened = Counter[int]()

    async def one(key: str, child: UUID) -> tuple[bytes, tuple[str, ...]]:
        context = reading.context(BY_KEY[key])
        result: ExecutionResult = await execution.execute(CHILD, None, {"id": str(child)}, context)
        assert result.errors is None
        looks = reading.admin.execute(
            "select subject_id, outcome, classes, withheld from sec.access_look where trace_id = %s "
            "order by 1, 2, 3, 4",
            (context.trace_id,),
        )
        told = orjson.dumps([result.data, (result.extensions or {}).get("redactions")])
        return told, tuple(map(str, looks.fetchall()))

    async def at_once() -> list[tuple[bytes, tuple[str, ...]]]:
        shared = reading.plans._shared
        assert shared is not None
        real = shared._opening

        def counted(kind: Any, reads: Any) -> Call:
            opened[len(reads)] += 1
            return real(kind, reads)

        shared._opening = counted
        try:
            async with asyncio.timeout(120):
                return await asyncio.gather(*(one(*each) for each in asked))
        finally:
            shared._opening = real

    async def in_turn() -> list[tuple[bytes, tuple[str, ...]]]:
        return [await one(*each) for each in asked]

    together = reading.loop.run_until_complete(at_once())
    assert sum(opened) < len(asked) / 2, "they shared openings"
    apart = reading.loop.run_until_complete(in_turn())
    assert together == apart
    assert len(set(apart)) > len(children), "they see different things"


def test_random_documents_asked_at_once_are_told_as_one_after_another(
    reading: Reading, known: Known, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What they ask alike is one statement for all, with the values of each; answers and journal are as ever."""
    alike = Counter[bool]()

    def counted(calls: Sequence[Call]) -> Call | None:
        made = joined(calls)
        alike[made is not None and len(calls) > 1] += 1
        return made

    monkeypatch.setattr(projections.shared, "joined", counted)
    for seed in range(5_000, 5_000 + RANDOM):
        drawn = Drawing(reading.schema, known, seed).operation()
        chance, who = random.Random(seed), ROLES[seed % len(ROLES)]  # noqa: S311 - drawn again the same
        asked = [drawn.varied(chance) for _ in range(AT_ONCE)]
        apart = [
            reading.by(Execution(reading.schema, plans=reading.plans), who, drawn.text, v)
            for v in asked
        ]
        together = reading.at_once(who, drawn.text, asked)
        for one, other, given in zip(apart, together, asked, strict=True):
            assert one.body == other.body, (who.key, drawn.text, given)
            if b'"errors"' not in one.body:  # what is looked at beside an error is chance
                assert one.journal == other.journal, (who.key, drawn.text, given)
    assert alike[True] > RANDOM / 2, alike
