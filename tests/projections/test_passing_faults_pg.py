"""What passes by itself parks nothing: neither in the same append, nor in the later projections."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import UUID

import psycopg
import pytest

from domain.child.contacts import ContactMade, MakeContact
from domain.kernel import Event
from domain.terms.visits import VisitContactChannel, VisitContactWith
from eventlog.casebook import Request
from eventlog.connections import Timeouts
from eventlog.entries import Write
from eventlog.errors import LogUnavailable
from eventlog.recorded import Recorded
from projections.kernel import PROJECTIONS, Projection, sql
from projections.runner import Runner
from tests.database import Database
from tests.dsl import an_id
from tests.projections import history as told
from tests.projections.history import History
from tests.projections.town import Town, town_on

CONTACT = MakeContact(
    contact_channel=VisitContactChannel.PHONE, contact_with=(VisitContactWith.CHILD,)
)


def test_a_row_held_elsewhere_parks_nothing_and_the_same_request_succeeds_later(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    patient = Timeouts()
    impatient = (patient.connect_s, patient.statement_s, 0.3, patient.answer_s)
    monkeypatch.setattr(Timeouts.__init__, "__defaults__", impatient)
    with town_on(database) as town:
        history = told.opened(town)
        with psycopg.connect(town.platform.ways.admin_dsn) as holder:
            holder.execute("lock table read.child, read.timeline in exclusive mode")
            with pytest.raises(LogUnavailable):
                contact(town, history, "once")
            holder.rollback()
            assert town.rows("select * from read.parked") == []
        before = history.file().version
        assert contact(town, history, "once") == before + 1
        assert town.rows("select * from read.parked") == []
        assert contacts(town, history) == 1


def contact(town: Town, history: History, name: str) -> int:
    """The version after a contact is recorded under this command id."""
    request = Request(command=CONTACT, command_id=an_id(name), stream_id=history.child)
    return town.platform.casebook.perform(request).version


def contacts(town: Town, history: History) -> int:
    """How many of them the read models tell."""
    query = "select from read.timeline where name = %(name)s and stream_id = %(id)s"
    return len(town.rows(query, name=ContactMade.name, id=history.child))


class Later:
    """A later projection that the database refuses with one SQLSTATE, for one child."""

    def __init__(self) -> None:
        self.state: str | None = None
        self.child: UUID | None = None
        self.told_of: list[UUID] = []
        self.projection = Projection("test_later", zh="测试", en="For the test", inline=False)
        self.projection.on(ContactMade)(self._tell)

    def _tell(self, r: Recorded, _e: Event[Any]) -> Iterator[Write]:
        if self.state and r.stream_id == self.child:
            yield sql(f"do $$ begin raise exception using errcode = '{self.state}'; end $$")
        self.told_of.append(r.stream_id)


@pytest.fixture
def later() -> Iterator[Later]:
    made = Later()
    yield made
    del PROJECTIONS[made.projection.name]


@pytest.mark.parametrize("state", ["40P01", "53100", "55P03"])
def test_a_later_projection_waits_for_what_passes(
    database: Database, later: Later, state: str
) -> None:
    with town_on(database) as town:
        one = told.opened(town)
        contact(town, one, "once")
        runner = runner_of(town, later)
        later.state, later.child = state, one.child
        with pytest.raises(psycopg.OperationalError):
            runner.catch_up()
        assert town.rows("select * from read.parked") == []
        later.state, later.told_of = None, []
        assert runner.catch_up() > 0
        assert later.told_of == [one.child]


def test_a_value_too_long_for_an_index_is_poison_and_stops_nobody_else(
    database: Database, later: Later
) -> None:
    """54000 is an OperationalError too; waiting for it to pass would be waiting for ever."""
    with town_on(database) as town:
        one, other = told.opened(town), told.opened(town)
        contact(town, one, "first")
        contact(town, other, "second")
        later.state, later.child = "54000", one.child
        runner = runner_of(town, later)
        assert runner.catch_up() > 0
        parked = town.rows("select projection, stream_id from read.parked")
        assert parked == [{"projection": "test_later", "stream_id": one.child}]
        assert other.child in later.told_of


def runner_of(town: Town, later: Later) -> Runner:
    """What tells that projection alone."""
    store = town.platform.store
    return Runner(town.platform.ways.writer_dsn, [later.projection], store.read_on)
