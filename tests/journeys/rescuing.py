"""The girl M. of scenario 3 (Chongming, 2022): beaten by her uncle and her father, placed by civil affairs."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from ops.demo_world import BY_KEY, CHUNGUANG, UNIT_BY_KEY
from tests.journeys.children import ChildOfStory, away, guardian, open_file
from tests.journeys.person import Answer
from tests.journeys.wire import local
from tests.journeys.world import World

SHELTER = "崇明大道8188号救助保护中心3楼"
SITUATION = "背部多处条状淤伤,孩子称叔叔和父亲打"
REFERENCE = "沪公(崇)立字〔2022〕0317号"
PLACING: dict[str, Any] = {
    "site_kind": "MINORS_PROTECTION_INSTITUTION",
    "site_unit_id": UNIT_BY_KEY["cm_rescue"].id,
    "site_address": SHELTER,
    "best_interest_reason": "施暴者均不能接触,就近入学",
    "placement_ground": "遭受家庭暴力,无其他监护人",
}


def girl_on_file(world: World, opened: str = "2022-02-15 09:00") -> ChildOfStory:
    """M., 8, left behind: her father away and visiting, her mother dead, her uncle the entrusted carer."""
    world.clock.set(opened)
    place = world.place(CHUNGUANG)
    child_id = open_file(
        world,
        "cm_director",
        child_name="石小梅",
        sex="FEMALE",
        birth_on=date(2013, 10, 3),
        residence=place,
        residence_address="春光村七组15号",
        area_type="SUBURBAN_RURAL",
        hukou=place,
        hukou_kind="AGRICULTURAL",
        responsible_person_id=BY_KEY["cm_director"].id,
        school_unit_id=UNIT_BY_KEY["cm_school"].id,
    )
    village = {"guardian_hukou": place, "guardian_hukou_kind": "AGRICULTURAL"}
    father = guardian(
        world,
        "cm_director",
        child_id,
        "FATHER",
        "石根生",
        guardian_person_id=BY_KEY["cm_father"].id,
        **village,
    )
    mother = guardian(
        world, "cm_director", child_id, "MOTHER", "袁小兰", life_status="DECEASED", **village
    )
    away(world, "cm_director", child_id, father, "浙江", world.clock.now.date())
    uncle = {
        "carer_name": "石根水",
        "carer_relation": "UNCLE_OR_AUNT",
        "carer_age": 41,
        "carer_capability": "CAPABLE",
        "carer_person_id": BY_KEY["cm_uncle"].id,
    }
    world.as_("cm_committee").done("designateEntrustedCarer", child_id, uncle)
    world.as_("cm_township").done("determineCategory", child_id, {"category": "LBC_RURAL_SH"})
    carer = world.events(child_id, "child.entrusted_carer_designated")[-1].event
    known = {"FATHER": father, "MOTHER": mother, "UNCLE": carer.carer_id}
    return ChildOfStory(child_id, known)


def report_of(world: World, day: str, **more: Any) -> Answer:
    """What the clinic reports at 09:00 of that day."""
    return {
        "report_channel": "PHONE",
        "reporter_category": "MEDICAL",
        "reporter_name": "俞仁杰",
        "discovered_at": local(f"{day} 08:50"),
        "triggers": ["SUSPECTED_DV"],
        "situation": SITUATION,
        "incident_place": world.place(CHUNGUANG),
        "child_description": "春光村石家女孩,约8岁",
        **more,
    }


def reported(world: World, day: str = "2022-03-01") -> UUID:
    """The village clinic reports suspected domestic violence."""
    world.clock.set(f"{day} 09:00")
    done = world.as_("cm_doctor").done("submitReport", None, report_of(world, day))
    return UUID(done["id"])


def found(world: World, case_id: UUID, child: ChildOfStory, day: str = "2022-03-01") -> None:
    """The police find domestic violence and tell the township, which knows who the girl is."""
    police = world.as_("cm_police")
    world.clock.set(f"{day} 09:05")
    police.done("acceptReport", case_id)
    world.clock.set(f"{day} 09:15")
    police.done("dispatchPolice", case_id)
    world.clock.set(f"{day} 09:50")
    given = {
        "findings": ["DOMESTIC_VIOLENCE"],
        "infringements": ["VIOLENCE"],
        "suspect_access": "HAS_ACCESS",
    }
    police.done("recordPoliceFindings", case_id, given)
    world.clock.set(f"{day} 09:55")
    police.done("notifyTownship", case_id, {"notice_text": "疑似家暴,请协助"})
    world.clock.set(f"{day} 10:00")
    known = {"child_id": child.id, "identified_by_means": "街镇台账"}
    world.as_("cm_township").done("identifyChild", case_id, known)


def notified(world: World, case_id: UUID, day: str = "2022-03-01") -> None:
    """The police ask civil affairs to place her."""
    world.clock.set(f"{day} 10:10")
    given = {
        "placement_ground": "施暴者同住,无其他监护人",
        "proposed_site": "MINORS_PROTECTION_INSTITUTION",
        "best_interest_reason": "立即脱离施暴者",
    }
    world.as_("cm_police").done("notifyCivilAffairsForPlacement", case_id, given)


def placed(world: World, child: ChildOfStory, day: str = "2022-03-01") -> UUID:
    """From the report to the shelter: decided by civil affairs, received at 11:30; answers the case."""
    case_id = reported(world, day)
    found(world, case_id, child, day)
    notified(world, case_id, day)
    world.clock.set(f"{day} 10:30")
    world.as_("cm_ca").done("decideProtectivePlacement", case_id, PLACING)
    received(world, case_id, f"{day} 11:30")
    return case_id


def received(world: World, case_id: UUID, at: str) -> Answer:
    """The shelter receives her."""
    world.clock.set(at)
    given = {
        "site_kind": "MINORS_PROTECTION_INSTITUTION",
        "receiving_staff": "朱德明",
        "child_condition": "背部淤伤,已就医",
    }
    return world.as_("cm_rescue").done("receiveChild", case_id, given)


def against(child: ChildOfStory, who: str, **more: Any) -> Answer:
    """A measure against the father or the uncle."""
    kind = {"FATHER": "PARENT", "UNCLE": "ENTRUSTED_CARER"}[who]
    return {"subject_kind": kind, "subject_id": child.guardians[who], **more}
