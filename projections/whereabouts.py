"""去向保密 · Who of a child's family may know where it is: the token ``O:``, which everybody of the family has else.

A mark lies on the child for each from whom a case keeps it (``domain.case.kept_from``). It opens nothing and is on no
row that anybody reads; the token follows from the family on file and from the marks.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, LiteralString
from uuid import UUID

from domain.case.kept_from import grounds, kept_from
from domain.case.state import Case
from domain.kernel import Event
from eventlog.entries import Write
from eventlog.recorded import Recorded
from projections.kernel import Projection, sql
from projections.relations import refresh
from projections.rowwrite import following

whereabouts = Projection("whereabouts", zh="去向保密", en="Whereabouts kept from the family")

TURN = 8
"""After all that says who the family is, before the tokens are shown (``relations.LAST``)."""
_TOLD: LiteralString = (
    "with family as (select a.subject_id, a.token, a.event_id, "
    "case when left(a.token, 1) = 'C' then (select e.carer_id from entrusted_care e "
    "where e.child_id = a.subject_id) else (select g.guardian_id from guardian g "
    "where g.child_id = a.subject_id and 'F:' || g.person_id = a.token limit 1) end as who "
    "from access_relation a where a.subject_id = any(%(many)s::uuid[]) and a.reason = 'file' "
    "and (a.token like 'F:%%' or a.token like 'C:%%')), "
    "told as (select subject_id, 'O:' || substr(token, 3) as token, event_id from family f where not exists ("
    "select from access_relation k where k.subject_id = f.subject_id and k.token = 'Z:family' "
    "or k.subject_id = f.subject_id and k.token = 'Z:' || f.who)), "
    "gone as (delete from access_relation a where a.subject_id = any(%(many)s::uuid[]) "
    "and a.reason = 'told_where' and not exists (select from told t "
    "where t.subject_id = a.subject_id and t.token = a.token)) "
    "insert into access_relation (subject_id, token, reason, event_id) "
    "select distinct on (subject_id, token) subject_id, token, 'told_where', event_id from told "
    "on conflict do nothing"
)


def told(child_id: UUID) -> Write:
    """Who of the family may know, as it stands after this append."""
    return following(TURN, _TOLD, child_id)


@whereabouts.on_state(Case)
def marked(r: Recorded, _event: Event[Any]) -> Iterator[Write]:
    """The marks of this case, where it keeps a child from others than before."""
    before, case = r.before, r.after
    if not isinstance(case, Case):
        return
    known = grounds(before) if isinstance(before, Case) and before.version else None
    on = grounds(case)
    if on == known:
        return
    was = kept_from(known) if known else frozenset()
    now = kept_from(on)
    if was == now:
        return
    reason = f"kept:{r.stream_id}"
    for child_id in dict.fromkeys(c for c, _ in sorted(was ^ now, key=str)):
        yield sql(
            "with gone as (delete from access_relation where subject_id = %(child)s and reason = %(reason)s "
            "and not token = any(%(tokens)s)) "
            "insert into access_relation (subject_id, token, reason, event_id) "
            "select %(child)s, token, %(reason)s, %(event)s from unnest(%(tokens)s::text[]) as token "
            "on conflict do nothing",
            child=child_id,
            reason=reason,
            tokens=sorted(f"Z:{who}" for c, who in now if c == child_id),
            event=r.event_id,
        )
        yield told(child_id)
        yield from refresh(child_id)
