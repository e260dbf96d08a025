"""报告责任 · Reports not made and reports obstructed (SH2020-4.1-f, SH2020-4.1-h, CQ2016-4.1-d).

Whether a failing can be sanctioned differs by text: SH2020 asks for serious consequences, the
others do not. Obstruction stays open for a human decision in any case (domain model I.7).
``occurred_at`` of a finding is the day of the failing: it is judged by the texts of that day.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Annotated
from uuid import UUID

from domain.case.report_routing import unit_at
from domain.case.report_state import Failing
from domain.case.state import Case
from domain.codec import says_more
from domain.kernel import PRESENT, Command, Event, Refusal
from domain.labels import name_fields
from domain.periods import local_date
from domain.replacing import replace
from domain.rulebook import Basis, Rules
from domain.sensitivity import P0, P2, P5, P5_OUTCOME, P6_REPORTER
from domain.terms.reports import (
    ReporterSanction,
    ResponsibleRole,
    SanctionCondition,
)
from domain.terms.units import UnitKind

name_fields(
    failing_id=("责任事项", "Failing"),
    failing_unit=("责任单位", "Unit that failed"),
    failing_persons=("责任人员", "Persons that failed"),
    failing_facts=("责任事实", "Facts of the failing"),
    known_on=("应当知道日期", "Known on"),
    serious_consequences=("造成严重后果", "Serious consequences"),
    sanction_condition=("追责条件", "Condition for a sanction"),
    aggravating=("从重情节", "Aggravating"),
    authority_unit_id=("追责机关", "Authority that decides"),
    decide_by=("处理期限", "Decide by"),
    sanction=("追责结果", "Sanction"),
    accountable_role=("责任人身份", "Capacity of the person responsible"),
    decision_reference=("决定文号", "Reference of the decision"),
)

UNKNOWN_FAILING = Refusal("unknown_failing", zh="没有此责任事项", en="There is no such failing")
FAILING_DECIDED = Refusal(
    "failing_already_decided", zh="该责任事项已作出处理决定", en="It has been decided already"
)
CONDITION_NOT_MET = Refusal(
    "sanction_condition_not_met",
    zh="未造成严重后果,不得就未报告给予处分",
    en="Without serious consequences, not reporting is not sanctioned here",
)
_HANGS_ON_CONSEQUENCES = frozenset(
    {SanctionCondition.OPEN, SanctionCondition.MET, SanctionCondition.NOT_MET}
)


def _keep(case: Case, failing: Failing) -> Case:
    others = tuple(f for f in case.intake.failings if f.failing_id != failing.failing_id)
    return replace(case, intake=replace(case.intake, failings=(*others, failing)))


class FailureToReportFound(
    Event[Case], name="case.failure_to_report_found", zh="未履行报告职责", en="Failure to report"
):
    """Somebody who had to report did not."""

    failing_id: Annotated[UUID, P0]
    failing_unit: Annotated[str, P5]
    failing_persons: Annotated[str | None, P5] = None
    failing_facts: Annotated[str | None, P5] = None
    known_on: Annotated[date, P2]
    serious_consequences: Annotated[bool | None, P5]
    sanction_condition: Annotated[SanctionCondition, P5]
    aggravating: Annotated[bool, P6_REPORTER]
    authority_unit_id: Annotated[UUID | None, P2] = None
    decide_by: Annotated[date, P2]

    def evolve(self, case: Case) -> Case:
        """It waits for a decision, or for its condition."""
        return _keep(case, Failing(failing_id=self.failing_id, condition=self.sanction_condition))


class FindFailureToReport(
    Command[Case],
    name="case.find_failure_to_report",
    zh="认定未履行报告职责",
    en="Find a failure to report",
    when=PRESENT,
    clauses=("SH2020-4.1-f", "CQ2016-4.1-d", "CN2017-4.1-d"),
    behind=("known_on",),
):
    """Found by police, civil affairs, an inspection or the superior organ."""

    failing_unit: Annotated[str, P5]
    failing_persons: Annotated[str | None, P5] = None
    failing_facts: Annotated[str | None, P5] = None
    known_on: Annotated[date, P2]
    serious_consequences: Annotated[bool | None, P5] = None
    authority_unit_id: Annotated[UUID | None, P2] = None

    def decide(self, case: Case) -> Iterator[Event[Case]]:
        """The superior organ has to decide; in SH2020 only where consequences are serious."""
        yield FailureToReportFound.of(
            self,
            failing_id=self.new_id("failing"),
            sanction_condition=_condition(self.rules, serious=self.serious_consequences),
            aggravating=case.intake.was_obstructed,
            authority_unit_id=self.authority_unit_id or _authority(self, case),
            decide_by=local_date(self.at) + timedelta(days=self.rules.days("accountability_days")),
        )


class FailureConsequencesEstablished(
    Event[Case],
    name="case.failure_consequences_established",
    zh="查明后果",
    en="Consequences established",
):
    """Whether the consequences were serious is known now."""

    failing_id: Annotated[UUID, P0]
    serious_consequences: Annotated[bool, P5]
    sanction_condition: Annotated[SanctionCondition, P5]

    def evolve(self, case: Case) -> Case:
        """The condition is judged anew."""
        found = case.intake.failing(self.failing_id) or Failing(failing_id=self.failing_id)
        return _keep(case, replace(found, condition=self.sanction_condition))


class EstablishFailureConsequences(
    Command[Case],
    name="case.establish_failure_consequences",
    zh="查明未报告的后果",
    en="Establish the consequences of not reporting",
    when=PRESENT,
    clauses=("SH2020-4.1-f",),
):
    """What was open when the failure was found, or turned out worse; by the text of the day of the failing, whatever
    is in force when it becomes known."""

    failing_id: Annotated[UUID, P0]
    serious_consequences: Annotated[bool, P5]

    def decide(self, case: Case) -> Iterator[Event[Case]]:
        """Obstruction needs no such condition, and a decided matter is not reopened."""
        failing = case.intake.failing(self.failing_id)
        if failing is None or failing.obstruction:
            raise UNKNOWN_FAILING(field="failingId")
        if failing.decided:
            raise FAILING_DECIDED(field="failingId")
        condition = _once_known(failing.condition, serious=self.serious_consequences)
        if condition != failing.condition:
            yield FailureConsequencesEstablished.of(self, sanction_condition=condition)


def _authority(command: Command[Case], case: Case) -> UUID | None:
    """Where nobody names the superior organ, civil affairs see that it is found (law 10)."""
    return unit_at(command, UnitKind.DISTRICT_CIVIL_AFFAIRS, case.place)


def _condition(rules: Rules, *, serious: bool | None) -> SanctionCondition:
    if rules.basis("failure_needs_serious_consequences") is not Basis.TEXT:
        return SanctionCondition.NO_RULE
    if not rules.flag("failure_needs_serious_consequences"):
        return SanctionCondition.NOT_REQUIRED
    return _once_known(SanctionCondition.OPEN, serious=serious)


def _once_known(condition: str, *, serious: bool | None) -> SanctionCondition:
    """The condition with what is known of the consequences; where none is asked for, they change nothing."""
    if condition not in _HANGS_ON_CONSEQUENCES:
        return SanctionCondition(condition or SanctionCondition.NO_RULE)
    if serious is None:
        return SanctionCondition.OPEN
    return SanctionCondition.MET if serious else SanctionCondition.NOT_MET


class ReportObstructionFound(
    Event[Case],
    name="case.report_obstruction_found",
    version=2,
    actor=P6_REPORTER,
    existence=P5_OUTCOME,
    zh="阻止报告",
    en="Report obstructed",
):
    """A unit or its head kept somebody from reporting; that unit never learns of this entry.

    ``accused_unit`` is the obstructing unit again, for the authority that judges it and may not know who reported.
    """

    failing_id: Annotated[UUID, P0]
    obstructing_unit: Annotated[str | None, P6_REPORTER] = None
    obstruction_note: Annotated[str | None, P6_REPORTER] = None
    aggravating: Annotated[bool, P6_REPORTER]
    authority_unit_id: Annotated[UUID | None, P2] = None
    accused_unit: Annotated[str | None, P5] = None

    def evolve(self, case: Case) -> Case:
        """It waits for a decision."""
        return _keep(
            case,
            Failing(failing_id=self.failing_id, obstruction=True, aggravates=self.aggravating),
        )


# Before, the authority was not told which unit it was.
says_more("case.report_obstruction_found", 1)


class FindReportObstruction(
    Command[Case],
    name="case.find_report_obstruction",
    zh="认定阻止报告",
    en="Find that a report was obstructed",
    when=PRESENT,
    clauses=("SH2020-4.1-h",),
):
    """By the reporter, an inspection or the police."""

    obstructing_unit: Annotated[str | None, P6_REPORTER] = None
    obstruction_note: Annotated[str | None, P6_REPORTER] = None
    authority_unit_id: Annotated[UUID | None, P2] = None

    def decide(self, case: Case) -> Iterator[Event[Case]]:
        """从重处罚 where the text says so; elsewhere a fact for the authority to weigh."""
        yield ReportObstructionFound.of(
            self,
            failing_id=self.new_id("obstruction"),
            accused_unit=self.obstructing_unit,
            aggravating=self.rules.flag("obstruction_aggravates"),
            authority_unit_id=self.authority_unit_id or _authority(self, case),
        )


class ReporterAccountabilityDecided(
    Event[Case],
    name="case.reporter_accountability_decided",
    zh="追责决定",
    en="Accountability decided",
):
    """The superior organ or the own unit decided."""

    failing_id: Annotated[UUID, P0]
    sanction: Annotated[ReporterSanction, P5_OUTCOME]
    accountable_role: Annotated[ResponsibleRole, P5_OUTCOME]
    decision_reference: Annotated[str | None, P5] = None

    def evolve(self, case: Case) -> Case:
        """Nothing is left to decide."""
        found = case.intake.failing(self.failing_id) or Failing(failing_id=self.failing_id)
        return _keep(case, replace(found, decided=True))


class DecideReporterAccountability(
    Command[Case],
    name="case.decide_reporter_accountability",
    zh="作出追责决定",
    en="Decide on accountability",
    when=PRESENT,
    clauses=("SH2020-4.1-f", "SH2020-4.1-g", "SH2020-4.1-h", "CQ2016-4.1-d", "CN2017-4.1-d"),
):
    """By the superior organ, the competent authority or the own unit."""

    failing_id: Annotated[UUID, P0]
    sanction: Annotated[ReporterSanction, P5_OUTCOME]
    accountable_role: Annotated[ResponsibleRole, P5_OUTCOME]
    decision_reference: Annotated[str | None, P5] = None

    def decide(self, case: Case) -> Iterator[Event[Case]]:
        """A sanction for not reporting needs the condition of the text; none never does."""
        failing = case.intake.failing(self.failing_id)
        if failing is None:
            raise UNKNOWN_FAILING(field="failingId")
        if failing.decided:
            raise FAILING_DECIDED(field="failingId")
        lacking = failing.condition in {SanctionCondition.NOT_MET, SanctionCondition.OPEN}
        if lacking and self.sanction is not ReporterSanction.NONE:
            raise CONDITION_NOT_MET(
                cite=self.rules.cite("failure_needs_serious_consequences"), field="sanction"
            )
        yield ReporterAccountabilityDecided.of(self)
