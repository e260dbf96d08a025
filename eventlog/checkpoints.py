"""Signed checkpoints: a Merkle root over each range of the log, chained, and told outside the database.

A hash chain alone does not stop who may rewrite a whole stream, nor show a tail that is gone. A root
that lies elsewhere (``anchor``: a file, one line a checkpoint, best on another machine) does.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from psycopg.rows import args_row, tuple_row

from eventlog import merkle, signing
from eventlog.connections import Timeouts
from eventlog.locks import AdvisoryLock
from eventlog.outside import add_lines, last_lines

EVERY = (
    1024  # events a checkpoint: inclusion proofs of ten hashes, and one small row a thousand events
)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
LOCK = f"SELECT pg_advisory_xact_lock({AdvisoryLock.CHECKPOINTS:d})"  # one maker at a time
LEAVES = """
    SELECT notification_id, timestamptz_send(recorded_at), stream, hash
    FROM es.event WHERE notification_id > %s ORDER BY notification_id LIMIT %s
"""
ALL = """
    SELECT no, from_position, to_position, root, prev_root, at, signature FROM es.checkpoint
    WHERE no > %s ORDER BY no
"""
LAST = "SELECT coalesce(max(no), 0) FROM es.checkpoint"
INSERT = """
    INSERT INTO es.checkpoint (no, from_position, to_position, root, prev_root, at, signature)
    VALUES (%s, %s, %s, %s, %s, %s, %s)
"""


class RetiredKey(Exception):
    """A signing key that another followed signs nothing more."""


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The root over the events at ``from_position`` to ``to_position``, both included, signed."""

    no: int
    from_position: int
    to_position: int
    root: bytes
    prev_root: bytes
    at: datetime
    signature: bytes

    def message(self) -> bytes:
        """What is signed."""
        us = (self.at - EPOCH) // timedelta(microseconds=1)
        numbers = struct.pack(">qqqq", self.no, self.from_position, self.to_position, us)
        return b"yidang checkpoint 1\n" + numbers + self.root + self.prev_root

    def signed_by(self, key: Ed25519PublicKey) -> bool:
        """Whether the signature is of this key."""
        try:
            key.verify(self.signature, self.message())
        except InvalidSignature:
            return False
        return True

    def line(self) -> str:
        """The checkpoint as one line of the anchor file."""
        parts = (self.no, self.from_position, self.to_position, self.root.hex())
        more = (
            self.prev_root.hex() or "-",
            self.at.astimezone(UTC).isoformat(),
            self.signature.hex(),
        )
        return " ".join(map(str, parts + more))


def parse(line: str) -> Checkpoint:
    """A line of the anchor file. Raises ValueError."""
    no, first, last, root, prev, at, signature = line.split()
    return Checkpoint(
        no=int(no),
        from_position=int(first),
        to_position=int(last),
        root=bytes.fromhex(root),
        prev_root=b"" if prev == "-" else bytes.fromhex(prev),
        at=datetime.fromisoformat(at),
        signature=bytes.fromhex(signature),
    )


def stored(conn: psycopg.Connection[Any], after: int = 0) -> list[Checkpoint]:
    """The checkpoints in the database, in order, those that follow number ``after``."""
    with conn.cursor(row_factory=args_row(Checkpoint)) as cursor:
        return cursor.execute(ALL, (after,), binary=True).fetchall()


def make_checkpoints(
    dsn: str, key: Ed25519PrivateKey, anchor: Path, *, every: int = EVERY, rest: bool = False
) -> list[Checkpoint]:
    """Checkpoint each full range of ``every`` new events, with ``rest`` also what is left; those made.

    ``dsn`` is the log's writer. A line that a crash kept from the anchor file is added by the next run.
    Raises ``RetiredKey``.
    """
    with _alone(dsn) as conn, conn.cursor(row_factory=tuple_row) as cursor:
        last = _put_in_force(conn, key)
        made: list[Checkpoint] = []
        while (new := _next(cursor, last, key, every, rest=rest)) is not None:
            made.append(new)
            last = new
        conn.commit()
        untold, keys = stored(conn, last_told(anchor)), signing.history(conn)
    if untold:
        add_lines(anchor, _lines(untold, keys))
    return made


def put_in_force(dsn: str, key: Ed25519PrivateKey) -> None:
    """The key signs from the next checkpoint on, and vouches for all before. Raises ``RetiredKey``."""
    with _alone(dsn) as conn:
        _put_in_force(conn, key)


def put_in_force_with(conn: psycopg.Connection[Any], key: Ed25519PrivateKey) -> None:
    """As ``put_in_force``, in the transaction that is open. Raises ``RetiredKey``."""
    conn.execute(LOCK.encode())
    _put_in_force(conn, key)


@contextmanager
def _alone(dsn: str) -> Iterator[psycopg.Connection[Any]]:
    timeout, utc = Timeouts().connect_s, "-c timezone=UTC"
    with psycopg.connect(dsn, connect_timeout=timeout, options=utc) as conn:
        conn.execute(LOCK.encode())
        yield conn


def _put_in_force(conn: psycopg.Connection[Any], key: Ed25519PrivateKey) -> Checkpoint | None:
    """The last checkpoint, which the key follows."""
    newest = conn.execute(LAST, binary=True).fetchone()
    last = next(iter(stored(conn, newest[0] - 1)), None) if newest else None
    # Checkpoints of before there was a history of keys are of the key that signed the last of them.
    first = last is None or (last.signed_by(key.public_key()) and not signing.history(conn))
    since = 1 if first or last is None else last.no + 1
    if not signing.in_force(conn, key, since, lambda: _past(conn, since)):
        raise RetiredKey("a signing key that another followed signs nothing more")
    return last


def _past(conn: psycopg.Connection[Any], since: int) -> list[str]:
    return [checkpoint.line() for checkpoint in stored(conn) if checkpoint.no < since]


def _lines(checkpoints: list[Checkpoint], keys: list[signing.SigningKey]) -> Iterator[str]:
    """Each key is told before the first checkpoint it signed."""
    for checkpoint in checkpoints:
        for key in keys:
            if key.since == checkpoint.no:
                yield key.line()
        yield checkpoint.line()


def _next(
    cursor: psycopg.Cursor[Any],
    last: Checkpoint | None,
    key: Ed25519PrivateKey,
    every: int,
    *,
    rest: bool,
) -> Checkpoint | None:
    """The next checkpoint, inserted, or None when there are too few new events."""
    rows = cursor.execute(LEAVES, (last.to_position if last else 0, every), binary=True).fetchall()
    if not rows or (len(rows) < every and not rest):
        return None
    now = cursor.execute("SELECT clock_timestamp()").fetchone()
    unsigned = Checkpoint(
        no=last.no + 1 if last else 1,
        from_position=rows[0][0],
        to_position=rows[-1][0],
        root=merkle.root([merkle.leaf(*row) for row in rows]),
        prev_root=last.root if last else b"",
        at=now[0] if now else EPOCH,
        signature=b"",
    )
    new = replace(unsigned, signature=key.sign(unsigned.message()))
    cursor.execute(INSERT, _values(new))
    return new


def _values(checkpoint: Checkpoint) -> tuple[Any, ...]:
    c = checkpoint
    return c.no, c.from_position, c.to_position, c.root, c.prev_root, c.at, c.signature


def last_told(anchor: Path) -> int:
    """The number of the checkpoint that was told last; 0: none. A line that is none says nothing."""
    for line in last_lines(anchor):
        try:
            return parse(line).no
        except ValueError:
            continue
    return 0
