"""The master key is changed while all goes on: nothing is lost, it can be cut short, the old key serves no more."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from uuid import uuid4

import pytest
from psycopg.errors import InsufficientPrivilege, InvalidParameterValue

from eventlog import master_key
from eventlog.errors import KeyDestroyed, WrongMasterKey
from eventlog.keyring import Keyring
from eventlog.master_key import MasterKey, rotate, standing
from tests.database import Database
from tests.eventlog.conftest import Sql

OLD, NEW = bytes(range(32)), bytes(range(32, 64))
AAD = b"case|1|case.noted|subject"
OpenKeyring = Callable[..., Keyring]


@pytest.fixture
def open_keyring(database: Database) -> Iterator[OpenKeyring]:
    opened: list[Keyring] = []

    def open_one(key: bytes = OLD, *more: bytes) -> Keyring:
        opened.append(Keyring(database.writer_dsn, key, more=lambda: more))
        return opened[-1]

    yield open_one
    for keyring in opened:
        keyring.close()


def children(number: int) -> list[str]:
    return [f"child:{uuid4()}" for _ in range(number)]


def test_every_value_is_read_under_the_new_key_and_none_under_the_old(
    open_keyring: OpenKeyring, database: Database
) -> None:
    scopes, before = children(3), open_keyring()
    boxes = {s: before.seal(s, s.encode(), AAD) for s in scopes}
    assert rotate(database.admin_dsn, OLD, NEW).wrapped == 3
    after = open_keyring(NEW)
    assert all(after.open(s, box, AAD) == s.encode() for s, box in boxes.items())
    late = open_keyring(OLD)
    with pytest.raises(WrongMasterKey):
        late.open(scopes[0], boxes[scopes[0]], AAD)
    with pytest.raises(WrongMasterKey):
        late.seal(children(1)[0], b"value", AAD)
    found = {one.id: (one.keys, one.retired) for one in standing(database.admin_dsn)}
    assert found == {MasterKey(OLD).id.hex(): (0, True), MasterKey(NEW).id.hex(): (3, False)}


def test_a_running_process_goes_on_with_the_keys_it_finds(
    open_keyring: OpenKeyring, database: Database
) -> None:
    """It holds the old key; the new one is where it reads its keys from (``secrets.json``)."""
    first, second, third = children(3)
    running, other = open_keyring(OLD, OLD, NEW), open_keyring(OLD, OLD, NEW)
    box = running.seal(first, b"value", AAD)
    rotate(database.admin_dsn, OLD, NEW)
    assert running.open(first, box, AAD) == b"value"
    assert other.open(first, box, AAD) == b"value"
    made = running.seal(second, b"made after", AAD)
    assert open_keyring(NEW).open(second, made, AAD) == b"made after"
    assert other.ensure([second, third]) == frozenset()


def test_it_may_be_cut_short_and_goes_on_where_it_was(
    open_keyring: OpenKeyring, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(master_key, "BATCH", 4)
    scopes, both = children(10), open_keyring(OLD, NEW)
    boxes = {s: both.seal(s, s.encode(), AAD) for s in scopes}

    class Cut(Exception):
        pass

    def cut(done: int) -> None:
        if done == 8:
            raise Cut

    with pytest.raises(Cut):
        rotate(database.admin_dsn, OLD, NEW, cut)
    fresh = open_keyring(OLD, NEW)
    assert all(fresh.open(s, box, AAD) == s.encode() for s, box in boxes.items())
    late = children(1)[0]
    boxes[late] = open_keyring(OLD).seal(late, late.encode(), AAD)  # a process of before the change
    assert rotate(database.admin_dsn, OLD, NEW).wrapped == 3
    assert rotate(database.admin_dsn, OLD, NEW).wrapped == 0
    assert all(open_keyring(NEW).open(s, box, AAD) == s.encode() for s, box in boxes.items())


def test_a_destroyed_key_stays_destroyed(open_keyring: OpenKeyring, database: Database) -> None:
    (scope,), keyring = children(1), open_keyring(OLD, NEW)
    box = keyring.seal(scope, b"value", AAD)
    keyring.destroy([scope])
    assert rotate(database.admin_dsn, OLD, NEW).wrapped == 0
    after = open_keyring(NEW)
    assert after.open(scope, box, AAD) is None
    with pytest.raises(KeyDestroyed):
        after.seal(scope, b"again", AAD)


def test_a_retired_key_never_comes_back(
    open_keyring: OpenKeyring, database: Database, writer: Sql
) -> None:
    (scope,) = children(1)
    open_keyring().seal(scope, b"value", AAD)
    rotate(database.admin_dsn, OLD, NEW)
    with pytest.raises(WrongMasterKey):
        rotate(database.admin_dsn, NEW, OLD)
    old = MasterKey(OLD)
    with pytest.raises(InvalidParameterValue):
        writer(
            "INSERT INTO es.subject_key (scope, wrapped) VALUES (%s, %s)",
            "child:x",
            old.wrap("child:x", OLD),
        )
    assert open_keyring(NEW).open(scope, open_keyring(NEW).seal(scope, b"v", AAD), AAD) == b"v"


def test_nobody_but_the_owner_wraps_anew(
    open_keyring: OpenKeyring, database: Database, admin: Sql, writer: Sql
) -> None:
    (scope,) = children(1)
    open_keyring().seal(scope, b"value", AAD)
    new = MasterKey(NEW).wrap(scope, OLD)
    for role in (writer, admin):
        with pytest.raises(InsufficientPrivilege):
            role("UPDATE es.subject_key SET wrapped = %s WHERE scope = %s", new, scope)
    for call in ("es.rewrap('{}', '{}', '{}')", "es.begin_master('')", "es.retire_master('')"):
        with pytest.raises(InsufficientPrivilege):
            writer(f"SELECT {call}")
    assert rotate(database.admin_dsn, OLD, NEW).wrapped == 1
