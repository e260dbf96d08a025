"""联系父母 · Reaching the parents, ordering them back, telling them (SH2020 and CQ2016 四(二)).

Every attempt is a fact of its own. That the parents cannot be reached may be said only when each
one on file was tried (platform reading); what follows from it, the escort, is another step.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Annotated
from uuid import UUID

from domain.case.dispatch import HANDLING
from domain.case.state import POLICE_AT_WORK, Case
from domain.case.which_child import each_of, the_child, these_of, this_of
from domain.case.whose_child import files_of, ward_of
from domain.child.care_state import Guardian
from domain.codec import says_more
from domain.kernel import Command, Event, Refusal
from domain.labels import name_fields
from domain.replacing import replace
from domain.risk import RiskFactor
from domain.sensitivity import P1, P2, P3, P4_INJURY
from domain.terms.emergency import ContactMeans, ContactOutcome, EmergencyDuty, ReturnDemand

name_fields(
    guardian_id=("监护人", "Guardian"),
    parent_name=("父母(监护人)姓名", "Name of the parent"),
    contact_means=("联系方式", "Means of contact"),
    contact_outcome=("联系结果", "Outcome of the contact"),
    contact_note=("联系经过", "How it went"),
    attempts_made=("联系次数", "Attempts made"),
    next_check_at=("下次核查时间", "Next check at"),
    return_demand=("责令内容", "What is demanded"),
    parent_reply=("父母答复", "Reply of the parents"),
    notice_content=("通知内容", "What was told"),
    parent_of=("其子女(空为全部涉案儿童)", "Whose parent; empty: of every child of the case"),
)

GUARDIAN_NOT_ON_FILE = Refusal(
    "guardian_not_on_file",
    zh="儿童档案中没有此监护人",
    en="The child's file names no such guardian",
)
PARENT_NOT_YET_TRIED = Refusal(
    "parent_not_yet_tried",
    zh="尚有在档父母未联系,不能认定联系不上",
    en="A parent on file has not been tried yet",
)
PARENT_WAS_REACHED = Refusal(
    "parent_was_reached", zh="已联系上父母", en="A parent has been reached"
)


def _on_file(command: Command[Case], case: Case, child_id: UUID | None) -> tuple[Guardian, ...]:
    """The guardians on the files of the child, or of all children of the case."""
    files = files_of(command, case.children if child_id is None else (child_id,))
    return tuple(g for f in files for g in f.care.guardians)


def _check_guardian(command: Command[Case], case: Case, guardian_id: UUID | None) -> None:
    known = {g.guardian_id for g in _on_file(command, case, None)}
    if guardian_id is not None and guardian_id not in known:
        raise GUARDIAN_NOT_ON_FILE(field="guardianId")


def _reached(
    case: Case, guardian_id: UUID | None, outcome: ContactOutcome, parent_of: tuple[UUID, ...]
) -> Case:
    """Whoever was reached can be reached: the fact that nobody could is over for their children (RF-13)."""
    emergency = case.emergency
    ids, theirs = frozenset({guardian_id} if guardian_id else ()), these_of(case, parent_of)
    attempts = (*emergency.contacts, theirs)
    emergency = replace(emergency, contacts=attempts, tried=emergency.tried | ids)
    if outcome is not ContactOutcome.REACHED:
        return replace(case, emergency=emergency)
    emergency = replace(
        emergency,
        reached=emergency.reached | ids,
        parents_unreachable=emergency.parents_unreachable - theirs,
        parents_reached=emergency.parents_reached | theirs,
    )
    return replace(
        case,
        emergency=emergency.parents_tried(each_of(case)),
        facts=case.facts.over_for(RiskFactor.RF_13, theirs, case.children),
    )


class ParentContactAttempted(
    Event[Case],
    name="case.parent_contact_attempted",
    zh="联系父母",
    en="Parent contacted",
    version=2,
):
    """One attempt to reach one parent."""

    guardian_id: Annotated[UUID | None, P2] = None
    parent_name: Annotated[str | None, P1] = None
    contact_means: Annotated[ContactMeans, P2]
    contact_outcome: Annotated[ContactOutcome, P2]
    contact_note: Annotated[str | None, P3] = None
    parent_of: Annotated[tuple[UUID, ...], P2] = ()

    def evolve(self, case: Case) -> Case:
        """Tried, or reached."""
        return _reached(case, self.guardian_id, self.contact_outcome, self.parent_of)


# At first a call was for every child of the case.
says_more("case.parent_contact_attempted", 1)


class AttemptParentContact(
    Command[Case],
    name="case.attempt_parent_contact",
    zh="联系父母",
    en="Try to reach a parent",
    when=POLICE_AT_WORK,
    clauses=("SH2020-4.2-f", "CQ2016-4.2-f"),
    needs=("child",),
):
    """By name where the child has no file yet."""

    guardian_id: Annotated[UUID | None, P2] = None
    parent_name: Annotated[str | None, P1] = None
    contact_means: Annotated[ContactMeans, P2]
    contact_outcome: Annotated[ContactOutcome, P2]
    contact_note: Annotated[str | None, P3] = None

    def decide(self, case: Case) -> Iterator[Event[Case]]:
        """A guardian named by id must be on file."""
        _check_guardian(self, case, self.guardian_id)
        whose = ward_of(self, case, self.guardian_id)
        yield ParentContactAttempted.of(self, parent_of=whose)


def _is_escorted(case: Case, child_id: UUID | None) -> bool:
    return this_of(case, child_id) <= case.emergency.escorted


class ParentsUnreachableRecorded(
    Event[Case], name="case.parents_unreachable", zh="联系不上父母", en="Parents unreachable"
):
    """No parent could be reached; the child is brought to somebody, the parents are still told."""

    child_id: Annotated[UUID | None, P2] = None
    attempts_made: Annotated[int, P2]
    duties: Annotated[tuple[EmergencyDuty, ...], P4_INJURY]
    police_unit_id: Annotated[UUID | None, P2] = None
    next_check_at: Annotated[datetime, P2]

    def evolve(self, case: Case) -> Case:
        """The escort is due; RF-13 holds."""
        state = case.emergency
        meant = this_of(case, self.child_id)
        emergency = replace(
            state,
            parents_unreachable=state.parents_unreachable | meant,
            to_escort=state.to_escort | (meant - state.escorted),
        ).asks(self.duties, meant)
        escorted = _is_escorted(case, self.child_id)
        facts = case.facts.opened(RiskFactor.RF_13, self, child_id=self.child_id, escorted=escorted)
        return replace(case, emergency=emergency, facts=facts)


class RecordParentsUnreachable(
    Command[Case],
    name="case.record_parents_unreachable",
    zh="认定联系不上父母",
    en="Record that the parents cannot be reached",
    when=HANDLING,
    clauses=("SH2020-4.2-g", "CQ2016-4.2-g"),
    needs=("child",),
):
    """联系不上父母: of one child, or of all children of the case."""

    child_id: Annotated[UUID | None, P2] = None

    def decide(self, case: Case) -> Iterator[Event[Case]]:
        """Only after each parent on file was tried, and at least once where none is on file."""
        child = the_child(case, self.child_id) if self.child_id else None
        guardians = _on_file(self, case, child)
        parents = [g for g in guardians if g.is_parent and g.living] or guardians
        done, theirs = case.emergency, this_of(case, child)
        attempts = done.attempts_for(theirs)
        if attempts == 0 or any(p.guardian_id not in done.tried for p in parents):
            raise PARENT_NOT_YET_TRIED(cite=self.rules.cite("escort_destinations"))
        if any(p.guardian_id in done.reached for p in parents):
            raise PARENT_WAS_REACHED(cite=self.rules.cite("escort_destinations"))
        if theirs <= done.parents_unreachable:
            return
        escort = () if _is_escorted(case, child) else (EmergencyDuty.ESCORT_CHILD,)
        yield ParentsUnreachableRecorded(
            child_id=child,
            attempts_made=attempts,
            duties=(*escort, EmergencyDuty.NOTIFY_PARENTS, EmergencyDuty.SECURE_CARE),
            police_unit_id=case.intake.police_unit_id,
            next_check_at=_next_check(self),
        )


def _next_check(command: Command[Case]) -> datetime:
    hours = command.rules.hours("parent_return_first_check_hours")
    checked: datetime = command.occurred_at + timedelta(hours=hours)
    return checked


class ParentsOrderedToReturn(
    Event[Case],
    name="case.parents_ordered_to_return",
    zh="责令返回",
    en="Parents ordered back",
    version=2,
):
    """The parents were ordered to return or to name a carer; the police follow up (Q-04)."""

    guardian_id: Annotated[UUID | None, P2] = None
    return_demand: Annotated[ReturnDemand, P2]
    parent_reply: Annotated[str | None, P3] = None
    police_unit_id: Annotated[UUID | None, P2] = None
    next_check_at: Annotated[datetime, P2]
    parent_of: Annotated[tuple[UUID, ...], P2] = ()

    def evolve(self, case: Case) -> Case:
        """An order given is a parent reached."""
        reached = _reached(case, self.guardian_id, ContactOutcome.REACHED, self.parent_of)
        theirs = frozenset[UUID | None](self.parent_of)
        emergency = reached.emergency.asks((EmergencyDuty.SECURE_CARE,), theirs)
        ordered = emergency.ordered_back | these_of(case, self.parent_of)
        emergency = replace(emergency, ordered_back=ordered)
        return replace(reached, emergency=emergency.parents_tried(each_of(case)))


# At first an order was for every child of the case.
says_more("case.parents_ordered_to_return", 1)


class OrderParentsToReturn(
    Command[Case],
    name="case.order_parents_to_return",
    zh="责令父母返回或确定受委托监护人",
    en="Order the parents to return or name a carer",
    when=HANDLING,
    clauses=("SH2020-4.2-d", "CQ2016-4.2-d"),
    needs=("child",),
):
    """立即返回或确定受委托监护人."""

    guardian_id: Annotated[UUID | None, P2] = None
    return_demand: Annotated[ReturnDemand, P2] = ReturnDemand.EITHER
    parent_reply: Annotated[str | None, P3] = None

    def decide(self, case: Case) -> Iterator[Event[Case]]:
        """Checked daily until somebody is there."""
        _check_guardian(self, case, self.guardian_id)
        yield ParentsOrderedToReturn.of(
            self,
            police_unit_id=case.intake.police_unit_id,
            next_check_at=_next_check(self),
            parent_of=ward_of(self, case, self.guardian_id),
        )


class ParentNotificationAttempted(
    Event[Case],
    name="case.parent_notification_attempted",
    zh="协助通知父母",
    en="Parent notification attempted",
    version=2,
):
    """One attempt to tell the parents where the child is and what is asked of them."""

    guardian_id: Annotated[UUID | None, P2] = None
    contact_means: Annotated[ContactMeans, P2]
    contact_outcome: Annotated[ContactOutcome, P2]
    notice_content: Annotated[str | None, P3] = None
    parent_of: Annotated[tuple[UUID, ...], P2] = ()

    def evolve(self, case: Case) -> Case:
        """Until one succeeds, for each child."""
        return _reached(case, self.guardian_id, self.contact_outcome, self.parent_of)


# At first a parent was told for every child of the case.
says_more("case.parent_notification_attempted", 1)


class AttemptParentNotification(
    Command[Case],
    name="case.attempt_parent_notification",
    zh="协助通知父母",
    en="Try to notify the parents",
    when=HANDLING,
    clauses=("SH2020-4.2-h", "CQ2016-4.2-h"),
    needs=("child",),
):
    """立即返回或重新确定受委托监护人: until they know."""

    guardian_id: Annotated[UUID | None, P2] = None
    contact_means: Annotated[ContactMeans, P2]
    contact_outcome: Annotated[ContactOutcome, P2]
    notice_content: Annotated[str | None, P3] = None

    def decide(self, case: Case) -> Iterator[Event[Case]]:
        """Each attempt is kept."""
        _check_guardian(self, case, self.guardian_id)
        whose = ward_of(self, case, self.guardian_id)
        yield ParentNotificationAttempted.of(self, parent_of=whose)
