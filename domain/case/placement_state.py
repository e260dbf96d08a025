"""安置 · What the rules know of placements (D.2): one running placement a child, several children."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TypeVar
from uuid import UUID

from domain.replacing import replace
from domain.terms.placement import PlacementKind, PlacementStatus, SiteKind

RUNNING = frozenset({PlacementStatus.PROPOSED, PlacementStatus.ACTIVE, PlacementStatus.OVER_LIMIT})
IN_CARE = frozenset({PlacementStatus.ACTIVE, PlacementStatus.OVER_LIMIT})


@dataclass(frozen=True, kw_only=True)
class Placement:
    """One placement with its own clock. ``child_id`` is none while nobody knows who the child is."""

    placement_id: UUID
    child_id: UUID | None
    kind: PlacementKind
    status: PlacementStatus = PlacementStatus.PROPOSED
    site_kind: SiteKind = SiteKind.OTHER
    site_unit_id: UUID | None = None
    handover_id: UUID | None = None
    started_on: date | None = None
    clock_from: date | None = None
    limit_on: date | None = None
    warn_on: tuple[date, ...] = ()
    warned_on: date | None = None
    """The latest warning day that was said."""
    ended_on: date | None = None
    review_on: date | None = None
    """For care during custody: the expected release."""
    received: bool = False
    escort_decided: bool = False
    of_age: bool = False
    """It was told that whoever is placed came of age."""

    @property
    def in_care(self) -> bool:
        """Whether the child is there now."""
        return self.status in IN_CARE

    @property
    def is_guardianship(self) -> bool:
        """Whether somebody else holds the guardianship meanwhile; kin care after an escort is not."""
        after_escort = self.kind is PlacementKind.ESCORT_CARE and not self.site_kind.kin
        return self.kind.guardianship or after_escort


@dataclass(frozen=True, kw_only=True)
class GuardianSearch:
    """The search for the guardian of one child (CN2017-4.3-g)."""

    search_id: UUID
    child_id: UUID | None
    attempts: int = 0
    exhausted: bool = False
    found: bool = False
    certified: bool = False
    nobody_known: bool = False
    """The child's file names no guardian who lives: there is nobody to talk to meanwhile."""
    to_dissuade: bool = False
    """Whoever it is, once found, is to be dissuaded or stopped (Q-17)."""

    @property
    def running(self) -> bool:
        """Neither found nor given up."""
        return not self.found and not self.certified


@dataclass(frozen=True, kw_only=True)
class Aftercare:
    """The visits still to be made after the child left a placement."""

    aftercare_id: UUID
    child_id: UUID | None
    placement_id: UUID | None
    visits_on: tuple[date, ...]

    @property
    def done(self) -> bool:
        """Every visit has been made."""
        return not self.visits_on


@dataclass(frozen=True, kw_only=True)
class Supervision:
    """A guardianship supervisor over the guardian of a child; without ``until_on`` until it is ended."""

    child_id: UUID | None
    until_on: date | None = None
    of_age_on: date | None = None
    lapsed: bool = False
    """The child is of age, or has died: nobody is watched any more."""


@dataclass(frozen=True, kw_only=True)
class PlacementState:
    """Where the children of the case are, were, and who still looks after them."""

    placements: tuple[Placement, ...] = ()
    searches: tuple[GuardianSearch, ...] = ()
    aftercares: tuple[Aftercare, ...] = ()
    supervisions: tuple[Supervision, ...] = ()
    used_handovers: frozenset[UUID] = frozenset()
    homes: tuple[tuple[UUID | None, UUID], ...] = ()
    """To which guardian on file a child went home, the last time."""

    @property
    def supervised(self) -> frozenset[UUID | None]:
        """Children over whose guardian a guardianship supervisor is appointed (SH2024-2.2.6-b)."""
        return frozenset(s.child_id for s in self.supervisions if not s.lapsed)

    def unsupervised(self, child_id: UUID | None) -> PlacementState:
        """With no supervisor over this child's guardian."""
        return replace(
            self, supervisions=tuple(s for s in self.supervisions if s.child_id != child_id)
        )

    def without_ward(self, child_id: UUID | None) -> PlacementState:
        """With the supervisor over this child's guardian having nobody to watch for."""
        known = self.supervision_of(child_id)
        if known is None:
            return self
        others = self.unsupervised(child_id).supervisions
        return replace(self, supervisions=(*others, replace(known, lapsed=True)))

    def supervision_of(self, child_id: UUID | None) -> Supervision | None:
        """The supervision over this child's guardian, also where it has lapsed."""
        return next((s for s in self.supervisions if s.child_id == child_id), None)

    def supervise(
        self, child_id: UUID | None, until_on: date | None, *, of_age_on: date | None = None
    ) -> PlacementState:
        """With a supervisor, in the place of an earlier one."""
        new = Supervision(child_id=child_id, until_on=until_on, of_age_on=of_age_on)
        return replace(self, supervisions=(*self.unsupervised(child_id).supervisions, new))

    def went_home(self, child_id: UUID | None, guardian_id: UUID | None) -> PlacementState:
        """With this child back in its family; ``guardian_id`` none: to whom is not told."""
        others = tuple(home for home in self.homes if home[0] != child_id)
        return replace(
            self, homes=others if guardian_id is None else (*others, (child_id, guardian_id))
        )

    def of(self, placement_id: UUID) -> Placement | None:
        """The placement of this id."""
        return next((p for p in self.placements if p.placement_id == placement_id), None)

    def running(self, child_id: UUID | None) -> Placement | None:
        """The child's running placement, decided or in care."""
        here = (p for p in self.placements if p.child_id == child_id and p.status in RUNNING)
        return next(here, None)

    def is_placed(self, child_id: UUID | None) -> bool:
        """Whether the child is in a placement now."""
        return any(p.child_id == child_id and p.in_care for p in self.placements)

    def latest(self, child_id: UUID | None) -> Placement | None:
        """The child's last placement, running or over."""
        return next((p for p in reversed(self.placements) if p.child_id == child_id), None)

    def put(self, placement: Placement) -> PlacementState:
        """With this placement as it now stands."""
        used = self.used_handovers
        if placement.handover_id is not None:
            used |= {placement.handover_id}
        if self.of(placement.placement_id) is None:
            return replace(self, placements=(*self.placements, placement), used_handovers=used)
        placements = tuple(
            placement if p.placement_id == placement.placement_id else p for p in self.placements
        )
        return replace(self, placements=placements, used_handovers=used)

    def named(self, child_id: UUID) -> PlacementState:
        """What was done for a child nobody knew was done for this child."""
        return replace(
            self,
            placements=tuple(_for(p, child_id) for p in self.placements),
            searches=tuple(_for(s, child_id) for s in self.searches),
            aftercares=tuple(_for(a, child_id) for a in self.aftercares),
            supervisions=tuple(
                replace(s, child_id=child_id) if s.child_id is None else s
                for s in self.supervisions
            ),
            homes=tuple((child_id if c is None else c, guardian) for c, guardian in self.homes),
        )

    def search_for(self, child_id: UUID | None) -> GuardianSearch | None:
        """The latest search for the guardian of this child."""
        return next((s for s in reversed(self.searches) if s.child_id == child_id), None)

    @property
    def unknown_guardians(self) -> frozenset[UUID | None]:
        """The children of whom nobody knows a guardian: the search runs, or has brought nothing."""
        latest = {s.child_id: s for s in self.searches}
        return frozenset(c for c, s in latest.items() if s.nobody_known and not s.found)

    def dissuade_once_found(self, children: frozenset[UUID | None]) -> PlacementState:
        """With whoever is searched for to be dissuaded, of these children, once somebody knows who that is."""
        unknown = self.unknown_guardians & children
        return replace(
            self,
            searches=tuple(
                replace(s, to_dissuade=True) if s.child_id in unknown else s for s in self.searches
            ),
        )

    def put_search(self, search: GuardianSearch) -> PlacementState:
        """With this search as it now stands."""
        others = tuple(s for s in self.searches if s.search_id != search.search_id)
        return replace(self, searches=(*others, search))

    def aftercare(self, aftercare_id: UUID) -> Aftercare | None:
        """The aftercare of this id."""
        return next((a for a in self.aftercares if a.aftercare_id == aftercare_id), None)

    def put_aftercare(self, aftercare: Aftercare) -> PlacementState:
        """With this aftercare as it now stands."""
        others = tuple(a for a in self.aftercares if a.aftercare_id != aftercare.aftercare_id)
        return replace(self, aftercares=(*others, aftercare))


A = TypeVar("A", Placement, GuardianSearch, Aftercare)


def _for(about: A, child_id: UUID) -> A:
    return replace(about, child_id=child_id) if about.child_id is None else about
