"""The town that most tests of projections begin with; a file that needs another says so by its own ``town``."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.database import Database
from tests.projections.town import Town, town_on


@pytest.fixture
def town(database: Database) -> Iterator[Town]:
    """The units of the town and their people, on a database of this test's own."""
    with town_on(database) as town:
        yield town
