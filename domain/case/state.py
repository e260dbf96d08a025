"""保护个案 · The protection case as the rules see it (state machines D.1, D.2)."""

from __future__ import annotations

from dataclasses import field
from uuid import UUID

from domain.case.assessment_state import AssessmentState
from domain.case.case_access_state import CaseAccess
from domain.case.emergency_state import EmergencyState
from domain.case.intervention_state import InterventionState
from domain.case.placement_state import RUNNING, PlacementState
from domain.case.plan_state import PlanState
from domain.case.report_state import OPEN_STAGES, IntakeState, Stage
from domain.factbook import FactBook
from domain.kernel import State, Turn
from domain.transfers import Transfer


class Case(State, stream="case", zh="保护个案", en="Protection case"):
    """One case from report to closing; it may concern several children, or a child not yet known."""

    stage: Stage = Stage.NONE
    incident_place: str | None = None
    children: tuple[UUID, ...] = ()
    intake: IntakeState = field(default_factory=IntakeState)
    emergency: EmergencyState = field(default_factory=EmergencyState)
    assessment: AssessmentState = field(default_factory=AssessmentState)
    placement: PlacementState = field(default_factory=PlacementState)
    plan: PlanState = field(default_factory=PlanState)
    intervention: InterventionState = field(default_factory=InterventionState)
    access: CaseAccess = field(default_factory=CaseAccess)
    transfer: Transfer | None = None
    handled_place: str | None = None
    """Where a unit of another place has received the case (D.9)."""
    facts: FactBook = field(default_factory=FactBook)

    @property
    def place(self) -> str | None:
        """The place of the incident acts first (domain model A.3), until another place has received the case."""
        return self.handled_place or self.incident_place

    @property
    def is_open(self) -> bool:
        """Not yet closed."""
        return self.stage in OPEN_STAGES

    @property
    def concerns(self) -> tuple[UUID, ...]:
        """The children known to be concerned."""
        return self.children


CASE_OPEN: Turn[Case] = Turn("case_open", "个案未结", "case open", lambda c: c.stage in OPEN_STAGES)
POLICE_AT_WORK: Turn[Case] = Turn(
    "police_at_work",
    "公安处置中",
    "police at work",
    lambda c: c.stage in OPEN_STAGES - {Stage.REPORTED, Stage.REPORTED_STREET, Stage.ACCEPTED},
)
OPEN_OR_PLACED: Turn[Case] = Turn(
    "open_or_placed",
    "个案未结或儿童仍在安置中",
    "case open, or a child still placed",
    lambda c: CASE_OPEN.holds(c) or any(p.status in RUNNING for p in c.placement.placements),
)
"""A placement may outlive its case: it is a placement that lets the case close (D.1)."""
OPEN_OR_FOLLOWED: Turn[Case] = Turn(
    "open_or_followed",
    "个案未结,或儿童仍在安置、后续保障中",
    "case open, or a child still placed or in aftercare",
    lambda c: OPEN_OR_PLACED.holds(c) or any(not a.done for a in c.placement.aftercares),
)
"""Who looks after the child may move with it as long as anybody does (D.9)."""
