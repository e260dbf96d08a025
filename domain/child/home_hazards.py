"""居家安全隐患 · Hazards in and around the home, until they are rectified (CQ2024-2.6-m, CQ2024-2.6-k)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated
from uuid import UUID

from domain.child.standing import id_of
from domain.child.state import ON_FILE, Child
from domain.child.visits_state import Hazard
from domain.kernel import Command, Event, Refusal
from domain.labels import name_fields
from domain.replacing import replace
from domain.risk import RiskFactor
from domain.sensitivity import P0, P3
from domain.terms.visits import HomeHazardKind

name_fields(
    hazard_id=("隐患", "Hazard"),
    hazard_kind=("隐患种类", "Kind of hazard"),
    hazard_note=("隐患情况", "What the hazard is"),
    rectification=("整改情况", "How it was rectified"),
)

UNKNOWN_HAZARD = Refusal(
    "unknown_hazard", zh="没有此项待整改隐患", en="There is no such open hazard"
)
RECTIFICATION_MISSING = Refusal(
    "rectification_missing",
    zh="须说明如何整改",
    en="Say how it was rectified",
    clauses=("CQ2024-2.6-k",),
)


class HomeHazardFound(
    Event[Child], name="child.home_hazard_found", zh="发现居家隐患", en="Home hazard found"
):
    hazard_id: Annotated[UUID, P0]
    hazard_kind: Annotated[HomeHazardKind, P3]
    hazard_note: Annotated[str | None, P3] = None

    def evolve(self, state: Child) -> Child:
        new = Hazard(hazard_id=self.hazard_id, kind=self.hazard_kind, event_id=id_of(self))
        others = tuple(h for h in state.visits.hazards if h.hazard_id != self.hazard_id)
        return replace(
            state,
            visits=replace(state.visits, hazards=(*others, new)),
            facts=state.facts.opened(RiskFactor.RF_32, self),
        )


class FindHomeHazard(
    Command[Child],
    name="child.find_home_hazard",
    zh="登记居家隐患",
    en="Record a home hazard",
    when=ON_FILE,
    clauses=("CQ2024-2.6-m", "CQ2024-2.6-k", "CQ2024-3.1-e"),
):
    """Found otherwise than on a home visit."""

    hazard_kind: Annotated[HomeHazardKind, P3]
    hazard_note: Annotated[str | None, P3] = None

    def decide(self, _state: Child) -> Iterator[Event[Child]]:
        yield HomeHazardFound.of(self, hazard_id=self.new_id("hazard"))


class HomeHazardRectified(
    Event[Child], name="child.home_hazard_rectified", zh="隐患已整改", en="Home hazard rectified"
):
    hazard_id: Annotated[UUID, P0]
    rectification: Annotated[str, P3]

    def evolve(self, state: Child) -> Child:
        found = state.visits.hazard(self.hazard_id)
        if found is None:
            return state
        left = tuple(h for h in state.visits.hazards if h is not found)
        return replace(
            state,
            visits=replace(state.visits, hazards=left),
            facts=state.facts.without(found.event_id),
        )


class RectifyHomeHazard(
    Command[Child],
    name="child.rectify_home_hazard",
    zh="整改居家隐患",
    en="Rectify a home hazard",
    when=ON_FILE,
    clauses=("CQ2024-2.6-k",),
):
    """加强安全隐患排查整治."""

    hazard_id: Annotated[UUID, P0]
    rectification: Annotated[str, P3]

    def decide(self, state: Child) -> Iterator[Event[Child]]:
        if state.visits.hazard(self.hazard_id) is None:
            raise UNKNOWN_HAZARD(field="hazardId")
        if not self.rectification.strip():
            raise RECTIFICATION_MISSING(field="rectification")
        yield HomeHazardRectified.of(self)
