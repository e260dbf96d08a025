"""宣传与舆情 · Publicity, and what the public says (C.13; SH2020-3.1-f, SH2020-5.5, CQ2016-6.4, CN2017-5.4)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated
from uuid import UUID

from domain.codec import says_more
from domain.kernel import Command, Event, Record, Refusal
from domain.labels import name_fields
from domain.replacing import replace
from domain.sensitivity import P0, P2, P3
from domain.terms.care import Industry
from domain.terms.oversight import PublicityMedium, PublicityTopic
from domain.unit.state import Unit

name_fields(
    publicity_topics=("宣传主题", "Topics of the publicity"),
    publicity_medium=("宣传方式", "Medium"),
    publicity_note=("宣传说明", "Note on the publicity"),
    opinion_id=("舆情", "Public opinion"),
    opinion_topic=("舆情主题", "What is said"),
    opinion_case_id=("关联个案", "Case it touches"),
    opinion_response=("回应", "Response"),
)

UNKNOWN_OPINION = Refusal("unknown_opinion", zh="没有这项舆情", en="There is no such warning")
OPINION = ("SH2020-5.5-c", "CQ2016-6.4-b", "CN2017-5.4-c")


class PublicityActivityHeld(
    Record[Unit],
    name="unit.publicity_activity_held",
    zh="宣传活动已开展",
    en="Publicity held",
    version=2,
    act="unit.hold_publicity_activity",
    does=("登记宣传活动", "Record publicity"),
    clauses=(
        "SH2020-3.1-f",
        "SH2020-5.5-a",
        "CQ2016-6.4-a",
        "CN2017-5.4-a",
        "CN2017-5.1-m",
        "SH2024-4.3-a",
        "SH2024-4.3-b",
        "CQ2024-4-g",
        "CQ2024-2.3-d",
    ),
):
    """A case that is told needs an approved extract; this record carries no child.

    ``activity_industry``: among the workers of an industry in the city, whose children may be anywhere (SH2020-3.1-f).
    """

    publicity_topics: Annotated[tuple[PublicityTopic, ...], P0]
    publicity_medium: Annotated[PublicityMedium, P0]
    publicity_note: Annotated[str | None, P2] = None
    activity_industry: Annotated[Industry | None, P0] = None


# At first it was for the public alone.
says_more("unit.publicity_activity_held", 1)


class PublicOpinionWarningRaised(
    Event[Unit], name="unit.public_opinion_warning_raised", zh="舆情预警", en="Opinion warning"
):
    """May point to a case without exposing the child."""

    opinion_id: Annotated[UUID, P0]
    opinion_topic: Annotated[str, P3]
    opinion_case_id: Annotated[UUID | None, P2] = None

    def evolve(self, state: Unit) -> Unit:
        return replace(state, oversight=state.oversight.with_opinion(self.opinion_id, is_open=True))


class RaisePublicOpinionWarning(
    Command[Unit],
    name="unit.raise_public_opinion_warning",
    zh="发布舆情预警",
    en="Raise an opinion warning",
    clauses=OPINION,
):
    opinion_topic: Annotated[str, P3]
    opinion_case_id: Annotated[UUID | None, P2] = None

    def decide(self, _state: Unit) -> Iterator[Event[Unit]]:
        yield PublicOpinionWarningRaised.of(self, opinion_id=self.new_id("opinion"))


class PublicOpinionResponseMade(
    Event[Unit], name="unit.public_opinion_response_made", zh="舆情已回应", en="Opinion answered"
):
    opinion_id: Annotated[UUID, P0]
    opinion_response: Annotated[str, P3]

    def evolve(self, state: Unit) -> Unit:
        oversight = state.oversight.with_opinion(self.opinion_id, is_open=False)
        return replace(state, oversight=oversight)


class RespondToPublicOpinion(
    Command[Unit],
    name="unit.respond_to_public_opinion",
    zh="回应舆情",
    en="Answer public opinion",
    clauses=OPINION,
):
    opinion_id: Annotated[UUID, P0]
    opinion_response: Annotated[str, P3]

    def decide(self, state: Unit) -> Iterator[Event[Unit]]:
        if self.opinion_id not in dict(state.oversight.opinions):
            raise UNKNOWN_OPINION(field="opinionId")
        yield PublicOpinionResponseMade.of(self)
