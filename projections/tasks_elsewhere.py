"""任务随人走 · Tasks that are another office's because the child, case or pupil is elsewhere now (A.2, A.3, D.9)."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any, LiteralString
from uuid import UUID

from psycopg.types.json import Jsonb

from domain.child.state import Child
from domain.divisions import Divisions
from domain.periods import local_date
from domain.terms.units import SERVE_RESIDENTS, UnitKind
from eventlog.entries import Write
from eventlog.recorded import Recorded
from projections.kernel import sql
from projections.queues import QUEUES

ROLES_NAMED = Jsonb({q.code: q.whom for q in QUEUES.values()})
"""Whom a queue names, the first there is."""


def path_of(r: Recorded, elsewhere: str | None = None) -> list[str]:
    """The divisions over the place of the event, or ``elsewhere``, from the province down; empty if unknown."""
    divisions, place = Divisions.load(), elsewhere or r.stamp.place
    if place is None or divisions.find(place) is None:
        return []
    return list(divisions.path(place, local_date(r.occurred_at)))


def whom(owner: LiteralString) -> LiteralString:
    """Who is named in the unit of this expression for a task ``w``, by ``%(roles)s`` (``ROLES_NAMED``)."""
    return (
        "(select p.person_id from post p where p.unit_id = " + owner + " and p.standing = 'ACTIVE' "
        "order by array_position(array(select jsonb_array_elements_text(%(roles)s::jsonb -> w.queue)), "
        "p.role::text) nulls last, p.assignment_id::text limit 1)"
    )


OF_THE_CASE = (
    UnitKind.VILLAGE_COMMITTEE,
    UnitKind.TOWNSHIP,
    UnitKind.DISTRICT_CIVIL_AFFAIRS,
)
"""Whoever else acts in a case was asked for what they know, or for what happened at their place; if not, the queue
says so (``follows_case``)."""
FOLLOW_THE_CASE = frozenset(q.code for q in QUEUES.values() if q.follows_case)
ASKED = sorted(q.code for q in QUEUES.values() if q.asks)


def received_elsewhere(r: Recorded) -> Iterator[Write]:
    """What was open with the offices of the old place is open with those of the new (D.9)."""
    event: Any = r.event
    to, receiver = event.to_division, event.receiving_unit_id
    if r.stream == "child":
        yield _rehomed(r, to, receiver, SERVE_RESIDENTS)
    else:
        yield _rehomed(r, to, receiver, OF_THE_CASE, FOLLOW_THE_CASE)


def assigned_elsewhere(r: Recorded) -> Iterator[Write]:
    """The same where a new residence, or somebody's decision, gave the child to another unit (A.2, A.3)."""
    event: Any = r.event
    if event.former_unit_id is None or not isinstance(r.after, Child):
        return
    file = r.after.file
    home = path_of(r, file.residence) if file.residence else []
    place = file.residence if file.owner_division in home else file.owner_division
    if place is not None:
        yield _rehomed(r, place, event.owner_unit_id, SERVE_RESIDENTS)


def lives_elsewhere(r: Recorded) -> Iterator[Write]:
    """Within the township, what the committee of the old village had is with that of the new, else the township's."""
    if not isinstance(r.before, Child) or not isinstance(r.after, Child):
        return
    was, file = r.before.file.residence, r.after.file
    if was is None or file.residence is None or was == file.residence:
        return
    if file.owner_division in path_of(r, file.residence):
        village = (UnitKind.VILLAGE_COMMITTEE,)
        yield _rehomed(r, file.residence, file.owner_unit_id, village)


FOLLOW_THE_PUPIL = sorted(q.code for q in QUEUES.values() if q.follows_pupil)
LEFT_BY_THE_PUPIL = sorted(q.code for q in QUEUES.values() if q.left_by_pupil)


def enrolled_elsewhere(r: Recorded) -> Iterator[Write]:
    """What the old school had to do about a pupil is the new school's; where that is not here, district education's.

    So is what happened at the old one: that acts on the file no longer, and the new one has not to answer for it.
    """
    if not isinstance(r.before, Child) or not isinstance(r.after, Child):
        return
    was, now = r.before.file.school_unit_id, r.after.file.school_unit_id
    if was is not None and was != now:
        yield _given_on(r, was, now, FOLLOW_THE_PUPIL)
        yield _given_on(r, was, None, LEFT_BY_THE_PUPIL)


def _given_on(r: Recorded, was: UUID, now: UUID | None, queues: list[str]) -> Write:
    """The open tasks that one school had about a pupil, with another, or with district education."""
    return sql(
        "update work_item w set owner_unit_id = k.owner, position = %(position)s, named_person_id = "
        + whom("k.owner")
        + " from (select coalesce(%(now)s::uuid, "
        "(select n.unit_id from unit n where n.kind = 'DISTRICT_EDUCATION' "
        "and n.division_id = any(%(path)s::text[]) order by n.unit_id::text limit 1)) as owner) k "
        "where w.is_open and w.child_id = %(child_id)s and w.owner_unit_id = %(was)s "
        "and w.queue = any(%(queues)s::text[]) and k.owner is not null",
        position=r.position,
        roles=ROLES_NAMED,
        now=now,
        was=was,
        path=path_of(r),
        child_id=r.stream_id,
        queues=queues,
    )


def _rehomed(
    r: Recorded,
    place: str,
    receiver: UUID | None,
    kinds: Collection[UnitKind],
    following: Collection[str] = (),
) -> Write:
    """To the office of the same kind; where the new place has none, as for any duty, to whoever is there.

    ``kinds`` are the offices whose tasks move; those of the queues ``following`` move whoever has them.
    """
    path = list(Divisions.load().path(place, local_date(r.occurred_at)))
    return sql(
        "update work_item w set owner_unit_id = k.owner, position = %(position)s, named_person_id = "
        + whom("k.owner")
        + " from (select t.task_id, coalesce("
        "(select n.unit_id from unit n where n.division_id = any(%(path)s::text[]) and (n.kind = o.kind "
        "or n.kind = 'DISTRICT_POLICE' and o.kind = 'POLICE' "
        "or n.kind = 'DISTRICT_CIVIL_AFFAIRS' and not o.kind = any(%(near)s::text[])) order by "
        "n.kind = o.kind desc, n.kind = 'DISTRICT_POLICE' desc, "
        "array_position(%(path)s::text[], n.division_id::text) desc limit 1), "
        "%(receiver)s, o.unit_id) as owner from work_item t join unit o on o.unit_id = t.owner_unit_id "
        "where t.is_open and t.cause_stream_id = %(stream_id)s "
        "and (o.kind = any(%(kinds)s::text[]) or t.queue = any(%(following)s::text[])) "
        "and not (t.queue = any(%(asked)s::text[]) and o.kind = 'VILLAGE_COMMITTEE') "
        "and not o.division_id = any(%(path)s::text[])) k where w.task_id = k.task_id",
        asked=ASKED,
        position=r.position,
        roles=ROLES_NAMED,
        path=path,
        near=[UnitKind.VILLAGE_COMMITTEE, UnitKind.TOWNSHIP],
        receiver=receiver,
        stream_id=r.stream_id,
        kinds=sorted(kinds),
        following=sorted(following),
    )
