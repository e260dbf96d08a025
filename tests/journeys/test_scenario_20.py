"""Scenario 20 · The yearly cycle and the 30 November report, Shanghai 2025: one story, told month by month.

Chongming has twelve towns and forty schools; Jiading and Changning are the other districts. Each test goes on where the
one before stopped.
"""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest

from domain.periods import local_date
from eventlog.verify import verify
from ops.clock_worker import fire_due
from ops.demo_world import CHONGMING
from tests.journeys import yearly
from tests.journeys.checks import carries_its_grounds
from tests.journeys.person import Answer, moment
from tests.journeys.telling import denied, last, told
from tests.journeys.wire import local
from tests.journeys.world import World

pytestmark = [pytest.mark.begins(2016), pytest.mark.journey, pytest.mark.postgres]

DRAFT = """query ($unit: UUID!, $year: Int!, $asOf: Date!) {
  annualReportDraft(unit: $unit, year: $year, asOf: $asOf) {
    complete figuresHash figures { code key split cell value outOf } } }"""
SENT = """query ($unit: UUID!, $year: Int!) { annualReport(unit: $unit, year: $year) {
  asOf sentAt figuresHash intact openRectifications
  figures { code key split cell value outOf now difference traceable(first: 50) { eventIds } } } }"""
REPORT = """query ($code: String!, $place: ID!, $asOf: Date) {
  report(code: $code, division: $place, asOf: $asOf, period: "2025") {
    figures { key value outOf suppressed } } }"""
_DISTRICT: dict[str, list[UUID]] = {}
"""The towns and schools of the story, by kind."""


def towns() -> list[UUID]:
    return _DISTRICT["towns"]


def schools() -> list[UUID]:
    return _DISTRICT["schools"]


def civil(world: World, prefix: str = "cm") -> UUID:
    return world.unit(f"{prefix}_ca")


def test_1_on_the_first_of_january_the_year_is_owed(story: World) -> None:
    world = story
    _DISTRICT["towns"], _DISTRICT["schools"] = yearly.founded(world)
    yearly.calendar(world, "cm_edu", "cm_edu")
    world.tick("2025-01-01 00:30")
    district = {civil(world), *towns(), *schools()}
    owed = yearly.owed_in(world, 2025, district)
    assert Counter(e.duty_code for e in owed) == {
        "DISTRICT_SAFETY": 1,
        "STATION_ACTIVITY": 12 * 4,
        "SCHOOL_SAFETY": 40 * 2,
        "WORK_BULLETIN": 4,
        "DIRECTOR_TRAINING_DISTRICT": 1,
        "FULL_INSPECTION": 1,
        "ANNUAL_REPORT": 1,
    }
    city = yearly.owed_in(world, 2025, {world.unit("sh_city_ca")})
    assert [e.duty_code for e in city] == ["DIRECTOR_TRAINING_CITY"]
    lectures = {e.duty_due_on for e in owed if e.duty_code == "SCHOOL_SAFETY"}
    assert lectures == {date(2025, 1, 17), date(2025, 6, 30)}
    (report,) = [e for e in owed if e.duty_code == "ANNUAL_REPORT"]
    assert report.duty_due_on == date(2025, 11, 30)
    # A lecture before the holidays goes with a contact with every child's guardian.
    world.clock.set("2025-01-10 10:00")
    head, school = world.as_("cm_head"), world.unit("cm_school")
    head.done("holdSafetyActivity", school, yearly.activity("SCHOOL_SAFETY"))
    assert yearly.of(world, school, "unit.obligation_fulfilled", "2025-WINTER")


def test_1b_a_year_in_which_no_clock_ran_is_opened_all_the_same(story: World) -> None:
    opened = story.events(civil(story, "jd"), "unit.obligation_year_opened")
    assert [r.event.duty_year for r in opened] == list(range(2016, 2026))
    for late in opened[1:]:
        assert local_date(late.stamp.occurred_at) == date(late.event.duty_year, 1, 1)
    assert all(r.stamp.late_because for r in opened[1:-1])
    missed = yearly.of(story, civil(story, "jd"), "unit.obligation_missed", "2024")
    assert {e.duty_code for e in missed} >= {"FULL_INSPECTION", "ANNUAL_REPORT"}
    fire_due(story.platform, story.clock.now)
    before = story.head()
    fire_due(story.platform, story.clock.now)
    assert story.head() == before


def test_2_a_quarter_without_an_activity_is_missed_for_good(story: World) -> None:
    world = story
    seventh = yearly.official(world, "town_7", towns()[6])
    world.tick("2025-05-20 09:00")
    first = world.as_("cm_township")
    first.done("holdSafetyActivity", towns()[0], yearly.activity("STATION_ACTIVITY"))
    world.tick("2025-06-30 23:59")
    assert yearly.of(world, towns()[6], "unit.obligation_missed", "2025-Q2") == []
    world.tick("2025-07-01 00:01")
    (missed,) = yearly.of(world, towns()[6], "unit.obligation_missed", "2025-Q2")
    assert missed.superior_unit_id == civil(world)
    assert yearly.of(world, towns()[0], "unit.obligation_missed", "2025-Q2") == []
    world.clock.set("2025-07-20 09:00")
    seventh.done("holdSafetyActivity", towns()[6], yearly.activity("STATION_ACTIVITY"))
    assert yearly.of(world, towns()[6], "unit.obligation_fulfilled", "2025-Q3")
    assert yearly.of(world, towns()[6], "unit.obligation_fulfilled", "2025-Q2") == []
    account = {"obligation_id": missed.obligation_id, "missed_account": "第二季度未安排"}
    seventh.done("accountForMissedObligation", towns()[6], account)
    assert yearly.of(world, towns()[6], "unit.obligation_fulfilled", "2025-Q2") == []


def test_3_one_activity_for_two_duties_is_declared_for_both_and_shown(story: World) -> None:
    world = story
    town = world.as_("cm_township")
    world.clock.set("2025-08-05 09:00")
    undeclared = yearly.activity("STATION_ACTIVITY")
    town.done("holdSafetyActivity", towns()[0], undeclared)
    assert yearly.of(world, civil(world), "unit.obligation_fulfilled", "2025") == []
    world.clock.set("2025-10-10 09:00")
    both = yearly.activity("STATION_ACTIVITY", "DISTRICT_SAFETY")
    town.done("holdSafetyActivity", towns()[0], both)
    (district,) = yearly.of(
        world, civil(world), "unit.obligation_fulfilled", "2025", "DISTRICT_SAFETY"
    )
    (station,) = yearly.of(world, towns()[0], "unit.obligation_fulfilled", "2025-Q4")
    assert district.double_use
    assert station.double_use
    world.told_later()
    found = report_of(world, "cm_ca", "S-18", "2025-10-31")
    assert found["double_use"]["value"] == 2


def report_of(world: World, who: str, code: str, as_of: str) -> dict[str, Answer]:
    """A report's figures by their key."""
    place = world.place(CHONGMING)
    asked = world.as_(who).ask(REPORT, code=code, place=place, asOf=date.fromisoformat(as_of))
    found: dict[str, Answer] = {f["key"]: f for f in asked["report"]["figures"]}
    return found


def test_4_coverage_at_the_end_of_october(story: World) -> None:
    world = story
    world.clock.set("2025-10-20 09:00")
    for unit_id in towns()[:11]:
        officer = {
            "station_office": "DEPUTY",
            "officer_name": "检察官",
            "is_prosecutor": True,
        }
        world.as_("cm_proc").done("appointStationOfficer", unit_id, officer)
    world.tick("2025-10-31 20:00")
    world.told_later()
    stations = report_of(world, "cm_ca", "S-22", "2025-10-31")
    with_deputy = stations["with_prosecutor"]
    assert (with_deputy["value"], with_deputy["outOf"]) == (11, 12)
    before = report_of(world, "cm_ca", "S-22", "2025-10-19")
    assert (before["with_prosecutor"]["value"], before["with_prosecutor"]["outOf"]) == (0, 12)
    for outsider in ("cm_township", "cm_head"):
        refused = world.as_(outsider).post(REPORT, code="S-22", place=world.place(CHONGMING))
        assert refused.get("data") is None or refused["data"]["report"] is None


def test_5_what_the_inspection_finds_is_put_right_or_stays_open(story: World) -> None:
    world = story
    world.clock.set("2025-11-03 09:00")
    bureau, unit = world.as_("cm_ca"), civil(world)
    found = {
        "inspection_kind": "FULL",
        "sampled_files": 60,
        "inspection_findings": [
            {"finding_kind": "FILES_UNVERIFIED", "finding_count": 14},
            {"finding_kind": "VISITS_OVERDUE", "finding_count": 6},
        ],
    }
    bureau.done("recordInspection", unit, found)
    assert yearly.of(world, unit, "unit.obligation_fulfilled", "2025", "FULL_INSPECTION")
    files, visits = [r.event.finding_id for r in world.events(unit, "unit.finding_recorded")]
    order = {
        "rectifying_unit_id": towns()[0],
        "rectify_by_on": date(2025, 11, 15),
        "rectification_order": "逐一核实14份档案",
    }
    bureau.done("orderRectification", unit, {**order, "finding_id": files})
    bureau.done("orderRectification", unit, {**order, "finding_id": visits})
    assert len(world.as_("cm_township").queue("cm_township", "Q-80")) == 2
    world.clock.set("2025-11-12 09:00")
    result = {"finding_id": files, "rectification_result": "14份均已核实"}
    bureau.done("completeRectification", unit, result)
    assert len(world.as_("cm_township").queue("cm_township", "Q-80")) == 1


def draft(world: World, prefix: str, as_of: date) -> Answer:
    """What the district would send."""
    world.told_later()
    asked = world.as_(f"{prefix}_ca").ask(DRAFT, unit=civil(world, prefix), year=2025, asOf=as_of)
    found: Answer = asked["annualReportDraft"]
    return found


def sent(world: World, prefix: str, as_of: date) -> dict[str, Any]:
    """The report as the district signs it."""
    return {
        "report_year": 2025,
        "figures_as_of_on": as_of,
        "figures_hash": draft(world, prefix, as_of)["figuresHash"],
        "report_narrative": "全年工作进展情况",
    }


def test_6_the_report_is_frozen_sent_and_compared_with_what_came_later(story: World) -> None:
    world, unit = story, civil(story)
    world.tick("2025-11-24 15:00")
    as_of = date(2025, 11, 20)
    given = sent(world, "cm", as_of)
    bureau = world.as_("cm_ca")
    other = {**given, "figures_hash": "0" * 64}
    bureau.refused("figures_hash_differs", "submitAnnualProgressReport", unit, other)
    denied(world.as_("cm_township"), "submitAnnualProgressReport", unit, given)
    bureau.done("submitAnnualProgressReport", unit, given)
    report = told(world, unit, "unit.annual_progress_report_submitted")
    assert (report.figures_as_of_on, report.open_rectifications) == (as_of, 1)
    assert yearly.of(world, unit, "unit.obligation_fulfilled", "2025", "ANNUAL_REPORT")
    bureau.refused("annual_report_already_sent", "submitAnnualProgressReport", unit, given)
    # A figure leads to its events; what is put right later does not change what was sent.
    world.told_later()
    as_sent = bureau.ask(SENT, unit=unit, year=2025)["annualReport"]
    assert as_sent["intact"]
    findings = figure(as_sent, "S-04", "findings")
    assert findings["traceable"]["eventIds"]
    world.clock.set("2025-11-27 09:00")
    visits = world.events(unit, "unit.finding_recorded")[-1].event.finding_id
    done = {"finding_id": visits, "rectification_result": "走访已补"}
    bureau.done("completeRectification", unit, done)
    world.told_later()
    later = bureau.ask(SENT, unit=unit, year=2025)["annualReport"]
    assert later["figuresHash"] == as_sent["figuresHash"] == given["figures_hash"]
    before, after = figure(as_sent, "S-04", "rectified"), figure(later, "S-04", "rectified")
    assert before["value"] == after["value"]
    assert after["now"] != before["now"] or after["difference"] != before["difference"]


def figure(report: Answer, code: str, key: str) -> Answer:
    """One whole figure of a report."""
    found: list[Answer] = [
        f
        for f in report["figures"]
        if (f["code"], f["key"], f["split"], f["cell"]) == (code, key, None, None)
    ]
    (one,) = found
    return one


def test_7_who_has_sent_nothing_by_the_first_of_december_is_overdue(story: World) -> None:
    world = story
    world.tick("2025-11-30 23:59")
    as_of = date(2025, 11, 30)
    jiading = civil(world, "jd")
    world.as_("jd_ca").done("submitAnnualProgressReport", jiading, sent(world, "jd", as_of))
    world.tick("2025-12-01 00:05")
    # Sent in the last minute of the day named: in time, as the parameter has it.
    assert yearly.of(world, jiading, "unit.obligation_missed", "2025", "ANNUAL_REPORT") == []
    changning = civil(world, "cn")
    (missed,) = yearly.of(world, changning, "unit.obligation_missed", "2025", "ANNUAL_REPORT")
    assert missed.superior_unit_id == world.unit("sh_city_ca")
    city, midnight = world.as_("sh_city_ca"), local("2025-12-01")
    new = [t for t in city.queue("sh_city_ca", "Q-44") if moment(t["createdAt"]) >= midnight]
    owing = {t["causeStreamId"] for t in new}
    assert str(changning) in owing
    assert str(jiading) not in owing
    city.done("receiveAnnualProgressReport", jiading, {"report_year": 2025})
    city.refused(
        "annual_report_not_sent", "receiveAnnualProgressReport", changning, {"report_year": 2025}
    )


def test_8_only_what_was_approved_leaves_for_the_press(story: World) -> None:
    world, unit = story, civil(story)
    bureau = world.as_("cm_ca")
    every = ["NO_IDENTITY", "NO_COMBINATION", "NO_ONGOING_CASE", "CHILD_WELFARE"]
    extract = {
        "extract_purpose": "PRESS",
        "extract_text": "某镇未保站开展暑期安全教育",
        "extract_attributes": ["STREET", "STORY"],
        "extract_checks": every,
    }
    together = {**extract, "extract_attributes": ["SCHOOL", "AGE", "STREET"]}
    bureau.refused("extract_identifies_together", "approveDeidentifiedExtract", unit, together)
    bureau.refused(
        "extract_not_checked",
        "approveDeidentifiedExtract",
        unit,
        {**extract, "extract_checks": every[:2]},
    )
    few = {**extract, "smallest_group": 4}
    bureau.refused("extract_group_too_small", "approveDeidentifiedExtract", unit, few)
    denied(world.as_("cm_township"), "approveDeidentifiedExtract", unit, extract)
    bureau.done("approveDeidentifiedExtract", unit, extract)
    assert last(world, unit, "unit.deidentified_extract_approved").extract_text == (
        "某镇未保站开展暑期安全教育"
    )


def test_9_a_special_inspection_has_no_date_and_names_no_child(story: World) -> None:
    world = story
    city, unit = world.as_("cq_city_ca"), world.unit("cq_city_ca")
    owed = yearly.owed_in(world, 2025, {civil(world, "fj"), unit})
    assert {e.duty_code for e in owed} & {"FULL_INSPECTION", "ANNUAL_REPORT"} == set()
    world.clock.set("2025-12-10 09:00")
    special = {
        "inspection_kind": "SPECIAL",
        "inspected_unit_id": civil(world, "fj"),
        "sampled_files": 20,
        "inspection_findings": [{"finding_kind": "SCREENING_WEAK", "finding_count": 3}],
    }
    city.done("recordInspection", unit, special)
    inspection = last(world, unit, "unit.inspection_recorded")
    assert (inspection.inspection_kind, inspection.sampled_files) == ("SPECIAL", 20)
    stamp = world.events(unit, "unit.inspection_recorded")[-1].stamp
    assert "CQ2016-7-b" in stamp.clauses
    assert world.events(unit, "unit.obligation_fulfilled") == []


def test_10_the_log_of_the_year_holds(story: World) -> None:
    for recorded in story.log():
        carries_its_grounds(story, recorded)
    report = verify(story.platform.ways.admin_dsn)
    assert report.ok, report.first_bad
    assert story.platform.lookup.parked() == set()
    assert story.clock.now - local("2025-12-10 09:00") < timedelta(days=1)
