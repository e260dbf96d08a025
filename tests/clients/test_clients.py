"""Ordinary clients of npm, unchanged, against the running platform: all tell the same small story (``play.mjs``)."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

import pytest

from tests.clients.node import Node
from tests.clients.story import REPORT, reported
from tests.journeys.wire import wire
from tests.journeys.world import World

Told = dict[str, Any]
FOLLOWING = ("graphql-ws", "graphql-sse", "apollo", "urql")
CLIENTS = (*FOLLOWING, "graphql-request")
STRANGER = {
    "graphql-ws": "4403: Forbidden",
    "graphql-sse": "undefined: Server responded with 401: Unauthorized",
}
"""What a client that does not read the body of a refusal says of a bad token; the others have its code."""


@pytest.fixture(scope="module")
def told(node: Node, world: World, request: pytest.FixtureRequest) -> tuple[UUID, Told]:
    """The case of this client's story, and what the client was told."""
    case_id = reported(world)
    printed = node.run(
        "play.mjs",
        URL=f"{world.url}/graphql",
        POLICE=world.as_("fj_police").token(),
        TEACHER=world.as_("fj_teacher").token(),
        CLIENT=request.param,
        CASE=str(case_id),
        UNIT=str(world.unit("fj_police")),
        REPORT=json.dumps(wire(REPORT)),
    )
    return case_id, json.loads(printed) | {"client": request.param}


@pytest.mark.parametrize("told", CLIENTS, indirect=True)
def test_a_client_asks_acts_and_is_told_what_is_wrong(told: tuple[UUID, Told]) -> None:
    case_id, heard = told
    assert heard["role"] == "police"
    assert heard["done"] == {"__typename": "CommandDone", "id": str(case_id), "version": 2}
    refused = heard["refused"]
    assert (refused["__typename"], refused["code"]) == ("RuleRefused", "OUT_OF_TURN")
    assert refused["zh"] != refused["en"]
    assert heard["error"] == ["BAD_USER_INPUT"]
    assert heard["stranger"] == STRANGER.get(heard["client"], ["UNAUTHENTICATED"])


@pytest.mark.parametrize("told", FOLLOWING, indirect=True)
def test_a_client_leaves_a_queue_and_takes_it_up_where_it_was(told: tuple[UUID, Told]) -> None:
    case_id, heard = told
    *snapshot, caught_up, left = heard["live"]
    assert {each["kind"] for each in snapshot} == {"SNAPSHOT"}
    (own,) = [each for each in snapshot if each["item"]["caseId"] == str(case_id)]
    assert (caught_up["kind"], left["kind"]) == ("CAUGHT_UP", "LEFT")
    assert left["taskId"] == own["taskId"]
    assert left["item"] is None, "what leaves does not say what became of it"
    (after,) = heard["resumed"]
    assert after["item"]["caseId"] == heard["whileAway"]["id"]
    assert caught_up["position"] < left["position"] < after["position"]
    assert heard["resumedEarlier"] == [left, after], "nothing missing, nothing twice"
