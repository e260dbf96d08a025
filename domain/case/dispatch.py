"""出警与调查 · The police go out and find what there is (SH2020-4.2-b, CQ2016-4.2-b, CN2017-4.2-a).

Findings are a set, and each opens its own branch; the branches run side by side. Danger is no gate:
in any city a danger found is recorded and weighs.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Annotated, Any
from uuid import UUID

from domain.case.duties import NOT_ALWAYS_NEEDED, OF_CARE, duties_of
from domain.case.past_care import in_need_of_care
from domain.case.report_facts import FOUND, GRAVE, INFRINGEMENTS, report_closes
from domain.case.report_routing import unit_at
from domain.case.report_state import POLICE_STAGES, Stage
from domain.case.state import POLICE_AT_WORK, Case
from domain.case.which_child import CHILD_NOT_IN_CASE, each_of, these_of
from domain.codec import says_more
from domain.factbook import FactBook
from domain.kernel import Command, Event, Refusal, Turn
from domain.labels import name_fields
from domain.replacing import replace
from domain.risk import Access, RiskFactor
from domain.sensitivity import P2, P4_INJURY
from domain.terms.emergency import DangerState, EmergencyDuty, Finding, InfringementKind
from domain.terms.reports import Trigger
from domain.terms.units import UnitKind

name_fields(
    dispatched_unit_id=("出警单位", "Unit sent out"),
    minutes_to_dispatch=("受理至出警分钟数", "Minutes from acceptance"),
    findings=("调查情形", "Findings"),
    dangers=("危险状态", "Dangers"),
    infringements=("侵害种类", "Kinds of infringement"),
    not_confirmed=("未证实的报告情形", "Reported but not so"),
    finding_facts=("调查事实", "Facts found"),
    found_of=("所涉儿童(空为全部)", "Of which children; empty: of every child"),
    suspect_access=("嫌疑人能否接触儿童", "Whether the suspect has access"),
    duties=("应办事项", "What is to be done"),
    village_unit_id=("村(居)民委员会", "Village committee"),
    township_notice_due_at=("通报乡镇时限", "Notify the township by"),
    duty=("事项", "Duty"),
    set_aside_reason=("不需办理的理由", "Why it is not needed"),
)

ACCEPTED: Turn[Case] = Turn(
    "accepted",
    "公安已受理",
    "accepted by the police",
    lambda c: Stage.ACCEPTED in {c.stage, c.intake.again},
)
HANDLING: Turn[Case] = Turn(
    "handling",
    "应急处置中",
    "emergency in hand",
    lambda c: c.stage in POLICE_STAGES - {Stage.ON_SCENE},
)
TO_BE_DISSUADED = frozenset(
    {Finding.GUARDIAN_NOT_PERFORMING, Finding.DOMESTIC_VIOLENCE, Finding.OTHER_INFRINGEMENT}
)
"""Not performing, or infringing: the village committee dissuades and stops (Q-17)."""
OF_GUARDIANS = frozenset({EmergencyDuty.CRITICISE_GUARDIAN, EmergencyDuty.REPRIMAND_GUARDIAN})
"""What is said to a guardian: to nobody, as long as nobody knows who that is and all search (CN2017-4.3-g)."""
NOTHING_FOUND = Refusal(
    "no_finding",
    zh="须至少选择一种调查情形或危险状态;查无实据请另行认定",
    en="Name a finding or a danger; if there is nothing, find the report unfounded",
)
DUTY_NOT_OPEN = Refusal("duty_not_open", zh="没有待办的此事项", en="There is no such open duty")
DUTY_BINDS = Refusal(
    "duty_cannot_be_set_aside", zh="此事项不得免办", en="This duty may not be set aside"
)


class PoliceDispatched(Event[Case], name="case.police_dispatched", zh="出警", en="Police out"):
    """The police are on their way."""

    dispatched_unit_id: Annotated[UUID | None, P2]
    minutes_to_dispatch: Annotated[int, P2]

    def evolve(self, case: Case) -> Case:
        """They look for themselves next."""
        if case.intake.again is Stage.ACCEPTED:
            return replace(case, intake=replace(case.intake, again=Stage.ON_SCENE))
        return replace(case, stage=Stage.ON_SCENE)


class DispatchPolice(
    Command[Case],
    name="case.dispatch_police",
    zh="出警",
    en="Send the police out",
    when=ACCEPTED,
    clauses=("SH2020-4.2-b", "CQ2016-4.2-b", "CN2017-4.2-a"),
):
    """第一时间出警."""

    dispatched_unit_id: Annotated[UUID | None, P2] = None

    def decide(self, case: Case) -> Iterator[Event[Case]]:
        """By the unit that accepted, if no other is named."""
        since = case.intake.accepted_at or self.occurred_at
        yield PoliceDispatched(
            dispatched_unit_id=self.dispatched_unit_id or case.intake.police_unit_id,
            minutes_to_dispatch=max(int((self.occurred_at - since).total_seconds() // 60), 0),
        )


class PoliceFindingRecorded(
    Event[Case],
    name="case.police_finding_recorded",
    zh="调查情况",
    en="Police findings",
    version=2,
):
    """What the police found, of whom, and what it asks of them; non-performance concerns the village too."""

    findings: Annotated[tuple[Finding, ...], P4_INJURY]
    dangers: Annotated[tuple[DangerState, ...], P4_INJURY] = ()
    infringements: Annotated[tuple[InfringementKind, ...], P4_INJURY] = ()
    not_confirmed: Annotated[tuple[Trigger, ...], P4_INJURY] = ()
    finding_facts: Annotated[str | None, P4_INJURY] = None
    suspect_access: Annotated[Access, P4_INJURY] = Access.UNKNOWN
    duties: Annotated[tuple[EmergencyDuty, ...], P4_INJURY] = ()
    village_unit_id: Annotated[UUID | None, P2] = None
    township_notice_due_at: Annotated[datetime | None, P2] = None
    found_of: Annotated[tuple[UUID, ...], P2] = ()

    def evolve(self, case: Case) -> Case:
        """The branches are open; who was cared for before is found without care now."""
        theirs = these_of(case, self.found_of)
        emergency = replace(
            case.emergency,
            findings=case.emergency.findings.union(self.findings),
            dangers=case.emergency.dangers.union(self.dangers),
            found=case.emergency.found or bool(self.findings or self.dangers),
            township_notice_due_at=self.township_notice_due_at
            or case.emergency.township_notice_due_at,
        )
        if EmergencyDuty.SECURE_CARE in self.duties:
            asked = () if emergency.cared_for & theirs else emergency.candidates
            cared = frozenset(child for child in emergency.cared_for if child not in theirs)
            emergency = replace(emergency, cared_for=cared, candidates=asked)
        placement = case.placement
        if TO_BE_DISSUADED & set(self.findings):
            known = theirs - placement.unknown_guardians
            emergency = replace(emergency, to_dissuade=emergency.to_dissuade | known)
            placement = placement.dissuade_once_found(theirs)
        again = Stage.NONE if case.intake.looked_into_again else case.intake.again
        return replace(
            case,
            stage=Stage.HANDLING if case.stage is Stage.ON_SCENE else case.stage,
            intake=replace(case.intake, again=again),
            emergency=emergency.says((*self.findings, *self.dangers), theirs).demands_for(
                self.duties, theirs, each_of(case)
            ),
            placement=placement,
            facts=self._facts(
                report_closes(case.facts, self.not_confirmed, theirs, case.children), case
            ),
        )

    def _facts(self, facts: FactBook, case: Case) -> FactBook:
        for finding in self.findings:
            factor = FOUND[finding]
            known: dict[str, Any] = {"suspected": False}
            if factor in INFRINGEMENTS:
                known["access"] = self.suspect_access
            for child_id in self.found_of:
                facts = facts.changed_for(factor, child_id, case.children, **known)
            if not self.found_of:
                facts = facts.changed(factor, **known)
            facts = facts.opened_for(factor, self, self.found_of, **known)
        for kind in self.infringements:
            if kind in GRAVE:
                access = self.suspect_access
                facts = facts.opened_for(GRAVE[kind], self, self.found_of, access=access)
        return facts.opened_for(RiskFactor.RF_09, self, self.found_of) if self.dangers else facts


# At first what was found was found of every child of the case.
says_more("case.police_finding_recorded", 1)


class RecordPoliceFindings(
    Command[Case],
    name="case.record_police_findings",
    zh="记录调查情况",
    en="Record what the police found",
    when=POLICE_AT_WORK,
    clauses=(
        "SH2020-4.2-b",
        "CQ2016-4.2-b",
        "CN2017-4.2-b",
        "SH2020-2.1-b",
        "CQ2016-2.3-b",
    ),
):
    """As a set; more may be found later."""

    findings: Annotated[tuple[Finding, ...], P4_INJURY]
    dangers: Annotated[tuple[DangerState, ...], P4_INJURY] = ()
    infringements: Annotated[tuple[InfringementKind, ...], P4_INJURY] = ()
    not_confirmed: Annotated[tuple[Trigger, ...], P4_INJURY] = ()
    finding_facts: Annotated[str | None, P4_INJURY] = None
    suspect_access: Annotated[Access, P4_INJURY] = Access.UNKNOWN
    found_of: Annotated[tuple[UUID, ...], P2] = ()

    def decide(self, case: Case) -> Iterator[Event[Case]]:
        """Each finding opens its branch with what is to be done in it, for the children it is about."""
        if any(child not in case.children for child in self.found_of):
            raise CHILD_NOT_IN_CASE(field="foundOf")
        nothing_more = case.intake.looked_into_again and self.not_confirmed
        if not self.findings and not self.dangers and not nothing_more:
            raise NOTHING_FOUND(field="findings")
        duties = self._new_duties(case)
        hours = timedelta(hours=self.rules.hours("township_notice_hours"))
        notice = EmergencyDuty.NOTIFY_TOWNSHIP in duties
        yield PoliceFindingRecorded.of(
            self,
            findings=tuple(f for f in Finding if f in self.findings),
            duties=duties,
            village_unit_id=unit_at(self, UnitKind.VILLAGE_COMMITTEE, case.incident_place),
            township_notice_due_at=self.occurred_at + hours if notice else None,
        )

    def _new_duties(self, case: Case) -> tuple[EmergencyDuty, ...]:
        """A finding already known asks nothing new, unless reported again; a new one asks anew for what was done.

        What is known of one child is not known of another: found of that one as well, it asks for that one.
        """
        emergency, anew = case.emergency, case.intake.again is not Stage.NONE
        theirs = these_of(case, self.found_of)

        def news(what: Finding | DangerState) -> bool:
            known = what in emergency.findings or what in emergency.dangers
            return anew or not known or not emergency.is_said_of(what, theirs)

        once = {EmergencyDuty.NOTIFY_TOWNSHIP} & emergency.demanded
        return duties_of(
            [f for f in self.findings if news(f)],
            [d for d in self.dangers if news(d)],
            self.rules,
            known={*(d for d in EmergencyDuty if emergency.asked_of(d, theirs)), *once},
        )


class EmergencyDutySetAside(
    Event[Case], name="case.emergency_duty_set_aside", zh="免办事项", en="Duty set aside"
):
    """A duty turned out to be empty: nothing to stop, nobody injured."""

    duty: Annotated[EmergencyDuty, P4_INJURY]
    set_aside_reason: Annotated[str, P4_INJURY]

    def evolve(self, case: Case) -> Case:
        """It is no longer open."""
        return replace(case, emergency=case.emergency.did(self.duty))


class SetEmergencyDutyAside(
    Command[Case],
    name="case.set_emergency_duty_aside",
    zh="免办事项",
    en="Set a duty aside",
    when=HANDLING,
    needs=("child",),
):
    """With the reason, and never a duty to the care or safety of a child that needs somebody."""

    duty: Annotated[EmergencyDuty, P4_INJURY]
    set_aside_reason: Annotated[str, P4_INJURY]

    def decide(self, case: Case) -> Iterator[Event[Case]]:
        """Only what facts can make empty: as well what is done about one family, where the other gave no cause."""
        if self.duty not in case.emergency.open_duties:
            raise DUTY_NOT_OPEN(field="duty")
        nobody = self.duty in OF_GUARDIANS and each_of(case) <= case.placement.unknown_guardians
        empty = self.duty in NOT_ALWAYS_NEEDED or case.emergency.is_done_for_some(self.duty)
        empty = empty or nobody or (self.duty in OF_CARE and self._nobody_waits(case))
        if not empty or not self.set_aside_reason.strip():
            raise DUTY_BINDS(cite=self.rules.binding(*self.duty.clauses), field="duty")
        yield EmergencyDutySetAside.of(self)

    def _nobody_waits(self, case: Case) -> bool:
        """Every child of the case has somebody, is of age or has died."""
        needing = in_need_of_care(case.children, self.linked, self.rules, self.rules.on)
        return bool(case.children) and not needing & case.emergency.in_want(each_of(case))
