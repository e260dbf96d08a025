"""应急处置 · What the rules know of the police emergency response (state machine D.1, HANDLING).

The branches run in parallel. Which duties a finding brings depends on the texts in force that day,
so the events carry them and this state only keeps the account: demanded, done, still open.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from domain.replacing import replace
from domain.terms.emergency import (
    CareCandidate,
    DangerState,
    EmergencyDuty,
    Finding,
    MetHow,
    OpinionSubject,
)
from domain.terms.measures import MeasureKind

OUT_OF_CARE = frozenset(
    {Finding.LIVING_ALONE, Finding.GUARDIAN_INCAPABLE, Finding.GUARDIAN_NOT_PERFORMING}
)
"""上述两种情形: the branches in which the parents must be tried before the child is taken away."""

ENDED_BY_CARE = (
    EmergencyDuty.SECURE_CARE,
    EmergencyDuty.ORDER_PARENTS_BACK,
    EmergencyDuty.CONTACT_PARENTS,
    EmergencyDuty.NOTIFY_PARENTS,
    EmergencyDuty.ESCORT_CHILD,
    EmergencyDuty.ASK_CARE_CANDIDATES,
    EmergencyDuty.PLACE_CHILD,
)
"""What is settled once each child has a named carer or a placement."""


TO_REACH = (EmergencyDuty.CONTACT_PARENTS, EmergencyDuty.NOTIFY_PARENTS)
"""What is done once the parents of each child have been reached."""


@dataclass(frozen=True, kw_only=True)
class CandidateAsked:
    """Somebody asked to take children in. ``declined`` also where nobody of the kind was found."""

    candidate_id: UUID
    kind: CareCandidate
    asked_for: frozenset[UUID | None] = frozenset()
    declined: bool = False


@dataclass(frozen=True, kw_only=True)
class Handover:
    """A child handed over in writing, for the placement that rests on it."""

    handover_id: UUID
    child_id: UUID | None
    receiver_unit_id: UUID | None


@dataclass(frozen=True, kw_only=True)
class MeasureTaken:
    """A measure against a guardian or carer."""

    subject_id: UUID
    kind: MeasureKind
    about_children: tuple[UUID, ...] = ()
    """Whose guardian or carer that is; none named where it is every child's of the case."""

    def concerns(self, child_id: UUID | None) -> bool:
        """Whether it was about the guardian of this child."""
        return not self.about_children or child_id in self.about_children


@dataclass(frozen=True, kw_only=True)
class EmergencyState:
    """What was found, what follows from it, and what has been done."""

    findings: frozenset[Finding] = frozenset()
    dangers: frozenset[DangerState] = frozenset()
    demanded: frozenset[EmergencyDuty] = frozenset()
    done: frozenset[EmergencyDuty] = frozenset()
    contacts: tuple[frozenset[UUID | None], ...] = ()
    """The attempts to reach a parent: of which children that is the parent."""
    tried: frozenset[UUID] = frozenset()
    reached: frozenset[UUID] = frozenset()
    parents_unreachable: frozenset[UUID | None] = frozenset()
    """The children of whom no parent could be reached; None while nobody knows who the child is."""
    parents_reached: frozenset[UUID | None] = frozenset()
    """The children of whom one has been reached, until that is so for all and the duty is done."""
    ordered_back: frozenset[UUID | None] = frozenset()
    """The children whose parents were ordered back, until those of all were and the duty is done."""
    to_escort: frozenset[UUID | None] = frozenset()
    """The children still to be brought to somebody."""
    escorted: frozenset[UUID | None] = frozenset()
    to_place: frozenset[UUID | None] = frozenset()
    """The children for whom a placement is asked, until they have one or somebody cares for them."""
    brought_to: frozenset[tuple[UUID | None, UUID]] = frozenset()
    """The unit to which a child was brought last: it has to receive it, before anybody has decided (SH2020-4.2-g)."""
    done_for: frozenset[tuple[EmergencyDuty, UUID | None]] = frozenset()
    """The children for whom a duty is done, until it is done for all."""
    not_owed: frozenset[tuple[EmergencyDuty, UUID | None]] = frozenset()
    """The children a duty is not about, where it was asked for others of them alone."""
    said_of: frozenset[tuple[str, UUID | None]] = frozenset()
    """Of which children each finding and each danger (by its code) was found, until it is over for them."""
    to_dissuade: frozenset[UUID | None] = frozenset()
    """The children whose guardians are still to be dissuaded or stopped (Q-17)."""
    candidates: tuple[CandidateAsked, ...] = ()
    opinions: frozenset[tuple[UUID | None, OpinionSubject]] = frozenset()
    handovers: tuple[Handover, ...] = ()
    measures: tuple[MeasureTaken, ...] = ()
    to_penalise: frozenset[UUID] = frozenset()
    """Who has done it again and is not penalised yet."""
    searched_for: frozenset[UUID | None] = frozenset()
    """The missing children for whom a search runs; None while nobody knows who the child is."""
    met: frozenset[tuple[UUID, UUID, MetHow]] = frozenset()
    """The missing children that turned up in another case, in which, and how: told to whoever searches."""
    cared_for: frozenset[UUID] = frozenset()
    found: bool = False
    """The police have found something in what was reported."""
    township_notified: bool = False
    township_notice_due_at: datetime | None = None
    township_notice_overdue: bool = False
    dispatch_due_at: datetime | None = None
    in_custody_of_law: bool = False
    """The case began with the question about children of a detained guardian (CN2017-3.4-c)."""
    custody_ends_on: date | None = None
    """When that guardian is expected back, as far as it was said."""

    @property
    def open_duties(self) -> tuple[EmergencyDuty, ...]:
        """What is still to do, most urgent first; a running search comes before all (SH2020-4.2-i).

        >>> EmergencyState().open_duties
        ()
        """
        left = self.demanded - self.done
        return tuple(duty for duty in EmergencyDuty if duty in left)

    @property
    def search_running(self) -> bool:
        """Whether any child is being searched for."""
        return bool(self.searched_for)

    def not_asked_yet(self, *duties: EmergencyDuty) -> tuple[EmergencyDuty, ...]:
        """Of these duties those that are not open already."""
        return tuple(duty for duty in duties if duty not in self.open_duties)

    def demands(self, duties: Iterable[EmergencyDuty]) -> EmergencyState:
        """With these duties, also where one was done before: a new finding asks for it anew."""
        new = frozenset(duties)
        kept = frozenset((duty, child) for duty, child in self.done_for if duty not in new)
        owed = frozenset((duty, child) for duty, child in self.not_owed if duty not in new)
        demanded = self.demanded | new
        return replace(self, demanded=demanded, done=self.done - new, done_for=kept, not_owed=owed)

    def demands_for(
        self,
        duties: Iterable[EmergencyDuty],
        these: frozenset[UUID | None],
        everybody: frozenset[UUID | None],
    ) -> EmergencyState:
        """With these duties for these children; for the others as before, and not at all where nobody asked it."""
        asked = tuple(duties)
        new = self.not_asked_yet(*asked)
        others = frozenset((duty, child) for duty in new for child in everybody - these)
        state = self.asks(asked, these)
        return replace(state, not_owed=state.not_owed | others)

    def asks(
        self, duties: Iterable[EmergencyDuty], these: frozenset[UUID | None]
    ) -> EmergencyState:
        """With these duties; one that was open for others of the children is now open for these too."""
        asked = tuple(duties)
        state = self.demands(self.not_asked_yet(*asked))
        mine = {(duty, child) for duty in asked for child in these}
        return replace(state, done_for=state.done_for - mine, not_owed=state.not_owed - mine)

    def in_want(self, everybody: frozenset[UUID | None]) -> frozenset[UUID | None]:
        """Of these children those nobody cares for yet, as far as care, a way or a place is asked for them."""
        care, meant = EmergencyDuty.SECURE_CARE, self.to_escort | self.to_place
        spared = frozenset(c for duty, c in self.not_owed if duty is care) - meant
        return everybody - self.cared_for - spared

    def asked_of(self, duty: EmergencyDuty, these: frozenset[UUID | None]) -> bool:
        """Whether this duty is open for each of these children."""
        done = {(duty, child) for child in these} & (self.done_for | self.not_owed)
        return duty in self.open_duties and not done

    def is_said_of(self, what: Finding | DangerState, these: frozenset[UUID | None]) -> bool:
        """Whether this was found of each of these children, and is not over for any."""
        return {(what.value, child) for child in these} <= self.said_of

    def findings_of(self, child_id: UUID | None) -> frozenset[Finding]:
        """What was found of this child and is not over for it, whatever was found of another."""
        return frozenset(one for one in self.findings if (one.value, child_id) in self.said_of)

    def dangers_of(self, child_id: UUID | None) -> frozenset[DangerState]:
        """What danger this child is in."""
        return frozenset(one for one in self.dangers if (one.value, child_id) in self.said_of)

    def attempts_for(self, these: frozenset[UUID | None]) -> int:
        """How often a parent of these children was tried."""
        return sum(bool(children & these) for children in self.contacts)

    def says(
        self, what: Iterable[Finding | DangerState], these: frozenset[UUID | None]
    ) -> EmergencyState:
        """With this found of these children."""
        new = {(one.value, child) for one in what for child in these}
        return replace(self, said_of=self.said_of | new)

    def is_over_for(
        self, what: Iterable[Finding | DangerState], these: frozenset[UUID | None]
    ) -> EmergencyState:
        """With this over for these children: found once more, it is news."""
        over = {(one.value, child) for one in what for child in these}
        return replace(self, said_of=self.said_of - over)

    def did(self, *duties: EmergencyDuty) -> EmergencyState:
        """With these duties done."""
        return replace(self, done=self.done.union(duties))

    def did_for(
        self,
        duty: EmergencyDuty,
        these: frozenset[UUID | None],
        everybody: frozenset[UUID | None],
    ) -> EmergencyState:
        """With this duty done for these children; it is done once it is so for everybody."""
        done_for = self.done_for | {(duty, child) for child in these}
        if {(duty, child) for child in everybody} <= done_for | self.not_owed:
            left = frozenset(one for one in done_for if one[0] is not duty)
            return replace(self, done_for=left).did(duty)
        return replace(self, done_for=done_for)

    def is_done_for_some(self, duty: EmergencyDuty) -> bool:
        """Whether it was done for one child, and is open for another."""
        return any(one is duty for one, _ in self.done_for)

    def with_care(self, child_id: UUID | None, children: Iterable[UUID]) -> EmergencyState:
        """With somebody named, or a placement, for this child; when for all, the branches end."""
        cared = self.cared_for | (frozenset((child_id,)) if child_id else frozenset())
        everybody = frozenset[UUID | None](children)
        state = replace(self, cared_for=cared).is_over_for(OUT_OF_CARE, frozenset({child_id}))
        if state.in_want(everybody):
            tried = state.parents_tried(everybody).placed(child_id).asked_around(everybody)
            return tried.brought(child_id) if child_id in self.to_escort else tried
        ended = replace(
            state,
            findings=self.findings - OUT_OF_CARE,
            ordered_back=frozenset(),
            to_escort=frozenset(),
            to_place=frozenset(),
        )
        return ended.did(*ENDED_BY_CARE)

    def parents_tried(self, everybody: frozenset[UUID | None]) -> EmergencyState:
        """With those duties done that are done for the parents of each child not cared for yet (四(二))."""
        waiting, state = self.in_want(everybody), self
        if waiting <= state.parents_reached:
            state = replace(state, parents_reached=frozenset()).did(*TO_REACH)
        if waiting <= state.ordered_back:
            state = replace(state, ordered_back=frozenset())
            state = state.did(EmergencyDuty.ORDER_PARENTS_BACK)
        return state

    def is_with(self, child_id: UUID | None, unit_id: UUID | None) -> EmergencyState:
        """With the child at this unit, or at none; where it was brought earlier it is no more."""
        others = frozenset(one for one in self.brought_to if one[0] != child_id)
        there = frozenset({(child_id, unit_id)}) if unit_id else frozenset()
        return replace(self, brought_to=others | there)

    def brought(self, child_id: UUID | None) -> EmergencyState:
        """With this child to be brought nowhere any more; nor is anybody, once each who was to be has been."""
        left = self.to_escort - {child_id}
        state = replace(self, to_escort=left)
        return state if left else state.did(EmergencyDuty.ESCORT_CHILD)

    def seeks_placement(self, children: frozenset[UUID | None]) -> EmergencyState:
        """With these children to be placed."""
        state = replace(self, to_place=self.to_place | children)
        return state.demands((EmergencyDuty.PLACE_CHILD,))

    def placed(self, child_id: UUID | None) -> EmergencyState:
        """With this child to be placed no more; the duty is done once nobody is."""
        if child_id not in self.to_place:
            return self
        left = self.to_place - {child_id}
        state = replace(self, to_place=left)
        return state if left else state.did(EmergencyDuty.PLACE_CHILD)

    def asked_around(self, everybody: frozenset[UUID | None]) -> EmergencyState:
        """With nobody more to be asked, once each child has a carer or is to be placed (CN2017-4.2-e)."""
        waiting = self.in_want(everybody) - self.to_place
        return self if waiting else self.did(EmergencyDuty.ASK_CARE_CANDIDATES)

    def named(self, child_id: UUID) -> EmergencyState:
        """What was done for a child nobody knew was done for this child."""

        def known(children: frozenset[UUID | None]) -> frozenset[UUID | None]:
            return frozenset(child_id if c is None else c for c in children)

        return replace(
            self,
            ordered_back=known(self.ordered_back),
            to_escort=known(self.to_escort),
            to_dissuade=known(self.to_dissuade),
            done_for=frozenset((d, child_id if c is None else c) for d, c in self.done_for),
            not_owed=frozenset((d, child_id if c is None else c) for d, c in self.not_owed),
            said_of=frozenset((w, child_id if c is None else c) for w, c in self.said_of),
            escorted=known(self.escorted),
            contacts=tuple(known(children) for children in self.contacts),
            to_place=known(self.to_place),
            candidates=tuple(replace(c, asked_for=known(c.asked_for)) for c in self.candidates),
            brought_to=frozenset((child_id if c is None else c, u) for c, u in self.brought_to),
            searched_for=known(self.searched_for),
            parents_unreachable=known(self.parents_unreachable),
            parents_reached=known(self.parents_reached),
            opinions=frozenset((child_id if c is None else c, o) for c, o in self.opinions),
            handovers=tuple(
                replace(h, child_id=child_id) if h.child_id is None else h for h in self.handovers
            ),
        )

    def candidate(self, candidate_id: UUID) -> CandidateAsked | None:
        """The candidate of this id."""
        return next((c for c in self.candidates if c.candidate_id == candidate_id), None)

    def asked_for(self, child_id: UUID | None) -> tuple[CandidateAsked, ...]:
        """Everybody who was asked to take this child in."""
        return tuple(c for c in self.candidates if child_id in c.asked_for)

    def has_heard(self, child_id: UUID | None, subject: OpinionSubject) -> bool:
        """Whether the child was asked; that it cannot express itself is an answer too."""
        return (child_id, subject) in self.opinions

    def handover_of(self, child_id: UUID | None) -> Handover | None:
        """The latest written handover of this child."""
        return next((h for h in reversed(self.handovers) if h.child_id == child_id), None)

    def penalised(self, subject_id: UUID) -> EmergencyState:
        """With this person penalised; the duty is done once everybody is who did it again."""
        left = self.to_penalise - {subject_id}
        state = replace(self, to_penalise=left)
        return state if left else state.did(EmergencyDuty.IMPOSE_PENALTY)

    def measures_against(self, subject_id: UUID) -> frozenset[MeasureKind]:
        """The measures already taken against this person."""
        return frozenset(m.kind for m in self.measures if m.subject_id == subject_id)
