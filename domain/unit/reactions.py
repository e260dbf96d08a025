"""随机构而动 · What follows from facts on a unit's record, or on a child's file for the unit that looks after it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any
from uuid import UUID

from domain.child.categories import CategoryDetermined
from domain.child.closing import DuplicateFileMerged, FileClosed, FileReopened
from domain.child.corrections import EventDisavowed
from domain.child.entitlement_payment import CultureSubsidyPaid
from domain.child.family_contact import NoteHolidayContactDue
from domain.child.file import ChildFileOpened, EnrolmentRecorded
from domain.child.leaving import CategoryEnded
from domain.child.places import ChildLocationRecorded
from domain.child.state import Child
from domain.child.withdrawal import NotePersonLeft, WithdrawPerson
from domain.kernel import Event, State
from domain.periods import local_date
from domain.reactions import Put, World, reaction
from domain.terms.file import GROUP_OF, CategoryCode
from domain.terms.oversight import DutyCode
from domain.terms.roles import Role
from domain.terms.units import UnitKind
from domain.terms.workforce import CHILD_FACING
from domain.unit.attestations import NoteBoardingSchool
from domain.unit.bans import AssignmentBarred, BarPerson, EmploymentBarRecorded
from domain.unit.directors import CountChildren
from domain.unit.obligation_clock import RecordSchoolCalendar, SchoolCalendarRecorded
from domain.unit.obligations import (
    OWED_BY,
    FulfilObligation,
    ObligationFulfilled,
    ObligationYearOpened,
    OpenObligationYear,
)
from domain.unit.posts import AssignmentEnded, PersonAppointed, UnitRegistered
from domain.unit.safety import SCHOOL_SAFETY, SafetyActivityHeld
from domain.unit.state import Unit
from domain.unit.station import StationOfficeEnded, StationOfficerAppointed
from domain.unit.suspension import AssignmentReinstated, AssignmentSuspended
from domain.unit.training import LEVEL_OF, OweTrainingAgain, training_duty
from domain.unit.vacancies import ReckonPosts

WATCHED_POSTS = (UnitKind.VILLAGE_COMMITTEE, UnitKind.TOWNSHIP)
STAFF_MOVES = (
    UnitRegistered,
    ObligationYearOpened,
    PersonAppointed,
    AssignmentEnded,
    AssignmentBarred,
    AssignmentSuspended,
    AssignmentReinstated,
    StationOfficerAppointed,
    StationOfficeEnded,
)
COUNTED_ANEW = (
    ChildFileOpened,
    FileClosed,
    FileReopened,
    DuplicateFileMerged,
    CategoryDetermined,
    CategoryEnded,
    ChildLocationRecorded,
    EventDisavowed,
)
FULFILLED_ELSEWHERE = {
    DutyCode("DISTRICT_SAFETY"): UnitKind.DISTRICT_CIVIL_AFFAIRS,
    DutyCode("STATION_ACTIVITY"): UnitKind.TOWNSHIP,
}
"""Duties whose activity another unit of the place may hold and declare; a school's lecture is the school's own."""
CULTURE_SUBSIDY = DutyCode("CULTURE_SUBSIDY")
COLLEAGUES = frozenset({Role.CHILD_DIRECTOR, Role.COMMUNITY_WORKER})


@reaction
def year_opens(_world: World, state: State, new: tuple[Event[Any], ...]) -> Iterator[Put]:
    """A unit owes its duties from the day it is registered; later years are opened by the clock."""
    if not isinstance(state, Unit) or not any(isinstance(e, UnitRegistered) for e in new):
        return
    if state.kind in OWED_BY or state.kind in WATCHED_POSTS:
        yield Put(state.id, OpenObligationYear())


@reaction
def posts_are_reckoned(_world: World, state: State, new: tuple[Event[Any], ...]) -> Iterator[Put]:
    """Whoever comes or goes, the required posts are looked at (T-21, T-22)."""
    watched = isinstance(state, Unit) and state.kind in WATCHED_POSTS
    if watched and any(isinstance(e, STAFF_MOVES) for e in new):
        yield Put(state.id, ReckonPosts())


@reaction
def training_is_owed_again(
    world: World, state: State, new: tuple[Event[Any], ...]
) -> Iterator[Put]:
    """Of all directors, whoever comes later in the year is to be trained too, by both levels (SH2024-2.5.15-e)."""
    if not isinstance(state, Unit):
        return
    for event in new:
        if not isinstance(event, PersonAppointed | AssignmentReinstated):
            continue
        post = state.find(event.assignment_id)
        if post is None or post.role != Role.CHILD_DIRECTOR:
            continue
        on = local_date(event.told.occurred_at)
        rules = world.rules_at(state.place, on)
        for kind, level in LEVEL_OF.items():
            unit = world.register.unit_for(kind, state.place, world.divisions, on)
            if unit is not None and rules.periodic_duty(training_duty(level)) is not None:
                yield Put(unit.id, OweTrainingAgain(trained_person_id=post.person_id))


@reaction
def children_are_counted(world: World, state: State, new: tuple[Event[Any], ...]) -> Iterator[Put]:
    """A file that opens, closes or moves changes the count of its village, old and new (T-20)."""
    if not isinstance(state, Child) or not any(isinstance(e, COUNTED_ANEW) for e in new):
        return
    on = local_date(new[-1].told.occurred_at)
    for village in dict.fromkeys((world.home_before(state.id), state.file.residence)):
        if village is None:
            continue
        rules = world.rules_at(village, on)
        committee = world.register.unit_for(
            UnitKind.VILLAGE_COMMITTEE, village, world.divisions, on
        )
        if committee is None or not rules.has("director_ratio_above"):
            continue
        groups = rules.codes("director_ratio_groups")
        counted = [
            child
            for child, categories in world.on_file_in(committee.division_id).items()
            if any(GROUP_OF[CategoryCode(code)] in groups for code in categories)
        ]
        yield Put(committee.id, CountChildren(children_counted=len(counted)))


@reaction
def ban_reaches_every_post(
    world: World, _state: State, new: tuple[Event[Any], ...]
) -> Iterator[Put]:
    """从业禁止: every unit in which the person serves close to children, in whichever city."""
    for event in new:
        if isinstance(event, EmploymentBarRecorded):
            units = (
                post.unit_id
                for post in world.register.posts
                if post.active and post.person_id == event.person_id and post.role in CHILD_FACING
            )
            for unit_id in dict.fromkeys(units):
                if unit_id is not None:
                    yield Put(unit_id, BarPerson(person_id=event.person_id))


@reaction
def children_change_hands(
    world: World, _state: State, new: tuple[Event[Any], ...]
) -> Iterator[Put]:
    """The children of a barred person go to whoever else looks after their village, or wait for one."""
    for event in new:
        if not isinstance(event, EmploymentBarRecorded):
            continue
        on = local_date(event.told.at)
        for child_id in world.charges_of(event.person_id):
            withdraw = WithdrawPerson(
                withdrawn_person_id=event.person_id,
                successor_person_id=_successor(world, child_id, event.person_id, on),
            )
            yield Put(child_id, withdraw)


@reaction
def children_are_left(world: World, state: State, new: tuple[Event[Any], ...]) -> Iterator[Put]:
    """Whoever holds no post in the unit any more leaves behind the children that were theirs because of it."""
    if not isinstance(state, Unit):
        return
    for event in new:
        post = state.find(event.assignment_id) if isinstance(event, AssignmentEnded) else None
        if post is None or any(p.active and p.person_id == post.person_id for p in state.posts):
            continue
        for child_id in world.charges_of(post.person_id):
            left = NotePersonLeft(
                withdrawn_person_id=post.person_id,
                successor_person_id=_successor(
                    world, child_id, post.person_id, local_date(event.told.at)
                ),
                left_unit_id=state.id,
            )
            yield Put(child_id, left)


def _successor(world: World, child_id: UUID, barred: UUID, on: date) -> UUID | None:
    """Another director or community worker of the smallest territory that holds the child's home."""
    home = world.home_before(child_id)
    path = world.divisions.path(home, on) if home else ()
    posts = [
        post
        for post in world.register.posts
        if post.active
        and post.role in COLLEAGUES
        and post.person_id != barred
        and post.division_id in path
    ]
    if not posts:
        return None
    best = max(posts, key=lambda p: (path.index(p.division_id or ""), str(p.assignment_id)))
    return best.person_id


@reaction
def calendar_reaches_schools(
    world: World, state: State, new: tuple[Event[Any], ...]
) -> Iterator[Put]:
    """The education department's calendar holds for every school of the district."""
    if not isinstance(state, Unit) or state.kind is not UnitKind.DISTRICT_EDUCATION:
        return
    for event in new:
        if isinstance(event, SchoolCalendarRecorded):
            on = local_date(event.told.at)
            for unit in sorted(world.register.units.values(), key=lambda u: str(u.id)):
                within = state.division_id in world.divisions.path(unit.division_id, on)
                if unit.kind is UnitKind.SCHOOL and within:
                    yield Put(
                        unit.id,
                        RecordSchoolCalendar(
                            calendar_year=event.calendar_year,
                            winter_holiday_on=event.winter_holiday_on,
                            summer_holiday_on=event.summer_holiday_on,
                        ),
                    )


@reaction
def boarding_is_known(world: World, _state: State, new: tuple[Event[Any], ...]) -> Iterator[Put]:
    """A pupil who boards makes its school one that owes a roster (CQ2016-3.3-v, CQ2024-2.6-c)."""
    for event in new:
        if not isinstance(event, EnrolmentRecorded) or not event.boarding:
            continue
        if event.school_unit_id in world.register.units:
            yield Put(event.school_unit_id, NoteBoardingSchool())


@reaction
def subsidy_is_paid(world: World, state: State, new: tuple[Event[Any], ...]) -> Iterator[Put]:
    """The district's yearly duty of the culture subsidy is met by the payment itself (CN2017-3.5.1-a, T-12)."""
    paid = next((e for e in new if isinstance(e, CultureSubsidyPaid)), None)
    if paid is None or not isinstance(state, Child):
        return
    unit = world.register.unit_for(
        UnitKind.DISTRICT_CIVIL_AFFAIRS, state.place, world.divisions, paid.paid_on
    )
    if unit is not None:
        duty = FulfilObligation(duty_code=CULTURE_SUBSIDY, fulfilled_on=paid.paid_on)
        yield Put(unit.id, duty)


@reaction
def families_are_spoken_with(
    world: World, state: State, new: tuple[Event[Any], ...]
) -> Iterator[Put]:
    """With its lecture before a holiday the school gets in touch with each child's family (SH2024-2.4.12-d)."""
    if not isinstance(state, Unit):
        return
    for event in new:
        if not isinstance(event, ObligationFulfilled) or event.duty_code != SCHOOL_SAFETY:
            continue
        owed = state.obligations.find(event.obligation_id)
        if owed is None:
            continue
        for child_id in world.pupils_of(state.id):
            due = NoteHolidayContactDue(
                school_unit_id=state.id,
                contact_home_by=max(owed.due_on or event.fulfilled_on, event.fulfilled_on),
                half_year_from_on=owed.from_on,
            )
            yield Put(child_id, due)


@reaction
def declared_elsewhere(world: World, state: State, new: tuple[Event[Any], ...]) -> Iterator[Put]:
    """An activity declared for another unit's duty counts there as well, in that unit's own period."""
    for event in new:
        if not isinstance(event, SafetyActivityHeld) or not isinstance(state, Unit):
            continue
        on = local_date(event.told.occurred_at)
        for code in event.declared_for:
            kind = FULFILLED_ELSEWHERE.get(code)
            if kind is None or kind is state.kind:
                continue
            unit = world.register.unit_for(kind, state.place, world.divisions, on)
            if unit is not None:
                yield Put(
                    unit.id,
                    FulfilObligation(duty_code=code, fulfilled_on=on, double_use=event.double_use),
                )
