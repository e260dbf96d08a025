"""失踪查找 · The rapid search for a missing child, before everything else (SH2020-4.2-i, CQ2016-4.2-i).

A report or a finding says of every child of the case that it is missing, a search says it of one. Each is found
for itself: the search goes on until nobody is missing any more.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Annotated
from uuid import UUID

from domain.case.state import POLICE_AT_WORK, Case
from domain.case.which_child import each_of, the_child, this_of
from domain.codec import says_more
from domain.kernel import Command, Event, Refusal
from domain.labels import name_fields
from domain.replacing import replace
from domain.risk import RiskFactor
from domain.sensitivity import P1_PLACE, P2, P4_INJURY
from domain.terms.emergency import EmergencyDuty, Finding

name_fields(
    last_seen_at=("最后出现时间", "Last seen at"),
    last_seen_where=("最后出现地点", "Last seen where"),
    found_where=("找到地点", "Found where"),
    found_condition=("找到时状况", "Condition when found"),
)

SEEN_LATER = Refusal(
    "last_seen_in_future",
    zh="最后出现时间不能晚于启动查找之时",
    en="Nobody was last seen after the search began",
)
NO_CHILD_MISSING = Refusal("no_child_missing", zh="该儿童并未失踪", en="This child is not missing")


def missing_children(case: Case) -> frozenset[UUID | None]:
    """Who is missing, by report, by finding or by search; None is a child nobody knows yet."""
    everybody = each_of(case)
    missing = case.emergency.searched_for
    for fact in case.facts.facts:
        if fact.factor is RiskFactor.RF_02:
            missing |= everybody if fact.child_id is None else {fact.child_id}
    return missing


class MissingChildSearchStarted(
    Event[Case],
    name="case.missing_child_search_started",
    zh="失踪查找",
    en="Search started",
    version=2,
):
    """The rapid search for one child runs; ``duties`` are those that were not open before."""

    child_id: Annotated[UUID | None, P2] = None
    last_seen_at: Annotated[datetime | None, P2] = None
    last_seen_where: Annotated[str | None, P1_PLACE] = None
    duties: Annotated[tuple[EmergencyDuty, ...], P4_INJURY] = ()

    def evolve(self, case: Case) -> Case:
        """Until the child is found, it comes before all else."""
        searched_for = case.emergency.searched_for | {self.child_id}
        emergency = replace(case.emergency, searched_for=searched_for)
        emergency = emergency.demands((EmergencyDuty.SEARCH_CHILD,))
        facts = case.facts.opened(RiskFactor.RF_02, self, child_id=self.child_id)
        return replace(case, emergency=emergency, facts=facts)


# At first the search that was begun asked for no duty of its own.
says_more("case.missing_child_search_started", 1)


class StartMissingChildSearch(
    Command[Case],
    name="case.start_missing_child_search",
    zh="启动失踪儿童查找",
    en="Start the search for a missing child",
    when=POLICE_AT_WORK,
    clauses=("SH2020-4.2-i", "CQ2016-4.2-i"),
):
    """按照儿童失踪快速查找机制."""

    child_id: Annotated[UUID | None, P2] = None
    last_seen_at: Annotated[datetime | None, P2] = None
    last_seen_where: Annotated[str | None, P1_PLACE] = None

    def decide(self, case: Case) -> Iterator[Event[Case]]:
        """One search for each child."""
        if self.last_seen_at is not None and self.last_seen_at > self.occurred_at:
            raise SEEN_LATER(field="lastSeenAt")
        child = the_child(case, self.child_id)
        if child not in case.emergency.searched_for:
            duties = case.emergency.not_asked_yet(EmergencyDuty.SEARCH_CHILD)
            yield MissingChildSearchStarted.of(self, child_id=child, duties=duties)


class MissingChildFound(
    Event[Case],
    name="case.missing_child_found",
    zh="找到失踪儿童",
    en="Missing child found",
    version=2,
):
    """The child is back in sight; it now needs somebody to be with."""

    child_id: Annotated[UUID | None, P2] = None
    found_where: Annotated[str, P1_PLACE]
    found_condition: Annotated[str, P4_INJURY]
    duties: Annotated[tuple[EmergencyDuty, ...], P4_INJURY] = ()

    def evolve(self, case: Case) -> Case:
        """The way leads back to the parents or to an escort (D.1); whoever else is missing still is."""
        missing = missing_children(case) - {self.child_id} if self.child_id else ()
        left = frozenset(child for child in missing if child is not None)
        needs = _after_found(case, self.child_id)
        theirs = this_of(case, self.child_id)
        state = case.emergency.demands_for(needs, theirs, each_of(case))
        state = state.is_over_for((Finding.MISSING,), theirs)
        escort = {self.child_id} if EmergencyDuty.ESCORT_CHILD in needs else set()
        state = replace(
            state,
            searched_for=state.searched_for & left,
            to_escort=state.to_escort | escort,
            met=frozenset(one for one in state.met if one[0] != self.child_id),
        )
        if not left:
            state = replace(state, findings=state.findings - {Finding.MISSING})
            state = state.did(EmergencyDuty.SEARCH_CHILD)
        return replace(
            case, emergency=state, facts=case.facts.left_for(RiskFactor.RF_02, sorted(left))
        )


# At first what a found child needs was asked of nobody here.
says_more("case.missing_child_found", 1)


def _after_found(case: Case, child_id: UUID | None) -> tuple[EmergencyDuty, ...]:
    unreachable = child_id in case.emergency.parents_unreachable
    step = EmergencyDuty.ESCORT_CHILD if unreachable else EmergencyDuty.CONTACT_PARENTS
    return (step, EmergencyDuty.SECURE_CARE)


class FindMissingChild(
    Command[Case],
    name="case.find_missing_child",
    zh="找到失踪儿童",
    en="The missing child is found",
    when=POLICE_AT_WORK,
    clauses=("SH2020-4.2-i", "CQ2016-4.2-i"),
):
    """Where, and in which condition."""

    child_id: Annotated[UUID | None, P2] = None
    found_where: Annotated[str, P1_PLACE]
    found_condition: Annotated[str, P4_INJURY]

    def decide(self, case: Case) -> Iterator[Event[Case]]:
        """Somebody must have been missing: by report, by finding or by search."""
        child = the_child(case, self.child_id)
        if child not in missing_children(case):
            raise NO_CHILD_MISSING(field="childId")
        duties = case.emergency.not_asked_yet(*_after_found(case, child))
        yield MissingChildFound.of(self, child_id=child, duties=duties)
