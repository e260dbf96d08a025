"""撤销的讲述 · What a disavowal changes of the facts: what did not happen counts no more, and ends or meets nothing.

As of a day before that was known it still does.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import LiteralString
from uuid import UUID

from eventlog.entries import Write
from eventlog.recorded import Recorded
from projections.kernel import sql
from projections.reports.facts import MatterFact
from projections.reports.versions import turns

DISAVOWED = "child.event_disavowed"

_HAPPENED: LiteralString = (
    "update report_happening set until_position = %(position)s "
    "where event_id = %(gone)s and until_position is null"
)
_OPENED: LiteralString = (
    "update report_matter set until_position = %(position)s "
    "where child_id = %(child_id)s and event_id = %(gone)s and until_position is null"
)
_NEW: LiteralString = (
    "insert into report_duty (child_id, kind, counted_event, counted_on, from_position, until_position, digest, "
    "event_id, places, cadence, due_on, done_on, ended) "
)
_DUTIES: LiteralString = (
    "with gone as (update report_duty set until_position = %(position)s where child_id = %(child_id)s "
    "and counted_event = %(gone)s and until_position is null and from_position < %(position)s returning *), "
    "met as (update report_duty set until_position = %(position)s where child_id = %(child_id)s "
    "and event_id = %(gone)s and counted_event <> %(gone)s and until_position is null "
    "and from_position < %(position)s returning *), "
    "fallen as ("
    + _NEW
    + "select g.child_id, g.kind, g.counted_event, g.counted_on, %(position)s, null, '', "
    "%(event_id)s, g.places, g.cadence, g.due_on, null, true from gone g) "
    + _NEW
    + "select m.child_id, m.kind, m.counted_event, m.counted_on, %(position)s, null, '', "
    "coalesce(case when g.done_on is not null or g.ended then g.event_id end, n.counted_event, %(event_id)s), "
    "m.places, m.cadence, m.due_on, coalesce(g.done_on, n.counted_on), coalesce(g.ended, false) "
    "from met m left join gone g on g.kind = m.kind left join lateral ("
    "select d.counted_event, d.counted_on from report_duty d where g.kind is null and not m.ended "
    "and d.child_id = m.child_id and d.kind = m.kind and d.until_position is null "
    "and d.counted_event not in (%(gone)s, m.counted_event) and d.counted_on >= m.counted_on "
    "order by d.counted_on limit 1) n on true"
)
"""A duty that counted from it falls away; the one that was met or ended by it meets the fate of that one, is met by
the next fact that counts, or runs again."""


def disavowal_facts(r: Recorded) -> Iterator[Write]:
    """After what the state says: only rows that this event has not told already are looked for."""
    gone: UUID = r.event.target_event_id  # type: ignore[attr-defined]
    about = {"position": r.position, "child_id": r.stream_id, "gone": gone}
    yield sql(_HAPPENED, position=r.position, gone=gone)
    yield sql(_OPENED, **about)
    closed = {"child_id": r.stream_id, "closed_event": gone}
    yield from turns(MatterFact, r, closed, closed_at=None, closed_event=None, outcome=None)
    yield sql(_DUTIES, **about, event_id=r.event_id)
