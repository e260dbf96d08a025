"""Later projections follow the log over one connection, and take another when they lose it."""

from collections.abc import Callable, Iterator
from threading import current_thread
from time import monotonic
from typing import Any
from uuid import UUID

import psycopg
import pytest

from domain.child.contacts import ContactMade
from domain.kernel import Event
from eventlog.entries import Write
from eventlog.recorded import Recorded
from projections.kernel import PROJECTIONS, Projection
from projections.readmodel import READ_MODELS
from projections.registry import LATER
from projections.runner import Runner
from tests.database import Database
from tests.projections import history as told
from tests.projections.snapshot import digests
from tests.projections.test_passing_faults_pg import contact
from tests.projections.town import Town, town_on

WAIT_S = 60.0
BACKENDS = (
    "select pid from pg_stat_activity where application_name = 'yidang later projections' "
    "and datname = current_database()"
)


class Heard:
    """A later projection that writes nothing."""

    def __init__(self) -> None:
        self.of: list[UUID] = []
        self.projection = Projection("test_heard", zh="测试", en="For the test", inline=False)
        self.projection.on(ContactMade)(self._tell)

    def _tell(self, r: Recorded, _e: Event[Any]) -> Iterator[Write]:
        self.of.append(r.stream_id)
        yield from ()


@pytest.fixture
def heard() -> Iterator[Heard]:
    made = Heard()
    yield made
    del PROJECTIONS[made.projection.name]


def until(holds: Callable[[], object]) -> None:
    """Looks until it holds; each look asks the database, so that it takes its time."""
    end = monotonic() + WAIT_S
    while not holds():
        assert monotonic() < end, "it never came about"


def pids(town: Town) -> set[int]:
    return {row["pid"] for row in town.rows(BACKENDS)}


def test_it_keeps_its_connection_from_one_event_to_the_next(
    database: Database, heard: Heard
) -> None:
    with town_on(database) as town:
        one = told.opened(town)
        store = town.platform.store
        runner = Runner(town.platform.ways.writer_dsn, [heard.projection], store.read_on)
        runner.start()
        try:
            used = set()
            for n in range(1, 4):
                contact(town, one, f"contact {n}")
                runner.poke()
                until(lambda n=n: pids(town) and len(heard.of) >= n)  # type: ignore[misc]
                used |= pids(town)
            assert len(used) == 1
            town.rows(f"select pg_terminate_backend({used.pop()})")
            contact(town, one, "after the cut")
            runner.poke()
            until(lambda: len(heard.of) >= 4)
        finally:
            runner.stop()


def test_what_several_have_to_catch_up_with_is_read_once(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("projections.runner.BATCH", 10)
    with town_on(database) as town:
        told.opened(town)
        read: list[tuple[int, ...]] = []

        def page(after: int, limit: int) -> list[Recorded]:
            found = town.platform.store.read_on(after, limit)
            read.append(tuple(r.position for r in found))
            return found

        (row,) = town.rows("select count(*) as n from es.event")
        runner = Runner(town.platform.ways.writer_dsn, LATER, page)
        assert runner.catch_up() == len(LATER) * row["n"] > 20
        assert [p for positions in read for p in positions] == [*range(1, row["n"] + 1)]
        bookmarks = town.rows("select projection, position from read.bookmark order by 1")
        assert [b["position"] for b in bookmarks] == [row["n"]] * len(LATER)
        assert runner.catch_up() == 0

        town.rows("delete from read.bookmark where projection = 'reports' returning 1")
        read.clear()
        assert runner.catch_up() == row["n"], "one behind the others catches up by itself"
        told.opened(town)
        (now,) = town.rows("select count(*) as n from es.event")
        assert runner.catch_up() == len(LATER) * (now["n"] - row["n"])


def test_the_next_page_is_read_while_one_is_told(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Beside the telling, one ahead and no further; and it is told like any other, also when its reading failed."""
    monkeypatch.setattr("projections.runner.BATCH", 5)
    with town_on(database) as town:
        told.opened(town)
        asked: list[tuple[int, bool]] = []
        broken = {"at": 10}

        def page(after: int, limit: int) -> list[Recorded]:
            asked.append((after, current_thread() is main))
            if after == broken["at"]:
                raise psycopg.OperationalError
            return town.platform.store.read_on(after, limit)

        main = current_thread()
        (row,) = town.rows("select count(*) as n from es.event")
        assert row["n"] > 25
        runner = Runner(town.platform.ways.writer_dsn, LATER, page)
        with pytest.raises(psycopg.OperationalError):
            runner.catch_up()
        assert asked == [(0, True), (5, False), (10, False)]
        bookmarks = town.rows("select position from read.bookmark")
        assert [b["position"] for b in bookmarks] == [10] * len(LATER)

        broken["at"] = -1
        asked.clear()
        assert runner.catch_up() == len(LATER) * (row["n"] - 10)
        assert asked[:3] == [(10, True), (15, False), (20, False)]
        told_by_parts = digests(town)
        town.rows("delete from read.bookmark returning 1")
        for name, model in READ_MODELS.items():
            if model.__module__.startswith(("projections.statistics", "projections.reports.")):
                town.rows(f"delete from read.{name} returning 1")
        assert digests(town) == told_by_parts, "told in one go it is the same"
