"""Scenario 10 · Absence before dropout: the contact at home, the review, attendance again (D.5)."""

from __future__ import annotations

from datetime import date

import pytest

from domain.child.school_state import Schooling
from domain.child.truancy import (
    AttendanceResumed,
    RecordTruancy,
    ResumeAttendance,
    TruancyRecorded,
)
from domain.risk import RiskFactor
from tests.domain.child.dropping_out import (
    status,
)
from tests.domain.child.pupils import (
    SCHOOL,
    Q,
    days,
    last_of,
    on_file,
    one,
    put,
    refused,
    truant,
)


def test_absence_gives_a_home_contact_on_day_1_and_a_review_on_day_5() -> None:
    story = truant(on_file())
    told = last_of(story, TruancyRecorded)
    assert told.absence_dates == days(9, 2, 3, 4, 5, 6)
    assert told.contact_home_by == date(2024, 9, 2)
    assert told.dropout_review_by == date(2024, 9, 6)
    assert told.school_unit_id == SCHOOL.id
    assert told.told.clauses == ("CQ2016-3.3-q", "CQ2016-3.3-n")
    assert status(story) is Schooling.TRUANT
    assert story.child(Q).facts.source(RiskFactor.RF_28) == told.told.event_id


def test_day_5_of_an_absence_passes_over_a_weekend() -> None:
    story = on_file()
    told = one(
        put(story, RecordTruancy(absence_dates=days(9, 5)), "2024-09-05 10:00"), TruancyRecorded
    )
    assert (told.contact_home_by, told.dropout_review_by) == (date(2024, 9, 5), date(2024, 9, 11))


def test_a_second_record_of_the_same_run_starts_no_clock_again() -> None:
    story = truant(on_file())
    more = one(
        put(story, RecordTruancy(absence_dates=days(9, 6, 9)), "2024-09-09 08:00"), TruancyRecorded
    )
    assert more.absence_dates == days(9, 9)
    assert (more.contact_home_by, more.dropout_review_by) == (None, None)
    assert put(story, RecordTruancy(absence_dates=days(9, 6)), "2024-09-09 08:30") == ()
    assert story.child(Q).school.absent_on == days(9, 2, 3, 4, 5, 6, 9)


@pytest.mark.parametrize(
    ("dates", "code"),
    [
        ((), "absence_dates_missing"),
        (days(9, 7), "not_a_school_day"),
        (days(9, 6, 7), "not_a_school_day"),
        (days(9, 9), "absence_in_future"),
    ],
)
def test_which_days_are_no_absence(dates: tuple[date, ...], code: str) -> None:
    no = refused(on_file(), RecordTruancy(absence_dates=dates), "2024-09-07 09:00")
    assert (no.code, no.field) == (code, "absenceDates")


def test_a_child_in_no_school_is_not_truant() -> None:
    story = on_file(school_unit_id=None)
    no = refused(story, RecordTruancy(absence_dates=days(9, 2)), "2024-09-02 09:00")
    assert no.code == "not_enrolled"
    assert "CQ2016-3.3-q" in no.clauses


def test_whoever_attends_again_is_truant_no_longer() -> None:
    story = truant(on_file())
    no = refused(story, ResumeAttendance(attending_on=date(2024, 9, 10)), "2024-09-09 08:00")
    assert no.code == "attended_in_future"
    told = one(
        put(story, ResumeAttendance(attending_on=date(2024, 9, 9)), "2024-09-09 08:30"),
        AttendanceResumed,
    )
    assert told.stable_on is None
    assert status(story) is Schooling.ENROLLED
    assert story.child(Q).facts.find(RiskFactor.RF_28) is None
