"""档案关闭期间 · A file's duties rest while it is closed, and stand again when it is reopened or the closing disavowed.

Law 10: a file closed by mistake costs the child nothing but the days it was closed. What was open then is open again
with the time limits it had; what was done, ended or set anew meanwhile is not.
"""

from __future__ import annotations

from typing import Any, LiteralString

from domain.child.state import Child
from domain.kernel import State
from eventlog.entries import Write
from eventlog.recorded import Recorded
from projections.kernel import sql

_LAID_DOWN: LiteralString = (
    "update duty d set rests_as = w.status from work_item w where w.task_id = d.task_id "
    "and w.child_id = %(child_id)s and w.is_open and w.queue = any(%(queues)s::text[])"
)
_TAKEN_UP: LiteralString = (
    "with rested as (update duty d set rests_as = null, dated_at = %(told_at)s from work_item w, duty o "
    "where w.task_id = d.task_id and o.task_id = d.task_id and w.child_id = %(child_id)s "
    "and d.rests_as is not null returning d.task_id, o.rests_as) "
    "update work_item w set is_open = true, status = k.rests_as, completed_at = null, "
    "position = %(position)s from rested k where w.task_id = k.task_id and not w.is_open"
)
_SETTLED: LiteralString = (
    "update duty d set rests_as = null from work_item w where w.task_id = d.task_id "
    "and d.rests_as is not null and w.queue = %(queue)s and w.child_id = %(stream_id)s "
    "and (%(subject)s = '' or d.subject = '' or d.subject = %(subject)s)"
)


def is_closed(state: State | None) -> bool:
    """Whether it is a child's file that is closed, or merged into another."""
    return isinstance(state, Child) and state.file.closing_event is not None


def reopened(r: Recorded) -> bool:
    """Whether the file was closed until this event."""
    return is_closed(r.before) and not is_closed(r.after)


def laid_down(r: Recorded, queues: list[str]) -> Write:
    """The open tasks of these queues, before the closing ends them."""
    return sql(_LAID_DOWN, child_id=r.stream_id, queues=queues)


def taken_up(r: Recorded) -> Write:
    """What rested is open again, each task as it stood."""
    return sql(_TAKEN_UP, child_id=r.stream_id, position=r.position, told_at=r.recorded_at)


def settled_meanwhile(step: dict[str, Any]) -> Write:
    """What was done, ended or set anew while the file was closed rests no longer."""
    given = {name: step[name] for name in ("queue", "stream_id", "subject")}
    return sql(_SETTLED, **given)
