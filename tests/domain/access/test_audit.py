"""Audit orders: what they are about, how long they run, who approves them, what leaves under them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from domain.access.audit import (
    ApproveAuditOrder,
    AuditOrderEnded,
    AuditOrderOpened,
    EndAuditOrder,
    NoteAuditOrderOver,
    OpenAuditOrder,
    RecordTimelineExport,
    TimelineExported,
)
from domain.access.state import AccessOrder
from domain.case.report_state import Stage
from domain.case.state import Case
from domain.context import SYSTEM, Actor
from tests.domain.access.asking import CHANGNING, CHILD, CITY, after, facts, of, on_file, refused
from tests.dsl import an_id, local

EMPTY = AccessOrder(id=an_id("audit order"))
AUDITOR: Actor = of("auditor", "auditor", CITY)
SECOND: Actor = of("second auditor", "auditor", CITY)
CASE = Case(
    id=an_id("audited case"),
    version=3,
    stage=Stage.HANDLING,
    incident_place=CHANGNING,
    children=(CHILD,),
)
OPEN = OpenAuditOrder(
    audit_purpose="核查办理经过",
    audit_until_on=date(2025, 4, 2),
    audited_from_on=date(2025, 1, 1),
    audited_to_on=date(2025, 3, 3),
    case_id=CASE.id,
)
EXPORT = RecordTimelineExport(
    export_scope="case", export_hash="0" * 64, export_recipient="市审计局"
)


def running() -> AccessOrder:
    state: AccessOrder = after(EMPTY, *facts(EMPTY, OPEN, AUDITOR, CASE))
    return state


def test_an_order_on_a_case_concerns_its_children() -> None:
    (opened,) = facts(EMPTY, OPEN, AUDITOR, CASE)
    assert isinstance(opened, AuditOrderOpened)
    assert opened.audited_children == (CHILD,)
    assert opened.auditor_assignment_id == AUDITOR.assignment_id
    assert opened.open_until == local("2025-04-02 23:59:59")
    assert running().place == CHANGNING


def test_an_order_on_a_child() -> None:
    named = replace(OPEN, case_id=None, child_id=CHILD)
    (opened,) = facts(EMPTY, named, AUDITOR, on_file())
    assert opened.child_id == CHILD


def test_exactly_one_subject_that_exists() -> None:
    refused("audit_needs_subject", EMPTY, replace(OPEN, case_id=None), AUDITOR, CASE)
    refused("audit_needs_subject", EMPTY, replace(OPEN, child_id=CHILD), AUDITOR, CASE)
    refused("audit_needs_subject", EMPTY, OPEN, AUDITOR, replace(CASE, version=0), field="caseId")


@pytest.mark.parametrize("day", [date(2025, 3, 2), date(2025, 4, 3)])
def test_not_before_today_and_not_longer_than_the_packs_say(day: date) -> None:
    later = replace(OPEN, audit_until_on=day)
    refused("audit_period_invalid", EMPTY, later, AUDITOR, CASE, field="auditUntilOn")


def test_the_period_audited_is_said_and_runs_forward() -> None:
    (opened,) = facts(EMPTY, OPEN, AUDITOR, CASE)
    assert (opened.audited_from_on, opened.audited_to_on) == (date(2025, 1, 1), date(2025, 3, 3))
    backwards = replace(OPEN, audited_to_on=date(2024, 12, 31))
    code = "audited_period_backwards"
    refused(code, EMPTY, backwards, AUDITOR, CASE, field="auditedToOn")
    one_day = replace(OPEN, audited_to_on=OPEN.audited_from_on)
    assert facts(EMPTY, one_day, AUDITOR, CASE)


def test_its_end_by_time_is_put_on_record_by_the_clock_and_once() -> None:
    over = "2025-04-02 23:59:59"
    assert facts(running(), NoteAuditOrderOver(), SYSTEM, at="2025-04-02 23:59") == ()
    (ended,) = facts(running(), NoteAuditOrderOver(), SYSTEM, at=over)
    assert isinstance(ended, AuditOrderEnded)
    assert not running().settled
    done = after(running(), ended)
    assert done.settled
    assert facts(done, NoteAuditOrderOver(), SYSTEM, at=over) == ()


def test_a_purpose_in_words() -> None:
    silent = replace(OPEN, audit_purpose=" ")
    refused("audit_purpose_missing", EMPTY, silent, AUDITOR, CASE, field="auditPurpose")


def test_the_second_approval_is_another_persons_and_one() -> None:
    refused("second_approval_by_another", running(), ApproveAuditOrder(), AUDITOR)
    approved = after(running(), *facts(running(), ApproveAuditOrder(), SECOND))
    assert approved.audit.approved_by_id == SECOND.person_id
    refused("audit_approved_already", approved, ApproveAuditOrder(), SECOND)


def test_an_order_that_is_over_is_over() -> None:
    ended = after(running(), *facts(running(), EndAuditOrder(), SECOND))
    refused("audit_order_over", ended, EndAuditOrder(), AUDITOR)
    refused("audit_order_over", ended, ApproveAuditOrder(), SECOND)
    refused("audit_order_over", running(), EXPORT, AUDITOR, at="2025-04-03 00:00")


def test_only_the_auditor_takes_something_out() -> None:
    (told,) = facts(running(), EXPORT, AUDITOR)
    assert isinstance(told, TimelineExported)
    assert told.export_recipient == "市审计局"
    refused("not_your_audit_order", running(), EXPORT, SECOND)
