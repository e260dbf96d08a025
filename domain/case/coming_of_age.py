"""成年 · With the child's coming of age the guardianship over a minor is over, and what was to be applied for with it.
What is in court then is for the court to end; nobody else is appointed after it.

No text says so: they are about children, and the platform's age of majority is the limit (``adult_age``).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any
from uuid import UUID

from domain.case.court import GuardianshipRevoked, at_stage, without_grounds
from domain.case.revocation_grounds import is_of_age
from domain.case.state import Case
from domain.kernel import Command, Event, State
from domain.periods import local_date
from domain.reactions import Put, World, reaction
from domain.replacing import replace
from domain.sensitivity import P0, P2
from domain.terms.intervention import RevocationStage

_LAPSES = frozenset(
    {RevocationStage.AWAIT_APPLICATION, RevocationStage.FALLBACK_DUE, RevocationStage.REVOKED}
)
"""What is in court is for the court to end."""


class RevocationLapsed(
    Event[Case],
    name="case.revocation_lapsed",
    zh="撤销事项因成年终止",
    en="Revocation lapsed",
):
    """Nobody has to apply, or to have another guardian appointed, for somebody of age."""

    revocation_id: Annotated[UUID, P0]
    child_id: Annotated[UUID, P2]

    def evolve(self, case: Case) -> Case:
        """Over; its grounds weigh no longer (RF-15)."""
        revocation = case.intervention.revocation(self.revocation_id)
        stage = RevocationStage.LAPSED
        return replace(
            case,
            intervention=at_stage(case.intervention, self.revocation_id, stage),
            facts=without_grounds(case.facts, revocation),
        )


class LapseRevocation(
    Command[Case],
    name="case.lapse_revocation",
    zh="撤销事项因成年终止",
    en="Let a revocation lapse",
    by_system=True,
    needs=("child",),
):
    """Put by the clock on the birthday, and when a court revokes later."""

    revocation_id: Annotated[UUID, P0]

    def decide(self, case: Case) -> Iterator[Event[Case]]:
        """Nothing where the court has it or has decided, or the birth has been corrected meanwhile."""
        revocation = case.intervention.revocation(self.revocation_id)
        if revocation is None or revocation.stage not in _LAPSES:
            return
        file = self.linked.get(revocation.child_id)
        if is_of_age(file, self.rules, local_date(self.at)):
            yield RevocationLapsed.of(self, child_id=revocation.child_id)


@reaction
def revoked_of_somebody_of_age(
    _world: World, state: State, events: tuple[Event[Any], ...]
) -> Iterator[Put]:
    """The court has decided on somebody who came of age meanwhile: no other guardian is to be appointed."""
    for event in events:
        if isinstance(event, GuardianshipRevoked):
            yield Put(state.id, LapseRevocation(revocation_id=event.revocation_id))
