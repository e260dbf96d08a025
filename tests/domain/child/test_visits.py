"""Contacts, home visits with their checks, hazards and problems: what is saved, and what is refused."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

import pytest

from domain.child.home_hazards import (
    FindHomeHazard,
    HomeHazardFound,
    HomeHazardRectified,
    RectifyHomeHazard,
)
from domain.child.home_visits import HomeVisitMade, MakeHomeVisit
from domain.child.visit_problems import (
    FindVisitProblem,
    ResolveVisitProblem,
    VisitProblemFound,
    VisitProblemResolved,
)
from domain.child.visits_state import Rhythm
from domain.kernel import COMMANDS, Command, Refused
from domain.risk import RiskFactor
from domain.rulebook import Rulebook
from domain.terms.visits import (
    HomeHazardKind,
    InfringementSign,
    VisitContactChannel,
    VisitPresent,
    VisitProblemKind,
)
from tests.domain.child.family import STREET
from tests.domain.child.jiading import DIRECTOR, T, call, dues, only, opened, visit
from tests.domain.story import Story
from tests.dsl import an_id

DAY = "2024-07-20 10:00"


def refused(story: Story, command: Command[Any], at: str = DAY) -> Refused:
    """The refusal, after which nothing has changed."""
    before = dict(story.states)
    with pytest.raises(Refused) as refusal:
        story.put(command, at=at, by=DIRECTOR)
    assert story.states == before
    return refusal.value


def test_no_channel_of_a_contact_is_a_home_visit() -> None:
    assert not [c for c in VisitContactChannel if "HOME" in c or "入户走访" in c.zh]
    channels = [s for c in COMMANDS.values() for s in c.specs if s.type is VisitContactChannel]
    assert [s.name for s in channels] == ["contact_channel"]
    assert "contact_channel" not in {s.name for s in MakeHomeVisit.specs}


def test_a_contact_that_came_about_was_with_somebody() -> None:
    no = refused(opened(), call(contact_with=()))
    assert (no.code, no.field) == ("contact_with_nobody", "contactWith")
    assert no.clauses == ("SH2024-2.3.7-c",)


@pytest.mark.clause("SH2020-3.2-c", "CQ2016-3.2-e", "CQ2024-4-f", "CN2017-5.1-aj")
def test_a_phone_call_cannot_be_saved_as_a_home_visit() -> None:
    """What a caller knows, that nobody was visited and nothing was looked for, is not enough."""
    story = opened()
    met_nobody = refused(story, MakeHomeVisit(child_seen=False))
    assert (met_nobody.code, met_nobody.field) == ("home_visit_met_nobody", "visitPresent")
    unchecked = refused(story, MakeHomeVisit(child_seen=True))
    assert (unchecked.code, unchecked.field) == ("infringement_signs_unchecked", "signsChecked")
    assert dues(story) == ("2024-08-01", "2024-09-01")


@pytest.mark.parametrize("left_out", InfringementSign)
def test_every_sign_is_looked_for_where_the_child_was_seen(left_out: InfringementSign) -> None:
    rest = tuple(s for s in InfringementSign if s is not left_out)
    no = refused(opened(), visit(signs_checked=rest))
    assert (no.code, no.field, no.clauses) == (
        "infringement_signs_unchecked",
        "signsChecked",
        ("CQ2024-2.4-f",),
    )


@pytest.mark.parametrize("left_out", [k for k in HomeHazardKind if k is not HomeHazardKind.OTHER])
def test_every_home_hazard_is_looked_for(left_out: HomeHazardKind) -> None:
    rest = tuple(k for k in HomeHazardKind if k is not left_out)
    no = refused(opened(), visit(hazards_checked=rest))
    assert (no.code, no.field, no.clauses) == (
        "home_hazards_unchecked",
        "hazardsChecked",
        ("CQ2024-2.6-m",),
    )


def test_signs_need_not_be_answered_for_a_child_nobody_saw() -> None:
    story = opened()
    made = only(story.put(visit(seen=False, signs_checked=()), at=DAY, by=DIRECTOR), HomeVisitMade)
    assert not made.child_seen
    assert made.visit_present == (VisitPresent.CARER,)


def test_what_is_seen_was_looked_for() -> None:
    signs = refused(
        opened(), visit(seen=False, signs_checked=(), signs_seen=(InfringementSign.FEAR,))
    )
    assert (signs.code, signs.field) == ("seen_but_unchecked", "signsSeen")


def test_another_hazard_may_be_seen_without_being_on_the_list() -> None:
    story = opened()
    facts = story.put(visit(hazards_seen=(HomeHazardKind.OTHER,)), at=DAY, by=DIRECTOR)
    assert only(facts, HomeHazardFound).hazard_kind is HomeHazardKind.OTHER


def test_whether_a_visit_counts_as_contact_is_a_parameter() -> None:
    silent = {"CN2017", "SH2020", "SH2024", "CQ2016", "CQ2024", "PLATFORM"}
    named = {
        p.id for p in Rulebook.load().all_packs if "home_visit_counts_as_contact" in p.provisions
    }
    assert named <= silent
    assert "SH2024" in named
    story = opened()
    made = only(story.put(visit(), at=DAY), HomeVisitMade)
    assert made.counts_as_contact
    assert story.child(T).visits.last_contact_on == date(2024, 7, 20)


def test_a_visit_that_met_another_adult_alone_is_no_contact() -> None:
    stranger = (VisitPresent.OTHER_ADULT,)
    for seen, present, counts in (
        (False, stranger, False),
        (True, stranger, True),
        (False, (*stranger, VisitPresent.CARER), True),
    ):
        story = opened()
        made = only(story.put(visit(seen=seen, visit_present=present), at=DAY), HomeVisitMade)
        assert made.counts_as_contact is counts
        assert dues(story) == ("2024-08-20" if counts else "2024-08-01", "2024-09-20")


def test_a_hazard_seen_stays_open_until_it_is_rectified() -> None:
    story = opened()
    facts = story.put(visit(hazards_seen=(HomeHazardKind.WATER,)), at=DAY, by=DIRECTOR)
    found = only(facts, HomeHazardFound)
    assert story.child(T).facts.source(RiskFactor.RF_32) == found.told.event_id
    again = story.put(visit(hazards_seen=(HomeHazardKind.WATER,)), at="2024-07-21 10:00")
    assert not [e for e in again if isinstance(e, HomeHazardFound)]
    done = RectifyHomeHazard(hazard_id=found.hazard_id, rectification="河边加装护栏")
    rectified = only(story.put(done, at="2024-07-22 10:00"), HomeHazardRectified)
    assert rectified.rectification == "河边加装护栏"
    assert story.child(T).facts.find(RiskFactor.RF_32) is None
    assert refused(story, done, "2024-07-23 10:00").code == "unknown_hazard"


def test_two_hazards_are_rectified_one_by_one() -> None:
    story = opened()
    first = story.put(FindHomeHazard(hazard_kind=HomeHazardKind.FALL), at="2024-07-20 10:00")
    story.put(FindHomeHazard(hazard_kind=HomeHazardKind.BURN), at="2024-07-20 11:00")
    done = RectifyHomeHazard(
        hazard_id=only(first, HomeHazardFound).hazard_id, rectification="阳台加装护栏"
    )
    story.put(done, at="2024-07-22 10:00")
    assert [h.kind for h in story.child(T).visits.hazards] == [HomeHazardKind.BURN]
    assert story.child(T).facts.find(RiskFactor.RF_32) is not None


def test_a_hazard_is_not_rectified_without_saying_how() -> None:
    story = opened()
    facts = story.put(FindHomeHazard(hazard_kind=HomeHazardKind.FALL), at="2024-07-20 10:00")
    done = RectifyHomeHazard(hazard_id=only(facts, HomeHazardFound).hazard_id, rectification=" ")
    no = refused(story, done)
    assert (no.code, no.field) == ("rectification_missing", "rectification")


def no_food(story: Story) -> UUID:
    """Scenario 7, step 5: the visit on 8 September, which is saved, and what it found."""
    made = story.put(visit(), at="2024-09-08 10:00", by=DIRECTOR)
    assert only(made, HomeVisitMade).visited_on == date(2024, 9, 8)
    find = FindVisitProblem(problem_kind=VisitProblemKind.LIVING, problem_found="家中无食物")
    found = only(story.put(find, at="2024-09-08 10:30", by=DIRECTOR), VisitProblemFound)
    assert found == VisitProblemFound(
        problem_id=found.problem_id,
        problem_kind=VisitProblemKind.LIVING,
        problem_found="家中无食物",
        problem_unit_id=STREET.id,
        solve_by=date(2024, 9, 11),
    )
    return found.problem_id


def test_a_problem_stays_open_until_a_solution_is_written() -> None:
    story = opened()
    problem = no_food(story)
    empty = refused(
        story, ResolveVisitProblem(problem_id=problem, solution="  "), "2024-09-09 09:00"
    )
    assert (empty.code, empty.field) == ("solution_missing", "solution")
    assert "SH2024-2.3.7-e" in empty.clauses
    known = story.child(T).visits.problem(problem)
    assert known is not None
    assert not known.solved
    solved = ResolveVisitProblem(problem_id=problem, solution="街道送去食品并申请临时救助")
    facts = story.put(solved, at="2024-09-09 10:00")
    assert only(facts, VisitProblemResolved).solution == "街道送去食品并申请临时救助"
    again = refused(story, solved, "2024-09-09 11:00")
    assert again.code == "problem_already_resolved"


def test_problems_must_be_known_and_described() -> None:
    story = opened()
    unknown = ResolveVisitProblem(problem_id=an_id("nothing"), solution="—")
    assert refused(story, unknown).code == "unknown_problem"
    silent = FindVisitProblem(problem_kind=VisitProblemKind.OTHER, problem_found=" ")
    assert refused(story, silent).code == "problem_missing"


def test_nothing_is_recorded_of_a_child_without_a_file() -> None:
    assert refused(Story(), call()).code == "out_of_turn"
    assert refused(Story(), visit()).code == "out_of_turn"


def test_the_later_of_two_visits_of_a_day_is_the_last() -> None:
    """What is entered late of an earlier day leaves it as it is."""
    day = date(2024, 7, 20)
    first = Rhythm(last_on=day, last_event=an_id("first"))
    again = first.done(day, an_id("again"), date(2024, 8, 20))
    assert (again.last_event, again.next_on) == (an_id("again"), date(2024, 8, 20))
    assert first.done(date(2024, 7, 19), an_id("earlier"), None) == first
