"""任务办理的结果 · What is told of a task when people act on it, or the clock escalates it (D.8)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, LiteralString
from uuid import UUID, uuid5

from domain.fields import camel
from eventlog.entries import Write
from eventlog.recorded import Recorded
from projections.kernel import sql
from projections.queues import QUEUES

_ANY_NAMED: LiteralString = (
    "(select p.person_id from post p where p.unit_id = %(to)s and p.standing = 'ACTIVE' "
    "order by array_position(%(roles)s::text[], p.role::text) nulls last, p.assignment_id::text limit 1)"
)
_ANOTHER: LiteralString = (
    "insert into work_item (task_id, queue, status, is_open, owner_unit_id, named_person_id, "
    "child_id, case_id, cause_stream, cause_stream_id, cause_event_id, created_at, due_at, due_basis, "
    "is_provisional, escalation, trail, clauses, existence, precedence, position) "
    "select %(new_id)s, w.queue, 'CREATED', true, %(to)s, "
    + _ANY_NAMED
    + ", w.child_id, w.case_id, "
    "w.cause_stream, w.cause_stream_id, w.cause_event_id, %(at)s, %(due_at)s, w.due_basis, "
    "w.is_provisional, %(level)s, w.trail, w.clauses, w.existence, 1, %(position)s from work_item w "
    "where w.task_id = %(task_id)s and not exists (select from work_item o "
    "join duty d on d.task_id = o.task_id join duty m on m.duty_id = d.duty_id "
    "where m.task_id = %(task_id)s and o.is_open and o.owner_unit_id = %(to)s) "
    "on conflict (task_id) do nothing"
)
_ITS_DUTY: LiteralString = (
    "insert into duty (task_id, duty_id, subject, place_id, set_at, escalates_at, dated_at, supervises, "
    "sees_child, sees_case, told_unit_id, told_person_id) "
    "select n.task_id, m.duty_id, m.subject, m.place_id, %(at)s, "
    "case when %(watches)s or m.supervises then null else %(due_at)s::timestamptz end, "
    "%(told_at)s, %(watches)s or m.supervises, m.sees_child, m.sees_case, n.owner_unit_id, n.named_person_id "
    "from duty m, work_item n "
    "where m.task_id = %(task_id)s and n.task_id = %(new_id)s on conflict (task_id) do nothing"
)


def _accepted(r: Recorded, e: Any) -> list[Write]:
    return [
        sql(
            "update work_item set status = case when status = 'IN_PROGRESS' then status "
            "else 'ACCEPTED' end, named_person_id = %(person)s, position = %(position)s, "
            "trail = trail || %(step)s::jsonb where task_id = %(task_id)s and is_open",
            step=_step(r, "ACCEPTED", to_person_id=e.accepted_by_id),
            person=e.accepted_by_id,
            position=r.position,
            task_id=e.task_id,
        )
    ]


def _refused(r: Recorded, e: Any) -> list[Write]:
    return [
        sql(
            "update work_item set status = 'REFUSED', is_open = false, refusal_reason = %(reason)s, "
            "position = %(position)s, trail = trail || %(step)s::jsonb where task_id = %(task_id)s",
            step=_step(r, "REFUSED", from_unit_id=e.task_unit_id, reason=e.task_reason),
            reason=e.task_reason,
            position=r.position,
            task_id=e.task_id,
        )
    ]


def _handed_over(r: Recorded, e: Any) -> list[Write]:
    return [
        sql(
            "update work_item set named_person_id = %(person)s, position = %(position)s, "
            "trail = trail || %(step)s::jsonb where task_id = %(task_id)s and is_open",
            step=_step(r, "HANDED_OVER", to_person_id=e.to_person_id, reason=e.task_reason),
            person=e.to_person_id,
            position=r.position,
            task_id=e.task_id,
        )
    ]


def _reassigned(r: Recorded, e: Any) -> list[Write]:
    """The task as it was left, and the duty in the next unit's queue; a unit that watched over it now has it."""
    given = _to(r, e, level=0, watches=False)
    step = _step(
        r,
        "REASSIGNED",
        from_unit_id=e.from_unit_id,
        to_unit_id=e.to_unit_id,
        reason=e.task_reason,
    )
    return [
        sql(
            "update work_item set status = 'REASSIGNED', is_open = false, position = %(position)s, "
            "refusal_reason = coalesce(refusal_reason, %(reason)s), trail = trail || %(step)s::jsonb "
            "where task_id = %(task_id)s",
            reason=e.task_reason,
            step=step,
            **given,
        ),
        sql(
            "with taken as (update duty d set supervises = false, set_at = %(at)s, "
            "escalates_at = %(due_at)s, dated_at = %(told_at)s from work_item o, duty m where o.task_id = d.task_id "
            "and m.task_id = %(task_id)s and not m.supervises and d.duty_id = m.duty_id and o.is_open "
            "and o.owner_unit_id = %(to)s returning d.task_id) "
            "update work_item set position = %(position)s, due_at = %(due_at)s, "
            "trail = trail || %(step)s::jsonb where task_id in (select task_id from taken)",
            step=step,
            **given,
        ),
        sql(_ANOTHER, **given),
        sql(_ITS_DUTY, **given),
    ]


def _completed(r: Recorded, e: Any) -> list[Write]:
    return [
        sql(
            "update work_item w set status = 'COMPLETED', is_open = false, completed_at = %(at)s, "
            "position = %(position)s from duty d, duty m where d.task_id = w.task_id and w.is_open "
            "and m.task_id = %(task_id)s and d.duty_id = m.duty_id",
            at=r.occurred_at,
            position=r.position,
            task_id=e.task_id,
        )
    ]


def _escalated(r: Recorded, e: Any) -> list[Write]:
    """One level up: the owner keeps it, the unit above has it in its queue too."""
    given = _to(r, e, level=e.level, watches=True)
    return [
        sql(
            "update work_item set status = 'ESCALATED', escalation = %(level)s, "
            "escalated_at = %(at)s, position = %(position)s, trail = trail || %(step)s::jsonb "
            "where task_id = %(task_id)s and is_open",
            step=_step(r, "ESCALATED", level=e.level, to_unit_id=e.to_unit_id),
            **given,
        ),
        sql(
            "update duty set escalates_at = %(next)s::timestamptz, dated_at = %(told_at)s "
            "where task_id = %(task_id)s",
            task_id=e.task_id,
            told_at=r.recorded_at,
            next=e.next_level_at,
        ),
        sql(_ANOTHER, **given),
        sql(_ITS_DUTY, **given),
    ]


def _step(r: Recorded, step: str, **more: Any) -> dict[str, Any]:
    """What is kept of one act on the task, under its position: by whom, when, and the act's own words."""
    said = {camel(name): str(v) if isinstance(v, UUID) else v for name, v in more.items()}
    by = {
        "byUnitId": str(r.stamp.by.unit_id) if r.stamp.by.unit_id else None,
        "byPersonId": str(r.stamp.by.person_id),
    }
    return {str(r.position): {"step": step, "at": r.occurred_at.isoformat(), **by, **said}}


def _to(r: Recorded, e: Any, *, level: int, watches: bool) -> dict[str, Any]:
    queue = QUEUES.get(e.queue)
    return {
        "task_id": e.task_id,
        "new_id": uuid5(r.event_id, f"{e.queue}/{e.to_unit_id}"),
        "to": e.to_unit_id,
        "roles": queue.whom if queue else [],
        "at": r.occurred_at,
        "told_at": r.recorded_at,
        "due_at": e.task_due_at,
        "level": level,
        "watches": watches,
        "position": r.position,
    }


ACTS: Mapping[str, Callable[[Recorded], list[Write]]] = {
    name: lambda r, told=told: told(r, r.event)  # type: ignore[misc]
    for name, told in {
        "task_accepted": _accepted,
        "task_refused": _refused,
        "task_handed_over": _handed_over,
        "task_reassigned": _reassigned,
        "task_completed": _completed,
        "task_escalated": _escalated,
    }.items()
}
