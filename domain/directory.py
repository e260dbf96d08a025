"""机构名录 · The directory: which unit serves a place, and who is named for it (CQ2016-6.2-f: 落实专人).

A plain snapshot, so that rules stay pure: the shell takes it from the units' own streams. Routing never fails for want
of a unit: the search widens from the village upward, and the last resort is the district's civil-affairs department
(law 10), then the city's, then the platform's own desk, which people serve in the capacity of the city's.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from domain.divisions import Divisions
from domain.terms.units import STANDS_IN, UnitKind


@dataclass(frozen=True, kw_only=True)
class Unit:
    """An organisation with a territory."""

    id: UUID
    kind: UnitKind
    name: str
    division_id: str


@dataclass(frozen=True, kw_only=True)
class Post:
    """A person serving in a unit in one role; ``active`` is false for the barred, suspended and departed."""

    assignment_id: UUID
    person_id: UUID
    role: str
    unit_id: UUID | None
    division_id: str | None
    active: bool = True


@dataclass(frozen=True)
class Directory:
    """Units by id and their posts."""

    units: dict[UUID, Unit] = field(default_factory=dict)
    posts: tuple[Post, ...] = ()
    barred: frozenset[UUID] = frozenset()
    """People under an employment ban, wherever it was recorded (CQ2024-2.4-d, SH2024-2.5.15-d)."""

    @classmethod
    def of(
        cls, units: Iterable[Unit], posts: Iterable[Post] = (), barred: Iterable[UUID] = ()
    ) -> Directory:
        """A directory of these units and posts, and of the people under a ban."""
        return cls({u.id: u for u in units}, tuple(posts), frozenset(barred))

    def is_barred(self, person_id: UUID) -> bool:
        """Whether a ban on this person stands."""
        return person_id in self.barred

    def unit_for(
        self, kind: UnitKind, place: str | None, divisions: Divisions, on: date | None = None
    ) -> Unit | None:
        """The unit of this kind whose territory holds ``place``, the smallest first; None if there is none."""
        if place is None:
            return None
        path = divisions.path(place, on)
        fits = [u for u in self.units.values() if u.kind is kind and u.division_id in path]
        return max(fits, key=lambda u: (path.index(u.division_id), str(u.id)), default=None)

    def owner_for(
        self, kind: UnitKind, place: str | None, divisions: Divisions, on: date | None = None
    ) -> Unit | None:
        """As ``unit_for``, but widening, within its own organisation first, to district civil affairs and the platform:
        a duty always has an owner."""
        near = (kind, STANDS_IN.get(kind, kind))
        for tried in (*near, UnitKind.DISTRICT_CIVIL_AFFAIRS, UnitKind.CITY_CIVIL_AFFAIRS):
            if found := self.unit_for(tried, place, divisions, on):
                return found
        desks = [u for u in self.units.values() if u.kind is UnitKind.PLATFORM]
        return min(desks, key=lambda u: str(u.id), default=None)

    def named_for(self, unit_id: UUID, roles: Iterable[str] = ()) -> UUID | None:
        """The person named for a unit's duty: the first active post of the first role that has one, else anyone."""
        here = [p for p in self.posts if p.unit_id == unit_id and p.active]
        for role in roles:
            for post in sorted(here, key=lambda p: str(p.assignment_id)):
                if post.role == role:
                    return post.person_id
        return min(here, key=lambda p: str(p.assignment_id)).person_id if here else None
