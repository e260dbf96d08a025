"""岗位空缺 · Posts that must not be empty: a director a village, a supervisor a township, a prosecutor a station.

T-21 and T-22; each by the texts in force at the place (SH2020-5.3-e, -f; CN2017-5.1-ai; CQ2016-6.2-f; SH2024-2.1.1-c).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Annotated
from uuid import UUID

from domain.kernel import Command, Event
from domain.labels import name_fields
from domain.replacing import replace
from domain.sensitivity import P0
from domain.terms.roles import Role
from domain.terms.units import UnitKind
from domain.terms.workforce import RequiredPost
from domain.unit.directors import RATIO, beside_the_one, who_appoints
from domain.unit.state import Unit

name_fields(
    required_post=("必设岗位", "Required post"),
    missing_count=("空缺人数", "How many are missing"),
)

POSTS = ("SH2020-5.3-e", "SH2020-5.3-f", "SH2024-2.1.1-c", "CN2017-5.1-ai", "CQ2016-6.2-f")


class PostVacancyFound(
    Event[Unit], name="unit.post_vacancy_found", zh="岗位空缺", en="Vacancy found"
):
    required_post: Annotated[RequiredPost, P0]
    missing_count: Annotated[int, P0]
    appointing_unit_id: Annotated[UUID | None, P0] = None
    appoint_by_on: Annotated[date | None, P0] = None

    def evolve(self, state: Unit) -> Unit:
        vacancies = state.workforce.vacancies | {self.required_post.value}
        return replace(state, workforce=replace(state.workforce, vacancies=vacancies))


class PostVacancyFilled(
    Event[Unit], name="unit.post_vacancy_filled", zh="岗位已补齐", en="Vacancy filled"
):
    """Somebody serves there now, or the text that asked for the post has ended."""

    required_post: Annotated[RequiredPost, P0]

    def evolve(self, state: Unit) -> Unit:
        vacancies = state.workforce.vacancies - {self.required_post.value}
        return replace(state, workforce=replace(state.workforce, vacancies=vacancies))


class ReckonPosts(
    Command[Unit],
    name="unit.reckon_posts",
    zh="核对岗位配备",
    en="See whether the posts are filled",
    clauses=(*POSTS, *RATIO),
    by_system=True,
):
    """Put when somebody comes or goes, when a unit is registered, and each year."""

    def decide(self, state: Unit) -> Iterator[Event[Unit]]:
        missing = dict(self._missing(state))
        appointing, by_on = who_appoints(self, state)
        for post, count in missing.items():
            if post not in state.workforce.vacancies:
                yield PostVacancyFound(
                    required_post=post,
                    missing_count=count,
                    appointing_unit_id=appointing,
                    appoint_by_on=by_on,
                )
        for name in sorted(state.workforce.vacancies - set(missing)):
            yield PostVacancyFilled(required_post=RequiredPost(name))

    def _missing(self, state: Unit) -> Iterator[tuple[RequiredPost, int]]:
        """The posts asked for here that too few people hold."""
        for post, needed in _required(self, state).items():
            held = _held(state, post)
            if held < needed:
                yield post, needed - held


def _required(command: Command[Unit], state: Unit) -> dict[RequiredPost, int]:
    """How many of each post the texts in force ask of this kind of unit."""
    rules, found = command.rules, {}
    if state.kind is UnitKind.VILLAGE_COMMITTEE:
        if rules.has("directors_per_village"):
            found[RequiredPost.CHILD_DIRECTOR] = rules.count("directors_per_village")
        if rules.flag("community_worker_required"):
            found[RequiredPost.COMMUNITY_WORKER] = 1
        if rules.flag("village_worker_required"):
            found[RequiredPost.VILLAGE_WORKER] = 1
        if state.workforce.relieved:  # until then the breach itself asks
            found[RequiredPost.ADDITIONAL_DIRECTOR] = rules.count("extra_directors")
    if state.kind is UnitKind.TOWNSHIP:
        if rules.has("supervisors_per_township"):
            found[RequiredPost.CHILD_SUPERVISOR] = rules.count("supervisors_per_township")
        if rules.has("prosecutor_deputies_per_station"):
            found[RequiredPost.PROSECUTOR_DEPUTY] = rules.count("prosecutor_deputies_per_station")
    return found


def _held(state: Unit, post: RequiredPost) -> int:
    match post:
        case RequiredPost.CHILD_DIRECTOR:
            return state.serving(Role.CHILD_DIRECTOR)
        case RequiredPost.CHILD_SUPERVISOR:
            return state.serving(Role.CHILD_SUPERVISOR)
        case RequiredPost.COMMUNITY_WORKER:
            return state.serving(Role.COMMUNITY_WORKER)
        case RequiredPost.VILLAGE_WORKER:
            return sum(p.active for p in state.posts)
        case RequiredPost.PROSECUTOR_DEPUTY:
            return sum(o.prosecutor_deputy for o in state.workforce.officers)
        case RequiredPost.ADDITIONAL_DIRECTOR:
            return beside_the_one(state)
