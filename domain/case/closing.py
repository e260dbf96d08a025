"""结案 · A case closes when its plan is done and every child has somebody (D.1, last step).

No named carer, no closing (CQ2016-4.2-c2, SH2020-4.2-d); where the text demands it the township must
have been notified (SH2020-4.2-o, CQ2016-4.2-o). A placement or an aftercare may go on afterwards.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated
from uuid import UUID

from domain.case.assessment import ASSESSMENT_RUNNING
from domain.case.care_secured import (
    NO_NAMED_CARER,
    children_without_care,
    what_keeps_emergency_open,
)
from domain.case.past_care import in_need_of_care
from domain.case.plan import NO_PLAN
from domain.case.report_state import IN_HAND, Stage
from domain.case.state import Case
from domain.case.which_child import each_of
from domain.child.state import Child
from domain.kernel import Command, Event, Refusal, Turn
from domain.labels import name_fields
from domain.replacing import replace
from domain.sensitivity import P4
from domain.terms.emergency import EmergencyDuty
from domain.terms.placement import PlacementStatus

name_fields(closing_summary=("结案小结", "Closing summary"))

TO_CLOSE: Turn[Case] = Turn(
    "to_close", "已在处置、评估或帮扶", "in hand", lambda c: c.stage in IN_HAND
)
"""Without a plan only of children who have all died: ``NO_PLAN`` says so to everybody else."""
ITEMS_OPEN = Refusal(
    "plan_items_open", zh="尚有帮扶事项未结束", en="Items of the plan are still open"
)
PLACEMENT_PENDING = Refusal(
    "placement_pending", zh="尚有儿童等待接收", en="A child still waits to be received"
)
NOTICE_MISSING = Refusal(
    "township_not_notified",
    zh="公安机关尚未通报乡镇(街道)",
    en="The police have not notified the township yet",
)
EMERGENCY_OPEN = Refusal(
    "emergency_not_finished", zh="应急处置尚未结束", en="The emergency is not over"
)
FURTHER_REPORT_OPEN = Refusal(
    "further_report_open",
    zh="公安机关尚未查明后续报告",
    en="The police have not looked into a further report yet",
)
SUMMARY_MISSING = Refusal(
    "closing_summary_missing", zh="须填写结案小结", en="Sum the case up before closing it"
)


class CaseClosed(Event[Case], name="case.closed", zh="结案", en="Case closed"):
    """Nothing is left to do in this case; a new report opens another, linked to it."""

    closing_summary: Annotated[str, P4]

    def evolve(self, case: Case) -> Case:
        """Closed; risk facts that outlive it, such as a recent return, stay on record."""
        emergency = replace(case.emergency, to_dissuade=frozenset())
        return replace(case, stage=Stage.CLOSED, emergency=emergency)


class CloseCase(
    Command[Case],
    name="case.close_case",
    zh="结案",
    en="Close the case",
    when=TO_CLOSE,
    needs=("child",),
    clauses=(
        "SH2020-4.2-d",
        "SH2020-4.2-o",
        "CQ2016-4.2-c2",
        "CQ2016-4.2-o",
        "CQ2016-4.3-c",
        "CN2017-2-c",
        "CN2017-4.2-b",
    ),
):
    """By the township that leads. Whoever is of age or has died needs nobody any more."""

    closing_summary: Annotated[str, P4]

    def decide(self, case: Case) -> Iterator[Event[Case]]:
        """All plan items closed and a named carer or placement exists, for each child that is alive."""
        living = frozenset(c for c in each_of(case) if not self._has_died(c))
        if case.assessment.running and living:
            raise ASSESSMENT_RUNNING(cite=self.rules.cite("assessment_lead"))
        if case.intake.again is not Stage.NONE:
            raise FURTHER_REPORT_OPEN(cite=self.rules.cite("accept_minutes"))
        self._planned_and_done(case, living)
        self._everybody_has_somebody(case)
        self._emergency_is_over(case)
        if not self.closing_summary.strip():
            raise SUMMARY_MISSING(field="closingSummary")
        yield CaseClosed.of(self)

    def _has_died(self, child_id: UUID | None) -> bool:
        file = self.linked.get(child_id) if child_id else None
        return isinstance(file, Child) and file.file.died

    def _planned_and_done(self, case: Case, living: frozenset[UUID | None]) -> None:
        """Nobody plans, serves or receives a child that has died."""
        if not living <= case.plan.adopted and None not in case.plan.adopted:
            raise NO_PLAN(cite=self.rules.cite("plan_fields"))
        concerned = living | ({None} if living else set())
        if any(item.child_id in concerned for item in case.plan.open_items):
            raise ITEMS_OPEN(cite=self.rules.cite("services"))
        proposed = (p for p in case.placement.placements if p.status is PlacementStatus.PROPOSED)
        if any(p.child_id in concerned for p in proposed):
            raise PLACEMENT_PENDING(cite=self.rules.cite("placement_kinds"))

    def _everybody_has_somebody(self, case: Case) -> None:
        """落实: on the child's file, or in a placement of this case; a guess is not enough."""
        for child in self._in_need(case) if case.children else (None,):
            file = self.linked.get(child) if child else None
            named = isinstance(file, Child) and file.care.has_named_carer
            if not (named or case.placement.is_placed(child)):
                raise NO_NAMED_CARER(cite=self.rules.cite("emergency_ends_with_carer"))

    def _emergency_is_over(self, case: Case) -> None:
        """The notice counts only where it became a duty of the police and the text asks for it."""
        left = what_keeps_emergency_open(case, self.linked)
        alone = self._in_need(case) & {*children_without_care(case, self.linked)}
        if EmergencyDuty.SECURE_CARE in left and (alone or not case.children):
            raise NO_NAMED_CARER(cite=self.rules.cite("emergency_ends_with_carer"))
        demanded = EmergencyDuty.NOTIFY_TOWNSHIP in case.emergency.demanded
        wanted = self.rules.flag("township_notice_required") and demanded
        if wanted and not case.emergency.township_notified:
            raise NOTICE_MISSING(cite=self.rules.cite("township_notice_required"))
        if set(left) - {EmergencyDuty.NOTIFY_TOWNSHIP, EmergencyDuty.SECURE_CARE}:
            raise EMERGENCY_OPEN(cite=self.rules.cite("emergency_ends_with_carer"))

    def _in_need(self, case: Case) -> frozenset[UUID]:
        """Of those who are of age, and of those who have died, nobody has to be with."""
        return in_need_of_care(case.children, self.linked, self.rules, self.rules.on)
