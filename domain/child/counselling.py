"""心理监测与辅导 · Mental health is monitored at school, and counselled one to one or in groups (CQ2024-2.2)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Annotated
from uuid import UUID

from domain.child.concerns import UNKNOWN_CONCERN, mind_concern_told
from domain.child.schooling import said
from domain.child.state import ON_FILE, Child
from domain.codec import says_more
from domain.kernel import Command, Event, Refusal
from domain.labels import name_fields
from domain.sensitivity import P0, P2, P4_MIND
from domain.terms.school import MonitoringResult, SessionKind
from domain.terms.visits import ConcernSource, MindConcern

name_fields(
    monitored_on=("监测日期", "Monitored on"),
    monitoring_result=("监测结果", "Result of the monitoring"),
    monitoring_note=("监测说明", "Note of the monitoring"),
    session_on=("辅导日期", "Session on"),
    session_kind=("辅导方式", "Kind of session"),
    session_content=("辅导内容", "Content of the session"),
    guide_version=("所依指南版本", "Version of the guide followed"),
)

MONITORED_LATER = Refusal(
    "monitored_in_future", zh="日期不能晚于办理之日", en="It cannot have happened after today"
)
MONITORING_CONCERN_MISSING = Refusal(
    "monitoring_concern_missing",
    zh="监测有心理问题的,须写明类型和情况",
    en="A concern that monitoring found needs its kind and a note",
    clauses=("CQ2024-2.2-a",),
)


class MentalHealthMonitored(
    Event[Child], name="child.mental_health_monitored", zh="心理健康已监测", en="Monitored"
):
    monitored_on: Annotated[date, P2]
    monitoring_result: Annotated[MonitoringResult, P4_MIND]
    monitoring_note: Annotated[str | None, P4_MIND] = None


class MonitorMentalHealth(
    Command[Child],
    name="child.monitor_mental_health",
    zh="心理健康监测",
    en="Monitor mental health",
    when=ON_FILE,
    clauses=("CQ2024-2.2-a", "SH2020-3.3-g", "CQ2016-3.3-h"),
):
    """What monitoring finds is a concern in the same breath: counselling, help to guardians and a warning follow."""

    monitored_on: Annotated[date, P2]
    monitoring_result: Annotated[MonitoringResult, P4_MIND]
    monitoring_note: Annotated[str | None, P4_MIND] = None
    mind_concern: Annotated[MindConcern | None, P4_MIND] = None

    def decide(self, state: Child) -> Iterator[Event[Child]]:
        if self.monitored_on > self.rules.on:
            raise MONITORED_LATER(field="monitoredOn")
        note = (self.monitoring_note or "").strip()
        found = self.monitoring_result is MonitoringResult.CONCERN
        if found and (self.mind_concern is None or not note):
            field = "mindConcern" if self.mind_concern is None else "monitoringNote"
            raise MONITORING_CONCERN_MISSING(field=field)
        yield MentalHealthMonitored.of(self)
        if found and self.mind_concern is not None:
            yield mind_concern_told(
                self,
                state,
                mind_concern=self.mind_concern,
                concern_source=ConcernSource.MONITORING,
                concern_note=note,
            )


class CounsellingSessionRecorded(
    Event[Child],
    name="child.counselling_session_recorded",
    zh="心理辅导已记录",
    en="Counselling session recorded",
    version=2,
    existence=P4_MIND,
):
    """That there was one tells of the child's mind: for coordination there is the task (Q-37)."""

    concern_id: Annotated[UUID | None, P0] = None
    session_on: Annotated[date, P2]
    session_kind: Annotated[SessionKind, P2]
    session_content: Annotated[str, P4_MIND]
    guide_version: Annotated[int | None, P0] = None
    """Of the guide that was followed (CQ2024-2.2-d); the unit stream has its text."""


# No guide was named before.
says_more("child.counselling_session_recorded", 1)


class RecordCounsellingSession(
    Command[Child],
    name="child.record_counselling_session",
    zh="记录心理辅导",
    en="Record a counselling session",
    when=ON_FILE,
    clauses=(
        "CQ2024-2.2-e",
        "CQ2024-2.2-j",
        "CQ2024-2.2-k",
        "SH2020-3.3-g",
        "CQ2016-3.3-h",
        "CQ2024-2.2-d",
    ),
):
    """By school counsellor, social worker, women's federation or youth league."""

    session_on: Annotated[date, P2]
    session_kind: Annotated[SessionKind, P2]
    session_content: Annotated[str, P4_MIND]
    concern_id: Annotated[UUID | None, P0] = None
    guide_version: Annotated[int | None, P0] = None

    def decide(self, state: Child) -> Iterator[Event[Child]]:
        if self.session_on > self.rules.on:
            raise MONITORED_LATER(field="sessionOn")
        if self.concern_id is not None and state.visits.concern(self.concern_id) is None:
            raise UNKNOWN_CONCERN(field="concernId")
        said(self.session_content, "sessionContent")
        yield CounsellingSessionRecorded.of(self)
