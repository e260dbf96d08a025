"""安全活动 · Safety, law and sexual-safety activities, and which duties of a period each is declared for (C.12).

An activity counts only where it was declared, and only in its own period. One activity may be declared for two duties
(a district's and a station's); that is allowed, and shown to the inspector as double use.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any
from uuid import UUID

from domain.codec import upcasts
from domain.kernel import Command, Event, Refusal
from domain.labels import name_fields
from domain.sensitivity import P0, P2
from domain.terms.oversight import DutyCode
from domain.terms.safety import SafetyAudience, SafetyTopic
from domain.unit.obligations import fulfilled, of_the_half_year, owed_by
from domain.unit.state import Unit

name_fields(
    activity_id=("活动", "Activity"),
    safety_topics=("安全教育主题", "Safety topics"),
    safety_audience=("活动对象", "Audience"),
    children_reached=("参加儿童数", "Children reached"),
    girls_reached=("参加女童数", "Girls reached"),
    declared_for=("申报计入的义务", "Duties it is declared for"),
    safety_note=("活动说明", "Note on the activity"),
)

TOPIC_MISSING = Refusal(
    "safety_topic_missing", zh="须说明活动主题", en="Say what the activity was about"
)
DUTY_NOT_IN_FORCE = Refusal(
    "duty_not_in_force", zh="该地现行规定没有这项义务", en="There is no such duty here and now"
)
ACTIVITY_IS_NOT_THE_DEED = Refusal(
    "activity_is_not_the_deed",
    zh="该义务不以活动履行",
    en="This duty is not met by an activity",
)
NO_PERIOD_OPEN = Refusal(
    "no_period_open",
    zh="活动日期不在本单位该义务的任何周期内",
    en="The day lies in no period of this duty of this unit",
)
COUNTS_REVERSED = Refusal(
    "counts_reversed", zh="女童数不能多于儿童数", en="There cannot be more girls than children"
)
BY_ACTIVITY = frozenset({"DISTRICT_SAFETY", "STATION_ACTIVITY", "SCHOOL_SAFETY"})
"""The duties that an activity fulfils; the others have deeds of their own."""
SCHOOL_SAFETY = DutyCode("SCHOOL_SAFETY")


class SafetyActivityHeld(
    Event[Unit],
    name="unit.safety_activity_held",
    zh="安全活动已开展",
    en="Safety activity held",
    version=2,
):
    activity_id: Annotated[UUID, P0]
    safety_topics: Annotated[tuple[SafetyTopic, ...], P0]
    safety_audience: Annotated[tuple[SafetyAudience, ...], P0]
    children_reached: Annotated[int, P0] = 0
    girls_reached: Annotated[int, P0] = 0
    declared_for: Annotated[tuple[DutyCode, ...], P0] = ()
    double_use: Annotated[bool, P0] = False
    safety_note: Annotated[str | None, P2] = None


@upcasts("unit.safety_activity_held", 1)
def _of_nobody_s_family(values: dict[str, Any]) -> dict[str, Any]:
    """At first one yes for a whole school stood for every child's family."""
    return {name: value for name, value in values.items() if name != "guardians_contacted"}


class HoldSafetyActivity(
    Command[Unit],
    name="unit.hold_safety_activity",
    zh="登记安全活动",
    en="Record a safety activity",
    clauses=(
        "SH2024-2.4.12-a",
        "SH2024-2.4.12-b",
        "SH2024-2.4.12-c",
        "SH2024-2.1.1-b",
        "SH2024-2.4.14-a",
        "SH2020-3.3-e",
        "CQ2016-3.3-k",
        "CQ2024-2.4-a",
        "CQ2024-2.4-b",
        "CQ2024-2.6-i",
        "CQ2024-2.6-j",
        "CQ2024-2.6-k",
        "CQ2024-2.3-c",
        "CQ2024-2.3-d",
    ),
):
    """``declared_for``: the duties it is to count for; the day it was held decides the period."""

    safety_topics: Annotated[tuple[SafetyTopic, ...], P0]
    safety_audience: Annotated[tuple[SafetyAudience, ...], P0]
    children_reached: Annotated[int, P0] = 0
    girls_reached: Annotated[int, P0] = 0
    declared_for: Annotated[tuple[DutyCode, ...], P0] = ()
    safety_note: Annotated[str | None, P2] = None

    def decide(self, state: Unit) -> Iterator[Event[Unit]]:
        if not self.safety_topics:
            raise TOPIC_MISSING(field="safetyTopics")
        if self.girls_reached > self.children_reached:
            raise COUNTS_REVERSED(field="girlsReached")
        declared = tuple(dict.fromkeys(self.declared_for))
        arisen = [e for code in declared for e in of_the_half_year(self, state, code)]
        for event in arisen:
            state = event.evolve(state)
        for code in declared:
            self._may_count(state, code)
        double_use = len(declared) > 1
        yield SafetyActivityHeld.of(
            self,
            activity_id=self.new_id("activity"),
            declared_for=declared,
            double_use=double_use,
        )
        yield from arisen
        for code in declared:
            yield from fulfilled(self, state, code, double_use=double_use)

    def _may_count(self, state: Unit, code: DutyCode) -> None:
        """Owed here and now, met by an activity, and with a period that holds the day."""
        duty = self.rules.periodic_duty(code)
        if duty is None and state.obligations.due_for(code, self.rules.on) is None:
            raise DUTY_NOT_IN_FORCE(field="declaredFor")
        cite = self.rules.cite("periodic_duties", code)
        if code not in BY_ACTIVITY:
            raise ACTIVITY_IS_NOT_THE_DEED(cite=cite, field="declaredFor")
        owed_here = duty is not None and owed_by(state.kind) == duty.unit
        if owed_here and state.obligations.due_for(code, self.rules.on) is None:
            raise NO_PERIOD_OPEN(cite=cite, field="declaredFor")
