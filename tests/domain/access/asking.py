"""Who asks what of whom in the tests of access: two agencies, their people, a child on file, and the answer."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

import pytest

from domain.child.access_state import AccessState
from domain.child.file_state import FileStatus
from domain.child.state import Child
from domain.context import Actor
from domain.directory import Directory, Post, Unit
from domain.kernel import Command, Event, Refused, State, decide, evolve
from domain.terms.units import UnitKind
from tests.dsl import an_id, local, person, place, put

CHANGNING = place("上海市/长宁区")
CHILD = an_id("child of access")
NOW = "2025-03-03 09:00"


def unit(name: str, kind: UnitKind, division: str = CHANGNING) -> Unit:
    """A unit of the tests."""
    return Unit(id=an_id(name), kind=kind, name=name, division_id=division)


TOWNSHIP = unit("township of access", UnitKind.TOWNSHIP)
CIVIL = unit("civil affairs of access", UnitKind.DISTRICT_CIVIL_AFFAIRS)
CITY = unit("city civil affairs of access", UnitKind.CITY_CIVIL_AFFAIRS, place("上海市"))
SCHOOL = unit("school of access", UnitKind.SCHOOL)
POLICE = unit("police of access", UnitKind.POLICE)
COURT = unit("court of access", UnitKind.COURT)
PROVIDER = unit("provider of access", UnitKind.SOCIAL_WORK_PROVIDER)
SITE = unit("site of access", UnitKind.PLACEMENT_SITE)
UNITS = (TOWNSHIP, CIVIL, CITY, SCHOOL, POLICE, COURT, PROVIDER, SITE)


def of(name: str, role: str, where: Unit) -> Actor:
    """Somebody serving in a unit."""
    return person(name, role, unit_id=where.id, assignment_id=an_id(f"post of {name}"))


OFFICER = of("officer", "police", POLICE)
WORKER = of("worker", "township", TOWNSHIP)
REVIEWER = of("reviewer", "district_civil_affairs", CIVIL)
HEAD = of("head", "school_head", SCHOOL)
VOLUNTEER = of("volunteer", "volunteer", PROVIDER)
POSTS = tuple(
    Post(
        assignment_id=a.assignment_id or UUID(int=1),
        person_id=a.person_id,
        role=a.role,
        unit_id=a.unit_id,
        division_id=CHANGNING,
    )
    for a in (OFFICER, WORKER, REVIEWER, HEAD, VOLUNTEER)
)
DIRECTORY = Directory.of(UNITS, POSTS)


def on_file(**access: Any) -> Child:
    """A child on file in the township's hands; ``access`` is what is on record of access."""
    child = Child(id=CHILD, version=1, access=AccessState(**access))
    file = replace(
        child.file,
        status=FileStatus.OPEN,
        residence=CHANGNING,
        owner_unit_id=TOWNSHIP.id,
    )
    return replace(child, file=file)


def dressed(
    command: Command[Any],
    by: Actor,
    *linked: State,
    at: str = NOW,
    signed_in: datetime | None = None,
    directory: Directory = DIRECTORY,
) -> Command[Any]:
    """The command as the shell would put it, by somebody who signed in just now unless said."""
    made = put(
        command,
        by=by,
        at=at,
        where=CHANGNING,
        directory=directory,
        linked={s.id: s for s in linked},
    )
    context = replace(made.context, signed_in_at=signed_in or local(at))
    return replace(made, context=context)


def facts(state: Any, command: Command[Any], by: Actor, *linked: State, **more: Any) -> Any:
    """What follows."""
    return decide(state, dressed(command, by, *linked, **more))


def after(state: Any, *events: Event[Any]) -> Any:
    """The state once these have happened."""
    for event in events:
        state = evolve(state, event)
    return state


def refused(
    code: str,
    state: Any,
    command: Command[Any],
    by: Actor,
    *linked: State,
    field: str | None = None,
    **more: Any,
) -> Refused:
    """The rules say no with this code, about this field."""
    with pytest.raises(Refused) as found:
        facts(state, command, by, *linked, **more)
    assert found.value.code == code
    assert field is None or found.value.field == field
    return found.value
