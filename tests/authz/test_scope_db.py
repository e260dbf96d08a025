"""The signed scope in PostgreSQL: a forged, changed, expired or missing one opens nothing."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import psycopg
import pytest
from psycopg import errors

from authz.gate import Gate, Standing
from authz.scope import Scope, SignedScope
from authz.scope_db import APPLY, apply, arguments, install_secret
from authz.words import RESOURCES, Relation
from domain.sensitivity import P0, P4_MIND, P5, Sensitivity
from tests.authz.people import NOW, SECRET, named, signed, somebody
from tests.database import Database


@pytest.fixture(scope="module")
def reader(module_database: Database) -> Iterator[psycopg.Connection]:
    install_secret(module_database.admin_dsn, SECRET)
    with psycopg.connect(module_database.reader_dsn, autocommit=True) as connection:
        yield connection


@pytest.fixture
def scope(gate: Gate) -> Scope:
    return gate.scope(somebody("police"), "investigation")


@pytest.fixture
def opens(scope: Scope) -> SignedScope:
    return signed(scope)


def tokens(connection: psycopg.Connection, obj: str, cls: str) -> frozenset[str]:
    row = connection.execute("SELECT sec.scope(%s, %s)", (obj, cls)).fetchone()
    assert row is not None
    return frozenset(row[0])


def opened(connection: psycopg.Connection, scope: SignedScope, question: str) -> object:
    """What one question answers in a transaction that opened ``scope`` first."""
    with connection.transaction():
        apply(connection, scope)
        row = connection.execute(f"SELECT {question}".encode()).fetchone()
        assert row is not None
        return row[0]


P0_OF_CASE = "sec.scope('case', 'P0')"


def test_postgresql_reads_the_same_scope(
    reader: psycopg.Connection, scope: Scope, opens: SignedScope
) -> None:
    with reader.transaction():
        apply(reader, opens)
        for obj in RESOURCES:
            for cls in Sensitivity:
                assert tokens(reader, obj, cls) == scope[obj].get(cls, frozenset())
        own = reader.execute("SELECT sec.conflicts(), sec.actor(), sec.grantees()").fetchone()
        assert own is not None
        assert frozenset(own[0]) == scope.conflicts
        assert own[1] == named("person of police")
        assert frozenset(own[2]) == scope.grantees


def test_every_role_reads_the_same_scope(reader: psycopg.Connection, gate: Gate) -> None:
    for role, declared in gate.policy.roles.items():
        for purpose in declared.purposes:
            scope = gate.scope(somebody(role), purpose)
            with reader.transaction():
                apply(reader, signed(scope))
                for obj in ("child", "case", "report"):
                    for cls in (P0, P4_MIND, P5):
                        assert tokens(reader, obj, cls) == scope[obj].get(cls, frozenset())


def test_the_same_reach_is_the_same_text(gate: Gate, scope: Scope) -> None:
    again = Gate(gate.policy).scope(somebody("police"), "investigation")
    assert again is not scope
    assert scope.text == again.text
    assert signed(scope) == signed(again)
    assert scope.text != gate.scope(somebody("police"), "emergency").text


def test_words_that_are_not_in_the_scope_open_nothing(
    reader: psycopg.Connection, opens: SignedScope
) -> None:
    with reader.transaction():
        apply(reader, opens)
        for obj, cls in (
            ("chil", "P0"),
            ("hild", "P0"),
            ("child", "P"),
            ("child", "0"),
            ("", ""),
            ("\t", ""),
            ("child/P0\tchild", "P0"),
            ("child", "P0\t="),
        ):
            assert tokens(reader, obj, cls) == frozenset()


@pytest.mark.parametrize(
    "change",
    [
        lambda s: replace(s, text=s.text.replace("\t=", "\t=R:cq00001 ", 1)),
        lambda s: replace(s, text=s.text + "\tcase/P0\t=R:cq00001\n"),
        lambda s: replace(s, actor=str(named("somebody else"))),
        lambda s: replace(s, expires=str(int(s.expires) + 3600)),
        lambda s: replace(s, signature="0" * 64),
        lambda s: replace(s, signature=""),
        lambda s: replace(s, signature=s.signature.upper()),
        lambda s: replace(s, actor=s.actor + "|" + s.expires, expires=s.text),
    ],
    ids=["wider", "longer", "actor", "later", "zeros", "unsigned", "capitals", "shifted"],
)
def test_a_changed_scope_is_an_error(
    reader: psycopg.Connection, opens: SignedScope, change: object
) -> None:
    assert callable(change)
    for question in (P0_OF_CASE, "sec.conflicts()", "sec.grantees()", "sec.actor()"):
        with pytest.raises(errors.InsufficientPrivilege, match="scope signature"):
            opened(reader, change(opens), question)


def test_a_scope_signed_with_another_key_is_an_error(
    reader: psycopg.Connection, scope: Scope
) -> None:
    with pytest.raises(errors.InsufficientPrivilege, match="scope signature"):
        opened(reader, signed(scope, b"another key of at least 32 bytes!!"), P0_OF_CASE)


def test_an_expired_scope_is_an_error(reader: psycopg.Connection, scope: Scope) -> None:
    with pytest.raises(errors.InsufficientPrivilege, match="scope expired"):
        opened(reader, scope.signed(SECRET, NOW - timedelta(hours=1)), P0_OF_CASE)


def test_no_scope_opens_nothing(database: Database) -> None:
    install_secret(database.admin_dsn, SECRET)
    with psycopg.connect(database.reader_dsn, autocommit=True) as fresh:
        assert tokens(fresh, "case", P0) == frozenset()
        assert fresh.execute("SELECT sec.conflicts(), sec.grantees(), sec.actor()").fetchone() == (
            [],
            [],
            None,
        )


def test_after_the_transaction_the_scope_is_gone(
    reader: psycopg.Connection, opens: SignedScope
) -> None:
    with reader.transaction():
        apply(reader, opens)
        assert tokens(reader, "case", P0)
    assert tokens(reader, "case", P0) == frozenset()
    assert reader.execute("SELECT sec.kept()").fetchone() == (None,)


def test_outside_a_transaction_it_has_no_effect(
    reader: psycopg.Connection, opens: SignedScope
) -> None:
    apply(reader, opens)
    assert tokens(reader, "case", P0) == frozenset()


def test_no_key_no_scope(database: Database, opens: SignedScope) -> None:
    with psycopg.connect(database.reader_dsn) as connection:
        apply(connection, opens)
        with pytest.raises(errors.InsufficientPrivilege):
            tokens(connection, "case", P0)


def test_an_assignment_that_does_not_count_is_signed_as_nothing(
    reader: psycopg.Connection, gate: Gate
) -> None:
    barred = gate.scope(somebody("police", Standing.BARRED), "investigation")
    with reader.transaction():
        apply(reader, signed(barred))
        assert tokens(reader, "case", P0) == frozenset()
        assert reader.execute("SELECT sec.actor()").fetchone() == (named("person of police"),)


@pytest.mark.parametrize("length", [32, 33, 64])
def test_the_signature_is_hmac_for_every_length_of_key(
    database: Database, scope: Scope, length: int
) -> None:
    key = bytes(range(100, 100 + length))
    install_secret(database.admin_dsn, b"an older key, which is replaced!")
    install_secret(database.admin_dsn, key)
    with psycopg.connect(database.reader_dsn) as connection:
        apply(connection, signed(scope, key))
        assert tokens(connection, "case", P0) == scope["case"][P0]


@pytest.mark.parametrize("length", [0, 31, 65])
def test_a_weak_key_is_not_installed(database: Database, length: int) -> None:
    with pytest.raises(ValueError, match="signing key"):
        install_secret(database.admin_dsn, b"k" * length)


@pytest.mark.parametrize("role", ["reader", "writer"])
def test_no_login_reads_the_key_or_passes_by_the_check(
    module_database: Database, role: str
) -> None:
    dsn = getattr(module_database, f"{role}_dsn")
    for question in (
        "SELECT * FROM sec.secret",
        "SELECT sec.checked_scope()",
        "SELECT sec.well_signed('', '')",
        "UPDATE sec.secret SET inner_pad = inner_pad",
        "CREATE FUNCTION sec.scope(text) RETURNS text LANGUAGE sql RETURN ''",
        "CREATE OR REPLACE FUNCTION sec.actor() RETURNS uuid LANGUAGE sql RETURN NULL::uuid",
    ):
        with (
            psycopg.connect(dsn) as connection,
            pytest.raises(errors.InsufficientPrivilege),
        ):
            connection.execute(question.encode())


def test_a_temporary_table_cannot_stand_in_for_the_key(
    database: Database, scope: Scope, opens: SignedScope
) -> None:
    """The functions fix their own search path and name the key's schema."""
    install_secret(database.admin_dsn, SECRET)
    with psycopg.connect(database.admin_dsn, autocommit=True) as admin:
        admin.execute(f"GRANT TEMPORARY ON DATABASE {database.name} TO yidang_reader".encode())
    with psycopg.connect(database.reader_dsn, autocommit=True) as reader:
        reader.execute("CREATE TEMPORARY TABLE secret AS SELECT ''::bytea AS inner_pad")
        reader.execute("SET search_path = pg_temp, sec, public")
        tokens = opened(reader, opens, P0_OF_CASE)
        assert isinstance(tokens, list)
        assert set(tokens) == scope["case"][P0]


def test_it_is_one_statement_of_four_arguments(opens: SignedScope) -> None:
    assert APPLY.count("SELECT") == 1
    assert APPLY.count("%s") == len(arguments(opens))


def test_grants_are_named_by_kind(scope: Scope) -> None:
    """So that a referral never opens what only break-glass may."""
    referred = somebody("police").tokens[Relation.REFERRAL]
    assert referred <= scope["child"][P0]
    assert all(token.startswith("G:referral:") for token in referred)
    assert scope["case"][P5].isdisjoint(referred)
