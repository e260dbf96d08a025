"""A process with other secrets is refused before it changes anything: those that run go on."""

from __future__ import annotations

import secrets
from dataclasses import replace

import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from authz.scope_db import install_secret
from ops.platform import prepare
from ops.same_secrets import LostMasterKey, OtherSecrets, check_master_key
from ops.secrets_file import Secrets
from ops.ways import Ways
from tests.database import READER_PASSWORD, WRITER_PASSWORD, Database

KEY = b"k" * 32
OWN = Secrets(
    master_key=KEY,
    scope_key=b"s" * 32,
    token_key=b"t" * 32,
    writer_password=WRITER_PASSWORD,
    reader_password=READER_PASSWORD,
)
STATE = "select inner_pad, outer_pad from sec.secret"


def ways_of(database: Database, own: Secrets) -> Ways:
    admin = database.admin_dsn
    return Ways(
        admin_dsn=admin,
        writer_dsn=make_conninfo(admin, user="yidang_writer", password=own.writer_password),
        reader_dsn=make_conninfo(admin, user="yidang_reader", password=own.reader_password),
    )


@pytest.fixture
def ready(database: Database) -> Database:
    """Of an installation with these secrets."""
    check_master_key(ways_of(database, OWN), OWN)
    install_secret(database.admin_dsn, OWN.scope_key)
    return database


@pytest.mark.parametrize("name", ["scope_key", "writer_password", "reader_password"])
def test_another_secret_is_named_and_what_runs_goes_on(ready: Database, name: str) -> None:
    value = b"o" * 32 if name == "scope_key" else secrets.token_urlsafe()
    other = replace(OWN, **{name: value})  # type: ignore[arg-type]
    with pytest.raises(OtherSecrets) as refused:
        prepare(ways_of(ready, other), other, print)
    assert str(refused.value).startswith(f"OTHER_SECRETS YIDANG_{name.upper()} ")
    assert_unchanged(ready)


def test_another_master_key_is_refused_before_a_password_is_changed(ready: Database) -> None:
    other = replace(OWN, master_key=b"o" * 32, writer_password="another", reader_password="another")
    with pytest.raises(LostMasterKey):
        prepare(ways_of(ready, other), other, print)
    assert_unchanged(ready)


def assert_unchanged(ready: Database) -> None:
    for dsn in (ready.writer_dsn, ready.reader_dsn):
        psycopg.connect(dsn).close()
    with psycopg.connect(ready.admin_dsn) as conn:
        found = conn.execute(STATE).fetchone()
    install_secret(ready.admin_dsn, OWN.scope_key)
    with psycopg.connect(ready.admin_dsn) as conn:
        assert conn.execute(STATE).fetchone() == found
