"""强制报告 · Mandatory report: somebody finds a child in danger and says so.

Sources: SH2020, CQ2016 and CN2017 四(一), CQ2024 三(一); domain model C.5, D.1. The report is the
first event of a case. Nothing may delay it: no approval, no dissuasion, no missing rule, no missing
name. ``discovered_at`` and ``reported_at`` stay apart, for delay is accountable.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Annotated
from uuid import UUID

from domain.case.accountability import ReportObstructionFound
from domain.case.report_facts import report_opens
from domain.case.report_routing import (
    accept_due,
    addressees_of,
    forward_ground,
    standing_of,
    unit_at,
)
from domain.case.report_state import IN_HAND, IntakeState, ReportOnFile, Stage
from domain.case.state import CASE_OPEN, Case
from domain.codec import says_more
from domain.context import NOBODY
from domain.kernel import Command, Event, Message, Record, Refusal
from domain.labels import name_fields
from domain.replacing import replace
from domain.sensitivity import P0, P1, P2, P4_INJURY, P6_REPORTER
from domain.terms.places import DivisionId
from domain.terms.reports import (
    Addressee,
    DissuasionResult,
    ForwardGround,
    ReportChannel,
    ReporterCategory,
    Standing,
    Trigger,
)
from domain.terms.units import UnitKind

name_fields(
    report_id=("报告", "Report"),
    report_channel=("报告途径", "How it came in"),
    reporter_category=("报告人类别", "Capacity of the reporter"),
    reporter_id=("报告人", "Reporter"),
    reporter_name=("报告人姓名", "Name of the reporter"),
    reporter_contact=("报告人联系方式", "Contact of the reporter"),
    reporter_organisation=("报告人单位", "Organisation of the reporter"),
    taken_for_another=("代为登记", "Taken down for somebody else"),
    report_standing=("报告性质", "How the report is taken"),
    discovered_at=("发现时间", "Discovered at"),
    reported_at=("报告时间", "Reported at"),
    minutes_to_report=("发现至报告分钟数", "Minutes from discovery to report"),
    reported_late=("报告迟延提示", "Late report flag"),
    triggers=("报告情形", "What was found"),
    confirmed_triggers=("已证实的情形", "Not only suspected"),
    situation=("情况说明", "What was seen"),
    in_danger=("正处于危险", "In danger now"),
    incident_place=("事发地", "Place of the incident"),
    incident_address=("事发地址", "Address of the incident"),
    children=("涉及儿童", "Children concerned"),
    presumed_place=("推定事发地", "Place where it is taken to be"),
    child_description=("儿童描述", "What is known of the child"),
    addressees=("报告对象", "Reported to"),
    police_unit_id=("受理公安机关", "Police unit"),
    township_unit_id=("受理乡镇(街道)", "Township"),
    accept_due_at=("受理时限", "Accept by"),
    dissuasion=("劝阻、制止结果", "Result of dissuading"),
    dissuasion_note=("劝阻、制止经过", "How it was tried"),
    kept_from_reporting=("曾被阻止报告", "Was kept from reporting"),
    accused_unit=("被指阻止报告的单位", "Unit accused of obstruction"),
    obstruction_note=("阻止报告的情况", "How the report was obstructed"),
    obstructing_unit=("阻止报告的单位", "Unit that obstructed"),
    forward_ground=("转报理由", "Why it is forwarded"),
)

DISCOVERED_AFTER_REPORTING = Refusal(
    "discovered_after_reporting",
    zh="发现时间不能晚于报告时间",
    en="It cannot have been discovered after it was reported",
)


class Told(Message):
    """What one reporter says, in a first report and in any later one."""

    report_channel: Annotated[ReportChannel, P2]
    reporter_category: Annotated[ReporterCategory, P6_REPORTER]
    reporter_name: Annotated[str | None, P6_REPORTER] = None
    reporter_contact: Annotated[str | None, P6_REPORTER] = None
    reporter_organisation: Annotated[str | None, P6_REPORTER] = None
    discovered_at: Annotated[datetime, P2]
    triggers: Annotated[tuple[Trigger, ...], P4_INJURY] = ()
    confirmed_triggers: Annotated[tuple[Trigger, ...], P4_INJURY] = ()
    situation: Annotated[str | None, P4_INJURY] = None
    in_danger: Annotated[bool, P4_INJURY] = False


class Received(Message):
    """What the platform adds to a report: who it is from, when it came, how it is taken."""

    report_id: Annotated[UUID, P0]
    reporter_id: Annotated[UUID | None, P6_REPORTER] = None
    report_standing: Annotated[Standing, P6_REPORTER]
    reported_at: Annotated[datetime, P2]
    minutes_to_report: Annotated[int, P2]
    reported_late: Annotated[bool, P2]


class Telling(Told, Command[Case]):
    """A report as it is put: by the reporter, or taken down for somebody at a desk or a hotline."""

    taken_for_another: Annotated[bool, P6_REPORTER] = False
    dissuasion: Annotated[DissuasionResult | None, P2] = None
    dissuasion_note: Annotated[str | None, P6_REPORTER] = None
    kept_from_reporting: Annotated[bool, P6_REPORTER] = False
    obstruction_note: Annotated[str | None, P6_REPORTER] = None
    obstructing_unit: Annotated[str | None, P6_REPORTER] = None


class ReportSubmitted(
    Told,
    Received,
    Event[Case],
    name="case.report_submitted",
    actor=P6_REPORTER,
    zh="报告提交",
    en="Report submitted",
    version=2,
):
    """A report was made; the case is open."""

    incident_place: Annotated[DivisionId | None, P2] = None
    incident_address: Annotated[str | None, P1] = None
    children: Annotated[tuple[UUID, ...], P2] = ()
    child_description: Annotated[str | None, P1] = None
    addressees: Annotated[tuple[Addressee, ...], P2] = (Addressee.POLICE,)
    police_unit_id: Annotated[UUID | None, P2] = None
    township_unit_id: Annotated[UUID | None, P2] = None
    accept_due_at: Annotated[datetime, P2]
    presumed_place: Annotated[DivisionId | None, P2] = None

    def evolve(self, case: Case) -> Case:
        """The case is opened at the police, or at the street."""
        to_police = Addressee.POLICE in self.addressees
        intake = IntakeState(
            triggers=frozenset(self.triggers),
            reporter_id=self.reporter_id,
            reporter_category=self.reporter_category,
            discovered_at=self.discovered_at,
            reported_at=self.reported_at,
            police_unit_id=self.police_unit_id,
            township_unit_id=self.township_unit_id,
            informed_unit_ids=case.intake.informed_unit_ids,
            clue_addressees=case.intake.clue_addressees,
            accept_due_at=self.accept_due_at,
            reports=(report_on_file(self),),
            to_police=to_police,
            in_danger=self.in_danger,
        )
        return replace(
            case,
            stage=Stage.REPORTED if to_police else Stage.REPORTED_STREET,
            incident_place=self.incident_place or self.presumed_place,
            children=tuple(dict.fromkeys(self.children)),
            intake=intake,
            facts=report_opens(case.facts, self.triggers, self),
        )


# At first no place was presumed where none was given.
says_more("case.report_submitted", 1)


class DissuasionAttempted(
    Record[Case],
    name="case.dissuasion_attempted",
    actor=P6_REPORTER,
    zh="劝阻、制止",
    en="Dissuasion attempted",
    act="case.record_dissuasion",
    does=("记录劝阻、制止", "Record dissuasion"),
    when=CASE_OPEN,
    clauses=("CQ2024-3.1-h",),
):
    """The reporter tried to dissuade and stop; the report never waits for it (domain model I.3)."""

    dissuasion: Annotated[DissuasionResult, P2]
    dissuasion_note: Annotated[str | None, P6_REPORTER] = None


class ReportForwarded(
    Event[Case], name="case.report_forwarded", zh="转报", en="Report forwarded to the police"
):
    """What the street, or an open case, was told went on to the police."""

    forward_ground: Annotated[ForwardGround, P4_INJURY]
    police_unit_id: Annotated[UUID | None, P2] = None
    accept_due_at: Annotated[datetime, P2]

    def evolve(self, case: Case) -> Case:
        """The police hold it now; the street keeps its part, and a case in hand stays where it is."""
        intake = replace(
            case.intake,
            police_unit_id=self.police_unit_id,
            accept_due_at=self.accept_due_at,
            acceptance_overdue=False,
            to_police=True,
        )
        if case.stage not in IN_HAND:
            return replace(case, stage=Stage.REPORTED, intake=intake)
        at = self.stamp.occurred_at if self.stamp else None
        return replace(case, intake=replace(intake, again=Stage.REPORTED, again_at=at))


class SubmitReport(
    Telling,
    name="case.submit_report",
    zh="报告",
    en="Report a child in danger",
    opens=True,
    place_field="incident_place",
    clauses=(
        "SH2020-4.1-d",
        "SH2020-4.1-e",
        "CQ2016-4.1-b",
        "CQ2016-4.1-c",
        "CN2017-4.1-b",
        "CN2017-4.1-c",
        "CQ2024-3.1-g",
        "CQ2024-3.1-h",
        "SH2020-2.1-b",
        "CQ2016-2.3-b",
        "CQ2016-3.4-e",
        "CQ2016-3.4-h",
        "SH2020-4.1-a",
        "SH2020-4.1-b",
        "SH2020-4.1-c",
        "CQ2016-4.1-a",
        "CN2017-4.1-a",
        "CQ2024-3.1-f",
        "CQ2024-2.3-f",
        "CQ2016-3.1-d",
    ),
):
    """Report at the first moment: to the police, in Changning also to the street."""

    presumes_place = True
    incident_place: Annotated[DivisionId | None, P2] = None
    incident_address: Annotated[str | None, P1] = None
    children: Annotated[tuple[UUID, ...], P2] = ()
    child_description: Annotated[str | None, P1] = None
    addressees: Annotated[tuple[Addressee, ...], P2] = (Addressee.POLICE,)

    def decide(self, _case: Case) -> Iterator[Event[Case]]:
        """The report is taken, whatever is still unknown."""
        to, place = addressees_of(self.addressees, self.rules), self.context.place
        police, street = Addressee.POLICE in to, Addressee.STREET in to
        yield ReportSubmitted.of(
            self,
            **received(self),
            addressees=to,
            police_unit_id=unit_at(self, UnitKind.POLICE, place) if police else None,
            township_unit_id=unit_at(self, UnitKind.TOWNSHIP, place) if street else None,
            accept_due_at=accept_due(self.at, self.rules),
            presumed_place=presumed_place(self, self.incident_place),
        )
        yield from told_beside(self, place)
        if not police:
            yield from forwarded(self, place, self.triggers, in_danger=self.in_danger)


def received(telling: Telling) -> dict[str, object]:
    """What the platform adds. Who reports in person cannot date the report back (law 2)."""
    reported_at: datetime = telling.occurred_at if telling.taken_for_another else telling.at
    if telling.discovered_at > reported_at:
        raise DISCOVERED_AFTER_REPORTING(field="discoveredAt")
    minutes = int((reported_at - telling.discovered_at).total_seconds() // 60)
    return {
        "report_id": telling.new_id("report"),
        "reporter_id": reporter_of(telling),
        "report_standing": standing_of(telling.reporter_category, telling.rules),
        "reported_at": reported_at,
        "minutes_to_report": minutes,
        "reported_late": minutes > telling.rules.minutes("report_attention_minutes"),
        "triggers": telling.triggers or (Trigger.OTHER,),
    }


def presumed_place(telling: Telling, said: str | None) -> DivisionId | None:
    """Where it is taken to be if nobody says where: somebody near must accept it."""
    place = telling.context.place
    return None if said or place is None else DivisionId(place)


def reporter_of(telling: Telling) -> UUID | None:
    """The reporter's own person id, to look up the status by; none without an account."""
    if telling.taken_for_another:
        return telling.context.on_behalf_of
    return telling.by.person_id if telling.by.person_id != NOBODY else None


def told_beside(telling: Telling, place: str | None) -> Iterator[Event[Case]]:
    """What else the reporter says: that dissuading was tried, that the report was obstructed."""
    if telling.dissuasion is not None:
        yield DissuasionAttempted.of(telling, dissuasion=telling.dissuasion)
    if telling.kept_from_reporting:
        yield ReportObstructionFound.of(
            telling,
            failing_id=telling.new_id("obstruction"),
            accused_unit=telling.obstructing_unit,
            aggravating=telling.rules.flag("obstruction_aggravates"),
            authority_unit_id=unit_at(telling, UnitKind.DISTRICT_CIVIL_AFFAIRS, place),
        )


def forwarded(
    command: Command[Case], place: str | None, triggers: tuple[Trigger, ...], *, in_danger: bool
) -> Iterator[Event[Case]]:
    """The same minute, to the police: infringement, a missing child and danger do not wait."""
    ground = forward_ground(triggers, command.rules, in_danger=in_danger)
    if ground is not None:
        yield ReportForwarded(
            forward_ground=ground,
            police_unit_id=unit_at(command, UnitKind.POLICE, place),
            accept_due_at=accept_due(command.at, command.rules),
        )


def report_on_file(report: Received) -> ReportOnFile:
    """What the rules keep of a report."""
    return ReportOnFile(
        report_id=report.report_id,
        reporter_id=report.reporter_id,
        mandated=report.report_standing is Standing.MANDATED,
    )
