"""Negative list 61, 62: nothing is uploaded, no address is taken from a client, nothing is sent to one.

A bad upload, a forged webhook, a request made on somebody's behalf need a door. There is none; a new one is seen here.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLNamedInputType,
    GraphQLScalarType,
    get_named_type,
    is_input_type,
)
from starlette.routing import Route, WebSocketRoute

from ops.platform import compose
from ops.server import application
from schema.build import build, core
from tests.database import Database, Postgres, database_of
from tests.journeys.world import SECRETS, ways_of

ROOT = Path(__file__).parents[2]
SCALARS = {"ID", "String", "Int", "Float", "Boolean", "UUID", "Date", "DateTime"}
"""What a client can send: short words, numbers, days. No bytes, no JSON."""
NEVER = {
    "url", "uri", "href", "webhook", "callback", "endpoint", "upload", "attachment", "mime", "base64", "bytes",
}  # fmt: skip
OURS = ("authz", "domain", "eventlog", "migrations", "ops", "projections", "schema")
CLIENTS = {"httpx", "requests", "aiohttp", "smtplib", "ftplib", "urllib.request", "http.client"}
ASKS_OUTSIDE = {
    "authz/discovery.py": "the provider's keys",
    "ops/client.py": "the demo, at this API",
}


def inputs() -> Iterator[tuple[str, GraphQLNamedInputType]]:
    """Every argument and every field of an input, with its type."""
    for kind in core(build()).type_map.values():
        if kind.name.startswith("__"):
            continue
        if isinstance(kind, GraphQLInputObjectType):
            for name, field in kind.fields.items():
                yield f"{kind.name}.{name}", get_named_type(field.type)
        for name, of in getattr(kind, "fields", {}).items():
            for argument, given in getattr(of, "args", {}).items():
                yield f"{kind.name}.{name}({argument})", get_named_type(given.type)


def test_a_client_sends_words_numbers_and_days() -> None:
    found = list(inputs())
    assert len(found) > len(SCALARS) * 100, "there is something to look at"
    scalars = {kind.name for _, kind in found if isinstance(kind, GraphQLScalarType)}
    assert scalars == SCALARS & scalars
    others = {kind for _, kind in found if not isinstance(kind, GraphQLScalarType)}
    assert all(isinstance(k, GraphQLEnumType | GraphQLInputObjectType) for k in others)
    assert all(is_input_type(kind) for kind in others)


def test_no_address_and_no_bytes_are_asked_for() -> None:
    named = {
        where: set(re.findall(r"[a-z0-9]+", re.sub(r"([A-Z])", r" \1", where).lower()))
        for where, _ in inputs()
    }
    assert {where for where, words in named.items() if words & NEVER} == set()


def test_there_is_one_door_and_three_to_ask_how_it_is(
    postgres: Postgres, founded_template: Database
) -> None:
    with database_of(postgres, founded_template.name) as clone:
        platform = compose(ways_of(clone), SECRETS)
        try:
            app = application(platform, demo=False, host="0.0.0.0")  # noqa: S104 - nothing listens here
        finally:
            platform.close()
    assert all(isinstance(each, Route | WebSocketRoute) for each in app.routes)
    paths = {each.path for each in app.routes if isinstance(each, Route | WebSocketRoute)}
    assert paths == {"/graphql", "/livez", "/metrics", "/readyz"}


def test_nobody_else_is_asked_or_told() -> None:
    asking = {
        str(path.relative_to(ROOT))
        for package in OURS
        for path in (ROOT / package).rglob("*.py")
        if imported(path) & CLIENTS
    }
    assert asking <= set(ASKS_OUTSIDE), asking
    assert "authz/discovery.py" in asking, "the look is a look"


def imported(path: Path) -> set[str]:
    """The modules a file imports."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return names
