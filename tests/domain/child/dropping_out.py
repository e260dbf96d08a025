"""A pupil who drops out, step by step: registered, persuaded in vain, reported to both, in measures, back (D.5)."""

from __future__ import annotations

from datetime import date
from typing import Any

from domain.child.dropout import (
    MakeReturnPersuasion,
    RegisterDropout,
)
from domain.child.dropout_report import (
    AcknowledgeDropoutReport,
    SubmitDropoutReport,
)
from domain.child.dropout_return import (
    ReturnToSchool,
)
from domain.child.school_state import Schooling
from domain.terms.school import (
    DropoutReason,
    PersuasionMeans,
    PersuasionResult,
    PersuasionWith,
    ReportAddressee,
)
from tests.domain.child.pupils import (
    EDU,
    HEAD,
    TEACHER,
    TOWN,
    Q,
    on_file,
    put,
    truant,
)
from tests.domain.story import Story

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
