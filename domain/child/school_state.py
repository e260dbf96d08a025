"""就学 · What the rules know of schooling: attendance and dropout control (D.5), pairing, difficulties.

A dropout case ends by time after a return and by nothing else: neither enrolment, nor another category, nor a
disavowal clears it (CQ2024-1-f 清零).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TypeVar
from uuid import UUID

from domain.labels import Term
from domain.replacing import replace
from domain.terms.school import PAIRED_BY_SCHOOL


class Schooling(Term):
    """就学状态 · Where a child is in school matters (domain model D.5). UNKNOWN: nothing is on file yet."""

    UNKNOWN = "UNKNOWN", "未登记", "Not on file"
    ENROLLED = "ENROLLED", "在学", "Enrolled"
    TRUANT = "TRUANT", "旷课", "Truant"
    DROPPED_OUT = "DROPPED_OUT", "辍学", "Dropped out"
    PERSUASION_FAILED = "PERSUASION_FAILED", "劝返未果", "Persuasion failed"
    REPORTED = "REPORTED", "已书面报告", "Reported"
    MEASURES = "MEASURES", "采取措施", "Measures taken"
    RETURNED = "RETURNED", "已返学", "Returned"
    CLEARED = "CLEARED", "已销号", "Cleared"
    NOT_ENROLLED = "NOT_ENROLLED", "未入学", "Not enrolled"


OUT_OF_SCHOOL = frozenset(
    {
        Schooling.DROPPED_OUT,
        Schooling.PERSUASION_FAILED,
        Schooling.REPORTED,
        Schooling.MEASURES,
        Schooling.NOT_ENROLLED,
    }
)
"""What must be zero (CQ2024-1-f, CQ2024-2.5-b)."""
TO_PERSUADE = frozenset({Schooling.DROPPED_OUT, Schooling.NOT_ENROLLED})
REPORTED_ON = frozenset({Schooling.PERSUASION_FAILED, Schooling.REPORTED, Schooling.MEASURES})


@dataclass(frozen=True, kw_only=True)
class Pair:
    """Somebody paired with the child. ``person_id`` None: a peer, who has no account."""

    pairing_id: UUID
    kind: str
    person_id: UUID | None = None


@dataclass(frozen=True, kw_only=True)
class OpenMatter:
    """A difficulty, a barrier, an incident that is not over, and the event that told it."""

    matter_id: UUID
    event_id: UUID | None = None
    helped: bool = False


@dataclass(frozen=True, kw_only=True)
class OpenBarrier(OpenMatter):
    """A barrier to enrolment. ``school``: at which, where it was named; ``over``: the child is enrolled since.

    A fee is forbidden (CQ2016-5.1-f), so it is looked into all the same.
    """

    kind: str
    school: str | None = None
    fee: bool = False
    resolve_by: date
    over: bool = False

    def is_same(self, kind: str, school: str | None) -> bool:
        """Whether somebody else tells of this one: who names no school tells of the one that is known."""
        return self.kind == kind and (not self.school or not school or self.school == school)


M = TypeVar("M", bound=OpenMatter)


def without(matters: tuple[M, ...], matter_id: UUID) -> tuple[M, ...]:
    """The others."""
    return tuple(m for m in matters if m.matter_id != matter_id)


def find(matters: tuple[M, ...], matter_id: UUID) -> M | None:
    """The open one of this id."""
    return next((m for m in matters if m.matter_id == matter_id), None)


@dataclass(frozen=True, kw_only=True)
class Dropout:
    """One dropout case. ``events``: what it rests on, which nobody may disavow while it runs.

    ``persuade_by``: the last school day on which persuasion may still succeed without a report. ``stable_on``: the
    last school day of the watch after a return.
    """

    dropout_id: UUID
    events: tuple[UUID, ...] = ()
    registered_on: date | None = None
    persuade_by: date | None = None
    attempts: int = 0
    failed_attempts: int = 0
    addressees: frozenset[str] = frozenset()
    reported: frozenset[str] = frozenset()
    acknowledged: frozenset[str] = frozenset()
    back_at_school_on: date | None = None
    stable_on: date | None = None

    @property
    def missing(self) -> frozenset[str]:
        """Who must still be told in writing."""
        return self.addressees - self.reported


@dataclass(frozen=True, kw_only=True)
class SchoolState:
    """The child at school."""

    status: Schooling = Schooling.UNKNOWN
    enrolled: bool = False
    absent_on: tuple[date, ...] = ()
    truancy_event: UUID | None = None
    dropout: Dropout | None = None
    difficulties: tuple[OpenMatter, ...] = ()
    barriers: tuple[OpenBarrier, ...] = ()
    bullying: tuple[OpenMatter, ...] = ()
    pairs: tuple[Pair, ...] = ()
    pairing_due: frozenset[str] = frozenset()
    pairing_school: UUID | None = None
    holiday_contact_on: date | None = None
    """When the school last spoke with the family because of a holiday (SH2024-2.4.12-d)."""
    holiday_school: UUID | None = None
    """Of which school that was asked last."""

    @property
    def out_of_school(self) -> bool:
        """Counts against zero."""
        return self.status in OUT_OF_SCHOOL

    @property
    def watched(self) -> bool:
        """A dropout case that has not been cleared."""
        return self.dropout is not None and self.status is not Schooling.CLEARED

    @property
    def dropout_events(self) -> frozenset[UUID]:
        """What the running dropout case rests on."""
        return frozenset(self.dropout.events) if self.dropout and self.watched else frozenset()

    def pair(self, pairing_id: UUID) -> Pair | None:
        """The pair of this id."""
        return next((p for p in self.pairs if p.pairing_id == pairing_id), None)

    def paired(self, kind: str) -> tuple[Pair, ...]:
        """The pairs of one kind."""
        return tuple(p for p in self.pairs if p.kind == kind)

    def told_enrolled(self, *, enrolled: bool, moved: bool) -> SchoolState:
        """As the roll says. It moves nobody out of truancy or dropout: only attendance and return do.

        Whoever was paired at another school is paired no longer; a companion outside school is. A child that a school
        has taken has no barrier before it any more, but for a fee that was asked.
        """
        school = self
        if moved:
            others = tuple(p for p in self.pairs if p.kind not in PAIRED_BY_SCHOOL)
            school = replace(school, pairs=others)
        if enrolled and (moved or not self.enrolled):
            barriers = tuple(replace(b, over=not b.fee) for b in self.barriers)
            school = replace(school, barriers=barriers)
        settled = {Schooling.UNKNOWN, Schooling.ENROLLED, Schooling.CLEARED}
        if self.status not in settled:
            return replace(school, enrolled=enrolled)
        if not enrolled:
            return replace(school, enrolled=False, status=Schooling.UNKNOWN)
        kept = self.status is Schooling.CLEARED
        return replace(school, enrolled=True, status=self.status if kept else Schooling.ENROLLED)

    def case(self, **more: object) -> SchoolState:
        """With the running dropout case changed."""
        if self.dropout is None:
            return self
        return replace(self, dropout=replace(self.dropout, **more))
