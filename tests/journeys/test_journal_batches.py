"""When a batch of looks leaves, two on their way at once, and what becomes of one when the other is in trouble."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Coroutine, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from uuid import UUID, uuid4

import psycopg
import pytest

from projections import notes as batches
from projections import pipeline
from projections.journal import ABSENT
from projections.notes import Notes
from projections.pipeline import Failed, Lost
from tests.database import Database, Postgres, database_of
from tests.journeys.looking import SEAL, Journal, looks_at

DEADLINE_S = 120.0
LONG_S = DEADLINE_S * 10
"""Longer than any test: what waits for this long never comes by the clock."""
LANE = "128 + %s %% 64"


@pytest.fixture(scope="module")
def journal(postgres: Postgres, founded_template: Database) -> Iterator[Journal]:
    with database_of(postgres, founded_template.name) as clone:
        yield Journal(clone)


@pytest.fixture(autouse=True)
def unhurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing here ends because time has passed."""
    monkeypatch.setattr(batches, "GATHER_S", LONG_S)
    monkeypatch.setattr(pipeline, "OPTIONS", "-c timezone=UTC")


@dataclass
class Writing:
    """Notes over their connections, and the children whose looks are put."""

    journal: Journal
    notes: Notes

    def put(self, *children: UUID, broken: bool = False) -> asyncio.Task[None]:
        """One request's looks, put by a task of its own."""
        looks = looks_at(*children)
        if broken:
            looks = looks.replace("child_director", ABSENT)
        return asyncio.get_running_loop().create_task(self.notes.put(looks))

    @contextmanager
    def held(self) -> Iterator[int]:
        """The lane of the connection that is taken first cannot move meanwhile; gives the connection's process."""
        first = self.notes._pipelines._all[0]._pg  # which of the two it is
        assert first is not None
        with psycopg.connect(self.journal.database.admin_dsn) as conn:
            lock = f"select from sec.journal_head where lane = {LANE} for update"
            conn.execute(lock.encode(), (first.backend_pid,))
            yield first.backend_pid


@asynccontextmanager
async def writing(journal: Journal) -> AsyncIterator[Writing]:
    """Open, with two connections that write in two lanes."""
    while True:
        notes = Notes(journal.database.reader_dsn, SEAL)
        for one in notes._pipelines._all:
            one._limit_s = LONG_S
        await notes.open()
        processes = [one._pg.backend_pid for one in notes._pipelines._all if one._pg is not None]
        if len({process % 64 for process in processes}) == batches.BATCHES:
            break
        await notes.close()
    try:
        async with asyncio.timeout(DEADLINE_S):
            yield Writing(journal, notes)
    finally:
        await notes.close()


async def turned() -> None:
    """All that is due in the loop now is done."""
    for _ in range(5):
        await asyncio.sleep(0)


def told(story: Coroutine[None, None, None]) -> None:
    asyncio.run(story)


def link_of(journal: Journal, child: UUID) -> tuple[int, bytes]:
    """Lane and hash of the one look at a child."""
    query = "select lane, hash from sec.access_journal where %s = any(subjects)"
    ((lane, value),) = journal.sql(query, child)
    return lane, value


def whole(journal: Journal) -> bool:
    return journal.sql("select * from sec.journal_faults()") == []


def test_a_batch_leaves_when_those_who_wait_are_no_fewer_than_those_who_come(
    journal: Journal,
) -> None:
    early, late, after, alone = (uuid4() for _ in range(4))

    async def story() -> None:
        async with writing(journal) as w:
            with w.notes.coming():
                with w.notes.coming():
                    first = w.put(early)
                    await turned()
                    assert w.notes._under_way == []  # two come, one waits
                    second = w.put(late)
                await asyncio.gather(first, second)  # though one still comes
                third = w.put(after)
                await third
            await w.put(alone)

    told(story())
    assert link_of(journal, early) == link_of(journal, late)
    assert len({link_of(journal, child) for child in (early, after, alone)}) == 3


def test_whoever_comes_and_has_nothing_to_put_holds_nobody_up(journal: Journal) -> None:
    child = uuid4()

    async def story() -> None:
        async with writing(journal) as w:
            with w.notes.coming(), w.notes.coming():
                put = w.put(child)
                await turned()
            await put

    told(story())
    assert len(journal.written(child)) == 1


def test_no_batch_is_larger_than_the_most(
    journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batches, "MOST", 4)
    children = [uuid4() for _ in range(11)]

    async def story() -> None:
        async with writing(journal) as w:
            await asyncio.gather(*(w.put(child) for child in children))

    told(story())
    links = [link_of(journal, child) for child in children]
    assert sorted(links.count(link) for link in set(links)) == [3, 4, 4]
    assert whole(journal)


def test_the_next_batch_leaves_beside_one_on_its_way_if_it_is_worth_it(journal: Journal) -> None:
    slow = [uuid4() for _ in range(4)]
    fast, more, little = uuid4(), uuid4(), uuid4()

    async def story() -> None:
        async with writing(journal) as w:
            with w.held():
                first = [w.put(child) for child in slow]
                await turned()
                one = w.put(fast)
                await turned()
                assert len(w.notes._under_way) == 1  # one beside four: not worth it
                await asyncio.gather(one, w.put(more))
                assert not any(put.done() for put in first)
                assert journal.written(slow[0]) == []
                third = w.put(little)
                await turned()
                assert not third.done()
            await asyncio.gather(*first, third)

    told(story())
    assert link_of(journal, fast) == link_of(journal, more)
    assert link_of(journal, fast)[0] != link_of(journal, slow[0])[0]
    assert len({link_of(journal, child) for child in slow}) == 1
    assert whole(journal)


def test_a_third_batch_waits_until_one_of_two_has_ended(journal: Journal) -> None:
    slow, beside, third = uuid4(), uuid4(), uuid4()

    async def story() -> None:
        async with writing(journal) as w:
            with w.held():
                first = w.put(slow)
                await turned()
                second = w.put(beside)
                await turned()
                assert len(w.notes._under_way) == batches.BATCHES
                last = w.put(third)
                await turned()
                assert len(w.notes._under_way) == batches.BATCHES
                await asyncio.gather(second, last)
            await first

    told(story())
    assert whole(journal)


def test_batches_in_two_lanes_tell_every_look_once_and_their_chain_holds(journal: Journal) -> None:
    children = [uuid4() for _ in range(200)]

    async def reader(w: Writing, mine: list[UUID]) -> None:
        for child in mine:
            with w.notes.coming():
                await asyncio.sleep(0)
            await w.put(child)

    async def story() -> None:
        async with writing(journal) as w:
            await asyncio.gather(*(reader(w, children[n::20]) for n in range(20)))

    told(story())
    found = journal.sql(
        "select lane, seq from sec.access_journal where subjects && %s order by id", children
    )
    assert len(found) == len(set(found)) == len(children)
    for lane in {lane for lane, _ in found}:
        numbers = [seq for its, seq in found if its == lane]
        assert sorted(numbers) == list(range(min(numbers), max(numbers) + 1))
    assert whole(journal)


def test_a_fault_in_one_of_two_batches_is_its_own(journal: Journal) -> None:
    good, bad, beside = uuid4(), uuid4(), uuid4()

    async def story() -> None:
        async with writing(journal) as w:
            with w.held():
                first = [w.put(good), w.put(bad, broken=True)]
                await turned()
                await w.put(beside)
                assert not any(put.done() for put in first)
            done = await asyncio.gather(*first, return_exceptions=True)
            assert done[0] is None
            assert isinstance(done[1], Failed)

    told(story())
    assert [len(journal.written(child)) for child in (good, bad, beside)] == [1, 0, 1]
    assert whole(journal)


def test_a_connection_lost_in_between_loses_its_own_batch_alone(journal: Journal) -> None:
    lost, beside, after = uuid4(), uuid4(), uuid4()

    async def story() -> None:
        async with writing(journal) as w:
            with w.held() as process:
                first = w.put(lost)
                await turned()
                second = w.put(beside)
                await turned()
                journal.sql("select pg_terminate_backend(%s)", process)
                with pytest.raises(Lost):
                    await first
                await second
                await w.put(after)

    told(story())
    assert [len(journal.written(child)) for child in (lost, beside, after)] == [0, 1, 1]
    assert whole(journal)


def test_who_waits_when_it_closes_is_told_that_nothing_is_sure(journal: Journal) -> None:
    one, two, waiting = uuid4(), uuid4(), uuid4()

    async def story() -> None:
        async with writing(journal) as w:
            with w.held() as process:
                with w.notes.coming(), w.notes.coming():
                    puts = [w.put(one), w.put(two)]
                    await turned()
                    puts.append(w.put(waiting))
                    await turned()
                    assert len(w.notes._under_way) == 1
                    await w.notes.close()
                    done = await asyncio.gather(*puts, return_exceptions=True)
                    assert [type(end) for end in done] == [Lost] * 3
                with pytest.raises(Lost):
                    await w.put(waiting)
                journal.sql("select pg_terminate_backend(%s)", process)

    told(story())
    assert journal.written(waiting) == []
    assert whole(journal)
