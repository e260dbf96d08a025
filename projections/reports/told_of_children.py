"""儿童事实 · What a child's events change of how it stands on file, of its tier, and of what falls due for it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from domain.child.completeness import kept_sections
from domain.child.file_state import FileStatus
from domain.child.state import Child
from domain.child.visits_state import Rhythm, VisitsState
from domain.periods import local_date
from domain.replacing import replace
from eventlog.entries import Write
from eventlog.recorded import Recorded
from projections.at_rest import reopened
from projections.reports.facts import ChildFact, DutyFact, MatterFact, TierFact
from projections.reports.places import Places, is_news, places_of, stayed
from projections.reports.told_of_disavowals import DISAVOWED
from projections.reports.versions import SCREENING, becomes, stands, turns

SUPERVISION = "ENTRUST_SUPERVISION"
_RUNS = "done_on is null and not ended"
_SUPERVISED = "child.entrusted_care_supervised"
_LOOKED_AT = frozenset({"child.screened", "child.file_closed", "child.duplicate_file_merged"})
_FILE_OVER = frozenset({"child.file_closed", "child.duplicate_file_merged"})
_CARE_OVER = frozenset({"child.entrusted_care_ended", "child.entrusted_carer_replaced"})


def child_facts(r: Recorded, child: Child, places: tuple[str, ...]) -> Iterator[Write]:
    """All facts of one child after one of its events."""
    if child.file.status is FileStatus.NONE:
        return
    before = r.before if isinstance(r.before, Child) else Child()
    earlier_file = (before.file, before.care, kept_sections(before))
    if is_news(r, earlier_file, (child.file, child.care, kept_sections(child))):
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
            yield from _duty(r, kind, _running(earlier, was), _running(visits, rhythm))
    yield from _supervision(r, places)
    if r.event.name in _LOOKED_AT:
        owed = {"kind": SCREENING, "child_id": r.stream_id}
        done: dict[str, Any] = {"closed_at": r.occurred_at, "closed_event": r.event_id}
        yield from turns(MatterFact, r, owed, "closed_at is null", **done)


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
        "sections": tuple(sorted(kept_sections(child))),
        "has_worker": file.responsible_person is not None,
        "verified_on": file.verified_on,
        "key_target": bool(file.flags),
        "parents_gone": care.parents_gone,
        "has_carer": care.has_carer,
        "agreement_required": care.agreement_required,
        "agreement_signed": care.agreement_signed,
    }
    yield from stands(ChildFact, r, {"child_id": r.stream_id}, **said)


@dataclass(frozen=True)
class _Running:
    """The duty that runs, as a state says."""

    counted: UUID
    counted_on: date
    cadence: str
    due_on: date
    done_on: date | None
    """The day on which the one before it was done, if this one counts from there."""


def _running(visits: VisitsState, rhythm: Rhythm) -> _Running | None:
    counted, on = _counted_from(rhythm)
    if rhythm.next_on is None or counted is None or on is None:
        return None
    done = rhythm.last_on if counted == rhythm.last_event else None
    return _Running(counted, on, str(visits.cadence), rhythm.next_on, done)


def _duty(r: Recorded, kind: str, was: _Running | None, now: _Running | None) -> Iterator[Write]:
    """The duty that runs now; the one before it was done by the event from which this one counts, or fell away."""
    places = places_of(r)
    if now is not None and r.event.name == DISAVOWED:
        now = replace(now, done_on=None)  # it came before what is gone, and did not meet it
    if _is_looked_for(r, was):
        yield from _others_end(r, kind, now)
    elif was is not None and (now is None or now.counted != was.counted):
        done = None if now is None else now.done_on
        event = r.event_id if now is None or done is None else now.counted
        over: dict[str, Any] = {"done_on": done, "ended": done is None}
        yield from becomes(DutyFact, r, _key(r, kind, was), event, **_said(was, places), **over)
    if now is not None:
        runs: dict[str, Any] = {"done_on": None, "ended": False}
        yield from stands(DutyFact, r, _key(r, kind, now), **_said(now, places), **runs)


def _is_looked_for(r: Recorded, was: _Running | None) -> bool:
    """Whether only the rows know what ran: the state before the event is not known, or was not told, or elsewhere."""
    before = r.before
    if not isinstance(before, Child):
        return True
    return was is not None and (before.file.status is FileStatus.NONE or not stayed(r))


def _key(r: Recorded, kind: str, duty: _Running) -> dict[str, Any]:
    return {"child_id": r.stream_id, "kind": kind, "counted_event": duty.counted}


def _said(duty: _Running, places: Places) -> dict[str, Any]:
    return {
        "places": places,
        "counted_on": duty.counted_on,
        "cadence": duty.cadence,
        "due_on": duty.due_on,
    }


def _others_end(r: Recorded, kind: str, now: _Running | None) -> Iterator[Write]:
    """Whatever runs beside ``now``, which only the rows know."""
    where = {"child_id": r.stream_id, "kind": kind}
    if now is None:
        yield from _fell_away(r, where)
        return
    other, but = f"{_RUNS} and counted_event <> %(but)s::uuid", {"but": now.counted}
    if now.done_on is not None:
        yield from turns(DutyFact, r, where, other, but, done_on=now.done_on, event_id=now.counted)
    else:
        yield from turns(DutyFact, r, where, other, but, ended=True, event_id=r.event_id)


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
    running: dict[str, Any] = {"child_id": r.stream_id, "kind": SUPERVISION}
    if name in _FILE_OVER:
        yield from _fell_away(r, running)
    if reopened(r):
        yield from _runs_again(r, running)
    if due_on is None and name not in _CARE_OVER:
        return
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


def _runs_again(r: Recorded, where: dict[str, Any]) -> Iterator[Write]:
    """What fell away with the closing of the file, unless the care ended or was supervised meanwhile."""
    before, child = r.before, r.after
    if not isinstance(before, Child) or not isinstance(child, Child) or not child.care.has_carer:
        return
    only = (
        "ended and event_id = %(closing)s::uuid and not exists (select from report_duty o "
        "where o.child_id = %(child_id)s and o.kind = %(kind)s and o.until_position is null "
        "and o.done_on is null and not o.ended)"
    )
    given = {"closing": before.file.closing_event}
    yield from turns(DutyFact, r, where, only, given, ended=False, event_id=r.event_id)
