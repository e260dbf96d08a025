"""Which key signed which checkpoints.

The key in force vouches for the one before it, and for all checkpoints until then by a digest of them. So who holds the
key in force checks every signature there is, back to the first; a retired key, known to whomever, signs nothing more.
"""

from __future__ import annotations

import hashlib
import struct
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import psycopg
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from psycopg.rows import args_row

WORD = "key"
"""How a line of the anchor file begins that tells a key."""
_ALL = "SELECT no, since, public_key, past, signature FROM es.signing_key ORDER BY no"
_INSERT = "INSERT INTO es.signing_key (no, since, public_key, past, signature) VALUES (%s, %s, %s, %s, %s)"


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A key that signs from checkpoint ``since`` on. ``past``: SHA-256 of the lines of all checkpoints before."""

    no: int
    since: int
    public_key: bytes
    past: bytes
    signature: bytes

    def message(self, before: bytes) -> bytes:
        """What is signed. ``before``: the public key it follows, of the first key none."""
        numbers = struct.pack(">qq", self.no, self.since)
        return b"yidang signing key 1\n" + numbers + self.public_key + self.past + before

    def stands(self, before: bytes) -> bool:
        """Whether it says itself what it follows."""
        try:
            self.public().verify(self.signature, self.message(before))
        except InvalidSignature:
            return False
        return True

    def public(self) -> Ed25519PublicKey:
        """To check signatures with."""
        return Ed25519PublicKey.from_public_bytes(self.public_key)

    def line(self) -> str:
        """The key as a line of the anchor file."""
        known = (self.public_key.hex(), self.past.hex(), self.signature.hex())
        return " ".join((WORD, str(self.no), str(self.since), *known))


def history(conn: psycopg.Connection[Any]) -> list[SigningKey]:
    """Every key there was, the first one first."""
    with conn.cursor(row_factory=args_row(SigningKey)) as cursor:
        return cursor.execute(_ALL, binary=True).fetchall()


def digest(lines: Iterable[str]) -> bytes:
    """Of the checkpoints' lines, as ``SigningKey.past`` has it."""
    return hashlib.sha256("".join(f"{line}\n" for line in lines).encode("ascii")).digest()


def in_force(
    conn: psycopg.Connection[Any],
    key: Ed25519PrivateKey,
    since: int,
    past: Callable[[], Iterable[str]],
) -> bool:
    """Puts the key in force from checkpoint ``since`` on, unless it is; false for one that others came after."""
    keys, public = history(conn), key.public_key().public_bytes_raw()
    if keys and keys[-1].public_key == public:
        return True
    if any(each.public_key == public for each in keys):
        return False
    unsigned = SigningKey(len(keys) + 1, since, public, digest(past()), b"")
    before = keys[-1].public_key if keys else b""
    new = replace(unsigned, signature=key.sign(unsigned.message(before)))
    conn.execute(_INSERT, (new.no, new.since, new.public_key, new.past, new.signature))
    return True


def vouched(keys: Sequence[SigningKey], own: Ed25519PublicKey) -> list[SigningKey]:
    """Those that ``own`` and the keys it vouches for vouch for, the first one first. None: ``own`` is not the last."""
    found: list[SigningKey] = []
    expected = own.public_bytes_raw()
    for at in range(len(keys) - 1, -1, -1):
        key, before = keys[at], keys[at - 1].public_key if at else b""
        if key.no != at + 1 or key.public_key != expected or not key.stands(before):
            break
        found.insert(0, key)
        expected = before
    return found


def publics(keys: Sequence[SigningKey], own: Ed25519PublicKey) -> list[Ed25519PublicKey]:
    """The keys to check signatures with, in the order in which they were in force."""
    return [key.public() for key in vouched(keys, own)] or [own]
