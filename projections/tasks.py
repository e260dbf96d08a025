"""任务 · Tasks told from events by the table of queues, and by what people and the clock do with them (D.8).

One row a unit and duty. A reassigned or refused task stays as it was left, and the next unit has a row of its own; a
task that went up stays with its owner and appears in the queue of the unit above as well, until the deed closes both.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from itertools import product, zip_longest
from typing import Any, LiteralString
from uuid import UUID, uuid5

import projections.duty
import projections.work_item  # noqa: F401 - the tables a task is told into
from domain.kernel import Event
from domain.unit.bans import AssignmentBarred
from domain.unit.posts import AssignmentEnded, PersonAppointed
from domain.unit.suspension import AssignmentReinstated, AssignmentSuspended
from eventlog.entries import Write
from eventlog.recorded import Recorded
from projections import at_rest
from projections import task_writes as write
from projections import tasks_elsewhere as elsewhere
from projections.due import due_moment, rules_of
from projections.kernel import Projection, sql
from projections.queue_grammar import Closes, Moves, Opens, Queue
from projections.queues import QUEUES
from projections.queues_of_the_file import FILE_ENDS
from projections.steps import step
from projections.task_acts import ACTS
from projections.tasks_elsewhere import ROLES_NAMED, path_of, whom

tasks = Projection("work_item", zh="任务", en="Work items")

Rule = Callable[[Recorded], Iterator[Write]]
POSTS_CHANGE = frozenset(
    {
        PersonAppointed,
        AssignmentEnded,
        AssignmentBarred,
        AssignmentSuspended,
        AssignmentReinstated,
    }
)


@tasks.on_every
def told(r: Recorded, event: Event[Any]) -> Iterator[Write]:
    """Everything the table and the acts say of this event, then what follows for tokens and clocks."""
    writes = [w for rule in RULES.get(event.name, ()) for w in rule(r)]
    if act := ACTS.get(event.name.partition(".")[2]):
        writes += act(r)
    if type(event) in POSTS_CHANGE:
        writes.append(_renamed(r))
    if writes:
        yield from writes
        known = event.name == "case.child_identified"
        if known or any(write.changes_hands(str(w.sql)) for w in writes):
            yield write.left(subjects_of(r), r.position, known=known)
        yield from write.settled(r.position)


def cited(queue: Queue, r: Recorded, opening: Opens | None = None) -> list[str]:
    """The clauses of the queue, or of the opening, whose document is in force at the place on the day."""
    bound = {pack for pack, _ in r.stamp.packs}
    clauses = (opening and opening.clauses) or queue.clauses
    return [c for c in clauses if c.partition("-")[0] in bound]


def subject_of(event: Event[Any], key: tuple[str, ...], **each: UUID | None) -> str:
    """What tells this task from others of its stream; ``each``: of which of the children it is."""
    values = [each.get(name) or getattr(event, name, None) for name in key]
    return "/".join(str(v) for v in values if v is not None)


def child_of(r: Recorded) -> UUID | None:
    """The child meant: the file's own, the one named, or the only one of the case."""
    if r.stream == "child":
        return r.stream_id
    named: UUID | None = getattr(r.event, "child_id", None)
    return named or (r.concerns[0] if len(r.concerns) == 1 else None)


def subjects_of(r: Recorded) -> tuple[UUID, ...]:
    """Whom the tasks of this event are about: its stream, and the children whose matter it is or has become."""
    more = getattr(r.event, "child_id", None)
    known = r.after.concerns if r.after is not None else ()
    return tuple({r.stream_id, *r.concerns, *known, *((more,) if more else ())})


def _opens(queue: Queue, rule: Opens, r: Recorded) -> Iterator[Write]:
    if rule.only and not rule.only(r.event, r.after):
        return
    if rule.flag and not rules_of(r).flag(rule.flag):
        return
    due = due_moment(rule.due, r, cited=bool(cited(queue, r, rule)))
    if due is None:
        return
    if at_rest.is_closed(r.before):
        yield at_rest.settled_meanwhile(_match(queue, rule, r))
    of = subjects_of(r)
    children = (r.concerns or (None,)) if rule.each else (child_of(r),)
    own: tuple[UUID | None, ...] = getattr(r.event, rule.unit_each) if rule.unit_each else ()
    for child_id, theirs in zip_longest(children, own[: len(children)]):
        units = (theirs,) if theirs else _units(rule, r.event)
        for unit, one in product(units, _whom(rule, r.event)):
            task = _task(queue, rule, r, child_id, unit, one)
            task |= {"due_at": due.at, "basis": due.basis, "provisional": due.provisional}
            yield from write.kept_open(of, **task) if queue.standing else write.opened(of, **task)


def _units(rule: Opens, event: Event[Any]) -> tuple[UUID | None, ...]:
    """The units the event names; none named leaves it to the place."""
    named = getattr(event, rule.unit) if rule.unit else None
    return (named or (None,)) if isinstance(named, tuple) else (named,)


def _whom(rule: Opens, event: Event[Any]) -> tuple[UUID | None, ...]:
    """Those of ``each_of``; an event of before it told them apart is about all of them."""
    return (getattr(event, rule.each_of) if rule.each_of else ()) or (None,)


def _task(
    queue: Queue,
    rule: Opens,
    r: Recorded,
    child_id: UUID | None,
    unit: UUID | None,
    one: UUID | None,
) -> dict[str, Any]:
    subject = subject_of(r.event, rule.key, **({"child_id": child_id} if rule.each else {}))
    subject = str(one) if one else subject
    slot = f"{queue.code}/{unit or rule.kinds[0].value}/{child_id or ''}"
    slot += f"/{one}" if one else ""
    lasting = f"{queue.code}/{rule.kinds[0].value}/{subject}/{child_id or ''}"
    task_id = uuid5(r.stream_id, lasting) if queue.standing else uuid5(r.event_id, slot)
    elsewhere = getattr(r.event, rule.place) if rule.place else None
    widened = (*rule.kinds, "DISTRICT_CIVIL_AFFAIRS", "CITY_CIVIL_AFFAIRS")
    return {
        "task_id": task_id,
        "duty_id": task_id,
        "queue": queue.code,
        "unit": unit,
        "responsible": queue.responsible,
        "kinds": list(dict.fromkeys(str(k) for k in widened)),
        "path": path_of(r, elsewhere),
        "roles": queue.whom,
        "child_id": child_id,
        "case_id": r.stream_id if r.stream == "case" else None,
        "stream": r.stream,
        "stream_id": r.stream_id,
        "event_id": r.event_id,
        "at": r.occurred_at,
        "told_at": r.recorded_at,
        "clauses": cited(queue, r, rule),
        "subject": subject,
        "place": elsewhere or r.stamp.place,
        "sees_child": queue.sees_child,
        "sees_case": queue.sees_case,
        "existence": queue.existence.value,
        "position": r.position,
    }


def _moves(queue: Queue, rule: Moves, r: Recorded) -> Iterator[Write]:
    if rule.only and not rule.only(r.event, r.after):
        return
    said = _match(queue, rule, r)
    if rule.due is None:
        yield write.in_progress(subjects_of(r), **said)
    elif due := due_moment(rule.due, r, cited=bool(cited(queue, r))):
        said |= {"due_at": due.at, "basis": due.basis, "provisional": due.provisional}
        said |= {"at": r.occurred_at, "told_at": r.recorded_at, "event_id": r.event_id}
        yield from write.moved(subjects_of(r), **said)


def _closes(queue: Queue, rule: Closes, r: Recorded) -> Iterator[Write]:
    if rule.only is None or rule.only(r.event, r.after):
        status = "COMPLETED" if rule.done else "ENDED"
        unit = r.stamp.by.unit_id if rule.own else None
        ending = _match(queue, rule, r) | {"own": rule.own, "unit": unit}
        yield write.closed(subjects_of(r), **ending, status=status, at=r.occurred_at)
        if at_rest.is_closed(r.before):
            yield at_rest.settled_meanwhile(ending)


def _match(queue: Queue, rule: Opens | Moves | Closes, r: Recorded) -> dict[str, Any]:
    return {
        "queue": queue.code,
        "stream": r.stream,
        "stream_id": r.stream_id,
        "subject": subject_of(r.event, rule.key),
        "position": r.position,
    }


_NAMES_ANOTHER: LiteralString = (
    "update work_item w set position = %(position)s, named_person_id = "
    + whom("w.owner_unit_id")
    + " where w.is_open and not exists (select from post q "
    "where q.unit_id = w.owner_unit_id and q.person_id = w.named_person_id and q.standing = 'ACTIVE') "
)


def _renamed(r: Recorded) -> Write:
    """Whoever no longer serves in the unit is named no longer; a unit that has somebody names somebody (D.10)."""
    of_unit: LiteralString = "and w.owner_unit_id = %(unit_id)s"
    return sql(
        _NAMES_ANOTHER + of_unit, position=r.position, unit_id=r.stream_id, roles=ROLES_NAMED
    )


def _laid_down(r: Recorded) -> Iterator[Write]:
    """What ends with the closing of a file rests, for as long as that is closed."""
    ended = [q.code for q in QUEUES.values() if any(c.event == r.event.name for c in q.endings)]
    yield at_rest.laid_down(r, ended)


def _taken_up(r: Recorded) -> Iterator[Write]:
    """The file is back, and its duties with it; who has left their unit meanwhile is named no longer."""
    if at_rest.reopened(r):
        yield at_rest.taken_up(r)
        these: LiteralString = "and w.position = %(position)s"
        yield sql(_NAMES_ANOTHER + these, position=r.position, roles=ROLES_NAMED)


def _reassigned_worker(r: Recorded) -> Iterator[Write]:
    """The visits follow the child's responsible worker, and the unit of the place they serve in."""
    yield step(
        subjects_of(r),
        "update work_item w set owner_unit_id = p.unit_id, named_person_id = p.person_id, "
        "position = %(position)s from {rows}lateral (select unit_id, person_id from post "
        "where person_id = %(person_id)s and standing = 'ACTIVE' "
        "order by coalesce(division_id = any(%(path)s::text[]), false) desc, assignment_id::text limit 1) p, "
        "duty d where d.task_id = w.task_id and not d.supervises and w.is_open "
        "and w.child_id = %(child_id)s and w.queue = any(%(queues)s::text[])",
        person_id=r.event.responsible_person_id,  # type: ignore[attr-defined]
        child_id=r.stream_id,
        path=path_of(r),
        queues=[q.code for q in QUEUES.values() if q.responsible],
        position=r.position,
    )


def _identified(r: Recorded) -> Iterator[Write]:
    """A child known at last: the open tasks of the case are about it, and their units may look at its file."""
    yield sql(
        "update work_item set position = %(position)s, child_id = case "
        "when (select count(*) from case_child where case_id = %(case_id)s) = 1 then %(child_id)s::uuid "
        "end where case_id = %(case_id)s and is_open and child_id is null",
        position=r.position,
        case_id=r.stream_id,
        child_id=r.event.child_id,  # type: ignore[attr-defined]
    )


def _disavowed(r: Recorded) -> Iterator[Write]:
    yield write.unfounded(
        stream_id=r.stream_id,
        event_id=r.event.target_event_id,  # type: ignore[attr-defined]
        standing=[q.code for q in QUEUES.values() if q.standing],
        at=r.occurred_at,
        position=r.position,
    )


def _rules() -> dict[str, list[Rule]]:
    """Event name → what the table says of it: first what closes, then what moves, then what opens."""
    found: dict[str, list[Rule]] = {}
    for queue in QUEUES.values():
        for closing in queue.endings:
            found.setdefault(closing.event, []).append(partial(_closes, queue, closing))
    for queue in QUEUES.values():
        for moving in queue.moves:
            found.setdefault(moving.event, []).append(partial(_moves, queue, moving))
    for queue in QUEUES.values():
        for opening in queue.opens:
            found.setdefault(opening.event, []).append(partial(_opens, queue, opening))
    found.setdefault("child.responsible_worker_assigned", []).append(_reassigned_worker)
    found.setdefault("case.child_identified", []).append(_identified)
    found.setdefault("child.event_disavowed", []).append(_disavowed)
    for name in ("case.received", "child.file_received"):
        found.setdefault(name, []).insert(0, elsewhere.received_elsewhere)
    found.setdefault("child.jurisdiction_assigned", []).insert(0, elsewhere.assigned_elsewhere)
    found.setdefault("child.location_recorded", []).insert(0, elsewhere.lives_elsewhere)
    found.setdefault("child.enrolment_recorded", []).insert(0, elsewhere.enrolled_elsewhere)
    for ending in FILE_ENDS:
        found.setdefault(ending.event, []).insert(0, _laid_down)
    for name in ("child.file_reopened", "child.event_disavowed"):
        found.setdefault(name, []).append(_taken_up)
    return found


RULES = _rules()
