"""Scenario 10 · Dropout back to zero: measures, return, the watch, and who is cleared (D.5)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from domain.child.dropout_report import (
    DropoutMeasureTaken,
    TakeDropoutMeasure,
)
from domain.child.dropout_return import (
    ClearDropout,
    DropoutCleared,
    ReturnedToSchool,
    ReturnToSchool,
)
from domain.child.enrolment import EnrolmentGapFound, NoteLeftInWatch
from domain.child.file import EnrolmentRecorded
from domain.child.school_state import Schooling
from domain.child.truancy import (
    AttendanceResumed,
    RecordTruancy,
    ResumeAttendance,
)
from domain.risk import RiskFactor
from domain.terms.school import (
    DropoutMeasure,
)
from tests.domain.child.dropping_out import (
    back,
    failed_three_times,
    in_measures,
    status,
)
from tests.domain.child.pupils import (
    SCHOOL,
    TEACHER,
    TOWN,
    Q,
    at_school,
    days,
    last_of,
    on_file,
    one,
    put,
    refused,
)
from tests.dsl import told


def test_measures_do_not_change_where_the_case_stands() -> None:
    story = in_measures()
    measure = TakeDropoutMeasure(
        dropout_measure=DropoutMeasure.ORDER_GUARDIAN, dropout_measure_note="责令监护人限期送学"
    )
    (told,) = put(story, measure, "2024-09-20 10:00", by=TOWN)
    assert isinstance(told, DropoutMeasureTaken)
    assert told.told.clauses == ("CQ2016-3.3-t", "CQ2016-3.3-a")
    assert status(story) is Schooling.MEASURES
    empty = replace(measure, dropout_measure_note=" ")
    assert refused(story, empty, "2024-09-20 11:00").code == "school_note_missing"
    assert refused(failed_three_times(), measure, "2024-09-12 09:00").code == "out_of_turn"


def test_return_is_watched_for_ten_school_days_and_then_cleared() -> None:
    story = back()
    there = last_of(story, ReturnedToSchool)
    assert there.stable_on == date(2024, 10, 21)  # Saturday the 12th works
    assert status(story) is Schooling.RETURNED
    assert story.child(Q).facts.find(RiskFactor.RF_27) is None
    assert put(story, ClearDropout(), "2024-10-21 23:59") == ()
    assert not story.child(Q).school.out_of_school
    told = one(put(story, ClearDropout(), "2024-10-22 00:00"), DropoutCleared)
    assert told.cleared_on == date(2024, 10, 22)
    assert "CQ2024-2.5-b" in told.told.clauses
    assert status(story) is Schooling.CLEARED
    assert put(story, ClearDropout(), "2024-10-23 00:00") == ()


def test_absent_again_during_the_watch_starts_it_anew() -> None:
    story = back()
    put(story, RecordTruancy(absence_dates=days(10, 16)), "2024-10-16 09:00", by=TEACHER)
    assert status(story) is Schooling.TRUANT
    assert put(story, ClearDropout(), "2024-10-22 00:00") == ()
    told = one(
        put(story, ResumeAttendance(attending_on=date(2024, 10, 22)), "2024-10-22 09:00"),
        AttendanceResumed,
    )
    assert told.stable_on == date(2024, 11, 5)
    assert status(story) is Schooling.RETURNED
    assert put(story, ClearDropout(), "2024-11-05 12:00") == ()
    one(put(story, ClearDropout(), "2024-11-06 00:00"), DropoutCleared)


def test_the_watch_cannot_begin_before_the_last_absence() -> None:
    story = back()
    put(story, RecordTruancy(absence_dates=days(10, 16, 18)), "2024-10-18 18:00", by=TEACHER)
    for day in (9, 17, 18):
        early = ResumeAttendance(attending_on=date(2024, 10, day))
        no = refused(story, early, "2024-10-21 09:00")
        assert (no.code, no.field) == ("attended_before_absence", "attendingOn")
    there = ResumeAttendance(attending_on=date(2024, 10, 21))
    assert one(put(story, there, "2024-10-21 09:00"), AttendanceResumed).stable_on == date(
        2024, 11, 4
    )


@pytest.mark.clause("CQ2024-1-f")
def test_a_pupil_taken_off_the_roll_in_the_watch_is_a_case_again() -> None:
    story = back()
    facts = put(story, at_school(), "2024-10-10 09:00")
    again = one(facts, EnrolmentGapFound)
    assert again.persuade_by == date(2024, 10, 23)
    assert status(story) is Schooling.NOT_ENROLLED
    assert put(story, NoteLeftInWatch(), "2024-10-10 09:01") == ()
    assert story.child(Q).facts.find(RiskFactor.RF_27) is not None
    assert put(story, ClearDropout(), "2024-10-22 00:00") == ()
    put(story, at_school(school_unit_id=SCHOOL.id), "2024-10-24 09:00")
    there = ReturnToSchool(back_at_school_on=date(2024, 10, 24))
    watch = one(put(story, there, "2024-10-24 10:00"), ReturnedToSchool)
    assert watch.stable_on == date(2024, 11, 7)


def test_who_is_in_no_school_is_never_cleared() -> None:
    """Told before leaving was noted: the clock finds a pupil that is on no roll."""
    story = back()
    story.tell(told(EnrolmentRecorded(), at="2024-10-10 09:00"), on=Q)
    one(put(story, ClearDropout(), "2024-10-22 00:00"), EnrolmentGapFound)
    assert status(story) is Schooling.NOT_ENROLLED
    unnoted = back()
    unnoted.tell(told(EnrolmentRecorded(), at="2024-10-10 09:00"), on=Q)
    gap = one(put(unnoted, NoteLeftInWatch(), "2024-10-10 09:01"), EnrolmentGapFound)
    assert gap.persuade_by == date(2024, 10, 23)
    grown = back()
    grown.tell(told(EnrolmentRecorded(), at="2024-10-10 09:00"), on=Q)
    child = grown.child(Q)
    grown.states[Q] = replace(child, file=replace(child.file, birth_on=date(2008, 1, 1)))
    assert put(grown, ClearDropout(), "2024-10-22 00:00") == ()


def test_when_nobody_has_returned() -> None:
    story = in_measures()
    early = ReturnToSchool(back_at_school_on=date(2024, 9, 8))
    assert refused(story, early, "2024-10-08 09:00").code == "returned_before_dropout"
    late = ReturnToSchool(back_at_school_on=date(2024, 10, 9))
    assert refused(story, late, "2024-10-08 09:00").code == "returned_in_future"
    assert refused(on_file(), early, "2024-10-08 09:00").code == "out_of_turn"
