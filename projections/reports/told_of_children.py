"""儿童事实 · What a child's events change of how it stands on file, of its tier, and of what falls due for it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any
from uuid import UUID

from domain.child.file_state import FileStatus
from domain.child.state import Child
from domain.child.visits_state import Rhythm
from domain.periods import local_date
from eventlog.entries import Write
from eventlog.recorded import Recorded
from projections.reports.facts import ChildFact, DutyFact, TierFact
from projections.reports.places import is_news
from projections.reports.versions import stands, turns

SUPERVISION = "ENTRUST_SUPERVISION"
_RUNS = "done_on is null and not ended"
_SUPERVISED = "child.entrusted_care_supervised"
_CARE_OVER = frozenset({"child.entrusted_care_ended", "child.entrusted_carer_replaced"})


def child_facts(r: Recorded, child: Child, places: tuple[str, ...]) -> Iterator[Write]:
    """All facts of one child after one of its events."""
    if child.file.status is FileStatus.NONE:
        return
    before = r.before if isinstance(r.before, Child) else Child()
    if is_news(r, (before.file, before.care), (child.file, child.care)):
        yield from _on_file(r, child, places)
    if is_news(r, (before.file.status, before.tier.tier), (child.file.status, child.tier.tier)):
        yield from _tier(r, child, places)
    earlier, visits = before.visits, child.visits
    for kind, was, rhythm in (
        ("CONTACT", earlier.contact, visits.contact),
        ("HOME_VISIT", earlier.home_visit, visits.home_visit),
    ):
        yield from _entered_late(r, kind, rhythm)
        now = (child.file.status, visits.cadence, rhythm)
        if is_news(r, (before.file.status, earlier.cadence, was), now):
            yield from _duty(r, child, kind, rhythm, places)
    yield from _supervision(r, places)


def _tier(r: Recorded, child: Child, places: tuple[str, ...]) -> Iterator[Write]:
    yield from stands(
        TierFact,
        r,
        {"child_id": r.stream_id},
        places=places,
        status=child.file.status.value,
        tier=child.tier.tier,
    )


def _on_file(r: Recorded, child: Child, places: tuple[str, ...]) -> Iterator[Write]:
    file, care = child.file, child.care
    groups = sorted({str(c.group) for c in file.held})
    said: dict[str, Any] = {
        "places": places,
        "status": file.status.value,
        "categories": tuple(sorted(file.categories)),
        "care_group": "+".join(groups) or "NONE",
        "sex": None if file.sex is None else str(file.sex),
        "birth_on": file.birth_on,
        "area_type": None if file.area_type is None else str(file.area_type),
        "has_worker": file.responsible_person is not None,
        "verified_on": file.verified_on,
        "key_target": bool(file.flags),
        "parents_gone": care.parents_gone,
        "has_carer": care.has_carer,
        "agreement_required": care.agreement_required,
        "agreement_signed": care.agreement_signed,
    }
    on = local_date(r.occurred_at)
    yield from stands(ChildFact, r, {"child_id": r.stream_id}, unhashed={"since_on": on}, **said)


def _duty(
    r: Recorded, child: Child, kind: str, rhythm: Rhythm, places: tuple[str, ...]
) -> Iterator[Write]:
    """The duty that runs now; the one before it was done by the event from which this one counts, or fell away."""
    counted, counted_on = _counted_from(rhythm)
    before: dict[str, Any] = {"child_id": r.stream_id, "kind": kind}
    if rhythm.next_on is None or counted is None or counted_on is None:
        yield from _fell_away(r, before)
        return
    done = rhythm.last_on if counted == rhythm.last_event else None
    other, but = f"{_RUNS} and counted_event <> %(but)s::uuid", {"but": counted}
    if done is not None:
        yield from turns(DutyFact, r, before, other, but, done_on=done, event_id=counted)
    else:
        yield from turns(DutyFact, r, before, other, but, ended=True, event_id=r.event_id)
    yield from stands(
        DutyFact,
        r,
        {**before, "counted_event": counted},
        places=places,
        counted_on=counted_on,
        cadence=str(child.visits.cadence),
        due_on=rhythm.next_on,
        done_on=None,
        ended=False,
    )


def _counted_from(rhythm: Rhythm) -> tuple[UUID | None, date | None]:
    """The event and day from which the next due day is counted: the last one done since the duty began, else that."""
    done = rhythm.last_on is not None and (
        rhythm.begun_on is None or rhythm.last_on >= rhythm.begun_on
    )
    if done:
        return rhythm.last_event, rhythm.last_on
    return rhythm.begun_event, rhythm.begun_on


def _entered_late(r: Recorded, kind: str, rhythm: Rhythm) -> Iterator[Write]:
    """A contact or visit entered after a later one: the duty that ran on its day was done by it, not by the later."""
    on = _met_on(r, kind)
    if on is None or r.event_id == rhythm.last_event:
        return
    yield from turns(
        DutyFact,
        r,
        {"child_id": r.stream_id, "kind": kind},
        only="done_on > %(met_on)s::date and counted_on <= %(met_on)s::date",
        given={"met_on": on},
        done_on=on,
        event_id=r.event_id,
    )


def _met_on(r: Recorded, kind: str) -> date | None:
    """The day on which this event met a duty of the kind; none where it is about something else."""
    e: Any = r.event
    if e.name == "child.home_visit_made" and (kind == "HOME_VISIT" or e.counts_as_contact):
        day: date = e.visited_on
    elif (
        e.name == "child.contact_made" and kind == "CONTACT" and str(e.contact_result) == "REACHED"
    ):
        day = e.contacted_on
    else:
        return None
    return day


def _fell_away(r: Recorded, where: dict[str, Any]) -> Iterator[Write]:
    yield from turns(DutyFact, r, where, only=_RUNS, ended=True, event_id=r.event_id)


def _supervision(r: Recorded, places: tuple[str, ...]) -> Iterator[Write]:
    """Supervision of entrusted care (T of E.2): each event that says a new day takes the place of the one before."""
    name, due_on = r.event.name, getattr(r.event, "supervision_due_on", None)
    if due_on is None and name not in _CARE_OVER:
        return
    running: dict[str, Any] = {"child_id": r.stream_id, "kind": SUPERVISION}
    on = local_date(r.occurred_at)
    if name == _SUPERVISED:
        yield from turns(DutyFact, r, running, only=_RUNS, done_on=on, event_id=r.event_id)
    else:
        yield from _fell_away(r, running)
    if due_on is not None:
        yield from stands(
            DutyFact,
            r,
            {**running, "counted_event": r.event_id},
            places=places,
            counted_on=on,
            cadence="SUPERVISION",
            due_on=due_on,
            done_on=None,
            ended=False,
        )
