"""The boy W. of scenario 4 (Changning, 2019), step by step up to the hotel and out of it again."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from ops.demo_world import BY_KEY, DAJINGENG, UNIT_BY_KEY
from tests.journeys.children import ChildOfStory, guardian, open_file
from tests.journeys.person import Answer
from tests.journeys.wire import local
from tests.journeys.world import World

HOTEL = "仙霞路350号悦来酒店1206室"
WORDS = "不去姑姑家"
ORDER = ("OTHER_GUARDIAN", "RELATIVE", "RESIDENTIAL_COMMITTEE")
ESCORT = {
    "escort_destination": "TEMPORARY_CARE_INSTITUTION",
    "escort_address": HOTEL,
    "nearest_because": "距派出所600米,街道值班站点",
    "best_interest_reason": "当晚有人照看,离学校近",
}
HANDOVER: dict[str, Any] = {
    "giver_name": "丁伟民",
    "receiver_name": "尤桂芳",
    "receiver_unit_id": UNIT_BY_KEY["cn_site"].id,
    "handover_place": HOTEL,
    "child_condition": "左臂固定,情绪稳定",
    "belongings": "书包一只,换洗衣物",
    "giver_signed": True,
    "receiver_signed": True,
    "handover_hash": "0a" * 32,
}
FACTORS = {
    "child_wishes": "不去姑姑家,愿意住在学校附近",
    "health_considered": "左臂骨裂,需每日换药",
    "address_considered": "与原住处隔两条马路",
    "school_considered": "步行十分钟可到校",
}
PLACING: dict[str, Any] = {
    "site_kind": "HOTEL",
    "site_unit_id": UNIT_BY_KEY["cn_site"].id,
    "site_address": HOTEL,
    "best_interest_reason": "远离施暴者,不中断学业",
    "placement_ground": "监护人侵害,无人可接手照料",
    **FACTORS,
}


SERVICES = (
    ("TUTORING", "cn_sw", "cn_sw"),
    ("LEGAL_SERVICE", "cn_justice", "cn_justice"),
    ("MEDICAL", "cn_hospital", "cn_doctor"),
)
"""What the plan sends to whom: the service, the unit, somebody who serves there."""


def boy_on_file(world: World) -> ChildOfStory:
    """W., 11, in class 3; his mother is the only guardian."""
    world.clock.set("2019-03-01 10:00")
    child_id = open_file(
        world,
        "cn_director",
        child_name="万小川",
        sex="MALE",
        birth_on=date(2008, 1, 15),
        residence=world.place(DAJINGENG),
        residence_address="大金更二村9号301室",
        area_type="URBAN",
        responsible_person_id=BY_KEY["cn_director"].id,
        school_unit_id=UNIT_BY_KEY["cn_school"].id,
    )
    mother = guardian(
        world,
        "cn_director",
        child_id,
        "MOTHER",
        "万晓琳",
        guardian_person_id=BY_KEY["cn_mother"].id,
    )
    return ChildOfStory(child_id, {"MOTHER": mother})


def reported(world: World, child: ChildOfStory) -> UUID:
    """A social worker reports to the street, and to the street only; the street knows who the boy is."""
    world.clock.set("2019-03-30 15:00")
    report = {
        "report_channel": "STREET_DESK",
        "reporter_category": "SOCIAL_SERVICE_ORG",
        "discovered_at": local("2019-03-30 14:40"),
        "triggers": ["SUSPECTED_INFRINGEMENT"],
        "situation": "左臂被母亲打伤,不能活动",
        "incident_place": world.place(DAJINGENG),
        "child_description": "大金更二村9号,姓万,约11岁",
        "addressees": ["STREET"],
    }
    case_id = UUID(world.as_("cn_sw").done("submitReport", None, report)["id"])
    world.clock.set("2019-03-30 15:02")
    known = {"child_id": child.id, "identified_by_means": "街道台账"}
    world.as_("cn_township").done("identifyChild", case_id, known)
    return case_id


def found(world: World, case_id: UUID) -> None:
    """The police come and find him seriously injured."""
    police = world.as_("cn_police")
    world.clock.set("2019-03-30 15:05")
    police.done("acceptReport", case_id)
    world.clock.set("2019-03-30 15:10")
    police.done("dispatchPolice", case_id)
    world.clock.set("2019-03-30 15:40")
    given = {
        "findings": ["DOMESTIC_VIOLENCE"],
        "dangers": ["SERIOUS_INJURY"],
        "infringements": ["VIOLENCE"],
        "suspect_access": "HAS_ACCESS",
    }
    police.done("recordPoliceFindings", case_id, given)


def asked(world: World, case_id: UUID, kind: str, name: str | None = None) -> Answer:
    """Somebody is asked to take him in; without a name there is nobody of the kind."""
    given = {"candidate_kind": kind, "candidate_name": name, "nobody_of_this_kind": name is None}
    return world.as_("cn_police").done("askCareCandidate", case_id, given)


def declined(world: World, case_id: UUID, reason: str) -> Answer:
    """Whoever was asked last declines."""
    candidate = world.events(case_id, "case.care_candidate_asked")[-1].event
    given = {
        "candidate_id": candidate.candidate_id,
        "decline_reason": reason,
    }
    return world.as_("cn_police").done("recordCandidateDecline", case_id, given)


def nobody_takes_him(world: World, case_id: UUID) -> None:
    """No other guardian; the aunt will not; the residential committee cannot."""
    world.clock.set("2019-03-30 16:00")
    asked(world, case_id, "OTHER_GUARDIAN")
    asked(world, case_id, "RELATIVE", "万晓芸")
    declined(world, case_id, "NO_WILL")
    world.clock.set("2019-03-30 16:20")
    asked(world, case_id, "RESIDENTIAL_COMMITTEE", "大金更居委会")
    declined(world, case_id, "NO_CONDITIONS")


def heard(world: World, case_id: UUID) -> Answer:
    """He is asked, and says so himself."""
    world.clock.set("2019-03-30 16:30")
    given = {
        "opinion_about": "ESCORT_PLACE",
        "able_to_express": True,
        "child_words": WORDS,
        "opinion_followed": True,
    }
    return world.as_("cn_police").done("seekChildOpinion", case_id, given)


def escorted(world: World, case_id: UUID) -> Answer:
    """Taken to the street's site for the night."""
    world.clock.set("2019-03-30 18:00")
    return world.as_("cn_police").done("escortChild", case_id, ESCORT)


def handed_over(world: World, case_id: UUID, at: str, **more: Any) -> UUID:
    """Handed over in writing, both signatures; answers the handover's id."""
    world.clock.set(at)
    given = HANDOVER | {"handed_over_at": local(at), **more}
    giver = more.pop("by", "cn_police")
    given.pop("by", None)
    world.as_(giver).done("completeWrittenHandover", case_id, given)
    event = world.events(case_id, "case.written_handover_completed")[-1].event
    return UUID(str(event.handover_id))


def placed(world: World, child: ChildOfStory) -> UUID:
    """From the report to the hotel: placed by the street on 2019-03-31; answers the case."""
    case_id = reported(world, child)
    found(world, case_id)
    nobody_takes_him(world, case_id)
    heard(world, case_id)
    escorted(world, case_id)
    handed_over(world, case_id, "2019-03-31 09:30")
    world.clock.set("2019-03-31 10:00")
    world.as_("cn_township").done("startShortTermGuardianship", case_id, PLACING)
    return case_id


def the_placement(world: World, case_id: UUID, by: str = "cn_ca") -> Answer:
    """The case's only placement, as this person reads it."""
    case = world.as_(by).case(case_id)
    assert case is not None
    (placement,) = case["placements"]
    found: Answer = placement
    return found


def assessed(world: World, case_id: UUID) -> None:
    """The street assesses with the police, on 2019-04-01."""
    world.clock.set("2019-04-01 14:00")
    world.as_("cn_township").done("startAssessment", case_id, {"questions": []})
    result = {
        "family_situation": "单亲,母亲情绪失控",
        "guardianship_situation": "暂不能履行监护职责",
        "health_situation": "左臂骨裂,恢复中",
    }
    world.as_("cn_township").done("completeAssessment", case_id, result)


def plan() -> Answer:
    """The five fields, and three services."""
    fields = {"TUTORING": "EDUCATION", "LEGAL_SERVICE": "JUDICIAL", "MEDICAL": "MEDICAL"}
    items = [
        {
            "service": service,
            "plan_field": fields[service],
            "need": "安置期间",
            "provider_unit_id": UNIT_BY_KEY[unit].id,
        }
        for service, unit, _ in SERVICES
    ]
    return {
        "living_support": "临时生活费",
        "welfare_support": "暂不需要",
        "items": items,
    }
