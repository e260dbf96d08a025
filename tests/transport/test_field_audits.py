"""What the auditing tools of the field try: graphql-cop's checks, and clairvoyance's guessing of words.

A stranger is told the same words whatever is asked; who is signed in is refused what costs too much, and no word
suggests another. graphql-cop names its checks; the titles here are theirs.
"""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from .world import HEADERS

DEEP = "{ fields { type " * 8 + "{ name }" + " } }" * 8
CHECKS: dict[str, Any] = {
    "alias overloading": {"query": "{ " + " ".join(f"a{n}: hello" for n in range(101)) + " }"},
    "array-based batching": [{"query": "{ hello }"}] * 10,
    "directive overloading": {"query": "{ hello " + "@skip(if: false) " * 600 + "}"},
    "circular introspection": {"query": "{ __schema { types " + DEEP + " } }"},
    "field duplication": {"query": "{ " + "hello " * 2_500 + "}"},
    "introspection": {"query": "{ __schema { queryType { name } } }"},
    "field suggestions": {"query": "{ helo }"},
}
"""What is posted as JSON; the others are sent in ways of their own."""
COSTLY = (
    "alias overloading",
    "directive overloading",
    "circular introspection",
    "field duplication",
)
WORDS = ("hello", "helo", "child", "user", "users", "name", "address", "report", "password")
"""Clairvoyance asks a list of words and reads what it is told about each; the first is a field."""


def uniform(answer: httpx.Response) -> tuple[int, Any]:
    """The status and the words, without the trace."""
    told = answer.json()
    for error in told.get("errors", ()):
        error.get("extensions", {}).pop("traceId", None)
    return answer.status_code, told


@pytest.fixture
def nobody(client: httpx.Client) -> tuple[int, Any]:
    """What a stranger is told."""
    told = uniform(client.post("/graphql", json={"query": "{ hello }"}))
    assert told[0] == 401
    assert "data" not in told[1]
    return told


@pytest.mark.parametrize("check", CHECKS)
def test_a_stranger_is_told_the_same_whatever_is_tried(
    client: httpx.Client, nobody: tuple[int, Any], check: str
) -> None:
    assert uniform(client.post("/graphql", json=CHECKS[check])) == nobody


@pytest.mark.parametrize("word", WORDS)
def test_guessing_words_finds_no_field(
    client: httpx.Client, nobody: tuple[int, Any], word: str
) -> None:
    for query in (f"{{ {word} }}", f"{{ {word} {{ id }} }}", f"mutation {{ {word} }}"):
        assert uniform(client.post("/graphql", json={"query": query})) == nobody


def test_who_is_signed_in_is_not_helped_to_guess(client: httpx.Client) -> None:
    answer = client.post("/graphql", json=CHECKS["field suggestions"], headers=HEADERS)
    assert answer.status_code == 422
    assert "hello" not in answer.text


@pytest.mark.parametrize("check", COSTLY)
def test_what_costs_too_much_is_refused(client: httpx.Client, check: str) -> None:
    answer = client.post("/graphql", json=CHECKS[check], headers=HEADERS)
    assert 400 <= answer.status_code < 500
    assert "data" not in answer.json()


def test_batches_are_no_request(client: httpx.Client) -> None:
    answer = client.post("/graphql", json=CHECKS["array-based batching"], headers=HEADERS)
    assert answer.status_code == 400


def test_other_ways_in_are_closed(client: httpx.Client) -> None:
    """GET-based mutation, POST-based CSRF by a form, a console, a trace in the answer."""
    mutation = {"query": "mutation { __typename }"}
    assert client.get("/graphql", params=mutation, headers=HEADERS).status_code == 405
    form = {**HEADERS, "Content-Type": "application/x-www-form-urlencoded"}
    assert client.post("/graphql", content="query={hello}", headers=form).status_code == 415
    page = client.get("/graphql", headers={"Accept": "text/html"})
    assert "html" not in page.headers["content-type"]
    answer = client.post("/graphql", json={"query": "{ hello }"}, headers=HEADERS).json()
    assert "extensions" not in answer
