"""无故旷课 · Absence without excuse is learnt of promptly; the school asks at home, and reviews on the fifth day.

SH2020-5.4-a, CQ2016-3.3-q. 及时 has no number: day 1 and day 5 of the absence are the platform's.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Annotated
from uuid import UUID

from domain import school_days
from domain.child.school_roll import NOT_ENROLLED
from domain.child.school_state import Schooling
from domain.child.schooling import PUPIL_ON_FILE, TRUANT, nth_school_day
from domain.child.standing import id_of
from domain.child.state import ON_FILE, Child
from domain.kernel import Command, Event, Refusal
from domain.labels import name_fields
from domain.replacing import replace
from domain.risk import RiskFactor
from domain.sensitivity import P0, P2, P3_SCHOOL

name_fields(
    absence_dates=("无故旷课日期", "Days absent without excuse"),
    absence_note=("旷课情况", "What is known of the absence"),
    contact_home_by=("联系家庭时限", "Contact the home by"),
    dropout_review_by=("辍学研判时限", "Review for dropout by"),
    attending_on=("到校日期", "Attended on"),
    stable_on=("稳定观察至", "Watched until"),
)

ABSENCE_MISSING = Refusal(
    "absence_dates_missing", zh="须写明旷课日期", en="Say on which days the pupil was absent"
)
ABSENCE_LATER = Refusal(
    "absence_in_future", zh="旷课日期不能晚于办理之日", en="Nobody has been absent in the future"
)
NOT_A_SCHOOL_DAY = Refusal(
    "not_a_school_day", zh="该日不是上课日", en="There is no school on that day"
)
ATTENDED_LATER = Refusal(
    "attended_in_future", zh="到校日期不能晚于办理之日", en="Nobody has attended in the future"
)
ATTENDED_BEFORE = Refusal(
    "attended_before_absence",
    zh="到校日期须在最后旷课日之后",
    en="The pupil attends again only after the last day of absence",
)


class TruancyRecorded(
    Event[Child], name="child.truancy_recorded", zh="无故旷课已登记", en="Truancy recorded"
):
    """``contact_home_by``, ``dropout_review_by``: of the first record of a run of absences; None afterwards."""

    absence_dates: Annotated[tuple[date, ...], P3_SCHOOL]
    absence_note: Annotated[str | None, P3_SCHOOL] = None
    school_unit_id: Annotated[UUID | None, P2] = None
    contact_home_by: Annotated[date | None, P2] = None
    dropout_review_by: Annotated[date | None, P2] = None
    date_provisional: Annotated[bool, P0] = False

    def evolve(self, state: Child) -> Child:
        school = state.school
        run = school.absent_on if school.status is Schooling.TRUANT else ()
        days = tuple(sorted({*run, *self.absence_dates}))
        begun = school.status is not Schooling.TRUANT
        facts = state.facts.opened(RiskFactor.RF_28, self) if begun else state.facts
        told = id_of(self) if begun else school.truancy_event
        after = replace(school, status=Schooling.TRUANT, absent_on=days, truancy_event=told)
        return replace(state, school=after, facts=facts)


class RecordTruancy(
    Command[Child],
    name="child.record_truancy",
    zh="登记无故旷课",
    en="Record truancy",
    when=PUPIL_ON_FILE,
    clauses=("SH2020-5.4-a", "CQ2016-3.3-q", "CQ2016-3.3-n"),
):
    """By the class teacher, school day by school day or several at once."""

    absence_dates: Annotated[tuple[date, ...], P3_SCHOOL]
    absence_note: Annotated[str | None, P3_SCHOOL] = None

    def decide(self, state: Child) -> Iterator[Event[Child]]:
        cite = self.rules.binding("SH2020-5.4-a", "CQ2016-3.3-q")
        if not state.school.enrolled:
            raise NOT_ENROLLED(cite=cite)
        self._check(cite)
        truant = state.school.status is Schooling.TRUANT
        known = state.school.absent_on if truant else ()
        new = tuple(sorted(set(self.absence_dates) - set(known)))
        if not new:
            return
        contact = nth_school_day(self, new[0], self.rules.days("truancy_contact_days"))
        review = nth_school_day(self, new[0], self.rules.days("dropout_review_days"))
        yield TruancyRecorded.of(
            self,
            absence_dates=new,
            school_unit_id=state.file.school_unit_id,
            contact_home_by=None if truant else contact.day,
            dropout_review_by=None if truant else review.day,
            date_provisional=contact.provisional or review.provisional,
        )

    def _check(self, cite: tuple[str, ...]) -> None:
        if not self.absence_dates:
            raise ABSENCE_MISSING(cite=cite, field="absenceDates")
        if max(self.absence_dates) > self.rules.on:
            raise ABSENCE_LATER(field="absenceDates")
        if not all(self.workdays.is_workday(day) for day in self.absence_dates):
            raise NOT_A_SCHOOL_DAY(field="absenceDates")


class AttendanceResumed(
    Event[Child], name="child.attendance_resumed", zh="已到校", en="Attendance resumed"
):
    """``stable_on``: where a dropout case is still watched, the watch begins anew."""

    attending_on: Annotated[date, P3_SCHOOL]
    school_unit_id: Annotated[UUID | None, P2] = None
    stable_on: Annotated[date | None, P2] = None
    date_provisional: Annotated[bool, P0] = False

    def evolve(self, state: Child) -> Child:
        school = state.school
        status = Schooling.RETURNED if self.stable_on else Schooling.ENROLLED
        facts = state.facts.without(school.truancy_event)
        after = replace(school, status=status, absent_on=(), truancy_event=None)
        if self.stable_on:
            after = after.case(back_at_school_on=self.attending_on, stable_on=self.stable_on)
        return replace(state, school=after, facts=facts)


class ResumeAttendance(
    Command[Child],
    name="child.resume_attendance",
    zh="登记到校",
    en="Record that the pupil attends again",
    when=ON_FILE & TRUANT,
    clauses=("SH2020-5.4-a", "CQ2016-3.3-q", "CQ2016-3.3-n"),
):
    attending_on: Annotated[date, P3_SCHOOL]

    def decide(self, state: Child) -> Iterator[Event[Child]]:
        if self.attending_on > self.rules.on:
            raise ATTENDED_LATER(field="attendingOn")
        if self.attending_on <= max(state.school.absent_on, default=date.min):
            raise ATTENDED_BEFORE(field="attendingOn")
        watch = None
        if state.school.watched:
            days = self.rules.school_days("dropout_stable_school_days")
            watch = school_days.after(self, self.attending_on, days)
        yield AttendanceResumed.of(
            self,
            school_unit_id=state.file.school_unit_id,
            stable_on=watch.day if watch else None,
            date_provisional=bool(watch and watch.provisional),
        )
