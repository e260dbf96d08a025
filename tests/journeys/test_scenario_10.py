"""Scenario 10 · Dropout back to zero (Fengjie, 2024), and conduct that nobody else learns of."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

import pytest

from ops.demo_world import BY_KEY, OUYING, UNIT_BY_KEY, YINGCHUN
from tests.journeys.checks import common_checks
from tests.journeys.children import away, guardian, open_file
from tests.journeys.telling import absent, denied, due, line_of, recorded, seen, told
from tests.journeys.world import World

pytestmark = [pytest.mark.begins(2022), pytest.mark.journey, pytest.mark.postgres]

HASH = "ab" * 32
WHY_POOR = "父亲赌博欠债,家中变卖粮食"
FAILED: tuple[tuple[str, str, dict[str, Any]], ...] = (
    (
        "2024-09-09 15:00",
        "fj_teacher",
        {"persuasion_means": "PHONE", "persuaded_with": ["GUARDIAN"]},
    ),
    (
        "2024-09-10 18:00",
        "fj_teacher",
        {"persuasion_means": "HOME_VISIT", "persuaded_with": ["CHILD"]},
    ),
    (
        "2024-09-11 18:00",
        "fj_head",
        {"persuasion_means": "HOME_VISIT", "persuaded_with": ["GUARDIAN", "VILLAGE_COMMITTEE"]},
    ),
)


def pupil(world: World, **more: Any) -> UUID:
    """Q., 14, on file since August."""
    world.tick("2024-08-20 09:00")
    place = world.place(OUYING)
    usual: dict[str, Any] = {
        "child_name": "秦一",
        "sex": "MALE",
        "birth_on": date(2010, 3, 1),
        "residence": place,
        "area_type": "RURAL",
        "hukou": place,
        "hukou_kind": "AGRICULTURAL",
        "school_unit_id": UNIT_BY_KEY["fj_school"].id,
    }
    return open_file(world, "fj_director", **{**usual, **more})


def does_not_appear(world: World, child: UUID) -> None:
    """Step 1, on 09-06."""
    world.tick("2024-09-06 16:00")
    days = [date(2024, 9, n) for n in (2, 3, 4, 5, 6)]
    world.as_("fj_teacher").done("recordTruancy", child, {"absence_dates": days})


def dropped_out(world: World, child: UUID) -> None:
    """Step 2, on 09-09."""
    does_not_appear(world, child)
    world.tick("2024-09-09 09:00")
    world.as_("fj_head").done("registerDropout", child, {"dropout_reason": "WORK"})


def persuaded_in_vain(world: World, child: UUID) -> None:
    """Step 2: phone, home visit, with the village committee."""
    dropped_out(world, child)
    for at, who, given in FAILED:
        world.tick(at)
        world.as_(who).done("makeReturnPersuasion", child, given | {"persuasion_result": "REFUSED"})


def reported_to(world: World, child: UUID, at: str, *addressees: str) -> None:
    """The written report."""
    world.tick(at)
    given = {"report_addressees": list(addressees), "report_document_hash": HASH}
    world.as_("fj_head").done("submitDropoutReport", child, given)


def in_measures(world: World, child: UUID) -> None:
    """Steps 3 and 4."""
    persuaded_in_vain(world, child)
    reported_to(world, child, "2024-09-12 10:00", "EDUCATION")
    reported_to(world, child, "2024-09-13 10:00", "TOWNSHIP")
    for at, who in (("2024-09-13 14:00", "fj_edu"), ("2024-09-14 09:00", "fj_township")):
        world.tick(at)
        world.as_(who).done("acknowledgeDropoutReport", child)


def schooling(world: World, child: UUID, who: str = "fj_edu") -> dict[str, Any]:
    """How it stands at school, as this person reads it."""
    query = """query ($id: UUID!) { child(id: $id) { schooling { schooling isOutOfSchool dropoutOn
      failedAttempts missingAddressees acknowledgedBy backAtSchoolOn stableOn pairingDue pairedKinds } } }"""
    found = world.as_(who).ask(query, id=child)["child"]
    assert found is not None
    standing: dict[str, Any] = found["schooling"]
    return standing


# ── 1, 2: absence, registration, persuasion


def test_absence_asks_the_home_on_day_1_and_is_reviewed_on_day_5(world: World) -> None:
    child = pupil(world)
    world.tick("2024-09-02 10:00")
    teacher = world.as_("fj_teacher")
    teacher.done("recordTruancy", child, {"absence_dates": [date(2024, 9, 2)]})
    (contact,) = teacher.queue("fj_school", "Q-61")
    assert due(contact) == "2024-09-02"
    assert contact["namedPersonId"] == str(BY_KEY["fj_teacher"].id)
    assert contact["clauses"] == ["CQ2016-3.3-q"]
    (review,) = world.as_("fj_head").queue("fj_school", "Q-62")
    assert due(review) == "2024-09-06"
    home = {"school_home_channel": "PHONE", "school_home_with": "CARER"}
    teacher.done("makeSchoolHomeContact", child, home)
    assert teacher.queue("fj_school", "Q-61") == []
    does_not_appear(world, child)
    assert [due(task) for task in teacher.queue("fj_school", "Q-62")] == ["2024-09-06"]
    assert schooling(world, child)["schooling"] == "TRUANT"
    common_checks(world)


def test_three_attempts_in_vain_make_the_report_due(world: World) -> None:
    child = pupil(world)
    dropped_out(world, child)
    head = world.as_("fj_head")
    (task,) = head.queue("fj_school", "Q-66")
    assert due(task) == "2024-09-24"
    assert head.queue("fj_school", "Q-62") == []
    head.refused(
        "out_of_turn",
        "submitDropoutReport",
        child,
        {"report_addressees": ["EDUCATION", "TOWNSHIP"], "report_document_hash": HASH},
    )
    for at, who, given in FAILED:
        world.tick(at)
        world.as_(who).done("makeReturnPersuasion", child, given | {"persuasion_result": "REFUSED"})
    failed = told(world, child, "child.persuasion_failed")
    assert failed.failed_attempts == 3
    assert set(failed.stamp.clauses) >= {"CQ2016-3.3-r"}
    (task,) = head.queue("fj_school", "Q-19")
    assert due(task) == "2024-09-24"
    assert task["clauses"] == ["CQ2016-3.3-s", "CQ2016-3.3-t"]
    assert task["namedPersonId"] == str(BY_KEY["fj_head"].id)
    assert head.queue("fj_school", "Q-66") == []
    common_checks(world)


def test_ten_school_days_make_it_due_as_well(world: World) -> None:
    child = pupil(world)
    dropped_out(world, child)
    world.tick("2024-09-24 23:59")
    assert world.events(child, "child.persuasion_failed") == []
    world.tick("2024-09-25 00:00")
    failed = recorded(world, child, "child.persuasion_failed")
    assert failed.stamp.by.role == "system"
    assert [due(t) for t in world.as_("fj_head").queue("fj_school", "Q-19")] == ["2024-09-25"]
    common_checks(world)


# ── 3, 4: the report to both


def test_the_second_addressee_is_missing(world: World) -> None:
    child = pupil(world)
    persuaded_in_vain(world, child)
    reported_to(world, child, "2024-09-12 10:00", "EDUCATION")
    standing = schooling(world, child)
    assert standing["schooling"] == "PERSUASION_FAILED"
    assert standing["missingAddressees"] == ["TOWNSHIP"]
    line = line_of(world.as_("fj_head"), "child", child, "child.dropout_report_submitted")
    assert seen(line)["missingAddressees"] == ["TOWNSHIP"]
    assert "CQ2016-3.3-s" in [c["id"] for c in line["clauses"]]
    (own,) = world.as_("fj_head").queue("fj_school", "Q-19")
    assert own["status"] == "IN_PROGRESS"
    (task,) = world.as_("fj_edu").queue("fj_edu", "Q-19")
    assert due(task) == "2024-09-18"
    assert world.as_("fj_township").queue("fj_township", "Q-19") == []
    world.as_("fj_edu").done("acknowledgeDropoutReport", child)
    assert schooling(world, child)["schooling"] == "PERSUASION_FAILED"
    world.as_("fj_township").refused("not_the_addressee", "acknowledgeDropoutReport", child)
    common_checks(world)


def test_both_acknowledge_and_both_take_measures(world: World) -> None:
    child = pupil(world)
    persuaded_in_vain(world, child)
    reported_to(world, child, "2024-09-12 10:00", "EDUCATION")
    reported_to(world, child, "2024-09-13 10:00", "TOWNSHIP")
    assert schooling(world, child)["schooling"] == "REPORTED"
    assert world.as_("fj_head").queue("fj_school", "Q-19") == []
    for who in ("fj_edu", "fj_township"):
        assert len(world.as_(who).queue(who, "Q-19")) == 1
        world.as_(who).done("acknowledgeDropoutReport", child)
    assert schooling(world, child)["schooling"] == "MEASURES"
    for who in ("fj_edu", "fj_township"):
        (task,) = world.as_(who).queue(who, "Q-19")
        assert due(task) == "2024-09-20"
        assert task["namedPersonId"] == str(BY_KEY[who].id)
    given = {"dropout_measure": "ORDER_GUARDIAN", "dropout_measure_note": "责令监护人限期送学"}
    world.as_("fj_township").done("takeDropoutMeasure", child, given)
    assert world.as_("fj_township").queue("fj_township", "Q-19") == []
    assert len(world.as_("fj_edu").queue("fj_edu", "Q-19")) == 1
    common_checks(world)


# ── 5, 6: back to zero


def test_back_to_zero_by_a_stable_return_and_the_clock(world: World) -> None:
    child = pupil(world)
    in_measures(world, child)
    world.tick("2024-09-20 09:00")
    standing = schooling(world, child)
    assert standing["isOutOfSchool"]
    assert (world.clock.now.date() - date.fromisoformat(standing["dropoutOn"])).days == 11
    world.tick("2024-10-08 09:00")
    world.as_("fj_head").done("returnToSchool", child, {"back_at_school_on": date(2024, 10, 8)})
    standing = schooling(world, child)
    assert (standing["schooling"], standing["isOutOfSchool"]) == ("RETURNED", False)
    assert standing["stableOn"] == "2024-10-21"
    for who in ("fj_edu", "fj_township"):
        assert world.as_(who).queue(who, "Q-19") == []
    world.tick("2024-10-21 23:59")
    assert world.events(child, "child.dropout_cleared") == []
    world.tick("2024-10-22 00:00")
    cleared = recorded(world, child, "child.dropout_cleared")
    assert cleared.stamp.by.role == "system"
    assert {"CQ2024-1-f", "CQ2024-2.5-b"} <= set(cleared.stamp.clauses)
    assert schooling(world, child)["schooling"] == "CLEARED"
    common_checks(world)


# ── 7: Shanghai, learning difficulty


def test_a_difficulty_is_helped_before_it_comes_to_a_dropout(world: World) -> None:
    world.tick("2023-03-01 09:00")
    place = world.place(YINGCHUN)
    child = open_file(
        world, "jd_director", child_name="陶一", sex="FEMALE", birth_on=date(2011, 5, 4),
        residence=place, area_type="SUBURBAN_RURAL", hukou=place, hukou_kind="AGRICULTURAL",
        school_unit_id=UNIT_BY_KEY["jd_school"].id,
    )  # fmt: skip
    for relation, name in (("FATHER", "陶大"), ("MOTHER", "陈二")):
        parent = guardian(
            world, "jd_director", child, relation, name,
            guardian_hukou=place, guardian_hukou_kind="AGRICULTURAL",
        )  # fmt: skip
        away(world, "jd_director", child, parent, "浙江", date(2022, 9, 1))
    world.as_("jd_township").done("determineCategory", child, {"category": "LBC_RURAL_SH"})
    (pair,) = world.as_("jd_head").queue("jd_school", "Q-18")
    assert due(pair) == "2023-03-31"
    assert pair["clauses"] == ["SH2020-3.3-b"]
    given = {"teacher_person_id": BY_KEY["jd_teacher"].id, "teacher_role": "CLASS_TEACHER"}
    world.as_("jd_head").done("pairTeacher", child, given)
    assert world.as_("jd_head").queue("jd_school", "Q-18") == []
    hard = {"difficulty_subject": "数学", "help_planned": "课后辅导"}
    world.as_("jd_teacher").done("recordLearningDifficulty", child, hard)
    (task,) = world.as_("jd_teacher").queue("jd_school", "Q-63")
    assert due(task) == "2023-03-08"
    assert task["clauses"] == ["SH2020-3.3-i"]
    assert schooling(world, child, "jd_teacher")["schooling"] == "ENROLLED"
    common_checks(world)


# ── 8: in no school


def test_the_census_gap_opens_the_same_case(world: World) -> None:
    child = pupil(world, school_unit_id=None)
    world.tick("2024-09-10 09:00")
    given = {"census_result": "NOT_ENROLLED", "census_note": "随祖父在家"}
    world.as_("fj_edu").done("takeSchoolCensus", child, given)
    gap = told(world, child, "child.enrolment_gap_found")
    assert "CQ2016-3.3-c" in gap.stamp.clauses
    assert schooling(world, child)["schooling"] == "NOT_ENROLLED"
    (task,) = world.as_("fj_edu").queue("fj_edu", "Q-66")
    assert due(task) == "2024-09-25"
    (census,) = world.as_("fj_edu").queue("fj_edu", "Q-45")
    assert due(census) == "2025-03-10"
    world.tick("2024-09-26 00:00")
    assert schooling(world, child)["schooling"] == "PERSUASION_FAILED"
    common_checks(world)


# ── Must not


def test_nobody_clears_by_deleting_or_recategorising(world: World) -> None:
    child = pupil(world)
    in_measures(world, child)
    registered = recorded(world, child, "child.dropout_registered").event_id
    world.tick("2024-09-23 09:00")
    answer = world.as_("fj_township").refused(
        "dropout_not_disavowed",
        "disavowEvent",
        child,
        {"target_event_id": registered, "disavowal_reason": "误录"},
    )
    assert answer["field"] == "targetEventId"
    world.as_("fj_township").refused(
        "dropout_still_open", "closeFile", child, {"file_close_reason": "OPENED_IN_ERROR"}
    )
    world.as_("fj_head").done("recordEnrolment", child, {"school_name": "外县某校"})
    assert schooling(world, child)["schooling"] == "MEASURES"
    common_checks(world)


def test_the_school_never_learns_why_the_family_is_poor(world: World) -> None:
    child = pupil(world)
    world.as_("fj_director").done(
        "recordHousehold",
        child,
        {
            "household_size": 3, "household_means": ["FARMING"], "hardship_found": True,
            "household_note": WHY_POOR,
        },
    )  # fmt: skip
    in_measures(world, child)
    for who in ("fj_head", "fj_teacher", "fj_edu"):
        person = world.as_(who)
        read = str(person.child(child)) + str(person.timeline("child", child))
        assert WHY_POOR not in read
    common_checks(world)


def test_other_schools_and_districts_do_nothing_here(world: World) -> None:
    child = pupil(world)
    does_not_appear(world, child)
    given = {"dropout_reason": "WORK"}
    for key in ("jd_head", "cn_head"):
        denied(world.as_(key), "registerDropout", child, given)
        absent(world.as_(key), "child", child)
    denied(world.as_("fj_teacher"), "registerDropout", child, given)
    denied(world.as_("fj_township"), "registerDropout", child, given)
    common_checks(world)
