"""当时所知 · A child or a case as it was known at a moment, told anew from the log (scenario 18 step 2).

By ``recorded`` time: what anybody could know then, late entries absent, values not yet corrected. By ``occurred`` time:
what was the case then, by all that is known now. The rows are told by the projections themselves, into the live tables
within a transaction that is always rolled back: nobody sees them but this connection, and no second way of telling
exists that could tell it differently.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from psycopg import Connection
from psycopg_pool import ConnectionPool

from domain.kernel import STREAMS, State, evolve
from eventlog.recorded import Recorded, Unreadable
from projections.apart import joined, selected
from projections.care_details import care as care_details
from projections.case_details import details as case_details
from projections.case_told import cases
from projections.child_details import details as child_details
from projections.child_told import children
from projections.entitlement_details import entitlements
from projections.erasure import forgotten
from projections.inline import Inline
from projections.intervention_details import interventions
from projections.kernel import Projection
from projections.placement_details import placements
from projections.readmodel import READ_MODELS
from projections.school_details import schooling

TOLD: tuple[Projection, ...] = (
    children,
    child_details,
    care_details,
    entitlements,
    cases,
    case_details,
    interventions,
    placements,
    schooling,
)
"""What makes the picture of a child and a case; tasks and timeline carry their own times."""
ERASED = "select stream_id from erasure where stream_id = any(%(subjects)s)"
"""What is destroyed is known at no moment: a tombstone is neither a name nor a day of birth."""
LIMITS = "set local lock_timeout = '1s'; set local statement_timeout = '3s'"
Rows = list[dict[str, Any]]


@dataclass(frozen=True, kw_only=True)
class Moment:
    """Until when: by the time of recording, of occurring, or both (aware)."""

    recorded: datetime | None = None
    occurred: datetime | None = None

    def includes(self, r: Recorded) -> bool:
        """Whether this event counts."""
        known = self.recorded is None or r.recorded_at <= self.recorded
        return known and (self.occurred is None or r.occurred_at <= self.occurred)


def as_known(
    pool: ConnectionPool[Connection[dict[str, Any]]],
    histories: Iterable[Sequence[Recorded]],
    moment: Moment,
    wanted: Sequence[tuple[str, str]],
) -> dict[str, Rows]:
    """The rows of the ``wanted`` (table, order by) that the histories of some streams tell up to a moment."""
    streams = [list(history) for history in histories]
    told = sorted(
        (r for history in streams for r in _folded(history, moment)),
        key=lambda r: (r.recorded_at, r.version),
    )
    subjects = [r.stream_id for history in streams for r in history[:1]]
    found: dict[str, Rows] = {}
    with pool.connection() as conn, conn.transaction(force_rollback=True):
        conn.execute(LIMITS)
        erased = [row["stream_id"] for row in conn.execute(ERASED, {"subjects": subjects})]
        for statement in _emptied():
            conn.execute(statement, {"subjects": subjects})
        for write in Inline(TOLD)(told):
            conn.execute(write.sql, write.params)
        models = [READ_MODELS[table] for table, _ in wanted]
        for write in (w for stream_id in erased for w in forgotten(stream_id, models)):
            conn.execute(write.sql, write.params)
        for table, order in wanted:
            key = "case_id" if table == "case_file" else "child_id"
            model = READ_MODELS[table]
            query = (
                f"select {selected(model)} from {table}{joined(model)} "
                f"where {table}.{key} = any(%(subjects)s) order by {order}"
            )
            found[table] = conn.execute(query.encode(), {"subjects": subjects}).fetchall()
    return found


def _folded(history: Sequence[Recorded], moment: Moment) -> Iterator[Recorded]:
    """The events that count, each with the state as it was after those that count."""
    state: State | None = None
    for r in history:
        if not moment.includes(r) or isinstance(r.event, Unreadable):
            continue
        state = state or STREAMS[r.stream](id=r.stream_id)
        state = evolve(state, r.event)
        yield replace(r, after=state, concerns=state.concerns)


def _emptied() -> Iterator[bytes]:
    for model in READ_MODELS.values():
        names = {s.name for s in model.specs}
        for column in ("child_id", "case_id", "subject_id"):
            if column in names and model.table != "access_grant":
                yield f"delete from {model.table} where {column} = any(%(subjects)s)".encode()
