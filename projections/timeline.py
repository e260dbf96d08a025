"""时间线 · Timeline: one line an event, in the order it was recorded; what it says is kept apart by class."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import msgspec

from domain.case.closing import CaseClosed
from domain.case.further_reports import ChildIdentified
from domain.case.intake import ReportAccepted
from domain.case.reports import ReportSubmitted
from domain.context import NOBODY, Actor
from domain.kernel import Event
from domain.sensitivity import P0, P0_PROCESS, P2, P3, P6_ADDRESS, Sensitivity
from eventlog.entries import Write
from eventlog.recorded import Recorded
from projections.kernel import Projection, insert, sql
from projections.queue_grammar import GUARDED
from projections.queues import QUEUES
from projections.readmodel import ReadModel

SHOWN_MOST = (
    "position",
    "name",
    "occurred_at",
    "recorded_at",
    "actor_role",
    "actor_unit_id",
)
"""The columns that lists of lines show, and most of them no other."""


PROGRESS = (ReportSubmitted.name, ReportAccepted.name, CaseClosed.name)
"""What one is told of a report of one's own, as of its receipt (``domain.case.progress``): the status alone (A.1)."""


class TimelineLine(
    ReadModel,
    table="timeline",
    key=("position",),
    sort=(),
    within="file",
    guarded=GUARDED,
    dated=("occurred_at", "recorded_at"),
    progress=PROGRESS,
    by_class="details",
    indexes=("case_id, position", "child_id, position"),
    fragments={"line": SHOWN_MOST},
    asked_by=("SH2020-5.4-h",),
    zh="时间线",
    en="Timeline line",
):
    """What happened: the event's name, its two times, who in which capacity, under which clauses, and its values.

    ``details`` maps a class to the values of that class, so that a reader's mask is a choice of keys; the sensitive
    ones lie apart, a row each (``projections.apart``).
    """

    position: Annotated[int, P0]
    event_id: Annotated[UUID, P0]
    stream: Annotated[str, P0]
    stream_id: Annotated[UUID, P0]
    version: Annotated[int, P0]
    child_id: Annotated[UUID | None, P0]
    case_id: Annotated[UUID | None, P0]
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
    """What it tells to know that this happened."""


class TimelineOfChild(
    ReadModel,
    table="timeline_of_child",
    key=("child_id", "position"),
    within="file",
    of_child=True,
    guarded=GUARDED,
    dated=("occurred_at", "recorded_at"),
    progress=PROGRESS,
    fragments={"brief": SHOWN_MOST},
    zh="儿童时间线索引",
    en="Which lines belong to a child",
):
    """The union of a child's file and its cases, in log order, with what is shown of a line most: a page of a child's
    timeline is read along one index, and not line by line out of the whole log.
    """

    child_id: Annotated[UUID, P0]
    position: Annotated[int, P0]
    case_id: Annotated[UUID | None, P0]
    """The case whose line it is; else the child's own."""
    name: Annotated[str, P0]
    occurred_at: Annotated[datetime, P0]
    recorded_at: Annotated[datetime, P0]
    actor_role: Annotated[str, P0]
    actor_unit_id: Annotated[UUID | None, P2]
    existence: Annotated[str, P0]


SITE_ROLES = frozenset({"placement_site", "rescue_institution", "child_welfare_institution"})
"""Whoever acts for a site shows where the child is."""

timeline = Projection("timeline", zh="时间线", en="Timeline")


@timeline.on_every
def line(r: Recorded, event: Event[Any]) -> Iterator[Write]:
    """Every event of a child or a case is a line."""
    if r.stream not in {"child", "case"}:
        return
    s = r.stamp
    by, hidden = actor_told(r.steps or (event,), s.by)
    of_a_site = {_text(s.by.unit_id), _text(s.by.person_id)} if hidden is P6_ADDRESS else set()
    said = details(event, of_a_site)
    if hidden:
        said.setdefault(hidden.value, {}).update(
            actor_role=s.by.role,
            actor_unit_id=_text(s.by.unit_id),
            actor_person_id=_text(s.by.person_id),
        )
    shown: dict[str, Any] = {
        "position": r.position,
        "case_id": r.stream_id if r.stream == "case" else None,
        "name": event.name,
        "occurred_at": s.occurred_at,
        "recorded_at": s.at,
        "actor_role": by.role,
        "actor_unit_id": by.unit_id,
        "existence": existence_of(event).value,
    }
    yield insert(
        TimelineLine,
        **shown,
        event_id=r.event_id,
        stream=r.stream,
        stream_id=r.stream_id,
        version=r.version,
        child_id=r.stream_id if r.stream == "child" else None,
        precision=s.precision,
        is_late=s.late_because is not None,
        late_because=s.late_because,
        actor_person_id=None if by.person_id == NOBODY else by.person_id,
        clauses=s.clauses,
        packs=tuple(f"{pack}@{version}" for pack, version in s.packs),
        details=said,
    )
    for child_id in r.concerns:
        yield insert(TimelineOfChild, child_id=child_id, **shown)


@timeline.on(ChildIdentified)
def earlier_lines(r: Recorded, event: ChildIdentified) -> Iterator[Write]:
    """Once a child is known, what the case already held belongs to the child's timeline too."""
    yield sql(
        "insert into timeline_of_child (child_id, position, case_id, name, occurred_at, recorded_at, "
        "actor_role, actor_unit_id, existence) "
        "select %(child_id)s, position, case_id, name, occurred_at, recorded_at, "
        "actor_role, actor_unit_id, existence from timeline where case_id = %(case_id)s "
        "on conflict do nothing",
        child_id=event.child_id,
        case_id=r.stream_id,
    )


def existence_of(event: Event[Any]) -> Sensitivity:
    """The event's own class of existence; a step of a task tells as much as what opened the task."""
    queue = QUEUES.get(getattr(event, "queue", ""))
    return queue.told if queue else type(event).existence_class


def changed_at(r: Recorded) -> dict[str, datetime]:
    """When a head was changed last, as far as everybody may know: an event that is not there for all moves nothing."""
    openly = any(existence_of(event) is P0 for event in r.steps)
    return {"updated_at": r.recorded_at} if openly else {}


def actor_told(steps: Iterable[Event[Any]], by: Actor) -> tuple[Actor, Sensitivity | None]:
    """Who acted as the timeline tells it, and the class under which the truth is kept where it must be hidden.

    ``steps``: all that was recorded on the stream in the same breath. What somebody did at once has one doer: if who
    reported is hidden, so is whom the report was passed on by with it.
    """
    classes = (type(e).actor_class for e in steps if e.told.by == by)
    told_in = max(classes, key=lambda c: c.level, default=P2)
    if told_in is not P2:
        return Actor(role="reporter"), told_in
    if by.role in SITE_ROLES:
        return Actor(role="placement"), P6_ADDRESS
    return by, None


def _text(value: UUID | None) -> str | None:
    return None if value is None else str(value)


def details(event: Event[Any], of_a_site: Collection[str | None] = ()) -> dict[str, dict[str, Any]]:
    """The event's values by class; what names the site that acts, under the class of its address."""
    out: dict[str, dict[str, Any]] = {}
    for spec in type(event).specs:
        value = msgspec.to_builtins(getattr(event, spec.name))
        if value is not None and value != []:
            told_in = (
                P6_ADDRESS if isinstance(value, str) and value in of_a_site else spec.sensitivity
            )
            out.setdefault(told_in.value, {})[spec.name] = value
    return out
