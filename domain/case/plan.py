"""帮扶方案 · One plan a child, by its needs (SH2020-3.2-a: 因人施策、按需帮扶; SH2020-5.2-b; CN2017-2-d).

CN2017 names five fields of protection; there each is answered, if only with "nothing needed". Elsewhere
the plan is its items. It rests on a completed assessment.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Annotated
from uuid import UUID

from domain.case.mind_apart import nothing_of_the_mind
from domain.case.plan_state import PlanItem, PlanState
from domain.case.report_state import Stage
from domain.case.state import CASE_OPEN, Case
from domain.case.which_child import the_child
from domain.kernel import Command, Event, Message, Refusal, Value
from domain.labels import name_fields
from domain.periods import add, local_date
from domain.replacing import replace
from domain.rulebook import Rules
from domain.sensitivity import P0, P2, P3
from domain.terms.plan import ItemStatus, PlanField, ServiceType

name_fields(
    living_support=("基本生活保障", "Basic living"),
    medical_support=("基本医疗保障", "Basic medical care"),
    education_support=("教育保障", "Education"),
    judicial_support=("司法保障", "Judicial protection"),
    welfare_support=("福利服务", "Welfare services"),
    items=("帮扶事项", "Items of the plan"),
    item_id=("帮扶事项", "Item of the plan"),
    item_ids=("帮扶事项编号", "Ids of the items"),
    withdrawn=("撤销的事项", "Items withdrawn"),
    plan_field=("保障方面", "Field of protection"),
    service=("服务种类", "Service"),
    need=("需求", "Need"),
    item_due_on=("事项期限", "Due"),
    plan_opinion=("儿童对方案的意见", "The child on the plan"),
    plan_review_on=("方案复核日期", "Review the plan on"),
    revision_reason=("调整理由", "Why the plan changes"),
)

ASSESSMENT_NOT_COMPLETED = Refusal(
    "assessment_not_completed",
    zh="须先完成调查评估",
    en="The assessment must be completed first",
)
PLAN_ADOPTED = Refusal(
    "plan_already_adopted",
    zh="该儿童已有帮扶方案,请调整方案",
    en="The child has a plan already: revise it",
)
NO_PLAN = Refusal("no_plan", zh="该儿童尚无帮扶方案", en="The child has no plan yet")
PLAN_FIELD_MISSING = Refusal(
    "plan_field_missing",
    zh="帮扶方案须逐项说明五个保障方面",
    en="The plan answers each of the five fields of protection",
    clauses=("CN2017-2-d",),
)
UNKNOWN_ITEM = Refusal("unknown_item", zh="没有此帮扶事项", en="There is no such item")
ITEM_IS_DONE = Refusal("item_is_done", zh="该帮扶事项已结束", en="This item is closed or withdrawn")
REVISION_REASON_MISSING = Refusal(
    "revision_reason_missing", zh="须说明调整理由", en="Say why the plan changes"
)

_FIELD = {
    PlanField.LIVING: ("living_support", "livingSupport"),
    PlanField.MEDICAL: ("medical_support", "medicalSupport"),
    PlanField.EDUCATION: ("education_support", "educationSupport"),
    PlanField.JUDICIAL: ("judicial_support", "judicialSupport"),
    PlanField.WELFARE: ("welfare_support", "welfareSupport"),
}


class PlannedItem(Value):
    """帮扶事项 · One service the child needs, from whom, until when."""

    service: Annotated[ServiceType, P3]
    plan_field: Annotated[PlanField, P3]
    need: Annotated[str, P3]
    provider_unit_id: Annotated[UUID | None, P3] = None
    item_due_on: Annotated[date | None, P3] = None


class Planned(Message):
    """The five fields, and what the child says to it."""

    living_support: Annotated[str | None, P3] = None
    medical_support: Annotated[str | None, P3] = None
    education_support: Annotated[str | None, P3] = None
    judicial_support: Annotated[str | None, P3] = None
    welfare_support: Annotated[str | None, P3] = None
    plan_opinion: Annotated[str | None, P3] = None
    items: Annotated[tuple[PlannedItem, ...], P3] = ()


class PlanAdopted(Planned, Event[Case], name="case.plan_adopted", zh="帮扶方案", en="Plan adopted"):
    """The child's plan; ``item_ids`` name the items in their order."""

    child_id: Annotated[UUID | None, P2] = None
    item_ids: Annotated[tuple[UUID, ...], P0] = ()
    plan_review_on: Annotated[date, P2]

    def evolve(self, case: Case) -> Case:
        """Planned; services follow."""
        early = {Stage.ASSESSING, Stage.NOTIFIED, Stage.HANDLING, Stage.ON_SCENE}
        plan = _with_items(case.plan, self.child_id, self.item_ids, self.items)
        return replace(
            case,
            stage=Stage.PLANNED if case.stage in early else case.stage,
            plan=replace(plan, adopted=plan.adopted | {self.child_id}),
        )


class AdoptPlan(
    Planned,
    Command[Case],
    name="case.adopt_plan",
    zh="制定帮扶方案",
    en="Adopt the plan",
    when=CASE_OPEN,
    clauses=(
        "SH2020-3.2-a",
        "SH2020-4.3-c",
        "SH2020-5.2-b",
        "CQ2016-4.3-c",
        "CQ2016-4.3-d",
        "CN2017-2-d",
        "CN2017-4.4-a",
    ),
):
    """By the township, on the assessment."""

    child_id: Annotated[UUID | None, P2] = None

    def decide(self, case: Case) -> Iterator[Event[Case]]:
        """After the assessment, one a child, all five fields where the text has them."""
        child = the_child(case, self.child_id)
        if not case.assessment.completed:
            raise ASSESSMENT_NOT_COMPLETED(cite=self.rules.cite("assessment_lead"))
        if child in case.plan.adopted:
            raise PLAN_ADOPTED(field="childId")
        self._fields_are_answered()
        nothing_of_the_mind(self.rules, (i.service for i in self.items), "items")
        yield PlanAdopted.of(
            self,
            child_id=child,
            item_ids=_ids_for(self, self.items),
            plan_review_on=_review_on(self.rules, local_date(self.occurred_at)),
        )

    def _fields_are_answered(self) -> None:
        """By an item or a sentence; only where a text, not the platform, names the fields."""
        served = {item.plan_field for item in self.items}
        for plan_field in PlanField:
            name, shown = _FIELD[plan_field]
            answered = plan_field in served or bool((getattr(self, name) or "").strip())
            cite = self.rules.cite("plan_fields", plan_field)
            if cite and not answered:
                raise PLAN_FIELD_MISSING(cite=cite, field=shown, zh=plan_field.zh, en=plan_field.en)


class PlanRevised(Planned, Event[Case], name="case.plan_revised", zh="方案调整", en="Plan revised"):
    """Items added and withdrawn, with the reason; what was done stays on record."""

    child_id: Annotated[UUID | None, P2] = None
    item_ids: Annotated[tuple[UUID, ...], P0] = ()
    withdrawn: Annotated[tuple[UUID, ...], P0] = ()
    revision_reason: Annotated[str, P3]
    plan_review_on: Annotated[date, P2]

    def evolve(self, case: Case) -> Case:
        """The plan as it now stands."""
        plan = _with_items(case.plan, self.child_id, self.item_ids, self.items)
        for item_id in self.withdrawn:
            item = plan.item(item_id)
            if item is not None:
                plan = plan.put(replace(item, status=ItemStatus.WITHDRAWN))
        return replace(case, plan=plan)


class RevisePlan(
    Planned,
    Command[Case],
    name="case.revise_plan",
    zh="调整帮扶方案",
    en="Revise the plan",
    when=CASE_OPEN,
    clauses=("SH2020-3.2-a", "SH2020-5.2-b", "CN2017-2-d"),
):
    """By the township, at a review or when needs change; a text left out stays as it was."""

    child_id: Annotated[UUID | None, P2] = None
    withdrawn: Annotated[tuple[UUID, ...], P0] = ()
    revision_reason: Annotated[str, P3]

    def decide(self, case: Case) -> Iterator[Event[Case]]:
        """Of a plan that there is, and only of what is still open."""
        child = the_child(case, self.child_id)
        if child not in case.plan.adopted:
            raise NO_PLAN(field="childId")
        if not self.revision_reason.strip():
            raise REVISION_REASON_MISSING(field="revisionReason")
        for item_id in self.withdrawn:
            item = case.plan.item(item_id)
            if item is None or item.child_id != child:
                raise UNKNOWN_ITEM(field="withdrawn")
            if not item.is_open:
                raise ITEM_IS_DONE(field="withdrawn")
        nothing_of_the_mind(self.rules, (i.service for i in self.items), "items")
        yield PlanRevised.of(
            self,
            child_id=child,
            item_ids=_ids_for(self, self.items),
            plan_review_on=_review_on(self.rules, local_date(self.occurred_at)),
        )


def _ids_for(command: Command[Case], items: tuple[PlannedItem, ...]) -> tuple[UUID, ...]:
    return tuple(command.new_id(f"item/{n}") for n in range(len(items)))


def _review_on(rules: Rules, today: date) -> date:
    return add(today, rules.duration("plan_review_interval"))


def _with_items(
    plan: PlanState,
    child_id: UUID | None,
    item_ids: tuple[UUID, ...],
    items: tuple[PlannedItem, ...],
) -> PlanState:
    """After erasure only the ids are left: an item without its words counts as done, not as open."""
    for n, item_id in enumerate(item_ids):
        planned = items[n] if n < len(items) else None
        plan = plan.put(
            PlanItem(
                item_id=item_id,
                child_id=child_id,
                service=planned.service if planned else ServiceType.OTHER,
                provider_unit_id=planned.provider_unit_id if planned else None,
                due_on=planned.item_due_on if planned else None,
                status=ItemStatus.PLANNED if planned else ItemStatus.WITHDRAWN,
            )
        )
    return plan
