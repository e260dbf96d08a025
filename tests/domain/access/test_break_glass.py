"""Break-glass: reason, fresh sign-in, one child, a short while; one review by somebody else, and consequences."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

import pytest

from domain.access.break_glass import BreakGlassOftenUsed, BreakGlassUsed, UseBreakGlass
from domain.access.break_glass_review import (
    AnswerForBreakGlass,
    BreakGlassReviewed,
    ReviewBreakGlass,
)
from domain.access.state import AccessOrder
from domain.child.access_state import KeptAway
from domain.child.care_state import Guardian
from domain.child.emergency_access import EmergencyAccessNoted, NoteEmergencyAccess, file_is_told
from domain.terms.access import AccessReview, BreakGlassGround
from tests.domain.access.asking import (
    CHILD,
    CITY,
    CIVIL,
    OFFICER,
    POLICE,
    REVIEWER,
    TOWNSHIP,
    WORKER,
    after,
    facts,
    of,
    on_file,
    refused,
)
from tests.domain.story import Story
from tests.dsl import an_id, local

EMPTY = AccessOrder(id=an_id("order"))
REASON = "十五个字以上的紧急情况说明文字"
USE = UseBreakGlass(
    child_id=CHILD,
    break_glass_ground=BreakGlassGround.LIFE_IN_DANGER,
    break_glass_reason=REASON,
)
UNJUST = ReviewBreakGlass(review_outcome=AccessReview.NOT_JUSTIFIED, review_reason="无警情")


def used() -> AccessOrder:
    state: AccessOrder = after(EMPTY, *facts(EMPTY, USE, OFFICER, on_file()))
    return state


def test_it_opens_for_an_hour_tells_the_holder_and_names_the_reviewer() -> None:
    (told,) = facts(EMPTY, USE, OFFICER, on_file())
    assert isinstance(told, BreakGlassUsed)
    assert told.child_id == CHILD
    assert told.user_assignment_id == OFFICER.assignment_id
    assert told.user_unit_id == POLICE.id
    assert told.open_until == local("2025-03-03 10:00")
    assert told.told_unit_id == TOWNSHIP.id
    assert told.review_unit_id == CIVIL.id
    assert told.review_due_at == local("2025-03-04 23:59:59"), "one working day (A.2 rule 3)"


def earlier(
    name: str, at: str, child: UUID = CHILD, reason: str = "别的紧急情况,须立即核实孩子身份"
) -> AccessOrder:
    """What the officer used before."""
    order = AccessOrder(id=an_id(name))
    use = replace(USE, break_glass_reason=reason, child_id=child)
    file = replace(on_file(), id=child)
    state: AccessOrder = after(order, *facts(order, use, OFFICER, file, at=at))
    return state


def test_none_is_extended_a_new_one_takes_a_new_reason_and_a_new_sign_in() -> None:
    before = earlier("order before", "2025-03-03 08:58")
    five = local("2025-03-03 08:57")
    refused("sign_in_again", EMPTY, USE, OFFICER, on_file(), before, signed_in=five)
    assert facts(EMPTY, USE, OFFICER, on_file(), before, signed_in=local("2025-03-03 08:59"))
    same = earlier("order before", "2025-03-03 08:58", reason=f" {REASON}。")
    code, at_once = "access_reason_repeated", local("2025-03-03 09:00")
    refused(code, EMPTY, USE, OFFICER, on_file(), same, signed_in=at_once, field="breakGlassReason")
    other_child = earlier("order before", "2025-03-03 08:58", an_id("other child"), REASON)
    assert facts(EMPTY, USE, OFFICER, on_file(), other_child, signed_in=at_once)
    told = same.break_glass
    assert told is not None
    another_officer = replace(same, break_glass=replace(told, user_person_id=an_id("x")))
    assert facts(EMPTY, USE, OFFICER, on_file(), another_officer, signed_in=at_once)


def test_the_fourth_in_a_week_is_asked_about() -> None:
    """Authorization notes 5.2: more than three by one person and week alarm; both numbers are the packs'."""
    days = ("2025-02-24 10:00", "2025-02-28 10:00", "2025-03-02 10:00")
    three = [earlier(f"order {n}", at, an_id(f"child {n}")) for n, at in enumerate(days)]
    used_again, alarm = facts(EMPTY, USE, OFFICER, on_file(), *three)
    assert isinstance(used_again, BreakGlassUsed)
    assert isinstance(alarm, BreakGlassOftenUsed)
    assert alarm.uses_counted == 4
    assert alarm.counted_since == local("2025-02-24 09:00")
    assert (alarm.user_person_id, alarm.review_unit_id) == (OFFICER.person_id, CIVIL.id)
    assert len(facts(EMPTY, USE, OFFICER, on_file(), *three[1:])) == 1
    week_over = earlier("order 0", "2025-02-24 08:00", an_id("child 0"))
    assert len(facts(EMPTY, USE, OFFICER, on_file(), week_over, *three[1:])) == 1


def test_the_child_may_be_known_by_name_alone() -> None:
    by_name = replace(USE, child_id=None, wanted_name="余小满", wanted_birth_on=date(2013, 5, 1))
    (told,) = facts(EMPTY, by_name, OFFICER, on_file())
    assert told.child_id == CHILD
    twin = replace(on_file(), id=an_id("twin"))
    refused("not_one_child", EMPTY, by_name, OFFICER, on_file(), twin, field="childId")
    refused("not_one_child", EMPTY, by_name, OFFICER, field="childId")


@pytest.mark.parametrize("reason", ["", " " * 20, "十四个字" * 3])
def test_a_reason_of_the_packs_length(reason: str) -> None:
    short = replace(USE, break_glass_reason=reason)
    refused("access_reason_too_short", EMPTY, short, OFFICER, on_file(), field="breakGlassReason")


def test_who_signed_in_this_morning_signs_in_again() -> None:
    five = local("2025-03-03 08:55")
    assert facts(EMPTY, USE, OFFICER, on_file(), signed_in=five)
    late = five - timedelta(seconds=1)
    refused("sign_in_again", EMPTY, USE, OFFICER, on_file(), signed_in=late)


def test_a_conflict_or_ones_own_child_keeps_it_shut() -> None:
    for somebody in (OFFICER.person_id, POLICE.id):
        kept = KeptAway(conflict_id=an_id("conflict"), kept_away_id=somebody)
        refused("kept_from_child", EMPTY, USE, OFFICER, on_file(conflicts=(kept,)))
    child = on_file()
    own = Guardian(guardian_id=an_id("g"), relation="FATHER", person_id=OFFICER.person_id)
    mine = replace(child, care=replace(child.care, guardians=(own,)))
    refused("kept_from_child", EMPTY, USE, OFFICER, mine)


def test_the_districts_own_use_is_reviewed_by_the_city() -> None:
    (told,) = facts(EMPTY, USE, REVIEWER, on_file())
    assert told.review_unit_id == CITY.id


def test_the_file_hears_of_it_in_the_same_breath() -> None:
    new = facts(EMPTY, USE, OFFICER, on_file())
    (put,) = file_is_told(Story(), used(), new)
    assert put.stream_id == CHILD
    assert isinstance(put.command, NoteEmergencyAccess)
    (noted,) = facts(on_file(), put.command, OFFICER)
    assert isinstance(noted, EmergencyAccessNoted)
    assert noted.user_unit_id == POLICE.id


def test_a_review_has_one_outcome() -> None:
    (reviewed,) = facts(used(), UNJUST, REVIEWER)
    assert isinstance(reviewed, BreakGlassReviewed)
    assert reviewed.review_unit_id == CIVIL.id
    over = after(used(), reviewed)
    justified = replace(UNJUST, review_outcome=AccessReview.JUSTIFIED)
    refused("access_already_reviewed", over, justified, REVIEWER)


def test_who_may_not_review() -> None:
    refused("reviewed_by_user", used(), UNJUST, OFFICER)
    refused("not_reviewing_unit", used(), UNJUST, WORKER)
    silent = replace(UNJUST, review_reason=" ")
    refused("review_reason_missing", used(), silent, REVIEWER, field="reviewReason")


def test_only_what_is_not_justified_is_answered_for_and_once() -> None:
    answer = AnswerForBreakGlass(access_consequence="停止权限")
    refused("nothing_to_answer_for", used(), answer, REVIEWER)
    unjust = after(used(), *facts(used(), UNJUST, REVIEWER))
    silent = AnswerForBreakGlass(access_consequence="")
    refused("consequence_missing", unjust, silent, REVIEWER, field="accessConsequence")
    answered = after(unjust, *facts(unjust, answer, REVIEWER))
    refused("nothing_to_answer_for", answered, answer, REVIEWER)


def test_no_review_without_a_use() -> None:
    refused("out_of_turn", AccessOrder(id=EMPTY.id, version=1), UNJUST, of("x", "court", CIVIL))
