"""风险事实 · Which risk facts follow from who is there and what the file says, and open or close with it (F.1).

Only what *changes* opens or closes: a fact that another chapter opened for a reason of its own is not closed because
this one has nothing to add.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import UUID

from domain.child.care_state import EntrustedCareStatus
from domain.child.state import Child
from domain.factbook import FactBook
from domain.kernel import Event
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


def settled(before: Child, after: Child, event: Event[Any]) -> Child:
    """``after`` with the need for entrusted care and the risk facts that ``event`` made true or ended."""
    after = replace(after, care=replace(after.care, entrusted=_need(after)))
    was, now = standing(before), standing(after)
    facts = after.facts.closed(*sorted(was - now))
    for factor in sorted(now - was):
        facts = facts.opened(factor, event)
    return replace(after, facts=_with_carer(facts, named=after.care.has_named_carer))


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
