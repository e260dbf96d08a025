"""责任落实 · What a school attests: duty rosters of boarding schools, counselling rooms and teachers (C.12)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from typing import Annotated, Any

from domain.codec import upcasts
from domain.kernel import Command, Event, Record, Refusal
from domain.labels import name_fields
from domain.replacing import replace
from domain.school_days import in_holidays
from domain.sensitivity import P0, P2
from domain.terms.units import UnitKind
from domain.unit.state import Unit

name_fields(
    roster_from_on=("值班周期开始", "Roster from"),
    roster_to_on=("值班周期结束", "Roster to"),
    weekend_covered=("周末有人值班", "Weekends are covered"),
    dormitory_responsible=("学生宿舍安全责任人", "Responsible for the dormitory"),
    rostered_until_on=("值班已排至", "Rostered until"),
    roster_gap_from_on=("值班空档开始", "Gap in the roster from"),
    roster_gap_to_on=("值班空档结束", "Gap in the roster to"),
    counselling_room=("设有心理辅导室", "Has a counselling room"),
    mind_teacher=("配有专职心理健康教育教师", "Has a full-time psychology teacher"),
    mind_course=("开设心理健康课程", "Teaches mental health"),
)

ROSTER_REVERSED = Refusal(
    "roster_reversed", zh="值班周期的结束不能早于开始", en="The roster ends before it begins"
)
ROSTERS = ("SH2020-3.3-h", "CQ2016-3.3-v", "CQ2024-2.6-c")
DAY, SATURDAY = timedelta(days=1), 5


class DutyRosterAttested(
    Event[Unit],
    name="unit.duty_roster_attested",
    zh="值班制度已落实",
    en="Duty roster attested",
    version=2,
):
    """``rostered_until_on``: up to which day nobody is missing, this roster and the others taken together."""

    roster_from_on: Annotated[date, P0]
    roster_to_on: Annotated[date, P0]
    weekend_covered: Annotated[bool, P0]
    dormitory_responsible: Annotated[str, P2]
    rostered_until_on: Annotated[date, P0]

    def evolve(self, state: Unit) -> Unit:
        rosters = (*state.rosters, (self.roster_from_on, self.roster_to_on))
        return replace(state, rosters=rosters, rostered_until=self.rostered_until_on)


@upcasts("unit.duty_roster_attested", 1)
def _alone(values: dict[str, Any]) -> dict[str, Any]:
    """At first each roster was taken for the only one."""
    return {**values, "rostered_until_on": values["roster_to_on"]}


class DutyRosterGapFound(
    Event[Unit], name="unit.duty_roster_gap_found", zh="值班安排有空档", en="Roster gap found"
):
    """Between the rosters attested lie days on which nobody is on duty (Q-84)."""

    roster_gap_from_on: Annotated[date, P0]
    roster_gap_to_on: Annotated[date, P0]


class AttestDutyRoster(
    Command[Unit],
    name="unit.attest_duty_roster",
    zh="登记值班制度落实情况",
    en="Attest the duty roster",
    clauses=ROSTERS,
):
    """Of a boarding school; Chongqing asks for the weekends too (T-29), and a weekend uncovered shows."""

    roster_from_on: Annotated[date, P0]
    roster_to_on: Annotated[date, P0]
    weekend_covered: Annotated[bool, P0]
    dormitory_responsible: Annotated[str, P2]

    def decide(self, state: Unit) -> Iterator[Event[Unit]]:
        if self.roster_to_on < self.roster_from_on:
            raise ROSTER_REVERSED(field="rosterToOn")
        rosters = (*state.rosters, (self.roster_from_on, self.roster_to_on))
        first = max(self.rules.on, min(begins for begins, _ in rosters))
        until = _manned(self, rosters, first)
        yield DutyRosterAttested.of(self, rostered_until_on=until)
        following = min((begins for begins, _ in rosters if begins > until), default=None)
        if following is not None:
            yield DutyRosterGapFound(
                roster_gap_from_on=until + DAY, roster_gap_to_on=following - DAY
            )


def _manned(command: Command[Unit], rosters: Iterable[tuple[date, date]], first: date) -> date:
    """The last day of an unbroken run from ``first`` on which a roster holds or nobody need be on duty."""
    day = first
    for begins, ends in sorted(rosters):
        while day < begins and not _on_duty(command, day):
            day += DAY
        if begins <= day <= ends == date.max:
            return ends
        if begins <= day <= ends:
            day = ends + DAY
    while not _on_duty(command, day):
        day += DAY
    return day - DAY


def _on_duty(command: Command[Unit], day: date) -> bool:
    """Whether boarders are there: not in the holidays, and at weekends where the text asks for it."""
    at_work = day.weekday() < SATURDAY or command.rules.flag("weekend_duty")
    return at_work and not in_holidays(command.rules.sequence("school_holidays"), day)


class DutyRosterLapsed(
    Event[Unit], name="unit.duty_roster_lapsed", zh="值班安排已到期", en="Duty roster lapsed"
):
    """The roster attested last has run out, and nobody has said who is on duty since (T-29, Q-84)."""

    roster_to_on: Annotated[date, P0]


class NoteDutyRosterLapsed(
    Command[Unit],
    name="unit.note_duty_roster_lapsed",
    zh="值班安排到期",
    en="Note that the duty roster has lapsed",
    clauses=ROSTERS,
    by_system=True,
):
    """The day after; nothing where the next roster is there."""

    def decide(self, state: Unit) -> Iterator[Event[Unit]]:
        until = state.rostered_until
        if until is not None and until < self.rules.on:
            yield DutyRosterLapsed(roster_to_on=until)


class BoardingSchoolKnown(
    Event[Unit], name="unit.boarding_school_known", zh="已知为寄宿制学校", en="Known to board"
):
    """A pupil on file boards here: the school owes a roster, whether it ever attested one or not (Q-84)."""

    def evolve(self, state: Unit) -> Unit:
        return replace(state, boards=True)


class NoteBoardingSchool(
    Command[Unit],
    name="unit.note_boarding_school",
    zh="登记为寄宿制学校",
    en="Note that a school boards pupils",
    clauses=ROSTERS,
    by_system=True,
):
    """Put when a pupil's enrolment says that it boards; which pupil, the school's record does not say."""

    def decide(self, state: Unit) -> Iterator[Event[Unit]]:
        if state.kind is UnitKind.SCHOOL and not state.boards:
            yield BoardingSchoolKnown()


class SchoolMentalResourceRecorded(
    Record[Unit],
    name="unit.school_mental_resource_recorded",
    zh="学校心理健康资源已登记",
    en="School mental-health resources recorded",
    act="unit.record_school_mental_resource",
    does=("登记学校心理健康资源", "Record the school's mental-health resources"),
    clauses=("CQ2024-2.2-c",),
):
    """Room, teacher, course: what is missing is the gap list (S-14)."""

    counselling_room: Annotated[bool, P0]
    mind_teacher: Annotated[bool, P0]
    mind_course: Annotated[bool, P0]
