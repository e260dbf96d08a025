"""A call in a holiday night about twins of whom one is left behind; one of them dies while the police are at work.

By CQ2016-4.1 … 4.3 and CQ2024-3.1: who has what to do by when, who learns of it, and that the case can end without a
carer for a child that needs none any more.
"""

from __future__ import annotations

from datetime import date
from uuid import UUID

import pytest

from ops.demo_world import BY_KEY, OUYING
from tests.journeys.checks import common_checks
from tests.journeys.children import ChildOfStory, away, guardian, open_file
from tests.journeys.living_alone import ASSESSED
from tests.journeys.telling import absent, denied, due, line_of, new_names, seen
from tests.journeys.wire import local
from tests.journeys.world import World

pytestmark = [pytest.mark.journey, pytest.mark.postgres]

NEIGHBOUR = "孔邻居"
BORN = date(2016, 2, 3)
HOW = "溺水身亡"


def twin(world: World, name: str, *, left_behind: bool) -> ChildOfStory:
    """One with both parents away, one with her grandmother as guardian at home."""
    child_id = open_file(
        world,
        "fj_director",
        child_name=name,
        sex="FEMALE",
        birth_on=BORN,
        residence=world.place(OUYING),
        area_type="RURAL",
        hukou=world.place(OUYING),
        hukou_kind="AGRICULTURAL",
        responsible_person_id=BY_KEY["fj_director"].id,
    )
    guardians = {}
    for relation, named, key in (
        ("FATHER", "冷大山", "fj_father"),
        ("MOTHER", "莫春花", "fj_mother"),
    ):
        guardians[relation] = guardian(
            world, "fj_director", child_id, relation, named, guardian_person_id=BY_KEY[key].id
        )
        if left_behind:
            away(world, "fj_director", child_id, guardians[relation], "广东", date(2025, 8, 1))
    if left_behind:
        entered = {"category": "LBC_CQ_URBAN_RURAL"}
        world.as_("fj_township").done("determineCategory", child_id, entered)
    return ChildOfStory(child_id, guardians)


def called_in_the_night(world: World) -> UUID:
    """On the Friday of the holiday week, taken down at the hotline: who calls knows no names."""
    world.tick("2025-10-03 23:30")
    given = {
        "report_channel": "PHONE",
        "reporter_category": "CITIZEN",
        "reporter_name": NEIGHBOUR,
        "taken_for_another": True,
        "discovered_at": local("2025-10-03 23:00"),
        "triggers": ["LIVING_ALONE"],
        "situation": "屋里只有两个孩子",
        "incident_place": world.place(OUYING),
        "child_description": "双胞胎女孩,约九岁",
    }
    return UUID(world.as_("hotline").done("submitReport", None, given)["id"])


def on_the_scene(world: World, case: UUID, twins: tuple[ChildOfStory, ...]) -> None:
    """Accepted late, found, told to the township."""
    police = world.as_("fj_police")
    (task,) = police.queue("fj_police", "Q-01")
    assert due(task) == "2025-10-04 00:00", "nobody's half hour stands still for a holiday"
    world.tick("2025-10-04 00:05")
    (above,) = world.as_("fj_police_chief").queue("fj_police_district", "Q-01")
    assert (above["namedPersonId"], above["escalation"]) == (str(BY_KEY["fj_police_chief"].id), 1)
    police.done("acceptReport", case)
    police.done("dispatchPolice", case)
    for child, name in zip(twins, ("双一", "双二"), strict=True):
        asked = {"look_up_purpose": "核实身份", "wanted_name": name, "wanted_birth_on": BORN}
        police.done("lookUpChild", case, asked)
        police.done("identifyChild", case, {"child_id": child.id})
    police.done("recordPoliceFindings", case, {"findings": ["LIVING_ALONE"]})
    police.done("notifyTownship", case, {"notice_text": "请接办"})


def died(world: World, child: ChildOfStory, case: UUID) -> None:
    """The file is closed beside the case; what is about looking after her is over with it."""
    world.clock.set("2025-10-05 15:00")
    township = world.as_("fj_township")
    denied(world.as_("fj_police"), "closeFile", child.id, {"file_close_reason": "DECEASED"})
    moved = {"file_close_reason": "MOVED_AWAY"}
    township.refused("child_case_still_open", "closeFile", child.id, moved)
    dead = {"file_close_reason": "DECEASED", "close_note": HOW}
    outcome = township.done("closeFile", child.id, dead)
    assert new_names(world, child.id, outcome)[0] == "child.file_closed"
    file = township.child(child.id)
    assert file is not None
    assert (file["fileStatus"], file["nextContactOn"], file["nextHomeVisitOn"]) == (
        "CLOSED",
        None,
        None,
    )
    assert [t for t in file["workItems"] if t["isOpen"] and t["caseId"] is None] == []
    open_case = world.as_("fj_police").case(case)
    assert open_case is not None
    assert {"SECURE_CARE", "REPRIMAND_GUARDIAN"} <= set(open_case["openDuties"])


def who_learns_of_it(world: World, child: ChildOfStory, case: UUID) -> None:
    """How she died is for those who worked on her; nobody of another village, and nobody learns who called."""
    line = line_of(world.as_("fj_director"), "child", child.id, "child.file_closed")
    assert (seen(line)["fileCloseReason"], seen(line)["closeNote"]) == ("DECEASED", HOW)
    for stranger in ("fj_director2", "cm_ca", "fj_wf"):
        absent(world.as_(stranger), "child", child.id)
        absent(world.as_(stranger), "case", case)
    for reader in ("fj_mother", "fj_director", "fj_committee", "fj_township", "fj_ca"):
        person = world.as_(reader)
        told = f"{person.timeline('child', child.id)}{person.case(case)}"
        assert NEIGHBOUR not in told, reader


def to_its_end(world: World, gone: ChildOfStory, lives: ChildOfStory, case: UUID) -> None:
    """For the sister somebody has to be named, for her nobody: then the case ends."""
    police, township = world.as_("fj_police"), world.as_("fj_township")
    nobody = {"duty": "SECURE_CARE", "set_aside_reason": "一名儿童已死亡"}
    police.refused("duty_cannot_be_set_aside", "setEmergencyDutyAside", case, nobody)
    police.done("recordCareSecured", case, {"child_id": lives.id})
    police.refused("no_named_carer", "recordCareSecured", case, {"child_id": gone.id})
    police.done("setEmergencyDutyAside", case, nobody)
    township.done("startAssessment", case, {"questions": []})
    township.done("completeAssessment", case, {**ASSESSED, "entitlements": []})
    for child in (gone, lives):
        township.done("adoptPlan", case, {"child_id": child.id, "items": []})
    township.done(
        "closeCase", case, {"closing_summary": "一名儿童死亡,父母被训诫,另一名由父母照料"}
    )
    closed = township.case(case)
    assert closed is not None
    assert closed["stage"] == "CLOSED"


def test_a_case_of_twins_goes_on_after_the_death_of_one(world: World) -> None:
    world.clock.set("2025-09-20 09:00")
    twins = (twin(world, "双一", left_behind=True), twin(world, "双二", left_behind=False))
    gone, lives = twins
    case = called_in_the_night(world)
    on_the_scene(world, case, twins)
    died(world, gone, case)
    who_learns_of_it(world, gone, case)
    to_its_end(world, gone, lives, case)
    # Months later nothing has fallen due for her, and her sister is visited.
    world.tick("2025-12-20 09:00")
    assert world.events(gone.id, "child.visit_overdue") == []
    assert world.events(lives.id, "child.visit_overdue") != []
    common_checks(world)
