"""Leaving a category: reasons that are checked, what goes with it, the dormant file."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from domain.child.care_state import EntrustedCareStatus
from domain.child.categories import CategoryDetermined, DetermineCategory
from domain.child.corrections import DisavowEvent
from domain.child.entrusted_care import DesignateEntrustedCarer
from domain.child.entrusted_end import EntrustedCareEnded
from domain.child.file_state import FileStatus
from domain.child.guardians import RecordParentReturn
from domain.child.key_targets import KeyTargetCleared
from domain.child.leaving import CategoryEnded, EndCategory
from domain.child.resting import NoteRestOver, RestOver
from domain.child.school_roll import (
    ClearSchoolRollFlag,
    SchoolRollFlagCleared,
    SetSchoolRollFlag,
)
from domain.child.state import Child
from domain.kernel import Command
from domain.risk import RiskFactor
from domain.terms.care import CareEndReason, CarerCapability, Kinship
from domain.terms.file import (
    CategoryCode,
    CategoryEndReason,
    DifficultyCause,
    KeyTargetGround,
)
from tests.domain.child.family import (
    CHILD,
    SCHOOL,
    after,
    cq,
    jd,
    li_left_behind,
    sh_left_behind,
    the_id,
    told_by,
)
from tests.dsl import given

CQ = CategoryCode.LBC_CQ_RURAL
DETERMINED = (
    *li_left_behind(school_unit_id=SCHOOL),
    cq(DetermineCategory(category=CQ), "2025-03-03 10:00"),
)


def ending(
    reason: CategoryEndReason, at: str = "2025-06-01 09:00", code: CategoryCode = CQ
) -> Command[Any]:
    return cq(EndCategory(category=code, category_end_reason=reason), at)


def test_the_last_category_ended_lets_the_file_rest_for_twelve_months() -> None:
    ended, cleared = given(*told_by(*DETERMINED)).when(ending(CategoryEndReason.SETTLED)).facts()
    assert ended == CategoryEnded(
        category=CQ,
        category_end_reason=CategoryEndReason.SETTLED,
        dormant_until=date(2026, 6, 1),
    )
    assert cleared == KeyTargetCleared(key_target_ground=KeyTargetGround.GIRL)
    child = given(*told_by(*DETERMINED), ended, cleared).state(Child(id=CHILD))
    assert child.file.status is FileStatus.DORMANT
    assert child.file.dormant_until == date(2026, 6, 1)
    assert child.file.categories == frozenset()
    assert child.facts.find(RiskFactor.RF_26) is None


def test_the_township_hears_when_a_file_has_rested_unless_it_is_in_use_again() -> None:
    rested = (*DETERMINED, ending(CategoryEndReason.SETTLED))
    over, day = NoteRestOver(), date(2026, 6, 1)
    given(*told_by(*rested)).when(cq(over, "2026-05-31 23:59")).then_nothing()
    given(*told_by(*rested)).when(cq(over, f"{day} 00:00")).then(RestOver(dormant_until=day))
    again = cq(DetermineCategory(category=CQ), "2026-03-03 10:00")
    given(*told_by(*rested, again)).when(cq(over, f"{day} 00:00")).then_nothing()


def test_a_category_more_keeps_the_file_open() -> None:
    difficulty = cq(
        DetermineCategory(category=CategoryCode.IN_DIFFICULTY, causes=(DifficultyCause.ILLNESS,)),
        "2025-03-03 10:01",
    )
    child = after(*DETERMINED, difficulty, ending(CategoryEndReason.MOVED))
    assert child.file.status is FileStatus.OPEN
    assert child.file.categories == {"IN_DIFFICULTY"}


def test_what_rests_on_being_left_behind_goes_with_it() -> None:
    carer = cq(
        DesignateEntrustedCarer(
            carer_name="祖母",
            carer_relation=Kinship.PATERNAL_GRANDMOTHER,
            carer_age=71,
            carer_capability=CarerCapability.CAPABLE,
        ),
        "2025-03-03 10:02",
    )
    flag = cq(SetSchoolRollFlag(), "2025-03-03 10:03")
    history = told_by(*DETERMINED, carer, flag)
    child = given(*history).state(Child(id=CHILD))
    facts = given(*history).when(ending(CategoryEndReason.MOVED)).facts()
    assert facts[1:] == (
        EntrustedCareEnded(
            carer_id=child.care.carer_id, care_end_reason=CareEndReason.CATEGORY_ENDED
        ),
        SchoolRollFlagCleared(school_unit_id=SCHOOL),
        KeyTargetCleared(key_target_ground=KeyTargetGround.GIRL),
    )
    left = given(*history, *facts).state(Child(id=CHILD))
    assert left.care.entrusted is EntrustedCareStatus.NEEDED
    assert left.file.roll_flagged is False


def test_at_sixteen_care_ends_because_of_the_age() -> None:
    carer = cq(
        DesignateEntrustedCarer(
            carer_name="祖母",
            carer_relation=Kinship.PATERNAL_GRANDMOTHER,
            carer_age=71,
            carer_capability=CarerCapability.CAPABLE,
        ),
        "2025-03-03 10:02",
    )
    facts = (
        given(*told_by(*DETERMINED, carer))
        .when(ending(CategoryEndReason.AGE, "2031-06-01 09:00"))
        .facts()
    )
    assert isinstance(facts[1], EntrustedCareEnded)
    assert facts[1].care_end_reason is CareEndReason.AGE_REACHED
    grown = after(*DETERMINED, carer, ending(CategoryEndReason.AGE, "2031-06-01 09:00"))
    assert grown.facts.find(RiskFactor.RF_16) is None, "nobody has to be entrusted with her now"


def test_the_age_must_be_reached() -> None:
    given(*told_by(*DETERMINED)).when(
        ending(CategoryEndReason.AGE, "2031-05-31 09:00")
    ).then_refused("age_not_reached", cites="CQ2016-1-a", field="categoryEndReason")


def test_a_category_whose_text_names_no_age_ends_with_majority() -> None:
    """No text says when a child in difficulty is one no longer; all are about children (domain model D.7, I.22)."""
    difficulty = cq(
        DetermineCategory(category=CategoryCode.IN_DIFFICULTY, causes=(DifficultyCause.ILLNESS,)),
        "2025-03-03 10:01",
    )
    told = given(*told_by(*DETERMINED, difficulty))
    for day, grown in (("2033-05-31", False), ("2033-06-01", True)):
        over = ending(CategoryEndReason.AGE, f"{day} 09:00", CategoryCode.IN_DIFFICULTY)
        if grown:
            assert isinstance(told.when(over).facts()[0], CategoryEnded)
        else:
            told.when(over).then_refused("age_not_reached", field="categoryEndReason")


def test_a_returned_parent_must_be_on_file_as_being_home() -> None:
    history = told_by(*DETERMINED)
    given(*history).when(ending(CategoryEndReason.PARENT_RETURNED)).then_refused(
        "no_parent_at_home", field="categoryEndReason"
    )
    back = cq(
        RecordParentReturn(
            guardian_id=the_id(history, Kinship.MOTHER), returned_on=date(2025, 5, 1)
        ),
        "2025-05-01 09:00",
    )
    facts = (
        given(*told_by(*DETERMINED, back)).when(ending(CategoryEndReason.PARENT_RETURNED)).facts()
    )
    assert isinstance(facts[0], CategoryEnded)


@pytest.mark.parametrize(
    ("at", "refused"), [("2025-12-31 09:00", True), ("2026-01-01 09:00", False)]
)
def test_a_pack_ended_only_when_it_has(at: str, *, refused: bool) -> None:
    code = CategoryCode.LBC_RURAL_SH
    history = told_by(*sh_left_behind(), jd(DetermineCategory(category=code), "2024-07-01 10:00"))
    asked = given(*history).when(
        jd(EndCategory(category=code, category_end_reason=CategoryEndReason.PACK_ENDED), at)
    )
    if refused:
        asked.then_refused("pack_still_binds", field="categoryEndReason")
    else:
        assert isinstance(asked.facts()[0], CategoryEnded)


def test_a_category_the_child_is_not_in_cannot_end() -> None:
    given(*told_by(*li_left_behind())).when(ending(CategoryEndReason.MOVED)).then_refused(
        "not_in_category", field="category"
    )


def test_a_new_category_wakes_the_file() -> None:
    rested = (*DETERMINED, ending(CategoryEndReason.MOVED))
    assert after(*rested).file.status is FileStatus.DORMANT
    again = cq(DetermineCategory(category=CQ), "2025-07-01 10:00")
    child = after(*rested, again)
    assert (child.file.status, child.file.dormant_until) == (FileStatus.OPEN, None)
    assert isinstance(told_by(*rested, again)[-2], CategoryDetermined)


def undone(*history: Command[Any], name: str) -> Command[Any]:
    """The last record of this name did not happen."""
    record = [e for e in told_by(*history) if e.name == name][-1]
    wrong = DisavowEvent(target_event_id=record.told.event_id, disavowal_reason="误录")
    return cq(wrong, "2025-03-05 09:00")


def test_a_mark_that_was_not_made_is_none_and_one_not_taken_off_stands() -> None:
    marked = (*DETERMINED, cq(SetSchoolRollFlag(), "2025-03-03 10:03"))
    cleared = (*marked, cq(ClearSchoolRollFlag(), "2025-03-04 10:03"))
    never = after(*marked, undone(*marked, name="child.school_roll_flag_set"))
    still = after(*cleared, undone(*cleared, name="child.school_roll_flag_cleared"))
    assert (never.file.roll_flagged, still.file.roll_flagged) == (False, True)
    assert not after(*cleared).file.roll_flagged


def test_the_mark_goes_with_a_category_that_was_none() -> None:
    marked = (*DETERMINED, cq(SetSchoolRollFlag(), "2025-03-03 10:03"))
    wrong = undone(*marked, name="child.category_determined")
    facts = given(*told_by(*marked)).when(wrong).facts()
    assert SchoolRollFlagCleared(school_unit_id=SCHOOL) in facts
    left = after(*marked, wrong)
    assert (left.file.left_behind, left.file.roll_flagged) == (False, False)
