"""Scenario 10 · Dropout: registration and persuasion, and that nothing makes it disappear (D.5)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from domain.child.closing import CloseFile, MergeDuplicateFile
from domain.child.corrections import DisavowEvent
from domain.child.dropout import (
    DropoutRegistered,
    NotePersuasionFailed,
    PersuasionFailed,
    RegisterDropout,
    ReturnPersuasionMade,
)
from domain.child.dropout_return import (
    ReturnedToSchool,
)
from domain.child.leaving import EndCategory
from domain.child.school_state import OUT_OF_SCHOOL, Schooling
from domain.kernel import Refused, decide
from domain.risk import RiskFactor
from domain.terms.file import CategoryCode, CategoryEndReason, FileCloseReason
from domain.terms.school import (
    DropoutReason,
    PersuasionFailure,
    PersuasionResult,
)
from tests.domain.child.dropping_out import (
    attempt,
    dropped_out,
    failed_three_times,
    in_measures,
    status,
)
from tests.domain.child.pupils import (
    SCHOOL,
    TEACHER,
    Q,
    at_school,
    id_of,
    last_of,
    left_behind,
    on_file,
    one,
    put,
    refused,
    truant,
)
from tests.dsl import an_id
from tests.dsl import put as ask

# ── Registration and persuasion


@pytest.mark.clause("SH2020-5.4-b")
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
