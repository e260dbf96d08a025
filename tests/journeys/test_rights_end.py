"""Rights that end while a stream is open end it, or what it tells, at once: a suspension, a ban, an end, a conflict.

The streams are at another server than the one where it is recorded, and idle. Negative list 15, 17, 46.
"""

from __future__ import annotations

from collections.abc import Callable

import httpx
import pytest

from domain.terms.roles import Role
from ops.demo_world import BY_KEY, DemoPerson
from tests.journeys.children import left_behind_girl
from tests.journeys.idle import Pair, ended, listening, pair, together
from tests.journeys.living_alone import reported_now
from tests.journeys.staffing import check_asked, check_clear, employed
from tests.journeys.world import WAIT_S, World

__all__ = ["pair"]
pytestmark = [pytest.mark.postgres]
OVER = pytest.mark.parametrize("over", ["sse", "ws"])
POLICE = BY_KEY["fj_police"]


def suspended(world: World, who: DemoPerson) -> None:
    given = {"assignment_id": who.assignment_id, "ground": "核查举报"}
    world.as_("cm_ca").done("suspendAssignment", world.unit(who.unit), given)


def over(world: World, who: DemoPerson) -> None:
    given = {"assignment_id": who.assignment_id, "ground": "聘期届满"}
    world.as_("cm_ca").done("endAssignment", world.unit(who.unit), given)


def barred(world: World, who: DemoPerson) -> None:
    ban = {"person_id": who.id, "bar_ground": "(2025)沪刑终12号"}
    world.as_("cm_police_chief").done("recordEmploymentBar", world.unit("cm_police_district"), ban)


HOW: dict[str, Callable[[World, DemoPerson], None]] = {
    "suspended": suspended,
    "over": over,
    "barred": barred,
}


def serves(pair: Pair, token: str) -> list[bool]:
    """Whether the token counts, at each server."""
    headers, body = {"Authorization": f"Bearer {token}"}, {"query": "{ viewer { role } }"}
    found = [
        httpx.post(f"{w.url}/graphql", json=body, headers=headers, timeout=WAIT_S).json()
        for w in pair
    ]
    return ["errors" not in answer for answer in found]


def worker(pair: Pair, name: str) -> DemoPerson:
    """A social worker of Chongming, checked and appointed."""
    who = DemoPerson(name, "孔志强", Role.SOCIAL_WORKER, "cm_sw", "casework")
    employed(pair[0], "cm", who)
    return who


@OVER
@pytest.mark.parametrize("how", HOW)
def test_a_post_that_opens_nothing_any_more_ends_its_stream(
    pair: Pair, over: str, how: str
) -> None:
    one, other = pair
    who = worker(pair, f"{how} over {over}")
    together(pair)
    token = one.token(who)
    assert serves(pair, token) == [True, True], "and both remember it"
    with listening(over, other, token, ("cm_sw", "Q-09")) as live:
        live.caught_up()
        HOW[how](one, who)
        ended(over, live)
    assert serves(pair, token) == [False, False]


def test_who_is_reinstated_is_in_again(pair: Pair) -> None:
    one, _ = pair
    who = worker(pair, "suspended and reinstated")
    suspended(one, who)
    back = {"assignment_id": who.assignment_id, "reinstated_because": "查无此事"}
    director = one.as_("cm_ca")
    director.refused("check_not_clear", "reinstateAssignment", one.unit("cm_sw"), back)
    one.clock.forward(days=1)
    check_clear(one, "cm_police_chief", who, check_asked(one, "cm_ca", who))
    director.done("reinstateAssignment", one.unit("cm_sw"), back)
    together(pair)
    assert serves(pair, one.token(who)) == [True, True]


@OVER
def test_a_conflict_of_interest_ends_what_the_stream_tells_of_that_child(
    pair: Pair, over: str
) -> None:
    """At most that its task left is told, without a word of why; the queue goes on."""
    one, other = pair
    child = left_behind_girl(one)
    case = reported_now(one, child)
    together(pair)
    with listening(over, other, one.token(POLICE), ("fj_police", "Q-01")) as live:
        (task,) = [c for c in live.caught_up() if c["item"] and c["item"]["caseId"] == str(case)]
        kept = {"kept_away_id": POLICE.id, "conflict_ground": "FAMILY"}
        one.as_("fj_township").done("declareConflict", child.id, kept)
        one.as_("fj_police_chief").done("acceptReport", case)
        later = reported_now(one, left_behind_girl(one))
        seen = live.until(lambda change: change["item"] is not None)
        assert seen[-1]["item"]["caseId"] == str(later), "nothing of the first in between"
        assert {(c["kind"], c["taskId"]) for c in seen[:-1]} <= {("LEFT", task["taskId"])}
        one.as_("fj_police_chief").done("acceptReport", later)
        assert live.next()["taskId"] == seen[-1]["taskId"]
