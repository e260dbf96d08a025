"""机构台账 · A unit's own record as people read it: its lines, and the duties that come back every period."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from domain.context import NOBODY
from domain.kernel import Event
from domain.sensitivity import P0, P0_PROCESS, P2, P3, P5_OUTCOME
from domain.unit.obligation_clock import ObligationDated, ObligationMissed
from domain.unit.obligations import (
    ObligationCreated,
    ObligationFulfilled,
    ObligationReopened,
)
from eventlog.entries import Write
from eventlog.recorded import Recorded
from projections.kernel import Projection, change, insert_under, sql
from projections.readmodel import ReadModel
from projections.rowwrite import Owner
from projections.timeline import details, existence_of


class UnitLine(
    ReadModel,
    table="unit_line",
    obj="unit",
    key=("position",),
    tokens=True,
    guarded=(P5_OUTCOME,),
    by_class="details",
    indexes=("stream_id, position",),
    zh="机构时间线",
    en="Unit timeline line",
):
    """What happened on a unit's record; the values are kept apart by class, as on a child's timeline."""

    position: Annotated[int, P0]
    event_id: Annotated[UUID, P0]
    stream: Annotated[str, P0]
    stream_id: Annotated[UUID, P0]
    version: Annotated[int, P0]
    name: Annotated[str, P0]
    occurred_at: Annotated[datetime, P0]
    recorded_at: Annotated[datetime, P0]
    precision: Annotated[str, P0]
    is_late: Annotated[bool, P0]
    late_because: Annotated[str | None, P3]
    actor_role: Annotated[str, P0]
    actor_unit_id: Annotated[UUID | None, P2]
    actor_person_id: Annotated[UUID | None, P2]
    clauses: Annotated[tuple[str, ...], P0_PROCESS]
    packs: Annotated[tuple[str, ...], P0_PROCESS]
    details: Annotated[dict[str, Any], P0]
    existence: Annotated[str, P0]
    """What it tells to know that this happened: of a ban, who is barred."""


class ObligationRow(
    ReadModel,
    table="obligation",
    obj="unit",
    key=("obligation_id",),
    tokens=True,
    sort=("duty_from_on",),
    indexes=("duty_unit_id, duty_code",),
    zh="周期义务",
    en="Obligation",
):
    """A duty of one period: OPEN, MISSED or FULFILLED (T-13 … T-18). ``double_use``: for the inspector."""

    obligation_id: Annotated[UUID, P0]
    duty_unit_id: Annotated[UUID, P0]
    duty_code: Annotated[str, P0]
    duty_period: Annotated[str, P0]
    duty_from_on: Annotated[date, P0]
    duty_due_on: Annotated[date | None, P0]
    due_presumed: Annotated[bool, P0]
    status: Annotated[str, P0]
    times_needed: Annotated[int, P0]
    times_done: Annotated[int, P0]
    fulfilled_on: Annotated[date | None, P0]
    after_missed: Annotated[bool, P0]
    double_use: Annotated[bool, P0]


OF_UNIT = Owner("unit", "unit_id", "stream_id")

unit_details = Projection("unit_details", zh="机构台账", en="Unit record")


@unit_details.on_every
def line(r: Recorded, event: Event[Any]) -> Iterator[Write]:
    """Every event of a unit is a line, with the tokens of its unit."""
    if r.stream != "unit":
        return
    s = r.stamp
    yield insert_under(
        OF_UNIT,
        UnitLine,
        position=r.position,
        event_id=r.event_id,
        stream="unit",
        stream_id=r.stream_id,
        version=r.version,
        name=event.name,
        occurred_at=s.occurred_at,
        recorded_at=s.at,
        precision=s.precision,
        is_late=s.late_because is not None,
        late_because=s.late_because,
        actor_role=s.by.role,
        actor_unit_id=s.by.unit_id,
        actor_person_id=None if s.by.person_id == NOBODY else s.by.person_id,
        clauses=s.clauses,
        packs=tuple(f"{pack}@{version}" for pack, version in s.packs),
        details=details(event),
        existence=existence_of(event).value,
    )


@unit_details.on(ObligationCreated)
def owed(r: Recorded, e: ObligationCreated) -> Iterator[Write]:
    """A duty of a period."""
    yield sql(
        "insert into obligation (obligation_id, duty_unit_id, duty_code, duty_period, duty_from_on, "
        "duty_due_on, due_presumed, status, times_needed, times_done, fulfilled_on, after_missed, double_use, tokens) "
        "select %(obligation_id)s, unit_id, %(code)s, %(period)s, %(from_on)s, %(due_on)s, %(presumed)s, 'OPEN', "
        "%(needed)s, 0, null, false, false, tokens from unit where unit_id = %(unit_id)s "
        "on conflict do nothing",
        obligation_id=e.obligation_id,
        code=e.duty_code,
        period=e.duty_period,
        from_on=e.duty_from_on,
        due_on=e.duty_due_on,
        presumed=e.due_presumed,
        needed=e.times_needed,
        unit_id=r.stream_id,
    )


@unit_details.on(ObligationDated)
def dated(_r: Recorded, e: ObligationDated) -> Iterator[Write]:
    """The holiday is known; what seemed missed may be ahead after all."""
    row = {"obligation_id": e.obligation_id}
    yield change(ObligationRow, row, duty_due_on=e.duty_due_on, due_presumed=False)
    if e.ahead_after_all:
        yield change(ObligationRow, row, status="OPEN")


@unit_details.on(ObligationMissed)
def missed(_r: Recorded, e: ObligationMissed) -> Iterator[Write]:
    """Its period is over."""
    yield change(ObligationRow, {"obligation_id": e.obligation_id}, status="MISSED")


@unit_details.on(ObligationReopened)
def reopened(_r: Recorded, e: ObligationReopened) -> Iterator[Write]:
    """It was met, and is open again."""
    yield change(
        ObligationRow,
        {"obligation_id": e.obligation_id},
        status="OPEN",
        times_done=0,
        fulfilled_on=None,
    )


@unit_details.on(ObligationFulfilled)
def fulfilled(_r: Recorded, e: ObligationFulfilled) -> Iterator[Write]:
    """Once more, and met when it was done as often as the text asks."""
    yield sql(
        "update obligation set times_done = times_done + 1, fulfilled_on = %(on)s, "
        "after_missed = %(late)s, double_use = double_use or %(double_use)s, "
        "status = case when times_done + 1 >= times_needed then 'FULFILLED' else status end "
        "where obligation_id = %(obligation_id)s",
        on=e.fulfilled_on,
        late=e.after_missed,
        double_use=e.double_use,
        obligation_id=e.obligation_id,
    )
