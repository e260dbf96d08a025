"""撤销事由成立 · A ground is established, and everybody who may or must apply is told at once (D.3, Q-29).

The same guardian and child make one process, whatever the grounds; a further ground tells nobody twice.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Annotated
from uuid import UUID

from domain.case.intervention import INTERVENING
from domain.case.intervention_state import Revocation
from domain.case.past_care import of_age_on
from domain.case.report_routing import unit_at
from domain.case.revocation_applicants import (
    eligible,
    file_of,
    modality_of,
    must_be_guardian,
    rules_for,
)
from domain.case.revocation_grounds import Claim, established
from domain.case.revocation_notice import Opened, told_to
from domain.case.state import Case
from domain.child.state import Child
from domain.codec import says_more
from domain.kernel import Command, Event, Refusal
from domain.labels import name_fields
from domain.periods import local_date
from domain.replacing import replace
from domain.risk import RiskFactor
from domain.rulebook import Basis, Rules
from domain.sensitivity import P0, P1, P2, P4_INJURY, P5, P5_OUTCOME
from domain.terms.intervention import Ground, GroundElement, Modality
from domain.terms.units import UnitKind

name_fields(
    revocation_ground=("撤销情形", "Ground of the revocation"),
    elements=("要件", "Elements"),
    ground_facts=("事由事实", "Facts of the ground"),
    ground_evidence=("事由证据", "Evidence of the ground"),
    ground_basis=("情形依据", "On what the ground rests"),
    relatives=("其他有资格的人、近亲属姓名", "Other qualified persons and close relatives"),
    fallback_on=("兜底申请日期", "Civil affairs must apply after"),
)

GROUND_ALREADY_ESTABLISHED = Refusal(
    "ground_already_established", zh="此情形已认定", en="This ground is established already"
)
GROUND_FACTS_MISSING = Refusal(
    "ground_facts_missing", zh="须写明事由事实", en="Say what the ground rests on"
)
GROUND_EVIDENCE_MISSING = Refusal(
    "ground_evidence_missing", zh="须列明证据", en="Name the evidence of the ground"
)


class RevocationGroundEstablished(
    Event[Case],
    name="case.revocation_ground_established",
    zh="撤销事由成立",
    en="Ground of revocation established",
    version=2,
):
    """The guardian stays on record; the child is at high risk until the court has decided (RF-15)."""

    revocation_id: Annotated[UUID, P0]
    child_id: Annotated[UUID, P2]
    guardian_id: Annotated[UUID, P5_OUTCOME]
    revocation_ground: Annotated[Ground, P4_INJURY]
    elements: Annotated[tuple[GroundElement, ...], P4_INJURY]
    ground_facts: Annotated[str, P4_INJURY]
    ground_evidence: Annotated[tuple[str, ...], P5]
    legal_basis: Annotated[str | None, P5] = None
    ground_basis: Annotated[Basis, P2]
    modality: Annotated[Modality, P2]
    application_by: Annotated[date, P2]
    fallback_on: Annotated[date | None, P2] = None
    civil_affairs_unit_id: Annotated[UUID | None, P2] = None
    of_age_on: Annotated[date | None, P1] = None

    def evolve(self, case: Case) -> Case:
        """One process a guardian and child, with one more ground."""
        known = case.intervention.revocation(self.revocation_id) or Revocation(
            revocation_id=self.revocation_id,
            child_id=self.child_id,
            guardian_id=self.guardian_id,
        )
        event_id = self.stamp.event_id if self.stamp else None
        revocation = replace(
            known,
            grounds=(*known.grounds, (self.revocation_ground, event_id)),
            fallback_on=self.fallback_on,
            of_age_on=self.of_age_on,
        )
        facts = case.facts.opened(RiskFactor.RF_15, self, child_id=self.child_id)
        return replace(case, intervention=case.intervention.put(revocation), facts=facts)


# At first nothing told when there would be no guardianship any more.
says_more("case.revocation_ground_established", 1)


class EstablishRevocationGround(
    Command[Case],
    name="case.establish_revocation_ground",
    zh="认定撤销事由成立",
    en="Establish a ground of revocation",
    when=INTERVENING,
    needs=("child", "case"),
    clauses=(
        "SH2020-4.4-d",
        "SH2020-4.4-e",
        "SH2020-4.4-f",
        "SH2020-4.4-g",
        "CQ2016-4.4-d",
        "CQ2016-4.4-e",
        "CQ2016-4.4-f",
        "CQ2016-4.4-g",
        "CN2017-4.4.3-d",
        "CN2017-4.4.3-e",
        "CN2017-4.4.3-f",
        "CN2017-4.4.3-g",
        "CN2017-4.4.3-h",
    ),
):
    """By township, civil affairs or police. ``relatives`` names others who could apply and are not on file."""

    child_id: Annotated[UUID | None, P2] = None
    guardian_id: Annotated[UUID, P5_OUTCOME]
    revocation_ground: Annotated[Ground, P4_INJURY]
    elements: Annotated[tuple[GroundElement, ...], P4_INJURY] = ()
    ground_facts: Annotated[str, P4_INJURY]
    ground_evidence: Annotated[tuple[str, ...], P5]
    legal_basis: Annotated[str | None, P5] = None
    relatives: Annotated[tuple[str, ...], P1] = ()

    def decide(self, case: Case) -> Iterator[Event[Case]]:
        """Against a guardian, by the text in force; then everybody eligible is told."""
        file = file_of(self, case, self.child_id)
        rules = rules_for(self, file)
        must_be_guardian(file, self.guardian_id, rules)
        known = case.intervention.running(file.id, self.guardian_id)
        if known is not None and known.has(self.revocation_ground):
            raise GROUND_ALREADY_ESTABLISHED(field="revocationGround")
        self._is_shown()
        established(self._claim(), rules, case, file, self._other_cases(case))
        first = self._ground(case, file, rules, known)
        yield first
        if known is None:
            opened = Opened(
                revocation_id=first.revocation_id,
                child_id=file.id,
                modality=first.modality,
                application_by=first.application_by,
            )
            who = eligible(self, rules, case, file, self.guardian_id, self.relatives)
            for number, one in enumerate(who):
                yield told_to(self, opened, one, number)

    def _is_shown(self) -> None:
        if not self.ground_facts.strip():
            raise GROUND_FACTS_MISSING(field="groundFacts")
        if not any(one.strip() for one in self.ground_evidence):
            raise GROUND_EVIDENCE_MISSING(field="groundEvidence")

    def _claim(self) -> Claim:
        return Claim(
            ground=self.revocation_ground,
            elements=frozenset(self.elements),
            guardian_id=self.guardian_id,
            legal_basis=self.legal_basis or "",
            on=local_date(self.occurred_at),
        )

    def _other_cases(self, case: Case) -> Iterator[Case]:
        """Education in an earlier case of the child is education too."""
        return (c for c in self.linked.values() if isinstance(c, Case) and c.id != case.id)

    def _ground(
        self, case: Case, file: Child, rules: Rules, known: Revocation | None
    ) -> RevocationGroundEstablished:
        today, place = local_date(self.occurred_at), file.place or case.place
        apply_by = today + timedelta(days=rules.days("revocation_application_days"))
        return RevocationGroundEstablished.of(
            self,
            child_id=file.id,
            revocation_id=known.revocation_id if known else self.new_id("revocation"),
            ground_basis=rules.basis("revocation_grounds"),
            modality=modality_of(rules),
            application_by=apply_by,
            fallback_on=known.fallback_on if known else fallback_of(rules, today),
            civil_affairs_unit_id=unit_at(self, UnitKind.DISTRICT_CIVIL_AFFAIRS, place),
            of_age_on=of_age_on(file, rules),
        )


def fallback_of(rules: Rules, today: date) -> date | None:
    """未及时…申请的 (SH2020-4.4-j): the last day for the others; None where no text knows a fallback."""
    if not rules.has("revocation_fallback"):
        return None
    return today + timedelta(days=rules.days("revocation_fallback_days"))
