"""认定: several decisions on one form; voluntary application; 免申即享; 同步享受; standards (D.6)."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from domain.child.entitlement_decision import (
    EntitlementGranted,
    EntitlementGrantedWithoutApplication,
    EntitlementRefused,
    GrantEntitlementWithoutApplication,
    RefuseEntitlement,
)
from domain.child.entitlement_screening import IndicateEntitlements
from domain.child.entitlement_state import EntitlementStatus
from domain.child.entitlement_together import (
    AdjustEntitlementStandard,
    EntitlementStandardAdjusted,
    EntitlementSynchronised,
    SynchroniseEntitlements,
)
from domain.kernel import COMMANDS, Command
from domain.terms.entitlements import EntitlementRoute
from tests.domain.child.aid import (
    FEDERATION,
    JD_EDUCATION,
    JD_TEACHING,
    LODGING,
    MOTHER,
    TEACHING,
    WORKER,
    F,
    T,
    apply,
    changning,
    day,
    grant,
    jiading,
    only,
    screen,
    story_of,
)
from tests.domain.child.applying import (
    BASIC,
    CHILD_CN,
    CHILD_JD,
    LOW,
    LOW_APPLIED,
    facts,
    refused,
    unasked,
)
from tests.domain.child.family import CHANGNING_CIVIL, DISTRICT, JUYUAN, after, told_by
from tests.dsl import given

# ── Granting and refusing


def test_a_grant_has_reason_standard_and_the_first_day_of_the_subsidy() -> None:
    granting = changning(grant(T.MINIMUM_LIVING, "2019-05-01"), "2019-04-20 09:00")
    fact = only(facts(granting, *LOW_APPLIED), EntitlementGranted)
    assert fact.standard_version == "2019-1"
    assert fact.entitlement_route is EntitlementRoute.APPLICATION
    assert fact.subsidy_on == date(2019, 6, 1)
    assert fact.subsidy_list_on == (date(2019, 5, 2),)


@pytest.mark.parametrize(
    ("more", "code", "field"),
    [
        ({"entitlement_reason": " "}, "entitlement_reason_missing", "entitlementReason"),
        ({"standard_version": ""}, "standard_version_missing", "standardVersion"),
    ],
)
def test_a_grant_lacks_neither_reason_nor_standard(
    more: dict[str, Any], code: str, field: str
) -> None:
    granting = changning(grant(T.MINIMUM_LIVING, "2019-05-01", **more), "2019-04-20 09:00")
    refused(granting, *LOW_APPLIED, code=code, cites="CN2017-3.1-a", field=field)


def test_without_an_application_nothing_is_granted_in_changning() -> None:
    granting = changning(grant(T.MINIMUM_LIVING, "2019-05-01"), "2019-04-20 09:00")
    refused(granting, CHILD_CN, LOW, code="application_needed", field="entitlement")
    refused(granting, CHILD_CN, code="unknown_entitlement", field="entitlement")


def test_four_in_one_medical_aid_needs_a_voluntary_application() -> None:
    """CN2017-3.2-c: 自愿提出申请."""
    screening = changning(screen(T.FOUR_MEDICAL, F.FOUR_MEDICAL_CONDITIONS))
    granting = changning(grant(T.FOUR_MEDICAL, "2019-05-01"), "2019-04-20 09:00")
    for before in ((CHILD_CN,), (CHILD_CN, screening)):
        refused(granting, *before, code="voluntary_application_needed", cites="CN2017-3.2-c")
    unasked = changning(
        GrantEntitlementWithoutApplication(
            entitlement=T.FOUR_MEDICAL,
            proof_data="数据比对",
            standard_version="2019-1",
            granted_from_on=day("2019-05-01"),
            entitlement_reason="符合",
        ),
        "2019-04-20 09:00",
    )
    refused(unasked, CHILD_CN, screening, code="voluntary_application_needed")
    forced = changning(apply(T.FOUR_MEDICAL, voluntary=False), "2019-04-02 09:00")
    refused(
        forced,
        CHILD_CN,
        screening,
        code="voluntary_consent_needed",
        cites="CN2017-3.2-c",
        field="voluntary",
    )
    willing = changning(apply(T.FOUR_MEDICAL), "2019-04-02 09:00", by=MOTHER)
    assert only(facts(granting, CHILD_CN, screening, willing), EntitlementGranted)


def test_temporary_aid_asks_for_the_childs_uplift_and_its_reason() -> None:
    """CN2017-3.1-d: 适当提高对儿童的救助水平."""
    before = (
        CHILD_CN,
        changning(screen(T.TEMP_AID, F.SUDDEN_HARDSHIP)),
        changning(apply(T.TEMP_AID), "2019-04-02 09:00", by=WORKER),
    )
    for more, field in (
        ({}, "childUpliftYuan"),
        ({"child_uplift_yuan": 300}, "upliftReason"),
        ({"child_uplift_yuan": 300, "uplift_reason": " "}, "upliftReason"),
    ):
        granting = changning(grant(T.TEMP_AID, "2019-04-03", **more), "2019-04-03 09:00")
        refused(granting, *before, code="child_uplift_missing", cites="CN2017-3.1-d", field=field)
    full = {"child_uplift_yuan": 300, "uplift_reason": "突发疾病,需营养支出"}
    granting = changning(grant(T.TEMP_AID, "2019-04-03", **full), "2019-04-03 09:00")
    fact = only(facts(granting, *before), EntitlementGranted)
    assert (fact.child_uplift_yuan, fact.uplift_reason) == (300, "突发疾病,需营养支出")
    second = changning(screen(T.TEMP_AID, F.SUDDEN_HARDSHIP), "2019-09-01 09:00")
    assert facts(second, *before, granting), "aid for one occasion can be needed again"


def test_a_department_decides_only_on_its_own() -> None:
    """Must not: the housing administration deciding on what a child's condition gives a right to."""
    before = (
        CHILD_CN,
        changning(screen(T.SURGERY_SUBSIDY, F.HEARING_DISABILITY)),
        changning(apply(T.SURGERY_SUBSIDY), "2019-04-02 09:00", by=MOTHER),
    )
    granting = grant(T.SURGERY_SUBSIDY, "2019-04-10")
    refused(
        changning(granting, "2019-04-10 09:00", by=LODGING),
        *before,
        code="not_deciding_unit",
        field="entitlement",
    )
    refused(
        changning(
            RefuseEntitlement(entitlement=T.SURGERY_SUBSIDY, entitlement_reason="不符合"),
            "2019-04-10 09:00",
            by=LODGING,
        ),
        *before,
        code="not_deciding_unit",
    )
    assert facts(changning(granting, "2019-04-10 09:00", by=FEDERATION), *before)


def test_three_items_three_decisions_each_with_its_own_reason() -> None:
    form = (CHILD_JD, jiading(apply(T.BASIC_LIVING, T.EDU_AID, T.MEDICAL_AID), by=MOTHER))
    yes = jiading(
        grant(T.BASIC_LIVING, "2024-05-01", entitlement_reason="重残儿童家庭"), "2024-04-10 09:00"
    )
    no = jiading(
        RefuseEntitlement(entitlement=T.EDU_AID, entitlement_reason="未就学"),
        "2024-04-11 09:00",
        by=JD_TEACHING,
    )
    child = after(*form, yes, no)
    held = {i.entitlement: i.status for i in child.entitlements.items}
    assert held == {
        T.BASIC_LIVING: EntitlementStatus.ACTIVE,
        T.EDU_AID: EntitlementStatus.REFUSED,
        T.MEDICAL_AID: EntitlementStatus.APPLIED,
    }


def test_a_refusal_needs_its_reason_and_something_to_refuse() -> None:
    silent = RefuseEntitlement(entitlement=T.MINIMUM_LIVING, entitlement_reason="")
    refused(
        changning(silent, "2019-04-10 09:00"),
        *LOW_APPLIED,
        code="entitlement_reason_missing",
        field="entitlementReason",
    )
    no = changning(
        RefuseEntitlement(entitlement=T.MINIMUM_LIVING, entitlement_reason="收入超标"),
        "2019-04-10 09:00",
    )
    assert only(facts(no, *LOW_APPLIED), EntitlementRefused).entitlement_reason == "收入超标"
    again = changning(
        RefuseEntitlement(entitlement=T.MINIMUM_LIVING, entitlement_reason="收入超标"),
        "2019-04-11 09:00",
    )
    refused(again, *LOW_APPLIED, no, code="entitlement_not_undecided")


# ── Without application, and together


def test_the_data_suffice_and_the_family_is_told() -> None:
    fact = only(
        facts(jiading(unasked(), "2024-04-10 09:00"), CHILD_JD, BASIC),
        EntitlementGrantedWithoutApplication,
    )
    assert fact.entitlement_route is EntitlementRoute.WITHOUT_APPLICATION
    assert fact.stamp is not None
    assert "SH2024-2.5.18-b" in fact.stamp.clauses


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"proof_data": ""}, "proof_data_missing"),
        ({"family_notified_on": None}, "family_notice_missing"),
        ({"family_notice_means": None}, "family_notice_missing"),
        ({"entitlement": T.EDU_AID}, "application_needed"),
    ],
)
def test_proof_and_notice_are_not_left_out(more: dict[str, Any], code: str) -> None:
    refused(jiading(unasked(**more), "2024-04-10 09:00"), CHILD_JD, BASIC, code=code)


def test_an_indication_alone_is_no_proof() -> None:
    story = story_of("2014-05-04", "2024-03-01 09:00", JUYUAN)
    story.put(IndicateEntitlements(entitlements=(T.BASIC_LIVING,)), at="2024-04-01 09:00")
    history = tuple(event for _, event in story.told)
    given(*history).when(jiading(unasked(), "2024-04-10 09:00")).then_refused(
        "entitlement_not_eligible", field="entitlement"
    )


def test_medical_and_education_aid_open_the_same_day() -> None:
    """SH2024-2.3.8-c: 同步享受."""
    granted = (CHILD_JD, BASIC, jiading(unasked(), "2024-04-10 09:00"))
    together = jiading(SynchroniseEntitlements(comes_with=T.BASIC_LIVING), "2024-04-10 09:00")
    edu, med = facts(together, *granted)
    assert isinstance(edu, EntitlementSynchronised)
    assert (edu.entitlement, med.entitlement) == (T.EDU_AID, T.MEDICAL_AID)
    assert (edu.entitlement_unit_id, med.entitlement_unit_id) == (JD_EDUCATION.id, DISTRICT.id)
    assert edu.synchronise_by == date(2024, 4, 10)
    aid = jiading(grant(T.EDU_AID, "2024-05-01"), "2024-04-10 10:00", by=JD_TEACHING)
    fact = only(facts(aid, *granted, together), EntitlementGranted)
    assert fact.entitlement_route is EntitlementRoute.SYNCHRONISED


def test_it_follows_from_the_grant_by_itself() -> None:
    story = story_of("2014-05-04", "2024-03-01 09:00", JUYUAN)
    story.put(screen(T.BASIC_LIVING, F.BASIC_LIVING_CONDITIONS), at="2024-04-01 09:00")
    recorded = story.put(unasked(), at="2024-04-10 09:00")
    opened = [e.entitlement for e in recorded if isinstance(e, EntitlementSynchronised)]
    assert opened == [T.EDU_AID, T.MEDICAL_AID]


def test_in_changning_medical_aid_follows_minimum_living() -> None:
    """CN2017-3.2-b: medical aid for children of 低保 families; of education aid it says nothing."""
    granting = changning(grant(T.MINIMUM_LIVING, "2019-05-01"), "2019-04-20 09:00")
    together = changning(SynchroniseEntitlements(comes_with=T.MINIMUM_LIVING), "2019-04-20 09:00")
    (medical,) = facts(together, *LOW_APPLIED, granting)
    assert medical.entitlement is T.MEDICAL_AID
    assert medical.entitlement_unit_id == CHANGNING_CIVIL.id
    given(*told_by(*LOW_APPLIED)).when(together).then_nothing()
    housing = SynchroniseEntitlements(comes_with=T.HOUSING)
    given(*told_by(*LOW_APPLIED, granting)).when(
        changning(housing, "2019-04-20 09:00")
    ).then_nothing()


# ── Standards


def test_the_standard_is_adjusted_by_whom_it_concerns() -> None:
    """CQ2024-2.5-e: 按规定调整资助救助标准."""
    granted = (*LOW_APPLIED, changning(grant(T.MINIMUM_LIVING, "2019-05-01"), "2019-04-20 09:00"))

    def adjust(at: str = "2019-07-01 09:00", by: Any = None, **more: Any) -> Command[Any]:
        usual: dict[str, Any] = {
            "entitlement": T.MINIMUM_LIVING,
            "standard_version": "2019-2",
            "adjusted_from_on": day("2019-07-01"),
            "adjustment_basis": "年度标准调整",
        }
        made = AdjustEntitlementStandard(**{**usual, **more})
        return changning(made, at, by=by) if by else changning(made, at)

    (adjusted,) = facts(adjust(), *granted)
    assert isinstance(adjusted, EntitlementStandardAdjusted)
    again = adjust("2019-07-02 09:00")
    given(*told_by(*granted, adjust())).when(again).then_nothing()
    refused(adjust(standard_version=""), *granted, code="standard_version_missing")
    refused(adjust(adjustment_basis=" "), *granted, code="entitlement_reason_missing")
    refused(adjust(by=TEACHING), *granted, code="not_deciding_unit")
    refused(adjust(), *LOW_APPLIED, code="entitlement_not_held")


def test_commands_that_no_person_puts_are_the_systems() -> None:
    for act in ("child.indicate_entitlements", "child.synchronise_entitlements"):
        assert COMMANDS[act].by_system
