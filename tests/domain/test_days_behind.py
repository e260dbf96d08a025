"""What somebody claims to have done lies behind: by the day in Shanghai on which it is said to have happened."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from domain.child.guidance import RecordEmployerReminder
from domain.kernel import COMMANDS
from domain.terms.care import Kinship
from tests.domain.child.family import HUANHUA, li_left_behind, the_id, told_by
from tests.dsl import given, put

HISTORY = told_by(*li_left_behind())
REMIND = RecordEmployerReminder(
    guardian_id=the_id(HISTORY, Kinship.FATHER),
    employer_name="东莞某厂",
    reminded_on=date(2028, 2, 29),
)


def reminded(**when: Any) -> Any:
    return given(*HISTORY).when(put(REMIND, where=HUANHUA, **when))


def test_a_day_that_is_still_to_come_is_refused_until_midnight_in_shanghai() -> None:
    reminded(at="2028-02-28 23:59").then_refused("day_in_future", field="remindedOn")
    assert reminded(at="2028-02-29 00:00").facts()


def test_entered_late_it_is_judged_by_the_day_it_is_about() -> None:
    late = {"at": "2028-03-05 09:00", "late_because": "补录"}
    reminded(occurred="2028-02-28 09:00", **late).then_refused("day_in_future", field="remindedOn")
    assert reminded(occurred="2028-02-29 09:00", **late).facts()


@pytest.mark.parametrize(
    "name",
    [
        "case.find_failure_to_report",
        "child.issue_guardian_responsibility_list",
        "child.record_carer_course",
        "child.record_charity_help",
        "child.record_employer_reminder",
        "unit.record_qualification",
    ],
)
def test_each_of_these_says_when_something_was_done(name: str) -> None:
    command = COMMANDS[name]
    assert command.behind
    assert set(command.behind) <= {spec.name for spec in command.specs}
