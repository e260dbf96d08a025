"""儿童意见 · What the child itself says (CN2017-4.2-d, CN2017-4.3-c, SH2024-0-b).

That a child cannot express itself is an answer too, and no age decides it (the text names none).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated
from uuid import UUID

from domain.case.state import OPEN_OR_PLACED, Case
from domain.case.which_child import done_for_child, the_child
from domain.kernel import Command, Event, Refusal
from domain.labels import name_fields
from domain.replacing import replace
from domain.sensitivity import P2, P4
from domain.terms.emergency import EmergencyDuty, OpinionSubject

name_fields(
    opinion_about=("征求意见事项", "Asked about"),
    able_to_express=("有表达能力", "Able to express an opinion"),
    child_words=("儿童意见", "In the child's words"),
    opinion_followed=("是否采纳", "Followed"),
    not_followed_because=("未采纳的理由", "Why it is not followed"),
)

CHILD_WORDS_MISSING = Refusal(
    "child_words_missing",
    zh="儿童有表达能力的,须记录其本人意见",
    en="A child able to express itself is quoted",
)
NOT_FOLLOWED_NEEDS_REASON = Refusal(
    "not_followed_needs_reason",
    zh="未采纳儿童意见的,须说明理由",
    en="Say why the child's opinion is not followed",
)


class ChildOpinionSought(
    Event[Case], name="case.child_opinion_sought", zh="征求儿童意见", en="Child's opinion sought"
):
    """The child was asked."""

    child_id: Annotated[UUID | None, P2] = None
    opinion_about: Annotated[OpinionSubject, P2]
    able_to_express: Annotated[bool, P4]
    child_words: Annotated[str | None, P4] = None
    opinion_followed: Annotated[bool | None, P4] = None
    not_followed_because: Annotated[str | None, P4] = None

    def evolve(self, case: Case) -> Case:
        """Heard on this."""
        heard = case.emergency.opinions | {(self.child_id, self.opinion_about)}
        emergency = replace(case.emergency, opinions=heard)
        case = replace(case, emergency=emergency)
        if self.opinion_about is not OpinionSubject.ESCORT_PLACE:
            return case
        return done_for_child(case, EmergencyDuty.SEEK_CHILD_OPINION, self.child_id)


class SeekChildOpinion(
    Command[Case],
    name="case.seek_child_opinion",
    zh="征求儿童意见",
    en="Ask the child",
    when=OPEN_OR_PLACED,
    clauses=("CN2017-4.2-d", "CN2017-4.3-c"),
):
    """By police, township or the child's director."""

    child_id: Annotated[UUID | None, P2] = None
    opinion_about: Annotated[OpinionSubject, P2]
    able_to_express: Annotated[bool, P4]
    child_words: Annotated[str | None, P4] = None
    opinion_followed: Annotated[bool | None, P4] = None
    not_followed_because: Annotated[str | None, P4] = None

    def decide(self, case: Case) -> Iterator[Event[Case]]:
        """Quoted where the child can speak; with a reason where it is not followed."""
        if self.able_to_express and not (self.child_words or "").strip():
            raise CHILD_WORDS_MISSING(
                cite=self.rules.cite("child_opinion_on_escort"), field="childWords"
            )
        if self.opinion_followed is False and not (self.not_followed_because or "").strip():
            raise NOT_FOLLOWED_NEEDS_REASON(field="notFollowedBecause")
        yield ChildOpinionSought.of(self, child_id=the_child(case, self.child_id))
