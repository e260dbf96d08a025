"""风险事实 · Which risk facts follow from who is there and what the file says, and open or close with it (F.1).

Only facts that were opened here are closed here: what another chapter opened for a reason of its own stays open.
"""

from __future__ import annotations

from datetime import datetime, time
from typing import Any
from uuid import UUID

from domain.child.care_state import EntrustedCareStatus
from domain.child.state import Child
from domain.factbook import FactBook
from domain.kernel import Event
from domain.periods import SHANGHAI
from domain.replacing import replace
from domain.risk import RiskFactor
from domain.terms.file import DifficultyCause, KeyTargetGround


def standing(child: Child) -> frozenset[RiskFactor]:
    """The factors that follow from the state of file and care."""
    file, care = child.file, child.care
    held = {
        RiskFactor.RF_03: care.incapable_and_alone,
        RiskFactor.RF_05: file.caused_by(DifficultyCause.GUARDIANSHIP),
        RiskFactor.RF_16: care.unguarded,
        RiskFactor.RF_18: care.in_order,
        RiskFactor.RF_19: any(p.severely_disabled and p.living for p in care.parents),
        RiskFactor.RF_20: file.has_disability,
        RiskFactor.RF_24: file.poor,
        RiskFactor.RF_25: file.caused_by(DifficultyCause.ILLNESS),
        RiskFactor.RF_26: KeyTargetGround.GIRL in file.key_targets,
        RiskFactor.RF_33: any(g.confined and g.living for g in care.guardians),
    }
    return frozenset(factor for factor, holds in held.items() if holds)


def settled(after: Child, event: Event[Any], *, by_departure: bool = False) -> Child:
    """``after`` with the need for entrusted care, and the risk facts that now follow from it, opened by ``event``.

    ``by_departure``: a parent has left; nobody has looked after the child since then, not since it was recorded.
    """
    after = replace(after, care=replace(after.care, entrusted=_need(after)))
    now, facts = standing(after), after.facts
    open_now = {(f.factor.value, f.event_id) for f in facts.facts}
    mine = {one for one in after.file.opened_here if one in open_now}
    over = {(factor, told) for factor, told in mine if factor not in now}
    facts = FactBook(tuple(f for f in facts.facts if (f.factor.value, f.event_id) not in over))
    mine -= over
    told = id_of(event)
    known = {factor for factor, _ in mine}
    for factor in sorted(f for f in now if f.value not in known):
        if told is not None:
            left = by_departure and factor is RiskFactor.RF_16
            facts = facts.opened(factor, event, **(_left(after, event) if left else {}))
            mine.add((factor.value, told))
    file = replace(after.file, opened_here=frozenset(mine))
    named = after.care.has_named_carer
    return replace(after, file=file, facts=_with_carer(facts, named=named))


def _left(child: Child, event: Event[Any]) -> dict[str, datetime]:
    """Since the later departure of those who are away; what was before the file was kept nobody could have seen."""
    away = [p.away_from for p in child.care.parents if p.gone and p.away_from is not None]
    kept = child.visits.contact.begun_on
    if kept is None or not away:
        return {}
    since = datetime.combine(max(kept, *away), time.min, SHANGHAI)
    return {"since": min(since, event.told.occurred_at)}


def _need(child: Child) -> EntrustedCareStatus:
    """NEEDED as long as RF-16 holds, and no longer."""
    care = child.care
    if care.unguarded:
        return EntrustedCareStatus.NEEDED
    if care.entrusted is EntrustedCareStatus.NEEDED:
        return EntrustedCareStatus.NONE
    return care.entrusted


def _with_carer(facts: FactBook, *, named: bool) -> FactBook:
    """RF-33 and RF-37 ask whether somebody looks after the child now (R-E5)."""
    for factor in (RiskFactor.RF_33, RiskFactor.RF_37):
        fact = facts.find(factor)
        if fact is not None and fact.carer_named != named:
            facts = facts.changed(factor, carer_named=named)
    return facts


def id_of(event: Event[Any]) -> UUID | None:
    """The identity of a fact; None where it was never decided."""
    return event.stamp.event_id if event.stamp else None
