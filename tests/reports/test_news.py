"""A fact row is told where an event is news of it; one that says nothing new of a part asks the database nothing."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from domain.child.contacts import ContactMade
from domain.child.file_state import FileState, FileStatus
from domain.child.state import Child
from domain.child.tier_state import TierState
from domain.child.visits_state import Rhythm, VisitsState
from domain.divisions import Divisions
from domain.replacing import replace
from eventlog.entries import Write
from eventlog.recorded import Recorded
from ops.golden import sample_of
from projections.reports.telling import reports
from projections.rowwrite import RowWrite, Standing
from tests.dsl import an_id, told

MOVED = "cq00138"
"""华新街街道, of 江北区 until 2025-11-06 and of 两江新区 since: its path depends on the day."""
STILL = next(d.id for d in Divisions.load() if Divisions.load().lies_still(d.id))
MADE = told(sample_of(ContactMade), at="2025-03-03 09:00")
BEGUN = Rhythm(begun_on=date(2025, 1, 1), begun_event=an_id("cadence"), next_on=date(2025, 2, 1))
CHILD = Child(
    id=an_id("child"),
    version=7,
    file=FileState(status=FileStatus.OPEN, residence=STILL),
    visits=VisitsState(contact=BEGUN),
)
EVERYTHING = {"report_child", "report_tier", "report_duty", "report_pupil"}


def writes(after: Child, before: Child | None) -> list[Write]:
    """What an event with these states around it writes."""
    r = Recorded(
        originator_id=after.id,
        originator_version=after.version,
        event=MADE,
        position=99,
        before=before,
        after=after,
    )
    return [*reports.writes(r)]


def said(after: Child, before: Child | None) -> set[str]:
    """The tables of facts about which it says how the child stands."""
    return {w.table for w in writes(after, before) if isinstance(w, Standing)}


def changed(**parts: Any) -> Child:
    return replace(CHILD, version=8, **parts)


def test_what_is_as_it_was_is_not_said_again() -> None:
    assert said(changed(), CHILD) == set()


@pytest.mark.parametrize(
    ("after", "news"),
    [
        (changed(file=replace(CHILD.file, sex="MALE")), {"report_child", "report_pupil"}),
        (changed(care=replace(CHILD.care, arrangement="KIN")), {"report_child"}),
        (changed(tier=TierState(tier="HIGH")), {"report_tier"}),
        (changed(visits=VisitsState(contact=replace(BEGUN, next_on=date(2025, 3, 1)))), {"report_duty"}),
        (changed(visits=VisitsState(contact=BEGUN, cadence="ENHANCED")), {"report_duty"}),
        (changed(school=replace(CHILD.school, pairing_due=frozenset({"MENTOR"}))), {"report_pupil"}),
        (changed(file=replace(CHILD.file, status=FileStatus.DORMANT)), EVERYTHING),
    ],
)  # fmt: skip
def test_what_changed_is_said_and_nothing_else(after: Child, news: set[str]) -> None:
    assert said(after, CHILD) == news


def test_everything_is_said_where_nothing_is_known_of_before_or_the_file_begins() -> None:
    assert said(changed(), None) == EVERYTHING
    none = replace(CHILD, file=replace(CHILD.file, status=FileStatus.NONE))
    assert said(changed(), none) == EVERYTHING


def test_a_place_that_came_under_another_is_said_again_with_every_event() -> None:
    """What it was told under may be no more, and no event of the child says so."""
    assert not Divisions.load().lies_still(MOVED)
    there = replace(CHILD, file=replace(CHILD.file, residence=MOVED))
    assert said(replace(there, version=8), there) == EVERYTHING


def test_a_duty_that_was_done_ends_by_what_is_known_of_it_and_is_not_looked_for() -> None:
    done = replace(
        BEGUN, last_on=date(2025, 1, 9), last_event=MADE.told.event_id, next_on=date(2025, 3, 9)
    )
    after = changed(visits=VisitsState(contact=done))
    over, runs = (w for w in writes(after, CHILD) if "report_duty" in str(w.sql))
    assert isinstance(over, Standing)
    assert isinstance(runs, Standing)
    assert over.under == (CHILD.id, "CONTACT", BEGUN.begun_event)
    assert runs.under == (CHILD.id, "CONTACT", MADE.told.event_id)
    assert isinstance(over.params, dict)
    assert (over.params["done_on"], over.params["ended"]) == (date(2025, 1, 9), False)
    assert (over.params["event_id"], over.digest) == (MADE.told.event_id, "")


def test_what_ran_is_looked_for_where_it_is_not_known() -> None:
    """Nothing was told of a child that was not on file, whatever its state says of its visits."""
    none = replace(CHILD, file=replace(CHILD.file, status=FileStatus.NONE))
    for before, kinds in ((None, {"CONTACT", "HOME_VISIT"}), (none, {"CONTACT"}), (CHILD, set())):
        written = [w for w in writes(changed(), before) if not isinstance(w, Standing | RowWrite)]
        looked = [w.params for w in written if "not ended" in str(w.sql)]
        assert {params["kind"] for params in looked if isinstance(params, dict)} == kinds
