"""Scenario 7 · The visiting cadence switches to enhanced, and back (Jiading, 2024)."""

from __future__ import annotations

from contextlib import ExitStack
from datetime import date

import pytest

from domain.terms.visits import CadenceClass, VisitObligation
from ops.demo_world import BY_KEY, UNIT_BY_KEY
from tests.journeys.checks import common_checks
from tests.journeys.children import ChildOfStory
from tests.journeys.telling import absent, denied, due, last, line_of, recorded, seen, told
from tests.journeys.visiting import (
    CHECKLIST,
    NOTE,
    concern,
    contacted,
    due_days,
    girl_on_file,
    visited,
)
from tests.journeys.world import World

pytestmark = [pytest.mark.begins(2024), pytest.mark.journey, pytest.mark.postgres]

BELOW = """subscription ($unit: UUID!) { workQueue(unit: $unit, queue: "Q-36") { kind item { child {
  tier timeline(first: 50) { nodes { name values { field } } } } } } }"""
"""The child's history as it hangs on the task, live."""
HELPERS = (
    ("jd_teacher", "jd_school"),
    ("jd_supervisor", "jd_township"),
    ("jd_director", "jd_village"),
)


@pytest.fixture
def child(world: World) -> ChildOfStory:
    """T. on file since 2024-07-01."""
    return girl_on_file(world)


# ── 1, 2: the normal class


def test_the_first_contact_is_due_in_a_month_the_first_visit_in_two(
    world: World, child: ChildOfStory
) -> None:
    first = recorded(world, child.id, "child.cadence_class_set")
    assert first.event.cadence is CadenceClass.NORMAL
    assert first.stamp.by.role == "system"
    assert {"SH2024-2.3.7-c", "SH2024-2.3.7-d"} <= set(first.stamp.clauses)
    assert ("SH2024", 1) in first.stamp.packs
    assert due_days(world, child.id) == ("NORMAL", "2024-08-01", "2024-09-01")
    director = world.as_("jd_director")
    for queue, day, basis in (
        ("Q-09", "2024-08-01", "contact_interval_normal · text"),
        ("Q-10", "2024-09-01", "home_visit_interval_normal · text"),
    ):
        (task,) = director.queue("jd_village", queue)
        assert task["childId"] == str(child.id)
        assert task["namedPersonId"] == str(BY_KEY["jd_director"].id)
        assert due(task) == day
        assert task["clauses"] == ["SH2024-2.3.7-c", "SH2024-2.3.7-d", "SH2020-3.2-c"]
        assert task["dueBasis"] == basis
    common_checks(world)


def test_a_home_visit_counts_as_a_contact_too(world: World, child: ChildOfStory) -> None:
    visited(world, child.id, "2024-07-20 15:00")
    event = told(world, child.id, "child.home_visit_made")
    assert event.child_seen
    assert event.counts_as_contact
    assert due_days(world, child.id) == ("NORMAL", "2024-08-20", "2024-09-20")
    director = world.as_("jd_director")
    assert [due(task) for task in director.queue("jd_village", "Q-09")] == ["2024-08-20"]
    assert [due(task) for task in director.queue("jd_village", "Q-10")] == ["2024-09-20"]
    (case,) = director.caseload()
    assert (case["nextContactOn"], case["nextHomeVisitOn"]) == ("2024-08-20", "2024-09-20")
    common_checks(world)


# ── 3: enhanced


def test_a_concern_of_the_school_tightens_the_cadence(world: World, child: ChildOfStory) -> None:
    visited(world, child.id, "2024-07-20 15:00")
    concern(world, child.id)
    cause = recorded(world, child.id, "child.behaviour_concern_recorded")
    switched = last(world, child.id, "child.cadence_class_set")
    assert switched.cadence is CadenceClass.ENHANCED
    assert switched.cadence_causes == (cause.event_id,)
    assert switched.switched_on == date(2024, 8, 10)
    assert (switched.contact_every.days, switched.home_visit_every.months) == (14, 1)
    assert due_days(world, child.id) == ("ENHANCED", "2024-08-20", "2024-09-10")
    (task,) = world.as_("jd_director").queue("jd_village", "Q-09")
    assert due(task) == "2024-08-20"
    (task,) = world.as_("jd_director").queue("jd_village", "Q-10")
    assert due(task) == "2024-09-10"
    common_checks(world)


def test_teacher_supervisor_and_director_each_help_the_guardian(
    world: World, child: ChildOfStory
) -> None:
    concern_id = concern(world, child.id)
    given = {"concern_id": concern_id, "support_given": "与监护人商定每晚回家时间,每周回访"}
    for key, unit in HELPERS:
        (task,) = world.as_(key).queue(unit, "Q-36")
        assert task["childId"] == str(child.id)
        assert task["namedPersonId"] == str(BY_KEY[key].id)
        assert due(task) == "2024-08-17"
        assert task["clauses"] == ["SH2024-2.1.2-b"]
    world.as_("jd_teacher").done("supportGuardianIntervention", child.id, given)
    assert world.as_("jd_teacher").queue("jd_school", "Q-36") == []
    assert len(world.as_("jd_supervisor").queue("jd_township", "Q-36")) == 1
    assert len(world.as_("jd_director").queue("jd_village", "Q-36")) == 1
    common_checks(world)


def test_the_director_sees_enhanced_visits_and_not_the_schools_note(
    world: World, child: ChildOfStory
) -> None:
    concern(world, child.id)
    director = world.as_("jd_director")
    file = director.child(child.id)
    assert file is not None
    assert file["cadence"] == "ENHANCED"
    assert file["tier"] is None
    assert file["proposedTier"] is None
    read = str(director.child(child.id)) + str(director.timeline("child", child.id))
    assert NOTE not in read
    assert "RUNNING_AWAY" not in read
    supervisor = world.as_("jd_supervisor")
    line = line_of(supervisor, "child", child.id, "child.behaviour_concern_recorded")
    assert seen(line)["concernNote"] == NOTE
    common_checks(world)


def test_that_there_is_a_concern_is_told_to_those_who_may_know_and_the_task_to_those_who_act(
    world: World, child: ChildOfStory
) -> None:
    """A.2: teachers and directors read no psychology, civil affairs no note of it; each has a task, or none."""
    world.tick("2024-08-10 09:59")
    with ExitStack() as open_:
        followed = {
            key: open_.enter_context(
                world.as_(key).subscribe(BELOW, {"unit": str(world.unit(unit))})
            )
            for key, unit in HELPERS
        }
        for live in followed.values():
            live.caught_up()
        concern(world, child.id)
        pushed = {key: str(live.next()["item"]["child"]) for key, live in followed.items()}
    for said in ("child.behaviour_concern_recorded", "concernNote", "child.risk_tier"):
        readers = {key for key, text in pushed.items() if said in text}
        assert readers == {"jd_supervisor"}, said
    of_the_mind = {"child.behaviour_concern_recorded", "child.task_accepted"}
    task = {key: world.as_(key).queue(unit, "Q-36")[0]["taskId"] for key, unit in HELPERS}
    world.as_("jd_director").done("acceptChildTask", child.id, {"task_id": task["jd_director"]})
    for key, knows in (
        ("jd_supervisor", True),
        ("jd_township", True),
        ("jd_director", False),
        ("jd_teacher", False),
        ("jd_ca", False),
    ):
        reader = world.as_(key)
        names = {line["name"] for line in reader.timeline("child", child.id)}
        assert (names & of_the_mind == of_the_mind) is knows, key
        assert bool(names & of_the_mind) is knows, key
        found = reader.child(child.id)
        assert found is not None, key
        queues = {item["queue"] for item in found["workItems"]}
        assert ("Q-36" in queues) is (key != "jd_ca"), key
    # They act on their task, also when it is done, and need to have read of no concern.
    helped = {"support_given": "与监护人商定每晚回家时间"}
    by_task = helped | {"task_id": task["jd_director"]}
    world.as_("jd_supervisor").refused(
        "not_your_task", "supportGuardianIntervention", child.id, by_task
    )
    world.as_("jd_director").done("supportGuardianIntervention", child.id, by_task)
    teacher = world.as_("jd_teacher")
    teacher.refused("concern_unsaid", "supportGuardianIntervention", child.id, helped)
    mine = {"task_id": task["jd_teacher"]}
    teacher.done("supportGuardianIntervention", child.id, helped | mine)
    assert world.as_("jd_director").queue("jd_village", "Q-36") == []
    assert world.as_("jd_teacher").queue("jd_school", "Q-36") == []
    teacher.done("closeConcern", child.id, {"closed_because": "已无异常"} | mine)
    common_checks(world)


# ── 4: overdue


def test_fourteen_days_without_contact_escalate_to_the_supervisor(
    world: World, child: ChildOfStory
) -> None:
    visited(world, child.id, "2024-07-20 15:00")
    concern(world, child.id)
    contacted(world, child.id, "2024-08-20 10:00")
    assert due_days(world, child.id) == ("ENHANCED", "2024-09-03", "2024-09-10")
    supervisor = world.as_("jd_supervisor")
    world.tick("2024-09-03 23:59")
    assert world.events(child.id, "child.visit_overdue") == []
    assert supervisor.queue("jd_township", "Q-09") == []
    world.tick("2024-09-04 00:00")
    overdue = recorded(world, child.id, "child.visit_overdue")
    assert overdue.event.visit_obligation is VisitObligation.CONTACT
    assert overdue.event.visit_due_on == date(2024, 9, 3)
    assert overdue.occurred_at == world.clock.now
    by = {"SH2024-2.3.7-c", "SH2024-2.3.7-d", "SH2020-3.2-c"}
    assert set(overdue.stamp.clauses) == by
    (task,) = supervisor.queue("jd_township", "Q-09")
    assert task["childId"] == str(child.id)
    assert task["namedPersonId"] == str(BY_KEY["jd_supervisor"].id)
    (own,) = world.as_("jd_director").queue("jd_village", "Q-09")
    assert own["status"] == "ESCALATED"
    assert own["escalation"] == 1
    common_checks(world)


# ── 5: a problem found


def test_a_problem_found_stays_open_until_it_has_a_solution(
    world: World, child: ChildOfStory
) -> None:
    visited(world, child.id, "2024-07-20 15:00")
    concern(world, child.id)
    contacted(world, child.id, "2024-08-20 10:00")
    world.tick("2024-09-04 00:00")
    visited(world, child.id, "2024-09-08 16:00", visit_notes="家中断粮")
    director = world.as_("jd_director")
    found = {"problem_kind": "LIVING", "problem_found": "家中没有任何食物"}
    director.done("findVisitProblem", child.id, found)
    problem = told(world, child.id, "child.visit_problem_found")
    assert problem.problem_unit_id == UNIT_BY_KEY["jd_township"].id
    assert problem.stamp.clauses == ("SH2024-2.3.7-e", "SH2024-2.3.7-a")
    supervisor = world.as_("jd_supervisor")
    (task,) = supervisor.queue("jd_township", "Q-12")
    assert due(task) == "2024-09-11"
    assert task["clauses"] == ["SH2024-2.3.7-e"]

    # the visit stands: it ended what was overdue, and counts
    assert supervisor.queue("jd_township", "Q-09") == []
    assert due_days(world, child.id) == ("ENHANCED", "2024-09-22", "2024-10-08")

    given = {"problem_id": problem.problem_id, "solution": " "}
    world.as_("jd_township").refused("solution_missing", "resolveVisitProblem", child.id, given)
    assert len(supervisor.queue("jd_township", "Q-12")) == 1
    given["solution"] = "街道送粮油,落实每周送餐"
    world.as_("jd_township").done("resolveVisitProblem", child.id, given)
    assert told(world, child.id, "child.visit_problem_resolved").solution == given["solution"]
    assert supervisor.queue("jd_township", "Q-12") == []
    common_checks(world)


# ── 6: whose disability counts


def test_a_slight_disability_counts_for_the_child_and_not_for_the_father(
    world: World, child: ChildOfStory
) -> None:
    visited(world, child.id, "2024-07-20 15:00")
    slight = {"disability_kind": "LIMB", "disability_degree": "GRADE_4"}
    world.clock.set("2024-08-01 09:00")
    world.as_("jd_director").done(
        "recordGuardianDisability", child.id, slight | {"guardian_id": child.guardians["FATHER"]}
    )
    assert len(world.events(child.id, "child.cadence_class_set")) == 1
    assert due_days(world, child.id) == ("NORMAL", "2024-08-20", "2024-09-20")
    world.as_("jd_director").done("recordDisability", child.id, slight)
    switched = last(world, child.id, "child.cadence_class_set")
    fact = recorded(world, child.id, "child.disability_recorded")
    assert switched.cadence is CadenceClass.ENHANCED
    assert switched.cadence_causes == (fact.event_id,)
    assert due_days(world, child.id) == ("ENHANCED", "2024-08-15", "2024-09-01")
    common_checks(world)


def test_a_severe_disability_of_the_father_counts(world: World, child: ChildOfStory) -> None:
    visited(world, child.id, "2024-07-20 15:00")
    world.clock.set("2024-08-01 09:00")
    given = {"disability_kind": "LIMB", "disability_degree": "GRADE_2"}
    world.as_("jd_director").done(
        "recordGuardianDisability", child.id, given | {"guardian_id": child.guardians["FATHER"]}
    )
    assert due_days(world, child.id) == ("ENHANCED", "2024-08-15", "2024-09-01")
    common_checks(world)


# ── 7: back to normal


def test_the_closed_concern_makes_the_class_normal_again(world: World, child: ChildOfStory) -> None:
    visited(world, child.id, "2024-07-20 15:00")
    concern_id = concern(world, child.id)
    for day in (
        "08-20",
        "09-03",
        "09-17",
        "10-01",
        "10-15",
        "10-29",
        "11-12",
        "11-26",
        "12-10",
        "12-24",
    ):
        visited(world, child.id, f"2024-{day} 16:00")
    contacted(world, child.id, "2025-01-07 10:00")
    assert due_days(world, child.id) == ("ENHANCED", "2025-01-21", "2025-01-24")
    assert world.events(child.id, "child.visit_overdue") == []
    world.tick("2025-01-15 09:00")
    given = {"concern_id": concern_id, "closed_because": "连续三个月无异常,家校共同确认"}
    world.as_("jd_teacher").done("closeConcern", child.id, given)
    switched = last(world, child.id, "child.cadence_class_set")
    assert switched.cadence is CadenceClass.NORMAL
    assert switched.cadence_causes == ()
    assert due_days(world, child.id) == ("NORMAL", "2025-02-07", "2025-02-24")
    common_checks(world)


# ── Must not


def test_a_phone_call_is_never_saved_as_a_home_visit(world: World, child: ChildOfStory) -> None:
    director = world.as_("jd_director")
    alone = {"child_seen": False, "visit_present": [], **CHECKLIST}
    director.refused("home_visit_met_nobody", "makeHomeVisit", child.id, alone)
    before = world.head()
    as_channel = {"contact_channel": "HOME_VISIT", "contact_with": ["CHILD"]}
    answer = director.post(
        "mutation ($id: UUID!, $v: Int!, $c: UUID!, $i: MakeContactInput!) { outcome: makeContact("
        "id: $id, expectedVersion: $v, commandId: $c, input: $i) { __typename } }",
        id=child.id,
        v=1,
        c=BY_KEY["jd_director"].command_id,
        i={"contactChannel": as_channel["contact_channel"], "contactWith": ["CHILD"]},
    )
    assert "data" not in answer or answer["data"] is None
    assert world.head() == before
    contacted(world, child.id, "2024-07-10 10:00")
    assert due_days(world, child.id) == ("NORMAL", "2024-08-10", "2024-09-01")
    assert [v["kind"] for v in (director.child(child.id) or {})["visits"]] == ["CONTACT"]
    common_checks(world)


def test_nothing_is_back_dated_without_a_reason(world: World, child: ChildOfStory) -> None:
    contacted(world, child.id, "2024-07-20 15:00")
    director = world.as_("jd_director")
    given = {"contact_channel": "PHONE", "contact_with": ["PARENT"]}
    world.clock.set("2024-07-21 09:00")
    answer = director.refused(
        "backdated_without_reason", "makeContact", child.id, given, at="2024-07-18 10:00"
    )
    assert answer["field"] == "occurrence.lateBecause"
    director.refused("occurred_in_future", "makeContact", child.id, given, at="2024-07-22 10:00")
    director.done("makeContact", child.id, given, at="2024-07-18 10:00", late_because="出差,补录")
    late = director.timeline("child", child.id)[-1]
    assert late["name"] == "child.contact_made"
    assert late["isLate"]
    assert late["lateBecause"] == "出差,补录"
    assert late["occurredAt"] == "2024-07-18T02:00:00+00:00"
    assert late["recordedAt"] == "2024-07-21T01:00:00+00:00"
    # an earlier contact moves nothing
    assert due_days(world, child.id) == ("NORMAL", "2024-08-20", "2024-09-01")
    common_checks(world)


def test_other_villages_and_districts_find_nothing(world: World, child: ChildOfStory) -> None:
    visit = {"child_seen": True, "visit_present": ["CARER"], **CHECKLIST}
    for key in ("cm_director", "cn_director", "fj_director"):
        denied(world.as_(key), "makeHomeVisit", child.id, visit)
        absent(world.as_(key), "child", child.id)
    # the school's people do not visit for the director
    denied(world.as_("jd_teacher"), "makeHomeVisit", child.id, visit)
    common_checks(world)
