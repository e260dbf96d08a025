"""A whole mixed history on a real database: a girl's file with everything on it, her case, her placement, her plan.

Every word that says something of a person carries ``MARK``, so that a test can look for what should be gone.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any
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
from domain.case.state import Case
from domain.child.contacts import MakeContact
from domain.child.corrections import CorrectEvent, DisavowEvent
from domain.child.entrusted_care import (
    DesignateEntrustedCarer,
    SignEntrustedCareAgreement,
)
from domain.child.entrusted_concerns import (
    InformParentsOfCareConcern,
    RaiseEntrustedCareConcern,
    SupportEntrustedCarer,
)
from domain.child.entrusted_supervision import SuperviseEntrustedCare
from domain.child.file import OpenChildFile
from domain.child.guardian_condition import AssessGuardianshipCapacity
from domain.child.guardians import RecordGuardian, RecordGuardianAbsence
from domain.child.home_visits import MakeHomeVisit
from domain.child.household import HouseholdMember, HouseholdRecorded, RecordCareArrangement
from domain.child.state import Child
from domain.context import Actor
from domain.terms.assessment import Contributor
from domain.terms.care import (
    AbsenceReason,
    ArrangementKind,
    CapacityAssessor,
    CapacityResult,
    CareConcern,
    CareMeans,
    CarerCapability,
    HouseholdEmployment,
    Kinship,
    ParentsAnswer,
)
from domain.terms.emergency import Finding, OpinionSubject
from domain.terms.file import Sex
from domain.terms.placement import SiteKind
from domain.terms.places import DivisionId
from domain.terms.plan import PlanField, ServiceOutcome, ServiceType
from domain.terms.reports import ReportChannel, ReporterCategory, Trigger
from domain.terms.roles import Role
from domain.terms.visits import (
    HomeHazardKind,
    InfringementSign,
    VisitContactChannel,
    VisitContactWith,
    VisitPresent,
)
from projections.apart import joined, selected
from projections.readmodel import READ_MODELS
from tests.dsl import an_id, local
from tests.projections.town import BAIDI, CLERK, HUANHUA, OFFICER, TEACHER, Town, actor

MARK = "隐名"
"""In every personal text of this history, and nowhere else in the platform."""

DIRECTOR = actor("director", Role.CHILD_DIRECTOR, "village")
COMMITTEE = actor("committee member", Role.VILLAGE_COMMITTEE, "village")
OFFICIAL = actor("official", Role.DISTRICT_CIVIL_AFFAIRS, "civil affairs")
SITE, OTHER_SITE, SCHOOL, PROVIDER = (
    an_id(f"{name} of the story") for name in ("site", "other site", "school", "provider")
)
FATHER = an_id("account of the father")


def words(what: str) -> str:
    """A text of this history."""
    return f"{what}{MARK}"


@dataclass
class History:
    """The town with its child and its case, as far as they have come."""

    town: Town
    child: UUID
    case: UUID = UUID(int=0)
    year: int = 2025

    def at(self, text: str) -> None:
        """Sets the clock, ``"05-06 09:00"`` of the story's year."""
        self.town.at(f"{self.year}-{text}")

    def on_file(self, command: Any, by: Actor = DIRECTOR) -> UUID:
        """Puts a command to the file; the id of its first event."""
        return self.town.do(command, self.child, by).event_ids[0]

    def on_case(self, command: Any, by: Actor = CLERK) -> UUID:
        """Puts a command to the case; the id of its first event."""
        return self.town.do(command, self.case, by).event_ids[0]

    def file(self) -> Child:
        """The file as its events say."""
        state = self.town.platform.casebook.state(Child, self.child)
        assert isinstance(state, Child)
        return state

    def at_case(self) -> Case:
        """The case as its events say."""
        state = self.town.platform.casebook.state(Case, self.case)
        assert isinstance(state, Case)
        return state

    def row(self, table: str, **key: Any) -> dict[str, Any]:
        """The one row of a read model, with what lies beside it."""
        where = " and ".join(f"{table}.{name} = %({name})s" for name in key)
        model = READ_MODELS[table]
        query = f"select {selected(model)} from {table}{joined(model)} where {where}"
        (found,) = self.town.platform.lookup.ask(query, key)
        return found


def opened(town: Town, year: int = 2025) -> History:
    """A girl on file, school and director named."""
    town.at(f"{year}-03-03 09:00")
    opening = OpenChildFile(
        child_name=words("小禾"),
        sex=Sex.FEMALE,
        birth_on=date(2014, 5, 6),
        residence=DivisionId(HUANHUA),
        residence_address=words("三组十二号"),
        hukou=DivisionId(HUANHUA),
        school_unit_id=SCHOOL,
    )
    return History(town, town.do(opening, by=CLERK).stream_id, year=year)


def family(history: History) -> None:
    """A father away and unable for a while, a mother here, the household, an aunt who cooks."""
    for relation, name, account in (
        (Kinship.FATHER, "大山", FATHER),
        (Kinship.MOTHER, "春花", None),
    ):
        history.on_file(
            RecordGuardian(
                relation=relation,
                guardian_name=words(name),
                guardian_person_id=account,
                guardian_phone=words("138"),
                basis_document=words("户口簿"),
            )
        )
    father, mother = (g.guardian_id for g in history.file().care.guardians)
    for guardian_id in (father, mother):
        history.on_file(
            RecordGuardianAbsence(
                guardian_id=guardian_id,
                absence_reason=AbsenceReason.WORK,
                away_from_on=date(2025, 2, 8),
                away_to=words("广东某厂"),
                expected_back_on=date(2025, 12, 30),
                employer_name=words("某某公司"),
            )
        )
    history.on_file(
        AssessGuardianshipCapacity(
            guardian_id=father,
            assessors=(CapacityAssessor.TOWNSHIP,),
            capacity_result=CapacityResult.INCAPABLE,
            capacity_reasons=words("重病"),
        )
    )
    history.on_file(
        RecordCareArrangement(
            arrangement=ArrangementKind.NONE,
            actual_carer_name=words("幺姑"),
            actual_carer_relation=Kinship.UNCLE_OR_AUNT,
            actual_carer_phone=words("139"),
        )
    )
    member = HouseholdMember(
        member_name=words("幺姑"),
        member_relation=Kinship.UNCLE_OR_AUNT,
        member_employment=next(iter(HouseholdEmployment)),
    )
    household = HouseholdRecorded.Command(  # type: ignore[call-arg]
        household_size=3,
        household_members=(member,),
        household_note=words("住房漏雨"),
        hardship_found=True,
    )
    history.on_file(household)


def cared_for(history: History) -> None:
    """A grandmother designated, bound in writing, supervised, helped after a concern."""
    history.at("03-10 09:00")
    history.on_file(
        DesignateEntrustedCarer(
            carer_name=words("外婆"),
            carer_relation=Kinship.MATERNAL_GRANDMOTHER,
            carer_capability=CarerCapability.CAPABLE,
            carer_birth_on=date(1960, 1, 1),
            carer_phone=words("137"),
        ),
        COMMITTEE,
    )
    history.at("03-11 09:00")
    history.on_file(
        SignEntrustedCareAgreement(
            parents_duties=(words("按月寄钱"),),
            carer_duties=(words("照看起居"),),
            signed_on=date(2025, 3, 11),
            agreement_hash="a" * 64,
        ),
        COMMITTEE,
    )
    history.at("04-01 09:00")
    history.on_file(
        SuperviseEntrustedCare(care_findings=words("吃得好"), care_satisfactory=True), COMMITTEE
    )


def worried_about(history: History) -> None:
    """The grandmother neglects; the parents are told and keep her, with help."""
    history.at("04-02 09:00")
    history.on_file(
        RaiseEntrustedCareConcern(
            care_concern=CareConcern.NEGLECTS, concern_facts=words("打牌不管饭")
        )
    )
    father = history.file().care.guardians[0].guardian_id
    history.on_file(
        InformParentsOfCareConcern(
            informed_guardians=(father,),
            care_means=CareMeans.PHONE,
            parents_answer=ParentsAnswer.KEEP_WITH_HELP,
            answer_words=words("再给一次机会"),
        ),
        COMMITTEE,
    )


def helped(history: History) -> None:
    """She is helped, and it goes on."""
    history.on_file(SupportEntrustedCarer(help_given=words("帮助督促")), COMMITTEE)


def visited(history: History) -> tuple[UUID, UUID]:
    """A contact and a home visit: their events."""
    history.at("04-03 09:00")
    contact = history.on_file(
        MakeContact(
            contact_channel=VisitContactChannel.VIDEO,
            contact_with=(VisitContactWith.CHILD,),
            visit_notes=words("想爸爸"),
        )
    )
    history.at("04-04 09:00")
    visit = history.on_file(
        MakeHomeVisit(
            child_seen=True,
            visit_present=(VisitPresent.CARER,),
            signs_checked=tuple(InfringementSign),
            hazards_checked=tuple(HomeHazardKind),
            hazards_seen=(HomeHazardKind.WATER,),
            visit_notes=words("水缸无盖"),
        )
    )
    return contact, visit


def put_right(history: History, event_id: UUID) -> None:
    """The name was wrong; one record never happened."""
    history.on_file(
        CorrectEvent(
            target_event_id=event_id,
            what_was_wrong=words("姓名错字"),
            child_name=words("小荷"),
        )
    )
    history.on_file(DisavowEvent(target_event_id=event_id, disavowal_reason=words("记错了人")))


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
