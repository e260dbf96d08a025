"""委托终止 · Entrusted care ends: a parent is back, the age is reached, the carer cannot go on (D.4).

Ending is all that can happen to a carer. Revocation is for guardians: a carer never had guardianship, only the care of
a child (scenario of the violent uncle; SH2020-4.4-g speaks of 监护人).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated
from uuid import UUID

from domain.child.care_state import EntrustedCareStatus
from domain.child.standing import settled
from domain.child.state import Child
from domain.child.turns import HAS_CARER
from domain.kernel import Command, Event
from domain.labels import name_fields
from domain.replacing import replace
from domain.risk import RiskFactor
from domain.sensitivity import P0, P2, P4
from domain.terms.care import CareEndReason

name_fields(
    carer_id=("受委托照护人编号", "Entrusted carer"),
    care_end_reason=("委托终止原因", "Why entrusted care ended"),
    care_end_note=("委托终止说明", "Note on the ending of care"),
)


class EntrustedCareEnded(
    Event[Child], name="child.entrusted_care_ended", zh="委托照护已终止", en="Entrusted care ended"
):
    carer_id: Annotated[UUID | None, P0]
    care_end_reason: Annotated[CareEndReason, P2]
    care_end_note: Annotated[str | None, P4] = None

    def evolve(self, state: Child) -> Child:
        care = replace(
            state.care,
            entrusted=EntrustedCareStatus.ENDED,
            carer_id=None,
            carer_person_id=None,
            agreement_signed=False,
            child_in_need=False,
        )
        facts = state.facts.closed(RiskFactor.RF_17)
        return settled(replace(state, care=care, facts=facts), self)


def care_ended(state: Child, reason: CareEndReason) -> EntrustedCareEnded:
    """The end that follows from another fact."""
    return EntrustedCareEnded(carer_id=state.care.carer_id, care_end_reason=reason)


class EndEntrustedCare(
    Command[Child],
    name="child.end_entrusted_care",
    zh="终止委托照护",
    en="End entrusted care",
    when=HAS_CARER,
    clauses=("CQ2016-3.1-c", "SH2024-2.2.5-c", "CQ2024-2.1-c"),
):
    care_end_reason: Annotated[CareEndReason, P2]
    care_end_note: Annotated[str | None, P4] = None

    def decide(self, state: Child) -> Iterator[Event[Child]]:
        yield EntrustedCareEnded.of(self, carer_id=state.care.carer_id)
