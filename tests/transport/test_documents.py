"""Where only trusted documents run, no way in is more lenient than another: requests, event streams, sockets."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest

from schema.transport import Settings
from schema.transport.trusted import PREFIX, Trust, TrustedDocuments, document_id
from tests.patience import PATIENT_S

from .speaker import complete_of, next_of, opened
from .test_sse import events_of, told
from .world import HEADERS, Running, running

KNOWN, OTHER = "subscription{count(to:1)}", "subscription{count(to:2)}"
DOCUMENTS = TrustedDocuments(Trust.REQUIRE, {document_id(KNOWN): KNOWN})
REFUSED = ("FORBIDDEN", "query")


@pytest.fixture(scope="module")
def strict() -> Iterator[Running]:
    with running(Settings(trusted=DOCUMENTS)) as server:
        yield server


def test_over_http_and_event_streams(strict: Running) -> None:
    headers = {**HEADERS, "Accept": "text/event-stream"}
    with httpx.Client(base_url=strict.url, timeout=PATIENT_S, headers=headers) as client:
        by_id = {"documentId": f"{PREFIX}{document_id(KNOWN)}"}
        with client.stream("POST", "/graphql", json=by_id) as answer:
            assert told(events_of(answer))[0] == ("next", {"data": {"count": 0}})
        with client.stream("POST", "/graphql", json={"query": OTHER}) as answer:
            (_, refused), end = told(events_of(answer))
        assert (code(refused["errors"]), end) == (REFUSED, ("complete", None))
        plain = client.post(
            "/graphql", json={"query": "{__typename}"}, headers={"Accept": "application/json"}
        )
        assert (plain.status_code, code(plain.json()["errors"])) == (403, REFUSED)


def test_over_a_socket_which_goes_on(strict: Running) -> None:
    with opened(strict) as speaker:
        speaker.ready().subscribe("1", OTHER)
        refused = speaker.hear()
        assert (refused["type"], refused["id"], code(refused["payload"])) == ("error", "1", REFUSED)
        by_id = {"documentId": document_id(KNOWN)}
        speaker.say({"id": "2", "type": "subscribe", "payload": by_id})
        assert speaker.hear() == next_of("2", {"count": 0})
        assert speaker.hear() == complete_of("2")


def code(errors: list[dict[str, dict[str, str]]]) -> tuple[str, str]:
    """The code of the one error, and the field it names."""
    (error,) = errors
    return error["extensions"]["code"], error["extensions"]["field"]
