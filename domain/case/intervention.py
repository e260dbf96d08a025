"""监护干预进程 · How far the intervention has come with each guardian of a case (state machine D.3).

The steps are read off the facts: no step is a condition of the next, and no child waits for one.
"""

from __future__ import annotations

from uuid import UUID

from domain.case.state import OPEN_OR_PLACED, Case
from domain.kernel import Refusal, Turn
from domain.terms.intervention import InterventionStep, OrderExecution, RevocationStage
from domain.terms.measures import MeasureKind

INTERVENING: Turn[Case] = Turn(
    "intervening",
    "个案未结、儿童仍在安置中或对监护人的干预尚未结束",
    "case open, a child still placed, or an intervention with a guardian still running",
    lambda c: OPEN_OR_PLACED.holds(c) or c.intervention.is_running or bool(c.placement.supervised),
)
"""What is under way with a guardian may outlive the case it came from, as a placement may (D.1)."""

UNKNOWN_REVOCATION = Refusal(
    "unknown_revocation", zh="没有此撤销事项", en="There is no such revocation"
)

_BY_STAGE = {
    RevocationStage.AWAIT_APPLICATION: InterventionStep.AWAIT_APPLICATION,
    RevocationStage.FALLBACK_DUE: InterventionStep.FALLBACK_DUE,
    RevocationStage.IN_COURT: InterventionStep.IN_COURT,
    RevocationStage.REVOKED: InterventionStep.REVOKED,
    RevocationStage.NEW_GUARDIAN: InterventionStep.NEW_GUARDIAN,
    RevocationStage.DENIED: InterventionStep.RETURN_OR_SUPERVISE,
}
_POLICE = frozenset({MeasureKind.CRITICISM, MeasureKind.REPRIMAND, MeasureKind.WARNING_LETTER})
_BY_EXECUTION = {
    None: InterventionStep.ORDERED,
    OrderExecution.COMPLIED: InterventionStep.COMPLIED,
    OrderExecution.BREACHED: InterventionStep.BREACHED,
}


def step_of(case: Case, subject_id: UUID) -> InterventionStep:
    """The furthest step with this guardian: court before order, order before measure; what lapsed was none."""
    revocation = case.intervention.latest_of(subject_id)
    if revocation is not None and revocation.stage in _BY_STAGE:
        step = _BY_STAGE[revocation.stage]
        watched = revocation.child_id in case.placement.supervised
        if step is InterventionStep.RETURN_OR_SUPERVISE and watched:
            return InterventionStep.RETURN_SUPERVISED
        return step
    orders = case.intervention.orders_against(subject_id)
    if orders:
        return _BY_EXECUTION[orders[-1].execution]
    return _by_measures(case, subject_id)


def _by_measures(case: Case, subject_id: UUID) -> InterventionStep:
    taken = case.emergency.measures_against(subject_id)
    if subject_id in case.intervention.criminal:
        return InterventionStep.CRIMINAL
    if MeasureKind.PENALTY in taken:
        return InterventionStep.PENALISED
    if taken & _POLICE:
        return InterventionStep.POLICE_STEP
    if MeasureKind.DISSUASION in taken:
        return InterventionStep.DISSUADED
    return InterventionStep.OBSERVED


def was_educated(case: Case, subject_id: UUID) -> bool:
    """Whether an earlier event on file educated this guardian: any measure, or an order (SH2020-4.4-d)."""
    orders = case.intervention.orders_against(subject_id)
    return bool(case.emergency.measures_against(subject_id) or orders)
