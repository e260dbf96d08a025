"""失踪查找 · The rapid search for a missing child, before everything else (SH2020-4.2-i)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Annotated
from uuid import UUID

from domain.case.state import POLICE_AT_WORK, Case
from domain.case.which_child import the_child
from domain.kernel import Command, Event, Refusal
from domain.labels import name_fields
from domain.replacing import replace
from domain.risk import RiskFactor
from domain.sensitivity import P1, P2, P4_INJURY
from domain.terms.emergency import EmergencyDuty, Finding

name_fields(
    last_seen_at=("最后出现时间", "Last seen at"),
    last_seen_where=("最后出现地点", "Last seen where"),
    found_where=("找到地点", "Found where"),
    found_condition=("找到时状况", "Condition when found"),
)

NO_CHILD_MISSING = Refusal(
    "no_child_missing", zh="本个案没有失踪儿童", en="No child is missing in this case"
)


class MissingChildSearchStarted(
    Event[Case], name="case.missing_child_search_started", zh="失踪查找", en="Search started"
):
    """The rapid search runs."""

    child_id: Annotated[UUID | None, P2] = None
    last_seen_at: Annotated[datetime | None, P2] = None
    last_seen_where: Annotated[str | None, P1] = None

    def evolve(self, case: Case) -> Case:
        """Until the child is found, it comes before all else."""
        emergency = replace(case.emergency, search_running=True)
        emergency = emergency.demands((EmergencyDuty.SEARCH_CHILD,))
        facts = case.facts.opened(RiskFactor.RF_02, self)
        return replace(case, emergency=emergency, facts=facts)


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
    last_seen_where: Annotated[str | None, P1] = None

    def decide(self, case: Case) -> Iterator[Event[Case]]:
        """One search at a time."""
        child = the_child(case, self.child_id)
        if not case.emergency.search_running:
            yield MissingChildSearchStarted.of(self, child_id=child)


class MissingChildFound(
    Event[Case], name="case.missing_child_found", zh="找到失踪儿童", en="Missing child found"
):
    """The child is back in sight; it now needs somebody to be with."""

    child_id: Annotated[UUID | None, P2] = None
    found_where: Annotated[str, P1]
    found_condition: Annotated[str, P4_INJURY]

    def evolve(self, case: Case) -> Case:
        """The way leads back to the parents or to an escort (D.1)."""
        state = case.emergency
        findings = state.findings - {Finding.MISSING}
        state = replace(state, findings=findings, search_running=False)
        escort = state.parents_unreachable
        step = EmergencyDuty.ESCORT_CHILD if escort else EmergencyDuty.CONTACT_PARENTS
        state = state.demands((step, EmergencyDuty.SECURE_CARE))
        return replace(
            case,
            emergency=state.did(EmergencyDuty.SEARCH_CHILD),
            facts=case.facts.closed(RiskFactor.RF_02),
        )


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
    found_where: Annotated[str, P1]
    found_condition: Annotated[str, P4_INJURY]

    def decide(self, case: Case) -> Iterator[Event[Case]]:
        """Somebody must have been missing: by report, by finding or by search."""
        child = the_child(case, self.child_id)
        if case.facts.find(RiskFactor.RF_02) is None:
            raise NO_CHILD_MISSING(field="childId")
        yield MissingChildFound.of(self, child_id=child)
