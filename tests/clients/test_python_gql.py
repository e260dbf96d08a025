"""``gql``, the client most used from Python, against the running platform: HTTP by httpx, and websockets."""

from __future__ import annotations

import asyncio
from typing import Any
from uuid import UUID, uuid4

import pytest
from gql import Client, GraphQLRequest
from gql.transport.exceptions import TransportQueryError
from gql.transport.httpx import HTTPXTransport
from gql.transport.websockets import WebsocketsTransport

from tests.clients.story import REPORT, reported
from tests.journeys.wire import mutation_document, wire
from tests.journeys.world import World

WAIT_S = 20.0
QUEUE = """subscription ($unit: UUID!, $resume: String) {
  workQueue(unit: $unit, queue: "Q-01", resume: $resume) { kind position cursor taskId item { caseId } }
}"""

Answer = dict[str, Any]


def ask(world: World, key: str | None, text: str, **variables: Any) -> Answer:
    """The data of an operation over HTTP; None is a stranger."""
    token = "nobody" if key is None else world.as_(key).token()
    headers = {"Authorization": f"Bearer {token}"}
    transport = HTTPXTransport(f"{world.url}/graphql", headers=headers, timeout=WAIT_S)
    request = GraphQLRequest(text, variable_values=wire(variables))
    return dict(Client(transport=transport).execute(request))


def accepted(world: World, case_id: UUID) -> Answer:
    """The outcome of accepting a report, put to the version that is read just before."""
    found = ask(world, "fj_police", "query ($id: UUID!) { case(id: $id) { version } }", id=case_id)
    variables = {
        "commandId": uuid4(),
        "id": case_id,
        "expectedVersion": found["case"]["version"],
    }
    outcome: Answer = ask(world, "fj_police", mutation_document("acceptReport"), **variables)[
        "outcome"
    ]
    return outcome


def test_gql_asks_acts_and_is_told_what_is_wrong(world: World) -> None:
    case_id = reported(world)
    assert ask(world, "fj_police", "{ viewer { role } }") == {"viewer": {"role": "police"}}
    assert accepted(world, case_id)["__typename"] == "CommandDone"
    refused = accepted(world, case_id)
    assert (refused["__typename"], refused["code"]) == ("RuleRefused", "OUT_OF_TURN")


@pytest.mark.parametrize(
    ("key", "text", "code"),
    [
        ("fj_police", "{ viewer { shoeSize } }", "BAD_USER_INPUT"),
        (None, "{ viewer { role } }", "UNAUTHENTICATED"),
    ],
)
def test_gql_is_told_the_code_of_an_error(
    world: World, key: str | None, text: str, code: str
) -> None:
    with pytest.raises(TransportQueryError) as told:
        ask(world, key, text)
    assert told.value.errors is not None
    assert [error["extensions"]["code"] for error in told.value.errors] == [code]


def test_gql_leaves_a_queue_and_takes_it_up_where_it_was(world: World) -> None:
    case_id = reported(world)

    async def played() -> None:
        *_, caught_up = await followed(world, None, "CAUGHT_UP")
        await asyncio.to_thread(accepted, world, case_id)
        (left,) = await followed(world, caught_up["cursor"], "LEFT")
        submit = mutation_document("submitReport")
        variables = {"commandId": uuid4(), "input": REPORT}
        another = await asyncio.to_thread(ask, world, "fj_teacher", submit, **variables)
        (after,) = await followed(world, left["cursor"], "CHANGED")
        assert after["item"]["caseId"] == another["outcome"]["id"]
        assert await followed(world, caught_up["cursor"], "CHANGED") == [left, after]

    asyncio.run(asyncio.wait_for(played(), WAIT_S * 2))


async def followed(world: World, resume: str | None, last_kind: str) -> list[Answer]:
    """The changes of the queue after a cursor, up to the first of a kind, on a connection of their own."""
    transport = WebsocketsTransport(
        f"{world.url.replace('http', 'ws')}/graphql",
        init_payload={"Authorization": f"Bearer {world.as_('fj_police').token()}"},
        subprotocols=["graphql-transport-ws"],
        connect_timeout=WAIT_S,
        ack_timeout=WAIT_S,
    )
    variables = {"unit": str(world.unit("fj_police")), "resume": resume}
    seen: list[Answer] = []
    async with Client(transport=transport) as session:
        async for data in session.subscribe(GraphQLRequest(QUEUE, variable_values=variables)):
            seen.append(data["workQueue"])
            if seen[-1]["kind"] == last_kind:
                break
    return seen
