"""Before each holiday a lecture, and contact with the guardians (T-15, SH2024-2.4.12-c, -d): for which holiday."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

import pytest

from domain.child.family_contact import HolidayContactDue, SchoolHomeContactMade
from domain.child.file import ChildFileOpened, EnrolmentRecorded
from domain.kernel import Event
from domain.terms.file import CategoryCode, Sex
from domain.terms.visits import SchoolHomeChannel, SchoolHomePeriod, SchoolHomeWith
from domain.unit.obligation_clock import (
    NoteObligationMissed,
    ObligationDated,
    ObligationMissed,
    RecordSchoolCalendar,
)
from domain.unit.obligations import (
    ObligationCreated,
    ObligationFulfilled,
    OpenObligationYear,
    obligation_id,
)
from projections.queues import QUEUES
from tests.domain.case.cast import noting
from tests.domain.story import Story
from tests.domain.unit.cast import DIRECTORY, XIANGHUA, here, named
from tests.domain.unit.owing import AT_SCHOOL, ME, held, opened
from tests.domain.unit.test_directors import entered
from tests.dsl import an_id, given, told

CALENDAR = RecordSchoolCalendar(
    calendar_year=2026, winter_holiday_on=date(2026, 1, 31), summer_holiday_on=date(2026, 7, 1)
)


def met(facts: tuple[Event[Any], ...]) -> list[str]:
    """The periods that were met."""
    return [f.duty_period for f in facts if isinstance(f, ObligationFulfilled)]


@pytest.mark.parametrize(
    ("due_on", "presumed"),
    [(date(2026, 1, 30), False), (date(2026, 1, 19), True)],
    ids=["calendar known", "calendar not known"],
)
def test_a_lecture_of_december_is_for_the_winter_holiday_of_january(
    due_on: date, *, presumed: bool
) -> None:
    history = (AT_SCHOOL, *opened(AT_SCHOOL, XIANGHUA))
    if not presumed:
        told = here(CALENDAR, at="2025-08-20 09:00", where=XIANGHUA)
        history = (*history, *given(*history).when(told).facts())
    facts = given(*history).when(held("SCHOOL_SAFETY", at="2025-12-22 14:00")).facts()
    (created,) = [f for f in facts if isinstance(f, ObligationCreated)]
    assert (created.duty_period, created.duty_from_on) == ("2026-WINTER", date(2025, 9, 1))
    assert (created.duty_due_on, created.due_presumed) == (due_on, presumed)
    assert met(facts) == ["2026-WINTER"]
    new_year = here(OpenObligationYear(), at="2026-01-01 00:00", where=XIANGHUA)
    owed = [
        f
        for f in given(*history, *facts).when(new_year).facts()
        if isinstance(f, ObligationCreated)
    ]
    assert [f.duty_period for f in owed] == ["2026-SUMMER"]
    again = given(*history, *facts).when(held("SCHOOL_SAFETY", at="2025-12-28 14:00")).facts()
    assert named(again) == ["safety_activity_held"]


def test_an_autumn_lecture_never_fills_the_summer_whose_holiday_nobody_named() -> None:
    history = given(AT_SCHOOL, *opened(AT_SCHOOL, XIANGHUA))
    assert met(history.when(held("SCHOOL_SAFETY", at="2025-06-20 14:00")).facts()) == [
        "2025-SUMMER"
    ]
    assert met(history.when(held("SCHOOL_SAFETY", at="2025-11-20 14:00")).facts()) == [
        "2026-WINTER"
    ]


def test_what_is_declared_before_the_plan_or_after_it_arises_for_nobody() -> None:
    history = given(AT_SCHOOL, *opened(AT_SCHOOL, XIANGHUA, "2026-01-01 00:00"))
    history.when(held("SCHOOL_SAFETY", at="2026-12-10 14:00")).then_refused("no_period_open")


def test_a_holiday_that_begins_later_than_thought_takes_back_that_it_was_missed() -> None:
    winter = obligation_id(ME, "SCHOOL_SAFETY", "2026-WINTER")
    early = replace(CALENDAR, winter_holiday_on=date(2026, 1, 17))
    history = (AT_SCHOOL, *opened(AT_SCHOOL, XIANGHUA, "2026-01-01 00:00"))
    facts: tuple[Event[Any], ...] = ()
    for command, at in (
        (early, "2026-01-05 09:00"),
        (NoteObligationMissed(obligation_id=winter), "2026-01-17 00:00"),
        (CALENDAR, "2026-01-19 09:00"),
    ):
        facts = given(*history).when(here(command, at=at, where=XIANGHUA)).facts()
        history = (*history, *facts)
    assert [f.duty_period for f in history if isinstance(f, ObligationMissed)] == ["2026-WINTER"]
    (dated,) = [f for f in facts if isinstance(f, ObligationDated)]
    assert (dated.obligation_id, dated.ahead_after_all) == (winter, True)
    _, done = given(*history).when(held("SCHOOL_SAFETY", at="2026-01-28 14:00")).facts()
    assert isinstance(done, ObligationFulfilled)
    assert not done.after_missed
    note = here(NoteObligationMissed(obligation_id=winter), at="2026-01-31 00:00", where=XIANGHUA)
    assert named(given(*history).when(note).facts()) == ["obligation_missed"]


def test_without_a_calendar_a_lecture_falls_due_before_the_usual_holiday() -> None:
    """And is the school's own to put right: what was thought missed is ahead, what was right is confirmed."""
    history = (AT_SCHOOL, *opened(AT_SCHOOL, XIANGHUA, "2026-01-01 00:00"))
    owed = [f for f in history if isinstance(f, ObligationCreated)]
    assert [(f.duty_period, f.duty_due_on, f.due_presumed) for f in owed] == [
        ("2026-WINTER", date(2026, 1, 19), True),
        ("2026-SUMMER", date(2026, 6, 30), True),
    ]
    late = held("SCHOOL_SAFETY", at="2026-01-28 14:00")
    assert met(given(*history).when(late).facts()) == ["2026-WINTER"]
    note = NoteObligationMissed(obligation_id=obligation_id(ME, "SCHOOL_SAFETY", "2026-WINTER"))
    missed = given(*history).when(here(note, at="2026-01-20 00:00", where=XIANGHUA)).facts()
    assert named(missed) == ["obligation_missed"]
    told = here(CALENDAR, at="2026-01-21 09:00", where=XIANGHUA)
    dated = [
        f for f in given(*history, *missed).when(told).facts() if isinstance(f, ObligationDated)
    ]
    assert [(f.duty_due_on, f.ahead_after_all) for f in dated] == [
        (date(2026, 1, 30), True),
        (date(2026, 6, 30), False),
    ]
    again = here(CALENDAR, at="2026-01-22 09:00", where=XIANGHUA)
    assert named(given(*history, *missed, *dated).when(again).facts()) == [
        "school_calendar_recorded"
    ]


PUPIL, SPOKEN_WITH, IN_NO_GROUP, ELSEWHERE = (
    an_id(n) for n in ("pupil", "pupil spoken with", "pupil in no group", "pupil elsewhere")
)
BEFORE = "2024-12-02 09:00"
BEFORE_WINTER = noting(
    SchoolHomeContactMade,
    school_home_channel=SchoolHomeChannel.PHONE,
    school_home_with=SchoolHomeWith.PARENT,
    school_home_period=SchoolHomePeriod.BEFORE_WINTER_HOLIDAY,
)


@pytest.fixture
def school() -> Story:
    """A school that owes its lecture, and four children with open files."""
    story = Story(place=XIANGHUA, directory=DIRECTORY)
    for fact in (told(AT_SCHOOL, at=BEFORE), *opened(AT_SCHOOL, XIANGHUA)):
        story.tell(fact, on=ME)
    for child in (PUPIL, SPOKEN_WITH, IN_NO_GROUP, ELSEWHERE):
        at = an_id("another school") if child == ELSEWHERE else ME
        facts: list[Event[Any]] = [
            ChildFileOpened(child_name="小朋友", sex=Sex.MALE, birth_on=date(2015, 6, 1)),
            EnrolmentRecorded(school_unit_id=at),
        ]
        if child != IN_NO_GROUP:
            facts.append(entered(CategoryCode.LBC_RURAL_SH))
        for fact in facts:
            story.tell(told(fact, at=BEFORE), on=child)
    return story


def due(story: Story) -> dict[UUID, date]:
    """Whose family is to be spoken with, and by when."""
    return {on: e.contact_home_by for on, e in story.told if isinstance(e, HolidayContactDue)}


def test_with_the_lecture_the_school_speaks_with_the_family_of_each_child(school: Story) -> None:
    """建立联系 (SH2024-2.4.12-d) is of each child's parents: no yes for a whole school stands for them."""
    school.put(BEFORE_WINTER, at="2025-01-06 10:00", on=SPOKEN_WITH)
    school.put(held("SCHOOL_SAFETY", at="2025-01-10 14:00"), at="2025-01-10 14:00", on=ME)
    assert due(school) == {PUPIL: date(2025, 1, 19)}
    school.put(held("SCHOOL_SAFETY", at="2025-01-13 14:00"), at="2025-01-13 14:00", on=ME)
    assert len(due(school)) == 1
    school.put(BEFORE_WINTER, at="2025-01-14 10:00", on=PUPIL)
    school.put(held("SCHOOL_SAFETY", at="2025-06-20 14:00"), at="2025-06-20 14:00", on=ME)
    assert due(school) == dict.fromkeys((PUPIL, SPOKEN_WITH), date(2025, 6, 30))


def test_the_contact_is_a_task_of_the_school_the_child_is_at(school: Story) -> None:
    school.put(held("SCHOOL_SAFETY", at="2025-01-10 14:00"), at="2025-01-10 14:00", on=ME)
    ends = {c.event: c.only for c in QUEUES["Q-68"].endings}
    assert ends["child.school_home_contact_made"] is None
    moved = ends["child.enrolment_recorded"]
    assert moved is not None
    for where, gone in ((ME, False), (an_id("another school"), True)):
        assert moved(EnrolmentRecorded(school_unit_id=where), school.child(PUPIL)) is gone
