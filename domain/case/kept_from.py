"""去向保密 · From whom of its family a child's whereabouts are kept (A.1 GUA, A.2 P6; SH2020-4.2-j, CQ2024-3.3-b).

The address of a placement is of class P6 by itself. Where the family is the suspected source of harm, its present
address and school, and every later one, would say as much: so all of it is kept from the family from the day the child
is placed, or brought or cared for elsewhere, until it has returned home or has a new guardian; and from whoever a
protection order is against, while that runs. Nobody says who of a family it was (ADR 0062); but where a child went home
to one guardian, whoever else a measure was taken against is told no more than before, until the case is closed.
"""

from __future__ import annotations

from datetime import date
from typing import NamedTuple
from uuid import UUID

from domain.case.intervention_state import OrderIssued, Revocation
from domain.case.placement_state import Placement
from domain.case.report_facts import INFRINGEMENTS
from domain.case.state import Case
from domain.factbook import FactBook
from domain.periods import local_date
from domain.risk import RiskFactor
from domain.terms.intervention import OrderKind, RevocationStage

FAMILY = "family"
"""All of it, whoever it is: also those who are put on file later."""


class Grounds(NamedTuple):
    """All that it depends on: while this is the same, so is the answer."""

    children: tuple[UUID, ...]
    facts: FactBook
    placements: tuple[Placement, ...]
    revocations: tuple[Revocation, ...]
    orders: tuple[OrderIssued, ...]
    elsewhere: frozenset[UUID | None]
    homes: tuple[tuple[UUID | None, UUID | None], ...]
    dealt_with: frozenset[UUID]
    today: date | None


def grounds(case: Case) -> Grounds:
    """What of a case it depends on."""
    orders, emergency = case.intervention.orders, case.emergency
    nobody: frozenset[UUID] = frozenset()
    measures = frozenset(m.subject_id for m in emergency.measures)
    return Grounds(
        children=case.children,
        facts=case.facts,
        placements=case.placement.placements,
        revocations=case.intervention.revocations,
        orders=orders,
        elsewhere=emergency.escorted | emergency.cared_for if case.is_open else nobody,
        homes=case.placement.homes,
        dealt_with=measures | case.intervention.criminal if case.is_open else nobody,
        today=local_date(case.last_occurred_at) if orders and case.last_occurred_at else None,
    )


def kept_from(on: Grounds) -> frozenset[tuple[UUID, str]]:
    """Each child with whom its whereabouts are kept from: ``FAMILY``, or the guardian an order is against."""
    harmed = any(on.facts.find(factor) for factor in INFRINGEMENTS)
    families = {(c, FAMILY) for c in on.children if harmed and _taken_out(on, c)}
    ordered = {(c, str(subject)) for c in on.children for subject in _ordered_away(on)}
    return frozenset(families | ordered | (_not_at_home(on) if harmed else set()))


def _taken_out(on: Grounds, child: UUID) -> bool:
    """Placed, even where that is over by now, or brought or cared for elsewhere; and not back, or in a new family."""
    placements = [p for p in on.placements if p.child_id in {None, child}]
    if any(p.ended_on is None for p in placements):
        return True
    back = any(f.factor is RiskFactor.RF_34 and f.child_id in {None, child} for f in on.facts.facts)
    anew = any(
        r.child_id == child and r.stage is RevocationStage.NEW_GUARDIAN for r in on.revocations
    )
    return not back and not anew and (bool(placements) or child in on.elsewhere)


def _not_at_home(on: Grounds) -> set[tuple[UUID, str]]:
    """Of a child that went home to one guardian the others whom a measure was taken against, while the case runs."""
    return {
        (child, str(subject))
        for child, guardian in on.homes
        if child is not None
        for subject in on.dealt_with - {guardian}
    }


def _ordered_away(on: Grounds) -> frozenset[UUID]:
    return frozenset(
        order.subject_id
        for order in on.orders
        if order.kind is OrderKind.PROTECTION
        and (order.until_on is None or on.today is None or order.until_on >= on.today)
    )
