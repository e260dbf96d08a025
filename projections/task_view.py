"""任务与上级 · A task as a decision needs it: how it stands, and which units are above its owner at its place."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from domain.divisions import Divisions
from domain.tasks import TaskView
from domain.terms.units import UnitKind
from projections.queue_grammar import Queue
from projections.queues import QUEUES

TASK = (
    "select w.task_id, w.queue, w.status, w.is_open, w.cause_stream_id, w.owner_unit_id, "
    "w.named_person_id, w.escalation, w.due_at, w.child_id, d.set_at, d.escalates_at, d.place_id, d.subject "
    "from work_item w join duty d on d.task_id = w.task_id where w.task_id = %s"
)
HELD = (
    "select w.task_id from work_item w join duty d on d.task_id = w.task_id where w.is_open "
    "and not d.supervises and w.owner_unit_id = %s and w.cause_stream_id = %s and d.subject = %s"
)
UNITS = (
    "select unit_id, kind, division_id from unit where kind = 'PLATFORM' or division_id = any(%s)"
)
_LAST = (UnitKind.DISTRICT_CIVIL_AFFAIRS, UnitKind.CITY_CIVIL_AFFAIRS, UnitKind.PLATFORM)


def path_of(place: str | None) -> list[str]:
    """The divisions over a place; empty where it is not known."""
    divisions = Divisions.load()
    return list(divisions.path(place)) if place and divisions.find(place) else []


def view(row: Mapping[str, Any], units: Sequence[Mapping[str, Any]], path: list[str]) -> TaskView:
    """The task of a row of ``TASK`` with the units of ``UNITS``."""
    queue, owner = QUEUES.get(row["queue"]), row["owner_unit_id"]
    kinds = queue.escalates if queue else ()
    chain = _found(kinds, units, path)
    reached = chain.index(owner) + 1 if owner in chain else row["escalation"]
    above = chain[reached:]
    last = (u for u in _found(_LAST, units, path) if u != owner and u not in above)
    return TaskView(
        task_id=row["task_id"],
        queue=row["queue"],
        status=row["status"],
        is_open=row["is_open"],
        stream_id=row["cause_stream_id"],
        owner_unit_id=owner,
        named_person_id=row["named_person_id"],
        escalation=row["escalation"],
        set_at=row["set_at"],
        due_at=row["due_at"],
        escalates_at=row["escalates_at"],
        by_hand=_by_hand(queue, row["child_id"]),
        above=tuple(above),
        beyond=tuple(last),
        subject=row["subject"],
    )


def _by_hand(queue: Queue | None, child_id: UUID | None) -> bool:
    """Declared so, or no deed could be recorded because nobody knows the child."""
    if queue is None or queue.by_hand:
        return True
    deeds = [c.event for c in queue.endings if c.done]
    return child_id is None and all(d.startswith("child.") for d in deeds)


def _found(
    kinds: Sequence[UnitKind], units: Sequence[Mapping[str, Any]], path: list[str]
) -> list[UUID]:
    """The unit of each kind whose territory holds the place, the smallest of it; none twice."""
    found: dict[UUID, None] = {}
    for kind in kinds:
        fits = [u for u in units if u["kind"] == kind]
        if kind is UnitKind.PLATFORM:
            best = min(fits, key=lambda u: str(u["unit_id"]), default=None)
        else:
            best = max(
                (u for u in fits if u["division_id"] in path),
                key=lambda u: (path.index(u["division_id"]), str(u["unit_id"])),
                default=None,
            )
        if best is not None:
            found.setdefault(best["unit_id"])
    return list(found)
