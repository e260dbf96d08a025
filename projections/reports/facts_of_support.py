"""就学与待遇事实行 · What reports count of dropout cases and of entitlements, shaped as in ``facts``."""

from __future__ import annotations

from datetime import date
from typing import Annotated
from uuid import UUID

from domain.sensitivity import P0, P2, P3, P3_SCHOOL
from projections.readmodel import ReadModel


class DropoutFact(
    ReadModel,
    table="report_dropout",
    key=("dropout_id", "from_position"),
    private=True,
    indexes=("child_id",),
    zh="辍学事实行",
    en="Facts of a dropout",
):
    """One dropout case. ``stage``: of D.5, or AGAIN where the pupil dropped out anew before the case was cleared."""

    dropout_id: Annotated[UUID, P0]
    from_position: Annotated[int, P0]
    until_position: Annotated[int | None, P0]
    digest: Annotated[str, P0]
    event_id: Annotated[UUID, P0]
    child_id: Annotated[UUID, P0]
    places: Annotated[tuple[str, ...], P0]
    stage: Annotated[str, P0]
    on_file: Annotated[bool, P0]
    """Whether the child's file stands; a closed one keeps its matters, and nobody has them to do."""
    registered_on: Annotated[date | None, P3_SCHOOL]
    reported_to: Annotated[tuple[str, ...], P2]
    """Who was told in writing."""
    not_told: Annotated[tuple[str, ...], P2]
    """Who must still be told."""
    back_on: Annotated[date | None, P3_SCHOOL]
    cleared_on: Annotated[date | None, P3_SCHOOL]


class EntitlementItemFact(
    ReadModel,
    table="report_entitlement",
    key=("item_id", "from_position"),
    private=True,
    indexes=("child_id",),
    zh="待遇事实行",
    en="Facts of an entitlement",
):
    """One entitlement asked for one child (D.6); ``opened_on``: the day the question arose."""

    item_id: Annotated[UUID, P0]
    from_position: Annotated[int, P0]
    until_position: Annotated[int | None, P0]
    digest: Annotated[str, P0]
    event_id: Annotated[UUID, P0]
    child_id: Annotated[UUID, P0]
    places: Annotated[tuple[str, ...], P0]
    entitlement: Annotated[str | None, P3]
    """None: hardship was found, and nobody has said yet which one helps."""
    status: Annotated[str, P0]
    on_file: Annotated[bool, P0]
    route: Annotated[str | None, P2]
    opened_on: Annotated[date, P0]
    decide_by: Annotated[date | None, P2]
    granted_from_on: Annotated[date | None, P3]


SUPPORT_FACTS: tuple[type[ReadModel], ...] = (DropoutFact, EntitlementItemFact)
