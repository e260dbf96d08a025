"""A seeded world for the plans: the demo's people and children, told through real commands, on one database."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest

from ops.platform import compose
from ops.seed import seed
from tests.database import Database, Postgres, database_of
from tests.journeys.conftest import founded_template, templates
from tests.journeys.world import SECRETS, Clock, ways_of
from tests.plan.comparing import NOW, Reading, ReadingOn, known_in
from tests.plan.operations import Known

__all__ = ["founded_template", "templates"]


@pytest.fixture(scope="session")
def seeded(postgres: Postgres, founded_template: Database) -> Iterator[Database]:
    """A database with the demo's forty children. Never written to again, but for the journal."""
    with database_of(postgres, founded_template.name) as clone:
        platform = compose(ways_of(clone), SECRETS, now=Clock(NOW))
        try:
            seed(platform, lambda _: None)
        finally:
            platform.close()
        with psycopg.connect(clone.admin_dsn, autocommit=True) as conn:
            conn.execute("analyze")
        yield clone


@pytest.fixture(scope="session")
def reading(seeded: Database) -> Iterator[Reading]:
    """Both ways over the seeded world."""
    with ReadingOn(seeded, seeded.reader_dsn) as made:
        yield made


@pytest.fixture(scope="session")
def known(reading: Reading) -> Known:
    """What random operations ask for."""
    return known_in(reading)
