"""Correcting and disavowing: what was believed stays in the history, what rests on an error falls away."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from domain.child.care_state import EntrustedCareStatus
from domain.child.categories import DetermineCategory
from domain.child.closing import CloseFile
from domain.child.corrections import CorrectEvent, DisavowEvent, EventCorrected, EventDisavowed
from domain.child.file_state import FileStatus
from domain.child.guardian_condition import (
    AssessGuardianshipCapacity,
    RecordGuardianConfinement,
    RecordGuardianDisability,
)
from domain.child.household import HouseholdRecorded
from domain.child.key_targets import FlagKeyTarget, KeyTargetCleared
from domain.child.places import RecordLocation
from domain.child.records import RecordDisability, WorkLogEntered
from domain.kernel import Command, Event, evolve
from domain.risk import RiskFactor
from domain.terms.care import (
    CapacityAssessor,
    CapacityNextStep,
    CapacityResult,
    ConfinementKind,
    DisabilityDegree,
    DisabilityKind,
    Kinship,
)
from domain.terms.file import CategoryCode, FileCloseReason, KeyTargetGround, Sex
from domain.terms.places import PlaceKind
from tests.domain.child.family import (
    CAOTANG,
    HUANHUA,
    after,
    cq,
    li_left_behind,
    noted,
    opening,
    the_id,
    told_by,
)
from tests.dsl import given, told

OPENED = cq(opening())
LEFT_BEHIND = li_left_behind()
DETERMINE = cq(DetermineCategory(category=CategoryCode.LBC_CQ_RURAL), "2025-03-03 10:00")
LATER = "2025-03-10 09:00"


def correct(event: Event[Any], **more: Any) -> Command[Any]:
    usual = {"target_event_id": event.told.event_id, "what_was_wrong": "出生日期录错"}
    return cq(CorrectEvent(**{**usual, **more}), LATER)


def disavow(event: Event[Any], at: str = LATER) -> Command[Any]:
    return cq(DisavowEvent(target_event_id=event.told.event_id, disavowal_reason="误录"), at)


def last(*commands: Command[Any]) -> Event[Any]:
    return told_by(*commands)[-1]


def test_a_wrong_birth_date_is_corrected_and_the_review_follows_it() -> None:
    history = told_by(*LEFT_BEHIND, DETERMINE)
    fix = correct(history[0], birth_on=date(2014, 6, 1), correction_reason="户口簿")
    given(*history).when(fix).then(
        EventCorrected(
            target_event_id=history[0].told.event_id,
            what_was_wrong="出生日期录错",
            correction_reason="户口簿",
            birth_on=date(2014, 6, 1),
            review_on=date(2030, 4, 2),
        )
    )
    assert after(*LEFT_BEHIND, DETERMINE, fix).file.birth_on == date(2014, 6, 1)


def test_sex_name_and_number_are_checked_as_at_the_opening() -> None:
    history = told_by(OPENED)
    given(*history).when(correct(history[0], child_name="李?")).then_refused("name_garbled")
    given(*history).when(correct(history[0], id_number="500236201506010028")).then_refused(
        "id_number_checksum"
    )
    given(*history).when(correct(history[0], birth_on=date(2026, 1, 1))).then_refused("born_later")
    fixed = after(OPENED, correct(history[0], sex=Sex.MALE))
    assert (fixed.file.sex, fixed.file.birth_on) == (Sex.MALE, date(2015, 6, 1))


def test_other_facts_are_corrected_in_words() -> None:
    history = told_by(OPENED)
    given(*history).when(correct(history[1], right_value="浣花社区5组")).then(
        EventCorrected(
            target_event_id=history[1].told.event_id,
            what_was_wrong="出生日期录错",
            right_value="浣花社区5组",
        )
    )
    given(*history).when(correct(history[1])).then_refused("correction_empty", field="rightValue")
    given(*history).when(correct(history[1], what_was_wrong=" ", right_value="x")).then_refused(
        "correction_empty"
    )


def test_disavowing_twice_changes_nothing() -> None:
    history = told_by(OPENED)
    wrong = disavow(history[1])
    given(*history).when(wrong).then(
        EventDisavowed(target_event_id=history[1].told.event_id, disavowal_reason="误录")
    )
    given(*told_by(OPENED, wrong)).when(disavow(history[1], "2025-03-11 09:00")).then_nothing()


def test_a_file_closed_by_error_is_open_again() -> None:
    closing = cq(CloseFile(file_close_reason=FileCloseReason.DECEASED), "2025-03-08 09:00")
    closed = last(*LEFT_BEHIND, DETERMINE, closing)
    assert after(*LEFT_BEHIND, DETERMINE, closing).file.status is FileStatus.CLOSED
    assert after(*LEFT_BEHIND, DETERMINE, closing, disavow(closed)).file.status is FileStatus.OPEN


def test_an_absence_that_was_none_closes_what_rested_on_it() -> None:
    child = after(*LEFT_BEHIND)
    assert child.facts.find(RiskFactor.RF_16)
    assert child.care.entrusted is EntrustedCareStatus.NEEDED
    mother_away = last(*LEFT_BEHIND)
    corrected = after(*LEFT_BEHIND, disavow(mother_away))
    assert corrected.facts.find(RiskFactor.RF_16) is None
    assert corrected.care.entrusted is EntrustedCareStatus.NONE


def test_a_guardian_recorded_by_error_is_off_the_file() -> None:
    father = told_by(*LEFT_BEHIND[:2])[-1]
    assert [g.relation for g in after(*LEFT_BEHIND, disavow(father)).care.guardians] == ["MOTHER"]


def test_a_category_a_flag_a_place_and_a_hardship_are_withdrawn() -> None:
    determined = told_by(*LEFT_BEHIND, DETERMINE)[-2]
    assert after(*LEFT_BEHIND, DETERMINE, disavow(determined)).file.categories == frozenset()

    flag = cq(FlagKeyTarget(key_target_ground=KeyTargetGround.POVERTY), "2025-03-08 09:00")
    assert after(OPENED, flag).facts.find(RiskFactor.RF_24)
    off = after(OPENED, flag, disavow(last(OPENED, flag)))
    assert (off.file.key_targets, off.facts.find(RiskFactor.RF_24)) == (frozenset(), None)

    move = cq(
        RecordLocation(place_kind=PlaceKind.HUKOU, place_division=CAOTANG), "2025-03-08 09:00"
    )
    moved = told_by(OPENED, move)
    located = next(
        e for e in moved if e.name == "child.location_recorded" and e not in told_by(OPENED)
    )
    assert after(OPENED, move, disavow(located)).file.hukou is None
    assert after(OPENED, move, disavow(located)).file.residence == HUANHUA

    poor = cq(noted(HouseholdRecorded, household_size=3, hardship_found=True), "2025-03-08 09:00")
    assert after(OPENED, poor).facts.find(RiskFactor.RF_24)
    assert after(OPENED, poor, disavow(last(OPENED, poor))).facts.find(RiskFactor.RF_24) is None


def test_one_source_withdrawn_leaves_the_other() -> None:
    poor = cq(noted(HouseholdRecorded, household_size=3, hardship_found=True), "2025-03-07 09:00")
    flag = cq(FlagKeyTarget(key_target_ground=KeyTargetGround.POVERTY), "2025-03-08 09:00")
    child = after(OPENED, poor, flag, disavow(last(OPENED, poor)))
    assert child.facts.find(RiskFactor.RF_24)


def test_findings_about_a_guardian_or_the_child_are_withdrawn() -> None:
    history = told_by(*LEFT_BEHIND)
    mother = the_id(history, Kinship.MOTHER)
    at = "2025-03-08 09:00"
    severe: dict[str, Any] = {
        "disability_kind": DisabilityKind.INTELLECTUAL,
        "disability_degree": DisabilityDegree.GRADE_1,
    }
    acts: list[tuple[Command[Any], RiskFactor]] = [
        (cq(RecordGuardianDisability(guardian_id=mother, **severe), at), RiskFactor.RF_19),
        (cq(RecordDisability(**severe), at), RiskFactor.RF_20),
        (
            cq(
                RecordGuardianConfinement(
                    guardian_id=mother,
                    confinement_kind=ConfinementKind.SENTENCE,
                    confined_from_on=date(2025, 3, 1),
                ),
                at,
            ),
            RiskFactor.RF_33,
        ),
        (
            cq(
                AssessGuardianshipCapacity(
                    guardian_id=mother,
                    assessors=(CapacityAssessor.TOWNSHIP,),
                    capacity_result=CapacityResult.INCAPABLE,
                    capacity_reasons="重病",
                    capacity_next=CapacityNextStep.SUPPORT,
                ),
                at,
            ),
            RiskFactor.RF_03,
        ),
    ]
    for act, factor in acts:
        assert after(*LEFT_BEHIND, act).facts.find(factor), factor
        off = after(*LEFT_BEHIND, act, disavow(last(*LEFT_BEHIND, act)))
        assert off.facts.find(factor) is None, factor


def test_what_another_chapter_opened_stays_when_this_one_has_nothing_to_add() -> None:
    elsewhere = told(WorkLogEntered(log_text="评估发现生活困难"), at="2025-03-05 09:00")
    flag = last(OPENED, cq(FlagKeyTarget(key_target_ground=KeyTargetGround.POVERTY), LATER))
    child = after(OPENED)
    child = replace(child, facts=child.facts.opened(RiskFactor.RF_24, elsewhere))
    child = evolve(child, flag)
    assert {f.event_id for f in child.facts.facts} == {elsewhere.told.event_id, flag.told.event_id}
    cleared = KeyTargetCleared(key_target_ground=KeyTargetGround.POVERTY)
    child = evolve(child, told(cleared, at="2025-03-12 09:00"))
    assert [f.event_id for f in child.facts.facts] == [elsewhere.told.event_id]
