"""Worlds for the journeys: the demo's people are founded once a session, in a template that worlds clone."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import pytest

from ops.clock_worker import fire_due
from ops.demo_world import found
from ops.platform import compose, prepare
from tests.database import Database, Postgres, database_of
from tests.journeys.wire import local
from tests.journeys.world import SECRETS, World, ways_of, world_on

FOUNDED = local("2016-01-01")
"""When the demo's people took their posts: before every story."""
BEGINS = 2025
"""The year in which stories begin, unless their file says another: ``pytestmark = pytest.mark.begins(2019)``."""


class Templates:
    """By the year a story begins in: a prepared database with the demo's units and people, and all that its clocks
    brought about until that year. Never connect to one: it is cloned."""

    def __init__(self, postgres: Postgres, prepared: Database, kept: ExitStack) -> None:
        self._postgres, self._prepared, self._kept = postgres, prepared, kept
        self._made: dict[int, Database] = {}

    def of(self, year: int) -> Database:
        """Made when it is first asked for."""
        if year not in self._made:
            made = database_of(self._postgres, self._prepared.name)
            self._made[year] = self._founded(self._kept.enter_context(made), year)
        return self._made[year]

    @staticmethod
    def _founded(template: Database, year: int) -> Database:
        ways, present = ways_of(template), [FOUNDED]
        prepare(ways, SECRETS, lambda _: None)
        platform = compose(ways, SECRETS, now=lambda: present[0])
        try:
            found(platform.casebook)
            if year > FOUNDED.year:
                present[0] = local(f"{year}-01-01")
                fire_due(platform, present[0])
            platform.runner.catch_up()  # no clone has to
        finally:
            platform.close()
        return template


@pytest.fixture(scope="session")
def templates(postgres: Postgres, template_database: Database) -> Iterator[Templates]:
    """Those of this session."""
    with ExitStack() as kept:
        yield Templates(postgres, template_database, kept)


@pytest.fixture(scope="session")
def founded_template(templates: Templates) -> Database:
    """The one most stories begin with."""
    return templates.of(BEGINS)


def year_of(request: pytest.FixtureRequest) -> int:
    """The year in which the stories of a test's file begin."""
    mark = request.node.get_closest_marker("begins")
    year: int = BEGINS if mark is None else mark.args[0]
    return year


@contextmanager
def begun(templates: Templates, year: int, postgres: Postgres) -> Iterator[World]:
    """A world in which a story of that year can begin."""
    with database_of(postgres, templates.of(year).name) as clone, world_on(clone) as found_world:
        yield found_world


@pytest.fixture
def world(
    request: pytest.FixtureRequest, postgres: Postgres, templates: Templates
) -> Iterator[World]:
    """A world of this test's own."""
    with begun(templates, year_of(request), postgres) as found_world:
        yield found_world


@pytest.fixture(scope="module")
def story(
    request: pytest.FixtureRequest, postgres: Postgres, templates: Templates
) -> Iterator[World]:
    """A world that the tests of one file share, step after step."""
    with begun(templates, year_of(request), postgres) as found_world:
        yield found_world
