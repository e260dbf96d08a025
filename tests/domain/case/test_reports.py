"""Mandatory report: who reports what to whom, and that nothing holds a report up."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid5

import pytest

from domain.case.accountability import ReportObstructionFound
from domain.case.report_state import Stage
from domain.case.reports import (
    DissuasionAttempted,
    ReportForwarded,
    ReportSubmitted,
)
from domain.case.state import Case
from domain.kernel import Command, Event
from domain.risk import RiskFactor
from domain.terms.places import DivisionId
from domain.terms.reports import (
    Addressee,
    DissuasionResult,
    ForwardGround,
    ReportChannel,
    ReporterCategory,
    Standing,
    Trigger,
)
from tests.domain.case.cast import (
    BROTHER,
    CIVIL_SH,
    DIRECTORY,
    HUANHUA,
    JIANGSU_ROAD,
    LI,
    MIAOZHEN,
    POLICE_CN,
    POLICE_CQ,
    STREET_CN,
    TEACHER,
    case_of,
    cn,
    cq,
    noting,
    played,
    report,
    sh,
)
from tests.dsl import an_id, given, local, put


def submitted(*commands: Command[Any]) -> ReportSubmitted:
    """The report itself."""
    return next(e for e in played(*commands) if isinstance(e, ReportSubmitted))


def kinds(*commands: Command[Any]) -> list[type[Event[Any]]]:
    """What follows, in order."""
    return [type(e) for e in played(*commands)]


def in_shanghai(category: ReporterCategory, **more: Any) -> Command[Case]:
    """Reported in Chongming in 2022."""
    told = report(
        Trigger.LIVING_ALONE,
        discovered="2022-03-01 09:00",
        where=MIAOZHEN,
        category=category,
        **more,
    )
    return sh(told)


def in_changning(*triggers: Trigger, at: str = "2019-03-30 10:00", **more: Any) -> Command[Case]:
    """Reported in Changning to the street alone, ten minutes after discovery."""
    seen = local(at) - timedelta(minutes=10)
    told = report(
        *triggers,
        where=JIANGSU_ROAD,
        category=ReporterCategory.SOCIAL_SERVICE_ORG,
        addressees=(Addressee.STREET,),
        **more,
    )
    return cn(replace(told, discovered_at=seen), at=at)


def test_class_teacher_reports_a_girl_living_alone() -> None:
    at = "2025-03-03 08:55"
    given().when(cq(report(Trigger.LIVING_ALONE), at=at, by=TEACHER)).then(
        ReportSubmitted(
            report_id=uuid5(an_id(f"case.submit_report@{at}"), "report"),
            report_channel=ReportChannel.PHONE,
            reporter_category=ReporterCategory.SCHOOL,
            reporter_id=TEACHER.person_id,
            report_standing=Standing.MANDATED,
            discovered_at=local("2025-03-03 08:40"),
            reported_at=local("2025-03-03 08:55"),
            minutes_to_report=15,
            reported_late=False,
            triggers=(Trigger.LIVING_ALONE,),
            incident_place=DivisionId(HUANHUA),
            children=(LI,),
            addressees=(Addressee.POLICE,),
            police_unit_id=POLICE_CQ.id,
            accept_due_at=local("2025-03-03 09:25"),
        )
    )


def test_dissuasion_and_report_stand_side_by_side() -> None:
    told = report(Trigger.LIVING_ALONE, dissuasion=DissuasionResult.FAILED)
    assert kinds(cq(told)) == [ReportSubmitted, DissuasionAttempted]
    assert case_of(*played(cq(told))).stage is Stage.REPORTED


def test_a_dissuasion_after_the_report_is_noted_on_the_case() -> None:
    history = played(cq(report(Trigger.LIVING_ALONE)))
    tried = noting(DissuasionAttempted, dissuasion=DissuasionResult.PENDING, dissuasion_note="在劝")
    (told,) = given(*history).when(cq(tried, at="2025-03-03 09:10")).facts()
    assert told == DissuasionAttempted(dissuasion=DissuasionResult.PENDING, dissuasion_note="在劝")
    assert "CQ2024-3.1-h" in told.told.clauses


def test_a_pending_dissuasion_does_not_delay_the_report() -> None:
    told = report(Trigger.LIVING_ALONE, dissuasion=DissuasionResult.PENDING)
    assert submitted(cq(told)).accept_due_at == local("2025-03-03 09:30")


def test_a_late_report_is_flagged_and_never_dated_back() -> None:
    told = report(Trigger.LIVING_ALONE, discovered="2025-03-03 08:40")
    late = submitted(cq(told, at="2025-03-03 10:41", occurred="2025-03-03 08:45"))
    assert late.reported_at == local("2025-03-03 10:41")
    assert (late.minutes_to_report, late.reported_late) == (121, True)


def test_two_hours_are_not_yet_late() -> None:
    assert not submitted(cq(report(Trigger.MISSING), at="2025-03-03 10:40")).reported_late


def test_a_hotline_takes_a_report_down_with_the_time_of_the_call() -> None:
    told = report(
        Trigger.LIVING_ALONE,
        report_channel=ReportChannel.HOTLINE_12355,
        taken_for_another=True,
        reporter_name="王某",
    )
    taken = submitted(cq(told, at="2025-03-03 09:10", occurred="2025-03-03 08:50", by=TEACHER))
    assert taken.reporter_id is None
    assert taken.reported_at == local("2025-03-03 08:50")
    assert taken.accept_due_at == local("2025-03-03 09:40")
    assert taken.report_channel is ReportChannel.HOTLINE_12355


def test_nobody_without_an_account_is_kept_from_reporting() -> None:
    assert submitted(cq(report(Trigger.MISSING))).reporter_id is None


def test_what_was_discovered_after_the_report_is_refused() -> None:
    told = report(Trigger.MISSING, discovered="2025-03-03 09:01")
    given().when(cq(told)).then_refused("discovered_after_reporting", field="discoveredAt")


def test_an_unknown_child_is_described() -> None:
    told = report(Trigger.LIVING_ALONE, children=(), child_description="约7岁男孩,红外套")
    case = case_of(*played(cq(told)))
    assert case.children == ()
    assert case.concerns == ()
    assert submitted(cq(told)).child_description == "约7岁男孩,红外套"


def test_several_children_are_each_concerned() -> None:
    told = report(Trigger.LIVING_ALONE, children=(LI, BROTHER, LI))
    assert case_of(*played(cq(told))).children == (LI, BROTHER)


def test_a_report_without_a_trigger_or_a_place_is_taken() -> None:
    told = report(where=None)
    event = submitted(put(told, at="2025-03-03 09:00", directory=DIRECTORY))
    assert event.triggers == (Trigger.OTHER,)
    assert event.addressees == (Addressee.POLICE,)
    assert event.police_unit_id is None
    near = submitted(cq(told))
    assert (near.incident_place, near.presumed_place) == (None, HUANHUA)
    assert near.police_unit_id == POLICE_CQ.id
    assert case_of(near).incident_place == HUANHUA


@pytest.mark.parametrize(
    "category",
    [
        ReporterCategory.PUBLIC_POWER,
        ReporterCategory.SPECIAL_DUTY,
        ReporterCategory.CLOSE_CONTACT,
        ReporterCategory.SCHOOL,
        ReporterCategory.MEDICAL,
        ReporterCategory.VILLAGE_COMMITTEE,
    ],
)
def test_shanghai_2020_has_the_widest_list(category: ReporterCategory) -> None:
    assert submitted(in_shanghai(category)).report_standing is Standing.MANDATED


def test_a_tutoring_company_is_mandated_in_shanghai_and_a_citizen_in_chongqing() -> None:
    company = ReporterCategory.CLOSE_CONTACT
    assert submitted(in_shanghai(company)).report_standing is Standing.MANDATED
    told = report(Trigger.SUSPECTED_DV, category=company)
    assert submitted(cq(told)).report_standing is Standing.CITIZEN


@pytest.mark.parametrize(
    "category",
    [
        ReporterCategory.SCHOOL,
        ReporterCategory.KINDERGARTEN,
        ReporterCategory.MEDICAL,
        ReporterCategory.VILLAGE_COMMITTEE,
        ReporterCategory.RESIDENTIAL_COMMITTEE,
        ReporterCategory.SOCIAL_WORK_ORG,
        ReporterCategory.RESCUE_MANAGEMENT_INSTITUTION,
        ReporterCategory.WELFARE_INSTITUTION,
    ],
)
@pytest.mark.parametrize("at", ["2020-05-06 09:00", "2025-03-03 09:00"])
def test_chongqing_names_seven_institutions(category: ReporterCategory, at: str) -> None:
    told = report(Trigger.MISSING, category=category)
    told = replace(told, discovered_at=local(at))
    assert submitted(cq(told, at=at)).report_standing is Standing.MANDATED


def test_changning_names_residential_committees_but_not_villages() -> None:
    def standing(category: ReporterCategory) -> Standing:
        told = report(Trigger.MISSING, category=category, where=JIANGSU_ROAD)
        told = replace(told, discovered_at=local("2019-03-30 09:00"))
        return submitted(cn(told)).report_standing

    assert standing(ReporterCategory.RESIDENTIAL_COMMITTEE) is Standing.MANDATED
    assert standing(ReporterCategory.SOCIAL_SERVICE_ORG) is Standing.MANDATED
    assert standing(ReporterCategory.SOCIAL_WORK_ORG) is Standing.MANDATED
    assert standing(ReporterCategory.VILLAGE_COMMITTEE) is Standing.CITIZEN
    assert standing(ReporterCategory.CLOSE_CONTACT) is Standing.CITIZEN


def test_a_child_who_calls_for_help_is_heard_as_a_citizen() -> None:
    told = report(Trigger.SUSPECTED_DV, category=ReporterCategory.CHILD)
    assert submitted(cq(told)).report_standing is Standing.CITIZEN


def test_a_report_without_a_pack_in_force_is_taken() -> None:
    told = report(Trigger.LIVING_ALONE, where=MIAOZHEN, discovered="2027-01-04 08:40")
    event = submitted(sh(told, at="2027-01-04 09:00"))
    assert event.told.packs == (("PLATFORM", 1),)
    assert event.told.clauses == ()
    assert event.addressees == (Addressee.POLICE,)
    assert event.accept_due_at == local("2027-01-04 09:30")


def test_a_report_cites_only_the_clauses_in_force() -> None:
    stamp = submitted(cq(report(Trigger.LIVING_ALONE))).told
    assert {c.partition("-")[0] for c in stamp.clauses} == {"CQ2016", "CQ2024"}
    assert dict(stamp.packs).keys() == {"CQ2016", "CQ2024", "PLATFORM"}


def test_street_alone_will_do_in_changning_where_it_is_no_police_matter() -> None:
    history = played(in_changning(Trigger.GUARDIANSHIP_MISSING))
    assert [type(e) for e in history] == [ReportSubmitted]
    event = submitted(in_changning(Trigger.GUARDIANSHIP_MISSING))
    assert event.addressees == (Addressee.STREET,)
    assert (event.police_unit_id, event.township_unit_id) == (None, STREET_CN.id)
    assert case_of(*history).stage is Stage.REPORTED_STREET


@pytest.mark.parametrize(
    ("trigger", "ground"),
    [
        (Trigger.SUSPECTED_INFRINGEMENT, ForwardGround.INFRINGEMENT),
        (Trigger.SUSPECTED_DV, ForwardGround.INFRINGEMENT),
        (Trigger.MISSING, ForwardGround.MISSING),
        (Trigger.SUSPECTED_ACCIDENT, ForwardGround.DANGER),
    ],
)
def test_a_street_report_of_a_police_matter_goes_on_the_same_minute(
    trigger: Trigger, ground: ForwardGround
) -> None:
    history = played(in_changning(trigger))
    assert history[1:] == (
        ReportForwarded(
            forward_ground=ground,
            police_unit_id=POLICE_CN.id,
            accept_due_at=local("2019-03-30 10:30"),
        ),
    )
    case = case_of(*history)
    assert case.stage is Stage.REPORTED
    assert case.intake.police_unit_id == POLICE_CN.id
    assert case.intake.township_unit_id == STREET_CN.id


def test_a_street_report_of_a_child_in_danger_goes_on_too() -> None:
    history = played(in_changning(Trigger.GUARDIANSHIP_MISSING, in_danger=True))
    assert isinstance(history[1], ReportForwarded)
    assert history[1].forward_ground is ForwardGround.DANGER


def test_where_two_packs_bind_changning_the_police_are_copied() -> None:
    event = submitted(in_changning(Trigger.GUARDIANSHIP_MISSING, at="2021-09-01 10:00"))
    assert event.addressees == (Addressee.POLICE, Addressee.STREET)
    assert (event.police_unit_id, event.township_unit_id) == (POLICE_CN.id, STREET_CN.id)
    assert dict(event.told.packs).keys() == {"CN2017", "SH2020", "PLATFORM"}


def test_elsewhere_the_street_alone_will_not_do() -> None:
    event = submitted(cq(report(Trigger.LIVING_ALONE, addressees=(Addressee.STREET,))))
    assert event.addressees == (Addressee.POLICE, Addressee.STREET)


def test_who_was_kept_from_reporting_says_so_in_the_same_breath() -> None:
    company = in_shanghai(
        ReporterCategory.CLOSE_CONTACT,
        kept_from_reporting=True,
        obstructing_unit="某培训公司",
        obstruction_note="经理不准报告",
    )
    obstruction = played(company)[1]
    assert obstruction == ReportObstructionFound(
        failing_id=uuid5(an_id("case.submit_report@2022-03-01 10:00"), "obstruction"),
        obstructing_unit="某培训公司",
        obstruction_note="经理不准报告",
        aggravating=True,
        authority_unit_id=CIVIL_SH.id,
        accused_unit="某培训公司",
    )


def test_obstruction_weighs_heavier_only_where_the_text_says_so() -> None:
    told = report(Trigger.SUSPECTED_DV, kept_from_reporting=True)
    obstruction = played(cq(told))[1]
    assert isinstance(obstruction, ReportObstructionFound)
    assert not obstruction.aggravating


@pytest.mark.parametrize(
    ("trigger", "factor"),
    [
        (Trigger.LIVING_ALONE, RiskFactor.RF_01),
        (Trigger.OUT_OF_GUARDIANSHIP, RiskFactor.RF_01),
        (Trigger.MISSING, RiskFactor.RF_02),
        (Trigger.GUARDIAN_INCAPABLE, RiskFactor.RF_03),
        (Trigger.GUARDIAN_NOT_PERFORMING, RiskFactor.RF_04),
        (Trigger.GUARDIANSHIP_MISSING, RiskFactor.RF_05),
        (Trigger.SUSPECTED_DV, RiskFactor.RF_06),
        (Trigger.SUSPECTED_ACCIDENT, RiskFactor.RF_07),
        (Trigger.SUSPECTED_INFRINGEMENT, RiskFactor.RF_08),
    ],
)
def test_a_suspicion_weighs_from_the_report_on(trigger: Trigger, factor: RiskFactor) -> None:
    history = played(cq(report(trigger)))
    fact = case_of(*history).facts.find(factor)
    assert fact is not None
    assert (fact.event_id, fact.suspected) == (history[0].told.event_id, True)


def test_other_opens_no_risk_fact() -> None:
    assert case_of(*played(cq(report(Trigger.OTHER)))).facts.facts == ()


def test_a_retry_makes_the_same_report() -> None:
    def once() -> UUID:
        return submitted(cq(report(Trigger.MISSING))).report_id

    assert once() == once()
