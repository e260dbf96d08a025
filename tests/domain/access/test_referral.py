"""Referrals, conflicts, judicial disclosure: who may give, take and close them, and what they must say."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from domain.case.disclosure import OrderReporterDisclosure, ReporterDisclosureOrdered
from domain.case.report_state import Stage
from domain.case.state import Case
from domain.child.conflict import ConflictDeclared, LiftConflict
from domain.child.referral import (
    AcceptFileReferral,
    CompleteFileReferral,
    DeclineFileReferral,
    FileReferralAccepted,
    FileReferred,
    RecallFileReferral,
    ReferFile,
)
from domain.child.state import Child
from domain.terms.access import AccessPurpose, ConflictGround, SharedField
from tests.domain.access.asking import (
    CIVIL,
    COURT,
    HEAD,
    OFFICER,
    POLICE,
    REVIEWER,
    TOWNSHIP,
    WORKER,
    after,
    facts,
    of,
    on_file,
    refused,
)
from tests.dsl import an_id, local

REFER = ReferFile(
    referred_to_unit_id=CIVIL.id,
    referral_fields=(SharedField.IDENTITY, SharedField.CARE_NEEDS),
    referral_purpose=AccessPurpose.CASEWORK,
    referral_need="接续帮扶",
    referral_until_on=date(2025, 3, 20),
)


def made() -> tuple[Child, Any]:
    (referred,) = facts(on_file(), REFER, WORKER)
    return after(on_file(), referred), referred.file_referral_id


def test_a_referral_gives_listed_fields_until_a_day() -> None:
    (referred,) = facts(on_file(), REFER, WORKER)
    assert isinstance(referred, FileReferred)
    assert referred.referred_by_unit_id == TOWNSHIP.id
    assert referred.open_until == local("2025-03-20 23:59:59")
    child, which = made()
    (accepted,) = facts(child, AcceptFileReferral(file_referral_id=which), REVIEWER)
    assert isinstance(accepted, FileReferralAccepted)
    assert accepted.referral_fields == REFER.referral_fields
    assert accepted.open_until == referred.open_until
    again = facts(after(child, accepted), AcceptFileReferral(file_referral_id=which), REVIEWER)
    assert again == ()


@pytest.mark.parametrize(
    ("code", "wrong"),
    [
        ("referred_to_unknown_unit", replace(REFER, referred_to_unit_id=an_id("nowhere"))),
        ("referred_to_unknown_unit", replace(REFER, referred_to_unit_id=TOWNSHIP.id)),
        ("referral_fields_missing", replace(REFER, referral_fields=())),
        ("referral_need_missing", replace(REFER, referral_need=" ")),
        ("referral_period_invalid", replace(REFER, referral_until_on=date(2025, 3, 2))),
        ("referral_period_invalid", replace(REFER, referral_until_on=date(2025, 6, 2))),
    ],
)
def test_what_a_referral_must_say(code: str, wrong: ReferFile) -> None:
    refused(code, on_file(), wrong, WORKER)


def test_whose_it_is() -> None:
    child, which = made()
    decline = DeclineFileReferral(file_referral_id=which, referral_closed_because="无力承接")
    refused("not_referred_to_you", child, AcceptFileReferral(file_referral_id=which), OFFICER)
    refused("not_referred_to_you", child, decline, WORKER)
    recall = RecallFileReferral(file_referral_id=which, referral_closed_because="误转")
    refused("not_your_referral", child, recall, REVIEWER)
    silent = replace(recall, referral_closed_because=" ")
    refused("referral_reason_missing", child, silent, WORKER)


def test_what_is_over_by_deed_or_by_time_is_over() -> None:
    child, which = made()
    accept = AcceptFileReferral(file_referral_id=which)
    code = "unknown_file_referral"
    complete = CompleteFileReferral(file_referral_id=which, referral_outcome="已走访")
    refused(code, child, complete, REVIEWER)  # not accepted yet
    refused(code, child, accept, REVIEWER, at="2025-03-21 00:00")
    refused(code, child, AcceptFileReferral(file_referral_id=an_id("none")), REVIEWER)
    recall = RecallFileReferral(file_referral_id=which, referral_closed_because="误转")
    recalled = after(child, *facts(child, recall, WORKER))
    refused(code, recalled, accept, REVIEWER)
    accepted = after(child, *facts(child, accept, REVIEWER))
    done = after(accepted, *facts(accepted, complete, REVIEWER))
    refused(code, done, complete, REVIEWER)


def test_nobody_lifts_their_own_conflict() -> None:
    conflict = ConflictDeclared(
        conflict_id=an_id("conflict"),
        kept_away_id=OFFICER.person_id,
        conflict_ground=ConflictGround.FAMILY,
    )
    lift = LiftConflict(conflict_id=conflict.conflict_id, conflict_over_because="查无此事")
    refused("lifted_by_kept_away", after(on_file(), conflict), lift, OFFICER)
    assert facts(after(on_file(), conflict), lift, WORKER)


def test_who_reported_is_disclosed_by_a_numbered_order_to_a_tribunal() -> None:
    case = Case(id=an_id("case"), version=2, stage=Stage.HANDLING)
    judge = of("judge", "court", COURT)
    order = OrderReporterDisclosure(
        disclosure_order_number="(2025)沪调1号",
        disclosure_reason="核实报告经过",
        disclosed_to_unit_id=COURT.id,
    )
    (told,) = facts(case, order, judge)
    assert isinstance(told, ReporterDisclosureOrdered)
    assert told.open_until == local("2025-04-02 09:00")
    for unnumbered in (
        replace(order, disclosure_order_number=" "),
        replace(order, disclosure_reason=""),
    ):
        refused("disclosure_order_missing", case, unnumbered, judge)
    elsewhere = replace(order, disclosed_to_unit_id=POLICE.id)
    refused("disclosure_to_tribunal_only", case, elsewhere, judge, field="disclosedToUnitId")
    assert HEAD.unit_id != COURT.id
