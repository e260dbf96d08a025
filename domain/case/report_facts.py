"""报告与风险 · Which risk fact a reported situation or a finding is (domain model F.1).

Suspicion is enough: a fact opens with the very report, and closes when it proves unfounded or is
over.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any
from uuid import UUID

from domain.factbook import FactBook
from domain.kernel import Event
from domain.risk import RiskFactor
from domain.terms.emergency import Finding, InfringementKind
from domain.terms.reports import Trigger

REPORTED: Mapping[Trigger, RiskFactor] = {
    Trigger.LIVING_ALONE: RiskFactor.RF_01,
    Trigger.OUT_OF_GUARDIANSHIP: RiskFactor.RF_01,  # 脱离监护: RF-01 cites CQ2024-3.1-g
    Trigger.MISSING: RiskFactor.RF_02,
    Trigger.GUARDIAN_INCAPABLE: RiskFactor.RF_03,
    Trigger.GUARDIAN_NOT_PERFORMING: RiskFactor.RF_04,
    Trigger.GUARDIANSHIP_MISSING: RiskFactor.RF_05,
    Trigger.SUSPECTED_DV: RiskFactor.RF_06,
    Trigger.SUSPECTED_ACCIDENT: RiskFactor.RF_07,
    Trigger.SUSPECTED_INFRINGEMENT: RiskFactor.RF_08,
    Trigger.EXPLOITED_FOR_CRIME: RiskFactor.RF_11,
}

FOUND: Mapping[Finding, RiskFactor] = {
    Finding.LIVING_ALONE: RiskFactor.RF_01,
    Finding.MISSING: RiskFactor.RF_02,
    Finding.GUARDIAN_INCAPABLE: RiskFactor.RF_03,
    Finding.GUARDIAN_NOT_PERFORMING: RiskFactor.RF_04,
    Finding.DOMESTIC_VIOLENCE: RiskFactor.RF_06,
    Finding.ACCIDENTAL_INJURY: RiskFactor.RF_07,
    Finding.OTHER_INFRINGEMENT: RiskFactor.RF_08,
}

GRAVE: Mapping[InfringementKind, RiskFactor] = {
    InfringementKind.SEXUAL_ABUSE: RiskFactor.RF_10,
    InfringementKind.SELLING: RiskFactor.RF_10,
    InfringementKind.USED_FOR_CRIME: RiskFactor.RF_11,
}

INFRINGEMENTS = (RiskFactor.RF_06, RiskFactor.RF_08, RiskFactor.RF_10, RiskFactor.RF_11)
NO_CARE = (RiskFactor.RF_01, RiskFactor.RF_05, RiskFactor.RF_13)
"""What is over once somebody named looks after the child; that a guardian fails (RF-03, RF-04) is
for the assessment to end."""
CARER_WANTED = (RiskFactor.RF_33, RiskFactor.RF_37)
"""The guardian is gone by law or by a sudden event: whether anybody else cares is part of the fact (R-E5)."""


def report_opens(facts: FactBook, triggers: Iterable[Trigger], event: Event[Any]) -> FactBook:
    """With the facts that a report says."""
    for trigger in triggers:
        if factor := REPORTED.get(trigger):
            facts = facts.opened(factor, event, suspected=True)
    return facts


def report_closes(
    facts: FactBook,
    triggers: Iterable[Trigger],
    these: Collection[UUID | None],
    children: Collection[UUID],
) -> FactBook:
    """Without the facts of situations that were reported of these children and proved not to be so."""
    for trigger in triggers:
        if factor := REPORTED.get(trigger):
            facts = facts.over_for(factor, these, children)
    return facts
