"""评估结论 · What the assessment finds, dimension by dimension, and what follows from it.

Services are recommended (SH2020-4.3-c, CQ2016-4.3-d), and hardship of the guardian's family is
passed on to those who decide about assistance (SH2020-4.3-d, CQ2016-4.3-f, CN2017-3.1-a): Q-20.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Annotated
from uuid import UUID

from domain.case.assessment_questions import ASSESSING
from domain.case.mind_apart import nothing_of_the_mind
from domain.case.report_routing import unit_at
from domain.case.state import Case
from domain.kernel import Command, Event, Message, Refusal
from domain.labels import name_fields
from domain.periods import local_date
from domain.replacing import replace
from domain.risk import RiskFactor
from domain.sensitivity import P0, P2, P3, P4
from domain.terms.assessment import Dimension
from domain.terms.entitlements import EntitlementType
from domain.terms.plan import ServiceType
from domain.terms.units import UnitKind

name_fields(
    safety_situation=("安全处境", "Safety situation"),
    family_situation=("家庭处境", "Family situation"),
    guardianship_situation=("监护情况", "Guardianship situation"),
    health_situation=("身心健康状况", "Physical and mental health"),
    recommended_services=("建议的专业服务", "Recommended services"),
    hardship=("家庭经济困难", "Economic hardship"),
    hardship_facts=("困难情况", "Facts of the hardship"),
    entitlements=("可能符合的保障待遇", "Assistance indicated"),
    entitlement_unit_id=("待遇认定单位", "Unit that decides on assistance"),
    entitlement_by=("待遇认定时限", "Decide on assistance by"),
)

DIMENSION_MISSING = Refusal(
    "dimension_missing",
    zh="评估的必答方面尚有空缺",
    en="A dimension that must be assessed is empty",
)
HARDSHIP_FACTS_MISSING = Refusal(
    "hardship_facts_missing",
    zh="认定家庭经济困难的,须写明困难情况",
    en="Say in what the hardship consists",
    clauses=("SH2020-4.3-d", "CQ2016-4.3-f"),
)

_FIELD = {
    Dimension.SAFETY: "safety_situation",
    Dimension.FAMILY: "family_situation",
    Dimension.GUARDIANSHIP: "guardianship_situation",
    Dimension.HEALTH: "health_situation",
}
_INPUT = {
    Dimension.SAFETY: "safetySituation",
    Dimension.FAMILY: "familySituation",
    Dimension.GUARDIANSHIP: "guardianshipSituation",
    Dimension.HEALTH: "healthSituation",
}


class Assessed(Message):
    """The answers, dimension by dimension, and what they lead to."""

    safety_situation: Annotated[str | None, P4] = None
    family_situation: Annotated[str | None, P4] = None
    guardianship_situation: Annotated[str | None, P4] = None
    health_situation: Annotated[str | None, P4] = None
    recommended_services: Annotated[tuple[ServiceType, ...], P3] = ()
    hardship: Annotated[bool, P3] = False


class AssessmentCompleted(
    Assessed, Event[Case], name="case.assessment_completed", zh="评估结论", en="Assessed"
):
    """The assessment is done; a plan may be adopted."""

    assessment_id: Annotated[UUID, P0]

    def evolve(self, case: Case) -> Case:
        """Hardship found is a risk fact; hardship no longer found is none (RF-24)."""
        facts = case.facts.closed(RiskFactor.RF_24)
        if self.hardship:
            facts = facts.opened(RiskFactor.RF_24, self)
        return replace(
            case,
            facts=facts,
            assessment=replace(
                case.assessment, running=False, completed=True, hardship=self.hardship
            ),
        )


class EntitlementScreened(
    Event[Case], name="case.entitlement_screened", zh="资格筛查", en="Entitlement indicated"
):
    """The facts indicate assistance for this child: somebody must decide (Q-20)."""

    child_id: Annotated[UUID | None, P2] = None
    entitlements: Annotated[tuple[EntitlementType, ...], P3] = ()
    hardship_facts: Annotated[str, P3]
    entitlement_unit_id: Annotated[UUID | None, P2] = None
    entitlement_by: Annotated[date, P2]
    date_provisional: Annotated[bool, P0] = False


class CompleteAssessment(
    Assessed,
    Command[Case],
    name="case.complete_assessment",
    zh="作出评估结论",
    en="Complete the assessment",
    when=ASSESSING,
    clauses=(
        "SH2020-4.3-a",
        "SH2020-4.3-c",
        "SH2020-4.3-d",
        "CQ2016-4.3-a",
        "CQ2016-4.3-c",
        "CQ2016-4.3-d",
        "CQ2016-4.3-f",
        "CN2017-4.3-a",
    ),
):
    """By the lead, once every mandatory dimension is answered."""

    hardship_facts: Annotated[str | None, P3] = None
    entitlements: Annotated[tuple[EntitlementType, ...], P3] = ()

    def decide(self, case: Case) -> Iterator[Event[Case]]:
        """进行调查评估: nothing mandatory is left empty."""
        self._nothing_is_missing(case)
        nothing_of_the_mind(self.rules, self.recommended_services, "recommendedServices")
        facts = (self.hardship_facts or "").strip()
        if self.hardship and not facts:
            raise HARDSHIP_FACTS_MISSING(field="hardshipFacts")
        assert case.assessment.assessment_id is not None
        yield AssessmentCompleted.of(self, assessment_id=case.assessment.assessment_id)
        if self.hardship:
            for child in case.children or (None,):
                yield self._screened(case, child, facts)

    def _nothing_is_missing(self, case: Case) -> None:
        for dimension in Dimension:
            answer = getattr(self, _FIELD[dimension]) or ""
            if dimension in case.assessment.dimensions and not answer.strip():
                raise DIMENSION_MISSING(
                    cite=self.rules.cite("assessment_dimensions", dimension),
                    field=_INPUT[dimension],
                    zh=dimension.zh,
                    en=dimension.en,
                )

    def _screened(self, case: Case, child_id: UUID | None, facts: str) -> EntitlementScreened:
        days = self.rules.working_days("entitlement_working_days")
        due = self.workdays.add(local_date(self.occurred_at), days)
        return EntitlementScreened(
            child_id=child_id,
            entitlements=self.entitlements,
            hardship_facts=facts,
            entitlement_unit_id=unit_at(self, UnitKind.DISTRICT_CIVIL_AFFAIRS, case.place),
            entitlement_by=due.day,
            date_provisional=due.provisional,
        )
