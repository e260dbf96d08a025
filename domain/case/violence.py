"""家庭暴力与侵害 · Stopping it, protecting the child, dealing with it by law (SH2020-4.2-j…-l)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated
from uuid import UUID

from domain.case.dispatch import HANDLING
from domain.case.intervention import INTERVENING
from domain.case.report_facts import INFRINGEMENTS
from domain.case.state import POLICE_AT_WORK, Case
from domain.case.which_child import done_for_child, the_child, these_of, this_of
from domain.codec import says_more
from domain.factbook import FactBook
from domain.kernel import Command, Event, Record
from domain.labels import name_fields
from domain.replacing import replace
from domain.risk import Access, RiskFactor
from domain.sensitivity import P2, P4_INJURY, P5, P5_OUTCOME
from domain.terms.emergency import DangerState, EmergencyDuty

name_fields(
    act_stopped=("被制止的行为", "Act that was stopped"),
    legal_basis=("法律依据", "Legal basis"),
    measures_taken=("处置措施", "Measures"),
    protective_measure=("保护措施", "Protective measure"),
    danger_over_because=("危险解除的理由", "Why the danger is over"),
)


def _handled(case: Case, child_id: UUID | None, access: Access) -> FactBook:
    """Dealt with, for the child named or for all: the suspect may get at another as before (R-H5)."""
    facts, known = case.facts, {"handled": True, "access": access}
    for factor in INFRINGEMENTS:
        if child_id is None:
            facts = facts.changed(factor, **known)
        else:
            facts = facts.changed_for(factor, child_id, case.children, **known)
    return facts


class InfringementStopped(
    Record[Case],
    name="case.infringement_stopped",
    zh="制止侵害",
    en="Infringement stopped",
    act="case.stop_infringement",
    does=("制止侵害行为", "Stop the infringement"),
    when=INTERVENING,
    clauses=(
        "SH2020-3.1-d",
        "SH2020-4.2-l",
        "CQ2016-4.2-j",
        "CQ2016-4.2-l",
        "SH2024-2.2.4-b",
    ),
):
    """By police, village committee or a department."""

    act_stopped: Annotated[str, P4_INJURY]
    child_id: Annotated[UUID | None, P2] = None

    def evolve(self, case: Case) -> Case:
        """It does not go on, for the child named or for all."""
        case = done_for_child(case, EmergencyDuty.STOP_INFRINGEMENT, self.child_id)
        theirs = these_of(case, (self.child_id,) if self.child_id else ())
        waiting = case.emergency.to_dissuade - theirs
        return replace(case, emergency=replace(case.emergency, to_dissuade=waiting))


class DomesticViolenceHandled(
    Record[Case],
    name="case.domestic_violence_handled",
    zh="家暴处置",
    en="Domestic violence handled",
    existence=P5_OUTCOME,
    version=2,
    act="case.handle_domestic_violence",
    does=("处置家庭暴力", "Handle domestic violence"),
    when=HANDLING,
    clauses=("SH2020-4.2-j", "CQ2016-4.2-j"),
):
    """依据反家庭暴力法及时处置."""

    legal_basis: Annotated[str, P5]
    measures_taken: Annotated[str, P5]
    suspect_access: Annotated[Access, P4_INJURY] = Access.UNKNOWN
    child_id: Annotated[UUID | None, P2] = None

    def evolve(self, case: Case) -> Case:
        """Dealt with, against the child named or all."""
        case = done_for_child(case, EmergencyDuty.HANDLE_VIOLENCE, self.child_id)
        return replace(case, facts=_handled(case, self.child_id, self.suspect_access))


# At first it was the violence against every child of the case.
says_more("case.domestic_violence_handled", 1)


class ProtectiveMeasureTaken(
    Record[Case],
    name="case.protective_measure_taken",
    zh="实施保护",
    en="Protective measure taken",
    act="case.take_protective_measure",
    does=("实施保护", "Protect the child"),
    when=POLICE_AT_WORK,
    clauses=("SH2020-4.2-l", "CQ2016-4.2-l"),
):
    """依法制止侵害行为、实施保护."""

    protective_measure: Annotated[str, P4_INJURY]
    child_id: Annotated[UUID | None, P2] = None
    suspect_access: Annotated[Access, P4_INJURY] = Access.UNKNOWN

    def evolve(self, case: Case) -> Case:
        """Protected, the child named or all."""
        case = done_for_child(case, EmergencyDuty.PROTECT_CHILD, self.child_id)
        return replace(case, facts=_handled(case, self.child_id, self.suspect_access))


class DangerEnded(
    Event[Case], name="case.danger_ended", zh="危险解除", en="Danger over", version=2
):
    """A child is no longer seriously injured, threatened or unattended; another may be."""

    danger_over_because: Annotated[str, P4_INJURY]
    child_id: Annotated[UUID | None, P2] = None

    def evolve(self, case: Case) -> Case:
        """RF-09 is over for this child, and an accident that was treated with it; none named, for every child."""
        theirs, facts = this_of(case, self.child_id), case.facts
        for factor in (RiskFactor.RF_09, RiskFactor.RF_07):
            facts = facts.over_for(factor, theirs, case.children)
        emergency = case.emergency.is_over_for(DangerState, theirs)
        if facts.find(RiskFactor.RF_09) is None:
            emergency = replace(emergency, dangers=frozenset())
        return replace(case, emergency=emergency, facts=facts)


# At first the danger was over for every child of the case.
says_more("case.danger_ended", 1)


class EndDanger(
    Command[Case],
    name="case.end_danger",
    zh="解除危险状态",
    en="Record that the danger is over",
    when=POLICE_AT_WORK,
    clauses=("CN2017-4.2-b",),
):
    """Of one child, who is named where there are several: none is safe because another is."""

    danger_over_because: Annotated[str, P4_INJURY]
    child_id: Annotated[UUID | None, P2] = None

    def decide(self, case: Case) -> Iterator[Event[Case]]:
        """With the reason."""
        yield DangerEnded.of(self, child_id=the_child(case, self.child_id))
