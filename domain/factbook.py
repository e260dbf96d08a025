"""风险事实 · The fact book: which risk facts stand open on a stream, and which event opened each (domain model F.1).

Chapters open and close facts in their ``evolve``; the tier rules read them (``domain.risk``). A fact is never scored,
only cited: it carries the id of the event it came from, and the packs in force on its own day.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from domain.kernel import Event
from domain.replacing import replace
from domain.risk import RiskFact, RiskFactor
from domain.sensitivity import P5


@dataclass(frozen=True)
class FactBook:
    """The open facts of one stream, in the order they were opened; one factor may have several sources."""

    facts: tuple[RiskFact, ...] = ()

    def opened(self, factor: RiskFactor, event: Event[Any], **more: Any) -> FactBook:
        """With ``factor`` open because of ``event``.

        Another event that says the same is another fact: a new suspect with access to the child must not hide behind
        an earlier one who has none.
        """
        stamp = event.stamp
        if stamp is None:  # an event that was never decided has no identity to cite
            return self
        more.setdefault("since", stamp.occurred_at)
        more.setdefault("existence", type(event).existence_class)
        fact = RiskFact(factor=factor, event_id=stamp.event_id, packs=stamp.packs or None, **more)
        others = (f for f in self.facts if (f.factor, f.event_id) != (factor, fact.event_id))
        return FactBook((*others, fact))

    def opened_for(
        self, factor: RiskFactor, event: Event[Any], children: Collection[UUID], **more: Any
    ) -> FactBook:
        """With ``factor`` open because of ``event`` for each of these children; where none is named, for all."""
        book = self.opened(factor, event, **more)
        if not children or book is self:
            return book
        *others, fact = book.facts
        return FactBook((*others, *(replace(fact, child_id=child) for child in children)))

    def changed(self, factor: RiskFactor, **more: Any) -> FactBook:
        """With other details for every open fact of ``factor``; nothing where it is not open."""
        return FactBook(tuple(replace(f, **more) if f.factor is factor else f for f in self.facts))

    def changed_for(
        self,
        factor: RiskFactor,
        child_id: UUID | None,
        children: Collection[UUID],
        **more: Any,
    ) -> FactBook:
        """With other details for this one of the children; what was said of all is said of each from then on."""
        apart = self.left_for(factor, children) if child_id and len(children) > 1 else self
        return FactBook(
            tuple(
                replace(f, **more) if f.factor is factor and f.child_id in {None, child_id} else f
                for f in apart.facts
            )
        )

    def closed(self, *factors: RiskFactor) -> FactBook:
        """Without ``factors``."""
        return FactBook(tuple(f for f in self.facts if f.factor not in factors))

    def closed_of(self, child_id: UUID, *factors: RiskFactor) -> FactBook:
        """Without ``factors`` where they were said of this child by name; what was said of all stands."""
        return FactBook(
            tuple(f for f in self.facts if f.factor not in factors or f.child_id != child_id)
        )

    def left_for(self, factor: RiskFactor, children: Collection[UUID]) -> FactBook:
        """With ``factor`` for these children alone: what was said of every child is said of each of them."""
        kept: list[RiskFact] = []
        for fact in self.facts:
            if fact.factor is not factor or fact.child_id in children:
                kept.append(fact)
            elif fact.child_id is None:
                kept += [replace(fact, child_id=child) for child in children]
        return FactBook(tuple(kept))

    def over_for(
        self, factor: RiskFactor, these: Collection[UUID | None], children: Collection[UUID]
    ) -> FactBook:
        """Without ``factor`` for these of the children; the others keep it."""
        return self.left_for(factor, [child for child in children if child not in these])

    def without(self, event_id: UUID | None) -> FactBook:
        """Without what one event said: a second source of the same factor stays open."""
        return FactBook(tuple(f for f in self.facts if f.event_id != event_id))

    def find(self, factor: RiskFactor) -> RiskFact | None:
        """The first open fact of this factor."""
        return next((f for f in self.facts if f.factor is factor), None)

    @property
    def flagged(self) -> tuple[RiskFact, ...]:
        """Those that a care flag may stand for: a child's own offending shows by none (domain model A.2 rule 7)."""
        return tuple(f for f in self.facts if f.existence is not P5)

    def source(self, factor: RiskFactor) -> UUID | None:
        """The event that opened it."""
        found = self.find(factor)
        return found.event_id if found else None
