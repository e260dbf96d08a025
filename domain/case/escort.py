"""护送 · Bringing the child to somebody near (SH2020-4.2-g, CQ2016-4.2-g, CN2017-4.2-e).

Where the child was brought, and to whom, is what protects it: all of that is of class P6.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated
from uuid import UUID

from domain.case.dispatch import HANDLING
from domain.case.duties import handover_is_required, opinion_is_required
from domain.case.emergency_state import OUT_OF_CARE
from domain.case.state import Case
from domain.case.which_child import each_of, the_child, this_of
from domain.kernel import Command, Event, Refusal
from domain.labels import name_fields
from domain.replacing import replace
from domain.risk import RiskFactor
from domain.sensitivity import P2, P4, P4_INJURY, P6_ADDRESS
from domain.terms.emergency import EmergencyDuty, EscortDestination, OpinionSubject

name_fields(
    escort_destination=("护送去向", "Destination"),
    escort_address=("护送地址", "Address"),
    receiver_name=("接收人", "Receiver"),
    receiver_unit_id=("接收单位", "Receiving unit"),
    nearest_because=("就近的理由", "Why it is the nearest"),
    best_interest_reason=("最有利于儿童的理由", "Best-interest reason"),
)

DESTINATION_NOT_ALLOWED = Refusal(
    "destination_not_allowed",
    zh="护送去向不在现行规定之列",
    en="The rules in force do not name this destination",
)
CHILD_OPINION_MISSING = Refusal(
    "child_opinion_missing",
    zh="须先就护送地点征求儿童本人意见",
    en="The child must be asked first where to be taken",
)
NEAREST_REASON_MISSING = Refusal(
    "nearest_reason_missing", zh="须说明就近护送的理由", en="Say why this is the nearest"
)
ESCORT_NEEDS_BEST_INTEREST = Refusal(
    "escort_needs_best_interest",
    zh="须说明最有利于儿童的理由",
    en="Say why this is in the child's best interest",
)
BEST_INTEREST = ("CN2017-2-b", "CQ2024-1-a")
PARENTS_FIRST = ("SH2020-4.2-g", "CQ2016-4.2-g")
"""联系不上…父母的: these texts have the parents tried first; CN2017-4.2-b has others asked (Q-55)."""
PARENTS_NOT_TRIED = Refusal(
    "parents_not_tried",
    zh="须先联系父母,联系不上方可护送",
    en="The parents must be tried before the child is taken away",
)


class ChildEscorted(Event[Case], name="case.child_escorted", zh="护送", en="Child escorted"):
    """The child was brought to somebody."""

    child_id: Annotated[UUID | None, P2] = None
    escort_destination: Annotated[EscortDestination, P6_ADDRESS]
    escort_address: Annotated[str, P6_ADDRESS]
    receiver_name: Annotated[str | None, P6_ADDRESS] = None
    receiver_unit_id: Annotated[UUID | None, P6_ADDRESS] = None
    nearest_because: Annotated[str, P4]
    best_interest_reason: Annotated[str, P4]
    duties: Annotated[tuple[EmergencyDuty, ...], P4_INJURY] = ()

    def evolve(self, case: Case) -> Case:
        """With somebody for now; not yet with a named carer."""
        escorted = case.emergency.escorted | {self.child_id}
        emergency = replace(case.emergency, escorted=escorted).demands_for(
            self.duties, this_of(case, self.child_id), each_of(case)
        )
        emergency = emergency.is_with(self.child_id, self.receiver_unit_id)
        facts = case.facts.changed_for(
            RiskFactor.RF_13, self.child_id, case.children, escorted=True
        )
        return replace(case, emergency=emergency.brought(self.child_id), facts=facts)


class EscortChild(
    Command[Case],
    name="case.escort_child",
    zh="护送儿童",
    en="Escort the child",
    when=HANDLING,
    clauses=("SH2020-4.2-g", "CQ2016-4.2-g", "CN2017-4.2-b", "CN2017-4.2-e", "CQ2024-1-a"),
):
    """就近护送."""

    child_id: Annotated[UUID | None, P2] = None
    escort_destination: Annotated[EscortDestination, P6_ADDRESS]
    escort_address: Annotated[str, P6_ADDRESS]
    receiver_name: Annotated[str | None, P6_ADDRESS] = None
    receiver_unit_id: Annotated[UUID | None, P6_ADDRESS] = None
    nearest_because: Annotated[str, P4]
    best_interest_reason: Annotated[str, P4]

    def decide(self, case: Case) -> Iterator[Event[Case]]:
        """To a place the text names, near, with the child heard and for its good."""
        rules, child = self.rules, the_child(case, self.child_id)
        if self.escort_destination not in rules.codes("escort_destinations"):
            raise DESTINATION_NOT_ALLOWED(
                cite=rules.cite("escort_destinations"), field="escortDestination"
            )
        if rules.flag("escort_nearest") and not self.nearest_because.strip():
            raise NEAREST_REASON_MISSING(cite=rules.cite("escort_nearest"), field="nearestBecause")
        if not self.best_interest_reason.strip():
            raise ESCORT_NEEDS_BEST_INTEREST(
                cite=rules.binding(*BEST_INTEREST), field="bestInterestReason"
            )
        if opinion_is_required(rules) and not case.emergency.has_heard(
            child, OpinionSubject.ESCORT_PLACE
        ):
            raise CHILD_OPINION_MISSING(cite=rules.cite("child_opinion_on_escort"))
        parents_first = rules.binding(*PARENTS_FIRST)
        if parents_first and _parents_come_first(case, child):
            raise PARENTS_NOT_TRIED(cite=parents_first)
        written = handover_is_required(rules)
        duties = (EmergencyDuty.WRITTEN_HANDOVER,) if written else ()
        yield ChildEscorted.of(self, child_id=child, duties=duties)


def _parents_come_first(case: Case, child_id: UUID | None) -> bool:
    """上述两种情形联系不上父母的: only there, and never where this child is in danger."""
    state = case.emergency
    findings = state.findings_of(child_id)
    only_out_of_care = bool(findings) and findings <= OUT_OF_CARE
    tried = state.attempts_for(frozenset({child_id}))
    return only_out_of_care and not state.dangers_of(child_id) and not tried
