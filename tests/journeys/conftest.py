"""Worlds for the journeys: the demo's people are founded once a session, in a template that every world clones."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from ops.demo_world import found
from ops.platform import compose, prepare
from tests.database import Database, Postgres, database_of
from tests.journeys.wire import local
from tests.journeys.world import SECRETS, World, ways_of, world_on

FOUNDED = local("2016-01-01")
"""When the demo's people took their posts: before every story."""


@pytest.fixture(scope="session")
def founded_template(postgres: Postgres, template_database: Database) -> Iterator[Database]:
    """A prepared database with the demo's units and people. Never connect to it: it is cloned."""
    with database_of(postgres, template_database.name) as template:
        ways = ways_of(template)
        prepare(ways, SECRETS, lambda _: None)
        platform = compose(ways, SECRETS, now=lambda: FOUNDED)
        try:
            found(platform.casebook)
        finally:
            platform.close()
        yield template


@pytest.fixture
def world(postgres: Postgres, founded_template: Database) -> Iterator[World]:
    """A world of this test's own."""
    with database_of(postgres, founded_template.name) as clone, world_on(clone) as found_world:
        yield found_world


@pytest.fixture(scope="module")
def story(postgres: Postgres, founded_template: Database) -> Iterator[World]:
    """A world that the tests of one file share, step after step."""
    with database_of(postgres, founded_template.name) as clone, world_on(clone) as found_world:
        yield found_world
