"""Scenario 12 · Report not made, report obstructed: Shanghai 2023 under SH2020, and the same omission in Chongqing.

A tutor sees fresh burns on a girl of 14; the manager forbids her to report. She does so a day later, without an
account: the public desk takes it down as it comes in over the web.
"""

from __future__ import annotations

from datetime import date
from uuid import UUID

import pytest

from ops.demo_world import CHUNGUANG, OUYING
from tests.journeys.checks import common_checks
from tests.journeys.person import Answer
from tests.journeys.telling import absent, denied, line_of, seen, told
from tests.journeys.wire import local
from tests.journeys.world import World

pytestmark = [pytest.mark.begins(2022), pytest.mark.journey, pytest.mark.postgres]

COMPANY, MANAGER = "启明课外辅导公司", "经理"
BURNS = {
    "report_channel": "ONLINE",
    "reporter_category": "CLOSE_CONTACT",
    "reporter_organisation": COMPANY,
    "triggers": ["SUSPECTED_INFRINGEMENT"],
    "situation": "左前臂新鲜烫伤,孩子称被开水烫",
    "taken_for_another": True,
    "kept_from_reporting": True,
    "obstructing_unit": COMPANY,
    "obstruction_note": "经理不许报告,称会影响生意",
}


def reported(
    world: World, day: str = "2023-04", where: str = CHUNGUANG, by: str = "sh_citizen"
) -> UUID:
    """On the 11th, of what was seen on the 10th."""
    world.clock.set(f"{day}-11 09:00")
    given = {
        **BURNS,
        "discovered_at": local(f"{day}-10 16:30"),
        "incident_place": world.place(where),
        "child_description": "女,14岁,留守儿童",
    }
    return UUID(world.as_(by).done("submitReport", None, given)["id"])


def handled(world: World, case_id: UUID, prefix: str = "cm") -> None:
    """Accepted, on the scene, found to be true."""
    police = world.as_(f"{prefix}_police")
    police.done("acceptReport", case_id)
    police.done("dispatchPolice", case_id)
    police.done(
        "recordPoliceFindings",
        case_id,
        {"findings": ["OTHER_INFRINGEMENT"], "finding_facts": "烫伤属实"},
    )


def failing(
    world: World, case_id: UUID, by: str, unit: str, *, serious: bool | None, day: str
) -> UUID:
    """Whoever had to report did not."""
    given: Answer = {
        "failing_unit": unit,
        "failing_persons": MANAGER,
        "failing_facts": "发现烫伤后未报告并阻止员工报告",
        "known_on": date.fromisoformat(day),
        "serious_consequences": serious,
    }
    world.as_(by).done("findFailureToReport", case_id, given)
    found: UUID = world.events(case_id, "case.failure_to_report_found")[-1].event.failing_id
    return found


def tasks_of(world: World, who: str, unit: str, queue: str, case_id: UUID) -> list[Answer]:
    """A unit's open tasks of one queue about the case."""
    return [t for t in world.as_(who).queue(unit, queue) if t["caseId"] == str(case_id)]


def test_an_employee_in_close_contact_is_a_mandated_reporter_in_shanghai(world: World) -> None:
    case_id = reported(world)
    report = told(world, case_id, "case.report_submitted")
    # Step 1: the category is valid, and the day between stays visible.
    assert (report.reporter_category, report.report_standing) == ("CLOSE_CONTACT", "MANDATED")
    assert report.reporter_id is None
    assert report.reported_late
    assert report.minutes_to_report == 16 * 60 + 30
    case = world.as_("cm_police").case(case_id)
    assert case is not None
    assert case["discoveredAt"] != case["reportedAt"]
    # In Chongqing the company is on no list: a citizen's report, handled all the same.
    elsewhere = reported(world, "2023-05", OUYING, "citizen")
    other = told(world, elsewhere, "case.report_submitted")
    assert (other.report_standing, other.accept_due_at) == ("CITIZEN", local("2023-05-11 09:30"))
    assert len(tasks_of(world, "fj_police", "fj_police", "Q-01", elsewhere)) == 1
    common_checks(world)


def test_who_was_kept_from_reporting_says_so_and_the_company_never_learns_it(world: World) -> None:
    # Step 2.
    case_id = reported(world)
    obstruction = told(world, case_id, "case.report_obstruction_found")
    assert obstruction.aggravating
    police = line_of(world.as_("cm_police"), "case", case_id, "case.report_obstruction_found")
    assert seen(police)["obstructingUnit"] == COMPANY
    (task,) = tasks_of(world, "cm_ca", "cm_ca", "Q-32", case_id)
    assert "SH2020-4.1-h" in task["clauses"]
    authority = seen(line_of(world.as_("cm_ca"), "case", case_id, "case.report_obstruction_found"))
    assert authority["accusedUnit"] == COMPANY
    # A unit may be accused that has the case itself: that anybody was, the others do not learn.
    for holder in ("cm_committee", "cm_director", "cm_township"):
        lines = world.as_(holder).timeline("case", case_id)
        assert [line["name"] for line in lines] == ["case.report_submitted"]
    # Who reported, the authority does not need to know.
    told_to_authority = world.as_("cm_ca").case(case_id)
    assert told_to_authority is not None
    assert told_to_authority["reporterName"] is None
    assert told_to_authority["reporterPersonId"] is None
    # The company has no door to the platform; whoever administers it sees no report at all.
    refused = world.as_("admin").post("query ($id: UUID!) { case(id: $id) { caseId } }", id=case_id)
    assert refused["errors"][0]["extensions"]["code"] == "FORBIDDEN"
    for stranger in ("jd_township", "sh_citizen", "cm_head"):
        absent(world.as_(stranger), "case", case_id)
    common_checks(world)


def test_serious_harm_makes_both_a_matter_for_the_authority(world: World) -> None:
    # Step 3.
    case_id = reported(world)
    handled(world, case_id)
    found = failing(world, case_id, "cm_police", COMPANY, serious=True, day="2023-04-10")
    event = told(world, case_id, "case.failure_to_report_found")
    assert (event.sanction_condition, event.aggravating) == ("MET", True)
    assert len(tasks_of(world, "cm_ca", "cm_ca", "Q-32", case_id)) == 2
    decision = {
        "failing_id": found,
        "sanction": "HEAVIER_DISCIPLINE",
        "accountable_role": "DIRECT_SUPERVISOR",
        "decision_reference": "崇民罚〔2023〕4号",
    }
    denied(world.as_("cm_township"), "decideReporterAccountability", case_id, decision)
    world.as_("cm_ca").done("decideReporterAccountability", case_id, decision)
    world.as_("cm_ca").refused(
        "failing_already_decided", "decideReporterAccountability", case_id, decision
    )
    (left,) = tasks_of(world, "cm_ca", "cm_ca", "Q-32", case_id)
    assert left["causeStreamId"] == str(case_id)
    common_checks(world)


def test_without_serious_consequences_only_the_obstruction_stays_open(world: World) -> None:
    # Step 4: SH2020 asks for serious consequences of those who did not report, not of those who obstructed.
    case_id = reported(world)
    handled(world, case_id)
    found = failing(world, case_id, "cm_police", COMPANY, serious=None, day="2023-04-10")
    assert told(world, case_id, "case.failure_to_report_found").sanction_condition == "OPEN"
    world.as_("cm_police").done(
        "establishFailureConsequences",
        case_id,
        {"failing_id": found, "serious_consequences": False},
    )
    established = told(world, case_id, "case.failure_consequences_established")
    assert established.sanction_condition == "NOT_MET"
    (task,) = tasks_of(world, "cm_ca", "cm_ca", "Q-32", case_id)
    obstruction = told(world, case_id, "case.report_obstruction_found")
    sanction = {
        "failing_id": found,
        "sanction": "DISCIPLINE",
        "accountable_role": "DIRECT_SUPERVISOR",
    }
    refusal = world.as_("cm_ca").refused(
        "sanction_condition_not_met", "decideReporterAccountability", case_id, sanction
    )
    assert "SH2020-4.1-f" in {c["id"] for c in refusal["clauses"]}
    # The obstruction waits for a person's decision, whatever it will be.
    world.tick("2023-05-15 09:00")
    assert tasks_of(world, "sh_city_ca", "sh_city_ca", "Q-32", case_id)
    world.as_("cm_ca").done(
        "decideReporterAccountability",
        case_id,
        {**sanction, "failing_id": obstruction.failing_id},
    )
    assert tasks_of(world, "cm_ca", "cm_ca", "Q-32", case_id) == []
    assert task["escalation"] == 0
    common_checks(world)


def test_a_chongqing_doctor_is_answerable_without_that_condition(world: World) -> None:
    # Step 5.
    case_id = reported(world, "2023-04", OUYING, "citizen")
    handled(world, case_id, "fj")
    found = failing(world, case_id, "fj_police", "欧营村卫生室", serious=False, day="2023-04-10")
    event = world.events(case_id, "case.failure_to_report_found")[-1]
    assert event.event.sanction_condition == "NOT_REQUIRED"
    assert event.stamp.clauses == ("CQ2016-4.1-d",)
    tasks = tasks_of(world, "fj_ca", "fj_ca", "Q-32", case_id)
    assert any("CQ2016-4.1-d" in t["clauses"] for t in tasks)
    world.as_("fj_ca").done(
        "decideReporterAccountability",
        case_id,
        {"failing_id": found, "sanction": "DISCIPLINE", "accountable_role": "DIRECT_STAFF"},
    )
    common_checks(world)


def test_a_citizen_who_called_as_well_is_commended_and_stays_unknown(world: World) -> None:
    # Step 6.
    case_id = reported(world)
    call = {
        "report_channel": "PHONE",
        "reporter_category": "CITIZEN",
        "reporter_name": "卖菜的老周",
        "discovered_at": local("2023-04-11 08:30"),
        "triggers": ["SUSPECTED_INFRINGEMENT"],
        "situation": "听见孩子哭喊",
        "taken_for_another": True,
    }
    world.as_("cm_police").done("linkFurtherReport", case_id, call)
    handled(world, case_id)
    (task,) = tasks_of(world, "cm_police", "cm_police", "Q-33", case_id)
    assert {"SH2020-4.1-i"} <= set(task["clauses"])
    first = told(world, case_id, "case.report_submitted").report_id
    second = told(world, case_id, "case.report_linked").report_id
    police = world.as_("cm_police")
    praise = {"report_id": second, "commendation": "PRAISE"}
    police.refused(
        "not_a_citizen_report", "commendReporter", case_id, {**praise, "report_id": first}
    )
    police.refused(
        "publication_needs_consent", "commendReporter", case_id, {**praise, "publish": True}
    )
    police.done("commendReporter", case_id, praise)
    assert tasks_of(world, "cm_police", "cm_police", "Q-33", case_id) == []
    shown = seen(line_of(world.as_("cm_ca"), "case", case_id, "case.reporter_commended"))
    assert shown.get("commendation") is None
    linked = seen(line_of(world.as_("cm_ca"), "case", case_id, "case.report_linked"))
    assert linked.get("reporterName") is None
    common_checks(world)


def test_nobody_dates_a_late_report_back(world: World) -> None:
    """Must not: the day between sighting and report disappears."""
    world.clock.set("2023-04-11 09:00")
    given = {
        **BURNS,
        "taken_for_another": False,
        "discovered_at": local("2023-04-10 16:30"),
        "incident_place": world.place(CHUNGUANG),
    }
    reporter = world.as_("sh_citizen")
    case_id = UUID(reporter.done("submitReport", None, given, at="2023-04-10 16:40")["id"])
    report = told(world, case_id, "case.report_submitted")
    assert report.discovered_at == local("2023-04-10 16:30")
    assert report.reported_at == local("2023-04-11 09:00")
    assert report.reported_late
    reporter.refused(
        "discovered_after_reporting",
        "submitReport",
        None,
        {**given, "discovered_at": local("2023-04-12 09:00")},
    )


def test_a_tenant_never_lists_who_reported(world: World) -> None:
    """Must not: whoever runs a unit asks for the reports of its staff, one by one or counted."""
    world.clock.set("2023-04-11 09:00")
    given = {
        **BURNS,
        "reporter_category": "SCHOOL",
        "taken_for_another": False,
        "discovered_at": local("2023-04-11 08:30"),
        "incident_place": world.place(CHUNGUANG),
    }
    case_id = UUID(world.as_("cm_teacher").done("submitReport", None, given)["id"])
    head = world.as_("cm_head")
    absent(head, "case", case_id)
    assert head.queues() == {}
    query = 'query ($place: ID!) { report(code: "S-07", division: $place) { figures { key } } }'
    assert head.ask(query, place=world.place(CHUNGUANG))["report"] is None
