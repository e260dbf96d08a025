"""Scenario 1: a nine-year-old girl living alone, her parents out of reach; step by step, each by whose step it is."""

from __future__ import annotations

from uuid import UUID, uuid4

import pytest

from domain.clauses import CLAUSES
from tests.journeys import living_alone as steps
from tests.journeys.checks import common_checks
from tests.journeys.children import ChildOfStory, left_behind_girl
from tests.journeys.person import moment
from tests.journeys.wire import local
from tests.journeys.world import World


@pytest.fixture(scope="module")
def child(story: World) -> ChildOfStory:
    """The girl L., on file since February."""
    story.clock.set("2025-02-10 10:00")
    return left_behind_girl(story)


@pytest.fixture(scope="module")
def case_id(story: World, child: ChildOfStory) -> UUID:
    """The case, from step 1 on; the police desk is watching its queue."""
    story.clock.set("2025-03-03 08:50")
    with (
        story.as_("fj_police").listen("fj_police", "Q-01") as over_sse,
        story.as_("fj_police").listen("fj_police", "Q-01", over="ws") as over_ws,
    ):
        over_sse.caught_up()
        over_ws.caught_up()
        case_id = steps.reported(story, child)
        for live in (over_sse, over_ws):
            change = live.next()
            assert change["kind"] == "CHANGED"
            assert change["item"]["caseId"] == str(case_id)
            assert "CQ2016-4.2-a" in change["item"]["clauses"]
    return case_id


def test_1_the_report_is_with_the_police_and_waited_for_nobody(
    story: World, child: ChildOfStory, case_id: UUID
) -> None:
    assert story.names(case_id) == ["case.report_submitted", "case.dissuasion_attempted"]
    report, dissuasion = story.log(case_id)
    assert report.event.discovered_at == local("2025-03-03 08:40")  # type: ignore[attr-defined]
    assert report.event.reported_at == local("2025-03-03 08:55")  # type: ignore[attr-defined]
    assert [a.name for a in report.event.addressees] == ["POLICE"]  # type: ignore[attr-defined]
    assert report.event.reporter_category.name == "SCHOOL"  # type: ignore[attr-defined]
    assert report.concerns == (child.id,)
    assert dissuasion.event.dissuasion.name == "FAILED"  # type: ignore[attr-defined]
    (task,) = story.as_("fj_police").queue("fj_police", "Q-01")
    assert task["caseId"] == str(case_id)
    assert task["namedPersonId"] == str(story.as_("fj_police").who.id)
    assert {"CQ2016-4.2-a"} <= {clause["id"] for clause in task["duty"]}
    assert task["duty"][0]["quoteZh"] == CLAUSES[task["duty"][0]["id"]].quote_zh


def test_1_the_same_command_id_gives_the_same_answer(
    story: World, child: ChildOfStory, case_id: UUID
) -> None:
    teacher, command_id = story.as_("fj_teacher"), uuid4()
    again = {"report_channel": "ONLINE", "reporter_category": "SCHOOL"}
    given = {**again, "discovered_at": local("2025-03-03 08:40"), "situation": "邻居也看见"}
    first = teacher.done("linkFurtherReport", case_id, given, command_id=command_id)
    second = teacher.done("linkFurtherReport", case_id, given, command_id=command_id)
    assert second == {**first, "repeated": True}
    reused = teacher.do(
        "linkFurtherReport", case_id, {**given, "situation": "另一件事"}, command_id=command_id
    )
    assert reused["__typename"] == "InvalidInput"
    assert reused["code"] == "COMMAND_ID_REUSED"
    assert child.id in story.log(case_id)[-1].concerns


def test_2_living_alone_is_the_most_urgent_tier_at_once(
    story: World, child: ChildOfStory, case_id: UUID
) -> None:
    seen = story.as_("fj_supervisor").child(child.id)
    assert seen is not None
    assert seen["tier"] == "R1"
    (deciding,) = [reason for reason in seen["tierReasons"]["reasons"] if reason["deciding"]]
    assert (deciding["rule"], deciding["factor"]) == ("R-E2", "RF-01")
    assert UUID(deciding["event"]) == story.log(case_id)[0].event_id
    assert "CQ2016-3.1-d" in deciding["clauses"]


def test_3_the_police_accept_and_go_out_and_the_waits_are_shown(
    story: World, case_id: UUID
) -> None:
    police = story.as_("fj_police")
    stale = story.version(case_id)
    story.clock.set("2025-03-03 09:00")
    police.done("acceptReport", case_id)
    conflict = police.do("dispatchPolice", case_id, version=stale)
    assert conflict["__typename"] == "VersionConflict"
    assert conflict["currentVersion"] == story.version(case_id)
    story.clock.set("2025-03-03 09:10")
    police.done("dispatchPolice", case_id)
    case = police.case(case_id)
    assert case is not None
    reached = moment(case["reportedAt"])
    assert (reached - moment(case["discoveredAt"])).total_seconds() == 15 * 60
    assert (moment(case["dispatchedAt"]) - reached).total_seconds() == 15 * 60
    assert police.queue("fj_police", "Q-01") == []


def test_4_findings_open_the_duties_towards_the_parents(story: World, case_id: UUID) -> None:
    police = story.as_("fj_police")
    story.clock.set("2025-03-03 09:40")
    police.done("recordPoliceFindings", case_id, {"findings": ["LIVING_ALONE"]})
    case = police.case(case_id)
    assert case is not None
    assert {"ORDER_PARENTS_BACK", "REPRIMAND_GUARDIAN"} <= set(case["openDuties"])
    assert case["findings"] == ["LIVING_ALONE"]
    for duty, clause in (
        ("ORDER_PARENTS_BACK", "CQ2016-4.2-d"),
        ("REPRIMAND_GUARDIAN", "CQ2016-4.2-e"),
    ):
        (task,) = police.queue("fj_police", f"Q-55-{duty}")
        assert task["caseId"] == str(case_id)
        assert clause in task["clauses"]


def test_5_unreachable_may_be_said_only_after_each_parent_was_tried(
    story: World, child: ChildOfStory, case_id: UUID
) -> None:
    police = story.as_("fj_police")
    police.refused("parents_not_tried", "escortChild", case_id, steps.ESCORT)
    police.refused("parent_not_yet_tried", "recordParentsUnreachable", case_id, {})
    steps.tried(story, case_id, child.guardians["FATHER"])
    police.refused("parent_not_yet_tried", "recordParentsUnreachable", case_id, {})
    steps.tried(story, case_id, child.guardians["MOTHER"])
    steps.tried(story, case_id, child.guardians["FATHER"])
    steps.tried(story, case_id, child.guardians["MOTHER"])
    police.done("recordParentsUnreachable", case_id, {})
    assert story.names(case_id).count("case.parent_contact_attempted") == 4
    assert story.names(case_id)[-1] == "case.parents_unreachable"


def test_6_the_escort_goes_where_the_clause_says(story: World, case_id: UUID) -> None:
    police = story.as_("fj_police")
    for elsewhere in ("TEMPORARY_SHELTER", "CHILD_WELFARE_INSTITUTION", "OTHER_GUARDIAN"):
        refusal = police.refused(
            "destination_not_allowed", "escortChild", case_id,
            {**steps.ESCORT, "escort_destination": elsewhere},
        )  # fmt: skip
        assert {clause["id"] for clause in refusal["clauses"]} == {"CQ2016-4.2-g"}
        assert refusal["field"] == "escortDestination"
    police.refused(
        "nearest_reason_missing", "escortChild", case_id, {**steps.ESCORT, "nearest_because": " "}
    )
    rules = story.platform.casebook.rules_at(
        story.as_("fj_police").case(case_id)["incidentPlaceId"],  # type: ignore[index]
        local("2025-03-03").date(),
    )
    assert rules.codes("escort_destinations") == {
        "CLOSE_RELATIVE",
        "VILLAGE_COMMITTEE",
        "RESCUE_MANAGEMENT_INSTITUTION",
        "WELFARE_INSTITUTION",
    }
    steps.escorted(story, case_id)
    escort = story.log(case_id)[-1]
    assert escort.event.name == "case.child_escorted"
    assert "CQ2016-4.2-g" in escort.stamp.clauses


def test_7_the_township_is_told_and_takes_over(story: World, case_id: UUID) -> None:
    steps.township_told(story, case_id)
    township = story.as_("fj_township")
    for queue in ("Q-06", "Q-07"):
        assert [task["caseId"] for task in township.queue("fj_township", queue)] == [str(case_id)]
    assert story.as_("fj_police").case(case_id)["townshipNotifiedAt"] is not None  # type: ignore[index]


def test_nobody_without_a_carer_is_left_by_closing(story: World, case_id: UUID) -> None:
    given = {"closing_summary": "已护送至外祖母处"}
    story.as_("fj_township").refused("no_plan", "closeCase", case_id, given)
    story.as_("fj_police").refused("no_named_carer", "recordCareSecured", case_id, {})


def test_8_the_mother_calls_and_names_the_grandmother(
    story: World, child: ChildOfStory, case_id: UUID
) -> None:
    steps.mother_calls(story, child, case_id)
    told = story.names(case_id)
    assert "case.parent_notification_attempted" in told
    assert "case.parents_ordered_to_return" in told
    assert told.count("case.guardian_reprimanded") == 2
    (task,) = story.as_("fj_police").queue("fj_police", "Q-04")
    assert moment(task["dueAt"]) == local("2025-03-06 19:20")
    steps.grandmother_named(story, child)
    named = story.events(child.id, "child.entrusted_carer_designated")[-1]
    assert named.event.carer_is_adult
    assert named.event.carer_capability.name == "CAPABLE"
    assert story.names(case_id)[-1] == "case.care_secured"
    assert story.as_("fj_police").queue("fj_police", "Q-04") == []
    (agreement,) = story.as_("fj_committee").queue("fj_village", "Q-14")
    assert agreement["clauses"] == ["CQ2016-3.2-h"]
    seen = story.as_("fj_committee").child(child.id)
    assert seen is not None
    assert seen["entrustedCare"]["carerName"] == "莫阿秀"


def test_9_each_contributor_sees_its_own_question_alone(story: World, case_id: UUID) -> None:
    steps.assessment_started(story, case_id)
    asked = {
        ("fj_committee", "fj_village"): "家庭和照护情况如何?",
        ("fj_head", "fj_school"): "在校表现和情绪如何?",
        ("fj_doctor", "fj_hospital"): "身体状况如何?",
    }
    everything = {q["question"] for q in steps.QUESTIONS}
    for (key, unit), question in asked.items():
        person = story.as_(key)
        case = person.case(case_id)
        assert case is not None
        (own,) = case["contributions"]
        assert own["question"] == question
        assert len(person.queue(unit, "Q-08")) == 1
        spoken = str(person.timeline("case", case_id))
        assert not [other for other in everything if other in spoken]
    lead = story.as_("fj_township").case(case_id)
    assert lead is not None
    assert {c["question"] for c in lead["contributions"]} == everything
    (school,) = story.as_("fj_head").case(case_id)["contributions"]  # type: ignore[index]
    story.as_("fj_doctor").refused(
        "not_asked_of_you", "contributeToAssessment", case_id,
        {"question_id": school["requestId"], "answer": "代答"},
    )  # fmt: skip
    for key, _ in asked:
        (own,) = story.as_(key).case(case_id)["contributions"]  # type: ignore[index]
        given = {"question_id": own["requestId"], "answer": f"{key}的答复"}
        story.as_(key).done("contributeToAssessment", case_id, given)
    lead = story.as_("fj_township").case(case_id)
    assert lead is not None
    assert {c["answer"] for c in lead["contributions"]} == {f"{key}的答复" for key, _ in asked}
    assert story.as_("fj_head").case(case_id) is None, "who has answered is no longer part of it"


@pytest.mark.parametrize(
    "empty", ["safety_situation", "guardianship_situation", "health_situation"]
)
def test_9_no_mandatory_dimension_is_left_empty(story: World, case_id: UUID, empty: str) -> None:
    refusal = story.as_("fj_township").refused(
        "dimension_missing", "completeAssessment", case_id, {**steps.ASSESSED, empty: ""}
    )
    assert refusal["clauses"]


@pytest.mark.clause("CQ2016-4.3-c")
def test_10_hardship_goes_to_civil_affairs_and_a_plan_follows(
    story: World, child: ChildOfStory, case_id: UUID
) -> None:
    steps.assessed(story, case_id)
    (task,) = story.as_("fj_ca").queue("fj_ca", "Q-20")
    assert task["childId"] == str(child.id)
    assert "CQ2016-4.3-f" in task["clauses"]
    steps.planned(story, case_id)
    assert story.names(case_id)[-1] == "case.plan_adopted"
    case = story.as_("fj_township").case(case_id)
    assert case is not None
    assert case["stage"] == "PLANNED"
    assert {item["service"] for item in case["planItems"]} == {
        "GUARDIANSHIP_GUIDANCE",
        "COUNSELLING",
    }


def test_11_the_tier_falls_by_rule_and_a_persons_reason(story: World, child: ChildOfStory) -> None:
    seen = story.as_("fj_supervisor").child(child.id)
    assert seen is not None
    assert (seen["tier"], seen["proposedTier"]) == ("R1", "R3")
    rules = {reason["rule"] for reason in seen["tierReasons"]["reasons"]}
    assert "R-E2" not in rules
    assert "R-H4" not in rules
    factors = {r["factor"] for r in seen["tierReasons"]["reasons"] if r["rule"] == "R-M3"}
    assert {"RF-24", "RF-26"} <= factors
    supervisor = story.as_("fj_supervisor")
    story.as_("fj_director").not_found("confirmRiskTier", child.id, {})
    supervisor.refused("tier_reason_missing", "confirmRiskTier", child.id, {})
    given = {
        "tier_reason": "已有受委托照护人,独居结束",
        "review_on": local("2025-04-17").date(),
        "best_interest_reason": "随外祖母生活稳定",
    }
    supervisor.done("confirmRiskTier", child.id, given)
    after = supervisor.child(child.id)
    assert after is not None
    assert (after["tier"], after["proposedTier"]) == ("R3", None)


def test_the_case_is_closed_once_the_plan_is_done(story: World, case_id: UUID) -> None:
    township = story.as_("fj_township")
    given = {"closing_summary": "照护落实,帮扶完成"}
    township.refused("plan_items_open", "closeCase", case_id, given)
    case = township.case(case_id)
    assert case is not None
    worker = story.as_("fj_sw")
    assert worker.case(case_id) is None
    for item in case["planItems"]:
        referral = {
            "item_id": item["itemId"],
            "provider_unit_id": story.unit("fj_sw"),
            "referral_reason": "专业服务",
        }
        township.done("referService", case_id, referral)
        worker.done("acceptService", case_id, {"item_id": item["itemId"]})
        done = {"item_id": item["itemId"], "service_note": "按计划提供三次服务"}
        worker.done("deliverService", case_id, done)
        closed = {"item_id": item["itemId"], "service_outcome": "ACHIEVED"}
        worker.done("closeService", case_id, closed)
    township.done("closeCase", case_id, given)
    assert township.case(case_id)["stage"] == "CLOSED"  # type: ignore[index]


def test_the_reporter_is_known_to_the_police_alone(
    story: World, child: ChildOfStory, case_id: UUID
) -> None:
    teacher = str(story.as_("fj_teacher").who.id)
    police = story.as_("fj_police").case(case_id)
    assert police is not None
    assert police["reporterPersonId"] == teacher
    others = (
        "fj_grandmother", "fj_mother", "fj_director", "fj_committee", "fj_township", "fj_ca",
        "fj_head", "fj_sw", "fj_doctor",
    )  # fmt: skip
    for key in others:
        person = story.as_(key)
        seen = person.case(case_id)
        assert seen is None or seen["reporterPersonId"] is None, key
        lines = [*person.timeline("child", child.id), *person.timeline("case", case_id)]
        submitted = [line for line in lines if line["name"] == "case.report_submitted"]
        for line in submitted:
            assert line["actorPersonId"] is None, key
            assert line["actorRole"] != "class_teacher", key
        assert "SCHOOL" not in str([line["values"] for line in submitted]), key
    grandmother = story.as_("fj_grandmother")
    assert grandmother.child(child.id) is not None
    assert grandmother.case(case_id) is None


def test_out_of_reach_and_absent_are_told_alike(
    story: World, child: ChildOfStory, case_id: UUID
) -> None:
    for key in ("fj_director2", "kl_township", "cm_police", "cm_ca"):
        person = story.as_(key)
        nobody = uuid4()
        query = "query ($id: UUID!) { child(id: $id) { name } case(id: $id) { stage } }"
        for there in (child.id, case_id):
            assert person.post(query, id=there) == person.post(query, id=nobody), key
        put = {"notice_text": "冒充通报"}
        denied = person.not_found("notifyTownship", case_id, put)
        assert denied == person.not_found("notifyTownship", nobody, put)
    assert story.as_("kl_township").queue("fj_township", "Q-07") == []


def test_the_common_checks_hold_over_the_whole_story(
    story: World, child: ChildOfStory, case_id: UUID
) -> None:
    police = story.as_("fj_police")
    assert len(police.timeline("case", case_id)) == story.version(case_id)
    timeline = story.as_("fj_township").timeline("child", child.id)
    assert [line["position"] for line in timeline] == sorted(line["position"] for line in timeline)
    assert len(timeline) == story.version(case_id) + story.version(child.id)
    common_checks(story)
