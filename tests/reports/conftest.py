"""The district of the yearly reports, told once: its tests only read."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.database import Database, Postgres, database_of
from tests.projections.town import town_on
from tests.reports.jiading import District, district_on


@pytest.fixture(scope="session")
def jiading(postgres: Postgres, template_database: Database) -> Iterator[District]:
    """The whole of 2025."""
    with (
        database_of(postgres, template_database.name) as database,
        town_on(database, units=False) as town,
    ):
        yield district_on(town).told()
