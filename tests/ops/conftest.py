"""What the tests of the embedded server share."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest


@pytest.fixture
def folder() -> Iterator[Path]:
    """Not `tmp_path`: what lies above that is private to the user who runs the tests."""
    with tempfile.TemporaryDirectory(prefix="yidang-tests-") as name:
        yield Path(name)
