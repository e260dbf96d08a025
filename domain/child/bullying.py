"""校园欺凌 · What happened to the child at school, and what the school does about it (CQ2024-2.4-e)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Annotated
from uuid import UUID

from domain.child.school_state import OpenMatter, find, without
from domain.child.schooling import MATTER_UNKNOWN, education_of, said
from domain.child.standing import id_of
from domain.child.state import ON_FILE, Child
from domain.kernel import Command, Event
from domain.labels import name_fields
from domain.periods import local_date
from domain.replacing import replace
from domain.risk import RiskFactor
from domain.sensitivity import P0, P2, P3_SCHOOL, P4_INJURY
from domain.terms.school import BullyingKind

name_fields(
    bullying_id=("欺凌事件", "Bullying incident"),
    bullying_kind=("欺凌类型", "Kind of bullying"),
    bullying_facts=("欺凌事实", "What happened"),
    school_measures=("学校措施", "Measures of the school"),
    bullying_outcome=("处理结果", "How it ended"),
    deal_by=("处理时限", "Deal with it by"),
)


class BullyingIncidentRecorded(
    Event[Child],
    name="child.bullying_incident_recorded",
    zh="校园欺凌已登记",
    en="Bullying recorded",
):
    """On the file of the child that suffered it; nobody else is named."""

    bullying_id: Annotated[UUID, P0]
    bullying_kind: Annotated[tuple[BullyingKind, ...], P4_INJURY]
    bullying_facts: Annotated[str, P4_INJURY]
    school_measures: Annotated[str | None, P3_SCHOOL] = None
    school_unit_id: Annotated[UUID | None, P2] = None
    education_unit_id: Annotated[UUID | None, P2] = None
    deal_by: Annotated[date, P2]

    def evolve(self, state: Child) -> Child:
        new = OpenMatter(matter_id=self.bullying_id, event_id=id_of(self))
        kept = (*without(state.school.bullying, self.bullying_id), new)
        return replace(
            state,
            school=replace(state.school, bullying=kept),
            facts=state.facts.opened(RiskFactor.RF_12, self),
        )


class RecordBullyingIncident(
    Command[Child],
    name="child.record_bullying_incident",
    zh="登记校园欺凌",
    en="Record a bullying incident",
    when=ON_FILE,
    clauses=("CQ2024-2.4-e",),
):
    bullying_kind: Annotated[tuple[BullyingKind, ...], P4_INJURY]
    bullying_facts: Annotated[str, P4_INJURY]
    school_measures: Annotated[str | None, P3_SCHOOL] = None

    def decide(self, state: Child) -> Iterator[Event[Child]]:
        days = timedelta(days=self.rules.days("bullying_days"))
        yield BullyingIncidentRecorded.of(
            self,
            bullying_id=self.new_id("bullying"),
            bullying_facts=said(self.bullying_facts, "bullyingFacts"),
            school_unit_id=state.file.school_unit_id,
            education_unit_id=education_of(self, state),
            deal_by=local_date(self.at) + days,
        )


class BullyingDealtWith(
    Event[Child], name="child.bullying_dealt_with", zh="校园欺凌已处理", en="Bullying dealt with"
):
    bullying_id: Annotated[UUID, P0]
    bullying_outcome: Annotated[str, P3_SCHOOL]

    def evolve(self, state: Child) -> Child:
        found = find(state.school.bullying, self.bullying_id)
        if found is None:
            return state
        kept = without(state.school.bullying, self.bullying_id)
        return replace(
            state,
            school=replace(state.school, bullying=kept),
            facts=state.facts.without(found.event_id),
        )


class DealWithBullying(
    Command[Child],
    name="child.deal_with_bullying",
    zh="处理校园欺凌",
    en="Deal with bullying",
    when=ON_FILE,
    clauses=("CQ2024-2.4-e",),
):
    """Only with an outcome; the inspector of the school counts what is open."""

    bullying_id: Annotated[UUID, P0]
    bullying_outcome: Annotated[str, P3_SCHOOL]

    def decide(self, state: Child) -> Iterator[Event[Child]]:
        if find(state.school.bullying, self.bullying_id) is None:
            raise MATTER_UNKNOWN(field="bullyingId")
        said(self.bullying_outcome, "bullyingOutcome")
        yield BullyingDealtWith.of(self)
