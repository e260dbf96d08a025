"""Scenario 14 · Entitlements with, without and in spite of application.

(a) Changning 2019 under CN2017; (b) Jiading 2024 under SH2020 and SH2024. Over HTTP, by the departments that decide.
"""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

import pytest

from ops.demo_world import UNIT_BY_KEY
from tests.journeys.aid import applied, child_of, entitlements, grant, needed, screened, tasks
from tests.journeys.checks import common_checks
from tests.journeys.telling import denied, due, line_of, recorded, seen
from tests.journeys.world import World

pytestmark = [pytest.mark.begins(2019), pytest.mark.journey, pytest.mark.postgres]


# ── (a) 1 · 1 June


def on_minimum_living(world: World, name: str) -> UUID:
    """A child of a family that gets 低保 in April 2019."""
    child_id = child_of(world, "cn", name, date(2010, 5, 4))
    screened(world, "cn_ca", child_id, "MINIMUM_LIVING", "MINIMUM_LIVING_CONDITIONS")
    applied(world, "cn_mother", child_id, "MINIMUM_LIVING")
    world.as_("cn_ca").done("grantEntitlement", child_id, grant("MINIMUM_LIVING", date(2019, 5, 1)))
    return child_id


def test_1_every_first_of_june_each_child_of_a_family_on_that_day_once(world: World) -> None:
    world.clock.set("2019-04-10 09:00")
    first, second = on_minimum_living(world, "艾一"), on_minimum_living(world, "艾二")
    never = child_of(world, "cn", "艾三", date(2010, 5, 4))
    world.tick("2019-05-02 08:00")
    assert len(world.events(first, "child.culture_subsidy_listed")) == 1
    world.clock.set("2019-05-20 09:00")
    over = {
        "entitlement": "MINIMUM_LIVING",
        "review_outcome": "END",
        "review_reason": "父亲就业",
    }
    world.as_("cn_ca").done("reviewEntitlement", second, over)
    world.tick("2019-05-31 23:59")
    assert world.events(first, "child.culture_subsidy_paid") == []
    for moment in ("2019-06-01 00:01", "2019-06-01 20:00", "2019-12-31 09:00"):
        world.tick(moment)
        (paid,) = world.events(first, "child.culture_subsidy_paid")
        assert paid.event.paid_on == date(2019, 6, 1)
        assert paid.stamp.clauses == ("CN2017-3.5.1-a",)
    world.tick("2020-06-01 00:01")
    years = [r.event.paid_year for r in world.events(first, "child.culture_subsidy_paid")]
    assert years == [2019, 2020]
    # The payment is the deed of the district's yearly duty; the year before anybody was paid is missed.
    duty: list[Any] = [
        r.event for r in world.log(world.unit("cn_ca")) if "obligation" in r.event.name
    ]
    met = {e.duty_period for e in duty if e.name == "unit.obligation_fulfilled"}
    missed = {e.duty_period for e in duty if e.name == "unit.obligation_missed"}
    assert (met, missed & {"2018", "2019", "2020"}) == ({"2019", "2020"}, {"2018"})
    for other in (second, never):
        assert world.events(other, "child.culture_subsidy_paid") == []
    common_checks(world)


# ── (a) 2 · the sixteenth birthday


def test_2_destitute_support_is_reviewed_and_ends_with_the_birthday(world: World) -> None:
    world.clock.set("2019-04-10 09:00")
    child_id = child_of(world, "cn", "艾晓雨", date(2003, 11, 20))
    screened(
        world,
        "cn_ca",
        child_id,
        "HARDSHIP_SUPPORT",
        "NO_LABOUR",
        "NO_MEANS",
        "NO_SUPPORTER",
    )
    screened(world, "cn_edu", child_id, "FREE_EDUCATION", "LIMB_DISABILITY")
    applied(world, "cn_worker", child_id, "HARDSHIP_SUPPORT", "FREE_EDUCATION")
    given = grant("HARDSHIP_SUPPORT", date(2019, 4, 10))
    world.as_("cn_ca").done("grantEntitlement", child_id, given)
    world.as_("cn_edu").done(
        "grantEntitlement", child_id, grant("FREE_EDUCATION", date(2019, 9, 1))
    )
    world.tick("2019-09-20 23:59")
    assert tasks(world, "cn_ca", "cn_ca", "Q-47", child_id) == []
    world.tick("2019-09-21 00:01")
    (task,) = tasks(world, "cn_ca", "cn_ca", "Q-47", child_id)
    assert due(task) == "2019-11-20"
    world.tick("2019-11-19 23:59")
    assert world.events(child_id, "child.entitlement_ended") == []
    world.tick("2019-11-20 00:01")
    ended = recorded(world, child_id, "child.entitlement_ended")
    assert ended.event.entitlement_ended_on == date(2019, 11, 20)
    assert ended.stamp.clauses == ("CN2017-3.1-b",)
    assert ended.event.entitlement == "HARDSHIP_SUPPORT", "free education has no age"
    assert tasks(world, "cn_ca", "cn_ca", "Q-47", child_id) == []
    common_checks(world)


# ── (a) 3, 4 · what the family reads, and what it alone may ask for


def test_3_the_allowance_never_says_that_the_child_is_an_orphan(world: World) -> None:
    world.clock.set("2019-04-10 09:00")
    child_id = child_of(world, "cn", "费小满", date(2012, 5, 4))
    screened(world, "cn_ca", child_id, "SCATTERED_ORPHAN", "RAISED_BY_OTHERS")
    applied(world, "cn_mother", child_id, "SCATTERED_ORPHAN")
    world.as_("cn_ca").done(
        "grantEntitlement", child_id, grant("SCATTERED_ORPHAN", date(2019, 5, 1))
    )
    line = line_of(world.as_("cn_mother"), "child", child_id, "child.entitlement_granted")
    shown = str(seen(line)) + line["zh"] + line["en"]
    assert "孤儿" not in shown
    file = world.as_("cn_ca").child(child_id)
    assert file is not None
    told = {name: value for name, value in file.items() if name not in {"actions", "workItems"}}
    assert "孤" not in str(told), "the clauses cited with an action are the text's own words"
    common_checks(world)


def test_4_four_in_one_medical_aid_only_when_the_family_asks(world: World) -> None:
    world.clock.set("2019-04-10 09:00")
    child_id = child_of(world, "cn", "顾小满", date(2012, 5, 4))
    screened(world, "cn_ca", child_id, "FOUR_MEDICAL", "FOUR_MEDICAL_CONDITIONS")
    official = world.as_("cn_ca")
    granting = grant("FOUR_MEDICAL", date(2019, 5, 1))
    answer = official.refused(
        "voluntary_application_needed", "grantEntitlement", child_id, granting
    )
    assert [c["id"] for c in answer["clauses"]] == ["CN2017-3.2-c"]
    official.refused(
        "voluntary_application_needed",
        "grantEntitlementWithoutApplication",
        child_id,
        {**granting, "proof_data": "数据比对"},
    )
    forced = {
        "family_applicant": "GUARDIAN",
        "applied_for": ["FOUR_MEDICAL"],
        "voluntary": False,
    }
    answer = world.as_("cn_worker").refused(
        "voluntary_consent_needed", "fileEntitlementApplication", child_id, forced
    )
    assert answer["field"] == "voluntary"
    applied(world, "cn_mother", child_id, "FOUR_MEDICAL")
    official.done("grantEntitlement", child_id, granting)
    common_checks(world)


# ── (a) 5, 6


def test_5_six_years_and_eleven_months_is_still_small(world: World) -> None:
    world.clock.set("2019-04-10 09:00")
    for born, small in ((date(2012, 5, 10), True), (date(2012, 4, 10), False)):
        child_id = child_of(world, "cn", "郝小宁", born)
        needed(world, "cn_director", child_id, "DEVICE", "HEARING_DISABILITY")
        need = recorded(world, child_id, "child.rehabilitation_need_recorded").event
        assert need.within_small_age is small
        screened(world, "cn_dpf", child_id, "REHABILITATION", "HEARING_DISABILITY")
        event = recorded(world, child_id, "child.entitlement_screened").event
        assert (event.age_fits, event.eligible) == (small, small)
        open_tasks = tasks(world, "cn_dpf", "cn_dpf", "Q-20", child_id)
        assert bool(open_tasks) is small
    common_checks(world)


def test_6_temporary_aid_says_what_is_added_for_the_child(world: World) -> None:
    world.clock.set("2019-04-10 09:00")
    child_id = child_of(world, "cn", "纪小安", date(2012, 5, 4))
    screened(world, "cn_ca", child_id, "TEMP_AID", "SUDDEN_HARDSHIP")
    applied(world, "cn_worker", child_id, "TEMP_AID")
    aid = grant("TEMP_AID", date(2019, 4, 10))
    official = world.as_("cn_ca")
    for more, field in (
        ({}, "childUpliftYuan"),
        ({"child_uplift_yuan": 300}, "upliftReason"),
    ):
        answer = official.refused(
            "child_uplift_missing", "grantEntitlement", child_id, {**aid, **more}
        )
        assert answer["field"] == field
        assert [c["id"] for c in answer["clauses"]] == ["CN2017-3.1-d"]
    full = {"child_uplift_yuan": 300, "uplift_reason": "婴幼儿营养支出"}
    official.done("grantEntitlement", child_id, {**aid, **full})
    event = recorded(world, child_id, "child.entitlement_granted").event
    assert (event.child_uplift_yuan, event.uplift_reason) == (300, "婴幼儿营养支出")
    common_checks(world)


# ── (b) 7 · without application, and together


WITHOUT = {
    "proof_data": "残疾人证、低收入核对结果",
    "family_notified_on": date(2024, 4, 9),
    "family_notice_means": "PHONE",
}


def test_7_without_application_and_the_same_day_together(world: World) -> None:
    world.clock.set("2024-04-08 09:00")
    child_id = child_of(world, "jd", "耿小梅", date(2014, 5, 4))
    screened(world, "jd_ca", child_id, "BASIC_LIVING", "BASIC_LIVING_CONDITIONS")
    proposal = recorded(world, child_id, "child.entitlement_screened").event
    assert proposal.proposed_without_application
    (task,) = tasks(world, "jd_ca", "jd_ca", "Q-20", child_id)
    assert "SH2024-2.3.8-a" in task["clauses"]
    world.clock.set("2024-04-10 10:00")
    official = world.as_("jd_ca")
    given = grant("BASIC_LIVING", date(2024, 5, 1))
    official.refused("application_needed", "grantEntitlement", child_id, given)
    untold = {**given, "proof_data": "比对结果"}
    official.refused(
        "family_notice_missing", "grantEntitlementWithoutApplication", child_id, untold
    )
    official.done("grantEntitlementWithoutApplication", child_id, {**given, **WITHOUT})
    assert tasks(world, "jd_ca", "jd_ca", "Q-20", child_id) == []
    together = [r.event for r in world.events(child_id, "child.entitlement_synchronised")]
    assert [e.entitlement for e in together] == ["EDU_AID", "MEDICAL_AID"]
    for unit, who in (("jd_ca", "jd_ca"), ("jd_edu", "jd_edu")):
        (same_day,) = tasks(world, who, unit, "Q-21", child_id)
        assert due(same_day) == "2024-04-10"
        assert same_day["clauses"] == ["SH2024-2.3.8-c"]
    world.as_("jd_edu").done("grantEntitlement", child_id, grant("EDU_AID", date(2024, 5, 1)))
    assert tasks(world, "jd_edu", "jd_edu", "Q-21", child_id) == []
    assert tasks(world, "jd_ca", "jd_ca", "Q-21", child_id) != []
    found = {e["entitlement"]: e for e in entitlements(world, "jd_ca", child_id)}
    assert {name: e["status"] for name, e in found.items()} == {
        "BASIC_LIVING": "ACTIVE",
        "EDU_AID": "ACTIVE",
        "MEDICAL_AID": "ELIGIBLE",
    }
    assert found["BASIC_LIVING"]["entitlementRoute"] == "WITHOUT_APPLICATION"
    assert found["EDU_AID"]["entitlementRoute"] == "SYNCHRONISED"
    stopped_by_mistake(world, child_id)
    common_checks(world)


def stopped_by_mistake(world: World, child_id: UUID) -> None:
    """Civil affairs end it and take that back: the child has it as before, and education has nothing to review."""
    world.clock.set("2024-06-03 09:00")
    official = world.as_("jd_ca")
    before = {e["entitlement"]: e for e in entitlements(world, "jd_ca", child_id)}
    end = {"entitlement": "BASIC_LIVING", "review_outcome": "END", "review_reason": "误以为迁出"}
    official.done("reviewEntitlement", child_id, end)
    (review,) = tasks(world, "jd_edu", "jd_edu", "Q-47", child_id)
    assert review["clauses"] == ["SH2020-3.2-g", "SH2024-3.2-a"]
    ended = recorded(world, child_id, "child.entitlement_ended")
    gone = {"target_event_id": ended.event_id, "disavowal_reason": "并未迁出"}
    denied(world.as_("jd_mother"), "disavowEvent", child_id, gone)
    world.as_("jd_edu").refused("not_the_authors_unit", "disavowEvent", child_id, gone)
    official.done("disavowEvent", child_id, gone)
    assert {e["entitlement"]: e for e in entitlements(world, "jd_ca", child_id)} == before
    assert tasks(world, "jd_edu", "jd_edu", "Q-47", child_id) == []


# ── (b) 8 · one form


def test_8_one_form_three_decisions(world: World) -> None:
    world.clock.set("2024-04-08 09:00")
    child_id = child_of(world, "jd", "包小荷", date(2014, 5, 4))
    applied(world, "jd_mother", child_id, "BASIC_LIVING", "EDU_AID", "MEDICAL_AID")
    assert len(world.events(child_id, "child.entitlement_application_filed")) == 1
    assert len(tasks(world, "jd_ca", "jd_ca", "Q-20", child_id)) == 2
    (education,) = tasks(world, "jd_edu", "jd_edu", "Q-20", child_id)
    assert due(education) == "2024-05-08"
    no = {"entitlement": "EDU_AID", "entitlement_reason": "未在学"}
    denied(world.as_("jd_mother"), "refuseEntitlement", child_id, no)
    world.as_("jd_ca").refused("not_deciding_unit", "refuseEntitlement", child_id, no)
    world.as_("jd_edu").done("refuseEntitlement", child_id, no)
    world.as_("jd_ca").done(
        "grantEntitlement",
        child_id,
        grant("BASIC_LIVING", date(2024, 5, 1), entitlement_reason="重残儿童家庭"),
    )
    reason = {"entitlement": "MEDICAL_AID", "entitlement_reason": "已由商业保险覆盖"}
    world.as_("jd_ca").done("refuseEntitlement", child_id, reason)
    decided = [r.event for r in world.log(child_id) if hasattr(r.event, "entitlement_reason")]
    assert [e.entitlement_reason for e in decided] == [
        "未在学",
        "重残儿童家庭",
        "已由商业保险覆盖",
    ]
    common_checks(world)


# ── (b) 9 · the family declines


def test_9_a_family_that_declines_leaves_no_task(world: World) -> None:
    world.clock.set("2024-04-08 09:00")
    child_id = child_of(world, "jd", "耿小梅", date(2014, 5, 4))
    screened(world, "jd_ca", child_id, "BASIC_LIVING", "BASIC_LIVING_CONDITIONS")
    no = {
        "entitlement": "BASIC_LIVING",
        "declined_by_whom": "GUARDIAN",
        "decline_words": "不愿公开家庭情况",
    }
    world.as_("jd_mother").done("declineEntitlement", child_id, no)
    assert tasks(world, "jd_ca", "jd_ca", "Q-20", child_id) == []
    again = {"entitlement": "BASIC_LIVING", "basis_facts": ["BASIC_LIVING_CONDITIONS"]}
    world.as_("jd_ca").refused("entitlement_facts_unchanged", "screenEntitlement", child_id, again)
    world.tick("2024-07-01 09:00")
    assert world.events(child_id, "child.entitlement_decision_overdue") == []
    assert tasks(world, "sh_city_ca", "sh_city_ca", "Q-20", child_id) == []
    common_checks(world)


def test_9b_a_family_about_whom_nobody_decides_shows(world: World) -> None:
    world.clock.set("2024-04-08 09:00")
    child_id = child_of(world, "jd", "耿小梅", date(2014, 5, 4))
    screened(world, "jd_ca", child_id, "BASIC_LIVING", "BASIC_LIVING_CONDITIONS")
    world.tick("2024-05-08 23:58")
    assert world.events(child_id, "child.entitlement_decision_overdue") == []
    world.tick("2024-05-09 00:01")
    overdue = recorded(world, child_id, "child.entitlement_decision_overdue")
    assert overdue.event.entitlement_by == date(2024, 5, 8)
    assert overdue.event.escalated_to_unit_id == UNIT_BY_KEY["sh_city_ca"].id
    (above,) = tasks(world, "sh_city_ca", "sh_city_ca", "Q-20", child_id)
    assert above["escalation"] == 1
    (one,) = entitlements(world, "jd_ca", child_id)
    assert (one["status"], one["entitlementBy"], one["isOverdue"]) == (
        "ELIGIBLE",
        "2024-05-08",
        True,
    )
    assert entitlements(world, "jd_teacher", child_id) is None
    common_checks(world)


# ── (b) 10, and what must not be


def test_10_an_autistic_child_is_the_federations(world: World) -> None:
    world.clock.set("2024-04-08 09:00")
    child_id = child_of(world, "jd", "时小鸣", date(2018, 5, 4))
    needed(world, "jd_director", child_id, "TRAINING", "AUTISM")
    (task,) = tasks(world, "jd_dpf", "jd_dpf", "Q-39", child_id)
    assert due(task) == "2024-04-22"
    assert set(task["clauses"]) == {"SH2020-3.4-d", "SH2024-2.3.8-d"}
    need_id = recorded(world, child_id, "child.rehabilitation_need_recorded").event
    served = {
        "rehabilitation_need_id": need_id.rehabilitation_need_id,
        "rehabilitation_kind": "TRAINING",
        "rehabilitation_provider": "区康复中心",
        "served_on": date(2024, 4, 8),
    }
    world.as_("jd_dpf").done("recordRehabilitationService", child_id, served)
    assert tasks(world, "jd_dpf", "jd_dpf", "Q-39", child_id) == []
    common_checks(world)


def test_housing_never_sees_what_the_child_suffers_from(world: World) -> None:
    world.clock.set("2019-04-10 09:00")
    child_id = child_of(world, "cn", "韩小屋", date(2013, 5, 4))
    needed(world, "cn_director", child_id, "SURGERY", "HEARING_DISABILITY")
    screened(world, "cn_dpf", child_id, "SURGERY_SUBSIDY", "HEARING_DISABILITY")
    applied(world, "cn_mother", child_id, "HOUSING", "SURGERY_SUBSIDY")
    housing = world.as_("cn_housing")
    (task,) = tasks(world, "cn_housing", "cn_housing", "Q-20", child_id)
    assert task["childId"] == str(child_id)
    file = housing.child(child_id)
    assert file is not None
    assert file["name"] == "韩小屋"
    lines = housing.timeline("child", child_id)
    assert "child.rehabilitation_need_recorded" not in {line["name"] for line in lines}
    shown = str([(line["name"], line["zh"], line["en"], line["values"]) for line in lines])
    for word in ("HEARING", "听力", "SURGERY", "手术", "康复"):
        assert word not in shown
    carer = world.as_("cn_worker")
    assert line_of(carer, "child", child_id, "child.rehabilitation_need_recorded")
    told = {value["sensitivity"] for line in lines for value in line["values"] if value["value"]}
    assert told <= {"P0", "P0_PROCESS", "P1", "P2"}
    aid = grant("SURGERY_SUBSIDY", date(2019, 5, 1))
    housing.refused("not_deciding_unit", "grantEntitlement", child_id, aid)
    housing.done("grantEntitlement", child_id, grant("HOUSING", date(2019, 5, 1)))
    assert tasks(world, "cn_housing", "cn_housing", "Q-20", child_id) == []
    assert housing.child(child_id) is None, "with the task the look at the child ends"
    common_checks(world)
