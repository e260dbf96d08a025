"""Duties of a period: opened on 1 January, met in their own period, warned of, missed (T-13 … T-18; scenario 20)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from domain.kernel import Event
from domain.terms.oversight import DutyCode, DutyPeriod
from domain.terms.safety import SafetyAudience, SafetyTopic
from domain.terms.units import UnitKind
from domain.unit.obligation_clock import (
    NoteObligationMissed,
    ObligationMissed,
    ObligationWarned,
    WarnObligation,
)
from domain.unit.obligations import (
    AccountForMissedObligation,
    FulfilObligation,
    MissedObligationAccounted,
    ObligationCreated,
    ObligationFulfilled,
    ObligationYearOpened,
    OpenObligationYear,
    obligation_id,
)
from domain.unit.plans_filed import IssueWorkBulletin, WorkBulletinIssued
from domain.unit.safety import HoldSafetyActivity, SafetyActivityHeld
from domain.unit.state import Unit
from tests.domain.story import Story
from tests.domain.unit.cast import (
    CAOTANG,
    CHONGMING,
    CITY,
    DIRECTORY,
    DISTRICT,
    EDUCATION,
    OUYING,
    SHANGHAI,
    TOWNSHIP,
    VILLAGE_THERE,
    XIANGHUA,
    here,
    named,
    registered,
)
from tests.domain.unit.owing import (
    AT_SCHOOL,
    BUREAU,
    CALENDAR,
    COUNTY,
    ME,
    NEW_YEAR,
    STATION,
    held,
    opened,
    owed,
)
from tests.dsl import an_id, given, told


def test_a_district_owes_its_duties_once_a_year_and_a_bulletin_every_quarter() -> None:
    facts = opened(COUNTY, CHONGMING)
    assert facts[0] == ObligationYearOpened(duty_year=2025, next_year_on=date(2026, 1, 1))
    assert owed(facts) == [
        ("ANNUAL_REPORT", "2025", date(2025, 11, 30)),
        ("DIRECTOR_TRAINING_DISTRICT", "2025", date(2025, 12, 31)),
        ("DISTRICT_SAFETY", "2025", date(2025, 12, 31)),
        ("FULL_INSPECTION", "2025", date(2025, 12, 31)),
        ("WORK_BULLETIN", "2025-01-01", date(2025, 3, 31)),
        ("WORK_BULLETIN", "2025-04-01", date(2025, 6, 30)),
        ("WORK_BULLETIN", "2025-07-01", date(2025, 9, 30)),
        ("WORK_BULLETIN", "2025-10-01", date(2025, 12, 31)),
    ]
    report = facts[1]
    assert isinstance(report, ObligationCreated)
    assert report.duty_warn_on == (date(2025, 11, 1), date(2025, 11, 15), date(2025, 11, 25))
    assert report.obligation_id == obligation_id(ME, "ANNUAL_REPORT", "2025")


BULLETIN = IssueWorkBulletin(
    bulletin_from_on=date(2025, 1, 1),
    bulletin_to_on=date(2025, 3, 31),
    bulletin_summary="走访按期率",
)


@pytest.mark.clause("SH2020-5.4-e")
def test_a_bulletin_meets_the_duty_of_the_quarter_in_which_it_is_issued() -> None:
    """定期通报, every quarter by the platform's default: what tells of the first quarter is owed in the second."""
    history = (COUNTY, *opened(COUNTY, CHONGMING))
    issued, done = given(*history).when(here(BULLETIN, at="2025-04-10 09:00")).facts()
    assert isinstance(issued, WorkBulletinIssued)
    assert isinstance(done, ObligationFulfilled)
    assert (done.duty_code, done.duty_period) == ("WORK_BULLETIN", "2025-04-01")
    again = here(BULLETIN, at="2025-04-11 09:00")
    assert named(given(*history, issued, done).when(again).facts()) == ["work_bulletin_issued"]
    first = NoteObligationMissed(obligation_id=obligation_id(ME, "WORK_BULLETIN", "2025-01-01"))
    late = here(first, at="2025-04-10 10:00", where=CHONGMING)
    assert named(given(*history, issued, done).when(late).facts()) == ["obligation_missed"]


def test_a_bulletin_tells_of_what_lies_behind() -> None:
    history = given(COUNTY, *opened(COUNTY, CHONGMING))
    ahead = replace(BULLETIN, bulletin_to_on=date(2025, 4, 11))
    history.when(here(ahead, at="2025-04-10 09:00")).then_refused(
        "bulletin_in_future", field="bulletinToOn"
    )
    assert history.when(here(ahead, at="2025-04-11 00:00")).facts()
    turned = replace(BULLETIN, bulletin_to_on=date(2024, 12, 31))
    history.when(here(turned, at="2025-04-10 09:00")).then_refused(
        "bulletin_reversed", field="bulletinToOn"
    )


def test_no_bulletin_is_owed_once_its_text_has_ended() -> None:
    assert "WORK_BULLETIN" not in {
        c for c, _, _ in owed(opened(COUNTY, CHONGMING, "2026-01-01 00:00"))
    }


def test_the_city_owes_the_training_too() -> None:
    assert owed(opened(BUREAU, SHANGHAI)) == [
        ("DIRECTOR_TRAINING_CITY", "2025", date(2025, 12, 31))
    ]


@pytest.mark.clause("SH2024-2.4.12-b")
def test_a_station_owes_one_activity_a_quarter() -> None:
    assert owed(opened(STATION, XIANGHUA)) == [
        ("STATION_ACTIVITY", "2025-Q1", date(2025, 3, 31)),
        ("STATION_ACTIVITY", "2025-Q2", date(2025, 6, 30)),
        ("STATION_ACTIVITY", "2025-Q3", date(2025, 9, 30)),
        ("STATION_ACTIVITY", "2025-Q4", date(2025, 12, 31)),
    ]


def test_periods_that_are_over_are_not_owed_by_a_unit_that_comes_later() -> None:
    assert [period for _, period, _ in owed(opened(STATION, XIANGHUA, "2025-08-01 09:00"))] == [
        "2025-Q3",
        "2025-Q4",
    ]


def test_a_year_is_opened_once() -> None:
    history = given(STATION, *opened(STATION, XIANGHUA))
    history.when(here(OpenObligationYear(), at="2025-05-01 00:00", where=XIANGHUA)).then_nothing()


def test_where_no_text_asks_nothing_is_owed_and_the_next_year_looks_again() -> None:
    chongqing = registered(UnitKind.TOWNSHIP, CAOTANG)
    assert named(opened(chongqing, OUYING)) == ["obligation_year_opened"]


def test_a_quarter_without_an_activity_is_missed_and_the_district_hears_of_it() -> None:
    second = obligation_id(ME, "STATION_ACTIVITY", "2025-Q2")
    history = given(STATION, *opened(STATION, XIANGHUA))
    note = NoteObligationMissed(obligation_id=second)
    history.when(here(note, at="2025-06-30 23:59", where=XIANGHUA)).then_nothing()
    history.when(here(note, at="2025-07-01 00:00", where=XIANGHUA)).then(
        ObligationMissed(
            obligation_id=second,
            duty_code=DutyCode("STATION_ACTIVITY"),
            duty_period=DutyPeriod("2025-Q2"),
            duty_unit_id=ME,
            superior_unit_id=DISTRICT,
        )
    )


@pytest.mark.parametrize(
    ("unit", "where", "above"),
    [(AT_SCHOOL, XIANGHUA, EDUCATION), (COUNTY, CHONGMING, CITY)],
    ids=["school", "district"],
)
def test_who_hears_of_a_missed_duty(unit: Event[Any], where: str, above: object) -> None:
    facts = opened(unit, where)
    calendar = given(unit, *facts).when(here(CALENDAR, at="2025-01-03 09:00", where=where))
    dated = calendar.facts() if unit is AT_SCHOOL else ()
    first = next(f for f in facts if isinstance(f, ObligationCreated))
    note = here(
        NoteObligationMissed(obligation_id=first.obligation_id), at="2026-01-01 00:00", where=where
    )
    (missed,) = given(unit, *facts, *dated).when(note).facts()
    assert isinstance(missed, ObligationMissed)
    assert missed.superior_unit_id == above


def test_an_undated_or_unknown_duty_is_never_missed() -> None:
    undated = (
        replace(f, duty_due_on=None, due_presumed=False) if isinstance(f, ObligationCreated) else f
        for f in opened(AT_SCHOOL, XIANGHUA)
    )
    history = given(AT_SCHOOL, *undated)
    for duty in (obligation_id(ME, "SCHOOL_SAFETY", "2025-WINTER"), an_id("none")):
        note = NoteObligationMissed(obligation_id=duty)
        history.when(here(note, at="2026-01-01 00:00", where=XIANGHUA)).then_nothing()


def test_a_third_quarter_activity_never_fills_the_second() -> None:
    history = (STATION, *opened(STATION, XIANGHUA))
    activity, done = given(*history).when(held("STATION_ACTIVITY", at="2025-07-15 14:00")).facts()
    assert isinstance(activity, SafetyActivityHeld)
    assert not activity.double_use
    assert isinstance(done, ObligationFulfilled)
    assert done.duty_period == "2025-Q3"
    second = obligation_id(ME, "STATION_ACTIVITY", "2025-Q2")
    note = here(NoteObligationMissed(obligation_id=second), at="2025-07-16 00:00", where=XIANGHUA)
    assert named(given(*history, activity, done).when(note).facts()) == ["obligation_missed"]


def test_a_met_duty_is_neither_missed_nor_warned_nor_met_again() -> None:
    history = (STATION, *opened(STATION, XIANGHUA))
    met = given(*history).when(held("STATION_ACTIVITY", at="2025-05-15 14:00")).facts()
    second = obligation_id(ME, "STATION_ACTIVITY", "2025-Q2")
    for command in (
        NoteObligationMissed(obligation_id=second),
        WarnObligation(obligation_id=second),
    ):
        asked = here(command, at="2025-07-01 00:00", where=XIANGHUA)
        given(*history, *met).when(asked).then_nothing()
    again = given(*history, *met).when(held("STATION_ACTIVITY", at="2025-05-20 14:00")).facts()
    assert named(again) == ["safety_activity_held"]


def test_an_open_duty_is_warned_of() -> None:
    second = obligation_id(ME, "STATION_ACTIVITY", "2025-Q2")
    warn = here(WarnObligation(obligation_id=second), at="2025-06-15 00:00", where=XIANGHUA)
    given(STATION, *opened(STATION, XIANGHUA)).when(warn).then(
        ObligationWarned(
            obligation_id=second,
            duty_code=DutyCode("STATION_ACTIVITY"),
            duty_due_on=date(2025, 6, 30),
        )
    )


def _missed(period: str) -> ObligationMissed:
    return ObligationMissed(
        obligation_id=obligation_id(ME, "STATION_ACTIVITY", period),
        duty_code=DutyCode("STATION_ACTIVITY"),
        duty_period=DutyPeriod(period),
        duty_unit_id=ME,
    )


def test_an_activity_of_that_quarter_entered_later_counts_and_shows_as_late() -> None:
    history = given(STATION, *opened(STATION, XIANGHUA), _missed("2025-Q2"))
    _, done = history.when(held("STATION_ACTIVITY", at="2025-06-20 14:00")).facts()
    assert isinstance(done, ObligationFulfilled)
    assert (done.duty_period, done.after_missed) == ("2025-Q2", True)


def test_a_missed_duty_is_accounted_for_and_stays_missed() -> None:
    second = obligation_id(ME, "STATION_ACTIVITY", "2025-Q2")
    account = AccountForMissedObligation(obligation_id=second, missed_account="人员调整")
    history = given(STATION, *opened(STATION, XIANGHUA))
    history.when(here(account)).then_refused("obligation_not_missed", field="obligationId")
    late = given(STATION, *opened(STATION, XIANGHUA), _missed("2025-Q2"))
    late.when(here(account)).then(
        MissedObligationAccounted(obligation_id=second, missed_account="人员调整")
    )
    silent = AccountForMissedObligation(obligation_id=second, missed_account=" ")
    late.when(here(silent)).then_refused("missed_account_missing", field="missedAccount")
    unknown = AccountForMissedObligation(obligation_id=an_id("none"), missed_account="无")
    late.when(here(unknown)).then_refused("unknown_obligation")
    after = late.state(Unit()).obligations.find(second)
    assert after.missed


def test_one_activity_for_two_duties_is_declared_and_shown() -> None:
    story = Story(place=XIANGHUA, directory=DIRECTORY)
    for unit, there in ((TOWNSHIP, STATION), (DISTRICT, COUNTY)):
        story.tell(told(there, at="2024-12-31 09:00"), on=unit)
        story.put(OpenObligationYear(), at=NEW_YEAR, on=unit)
    command = HoldSafetyActivity(
        safety_topics=(SafetyTopic.DROWNING,),
        safety_audience=(SafetyAudience.VILLAGE_CHILDREN,),
        declared_for=(DutyCode("STATION_ACTIVITY"), DutyCode("DISTRICT_SAFETY")),
    )
    facts = story.put(command, at="2025-05-15 14:00", on=TOWNSHIP)
    assert [f.double_use for f in facts if isinstance(f, SafetyActivityHeld)] == [True]
    done = {stream: event for stream, event in story.told if isinstance(event, ObligationFulfilled)}
    assert {stream: (e.duty_code, e.double_use) for stream, e in done.items()} == {
        TOWNSHIP: ("STATION_ACTIVITY", True),
        DISTRICT: ("DISTRICT_SAFETY", True),
    }


def test_undeclared_an_activity_counts_for_nothing() -> None:
    history = given(STATION, *opened(STATION, XIANGHUA))
    assert named(history.when(held(at="2025-05-15 14:00")).facts()) == ["safety_activity_held"]


def test_what_another_unit_held_counts_once() -> None:
    history = (COUNTY, *opened(COUNTY, CHONGMING))
    count = here(
        FulfilObligation(duty_code=DutyCode("DISTRICT_SAFETY"), fulfilled_on=date(2025, 5, 15)),
        at="2025-05-15 14:00",
        where=CHONGMING,
    )
    done = given(*history).when(count).facts()
    assert named(done) == ["obligation_fulfilled"]
    given(*history, *done).when(count).then_nothing()


def test_what_an_activity_may_be_declared_for() -> None:
    history = given(STATION, *opened(STATION, XIANGHUA))
    history.when(held("FULL_INSPECTION", at="2025-05-15 14:00")).then_refused(
        "activity_is_not_the_deed", cites="SH2024-4.2-b", field="declaredFor"
    )
    history.when(held("DANCING", at="2025-05-15 14:00")).then_refused("duty_not_in_force")
    history.when(held(at="2025-05-15 14:00", topics=())).then_refused("safety_topic_missing")
    many_girls = HoldSafetyActivity(
        safety_topics=(SafetyTopic.SEXUAL_SAFETY,),
        safety_audience=(SafetyAudience.GIRLS,),
        children_reached=3,
        girls_reached=4,
    )
    history.when(here(many_girls)).then_refused("counts_reversed", field="girlsReached")


def test_a_village_owes_nothing_itself() -> None:
    assert named(opened(VILLAGE_THERE, XIANGHUA)) == ["obligation_year_opened"]
