"""亲子联系与家校沟通 · Parents in touch with the child, and the school with the family.

No text gives a cadence, but for the school's: before each holiday with the family of each child (SH2024-2.4.12-d).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Annotated
from uuid import UUID

from domain.child.state import ON_FILE, Child
from domain.kernel import Command, Event, Record
from domain.labels import name_fields
from domain.periods import local_date
from domain.replacing import replace
from domain.sensitivity import P2, P3, P3_SCHOOL
from domain.terms.care import Kinship
from domain.terms.visits import (
    FamilyChannel,
    SchoolHomeChannel,
    SchoolHomePeriod,
    SchoolHomeWith,
)

name_fields(
    family_channel=("亲子联系方式", "How they were in touch"),
    parent_in_touch=("联系的父母", "Parent in touch"),
    met_in_person=("是否见面", "Met in person"),
    family_contact_note=("亲子联系情况", "How they were in touch, in words"),
    facilitating_unit_id=("提供便利单位", "Unit that made it possible"),
    school_home_channel=("家校沟通方式", "Channel to the family"),
    school_home_with=("沟通对象", "Spoken with"),
    school_home_period=("沟通时段", "When in the school year"),
    school_home_note=("沟通情况", "What was spoken of"),
    half_year_from_on=("本学期开始", "The half year began"),
)


class ParentChildContactRecorded(
    Record[Child],
    name="child.parent_child_contact_recorded",
    zh="父母与子女联系已登记",
    en="Parent-child contact recorded",
    act="child.record_parent_child_contact",
    does=("登记父母与子女联系", "Record contact of parent and child"),
    when=ON_FILE,
    clauses=("SH2020-3.1-g", "CQ2016-3.1-e", "CQ2024-2.1-g"),
):
    """常联系、多见面."""

    parent_in_touch: Annotated[Kinship, P2]
    family_channel: Annotated[FamilyChannel, P2]
    met_in_person: Annotated[bool, P2] = False
    family_contact_note: Annotated[str | None, P3] = None


class ParentChildContactFacilitated(
    Record[Child],
    name="child.parent_child_contact_facilitated",
    zh="已提供联系便利",
    en="Parent-child contact facilitated",
    act="child.facilitate_parent_child_contact",
    does=("为亲子联系提供便利", "Help parent and child to be in touch"),
    when=ON_FILE,
    clauses=("CQ2016-3.2-j", "CQ2016-3.3-u"),
):
    """By the village committee or the school."""

    family_channel: Annotated[FamilyChannel, P2]
    parent_in_touch: Annotated[Kinship | None, P2] = None
    facilitating_unit_id: Annotated[UUID | None, P2] = None
    family_contact_note: Annotated[str | None, P3] = None


class SchoolHomeContactMade(
    Record[Child],
    name="child.school_home_contact_made",
    zh="家校沟通",
    en="School-home contact made",
    act="child.make_school_home_contact",
    does=("记录家校沟通", "Record a school-home contact"),
    when=ON_FILE,
    clauses=(
        "SH2020-3.3-d",
        "CQ2016-3.3-o",
        "SH2024-2.4.12-d",
        "CQ2024-2.1-h",
        "CQ2016-3.1-f",
        "CQ2024-2.1-a",
    ),
):
    """With parents or those who stand in for them; a teacher's visit is no visit of the director."""

    school_home_channel: Annotated[SchoolHomeChannel, P2]
    school_home_with: Annotated[SchoolHomeWith, P2]
    school_home_period: Annotated[SchoolHomePeriod, P2] = SchoolHomePeriod.TERM
    school_home_note: Annotated[str | None, P3_SCHOOL] = None

    def evolve(self, state: Child) -> Child:
        """Before a holiday it is what the school owes this child's family."""
        if self.school_home_period is SchoolHomePeriod.TERM or self.stamp is None:
            return state
        on = local_date(self.stamp.occurred_at)
        return replace(state, school=replace(state.school, holiday_contact_on=on))


class HolidayContactDue(
    Event[Child],
    name="child.holiday_contact_due",
    zh="放假前须联系家庭",
    en="Contact before the holiday due",
):
    """The school held its lecture; this child's family is to be spoken with before the holiday begins."""

    school_unit_id: Annotated[UUID, P2]
    contact_home_by: Annotated[date, P2]

    def evolve(self, state: Child) -> Child:
        """Asked of this school."""
        return replace(state, school=replace(state.school, holiday_school=self.school_unit_id))


class NoteHolidayContactDue(
    Command[Child],
    name="child.note_holiday_contact_due",
    zh="登记放假前须联系家庭",
    en="Note that a contact before the holiday is due",
    clauses=("SH2024-2.4.12-d",),
    by_system=True,
):
    """Put to each pupil on file when the school has held its lecture. ``half_year_from_on``: what counts already."""

    school_unit_id: Annotated[UUID, P2]
    contact_home_by: Annotated[date, P2]
    half_year_from_on: Annotated[date, P2]

    def decide(self, state: Child) -> Iterator[Event[Child]]:
        """农村留守儿童和困境儿童 of this school, whose family was not spoken with yet."""
        last = state.school.holiday_contact_on
        spoken = last is not None and last >= self.half_year_from_on
        if state.file.held and state.file.school_unit_id == self.school_unit_id and not spoken:
            yield HolidayContactDue.of(self)
