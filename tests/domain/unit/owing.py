"""Units that owe duties, what they owe, and what they hold."""

from __future__ import annotations

from datetime import date
from typing import Any

from domain.kernel import Event
from domain.terms.oversight import DutyCode
from domain.terms.safety import SafetyAudience, SafetyTopic
from domain.terms.units import UnitKind
from domain.unit.obligation_clock import RecordSchoolCalendar
from domain.unit.obligations import (
    ObligationCreated,
    OpenObligationYear,
)
from domain.unit.safety import HoldSafetyActivity
from tests.domain.unit.cast import (
    CHONGMING,
    SHANGHAI,
    XIANGHUA,
    here,
    registered,
)
from tests.dsl import an_id, given

NEW_YEAR = "2025-01-01 00:00"
ME = an_id("subject")
STATION = registered(UnitKind.TOWNSHIP, XIANGHUA)
COUNTY = registered(UnitKind.DISTRICT_CIVIL_AFFAIRS, CHONGMING)
AT_SCHOOL = registered(UnitKind.SCHOOL, XIANGHUA)
BUREAU = registered(UnitKind.CITY_CIVIL_AFFAIRS, SHANGHAI)
CALENDAR = RecordSchoolCalendar(
    calendar_year=2025, winter_holiday_on=date(2025, 1, 18), summer_holiday_on=date(2025, 7, 1)
)


def opened(unit: Event[Any], where: str, at: str = NEW_YEAR) -> tuple[Event[Any], ...]:
    """What a year's opening makes."""
    return given(unit).when(here(OpenObligationYear(), at=at, where=where)).facts()


def owed(facts: tuple[Event[Any], ...]) -> list[tuple[str, str, date | None]]:
    """Duty, period, due day."""
    return [
        (f.duty_code, f.duty_period, f.duty_due_on)
        for f in facts
        if isinstance(f, ObligationCreated)
    ]


def held(
    *codes: str,
    at: str,
    topics: tuple[SafetyTopic, ...] = (SafetyTopic.LAW,),
) -> Any:
    """An activity on a day, declared for these duties."""
    command = HoldSafetyActivity(
        safety_topics=topics,
        safety_audience=(SafetyAudience.CARE_CHILDREN,),
        children_reached=40,
        girls_reached=18,
        declared_for=tuple(map(DutyCode, codes)),
    )
    return here(command, at=at, where=XIANGHUA)
