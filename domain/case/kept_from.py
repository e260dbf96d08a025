"""去向保密 · From whom of its family a child's whereabouts are kept (A.1 GUA, A.2 P6; SH2020-4.2-j, CQ2024-3.3-b).

The address of a placement is of class P6 by itself. Where the family is the suspected source of harm, its present
address and school, and every later one, would say as much: so all of it is kept from the family from the day the child
is placed, or brought or cared for elsewhere, until it has returned home or has a new guardian; and from whoever a
protection order is against, while that runs. Nobody says who of a family it was (ADR 0062); but where a child went home
to one guardian, whoever else a measure was taken against is told no more than before, until the case is closed.
"""

from __future__ import annotations

from uuid import UUID

from domain.case.report_facts import INFRINGEMENTS
from domain.case.state import Case
from domain.periods import local_date
from domain.risk import RiskFactor
from domain.terms.intervention import OrderKind, RevocationStage

FAMILY = "family"
"""All of it, whoever it is: also those who are put on file later."""


def kept_from(case: Case) -> frozenset[tuple[UUID, str]]:
    """Each child with whom its whereabouts are kept from: ``FAMILY``, or the guardian an order is against."""
    harmed = any(case.facts.find(factor) for factor in INFRINGEMENTS)
    families = {(c, FAMILY) for c in case.children if harmed and _taken_out(case, c)}
    away = _ordered_away(case)
    ordered = {(c, str(subject)) for c in case.children for subject in away}
    return frozenset(families | ordered | (_not_at_home(case) if harmed else set()))


def _taken_out(case: Case, child: UUID) -> bool:
    """Placed, even where that is over by now, or brought or cared for elsewhere; and not back, or in a new family."""
    placements = [p for p in case.placement.placements if p.child_id in {None, child}]
    if any(p.ended_on is None for p in placements):
        return True
    back = any(
        f.factor is RiskFactor.RF_34 and f.child_id in {None, child} for f in case.facts.facts
    )
    anew = any(
        r.child_id == child and r.stage is RevocationStage.NEW_GUARDIAN
        for r in case.intervention.revocations
    )
    elsewhere = case.is_open and child in case.emergency.escorted | case.emergency.cared_for
    return not back and not anew and (bool(placements) or elsewhere)


def _not_at_home(case: Case) -> set[tuple[UUID, str]]:
    """Of a child that went home to one guardian the others whom a measure was taken against, while the case runs."""
    if not case.is_open:
        return set()
    dealt_with = {m.subject_id for m in case.emergency.measures} | case.intervention.criminal
    return {
        (child, str(subject))
        for child, guardian in case.placement.homes
        if child is not None
        for subject in dealt_with - {guardian}
    }


def _ordered_away(case: Case) -> frozenset[UUID]:
    today = local_date(case.last_occurred_at)
    return frozenset(
        order.subject_id
        for order in case.intervention.orders
        if order.kind is OrderKind.PROTECTION
        and (order.until_on is None or order.until_on >= today)
    )
