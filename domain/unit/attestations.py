"""责任落实 · What a school attests: duty rosters of boarding schools, counselling rooms and teachers (C.12)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Annotated

from domain.kernel import Command, Event, Record
from domain.labels import name_fields
from domain.replacing import replace
from domain.sensitivity import P0, P2
from domain.unit.state import Unit

name_fields(
    roster_from_on=("值班周期开始", "Roster from"),
    roster_to_on=("值班周期结束", "Roster to"),
    weekend_covered=("周末有人值班", "Weekends are covered"),
    dormitory_responsible=("学生宿舍安全责任人", "Responsible for the dormitory"),
    counselling_room=("设有心理辅导室", "Has a counselling room"),
    mind_teacher=("配有专职心理健康教育教师", "Has a full-time psychology teacher"),
    mind_course=("开设心理健康课程", "Teaches mental health"),
)


class DutyRosterAttested(
    Record[Unit],
    name="unit.duty_roster_attested",
    zh="值班制度已落实",
    en="Duty roster attested",
    act="unit.attest_duty_roster",
    does=("登记值班制度落实情况", "Attest the duty roster"),
    clauses=("SH2020-3.3-h", "CQ2016-3.3-v", "CQ2024-2.6-c"),
):
    """Of a boarding school; Chongqing asks for the weekends too (T-29), and a weekend uncovered shows."""

    roster_from_on: Annotated[date, P0]
    roster_to_on: Annotated[date, P0]
    weekend_covered: Annotated[bool, P0]
    dormitory_responsible: Annotated[str, P2]

    def evolve(self, state: Unit) -> Unit:
        return replace(state, roster_to_on=self.roster_to_on)


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
    clauses=("SH2020-3.3-h", "CQ2016-3.3-v", "CQ2024-2.6-c"),
    by_system=True,
):
    """The day after; nothing where the next roster is there."""

    def decide(self, state: Unit) -> Iterator[Event[Unit]]:
        until = state.roster_to_on
        if until is not None and until < self.rules.on:
            yield DutyRosterLapsed(roster_to_on=until)


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
