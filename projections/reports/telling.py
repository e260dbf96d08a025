"""事实行的讲述 · Fact rows told from every event, in log order, from a bookmark; no reader waits for them."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime
from types import MappingProxyType
from typing import Any
from uuid import UUID

from domain.case.state import Case
from domain.child.state import Child
from domain.kernel import Event, State
from domain.periods import local_date
from domain.unit.state import Unit
from eventlog.entries import Write
from eventlog.recorded import Recorded
from projections.kernel import Projection, insert, upsert
from projections.reports.counted import HAPPENS, MATTERS, Happens, Matter
from projections.reports.facts import FACTS, DayFact, HappeningFact, MatterFact
from projections.reports.places import places_of
from projections.reports.told_of_cases import case_facts
from projections.reports.told_of_children import child_facts
from projections.reports.told_of_disavowals import DISAVOWED, disavowal_facts
from projections.reports.told_of_pupils import pupil_facts
from projections.reports.told_of_support import support_facts
from projections.reports.told_of_units import unit_facts
from projections.reports.versions import begins, end_of, forgets, turns

reports = Projection("reports", zh="统计报表", en="Reports", inline=False)

_HAPPENS = {one.event: one for one in HAPPENS}
_OPENS = {name: matter for matter in MATTERS for name in matter.opens}
_CLOSES = {name: matter for matter in MATTERS for name in matter.closes}

Tells = Callable[[Recorded, Any, tuple[str, ...]], Iterator[Write]]
_STATES: Mapping[type[State], tuple[Tells, ...]] = MappingProxyType(
    {
        Child: (child_facts, support_facts, pupil_facts),
        Case: (case_facts,),
        Unit: (unit_facts,),
    }
)
"""Which telling hears the events of which kind of stream; a chapter that lands adds its line here."""


@reports.on_every
def told(r: Recorded, event: Event[Any]) -> Iterator[Write]:
    """The day of the log, then what this event changes of each fact."""
    yield upsert(DayFact, recorded_on=local_date(r.recorded_at), last_position=r.position)
    places = places_of(r)
    for tells in _STATES.get(type(r.after), ()):  # type: ignore[arg-type]
        yield from tells(r, r.after, places)
    if one := _HAPPENS.get(event.name):
        yield _happened(one, r, places)
    if matter := _OPENS.get(event.name):
        yield from _opened(matter, r, places)
    if matter := _CLOSES.get(event.name):
        yield from _closed(matter, r)
    if event.name == DISAVOWED:
        yield from disavowal_facts(r)
    if event.name == "access.child_erased":
        for stream_id in event.key_scopes:  # type: ignore[attr-defined]
            for model in FACTS:
                yield from forgets(model, stream_id)


def _child_of(r: Recorded) -> UUID | None:
    """The one child it is about; of a case with several, the one the event names."""
    if r.stream == "child":
        return r.stream_id
    named: UUID | None = getattr(r.event, "child_id", None)
    children = r.after.concerns if r.after is not None else r.concerns
    return named or (children[0] if len(children) == 1 else None)


def _about(r: Recorded, places: tuple[str, ...]) -> dict[str, Any]:
    return {
        "subject_id": r.stream_id,
        "child_id": _child_of(r),
        "case_id": r.stream_id if r.stream == "case" else None,
        "places": places,
    }


def _happened(one: Happens, r: Recorded, places: tuple[str, ...]) -> Write:
    value = getattr(r.event, one.cell) if one.cell else ()
    cells = [*value] if isinstance(value, tuple | frozenset) else [value]
    cells += [flag for flag in one.flags if getattr(r.event, flag)]
    of = (str(getattr(r.event, one.of)),) if one.of else ()
    return insert(
        HappeningFact,
        event_id=r.event_id,
        from_position=r.position,
        until_position=None,
        name=r.event.name,
        cells=(*sorted(str(c) for c in cells if c is not None), *of),
        amount=getattr(r.event, one.amount) if one.amount else None,
        part=getattr(r.event, one.part) if one.part else None,
        occurred_on=local_date(r.occurred_at),
        person_id=r.stamp.by.person_id,
        fingerprint=_fingerprint(getattr(r.event, one.words)) if one.words else None,
        **_about(r, places),
    )


def _fingerprint(words: str | None) -> str | None:
    """The same for texts that differ in blanks and marks only; none for a text too short to be told from another."""
    plain = "".join(c for c in words or "" if c.isalnum())
    return hashlib.sha256(plain.encode()).hexdigest()[:24] if plain else None


def _key(matter: Matter, r: Recorded) -> UUID:
    found: UUID = getattr(r.event, matter.key) if matter.key else r.stream_id
    return found


def _opened(matter: Matter, r: Recorded, places: tuple[str, ...]) -> Iterator[Write]:
    cell = getattr(r.event, matter.cell, None) if matter.cell else None
    yield from begins(
        MatterFact,
        r,
        {"kind": matter.kind, "matter_id": _key(matter, r) if matter.key else r.event_id},
        cell=None if cell is None else str(cell),
        opened_at=r.occurred_at,
        due_at=_moment(getattr(r.event, matter.due)) if matter.due else None,
        closed_at=None,
        closed_event=None,
        outcome=None,
        **_about(r, places),
    )


def _closed(matter: Matter, r: Recorded) -> Iterator[Write]:
    outcome = getattr(r.event, matter.outcome, None) if matter.outcome else None
    name = "matter_id" if matter.key else "subject_id"
    yield from turns(
        MatterFact,
        r,
        {"kind": matter.kind, name: _key(matter, r)},
        only="closed_at is null",
        closed_at=r.occurred_at,
        closed_event=r.event_id,
        outcome=None if outcome is None else str(outcome),
    )


def _moment(value: date | datetime | None) -> datetime | None:
    if value is None or isinstance(value, datetime):
        return value
    return end_of(value)
