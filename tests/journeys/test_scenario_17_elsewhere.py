"""Scenario 17, lines 9 to 19: who has nothing to do with R., and who may look at her after all."""

from __future__ import annotations

import json
from datetime import date
from uuid import UUID

import pytest
from websockets.exceptions import ConnectionClosed

from domain.child.guidance import EmployerReminderRecorded
from domain.sensitivity import P0, P2
from domain.terms.roles import Role
from ops.demo_world import ANTING, UNIT_BY_KEY
from tests.journeys import wrong_roles as steps
from tests.journeys.checks import common_checks
from tests.journeys.staffing import MR_K, employed
from tests.journeys.telling import last, recorded
from tests.journeys.world import World
from tests.journeys.wrong_roles import (
    Cast,
    denied_as_absent,
    entries,
    journal_end,
    nothing_written,
    stranger,
    turned_away,
)

pytestmark = [pytest.mark.journey, pytest.mark.postgres]
CHILD = "query ($id: UUID!) { child(id: $id) { name tier guardians { guardianName phone } } }"
FOUND = "query ($id: UUID!) { child(id: $id) { name guardians { guardianName phone } } }"
CASE = "query ($id: UUID!) { case(id: $id) { stage findings } }"
LEDGER = """query ($id: UUID!) { ledger(school: $id) { nodes { childId name tier
  cases { caseId %s } } } }"""
WANTED = {"wanted_name": "石小梅", "wanted_birth_on": date(2013, 10, 3)}
FEW = 5


@pytest.fixture(scope="module")
def cast(story: World) -> Cast:
    return steps.cast(story)


@pytest.mark.parametrize("office", ["news", "finance", "tax", "planning", "employer"])
def test_9_10_11_no_account_for_who_has_no_part_in_it(
    story: World, cast: Cast, office: str
) -> None:
    """The list of children, one child, anything: there is no such capacity, so there is nobody to answer."""
    assert not [role for role in Role if office in role.value]
    person = stranger(story, office)
    turned_away(story, person, "UNAUTHENTICATED")
    with nothing_written(story):
        for query in (CHILD, "{ ledger { nodes { childId } } }"):
            answer = person.post(query, id=cast.s.id)
            assert set(answer) == {"errors"}


def test_9_the_press_gets_an_approved_extract_and_no_child(story: World) -> None:
    bureau, unit = story.as_("cm_ca"), story.unit("cm_ca")
    extract = {
        "extract_purpose": "PRESS",
        "extract_text": "某镇开展暑期安全教育",
        "extract_attributes": ["STREET", "STORY"],
        "extract_checks": ["NO_IDENTITY", "NO_COMBINATION", "NO_ONGOING_CASE", "CHILD_WELFARE"],
    }
    named = {**extract, "extract_attributes": ["NAME", "STORY"]}
    with nothing_written(story):
        assert bureau.do("approveDeidentifiedExtract", unit, named)["__typename"] == "RuleRefused"
    bureau.done("approveDeidentifiedExtract", unit, extract)
    told = recorded(story, unit, "unit.deidentified_extract_approved")
    assert "石小梅" not in told.event.extract_text
    assert {spec.sensitivity for spec in told.event.specs} <= {P0, P2}, "nobody is named in it"


def test_11_an_employer_is_told_to_remind_its_employee_and_no_more(
    story: World, cast: Cast
) -> None:
    reminder = {
        "guardian_id": cast.s.guardians["MOTHER"],
        "employer_name": "东莞某电子厂",
        "reminded_on": date(2025, 3, 5),
    }
    story.as_("fj_committee").done("recordEmployerReminder", cast.s.id, reminder)
    told = {spec.name for spec in EmployerReminderRecorded.specs}
    assert told == {"guardian_id", "employer_name", "reminded_on"}, "nothing of the child"


def test_13_civil_affairs_elsewhere_find_her_only_with_a_task(story: World, cast: Cast) -> None:
    abroad = story.as_("fj_ca")
    denied_as_absent(story, abroad, CHILD, cast.r.id)
    denied_as_absent(story, abroad, CASE, cast.case)
    given = {
        "referred_to_unit_id": UNIT_BY_KEY["fj_ca"].id,
        "referral_fields": ["IDENTITY"],
        "referral_purpose": "CASEWORK",
        "referral_need": "户籍地接续帮扶",
        "referral_until_on": date(2025, 3, 20),
    }
    story.as_("cm_township").done("referFile", cast.r.id, given)
    referral = last(story, cast.r.id, "child.file_referred").file_referral_id
    (task,) = abroad.queue("fj_ca", "Q-94")
    assert task["childId"] == str(cast.r.id)
    abroad.done("acceptFileReferral", cast.r.id, {"file_referral_id": referral})
    since = journal_end(story)
    shown = abroad.child(cast.r.id)
    assert shown is not None
    assert (shown["name"], shown["tier"], shown["cases"]) == ("石小梅", None, [])
    looks = [e for e in entries(story, abroad, since) if e.subject == cast.r.id]
    assert {e.relation for e in looks} == {"referral"}
    denied_as_absent(story, abroad, CASE, cast.case)


def test_14_the_contract_drops_income_and_lets_dropout_pass(story: World, cast: Cast) -> None:
    agreed = {
        "from_kind": "DISTRICT_EDUCATION",
        "to_kind": "POLICE",
        "sharing_purpose": "INVESTIGATION",
        "contract_fields": ["IDENTITY", "DROPOUT", "ATTENDANCE"],
        "contract_until_on": date(2025, 12, 31),
        "contract_place": story.place("上海市/崇明区"),
    }
    contract = UUID(story.as_("cm_ca").done("makeSharingContract", None, agreed)["id"])
    sharing = {
        "contract_id": contract,
        "shared_to_unit_id": UNIT_BY_KEY["jd_police"].id,
        "wanted_fields": ["IDENTITY", "DROPOUT", "HOUSEHOLD_INCOME"],
        "statutory_clause": "CN2017-5.1-b",
    }
    story.as_("cm_head").done("shareInformation", cast.r.id, sharing)
    told = last(story, cast.r.id, "child.information_shared")
    assert [f.value for f in told.passed_fields] == ["IDENTITY", "DROPOUT"]
    assert [f.value for f in told.dropped_fields] == ["HOUSEHOLD_INCOME"]
    police, since = story.as_("jd_police"), journal_end(story)
    query = "query ($id: UUID!) { child(id: $id) { name household { householdNote } } }"
    with nothing_written(story):
        found = police.ask(query, id=cast.r.id)["child"]
    assert found == {"name": "石小梅", "household": None}
    (look,) = [e for e in entries(story, police, since) if e.subject == cast.r.id]
    assert (look.relation, "P3_SCHOOL" in look.classes) == ("referral", True)
    assert not {"P3", "P3_CARE"} & set(look.classes)


def test_16_a_ban_closes_the_session_that_is_open(story: World) -> None:
    employed(story, "cm", MR_K)
    story.clock.forward(minutes=10)
    mr_k = story.person(MR_K)
    with mr_k.listen("cm_sw", "Q-09", over="ws") as live:
        live.caught_up()
        ban = {"person_id": MR_K.id, "bar_ground": "(2025)沪刑终12号"}
        unit = story.unit("cm_police_district")
        story.as_("cm_police_chief").done("recordEmploymentBar", unit, ban)
        with pytest.raises(ConnectionClosed) as closed:
            live.ended()
        assert closed.value.rcvd is not None
        assert (closed.value.rcvd.code, closed.value.rcvd.reason) == (4403, "Forbidden")
    turned_away(story, mr_k, "UNAUTHENTICATED")


def test_17_an_administrator_has_the_envelope_and_not_what_is_in_it(
    story: World, cast: Cast
) -> None:
    admin, since = story.as_("admin"), journal_end(story)
    turned_away(story, admin, "FORBIDDEN")
    (entry,) = entries(story, admin, since)
    assert (entry.outcome, entry.door, entry.subject) == ("DENIED", "SIGN_IN", None)
    rows = story.sql("select e::text from es.event e where originator_id = %s", cast.r.id)
    assert len(rows) > FEW
    whole = "".join(row for (row,) in rows)
    assert str(cast.r.id) in whole
    for word in ("石小梅", "春光村", steps.NOTE, steps.INCOME):
        for written in (word, json.dumps(word).strip('"'), word.encode().hex()):
            assert written not in whole


def reported_elsewhere(story: World) -> UUID:
    """A citizen reports a girl nobody knows, in Jiading; the police there accept."""
    report = {
        "reporter_category": "CITIZEN",
        "report_channel": "PHONE",
        "situation": "车站有一女孩独自过夜",
        "incident_place": story.place(ANTING),
        "triggers": ["LIVING_ALONE"],
        "discovered_at": story.clock.now,
    }
    case = UUID(story.as_("sh_citizen").done("submitReport", None, report)["id"])
    story.as_("jd_police").done("acceptReport", case)
    return case


def test_18_police_with_an_open_emergency_reach_her_guardians(story: World, cast: Cast) -> None:
    police, since = story.as_("cm_police"), journal_end(story)
    with nothing_written(story):
        found = police.ask(FOUND, id=cast.r.id)["child"]
    assert "石根生" in {g["guardianName"] for g in found["guardians"]}
    (look,) = [e for e in entries(story, police, since) if e.obj == "child"]
    assert (look.outcome, look.purpose) == ("SEEN", "investigation")
    assert look.relation in {"assigned", "team"}
    assert story.events(cast.r.id, "child.emergency_access_noted") == []


def test_18_and_those_who_found_her_elsewhere_say_what_for(story: World, cast: Cast) -> None:
    case = reported_elsewhere(story)
    chief = story.as_("jd_police_chief")
    denied_as_absent(story, chief, FOUND, cast.r.id)
    story.clock.forward(minutes=1)
    why = {**WANTED, "look_up_purpose": "联系监护人"}
    story.as_("jd_police").done("lookUpChild", case, why)
    assert last(story, case, "case.child_looked_up").look_up_purpose == "联系监护人"
    found = story.as_("jd_police").child(cast.r.id)
    assert found is not None
    assert "石根生" in {g["guardianName"] for g in found["guardians"]}
    assert story.events(cast.r.id, "child.emergency_access_noted") == []


def test_19_police_without_a_case_break_the_glass_with_a_reason(story: World, cast: Cast) -> None:
    officer = story.as_("cn_police", "emergency")
    denied_as_absent(story, officer, FOUND, cast.r.id)
    asked = {"break_glass_ground": "FOUND_ALONE", **WANTED}
    officer.refused(
        "access_reason_too_short", "useBreakGlass", None, {**asked, "break_glass_reason": ""}
    )
    denied_as_absent(story, officer, FOUND, cast.r.id)
    reason = "夜间发现儿童独自在车站,须立即联系监护人"
    used = officer.done("useBreakGlass", None, {**asked, "break_glass_reason": reason})["id"]
    since = journal_end(story)
    found = officer.ask(FOUND, id=cast.r.id)["child"]
    assert found["name"] == "石小梅"
    (look,) = [e for e in entries(story, officer, since) if e.obj == "child"]
    assert (look.relation, look.purpose) == ("break_glass", "emergency")
    (review,) = story.as_("cm_ca").queue("cm_ca", "Q-92")
    assert review["causeStreamId"] == used
    protected = "query ($id: UUID!) { case(id: $id) { reporterName placements { address } } }"
    with nothing_written(story):
        case = officer.ask(protected, id=cast.case)["case"]
    assert case == {"reporterName": None, "placements": [{"address": None}]}, "never the protected"


def test_everything_carries_its_grounds(story: World) -> None:
    common_checks(story)
