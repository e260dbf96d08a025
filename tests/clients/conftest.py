"""Node.js once a session, and one world that all clients share."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from tests.clients import node as nodes
from tests.database import Database, Postgres, database_of
from tests.journeys.conftest import founded_template, templates
from tests.journeys.world import World, world_on

__all__ = ["founded_template", "templates"]


@pytest.fixture(scope="package")
def world(postgres: Postgres, founded_template: Database) -> Iterator[World]:
    """The platform with the demo's people; each client has a case of its own."""
    with database_of(postgres, founded_template.name) as clone, world_on(clone) as found_world:
        yield found_world


@pytest.fixture(scope="session")
def node() -> nodes.Node:
    """Node.js with the clients. Its absence is a failure, unless YIDANG_WITHOUT_NODE=1 says that it is meant."""
    if os.environ.get(nodes.WITHOUT) == "1":
        pytest.skip(f"{nodes.WITHOUT}=1")
    try:
        return nodes.ready()
    except nodes.NodeMissing as missing:
        pytest.fail(str(missing), pytrace=False)
