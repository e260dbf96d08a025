"""Eleven reports in Changning in March 2019, and the six children who were placed: figures one can work out by hand.

Six reports of a school, on six mornings at 9:00, an hour after it was discovered; accepted in ten minutes, the last in
fifty; dispatched ten minutes later, found out at 10:30, told to the street at 11:30. Five citizens report half an hour
after they saw something, and nobody has accepted that yet. All six are placed in a hotel on the 12th at 11:00 and go to
their grandfathers on 20 April, ten days and more over the limit of one month.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from domain.case.accountability import (
    DecideReporterAccountability,
    FindFailureToReport,
    FindReportObstruction,
)
from domain.case.commendation import CommendReporter
from domain.case.dispatch import DispatchPolice, RecordPoliceFindings
from domain.case.handover import CompleteWrittenHandover
from domain.case.intake import AcceptReport
from domain.case.notices import NotifyTownship
from domain.case.opinion import SeekChildOpinion
from domain.case.placement_end import EndTemporaryGuardianship
from domain.case.placement_limits import ApproveGuardianshipLimitException
from domain.case.placement_start import StartShortTermGuardianship
from domain.case.reports import SubmitReport
from domain.case.state import Case
from domain.context import SYSTEM
from domain.kernel import Command
from domain.terms.emergency import DangerState, Finding, OpinionSubject
from domain.terms.placement import EndReason, NextCare, SiteKind
from domain.terms.places import DivisionId
from domain.terms.reports import (
    Commendation,
    ReportChannel,
    ReporterCategory,
    ReporterSanction,
    ResponsibleRole,
    Trigger,
)
from domain.terms.units import UnitKind
from domain.unit.posts import RegisterUnit
from eventlog.casebook import Request
from tests.dsl import an_id, local
from tests.projections.town import Town, unit_id
from tests.reports.changning import CHANGNING, HUAYANG
from tests.reports.district import County, somebody

POLICE = somebody("officer of Huayang", "police", HUAYANG, "police")
STREET = "street"


@dataclass
class Shelter(County):
    """The six cases of the school, then the five of the citizens."""

    cases: list[UUID] = field(default_factory=list)

    def on(self, case: UUID, command: Command[Any], when: str | None = None) -> None:
        """A command on a case."""
        if when is not None:
            self.town.at(when)
        self.put(command, case, SYSTEM)

    def case(self, case: UUID) -> Case:
        """As the rules know it."""
        state = self.town.platform.casebook.state(Case, case)
        assert isinstance(state, Case)
        return state


def shelter_on(town: Town) -> Shelter:
    """March and April 2019."""
    shelter = Shelter(town)
    town.at("2019-03-01 08:00")
    for key, kind, where in (
        ("police", UnitKind.POLICE, HUAYANG),
        (STREET, UnitKind.TOWNSHIP, HUAYANG),
        ("civil affairs", UnitKind.DISTRICT_CIVIL_AFFAIRS, CHANGNING),
    ):
        registering = RegisterUnit(kind=kind, unit_name=key, division_id=DivisionId(where))
        town.platform.casebook.perform(
            Request(
                command=registering, command_id=an_id(f"register {key}"), stream_id=unit_id(key)
            )
        )
    for number in range(6):
        shelter.cases.append(_by_the_school(shelter, f"2019-03-0{number + 4}", last=number == 5))
    for number in range(5):
        day = f"2019-03-0{number + 4}"
        shelter.cases.append(_report(shelter, ReporterCategory.CITIZEN, f"{day} 14:00", "13:30"))
    _answered_for(shelter)
    for case in shelter.cases[:6]:
        _placed(shelter, case)
    exception = ApproveGuardianshipLimitException(
        placement_id=shelter.case(shelter.cases[0]).placement.placements[0].placement_id,
        exception_reason="祖父尚在办理手续",
        new_limit_on=date(2019, 5, 1),
    )
    shelter.on(shelter.cases[0], exception, "2019-04-10 09:00")
    for case in shelter.cases[1:6]:
        _moved(shelter, case)
    town.at("2019-04-30 18:00")
    shelter.told()
    return shelter


def _report(shelter: Shelter, category: ReporterCategory, when: str, discovered: str) -> UUID:
    shelter.town.at(when)
    school = category is ReporterCategory.SCHOOL
    report = SubmitReport(
        report_channel=ReportChannel.IN_PERSON,
        reporter_category=category,
        discovered_at=local(f"{when[:10]} {discovered}"),
        triggers=(Trigger.SUSPECTED_DV,) if school else (Trigger.LIVING_ALONE, Trigger.OTHER),
        situation="身上有伤" if school else "一个人住",
        incident_place=DivisionId(HUAYANG),
    )
    return shelter.town.do(report).stream_id


def _by_the_school(shelter: Shelter, day: str, *, last: bool) -> UUID:
    case = _report(shelter, ReporterCategory.SCHOOL, f"{day} 09:00", "08:00")
    shelter.on(case, AcceptReport(), f"{day} 09:50" if last else f"{day} 09:10")
    shelter.on(case, DispatchPolice(), f"{day} 10:00" if last else f"{day} 09:20")
    found = RecordPoliceFindings(
        findings=(Finding.DOMESTIC_VIOLENCE,), dangers=(DangerState.SERIOUS_INJURY,)
    )
    shelter.on(case, found, f"{day} 10:30")
    shelter.on(case, NotifyTownship(notice_text="儿童受伤"), f"{day} 11:30")
    return case


def _answered_for(shelter: Shelter) -> None:
    """The five citizens are praised; of five who had known and not told, four are judged; one was kept from telling."""
    shelter.town.at("2019-03-11 09:00")
    for case in shelter.cases[6:]:
        (report,) = shelter.case(case).intake.reports
        praise = CommendReporter(report_id=report.report_id, commendation=Commendation.PRAISE)
        shelter.on(case, praise)
    for case in shelter.cases[:5]:
        found = FindFailureToReport(failing_unit="某诊所", known_on=date(2019, 3, 1))
        shelter.on(case, found)
        (failing,) = shelter.case(case).intake.failings
        judged = DecideReporterAccountability(
            failing_id=failing.failing_id,
            sanction=ReporterSanction.NONE,
            accountable_role=ResponsibleRole.UNIT,
        )
        shelter.on(case, judged)
    shelter.on(shelter.cases[5], FindReportObstruction(obstructing_unit="某物业"))


def _handed_over(shelter: Shelter, case: UUID, when: str) -> None:
    handover = CompleteWrittenHandover(
        giver_name="民警",
        receiver_name="街道工作人员",
        handover_place="华阳路某酒店",
        handed_over_at=local(when),
        child_condition="情绪平稳",
        belongings="书包一个",
        giver_signed=True,
        receiver_signed=True,
        handover_hash="a" * 64,
    )
    shelter.on(case, handover, when)


def _placed(shelter: Shelter, case: UUID) -> None:
    opinion = SeekChildOpinion(
        opinion_about=OpinionSubject.ESCORT_PLACE,
        able_to_express=True,
        child_words="不去姨妈家",
        opinion_followed=True,
    )
    shelter.on(case, opinion, "2019-03-12 09:00")
    _handed_over(shelter, case, "2019-03-12 10:00")
    start = StartShortTermGuardianship(
        site_kind=SiteKind.HOTEL,
        site_address="华阳路某酒店",
        best_interest_reason="远离施暴者,就近上学",
        placement_ground="母亲为唯一监护人且施暴",
        child_wishes="不去姨妈家",
        health_considered="擦伤,可正常生活",
        address_considered="距学校两站",
        school_considered="不转学",
    )
    shelter.on(case, start, "2019-03-12 11:00")


def _moved(shelter: Shelter, case: UUID) -> None:
    _handed_over(shelter, case, "2019-04-20 09:00")
    over = EndTemporaryGuardianship(
        end_reason=EndReason.RELATIVE_TAKES_OVER,
        next_care=NextCare.RELATIVE,
        next_carer="祖父",
        best_interest_reason="祖父有能力并愿意",
    )
    shelter.on(case, over, "2019-04-20 10:00")
