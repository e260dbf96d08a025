"""The director ratio: thirty is not more than thirty, the thirty-first is, each child once (T-20; scenario 8)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

import pytest

from domain.child.categories import CategoryDetermined, DetermineCategory
from domain.child.closing import CloseFile
from domain.child.file import ChildFileOpened
from domain.child.places import ChildLocationRecorded, RecordLocation
from domain.directory import Directory
from domain.terms.file import GROUP_OF, CategoryBasis, CategoryCode, FileCloseReason, Sex
from domain.terms.places import AreaType, DivisionId, PlaceKind
from domain.terms.roles import Role
from domain.terms.workforce import DirectorBackground, EmploymentType, RequiredPost
from domain.unit.directors import (
    ChildDirectorRegistered,
    CountChildren,
    DirectorCaseloadCounted,
    DirectorRatioBreached,
    DirectorRatioRestored,
    RegisterChildDirector,
)
from domain.unit.posts import (
    AdditionalDirectorAppointed,
    AppointPerson,
    AssignmentEnded,
    PersonAppointed,
)
from domain.unit.state import Unit
from domain.unit.vacancies import PostVacancyFilled, PostVacancyFound, ReckonPosts
from projections.queues import QUEUES
from tests.domain.story import Story
from tests.domain.unit.cast import (
    CHUNGUANG,
    MR_K,
    MS_P,
    OLD_LU,
    OUYING,
    TOWNSHIP,
    UNITS,
    VILLAGE,
    VILLAGE_THERE,
    answered,
    appointed,
    asked,
    here,
    named,
    post,
)
from tests.dsl import an_id, given, told

BREACHED = DirectorRatioBreached(
    children_counted=31,
    ratio_limit=30,
    extra_directors=1,
    appointing_unit_id=TOWNSHIP,
    appoint_by_on=date(2025, 3, 12),
)


def count(children: int, at: str = "2025-02-10 09:00", **more: Any) -> Any:
    """The count the shell puts."""
    return here(CountChildren(children_counted=children), at=at, **more)


def counted(children: int) -> DirectorCaseloadCounted:
    """An earlier count."""
    return DirectorCaseloadCounted(children_counted=children)


def test_thirty_is_no_breach() -> None:
    given(VILLAGE_THERE, counted(29)).when(count(30)).then(counted(30))


def test_the_thirty_first_child_is() -> None:
    (now, breach) = given(VILLAGE_THERE, counted(30)).when(count(31)).facts()
    assert now == counted(31)
    assert breach == BREACHED
    assert breach.stamp is not None
    assert breach.stamp.clauses == ("SH2024-2.5.15-b",)


def test_two_directors_are_one_more_already() -> None:
    """增配 asks for somebody beside the one there is anyway: no third is to be appointed, until one leaves."""
    both = (VILLAGE_THERE, appointed(), appointed(MS_P), counted(30))
    (_, breach) = given(*both).when(count(31)).facts()
    assert breach == replace(BREACHED, extra_directors=0)
    (opens,) = (o for o in QUEUES["Q-34"].opens if o.event == breach.name)
    assert opens.only is not None
    assert (opens.only(breach, None), opens.only(BREACHED, None)) == (False, True)
    given(*both, breach).when(here(ReckonPosts())).then_nothing()
    left = AssignmentEnded(assignment_id=an_id(f"post of {MS_P}"), ground="调离")
    (missing,) = given(*both, breach, left).when(here(ReckonPosts())).facts()
    assert missing.required_post is RequiredPost.ADDITIONAL_DIRECTOR  # type: ignore[attr-defined]


def test_a_breach_is_found_once_and_the_count_goes_on() -> None:
    given(VILLAGE_THERE, counted(31), BREACHED).when(count(32)).then(counted(32))


def test_it_closes_at_thirty_and_nobody_is_dismissed() -> None:
    history = given(VILLAGE_THERE, appointed(), appointed(MS_P), counted(31), BREACHED)
    facts = history.when(count(30)).facts()
    assert facts == (counted(30), DirectorRatioRestored(children_counted=30))
    after = given(VILLAGE_THERE, appointed(), appointed(MS_P), counted(31), BREACHED, *facts)
    assert after.state(Unit()).serving(Role.CHILD_DIRECTOR) == 2


def test_a_file_closed_by_mistake_shows_as_a_gap() -> None:
    history = (VILLAGE_THERE, counted(31), BREACHED)
    closed = given(*history).when(count(30, at="2025-04-01 09:00")).facts()
    again = given(*history, *closed).when(count(31, at="2025-04-03 09:00")).facts()
    assert named(closed) == ["director_caseload_counted", "director_ratio_restored"]
    assert named(again) == ["director_caseload_counted", "director_ratio_breached"]
    gap = again[1].told.occurred_at.date() - closed[1].told.occurred_at.date()
    assert gap.days == 2


def test_the_same_count_twice_changes_nothing() -> None:
    given(VILLAGE_THERE, counted(31), BREACHED).when(count(31)).then_nothing()


def test_chongqing_knows_no_ratio() -> None:
    given(VILLAGE_THERE).when(count(31, where=OUYING)).then_nothing()


@pytest.mark.parametrize("breached", [True, False])
def test_a_director_appointed_meanwhile_is_an_additional_one(*, breached: bool) -> None:
    history = (VILLAGE_THERE, appointed(), asked(), answered(), counted(31))
    appoint = AppointPerson(person_id=MS_P, person_name="潘女士", role=Role.CHILD_DIRECTOR)
    facts = given(*history, *([BREACHED] if breached else [])).when(here(appoint)).facts()
    assert isinstance(facts[0], PersonAppointed)
    extra = (
        AdditionalDirectorAppointed(
            assignment_id=facts[0].assignment_id,
            person_id=MS_P,
            required_post=RequiredPost.ADDITIONAL_DIRECTOR,
        ),
    )
    assert facts[1:] == (extra if breached else ())


def test_the_only_director_is_none_more() -> None:
    history = (VILLAGE_THERE, asked(), answered(), counted(31), BREACHED)
    appoint = AppointPerson(person_id=MS_P, person_name="潘女士", role=Role.CHILD_DIRECTOR)
    assert named(given(*history).when(here(appoint)).facts()) == ["person_appointed"]


def test_a_director_more_who_leaves_is_missing() -> None:
    more = AdditionalDirectorAppointed(assignment_id=an_id(f"post of {MS_P}"), person_id=MS_P)
    both = (VILLAGE_THERE, appointed(), counted(31), BREACHED, appointed(MS_P), more)
    given(*both).when(here(ReckonPosts())).then_nothing()
    left = AssignmentEnded(assignment_id=more.assignment_id, ground="调离")
    (missing,) = given(*both, left).when(here(ReckonPosts())).facts()
    assert missing == PostVacancyFound(
        required_post=RequiredPost.ADDITIONAL_DIRECTOR,
        missing_count=1,
        appointing_unit_id=TOWNSHIP,
        appoint_by_on=date(2025, 3, 12),
    )
    assert "SH2024-2.5.15-b" in missing.told.clauses
    given(*both, left, missing, appointed(MR_K)).when(here(ReckonPosts())).then(
        PostVacancyFilled(required_post=RequiredPost.ADDITIONAL_DIRECTOR)
    )
    fewer = DirectorRatioRestored(children_counted=30)
    given(*both, fewer, left).when(here(ReckonPosts())).then_nothing()


REGISTER = RegisterChildDirector(
    assignment_id=an_id(f"post of {OLD_LU}"),
    director_background=DirectorBackground.SOCIAL_WORKER,
    employment_type=EmploymentType.FULL_TIME,
)


@pytest.mark.parametrize(
    ("background", "preferred"),
    [(DirectorBackground.SOCIAL_WORKER, True), (DirectorBackground.OTHER, False)],
)
def test_a_preferred_background_is_recorded_and_no_other_refused(
    background: DirectorBackground, *, preferred: bool
) -> None:
    register = replace(REGISTER, director_background=background)
    given(VILLAGE_THERE, appointed()).when(here(register)).then(
        ChildDirectorRegistered(
            assignment_id=REGISTER.assignment_id,
            director_background=background,
            employment_type=EmploymentType.FULL_TIME,
            preferred_background=preferred,
        )
    )


def test_only_a_director_in_office_is_registered() -> None:
    given(VILLAGE_THERE).when(here(REGISTER)).then_refused("not_a_director", field="assignmentId")
    committee = appointed(role=Role.VILLAGE_COMMITTEE)
    given(VILLAGE_THERE, committee).when(here(REGISTER)).then_refused("not_a_director")


@pytest.fixture
def village() -> Story:
    """18 left-behind children and 15 in difficulty, three of them in both groups: thirty children."""
    posts = (post(OLD_LU, Role.CHILD_DIRECTOR, VILLAGE, CHUNGUANG),)
    story = Story(place=CHUNGUANG, directory=Directory.of(UNITS, posts))
    story.tell(told(VILLAGE_THERE), on=VILLAGE)
    story.tell(told(counted(30)), on=VILLAGE)
    for n in range(30):
        groups = [LEFT_BEHIND] * (n < 18) + [IN_DIFFICULTY] * (n >= 15)
        on_file(story, an_id(f"child {n}"), *groups)
    return story


LEFT_BEHIND, IN_DIFFICULTY = CategoryCode.LBC_RURAL_SH, CategoryCode.DIFFICULTY_POVERTY


def on_file(story: Story, child_id: UUID, *categories: CategoryCode) -> None:
    """A child of the village with an open file."""
    opened = ChildFileOpened(child_name="小朋友", sex=Sex.MALE, birth_on=date(2015, 6, 1))
    home = ChildLocationRecorded(
        place_kind=PlaceKind.RESIDENCE, place_division=DivisionId(CHUNGUANG)
    )
    for fact in (opened, home, *map(entered, categories)):
        story.tell(told(fact), on=child_id)


def entered(category: CategoryCode) -> CategoryDetermined:
    """Entered under a category."""
    return CategoryDetermined(
        category=category,
        category_asked=category,
        category_group=GROUP_OF[category],
        category_basis=CategoryBasis.TEXT,
    )


def children(story: Story) -> int:
    """The last count of the village."""
    state = story.states[VILLAGE]
    assert isinstance(state, Unit)
    return state.workforce.children


def test_the_thirty_first_file_breaches_and_a_move_away_restores(village: Story) -> None:
    newcomer = an_id("the thirty-first")
    on_file(village, newcomer)
    village.put(DetermineCategory(category=IN_DIFFICULTY), at="2025-03-10 09:00", on=newcomer)
    assert children(village) == 31
    assert _last(village) == "unit.director_ratio_breached"
    away = RecordLocation(
        place_kind=PlaceKind.RESIDENCE,
        place_division=DivisionId(OUYING),
        area_type=AreaType.RURAL,
    )
    village.put(away, at="2025-03-20 09:00", on=newcomer)
    assert children(village) == 30
    assert _last(village) == "unit.director_ratio_restored"


def _last(story: Story) -> str:
    """The last event of the village."""
    return [event.name for stream, event in story.told if stream == VILLAGE][-1]


def test_a_child_in_no_group_is_not_counted(village: Story) -> None:
    on_file(village, an_id("on file only"))
    assert len(village.on_file_in(CHUNGUANG)) == 31
    village.put(
        CloseFile(file_close_reason=FileCloseReason.OPENED_IN_ERROR, close_note="误建"),
        at="2025-03-10 09:00",
        on=an_id("child 0"),
    )
    assert children(village) == 29
