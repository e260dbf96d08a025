"""Laws over the whole chapter: facts survive storage, a destroyed key never breaks a file, every refusal is reached."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from domain.child.categories import DetermineCategory
from domain.child.closing import CloseFile
from domain.child.corrections import CorrectEvent, DisavowEvent
from domain.child.entrusted_care import DesignateEntrustedCarer, SignEntrustedCareAgreement
from domain.child.entrusted_concerns import RaiseEntrustedCareConcern
from domain.child.file import EnrolmentRecorded
from domain.child.file_state import FileStatus
from domain.child.household import COURSE_FOR_INFANTS, HouseholdRecorded
from domain.child.records import UpdateChildInfo
from domain.child.state import Child
from domain.codec import SUBJECT, decode, encode
from domain.kernel import EVENTS, Command, Event, evolve, replay
from domain.labels import FIELD_LABELS
from domain.refusals import REFUSALS
from domain.terms.care import CareConcern, CarerCapability, Kinship
from domain.terms.file import (
    CategoryCode,
    FileCloseReason,
    FileSection,
    ScreeningSource,
    Sex,
)
from tests.domain.child.family import CHILD, SCHOOL, cq, li_left_behind, noted, told_by

pytestmark = pytest.mark.law


def a_life() -> tuple[Event[Any], ...]:
    """A file with something of every topic, up to its closing."""
    story: list[Command[Any]] = [
        *li_left_behind(school_unit_id=SCHOOL, id_number="500236201506010027"),
        cq(noted(EnrolmentRecorded, school_unit_id=SCHOOL, grade="三年级"), "2025-03-03 09:10"),
        cq(noted(HouseholdRecorded, household_size=4, hardship_found=True), "2025-03-03 09:11"),
        cq(DetermineCategory(category=CategoryCode.LBC_CQ_RURAL), "2025-03-03 09:12"),
        cq(
            DesignateEntrustedCarer(
                carer_name="祖母",
                carer_relation=Kinship.PATERNAL_GRANDMOTHER,
                carer_birth_on=date(1954, 1, 1),
                carer_capability=CarerCapability.CAPABLE,
            ),
            "2025-03-03 09:13",
        ),
        cq(
            SignEntrustedCareAgreement(
                parents_duties=("联系",),
                carer_duties=("照料",),
                signed_on=date(2025, 3, 3),
                agreement_hash="ef" * 32,
            ),
            "2025-03-03 09:14",
        ),
        cq(
            RaiseEntrustedCareConcern(care_concern=CareConcern.LACKS_ABILITY, concern_facts="病倒"),
            "2025-03-03 09:15",
        ),
        cq(
            UpdateChildInfo(
                section=FileSection.HEALTH,
                info_source=ScreeningSource.VILLAGE_VISIT,
                health_content="体弱",
            ),
            "2025-03-03 09:16",
        ),
    ]
    opened = told_by(*story)[0]
    story += [
        cq(
            CorrectEvent(
                target_event_id=opened.told.event_id,
                what_was_wrong="性别录错",
                sex=Sex.MALE,
            ),
            "2025-03-03 09:17",
        ),
        cq(
            DisavowEvent(
                target_event_id=told_by(*story)[-1].told.event_id, disavowal_reason="误录"
            ),
            "2025-03-03 09:18",
        ),
        cq(CloseFile(file_close_reason=FileCloseReason.OPENED_IN_ERROR), "2025-03-03 09:19"),
    ]
    return told_by(*story)


LIFE = a_life()


def test_every_fact_comes_back_from_storage_as_it_went() -> None:
    for fact in LIFE:
        stored = encode(fact)
        assert decode(stored.name, stored.version, stored.plain, stored.boxes) == fact


def test_what_people_typed_and_who_they_are_never_stays_plain() -> None:
    plain = " ".join(str(encode(fact).plain) for fact in LIFE)
    for personal in ("李小花", "500236", "2015-06-01", "祖母", "病倒", "体弱", "1954"):
        assert personal not in plain


def test_a_file_whose_key_is_destroyed_is_still_told() -> None:
    child = Child(id=CHILD)
    for fact in LIFE:
        stored = encode(fact)
        lost = decode(stored.name, stored.version, stored.plain, {SUBJECT: None})
        child = evolve(child, lost)
    assert child.file.status is FileStatus.CLOSED
    assert child.version == len(LIFE)


def test_replay_tells_the_same_as_living_it() -> None:
    child = Child(id=CHILD)
    for fact in LIFE:
        child = evolve(child, fact)
    assert child == replay(Child(id=CHILD), LIFE)


def test_every_field_of_the_chapter_has_a_name() -> None:
    ours = [e for e in EVENTS.values() if e.__module__.startswith("domain.child")]
    assert [s.name for e in ours for s in e.specs if s.name not in FIELD_LABELS] == []


def test_refusals_are_registered_once_under_their_code() -> None:
    assert REFUSALS["course_for_infants_only"] is COURSE_FOR_INFANTS
