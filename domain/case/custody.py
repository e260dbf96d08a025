"""羁押与未成年子女 · Whoever is detained is asked about minor children (CN2017-3.4-c, d).

The organ asks at every such decision and the answer is kept, also a no. A yes opens a case in which
somebody must look after the child at once (Q-27); the person need not be known to the platform.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Annotated
from uuid import UUID

from domain.case.report_routing import unit_at
from domain.case.report_state import Stage
from domain.case.state import CASE_OPEN, Case
from domain.case.which_child import the_child
from domain.codec import says_more
from domain.kernel import Command, Event, Refusal, Turn
from domain.labels import name_fields
from domain.replacing import replace
from domain.risk import RiskFactor
from domain.sensitivity import P1, P2, P6_ADDRESS, P6_CUSTODY
from domain.terms.emergency import EmergencyDuty
from domain.terms.measures import CustodyCarer, CustodyDecision
from domain.terms.places import DivisionId
from domain.terms.units import UnitKind

name_fields(
    custody_decision=("羁押决定种类", "Kind of decision"),
    custody_person=("被羁押人", "Person detained"),
    has_minor_child=("有未成年子女需要照料", "Has a minor child in need of care"),
    custody_answer=("询问答复", "The answer"),
    custody_ends_on=("预计结束日期", "Expected end"),
    care_unit_id=("落实照料单位", "Unit that arranges care"),
    arrange_by=("落实时限", "Arrange by"),
    custody_carer=("照料人类别", "Kind of carer"),
    carer_name=("照料人", "Carer"),
    care_address=("照料地址", "Where the child is cared for"),
)

CUSTODY_CARER_MISSING = Refusal(
    "custody_carer_missing", zh="须写明照料人", en="Say who looks after the child"
)
CUSTODY: Turn[Case] = CASE_OPEN & Turn(
    "custody",
    "因监护人被羁押",
    "a guardian is in custody",
    lambda c: c.emergency.in_custody_of_law,
)


class CustodyChildInquiryMade(
    Event[Case],
    name="case.custody_child_inquiry_made",
    zh="询问未成年子女",
    en="Custody inquiry about children",
):
    """The question was put, and answered."""

    custody_decision: Annotated[CustodyDecision, P6_CUSTODY]
    custody_person: Annotated[str, P6_CUSTODY]
    has_minor_child: Annotated[bool, P6_CUSTODY]
    custody_answer: Annotated[str | None, P6_CUSTODY] = None
    custody_ends_on: Annotated[date | None, P6_CUSTODY] = None
    incident_place: Annotated[DivisionId | None, P2] = None
    children: Annotated[tuple[UUID, ...], P2] = ()
    child_description: Annotated[str | None, P1] = None
    care_unit_id: Annotated[UUID | None, P2] = None
    township_unit_id: Annotated[UUID | None, P2] = None
    arrange_by: Annotated[datetime | None, P2] = None

    def evolve(self, case: Case) -> Case:
        """A yes is a case of the township and civil affairs; a no is kept and closed."""
        case = replace(
            case,
            incident_place=self.incident_place,
            children=tuple(dict.fromkeys(self.children)),
            intake=replace(case.intake, township_unit_id=self.township_unit_id),
        )
        if self.arrange_by is None:
            return replace(case, stage=Stage.CLOSED)
        emergency = replace(
            case.emergency, in_custody_of_law=True, custody_ends_on=self.custody_ends_on
        )
        return replace(
            case,
            stage=Stage.NOTIFIED,
            emergency=emergency.demands((EmergencyDuty.SECURE_CARE,)),
            facts=case.facts.opened(RiskFactor.RF_33, self),
        )


class MakeCustodyChildInquiry(
    Command[Case],
    name="case.make_custody_child_inquiry",
    zh="询问未成年子女",
    en="Ask about minor children",
    opens=True,
    place_field="incident_place",
    clauses=("CN2017-3.4-c",),
):
    """应当询问其是否有未成年子女需要委托临时照料."""

    custody_decision: Annotated[CustodyDecision, P6_CUSTODY]
    custody_person: Annotated[str, P6_CUSTODY]
    has_minor_child: Annotated[bool, P6_CUSTODY]
    custody_answer: Annotated[str | None, P6_CUSTODY] = None
    custody_ends_on: Annotated[date | None, P6_CUSTODY] = None
    incident_place: Annotated[DivisionId | None, P2] = None
    children: Annotated[tuple[UUID, ...], P2] = ()
    child_description: Annotated[str | None, P1] = None

    def decide(self, _case: Case) -> Iterator[Event[Case]]:
        """A yes starts a duty at once: where the child is, or where the organ is, if nobody can say."""
        yes, place = self.has_minor_child, self.incident_place or self._own_place()
        at_once = timedelta(minutes=self.rules.minutes("at_once_minutes"))
        care = unit_at(self, UnitKind.DISTRICT_CIVIL_AFFAIRS, place)
        yield CustodyChildInquiryMade.of(
            self,
            incident_place=place,
            care_unit_id=care if yes else None,
            township_unit_id=unit_at(self, UnitKind.TOWNSHIP, place) if yes else None,
            arrange_by=self.occurred_at + at_once if yes else None,
        )

    def _own_place(self) -> DivisionId | None:
        unit = self.directory.units.get(self.by.unit_id) if self.by.unit_id else None
        return DivisionId(unit.division_id) if unit else None


class TemporaryCareOnCustodyArranged(
    Event[Case],
    name="case.temporary_care_on_custody_arranged",
    zh="委托临时生活照料",
    en="Temporary care on custody arranged",
    version=2,
):
    """Somebody looks after the child while the guardian is away by law; who cares on is asked at the release."""

    child_id: Annotated[UUID | None, P2] = None
    custody_carer: Annotated[CustodyCarer, P2]
    carer_name: Annotated[str, P1]
    care_address: Annotated[str | None, P6_ADDRESS] = None
    custody_ends_on: Annotated[date | None, P6_CUSTODY] = None
    review_on: Annotated[date | None, P2] = None

    def evolve(self, case: Case) -> Case:
        """RF-33 goes on, with a carer named for this child."""
        emergency = case.emergency.with_care(self.child_id, case.children)
        facts = case.facts.changed_for(
            RiskFactor.RF_33, self.child_id, case.children, carer_named=True
        )
        return replace(case, emergency=emergency, facts=facts)


# At first nobody was asked to look again at the expected release.
says_more("case.temporary_care_on_custody_arranged", 1)


class ArrangeTemporaryCareOnCustody(
    Command[Case],
    name="case.arrange_temporary_care_on_custody",
    zh="委托临时生活照料",
    en="Arrange temporary care on custody",
    when=CUSTODY,
    clauses=("CN2017-3.4-d",),
):
    """By the organ in charge or civil affairs; reviewed when the custody ends."""

    child_id: Annotated[UUID | None, P2] = None
    custody_carer: Annotated[CustodyCarer, P2]
    carer_name: Annotated[str, P1]
    care_address: Annotated[str | None, P6_ADDRESS] = None
    custody_ends_on: Annotated[date | None, P6_CUSTODY] = None

    def decide(self, case: Case) -> Iterator[Event[Case]]:
        """To relatives, other adults or an institution of civil affairs."""
        child = the_child(case, self.child_id)
        if not self.carer_name.strip():
            raise CUSTODY_CARER_MISSING(field="carerName")
        review_on = release_of(case, self.custody_ends_on)
        yield TemporaryCareOnCustodyArranged.of(self, child_id=child, review_on=review_on)


def release_of(case: Case, said: date | None) -> date | None:
    """When the guardian is expected back: as said now, else when the organ asked about the children."""
    return said or case.emergency.custody_ends_on
