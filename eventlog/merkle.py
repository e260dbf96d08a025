"""Merkle tree hash of a list of leaves (RFC 6962 §2.1), and what a leaf of this log is."""

from __future__ import annotations

import hashlib
import struct
from collections.abc import Sequence

LEAF, NODE = b"\x00", b"\x01"
EMPTY = hashlib.sha256(b"").digest()


def leaf(position: int, recorded_at: bytes, stream: str, event_hash: bytes) -> bytes:
    """The leaf hash of an event: its chain hash, and the columns the chain does not cover.

    int64 position, int64 microseconds since 2000-01-01 UTC (``recorded_at`` as PostgreSQL sends it),
    stream as UTF-8, 0x00, 32 bytes of hash.
    """
    placed = struct.pack(">q", position) + recorded_at
    return hashlib.sha256(b"".join((LEAF, placed, stream.encode(), b"\x00", event_hash))).digest()


def root(leaves: Sequence[bytes]) -> bytes:
    """The root over leaf hashes; a last odd one rises unchanged, which is RFC 6962's split."""
    if not leaves:
        return EMPTY
    level = list(leaves)
    while len(level) > 1:
        paired = [
            hashlib.sha256(NODE + level[i] + level[i + 1]).digest()
            for i in range(0, len(level) - 1, 2)
        ]
        if len(level) % 2:
            paired.append(level[-1])
        level = paired
    return level[0]


def path(leaves: Sequence[bytes], at: int) -> list[tuple[str, bytes]]:
    """From a leaf to the root: each sibling met on the way, and on which side it stands."""
    found: list[tuple[str, bytes]] = []
    level = list(leaves)
    while len(level) > 1:
        beside = at ^ 1
        if beside < len(level):
            found.append(("left" if beside < at else "right", level[beside]))
        level, at = [root(level[i : i + 2]) for i in range(0, len(level), 2)], at // 2
    return found
