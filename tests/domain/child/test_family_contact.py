"""Parents and child in touch, school and family, the child's own words, and follow-up visits."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from domain.child.child_voice import ChildOpinionHeard, HearChildOpinion
from domain.child.family_contact import (
    ParentChildContactFacilitated,
    ParentChildContactRecorded,
    SchoolHomeContactMade,
)
from domain.child.follow_up import FollowUpVisitMade, MakeFollowUpVisit
from domain.kernel import Record, Refused
from domain.terms.care import Kinship
from domain.terms.visits import (
    FamilyChannel,
    FollowUpGround,
    HeardAbout,
    SchoolHomeChannel,
    SchoolHomePeriod,
    SchoolHomeWith,
)
from tests.domain.child.jiading import SCHOOL, T, dues, only, opened


def noted(record: Record[Any]) -> None:
    """The record can be noted down with just these values, and moves no due day."""
    story = opened()
    before = dues(story)
    values = {s.name: getattr(record, s.name) for s in record.specs}
    assert story.put(type(record).Command(**values), at="2024-07-20 10:00") == (record,)
    assert dues(story) == before


@pytest.mark.clause("SH2020-3.1-g")
def test_parents_in_touch_are_recorded() -> None:
    noted(
        ParentChildContactRecorded(
            parent_in_touch=Kinship.MOTHER,
            family_channel=FamilyChannel.MEETING,
            met_in_person=True,
            family_contact_note="暑期来沪探望",
        )
    )


def test_help_with_being_in_touch_is_recorded() -> None:
    noted(
        ParentChildContactFacilitated(
            family_channel=FamilyChannel.VIDEO, facilitating_unit_id=SCHOOL
        )
    )


@pytest.mark.parametrize("channel", SchoolHomeChannel)
@pytest.mark.parametrize("spoken_with", SchoolHomeWith)
@pytest.mark.clause("SH2020-3.3-d", "CQ2016-3.3-o")
def test_a_teachers_contact_is_no_contact_of_the_director(
    channel: SchoolHomeChannel, spoken_with: SchoolHomeWith
) -> None:
    noted(
        SchoolHomeContactMade(
            school_home_channel=channel,
            school_home_with=spoken_with,
            school_home_period=SchoolHomePeriod.BEFORE_SUMMER_HOLIDAY,
        )
    )


def test_the_child_is_quoted() -> None:
    story = opened()
    heard = HearChildOpinion(
        heard_about=HeardAbout.ENTRUSTED_CARER,
        able_to_express=True,
        child_words="想跟外婆住",
        opinion_followed=True,
    )
    facts = story.put(heard, at="2024-07-20 10:00")
    assert facts == (
        ChildOpinionHeard(
            heard_about=HeardAbout.ENTRUSTED_CARER,
            able_to_express=True,
            child_words="想跟外婆住",
            opinion_followed=True,
        ),
    )


def test_a_child_that_cannot_express_itself_was_asked_too() -> None:
    story = opened()
    asked = HearChildOpinion(heard_about=HeardAbout.SUPPORT, able_to_express=False)
    assert len(story.put(asked, at="2024-07-20 10:00")) == 1


@pytest.mark.parametrize(
    ("given", "code", "field"),
    [
        ({"child_words": " "}, "heard_words_missing", "childWords"),
        (
            {"child_words": "不愿意", "opinion_followed": False},
            "heard_reason_missing",
            "notFollowedBecause",
        ),
    ],
    ids=["words", "reason"],
)
def test_words_and_reasons_are_not_left_out(given: dict[str, Any], code: str, field: str) -> None:
    asked = HearChildOpinion(heard_about=HeardAbout.DAILY_CARE, able_to_express=True, **given)
    with pytest.raises(Refused) as refused:
        opened().put(asked, at="2024-07-20 10:00")
    assert (refused.value.code, refused.value.field) == (code, field)
    assert refused.value.clauses == ("SH2024-0-b",)


def follow_up(text: str = "适应良好", *, seen: bool = True) -> MakeFollowUpVisit:
    """A follow-up by district civil affairs."""
    return MakeFollowUpVisit(
        follow_up_ground=FollowUpGround.RETURNED_HOME, child_seen=seen, follow_up_finding=text
    )


def test_follow_ups_are_every_two_weeks_for_three_months_then_monthly_for_nine() -> None:
    story = opened()
    due = {
        "2024-07-10": date(2024, 7, 24),
        "2024-10-09": date(2024, 10, 23),
        "2024-10-10": date(2024, 11, 10),
        "2025-06-10": date(2025, 7, 10),
        "2025-06-11": None,
    }
    for day, expected in due.items():
        made = only(story.put(follow_up(), at=f"{day} 10:00"), FollowUpVisitMade)
        assert made.followed_since == date(2024, 7, 10)
        assert made.next_follow_up_on == expected
    assert story.child(T).visits.last_home_visit_on is None


def test_a_child_that_was_not_seen_is_to_be_seen_by_the_day_it_was() -> None:
    """定期跟踪回访 (SH2024-2.2.6-c): of the child; a closed door moves nothing."""
    story = opened()
    asked = [
        ("2024-07-10", False),
        ("2024-07-11", True),
        ("2024-07-20", False),
        ("2024-08-01", False),
    ]
    due = [date(2024, 7, 10), date(2024, 7, 25), date(2024, 7, 25), date(2024, 7, 25)]
    for (day, seen), expected in zip(asked, due, strict=True):
        made = only(story.put(follow_up(seen=seen), at=f"{day} 10:00"), FollowUpVisitMade)
        assert made.next_follow_up_on == expected


def test_a_follow_up_says_what_it_found() -> None:
    with pytest.raises(Refused) as refused:
        opened().put(follow_up(" "), at="2024-07-20 10:00")
    assert refused.value.code == "follow_up_finding_missing"
    assert refused.value.field == "followUpFinding"
