"""What must be written says something, in a text and in every line of a list of texts."""

from __future__ import annotations

from typing import Any

import pytest

from domain.case.aftercare import RecordAftercareVisit
from domain.case.care_secured import NoteCareSecured
from domain.kernel import Command, Refused, State
from domain.rules.state import RulesFile
from domain.terms.oversight import CoordinationBody
from domain.unit.conference import ConferenceHeld
from domain.worded import blank_in, worded
from tests.domain.case.cast import CASE, case_of, noting
from tests.domain.case.test_placement_end import AFTER, visit
from tests.domain.rules.test_packs import FILE, by_owner, setting
from tests.dsl import an_id, given

VISIT = RecordAftercareVisit(aftercare_id=an_id("aftercare"), child_seen=True, visit_note="　")


def conference(**said: tuple[str, ...]) -> Command[Any]:
    """A joint conference of the district."""
    usual = {"member_units": ("民政局",), "agenda": ("暑期安全",), "conference_decisions": ()}
    body = next(iter(CoordinationBody))
    return noting(ConferenceHeld, coordination_body=body, **{**usual, **said})


@pytest.mark.parametrize(
    ("command", "field"),
    [
        (VISIT, "visitNote"),
        (conference(agenda=("暑期安全", " ")), "agenda"),
        (conference(member_units=("",)), "memberUnits"),
    ],
)
def test_blanks_say_nothing(command: Command[Any], field: str) -> None:
    assert blank_in(command) == field


def test_what_is_said_is_taken_and_a_conference_may_decide_nothing() -> None:
    assert blank_in(conference()) is None
    assert blank_in(NoteCareSecured(child_id=an_id("child"))) is None


def refused(state: State, command: Command[Any]) -> tuple[str, str | None]:
    """Code and field of the refusal."""
    with pytest.raises(Refused) as refusal:
        worded(state, command)
    return refusal.value.code, refusal.value.field


def test_a_blank_does_not_try_out_what_is_there() -> None:
    """Nothing is recorded of it: what it is refused for must not depend on what it would have met."""
    case = case_of(*AFTER)
    spoken = visit("2019-06-03 10:00", aftercare_id=an_id("none"))
    blank = visit("2019-06-03 10:00", aftercare_id=an_id("none"), visit_note=" ")
    assert refused(case, spoken) == ("unknown_aftercare", "aftercareId")
    assert refused(case, blank) == ("says_nothing", "visitNote")


def test_a_chapter_with_words_of_its_own_says_them() -> None:
    rules = given(FILE).state(RulesFile(id=CASE))
    silent = by_owner(setting(set_because=" "))
    elsewhere = by_owner(setting(set_because=" ", pack_id="CQ2016"))
    assert refused(rules, silent) == ("owner_reason_missing", "setBecause")
    assert refused(rules, elsewhere) == ("says_nothing", "setBecause")
    assert worded(rules, by_owner(setting()))
