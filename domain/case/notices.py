"""通报 · Civil affairs asked to place, the township told (SH2020-4.2-k, SH2020-4.2-o).

Which township is not said where the child lives elsewhere (domain model I.19): both are told.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Annotated
from uuid import UUID

from domain.case.dispatch import HANDLING
from domain.case.escort import BEST_INTEREST
from domain.case.report_routing import unit_at
from domain.case.report_state import Stage
from domain.case.state import CASE_OPEN, Case
from domain.case.which_child import the_child, this_of
from domain.child.state import Child
from domain.kernel import PRESENT, Command, Event, Refusal
from domain.labels import name_fields
from domain.periods import local_date
from domain.replacing import replace
from domain.sensitivity import P2, P4, P4_INJURY, P5, P6_ADDRESS
from domain.terms.emergency import EmergencyDuty, EscortDestination, Finding, NoticeGround
from domain.terms.units import UnitKind

name_fields(
    placement_ground=("安置理由", "Ground of the placement"),
    proposed_site=("建议安置去向", "Proposed site"),
    notice_ground=("通报对象依据", "Why this township"),
    notice_text=("通报内容", "What the township is told"),
    take_over_by=("接办时限", "Take over by"),
    hours_waited=("等待小时数", "Hours waited"),
)

SITE_NOT_ALLOWED = Refusal(
    "placement_site_not_allowed",
    zh="安置去向不在现行规定之列",
    en="The rules in force do not name this site",
)
PLACEMENT_NEEDS_BEST_INTEREST = Refusal(
    "placement_needs_best_interest",
    zh="须说明最有利于儿童的理由",
    en="Say why placement is in the child's best interest",
)


class CivilAffairsNotifiedForPlacement(
    Event[Case],
    name="case.civil_affairs_notified_for_placement",
    zh="通知民政安置",
    en="Civil affairs notified for placement",
):
    """必要时: civil affairs are to place the child (Q-05)."""

    child_id: Annotated[UUID | None, P2] = None
    placement_ground: Annotated[str, P4_INJURY]
    proposed_site: Annotated[EscortDestination | None, P6_ADDRESS] = None
    best_interest_reason: Annotated[str, P4]
    placement_unit_id: Annotated[UUID | None, P2] = None
    place_by: Annotated[datetime, P2]

    def evolve(self, case: Case) -> Case:
        """The placement is a duty now."""
        theirs = this_of(case, self.child_id)
        return replace(case, emergency=case.emergency.seeks_placement(theirs))


class NotifyCivilAffairsForPlacement(
    Command[Case],
    name="case.notify_civil_affairs_for_placement",
    zh="通知民政部门安置",
    en="Ask civil affairs to place the child",
    when=HANDLING,
    clauses=("SH2020-4.2-k", "CQ2016-4.2-k"),
):
    """通知并协助民政部门安置: after violence to one of the sites the text names."""

    child_id: Annotated[UUID | None, P2] = None
    placement_ground: Annotated[str, P4_INJURY]
    proposed_site: Annotated[EscortDestination | None, P6_ADDRESS] = None
    best_interest_reason: Annotated[str, P4]

    def decide(self, case: Case) -> Iterator[Event[Case]]:
        """No child is refused a placement; only the site of a violence case is bound."""
        child = the_child(case, self.child_id)
        violence = Finding.DOMESTIC_VIOLENCE in case.emergency.findings_of(child)
        allowed = self.rules.codes("domestic_violence_placement")
        if violence and self.proposed_site is not None and self.proposed_site not in allowed:
            raise SITE_NOT_ALLOWED(
                cite=self.rules.cite("domestic_violence_placement"), field="proposedSite"
            )
        if not self.best_interest_reason.strip():
            raise PLACEMENT_NEEDS_BEST_INTEREST(
                cite=self.rules.binding(*BEST_INTEREST), field="bestInterestReason"
            )
        place, at_once = case.place, self.rules.minutes("at_once_minutes")
        yield CivilAffairsNotifiedForPlacement.of(
            self,
            child_id=child,
            placement_unit_id=unit_at(self, UnitKind.DISTRICT_CIVIL_AFFAIRS, place),
            place_by=self.occurred_at + timedelta(minutes=at_once),
        )


class TownshipNotifiedByPolice(
    Event[Case],
    name="case.township_notified_by_police",
    zh="通报乡镇(街道)",
    en="Township notified by the police",
):
    """One township was told: that of the incident, or that where the child lives (Q-06, Q-07)."""

    township_unit_id: Annotated[UUID | None, P2] = None
    notice_ground: Annotated[NoticeGround, P2]
    notice_text: Annotated[str, P5]
    take_over_by: Annotated[date, P2]

    def evolve(self, case: Case) -> Case:
        """The township takes over, unless another has received the case; the police go on."""
        emergency = replace(case.emergency, township_notified=True)
        lead = case.intake.township_unit_id
        first = self.notice_ground is NoticeGround.INCIDENT and case.handled_place is None
        unit = self.township_unit_id if first or lead is None else lead
        return replace(
            case,
            stage=Stage.NOTIFIED if case.stage is Stage.HANDLING else case.stage,
            intake=replace(case.intake, township_unit_id=unit),
            emergency=emergency.did(EmergencyDuty.NOTIFY_TOWNSHIP),
        )


class NotifyTownship(
    Command[Case],
    name="case.notify_township",
    zh="通报乡镇(街道)",
    en="Notify the township",
    when=HANDLING,
    clauses=("SH2020-4.2-o", "CQ2016-4.2-o"),
    needs=("child",),
):
    """及时通报: it does not wait for the branches to finish."""

    notice_text: Annotated[str, P5]

    def decide(self, case: Case) -> Iterator[Event[Case]]:
        """The unit that leads, the township of the incident, and those where the children live if they differ."""
        days = timedelta(days=self.rules.days("township_takeover_days"))
        told: list[UUID | None] = []
        for ground, unit in self._units(case):
            if unit in told:
                continue
            told.append(unit)
            yield TownshipNotifiedByPolice.of(
                self,
                township_unit_id=unit,
                notice_ground=ground,
                take_over_by=local_date(self.occurred_at) + days,
            )

    def _units(self, case: Case) -> Iterator[tuple[NoticeGround, UUID | None]]:
        if case.handled_place is not None:
            yield NoticeGround.RECEIVED, case.intake.township_unit_id
        yield NoticeGround.INCIDENT, unit_at(self, UnitKind.TOWNSHIP, case.incident_place)
        if NoticeGround.HOME not in self.rules.codes("township_notice_targets"):
            return
        for child_id in case.children:
            file = self.linked.get(child_id)
            if isinstance(file, Child) and file.place is not None:
                yield NoticeGround.HOME, unit_at(self, UnitKind.TOWNSHIP, file.place)


class TownshipNoticeOverdue(
    Event[Case],
    name="case.township_notice_overdue",
    zh="通报乡镇逾期",
    en="Township notice overdue",
):
    """The township was not told in time; civil affairs hear of it."""

    hours_waited: Annotated[int, P2]
    escalated_to_unit_id: Annotated[UUID | None, P2] = None
    informed_unit_id: Annotated[UUID | None, P2] = None

    def evolve(self, case: Case) -> Case:
        """Noted once; the duty stays open."""
        return replace(case, emergency=replace(case.emergency, township_notice_overdue=True))


class NoteTownshipNoticeOverdue(
    Command[Case],
    name="case.note_township_notice_overdue",
    zh="提示通报乡镇逾期",
    en="Note that the township notice is overdue",
    when=PRESENT,
    clauses=("SH2020-4.2-o", "CQ2016-4.2-o"),
    by_system=True,
):
    """Put by the clock at ``township_notice_due_at``."""

    def decide(self, case: Case) -> Iterator[Event[Case]]:
        """Nothing, where the township was told meanwhile or it is not yet due."""
        state, place = case.emergency, case.incident_place
        open_duty = EmergencyDuty.NOTIFY_TOWNSHIP in state.open_duties and CASE_OPEN.holds(case)
        due = state.township_notice_due_at
        if not open_duty or state.township_notice_overdue or due is None or self.at < due:
            return
        allowed = timedelta(hours=self.rules.hours("township_notice_hours"))
        waited = self.at - (due - allowed)
        yield TownshipNoticeOverdue(
            hours_waited=int(waited.total_seconds() // 3600),
            escalated_to_unit_id=unit_at(self, UnitKind.DISTRICT_POLICE, place),
            informed_unit_id=unit_at(self, UnitKind.DISTRICT_CIVIL_AFFAIRS, place),
        )
