"""A whole mixed history on a real database: a girl's file with everything on it, her case, her placement, her plan."""

from __future__ import annotations

from datetime import date
from uuid import UUID

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
from domain.terms.care import (
    AbsenceReason,
    ArrangementKind,
    CapacityAssessor,
    CapacityNextStep,
    CapacityResult,
    CareConcern,
    CareMeans,
    CarerCapability,
    HouseholdEmployment,
    Kinship,
    ParentsAnswer,
)
from domain.terms.file import Sex
from domain.terms.places import DivisionId
from domain.terms.visits import (
    HomeHazardKind,
    InfringementSign,
    VisitContactChannel,
    VisitContactWith,
    VisitPresent,
)
from tests.projections.history_begun import (
    COMMITTEE,
    FATHER,
    MARK,
    OTHER_SITE,
    PROVIDER,
    SCHOOL,
    SITE,
    History,
    words,
)
from tests.projections.history_of_case import (
    assessed,
    concluded,
    handed_over,
    moved,
    placed,
    planned,
    reported,
    served,
)
from tests.projections.town import CLERK, HUANHUA, Town


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
            capacity_next=CapacityNextStep.SUPPORT,
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


__all__ = [
    "FATHER",
    "MARK",
    "OTHER_SITE",
    "PROVIDER",
    "SCHOOL",
    "SITE",
    "History",
    "assessed",
    "cared_for",
    "concluded",
    "family",
    "handed_over",
    "helped",
    "moved",
    "opened",
    "placed",
    "planned",
    "put_right",
    "reported",
    "served",
    "visited",
    "words",
    "worried_about",
]
