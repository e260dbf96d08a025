"""Scenario 10 · Dropout back to zero: absence, registration, persuasion, the report to both, measures, return (D.5)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from domain.child.closing import CloseFile, MergeDuplicateFile
from domain.child.corrections import DisavowEvent
from domain.child.dropout import (
    DropoutRegistered,
    MakeReturnPersuasion,
    NotePersuasionFailed,
    PersuasionFailed,
    RegisterDropout,
    ReturnPersuasionMade,
)
from domain.child.dropout_report import (
    AcknowledgeDropoutReport,
    DropoutMeasureTaken,
    DropoutReportAcknowledged,
    DropoutReportSubmitted,
    SubmitDropoutReport,
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
from domain.child.leaving import EndCategory
from domain.child.school_state import OUT_OF_SCHOOL, Schooling
from domain.child.truancy import (
    AttendanceResumed,
    RecordTruancy,
    ResumeAttendance,
    TruancyRecorded,
)
from domain.kernel import Refused, decide
from domain.risk import RiskFactor
from domain.terms.file import CategoryCode, CategoryEndReason, FileCloseReason
from domain.terms.school import (
    DropoutMeasure,
    DropoutReason,
    PersuasionFailure,
    PersuasionMeans,
    PersuasionResult,
    PersuasionWith,
    ReportAddressee,
)
from tests.domain.child.family import EDUCATION, JUYUAN, TOWNSHIP
from tests.domain.child.pupils import (
    EDU,
    HEAD,
    SCHOOL,
    TEACHER,
    TOWN,
    Q,
    at_school,
    days,
    id_of,
    last_of,
    left_behind,
    on_file,
    one,
    put,
    refused,
    truant,
)
from tests.domain.story import Story
from tests.dsl import an_id, told
from tests.dsl import put as ask

HASH = "ab" * 32
E, T = ReportAddressee.EDUCATION, ReportAddressee.TOWNSHIP


def status(story: Story) -> Schooling:
    """Where Q. stands."""
    return story.child(Q).school.status


def attempt(
    means: PersuasionMeans = PersuasionMeans.PHONE,
    result: PersuasionResult = PersuasionResult.REFUSED,
    *others: PersuasionWith,
    **more: Any,
) -> MakeReturnPersuasion:
    """One attempt."""
    return MakeReturnPersuasion(
        persuasion_means=means,
        persuaded_with=(PersuasionWith.GUARDIAN, *others),
        persuasion_result=result,
        **more,
    )


def dropped_out() -> Story:
    """Registered on 2024-09-09."""
    story = truant(on_file())
    put(story, RegisterDropout(dropout_reason=DropoutReason.WORK), "2024-09-09 09:00", by=HEAD)
    return story


def failed_three_times() -> Story:
    """By phone, home visit, and with the village committee."""
    story = dropped_out()
    put(story, attempt(), "2024-09-09 15:00", by=TEACHER)
    put(story, attempt(PersuasionMeans.HOME_VISIT), "2024-09-10 18:00", by=TEACHER)
    together = attempt(
        PersuasionMeans.HOME_VISIT, PersuasionResult.REFUSED, PersuasionWith.VILLAGE_COMMITTEE
    )
    put(story, together, "2024-09-11 18:00", by=HEAD)
    return story


def report(*addressees: ReportAddressee) -> SubmitDropoutReport:
    """In writing."""
    return SubmitDropoutReport(report_addressees=addressees, report_document_hash=HASH)


def reported() -> Story:
    """To both, on 2024-09-12 and 13."""
    story = failed_three_times()
    put(story, report(E), "2024-09-12 10:00", by=HEAD)
    put(story, report(T), "2024-09-13 10:00", by=HEAD)
    return story


def in_measures() -> Story:
    """Acknowledged by both."""
    story = reported()
    put(story, AcknowledgeDropoutReport(), "2024-09-13 14:00", by=EDU)
    put(story, AcknowledgeDropoutReport(), "2024-09-14 09:00", by=TOWN)
    return story


def back() -> Story:
    """Returned on 2024-10-08."""
    story = in_measures()
    there = ReturnToSchool(back_at_school_on=date(2024, 10, 8))
    put(story, there, "2024-10-08 09:00", by=HEAD)
    return story


# ── Absence


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


# ── Registration and persuasion


def test_registered_as_dropout_with_ten_school_days_for_persuasion() -> None:
    story = dropped_out()
    told = last_of(story, DropoutRegistered)
    assert told.dropout_since == date(2024, 9, 2)
    assert told.persuade_by == date(2024, 9, 24)  # 14 Sep works, 15 to 17 is mid-autumn, 22 Sunday
    assert told.learning_supported is None
    assert status(story) is Schooling.DROPPED_OUT
    fact = story.child(Q).facts.find(RiskFactor.RF_27)
    assert fact is not None
    assert not fact.persuasion_failed
    assert story.child(Q).facts.find(RiskFactor.RF_28) is None


def test_only_a_truant_is_registered_as_dropout() -> None:
    command = RegisterDropout(dropout_reason=DropoutReason.UNKNOWN)
    assert refused(on_file(), command, "2024-09-09 09:00").code == "out_of_turn"
    later = replace(command, dropout_since=date(2024, 9, 10))
    assert refused(truant(on_file()), later, "2024-09-09 09:00").code == "dropout_since_later"


def test_three_attempts_in_vain_make_the_written_report_due() -> None:
    story = failed_three_times()
    told = last_of(story, PersuasionFailed)
    assert told.persuasion_failure is PersuasionFailure.ATTEMPTS
    assert told.failed_attempts == 3
    assert told.report_by == date(2024, 9, 24)
    assert told.school_unit_id == SCHOOL.id
    assert status(story) is Schooling.PERSUASION_FAILED
    fact = story.child(Q).facts.find(RiskFactor.RF_27)
    assert fact is not None
    assert fact.persuasion_failed
    numbers = [e.attempt_number for _, e in story.told if isinstance(e, ReturnPersuasionMade)]
    assert numbers == [1, 2, 3]


def test_persuasion_goes_on_after_it_counts_as_failed() -> None:
    story = failed_three_times()
    (fourth,) = put(story, attempt(), "2024-09-12 18:00", by=TEACHER)
    assert isinstance(fourth, ReturnPersuasionMade)
    assert fourth.attempt_number == 4
    assert status(story) is Schooling.PERSUASION_FAILED


def test_persuasion_is_with_somebody() -> None:
    nobody = replace(attempt(), persuaded_with=())
    no = refused(dropped_out(), nobody, "2024-09-09 15:00")
    assert (no.code, no.field) == ("persuasion_with_nobody", "persuadedWith")


def test_ten_school_days_make_the_report_due_by_the_clock() -> None:
    story = dropped_out()
    put(story, attempt(), "2024-09-10 15:00", by=TEACHER)
    assert put(story, NotePersuasionFailed(), "2024-09-24 23:59") == ()
    told = one(put(story, NotePersuasionFailed(), "2024-09-25 00:00"), PersuasionFailed)
    assert told.persuasion_failure is PersuasionFailure.TIME
    assert (told.failed_attempts, told.report_by) == (1, date(2024, 9, 25))
    assert put(story, NotePersuasionFailed(), "2024-09-26 00:00") == ()


def test_persuasion_that_succeeds_brings_the_pupil_back() -> None:
    story = dropped_out()
    told = put(story, attempt(result=PersuasionResult.RETURNS), "2024-09-10 15:00", by=TEACHER)
    there = one(told, ReturnedToSchool)
    assert there.back_at_school_on == date(2024, 9, 10)
    assert status(story) is Schooling.RETURNED
    assert put(story, NotePersuasionFailed(), "2024-09-25 00:00") == ()


# ── The written report


def test_a_report_to_education_alone_is_incomplete() -> None:
    story = failed_three_times()
    told = one(put(story, report(E), "2024-09-12 10:00", by=HEAD), DropoutReportSubmitted)
    assert told.report_addressees == (E,)
    assert told.missing_addressees == (T,)
    assert told.addressee_unit_ids == (EDUCATION.id,)
    assert told.acknowledge_by == date(2024, 9, 18)  # 13, 14, then 18
    assert "CQ2016-3.3-s" in told.told.clauses
    assert status(story) is Schooling.PERSUASION_FAILED
    assert story.child(Q).school.dropout is not None
    assert story.child(Q).school.dropout.missing == {"TOWNSHIP"}  # type: ignore[union-attr]


def test_one_acknowledgement_does_not_complete_a_report_to_one() -> None:
    story = failed_three_times()
    put(story, report(E), "2024-09-12 10:00", by=HEAD)
    told = one(
        put(story, AcknowledgeDropoutReport(), "2024-09-12 14:00", by=EDU),
        DropoutReportAcknowledged,
    )
    assert (told.measure_unit_ids, told.measures_by) == ((), None)
    assert status(story) is Schooling.PERSUASION_FAILED
    no = refused(story, AcknowledgeDropoutReport(), "2024-09-12 15:00", by=TOWN)
    assert no.code == "not_the_addressee"
    put(story, report(T), "2024-09-13 10:00", by=HEAD)
    assert status(story) is Schooling.REPORTED
    put(story, AcknowledgeDropoutReport(), "2024-09-13 11:00", by=TOWN)
    assert status(story) is Schooling.MEASURES


def test_both_told_and_both_acknowledged_both_take_measures() -> None:
    story = reported()
    assert status(story) is Schooling.REPORTED
    assert last_of(story, DropoutReportSubmitted).missing_addressees == ()
    assert put(story, report(E, T), "2024-09-13 11:00", by=HEAD) == ()
    first = one(
        put(story, AcknowledgeDropoutReport(), "2024-09-13 14:00", by=EDU),
        DropoutReportAcknowledged,
    )
    assert (first.acknowledged_for, first.measure_unit_ids) == (E, ())
    assert put(story, AcknowledgeDropoutReport(), "2024-09-13 15:00", by=EDU) == ()
    assert status(story) is Schooling.REPORTED
    second = one(
        put(story, AcknowledgeDropoutReport(), "2024-09-14 09:00", by=TOWN),
        DropoutReportAcknowledged,
    )
    assert second.acknowledged_for is T
    assert second.measure_unit_ids == (EDUCATION.id, TOWNSHIP.id)
    assert second.measures_by == date(2024, 9, 21)
    assert status(story) is Schooling.MEASURES


def test_both_at_once_and_the_shanghai_texts() -> None:
    story = truant(on_file(where=JUYUAN))
    put(story, RegisterDropout(dropout_reason=DropoutReason.UNKNOWN), "2024-09-09 09:00")
    put(story, attempt(), "2024-09-10 09:00")
    no = refused(story, report(), "2024-09-10 10:00")
    assert no.code == "report_addressee_missing"
    assert no.clauses == ("SH2020-5.4-c",)
    told = put(story, report(T, E), "2024-09-10 11:00")
    assert one(told, PersuasionFailed).persuasion_failure is PersuasionFailure.SCHOOL_SAYS_SO
    sent = one(told, DropoutReportSubmitted)
    assert sent.report_addressees == (E, T)
    assert sent.missing_addressees == ()
    assert "SH2020-5.4-c" in sent.told.clauses
    assert status(story) is Schooling.REPORTED


def test_a_report_is_in_writing_and_comes_after_persuasion() -> None:
    assert refused(dropped_out(), report(E, T), "2024-09-09 10:00").code == "out_of_turn"
    spoken = SubmitDropoutReport(report_addressees=(E, T), report_document_hash="by phone")
    no = refused(failed_three_times(), spoken, "2024-09-12 10:00")
    assert (no.code, no.field) == ("report_not_in_writing", "reportDocumentHash")


# ── Measures, return, zero


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


# ── Must not: cleared by deleting or re-categorising


def test_enrolment_elsewhere_or_another_category_clears_nothing() -> None:
    story = left_behind(in_measures(), "2024-09-23 09:00", CategoryCode.LBC_CQ_URBAN_RURAL)
    put(story, at_school(school_name="外省学校"), "2024-09-24 09:00")
    assert status(story) is Schooling.MEASURES
    held = story.child(Q).file.held[0]
    ending = EndCategory(
        category=CategoryCode(held.code),
        category_end_reason=CategoryEndReason.OTHER,
        ending_note="家庭情况变化",
    )
    put(story, ending, "2024-09-25 09:00")
    assert not story.child(Q).file.held
    assert status(story) in OUT_OF_SCHOOL
    assert story.child(Q).facts.find(RiskFactor.RF_27) is not None


def test_the_dropout_is_neither_disavowed_nor_closed_nor_merged_away() -> None:
    story = in_measures()
    gone = DisavowEvent(target_event_id=id_of(story, DropoutRegistered), disavowal_reason="误录")
    no = refused(story, gone, "2024-09-23 09:00")
    assert (no.code, no.field) == ("dropout_not_disavowed", "targetEventId")
    assert "CQ2024-2.5-b" in no.clauses
    for reason in (FileCloseReason.OPENED_IN_ERROR, FileCloseReason.AFTERCARE_OVER):
        closing = CloseFile(file_close_reason=reason)
        assert refused(story, closing, "2024-09-23 09:00").code == "dropout_still_open"
    survivor = replace(on_file().child(Q), id=an_id("the other file"))
    merge = ask(
        MergeDuplicateFile(survivor_id=survivor.id, merged_because="同一儿童"),
        at="2024-09-23 09:00",
        linked={survivor.id: survivor},
    )
    with pytest.raises(Refused, match="dropout_still_open"):
        decide(story.child(Q), merge)
    assert status(story) is Schooling.MEASURES
