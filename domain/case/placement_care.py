"""照料安置 · Care while nobody is at fault, or until the parents are back.

Temporary living care after a sudden event (SH2020-3.2-e), an institution by the guardian's own wish
(SH2020-3.2-j), care after an escort (SH2020-4.2-g, CQ2016-4.2-g), care during custody (CN2017-3.4-d).
None of them takes the guardianship away, and no text limits them.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Annotated
from uuid import UUID

from domain.case.custody import CUSTODY, release_of
from domain.case.parents import GUARDIAN_NOT_ON_FILE
from domain.case.placement_begun import PlacementBegun
from domain.case.placement_rules import NOT_PLACED
from domain.case.placement_start import PlaceChild
from domain.case.report_routing import unit_at
from domain.case.state import CASE_OPEN, Case
from domain.case.which_child import the_child
from domain.case.whose_child import files_of
from domain.child.state import Child
from domain.kernel import Command, Event, Refusal
from domain.labels import name_fields
from domain.periods import local_date
from domain.sensitivity import P0, P2, P3, P6_CUSTODY
from domain.terms.placement import Arranger, PlacementKind, SuddenCause
from domain.terms.places import DivisionId
from domain.terms.units import UnitKind

name_fields(
    sudden_cause=("突发情况", "Sudden event"),
    cause_facts=("突发情况说明", "Facts of the event"),
    arranged_by=("安排单位", "Arranged by"),
    domicile=("被监护人住所地", "Domicile of the child"),
    support_unit_id=("支持单位", "Unit that supports"),
    support_by=("支持时限", "Support by"),
    care_support=("支持措施", "Support given"),
    entrustment_reason=("委托理由", "Why the guardian entrusts"),
)

NOT_ESCORTED = Refusal(
    "not_escorted", zh="该儿童未经护送", en="The child was not escorted anywhere"
)


class TemporaryLivingCareArranged(
    PlacementBegun,
    name="case.temporary_living_care_arranged",
    zh="临时生活照料",
    en="Temporary living care arranged",
):
    """The child is looked after while its guardian cannot; the township supports the village (Q-46)."""

    sudden_cause: Annotated[SuddenCause, P2]
    cause_facts: Annotated[str, P3]
    arranged_by: Annotated[Arranger, P2]
    domicile: Annotated[DivisionId | None, P2] = None
    support_unit_id: Annotated[UUID | None, P2] = None
    support_by: Annotated[date | None, P2] = None
    begins = PlacementKind.TEMP_LIVING_CARE


class ArrangeTemporaryLivingCare(
    PlaceChild,
    name="case.arrange_temporary_living_care",
    zh="安排临时生活照料",
    en="Arrange temporary living care",
    when=CASE_OPEN,
    needs=("child",),
    clauses=("SH2020-3.2-e", "SH2020-3.2-f"),
):
    """因突发事件等紧急情况…应当为被监护人安排必要的临时生活照料措施: at its domicile, wherever it was found."""

    sudden_cause: Annotated[SuddenCause, P2]
    cause_facts: Annotated[str, P3]
    arranged_by: Annotated[Arranger, P2]
    domicile: Annotated[DivisionId | None, P2] = None
    urgent = True

    def decide(self, case: Case) -> Iterator[Event[Case]]:
        """At once; where the village cares, the township must support it the same day."""
        by_village = self.arranged_by is Arranger.VILLAGE_COMMITTEE
        supported = by_village and self.rules.flag("township_supports_village_care")
        days = timedelta(days=self.rules.days("living_care_support_days"))
        place = self.domicile or self._home(case) or case.place
        begun = self.begin(
            case,
            TemporaryLivingCareArranged,
            support_unit_id=unit_at(self, UnitKind.TOWNSHIP, place) if supported else None,
            support_by=local_date(self.occurred_at) + days if supported else None,
        )
        yield begun
        yield self.activate(case, begun)

    def _home(self, case: Case) -> str | None:
        """被监护人住所地, as its file has it."""
        child = the_child(case, self.child_id)
        return next((f.place for f in files_of(self, (child,) if child else ())), None)


class TemporaryCareSupported(
    Event[Case], name="case.temporary_care_supported", zh="乡镇支持", en="Temporary care supported"
):
    """The township helps the village committee to care (SH2020-3.2-f)."""

    placement_id: Annotated[UUID, P0]
    child_id: Annotated[UUID | None, P2] = None
    care_support: Annotated[str, P3]


class SupportTemporaryCare(
    Command[Case],
    name="case.support_temporary_care",
    zh="支持临时照料",
    en="Support the temporary care",
    when=CASE_OPEN,
    clauses=("SH2020-3.2-f",),
):
    """由村(居)民委员会提供生活照料的,乡镇政府(街道办事处)要给予支持."""

    child_id: Annotated[UUID | None, P2] = None
    care_support: Annotated[str, P3]

    def decide(self, case: Case) -> Iterator[Event[Case]]:
        """Of a care that there is."""
        child = the_child(case, self.child_id)
        placement = case.placement.running(child)
        if placement is None or placement.kind is not PlacementKind.TEMP_LIVING_CARE:
            raise NOT_PLACED(field="childId")
        yield TemporaryCareSupported.of(self, child_id=child, placement_id=placement.placement_id)


class InstitutionalEntrustmentAccepted(
    PlacementBegun,
    name="case.institutional_entrustment_accepted",
    zh="接受监护人委托",
    en="Institutional entrustment accepted",
):
    """Civil affairs take the child in because the guardian asks; the institution receives it next."""

    guardian_id: Annotated[UUID, P2]
    entrustment_reason: Annotated[str, P3]
    begins = PlacementKind.INSTITUTION_BY_ENTRUSTMENT


class AcceptInstitutionalEntrustment(
    PlaceChild,
    name="case.accept_institutional_entrustment",
    zh="接受监护人委托照料",
    en="Accept the guardian's entrustment",
    when=CASE_OPEN,
    needs=("child",),
    clauses=("SH2020-3.2-j",),
):
    """必要时,接受留守儿童监护人的委托: voluntary, and only by a guardian."""

    guardian_id: Annotated[UUID, P2]
    entrustment_reason: Annotated[str, P3]
    at_once = False

    def decide(self, case: Case) -> Iterator[Event[Case]]:
        """By a guardian on the child's file."""
        child = the_child(case, self.child_id)
        file = self.linked.get(child) if child else None
        known = {g.guardian_id for g in file.care.guardians} if isinstance(file, Child) else set()
        if self.guardian_id not in known:
            raise GUARDIAN_NOT_ON_FILE(field="guardianId")
        yield self.begin(case, InstitutionalEntrustmentAccepted)


class EscortCareStarted(
    PlacementBegun, name="case.escort_care_started", zh="护送后照料", en="Care after escort started"
):
    """The child stays where it was brought, until the parents return or name a carer."""

    begins = PlacementKind.ESCORT_CARE


class StartEscortCare(
    PlaceChild,
    name="case.start_escort_care",
    zh="开始护送后照料",
    en="Start the care after an escort",
    when=CASE_OPEN,
    clauses=("SH2020-4.2-g", "CQ2016-4.2-g"),
):
    """护送至…照料: a relative's home is kin care and no guardianship."""

    def decide(self, case: Case) -> Iterator[Event[Case]]:
        """Only after an escort."""
        if the_child(case, self.child_id) not in case.emergency.escorted:
            raise NOT_ESCORTED(field="childId")
        begun = self.begin(case, EscortCareStarted)
        yield begun
        yield self.activate(case, begun)


class CustodyCareStarted(
    PlacementBegun,
    name="case.custody_care_started",
    zh="羁押期间临时照料",
    en="Care during custody started",
):
    """An institution of civil affairs looks after the child while the guardian is detained."""

    custody_ends_on: Annotated[date | None, P6_CUSTODY] = None
    begins = PlacementKind.CUSTODY_CARE


class StartCustodyCare(
    PlaceChild,
    name="case.start_custody_care",
    zh="开始羁押期间照料",
    en="Start the care during custody",
    when=CUSTODY,
    clauses=("CN2017-3.4-d",),
):
    """委托临时生活照料 by an institution; reviewed at the expected release."""

    custody_ends_on: Annotated[date | None, P6_CUSTODY] = None

    def decide(self, case: Case) -> Iterator[Event[Case]]:
        """It ends with the custody."""
        begun = self.begin(case, CustodyCareStarted)
        yield begun
        yield self.activate(case, begun, review_on=release_of(case, self.custody_ends_on))
