"""任务的写法 · The statements by which tasks come, move and go. Each marks its rows with the log position.

``settled`` then follows from the mark alone: tokens of the rows, who may look at the child and the case
because of them, and the clock of their escalation. So a change of any kind cannot forget one of these.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from typing import Any, LiteralString
from uuid import UUID

from eventlog.entries import Write
from projections.kernel import sql
from projections.relations import shown
from projections.rowwrite import following
from projections.steps import step

Subjects = tuple[UUID | None, ...]
"""Whom a task is about, its stream among them: what is done with it concerns nobody else's tasks."""

DESK = UUID("00000000-0000-4000-8000-0000000de5c0")
"""The platform's own desk before any unit is registered: even then a duty has an owner (law 10)."""

_OWNER: LiteralString = (
    "coalesce(%(unit)s::uuid, "
    "(select p.unit_id from post p join child c on c.responsible_person_id = p.person_id "
    "where %(responsible)s and c.child_id = %(child_id)s::uuid and p.standing = 'ACTIVE' "
    "order by coalesce(p.division_id = any(%(path)s::text[]), false) desc, p.assignment_id::text "
    "limit 1), "
    "(select unit_id from unit where kind = any(%(kinds)s::text[]) "
    "and division_id = any(%(path)s::text[]) "
    "order by array_position(%(kinds)s::text[], kind::text), "
    "array_position(%(path)s::text[], division_id::text) desc, unit_id::text desc limit 1), "
    "(select unit_id from unit where kind = 'PLATFORM' order by unit_id::text limit 1), "
    "%(desk)s::uuid)"
)
"""As ``Directory.owner_for``: the smallest unit of the first kind there is, at last the platform's desk."""

_NAMED: LiteralString = (
    "coalesce((select p.person_id from post p join child c "
    "on c.responsible_person_id = p.person_id where %(responsible)s "
    "and c.child_id = %(child_id)s::uuid and p.unit_id = o.owner and p.standing = 'ACTIVE' limit 1), "
    "(select p.person_id from post p where p.unit_id = o.owner and p.standing = 'ACTIVE' "
    "order by array_position(%(roles)s::text[], p.role::text) nulls last, p.assignment_id::text "
    "limit 1))"
)
"""The child's responsible worker, else the first active post in the order of ``Queue.whom``."""

_SAME: LiteralString = (
    "from work_item w join duty d on d.task_id = w.task_id where w.is_open and not d.supervises "
)

_INSERT: LiteralString = (
    "insert into work_item (task_id, queue, status, is_open, owner_unit_id, named_person_id, "
    "child_id, case_id, cause_stream, cause_stream_id, cause_event_id, created_at, due_at, due_basis, "
    "is_provisional, escalation, clauses, existence, precedence, position) "
    "select %(task_id)s, %(queue)s, 'CREATED', true, o.owner, " + _NAMED + ", %(child_id)s::uuid, "
    "%(case_id)s::uuid, %(stream)s, %(stream_id)s, %(event_id)s, %(at)s, %(due_at)s, %(basis)s, "
    "%(provisional)s, 0, %(clauses)s::text[], %(existence)s, 1, %(position)s "
    "from {rows}lateral (select " + _OWNER + " as owner offset 0) o "
)
"""``offset 0``: else the planner writes the look-up of the owner in each place where the owner is named, and starting
those plans took longer than all the rest of the statement."""

_DUTY: LiteralString = (
    "insert into duty (task_id, duty_id, subject, place_id, set_at, escalates_at, dated_at, supervises, "
    "sees_child, sees_case, told_unit_id, told_person_id) select w.task_id, %(duty_id)s, %(subject)s, "
    "%(place)s, %(at)s, w.due_at, %(told_at)s, false, %(sees_child)s, %(sees_case)s, w.owner_unit_id, "
    "w.named_person_id "
    "from {rows}lateral (select task_id, due_at, owner_unit_id, named_person_id from new "
    "where task_id = %(task_id)s union all "
    "select task_id, due_at, owner_unit_id, named_person_id from work_item "
    "where task_id = %(task_id)s and position = %(position)s "
    "and not exists (select from new where task_id = %(task_id)s)) w "
)
"""Of the ``new`` row, or of the row as an earlier statement of this very event has left it."""
_SET: LiteralString = (
    "on conflict (task_id) do update set set_at = excluded.set_at, "
    "escalates_at = excluded.escalates_at, dated_at = excluded.dated_at"
)
_NEW: LiteralString = " returning task_id, due_at, owner_unit_id, named_person_id) "


def _match(stream: str) -> LiteralString:
    """The open tasks a deed of this stream means. One column each: a choice in SQL would find them by no index."""
    mine: LiteralString = "w.cause_stream_id"
    if stream == "case":
        mine = "w.case_id"
    elif stream == "child":
        mine = "w.child_id"
    return (
        "from {rows}duty d where d.task_id = w.task_id and w.queue = %(queue)s and w.is_open "
        "and " + mine + " = %(stream_id)s "
        "and (%(subject)s = '' or d.subject = '' or d.subject = %(subject)s) "
    )


def _about_the_same(task: Mapping[str, Any]) -> LiteralString:
    """The same case and child, or as well none; told apart here, so that an index finds them."""
    case: LiteralString = "and w.case_id is null "
    child: LiteralString = "and w.child_id is null "
    if task["case_id"] is not None:
        case = "and w.case_id = %(case_id)s::uuid "
    if task["child_id"] is not None:
        child = "and w.child_id = %(child_id)s::uuid "
    return case + child


def opened(of: Subjects, **task: Any) -> list[Write]:
    """A task, unless its owner has the very same one open already; of units and matters of access, each has its own."""
    twin: LiteralString = (
        "where not exists (select "
        + _SAME
        + "and w.queue = %(queue)s and w.owner_unit_id = o.owner "
        + _about_the_same(task)
        + "and d.subject = %(subject)s "
        "and (w.cause_stream_id = %(stream_id)s or w.cause_stream not in ('unit', 'access'))) "
        "on conflict (task_id) do nothing"
    )
    text = "with new as (" + _INSERT + twin + _NEW + _DUTY + _SET
    return [step(of, text, desk=DESK, **task)]


def kept_open(of: Subjects, **task: Any) -> list[Write]:
    """A standing task: moved if it is open, on what binds by now, and opened (again) if it is not."""
    moved: LiteralString = (
        "with moved as (update work_item w set due_at = %(due_at)s, due_basis = %(basis)s, "
        "is_provisional = %(provisional)s, clauses = %(clauses)s::text[], status = 'CREATED', "
        "escalation = 0, escalated_at = null, position = %(position)s from {rows}duty d "
        "where d.task_id = w.task_id and d.duty_id = %(duty_id)s "
        "and w.is_open and not d.supervises and w.due_at <> %(due_at)s "
        "returning w.task_id, %(duty_id)s::uuid as duty_id), "
        "put_off as (update duty p set set_at = %(at)s, escalates_at = %(due_at)s, dated_at = %(told_at)s "
        "from {rows}moved m where p.task_id = m.task_id and m.duty_id = %(duty_id)s), "
    )
    again: LiteralString = (
        "where not exists (select " + _SAME + "and d.duty_id = %(duty_id)s) "
        "on conflict (task_id) do update set due_at = excluded.due_at, due_basis = excluded.due_basis, "
        "is_provisional = excluded.is_provisional, status = 'CREATED', is_open = true, escalation = 0, "
        "escalated_at = null, completed_at = null, refusal_reason = null, "
        "trail = excluded.trail, clauses = excluded.clauses, "
        "owner_unit_id = excluded.owner_unit_id, named_person_id = excluded.named_person_id, "
        "cause_event_id = excluded.cause_event_id, position = excluded.position"
    )
    new: LiteralString = "new as (" + _INSERT + again + _NEW
    unmoved: LiteralString = (
        "where not exists (select from moved m where m.duty_id = %(duty_id)s::uuid) "
    )
    return [
        step(of, moved + new + _DUTY + unmoved + _SET, desk=DESK, **task),
        relieved(of, task["position"], task["at"]),
    ]


def moved(of: Subjects, **act: Any) -> list[Write]:
    """A step of the work: in progress, with a new time limit."""
    text: LiteralString = (
        "with moved as (update work_item w set due_at = %(due_at)s, due_basis = %(basis)s, "
        "is_provisional = %(provisional)s, status = 'IN_PROGRESS', escalation = 0, "
        "escalated_at = null, position = %(position)s "
        + _match(act["stream"])
        + "and not d.supervises "
        "and w.cause_event_id <> %(event_id)s returning w.task_id, %(stream_id)s::uuid as stream_id) "
        "update duty p set set_at = %(at)s, escalates_at = %(due_at)s, dated_at = %(told_at)s "
        "from {rows}moved m where p.task_id = m.task_id and m.stream_id = %(stream_id)s"
    )
    return [step(of, text, **act), relieved(of, act["position"], act["at"])]


def in_progress(of: Subjects, **act: Any) -> Write:
    """A step of the work that changes no time limit."""
    return step(
        of,
        "update work_item w set status = 'IN_PROGRESS', position = %(position)s "
        + _match(act["stream"])
        + "and not d.supervises",
        **act,
    )


def closed(of: Subjects, **ending: Any) -> Write:
    """Done by the deed, or fallen away; the tasks of the units above go with it. ``own``: only the duty of ``unit``."""
    duty: LiteralString = (
        "and (not %(own)s or d.duty_id in (select m.duty_id from duty m "
        "join work_item t on t.task_id = m.task_id where t.owner_unit_id = %(unit)s::uuid "
        "and t.queue = %(queue)s and t.is_open and not m.supervises))"
    )
    return step(
        of,
        "update work_item w set is_open = false, status = %(status)s, completed_at = %(at)s, "
        "position = %(position)s " + _match(ending["stream"]) + duty,
        **ending,
    )


def unfounded(**ending: Any) -> Write:
    """What was opened by a record that is disavowed has fallen away; a standing task has other records to rest on."""
    return sql(
        "update work_item w set is_open = false, status = 'ENDED', completed_at = %(at)s, "
        "position = %(position)s from duty d where d.task_id = w.task_id and w.is_open "
        "and w.child_id = %(stream_id)s and not w.queue = any(%(standing)s::text[]) "
        "and d.duty_id in (select m.duty_id from duty m join work_item t on t.task_id = m.task_id "
        "where t.child_id = %(stream_id)s and t.cause_event_id = %(event_id)s)",
        **ending,
    )


def relieved(of: Subjects, position: int, at: Any) -> Write:
    """Units above that watched over a late step are relieved once the step is made."""
    return step(
        of,
        "update work_item w set is_open = false, status = 'ENDED', completed_at = %(at)s, "
        "position = %(position)s from {rows}lateral (select m.duty_id from duty m "
        "join work_item t on t.task_id = m.task_id "
        "where t.position = %(position)s and t.escalation = 0 and not m.supervises) s, duty d "
        "where d.duty_id = s.duty_id and d.task_id = w.task_id and d.supervises and w.is_open",
        position=position,
        at=at,
    )


_SUBJECTS: LiteralString = (
    "select w.task_id, w.owner_unit_id, w.named_person_id, w.is_open, w.cause_event_id, s.subject "
    "from work_item w join duty d on d.task_id = w.task_id, lateral ("
    "select w.case_id as subject where d.sees_case union select w.child_id where d.sees_child union "
    "select c.child_id from case_child c where c.case_id = w.case_id and w.child_id is null "
    "and d.sees_child) s where w.position = any(%(many)s::bigint[]) and s.subject is not null"
)


def _told(position: LiteralString, but: LiteralString) -> LiteralString:
    """The rows that say so, from those that are ``gone``; without the tokens ``but`` leaves out."""
    return (
        "insert into task_left (task_id, position, owner_unit_id, queue, child_id, case_id, existence, "
        "tokens) select g.task_id, "
        + position
        + ", g.told_unit_id, g.queue, g.child_id, g.case_id, g.existence, "
        "array(select t from (select 'T:' || g.told_unit_id as t "
        "union select 'U:' || g.told_person_id where g.told_person_id is not null "
        "union select x from unit u, unnest(u.tokens) x "
        "where u.unit_id = g.told_unit_id and x like 'R:%%' "
        "union select sec.sealed(a.token) from access_relation a "
        "where a.subject_id in (g.child_id, g.case_id) and a.token like 'X:%%' "
        + but
        + ") k order by t) from gone g on conflict (task_id, position) do nothing"
    )


_GONE: LiteralString = (
    "with gone as (select w.*, d.told_unit_id, d.told_person_id from {rows}work_item w "
    "join duty d on d.task_id = w.task_id where w.position = %(position)s "
)
_TO_OTHERS: LiteralString = (
    "and (d.told_unit_id, d.told_person_id) is distinct from (w.owner_unit_id, w.named_person_id) "
)
_TOLD_SINCE: LiteralString = (
    "), told as (update duty d set told_unit_id = g.owner_unit_id, told_person_id = g.named_person_id "
    "from gone g where d.task_id = g.task_id) "
)
_MOVED_ON: LiteralString = _GONE + _TO_OTHERS + _TOLD_SINCE + _told("g.position", "")
_KNOWN: LiteralString = _GONE + _TOLD_SINCE + _told("g.position", "and not a.token like 'X:%%' ")
_KEPT_AWAY: LiteralString = (
    "with gone as (select w.*, d.told_unit_id, d.told_person_id from work_item w "
    "join duty d on d.task_id = w.task_id where w.is_open and (w.child_id = %(child_id)s or "
    "w.case_id = any(array(select case_id from case_child where child_id = %(child_id)s)))) "
    + _told("%(position)s", "and a.token <> %(but)s")
)


def left(of: Subjects, position: int, *, known: bool = False) -> Write:
    """Tells the queue a task was in, and the person it named, that it is theirs no longer.

    ``known``: a child has become known, so whoever is kept from the child has seen the task until now.
    """
    return step(of, _KNOWN if known else _MOVED_ON, position=position)


_HANDS = re.compile(r"(?<![.\w])(owner_unit_id|named_person_id) =")
"""A column that is set stands without the name of its table, one that is compared stands with it."""


@cache
def changes_hands(text: str) -> bool:
    """Whether a statement may give a task that is there another owner or another person."""
    return _HANDS.search(text) is not None


def kept_away(position: int, child_id: UUID, token: str) -> Write:
    """The tasks about this child leave the screen of whoever ``token`` keeps away; for others they are still there."""
    return sql(_KEPT_AWAY, position=position, child_id=child_id, but=token)


_TOKENS: LiteralString = (
    "update work_item w set precedence = case when w.escalation > 0 then 0 else 1 end, tokens = array(select t from ("
    "select 'T:' || w.owner_unit_id as t "
    "union select 'U:' || w.named_person_id where w.named_person_id is not null "
    "union select sec.sealed(a.token) from access_relation a "
    "where a.subject_id in (w.child_id, w.case_id) and a.token like 'X:%%' "
    "union select x from unit u, unnest(u.tokens) x "
    "where u.unit_id = w.owner_unit_id and x like 'R:%%') k order by t) "
    "where w.position = any(%(many)s::bigint[])"
)
"""Its unit, its named person, and the territory its unit lies in: so a superior sees the load. Who is kept from the
child or the case is kept from the task."""

_NO_RELATIONS: LiteralString = (
    "delete from access_relation a using work_item w "
    "where w.position = any(%(many)s::bigint[]) and a.reason = 'task:' || w.task_id"
)
_RELATIONS: LiteralString = (
    "insert into access_relation (subject_id, token, reason, event_id) "
    "select k.subject, t.token, 'task:' || k.task_id, k.cause_event_id from (" + _SUBJECTS + ") k, "
    "lateral (select 'T:' || k.owner_unit_id as token union "
    "select 'U:' || k.named_person_id where k.named_person_id is not null) t "
    "where k.is_open on conflict do nothing"
)
"""While the task is open its unit and its named person may look at the case and the child it is about."""

_CHILD_TOKENS: LiteralString = (
    f"update child c set tokens = {shown('c.child_id')} "
    "where c.child_id in (select subject from (" + _SUBJECTS + ") k)"
)
_CASE_TOKENS: LiteralString = (
    f"update case_file c set tokens = {shown('c.case_id')} "
    "where c.case_id in (select subject from (" + _SUBJECTS + ") k)"
)
_NO_CLOCK: LiteralString = (
    "delete from clock k using work_item w "
    "where w.position = any(%(many)s::bigint[]) and k.task_id = w.task_id"
)
_CLOCK: LiteralString = (
    "insert into clock (clock_id, fires_at, rings_from, act, stream, stream_id, subject, arguments, task_id, "
    "clauses) select w.task_id, t.fires_at, greatest(t.fires_at, d.dated_at), w.cause_stream || '.escalate_task', "
    "w.cause_stream, w.cause_stream_id, '', "
    "jsonb_build_object('task_id', w.task_id, 'level', w.escalation + 1), w.task_id, w.clauses "
    "from work_item w join duty d on d.task_id = w.task_id, "
    "lateral (select d.escalates_at + interval '1 second' as fires_at) t "
    "where w.position = any(%(many)s::bigint[]) and w.is_open and d.escalates_at is not null"
)


def settled(position: int) -> list[Write]:
    """What follows from the change of the rows marked with this position, in this order."""
    texts: tuple[LiteralString, ...] = (
        _TOKENS,
        _NO_RELATIONS,
        _RELATIONS,
        _CHILD_TOKENS,
        _CASE_TOKENS,
        _NO_CLOCK,
        _CLOCK,
    )
    return [following(turn, text, position) for turn, text in enumerate(texts)]
