"""What somebody claims to have done lies behind: by the day in Shanghai on which it is said to have happened. And no
day that is said anywhere is one that nobody can mean."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from domain import plausible
from domain.case.plan import AdoptPlan, PlannedItem
from domain.case.reports import SubmitReport
from domain.child.guidance import RecordEmployerReminder
from domain.context import Context
from domain.kernel import COMMANDS, Refused
from domain.terms.care import Kinship
from domain.terms.plan import PlanField, ServiceType
from domain.terms.reports import ReportChannel, ReporterCategory, Trigger
from tests.domain.child.family import HUANHUA, li_left_behind, the_id, told_by
from tests.dsl import given, local, put

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


@pytest.mark.parametrize("day", [date.min, date(1897, 1, 1), date(2206, 3, 3), date.max])
def test_a_day_that_nobody_can_mean_is_refused_with_its_field(day: date) -> None:
    reminded = put(replace(REMIND, reminded_on=day), where=HUANHUA, at="2028-02-28 23:59")
    given(*HISTORY).when(reminded).then_refused("day_out_of_bounds", field="remindedOn")


@pytest.mark.parametrize(
    "moment", [datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)]
)
def test_a_moment_is_looked_at_as_a_day_is(moment: datetime) -> None:
    report = SubmitReport(
        report_channel=ReportChannel.IN_PERSON,
        reporter_category=ReporterCategory.SCHOOL,
        discovered_at=moment,
        triggers=(Trigger.LIVING_ALONE,),
        situation="一个人住了两个星期",
    )
    given().when(put(report, at="2028-02-28 09:00", where=HUANHUA)).then_refused(
        "day_out_of_bounds", field="discoveredAt"
    )


def test_a_day_inside_a_value_is_looked_at_too() -> None:
    item = PlannedItem(
        service=next(iter(ServiceType)),
        plan_field=next(iter(PlanField)),
        need="复查",
        item_due_on=date.max,
    )
    plan = AdoptPlan(items=(item,), context=Context(at=local("2028-02-28 09:00")))
    with pytest.raises(Refused) as refused:
        plausible.check(plan)
    assert (refused.value.code, refused.value.field) == ("day_out_of_bounds", "items")


def test_every_field_that_says_a_day_is_looked_at() -> None:
    """By the names that fields of days and moments have here, so that none is passed over."""
    for command in COMMANDS.values():
        named = {s.name for s in command.specs if s.name.endswith(("_on", "_at"))}
        assert named <= {*command.dated}, command.name
