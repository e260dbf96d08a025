"""What a plan leaves owed when it ends, and what arises no more (SH2024-3.3-a: to the end of October 2026)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from domain.rulebook import Rulebook
from domain.unit.obligations import ObligationFulfilled, OpenObligationYear
from tests.domain.story import Story
from tests.domain.unit.cast import DIRECTORY, DISTRICT, TOWNSHIP, XIANGHUA, here, named
from tests.domain.unit.owing import COUNTY, STATION, held, opened, owed
from tests.dsl import given, told


def test_what_arose_under_a_plan_that_has_ended_is_still_met() -> None:
    """SH2024 is a plan to October 2026: its last quarter and its last year are begun by then, and still met."""
    history = given(STATION, *opened(STATION, XIANGHUA, "2026-01-01 00:00"))
    _, done = history.when(held("STATION_ACTIVITY", at="2026-11-15 14:00")).facts()
    assert isinstance(done, ObligationFulfilled)
    assert (done.duty_period, done.after_missed) == ("2026-Q4", False)
    story = Story(place=XIANGHUA, directory=DIRECTORY)
    for unit, there in ((TOWNSHIP, STATION), (DISTRICT, COUNTY)):
        story.tell(told(there, at="2025-12-31 09:00"), on=unit)
        story.put(OpenObligationYear(), at="2026-01-01 00:00", on=unit)
    theirs = held("DISTRICT_SAFETY", at="2026-11-15 14:00")
    story.put(theirs, at="2026-11-15 14:00", on=TOWNSHIP)
    counted = {stream: e for stream, e in story.told if isinstance(e, ObligationFulfilled)}
    assert counted[DISTRICT].duty_code == "DISTRICT_SAFETY"


def test_after_a_plan_has_ended_nothing_more_arises_and_nothing_counts() -> None:
    assert named(opened(STATION, XIANGHUA, "2027-01-01 00:00")) == ["obligation_year_opened"]
    late = given(STATION, *opened(STATION, XIANGHUA, "2026-11-20 09:00"))
    late.when(held("STATION_ACTIVITY", at="2026-11-25 14:00")).then_refused("no_period_open")
    next_year = given(STATION, *opened(STATION, XIANGHUA, "2026-01-01 00:00"))
    next_year.when(held("STATION_ACTIVITY", at="2027-01-15 14:00")).then_refused(
        "duty_not_in_force", field="declaredFor"
    )


def test_a_quarter_that_begins_after_the_text_ends_is_not_owed() -> None:
    book = Rulebook.load()
    plan = book.pack("SH2024")
    ended = replace(plan, validity=replace(plan.validity, last=date(2026, 6, 30)))
    opening = here(OpenObligationYear(), at="2026-01-01 00:00", where=XIANGHUA)
    rules = book.replacing(ended).in_force(opening.rules.jurisdiction, opening.rules.on)
    context = replace(opening.context, _rules=rules)
    facts = given(STATION).when(replace(opening, context=context)).facts()
    assert [period for _, period, _ in owed(facts)] == ["2026-Q1", "2026-Q2"]
