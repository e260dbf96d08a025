"""受理 · Accepting a report, passing it on, noticing that nobody did, finding nothing in it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Annotated
from uuid import UUID

from domain.case.report_facts import REPORTED
from domain.case.report_routing import accept_due, unit_at
from domain.case.report_state import Stage
from domain.case.reports import ReportForwarded
from domain.case.state import Case
from domain.codec import says_more
from domain.kernel import PRESENT, Command, Event, Refusal, Turn
from domain.labels import name_fields
from domain.periods import local_date
from domain.replacing import replace
from domain.sensitivity import P2, P4_INJURY
from domain.terms.emergency import EmergencyDuty
from domain.terms.reports import ForwardGround
from domain.terms.units import UnitKind

name_fields(
    by_street=("由街道(镇)受理", "Accepted by the street"),
    accepted_by=("受理人", "Accepted by"),
    minutes_waited=("等待分钟数", "Minutes waited"),
    dispatch_due_at=("出警时限", "Dispatch by"),
    escalated_to_unit_id=("升级至", "Escalated to"),
    informed_unit_id=("同时告知", "Also informed"),
    unfounded_reason=("查无实据的理由", "Why it is unfounded"),
    screening_unit_id=("排查单位", "Unit that screens"),
    screening_unit_ids=("各儿童的排查单位", "Units that screen, child by child"),
    screen_by=("排查期限", "Screen by"),
)

UNFOUNDED_NEEDS_REASON = Refusal(
    "unfounded_needs_reason", zh="须写明查无实据的理由", en="Say why it is unfounded"
)
SEARCH_RUNNING = Refusal(
    "search_running",
    zh="正在查找失踪儿童,不得认定查无实据",
    en="A missing child is being searched for: the report is not unfounded",
)
AT_POLICE: Turn[Case] = Turn(
    "at_police",
    "公安机关待受理",
    "waiting at the police",
    lambda c: Stage.REPORTED in {c.stage, c.intake.again},
)
AT_STREET: Turn[Case] = Turn(
    "at_street",
    "街道(镇)待受理",
    "waiting at the street",
    lambda c: c.stage is Stage.REPORTED_STREET,
)
ON_SCENE: Turn[Case] = Turn(
    "on_scene", "公安已出警", "police on the scene", lambda c: c.stage is Stage.ON_SCENE
)


class ForwardReport(
    Command[Case],
    name="case.forward_report",
    zh="转报公安",
    en="Forward the report to the police",
    when=AT_STREET,
    clauses=("CN2017-4.1-c",),
):
    """The street sees a police matter that the report did not show."""

    forward_ground: Annotated[ForwardGround, P4_INJURY]

    def decide(self, case: Case) -> Iterator[Event[Case]]:
        """To the police of the place."""
        yield ReportForwarded.of(
            self,
            police_unit_id=unit_at(self, UnitKind.POLICE, case.incident_place),
            accept_due_at=accept_due(self.at, self.rules),
        )


class ReportAccepted(Event[Case], name="case.report_accepted", zh="受理", en="Report accepted"):
    """Somebody took the report on: the police, or the street where it is no police matter."""

    by_street: Annotated[bool, P2]
    accepted_by: Annotated[UUID, P2]
    minutes_waited: Annotated[int, P2]
    police_unit_id: Annotated[UUID | None, P2] = None
    township_unit_id: Annotated[UUID | None, P2] = None
    dispatch_due_at: Annotated[datetime | None, P2] = None

    def evolve(self, case: Case) -> Case:
        """The police go out next, of a case in hand once more; the street starts to assess."""
        at = self.stamp.occurred_at if self.stamp else case.intake.reported_at
        intake = replace(case.intake, accepted_at=at)
        emergency = replace(case.emergency, dispatch_due_at=self.dispatch_due_at)
        if case.intake.again is Stage.REPORTED:
            intake = replace(intake, again=Stage.ACCEPTED)
            return replace(case, intake=intake, emergency=emergency)
        stage = Stage.NOTIFIED if self.by_street else Stage.ACCEPTED
        return replace(case, stage=stage, intake=intake, emergency=emergency)


class AcceptReport(
    Command[Case],
    name="case.accept_report",
    zh="受理报告",
    en="Accept the report",
    when=AT_POLICE,
    clauses=("SH2020-4.2-a", "CQ2016-4.2-a", "CN2017-5.1-q"),
):
    """公安机关要及时受理: what was reported to the police, nobody else takes from them."""

    def decide(self, case: Case) -> Iterator[Event[Case]]:
        """How long it waited is part of the answer."""
        dispatch = timedelta(minutes=self.rules.minutes("dispatch_minutes"))
        yield ReportAccepted(
            by_street=False,
            accepted_by=self.by.person_id,
            minutes_waited=minutes_waited(self, case),
            police_unit_id=case.intake.police_unit_id,
            dispatch_due_at=self.occurred_at + dispatch,
        )


class AcceptStreetReport(
    Command[Case],
    name="case.accept_street_report",
    zh="受理街道报告、线索",
    en="Accept the report or clue made to the street",
    when=AT_STREET,
    clauses=("CN2017-4.1-c", "CQ2024-2.4-g"),
):
    """No police matter: the township takes it on, and assesses next."""

    def decide(self, case: Case) -> Iterator[Event[Case]]:
        """How long it waited is part of the answer."""
        yield ReportAccepted(
            by_street=True,
            accepted_by=self.by.person_id,
            minutes_waited=minutes_waited(self, case),
            township_unit_id=case.intake.township_unit_id,
        )


def minutes_waited(accepting: Command[Case], case: Case) -> int:
    """From the report until somebody took it on."""
    since = case.intake.waits_since or accepting.occurred_at
    return max(int((accepting.occurred_at - since).total_seconds() // 60), 0)


class ReportAcceptanceOverdue(
    Event[Case], name="case.report_acceptance_overdue", zh="受理逾期", en="Acceptance overdue"
):
    """Nobody accepted in time; it goes one level up and civil affairs hear of it (Q-01, Q-02)."""

    minutes_waited: Annotated[int, P2]
    escalated_to_unit_id: Annotated[UUID | None, P2] = None
    informed_unit_id: Annotated[UUID | None, P2] = None

    def evolve(self, case: Case) -> Case:
        """Noted once; the report goes on waiting."""
        return replace(case, intake=replace(case.intake, acceptance_overdue=True))


class NoteAcceptanceOverdue(
    Command[Case],
    name="case.note_acceptance_overdue",
    zh="提示受理逾期",
    en="Note that acceptance is overdue",
    when=PRESENT,
    clauses=("SH2020-4.2-a", "CQ2016-4.2-a", "CN2017-5.1-q"),
    by_system=True,
):
    """Put by the clock at ``accept_due_at``."""

    def decide(self, case: Case) -> Iterator[Event[Case]]:
        """Nothing, where it was accepted meanwhile or is not yet due."""
        due, place = case.intake.accept_due_at, case.incident_place
        waits = AT_POLICE.holds(case) or AT_STREET.holds(case)
        waiting = waits and not case.intake.acceptance_overdue
        if not waiting or due is None or self.at < due:
            return
        since = case.intake.waits_since or due
        police = AT_POLICE.holds(case)
        above = UnitKind.DISTRICT_POLICE if police else UnitKind.DISTRICT_CIVIL_AFFAIRS
        yield ReportAcceptanceOverdue(
            minutes_waited=int((self.at - since).total_seconds() // 60),
            escalated_to_unit_id=unit_at(self, above, place),
            informed_unit_id=unit_at(self, UnitKind.DISTRICT_CIVIL_AFFAIRS, place),
        )


class ReportFoundUnfounded(
    Event[Case], name="case.report_found_unfounded", zh="查无实据", en="Report unfounded", version=2
):
    """The police found nothing; the household is screened all the same (Q-11)."""

    unfounded_reason: Annotated[str, P4_INJURY]
    screening_unit_id: Annotated[UUID | None, P2] = None
    screen_by: Annotated[date, P2]
    screening_unit_ids: Annotated[tuple[UUID | None, ...], P2] = ()
    """One for each child concerned, in their order."""

    def evolve(self, case: Case) -> Case:
        """What was suspected no longer weighs."""
        facts = case.facts.closed(*REPORTED.values())
        return replace(case, stage=Stage.CLOSED_UNFOUNDED, facts=facts)


# At first the committee of the incident's place screened, whoever lived where.
says_more("case.report_found_unfounded", 1)


class FindReportUnfounded(
    Command[Case],
    name="case.find_report_unfounded",
    zh="认定查无实据",
    en="Find the report unfounded",
    when=ON_SCENE,
    clauses=("SH2020-3.2-c", "CQ2016-3.2-e", "CQ2024-3.1-a"),
    needs=("child",),
):
    """On the scene, before anything was found."""

    unfounded_reason: Annotated[str, P4_INJURY]

    def decide(self, case: Case) -> Iterator[Event[Case]]:
        """With a reason, and never while a child is searched for; the committee of the village each child lives in
        looks in, else that of the place."""
        if case.emergency.search_running:
            raise SEARCH_RUNNING(cite=self.rules.binding(*EmergencyDuty.SEARCH_CHILD.clauses))
        if not self.unfounded_reason.strip():
            raise UNFOUNDED_NEEDS_REASON(field="unfoundedReason")
        days = timedelta(days=self.rules.days("screening_days"))
        village = UnitKind.VILLAGE_COMMITTEE
        homes = (self.linked[c].place if c in self.linked else None for c in case.children)
        yield ReportFoundUnfounded.of(
            self,
            screening_unit_id=unit_at(self, village, case.incident_place),
            screen_by=local_date(self.at) + days,
            screening_unit_ids=tuple(
                unit_at(self, village, home or case.incident_place) for home in homes
            ),
        )
