"""Every advisory lock of the platform has a number of its own, and a number written out is one of the register."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import psycopg
import pytest

from eventlog.locks import AdvisoryLock
from migrations.run import LOCK
from projections.registry import LATER
from tests.database import Database

pytestmark = pytest.mark.contract
ROOT = Path(__file__).parents[2]
WRITTEN_OUT = re.compile(r"advisory(?:_xact)?_lock(?:_shared)?\((\d+)\)")


def test_a_number_in_a_migration_is_one_of_the_register() -> None:
    texts = [file.read_text() for file in (ROOT / "migrations").glob("*.sql")]
    found = {int(number) for text in texts for number in WRITTEN_OUT.findall(text)}
    assert found == {AdvisoryLock.APPENDING, AdvisoryLock.RETELLING}
    assert LOCK == AdvisoryLock.MIGRATING


def test_no_other_code_writes_a_number_out() -> None:
    packages = ("ops", "schema", "projections", "authz", "eventlog")
    files = [file for name in packages for file in (ROOT / name).rglob("*.py")]
    assert files
    assert [file.name for file in files if WRITTEN_OUT.search(file.read_text())] == []


def test_no_later_projection_has_the_number_of_another_purpose(database: Database) -> None:
    with psycopg.connect(database.admin_dsn) as conn:
        names = [projection.name for projection in LATER]
        hashed = [n for (n,) in conn.execute("select hashtext(unnest(%s::text[]))", (names,))]
    counted = Counter([*hashed, *AdvisoryLock])
    assert [number for number, times in counted.items() if times > 1] == []
