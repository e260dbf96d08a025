"""紧急调阅 · Break-glass: one child, now, read only, for a reason that somebody else will judge (A.2 rule 3).

Nobody is kept from a child in danger for want of a relation: police, district civil affairs and rescue institutions
may look first and answer afterwards. The price is paid in the same breath: the unit that holds the file is told, and
a review with exactly one outcome is due. Justice, psychology and what protects a child stay closed (``policy.txt``).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Annotated
from uuid import UUID

from domain.access.state import AccessOrder, BreakGlass
from domain.capacity import post_of
from domain.child.state import Child
from domain.codec import says_more
from domain.kernel import Command, Event, Refusal
from domain.labels import name_fields
from domain.periods import SHANGHAI, local_date
from domain.replacing import replace
from domain.sensitivity import P0, P1, P2, P3
from domain.terms.access import BreakGlassGround, MatterKind
from domain.terms.places import DivisionId
from domain.terms.units import UnitKind

name_fields(
    wanted_name=("查找对象姓名", "Name of the child looked for"),
    wanted_birth_on=("查找对象出生日期", "Birth date of the child looked for"),
    wanted_id_number=("查找对象证件号", "Id number of the child looked for"),
    break_glass_ground=("紧急情形", "Ground"),
    break_glass_reason=("紧急调阅理由", "Reason"),
    user_assignment_id=("调阅岗位", "Capacity in which it was used"),
    user_unit_id=("调阅单位", "Unit that looked"),
    open_until=("查阅截止", "Open until"),
    told_unit_id=("被告知单位", "Unit told"),
    order_place=("所在地", "Place"),
    review_due_at=("复核时限", "To be reviewed by"),
    user_person_id=("调阅人", "Who looked"),
    uses_counted=("期间内次数", "Uses in the period"),
    counted_since=("计数起点", "Counted since"),
)

PRIVACY = ("SH2024-4.3-c", "CN2017-5.1-n")
REASON_TOO_SHORT = Refusal(
    "access_reason_too_short",
    zh="紧急调阅理由过短,须写明具体情况",
    en="The reason is too short: say what happens",
    clauses=PRIVACY,
)
REASON_REPEATED = Refusal(
    "access_reason_repeated",
    zh="同一理由不得再次用于紧急调阅,须写明新的理由",
    en="The same reason does not serve again: say what is new",
    clauses=PRIVACY,
)
SIGN_IN_AGAIN = Refusal(
    "sign_in_again",
    zh="须重新登录后办理紧急调阅",
    en="Sign in again before you do this",
    clauses=PRIVACY,
)
NOT_ONE_CHILD = Refusal(
    "not_one_child",
    zh="须指明恰好一名儿童",
    en="Name exactly one child",
    clauses=PRIVACY,
)
KEPT_FROM_CHILD = Refusal(
    "kept_from_child",
    zh="与该儿童存在利益冲突,须回避",
    en="A conflict of interest keeps you from this child",
    clauses=PRIVACY,
)


class BreakGlassUsed(
    Event[AccessOrder],
    name="access.break_glass_used",
    zh="紧急调阅",
    en="Emergency access used",
    version=2,
):
    child_id: Annotated[UUID, P0]
    break_glass_ground: Annotated[BreakGlassGround, P2]
    break_glass_reason: Annotated[str, P3]
    user_assignment_id: Annotated[UUID, P0]
    user_unit_id: Annotated[UUID | None, P0] = None
    open_until: Annotated[datetime, P0]
    told_unit_id: Annotated[UUID | None, P0] = None
    review_unit_id: Annotated[UUID | None, P0] = None
    review_due_at: Annotated[datetime | None, P0] = None
    """Until when it is reviewed, by the packs in force when it was used."""
    order_place: Annotated[DivisionId | None, P2] = None

    def evolve(self, state: AccessOrder) -> AccessOrder:
        used = BreakGlass(
            user_person_id=self.stamp.by.person_id if self.stamp else self.user_assignment_id,
            user_unit_id=self.user_unit_id,
            open_until=self.open_until,
            review_unit_id=self.review_unit_id,
            used_at=self.stamp.at if self.stamp else None,
            reason=self.break_glass_reason,
        )
        return replace(
            state,
            kind=MatterKind.BREAK_GLASS,
            child_id=self.child_id,
            place_id=self.order_place,
            break_glass=used,
        )


# Before, the time limit of the review was said by the task alone.
says_more("access.break_glass_used", 1)


class BreakGlassOftenUsed(
    Event[AccessOrder],
    name="access.break_glass_often_used",
    zh="紧急调阅频繁",
    en="Emergency access used often",
):
    """One person looked more often than the packs let pass without a question."""

    child_id: Annotated[UUID, P0]
    user_person_id: Annotated[UUID, P2]
    user_unit_id: Annotated[UUID | None, P0] = None
    review_unit_id: Annotated[UUID | None, P0] = None
    uses_counted: Annotated[int, P0]
    counted_since: Annotated[datetime, P0]


class UseBreakGlass(
    Command[AccessOrder],
    name="access.use_break_glass",
    zh="紧急调阅",
    en="Use emergency access",
    opens=True,
    needs=("child", "matching", "own_emergencies"),
    clauses=PRIVACY,
):
    """The child by id, or the one child of this id number, or of this name and birth date.

    None is ever extended: who needs to look on uses it anew, with a new reason and a new sign-in. Whoever looks more
    often than the packs let pass is asked why by those who review.
    """

    names_unseen = True

    break_glass_ground: Annotated[BreakGlassGround, P2]
    break_glass_reason: Annotated[str, P3]
    child_id: Annotated[UUID | None, P0] = None
    wanted_name: Annotated[str | None, P1] = None
    wanted_birth_on: Annotated[date | None, P1] = None
    wanted_id_number: Annotated[str | None, P1] = None

    def decide(self, _state: AccessOrder) -> Iterator[Event[AccessOrder]]:
        if len(self.break_glass_reason.strip()) < self.rules.count("break_glass_reason_length"):
            raise REASON_TOO_SHORT(field="breakGlassReason")
        must_be_fresh(self)
        child = self._the_child()
        must_be_free(self, child)
        must_be_new(self, child, self.break_glass_reason)
        due = self.workdays.add(
            local_date(self.at), self.rules.working_days("break_glass_review_working_days")
        )
        reviewer = self._reviewer(child)
        yield BreakGlassUsed.of(
            self,
            child_id=child.id,
            user_assignment_id=post_of(self.by),
            user_unit_id=self.by.unit_id,
            open_until=self.at + timedelta(minutes=self.rules.minutes("break_glass_minutes")),
            told_unit_id=child.file.owner_unit_id,
            review_unit_id=reviewer,
            review_due_at=datetime.combine(due.day, time(23, 59, 59), SHANGHAI),
            order_place=child.place,
        )
        since = self.at - timedelta(days=self.rules.days("break_glass_often_days"))
        uses = 1 + sum(e.used_at is not None and e.used_at > since for e in own_emergencies(self))
        if uses > self.rules.count("break_glass_often_count"):
            yield BreakGlassOftenUsed(
                child_id=child.id,
                user_person_id=self.by.person_id,
                user_unit_id=self.by.unit_id,
                review_unit_id=reviewer,
                uses_counted=uses,
                counted_since=since,
            )

    def _the_child(self) -> Child:
        known = [s for s in self.linked.values() if isinstance(s, Child) and s.version]
        if self.child_id is not None:
            known = [c for c in known if c.id == self.child_id]
        if len(known) != 1:
            raise NOT_ONE_CHILD(field="childId")
        return known[0]

    def _reviewer(self, child: Child) -> UUID | None:
        """District civil affairs of the child's place; the city's where the district's own people looked."""
        for kind in (UnitKind.DISTRICT_CIVIL_AFFAIRS, UnitKind.CITY_CIVIL_AFFAIRS):
            unit = self.directory.owner_for(kind, child.place, self.divisions, local_date(self.at))
            if unit is not None and unit.id != self.by.unit_id:
                return unit.id
        return None


def must_be_fresh(command: Command[AccessOrder]) -> None:
    """The actor proved who they are a moment ago, not this morning."""
    signed_in, minutes = (
        command.context.signed_in_at,
        command.rules.minutes("fresh_sign_in_minutes"),
    )
    if signed_in is None or command.at - signed_in > timedelta(minutes=minutes):
        raise SIGN_IN_AGAIN()  # noqa: RSE102 - a refusal makes its exception


def must_be_free(command: Command[AccessOrder], child: Child) -> None:
    """No conflict of interest, and not one's own child: that replaces every reason."""
    kept = child.access.kept_away | {g.person_id for g in child.care.guardians if g.person_id}
    if not kept.isdisjoint({command.by.person_id, command.by.unit_id}):
        raise KEPT_FROM_CHILD()  # noqa: RSE102 - a refusal makes its exception


def own_emergencies(command: Command[AccessOrder], child: Child | None = None) -> list[BreakGlass]:
    """What the actor used before, of one child or of all."""
    orders = (s for s in command.linked.values() if isinstance(s, AccessOrder))
    return [
        o.break_glass
        for o in orders
        if o.break_glass is not None
        and o.break_glass.user_person_id == command.by.person_id
        and (child is None or o.child_id == child.id)
    ]


def must_be_new(command: Command[AccessOrder], child: Child, reason: str) -> None:
    """Not the same sign-in that was used before, and not the same reason again for the same child."""
    signed_in = command.context.signed_in_at
    before = [e.used_at for e in own_emergencies(command) if e.used_at is not None]
    if signed_in is None or any(signed_in < used_at for used_at in before):
        raise SIGN_IN_AGAIN()  # noqa: RSE102 - a refusal makes its exception
    if plain(reason) in {plain(e.reason) for e in own_emergencies(command, child)}:
        raise REASON_REPEATED(field="breakGlassReason")


def plain(words: str) -> str:
    """The words without blanks and marks."""
    return "".join(c for c in words if c.isalnum())
