"""The signed scope in PostgreSQL: put it into a transaction, install the key, refuse an unsafe
reader role."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Protocol

import psycopg

from authz.scope import SignedScope

BLOCK = 64
"""Bytes in a block of SHA-256."""
MIN_KEY = 32

APPLY = "SELECT sec.open(%s, %s, %s, %s)"
"""The one statement that opens a scope; always local to the transaction, in which it is checked once."""

DEFINER_FUNCTIONS = frozenset(
    {
        "sec.open",
        "sec.kept",
        "sec.scope",
        "sec.holds_none",
        "sec.granted",
        "sec.asked_on_file",
        "sec.on_file",
        "sec.reached",
        "sec.for_a_time",
        "sec.stood",
        "sec.in_period",
        "sec.note",
        "sec.journal_class",
        "sec.journal_of",
    }
)
"""The only functions the reader may run with their owner's rights."""


CHECKS = Path(__file__).with_name("check_reader.sql")


class Executes(Protocol):
    """A cursor or connection, plain or asynchronous."""

    def execute(self, query: Any, params: Any = None, /) -> Any: ...


def arguments(signed: SignedScope) -> tuple[str, str, str, str]:
    """The parameters of ``APPLY``."""
    return signed.text, signed.actor, signed.expires, signed.signature


def apply(cursor: Executes, signed: SignedScope) -> Any:
    """Opens the scope for the rest of this transaction. Await the result on an asynchronous cursor.

    Outside a transaction it has no effect and the following reads see nothing.
    """
    return cursor.execute(APPLY, arguments(signed))


def pads_of(key: bytes) -> list[bytes]:
    """What the database keeps of the signing key: HMAC's two pads."""
    if not MIN_KEY <= len(key) <= BLOCK:
        raise ValueError(f"a signing key has {MIN_KEY} to {BLOCK} bytes")
    block = key.ljust(BLOCK, b"\0")
    return [bytes(byte ^ pad for byte in block) for pad in (0x36, 0x5C)]


def install_secret(admin_dsn: str, key: bytes) -> None:
    """Puts the signing key in place, instead of an older one. ``key``: 32 to 64 random bytes."""
    pads = pads_of(key)
    with psycopg.connect(admin_dsn) as connection:
        connection.execute("SET ROLE yidang_owner")
        connection.execute(
            "INSERT INTO sec.secret (inner_pad, outer_pad) VALUES (%s, %s) ON CONFLICT (one)"
            " DO UPDATE SET inner_pad = excluded.inner_pad, outer_pad = excluded.outer_pad",
            pads,
        )


class UnsafeReader(Exception):
    """Row-level security would not hold for the role that answers reads; ``problems`` says why. Do
    not start."""

    def __init__(self, problems: tuple[str, ...]) -> None:
        super().__init__("; ".join(problems))
        self.problems = problems


def check_roles(
    reader_dsn: str,
    schemas: tuple[str, ...] = ("read",),
    definers: frozenset[str] = DEFINER_FUNCTIONS,
) -> None:
    """Refuses (``UnsafeReader``) to serve reads as a role that row-level security does not bind.

    Run at start with the reader's own DSN, after the read models are in place. ``schemas`` are
    those of read models.
    """
    words = {"schemas": list(schemas), "definers": sorted(definers)}
    names_whole = "-c search_path=pg_catalog"
    with psycopg.connect(reader_dsn, autocommit=True, options=names_whole) as connection:
        found = connection.execute(CHECKS.read_bytes(), words).fetchall()
    if found:
        raise UnsafeReader(tuple(f"{problem}: {name}" for problem, name in found))
