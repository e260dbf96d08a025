"""Negative list 52: a token that was signed out counts nowhere, at once, in requests and in open streams."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import httpx
import psycopg
import pytest

from authz.signin import DEMO_LIFETIME
from ops.demo_world import BY_KEY
from tests.journeys.children import left_behind_girl
from tests.journeys.idle import Pair, ended, listening, pair, together
from tests.journeys.living_alone import reported, reported_now
from tests.journeys.world import WAIT_S, World

__all__ = ["pair"]
pytestmark = [pytest.mark.postgres]

WHO = "{ viewer { role } }"
OUT = "mutation ($all: Boolean!) { signOut(everywhere: $all) { everywhere } }"
POLICE = BY_KEY["fj_police"]
PLACE = ("fj_police", "Q-01")


def ask(world: World, token: str, query: str = WHO, **variables: Any) -> dict[str, Any]:
    body = {"query": query, "variables": variables}
    headers = {"Authorization": f"Bearer {token}"}
    found: dict[str, Any] = httpx.post(
        f"{world.url}/graphql", json=body, headers=headers, timeout=WAIT_S
    ).json()
    return found


def fresh(pair: Pair) -> str:
    """A token that nobody has seen yet, remembered by neither server."""
    together(pair)
    return pair[0].token(POLICE)


def serves(world: World, token: str) -> bool:
    answer = ask(world, token)
    if "errors" not in answer:
        return True
    stranger = ask(world, "nobody")
    for each in (answer, stranger):
        each["errors"][0]["extensions"].pop("traceId")
    assert answer == stranger, "a token that was signed out is no other than no token"
    return False


def sign_out(world: World, token: str, *, everywhere: bool = False) -> None:
    head = world.head()
    answer = ask(world, token, OUT, all=everywhere)
    assert answer == {"data": {"signOut": {"everywhere": everywhere}}}
    assert world.head() == head, "it is no event"


def test_a_token_signed_out_counts_nowhere(pair: Pair) -> None:
    one, other = pair
    gone, kept = fresh(pair), fresh(pair)
    assert all(serves(world, token) for world in pair for token in (gone, kept)), (
        "remembered by both"
    )
    sign_out(one, gone)
    assert not serves(one, gone)
    assert not serves(other, gone)
    assert serves(one, kept)
    assert serves(other, kept)
    assert serves(one, fresh(pair))


def test_everywhere_is_every_capacity_up_to_now_and_nobody_else(pair: Pair) -> None:
    one, other = pair
    before = fresh(pair)
    elsewhere = one.issuer.mint(
        POLICE.id, POLICE.assignment_id, "emergency", one.clock.now, token_id="another device"
    )
    colleague = one.token(BY_KEY["fj_ca"])
    assert all(serves(other, token) for token in (before, elsewhere, colleague))
    sign_out(one, before, everywhere=True)
    assert not any(serves(world, token) for world in pair for token in (before, elsewhere))
    assert serves(other, colleague)
    assert serves(other, fresh(pair)), "who signs in anew is in again"


@pytest.mark.parametrize("reach", ["here", "everywhere"])
@pytest.mark.parametrize("over", ["sse", "ws"])
def test_an_idle_stream_at_another_server_ends_when_it_is_told(
    pair: Pair, over: str, reach: str
) -> None:
    one, other = pair
    token = fresh(pair)
    with listening(over, other, token, PLACE) as live:
        live.caught_up()
        sign_out(one, token, everywhere=reach == "everywhere")
        ended(over, live)


def test_who_looks_with_the_same_capacity_and_another_token_goes_on(
    pair: Pair,
) -> None:
    """Both read through one view: it is not the first one's to end."""
    one, other = pair
    first, second = fresh(pair), fresh(pair)
    with (
        listening("sse", other, first, PLACE) as opener,
        listening("sse", other, second, PLACE) as stays,
    ):
        opener.caught_up()
        stays.caught_up()
        sign_out(one, first)
        ended("sse", opener)
        case = reported(one, left_behind_girl(one))
        assert stays.next()["item"]["caseId"] == str(case)


@pytest.mark.parametrize("over", ["sse", "ws"])
def test_a_token_that_runs_out_ends_its_stream_alone_and_the_renewed_one_resumes(
    pair: Pair, over: str
) -> None:
    """Nothing is told after the end, though a view of the capacity is read on for who renewed in time."""
    one, other = pair
    first = fresh(pair)
    with listening(over, other, first, PLACE) as old:
        last = old.caught_up()[-1]
        one.clock.now += DEMO_LIFETIME - timedelta(seconds=1)
        renewed = fresh(pair)  # a second later, by both clocks
        with listening(over, other, renewed, PLACE) as new:
            new.caught_up()
            case = reported_now(one, left_behind_girl(one))
            told = new.next()
            assert told["item"]["caseId"] == str(case)
            ended(over, old)
            assert not serves(other, first)
            with listening(over, other, renewed, PLACE, last["cursor"]) as again:
                later = reported_now(one, left_behind_girl(one))
                assert again.next()["cursor"] == told["cursor"], "nothing lost, nothing twice"
                assert again.next()["item"]["caseId"] == new.next()["item"]["caseId"] == str(later)


def test_nobody_takes_a_token_back_from_the_list(pair: Pair) -> None:
    one, _ = pair
    for world in pair:
        world.clock.now += timedelta(days=365 * 100)  # it runs out after the machine's present
    token = one.token(POLICE)
    sign_out(one, token)
    with psycopg.connect(one.platform.ways.writer_dsn, autocommit=True) as writer:
        assert writer.execute("delete from sec.signed_out").rowcount == 0
        for change in (
            "update sec.signed_out set ends_at = now()",
            "truncate sec.signed_out",
            "delete from sec.signed_out_person",
        ):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                writer.execute(change.encode())
    with (
        psycopg.connect(one.platform.ways.reader_dsn, autocommit=True) as reader,
        pytest.raises(psycopg.errors.InsufficientPrivilege),
    ):
        reader.execute("select * from sec.signed_out")
    assert not serves(one, token)
    ((kept,),) = one.sql("select count(*) from sec.signed_out")
    assert kept == 1, "what has run out by itself was swept"
    assert token.encode() not in repr(one.sql("select * from sec.signed_out")).encode()
