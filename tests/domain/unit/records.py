"""Every plain record of a unit, as it is put and where, with a clause that it rests on."""

from __future__ import annotations

from datetime import date
from typing import Any

from domain.kernel import Record
from domain.terms.care import Industry
from domain.terms.oversight import (
    Answerable,
    CoordinationBody,
    CoordinationLevel,
    Failing,
    Merit,
    PlanDocument,
    PublicityMedium,
    PublicityTopic,
)
from domain.terms.safety import (
    ActivityPeriod,
    CareProgramme,
    FacilityKind,
    FundingMode,
    HazardSite,
    ProviderKind,
    ProviderStanding,
    ShelterKind,
    SiteHazardTopic,
    VenueAction,
    VenueKind,
)
from domain.terms.workforce import Appraisal, Qualification, WorkListKind
from domain.unit.accountability import AccountabilityDecided, CommendationRecorded
from domain.unit.attestations import SchoolMentalResourceRecorded
from domain.unit.conference import (
    ConferenceHeld,
    CoordinationBodyRegistered,
    ProfessionalGuidanceGiven,
)
from domain.unit.funding import FundingRecorded
from domain.unit.hazards import HazardInspectionDone, ProhibitedVenueIncidentRecorded
from domain.unit.plans_filed import (
    AppraisalMethodFiled,
    ImplementationPlanFiled,
    WorkListIssued,
)
from domain.unit.providers import (
    ActivityHeld,
    FacilityRegistered,
    PlacementSiteRegistered,
    ProgrammeRegistered,
    ProviderRegistered,
    ProviderStandingRecorded,
)
from domain.unit.publicity import PublicityActivityHeld
from domain.unit.training import QualificationRecorded, WorkerAppraised
from tests.domain.unit.cast import CHONGMING, FENGJIE, MS_P, TOWNSHIP
from tests.dsl import an_id, place

CHANGNING = place("上海市/长宁区")
IN_CHONGQING = (FENGJIE, "2025-03-03 09:00")
IN_CHONGMING = (CHONGMING, "2025-03-03 09:00")
IN_CHANGNING = (CHANGNING, "2020-03-03 09:00")


def provider(kind: ProviderKind, funding: FundingMode = FundingMode.OWN) -> ProviderRegistered:
    """One entry of the register of providers."""
    return ProviderRegistered(provider_kind=kind, organisation_name="某机构", funding_mode=funding)


def facility(kind: FacilityKind) -> FacilityRegistered:
    """One entry of the register of facilities."""
    return FacilityRegistered(facility_kind=kind, facility_name="某处", facility_address="某路1号")


def activity(
    programme: CareProgramme,
    industry: Industry | None = None,
    venue: FacilityKind | None = None,
    period: ActivityPeriod = ActivityPeriod.WEEKEND,
) -> ActivityHeld:
    """One care activity."""
    return ActivityHeld(
        care_programme=programme,
        activity_period=period,
        participants=24,
        activity_industry=industry,
        facility_kind=venue,
    )


def standing_programme(programme: CareProgramme) -> ProgrammeRegistered:
    """One entry of the register of programmes."""
    return ProgrammeRegistered(
        care_programme=programme,
        programme_title=programme.zh,
        funding_mode=FundingMode.PURCHASED,
        programme_from_on=date(2024, 9, 1),
    )


FIVE_PROJECTS = (
    CareProgramme.GUARDIAN_STAR,
    CareProgramme.SCIENCE_CAMP,
    CareProgramme.MOTHER_NEXT_DOOR,
    CareProgramme.LABOUR_WEEK,
    CareProgramme.VOCATION_DAY,
)
"""“守护星”“科普夏令营”“邻家妈妈”“学生劳动教育宣传周”“学生职业体验日”."""


RECORDS: list[tuple[Record[Any], tuple[str, str], str]] = [
    *((standing_programme(one), IN_CHONGMING, "SH2024-2.1.3-b") for one in FIVE_PROJECTS),
    *((activity(one), IN_CHONGMING, "SH2024-2.1.3-b") for one in FIVE_PROJECTS),
    (standing_programme(CareProgramme.HEARTS_TOGETHER), IN_CHONGQING, "CQ2024-2.2-g"),
    (standing_programme(CareProgramme.COLOURFUL_HOLIDAY), IN_CHONGQING, "CQ2024-3.4-b"),
    (standing_programme(CareProgramme.LOVE_AND_COMPANY), IN_CHONGMING, "SH2024-2.2.5-d"),
    (standing_programme(CareProgramme.ROOM_OF_LIGHT), IN_CHONGMING, "SH2024-2.3.10-c"),
    (provider(ProviderKind.AFTER_SCHOOL), IN_CHONGMING, "SH2020-3.5-c"),
    (provider(ProviderKind.AFTER_SCHOOL), IN_CHONGQING, "CQ2016-3.5-c"),
    (provider(ProviderKind.AFTER_SCHOOL), IN_CHONGQING, "CQ2024-2.7-c"),
    (provider(ProviderKind.SOCIAL_WORK, FundingMode.PURCHASED), IN_CHONGQING, "CQ2016-3.5-b"),
    (provider(ProviderKind.SOCIAL_WORK, FundingMode.PURCHASED), IN_CHANGNING, "CN2017-5.1-y"),
    (standing_programme(CareProgramme.PARENT_GROWTH), IN_CHONGQING, "CQ2024-2.1-f"),
    (provider(ProviderKind.RETIREES), IN_CHONGQING, "CQ2016-3.4-k"),
    (provider(ProviderKind.CHARITY), IN_CHANGNING, "CN2017-5.3-a"),
    (provider(ProviderKind.SOCIAL_WORK), IN_CHONGQING, "CQ2024-2.7-a"),
    (provider(ProviderKind.SOCIAL_WORK, FundingMode.INCUBATED), IN_CHONGMING, "SH2024-2.5.17-a"),
    (
        ProviderStandingRecorded(
            provider_event_id=an_id("registration"),
            provider_standing=ProviderStanding.TO_CORRECT,
            standing_reason="人员未经入职查询",
        ),
        IN_CHONGQING,
        "CQ2024-2.7-a",
    ),
    (facility(FacilityKind.PUBLIC_SERVICE), IN_CHONGMING, "SH2020-5.3-d"),
    (facility(FacilityKind.SCIENCE_MUSEUM), IN_CHONGQING, "CQ2016-6.2-c"),
    (facility(FacilityKind.WOMENS_HOME), IN_CHANGNING, "CN2017-5.2-a"),
    (activity(CareProgramme.OTHER, Industry.CONSTRUCTION), IN_CHONGMING, "SH2020-3.4-b"),
    (activity(CareProgramme.OTHER), IN_CHONGQING, "CQ2016-3.4-c"),
    (activity(CareProgramme.LASTING_LOVE), IN_CHONGQING, "CQ2016-3.4-f"),
    (activity(CareProgramme.HAND_IN_HAND), IN_CHONGQING, "CQ2016-3.4-l"),
    (
        activity(CareProgramme.OTHER, period=ActivityPeriod.SUMMER_HOLIDAY),
        IN_CHANGNING,
        "CN2017-3.5.1-b",
    ),
    (activity(CareProgramme.OTHER, venue=FacilityKind.YOUTH_CENTRE), IN_CHANGNING, "CN2017-5.2-a"),
    (
        PlacementSiteRegistered(
            shelter_kind=ShelterKind.RESCUE,
            organisation_name="奉节县救助管理站",
            capacity=12,
            shelter_address="永安街道",
        ),
        IN_CHONGQING,
        "CQ2016-6.2-a",
    ),
    (
        PlacementSiteRegistered(
            shelter_kind=ShelterKind.WELFARE,
            organisation_name="奉节县儿童福利院",
            capacity=40,
            shelter_address="夔门街道",
        ),
        IN_CHONGQING,
        "CQ2024-2.5-f",
    ),
    (
        ProfessionalGuidanceGiven(
            guided_unit_id=an_id("care home"), guidance_topic="医疗保健、传染病防控"
        ),
        IN_CHANGNING,
        "CN2017-5.1-ab",
    ),
    (
        ImplementationPlanFiled(
            plan_document=PlanDocument.IMPLEMENTATION_PLAN,
            document_title="奉节县农村留守儿童关爱保护实施方案",
            document_version=1,
        ),
        IN_CHONGQING,
        "CQ2016-3.2-b",
    ),
    (
        WorkListIssued(
            work_list_kind=WorkListKind.MIND_GUIDE,
            document_version=2,
            work_list_items=("情绪低落", "亲子冲突"),
        ),
        IN_CHONGQING,
        "CQ2024-2.2-d",
    ),
    (
        QualificationRecorded(
            person_id=MS_P, qualification=Qualification.SOCIAL_WORKER, passed_on=date(2024, 6, 1)
        ),
        IN_CHONGMING,
        "SH2024-2.5.15-f",
    ),
    (
        WorkerAppraised(person_id=MS_P, appraisal_year=2024, appraisal=Appraisal.EXCELLENT),
        IN_CHONGMING,
        "SH2024-2.5.15-f",
    ),
    (
        HazardInspectionDone(
            hazard_site=HazardSite.SCHOOL,
            inspected_site_name="草堂小学",
            site_hazard_topics=(SiteHazardTopic.BULLYING, SiteHazardTopic.DEFENCE),
            hazards_found=2,
        ),
        IN_CHONGQING,
        "CQ2024-2.4-e",
    ),
    (
        ProhibitedVenueIncidentRecorded(
            venue_kind=VenueKind.KTV,
            venue_name="某歌城",
            venue_action=VenueAction.SUSPENDED,
            children_found=3,
        ),
        IN_CHONGQING,
        "CQ2024-2.6-g",
    ),
    (
        SchoolMentalResourceRecorded(counselling_room=True, mind_teacher=False, mind_course=True),
        IN_CHONGQING,
        "CQ2024-2.2-c",
    ),
    (
        ProviderRegistered(
            provider_kind=ProviderKind.REHABILITATION,
            organisation_name="康复中心",
            funding_mode=FundingMode.PURCHASED,
            licence_number="长残康字1号",
        ),
        IN_CHANGNING,
        "CN2017-3.3-c",
    ),
    (
        PlacementSiteRegistered(
            shelter_kind=ShelterKind.HOTEL,
            organisation_name="某酒店",
            capacity=4,
            shelter_address="某路1号",
        ),
        IN_CHANGNING,
        "CN2017-4.3-b",
    ),
    (
        FacilityRegistered(
            facility_kind=FacilityKind.CHILDREN_HOME,
            facility_name="儿童之家",
            facility_address="某路2号",
        ),
        IN_CHONGMING,
        "SH2020-3.5-a",
    ),
    (
        ActivityHeld(
            care_programme=CareProgramme.HALF_PAST_FOUR,
            activity_period=ActivityPeriod.AFTER_SCHOOL,
            participants=22,
        ),
        IN_CHONGQING,
        "CQ2016-3.4-d",
    ),
    (
        CoordinationBodyRegistered(
            coordination_body=CoordinationBody.CARE_MECHANISM,
            coordination_level=CoordinationLevel.DISTRICT,
            member_units=("民政", "教育", "公安"),
        ),
        IN_CHONGQING,
        "CQ2016-6.1-b",
    ),
    (
        ConferenceHeld(
            coordination_body=CoordinationBody.DIFFICULTY_CONFERENCE,
            member_units=("民政", "妇儿办"),
            agenda=("逾期任务",),
            conference_decisions=("限期办结",),
        ),
        IN_CHANGNING,
        "CN2017-5.1-a",
    ),
    (
        ProfessionalGuidanceGiven(guided_unit_id=TOWNSHIP, guidance_topic="委托照护监督"),
        IN_CHONGMING,
        "SH2020-3.2-h",
    ),
    (
        ImplementationPlanFiled(
            plan_document=PlanDocument.IMPLEMENTATION_PLAN,
            document_title="实施方案",
            document_version=2,
        ),
        IN_CHONGQING,
        "CQ2016-7-a",
    ),
    (
        AppraisalMethodFiled(document_title="督查考核办法", document_version=1),
        IN_CHONGMING,
        "SH2020-5.4-e",
    ),
    (
        WorkListIssued(
            work_list_kind=WorkListKind.DIRECTOR_DUTIES,
            document_version=3,
            work_list_items=("每月联系", "每两月入户"),
        ),
        IN_CHONGMING,
        "SH2024-2.3.7-b",
    ),
    (
        CommendationRecorded(
            answerable=Answerable.SOCIAL_ORGANISATION,
            answerable_name="某基金会",
            merit=Merit.SOCIAL_CONTRIBUTION,
            commendation_text="捐建儿童之家",
        ),
        IN_CHONGQING,
        "CQ2016-6.3-e",
    ),
    (
        AccountabilityDecided(
            answerable=Answerable.UNIT,
            answerable_name="某镇",
            failing=Failing.SHIRKING,
            accountability_text="通报批评",
        ),
        IN_CHONGMING,
        "SH2020-5.4-h",
    ),
    (
        FundingRecorded(
            funding_year=2025,
            funding_level=CoordinationLevel.CITY,
            amount_yuan=350_000,
            funding_use="临时照料",
        ),
        IN_CHONGQING,
        "CQ2024-4-b",
    ),
    (
        PublicityActivityHeld(
            publicity_topics=(PublicityTopic.MANDATORY_REPORT,),
            publicity_medium=PublicityMedium.NEW_MEDIA,
        ),
        IN_CHONGMING,
        "SH2024-4.3-b",
    ),
    *(
        (
            PublicityActivityHeld(
                publicity_topics=(PublicityTopic.LAWS, PublicityTopic.FAMILY_EDUCATION),
                publicity_medium=PublicityMedium.WORKPLACE,
                activity_industry=industry,
            ),
            IN_CHONGMING,
            "SH2020-3.1-f",
        )
        for industry in Industry
    ),
]
