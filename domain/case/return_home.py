"""回归家庭 · The child goes back to its family after intervention (SH2024-2.2.6-b, SH2024-2.2.6-c).

Where the text says so, only under a guardianship supervisor whom the procuratorate appoints first; then
civil affairs keep the child under key attention and visit again and again.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Annotated
from uuid import UUID

from domain.case.aftercare import aftercare_from
from domain.case.past_care import needs_no_guardian, of_age_on
from domain.case.placement_end import NEXT_CARER_MISSING, ended
from domain.case.placement_facts import returned_home
from domain.case.placement_rules import decided_well, handover_for
from domain.case.report_routing import unit_at
from domain.case.revocation_grounds import WARD_OF_AGE
from domain.case.state import OPEN_OR_PLACED, Case
from domain.case.which_child import the_child
from domain.child.guardians import UNKNOWN_GUARDIAN
from domain.child.state import Child
from domain.codec import says_more
from domain.kernel import Command, Event, Refusal
from domain.labels import name_fields
from domain.periods import local_date
from domain.replacing import replace
from domain.sensitivity import P0, P1, P2, P3, P4
from domain.terms.plan import ServiceType
from domain.terms.units import UnitKind

name_fields(
    supervisor_name=("监护监督员", "Guardianship supervisor"),
    supervisor_id=("监护监督员账号", "The supervisor's id"),
    supervised_until=("监督期至", "Supervised until"),
    together_with=("会同部门", "Appointed together with"),
    returned_to=("回归对象", "Returned to"),
    returned_to_guardian_id=("回归的监护人", "Guardian returned to"),
    return_conditions=("回归条件", "Conditions of the return"),
    family_return_on=("回归日期", "Returned to the family on"),
    key_target=("纳入重点关注", "Kept under key attention"),
    key_target_unit_id=("重点关注单位", "Unit that keeps the child under key attention"),
)

SUPERVISOR_MISSING = Refusal(
    "guardianship_supervisor_missing",
    zh="须先由检察机关会同相关部门指定监护监督员",
    en="The procuratorate must first appoint a guardianship supervisor",
)


RETURN_TO_REVOKED = Refusal(
    "return_to_revoked_guardian",
    zh="监护人资格已被撤销,不得回归其处",
    en="A court has taken the guardianship from this person: the child does not return there",
    clauses=("SH2020-4.4-h", "SH2020-4.4-i"),
)


SUPERVISION_TERM_PAST = Refusal(
    "supervision_term_past",
    zh="监督期限不能早于指定之日",
    en="The supervision cannot end before the supervisor is appointed",
)


class GuardianshipSupervisorAppointed(
    Event[Case],
    name="case.guardianship_supervisor_appointed",
    zh="指定监护监督员",
    en="Guardianship supervisor appointed",
    version=2,
):
    """Somebody watches over the guardian once the child is back (Q-30), until it is of age at the latest."""

    child_id: Annotated[UUID | None, P2] = None
    supervisor_name: Annotated[str, P1]
    supervisor_id: Annotated[UUID | None, P0] = None
    supervised_until: Annotated[date | None, P2] = None
    together_with: Annotated[str, P2]
    of_age_on: Annotated[date | None, P1] = None

    def evolve(self, case: Case) -> Case:
        """The child may go home now."""
        supervised = case.placement.supervise(
            self.child_id, self.supervised_until, of_age_on=self.of_age_on
        )
        return replace(case, placement=supervised)


# At first a supervision without a term outlived the child's coming of age.
says_more("case.guardianship_supervisor_appointed", 1)


class AppointGuardianshipSupervisor(
    Command[Case],
    name="case.appoint_guardianship_supervisor",
    zh="指定监护监督员",
    en="Appoint a guardianship supervisor",
    when=OPEN_OR_PLACED,
    needs=("child",),
    clauses=("SH2024-2.2.6-b",),
):
    """检察机关会同相关部门指定."""

    child_id: Annotated[UUID | None, P2] = None
    supervisor_name: Annotated[str, P1]
    supervisor_id: Annotated[UUID | None, P0] = None
    supervised_until: Annotated[date | None, P2] = None
    together_with: Annotated[str, P2]

    def decide(self, case: Case) -> Iterator[Event[Case]]:
        """For one minor, for a term that is not over; another name later replaces the first."""
        today = local_date(self.occurred_at)
        if self.supervised_until is not None and self.supervised_until < today:
            raise SUPERVISION_TERM_PAST(field="supervisedUntil")
        child_id = the_child(case, self.child_id)
        file = self.linked.get(child_id) if child_id else None
        if needs_no_guardian(file, self.rules, today):
            raise WARD_OF_AGE(field="childId")
        yield GuardianshipSupervisorAppointed.of(
            self,
            child_id=child_id,
            of_age_on=of_age_on(file, self.rules),
        )


class ChildReturnedToFamily(
    Event[Case],
    name="case.child_returned_to_family",
    zh="回归家庭",
    en="Child returned to family",
    version=2,
):
    """Back home, under conditions; a key target of civil affairs from now on (SH2024-2.2.6-c)."""

    child_id: Annotated[UUID | None, P2] = None
    placement_id: Annotated[UUID | None, P0] = None
    returned_to: Annotated[str, P1]
    return_conditions: Annotated[str | None, P4] = None
    best_interest_reason: Annotated[str, P4]
    handover_id: Annotated[UUID | None, P0] = None
    family_return_on: Annotated[date, P2]
    key_target: Annotated[bool, P2] = False
    key_target_unit_id: Annotated[UUID | None, P2] = None
    returned_to_guardian_id: Annotated[UUID | None, P2] = None

    def evolve(self, case: Case) -> Case:
        """The placement is over, the attention is not (RF-34)."""
        case = ended(case, self.placement_id, self.family_return_on, self.handover_id)
        home = case.placement.went_home(self.child_id, self.returned_to_guardian_id)
        facts = returned_home(case.facts, self.child_id, self)
        return replace(case, placement=home, facts=facts)


# Before, the receiver was a name alone.
says_more("case.child_returned_to_family", 1)


class ReturnChildToFamily(
    Command[Case],
    name="case.return_child_to_family",
    zh="回归家庭",
    en="Return the child to its family",
    when=OPEN_OR_PLACED,
    needs=("child",),
    clauses=("SH2024-2.2.6-b", "SH2024-2.2.6-c", "CN2017-5.1-e", "CN2017-2-b", "CQ2024-1-a"),
):
    """By district civil affairs; ``returned_to_guardian_id`` where the receiver is a guardian on the child's file."""

    child_id: Annotated[UUID | None, P2] = None
    returned_to: Annotated[str, P1]
    returned_to_guardian_id: Annotated[UUID | None, P2] = None
    return_conditions: Annotated[str | None, P4] = None
    best_interest_reason: Annotated[str, P4]
    handover_id: Annotated[UUID | None, P0] = None
    aftercare_services: Annotated[tuple[ServiceType, ...], P3] = ()

    def decide(self, case: Case) -> Iterator[Event[Case]]:
        """Supervised where the text demands it; followed up in any case."""
        child = the_child(case, self.child_id)
        unwatched = child not in case.placement.supervised
        if self.rules.flag("return_needs_supervisor") and unwatched:
            raise SUPERVISOR_MISSING(cite=self.rules.cite("return_needs_supervisor"))
        if not self.returned_to.strip():
            raise NEXT_CARER_MISSING(field="returnedTo")
        self._to_a_guardian(child)
        decided_well(self, case, child, self.best_interest_reason)
        placement = case.placement.running(child)
        there = placement is not None and placement.in_care
        handover = handover_for(self, case, child, self.handover_id) if there else None
        placement_id = placement.placement_id if placement else None
        yield ChildReturnedToFamily.of(
            self,
            child_id=child,
            placement_id=placement_id,
            handover_id=handover,
            family_return_on=local_date(self.occurred_at),
            key_target="RETURNED_HOME" in self.rules.codes("key_target_grounds"),
            key_target_unit_id=unit_at(self, UnitKind.DISTRICT_CIVIL_AFFAIRS, case.place),
        )
        yield aftercare_from(self, case, child, placement_id, self.aftercare_services)

    def _to_a_guardian(self, child: UUID | None) -> None:
        """Known on the file, alive, and not deprived of the guardianship by a court (SH2020-4.4-i)."""
        if self.returned_to_guardian_id is None:
            return
        file = self.linked.get(child) if child else None
        care = file.care if isinstance(file, Child) else None
        guardian = care.guardian(self.returned_to_guardian_id) if care else None
        if guardian is None or not guardian.living:
            raise UNKNOWN_GUARDIAN(field="returnedToGuardianId")
        if guardian.revoked:
            raise RETURN_TO_REVOKED(field="returnedToGuardianId")
