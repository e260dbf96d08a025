"""Posts that must not be empty: by the texts in force at the place, found and filled (T-21, T-22, Q-34)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from domain.terms.roles import Role
from domain.terms.units import UnitKind
from domain.terms.workforce import RequiredPost, StationOffice
from domain.unit.posts import AssignmentEnded
from domain.unit.station import (
    AppointStationOfficer,
    EndStationOffice,
    StationOfficeEnded,
    StationOfficerAppointed,
)
from domain.unit.vacancies import PostVacancyFilled, PostVacancyFound, ReckonPosts
from tests.domain.unit.cast import (
    OLD_LU,
    OUYING,
    TOWNSHIP,
    VILLAGE_THERE,
    XIANGHUA,
    appointed,
    here,
    registered,
)
from tests.dsl import an_id, given, place

TOWNSHIP_THERE = registered(UnitKind.TOWNSHIP, XIANGHUA)
CHANGNING_VILLAGE = place("上海市/长宁区/仙霞新村街道/大金更居委会")
DEPUTY = StationOfficerAppointed(
    office_id=an_id("office"),
    station_office=StationOffice.DEPUTY,
    officer_name="季检察官",
    is_prosecutor=True,
)


def vacant(post: RequiredPost, by_on: date = date(2025, 3, 12)) -> PostVacancyFound:
    """One is missing; the township of the test has until then."""
    return PostVacancyFound(
        required_post=post, missing_count=1, appointing_unit_id=TOWNSHIP, appoint_by_on=by_on
    )


def test_a_village_without_a_director_has_a_vacancy() -> None:
    given(VILLAGE_THERE).when(here(ReckonPosts())).then(vacant(RequiredPost.CHILD_DIRECTOR))


def test_a_director_fills_it() -> None:
    history = given(VILLAGE_THERE, vacant(RequiredPost.CHILD_DIRECTOR), appointed())
    history.when(here(ReckonPosts())).then(
        PostVacancyFilled(required_post=RequiredPost.CHILD_DIRECTOR)
    )


def test_a_vacancy_is_found_once() -> None:
    given(VILLAGE_THERE, vacant(RequiredPost.CHILD_DIRECTOR)).when(
        here(ReckonPosts())
    ).then_nothing()


def test_the_last_director_leaves_a_vacancy() -> None:
    ended = AssignmentEnded(assignment_id=an_id(f"post of {OLD_LU}"), ground="退休")
    given(VILLAGE_THERE, appointed(), ended).when(here(ReckonPosts())).then(
        vacant(RequiredPost.CHILD_DIRECTOR)
    )


def test_a_vacancy_goes_with_the_text_that_asked_for_the_post() -> None:
    history = given(VILLAGE_THERE, vacant(RequiredPost.CHILD_DIRECTOR))
    history.when(here(ReckonPosts(), at="2026-01-01 00:00")).then(
        PostVacancyFilled(required_post=RequiredPost.CHILD_DIRECTOR)
    )


@pytest.mark.parametrize(
    ("where", "at", "post"),
    [
        (CHANGNING_VILLAGE, "2020-02-10 09:00", RequiredPost.COMMUNITY_WORKER),
        (OUYING, "2020-02-10 09:00", RequiredPost.VILLAGE_WORKER),
    ],
    ids=["Changning", "Chongqing"],
)
def test_other_texts_ask_for_other_posts(where: str, at: str, post: RequiredPost) -> None:
    facts = given(VILLAGE_THERE).when(here(ReckonPosts(), at=at, where=where)).facts()
    assert [getattr(f, "required_post", None) for f in facts] == [post]


@pytest.mark.parametrize(
    ("role", "post"),
    [
        (Role.COMMUNITY_WORKER, RequiredPost.COMMUNITY_WORKER),
        (Role.VILLAGE_COMMITTEE, RequiredPost.VILLAGE_WORKER),
    ],
)
def test_and_are_content_with_them(role: Role, post: RequiredPost) -> None:
    where = CHANGNING_VILLAGE if role is Role.COMMUNITY_WORKER else OUYING
    history = given(VILLAGE_THERE, vacant(post), appointed(role=role))
    history.when(here(ReckonPosts(), at="2020-02-10 09:00", where=where)).then(
        PostVacancyFilled(required_post=post)
    )


@pytest.mark.clause("SH2020-5.3-e", "SH2024-2.1.1-c")
def test_a_township_needs_a_supervisor_and_its_station_a_prosecutor() -> None:
    history = given(TOWNSHIP_THERE)
    history.when(here(ReckonPosts(), where=XIANGHUA)).then(
        vacant(RequiredPost.CHILD_SUPERVISOR), vacant(RequiredPost.PROSECUTOR_DEPUTY)
    )
    filled: tuple[Any, ...] = (DEPUTY, appointed(role=Role.CHILD_SUPERVISOR))
    given(TOWNSHIP_THERE, *filled).when(here(ReckonPosts(), where=XIANGHUA)).then_nothing()
    head = replace(DEPUTY, station_office=StationOffice.HEAD)
    led = given(TOWNSHIP_THERE, head, appointed(role=Role.CHILD_SUPERVISOR))
    led.when(here(ReckonPosts(), where=XIANGHUA)).then(vacant(RequiredPost.PROSECUTOR_DEPUTY))


@pytest.mark.clause("SH2024-2.1.1-c", "SH2024-2.1.1-d")
def test_an_officer_is_appointed_and_leaves() -> None:
    appoint = AppointStationOfficer(
        station_office=StationOffice.DEPUTY, officer_name="季检察官", is_prosecutor=True
    )
    (fact,) = given(TOWNSHIP_THERE).when(here(appoint, where=XIANGHUA)).facts()
    assert isinstance(fact, StationOfficerAppointed)
    assert fact.is_prosecutor
    end = here(EndStationOffice(office_id=DEPUTY.office_id), where=XIANGHUA)
    ended = StationOfficeEnded(office_id=DEPUTY.office_id)
    given(TOWNSHIP_THERE, DEPUTY).when(end).then(ended)
    given(TOWNSHIP_THERE, DEPUTY, ended).when(end).then_nothing()
    given(TOWNSHIP_THERE).when(end).then_refused("unknown_office", field="officeId")
    supervisor = appointed(role=Role.CHILD_SUPERVISOR)
    gone = given(TOWNSHIP_THERE, supervisor, DEPUTY, ended)
    gone.when(here(ReckonPosts(), where=XIANGHUA)).then(vacant(RequiredPost.PROSECUTOR_DEPUTY))


def test_a_village_has_no_station() -> None:
    appoint = AppointStationOfficer(station_office=StationOffice.HEAD, officer_name="某")
    given(VILLAGE_THERE).when(here(appoint)).then_refused("no_station_here")
