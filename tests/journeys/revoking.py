"""The rest of scenario 3: serious harm found, applicants told, civil affairs in court, the grandfather appointed."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

from ops.demo_world import CHONGMING
from tests.journeys import rescuing
from tests.journeys.children import ChildOfStory
from tests.journeys.person import Answer
from tests.journeys.world import World

GRANDFATHER = "石老根"
HARM = "左臂骨折、长期殴打致创伤后应激反应"
EVIDENCE = "沪崇司鉴〔2022〕伤字第112号"
JUDGMENT = "(2022)沪0151民特27号"
REVOCATIONS = """query ($id: UUID!) { case(id: $id) { revocations {
  revocationId childId guardianId revocationStage grounds modality applicationBy fallbackOn
  applicantsTold applicantsDeclined applications placementId } } }"""


def federation(world: World) -> UUID:
    """The Disabled Persons' Federation of the district, with somebody who serves there."""
    civil_affairs = world.as_("cm_ca")
    unit = {
        "kind": "DISABLED_FEDERATION",
        "unit_name": "崇明区残联",
        "division_id": world.place(CHONGMING),
    }
    unit_id = UUID(civil_affairs.done("registerUnit", None, unit)["id"])
    post = {"person_id": uuid4(), "person_name": "龚卫星", "role": "DISABLED_FEDERATION"}
    civil_affairs.done("appointPerson", unit_id, post)
    return unit_id


def harmed(world: World, child: ChildOfStory) -> UUID:
    """From the report to the assessment of 2022-05-10 that finds serious harm; answers the case."""
    case_id = rescuing.placed(world, child)
    police = world.as_("cm_police")
    for who in ("UNCLE", "FATHER"):
        given = rescuing.against(child, who, measure_ground="殴打儿童")
        police.done("criticiseGuardian", case_id, given | {"criticised_by": "POLICE"})
        police.done("reprimandGuardian", case_id, given)
    penalty = rescuing.against(child, "FATHER", penalty_class="DETENTION", penalty_reference="8号")
    police.done("imposeSecurityPenalty", case_id, penalty)
    world.clock.set("2022-03-02 09:00")
    township = world.as_("cm_township")
    township.done("startAssessment", case_id, {"questions": []})
    world.clock.set("2022-05-10 09:30")
    result = {
        "safety_situation": "回家即受侵害",
        "guardianship_situation": "父亲施暴,母亲已故",
        "health_situation": HARM,
    }
    township.done("completeAssessment", case_id, result)
    return case_id


def ground(child: ChildOfStory, who: str = "FATHER", **more: Any) -> Answer:
    """Ground 3."""
    return {
        "guardian_id": child.guardians[who],
        "revocation_ground": "GROUND_3",
        "elements": ["VIOLENCE", "SERIOUS_HARM"],
        "ground_facts": HARM,
        "ground_evidence": [EVIDENCE],
        "relatives": [GRANDFATHER],
        **more,
    }


def established(world: World, case_id: UUID, child: ChildOfStory) -> Answer:
    """Step 3, at 10:00."""
    world.clock.set("2022-05-10 10:00")
    return world.as_("cm_township").done("establishRevocationGround", case_id, ground(child))


def revocation(world: World, case_id: UUID, by: str = "cm_ca") -> Answer:
    """The case's only revocation, as this person reads it."""
    (found,) = world.as_(by).ask(REVOCATIONS, id=case_id)["case"]["revocations"]
    answer: Answer = found
    return answer


def nobody_applied(world: World) -> None:
    """Step 5: the day is over."""
    world.tick("2022-06-10 00:01")


def application(world: World, case_id: UUID, **more: Any) -> Answer:
    """By civil affairs, to the district's court."""
    return {
        "revocation_id": revocation(world, case_id)["revocationId"],
        "applicant": "CIVIL_AFFAIRS",
        "applicant_unit_id": world.unit("cm_ca"),
        "court_name": "崇明区人民法院",
        "court_unit_id": world.unit("cm_court"),
        "application_reference": JUDGMENT,
        **more,
    }


def applied(world: World, case_id: UUID) -> None:
    """Step 6, on 2022-06-20."""
    world.clock.set("2022-06-20 10:00")
    given = application(world, case_id)
    world.as_("cm_ca").done("fileRevocationApplication", case_id, given)


def revoked(world: World, case_id: UUID) -> Answer:
    """Step 6, on 2022-08-01."""
    world.clock.set("2022-08-01 15:00")
    given = {
        "revocation_id": revocation(world, case_id)["revocationId"],
        "judgment_reference": JUDGMENT,
        "judged_on": "2022-07-29",
    }
    return world.as_("cm_judge").done("recordGuardianshipRevocation", case_id, given)


def appointment(world: World, case_id: UUID, **more: Any) -> Answer:
    """The grandfather."""
    return {
        "revocation_id": revocation(world, case_id)["revocationId"],
        "appointed": "RELATIVE",
        "appointed_name": GRANDFATHER,
        "appointed_relation": "PATERNAL_GRANDFATHER",
        "appointment_reference": JUDGMENT,
        "appointed_on": "2022-07-29",
        "best_interest_reason": "祖父身体健康、无暴力史,孩子愿意随祖父生活",
        **more,
    }


def until_the_court(world: World, child: ChildOfStory) -> UUID:
    """Steps 1 to 6, up to the application."""
    case_id = harmed(world, child)
    established(world, case_id, child)
    nobody_applied(world)
    applied(world, case_id)
    return case_id
