"""Master keys: each wraps the data keys of subjects; which of them are in force the database says, never the keys.

A wrapped key begins with the id of the master key it is under, which tells a wrong key from a tampered one and gives
nothing of the key away:

    wrapped  0x01 | id of the master key 8 | nonce 12 | encrypted data key and tag; AAD = scope

A master key is changed while the platform runs (``rotate``): the next one comes into force beside the old one, every
data key is wrapped anew in small steps, then the old one is retired. What it still wraps is refused from then on, and a
retired key never comes back.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import psycopg
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from eventlog.connections import Timeouts
from eventlog.errors import Tampered, WrongMasterKey

VERSION = b"\x01"
KEY_BYTES = 32
NONCE_BYTES = 12
TAG_BYTES = 16
ID_BYTES = 8
WRAPPED_BYTES = 1 + ID_BYTES + NONCE_BYTES + KEY_BYTES + TAG_BYTES
BATCH = 500
"""Data keys wrapped anew in one short transaction."""

IN_FORCE = "SELECT id FROM es.master_key WHERE retired_at IS NULL ORDER BY since DESC, id"
_UNDER = (
    "SELECT scope, wrapped FROM es.subject_key WHERE scope > %s AND substring(wrapped FROM 2 FOR 8) = %b "
    "ORDER BY scope LIMIT %s"
)
_REWRAP = "SELECT es.rewrap(%s::text[], %b::bytea[], %b::bytea[])"


class MasterKey:
    """One master key of 32 bytes from outside the database."""

    def __init__(self, key: bytes) -> None:
        if len(key) != KEY_BYTES:
            raise ValueError(f"the master key must be {KEY_BYTES} bytes")
        self._sealing = AESGCM(key)
        self.id = hashlib.sha256(b"yidang master key id" + key).digest()[:ID_BYTES]

    def wrap(self, scope: str, key: bytes) -> bytes:
        """The data key of a scope, wrapped."""
        nonce = os.urandom(NONCE_BYTES)
        return VERSION + self.id + nonce + self._sealing.encrypt(nonce, key, scope.encode())

    def unwrap(self, scope: str, wrapped: bytes) -> bytes:
        """The data key again. Raises Tampered, WrongMasterKey."""
        if id_of(wrapped) != self.id:
            raise WrongMasterKey("the subject keys were wrapped by another master key")
        body = wrapped[1 + ID_BYTES :]
        try:
            return self._sealing.decrypt(body[:NONCE_BYTES], body[NONCE_BYTES:], scope.encode())
        except InvalidTag:
            raise Tampered("the wrapped key was changed, or is another scope's") from None


def id_of(wrapped: bytes) -> bytes:
    """Under which master key a data key is. Raises Tampered for what is no wrapped key."""
    if len(wrapped) != WRAPPED_BYTES or wrapped[:1] != VERSION:
        raise Tampered("not a wrapped key of a known format")
    return wrapped[1 : 1 + ID_BYTES]


class MasterKeys:
    """The master keys a process holds. ``more`` is asked when one is met that it does not hold: a change may be under
    way, and the next key already where the first one was read from."""

    def __init__(self, first: bytes, more: Callable[[], Iterable[bytes]] = tuple) -> None:
        self.current = MasterKey(first)
        """The one that wraps what is new, as far as this process knows."""
        self._held = {self.current.id: self.current}
        self._more = more

    def of(self, key_id: bytes) -> MasterKey:
        """The key of this id. Raises WrongMasterKey where this process cannot get it."""
        if key_id not in self._held:
            for key in map(MasterKey, self._more()):
                self._held.setdefault(key.id, key)
        found = self._held.get(key_id)
        if found is None:
            raise WrongMasterKey("the subject keys were wrapped by another master key")
        return found

    def turn(self, conn: psycopg.Connection[Any]) -> None:
        """To the latest key in force. Raises WrongMasterKey."""
        in_force = [bytes(row[0]) for row in conn.execute(IN_FORCE)]
        self.current = self.of(in_force[0] if in_force else b"")


def longest_in_force(dsn: str, held: Iterable[bytes]) -> bytes:
    """Of the master keys in force the one that came first: the old one until it is retired, however many follow.

    Raises psycopg.Error, and WrongMasterKey where it is not among ``held``.
    """
    with psycopg.connect(dsn, connect_timeout=Timeouts().connect_s) as conn:
        *_, first = [b"", *(bytes(row[0]) for row in conn.execute(IN_FORCE))]
    for key in held:
        if not first or MasterKey(key).id == first:
            return key
    raise WrongMasterKey("the master key in force is not this installation's")


@dataclass(frozen=True, kw_only=True)
class Rotated:
    """How many data keys this run wrapped anew."""

    wrapped: int


def rotate(
    admin_dsn: str,
    old: bytes,
    new: bytes,
    report: Callable[[int], None] = lambda _: None,
    retiring: Callable[[psycopg.Connection[Any]], None] = lambda _: None,
) -> Rotated:
    """Wraps every data key that is under ``old`` under ``new``, then retires ``old``. Cut short, it goes on where it
    was; done, it does nothing. ``report`` is told the count after each step; ``retiring`` is done in the transaction
    that retires.

    Raises psycopg.Error, Tampered, and WrongMasterKey where ``new`` was retired before.
    """
    before, after, done = MasterKey(old), MasterKey(new), 0
    with psycopg.connect(admin_dsn, autocommit=True, options="-c timezone=UTC") as conn:
        conn.execute("SET ROLE yidang_owner")
        if not _one(conn, "SELECT es.begin_master(%b)", after.id):
            raise WrongMasterKey("a master key that was retired does not come back")
        while True:
            done += _step_by_step(conn, before, after, lambda n, so_far=done: report(so_far + n))  # type: ignore[misc]
            with conn.transaction():
                if _one(conn, "SELECT es.retire_master(%b)", before.id):
                    retiring(conn)
                    return Rotated(wrapped=done)


def _step_by_step(
    conn: psycopg.Connection[Any],
    before: MasterKey,
    after: MasterKey,
    report: Callable[[int], None],
) -> int:
    done, last = 0, ""
    while rows := conn.execute(_UNDER, (last, before.id, BATCH)).fetchall():
        scopes = [scope for scope, _ in rows]
        were = [bytes(wrapped) for _, wrapped in rows]
        keys = zip(scopes, were, strict=True)
        now = [after.wrap(scope, before.unwrap(scope, wrapped)) for scope, wrapped in keys]
        done += int(_one(conn, _REWRAP, scopes, were, now))
        report(done)
        last = scopes[-1]
    return done


def _one(conn: psycopg.Connection[Any], query: str, *params: object) -> Any:
    row = conn.execute(query.encode(), params).fetchone()
    assert row is not None, "a function answers one row"
    return row[0]


@dataclass(frozen=True, kw_only=True)
class Standing:
    """One master key as the database knows it: how many data keys are under it, and whether it is retired."""

    id: str
    keys: int
    retired: bool


def standing(admin_dsn: str) -> list[Standing]:
    """Every master key there ever was, the first to come into force first."""
    query = (
        "SELECT encode(m.id, 'hex'), count(k.scope), m.retired_at IS NOT NULL FROM es.master_key m "
        "LEFT JOIN es.subject_key k ON substring(k.wrapped FROM 2 FOR 8) = m.id "
        "GROUP BY m.id, m.since, m.retired_at ORDER BY m.since, m.id"
    )
    with psycopg.connect(admin_dsn) as conn:
        rows = conn.execute(query).fetchall()
    return [Standing(id=i, keys=keys, retired=retired) for i, keys, retired in rows]
