"""后续报告 · A further report for a child whose case is open, and who the child is (D.1).

Whoever knows the case adds to it. Whoever does not opens a case of their own, as they must; whoever
accepts it then joins it to the open one, and what it said weighs there.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated
from uuid import UUID

from domain.case.intake import AcceptReport
from domain.case.report_facts import report_opens
from domain.case.report_routing import accept_due, forward_ground, unit_at
from domain.case.report_state import IN_HAND, OPEN_STAGES, ReportOnFile, Stage
from domain.case.reports import (
    Received,
    ReportForwarded,
    Telling,
    Told,
    received,
    report_on_file,
    told_beside,
)
from domain.case.state import CASE_OPEN, Case
from domain.codec import says_more
from domain.factbook import FactBook
from domain.kernel import Command, Event, Refusal, State, Turn
from domain.labels import name_fields
from domain.reactions import Put, World, reaction
from domain.replacing import replace
from domain.risk import RiskFactor
from domain.sensitivity import P1, P2, P3, P4_INJURY, P6_REPORTER
from domain.terms.emergency import EmergencyDuty
from domain.terms.reports import ForwardGround, Trigger
from domain.terms.roles import Role
from domain.terms.units import UnitKind

name_fields(
    into_case_id=("并入的个案", "Case it is joined to"),
    care_needed_by=("需要照料的儿童", "Children who need care"),
    joined_case_id=("并入的报告", "Case that was joined"),
    citizen_reports=("无报告义务者的报告", "Reports by those who had no duty"),
    to_police=("已报公安机关", "The police were told"),
    identified_by_means=("身份核实方式", "How the child was identified"),
)

_UNACTED = frozenset({Stage.REPORTED, Stage.REPORTED_STREET, Stage.ACCEPTED})


def only_a_care_need(case: Case) -> bool:
    """Opened because a child needs care, and nothing has been done about it yet (``case.find_care_need``)."""
    emergency = case.emergency
    waits = EmergencyDuty.SECURE_CARE in emergency.open_duties
    begun = case.placement.placements or emergency.cared_for or case.assessment.begun
    opened = not case.intake.reports and not emergency.found and not emergency.in_custody_of_law
    return case.stage is Stage.NOTIFIED and waits and opened and not begun


IN_INTAKE: Turn[Case] = Turn(
    "in_intake",
    "报告或照料需要尚未处置",
    "report or need of care not yet acted on",
    lambda c: c.stage in _UNACTED or only_a_care_need(c),
)
CARE_NOT_ASKED_THERE = Refusal(
    "care_not_asked_there",
    zh="该案未在为这些儿童落实照料,不能并入",
    en="Care for these children is not being arranged in that case",
)
NO_SUCH_OPEN_CASE = Refusal(
    "no_such_open_case", zh="没有可并入的在办个案", en="There is no such open case to join"
)
DIFFERENT_CHILDREN = Refusal(
    "different_children",
    zh="两案不涉及同一儿童,请先核实儿童身份",
    en="The cases concern no child in common: identify the child first",
)

REPORTED_TO_POLICE = Refusal(
    "reported_to_police",
    zh="已报公安机关的报告由公安机关并案",
    en="What was reported to the police is joined by the police",
)


class ReportLinked(
    Told,
    Received,
    Event[Case],
    name="case.report_linked",
    actor=P6_REPORTER,
    zh="后续报告",
    en="Report linked",
):
    """A further report on the same child; the tier is evaluated again."""

    def evolve(self, case: Case) -> Case:
        """What it says weighs like the first."""
        intake = replace(
            case.intake,
            triggers=case.intake.triggers.union(self.triggers),
            in_danger=case.intake.in_danger or self.in_danger,
            reports=(*case.intake.reports, report_on_file(self)),
        )
        facts = report_opens(case.facts, self.triggers, self)
        return replace(case, intake=intake, facts=facts)


class LinkFurtherReport(
    Telling,
    name="case.link_further_report",
    zh="登记后续报告",
    en="Add a further report",
    when=CASE_OPEN,
    clauses=(
        "SH2020-4.1-e",
        "CQ2016-4.1-c",
        "CN2017-4.1-c",
        "CQ2024-3.1-h",
    ),
):
    """For a child whose case is open."""

    def decide(self, case: Case) -> Iterator[Event[Case]]:
        """Linked; what is a police matter goes on to the police, whoever has the case in hand."""
        yield ReportLinked.of(self, **received(self))
        yield from told_beside(self, case.incident_place)
        yield from put_before_police(
            self, case, forward_ground(self.triggers, self.rules, in_danger=self.in_danger)
        )


def put_before_police(
    command: Command[Case],
    case: Case,
    ground: ForwardGround | None,
    police_unit_id: UUID | None = None,
) -> Iterator[Event[Case]]:
    """To the police that have the case, or those of where it is, unless they are about to look into a report of it."""
    looked_into = case.stage in {Stage.REPORTED_STREET, *IN_HAND}
    if ground is None or not looked_into or case.intake.again is not Stage.NONE:
        return
    moved = case.handled_place is not None
    holding = police_unit_id or (None if moved else case.intake.police_unit_id)
    yield ReportForwarded(
        forward_ground=ground,
        police_unit_id=holding or unit_at(command, UnitKind.POLICE, case.place),
        accept_due_at=accept_due(command.at, command.rules),
    )


class CaseJoined(
    Event[Case], name="case.joined", zh="并入在办个案", en="Joined to an open case", version=2
):
    """The report, or the need of care, belongs to a case that was open already; this case is over."""

    into_case_id: Annotated[UUID, P2]
    care_needed_by: Annotated[tuple[UUID, ...], P3] = ()

    def evolve(self, case: Case) -> Case:
        """Its facts weigh in the other case from now on."""
        intake = replace(case.intake, joined_case=self.into_case_id)
        return replace(case, stage=Stage.CLOSED, intake=intake, facts=FactBook())


# At first only reports were joined, never a need of care.
says_more("case.joined", 1)


class JoinOpenCase(
    Command[Case],
    name="case.join_open_case",
    zh="并入在办个案",
    en="Join to an open case",
    when=IN_INTAKE,
    needs=("case",),
):
    """By whoever holds the new report and sees the open case of the same child."""

    into_case_id: Annotated[UUID, P2]

    def decide(self, case: Case) -> Iterator[Event[Case]]:
        """Only into an open case that concerns one of the same children; nobody takes a report from the police.

        A need of care goes only where care is being arranged for all of its children.
        """
        at_police = case.stage in {Stage.REPORTED, Stage.ACCEPTED}
        if at_police and self.by.role not in {Role.POLICE, Role.SYSTEM}:
            raise REPORTED_TO_POLICE(cite=self.rules.binding(*AcceptReport.clauses), field="id")
        into = self.linked.get(self.into_case_id)
        if not isinstance(into, Case) or into.id == case.id or into.stage not in OPEN_STAGES:
            raise NO_SUCH_OPEN_CASE(field="intoCaseId")
        if not set(case.children) & set(into.children):
            raise DIFFERENT_CHILDREN(field="intoCaseId")
        if case.stage not in _UNACTED:
            asked = EmergencyDuty.SECURE_CARE in into.emergency.open_duties
            if not asked or not set(case.children) <= set(into.children):
                raise CARE_NOT_ASKED_THERE(field="intoCaseId")
        needed = case.facts.find(RiskFactor.RF_37) is not None
        yield CaseJoined.of(self, care_needed_by=case.children if needed else ())


class CaseLinked(
    Event[Case], name="case.linked", zh="并入报告", en="Another report joined", version=3
):
    """Another case was joined to this one."""

    joined_case_id: Annotated[UUID, P2]
    triggers: Annotated[tuple[Trigger, ...], P4_INJURY]
    in_danger: Annotated[bool, P4_INJURY] = False
    citizen_reports: Annotated[tuple[UUID, ...], P6_REPORTER] = ()
    care_needed_by: Annotated[tuple[UUID, ...], P3] = ()

    def evolve(self, case: Case) -> Case:
        """What was reported there weighs here, and whoever was not bound to report it is still to be praised."""
        intake = replace(
            case.intake,
            triggers=case.intake.triggers.union(self.triggers),
            in_danger=case.intake.in_danger or self.in_danger,
            reports=(
                *case.intake.reports,
                *(ReportOnFile(report_id=r) for r in self.citizen_reports),
            ),
            linked_cases=(*case.intake.linked_cases, self.joined_case_id),
        )
        facts = report_opens(case.facts, self.triggers, self)
        if self.care_needed_by:
            facts = facts.opened_for(RiskFactor.RF_37, self, self.care_needed_by)
        return replace(case, intake=intake, facts=facts)


# At first a joined report brought no child that the case did not know, and then no need of care.
says_more("case.linked", 1)
says_more("case.linked", 2)


class NoteJoinedCase(
    Command[Case],
    name="case.note_joined_case",
    zh="登记并入的报告",
    en="Note the case that was joined",
    when=CASE_OPEN,
    by_system=True,
):
    """The other side of joining, put by the platform."""

    joined_case_id: Annotated[UUID, P2]
    triggers: Annotated[tuple[Trigger, ...], P4_INJURY]
    in_danger: Annotated[bool, P4_INJURY] = False
    children: Annotated[tuple[UUID, ...], P2] = ()
    citizen_reports: Annotated[tuple[UUID, ...], P6_REPORTER] = ()
    to_police: Annotated[bool, P2] = False
    police_unit_id: Annotated[UUID | None, P2] = None
    care_needed_by: Annotated[tuple[UUID, ...], P3] = ()

    def decide(self, case: Case) -> Iterator[Event[Case]]:
        """Once: with its children, and before the police if it was or must be."""
        if self.joined_case_id in case.intake.linked_cases:
            return
        yield CaseLinked.of(self)
        for child_id in self.children:
            if child_id not in case.children:
                yield ChildIdentified(child_id=child_id)
        ground = forward_ground(self.triggers, self.rules, in_danger=self.in_danger)
        if self.to_police and not case.intake.to_police:
            ground = ground or ForwardGround.REPORTABLE
        yield from put_before_police(self, case, ground, self.police_unit_id)


@reaction
def joined_case_is_linked(
    _world: World, state: State, events: tuple[Event[Case], ...]
) -> Iterator[Put]:
    """What was reported in a joined case weighs in the open one, in the same transaction."""
    for event in events:
        if isinstance(event, CaseJoined) and isinstance(state, Case):
            intake = state.intake
            note = NoteJoinedCase(
                joined_case_id=state.id,
                triggers=tuple(t for t in Trigger if t in intake.triggers),
                in_danger=intake.in_danger,
                children=state.children,
                citizen_reports=intake.to_be_praised,
                to_police=intake.to_police,
                police_unit_id=intake.police_unit_id,
                care_needed_by=event.care_needed_by,
            )
            yield Put(event.into_case_id, note)


class ChildIdentified(
    Event[Case], name="case.child_identified", zh="核实儿童身份", en="Child identified"
):
    """Who the child is became known; the case is one of this child's from now on."""

    child_id: Annotated[UUID, P2]
    identified_by_means: Annotated[str | None, P1] = None

    def evolve(self, case: Case) -> Case:
        """One child more; an unknown child that was acted for is this one."""
        first = not case.children
        children = (*case.children, self.child_id)
        if not first:
            return replace(case, children=children)
        return replace(
            case,
            children=children,
            emergency=case.emergency.named(self.child_id),
            placement=case.placement.named(self.child_id),
            plan=case.plan.named(self.child_id),
        )


class IdentifyChild(
    Command[Case],
    name="case.identify_child",
    zh="核实儿童身份",
    en="Identify the child",
    when=CASE_OPEN,
):
    """A description becomes a file; a case may get several children."""

    child_id: Annotated[UUID, P2]
    identified_by_means: Annotated[str | None, P1] = None

    def decide(self, case: Case) -> Iterator[Event[Case]]:
        """Known already: nothing changes."""
        if self.child_id not in case.children:
            yield ChildIdentified.of(self)
