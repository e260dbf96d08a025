"""Scenario 10 · The written report of a dropout to both, and its receipt (D.5)."""

from __future__ import annotations

from datetime import date

from domain.child.dropout import (
    PersuasionFailed,
    RegisterDropout,
)
from domain.child.dropout_report import (
    AcknowledgeDropoutReport,
    DropoutReportAcknowledged,
    DropoutReportSubmitted,
    SubmitDropoutReport,
)
from domain.child.school_state import Schooling
from domain.terms.school import (
    DropoutReason,
    PersuasionFailure,
)
from tests.domain.child.dropping_out import (
    E,
    T,
    attempt,
    dropped_out,
    failed_three_times,
    report,
    reported,
    status,
)
from tests.domain.child.family import EDUCATION, JUYUAN, TOWNSHIP
from tests.domain.child.pupils import (
    EDU,
    HEAD,
    TOWN,
    Q,
    last_of,
    on_file,
    one,
    put,
    refused,
    truant,
)


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
