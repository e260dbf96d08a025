"""安置通则 · What holds for every placement, whatever its kind (D.2).

The child's good is the first reason (CN2017-2-b, CQ2024-1-a); where the text says so the child is heard
and handed over in writing before it counts as placed (CN2017-4.2-c, CN2017-4.2-d); one child is in one
placement at a time.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Annotated
from uuid import UUID

from domain.case.duties import handover_is_required, opinion_is_required
from domain.case.escort import BEST_INTEREST
from domain.case.notices import PLACEMENT_NEEDS_BEST_INTEREST
from domain.case.placement_state import Placement
from domain.case.state import Case
from domain.kernel import Command, Message, Refusal
from domain.labels import name_fields
from domain.sensitivity import P0, P2, P4, P6_ADDRESS
from domain.terms.emergency import OpinionSubject
from domain.terms.placement import PlacementKind, SiteKind

name_fields(
    placement_id=("安置", "Placement"),
    placement_kind=("安置种类", "Kind of placement"),
    site_kind=("安置场所类别", "Kind of site"),
    site_unit_id=("安置场所", "Site"),
    site_address=("安置地址", "Address of the site"),
    placed_with=("安置照料人", "Placed with"),
    follows_placement_id=("接续的安置", "Follows the placement"),
)

ALREADY_PLACED = Refusal(
    "already_placed",
    zh="该儿童已在安置中,须先变更或终止",
    en="The child is placed already: change or end that first",
)
NOT_PLACED = Refusal("not_placed", zh="该儿童没有进行中的安置", en="The child is in no placement")
PLACEMENT_OPINION_MISSING = Refusal(
    "placement_opinion_missing",
    zh="须先征求儿童本人意见",
    en="The child must be asked first",
    clauses=("CN2017-4.3-c",),
)
HANDOVER_MISSING = Refusal(
    "handover_missing",
    zh="须先办理书面交接手续",
    en="The child must be handed over in writing first",
    clauses=("CN2017-4.2-c",),
)
UNKNOWN_HANDOVER = Refusal(
    "unknown_handover", zh="没有此书面交接", en="There is no such written handover"
)


class Site(Message):
    """Where the child stays; the address protects it, and so does whatever gives it away."""

    site_kind: Annotated[SiteKind, P6_ADDRESS]
    site_unit_id: Annotated[UUID | None, P6_ADDRESS] = None
    site_address: Annotated[str | None, P6_ADDRESS] = None
    placed_with: Annotated[str | None, P6_ADDRESS] = None


class Placing(Site):
    """A decision to place one child."""

    child_id: Annotated[UUID | None, P2] = None
    handover_id: Annotated[UUID | None, P0] = None
    best_interest_reason: Annotated[str, P4]


def may_follow(
    case: Case, child_id: UUID | None, after: Collection[PlacementKind]
) -> Placement | None:
    """The running placement that the new one follows; refuses where it may not follow it."""
    running = case.placement.running(child_id)
    if running is not None and running.kind not in after:
        raise ALREADY_PLACED(field="childId")
    return running


def in_care(case: Case, child_id: UUID | None) -> Placement:
    """The child's placement; refuses where the child is not (yet) there."""
    running = case.placement.running(child_id)
    if running is None or not running.in_care:
        raise NOT_PLACED(field="childId")
    return running


def decided_well(command: Command[Case], case: Case, child_id: UUID | None, reason: str) -> None:
    """With a reason in the child's best interest, and with the child heard."""
    if not reason.strip():
        raise PLACEMENT_NEEDS_BEST_INTEREST(
            cite=command.rules.binding(*BEST_INTEREST), field="bestInterestReason"
        )
    heard = any(
        case.emergency.has_heard(child_id, about)
        for about in (OpinionSubject.PLACEMENT, OpinionSubject.ESCORT_PLACE)
    )
    if opinion_is_required(command.rules) and not heard:
        raise PLACEMENT_OPINION_MISSING(cite=command.rules.cite("child_opinion_on_escort"))


def handover_for(
    command: Command[Case], case: Case, child_id: UUID | None, given: UUID | None
) -> UUID | None:
    """The written handover this move rests on: one that no earlier move rested on.

    Refuses an unknown one, and where the text demands one and there is none.
    """
    fresh = [
        h
        for h in case.emergency.handovers
        if h.child_id == child_id and h.handover_id not in case.placement.used_handovers
    ]
    if given is not None and given not in {h.handover_id for h in fresh}:
        raise UNKNOWN_HANDOVER(field="handoverId")
    found = given or (fresh[-1].handover_id if fresh else None)
    if found is None and handover_is_required(command.rules):
        raise HANDOVER_MISSING(cite=command.rules.cite("handover"), field="handoverId")
    return found
