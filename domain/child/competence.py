"""属地责任 · By which routes a district answers for a child, and which clause names a place as a basis (A.3).

CN2017-5.1-d names three: the child's hukou, a parent's hukou or residence permit, and, where the birth parents cannot
be found, long-term living there in fact. They are narrower than the bases of a street (CN2017-2-g); a child outside
all of them is entered all the same, and the record says so (law 10).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from domain.child.state import Child
from domain.divisions import Divisions, Level
from domain.rules_in_force import Rules
from domain.terms.care import LifeStatus
from domain.terms.file import CompetenceRoute, TerritorialBasis
from domain.terms.places import PlaceKind

_NAMED: Mapping[TerritorialBasis, tuple[str, ...]] = {
    TerritorialBasis.RESIDENCE: ("RESIDENCE", "ADMINISTRATIVE_AREA", "LONG_TERM_RESIDENCE"),
    TerritorialBasis.LONG_TERM_FACT: ("LONG_TERM_RESIDENCE", "ADMINISTRATIVE_AREA"),
    TerritorialBasis.HUKOU: ("HUKOU",),
    TerritorialBasis.INCIDENT: ("INCIDENT",),
}
"""The words of the texts that a basis of ours answers to."""


def basis_clauses(rules: Rules, basis: TerritorialBasis) -> tuple[str, ...]:
    """The clauses that name such a place as a basis; none where the texts in force do not."""
    told = rules.codes("competence_township")
    member = next((name for name in _NAMED.get(basis, ()) if name in told), None)
    return rules.cite("competence_township", member) if member else ()


def routes_of(
    rules: Rules, child: Child, divisions: Divisions
) -> Iterator[tuple[CompetenceRoute, bool]]:
    """Every route the texts in force here name for the district of the child's place, and whether it holds."""
    district = divisions.ancestor(child.place, Level.DISTRICT, rules.on) if child.place else None
    named = rules.codes("competence_district")
    if district is not None:
        asked = _Asked(child, district.id, divisions, rules.on)
        yield from ((route, _HOLDS[route](asked)) for route in CompetenceRoute if route in named)


@dataclass(frozen=True, slots=True)
class _Asked:
    """A child and a district, on a day."""

    child: Child
    district: str
    divisions: Divisions
    on: date

    def within(self, division: str | None) -> bool:
        """Whether a place lies in the district."""
        return division is not None and self.district in self.divisions.path(division, self.on)

    def lives_here(self, *kinds: PlaceKind) -> bool:
        """Whether a place of one of these kinds is on file, in the district."""
        places = (self.child.file.place_of(kind.value) for kind in kinds)
        return any(place is not None and self.within(place.division) for place in places)

    def parent_hukou(self) -> bool:
        """父母双方或一方是本区户籍."""
        return any(p.living and self.within(p.hukou) for p in self.child.care.parents)

    def parent_permit(self) -> bool:
        """持有《上海市居住证》: whether the holder lives in the district the text does not ask (I.10)."""
        held = [p.permit_until for p in self.child.care.parents if p.living]
        return any(until is not None and until >= self.on for until in held)

    def unfindable(self) -> bool:
        """无法查找生父母: no parent lives that could be found, and one at least cannot be."""
        parents = self.child.care.parents
        untraceable = any(p.life == LifeStatus.UNTRACEABLE for p in parents)
        return untraceable and not any(p.living for p in parents)


_HOLDS: Mapping[CompetenceRoute, Callable[[_Asked], bool]] = {
    CompetenceRoute.CHILD_HUKOU: lambda asked: asked.within(asked.child.file.hukou),
    CompetenceRoute.PARENT_HUKOU: _Asked.parent_hukou,
    CompetenceRoute.PARENT_PERMIT: _Asked.parent_permit,
    CompetenceRoute.UNFINDABLE_PARENTS_LONG_TERM_FACT: lambda asked: (
        asked.unfindable() and asked.lives_here(PlaceKind.LONG_TERM_FACT)
    ),
    CompetenceRoute.RESIDENCE: lambda asked: asked.lives_here(PlaceKind.RESIDENCE),
    CompetenceRoute.ADMINISTRATIVE_AREA: lambda asked: asked.lives_here(
        PlaceKind.RESIDENCE, PlaceKind.LONG_TERM_FACT
    ),
}
