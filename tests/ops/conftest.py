"""What the tests of this folder share."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from ops.ways import Ways
from tests.database import Database


@pytest.fixture
def folder() -> Iterator[Path]:
    """Not `tmp_path`: what lies above that is private to the user who runs the tests."""
    with tempfile.TemporaryDirectory(prefix="yidang-tests-") as name:
        yield Path(name)


@pytest.fixture
def ways(database: Database) -> Ways:
    return Ways(
        admin_dsn=database.admin_dsn,
        writer_dsn=database.writer_dsn,
        reader_dsn=database.reader_dsn,
    )
