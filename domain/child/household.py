"""家庭与照料安排 · The household, and how the child is cared for when the parents go away.

The actual carer is whoever in fact looks after the child, the grandmother who cooks: often neither a guardian nor the
entrusted carer, and kept apart from both.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Annotated, Any, Self
from uuid import UUID, uuid5

from domain.child.key_targets import flags_that_follow
from domain.child.standing import id_of, settled
from domain.child.state import ON_FILE, Child
from domain.codec import says_more
from domain.kernel import Command, Event, Record, Refusal, Value
from domain.labels import name_fields
from domain.periods import under
from domain.replacing import replace
from domain.sensitivity import P0, P2, P3
from domain.terms.care import (
    ArrangementKind,
    HouseholdEmployment,
    HouseholdMeans,
    HousingKind,
    Kinship,
)

name_fields(
    arrangement=("照料安排", "Care arrangement"),
    actual_carer_id=("实际照料人编号", "Actual carer"),
    actual_carer_name=("实际照料人姓名", "Actual carer's name"),
    actual_carer_relation=("实际照料人与儿童关系", "Actual carer's relation"),
    actual_carer_phone=("实际照料人电话", "Actual carer's phone"),
    arrangement_from_on=("安排起始日期", "Arranged from"),
    course_invited=("邀请参加科学育儿课程", "Invited to the infant-care course"),
    carer_course=("课程名称", "Course"),
    attended_on=("参加日期", "Attended on"),
    household_size=("家庭人口", "Members of the household"),
    household_members=("家庭成员", "Who lives in the household"),
    member_name=("成员姓名", "Member's name"),
    member_relation=("成员与儿童关系", "Member's relation"),
    member_employment=("成员就业状况", "Member's employment"),
    household_means=("主要经济来源", "What the household lives on"),
    housing=("住房情况", "Housing"),
    hardship_found=("生活困难", "Life in hardship"),
    household_note=("家庭情况说明", "Note on the household"),
    unemployed_members=("未就业成员编号", "Members without work"),
    member_helped=("受帮扶成员编号", "Member who is helped, by number"),
)

CARER_UNNAMED = Refusal(
    "actual_carer_unnamed", zh="须填写实际照料人姓名", en="Name the actual carer"
)
NO_ACTUAL_CARER = Refusal("no_actual_carer", zh="未登记实际照料人", en="No actual carer is on file")
COURSE_FOR_INFANTS = Refusal(
    "course_for_infants_only",
    zh="该课程面向婴幼儿的实际照料人",
    en="The course is for those who look after infants and toddlers",
)


def is_infant(command: Command[Child], state: Child) -> bool:
    """婴幼儿 on the day of the fact; a child of unknown age is not taken for one."""
    birth_on, age = state.file.birth_on, command.rules.count("infant_age_below")
    return birth_on is not None and under(birth_on, age, command.rules.on)


class CareArrangementRecorded(
    Event[Child], name="child.care_arrangement_recorded", zh="照料安排已登记", en="Care arranged"
):
    arrangement: Annotated[ArrangementKind, P2]
    arrangement_from_on: Annotated[date | None, P2] = None
    actual_carer_id: Annotated[UUID | None, P0] = None
    actual_carer_name: Annotated[str | None, P2] = None
    actual_carer_relation: Annotated[Kinship | None, P2] = None
    actual_carer_phone: Annotated[str | None, P2] = None
    course_invited: Annotated[bool, P2] = False

    def evolve(self, state: Child) -> Child:
        care = replace(
            state.care, arrangement=self.arrangement.value, actual_carer_id=self.actual_carer_id
        )
        return settled(replace(state, care=care), self)


class RecordCareArrangement(
    Command[Child],
    name="child.record_care_arrangement",
    zh="登记照料安排",
    en="Record the care arrangement",
    when=ON_FILE,
    clauses=("CQ2016-3.1-b", "CQ2016-3.1-c", "SH2024-2.2.5-a"),
):
    """An actual carer of an infant or toddler is invited to the course where a text provides one."""

    arrangement: Annotated[ArrangementKind, P2]
    arrangement_from_on: Annotated[date | None, P2] = None
    actual_carer_name: Annotated[str | None, P2] = None
    actual_carer_relation: Annotated[Kinship | None, P2] = None
    actual_carer_phone: Annotated[str | None, P2] = None

    def decide(self, state: Child) -> Iterator[Event[Child]]:
        name = (self.actual_carer_name or "").strip()
        if not name and (self.actual_carer_relation or self.actual_carer_phone):
            raise CARER_UNNAMED(field="actualCarerName")
        offered = bool(self.rules.cite("infant_age_below"))
        yield CareArrangementRecorded.of(
            self,
            actual_carer_id=self.new_id("actual_carer") if name else None,
            course_invited=bool(name) and offered and is_infant(self, state),
        )


class CarerCourseAttended(
    Event[Child], name="child.carer_course_attended", zh="照料人已参加课程", en="Course attended"
):
    actual_carer_id: Annotated[UUID | None, P0]
    carer_course: Annotated[str, P2]
    attended_on: Annotated[date, P2]


class RecordCarerCourse(
    Command[Child],
    name="child.record_carer_course",
    zh="登记照料人课程",
    en="Record a carer's course",
    when=ON_FILE,
    clauses=("SH2024-2.2.5-a",),
    behind=("attended_on",),
):
    carer_course: Annotated[str, P2]
    attended_on: Annotated[date, P2]

    def decide(self, state: Child) -> Iterator[Event[Child]]:
        if state.care.actual_carer_id is None:
            raise NO_ACTUAL_CARER(field="carerCourse")
        if not is_infant(self, state):
            raise COURSE_FOR_INFANTS(cite=self.rules.cite("infant_age_below"), field="carerCourse")
        yield CarerCourseAttended.of(self, actual_carer_id=state.care.actual_carer_id)


class HouseholdMember(Value):
    """家庭成员 · Somebody who lives with the child."""

    member_name: Annotated[str, P3]
    member_relation: Annotated[Kinship, P3]
    member_employment: Annotated[HouseholdEmployment, P3]


def member_id(child_id: UUID, name: str) -> UUID:
    """What tells one member of a child's household from another: nobody has a number of their own there."""
    return uuid5(child_id, f"member/{''.join(name.split())}")


class HouseholdRecorded(
    Record[Child],
    name="child.household_recorded",
    zh="家庭情况已登记",
    en="Household recorded",
    version=2,
    act="child.record_household",
    does=("登记家庭情况", "Record the household"),
    when=ON_FILE,
    clauses=("CQ2016-3.2-f", "SH2020-3.2-d", "CN2017-5.1-v", "SH2020-4.3-d"),
    finds=("unemployed_members",),
):
    """The village's family file (CQ2016-3.2-f) is a view of this; hardship found opens RF-24.

    ``hardship_found``: None says nothing of it, and what was found before stands. A record of before that says False
    may have been silent; what was decided since rests on its having ended the hardship, so that it still does.
    """

    household_size: Annotated[int, P3]
    household_means: Annotated[tuple[HouseholdMeans, ...], P3] = ()
    housing: Annotated[HousingKind | None, P3] = None
    hardship_found: Annotated[bool | None, P3] = None
    household_members: Annotated[tuple[HouseholdMember, ...], P3] = ()
    household_note: Annotated[str | None, P3] = None
    unemployed_members: Annotated[tuple[UUID, ...], P3] = ()

    @classmethod
    def recorded(cls, command: Any, before: Child) -> Self:
        """With whom a task of employment help is about, each for itself (Q-41)."""
        without = (
            member_id(before.id, m.member_name)
            for m in command.household_members
            if m.member_employment is HouseholdEmployment.UNEMPLOYED
        )
        return cls.of(command, unemployed_members=tuple(dict.fromkeys(without)))

    def evolve(self, state: Child) -> Child:
        if self.hardship_found is None:
            return state
        event = id_of(self) if self.hardship_found else None
        after = replace(state, file=replace(state.file, hardship_event=event))
        return settled(after, self)

    def follows(self, command: Command[Child], before: Child) -> Iterator[Event[Child]]:
        """A left-behind child found poor is a key target where the text says so, whichever was known first."""
        told = replace(self, stamp=command.context.stamp(0, ()))
        yield from flags_that_follow(command, before, told.evolve(before))


# At first all who were without work were one task.
says_more("child.household_recorded", 1)
