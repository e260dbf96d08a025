"""The case of a whole mixed history: the report, the placement, the assessment, the plan and its services."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from domain.case.assessment import StartAssessment
from domain.case.assessment_questions import AskForContribution, ContributeToAssessment, QuestionPut
from domain.case.assessment_result import CompleteAssessment
from domain.case.dispatch import DispatchPolice, RecordPoliceFindings
from domain.case.handover import CompleteWrittenHandover
from domain.case.intake import AcceptReport
from domain.case.notices import NotifyTownship
from domain.case.opinion import SeekChildOpinion
from domain.case.placement_change import ChangePlacement
from domain.case.placement_start import StartShortTermGuardianship
from domain.case.plan import AdoptPlan, PlannedItem, RevisePlan
from domain.case.reports import SubmitReport
from domain.case.service_delivery import CloseService, DeliverService
from domain.case.services import AcceptService, DeclineService, ReferService
from domain.context import Actor
from domain.terms.assessment import Contributor
from domain.terms.emergency import Finding, OpinionSubject
from domain.terms.placement import SiteKind
from domain.terms.places import DivisionId
from domain.terms.plan import PlanField, ServiceOutcome, ServiceType
from domain.terms.reports import ReportChannel, ReporterCategory, Trigger
from domain.terms.roles import Role
from tests.dsl import an_id, local
from tests.projections.history_begun import (
    OTHER_SITE,
    PROVIDER,
    SCHOOL,
    SITE,
    History,
    words,
)
from tests.projections.town import BAIDI, OFFICER, TEACHER


def reported(history: History, *, where: str = BAIDI) -> None:
    """A teacher's report about her, accepted; the police are on the scene and tell the township."""
    history.at("05-06 08:50")
    report = SubmitReport(
        report_channel=ReportChannel.IN_PERSON,
        reporter_category=ReporterCategory.SCHOOL,
        reporter_name=words("田老师"),
        discovered_at=local(f"{history.year}-05-06 08:40"),
        triggers=(Trigger.LIVING_ALONE,),
        situation=words("独自在家"),
        incident_place=DivisionId(where),
        children=(history.child,),
    )
    history.case = history.town.do(report, by=TEACHER).stream_id
    history.on_case(AcceptReport(), OFFICER)
    history.on_case(DispatchPolice(), OFFICER)
    history.at("05-06 09:30")
    history.on_case(
        RecordPoliceFindings(findings=(Finding.LIVING_ALONE,), finding_facts=words("独居两周")),
        OFFICER,
    )
    history.on_case(NotifyTownship(notice_text=words("儿童独自居住")), OFFICER)


def placed(history: History) -> UUID:
    """Heard, handed over, placed at a site; the placement."""
    history.at("05-06 10:00")
    history.on_case(
        SeekChildOpinion(
            opinion_about=OpinionSubject.PLACEMENT,
            able_to_express=True,
            child_words=words("不想离开学校"),
            opinion_followed=True,
        ),
        OFFICER,
    )
    history.at("05-06 11:00")
    history.on_case(_handover(history), OFFICER)
    history.at("05-06 12:00")
    history.on_case(
        StartShortTermGuardianship(
            site_kind=SiteKind.TEMPORARY_CARE_SITE,
            site_unit_id=SITE,
            site_address=words("镇上某处"),
            placed_with=words("值班阿姨"),
            best_interest_reason=words("就近上学"),
            placement_ground=words("无人照料"),
            child_wishes=words("想上学"),
            health_considered=words("健康"),
            address_considered=words("近"),
            school_considered=words("不转学"),
        )
    )
    (placement,) = history.at_case().placement.placements
    return placement.placement_id


def handed_over(history: History) -> None:
    """To whoever has the child next."""
    history.on_case(_handover(history), OFFICER)


def moved(history: History) -> None:
    """To another site."""
    history.at("05-07 10:00")
    history.on_case(_handover(history), OFFICER)
    history.on_case(
        ChangePlacement(
            site_kind=SiteKind.CHILD_WELFARE_INSTITUTION,
            site_unit_id=OTHER_SITE,
            site_address=words("县城某处"),
            best_interest_reason=words("离家更近"),
            change_reason=words("站点装修"),
        )
    )


def _handover(history: History) -> CompleteWrittenHandover:
    return CompleteWrittenHandover(
        giver_name=words("民警"),
        receiver_name=words("站点人员"),
        handover_place=words("派出所"),
        handed_over_at=history.town.now[0],
        child_condition=words("平稳"),
        belongings=words("书包"),
        giver_signed=True,
        receiver_signed=True,
        handover_hash="b" * 64,
    )


def assessed(history: History) -> tuple[UUID, UUID]:
    """The school and the police asked, both answer, the assessment is done: the two questions."""
    history.at("05-08 09:00")
    history.on_case(
        StartAssessment(
            questions=(
                QuestionPut(
                    contributor=Contributor.SCHOOL,
                    question=words("在校表现"),
                    contributor_unit_id=SCHOOL,
                ),
            )
        )
    )
    history.on_case(AskForContribution(contributor=Contributor.POLICE, question=words("家中警情")))
    school, police = (q.question_id for q in history.at_case().assessment.questions)
    teacher = Actor(person_id=an_id("head"), role=Role.SCHOOL_HEAD.value, unit_id=SCHOOL)
    history.on_case(ContributeToAssessment(question_id=school, answer=words("沉默寡言")), teacher)
    return school, police


def concluded(history: History) -> None:
    """The dimensions answered."""
    history.at("05-09 09:00")
    history.on_case(
        CompleteAssessment(
            safety_situation=words("安全"),
            family_situation=words("困难"),
            guardianship_situation=words("缺位"),
            health_situation=words("良好"),
            recommended_services=(ServiceType.COUNSELLING,),
        )
    )


def planned(history: History) -> tuple[UUID, UUID]:
    """A plan with two services: its items."""
    history.at("05-12 09:00")
    items = tuple(
        PlannedItem(
            service=service,
            plan_field=PlanField.WELFARE,
            need=words(need),
            provider_unit_id=PROVIDER,
            item_due_on=date(2025, 6, 30),
        )
        for service, need in (
            (ServiceType.COUNSELLING, "心理疏导"),
            (ServiceType.TUTORING, "补课"),
        )
    )
    history.on_case(
        AdoptPlan(items=items, living_support=words("低保"), plan_opinion=words("同意"))
    )
    first, second = (i.item_id for i in history.at_case().plan.items)
    return first, second


def served(history: History, item_id: UUID, other_id: UUID) -> None:
    """One declined at first, then delivered and closed; the other withdrawn."""
    worker = Actor(person_id=an_id("worker"), role=Role.SOCIAL_WORKER.value, unit_id=PROVIDER)
    history.on_case(ReferService(item_id=item_id, referral_reason=words("专业")))
    history.on_case(
        DeclineService(item_id=item_id, service_decline_reason=words("人手不足")), worker
    )
    history.on_case(
        ReferService(item_id=item_id, referral_reason=words("再次"), provider_unit_id=PROVIDER)
    )
    history.on_case(AcceptService(item_id=item_id), worker)
    history.at("05-20 09:00")
    history.on_case(DeliverService(item_id=item_id, service_note=words("谈话一次")), worker)
    history.on_case(CloseService(item_id=item_id, service_outcome=ServiceOutcome.ACHIEVED), worker)
    history.on_case(
        RevisePlan(
            withdrawn=(other_id,),
            revision_reason=words("不再需要"),
            education_support=words("补助"),
        )
    )
