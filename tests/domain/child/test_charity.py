"""Charity beside government aid: asked only when a guardian agrees, and told when it gave (SH2024-2.3.8-b)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from domain.child.charity import AskCharityForHelp, CharityHelpAsked, CharityHelpGiven
from tests.domain.child.family import cq as chongqing
from tests.domain.child.family import jd, noted, opening, sh_opening, told_by
from tests.dsl import an_id, given, person, place, put

OPENED = told_by(jd(sh_opening()))
NOW = "2024-08-01 09:00"
ASK = AskCharityForHelp(
    charity_name="嘉定区慈善基金会",
    help_wanted="冬季衣物、课桌",
    agreeing_guardian="姚桂兰",
    agreed_on=date(2024, 7, 30),
)
ASKED = CharityHelpAsked(
    charity_name="嘉定区慈善基金会",
    help_wanted="冬季衣物、课桌",
    agreeing_guardian="姚桂兰",
    agreed_on=date(2024, 7, 30),
)


def test_a_charity_is_asked_with_the_agreement_of_a_guardian() -> None:
    (asked,) = given(*OPENED).when(jd(ASK, NOW)).facts()
    assert asked == ASKED
    assert "SH2024-2.3.8-b" in asked.told.clauses


@pytest.mark.parametrize(
    ("agreeing_guardian", "agreed_on", "field"),
    [
        (None, date(2024, 7, 30), "agreeingGuardian"),
        ("  ", date(2024, 7, 30), "agreeingGuardian"),
        ("姚桂兰", None, "agreedOn"),
        ("姚桂兰", date(2024, 8, 2), "agreedOn"),
    ],
)
def test_without_agreement_no_charity_is_told(
    agreeing_guardian: str | None, agreed_on: date | None, field: str
) -> None:
    ask = replace(ASK, agreeing_guardian=agreeing_guardian, agreed_on=agreed_on)
    given(*OPENED).when(jd(ask, NOW)).then_refused(
        "charity_consent_missing", cites="SH2024-2.3.8-b", field=field
    )


def test_what_a_charity_gave_is_told_with_the_referral_it_follows() -> None:
    given_help = noted(
        CharityHelpGiven,
        charity_name="长宁区红十字会",
        charity_help="助学金",
        help_amount_yuan=3000,
        charity_given_on=date(2024, 8, 1),
        referral_event_id=an_id("referral"),
    )
    given(*OPENED).when(jd(given_help, NOW)).then(
        CharityHelpGiven(
            charity_name="长宁区红十字会",
            charity_help="助学金",
            help_amount_yuan=3000,
            charity_given_on=date(2024, 8, 1),
            referral_event_id=an_id("referral"),
        )
    )


def test_in_changning_it_is_the_help_of_the_district_s_charities() -> None:
    changning = place("上海市/长宁区/江苏路街道")
    command = put(
        replace(ASK, agreed_on=date(2019, 4, 30)),
        by=person("clerk", "township"),
        at="2019-05-06 09:00",
        where=changning,
    )
    (asked,) = given(*told_by(chongqing(opening(), "2019-03-03 09:00"))).when(command).facts()
    assert asked == replace(ASKED, agreed_on=date(2019, 4, 30))
    assert "CN2017-3.2-e" in asked.told.clauses
