"""A key a subject: what is sealed with it is lawfully erased by destroying it, and hashes still verify.

Values are sealed with AES-256-GCM under the data key of their scope (``child:<uuid>``,
``case:<uuid>``, ``reporter:<case uuid>``). Data keys lie in ``es.subject_key``, wrapped by a master
key outside the database (``eventlog.master_key``). A destroyed key leaves a tombstone and can never
be made again. What the database cannot do: a destroyed wrapped key may live on in older backups
and WAL archives, so their retention is the true date of an erasure.

Format (first byte = version 1):
    box      0x01 | nonce 12 | ciphertext and tag
"""

from __future__ import annotations

import os
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

import psycopg
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from psycopg_pool import ConnectionPool

from eventlog.connections import RECONNECT_S, Timeouts, bounded, connect, server_limits
from eventlog.errors import KeyDestroyed, LogUnavailable, Tampered
from eventlog.master_key import KEY_BYTES, NONCE_BYTES, TAG_BYTES, VERSION, MasterKeys, id_of

CACHE_MAX = 10_000
STOP_S = 0.2
RETRY_S = 1.0
END_S = 10.0
"""How long a stop waits for the thread: whatever hangs, the process ends, and nothing recorded is lost."""

# The first to insert makes the key; everybody reads what then stands there, tombstones too.
CREATE = """
    INSERT INTO es.subject_key (scope, wrapped)
    SELECT * FROM unnest(%s::text[], %b::bytea[]) AS k(scope, wrapped) ORDER BY scope
    ON CONFLICT (scope) DO NOTHING
"""
SELECT = "SELECT scope, wrapped FROM es.subject_key WHERE scope = ANY (%s)"
DESTROY = """
    INSERT INTO es.subject_key (scope, wrapped, destroyed_at)
    SELECT scope, NULL, clock_timestamp() FROM unnest(%s::text[]) AS k(scope) ORDER BY scope
    ON CONFLICT (scope) DO UPDATE SET wrapped = NULL
"""


class Keyring:
    """Seals and opens values by scope. Safe to share between threads."""

    def __init__(
        self,
        dsn: str,
        master_key: bytes,
        *,
        more: Callable[[], Iterable[bytes]] = tuple,
        timeouts: Timeouts | None = None,
        cache_max: int = CACHE_MAX,
    ) -> None:
        """``master_key`` is 32 bytes from outside the database; ``dsn`` is the log's writer. ``more`` answers the
        master keys there are now: asked when one is met that is not held, as while it is being changed."""
        self._dsn = dsn
        self._timeouts = timeouts or Timeouts()
        self._masters = MasterKeys(master_key, more)
        self.on_destroyed: list[Callable[[], None]] = []
        """Told when keys were destroyed here or elsewhere, or may have been unheard: what they opened is forgotten."""
        self._cache = _KeyCache(cache_max)
        self._stop = threading.Event()
        self._listener: threading.Thread | None = None
        self._starting = threading.Lock()
        self._pool: ConnectionPool[psycopg.Connection[Any]] = ConnectionPool(
            dsn,
            connection_class=bounded(self._timeouts),
            kwargs={
                "autocommit": True,
                "connect_timeout": self._timeouts.connect_s,
                "options": server_limits(self._timeouts),
                "application_name": "yidang keys",
            },
            min_size=0,
            max_size=4,
            timeout=self._timeouts.connect_s,
            reconnect_timeout=RECONNECT_S,
            open=False,
            check=ConnectionPool.check_connection,
        )

    def close(self) -> None:
        """Stop listening and close the pool."""
        self._stop.set()
        if self._listener is not None:
            self._listener.join(END_S)
        self._pool.close()

    def seal(self, scope: str, plaintext: bytes, aad: bytes) -> bytes:
        """The box of a value; ``aad`` ties it to its place. Makes the scope's key at first use.

        Raises KeyDestroyed, WrongMasterKey, Tampered, LogUnavailable.
        """
        key = self._key(scope)
        if key is None:
            if scope in self.ensure([scope]):
                raise KeyDestroyed(scope.partition(":")[0])
            key = self._key(scope)
        if key is None:
            raise KeyDestroyed(scope.partition(":")[0])
        nonce = os.urandom(NONCE_BYTES)
        return VERSION + nonce + key.encrypt(nonce, plaintext, aad)

    def open(self, scope: str, box: bytes, aad: bytes) -> bytes | None:
        """The value in a box, or None when the scope's key was destroyed (or never was).

        Raises Tampered for a box that was changed or comes from elsewhere, WrongMasterKey.
        """
        key = self._key(scope)
        if key is None:
            return None
        if len(box) < 1 + NONCE_BYTES + TAG_BYTES or box[:1] != VERSION:
            raise Tampered("not a box of a known format")
        nonce, sealed = box[1 : 1 + NONCE_BYTES], box[1 + NONCE_BYTES :]
        try:
            return key.decrypt(nonce, sealed, aad)
        except InvalidTag:
            raise Tampered("the box does not open with its scope's key at this place") from None

    def ensure(self, scopes: Iterable[str]) -> frozenset[str]:
        """Make, durably, the keys that are missing; answer the scopes whose key was destroyed."""
        wanted = sorted({scope for scope in scopes if self._cache.get(scope) is None})
        if not wanted:
            return frozenset()
        self._listen()
        epoch = self._cache.epoch
        with self._connection() as conn:
            rows = conn.execute(SELECT, (wanted,)).fetchall()
            missing = sorted(set(wanted) - {scope for scope, _ in rows})
            if missing:
                self._create(conn, missing)
                rows = conn.execute(SELECT, (wanted,)).fetchall()
        for scope, wrapped in rows:
            if wrapped is not None:
                self._cache.keep(scope, AESGCM(self._unwrap(scope, bytes(wrapped))), epoch)
        return frozenset(scope for scope, wrapped in rows if wrapped is None)

    def fetch(self, scopes: Iterable[str]) -> None:
        """Have the keys of these scopes at hand, as far as there are such: one question in the place of many."""
        wanted = sorted({scope for scope in scopes if self._cache.get(scope) is None})
        if not wanted:
            return
        self._listen()
        epoch = self._cache.epoch
        with self._connection() as conn:
            rows = conn.execute(SELECT, (wanted,)).fetchall()
        for scope, wrapped in rows:
            if wrapped is not None:
                self._cache.keep(scope, AESGCM(self._unwrap(scope, bytes(wrapped))), epoch)

    def destroy(self, scopes: Iterable[str]) -> None:
        """Destroy keys for ever; a scope that never had one can then never have one."""
        names = sorted(set(scopes))
        with self._connection() as conn:
            conn.execute(DESTROY, (names,))
        self._cache.forget(names)
        self._tell_destroyed()

    def destroyed(self, scope: str) -> bool:
        """Whether the scope's key was destroyed."""
        with self._connection() as conn:
            row = conn.execute(SELECT, ([scope],)).fetchone()
        return row is not None and row[1] is None

    def _key(self, scope: str) -> AESGCM | None:
        """The scope's key, from memory or the table; None when there is none to use."""
        cached = self._cache.get(scope)
        if cached is not None:
            return cached
        self._listen()
        epoch = self._cache.epoch
        with self._connection() as conn:
            row = conn.execute(SELECT, ([scope],)).fetchone()
        if row is None or row[1] is None:
            return None
        key = AESGCM(self._unwrap(scope, bytes(row[1])))
        self._cache.keep(scope, key, epoch)
        return key

    def _create(self, conn: psycopg.Connection[Any], scopes: list[str]) -> None:
        """New keys under the master key in force; where that was changed, under the one that took its place."""

        def new() -> list[bytes]:
            return [self._masters.current.wrap(s, os.urandom(KEY_BYTES)) for s in scopes]

        try:
            conn.execute(CREATE, (scopes, new()))
        except psycopg.errors.InvalidParameterValue:
            self._masters.turn(conn)
            conn.execute(CREATE, (scopes, new()))

    def _unwrap(self, scope: str, wrapped: bytes) -> bytes:
        return self._masters.of(id_of(wrapped)).unwrap(scope, wrapped)

    def _tell_destroyed(self) -> None:
        for tell in self.on_destroyed:
            tell()

    def _listen(self) -> None:
        """Start the thread that drops the cache when a key is destroyed elsewhere."""
        with self._starting:
            if self._listener is None:
                self._listener = threading.Thread(
                    target=self._follow_destruction, name="subject keys", daemon=True
                )
                self._listener.start()

    def _follow_destruction(self) -> None:
        """Keys are cached only while notices arrive: without a listening connection, no cache."""
        while not self._stop.is_set():
            with suppress(psycopg.Error), connect(self._dsn, self._timeouts) as conn:
                conn.execute("LISTEN es_key")
                self._cache.enable()
                self._tell_destroyed()  # whatever happened before this connection
                while not self._stop.is_set():
                    for _ in conn.notifies(timeout=STOP_S, stop_after=1):
                        self._cache.clear()
                        self._tell_destroyed()
            self._cache.disable()
            self._tell_destroyed()
            self._stop.wait(RETRY_S)

    @contextmanager
    def _connection(self) -> Iterator[psycopg.Connection[Any]]:
        try:
            self._pool.open()
            with self._pool.connection() as conn:
                yield conn
        except (psycopg.OperationalError, psycopg.errors.ReadOnlySqlTransaction) as error:
            raise LogUnavailable("not_written", str(error)) from error


class _KeyCache:
    """The keys used last. Disabled, it keeps nothing; an epoch passes at each clearing."""

    def __init__(self, size_max: int) -> None:
        self._size_max = size_max
        self._lock = threading.Lock()
        self._keys: OrderedDict[str, AESGCM] = OrderedDict()
        self._enabled = False
        self.epoch = 0

    def get(self, scope: str) -> AESGCM | None:
        with self._lock:
            key = self._keys.get(scope)
            if key is not None:
                self._keys.move_to_end(scope)
            return key

    def keep(self, scope: str, key: AESGCM, epoch: int) -> None:
        """Unless the cache was cleared since ``epoch``: the key read before may be destroyed now."""
        with self._lock:
            if self._enabled and epoch == self.epoch:
                self._keys[scope] = key
                if len(self._keys) > self._size_max:
                    self._keys.popitem(last=False)

    def forget(self, scopes: Iterable[str]) -> None:
        with self._lock:
            self.epoch += 1
            for scope in scopes:
                self._keys.pop(scope, None)

    def clear(self) -> None:
        with self._lock:
            self.epoch += 1
            self._keys.clear()

    def enable(self) -> None:
        self.clear()
        with self._lock:
            self._enabled = True

    def disable(self) -> None:
        with self._lock:
            self._enabled = False
            self.epoch += 1
            self._keys.clear()
