"""就学明细 · How a child stands at school: dropout control (D.5), addressees missing, pairing (T-23, T-24)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Annotated, Any
from uuid import UUID

from domain.child.school_state import SchoolState
from domain.child.state import Child
from domain.kernel import Event
from domain.sensitivity import P0, P2, P3_SCHOOL
from eventlog.entries import Write
from eventlog.recorded import Recorded
from projections.kernel import Projection, upsert
from projections.readmodel import ReadModel


class SchoolingRow(
    ReadModel,
    table="schooling",
    within="child",
    key=("child_id",),
    reach=P3_SCHOOL,
    zh="就学情况",
    en="Schooling",
):
    """``schooling`` is the state of D.5; ``missing_addressees``: who must still be told in writing (CQ2016-3.3-s)."""

    child_id: Annotated[UUID, P0]
    schooling: Annotated[str, P3_SCHOOL]
    is_out_of_school: Annotated[bool, P3_SCHOOL]
    absence_dates: Annotated[tuple[str, ...], P3_SCHOOL]
    dropout_on: Annotated[date | None, P3_SCHOOL]
    persuade_by: Annotated[date | None, P2]
    failed_attempts: Annotated[int, P3_SCHOOL]
    missing_addressees: Annotated[tuple[str, ...], P2]
    acknowledged_by: Annotated[tuple[str, ...], P2]
    back_at_school_on: Annotated[date | None, P3_SCHOOL]
    stable_on: Annotated[date | None, P2]
    paired_kinds: Annotated[tuple[str, ...], P2]
    pairing_due: Annotated[tuple[str, ...], P2]


schooling = Projection("school_details", zh="就学明细", en="Schooling")


@schooling.on_state(Child)
def stands(r: Recorded, _event: Event[Any]) -> Iterator[Write]:
    """As the state says; no row for a child of whom no school has said anything."""
    child = r.after
    if isinstance(child, Child) and child.school != SchoolState():
        yield upsert(SchoolingRow, child_id=r.stream_id, **_columns(child.school))


def _columns(school: SchoolState) -> dict[str, Any]:
    case = school.dropout
    return {
        "schooling": school.status.value,
        "is_out_of_school": school.out_of_school,
        "absence_dates": tuple(day.isoformat() for day in school.absent_on),
        "dropout_on": case.registered_on if case else None,
        "persuade_by": case.persuade_by if case else None,
        "failed_attempts": case.failed_attempts if case else 0,
        "missing_addressees": tuple(sorted(case.missing)) if case else (),
        "acknowledged_by": tuple(sorted(case.acknowledged)) if case else (),
        "back_at_school_on": case.back_at_school_on if case else None,
        "stable_on": case.stable_on if case else None,
        "paired_kinds": tuple(sorted({p.kind for p in school.pairs})),
        "pairing_due": tuple(sorted(school.pairing_due)),
    }
