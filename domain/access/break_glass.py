"""紧急调阅 · Break-glass: one child, now, read only, for a reason that somebody else will judge (A.2 rule 3).

Nobody is kept from a child in danger for want of a relation: police, district civil affairs and rescue institutions
may look first and answer afterwards. The price is paid in the same breath: the unit that holds the file is told, and
a review with exactly one outcome is due. Justice, psychology and what protects a child stay closed (``policy.txt``).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Annotated
from uuid import UUID

from domain.access.state import EMERGENCY_ACCESS, AccessOrder, BreakGlass
from domain.child.state import Child
from domain.kernel import Command, Event, Refusal
from domain.labels import name_fields
from domain.periods import local_date
from domain.sensitivity import P0, P1, P2, P3
from domain.terms.access import AccessReview, BreakGlassGround, MatterKind
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
    review_outcome=("复核结论", "Outcome of the review"),
    access_consequence=("追责处理", "Consequence"),
)

PRIVACY = ("SH2024-4.3-c", "CN2017-5.1-n")
REASON_TOO_SHORT = Refusal(
    "access_reason_too_short",
    zh="紧急调阅理由过短,须写明具体情况",
    en="The reason is too short: say what happens",
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
ALREADY_REVIEWED = Refusal(
    "access_already_reviewed", zh="已有复核结论", en="It is reviewed already"
)
REVIEWED_BY_USER = Refusal(
    "reviewed_by_user",
    zh="调阅人不得复核本人的紧急调阅",
    en="Nobody reviews their own emergency access",
)
NOT_REVIEWER = Refusal("not_reviewing_unit", zh="由另一单位复核", en="Another unit reviews this")
REVIEW_REASON_MISSING = Refusal(
    "review_reason_missing", zh="须写明复核理由", en="Say why the review comes out so"
)
NOTHING_TO_ANSWER_FOR = Refusal(
    "nothing_to_answer_for",
    zh="没有须追责的不当调阅",
    en="There is no unjustified access to answer for",
)
CONSEQUENCE_MISSING = Refusal(
    "consequence_missing", zh="须写明处理结果", en="Say what the consequence is"
)


class BreakGlassUsed(
    Event[AccessOrder], name="access.break_glass_used", zh="紧急调阅", en="Emergency access used"
):
    child_id: Annotated[UUID, P0]
    break_glass_ground: Annotated[BreakGlassGround, P2]
    break_glass_reason: Annotated[str, P3]
    user_assignment_id: Annotated[UUID, P0]
    user_unit_id: Annotated[UUID | None, P0] = None
    open_until: Annotated[datetime, P0]
    told_unit_id: Annotated[UUID | None, P0] = None
    review_unit_id: Annotated[UUID | None, P0] = None
    order_place: Annotated[DivisionId | None, P2] = None

    def evolve(self, state: AccessOrder) -> AccessOrder:
        used = BreakGlass(
            user_person_id=self.stamp.by.person_id if self.stamp else self.user_assignment_id,
            user_unit_id=self.user_unit_id,
            open_until=self.open_until,
            review_unit_id=self.review_unit_id,
        )
        return replace(
            state,
            kind=MatterKind.BREAK_GLASS,
            child_id=self.child_id,
            place_id=self.order_place,
            break_glass=used,
        )


class UseBreakGlass(
    Command[AccessOrder],
    name="access.use_break_glass",
    zh="紧急调阅",
    en="Use emergency access",
    opens=True,
    needs=("child", "matching"),
    clauses=PRIVACY,
):
    """The child by id, or the one child of this id number, or of this name and birth date."""

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
        yield BreakGlassUsed.of(
            self,
            child_id=child.id,
            user_assignment_id=self.by.assignment_id,
            user_unit_id=self.by.unit_id,
            open_until=self.at + timedelta(minutes=self.rules.minutes("break_glass_minutes")),
            told_unit_id=child.file.owner_unit_id,
            review_unit_id=self._reviewer(child),
            order_place=child.place,
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


class BreakGlassReviewed(
    Event[AccessOrder],
    name="access.break_glass_reviewed",
    zh="紧急调阅已复核",
    en="Emergency access reviewed",
):
    review_outcome: Annotated[AccessReview, P2]
    review_reason: Annotated[str, P3]
    child_id: Annotated[UUID, P0]
    review_unit_id: Annotated[UUID | None, P0] = None

    def evolve(self, state: AccessOrder) -> AccessOrder:
        if state.break_glass is None:
            return state
        return replace(state, break_glass=replace(state.break_glass, outcome=self.review_outcome))


class ReviewBreakGlass(
    Command[AccessOrder],
    name="access.review_break_glass",
    zh="复核紧急调阅",
    en="Review an emergency access",
    when=EMERGENCY_ACCESS,
    clauses=PRIVACY,
):
    """Exactly one outcome, by somebody of the reviewing unit who did not look. If not justified, it is answered for."""

    review_outcome: Annotated[AccessReview, P2]
    review_reason: Annotated[str, P3]

    def decide(self, state: AccessOrder) -> Iterator[Event[AccessOrder]]:
        used = state.break_glass
        assert used is not None
        assert state.child_id is not None
        if used.outcome is not None:
            raise ALREADY_REVIEWED()  # noqa: RSE102 - a refusal makes its exception
        if self.by.person_id == used.user_person_id:
            raise REVIEWED_BY_USER()  # noqa: RSE102 - a refusal makes its exception
        if used.review_unit_id is not None and self.by.unit_id != used.review_unit_id:
            raise NOT_REVIEWER()  # noqa: RSE102 - a refusal makes its exception
        if not self.review_reason.strip():
            raise REVIEW_REASON_MISSING(field="reviewReason")
        yield BreakGlassReviewed.of(
            self, child_id=state.child_id, review_unit_id=used.review_unit_id
        )


class BreakGlassAnsweredFor(
    Event[AccessOrder],
    name="access.break_glass_answered_for",
    zh="不当调阅已追责",
    en="Unjustified access answered for",
):
    access_consequence: Annotated[str, P3]

    def evolve(self, state: AccessOrder) -> AccessOrder:
        if state.break_glass is None:
            return state
        return replace(state, break_glass=replace(state.break_glass, answered_for=True))


class AnswerForBreakGlass(
    Command[AccessOrder],
    name="access.answer_for_break_glass",
    zh="登记不当调阅追责",
    en="Record the consequence of an unjustified access",
    when=EMERGENCY_ACCESS,
    clauses=("SH2020-5.4-h", "CQ2016-6.3-c"),
):
    access_consequence: Annotated[str, P3]

    def decide(self, state: AccessOrder) -> Iterator[Event[AccessOrder]]:
        used = state.break_glass
        if used is None or used.answered_for or used.outcome is not AccessReview.NOT_JUSTIFIED:
            raise NOTHING_TO_ANSWER_FOR()  # noqa: RSE102 - a refusal makes its exception
        if not self.access_consequence.strip():
            raise CONSEQUENCE_MISSING(field="accessConsequence")
        yield BreakGlassAnsweredFor.of(self)
