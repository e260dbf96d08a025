"""征询照料人 · Who is asked to take the child in, in the order of the text (CN2017-4.2-b).

Other guardians first, then relatives, then the residential committee, for each child that has nobody yet: who would
take in one of several is asked for that one. When nobody will or can, the police help the street to place the
child (CN2017-4.2-e), elsewhere civil affairs (Q-05).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Annotated
from uuid import UUID

from domain.case.dispatch import HANDLING
from domain.case.emergency_state import CandidateAsked
from domain.case.report_routing import who_places
from domain.case.report_state import Stage
from domain.case.state import Case
from domain.case.which_child import each_of, the_child, this_of
from domain.codec import says_more
from domain.kernel import Command, Event, Refusal
from domain.labels import name_fields
from domain.replacing import replace
from domain.sensitivity import P0, P2, P6_ADDRESS
from domain.terms.emergency import CareCandidate, DeclineReason
from domain.terms.units import UnitKind

name_fields(
    candidate_id=("征询对象", "Candidate"),
    candidate_kind=("征询对象类别", "Kind of candidate"),
    candidate_name=("征询对象姓名(名称)", "Name of the candidate"),
    nobody_of_this_kind=("没有此类对象", "There is nobody of this kind"),
    decline_reason=("不能照料的原因", "Why they decline"),
    placement_unit_kind=("安置单位类别", "Kind of unit that places"),
    placement_unit_id=("安置单位", "Unit that places"),
    place_by=("安置时限", "Place by"),
)

CANDIDATE_OUT_OF_ORDER = Refusal(
    "candidate_out_of_order",
    zh="须按规定顺序征询,前一类对象尚未征询",
    en="They are asked in the order of the text: somebody before has not been asked",
)
UNKNOWN_CANDIDATE = Refusal(
    "unknown_candidate", zh="没有征询过此对象", en="Nobody of this id was asked"
)


class CareCandidateAsked(
    Event[Case],
    name="case.care_candidate_asked",
    zh="联系临时照料人",
    en="Care candidate asked",
    version=2,
):
    """Somebody was asked to take the child in, or all who have nobody; or nobody of the kind was found."""

    candidate_id: Annotated[UUID, P0]
    candidate_kind: Annotated[CareCandidate, P2]
    candidate_name: Annotated[str | None, P6_ADDRESS] = None
    nobody_of_this_kind: Annotated[bool, P2] = False
    child_id: Annotated[UUID | None, P2] = None

    def evolve(self, case: Case) -> Case:
        """Asked; where nobody was found, that is answer enough."""
        asked = CandidateAsked(
            candidate_id=self.candidate_id,
            kind=self.candidate_kind,
            asked_for=_for_whom(case, self.child_id),
            declined=self.nobody_of_this_kind,
        )
        emergency = replace(case.emergency, candidates=(*case.emergency.candidates, asked))
        return replace(case, emergency=emergency)


# At first everybody was asked for all children of the case.
says_more("case.care_candidate_asked", 1)


class CareCandidateDeclined(
    Event[Case], name="case.care_candidate_declined", zh="拒绝临时照料", en="Candidate declined"
):
    """Somebody asked will not, or cannot."""

    candidate_id: Annotated[UUID, P0]
    decline_reason: Annotated[DeclineReason, P2]

    def evolve(self, case: Case) -> Case:
        """One candidate fewer."""
        candidates = tuple(
            replace(c, declined=True) if c.candidate_id == self.candidate_id else c
            for c in case.emergency.candidates
        )
        return replace(case, emergency=replace(case.emergency, candidates=candidates))


class PlacementRequested(
    Event[Case],
    name="case.placement_requested",
    zh="请求安置",
    en="Placement requested",
    version=2,
):
    """Nobody took the child in: the street, elsewhere civil affairs, must place it."""

    placement_unit_kind: Annotated[UnitKind, P2]
    placement_unit_id: Annotated[UUID | None, P2]
    place_by: Annotated[datetime, P2]
    child_id: Annotated[UUID | None, P2] = None

    def evolve(self, case: Case) -> Case:
        """Where the street places, it acts with the police and needs no further notice."""
        emergency = case.emergency.seeks_placement(_for_whom(case, self.child_id))
        emergency = emergency.asked_around(each_of(case))
        street = self.placement_unit_kind is UnitKind.TOWNSHIP
        told = street and case.stage is Stage.HANDLING
        return replace(case, stage=Stage.NOTIFIED if told else case.stage, emergency=emergency)


# At first it was for all children of the case.
says_more("case.placement_requested", 1)


class AskCareCandidate(
    Command[Case],
    name="case.ask_care_candidate",
    zh="联系临时照料人",
    en="Ask somebody to take the child in",
    when=HANDLING,
    clauses=("CN2017-4.2-b",),
):
    """其他监护人、亲属、居委会; for the child named, or for all who have nobody yet."""

    child_id: Annotated[UUID | None, P2] = None
    candidate_kind: Annotated[CareCandidate, P2]
    candidate_name: Annotated[str | None, P6_ADDRESS] = None
    nobody_of_this_kind: Annotated[bool, P2] = False

    def decide(self, case: Case) -> Iterator[Event[Case]]:
        """In the order of the text."""
        if self.child_id is not None:
            the_child(case, self.child_id)
        order = self.rules.sequence("care_candidates")
        before = order[: order.index(self.candidate_kind)] if self.candidate_kind in order else ()
        if any(set(before) - _asked(case, child) for child in _for_whom(case, self.child_id)):
            raise CANDIDATE_OUT_OF_ORDER(
                cite=self.rules.cite("care_candidates"), field="candidateKind"
            )
        event = CareCandidateAsked.of(self, candidate_id=self.new_id("candidate"))
        yield event
        yield from _if_nobody_is_left(self, event.evolve(case))


class RecordCandidateDecline(
    Command[Case],
    name="case.record_candidate_decline",
    zh="记录不能照料",
    en="Record that a candidate declines",
    when=HANDLING,
    clauses=("CN2017-4.2-e",),
):
    """没有意愿或条件."""

    candidate_id: Annotated[UUID, P0]
    decline_reason: Annotated[DeclineReason, P2]

    def decide(self, case: Case) -> Iterator[Event[Case]]:
        """When the last one declines, a unit must place the child. Asked for several, they decline for all."""
        found = case.emergency.candidate(self.candidate_id)
        if found is None:
            raise UNKNOWN_CANDIDATE(field="candidateId")
        if found.declined:
            return
        event = CareCandidateDeclined.of(self)
        yield event
        yield from _if_nobody_is_left(self, event.evolve(case))


def _for_whom(case: Case, child_id: UUID | None) -> frozenset[UUID | None]:
    """The child named; where none is, each of the case who has nobody yet."""
    return this_of(case, child_id) if child_id else case.emergency.in_want(each_of(case))


def _asked(case: Case, child_id: UUID | None) -> set[CareCandidate]:
    """The kinds that were asked to take this child in."""
    return {c.kind for c in case.emergency.asked_for(child_id)}


def _if_nobody_is_left(command: Command[Case], case: Case) -> Iterator[Event[Case]]:
    """The placement of a child is a duty once every kind was asked and nobody is left (Q-05)."""
    order = set(command.rules.sequence("care_candidates"))
    kind, unit = who_places(command, case.place)
    minutes = timedelta(minutes=command.rules.minutes("at_once_minutes"))
    waiting = case.emergency.in_want(each_of(case)) - case.emergency.to_place
    for child_id in case.children or (None,):
        someone_left = any(not c.declined for c in case.emergency.asked_for(child_id))
        if child_id not in waiting or someone_left or order - _asked(case, child_id):
            continue
        yield PlacementRequested(
            child_id=child_id,
            placement_unit_kind=kind,
            placement_unit_id=unit,
            place_by=command.occurred_at + minutes,
        )
