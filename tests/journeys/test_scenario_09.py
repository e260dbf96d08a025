"""Scenario 9 · Entrusted care: agreement, concern, replacement.

(a) Chongqing 2023, two brothers whose parents leave; (b) Shanghai 2024, an aunt who leaves a child without dinner.
"""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from domain.terms.care import CareConcern, CarerCapability, ParentsAnswer
from domain.terms.reports import Trigger
from ops.demo_world import BY_KEY, OUYING, YINGCHUN
from tests.journeys.checks import common_checks
from tests.journeys.entrusting import (
    AUNT,
    DUTIES,
    GRANDMOTHER,
    brothers,
    concern,
    designated,
    informed,
    six_year_old,
)
from tests.journeys.telling import absent, denied, due, last, line_of, new_names, seen, told
from tests.journeys.world import World

pytestmark = [pytest.mark.begins(2022), pytest.mark.journey, pytest.mark.postgres]


# ── (a) 1


def test_a_minor_and_an_unchecked_adult_are_no_carers(world: World) -> None:
    elder, _ = brothers(world)
    mother = world.as_("fj_mother")
    cousin = {"carer_name": "冷小军", "carer_relation": "OTHER_RELATIVE"}

    def names(code: str, field: str, **given: Any) -> None:
        answer = mother.refused(code, "designateEntrustedCarer", elder, given)
        assert answer["field"] == field
        assert [c["id"] for c in answer["clauses"]] == ["CQ2016-3.1-c"]
        assert answer["clauses"][0]["quoteZh"]

    names("carer_not_adult", "carerBirthOn", **cousin, carer_birth_on=date(2005, 8, 1))
    names("carer_not_adult", "carerAge", **cousin, carer_age=17)
    names("carer_age_unknown", "carerBirthOn", **cousin, carer_capability="CAPABLE")
    names("capability_unchecked", "carerCapability", **GRANDMOTHER)
    names("carer_not_capable", "carerCapability", **GRANDMOTHER, carer_capability="NOT_CAPABLE")
    assert world.events(elder, "child.entrusted_carer_designated") == []
    assert world.as_("fj_committee").queue("fj_village", "Q-14") == []


def test_the_grandmother_checked_and_capable_is_designated(world: World) -> None:
    for child in brothers(world):
        world.as_("fj_mother").done(
            "designateEntrustedCarer", child, GRANDMOTHER | {"carer_capability": "CAPABLE"}
        )
        event = told(world, child, "child.entrusted_carer_designated")
        assert event.carer_is_adult
        assert event.carer_capability is CarerCapability.CAPABLE
        assert event.agreement_required
        assert event.agreement_due_on == date(2023, 2, 20)
        assert event.stamp.clauses == ("CQ2016-3.1-c", "CQ2016-4.2-d", "CQ2016-4.2-f")
        assert event.stamp.packs[0] == ("CQ2016", 1)
        file = world.as_("fj_director").child(child)
        assert file is not None
        assert file["entrustedCare"]["status"] == "DESIGNATED"
        assert file["entrustedCare"]["carerName"] == "莫阿秀"
    common_checks(world)


def test_each_child_has_a_task_to_sign(world: World) -> None:
    both = brothers(world)
    for child in both:
        world.as_("fj_mother").done(
            "designateEntrustedCarer", child, GRANDMOTHER | {"carer_capability": "CAPABLE"}
        )
    tasks = world.as_("fj_committee").queue("fj_village", "Q-14")
    assert {task["childId"] for task in tasks} == {str(child) for child in both}
    for task in tasks:
        assert due(task) == "2023-02-20"
        assert task["clauses"] == ["CQ2016-3.2-h"]
        assert task["namedPersonId"] == str(BY_KEY["fj_committee"].id)
    common_checks(world)


# ── (a) 2, 3


def test_the_committee_guides_signing_for_each_child(world: World) -> None:
    elder, younger = designated(world)
    committee = world.as_("fj_committee")
    world.clock.set("2023-02-10 15:00")
    for field in ("parents_duties", "carer_duties"):
        for empty in ([], [""]):
            given = DUTIES | {field: empty, "agreement_hash": "ab" * 32}
            answer = committee.refused("duties_missing", "signEntrustedCareAgreement", elder, given)
            assert answer["field"] == {"parents_duties": "parentsDuties"}.get(field, "carerDuties")
            assert [c["id"] for c in answer["clauses"]] == ["CQ2016-3.2-h"]
    malformed = DUTIES | {"agreement_hash": "not a hash"}
    committee.refused("agreement_hash_malformed", "signEntrustedCareAgreement", elder, malformed)

    committee.done("signEntrustedCareAgreement", elder, DUTIES | {"agreement_hash": "ab" * 32})
    (left,) = committee.queue("fj_village", "Q-14")
    assert left["childId"] == str(younger)
    committee.done("signEntrustedCareAgreement", younger, DUTIES | {"agreement_hash": "cd" * 32})
    assert committee.queue("fj_village", "Q-14") == []
    for child, digest in ((elder, "ab" * 32), (younger, "cd" * 32)):
        event = told(world, child, "child.entrusted_care_agreement_signed")
        assert event.parents_duties == tuple(DUTIES["parents_duties"])
        assert event.carer_duties == tuple(DUTIES["carer_duties"])
        assert event.agreement_hash == digest
        assert event.stamp.clauses == ("CQ2016-3.2-h",)
        file = world.as_("fj_director").child(child)
        assert file is not None
        assert file["entrustedCare"]["status"] == "IN_FORCE"
        assert file["entrustedCare"]["agreementSignedOn"] == "2023-02-10"
    common_checks(world)


def test_signed_care_is_supervised_and_parents_kept_in_touch(world: World) -> None:
    elder, younger = designated(world)
    committee = world.as_("fj_committee")
    world.clock.set("2023-02-10 15:00")
    for child in (elder, younger):
        given = DUTIES | {"agreement_hash": "ab" * 32}
        committee.done("signEntrustedCareAgreement", child, given)
    tasks = committee.queue("fj_village", "Q-15")
    assert {task["childId"] for task in tasks} == {str(elder), str(younger)}
    assert {due(task) for task in tasks} == {"2023-05-10"}
    assert {tuple(task["clauses"]) for task in tasks} == {("CQ2016-3.2-i",)}

    given = {"duty_list_version": "欧营村2023版", "duty_list_village": world.place(OUYING)}
    committee.done("issueGuardianResponsibilityList", elder, given)
    listed = told(world, elder, "child.guardian_responsibility_list_issued")
    assert listed.stamp.clauses == ("CQ2016-3.2-g",)
    world.clock.set("2023-02-12 19:00")
    call = {"family_channel": "VIDEO", "parent_in_touch": "MOTHER"}
    committee.done("facilitateParentChildContact", elder, call)
    contact = told(world, elder, "child.parent_child_contact_facilitated")
    assert contact.family_channel.name == "VIDEO"
    assert "CQ2016-3.2-j" in contact.stamp.clauses

    world.clock.set("2023-04-20 10:00")
    found = {"care_findings": "衣食无忧,按时上学", "care_satisfactory": True}
    committee.done("superviseEntrustedCare", elder, found)
    left = {task["childId"]: due(task) for task in committee.queue("fj_village", "Q-15")}
    assert left == {str(elder): "2023-07-20", str(younger): "2023-05-10"}
    common_checks(world)


# ── (a) 4


def test_seven_days_without_a_carer_raise_the_tier(world: World) -> None:
    elder, _ = brothers(world)
    world.tick("2023-02-13 23:00")
    before = world.as_("fj_supervisor").child(elder)
    assert before is not None
    assert before["tier"] is None
    world.tick("2023-02-14 00:01")
    file = world.as_("fj_supervisor").child(elder)
    assert file is not None
    assert file["tier"] == "R2"
    absence = world.events(elder, "child.guardian_absence_recorded")[-1]
    (reason,) = [r for r in file["tierReasons"]["reasons"] if r["deciding"]]
    assert reason["rule"] == "R-H2"
    assert reason["factor"] == "RF-16"
    assert reason["event"] == str(absence.event_id)
    assert "CQ2016-3.1-c" in reason["clauses"]
    assigned = told(world, elder, "child.risk_tier_assigned")
    assert assigned.tier_basis == "AT_ONCE"
    common_checks(world)


# ── (b) 5 … 8


def test_no_written_agreement_is_no_error_in_shanghai(world: World) -> None:
    child = six_year_old(world)
    event = told(world, child.id, "child.entrusted_carer_designated")
    assert not event.agreement_required
    assert event.agreement_due_on is None
    file = world.as_("jd_director").child(child.id)
    assert file is not None
    assert file["entrustedCare"]["status"] == "IN_FORCE"
    assert file["entrustedCare"]["agreementSignedOn"] is None
    assert world.as_("jd_committee").queue("jd_village", "Q-14") == []
    (task,) = world.as_("jd_committee").queue("jd_village", "Q-15")
    assert due(task) == "2024-12-02"
    common_checks(world)


def test_a_concern_is_a_task_to_inform_the_parents(world: World) -> None:
    child = six_year_old(world)
    concern(world, child)
    event = told(world, child.id, "child.entrusted_care_concern_raised")
    assert event.care_concern is CareConcern.NEGLECTS
    assert event.stamp.clauses == ("SH2024-2.2.5-c",)
    assert not event.report_offered
    (task,) = world.as_("jd_committee").queue("jd_village", "Q-16")
    assert task["childId"] == str(child.id)
    assert due(task) == "2024-11-03"
    assert task["clauses"] == ["SH2024-2.2.5-c"]
    assert task["namedPersonId"] == str(BY_KEY["jd_committee"].id)
    common_checks(world)


def test_the_parents_choose_another_carer(world: World) -> None:
    child = six_year_old(world)
    concern(world, child)
    committee = world.as_("jd_committee")
    uncle = AUNT | {"carer_name": "潘建民", "carer_age": 50, "replaced_because": "父母重新选择"}
    committee.refused("out_of_turn", "replaceEntrustedCarer", child.id, uncle)
    informed(world, child, "CHOOSE_ANOTHER")
    (task,) = committee.queue("jd_village", "Q-16")
    assert due(task) == "2024-11-16"
    outcome = committee.done("replaceEntrustedCarer", child.id, uncle)
    assert new_names(world, child.id, outcome)[:2] == [
        "child.entrusted_carer_replaced",
        "child.entrusted_carer_designated",
    ]
    assert committee.queue("jd_village", "Q-16") == []
    said = told(world, child.id, "child.parents_informed_of_care_concern")
    assert said.parents_answer is ParentsAnswer.CHOOSE_ANOTHER
    assert set(said.informed_guardians) == set(child.guardians.values())
    file = world.as_("jd_director").child(child.id)
    assert file is not None
    assert file["entrustedCare"]["carerName"] == "潘建民"
    assert file["entrustedCare"]["status"] == "IN_FORCE"
    assert file["entrustedCare"]["concern"] is None
    common_checks(world)


def test_the_parents_keep_the_aunt_with_help(world: World) -> None:
    child = six_year_old(world)
    concern(world, child)
    informed(world, child, "KEEP_WITH_HELP")
    committee = world.as_("jd_committee")
    helped = {"help_given": "约定每日晚饭,邻居代看,每周上门督促"}
    committee.done("supportEntrustedCarer", child.id, helped)
    event = told(world, child.id, "child.entrusted_carer_supported")
    assert event.supervision_due_on == date(2025, 2, 2)
    assert committee.queue("jd_village", "Q-16") == []
    (task,) = committee.queue("jd_village", "Q-15")
    assert due(task) == "2025-02-02"
    file = world.as_("jd_director").child(child.id)
    assert file is not None
    assert file["entrustedCare"]["carerName"] == "潘玉珍"
    assert file["entrustedCare"]["status"] == "IN_FORCE"
    common_checks(world)


def test_parents_unreachable_and_a_hungry_child_offer_a_report(world: World) -> None:
    child = six_year_old(world)
    concern(world, child)
    committee = world.as_("jd_committee")
    given = {
        "informed_guardians": [],
        "care_means": "PHONE",
        "parents_answer": "UNREACHABLE",
        "child_in_need_now": True,
    }
    committee.done("informParentsOfCareConcern", child.id, given)
    offer = seen(line_of(committee, "child", child.id, "child.parents_informed_of_care_concern"))
    assert offer["reportOffered"] is True
    assert offer["reportTrigger"] == Trigger.GUARDIAN_NOT_PERFORMING.value
    report = {
        "report_channel": "ONLINE",
        "reporter_category": "VILLAGE_COMMITTEE",
        "discovered_at": world.clock.now,
        "triggers": [offer["reportTrigger"]],
        "incident_place": world.place(YINGCHUN),
        "children": [child.id],
    }
    case_id = committee.done("submitReport", None, report)["id"]
    (task,) = world.as_("jd_police").queue("jd_police", "Q-01")
    assert task["caseId"] == case_id
    assert told(world, case_id, "case.report_submitted").triggers == (
        Trigger.GUARDIAN_NOT_PERFORMING,
    )
    common_checks(world)


@pytest.mark.parametrize(("born", "invited"), [(date(2018, 4, 5), False), (date(2022, 6, 1), True)])
def test_who_cooks_in_fact_is_stored_and_invited_only_for_an_infant(
    world: World, born: date, *, invited: bool
) -> None:
    child = six_year_old(world, born)
    given = {
        "arrangement": "ENTRUSTED",
        "actual_carer_name": "潘老太",
        "actual_carer_relation": "PATERNAL_GRANDMOTHER",
    }
    world.clock.set("2024-11-01 19:00")
    world.as_("jd_director").done("recordCareArrangement", child.id, given)
    event = told(world, child.id, "child.care_arrangement_recorded")
    assert event.actual_carer_name == "潘老太"
    assert event.actual_carer_id is not None
    assert event.course_invited is invited
    assert event.stamp.clauses == ("SH2024-2.2.5-a",)
    file = world.as_("jd_director").child(child.id)
    assert file is not None
    assert file["entrustedCare"]["carerName"] == "潘玉珍"
    common_checks(world)


# ── Whose it is not


def test_strangers_to_the_family_neither_see_nor_act(world: World) -> None:
    elder, _ = designated(world)
    for key in ("fj_director2", "kl_township", "cm_committee", "fj_wf"):
        denied(world.as_(key), "designateEntrustedCarer", elder, GRANDMOTHER)
        absent(world.as_(key), "child", elder)
    denied(
        world.as_("fj_grandmother"),
        "signEntrustedCareAgreement",
        elder,
        DUTIES | {"agreement_hash": "ab" * 32},
    )
    assert last(world, elder, "child.entrusted_carer_designated").agreement_required
    common_checks(world)
