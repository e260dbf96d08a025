"""学校与行为事实行 · What reports count of a child at school, and of one in a conduct case.

Shaped as in ``facts``: versions between positions of the log, ``event_id`` the event a figure is traced to.
"""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from domain.sensitivity import P0, P2, P5
from projections.readmodel import ReadModel


class PupilFact(
    ReadModel,
    table="report_pupil",
    key=("child_id", "from_position"),
    private=True,
    zh="结对事实行",
    en="Facts of a pupil",
):
    """Where a child on file is enrolled, which pairings its school owes, and which there are (T-23, T-24)."""

    child_id: Annotated[UUID, P0]
    from_position: Annotated[int, P0]
    until_position: Annotated[int | None, P0]
    digest: Annotated[str, P0]
    event_id: Annotated[UUID, P0]
    places: Annotated[tuple[str, ...], P0]
    status: Annotated[str, P0]
    care_group: Annotated[str, P0]
    """LBC, CID, VISITOR, several joined by ``+``, or NONE."""
    school_unit_id: Annotated[UUID | None, P2]
    due: Annotated[tuple[str, ...], P0]
    """Kinds of pairing that are owed and not there."""
    paired: Annotated[tuple[str, ...], P0]
    partners: Annotated[tuple[UUID, ...], P2]
    """Teachers and mentors; a peer has no account and is not among them."""


class ConductFact(
    ReadModel,
    table="report_conduct",
    key=("child_id", "from_position"),
    private=True,
    zh="罪错行为事实行",
    en="Facts of a child in a conduct case",
):
    """A child with an open conduct case. There is no row of any other child: one would tell as much."""

    child_id: Annotated[UUID, P0]
    from_position: Annotated[int, P0]
    until_position: Annotated[int | None, P0]
    digest: Annotated[str, P0]
    event_id: Annotated[UUID, P0]
    places: Annotated[tuple[str, ...], P0]
    status: Annotated[str, P0]
    care_group: Annotated[str, P0]
    open_cases: Annotated[int, P5]
    uncorrected: Annotated[int, P5]
    """Of these, in neither help and correction nor special education."""


PUPIL_FACTS: tuple[type[ReadModel], ...] = (PupilFact, ConductFact)
