"""复核、终止、发放、逾期: before the birthday and on it; every first of June; what nobody decides (T-09, T-12)."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from domain.child.corrections import CorrectEvent
from domain.child.entitlement_decision import EntitlementGranted
from domain.child.entitlement_overdue import EntitlementDecisionOverdue, NoteEntitlementOverdue
from domain.child.entitlement_payment import (
    CultureSubsidyListed,
    CultureSubsidyPaid,
    EntitlementPaid,
    ListForCultureSubsidy,
    PayCultureSubsidy,
    RecordEntitlementPayment,
)
from domain.child.entitlement_review import (
    EndEntitlementByAge,
    EntitlementEnded,
    EntitlementRedated,
    EntitlementReviewDue,
    EntitlementReviewed,
    NoteEntitlementReviewDue,
    OpenEntitlementReview,
    ReviewEntitlement,
)
from domain.child.entitlement_state import EntitlementStatus, Item
from domain.kernel import Refused
from domain.terms.entitlements import EntitlementEnd, ReviewCause, ReviewOutcome
from tests.domain.child.aid import (
    CITY,
    CIVIL,
    LODGING,
    MOTHER,
    TEACHING,
    F,
    T,
    apply,
    day,
    grant,
    only,
    screen,
    story_of,
)
from tests.domain.child.family import CHANGNING_CIVIL, JUYUAN
from tests.domain.story import Story
from tests.dsl import an_id

DESTITUTE = (F.NO_LABOUR, F.NO_MEANS, F.NO_SUPPORTER)


def granted(story: Story, entitlement: T, *facts: F, at: str, from_on: str, by: Any = CIVIL) -> Any:
    """Screened, applied for and granted on one day."""
    story.put(screen(entitlement, *facts), at=f"{at} 09:00", by=by)
    story.put(apply(entitlement), at=f"{at} 09:10", by=MOTHER)
    return only(story.put(grant(entitlement, from_on), at=f"{at} 09:20", by=by), EntitlementGranted)


def item(story: Story, entitlement: T) -> Item:
    found = story.child(an_id("T.")).entitlements.current(entitlement)
    assert found is not None
    return found


def end_by_age(one: Item) -> EndEntitlementByAge:
    return EndEntitlementByAge(entitlement_item_id=one.item_id)


# ── T-09: the sixteenth birthday of E., 2019-11-20


@pytest.fixture
def destitute() -> Story:
    story = story_of("2003-11-20")
    fact = granted(story, T.HARDSHIP_SUPPORT, *DESTITUTE, at="2019-04-01", from_on="2019-04-01")
    assert fact.entitlement_review_on == date(2019, 9, 21), "sixty days before"
    assert fact.entitlement_ends_on == date(2019, 11, 20)
    granted(
        story,
        T.FREE_EDUCATION,
        F.LIMB_DISABILITY,
        at="2019-04-02",
        from_on="2019-09-01",
        by=TEACHING,
    )
    return story


def test_the_review_comes_sixty_days_before_the_birthday(destitute: Story) -> None:
    one = item(destitute, T.HARDSHIP_SUPPORT)
    ask = NoteEntitlementReviewDue(entitlement_item_id=one.item_id)
    assert destitute.put(ask, at="2019-09-20 09:00") == ()
    due, *_ = destitute.put(ask, at="2019-09-21 00:00")
    assert isinstance(due, EntitlementReviewDue)
    assert due.review_cause is ReviewCause.AGE
    assert due.entitlement_unit_id == CHANGNING_CIVIL.id
    assert destitute.put(ask, at="2019-09-22 09:00") == ()
    assert item(destitute, T.HARDSHIP_SUPPORT).held, "it goes on while it is reviewed"


def test_on_the_birthday_it_ends_and_free_education_goes_on(destitute: Story) -> None:
    one = item(destitute, T.HARDSHIP_SUPPORT)
    assert destitute.put(end_by_age(one), at="2019-11-19 23:59") == ()
    recorded = destitute.put(end_by_age(one), at="2019-11-20 00:00")
    ended = only(recorded, EntitlementEnded)
    assert (ended.entitlement_end, ended.entitlement_ended_on) == (
        EntitlementEnd.AGE_REACHED,
        date(2019, 11, 20),
    )
    assert destitute.put(end_by_age(one), at="2019-11-21 00:00") == ()
    free = item(destitute, T.FREE_EDUCATION)
    assert free.status is EntitlementStatus.ACTIVE
    assert free.ends_on is None
    assert destitute.put(end_by_age(free), at="2021-11-20 00:00") == ()


def test_nobody_is_granted_it_from_the_birthday_on() -> None:
    story = story_of("2003-11-20")
    story.put(screen(T.HARDSHIP_SUPPORT, *DESTITUTE), at="2019-11-01 09:00")
    story.put(apply(T.HARDSHIP_SUPPORT), at="2019-11-02 09:00", by=MOTHER)
    with pytest.raises(Refused) as refusal:
        story.put(grant(T.HARDSHIP_SUPPORT, "2019-11-20"), at="2019-11-05 09:00", by=CIVIL)
    assert refusal.value.code == "entitlement_age_passed"
    assert "CN2017-3.1-b" in refusal.value.clauses


def test_a_corrected_birth_date_moves_the_days(destitute: Story) -> None:
    opening = destitute.told[0][1].told.event_id
    wrong = CorrectEvent(
        target_event_id=opening, what_was_wrong="出生日期", birth_on=day("2004-02-20")
    )
    redated = only(destitute.put(wrong, at="2019-06-01 09:00"), EntitlementRedated)
    assert redated.entitlement_ends_on == date(2020, 2, 20)
    assert redated.entitlement_review_on == date(2019, 12, 22)
    one = item(destitute, T.HARDSHIP_SUPPORT)
    assert destitute.put(end_by_age(one), at="2019-11-20 00:00") == ()
    assert only(destitute.put(end_by_age(one), at="2020-02-20 00:00"), EntitlementEnded)


def test_a_review_continues_before_the_birthday_and_never_after(destitute: Story) -> None:
    go_on = ReviewEntitlement(
        entitlement=T.HARDSHIP_SUPPORT,
        review_outcome=ReviewOutcome.CONTINUE,
        review_reason="情况未变",
    )
    reviewed, *_ = destitute.put(go_on, at="2019-10-01 09:00", by=CIVIL)
    assert isinstance(reviewed, EntitlementReviewed)
    with pytest.raises(Refused) as refusal:
        destitute.put(go_on, at="2019-11-20 09:00", by=CIVIL)
    assert refusal.value.code == "entitlement_ends_with_age"


# ── Facts change


def review(outcome: ReviewOutcome, **more: Any) -> ReviewEntitlement:
    usual: dict[str, Any] = {
        "entitlement": T.MINIMUM_LIVING,
        "review_outcome": outcome,
        "review_reason": "收入核对",
    }
    return ReviewEntitlement(**{**usual, **more})


@pytest.fixture
def poor() -> Story:
    story = story_of("2010-05-04")
    granted(
        story,
        T.MINIMUM_LIVING,
        F.MINIMUM_LIVING_CONDITIONS,
        at="2019-04-01",
        from_on="2019-05-01",
    )
    return story


def test_when_facts_change_it_is_reviewed_and_what_came_with_it_too(poor: Story) -> None:
    poor.put(grant(T.MEDICAL_AID, "2019-05-01"), at="2019-04-01 10:00", by=CIVIL)
    changed = OpenEntitlementReview(entitlement=T.MINIMUM_LIVING, changed_facts="父亲就业")
    due = only(poor.put(changed, at="2019-08-01 09:00", by=CIVIL), EntitlementReviewDue)
    assert due.review_cause is ReviewCause.FACTS_CHANGED
    assert poor.put(changed, at="2019-08-02 09:00", by=CIVIL) == ()
    recorded = poor.put(review(ReviewOutcome.END), at="2019-08-20 09:00", by=CIVIL)
    assert only(recorded, EntitlementEnded).entitlement_end is EntitlementEnd.FACTS_CHANGED
    follow = only(recorded, EntitlementReviewDue)
    assert (follow.entitlement, follow.review_cause) == (T.MEDICAL_AID, ReviewCause.SOURCE_ENDED)
    last = poor.put(
        review(ReviewOutcome.END, entitlement=T.MEDICAL_AID), at="2019-08-25 09:00", by=CIVIL
    )
    assert only(last, EntitlementEnded).entitlement_end is EntitlementEnd.SOURCE_ENDED


@pytest.mark.parametrize(
    ("command", "by", "code"),
    [
        (OpenEntitlementReview(entitlement=T.MINIMUM_LIVING, changed_facts=" "), CIVIL, "changed_facts_missing"),
        (OpenEntitlementReview(entitlement=T.MEDICAL_AID, changed_facts="x"), CIVIL, "entitlement_not_held"),
        (OpenEntitlementReview(entitlement=T.HOUSING, changed_facts="x"), CIVIL, "unknown_entitlement"),
        (review(ReviewOutcome.END, review_reason=""), CIVIL, "entitlement_reason_missing"),
        (review(ReviewOutcome.END), LODGING, "not_deciding_unit"),
        (review(ReviewOutcome.END, entitlement=T.MEDICAL_AID), CIVIL, "entitlement_not_held"),
    ],
)  # fmt: skip
def test_a_review_is_of_what_is_held_by_whom_it_concerns(
    poor: Story, command: Any, by: Any, code: str
) -> None:
    with pytest.raises(Refused) as refusal:
        poor.put(command, at="2019-08-01 09:00", by=by)
    assert refusal.value.code == code


# ── T-12: every first of June


def test_every_first_of_june_once_a_year(poor: Story) -> None:
    assert poor.put(PayCultureSubsidy(), at="2019-05-31 23:59") == ()
    paid, *_ = poor.put(PayCultureSubsidy(), at="2019-06-01 00:00")
    assert isinstance(paid, CultureSubsidyPaid)
    assert (paid.entitlement, paid.paid_on, paid.paid_year) == (
        T.CULTURE_SUBSIDY,
        date(2019, 6, 1),
        2019,
    )
    assert paid.subsidy_on == date(2020, 6, 1)
    assert paid.subsidy_list_on == (date(2020, 5, 2),)
    assert poor.put(PayCultureSubsidy(), at="2019-06-01 12:00") == ()
    second, *_ = poor.put(PayCultureSubsidy(), at="2020-06-01 00:00")
    assert isinstance(second, CultureSubsidyPaid)
    assert second.paid_year == 2020


def test_the_list_is_made_thirty_days_ahead(poor: Story) -> None:
    listed, *_ = poor.put(ListForCultureSubsidy(), at="2019-05-02 00:00")
    assert isinstance(listed, CultureSubsidyListed)
    assert listed.subsidy_on == date(2019, 6, 1)
    assert poor.put(ListForCultureSubsidy(), at="2019-06-01 00:00") == ()


def test_who_is_judged_is_the_family_on_that_day(poor: Story) -> None:
    poor.put(review(ReviewOutcome.END), at="2019-05-20 09:00", by=CIVIL)
    assert poor.put(PayCultureSubsidy(), at="2019-06-01 00:00") == ()
    assert poor.put(ListForCultureSubsidy(), at="2019-05-31 00:00", late_because="x") == ()


def test_a_clock_that_rings_late_still_asks_for_that_day(poor: Story) -> None:
    poor.put(review(ReviewOutcome.END), at="2019-06-02 09:00", by=CIVIL)
    paid, *_ = poor.put(PayCultureSubsidy(), at="2019-06-03 09:00")
    assert isinstance(paid, CultureSubsidyPaid)
    assert paid.paid_on == date(2019, 6, 1)


def test_after_the_text_has_ended_nothing_is_paid(poor: Story) -> None:
    """CN2017 ends on 2022-07-31."""
    poor.put(PayCultureSubsidy(), at="2019-06-01 00:00")
    child = poor.child(an_id("T."))
    assert child.entitlements.subsidy_on == date(2020, 6, 1)
    assert poor.put(PayCultureSubsidy(), at="2023-06-01 00:00") == ()


def test_a_grown_up_is_no_child_any_more() -> None:
    story = story_of("2001-05-31")
    granted(
        story, T.MINIMUM_LIVING, F.MINIMUM_LIVING_CONDITIONS, at="2019-04-01", from_on="2019-04-01"
    )
    assert story.put(PayCultureSubsidy(), at="2019-06-01 00:00") == ()


def test_no_subsidy_where_no_text_gives_one() -> None:
    story = story_of("2014-05-04", "2024-03-01 09:00", JUYUAN)
    fact = granted(
        story, T.MINIMUM_LIVING, F.MINIMUM_LIVING_CONDITIONS, at="2024-04-01", from_on="2024-05-01"
    )
    assert fact.subsidy_on is None


def test_a_payment_is_recorded_of_what_was_held_that_day(poor: Story) -> None:
    def pay(**more: Any) -> RecordEntitlementPayment:
        usual: dict[str, Any] = {
            "entitlement": T.MINIMUM_LIVING,
            "paid_on": day("2019-06-05"),
            "paid_yuan": 1160,
        }
        return RecordEntitlementPayment(**{**usual, **more})

    paid, *_ = poor.put(pay(), at="2019-06-05 10:00", by=CIVIL)
    assert isinstance(paid, EntitlementPaid)
    for more, code in (
        ({"paid_on": day("2019-04-30")}, "payment_without_grant"),
        ({"paid_on": day("2019-07-05")}, "paid_later"),
        ({"paid_yuan": 0}, "paid_amount_missing"),
        ({"entitlement": T.HOUSING}, "payment_without_grant"),
    ):
        with pytest.raises(Refused) as refusal:
            poor.put(pay(**more), at="2019-06-06 10:00", by=CIVIL)
        assert refusal.value.code == code


# ── 应助尽助


def test_a_child_about_whom_nobody_decides_shows() -> None:
    story = story_of("2010-05-04")
    story.put(screen(T.MINIMUM_LIVING, F.MINIMUM_LIVING_CONDITIONS), at="2019-04-01 09:00")
    one = item(story, T.MINIMUM_LIVING)
    ask = NoteEntitlementOverdue(entitlement_item_id=one.item_id)
    assert story.put(ask, at="2019-04-29 23:59") == ()
    overdue, *_ = story.put(ask, at="2019-04-30 00:00")
    assert isinstance(overdue, EntitlementDecisionOverdue)
    assert overdue.entitlement_by == date(2019, 4, 29)
    assert overdue.entitlement_unit_id == CHANGNING_CIVIL.id
    assert overdue.escalated_to_unit_id == CITY.id
    assert story.put(ask, at="2019-05-01 00:00") == ()
    story.put(apply(T.MINIMUM_LIVING), at="2019-05-02 09:00", by=MOTHER)
    assert item(story, T.MINIMUM_LIVING).overdue
    story.put(grant(T.MINIMUM_LIVING, "2019-05-01"), at="2019-05-03 09:00", by=CIVIL)
    assert not item(story, T.MINIMUM_LIVING).overdue


def test_what_is_decided_in_time_is_never_overdue(poor: Story) -> None:
    ask = NoteEntitlementOverdue(entitlement_item_id=item(poor, T.MINIMUM_LIVING).item_id)
    assert poor.put(ask, at="2019-06-30 00:00") == ()
