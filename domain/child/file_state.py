"""档案 · What the rules know of the file itself (state machine D.7)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from domain.labels import Term
from domain.replacing import replace
from domain.terms.care import DisabilityKind
from domain.terms.file import CategoryGroup, DifficultyCause, KeyTargetGround
from domain.transfers import Transfer


class FileStatus(Term):
    """档案状态 · How a file stands: screened, open, dormant, closed (domain model D.7)."""

    NONE = "NONE", "未建档", "None yet"
    SCREENED = "SCREENED", "已排查", "Screened"
    OPEN = "OPEN", "在册", "Open"
    DORMANT = "DORMANT", "休眠", "Dormant"
    CLOSED = "CLOSED", "已结束", "Closed"


@dataclass(frozen=True, kw_only=True)
class CategoryHeld:
    """A category the child is entered under: since which fact, on what grounds, under which pack's clauses."""

    code: str
    group: str = CategoryGroup.LBC
    event_id: UUID | None = None
    causes: frozenset[str] = frozenset()
    age_below: int | None = None
    packs: tuple[tuple[str, int], ...] = ()
    clauses: tuple[str, ...] = ()
    """Of its definition, as it stood when the child was entered."""


@dataclass(frozen=True, kw_only=True)
class ReviewAsked:
    """A category that the township is asked to review; ``why`` None: for an age that is ahead."""

    code: str
    why: str | None = None
    event_id: UUID | None = None


@dataclass(frozen=True, kw_only=True)
class KeyTargetHeld:
    """One ground on which the child is a key target."""

    ground: str
    event_id: UUID | None = None


@dataclass(frozen=True, kw_only=True)
class PlaceOnFile:
    """One of the child's places. ``division`` is None for a place outside the two municipalities."""

    kind: str
    division: str | None
    area_type: str | None = None
    event_id: UUID | None = None


@dataclass(frozen=True, kw_only=True)
class DisabilityOnFile:
    """What one record said of one kind of disability; ``over``: that it is no more."""

    kind: DisabilityKind
    over: bool = False
    event_id: UUID | None = None


@dataclass(frozen=True, kw_only=True)
class FileState:
    """The file's own facts."""

    status: FileStatus = FileStatus.NONE
    birth_on: date | None = None
    of_age: bool = False
    """It was told that the child came of age, and no birth has been corrected since."""
    sex: str | None = None
    residence: str | None = None
    hukou: str | None = None
    area_type: str | None = None
    places: tuple[PlaceOnFile, ...] = ()
    owner_unit_id: UUID | None = None
    owner_division: str | None = None
    associated: frozenset[tuple[str, str]] = frozenset()
    assigned_by_decision: bool = False
    in_dispute: bool = False
    dispute_unit_id: UUID | None = None
    """The common superior of those who dispute whose the child is."""
    transfer: Transfer | None = None
    school_unit_id: UUID | None = None
    roll_marks: tuple[tuple[UUID | None, bool], ...] = ()
    """What was told of the mark in the school roll: the event, and whether it set or cleared it."""
    held: tuple[CategoryHeld, ...] = ()
    reviews: tuple[ReviewAsked, ...] = ()
    """What was asked about the categories and is not answered."""
    flags: tuple[KeyTargetHeld, ...] = ()
    hardship_event: UUID | None = None
    disabilities: tuple[DisabilityOnFile, ...] = ()
    """All that was recorded and stands, in order: of each kind the last says whether it is so."""
    responsible_person: UUID | None = None
    sections: tuple[tuple[str, UUID | None], ...] = ()
    verified_on: date | None = None
    dormant_until: date | None = None
    closing_event: UUID | None = None
    closed_from: FileStatus = FileStatus.NONE
    died: bool = False
    """The file was closed because the child has died."""
    merged_into: UUID | None = None
    unmerged_from: UUID | None = None
    """Into which file it was merged by mistake."""
    took_over: frozenset[UUID] = frozenset()
    """The files that were merged into this one."""
    erased: frozenset[UUID] = frozenset()
    """The streams whose keys went with this child's; none if it was not erased."""
    disavowed: frozenset[UUID] = frozenset()
    outside: tuple[tuple[str, str], ...] = ()
    """The systems the child is linked to, and its number there."""
    opened_here: frozenset[tuple[str, UUID]] = frozenset()
    """Risk facts that follow from file and care: factor and the event that opened each."""

    @property
    def categories(self) -> frozenset[str]:
        """The codes of the categories the child is in."""
        return frozenset(c.code for c in self.held)

    @property
    def key_targets(self) -> frozenset[str]:
        """The grounds on which the child is a key target."""
        return frozenset(f.ground for f in self.flags)

    @property
    def roll_flagged(self) -> bool:
        """Marked in the school roll, by the last that was told and stands."""
        return bool(self.roll_marks) and self.roll_marks[-1][1]

    @property
    def left_behind(self) -> bool:
        """In some category of left-behind children."""
        return any(c.group == CategoryGroup.LBC for c in self.held)

    def category(self, code: str) -> CategoryHeld | None:
        """The category of this code."""
        return next((c for c in self.held if c.code == code), None)

    def why_asked(self, code: str) -> frozenset[str | None]:
        """For which reasons the category is in question; None: the age."""
        return frozenset(r.why for r in self.reviews if r.code == code)

    def asked(self, code: str, why: str) -> bool:
        """Whether the category is in question for this reason and no other; an age is waited for."""
        return self.why_asked(code) == {why}

    def answered(self, code: str) -> FileState:
        """With nothing asked about this category any more."""
        return replace(self, reviews=tuple(r for r in self.reviews if r.code != code))

    def place_of(self, kind: str) -> PlaceOnFile | None:
        """The place of this kind recorded last."""
        return next((p for p in reversed(self.places) if p.kind == kind), None)

    def last_of(self, section: str) -> UUID | None:
        """The event that last wrote a section."""
        return next((event for name, event in self.sections if name == section), None)

    def with_section(self, section: str, event: UUID | None) -> FileState:
        """With ``event`` as the last that wrote a section."""
        kept = tuple((n, e) for n, e in self.sections if n != section)
        return replace(self, sections=(*kept, (section, event)))

    def caused_by(self, cause: DifficultyCause) -> bool:
        """Whether some category was entered because of this."""
        return any(cause in c.causes for c in self.held)

    @property
    def poor(self) -> bool:
        """RF-24: a category, a key-target ground or a household finding says so."""
        flagged = KeyTargetGround.POVERTY in self.key_targets
        return flagged or self.hardship_event is not None or self.caused_by(DifficultyCause.POVERTY)

    @property
    def disabilities_now(self) -> frozenset[DisabilityKind]:
        """The kinds of disability the child has."""
        last = {one.kind: one.over for one in self.disabilities}
        return frozenset(kind for kind, over in last.items() if not over)

    @property
    def disabled(self) -> bool:
        """Of body or intellect (SH2024-2.3.7-d)."""
        return any(kind.bodily_or_intellectual for kind in self.disabilities_now)

    @property
    def has_disability(self) -> bool:
        """RF-20: a finding, a category or a key-target ground says so."""
        flagged = KeyTargetGround.DISABILITY in self.key_targets
        return flagged or self.disabled or self.caused_by(DifficultyCause.DISABILITY)

    def with_place(self, place: PlaceOnFile) -> FileState:
        """With ``place`` recorded; a place of incident is added, any other replaces the one before."""
        kept = tuple(p for p in self.places if p.kind != place.kind or place.kind == "INCIDENT")
        return replace(self, places=(*kept, place)).resettled()

    def resettled(self) -> FileState:
        """Residence, hukou and area as the places say; long-term residence in fact stands in for a residence."""
        home = self.place_of("RESIDENCE") or self.place_of("LONG_TERM_FACT")
        hukou = self.place_of("HUKOU")
        return replace(
            self,
            residence=home.division if home else None,
            area_type=home.area_type if home else None,
            hukou=hukou.division if hukou else None,
        )
