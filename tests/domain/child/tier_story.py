"""T. in the village of Huanhua: reported, put on R1, and what people decide then."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

import pytest

from domain.case.report_state import Stage
from domain.child.file_state import CategoryHeld
from domain.child.tier import (
    ReassessTier,
)
from domain.child.tier_decisions import OverrideRiskTier
from domain.factbook import FactBook
from domain.kernel import Command, Event, Refused
from domain.risk import RiskFact, RiskFactor
from domain.terms.reports import Trigger
from domain.terms.tier import TierCode
from tests.domain.case.cast import report
from tests.domain.child.family import DIRECTORY, HUANHUA
from tests.domain.child.jiading import SUPERVISOR, TEACHER, T, opened
from tests.domain.story import Story
from tests.dsl import an_id, local

CASE = an_id("case of T.")
GOOD = "最有利于儿童"


def left_behind(at: str = "2025-03-01 09:00", **more: Any) -> Story:
    """T. in the village of Huanhua, entered as a left-behind child."""
    story = opened(at, HUANHUA, **more)
    story.directory = DIRECTORY
    child = story.child(T)
    held = CategoryHeld(code="LBC_CQ_RURAL", event_id=an_id("category"), clauses=("CQ2016-1-a",))
    story.states[T] = replace(child, file=replace(child.file, held=(held,)))
    return story


def alone(story: Story, at: str = "2025-03-03 08:55") -> tuple[Event[Any], ...]:
    """The class teacher reports that T. lives alone."""
    said = report(Trigger.LIVING_ALONE, children=(T,))
    return story.put(said, at=at, on=CASE, by=TEACHER)


def closed(story: Story, stage: Stage = Stage.CLOSED) -> None:
    """The case is closed; its facts stay as they were."""
    case: Any = story.states[CASE]
    story.states[CASE] = replace(case, stage=stage)


def with_fact(story: Story, factor: RiskFactor, since: str, **more: Any) -> UUID:
    """A fact on T.'s file, as another chapter opens it."""
    event_id = an_id(f"{factor} {since}")
    fact = RiskFact(factor=factor, event_id=event_id, since=local(since), **more)
    child = story.child(T)
    story.states[T] = replace(child, facts=FactBook((*child.facts.facts, fact)))
    return event_id


def tier(story: Story) -> tuple[str | None, str | None]:
    """The tier that stands and the one proposed."""
    return story.child(T).tier.tier, story.child(T).tier.proposed


def refused(story: Story, command: Command[Any], at: str) -> Refused:
    """The refusal, after which nothing has changed."""
    before = story.child(T)
    with pytest.raises(Refused) as refusal:
        story.put(command, at=at, by=SUPERVISOR)
    assert story.child(T) == before
    return refusal.value


def going_down() -> Story:
    """R1 stands and R4 is proposed, on 20 March."""
    story = left_behind()
    alone(story)
    closed(story)
    story.put(ReassessTier(), at="2025-03-20 09:00")
    return story


REASON: dict[str, Any] = {
    "tier_reason": "祖母已受委托照护",
    "review_on": date(2025, 4, 20),
    "best_interest_reason": GOOD,
}


def overriding(code: str = "R3", **more: Any) -> OverrideRiskTier:
    """A person decides otherwise until 30 April."""
    usual: dict[str, Any] = {"tier_reason": "专人每日探视", "review_on": date(2025, 4, 30)}
    return OverrideRiskTier(tier=TierCode(code), **{**usual, "best_interest_reason": GOOD, **more})
