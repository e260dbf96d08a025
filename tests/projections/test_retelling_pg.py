"""Derived state can be thrown away (law 9), what is destroyed is gone everywhere, and a fault costs one stream."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import UUID, uuid5

import pytest

from domain.access.break_glass import UseBreakGlass
from domain.access.break_glass_review import ReviewBreakGlass
from domain.access.erasure import EraseChild
from domain.access.state import AccessOrder
from domain.case.closing import CloseCase
from domain.child.closing import CloseFile
from domain.child.contacts import ContactMade, MakeContact
from domain.child.state import Child
from domain.codec import DESTROYED
from domain.context import Actor
from domain.kernel import Event
from domain.terms.access import AccessReview, BreakGlassGround
from domain.terms.file import FileCloseReason
from domain.terms.visits import VisitContactChannel, VisitContactWith
from eventlog.casebook import Request
from eventlog.entries import Write
from eventlog.recorded import Recorded
from eventlog.verify import verify
from ops import verbs_of_the_log as verbs
from ops.platform import NotParked, release, retell_all
from projections.kernel import PROJECTIONS, Projection, sql
from projections.registry import INLINE
from tests.database import Database
from tests.dsl import an_id
from tests.projections import history as told
from tests.projections.history import MARK, History, words
from tests.projections.snapshot import digests, holding, stored_bytes_hold
from tests.projections.town import SECRETS, Town, town_on

DETAILS = {
    "child",
    "guardian",
    "entrusted_care",
    "care_arrangement",
    "household",
    "visit",
    "case_file_p4_injury",
    "placement_p6_address",
    "plan",
    "plan_item",
    "contribution",
    "contribution_p4",
    "timeline",
    "timeline_values",
}
"""Tables that this history fills with what says something of a person."""


def retold(town: Town) -> dict[str, str]:
    told = retell_all(town.platform.ways, SECRETS, lambda _: None)
    assert told.parked == 0
    return digests(town)


def lived(town: Town) -> History:
    """Everything that can be told of a child, up to a closed case."""
    history = told.opened(town)
    told.family(history)
    told.cared_for(history)
    told.worried_about(history)
    told.helped(history)
    contact, _ = told.visited(history)
    told.put_right(history, contact)
    told.reported(history)
    told.placed(history)
    told.moved(history)
    told.assessed(history)
    told.concluded(history)
    first, second = told.planned(history)
    told.served(history, first, second)
    return history


def closed(history: History) -> None:
    history.at("06-01 09:00")
    history.on_case(CloseCase(closing_summary=words("已落实照料")))
    history.on_file(CloseFile(file_close_reason=FileCloseReason.DECEASED, close_note=words("病故")))


def looked_at(history: History) -> None:
    """Somebody looks in an emergency, and writes why."""
    town = history.town
    look = UseBreakGlass(
        child_id=history.child,
        break_glass_ground=BreakGlassGround.MISSING,
        break_glass_reason=words("疑似走失,须立即核实身份和监护人"),
    )
    officer = Actor(person_id=an_id("officer"), role="police", assignment_id=an_id("post"))
    now = town.platform.services.now()
    town.platform.casebook.perform(
        Request(command=look, command_id=an_id("look"), actor=officer, signed_in_at=now)
    )


def judged(town: Town) -> AccessOrder:
    """The review of that look, by the unit that was asked; the matter after it."""
    order = uuid5(an_id("look"), "stream")
    state = town.platform.casebook.state(AccessOrder, order)
    assert isinstance(state, AccessOrder)
    assert state.break_glass is not None
    reviewer = Actor(
        person_id=an_id("reviewer"),
        role="district_civil_affairs",
        unit_id=state.break_glass.review_unit_id,
    )
    said = ReviewBreakGlass(
        review_outcome=AccessReview.JUSTIFIED, review_reason=words("情况属实,当晚已送回")
    )
    town.platform.casebook.perform(
        Request(command=said, command_id=an_id("review"), actor=reviewer, stream_id=order)
    )
    after = town.platform.casebook.state(AccessOrder, order)
    assert isinstance(after, AccessOrder)
    return after


def test_what_is_retold_is_what_was_told_live_row_for_row(
    town: Town, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    lived(town)
    live = digests(town)
    filled = {table for table, rows in live.items() if not rows.startswith("0 rows")}
    assert filled >= DETAILS | {"access_relation", "clock", "duty", "work_item"}
    assert retold(town) == live
    monkeypatch.setattr("projections.retell.PAGE", 20)  # pages that would cut appends in two
    assert retold(town) == live
    assert "was refused" not in caplog.text, "what is put together is taken as it is"


def test_an_erased_child_is_found_nowhere_and_the_log_still_verifies(town: Town) -> None:
    history = lived(town)
    looked_at(history)
    closed(history)
    before = holding(town, MARK)
    assert "read.access_order" in before
    assert before >= {f"read.{table}" for table in DETAILS}
    assert not any(table.startswith("es.") for table in before)
    assert not stored_bytes_hold(town, MARK), "personal words are sealed at rest"
    reporter = str(an_id("teacher"))
    own_report = town.platform.services.seal(f"W:{reporter}")
    assert own_report in town.tokens("case_file", "case_id", history.case)
    town.do(EraseChild(child_id=history.child, legal_basis="个人信息保护法第四十七条"))
    assert holding(town, MARK) == {"read.access_order"}, "what is still to be judged can be read"
    look = judged(town).break_glass
    assert look is not None
    assert look.outcome is AccessReview.JUSTIFIED, "it can be recorded though the child is erased"
    assert look.reason == DESTROYED
    assert holding(town, MARK) == set()
    assert holding(town, reporter) <= {"es.event", "es.command"}, "who acted stays in the log"
    tokens = town.tokens("case_file", "case_id", history.case)
    assert not any(token.startswith("S:") for token in tokens)
    lines = town.rows("select details from read.timeline where details <> '{}'")
    assert [row for row in lines if row["details"]] == []
    assert town.rows("select from read.timeline_values") == []
    assert verify(town.platform.ways.writer_dsn).ok
    live = digests(town)
    assert retold(town) == live
    assert holding(town, MARK) == set()
    assert history.row("guardian", guardian_id=_guardian(town))["relation"] in {"FATHER", "MOTHER"}


def _guardian(town: Town) -> UUID:
    found: UUID = town.rows("select guardian_id from read.guardian limit 1")[0]["guardian_id"]
    return found


class Faulty:
    """A projection that notes every contact, and cannot read those of one child until it is mended."""

    def __init__(self) -> None:
        self.cannot_read: UUID | None = None
        self.refused_by_database: UUID | None = None
        self.projection = Projection("test_contacts", zh="测试", en="For the test of parking")
        self.projection.on(ContactMade)(self.told)

    def told(self, r: Recorded, _e: Event[Any]) -> Iterator[Write]:
        if r.stream_id == self.cannot_read:
            raise ValueError(words("a text that must not be kept"))
        if r.stream_id == self.refused_by_database:
            yield sql("select 1 / 0")
        yield sql(
            "update child set school_grade = coalesce(school_grade, '') || '+' where child_id = %(id)s",
            id=r.stream_id,
        )


@pytest.fixture
def faulty(monkeypatch: pytest.MonkeyPatch) -> Iterator[Faulty]:
    made = Faulty()
    monkeypatch.setattr("ops.platform.INLINE", (*INLINE, made.projection))
    yield made
    del PROJECTIONS[made.projection.name]


def contact(history: History) -> None:
    history.on_file(
        MakeContact(
            contact_channel=VisitContactChannel.PHONE, contact_with=(VisitContactWith.CHILD,)
        )
    )


def noted(history: History) -> str | None:
    found: str | None = history.row("child", child_id=history.child)["school_grade"]
    return found


def visits(history: History) -> int:
    query = "select from read.visit where child_id = %(id)s"
    return len(history.town.rows(query, id=history.child))


@pytest.mark.parametrize("by", ["the handler", "the database"])
def test_a_fault_parks_one_stream_and_release_takes_it_back(
    database: Database, faulty: Faulty, capsys: pytest.CaptureFixture[str], by: str
) -> None:
    with town_on(database) as town:
        one, other = told.opened(town), told.opened(town)
        if by == "the handler":
            faulty.cannot_read = one.child
        else:
            faulty.refused_by_database = one.child
        for history in (one, other, one):
            contact(history)
        ways = town.platform.ways
        (parked,) = town.rows("select * from read.parked")
        assert (parked["projection"], parked["stream_id"]) == ("test_contacts", one.child)
        assert parked["error"] == ("ValueError" if by == "the handler" else "RefusedByDatabase")
        assert (noted(one), noted(other)) == (None, "+")
        assert (visits(one), visits(other)) == (2, 1), "the other projections went on"
        assert town.platform.casebook.state(Child, one.child).version == one.file().version
        assert listed(town, capsys) == (1, True)

        still = release(ways, SECRETS, "test_contacts", one.child, lambda _: None)
        assert not still, "the fault is not mended yet"
        faulty.cannot_read = faulty.refused_by_database = None
        assert release(ways, SECRETS, "test_contacts", one.child, lambda _: None)
        assert (noted(one), noted(other)) == ("++", "+")
        contact(one)
        assert noted(one) == "+++", "the running process heeds it"
        assert listed(town, capsys) == (0, False)
        live = digests(town)
        assert retold(town) == live
        with pytest.raises(NotParked):
            release(ways, SECRETS, "test_contacts", one.child, lambda _: None)


def listed(town: Town, capsys: pytest.CaptureFixture[str]) -> tuple[int, bool]:
    """What ``yidang parked`` says: its exit status, and whether it names the projection."""
    given = verbs.Arguments(release=None)
    status = verbs.parked(given, None, town.platform.ways, SECRETS)  # type: ignore[arg-type]
    return status, "test_contacts" in capsys.readouterr().out


def test_the_command_line_releases(
    database: Database, faulty: Faulty, capsys: pytest.CaptureFixture[str]
) -> None:
    with town_on(database) as town:
        one = told.opened(town)
        faulty.cannot_read = one.child
        contact(one)
        faulty.cannot_read = None
        given = verbs.Arguments(release=["test_contacts", str(one.child)])
        status = verbs.parked(given, None, town.platform.ways, SECRETS)  # type: ignore[arg-type]
        assert status == 0
        assert "已恢复" in capsys.readouterr().out
        assert verbs.parked(given, None, town.platform.ways, SECRETS) == 2  # type: ignore[arg-type]
