"""心理辅导的查阅 · A school's counsellor goes on seeing the child that was counselled, as long as the concern is open.

The task (Q-37) is done with the first session; the counselling is not (常态化, CQ2024-2.2-e), nor the way to a clinic.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from domain.child.closing import DuplicateFileMerged, FileClosed
from domain.child.concerns import ConcernClosed
from domain.child.corrections import EventDisavowed
from domain.child.counselling import CounsellingSessionRecorded
from domain.child.file import EnrolmentRecorded
from domain.child.state import Child
from domain.kernel import Event
from domain.terms.roles import Role
from eventlog.entries import Write
from eventlog.recorded import Recorded
from projections.kernel import Projection
from projections.relations import give, refresh, take
from projections.steps import step

counsellors = Projection("counselling_access", zh="心理辅导的查阅", en="Access for counselling")


@counsellors.on(CounsellingSessionRecorded)
def counselled(r: Recorded, _e: CounsellingSessionRecorded) -> Iterator[Write]:
    """To the counsellor alone, and only where there is a concern."""
    by = r.stamp.by
    concern = isinstance(r.after, Child) and bool(r.after.visits.concerns)
    if concern and by.role == Role.SCHOOL_COUNSELLOR:
        yield give(r.stream_id, f"U:{by.person_id}", f"counselling:{r.event_id}", r.event_id)
        yield from refresh(r.stream_id)


@counsellors.on(ConcernClosed, EventDisavowed, EnrolmentRecorded, FileClosed, DuplicateFileMerged)
def over(r: Recorded, e: Event[Any]) -> Iterator[Write]:
    """No concern is left, the pupil has left the school, or the file is closed."""
    if isinstance(e, EventDisavowed):
        yield take(r.stream_id, f"counselling:{e.target_event_id}")
    if not isinstance(r.after, Child) or not isinstance(r.before, Child):
        return
    moved = r.after.file.school_unit_id != r.before.file.school_unit_id
    closed = isinstance(e, FileClosed | DuplicateFileMerged)
    if moved or closed or not r.after.visits.concerns:
        yield step(
            (r.stream_id,),
            "delete from access_relation a using {rows}(select) one "
            "where a.subject_id = %(child_id)s and starts_with(a.reason, 'counselling:')",
            child_id=r.stream_id,
        )
    yield from refresh(r.stream_id)
