"""Fixtures every test may ask for, markers by folder, and how hypothesis draws."""

import gc
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from tests.database import Database, Postgres, database_of, embedded_in, prepare
from tests.patience import be_patient

# Whatever connects, here or in a process that a test starts, gives up in time.
os.environ.setdefault("PGCONNECT_TIMEOUT", "60")

be_patient()

# What ten thousand tests are made of is no garbage, and looking for some in it was a third of their time.
gc.disable()
SELDOM = (20_000, 20, 50)

FOLDERS = {"laws": "law", "contracts": "contract", "journeys": "journey"}

# No deadline: a slow machine is not a failure. The same examples every time: green is green.
settings.register_profile("yidang", deadline=None, database=None, derandomize=True)
settings.load_profile("yidang")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        folders = item.path.relative_to(Path(__file__).parent).parts
        if folders[0] in FOLDERS:
            item.add_marker(FOLDERS[folders[0]])
        if "postgres" in getattr(item, "fixturenames", ()):
            item.add_marker("postgres")


def pytest_collection_finish() -> None:
    """From here on garbage is looked for in what tests make."""
    gc.freeze()
    gc.enable()
    gc.set_threshold(*SELDOM)


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """A server for this session: an embedded one, or that of YIDANG_TEST_DATABASE_URL."""
    if given := os.environ.get("YIDANG_TEST_DATABASE_URL"):
        yield Postgres(given)
        return
    with (
        tempfile.TemporaryDirectory(prefix="yidang-tests-") as folder,
        embedded_in(Path(folder)) as server,
    ):
        yield Postgres(server.dsn)


@pytest.fixture(scope="session")
def template_database(postgres: Postgres) -> Iterator[Database]:
    """Migrated and with reference data. Never connect to it: it is cloned."""
    with database_of(postgres) as template:
        prepare(template)
        yield template


@pytest.fixture
def database(postgres: Postgres, template_database: Database) -> Iterator[Database]:
    """A database of this test's own."""
    with database_of(postgres, template_database.name) as clone:
        yield clone


@pytest.fixture(scope="module")
def module_database(postgres: Postgres, template_database: Database) -> Iterator[Database]:
    """A database the tests of one file share."""
    with database_of(postgres, template_database.name) as clone:
        yield clone
