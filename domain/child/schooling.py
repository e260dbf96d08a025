"""就学管理 · What the chapters of schooling share: when what may be done, in which units, counted in school days.

A school day is a working day of the calendar, make-up days included; no text and no notice dates the school holidays.
"""

from __future__ import annotations

from datetime import date
from uuid import UUID

from domain import school_days
from domain.child.overdue import township_of
from domain.child.school_state import (
    OUT_OF_SCHOOL,
    REPORTED_ON,
    TO_PERSUADE,
    Schooling,
)
from domain.child.state import ON_FILE, Child
from domain.kernel import Command, Refusal, Turn
from domain.labels import name_fields
from domain.terms.school import ReportAddressee
from domain.terms.units import UnitKind
from domain.workdays import DueDay

name_fields(
    dropout_id=("控辍个案", "Dropout case"),
    date_provisional=("工作日历未公布,时限暂定", "Calendar not published: date provisional"),
    education_unit_id=("教育行政部门", "Education administration"),
)

SCHOOL_NOTE_MISSING = Refusal("school_note_missing", zh="须写明情况", en="Say what it is about")
MATTER_UNKNOWN = Refusal(
    "unknown_school_matter", zh="没有此项未了事项", en="There is no such open matter"
)

ATTENDING: Turn[Child] = Turn(
    "not_out_of_school",
    "未失学辍学",
    "not out of school",
    lambda c: not c.school.out_of_school,
)
TRUANT: Turn[Child] = Turn(
    "truant",
    "无故旷课中",
    "absent without excuse",
    lambda c: c.school.status is Schooling.TRUANT,
)
OUT: Turn[Child] = Turn(
    "out_of_school",
    "失学辍学或未入学",
    "dropped out or not enrolled",
    lambda c: c.school.status in OUT_OF_SCHOOL,
)
REPORTABLE: Turn[Child] = Turn(
    "persuasion_tried",
    "已劝返未果",
    "persuasion has been tried in vain",
    lambda c: (
        c.school.status in REPORTED_ON
        or (
            c.school.status in TO_PERSUADE
            and c.school.dropout is not None
            and c.school.dropout.failed_attempts > 0
        )
    ),
)
REPORTED: Turn[Child] = Turn(
    "dropout_reported",
    "已书面报告",
    "reported in writing",
    lambda c: (
        c.school.status in REPORTED_ON
        and c.school.dropout is not None
        and bool(c.school.dropout.reported)
    ),
)
PUPIL_ON_FILE = ON_FILE & ATTENDING


def said(text: str | None, field: str) -> str:
    """The words, or a refusal."""
    if not (text or "").strip():
        raise SCHOOL_NOTE_MISSING(field=field)
    return str(text).strip()


def nth_school_day(command: Command[Child], first: date, n: int) -> DueDay:
    """The ``n``-th school day of a run whose first day is ``first``."""
    return school_days.after(command, first, max(n, 1) - 1)


def education_of(command: Command[Child], child: Child) -> UUID | None:
    """District education at the child's place."""
    found = command.directory.owner_for(
        UnitKind.DISTRICT_EDUCATION, child.place, command.divisions, command.rules.on
    )
    return found.id if found else None


def unit_told(command: Command[Child], child: Child, addressee: ReportAddressee) -> UUID | None:
    """The unit behind an addressee of the written report."""
    if addressee is ReportAddressee.EDUCATION:
        return education_of(command, child)
    return township_of(command, child)
