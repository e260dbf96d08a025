"""What must be written says something, in a text and in every line of a list of texts."""

from __future__ import annotations

from typing import Any

import pytest

from domain.case.aftercare import RecordAftercareVisit
from domain.case.care_secured import NoteCareSecured
from domain.kernel import Command, Refused
from domain.terms.oversight import CoordinationBody
from domain.unit.conference import ConferenceHeld
from domain.worded import check_worded
from tests.domain.case.cast import noting
from tests.dsl import an_id

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
    with pytest.raises(Refused) as refusal:
        check_worded(command)
    assert (refusal.value.code, refusal.value.field) == ("says_nothing", field)


def test_what_is_said_is_taken_and_a_conference_may_decide_nothing() -> None:
    check_worded(conference())
    check_worded(NoteCareSecured(child_id=an_id("child")))
