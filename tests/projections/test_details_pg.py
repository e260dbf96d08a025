"""What lies within a file and a case, row by row, as a real database tells it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import psycopg
import pytest
from psycopg.rows import dict_row

from authz.gate import Assignment
from authz.scope_db import apply
from domain.case.placement_end import EndTemporaryGuardianship
from domain.case.placement_limits import (
    ApproveGuardianshipLimitException,
    MarkGuardianshipLimitExceeded,
)
from domain.case.state import Case
from domain.child.conduct import OpenConductCase
from domain.child.corrections import DisavowEvent
from domain.child.entrusted_end import EndEntrustedCare
from domain.child.guardians import RecordParentReturn
from domain.child.household import HouseholdRecorded
from domain.sensitivity import P4, P5
from domain.terms.care import CareEndReason
from domain.terms.conduct import ConductClass
from domain.terms.placement import EndReason, NextCare
from domain.terms.roles import Role
from projections.child import ChildRow
from tests.database import Database
from tests.dsl import an_id
from tests.projections import history as told
from tests.projections.history import OTHER_SITE, PROVIDER, SCHOOL, SITE, History, words
from tests.projections.telling import past
from tests.projections.telling import told as happens
from tests.projections.town import CHANGNING, OFFICER, SECRETS, Town, town_on, unit_id


@pytest.fixture
def town(database: Database) -> Iterator[Town]:
    with town_on(database) as town:
        yield town
        assert town.rows("select * from read.parked") == []


@pytest.fixture
def history(town: Town) -> History:
    return told.opened(town)


def held(history: History, table: str, subject: UUID) -> set[str]:
    return history.town.tokens(table, f"{'child' if table == 'child' else 'case'}_id", subject)


def site(history: History, unit: UUID) -> str:
    """How a row says where a child is placed, without saying it."""
    return history.town.platform.services.seal(f"L:{unit}")


def test_guardians_are_told_with_where_and_how_they_are(history: History) -> None:
    told.family(history)
    father, mother = history.file().care.guardians
    row = history.row("guardian", guardian_id=father.guardian_id)
    assert (row["relation"], row["guardian_basis"], row["life_status"]) == (
        "FATHER",
        "PARENT",
        "LIVING",
    )
    assert (row["guardian_name"], row["phone"]) == (words("大山"), words("138"))
    assert (row["is_away"], row["absence_reason"], row["away_place"]) == (
        True,
        "WORK",
        words("广东某厂"),
    )
    assert (row["away_since_on"], row["expected_back_on"]) == (
        date(2025, 2, 8),
        date(2025, 12, 30),
    )
    assert (row["is_incapable"], row["is_confined"]) == (True, False)
    assert f"F:{told.FATHER}" in held(history, "child", history.child)
    history.on_file(
        RecordParentReturn(guardian_id=mother.guardian_id, returned_on=date(2025, 3, 2))
    )
    back = history.row("guardian", guardian_id=mother.guardian_id)
    assert (back["is_away"], back["absence_reason"], back["away_place"]) == (False, None, None)
    assert (back["away_since_on"], back["expected_back_on"]) == (None, None)


def test_a_guardian_recorded_by_mistake_leaves_the_file(history: History) -> None:
    told.family(history)
    father, mother = history.file().care.guardians
    assert mother.event_id is not None
    told.put_right(history, mother.event_id)
    left = history.town.rows("select guardian_id from read.guardian")
    assert [row["guardian_id"] for row in left] == [father.guardian_id]
    assert history.row("child", child_id=history.child)["name"] == words("小荷")


def test_household_and_the_carer_in_fact_are_told(history: History) -> None:
    told.family(history)
    arrangement = history.row("care_arrangement", child_id=history.child)
    assert arrangement["actual_carer_name"] == words("幺姑")
    assert arrangement["arrangement"] == "NONE"
    household = history.row("household", child_id=history.child)
    assert (household["household_size"], household["hardship_found"]) == (3, True)
    assert household["members"]["members"][0]["name"] == words("幺姑")
    silent: Any = HouseholdRecorded.Command
    history.on_file(silent(household_size=4))
    household = history.row("household", child_id=history.child)
    assert (household["household_size"], household["hardship_found"]) == (4, True)


def test_entrusted_care_goes_from_needed_to_ended(history: History) -> None:
    told.family(history)
    care = history.row("entrusted_care", child_id=history.child)
    assert (care["status"], care["carer_name"]) == ("NEEDED", None)
    told.cared_for(history)
    care = history.row("entrusted_care", child_id=history.child)
    assert (care["status"], care["carer_name"]) == ("IN_FORCE", words("外婆"))
    assert care["carer_relation"] == "MATERNAL_GRANDMOTHER"
    assert (care["designated_on"], care["agreement_signed_on"], care["agreement_due_on"]) == (
        date(2025, 3, 10),
        date(2025, 3, 11),
        None,
    )
    assert care["supervised_on"] == date(2025, 4, 1)
    assert care["supervision_due_on"] > date(2025, 4, 1)
    told.worried_about(history)
    care = history.row("entrusted_care", child_id=history.child)
    assert (care["status"], care["concern"]) == ("INFORMED", "NEGLECTS")
    told.helped(history)
    care = history.row("entrusted_care", child_id=history.child)
    assert (care["status"], care["concern"]) == ("IN_FORCE", None)
    history.on_file(EndEntrustedCare(care_end_reason=CareEndReason.CARER_WITHDREW))
    care = history.row("entrusted_care", child_id=history.child)
    assert (care["status"], care["carer_name"]) == ("NEEDED", None)


def test_a_carer_who_was_none_is_off_the_file_and_an_ending_that_was_none_brings_one_back(
    history: History,
) -> None:
    told.family(history)
    told.cared_for(history)
    before = history.row("entrusted_care", child_id=history.child)
    ended = history.on_file(EndEntrustedCare(care_end_reason=CareEndReason.CARER_WITHDREW))
    history.on_file(DisavowEvent(target_event_id=ended, disavowal_reason=words("未终止")))
    care = history.row("entrusted_care", child_id=history.child)
    for name in ("status", "carer_id", "carer_name", "carer_phone", "designated_on"):
        assert care[name] == before[name], name
    (named,) = history.town.rows(
        "select event_id from read.timeline where name = 'child.entrusted_carer_designated'"
    )
    history.on_file(
        DisavowEvent(target_event_id=named["event_id"], disavowal_reason=words("记错了儿童"))
    )
    care = history.row("entrusted_care", child_id=history.child)
    assert (care["status"], care["carer_id"], care["carer_name"]) == ("NEEDED", None, None)


def test_contacts_and_visits_are_told_and_a_disavowed_one_is_marked(history: History) -> None:
    contact_id, visit_id = told.visited(history)
    contact = history.row("visit", event_id=contact_id)
    assert (contact["kind"], contact["channel"], contact["result"]) == (
        "CONTACT",
        "VIDEO",
        "REACHED",
    )
    assert (contact["made_on"], contact["people_met"]) == (date(2025, 4, 3), ["CHILD"])
    visit = history.row("visit", event_id=visit_id)
    assert (visit["kind"], visit["child_seen"], visit["hazards_seen"]) == (
        "HOME_VISIT",
        True,
        ["WATER"],
    )
    assert (visit["made_by_id"], visit["visit_notes"]) == (an_id("director"), words("水缸无盖"))
    assert not visit["is_disavowed"]
    told.put_right(history, visit_id)
    assert history.row("visit", event_id=visit_id)["is_disavowed"]


def test_the_tier_names_rule_fact_event_and_clause(history: History) -> None:
    told.family(history)
    told.reported(history)
    child = history.row("child", child_id=history.child)
    assert child["tier"] == "R1"
    reasons = child["tier_reasons"]
    assert reasons["scale"].partition("@")[2] == "1"
    deciding = [r for r in reasons["reasons"] if r["deciding"]]
    assert deciding
    known = {str(r["event_id"]) for r in history.town.rows("select event_id from read.timeline")}
    for reason in deciding:
        assert reason["rule"].startswith("R-")
        assert reason["event"] in known
        assert reason["factor"] or reason["category"]


def test_a_tier_that_rests_on_the_childs_conduct_says_so_in_a_class_of_its_own(
    history: History,
) -> None:
    before = history.row("child", child_id=history.child)
    assert before["sealed_tier_reasons"] is None
    matter = OpenConductCase(
        conduct_class=ConductClass.SERIOUS_MISCONDUCT, conduct_summary=words("打架")
    )
    history.on_file(matter, OFFICER)
    child = history.row("child", child_id=history.child)
    assert child["tier"] == "R2"
    assert [r["factor"] for r in child["tier_reasons"]["reasons"]] == []
    sealed = child["sealed_tier_reasons"]["reasons"]
    assert [(r["rule"], r["factor"]) for r in sealed if r["deciding"]] == [("R-H6", "RF-29")]
    classes = {s.name: s.sensitivity for s in ChildRow.specs}
    assert (classes["tier_reasons"], classes["sealed_tier_reasons"]) == (P4, P5)


def test_a_placement_keeps_its_clock_and_opens_one_site_at_a_time(history: History) -> None:
    told.reported(history)
    placement_id = told.placed(history)
    row = history.row("placement", placement_id=placement_id)
    assert (row["kind"], row["status"], row["is_guardianship"]) == ("SHORT_TERM", "ACTIVE", True)
    assert (row["site_unit_id"], row["address"]) == (SITE, words("镇上某处"))
    assert (row["started_on"], row["limit_exceeded"]) == (date(2025, 5, 6), False)
    assert row["child_id"] == history.child
    assert history.row("child", child_id=history.child)["is_placed"]
    for table, subject in (("child", history.child), ("case_file", history.case)):
        assert site(history, SITE) in held(history, table, subject)
    told.moved(history)
    row = history.row("placement", placement_id=placement_id)
    assert (row["site_unit_id"], row["address"]) == (OTHER_SITE, words("县城某处"))
    for table, subject in (("child", history.child), ("case_file", history.case)):
        assert site(history, SITE) not in held(history, table, subject)
        assert site(history, OTHER_SITE) in held(history, table, subject)


def test_where_the_police_bring_a_child_it_is_seen_until_somebody_has_it(history: History) -> None:
    """SH2020-4.2-g, CN2017-5.1-j: 就近护送至…机构, which receives it before anybody has decided on a placement."""
    told.reported(history)

    def brought_to(unit: UUID | None) -> None:
        escorted = past("case.child_escorted", child_id=history.child, receiver_unit_id=unit)
        happens(history.town, history.case, escorted, state=Case)

    def seen_by(unit: UUID) -> set[str]:
        at = {"child": history.child, "case_file": history.case}
        return {t for t, subject in at.items() if site(history, unit) in held(history, t, subject)}

    brought_to(SITE)
    assert seen_by(SITE) == {"child", "case_file"}
    brought_to(OTHER_SITE)
    assert (seen_by(SITE), seen_by(OTHER_SITE)) == (set(), {"child", "case_file"})
    secured = past("case.care_secured", child_id=history.child)
    happens(history.town, history.case, secured, state=Case)
    assert seen_by(OTHER_SITE) == set()


def test_a_limit_is_exceeded_extended_and_over(town: Town) -> None:
    history = told.opened(town, 2019)
    told.reported(history, where=CHANGNING)
    placement_id = told.placed(history)
    limit = history.row("placement", placement_id=placement_id)["limit_on"]
    assert limit == date(2019, 6, 6)
    history.at("06-06 09:00")
    history.on_case(MarkGuardianshipLimitExceeded(placement_id=placement_id))
    row = history.row("placement", placement_id=placement_id)
    assert (row["status"], row["limit_exceeded"]) == ("OVER_LIMIT", True)
    assert history.row("child", child_id=history.child)["is_placed"]
    history.on_case(
        ApproveGuardianshipLimitException(
            placement_id=placement_id,
            exception_reason=words("父亲住院"),
            new_limit_on=date(2019, 7, 6),
        )
    )
    row = history.row("placement", placement_id=placement_id)
    assert (row["status"], row["limit_exceeded"]) == ("ACTIVE", False)
    assert (row["limit_on"], row["extended_to_on"]) == (date(2019, 7, 6), date(2019, 7, 6))
    told.handed_over(history)
    history.on_case(
        EndTemporaryGuardianship(
            end_reason=next(iter(EndReason)),
            next_care=NextCare.RELATIVE,
            next_carer=words("祖父"),
            best_interest_reason=words("可照料"),
        )
    )
    row = history.row("placement", placement_id=placement_id)
    assert (row["status"], row["ended_on"]) == ("AFTERCARE", date(2019, 6, 6))
    assert row["next_care"] == "RELATIVE"
    assert not history.row("child", child_id=history.child)["is_placed"]
    assert site(history, SITE) not in held(history, "child", history.child)


def test_a_question_is_for_the_unit_asked_and_the_lead_alone(history: History) -> None:
    told.reported(history)
    told.placed(history)
    school, police = told.assessed(history)
    case = history.row("case_file", case_id=history.case)
    assert case["assessment"]["status"] == "RUNNING"
    assert "SAFETY" in case["assessment"]["dimensions"]
    row = history.row("contribution", request_id=school)
    lead = f"T:{unit_id('township')}"
    assert set(row["tokens"]) == {lead, f"T:{SCHOOL}"}
    assert (row["question"], row["answer"]) == (words("在校表现"), words("沉默寡言"))
    other = history.row("contribution", request_id=police)
    assert set(other["tokens"]) == {lead, f"T:{unit_id('police')}"}
    assert (other["contributor"], other["answer"], other["answered_at"]) == ("POLICE", None, None)
    assert f"T:{SCHOOL}" not in held(history, "case_file", history.case), "it has answered"
    told.concluded(history)
    case = history.row("case_file", case_id=history.case)
    assert case["assessment"]["status"] == "COMPLETED"
    assert case["assessment"]["safety"] == words("安全")
    assert case["assessment"]["recommendedServices"] == ["COUNSELLING"]
    assert case["assessed_at"] is not None


def test_a_plan_and_its_items_are_told_to_their_end(history: History) -> None:
    told.reported(history)
    told.placed(history)
    told.assessed(history)
    told.concluded(history)
    first, second = told.planned(history)
    (plan,) = history.town.rows("select * from read.plan")
    assert (plan["case_id"], plan["child_id"]) == (history.case, history.child)
    assert (plan["living_support"], plan["education_support"]) == (words("低保"), None)
    item = history.row("plan_item", item_id=first)
    assert (item["service"], item["item_status"], item["need"]) == (
        "COUNSELLING",
        "PLANNED",
        words("心理疏导"),
    )
    told.served(history, first, second)
    item = history.row("plan_item", item_id=first)
    assert (item["item_status"], item["times_delivered"], item["last_delivered_on"]) == (
        "CLOSED",
        1,
        date(2025, 5, 20),
    )
    assert (item["service_outcome"], item["provider_unit_id"]) == ("ACHIEVED", PROVIDER)
    assert history.row("plan_item", item_id=second)["item_status"] == "WITHDRAWN"
    (plan,) = history.town.rows("select * from read.plan")
    assert (plan["living_support"], plan["education_support"]) == (words("低保"), words("补助"))
    assert f"T:{PROVIDER}" not in held(history, "case_file", history.case)


def seen_by(town: Town, who: Assignment, purpose: str, query: str) -> list[dict[str, Any]]:
    """What a capacity reads through row security, whatever the query asks for."""
    sealing = replace(who, seal=town.platform.services.seal)
    scope = town.platform.gate.scope(sealing, purpose)
    signed = scope.signed(SECRETS.scope_key, datetime.now(UTC))  # noqa: TID251 - PostgreSQL's clock
    with psycopg.connect(town.platform.ways.reader_dsn, row_factory=dict_row) as conn:
        apply(conn, signed)
        return conn.execute(query.encode()).fetchall()


def capacity(name: str, role: Role, unit: UUID | None = None) -> Assignment:
    return Assignment(
        id=an_id(f"post of {name}"), person_id=an_id(name), role=role.value, unit_id=unit
    )


def test_a_guardian_sees_the_file_and_nothing_of_the_case(history: History) -> None:
    told.family(history)
    told.reported(history)
    told.placed(history)
    father = capacity("account of the father", Role.GUARDIAN)
    town = history.town
    streams = {
        r["stream"] for r in seen_by(town, father, "family", "select stream from read.timeline")
    }
    assert streams == {"child"}
    for table in ("case_file", "case_child", "placement", "contribution", "plan_item", "work_item"):
        assert seen_by(town, father, "family", f"select * from read.{table}") == [], table
    assert len(seen_by(town, father, "family", "select * from read.guardian")) == 2
    mask = town.platform.gate.scope(father, "family").mask(
        "child", tuple(town.tokens("child", "child_id", history.child))
    )
    assert {c for c in mask if c.level > 3} == set(), "no P4, P5, P6 of the own child"


def test_row_security_gives_a_contributor_its_own_question_alone(history: History) -> None:
    told.reported(history)
    told.placed(history)
    school, police = told.assessed(history)
    town, query = history.town, "select request_id from read.contribution"

    def asked(name: str, role: Role, unit: UUID, purpose: str) -> set[UUID]:
        found = seen_by(town, capacity(name, role, unit), purpose, query)
        return {row["request_id"] for row in found}

    assert asked("head", Role.SCHOOL_HEAD, SCHOOL, "schooling") == {school}
    assert asked("officer", Role.POLICE, unit_id("police"), "investigation") == {police}
    assert asked("clerk", Role.TOWNSHIP, unit_id("township"), "casework") == {school, police}
    officer = capacity("official", Role.DISTRICT_CIVIL_AFFAIRS, unit_id("civil affairs"))
    assert seen_by(town, officer, "casework", query) == []


def test_the_site_sees_its_child_while_the_placement_lasts(history: History) -> None:
    told.reported(history)
    told.placed(history)
    keeper = capacity("keeper", Role.PLACEMENT_SITE, SITE)
    query = "select address from read.placement_p6_address"
    assert seen_by(history.town, keeper, "casework", query) == [{"address": words("镇上某处")}]
    told.moved(history)
    assert seen_by(history.town, keeper, "casework", query) == []
    assert seen_by(history.town, keeper, "casework", "select * from read.child") == []
