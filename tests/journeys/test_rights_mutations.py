"""Mutation check of signing out and of rights that end: with one line switched off, the test that is named fails."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial

import psycopg
import pytest

import projections.lookup
import projections.posts
from projections.pipeline import Statement
from schema.context import RequestContext
from schema.rights import Rights
from tests.journeys import live
from tests.journeys import test_rights_end as ends
from tests.journeys import test_sign_out as signing
from tests.journeys.idle import Pair, pair

__all__ = ["pair"]
pytestmark = [pytest.mark.postgres]
SHORT = 1.0
"""Seconds a reader waits here for a word that will not come."""


@contextmanager
def without_trigger(one: Pair, table: str) -> Iterator[None]:
    with psycopg.connect(one[0].platform.ways.admin_dsn, autocommit=True) as admin:
        admin.execute(f"alter table sec.{table} disable trigger tell_signed_out".encode())
        try:
            yield
        finally:
            admin.execute(f"alter table sec.{table} enable always trigger tell_signed_out".encode())


Check = Callable[..., None]
IDLE: Check = signing.test_an_idle_stream_at_another_server_ends_when_it_is_told
FAILS = (AssertionError, TimeoutError, pytest.fail.Exception)


def test_a_request_that_does_not_ask_the_list_is_missed(
    pair: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    signing.test_a_token_signed_out_counts_nowhere(pair)
    asked = projections.posts._POST
    weak = asked.sql.replace(b"s.token = $2", b"s.token <> s.token and s.token = $2")
    assert weak != asked.sql
    monkeypatch.setattr(projections.posts, "_POST", Statement(weak))
    with pytest.raises(AssertionError):
        signing.test_a_token_signed_out_counts_nowhere(pair)


def test_a_person_that_is_not_asked_for_is_missed(
    pair: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    check = signing.test_everywhere_is_every_capacity_up_to_now_and_nobody_else
    check(pair)
    asked = projections.posts._POST
    weak = asked.sql.replace(b"o.until >= $3", b"o.until < o.until and o.until >= $3")
    assert weak != asked.sql
    monkeypatch.setattr(projections.posts, "_POST", Statement(weak))
    with pytest.raises(AssertionError):
        check(pair)


@pytest.mark.parametrize("reach", ["here", "everywhere"])
def test_a_list_that_tells_nobody_is_missed(
    pair: Pair, monkeypatch: pytest.MonkeyPatch, reach: str
) -> None:
    idle = partial(IDLE, pair, "ws", reach)
    idle()
    monkeypatch.setattr(live, "WAIT_S", SHORT)
    with (
        without_trigger(pair, "signed_out"),
        without_trigger(pair, "signed_out_person"),
        pytest.raises(FAILS),
    ):
        idle()


def test_a_server_that_does_not_heed_is_missed(pair: Pair, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live, "WAIT_S", SHORT)
    monkeypatch.setattr(Rights, "_tell", lambda *_: None)
    with pytest.raises(FAILS):
        IDLE(pair, "ws", "here")
    with pytest.raises(FAILS):
        ends.test_a_post_that_opens_nothing_any_more_ends_its_stream(pair, "ws", "suspended")


def test_a_view_with_its_first_readers_token_is_missed(
    pair: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    def as_the_first(context: RequestContext) -> RequestContext:
        return context.renewed(context.assignment)

    monkeypatch.setattr(RequestContext, "for_many", as_the_first)
    with pytest.raises(FAILS):
        signing.test_who_looks_with_the_same_capacity_and_another_token_goes_on(pair)
