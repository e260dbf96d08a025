"""A small client of this API over HTTP: derives each mutation's document from its command, as a generated client would.

Used by the demonstration and by the journeys' tests; it knows nothing the published schema does not say.
"""

from __future__ import annotations

import http.client
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import Enum
from functools import cache
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import domain.actions  # noqa: F401 - registers the domain
from domain.fields import camel
from domain.kernel import COMMANDS, Command

TIMEOUT_S = 30.0
OUTCOME = """__typename
    ... on CommandDone { id stream version position events repeated }
    ... on RuleRefused { code zh en field clauses { id document quoteZh } }
    ... on VersionConflict { code zh en currentVersion }
    ... on NotFoundOrForbidden { code zh en }
    ... on InvalidInput { code zh en field }"""


def wire(value: Any) -> Any:
    """A Python value as JSON: terms by name, ids and dates as text, ``snake_case`` keys as ``camelCase``."""
    match value:
        case Enum():
            return value.name
        case UUID():
            return str(value)
        case datetime() | date():
            return value.isoformat()
        case Mapping():
            return {camel(str(key)): wire(each) for key, each in value.items()}
        case list() | tuple() | set() | frozenset():
            return [wire(each) for each in value]
        case _:
            return value


@cache
def command_of(mutation: str) -> type[Command[Any]]:
    """``escortChild`` → ``EscortChild``; ``LookupError`` if nothing is called so."""
    name = mutation[:1].upper() + mutation[1:]
    for command in COMMANDS.values():
        if command.__name__ == name:
            return command
    raise LookupError(f"no command is called {name}")


@cache
def mutation_document(mutation: str) -> str:
    """The document that puts one command and asks for the whole outcome."""
    command = command_of(mutation)
    declared = {"commandId": "UUID!", "occurrence": "OccurrenceInput", "onBehalfOf": "UUID"}
    if not command.opens:
        declared |= {"id": "UUID!", "expectedVersion": "Int!"}
    if command.specs:
        declared["input"] = f"{command.__name__}Input!"
    head = ", ".join(f"${name}: {kind}" for name, kind in declared.items())
    arguments = ", ".join(f"{name}: ${name}" for name in declared)
    return f"mutation {command.__name__}({head}) {{ outcome: {mutation}({arguments}) {{ {OUTCOME} }} }}"


class ApiError(Exception):
    """The API answered with errors instead of data; ``errors`` as it told them."""

    def __init__(self, errors: list[dict[str, Any]]) -> None:
        super().__init__(str(errors))
        self.errors = errors


@dataclass
class Client:
    """One person's way to the API at ``url``, over one kept connection."""

    url: str
    token: str = field(repr=False)
    _connection: http.client.HTTPConnection | None = field(default=None, repr=False)

    def ask(self, query: str, **variables: Any) -> dict[str, Any]:
        """The ``data`` of an operation; ``ApiError`` if the answer has errors."""
        body = {"query": query, "variables": {k: wire(v) for k, v in variables.items()}}
        answer = self._post(json.dumps(body).encode())
        if answer.get("errors"):
            raise ApiError(answer["errors"])
        data: dict[str, Any] = answer["data"]
        return data

    def close(self) -> None:
        """Gives the connection back."""
        if self._connection:
            self._connection.close()
            self._connection = None

    def _post(self, body: bytes) -> Any:
        """Asks once more, over a new connection, what a kept one broke under.

        A server closes what has been idle for some seconds, and may do so while this is on its way (RFC 9112 §9.3.1,
        §9.6). Asking twice does nothing twice: a command has its id, and a query changes nothing.
        """
        if self._connection is None:
            place = urlsplit(self.url)
            assert place.hostname, self.url
            self._connection = http.client.HTTPConnection(
                place.hostname, place.port, timeout=TIMEOUT_S
            )
        was_kept = self._connection.sock is not None
        try:
            return self._exchange(self._connection, body)
        except ConnectionError:
            self._connection.close()
            if not was_kept:
                raise
        return self._exchange(self._connection, body)

    def _exchange(self, connection: http.client.HTTPConnection, body: bytes) -> Any:
        headers = {
            "Authorization": f"Bearer {self.token}",
            "Content-Type": "application/json",
            "Accept": "application/graphql-response+json",
        }
        connection.request("POST", "/graphql", body=body, headers=headers)
        return json.loads(connection.getresponse().read())


def is_live(url: str) -> bool:
    """Whether a server of ours answers there."""
    place = urlsplit(url)
    assert place.hostname, url
    connection = http.client.HTTPConnection(place.hostname, place.port, timeout=2.0)
    try:
        connection.request("GET", "/livez")
        return bool(json.loads(connection.getresponse().read()) == {"live": True})
    except (OSError, ValueError, http.client.HTTPException):
        return False
    finally:
        connection.close()
