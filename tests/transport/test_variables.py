"""Errors of a variable's value name the variable, and the place in it; errors of a document do not."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from graphql import build_schema, execute_sync, parse

from schema.transport.errors import mask
from tests.transport.world import HEADERS

SCHEMA = build_schema("""
input Place { code: Int! steps: [Int!] within: Place }
type Query { at(n: Int!, place: Place): Int }
""")
TEXT = "query ($n: Int!, $place: Place) { at(n: $n, place: $place) }"
SECRET = "小禾"


def fields(text: str, variables: dict[str, Any]) -> list[Any]:
    """The ``field`` of each error."""
    result = execute_sync(SCHEMA, parse(text), variable_values=variables)
    entries: list[dict[str, Any]] = list(mask(result.errors or ()))
    assert all(e["extensions"]["code"] == "BAD_USER_INPUT" for e in entries)
    return [e["extensions"].get("field") for e in entries]


@pytest.mark.parametrize(
    ("variables", "named"),
    [
        ({}, ["variables.n"]),
        ({"n": None}, ["variables.n"]),
        ({"n": SECRET}, ["variables.n"]),
        ({"n": 1, "place": {}}, ["variables.place"]),
        ({"n": 1, "place": {"code": SECRET}}, ["variables.place.code"]),
        ({"n": 1, "place": {"code": 1, "steps": [1, SECRET]}}, ["variables.place.steps[1]"]),
        ({"n": 1, "place": {"code": 1, "within": {"code": ""}}}, ["variables.place.within.code"]),
        ({"n": 1, "place": {"code": 1, SECRET: 2}}, ["variables.place"]),
        ({"n": "", "place": 7}, ["variables.n", "variables.place"]),
        ({"n": 1, "place": {"code": " at .steps[0]: "}}, ["variables.place.code"]),
    ],
)
def test_the_place_is_named(variables: dict[str, Any], named: list[str]) -> None:
    assert fields(TEXT, variables) == named


def test_a_null_that_is_no_value_for_its_argument() -> None:
    assert fields("query ($n: Int = 1) { at(n: $n) }", {"n": None}) == ["variables.n"]


def test_it_is_told_over_http_and_an_error_of_the_document_has_none(client: httpx.Client) -> None:
    told = []
    for body in (
        {"query": "query($n:Int!){number(whole:$n)}", "variables": {"n": SECRET}},
        {"query": "query($n:Int!){number(whole:$n) helo}", "variables": {"n": 1}},
        {"query": "query($n:Place!){number(whole:$n)}"},
    ):
        answer = client.post("/graphql", json=body, headers=HEADERS)
        assert answer.status_code == 422
        told.append(answer.json()["errors"][0]["extensions"].get("field"))
    assert told == ["variables.n", None, None]
