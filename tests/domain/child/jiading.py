"""The people and the file of scenario 7: girl T., 13, in Jiading, and her director Mr D."""

from __future__ import annotations

from datetime import date
from typing import Any, TypeVar
from uuid import UUID

from domain.child.concerns import RecordBehaviourConcern
from domain.child.contacts import MakeContact
from domain.child.file import OpenChildFile
from domain.child.home_visits import CHECKED_HAZARDS, MakeHomeVisit
from domain.directory import Directory, Post, Unit
from domain.kernel import Event
from domain.terms.file import Sex
from domain.terms.places import AreaType
from domain.terms.units import UnitKind
from domain.terms.visits import (
    BehaviourConcern,
    ConcernSource,
    HomeHazardKind,
    InfringementSign,
    VisitContactChannel,
    VisitContactWith,
    VisitPresent,
)
from tests.domain.child.family import DISTRICT, JUYUAN, STREET
from tests.domain.story import Story
from tests.dsl import an_id, person

E = TypeVar("E", bound=Event[Any])

T = an_id("T.")
SCHOOL = an_id("嘉定镇小学")
DIRECTOR = person("Mr D.", "child_director")
TEACHER = person("teacher", "class_teacher")
SUPERVISOR = person("supervisor", "child_supervisor")
POLICE = Unit(
    id=an_id("嘉定镇派出所"), kind=UnitKind.POLICE, name="嘉定镇派出所", division_id=JUYUAN
)
COMMITTEE = Unit(
    id=an_id("嘉定居委会"), kind=UnitKind.VILLAGE_COMMITTEE, name="居委会", division_id=JUYUAN
)
DIRECTORY = Directory.of(
    (STREET, DISTRICT, POLICE, COMMITTEE),
    (
        Post(
            assignment_id=an_id("Mr D. as director"),
            person_id=DIRECTOR.person_id,
            role="child_director",
            unit_id=COMMITTEE.id,
            division_id=JUYUAN,
        ),
    ),
)


def opened(at: str = "2024-07-01 09:00", where: Any = JUYUAN, **more: Any) -> Story:
    """T.'s file, open since that day."""
    story = Story(where, DIRECTORY)
    usual: dict[str, Any] = {
        "child_name": "陶一",
        "sex": Sex.FEMALE,
        "birth_on": date(2011, 5, 4),
        "residence": where,
        "area_type": AreaType.SUBURBAN_RURAL,
        "school_unit_id": SCHOOL,
    }
    story.put(OpenChildFile(**{**usual, **more}), at=at)
    return story


def visit(*, seen: bool = True, **more: Any) -> MakeHomeVisit:
    """A home visit with the grandmother who looks after T., everything looked for."""
    usual: dict[str, Any] = {
        "visit_present": (VisitPresent.CARER,),
        "child_seen": seen,
        "signs_checked": tuple(InfringementSign),
        "hazards_checked": tuple(k for k in HomeHazardKind if k in CHECKED_HAZARDS),
    }
    return MakeHomeVisit(**{**usual, **more})


def call(**more: Any) -> MakeContact:
    """A phone call with T."""
    usual: dict[str, Any] = {
        "contact_channel": VisitContactChannel.PHONE,
        "contact_with": (VisitContactWith.CHILD,),
    }
    return MakeContact(**{**usual, **more})


def worry(**more: Any) -> RecordBehaviourConcern:
    """What the school records."""
    usual: dict[str, Any] = {
        "behaviour_concern": BehaviourConcern.AGGRESSION,
        "concern_source": ConcernSource.TEACHER,
        "concern_note": "多次与同学打架",
    }
    return RecordBehaviourConcern(**{**usual, **more})


def dues(story: Story, child_id: UUID = T) -> tuple[str | None, str | None]:
    """Due days of contact and home visit, as ``MM-DD`` of the year they fall in."""
    visits = story.child(child_id).visits
    days = (visits.next_contact_on, visits.next_home_visit_on)
    contact, home = (d.isoformat() if d else None for d in days)
    return contact, home


def only(facts: tuple[Event[Any], ...], kind: type[E]) -> E:
    """The one fact of this kind."""
    (found,) = (f for f in facts if isinstance(f, kind))
    return found
