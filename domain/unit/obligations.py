"""周期义务 · Duties that come back every period: opened each 1 January, met within their own period or missed.

Whose duty it is and how often is said by the rule packs in force on that day (T-13 … T-18). A station is the street
or township office it belongs to; a school's periods end with its calendar's holidays, which the education department
records, and until then with the usual ones of the packs. What is met in the third quarter never fills the second; what
a school does in autumn for the winter holiday of January is met in the half year it belongs to.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from types import MappingProxyType
from typing import Annotated
from uuid import UUID, uuid5

from domain.codec import says_more
from domain.kernel import Command, Event, Refusal
from domain.labels import name_fields
from domain.parameters import PARAMETERS
from domain.periods import Period, add
from domain.provisions import PeriodicDuty, PeriodicWarning
from domain.replacing import replace
from domain.sensitivity import P0, P2
from domain.terms.oversight import DutyCode, DutyPeriod
from domain.terms.units import UnitKind
from domain.unit.obligation_state import AUTUMN, SPRING, Obligation, half_year
from domain.unit.state import Unit

name_fields(
    obligation_id=("周期义务", "Obligation"),
    duty_code=("义务", "Duty"),
    duty_period=("义务周期", "Period of the duty"),
    duty_from_on=("周期开始", "Period begins"),
    duty_due_on=("义务期限", "Due"),
    duty_warn_on=("预警日期", "Warn on"),
    duty_unit_id=("义务单位", "Unit that owes it"),
    times_needed=("应办次数", "Times needed"),
    fulfilled_on=("履行日期", "Fulfilled on"),
    after_missed=("逾期后补录", "Entered after it was missed"),
    double_use=("一项活动计作多项义务", "One activity for several duties"),
    duty_year=("义务年度", "Year"),
    next_year_on=("下一年度开始", "Next year begins"),
    due_presumed=("期限按缺省校历推定", "Due by the usual school calendar"),
    missed_account=("未完成的说明", "Account of why it was missed"),
)

UNKNOWN_OBLIGATION = Refusal(
    "unknown_obligation", zh="没有这项周期义务", en="There is no such obligation"
)
NOT_MISSED = Refusal("obligation_not_missed", zh="该义务未逾期", en="It has not been missed")
ACCOUNT_MISSING = Refusal("missed_account_missing", zh="须说明未完成的原因", en="Say why")

OWED_BY: Mapping[UnitKind, str] = MappingProxyType(
    {
        UnitKind.DISTRICT_CIVIL_AFFAIRS: "DISTRICT",
        UnitKind.CITY_CIVIL_AFFAIRS: "CITY",
        UnitKind.TOWNSHIP: "STATION",
        UnitKind.SCHOOL: "SCHOOL",
    }
)
"""Which units owe the duties the packs lay on a district, a city, a station or a school."""
ANNUAL_REPORT = DutyCode("ANNUAL_REPORT")
FULL_INSPECTION = DutyCode("FULL_INSPECTION")
PERIODIC = (
    "SH2024-2.4.12-a",
    "SH2024-2.4.12-b",
    "SH2024-2.4.12-c",
    "SH2024-2.5.15-e",
    "SH2024-4.2-b",
    "SH2024-4.2-c",
    "SH2020-5.4-e",
)
DECEMBER = 12
SCHOOL_HOLIDAY = "SCHOOL_HOLIDAY"
_Period = tuple[DutyPeriod, date, date | None, bool]


class ObligationYearOpened(
    Event[Unit], name="unit.obligation_year_opened", zh="年度义务已生成", en="Year opened"
):
    """Once a year, also where nothing is owed: the next 1 January looks again."""

    duty_year: Annotated[int, P0]
    next_year_on: Annotated[date, P0]

    def evolve(self, state: Unit) -> Unit:
        return replace(state, obligations=replace(state.obligations, year=self.duty_year))


class ObligationCreated(
    Event[Unit],
    name="unit.obligation_created",
    zh="周期义务已生成",
    en="Obligation created",
    version=2,
):
    """``due_presumed``: by the usual holidays, as the school calendar does not name this one yet."""

    obligation_id: Annotated[UUID, P0]
    duty_unit_id: Annotated[UUID, P0]
    duty_code: Annotated[DutyCode, P0]
    duty_period: Annotated[DutyPeriod, P0]
    duty_from_on: Annotated[date, P0]
    duty_due_on: Annotated[date | None, P0] = None
    duty_warn_on: Annotated[tuple[date, ...], P0] = ()
    times_needed: Annotated[int, P0] = 1
    due_presumed: Annotated[bool, P0] = False

    def evolve(self, state: Unit) -> Unit:
        owed = Obligation(
            obligation_id=self.obligation_id,
            code=self.duty_code,
            period=self.duty_period,
            from_on=self.duty_from_on,
            due_on=self.duty_due_on,
            needed=self.times_needed,
            presumed=self.due_presumed,
        )
        return replace(state, obligations=state.obligations.put(owed))


# At first what ends with a holiday had no day until the calendar was known.
says_more("unit.obligation_created", 1)


class OpenObligationYear(
    Command[Unit],
    name="unit.open_obligation_year",
    zh="生成年度义务",
    en="Open the year's obligations",
    clauses=PERIODIC,
    by_system=True,
):
    """Put when a unit is registered and each 1 January; asked again in the same year it changes nothing."""

    def decide(self, state: Unit) -> Iterator[Event[Unit]]:
        year = self.rules.on.year
        if state.kind is None or state.obligations.year >= year:
            return
        yield ObligationYearOpened(duty_year=year, next_year_on=date(year + 1, 1, 1))
        for name, (duty, warning) in sorted(self.rules.periodic_duties().items()):
            if owed_by(state.kind) == duty.unit:
                code = DutyCode(name)
                periods = _periods(self, state, code, duty)
                yield from _owed(self, state, code, (duty, warning), periods)


def owed_by(kind: UnitKind | None) -> str | None:
    """What the packs call a unit of this kind, if they lay duties on it."""
    return OWED_BY.get(kind) if kind is not None else None


def _owed(
    command: Command[Unit],
    state: Unit,
    code: DutyCode,
    duty: tuple[PeriodicDuty, PeriodicWarning],
    periods: Iterable[_Period],
) -> Iterator[ObligationCreated]:
    """One duty in these periods, without those that are over, begin after the text ends, or are owed already."""
    today, last = command.rules.on, command.rules.duty_last_on(code) or date.max
    for period, from_on, due_on, presumed in periods:
        identity = obligation_id(state.id, code, period)
        ahead = from_on <= last and (due_on is None or due_on >= today)
        if ahead and state.obligations.find(identity) is None:
            yield ObligationCreated(
                obligation_id=identity,
                duty_unit_id=state.id,
                duty_code=code,
                duty_period=period,
                duty_from_on=from_on,
                duty_due_on=due_on,
                duty_warn_on=_warn_on(duty[1], due_on, today),
                times_needed=duty[0].times,
                due_presumed=presumed,
            )


def of_the_half_year(
    command: Command[Unit], state: Unit, code: DutyCode
) -> Iterator[ObligationCreated]:
    """What a school's half year asks, where it is done before the January in which the year is opened."""
    found = command.rules.periodic_duties().get(code)
    if found is None or found[0].unit != owed_by(state.kind) or found[0].every != SCHOOL_HOLIDAY:
        return
    under_way = _before_holiday(command, state, half_year(command.rules.on))
    yield from _owed(command, state, code, found, (under_way,))


def _periods(
    command: Command[Unit], state: Unit, code: DutyCode, duty: PeriodicDuty
) -> Iterator[_Period]:
    """Name, first and last day of every period of the year.

    Where the text says 定期 alone, how often is a parameter of its own: the year is cut into such spans.
    """
    year = command.rules.on.year
    if duty.every == "QUARTER":
        for quarter in range(1, 5):
            first = date(year, 3 * quarter - 2, 1)
            following = date(year + quarter // 4, 3 * quarter % DECEMBER + 1, 1)
            yield DutyPeriod(f"{year}-Q{quarter}"), first, following - timedelta(days=1), False
    elif duty.every == SCHOOL_HOLIDAY:
        yield _before_holiday(command, state, date(year - 1, AUTUMN, 1))
        yield _before_holiday(command, state, date(year, SPRING, 1))
    elif duty.every in PARAMETERS:
        yield from _spans(year, command.rules.duration(duty.every))
    else:
        yield DutyPeriod(str(year)), date(year, 1, 1), _due_in(command, year, code, duty), False


def _spans(year: int, span: Period) -> Iterator[_Period]:
    """One span after another from 1 January, each named by its first day; the last ends with the year."""
    first, last = date(year, 1, 1), date(year, DECEMBER, 31)
    while first <= last:
        following = add(first, span)
        yield DutyPeriod(f"{first}"), first, min(following - timedelta(days=1), last), False
        first = following


def _before_holiday(command: Command[Unit], state: Unit, begins_on: date) -> _Period:
    """A school's half year, named by the holiday it ends with: from September on the next year's winter.

    Until its calendar names the holiday it ends with the usual one of the packs there: no duty is without a day.
    """
    winter = begins_on.month == AUTUMN
    year = begins_on.year + winter
    period = DutyPeriod(f"{year}-{'WINTER' if winter else 'SUMMER'}")
    named = last_school_day(state, period)
    usual = None if named else _usual_last_day(command, year, begins_on)
    return period, begins_on, named or usual, usual is not None


def _usual_last_day(command: Command[Unit], year: int, begins_on: date) -> date | None:
    """The day before the first usual holiday after a half year begins; None where the packs name none."""
    firsts = (
        date.fromisoformat(f"{year}-{h.partition('/')[0]}")
        for h in command.rules.sequence("school_holidays")
    )
    first = min((day for day in firsts if day > begins_on), default=None)
    return first - timedelta(days=1) if first else None


def last_school_day(state: Unit, period: str) -> date | None:
    """The day before the holiday that ends a period; None while the calendar is not known."""
    holiday = state.obligations.holiday(period)
    return holiday - timedelta(days=1) if holiday else None


def _due_in(command: Command[Unit], year: int, code: str, duty: PeriodicDuty) -> date:
    """The named day, or the year's last; "11月30日前" with or without the day, as the pack decides."""
    if duty.due is None:
        return date(year, DECEMBER, 31)
    named = date.fromisoformat(f"{year}-{duty.due}")
    included = code != ANNUAL_REPORT or command.rules.flag("annual_report_day_included")
    return named if included else named - timedelta(days=1)


def _warn_on(warning: PeriodicWarning, due_on: date | None, today: date) -> tuple[date, ...]:
    """The days of warning that are still ahead."""
    if due_on is None:
        return ()
    fixed = [date.fromisoformat(f"{due_on.year}-{day}") for day in warning.month_days]
    before = [due_on - timedelta(days=days) for days in warning.days_before]
    return tuple(sorted(day for day in {*fixed, *before} if day >= today))


def obligation_id(unit_id: UUID, code: str, period: str) -> UUID:
    """The same obligation is the same id, whoever asks."""
    return uuid5(unit_id, f"{code}/{period}")


class ObligationFulfilled(
    Event[Unit], name="unit.obligation_fulfilled", zh="周期义务已履行", en="Obligation fulfilled"
):
    """``double_use``: the same activity was declared for another duty as well, and the inspector sees it."""

    obligation_id: Annotated[UUID, P0]
    duty_code: Annotated[DutyCode, P0]
    duty_period: Annotated[DutyPeriod, P0]
    fulfilled_on: Annotated[date, P0]
    after_missed: Annotated[bool, P0] = False
    double_use: Annotated[bool, P0] = False

    def evolve(self, state: Unit) -> Unit:
        owed = state.obligations.find(self.obligation_id)
        if owed is None:
            return state
        done = replace(owed, done=owed.done + 1)
        return replace(state, obligations=state.obligations.put(done))


def fulfilled(
    command: Command[Unit], state: Unit, code: str, *, double_use: bool = False
) -> Iterator[ObligationFulfilled]:
    """The duty of this code whose period holds the day it was done; nothing if none is open."""
    owed = state.obligations.due_for(code, command.rules.on)
    if owed is not None and not owed.fulfilled:
        yield ObligationFulfilled(
            obligation_id=owed.obligation_id,
            duty_code=owed.code,
            duty_period=owed.period,
            fulfilled_on=command.rules.on,
            after_missed=owed.missed,
            double_use=double_use,
        )


class ObligationReopened(
    Event[Unit], name="unit.obligation_reopened", zh="周期义务须再履行", en="Obligation open again"
):
    """What was met for all is not met for who came since; the day it falls due stays."""

    obligation_id: Annotated[UUID, P0]
    duty_unit_id: Annotated[UUID, P0]
    duty_code: Annotated[DutyCode, P0]
    duty_period: Annotated[DutyPeriod, P0]
    duty_due_on: Annotated[date | None, P0]
    duty_warn_on: Annotated[tuple[date, ...], P0] = ()

    def evolve(self, state: Unit) -> Unit:
        owed = state.obligations.find(self.obligation_id)
        if owed is None:
            return state
        return replace(state, obligations=state.obligations.put(replace(owed, done=0)))


def reopened(command: Command[Unit], state: Unit, code: str) -> Iterator[ObligationReopened]:
    """The duty of this code whose period holds the day, if it was met in time."""
    owed = state.obligations.due_for(code, command.rules.on)
    if owed is None or owed.missed or not owed.fulfilled:
        return
    warning = command.rules.table("periodic_warnings").get(code, PeriodicWarning())
    yield ObligationReopened(
        obligation_id=owed.obligation_id,
        duty_unit_id=state.id,
        duty_code=owed.code,
        duty_period=owed.period,
        duty_due_on=owed.due_on,
        duty_warn_on=_warn_on(warning, owed.due_on, command.rules.on),
    )


class FulfilObligation(
    Command[Unit],
    name="unit.fulfil_obligation",
    zh="计入周期义务",
    en="Count towards an obligation",
    clauses=PERIODIC,
    by_system=True,
):
    """Put by an activity that another unit held and declared for this unit's duty as well."""

    duty_code: Annotated[DutyCode, P0]
    fulfilled_on: Annotated[date, P0]
    double_use: Annotated[bool, P0] = False

    def decide(self, state: Unit) -> Iterator[Event[Unit]]:
        owed = state.obligations.due_for(self.duty_code, self.fulfilled_on)
        if owed is not None and not owed.fulfilled:
            yield ObligationFulfilled.of(
                self,
                obligation_id=owed.obligation_id,
                duty_period=owed.period,
                after_missed=owed.missed,
            )


class MissedObligationAccounted(
    Event[Unit],
    name="unit.missed_obligation_accounted",
    zh="未完成义务已说明",
    en="Missed obligation accounted for",
):
    """It stays missed; the account closes the task, not the gap."""

    obligation_id: Annotated[UUID, P0]
    missed_account: Annotated[str, P2]


class AccountForMissedObligation(
    Command[Unit],
    name="unit.account_for_missed_obligation",
    zh="说明未完成的周期义务",
    en="Account for a missed obligation",
    clauses=("SH2020-5.4-g",),
):
    obligation_id: Annotated[UUID, P0]
    missed_account: Annotated[str, P2]

    def decide(self, state: Unit) -> Iterator[Event[Unit]]:
        owed = state.obligations.find(self.obligation_id)
        if owed is None:
            raise UNKNOWN_OBLIGATION(field="obligationId")
        if not owed.missed:
            raise NOT_MISSED(field="obligationId")
        if not self.missed_account.strip():
            raise ACCOUNT_MISSING(field="missedAccount")
        yield MissedObligationAccounted.of(self)
