"""A scope is checked once a transaction; what is kept of that is found, read and written by nobody else."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from functools import partial

import psycopg
import pytest
from psycopg import errors

from authz.gate import Gate
from authz.scope import Scope, SignedScope, ordered
from authz.scope_db import apply, arguments, install_secret
from domain.sensitivity import P0
from projections import tables
from tests.authz.people import NOW, SECRET, signed, somebody
from tests.database import Database

BY_HAND = (
    "SELECT set_config('app.scope', %s, true), set_config('app.actor', %s, true), "
    "set_config('app.expires', %s, true), set_config('app.sig', %s, true)"
)
ASK = "SELECT sec.scope('case', 'P0')"


@pytest.fixture(scope="module")
def key(module_database: Database) -> Database:
    install_secret(module_database.admin_dsn, SECRET)
    with psycopg.connect(module_database.admin_dsn) as admin:
        admin.execute("SET ROLE yidang_owner")
        tables.create(admin, tables.LIVE)
    return module_database


@pytest.fixture
def reader(key: Database) -> Iterator[psycopg.Connection]:
    with psycopg.connect(key.reader_dsn, autocommit=True) as connection:
        yield connection


@pytest.fixture
def scope(gate: Gate) -> Scope:
    return gate.scope(somebody("police"), "investigation")


@pytest.fixture
def opens(scope: Scope) -> SignedScope:
    return signed(scope)


def tokens(connection: psycopg.Connection) -> frozenset[str]:
    row = connection.execute(ASK).fetchone()
    assert row is not None
    return frozenset(row[0])


def times_the_key_was_read(connection: psycopg.Connection) -> int:
    """In this transaction; PostgreSQL counts for itself."""
    row = connection.execute(
        "SELECT seq_scan + coalesce(idx_scan, 0) FROM pg_stat_xact_all_tables "
        "WHERE schemaname = 'sec' AND relname = 'secret'"
    ).fetchone()
    assert row is not None
    return int(row[0])


def test_it_is_checked_once(reader: psycopg.Connection, opens: SignedScope) -> None:
    """And at every question where somebody puts the settings in place by hand."""
    with reader.transaction():
        apply(reader, opens)
        before = times_the_key_was_read(reader)
        assert all(tokens(reader) for _ in range(3))
        assert times_the_key_was_read(reader) == before
    with reader.transaction():
        reader.execute(BY_HAND.encode(), arguments(opens))
        before = times_the_key_was_read(reader)
        assert all(tokens(reader) for _ in range(3))
        assert times_the_key_was_read(reader) == before + 3


@pytest.mark.parametrize(
    "change",
    [
        ("app.scope", "\n\tcase/P0\t=N:all\n"),
        ("app.actor", "00000000-0000-0000-0000-000000000001"),
        ("app.expires", "9999999999"),
    ],
    ids=["scope", "actor", "expires"],
)
def test_what_is_set_after_the_check_counts_for_nothing(
    reader: psycopg.Connection, opens: SignedScope, scope: Scope, change: tuple[str, str]
) -> None:
    with reader.transaction():
        apply(reader, opens)
        reader.execute("SELECT set_config(%s, %s, true)", change)
        assert tokens(reader) == scope["case"][P0]
        assert reader.execute("SELECT sec.actor()").fetchone() == (scope.actor,)


def test_nothing_is_kept_after_the_transaction(
    reader: psycopg.Connection, opens: SignedScope
) -> None:
    with reader.transaction():
        apply(reader, opens)
        assert tokens(reader)
    unsigned = replace(opens, signature="")
    with reader.transaction():
        reader.execute(BY_HAND.encode(), arguments(unsigned))
        with pytest.raises(errors.InsufficientPrivilege, match="scope signature"):
            tokens(reader)


def test_another_opening_takes_the_place_of_the_first(
    reader: psycopg.Connection, opens: SignedScope, gate: Gate
) -> None:
    nobody = gate.scope(somebody("police"), "no such purpose")
    with reader.transaction():
        apply(reader, opens)
        assert tokens(reader)
        apply(reader, signed(nobody))
        assert tokens(reader) == nobody["case"].get(P0, frozenset())
        apply(reader, replace(opens, signature="0" * 64))
        with pytest.raises(errors.InsufficientPrivilege, match="scope signature"):
            tokens(reader)


def test_it_ends_by_its_time_although_it_is_kept(reader: psycopg.Connection, scope: Scope) -> None:
    with reader.transaction():
        apply(reader, scope.signed(SECRET, NOW - timedelta(hours=1)))
        with pytest.raises(errors.InsufficientPrivilege, match="scope expired"):
            tokens(reader)


def test_a_good_opening_serves_after_a_bad_one_and_after_settings_by_hand(
    key: Database, opens: SignedScope, scope: Scope
) -> None:
    """Whoever sets something for the whole session, by SQL put in, closes nobody's next transaction."""
    with psycopg.connect(key.reader_dsn, autocommit=True) as reader:
        reader.execute(
            "SELECT set_config('app.scope', 'x', false), set_config('app.actor', 'y', false)"
        )
        for bad in (opens, replace(opens, signature="0" * 64)):
            with reader.transaction():
                apply(reader, bad)
                apply(reader, opens)
                assert tokens(reader) == scope["case"][P0]


def test_settings_that_are_believed_are_missed(
    key: Database, reader: psycopg.Connection, opens: SignedScope, scope: Scope
) -> None:
    """Mutation check: one line of the function that every law goes through."""
    changed = partial(
        test_what_is_set_after_the_check_counts_for_nothing,
        reader,
        opens,
        scope,
        ("app.scope", "\n\tcase/P0\t=N:all\n"),
    )
    changed()
    with psycopg.connect(key.admin_dsn, autocommit=True) as admin:
        made_of = "SELECT pg_get_functiondef('sec.scope'::regproc)"
        ((made,),) = admin.execute(made_of.encode()).fetchall()
        blind, changes = re.subn(
            r"THEN kept ELSE", "THEN current_setting('app.scope', true) ELSE", made
        )
        assert changes == 1, made
        admin.execute(blind.encode())
        try:
            with pytest.raises(AssertionError):
                changed()
        finally:
            admin.execute(made.encode())
    changed()


@pytest.mark.parametrize("login", ["reader", "writer"])
@pytest.mark.parametrize(
    "question",
    [
        "SELECT currval('sec.mark')",
        "SELECT setval('sec.mark', 7)",
        "SELECT nextval('sec.mark')",
        "SELECT lastval()",
        "SELECT last_value FROM sec.mark",
    ],
)
def test_no_login_learns_or_sets_the_number(
    key: Database, opens: SignedScope, login: str, question: str
) -> None:
    with psycopg.connect(getattr(key, f"{login}_dsn")) as connection:
        apply(connection, opens)
        with pytest.raises(
            (errors.InsufficientPrivilege, errors.ObjectNotInPrerequisiteState),
            match=r"denied|lastval",
        ):
            connection.execute(question.encode())


def test_the_number_is_shown_by_no_catalogue(
    reader: psycopg.Connection, opens: SignedScope
) -> None:
    with reader.transaction():
        apply(reader, opens)
        assert tokens(reader)
        for shown in ("SELECT name, setting FROM pg_settings", "SHOW ALL"):
            assert not [row for row in reader.execute(shown.encode()) if "app.k" in str(row[0])]
        seen = reader.execute(
            "SELECT last_value FROM pg_sequences WHERE sequencename = 'mark'"
        ).fetchall()
        assert seen == [(None,)]


def test_saying_that_it_was_kept_opens_nothing(
    key: Database, opens: SignedScope, scope: Scope
) -> None:
    """Nor does a copy under a name that is not the session's own."""
    wide = replace(opens, text="\n\tcase/P0\t=N:all\n")
    said = f"{wide.expires}|{wide.actor}|some{wide.text}"
    with psycopg.connect(key.reader_dsn) as connection:
        connection.execute(BY_HAND.encode(), arguments(wide))
        connection.execute("SELECT set_config('app.kept', 'y', false)")
        connection.execute("SELECT set_config('app.k1', %s, true)", (said,))
        with pytest.raises(errors.ObjectNotInPrerequisiteState):
            connection.execute(ASK)
    with psycopg.connect(key.reader_dsn) as connection:
        apply(connection, opens)
        connection.execute(BY_HAND.encode(), arguments(wide))
        for name in ("app.k", "app.k0", "app.k1", f"app.k{2**63 - 1}"):
            connection.execute("SELECT set_config(%s, %s, true)", (name, said))
        assert connection.execute(ASK).fetchone() == (ordered(scope["case"][P0]),)


def test_two_sessions_draw_two_numbers(key: Database, opens: SignedScope) -> None:
    """Told by the owner, who alone may ask."""
    found = set()
    for _ in range(2):
        with psycopg.connect(key.admin_dsn) as connection:
            apply(connection, opens)
            found.add(connection.execute("SELECT currval('sec.mark')").fetchone())
    assert len(found) == 2
