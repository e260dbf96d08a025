"""儿童意见 · What the child says, on its own file, outside any case (SH2024-0-b).

In a case the opinion is asked for on the case (``case.seek_child_opinion``). No age decides whether a child is asked.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from domain.child.state import ON_FILE, Child
from domain.kernel import Command, Event, Refusal
from domain.labels import name_fields
from domain.sensitivity import P2, P4
from domain.terms.visits import HeardAbout

name_fields(
    heard_about=("听取意见事项", "Heard about"),
    able_to_express=("有表达能力", "Able to express an opinion"),
    child_words=("儿童意见", "In the child's words"),
    opinion_followed=("是否采纳", "Followed"),
    not_followed_because=("未采纳的理由", "Why it is not followed"),
)

HEARD_WORDS_MISSING = Refusal(
    "heard_words_missing",
    zh="儿童有表达能力的,须记录其本人意见",
    en="A child able to express itself is quoted",
    clauses=("SH2024-0-b",),
)
HEARD_REASON_MISSING = Refusal(
    "heard_reason_missing",
    zh="未采纳儿童意见的,须说明理由",
    en="Say why the child's opinion is not followed",
    clauses=("SH2024-0-b",),
)


class ChildOpinionHeard(
    Event[Child], name="child.opinion_heard", zh="听取儿童意见", en="Child's opinion heard"
):
    heard_about: Annotated[HeardAbout, P2]
    able_to_express: Annotated[bool, P4]
    child_words: Annotated[str | None, P4] = None
    opinion_followed: Annotated[bool | None, P4] = None
    not_followed_because: Annotated[str | None, P4] = None


class HearChildOpinion(
    Command[Child],
    name="child.hear_child_opinion",
    zh="听取儿童意见",
    en="Hear the child",
    when=ON_FILE,
    clauses=("SH2024-0-b",),
):
    """By director or township."""

    heard_about: Annotated[HeardAbout, P2]
    able_to_express: Annotated[bool, P4]
    child_words: Annotated[str | None, P4] = None
    opinion_followed: Annotated[bool | None, P4] = None
    not_followed_because: Annotated[str | None, P4] = None

    def decide(self, _state: Child) -> Iterator[Event[Child]]:
        """Quoted where the child can speak; with a reason where it is not followed."""
        if self.able_to_express and not (self.child_words or "").strip():
            raise HEARD_WORDS_MISSING(field="childWords")
        if self.opinion_followed is False and not (self.not_followed_because or "").strip():
            raise HEARD_REASON_MISSING(field="notFollowedBecause")
        yield ChildOpinionHeard.of(self)
