"""周期义务的时钟 · What the clock says of obligations: a warning, a period that is over; and when a holiday begins."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Annotated
from uuid import UUID

from domain.codec import says_more
from domain.kernel import Command, Event, Refusal
from domain.labels import name_fields
from domain.replacing import replace
from domain.sensitivity import P0
from domain.terms.oversight import DutyCode, DutyPeriod
from domain.terms.units import UnitKind
from domain.unit.obligations import PERIODIC, ObligationFulfilled, last_school_day
from domain.unit.state import Unit
from domain.unit.training import met_by_now

name_fields(
    calendar_year=("校历年份", "Year of the calendar"),
    winter_holiday_on=("寒假开始", "Winter holiday begins"),
    summer_holiday_on=("暑假开始", "Summer holiday begins"),
    ahead_after_all=("实际尚未到期", "Not due yet after all"),
)

CALENDAR_REVERSED = Refusal(
    "calendar_reversed",
    zh="寒假须在当年三月前、暑假须在当年五月后开始",
    en="The winter holiday begins before March, the summer holiday after May of that year",
)
NO_SCHOOL_CALENDAR = Refusal(
    "no_school_calendar",
    zh="校历由教育行政部门或学校登记",
    en="Only education departments and schools have a school calendar",
)
HOLIDAYS = ("SH2024-2.4.12-c", "SH2024-2.4.12-d")
WINTER_BEFORE, SUMMER_AFTER = 3, 5


class ObligationWarned(
    Event[Unit], name="unit.obligation_warned", zh="周期义务即将到期", en="Obligation falls due"
):
    obligation_id: Annotated[UUID, P0]
    duty_code: Annotated[DutyCode, P0]
    duty_due_on: Annotated[date | None, P0]


class WarnObligation(
    Command[Unit],
    name="unit.warn_obligation",
    zh="周期义务预警",
    en="Warn of an obligation",
    clauses=PERIODIC,
    by_system=True,
):
    """On the days the packs name; nothing where it is done."""

    obligation_id: Annotated[UUID, P0]

    def decide(self, state: Unit) -> Iterator[Event[Unit]]:
        owed = state.obligations.find(self.obligation_id)
        if owed is not None and not owed.fulfilled and not owed.missed:
            yield ObligationWarned.of(self, duty_code=owed.code, duty_due_on=owed.due_on)


class ObligationMissed(
    Event[Unit], name="unit.obligation_missed", zh="周期义务未完成", en="Obligation missed"
):
    """The unit above is told (Q-42 … Q-44 escalate to it)."""

    obligation_id: Annotated[UUID, P0]
    duty_code: Annotated[DutyCode, P0]
    duty_period: Annotated[DutyPeriod, P0]
    duty_unit_id: Annotated[UUID, P0]
    superior_unit_id: Annotated[UUID | None, P0] = None

    def evolve(self, state: Unit) -> Unit:
        owed = state.obligations.find(self.obligation_id)
        if owed is None:
            return state
        return replace(state, obligations=state.obligations.put(replace(owed, missed=True)))


class NoteObligationMissed(
    Command[Unit],
    name="unit.note_obligation_missed",
    zh="周期义务到期未完成",
    en="Note that an obligation was missed",
    clauses=PERIODIC,
    by_system=True,
):
    """As the day after the period begins; nothing where it was met, or its end was moved."""

    obligation_id: Annotated[UUID, P0]

    def decide(self, state: Unit) -> Iterator[Event[Unit]]:
        owed = state.obligations.find(self.obligation_id)
        if owed is None or owed.fulfilled or owed.missed or owed.due_on is None:
            return
        if owed.due_on >= self.rules.on:
            return
        if met_by_now(self, state, owed):
            yield ObligationFulfilled(
                obligation_id=owed.obligation_id,
                duty_code=owed.code,
                duty_period=owed.period,
                fulfilled_on=owed.due_on,
            )
            return
        above = _above(state)
        superior = self.directory.owner_for(above, state.place, self.divisions, self.rules.on)
        yield ObligationMissed.of(
            self,
            duty_code=owed.code,
            duty_period=owed.period,
            duty_unit_id=state.id,
            superior_unit_id=superior.id if superior else None,
        )


def _above(state: Unit) -> UnitKind:
    """Who hears of it: education for a school, the district for a station, the city for a district."""
    match state.kind:
        case UnitKind.SCHOOL:
            return UnitKind.DISTRICT_EDUCATION
        case UnitKind.TOWNSHIP:
            return UnitKind.DISTRICT_CIVIL_AFFAIRS
        case _:
            return UnitKind.CITY_CIVIL_AFFAIRS


class SchoolCalendarRecorded(
    Event[Unit],
    name="unit.school_calendar_recorded",
    zh="校历已登记",
    en="School calendar recorded",
):
    calendar_year: Annotated[int, P0]
    winter_holiday_on: Annotated[date, P0]
    summer_holiday_on: Annotated[date, P0]

    def evolve(self, state: Unit) -> Unit:
        year = self.calendar_year
        days = {
            (DutyPeriod(f"{year}-WINTER"), self.winter_holiday_on),
            (DutyPeriod(f"{year}-SUMMER"), self.summer_holiday_on),
        }
        names = {name for name, _ in days}
        others = {(n, d) for n, d in state.obligations.holidays if n not in names}
        kept = replace(state.obligations, holidays=frozenset(others | days))
        return replace(state, obligations=kept)


class ObligationDated(
    Event[Unit],
    name="unit.obligation_dated",
    zh="周期义务期限已定",
    en="Obligation dated",
    version=2,
):
    """The holiday is known, or begins on another day than was thought: what seemed missed may be ahead after all."""

    obligation_id: Annotated[UUID, P0]
    duty_unit_id: Annotated[UUID, P0]
    duty_code: Annotated[DutyCode, P0]
    duty_due_on: Annotated[date, P0]
    duty_warn_on: Annotated[tuple[date, ...], P0] = ()
    ahead_after_all: Annotated[bool, P0] = False

    def evolve(self, state: Unit) -> Unit:
        owed = state.obligations.find(self.obligation_id)
        if owed is None:
            return state
        missed = owed.missed and not self.ahead_after_all
        dated = replace(owed, due_on=self.duty_due_on, missed=missed, presumed=False)
        return replace(state, obligations=state.obligations.put(dated))


# At first what was missed stayed so, wherever the day was moved.
says_more("unit.obligation_dated", 1)


class RecordSchoolCalendar(
    Command[Unit],
    name="unit.record_school_calendar",
    zh="登记校历",
    en="Record the school calendar",
    clauses=HOLIDAYS,
):
    """By the education department for all its schools, or by one school for itself (T-15)."""

    calendar_year: Annotated[int, P0]
    winter_holiday_on: Annotated[date, P0]
    summer_holiday_on: Annotated[date, P0]

    def decide(self, state: Unit) -> Iterator[Event[Unit]]:
        if state.kind not in {UnitKind.SCHOOL, UnitKind.DISTRICT_EDUCATION}:
            raise NO_SCHOOL_CALENDAR(field="id")
        winter, summer = self.winter_holiday_on, self.summer_holiday_on
        in_year = {winter.year, summer.year} == {self.calendar_year}
        if not in_year or winter.month >= WINTER_BEFORE or summer.month <= SUMMER_AFTER:
            raise CALENDAR_REVERSED(field="winterHolidayOn")
        recorded = SchoolCalendarRecorded.of(self)
        yield recorded
        yield from self._dated(recorded.evolve(state))

    def _dated(self, state: Unit) -> Iterator[ObligationDated]:
        """The obligations whose period the calendar ends, moved to the day before the holiday."""
        for owed in state.obligations.owed:
            due_on = last_school_day(state, owed.period)
            as_known = owed.due_on == due_on and not owed.presumed
            if due_on is None or as_known or owed.fulfilled:
                continue
            warning = self.rules.table("periodic_warnings").get(owed.code)
            days = warning.days_before if warning else ()
            warn_on = tuple(sorted(due_on - timedelta(days=n) for n in days))
            yield ObligationDated(
                obligation_id=owed.obligation_id,
                duty_unit_id=state.id,
                duty_code=owed.code,
                duty_due_on=due_on,
                duty_warn_on=tuple(day for day in warn_on if day >= self.rules.on),
                ahead_after_all=owed.missed and due_on >= self.rules.on,
            )
