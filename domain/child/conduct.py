"""罪错行为 · Serious misconduct and involvement in crime (CQ2024-1-g, CQ2024-2.3).

Every event here is of class P5 down to its existence: its line and its tasks are there only for police, procuratorate,
court, justice and whoever is named to correct (domain model A.2 rule 7). No flag of it shows at school.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import date, timedelta
from typing import Annotated
from uuid import UUID

from domain.child.conduct_state import ConductCase
from domain.child.schooling import said
from domain.child.standing import id_of
from domain.child.state import ON_FILE, Child
from domain.kernel import Command, Event, Refusal, Turn
from domain.labels import name_fields
from domain.periods import local_date
from domain.replacing import replace
from domain.risk import RiskFactor
from domain.rulebook import Rules
from domain.sensitivity import P5
from domain.terms.conduct import ConductClass, ConsultingParty
from domain.terms.units import UnitKind

name_fields(
    conduct_id=("罪错行为个案", "Conduct case"),
    conduct_class=("行为性质", "Class of the conduct"),
    conduct_summary=("行为情况", "What it is about"),
    special_education_proposed=("拟送专门教育", "Special education is proposed"),
    conduct_police_unit_id=("公安机关", "Police"),
    conduct_justice_unit_id=("司法行政部门", "Justice"),
    conduct_procuratorate_unit_id=("检察机关", "Procuratorate"),
    correction_unit_id=("帮教矫治单位", "Unit to correct"),
    special_education_unit_id=("专门教育单位", "Unit to place for special education"),
    correct_by=("纳入矫治时限", "Enrol in correction by"),
    intervention_note=("提前介入情况", "Early intervention"),
    consultation_parties=("会商单位", "Parties to the consultation"),
    consultation_on=("会商日期", "Consultation held on"),
    consultation_outcome=("会商结论", "Outcome of the consultation"),
)

UNKNOWN_CONDUCT = Refusal(
    "unknown_conduct_case", zh="没有此项未结的罪错行为", en="There is no such open conduct case"
)
CONSULTATION_ALONE = Refusal(
    "consultation_needs_parties",
    zh="会商须有两个以上单位",
    en="A consultation has at least two parties",
    clauses=("CQ2024-2.3-e",),
)
CONSULTATION_LATER = Refusal(
    "consultation_in_future", zh="会商日期不能晚于办理之日", en="It cannot have been held yet"
)
CONDUCT_OPEN: Turn[Child] = Turn(
    "conduct_case_open",
    "有未结的罪错行为",
    "a conduct case is open",
    lambda c: bool(c.conduct.cases),
)


def conduct_case(child: Child, conduct_id: UUID) -> ConductCase:
    """The open matter, or a refusal."""
    found = child.conduct.case(conduct_id)
    if found is None:
        raise UNKNOWN_CONDUCT(field="conductId")
    return found


def consulted(parties: Collection[ConsultingParty], held_on: date, rules: Rules) -> None:
    """Refuses a 会商 of one alone, and one that is still to be held (CQ2024-2.3-e)."""
    if len(set(parties)) < 2:  # noqa: PLR2004 - 会商 takes two
        raise CONSULTATION_ALONE(field="consultationParties")
    if held_on > rules.on:
        raise CONSULTATION_LATER(field="consultationOn")


def settled_conduct(child: Child) -> Child:
    """RF-29 with each open matter: enrolled in correction or not."""
    facts = child.facts
    done = {c.event_id for c in child.conduct.cases if c.in_correction}
    marked = tuple(
        replace(f, in_correction=f.event_id in done) if f.factor is RiskFactor.RF_29 else f
        for f in facts.facts
    )
    return replace(child, facts=replace(facts, facts=marked))


class ConductCaseOpened(
    Event[Child],
    name="child.conduct_case_opened",
    zh="罪错行为已立项",
    en="Conduct case opened",
    existence=P5,
):
    conduct_id: Annotated[UUID, P5]
    conduct_class: Annotated[ConductClass, P5]
    conduct_summary: Annotated[str, P5]
    special_education_proposed: Annotated[bool, P5] = False
    conduct_police_unit_id: Annotated[UUID | None, P5] = None
    conduct_justice_unit_id: Annotated[UUID | None, P5] = None
    conduct_procuratorate_unit_id: Annotated[UUID | None, P5] = None
    correction_unit_id: Annotated[UUID | None, P5] = None
    special_education_unit_id: Annotated[UUID | None, P5] = None
    correct_by: Annotated[date, P5]

    def evolve(self, state: Child) -> Child:
        case = ConductCase(conduct_id=self.conduct_id, event_id=id_of(self))
        return replace(
            state,
            conduct=state.conduct.kept(case),
            facts=state.facts.opened(RiskFactor.RF_29, self),
        )


class OpenConductCase(
    Command[Child],
    name="child.open_conduct_case",
    zh="罪错行为立项",
    en="Open a conduct case",
    when=ON_FILE,
    clauses=("CQ2024-1-g", "CQ2024-2.3-a", "CQ2024-2.3-g", "CQ2024-2.3-h"),
):
    """By the police. Crime goes to justice for help, misconduct stays with the police; education only if asked."""

    conduct_class: Annotated[ConductClass, P5]
    conduct_summary: Annotated[str, P5]
    special_education_proposed: Annotated[bool, P5] = False

    def decide(self, state: Child) -> Iterator[Event[Child]]:
        crime = self.conduct_class is ConductClass.SUSPECTED_CRIME
        justice = self._unit(UnitKind.DISTRICT_JUSTICE, state) if crime else None
        police = self.by.unit_id
        education = UnitKind.DISTRICT_EDUCATION
        days = timedelta(days=self.rules.days("correction_days"))
        yield ConductCaseOpened.of(
            self,
            conduct_id=self.new_id("conduct"),
            conduct_summary=said(self.conduct_summary, "conductSummary"),
            conduct_police_unit_id=police,
            conduct_justice_unit_id=justice,
            conduct_procuratorate_unit_id=self._unit(UnitKind.PROCURATORATE, state)
            if crime
            else None,
            correction_unit_id=justice or police,
            special_education_unit_id=self._unit(education, state)
            if self.special_education_proposed
            else None,
            correct_by=local_date(self.at) + days,
        )

    def _unit(self, kind: UnitKind, state: Child) -> UUID | None:
        """No stand-in here: what concerns an offence goes to nobody else."""
        found = self.directory.unit_for(kind, state.place, self.divisions, self.rules.on)
        return found.id if found else None


class ProcuratorateEarlyInterventionRecorded(
    Event[Child],
    name="child.procuratorate_early_intervention_recorded",
    zh="检察机关已提前介入",
    en="Early intervention by the procuratorate",
    existence=P5,
):
    conduct_id: Annotated[UUID, P5]
    intervention_note: Annotated[str, P5]


class RecordEarlyIntervention(
    Command[Child],
    name="child.record_early_intervention",
    zh="记录提前介入",
    en="Record early intervention",
    when=ON_FILE & CONDUCT_OPEN,
    clauses=(
        "CQ2024-2.3-e",
        "CQ2024-2.3-a",
    ),
):
    """By the procuratorate; whoever used the child for crime is another's case (``case.intervene_early``)."""

    conduct_id: Annotated[UUID, P5]
    intervention_note: Annotated[str, P5]

    def decide(self, state: Child) -> Iterator[Event[Child]]:
        conduct_case(state, self.conduct_id)
        said(self.intervention_note, "interventionNote")
        yield ProcuratorateEarlyInterventionRecorded.of(self)


class CaseConsultationHeld(
    Event[Child],
    name="child.case_consultation_held",
    zh="案件已会商",
    en="Case consultation held",
    existence=P5,
):
    conduct_id: Annotated[UUID, P5]
    consultation_on: Annotated[date, P5]
    consultation_parties: Annotated[tuple[ConsultingParty, ...], P5]
    consultation_outcome: Annotated[str, P5]


class HoldCaseConsultation(
    Command[Child],
    name="child.hold_case_consultation",
    zh="案件会商",
    en="Hold a case consultation",
    when=ON_FILE & CONDUCT_OPEN,
    clauses=("CQ2024-2.3-e",),
):
    """公检法案件会商: two parties or more."""

    conduct_id: Annotated[UUID, P5]
    consultation_on: Annotated[date, P5]
    consultation_parties: Annotated[tuple[ConsultingParty, ...], P5]
    consultation_outcome: Annotated[str, P5]

    def decide(self, state: Child) -> Iterator[Event[Child]]:
        conduct_case(state, self.conduct_id)
        consulted(self.consultation_parties, self.consultation_on, self.rules)
        said(self.consultation_outcome, "consultationOutcome")
        yield CaseConsultationHeld.of(self)
