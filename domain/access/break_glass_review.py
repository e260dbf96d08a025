"""紧急调阅复核 · The review of a break-glass: one outcome, by somebody else, and what follows from a bad one (A.2)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated
from uuid import UUID

from domain.access.break_glass import PRIVACY
from domain.access.state import EMERGENCY_ACCESS, AccessOrder
from domain.kernel import Command, Event, Refusal
from domain.labels import name_fields
from domain.replacing import replace
from domain.sensitivity import P0, P2, P3
from domain.terms.access import AccessReview

name_fields(
    review_outcome=("复核结论", "Outcome of the review"),
    access_consequence=("追责处理", "Consequence"),
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
