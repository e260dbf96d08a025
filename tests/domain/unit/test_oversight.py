"""Inspections, the annual report, opinion, hazards and extracts (C.13; scenario 20, steps 5 to 9)."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from domain.codec import decode
from domain.packfile import parse_pack
from domain.rulebook import Rulebook
from domain.terms.oversight import (
    ExtractAttribute,
    ExtractCheck,
    ExtractPurpose,
    FindingKind,
    InspectionKind,
)
from domain.terms.safety import HazardSite, SiteHazardTopic
from domain.terms.units import UnitKind
from domain.unit.annual_figures import FigureKey, ReportCode, ReportedFigure, TakenFigures
from domain.unit.annual_report import (
    AnnualProgressReportReceived,
    AnnualProgressReportSubmitted,
    ReceiveAnnualProgressReport,
    SubmitAnnualProgressReport,
)
from domain.unit.extracts import ApproveDeidentifiedExtract
from domain.unit.hazards import FindSiteHazard, HazardFound, HazardRectified, RectifySiteHazard
from domain.unit.inspection import (
    CompleteRectification,
    FindingDraft,
    FindingRecorded,
    InspectionRecorded,
    OrderRectification,
    RecordInspection,
    RectificationCompleted,
    RectificationOrdered,
)
from domain.unit.obligation_clock import NoteObligationMissed
from domain.unit.obligations import ObligationFulfilled, OpenObligationYear, obligation_id
from domain.unit.publicity import (
    PublicOpinionResponseMade,
    PublicOpinionWarningRaised,
    RaisePublicOpinionWarning,
    RespondToPublicOpinion,
)
from tests.domain.unit.cast import (
    CHONGMING,
    CITY,
    FENGJIE,
    TOWNSHIP,
    VILLAGE_THERE,
    here,
    named,
    registered,
)
from tests.dsl import an_id, given

ME = an_id("subject")
PACKS = Path(__file__).parents[3] / "domain" / "packs"
DISTRICT = registered(UnitKind.DISTRICT_CIVIL_AFFAIRS, CHONGMING)
CITY_OF_CHONGQING = registered(UnitKind.CITY_CIVIL_AFFAIRS, FENGJIE)
YEAR = (
    DISTRICT,
    *given(DISTRICT)
    .when(here(OpenObligationYear(), at="2025-01-01 00:00", where=CHONGMING))
    .facts(),
)


TAKEN = TakenFigures(
    figures=(
        ReportedFigure(
            report_code=ReportCode("S-01"), figure_key=FigureKey("registered"), figure_value=310
        ),
    ),
    position=4711,
)
AS_OF = date(2025, 11, 20)


def at(command: Any, when: str = "2025-09-10 09:00", figures: TakenFigures | None = TAKEN) -> Any:
    """Put to the district."""
    return here(command, at=when, where=CHONGMING, figures=figures)


FULL = RecordInspection(
    inspection_kind=InspectionKind.FULL,
    inspected_unit_id=TOWNSHIP,
    sampled_files=60,
    inspection_findings=(
        FindingDraft(finding_kind=FindingKind.FILES_UNVERIFIED, finding_count=14),
    ),
)


def test_a_full_inspection_has_findings_and_fulfils_the_years_duty() -> None:
    inspection, finding, done = given(*YEAR).when(at(FULL)).facts()
    assert isinstance(inspection, InspectionRecorded)
    assert isinstance(finding, FindingRecorded)
    assert isinstance(done, ObligationFulfilled)
    assert (finding.finding_kind, finding.finding_count) == (FindingKind.FILES_UNVERIFIED, 14)
    assert finding.inspection_id == inspection.inspection_id
    assert (done.duty_code, done.duty_period) == ("FULL_INSPECTION", "2025")


@pytest.mark.parametrize("kind", [InspectionKind.ROUTINE, InspectionKind.SPECIAL])
def test_no_other_inspection_fulfils_it(kind: InspectionKind) -> None:
    facts = given(*YEAR).when(at(replace(FULL, inspection_kind=kind))).facts()
    assert named(facts) == ["inspection_recorded", "finding_recorded"]


def test_a_special_inspection_of_chongqing_has_no_date() -> None:
    special = RecordInspection(inspection_kind=InspectionKind.SPECIAL, sampled_files=20)
    (fact,) = given(CITY_OF_CHONGQING).when(here(special, where=FENGJIE)).facts()
    assert isinstance(fact, InspectionRecorded)
    assert fact.stamp is not None
    assert "CQ2016-7-b" in fact.stamp.clauses


FOUND = FindingRecorded(
    finding_id=an_id("finding"),
    inspection_id=an_id("inspection"),
    finding_kind=FindingKind.FILES_UNVERIFIED,
    finding_count=14,
)
ORDER = OrderRectification(
    finding_id=an_id("finding"),
    rectifying_unit_id=TOWNSHIP,
    rectify_by_on=date(2025, 10, 15),
    rectification_order="逐份核实",
)
ORDERED = RectificationOrdered(
    finding_id=an_id("finding"),
    rectifying_unit_id=TOWNSHIP,
    rectify_by_on=date(2025, 10, 15),
    rectification_order="逐份核实",
)
COMPLETE = CompleteRectification(finding_id=an_id("finding"), rectification_result="已核实14份")
COMPLETED = RectificationCompleted(finding_id=an_id("finding"), rectification_result="已核实14份")


def test_a_finding_is_ordered_and_put_right() -> None:
    given(DISTRICT, FOUND).when(at(ORDER)).then(ORDERED)
    given(DISTRICT, FOUND, ORDERED).when(at(COMPLETE)).then(COMPLETED)
    given(DISTRICT, FOUND, ORDERED, COMPLETED).when(at(COMPLETE)).then_nothing()


def test_what_cannot_be_ordered_or_completed() -> None:
    given(DISTRICT).when(at(ORDER)).then_refused("unknown_finding", field="findingId")
    given(DISTRICT).when(at(COMPLETE)).then_refused("unknown_finding")
    given(DISTRICT, FOUND).when(at(COMPLETE)).then_refused("rectification_not_ordered")
    given(DISTRICT, FOUND, ORDERED).when(at(ORDER)).then_refused("rectification_already_ordered")
    nobody = replace(ORDER, rectifying_unit_id=an_id("no unit"))
    given(DISTRICT, FOUND).when(at(nobody)).then_refused(
        "inspected_unit_unknown", field="rectifyingUnitId"
    )
    late = replace(ORDER, rectify_by_on=date(2025, 9, 1))
    given(DISTRICT, FOUND).when(at(late)).then_refused(
        "rectification_due_past", field="rectifyByOn"
    )


@pytest.mark.parametrize(
    ("changed", "code", "field"),
    [
        ({"inspected_unit_id": an_id("no unit")}, "inspected_unit_unknown", "inspectedUnitId"),
        ({"sampled_files": -1}, "number_negative", "sampledFiles"),
        (
            {"inspection_findings": (replace(FULL.inspection_findings[0], finding_count=0),)},
            "inspection_count_impossible",
            "inspectionFindings",
        ),
    ],
)
def test_what_no_inspection_can_have_been(changed: dict[str, Any], code: str, field: str) -> None:
    given(*YEAR).when(at(replace(FULL, **changed))).then_refused(code, field=field)


REPORT = SubmitAnnualProgressReport(
    report_year=2025,
    figures_as_of_on=AS_OF,
    figures_hash=TAKEN.digest(CHONGMING, 2025, AS_OF),
    report_narrative="本区工作进展",
)
MISSED = obligation_id(ME, "ANNUAL_REPORT", "2025")


def test_the_report_is_sent_with_open_findings_counted() -> None:
    history = given(*YEAR, FOUND, ORDERED)
    sent, done = history.when(at(REPORT, "2025-11-24 16:00")).facts()
    assert isinstance(sent, AnnualProgressReportSubmitted)
    assert isinstance(done, ObligationFulfilled)
    assert (sent.open_rectifications, sent.city_unit_id) == (1, CITY)
    assert (sent.reported_figures, sent.figures_position) == (TAKEN.figures, 4711)
    assert (done.obligation_id, done.after_missed) == (MISSED, False)


def test_the_digest_is_of_the_canonical_text_and_of_nothing_else() -> None:
    text = (
        '{"asOf":"2025-11-20","division":"%s","figures":[{"cell":null,"code":"S-01",'
        '"key":"registered","outOf":null,"split":null,"value":310}],"position":4711,"year":2025}'
    )
    expected = hashlib.sha256((text % CHONGMING).encode()).hexdigest()
    assert TAKEN.digest(CHONGMING, 2025, AS_OF) == expected
    other = replace(TAKEN, position=4712)
    assert other.digest(CHONGMING, 2025, AS_OF) != expected


def test_whoever_signs_signs_the_figures_of_the_platform() -> None:
    """Something was corrected between the look and the signature: look again."""
    (one,) = TAKEN.figures
    moved = replace(TAKEN, figures=(replace(one, figure_value=311),))
    sent = at(REPORT, "2025-11-24 16:00", figures=moved)
    given(*YEAR).when(sent).then_refused("figures_hash_differs", field="figuresHash")
    early = at(REPORT, "2025-11-24 16:00", figures=None)
    given(*YEAR).when(early).then_refused("figures_not_ready", field="figuresAsOfOn")


def test_a_report_of_before_the_figures_were_kept_reads_as_one_without() -> None:
    values = {
        "report_year": 2024,
        "figures_as_of_on": "2024-11-20",
        "figures_hash": "ab" * 32,
        "report_narrative": "本区工作进展",
        "open_rectifications": 0,
        "city_unit_id": None,
    }
    read: Any = decode("unit.annual_progress_report_submitted", 1, values, {})
    assert (read.report_year, read.reported_figures) == (2024, ())


def test_the_thirtieth_itself_is_on_time_and_the_first_is_missed() -> None:
    note = NoteObligationMissed(obligation_id=MISSED)
    sent = given(*YEAR).when(at(REPORT, "2025-11-30 23:59")).facts()
    given(*YEAR, *sent).when(at(note, "2025-12-01 00:00")).then_nothing()
    missed = given(*YEAR).when(at(note, "2025-12-01 00:00")).facts()
    assert named(missed) == ["obligation_missed"]
    _, done = given(*YEAR, *missed).when(at(REPORT, "2025-12-05 09:00")).facts()
    assert isinstance(done, ObligationFulfilled)
    assert done.after_missed


def test_whether_the_thirtieth_itself_counts_is_data_of_the_pack() -> None:
    """11月30日前: with the day by the platform's reading; the rule owner may read it without."""
    opening = at(OpenObligationYear(), "2025-01-01 00:00")
    text = (PACKS / "PLATFORM.yaml").read_text(encoding="utf-8")
    included = "annual_report_day_included: {value: true"
    assert text.count(included) == 1
    book = Rulebook.load().replacing(parse_pack(text.replace(included, included[:-4] + "false")))
    rules = book.in_force(opening.context.rules.jurisdiction, date(2025, 1, 1))
    without = replace(opening, context=replace(opening.context, _rules=rules))
    for asked, due_on in ((opening, date(2025, 11, 30)), (without, date(2025, 11, 29))):
        facts = given(DISTRICT).when(asked).facts()
        (owed,) = [f for f in facts if getattr(f, "duty_code", None) == "ANNUAL_REPORT"]
        assert getattr(owed, "duty_due_on", None) == due_on


def test_a_report_that_was_sent_stays_as_it_was() -> None:
    sent = given(*YEAR).when(at(REPORT, "2025-11-24 16:00")).facts()
    corrected = replace(REPORT, figures_hash="cd" * 32)
    given(*YEAR, *sent).when(at(corrected, "2025-11-25 09:00")).then_refused(
        "annual_report_already_sent", field="reportYear"
    )


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"figures_as_of_on": date(2025, 12, 31)}, "figures_as_of_later"),
        ({"figures_as_of_on": date(2024, 12, 31)}, "figures_of_other_year"),
        ({"report_year": 2026}, "figures_of_other_year"),
        ({"figures_hash": "sha"}, "figures_hash_malformed"),
    ],
)
def test_what_no_report_may_say(changed: dict[str, Any], code: str) -> None:
    given(*YEAR).when(at(replace(REPORT, **changed), "2025-11-24 16:00")).then_refused(code)


def test_only_a_districts_civil_affairs_reports() -> None:
    given(VILLAGE_THERE).when(here(REPORT)).then_refused("report_not_of_district")


def test_the_city_receives_what_was_sent() -> None:
    receive = ReceiveAnnualProgressReport(report_year=2025)
    given(*YEAR).when(at(receive)).then_refused("annual_report_not_sent", field="reportYear")
    sent = given(*YEAR).when(at(REPORT, "2025-11-24 16:00")).facts()
    received = AnnualProgressReportReceived(report_year=2025)
    given(*YEAR, *sent).when(at(receive, "2025-11-26 09:00")).then(received)
    given(*YEAR, *sent, received).when(at(receive, "2025-11-27 09:00")).then_nothing()


EXTRACT = ApproveDeidentifiedExtract(
    extract_purpose=ExtractPurpose.PRESS,
    extract_text="一名留守儿童在社工陪伴下重返校园",
    extract_attributes=(ExtractAttribute.STORY, ExtractAttribute.DISTRICT),
    extract_checks=tuple(ExtractCheck),
)


def test_a_checked_text_may_leave() -> None:
    assert named(given(DISTRICT).when(at(EXTRACT)).facts()) == ["deidentified_extract_approved"]


@pytest.mark.clause("CN2017-5.1-n")
def test_school_age_and_street_are_blocked_together_and_not_two_of_them() -> None:
    three = (ExtractAttribute.SCHOOL, ExtractAttribute.AGE, ExtractAttribute.STREET)
    given(DISTRICT).when(at(replace(EXTRACT, extract_attributes=three))).then_refused(
        "extract_identifies_together", cites="SH2024-4.3-c", field="extractAttributes"
    )
    for left_out in three:
        two = tuple(a for a in three if a is not left_out)
        facts = given(DISTRICT).when(at(replace(EXTRACT, extract_attributes=two))).facts()
        assert named(facts) == ["deidentified_extract_approved"]


@pytest.mark.parametrize(
    "attribute",
    [
        ExtractAttribute.NAME,
        ExtractAttribute.ID_NUMBER,
        ExtractAttribute.ADDRESS,
        ExtractAttribute.PHOTO,
        ExtractAttribute.GUARDIAN,
    ],
)
def test_who_the_child_is_never_leaves(attribute: ExtractAttribute) -> None:
    told = replace(EXTRACT, extract_attributes=(attribute,))
    given(DISTRICT).when(at(told)).then_refused("extract_names_child")


@pytest.mark.parametrize(("group", "leaves"), [(4, False), (5, True)])
def test_figures_about_a_handful_are_held_back(group: int, *, leaves: bool) -> None:
    asked = given(DISTRICT).when(at(replace(EXTRACT, smallest_group=group)))
    if leaves:
        assert named(asked.facts()) == ["deidentified_extract_approved"]
    else:
        asked.then_refused("extract_group_too_small", field="smallestGroup")


def test_every_check_is_made() -> None:
    hasty = replace(EXTRACT, extract_checks=(ExtractCheck.NO_IDENTITY,))
    given(DISTRICT).when(at(hasty)).then_refused("extract_not_checked", field="extractChecks")


@pytest.mark.clause("SH2020-5.5-c", "CN2017-5.4-c")
def test_public_opinion_is_warned_of_and_answered() -> None:
    raised = given(DISTRICT).when(at(RaisePublicOpinionWarning(opinion_topic="网传"))).facts()
    (warning,) = raised
    assert isinstance(warning, PublicOpinionWarningRaised)
    answer = RespondToPublicOpinion(opinion_id=warning.opinion_id, opinion_response="已核实")
    given(DISTRICT, *raised).when(at(answer)).then(
        PublicOpinionResponseMade(opinion_id=warning.opinion_id, opinion_response="已核实")
    )
    given(DISTRICT).when(at(answer)).then_refused("unknown_opinion", field="opinionId")


@pytest.mark.clause("SH2024-2.4.13-a", "SH2024-2.4.13-b")
def test_a_hazard_of_a_site_is_found_and_put_right() -> None:
    find = FindSiteHazard(
        hazard_site=HazardSite.SCHOOL,
        inspected_site_name="中心小学",
        site_hazard_topic=SiteHazardTopic.FIRE,
        site_hazard_note="灭火器过期",
        rectify_by_on=date(2025, 9, 20),
    )
    (found,) = given(DISTRICT).when(at(find)).facts()
    assert isinstance(found, HazardFound)
    rectify = RectifySiteHazard(site_hazard_id=found.site_hazard_id, site_rectification="已更换")
    done = HazardRectified(site_hazard_id=found.site_hazard_id, site_rectification="已更换")
    given(DISTRICT, found).when(at(rectify)).then(done)
    given(DISTRICT, found, done).when(at(rectify)).then_nothing()
    given(DISTRICT).when(at(rectify)).then_refused("unknown_site_hazard", field="siteHazardId")
    past = replace(find, rectify_by_on=date(2020, 2, 29))
    given(DISTRICT).when(at(past)).then_refused("hazard_due_past", field="rectifyByOn")
