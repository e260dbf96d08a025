"""A program older than the release a database was made ready by is refused before it changes anything."""

from __future__ import annotations

import argparse
import io
from contextlib import redirect_stderr
from functools import partial
from typing import Any

import psycopg
import pytest

from ops.commands import migrate
from ops.platform import prepare, retell_all
from ops.readiness import LOG, ROWS, require_ready
from ops.same_release import OlderRelease
from ops.saying import say_wrong
from ops.settings import Refused
from ops.ways import Ways
from ops.wrong import MISUSE, told
from projections import tables
from tests.database import Database
from tests.projections.town import SECRETS, ways_of

TOLD = "select fingerprint, forms, events from read.told"
STATE = """
    select (select array_agg(rolpassword order by rolname) from pg_authid where rolname like 'yidang%'),
           (select count(*) from sec.policy), (select to_jsonb(told) from read.told),
           'read.told'::regclass::oid
"""
"""What an older program changed before: passwords are salted anew, a policy published, read models told anew."""


@pytest.fixture
def ways(database: Database) -> Ways:
    """A database that this release made ready."""
    ways = ways_of(database)
    prepare(ways, SECRETS, lambda _: None)
    return ways


def asked(ways: Ways, query: str, *given: object) -> list[tuple[Any, ...]]:
    with psycopg.connect(ways.admin_dsn, autocommit=True) as conn:
        cursor = conn.execute(query.encode(), given or None)
        return cursor.fetchall() if cursor.description else []


NEWER = [
    "insert into public.schema_migration (name, sha256) values ('9999_newer', '')",
    """update read.told set events = events || '{"child.sung_to": 1}'""",
    """update read.told set events = events || '{"child.file_opened": 99}'""",
    "update read.told set fingerprint = 'newer', forms = array[fingerprint]",
]
"""What a newer release leaves: a migration, an event, a version of one, read models of a form of its own."""


@pytest.mark.parametrize("left", NEWER)
def test_what_a_newer_release_made_ready_is_left_as_it_is(ways: Ways, left: str) -> None:
    asked(ways, left)
    before = asked(ways, STATE)
    with redirect_stderr(io.StringIO()) as said:
        status = told(partial(migrate, argparse.Namespace(), None, ways, SECRETS), say_wrong)  # type: ignore[arg-type]
    assert (status, asked(ways, STATE)) == (MISUSE, before)
    (line,) = said.getvalue().splitlines()
    assert line.startswith("OLDER_RELEASE 本程序早于数据库所用的版本(")
    assert " · this program is older than the release" in line
    with pytest.raises(OlderRelease):
        require_ready(ROWS, ways)


def test_read_models_of_a_form_that_was_left_again_are_told_on_purpose(ways: Ways) -> None:
    """A release that takes a change back has a form that stood there before: who means it says so."""
    asked(ways, NEWER[-1])
    require_ready(LOG, ways)
    retell_all(ways, SECRETS, lambda _: None)
    ((form, forms, events),) = asked(ways, TOLD)
    assert (form, forms, events["child.file_opened"] >= 1) == (
        tables.fingerprint(),
        ["newer"],
        True,
    )
    prepare(ways, SECRETS, print)
    require_ready(ROWS, ways)


def test_what_an_older_release_told_is_told_anew_also_one_that_did_not_say_which(
    ways: Ways,
) -> None:
    asked(ways, "update read.told set fingerprint = 'older', forms = array['oldest']")
    with pytest.raises(Refused, match="yidang migrate"):
        require_ready(ROWS, ways)
    prepare(ways, SECRETS, lambda _: None)
    assert asked(ways, TOLD)[0][:2] == (tables.fingerprint(), ["older", "oldest"])
    asked(ways, "alter table read.told drop column forms, drop column events")
    prepare(ways, SECRETS, lambda _: None)
    ((_, forms, events),) = asked(ways, TOLD)
    assert (forms, "child.file_opened" in events) == ([], True)
