"""回避 · Who is kept from a child: one token on the child, its cases and its tasks that outweighs every other."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

from domain.child.conflict import ConflictDeclared, ConflictLifted
from eventlog.entries import Write
from eventlog.recorded import Recorded
from projections.kernel import Projection, sql
from projections.relations import give, refresh, shown
from projections.task_writes import kept_away

conflicts = Projection("conflict", zh="回避", en="Conflicts of interest")


@conflicts.on(ConflictDeclared)
def declared(r: Recorded, e: ConflictDeclared) -> Iterator[Write]:
    """From now on, in open sockets too: a task that is already on somebody's screen moves as well."""
    token, reason = f"X:{e.kept_away_id}", f"conflict:{e.conflict_id}"
    yield give(r.stream_id, token, reason, r.event_id)
    yield sql(
        "insert into access_relation (subject_id, token, reason, event_id) "
        "select case_id, %(token)s, %(reason)s, %(event_id)s from case_child "
        "where child_id = %(child_id)s on conflict do nothing",
        token=token,
        reason=reason,
        event_id=r.event_id,
        child_id=r.stream_id,
    )
    yield kept_away(r.position, r.stream_id, token)
    yield from _shown(r)


@conflicts.on(ConflictLifted)
def lifted(r: Recorded, e: ConflictLifted) -> Iterator[Write]:
    """The other relations count again. Cases that came later had the token through the child."""
    yield sql(
        "delete from access_relation where reason = %(child)s and token in "
        "(select token from access_relation where reason = %(reason)s)",
        child=f"child:{r.stream_id}",
        reason=f"conflict:{e.conflict_id}",
    )
    yield sql(
        "delete from access_relation where reason = %(reason)s",
        reason=f"conflict:{e.conflict_id}",
    )
    yield from _shown(r)


def _shown(r: Recorded) -> Iterator[Write]:
    """The tokens of the child, of its cases, and of its tasks."""
    yield from refresh(r.stream_id)
    yield _cases(r.stream_id)
    yield sql(
        "update work_item w set position = case when w.is_open then %(position)s else w.position end, "
        "tokens = array(select distinct t from (select t from unnest(w.tokens) t where t not like 'X:%%' "
        "union select sec.sealed(token) from access_relation where subject_id in (w.child_id, w.case_id) "
        "and token like 'X:%%') k(t) order by t) "
        "where w.child_id = %(child_id)s "
        "or w.case_id = any(array(select case_id from case_child where child_id = %(child_id)s))",
        position=r.position,
        child_id=r.stream_id,
    )


def _cases(child_id: UUID) -> Write:
    return sql(
        f"update case_file c set tokens = {shown('c.case_id')} "
        "where c.case_id in (select case_id from case_child where child_id = %(child_id)s)",
        child_id=child_id,
    )
