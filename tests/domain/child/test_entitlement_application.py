"""申请: one form for several departments, and the family's no (D.6)."""

from __future__ import annotations

from datetime import date

import pytest

from domain.child.entitlement_application import (
    DeclineEntitlement,
    EntitlementApplicationAssisted,
    EntitlementApplicationFiled,
    EntitlementDeclined,
    EntitlementItemApplied,
)
from domain.terms.entitlements import AidApplicant, EntitlementRoute
from tests.domain.child.aid import (
    JD_EDUCATION,
    MOTHER,
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
from tests.domain.child.family import DISTRICT, JUYUAN, noted, told_by
from tests.dsl import given


@pytest.mark.clause("SH2024-2.5.18-a", "CN2017-5.1-ag")
def test_one_form_for_three_items_each_for_its_own_department() -> None:
    form = jiading(apply(T.BASIC_LIVING, T.EDU_AID, T.MEDICAL_AID), by=MOTHER)
    filed, *items = facts(form, CHILD_JD)
    assert isinstance(filed, EntitlementApplicationFiled)
    assert filed.entitlement_route is EntitlementRoute.APPLICATION
    assert [i.entitlement for i in items] == [T.BASIC_LIVING, T.EDU_AID, T.MEDICAL_AID]
    assert {i.entitlement_application_id for i in items} == {filed.entitlement_application_id}
    assert len({i.entitlement_item_id for i in items}) == 3
    assert [i.entitlement_unit_id for i in items] == [DISTRICT.id, JD_EDUCATION.id, DISTRICT.id]
    assert {i.entitlement_by for i in items} == {date(2024, 4, 29)}


def test_an_application_never_gives_the_department_more_time() -> None:
    form = changning(apply(T.MINIMUM_LIVING), "2019-04-20 09:00", by=MOTHER)
    item = only(facts(form, CHILD_CN, LOW), EntitlementItemApplied)
    assert not item.newly_opened
    assert item.entitlement_by == day("2019-04-29")


def test_a_worker_files_for_the_family() -> None:
    help_given = noted(
        EntitlementApplicationAssisted,
        family_applicant=AidApplicant.GUARDIAN,
        applied_for=(T.MINIMUM_LIVING,),
        help_with_application="代填表格,陪同办理",
    )
    (assisted,) = facts(changning(help_given, by=WORKER), CHILD_CN)
    assert isinstance(assisted, EntitlementApplicationAssisted)
    form = changning(apply(T.MINIMUM_LIVING), "2019-04-02 09:00", by=WORKER)
    filed = only(facts(form, CHILD_CN, LOW), EntitlementApplicationFiled)
    assert filed.entitlement_route is EntitlementRoute.ASSISTED


def test_what_is_applied_for_is_not_asked_twice() -> None:
    again = changning(apply(T.MINIMUM_LIVING), "2019-04-03 09:00", by=MOTHER)
    given(*told_by(*LOW_APPLIED)).when(again).then_nothing()


def test_an_empty_form_is_refused() -> None:
    refused(changning(apply()), CHILD_CN, code="nothing_applied_for", field="appliedFor")


# ── The family says no


def test_a_family_that_declines_is_left_in_peace() -> None:
    no = DeclineEntitlement(
        entitlement=T.BASIC_LIVING,
        declined_by_whom=AidApplicant.GUARDIAN,
        decline_words="不愿公开家庭情况",
    )
    declined = only(facts(jiading(no, "2024-04-12 09:00"), CHILD_JD, BASIC), EntitlementDeclined)
    assert not declined.was_held
    before = (CHILD_JD, BASIC, jiading(no, "2024-04-12 09:00"))
    given(*told_by(*before)).when(jiading(no, "2024-04-13 09:00")).then_nothing()
    same = screen(T.BASIC_LIVING, F.BASIC_LIVING_CONDITIONS)
    refused(jiading(same, "2024-05-13 09:00"), *before, code="entitlement_facts_unchanged")
    later = jiading(apply(T.BASIC_LIVING), "2024-06-01 09:00", by=MOTHER)
    assert only(facts(later, *before), EntitlementItemApplied).newly_opened


def test_what_came_with_the_grant_can_be_declined_and_does_not_come_back() -> None:
    story = story_of("2014-05-04", "2024-03-01 09:00", JUYUAN)
    story.put(screen(T.BASIC_LIVING, F.BASIC_LIVING_CONDITIONS), at="2024-04-01 09:00")
    story.put(unasked(), at="2024-04-10 09:00")
    for n, one in enumerate((T.EDU_AID, T.BASIC_LIVING)):
        no = DeclineEntitlement(entitlement=one, declined_by_whom=AidApplicant.GUARDIAN)
        story.put(no, at=f"2024-04-1{n + 1} 09:00")
    child = story.child(story.told[0][0])
    assert not child.entitlements.has(T.BASIC_LIVING)
    assert child.entitlements.had_on(T.BASIC_LIVING, day("2024-05-01")) is False
    again = story.put(apply(T.BASIC_LIVING), at="2024-06-01 09:00", by=MOTHER)
    assert only(again, EntitlementItemApplied).entitlement is T.BASIC_LIVING
    recorded = story.put(grant(T.BASIC_LIVING, "2024-06-01"), at="2024-06-02 09:00")
    assert not [e for e in recorded if getattr(e, "entitlement", None) is T.EDU_AID]


def test_there_must_be_something_to_decline() -> None:
    no = DeclineEntitlement(entitlement=T.BASIC_LIVING, declined_by_whom=AidApplicant.CHILD)
    refused(jiading(no), CHILD_JD, code="unknown_entitlement")
    out = screen(T.BASIC_LIVING, F.LOW_INCOME_FAMILY)
    refused(jiading(no, "2024-04-02 09:00"), CHILD_JD, jiading(out), code="nothing_to_decline")
