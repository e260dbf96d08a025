"""机构事实 · What a unit's events change of how it stands, who serves there, what it owes, and what was found."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from domain.periods import local_date
from domain.terms.roles import Role
from domain.unit.state import Unit
from eventlog.entries import Write
from eventlog.recorded import Recorded
from projections.kernel import insert
from projections.reports.facts_of_units import (
    FindingFact,
    InspectionFact,
    ObligationFact,
    PostFact,
    Rectification,
    SentFact,
    TrainedFact,
    UnitFact,
)
from projections.reports.places import Places, is_news, path
from projections.reports.versions import begins, stands, turns


def unit_facts(r: Recorded, unit: Unit, places: Places) -> Iterator[Write]:
    """All facts of one unit after one of its events."""
    if unit.kind is None:
        return
    if is_news(r, _how(r.before), _how(unit)):
        yield from _stands_so(r, unit, places)
    if told := _TOLD.get(r.event.name):
        yield from told(r, unit, places)


def _how(state: Any) -> tuple[Any, ...]:
    """What a unit's row is told from."""
    return (state.kind, state.workforce, state.posts) if isinstance(state, Unit) else ()


def _stands_so(r: Recorded, unit: Unit, places: Places) -> Iterator[Write]:
    workforce = unit.workforce
    serving = [o for o in workforce.officers if o.active]
    yield from stands(
        UnitFact,
        r,
        {"unit_id": r.stream_id},
        places=places,
        kind=unit.kind.value if unit.kind else "",
        vacancies=tuple(sorted(workforce.vacancies)),
        directors=unit.serving(Role.CHILD_DIRECTOR),
        children=workforce.children,
        ratio_breached=workforce.breached,
        offices=tuple(sorted(str(o.office) for o in serving)),
        prosecutor=any(o.prosecutor_deputy for o in serving),
    )


def _appointed(r: Recorded, _unit: Unit, places: Places) -> Iterator[Write]:
    e: Any = r.event
    own = path(e.division_id, local_date(r.recorded_at)) if e.division_id else places
    yield from begins(
        PostFact,
        r,
        {"assignment_id": e.assignment_id},
        unit_id=r.stream_id,
        person_id=e.person_id,
        places=own,
        role=e.role.value,
        active=True,
    )


def _left(r: Recorded, _unit: Unit, _places: Places) -> Iterator[Write]:
    e: Any = r.event
    yield from turns(
        PostFact, r, {"assignment_id": e.assignment_id}, active=False, event_id=r.event_id
    )


def _trained(r: Recorded, _unit: Unit, places: Places) -> Iterator[Write]:
    e: Any = r.event
    for person in sorted(set(e.trained_person_ids), key=str):
        yield insert(
            TrainedFact,
            event_id=r.event_id,
            from_position=r.position,
            until_position=None,
            unit_id=r.stream_id,
            person_id=person,
            places=places,
            level=str(e.training_level),
            trainees=str(e.trainees),
            trained_on=local_date(r.occurred_at),
        )


def _owed(r: Recorded, unit: Unit, places: Places) -> Iterator[Write]:
    e: Any = r.event
    yield from begins(
        ObligationFact,
        r,
        {"obligation_id": e.obligation_id},
        unit_id=r.stream_id,
        unit_kind=unit.kind.value if unit.kind else "",
        places=places,
        code=str(e.duty_code),
        period=str(e.duty_period),
        begins_on=e.duty_from_on,
        due_on=e.duty_due_on,
        presumed=e.due_presumed,
        needed=e.times_needed,
        done=0,
        missed=False,
        fulfilled_on=None,
        double_use=False,
    )


def _dated(r: Recorded, _unit: Unit, _places: Places) -> Iterator[Write]:
    e: Any = r.event
    changes: dict[str, Any] = {"due_on": e.duty_due_on, "presumed": False}
    if e.ahead_after_all:
        changes["missed"] = False
    yield from turns(ObligationFact, r, {"obligation_id": e.obligation_id}, **changes)


def _done(r: Recorded, unit: Unit, _places: Places) -> Iterator[Write]:
    """Once more; the day counts on which it was done as often as the text asks."""
    e: Any = r.event
    owed = unit.obligations.find(e.obligation_id)
    if owed is None:
        return
    changes: dict[str, Any] = {"done": owed.done, "event_id": r.event_id}
    if e.double_use:
        changes["double_use"] = True
    if owed.done == owed.needed:
        changes["fulfilled_on"] = e.fulfilled_on
    yield from turns(ObligationFact, r, {"obligation_id": e.obligation_id}, **changes)


def _reopened(r: Recorded, _unit: Unit, _places: Places) -> Iterator[Write]:
    e: Any = r.event
    where = {"obligation_id": e.obligation_id}
    yield from turns(ObligationFact, r, where, done=0, fulfilled_on=None)


def _missed(r: Recorded, _unit: Unit, _places: Places) -> Iterator[Write]:
    e: Any = r.event
    where = {"obligation_id": e.obligation_id}
    yield from turns(ObligationFact, r, where, missed=True, event_id=r.event_id)


def _inspected(r: Recorded, _unit: Unit, places: Places) -> Iterator[Write]:
    e: Any = r.event
    yield insert(
        InspectionFact,
        inspection_id=e.inspection_id,
        from_position=r.position,
        until_position=None,
        event_id=r.event_id,
        unit_id=r.stream_id,
        inspected_unit_id=e.inspected_unit_id,
        places=places,
        kind=str(e.inspection_kind),
        sampled_files=e.sampled_files,
        inspected_on=local_date(r.occurred_at),
    )


def _found(r: Recorded, _unit: Unit, places: Places) -> Iterator[Write]:
    e: Any = r.event
    yield from begins(
        FindingFact,
        r,
        {"finding_id": e.finding_id},
        unit_id=r.stream_id,
        inspection_id=e.inspection_id,
        rectifying_unit_id=None,
        places=places,
        kind=str(e.finding_kind),
        many=e.finding_count,
        status=Rectification.FOUND.value,
        found_on=local_date(r.occurred_at),
        rectify_by_on=None,
        completed_on=None,
    )


def _ordered(r: Recorded, _unit: Unit, _places: Places) -> Iterator[Write]:
    e: Any = r.event
    yield from turns(
        FindingFact,
        r,
        {"finding_id": e.finding_id},
        status=Rectification.ORDERED.value,
        rectifying_unit_id=e.rectifying_unit_id,
        rectify_by_on=e.rectify_by_on,
        event_id=r.event_id,
    )


def _rectified(r: Recorded, _unit: Unit, _places: Places) -> Iterator[Write]:
    e: Any = r.event
    yield from turns(
        FindingFact,
        r,
        {"finding_id": e.finding_id},
        status=Rectification.COMPLETED.value,
        completed_on=local_date(r.occurred_at),
        event_id=r.event_id,
    )


def _sent(r: Recorded, _unit: Unit, places: Places) -> Iterator[Write]:
    e: Any = r.event
    yield insert(
        SentFact,
        event_id=r.event_id,
        from_position=r.position,
        until_position=None,
        unit_id=r.stream_id,
        places=places,
        report_year=e.report_year,
        as_of_on=e.figures_as_of_on,
        log_position=e.figures_position,
        figures_hash=e.figures_hash,
        narrative=e.report_narrative,
        open_rectifications=e.open_rectifications,
        figures={"figures": [figure.plain() for figure in e.reported_figures]},
        sent_at=r.occurred_at,
    )


_TOLD: dict[str, Callable[[Recorded, Unit, Places], Iterator[Write]]] = {
    "unit.person_appointed": _appointed,
    "unit.assignment_ended": _left,
    "unit.assignment_barred": _left,
    "unit.training_recorded": _trained,
    "unit.obligation_created": _owed,
    "unit.obligation_dated": _dated,
    "unit.obligation_fulfilled": _done,
    "unit.obligation_missed": _missed,
    "unit.obligation_reopened": _reopened,
    "unit.inspection_recorded": _inspected,
    "unit.finding_recorded": _found,
    "unit.rectification_ordered": _ordered,
    "unit.rectification_completed": _rectified,
    "unit.annual_progress_report_submitted": _sent,
}
