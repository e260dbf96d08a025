"""Scenario 17, lines 1 to 8, 12, 15: who is near R. and not meant to know (others: ``…_elsewhere``, ``…_streams``)."""

from __future__ import annotations

from uuid import UUID

import pytest
from graphql import GraphQLObjectType

from domain.terms.roles import Role
from ops.demo_world import BY_KEY, UNIT_BY_KEY
from tests.journeys import rescuing, sheltering
from tests.journeys import wrong_roles as steps
from tests.journeys.checks import common_checks
from tests.journeys.telling import line_of, seen
from tests.journeys.world import World
from tests.journeys.wrong_roles import (
    Cast,
    denied_as_absent,
    entries,
    held_back,
    journal_end,
    no_such_field,
    nothing_written,
    stranger,
    turned_away,
)

pytestmark = [pytest.mark.begins(2019), pytest.mark.journey, pytest.mark.postgres]
CHILD = "query ($id: UUID!) { child(id: $id) { name tier guardians { phone } } }"
CASE = "query ($id: UUID!) { case(id: $id) { stage assessment } }"
RISK = """query ($id: UUID!) { child(id: $id) { cadence hasCareFlag tier tierReasons
  cases { stage assessment } } }"""
ALERTS = "青霉素过敏"


@pytest.fixture(scope="module")
def cast(story: World) -> Cast:
    return steps.cast(story)


def test_1_the_director_of_another_village_finds_nobody(story: World, cast: Cast) -> None:
    for key in ("cn_director", "fj_director2", "fj_director"):
        denied_as_absent(story, story.as_(key), CHILD, cast.r.id)
        denied_as_absent(story, story.as_(key), CASE, cast.case)


def test_2_her_own_director_knows_of_enhanced_visits_and_not_why(story: World, cast: Cast) -> None:
    told = held_back(
        story,
        story.as_("cm_director"),
        RISK,
        cast.r.id,
        ("child", "tier"),
        ("child", "tierReasons"),
        ("child", "cases", "0", "assessment"),
    )["child"]
    assert told["cadence"] == "ENHANCED"
    held_back(story, story.as_("cm_director"), CASE, cast.case, ("case", "assessment"))


def test_3_the_class_teacher_sees_the_care_flag_and_not_its_cause(story: World, cast: Cast) -> None:
    teacher = story.as_("cm_teacher")
    paths = (("child", "tier"), ("child", "tierReasons"))
    told = held_back(story, teacher, RISK, cast.r.id, *paths)["child"]
    assert told["hasCareFlag"] is True
    assert told["cases"] == []
    denied_as_absent(story, teacher, CASE, cast.case)
    lines = str(teacher.timeline("child", cast.r.id))
    for word in (rescuing.SITUATION, rescuing.SHELTER, steps.INCOME):
        assert word not in lines


def test_4_a_principal_never_sees_what_own_teachers_reported(story: World, cast: Cast) -> None:
    """SH2020-4.1-h."""
    head = story.as_("cm_head")
    denied_as_absent(story, head, CASE, cast.teachers_report)
    no_such_field(story, head, "query ($id: UUID!) { case(id: $id) { %s } }", "reporterName")
    with nothing_written(story):
        unit = head.unit_id("cm_police")
        query = 'query ($u: UUID!) { workQueue(unit: $u, queue: "Q-01") { nodes { caseId } } }'
        assert head.ask(query, u=unit)["workQueue"]["nodes"] == []
        assert head.actions("case", cast.teachers_report) == set()
    teacher = story.as_("cm_teacher").case(cast.teachers_report)
    assert teacher is not None, "who reported may follow it"


def test_5_a_peer_partner_has_no_account(story: World, cast: Cast) -> None:
    assert not [role for role in Role if "peer" in role.value or "partner" in role.value]
    since = journal_end(story)
    turned_away(story, stranger(story, "pupil"), "UNAUTHENTICATED")
    assert [e for e in entries(story, stranger(story, "pupil"), since) if e.outcome == "SEEN"] == []
    peer = {
        "pairing_kind": "PEER",
        "companion_person_id": stranger(story, "pupil").who.id,
        "called_name": "小梅",
        "meeting_time": "周五午休",
        "meeting_place": "学校",
    }
    with nothing_written(story):
        outcome = story.as_("cm_head").do("startPairing", cast.r.id, peer)
    assert outcome["__typename"] == "RuleRefused"


def test_6_the_father_sees_his_child_and_neither_where_she_is_nor_who_reported(
    story: World, cast: Cast
) -> None:
    father = story.as_("cm_father")
    query = "query ($id: UUID!) { case(id: $id) { %s } }"
    denied_as_absent(story, father, query % "reportProgress", cast.case)
    for unsaid in ("stage", "reporterName"):
        no_such_field(story, father, query, unsaid)
    no_such_field(story, father, query % "placements { %s }", "address")
    schema = father.schema_of("guardian")
    told = [t for t in schema.type_map.values() if isinstance(t, GraphQLObjectType)]
    fields = {f for t in told if t is not schema.mutation_type for f in t.fields}
    assert not [f for f in fields if "hearing" in f.lower() or "reporter" in f.lower()]
    own = father.child(cast.r.id)
    assert own is not None
    assert (own["name"], own["sex"], own["tier"]) == ("石小梅", "FEMALE", None)
    assert (own["cadence"], own["isPlaced"], own["hasCareFlag"]) == ("ENHANCED", True, True)
    # P2 and P3 name her school, her carers and the offices of where she is, for as long as she is kept from him.
    where = ("schoolUnitId", "address", "nextHomeVisitOn", "responsiblePersonId", "categories")
    assert {own[name] for name in where} == {None}
    read = str(own) + str(father.timeline("child", cast.r.id))
    secrets = (rescuing.SHELTER, str(UNIT_BY_KEY["cm_rescue"].id), "俞仁杰", "朱德明")
    assert [word for word in secrets if word in read] == []


def handed_over(story: World, case: UUID, police: str, site: str) -> None:
    given = sheltering.HANDOVER | {
        "receiver_unit_id": story.unit(site),
        "handed_over_at": story.clock.now,
        "health_alerts": ALERTS,
    }
    story.as_(police).done("completeWrittenHandover", case, given)


def test_7_the_staff_of_the_site_get_health_alerts_and_no_history(story: World, cast: Cast) -> None:
    handed_over(story, cast.case, "cm_police", "cm_rescue")
    staff = story.as_("cm_rescue")
    values = seen(line_of(staff, "case", cast.case, "case.written_handover_completed"))
    assert values["healthAlerts"] == ALERTS
    assert values["handoverPlace"] == sheltering.HOTEL  # where the child is, they know
    assert "childCondition" not in values
    paths = (("case", "assessment"), ("case", "findings"), ("case", "factsReported"))
    asked = "query ($id: UUID!) { case(id: $id) { stage assessment findings factsReported } }"
    held_back(story, staff, asked, cast.case, *paths)
    held_back(
        story, staff, "query ($id: UUID!) { child(id: $id) { tier } }", cast.r.id, ("child", "tier")
    )


def test_7_nor_do_the_staff_of_a_hotel(world: World) -> None:
    """Where the text allows a hotel: Changning, 2019."""
    boy = sheltering.boy_on_file(world)
    case = sheltering.reported(world, boy)
    sheltering.found(world, case)
    sheltering.nobody_takes_him(world, case)
    sheltering.heard(world, case)
    sheltering.escorted(world, case)
    sheltering.handed_over(world, case, "2019-03-31 09:30", health_alerts=ALERTS)
    world.clock.set("2019-03-31 10:00")
    world.as_("cn_township").done("startShortTermGuardianship", case, sheltering.PLACING)
    staff = world.as_("cn_site")
    values = seen(line_of(staff, "case", case, "case.written_handover_completed"))
    assert values["healthAlerts"] == ALERTS
    assert "childCondition" not in values
    asked = "query ($id: UUID!) { case(id: $id) { stage findings } }"
    held_back(world, staff, asked, case, ("case", "findings"))
    started = seen(line_of(staff, "case", case, "case.short_term_guardianship_started"))
    assert "healthConsidered" not in started
    common_checks(world)


def test_8_a_volunteer_meets_the_child_and_knows_nothing_of_the_family(
    story: World, cast: Cast
) -> None:
    volunteer = story.as_("cn_volunteer")
    tutor = {
        "pairing_kind": "TUTOR",
        "companion_person_id": BY_KEY["cn_volunteer"].id,
        "called_name": "小梅",
        "meeting_time": "每周三16:00",
        "meeting_place": "学校图书室",
        "safety_alert": ALERTS,
    }
    story.as_("cm_head").done("startPairing", cast.r.id, tutor)
    query = "{ viewer { companionships { calledName safetyAlert } } }"
    met = volunteer.ask(query)["viewer"]["companionships"]
    assert met == [{"calledName": "小梅", "safetyAlert": ALERTS}]
    income = "query ($id: UUID!) { child(id: $id) { household { householdNote householdMeans } } }"
    denied_as_absent(story, volunteer, income, cast.r.id)
    denied_as_absent(story, volunteer, CHILD, cast.r.id)


def test_12_the_hospital_reads_its_patient_and_no_school_record(story: World, cast: Cast) -> None:
    query = "query ($id: UUID!) { child(id: $id) { name birthOn schoolGrade } }"
    told = held_back(story, story.as_("cm_doctor"), query, cast.r.id, ("child", "schoolGrade"))
    assert told["child"]["name"] == "石小梅"
    read = str(story.as_("cm_doctor").timeline("child", cast.r.id))
    assert steps.NOTE not in read
    denied_as_absent(story, story.as_("jd_doctor"), query, cast.r.id)


def test_15_a_contributor_never_sees_what_the_others_answered(story: World, cast: Cast) -> None:
    clinic = story.as_("cm_doctor")
    (own,) = (clinic.case(cast.case) or {})["contributions"]
    assert own["question"] == "身体状况如何?"
    read = str(clinic.case(cast.case)) + str(clinic.timeline("case", cast.case))
    assert [answer for answer in steps.ANSWERS.values() if answer in read] == []
    held_back(story, clinic, CASE, cast.case, ("case", "assessment"))
    lead = (story.as_("cm_township").case(cast.case) or {})["contributions"]
    assert {c["answer"] for c in lead} >= set(steps.ANSWERS.values())


def test_2_and_once_there_is_an_assessment_nobody_near_reads_it(story: World, cast: Cast) -> None:
    steps.answered(story, cast.case, "cm_doctor", "哮喘,需随身带药")
    story.clock.forward(minutes=30)
    story.as_("cm_township").done("completeAssessment", cast.case, steps.ASSESSED)
    for key in ("cm_director", "cm_committee"):
        held_back(story, story.as_(key), CASE, cast.case, ("case", "assessment"))
        read = str(story.as_(key).timeline("case", cast.case))
        assert [text for text in steps.ASSESSED.values() if text in read] == []
    assert (story.as_("cm_township").case(cast.case) or {})["assessment"]


def test_everything_carries_its_grounds(story: World) -> None:
    common_checks(story)
