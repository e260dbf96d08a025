"""机构与岗位 · Units and posts: the directory, told from the units' own streams."""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from threading import Lock
from typing import Annotated
from uuid import UUID

from domain.directory import Directory, Post, Unit
from domain.divisions import Divisions
from domain.periods import local_date
from domain.sensitivity import P0, P2
from domain.terms.units import UnitKind
from domain.unit.bans import AssignmentBarred, EmploymentBarLifted, EmploymentBarRecorded
from domain.unit.contacts import UnitContactSet
from domain.unit.directors import ChildDirectorRegistered
from domain.unit.posts import AssignmentEnded, PersonAppointed, UnitRegistered
from domain.unit.suspension import AssignmentReinstated, AssignmentSuspended
from eventlog.entries import Write
from eventlog.recorded import Recorded
from projections.kernel import Projection, change, insert, remove, sql
from projections.lookup import Lookup
from projections.readmodel import ReadModel


class UnitRow(
    ReadModel,
    table="unit",
    obj="unit",
    key=("unit_id",),
    tokens=True,
    indexes=("division_id, kind", "kind"),
    zh="机构",
    en="Unit",
):
    """An organisation and its territory."""

    unit_id: Annotated[UUID, P0]
    kind: Annotated[str, P0]
    unit_name: Annotated[str, P0]
    division_id: Annotated[str, P0]
    desk_contact: Annotated[str | None, P2]


class DutyContactRow(
    ReadModel,
    table="duty_contact",
    obj="reference",
    key=("unit_id",),
    tokens=True,
    indexes=("division_id, kind",),
    zh="值班电话",
    en="Duty contact",
):
    """The public phone of a unit's desk: for whoever has something to report, staff or not."""

    unit_id: Annotated[UUID, P0]
    kind: Annotated[str, P0]
    unit_name: Annotated[str, P0]
    division_id: Annotated[str, P0]
    public_phone: Annotated[str, P0]
    public_hours: Annotated[str | None, P0]


class PostRow(
    ReadModel,
    table="post",
    obj="unit",
    key=("assignment_id",),
    tokens=True,
    indexes=("unit_id", "person_id"),
    zh="任职",
    en="Post",
):
    """Who serves where, in one role; ``standing`` is ACTIVE, SUSPENDED, BARRED or ENDED."""

    assignment_id: Annotated[UUID, P0]
    unit_id: Annotated[UUID, P0]
    person_id: Annotated[UUID, P0]
    person_name: Annotated[str, P2]
    role: Annotated[str, P0]
    division_id: Annotated[str | None, P0]
    standing: Annotated[str, P0]
    employment_type: Annotated[str | None, P2]
    """Full or part time and the like, as it was said at the appointment or, of a director, last."""


class BarRow(
    ReadModel,
    table="bar",
    key=("bar_id",),
    private=True,
    indexes=("person_id",),
    zh="从业禁止",
    en="Employment bans",
):
    """Who is barred; why is known to the authority that recorded it, and to nobody here."""

    bar_id: Annotated[UUID, P0]
    person_id: Annotated[UUID, P0]
    stands: Annotated[bool, P0]


units = Projection("unit", zh="机构名录", en="Directory")


@units.on(UnitRegistered)
def registered(r: Recorded, e: UnitRegistered) -> Iterator[Write]:
    """A unit, readable by everybody who reads units."""
    yield insert(
        UnitRow,
        unit_id=r.stream_id,
        kind=e.kind,
        unit_name=e.unit_name,
        division_id=e.division_id,
        desk_contact=None,
        tokens=unit_tokens(r, e.division_id),
    )


@units.on(PersonAppointed)
def appointed(r: Recorded, e: PersonAppointed) -> Iterator[Write]:
    """A post, in the unit's own territory unless it is narrower."""
    yield sql(
        "insert into post (assignment_id, unit_id, person_id, person_name, role, division_id, "
        "standing, employment_type, tokens) select %(assignment_id)s, unit_id, %(person_id)s, "
        "%(person_name)s, %(role)s, coalesce(%(division_id)s, division_id), 'ACTIVE', "
        "%(employment_type)s, tokens from unit "
        "where unit_id = %(unit_id)s on conflict do nothing",
        assignment_id=e.assignment_id,
        unit_id=r.stream_id,
        person_id=e.person_id,
        person_name=e.person_name,
        role=e.role,
        division_id=e.division_id,
        employment_type=e.employment_type,
    )


@units.on(ChildDirectorRegistered)
def employed(_r: Recorded, e: ChildDirectorRegistered) -> Iterator[Write]:
    """How a director is employed is said on the register of directors."""
    yield change(PostRow, {"assignment_id": e.assignment_id}, employment_type=e.employment_type)


@units.on(AssignmentEnded)
def ended(_r: Recorded, e: AssignmentEnded) -> Iterator[Write]:
    """From the next request on it opens nothing."""
    yield from _stands(e.assignment_id, "ENDED")


@units.on(AssignmentBarred)
def barred_from_post(_r: Recorded, e: AssignmentBarred) -> Iterator[Write]:
    """Sessions of this assignment close with it."""
    yield from _stands(e.assignment_id, "BARRED")


@units.on(AssignmentSuspended)
def suspended(_r: Recorded, e: AssignmentSuspended) -> Iterator[Write]:
    """It opens nothing until it is reinstated."""
    yield from _stands(e.assignment_id, "SUSPENDED")


@units.on(AssignmentReinstated)
def reinstated(_r: Recorded, e: AssignmentReinstated) -> Iterator[Write]:
    """It opens again what it opened."""
    yield from _stands(e.assignment_id, "ACTIVE")


def _stands(assignment_id: UUID, standing: str) -> Iterator[Write]:
    """Told on commit to every process with an open stream of this assignment (``schema.rights``)."""
    yield change(PostRow, {"assignment_id": assignment_id}, standing=standing)
    yield sql("select pg_notify('rights', %(name)s)", name=f"post:{assignment_id}")


@units.on(EmploymentBarRecorded)
def barred(_r: Recorded, e: EmploymentBarRecorded) -> Iterator[Write]:
    """From now on no check is clear and no post close to children is given."""
    yield insert(BarRow, bar_id=e.bar_id, person_id=e.person_id, stands=True)


@units.on(EmploymentBarLifted)
def lifted(_r: Recorded, e: EmploymentBarLifted) -> Iterator[Write]:
    """The person may be checked again."""
    yield change(BarRow, {"bar_id": e.bar_id}, stands=False)


def unit_tokens(r: Recorded, division_id: str) -> list[str]:
    """Everybody who reads units sees them; acting on one needs its territory or membership."""
    path = Divisions.load().path(division_id, local_date(r.occurred_at))
    return ["N:all", f"T:{r.stream_id}", *(f"R:{d}" for d in path)]


duty_contacts = Projection("duty_contact", zh="值班联络", en="Duty contacts")
"""Beside the directory, which rules take as a snapshot: whom to call decides nothing."""


@duty_contacts.on(UnitContactSet)
def reachable(r: Recorded, e: UnitContactSet) -> Iterator[Write]:
    """Everybody finds the public phone; other units, beside it, how to reach the desk."""
    yield change(UnitRow, {"unit_id": r.stream_id}, desk_contact=e.desk_contact)
    yield remove(DutyContactRow, unit_id=r.stream_id)
    if e.public_phone is not None:
        yield sql(
            "insert into duty_contact (unit_id, kind, unit_name, division_id, public_phone, public_hours, "
            "tokens) select unit_id, kind, unit_name, division_id, %(phone)s, %(hours)s, "
            "array['N:all'] from unit "
            "where unit_id = %(unit_id)s",
            unit_id=r.stream_id,
            phone=e.public_phone,
            hours=e.public_hours,
        )


@dataclass
class DirectorySource:
    """The directory as a snapshot, taken anew after somebody came or went.

    What else happens on a unit's stream leaves it as it is: each 1 January every unit's year of obligations opens.
    """

    lookup: Lookup
    _kept: Directory | None = field(default=None, repr=False)
    _lock: Lock = field(default_factory=Lock, repr=False)

    def __call__(self) -> Directory:
        """The present snapshot."""
        with self._lock:
            if self._kept is None:
                self._kept = self._taken()
            return self._kept

    def heard(self, events: AbstractSet[str] | None) -> None:
        """Forgets the snapshot if an event of these names moves it; None: it is not known what happened."""
        if events is None or not events.isdisjoint(kind.name for kind in units.handlers):
            with self._lock:
                self._kept = None

    def _taken(self) -> Directory:
        return Directory.of(
            (
                Unit(
                    id=row["unit_id"],
                    kind=UnitKind(row["kind"]),
                    name=row["unit_name"],
                    division_id=row["division_id"],
                )
                for row in self.lookup.units()
            ),
            (
                Post(
                    assignment_id=row["assignment_id"],
                    person_id=row["person_id"],
                    role=row["role"],
                    unit_id=row["unit_id"],
                    division_id=row["division_id"],
                    active=row["standing"] == "ACTIVE",
                )
                for row in self.lookup.posts()
            ),
            self.lookup.barred(),
        )
