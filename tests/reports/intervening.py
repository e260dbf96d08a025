"""A town of Chongming in 2024: ten fathers who hit their children and refuse to perform, and what came of it.

The files are opened on 1 March, the same day the police find the violence. Of the ten fathers, in the order of
``children``: the first five go on refusing, the others perform again in May.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from typing import Any
from uuid import UUID

from domain.case.court import RecordGuardianshipRevocation, RecordRevocationDenial
from domain.case.dispatch import DispatchPolice, RecordPoliceFindings
from domain.case.further_reports import IdentifyChild
from domain.case.intake import AcceptReport
from domain.case.measures import GuardianCriticised
from domain.case.new_guardian import AppointGuardian
from domain.case.non_performance import (
    EndNonPerformance,
    MarkSixMonthThreshold,
    StartNonPerformance,
)
from domain.case.orders import CheckOrderExecution, OrderFamilyEducation
from domain.case.reports import SubmitReport
from domain.case.revocation import EstablishRevocationGround
from domain.case.revocation_application import (
    FileRevocationApplication,
    TriggerCivilAffairsFallback,
)
from domain.case.state import Case
from domain.child.file import OpenChildFile
from domain.child.guardians import RecordGuardian
from domain.child.records import FileVerified
from domain.child.state import Child
from domain.context import SYSTEM
from domain.kernel import Command
from domain.terms.care import Kinship
from domain.terms.emergency import Finding
from domain.terms.file import Sex, VerificationScope
from domain.terms.intervention import (
    Applicant,
    AppointedGuardian,
    Ground,
    GroundElement,
    OrderExecution,
    OrderIssuer,
)
from domain.terms.measures import CriticisedBy, MeasureSubject
from domain.terms.places import AreaType, DivisionId
from domain.terms.reports import ReportChannel, ReporterCategory, Trigger
from domain.terms.units import UnitKind
from domain.unit.posts import RegisterUnit
from eventlog.casebook import Request
from tests.dsl import an_id, local, place
from tests.projections.town import Town, unit_id
from tests.reports.district import County, somebody
from tests.reports.steps import Step, happen, noted

CHONGMING, MIAOZHEN = place("上海市/崇明区"), place("上海市/崇明区/庙镇")
UNITS = {
    "Chongming civil affairs": (UnitKind.DISTRICT_CIVIL_AFFAIRS, CHONGMING),
    "Miaozhen": (UnitKind.TOWNSHIP, MIAOZHEN),
    "Miaozhen police": (UnitKind.POLICE, MIAOZHEN),
}
CIVIL = somebody(
    "official of Chongming", "district_civil_affairs", CHONGMING, "Chongming civil affairs"
)
PROSECUTOR = somebody("prosecutor of Chongming", "procuratorate", CHONGMING)
FOUND = "2024-03-01 10:00"


@dataclass
class Town2024(County):
    """Child, father and case of each, in the same order."""

    files: list[UUID] = field(default_factory=list)
    fathers: list[UUID] = field(default_factory=list)
    cases: list[UUID] = field(default_factory=list)

    def state(self, of: type[Any], stream: UUID) -> Any:
        """A stream as the rules know it."""
        return self.town.platform.casebook.state(of, stream)

    def on_case(self, number: int, *commands: Command[Any]) -> None:
        """Commands on one case, one after the other."""
        for command in commands:
            self.put(command, self.cases[number], SYSTEM)

    def against(self, number: int) -> dict[str, Any]:
        """The father as the subject of a measure."""
        return {"subject_kind": MeasureSubject.PARENT, "subject_id": self.fathers[number]}

    def revocation(self, number: int) -> Any:
        """The one process against the father."""
        (found,) = self.state(Case, self.cases[number]).intervention.revocations
        return found


def town_2024(town: Town) -> Town2024:
    """From March to the end of the year."""
    county = Town2024(town)
    happen(town, [s for chapter in CHAPTERS for s in chapter(county)])
    town.at("2024-12-31 18:00")
    return county.told()


def _each(numbers: range, when: str, happens: Callable[[int], object]) -> Iterator[Step]:
    for number in numbers:
        yield when, partial(happens, number)


ALL, FIRST, OTHERS = range(10), range(5), range(5, 10)


def _founded(county: Town2024) -> Iterator[Step]:
    def units() -> None:
        for key, (kind, where) in UNITS.items():
            registering = RegisterUnit(kind=kind, unit_name=key, division_id=DivisionId(where))
            county.town.platform.casebook.perform(
                Request(
                    command=registering,
                    command_id=an_id(f"register {key}"),
                    stream_id=unit_id(key),
                )
            )

    yield "2024-02-01 08:00", units
    yield from _each(ALL, "2024-03-01 09:00", partial(_found, county))


def _found(county: Town2024, number: int) -> None:
    """One file and one case of violence."""
    opening = OpenChildFile(
        child_name=f"石小{number}",
        sex=Sex.FEMALE,
        birth_on=date(2014, 5, 6),
        residence=DivisionId(MIAOZHEN),
        hukou=DivisionId(MIAOZHEN),
        area_type=AreaType.RURAL,
    )
    report = SubmitReport(
        report_channel=ReportChannel.IN_PERSON,
        reporter_category=ReporterCategory.SCHOOL,
        discovered_at=local("2024-03-01 08:30"),
        triggers=(Trigger.SUSPECTED_DV,),
        situation="身上有伤",
        incident_place=DivisionId(MIAOZHEN),
    )
    opened, reported = (
        county.town.platform.casebook.perform(
            Request(command=command, command_id=an_id(f"{kind} {number}"), actor=SYSTEM)
        ).stream_id
        for kind, command in (("file", opening), ("case", report))
    )
    county.files.append(opened)
    county.cases.append(reported)
    county.put(RecordGuardian(relation=Kinship.FATHER, guardian_name="石大"), opened, SYSTEM)
    county.put(RecordGuardian(relation=Kinship.MOTHER, guardian_name="吴氏"), opened, SYSTEM)
    father, _ = county.state(Child, opened).care.guardians
    county.fathers.append(father.guardian_id)
    county.on_case(
        number,
        AcceptReport(),
        DispatchPolice(),
        RecordPoliceFindings(findings=(Finding.DOMESTIC_VIOLENCE,)),
        IdentifyChild(child_id=opened),
    )


def _measured(county: Town2024) -> Iterator[Step]:
    """All criticised; six ordered to learn, of whom five break the order."""

    def criticised(number: int) -> None:
        measure = noted(
            GuardianCriticised,
            **county.against(number),
            criticised_by=CriticisedBy.POLICE,
            measure_ground="殴打儿童",
        )
        county.on_case(number, measure)

    def ordered(number: int) -> None:
        order = OrderFamilyEducation(
            **county.against(number), order_issuer=OrderIssuer.POLICE, order_number="1号"
        )
        county.on_case(number, order)

    def checked(number: int) -> None:
        (order,) = county.state(Case, county.cases[number]).intervention.orders
        check = CheckOrderExecution(
            order_id=order.order_id,
            order_execution=OrderExecution.BREACHED,
            execution_note="未参加",
        )
        county.on_case(number, check)

    yield from _each(ALL, "2024-03-01 11:00", criticised)
    yield from _each(range(6), "2024-03-05 09:00", ordered)
    yield from _each(FIRST, "2024-03-20 09:00", checked)


def _refused(county: Town2024) -> Iterator[Step]:
    """Since 10 January, so that six months are over on 10 July."""

    def starts(number: int) -> None:
        starting = StartNonPerformance(
            **county.against(number),
            refused_since_on=date(2024, 1, 10),
            refusal_facts="不管不问",
        )
        county.on_case(number, starting)

    def refusal(number: int) -> UUID:
        (found,) = county.state(Case, county.cases[number]).intervention.refusals
        refusal_id: UUID = found.refusal_id
        return refusal_id

    def ends(number: int) -> None:
        ending = EndNonPerformance(
            refusal_id=refusal(number),
            refusal_ended_on=date(2024, 5, 20),
            performing_how="恢复照料",
        )
        county.on_case(number, ending)

    def half_a_year(number: int) -> None:
        county.on_case(number, MarkSixMonthThreshold(refusal_id=refusal(number)))

    yield from _each(ALL, "2024-03-02 09:00", starts)
    yield from _each(OTHERS, "2024-05-20 09:00", ends)
    yield from _each(FIRST, "2024-07-10 00:01", half_a_year)


def _applied(county: Town2024) -> Iterator[Step]:
    """Against the first five nobody applies for thirty days, then civil affairs; for the others the mothers do."""

    def ground(number: int) -> None:
        established = EstablishRevocationGround(
            guardian_id=county.fathers[number],
            revocation_ground=Ground.GROUND_3,
            elements=(GroundElement.VIOLENCE, GroundElement.SERIOUS_HARM),
            ground_facts="多次殴打,致左臂骨折",
            ground_evidence=("伤情鉴定",),
        )
        county.on_case(number, established)

    def fallback(number: int) -> None:
        revocation_id = county.revocation(number).revocation_id
        county.on_case(number, TriggerCivilAffairsFallback(revocation_id=revocation_id))

    def applies(number: int, applicant: Applicant) -> None:
        civil = applicant is Applicant.CIVIL_AFFAIRS
        filing = FileRevocationApplication(
            guardian_id=county.fathers[number],
            applicant=applicant,
            applicant_name=None if civil else "吴氏",
            applicant_unit_id=unit_id("Chongming civil affairs") if civil else None,
            court_name="崇明区人民法院",
            application_reference="(2024)沪0151民特1号",
        )
        county.on_case(number, filing)

    mothers = partial(applies, applicant=Applicant.OTHER_QUALIFIED_GUARDIAN)
    civil_affairs = partial(applies, applicant=Applicant.CIVIL_AFFAIRS)
    yield from _each(FIRST, "2024-05-10 10:00", ground)
    yield from _each(OTHERS, "2024-06-03 10:00", mothers)
    yield from _each(FIRST, "2024-06-10 00:01", fallback)
    yield from _each(FIRST, "2024-06-20 10:00", civil_affairs)


def _judged(county: Town2024) -> Iterator[Step]:
    """Five revoked, with a grandfather each; five denied."""
    judgment: dict[str, Any] = {"judgment_reference": "民特1号", "judged_on": date(2024, 8, 1)}

    def revoked(number: int) -> None:
        revocation_id = county.revocation(number).revocation_id
        appointing = AppointGuardian(
            revocation_id=revocation_id,
            appointed=AppointedGuardian.RELATIVE,
            appointed_name="石老根",
            appointed_relation=Kinship.PATERNAL_GRANDFATHER,
            appointment_reference="民特1号",
            appointed_on=date(2024, 8, 1),
            best_interest_reason="祖父身体健康,孩子愿意",
        )
        revocation = RecordGuardianshipRevocation(revocation_id=revocation_id, **judgment)
        county.on_case(number, revocation, appointing)

    def denied(number: int) -> None:
        denial = RecordRevocationDenial(
            revocation_id=county.revocation(number).revocation_id,
            denial_reason="已恢复履行",
            **judgment,
        )
        county.on_case(number, denial)

    yield from _each(FIRST, "2024-08-01 15:00", revoked)
    yield from _each(OTHERS, "2024-08-01 16:00", denied)


def _verified(county: Town2024) -> Iterator[Step]:
    """Five files on 21 June, two after the milestone of 30 June, one of 29 June that is entered on 12 July."""

    def verified(number: int, occurred: str | None = None) -> None:
        verifying = noted(FileVerified, verification_scope=VerificationScope.FULL)
        county.put(verifying, county.files[number], SYSTEM, occurred)

    yield from _each(FIRST, "2024-06-21 09:00", verified)
    yield from _each(range(5, 7), "2024-07-05 09:00", verified)
    yield "2024-07-12 09:00", partial(verified, 7, "2024-06-29 09:00")


CHAPTERS = (_founded, _measured, _refused, _applied, _judged, _verified)
