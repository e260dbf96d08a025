"""The ends of the access journal's lanes, signed and told to a file outside the database.

The chain shows a changed row; whoever can rewrite the rest of a lane and its head as well is shown by what was written
elsewhere. A line holds the heads that moved since the line before: ``[[lane, seq, hash], …] signature`` (Ed25519, hex).
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import psycopg
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from eventlog.outside import add_lines, whole_lines

HEADS = "select lane, seq, encode(hash, 'hex') from sec.journal_head where seq > 0 order by lane"
ROWS = (
    "select t.lane, t.seq, encode(j.hash, 'hex') from unnest(%s::smallint[], %s::bigint[]) as t(lane, seq) "
    "left join sec.access_journal as j using (lane, seq)"
)
Heads = dict[tuple[int, int], str]
"""(lane, number of the row) → its hash in hex."""


def journal_anchor_in(state: Path) -> Path:
    """The file outside the database."""
    return state / "journal.log"


def tell(
    dsn: str, key: Ed25519PrivateKey, anchor: Path, signers: Sequence[Ed25519PublicKey] = ()
) -> int:
    """Adds the heads that moved; answers how many. ``signers``: whose lines count. Raises psycopg.Error, OSError."""
    known = _read(anchor, signers or [key.public_key()])[0]
    with psycopg.connect(dsn) as conn:
        found = conn.execute(HEADS).fetchall()
    moved = [list(row) for row in found if (row[0], row[1]) not in known]
    if moved:
        text = json.dumps(moved, separators=(",", ":"))
        add_lines(anchor, [f"{text} {key.sign(text.encode()).hex()}"])
    return len(moved)


def anchor_faults(dsn: str, signers: Sequence[Ed25519PublicKey], anchor: Path) -> list[str]:
    """Where the journal is not what was told outside; nothing was told where there is no file. ``signers``: the keys
    there were, in the order in which they signed."""
    told, faults = _read(anchor, signers)
    with psycopg.connect(dsn) as conn:
        lanes, numbers = [lane for lane, _ in told], [seq for _, seq in told]
        for lane, seq, found in conn.execute(ROWS, (lanes, numbers)):
            if found != told[lane, seq]:
                faults.append(f"journal lane {lane} row {seq}: not what was told outside")
    return faults


def _read(anchor: Path, signers: Sequence[Ed25519PublicKey]) -> tuple[Heads, list[str]]:
    heads: Heads = {}
    faults: list[str] = []
    left = list(signers)
    for number, line in enumerate(whole_lines(anchor), 1):
        text, _, signature = line.rpartition(" ")
        try:
            left = _from_signer(left, text.encode(), bytes.fromhex(signature))
            heads |= {(lane, seq): value for lane, seq, value in json.loads(text)}
        except (InvalidSignature, ValueError):
            faults.append(f"{anchor.name} line {number}: not signed here")
    return heads, faults


def _from_signer(
    signers: list[Ed25519PublicKey], text: bytes, signature: bytes
) -> list[Ed25519PublicKey]:
    """The signer and those after it: one that another followed signs no more. Raises InvalidSignature."""
    for at, key in enumerate(signers):
        try:
            key.verify(signature, text)
        except InvalidSignature:
            continue
        return signers[at:]
    raise InvalidSignature
