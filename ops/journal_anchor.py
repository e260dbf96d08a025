"""The ends of the access journal's lanes, signed and told to a file outside the database.

The chain shows a changed row; whoever can rewrite the rest of a lane and its head as well is shown by what was written
elsewhere. A line holds the heads that moved since the line before: ``[[lane, seq, hash], …] signature`` (Ed25519, hex).
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from contextlib import suppress
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


class JournalAnchor:
    """The file of a process that tells to it: read, and its signatures checked, once; then from where that came to.

    What was changed before is for ``anchor_faults``, which reads it from its beginning.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file = 0
        self._read_to = 0
        self._signer: Ed25519PublicKey | None = None
        """Of the last line."""
        self._reached: dict[int, int] = {}
        """Lane → the last row that was told of it."""

    def tell(
        self, dsn: str, key: Ed25519PrivateKey, signers: Sequence[Ed25519PublicKey] = ()
    ) -> int:
        """Adds the heads that moved; answers how many. ``signers``: whose lines count. Raises psycopg.Error."""
        self._read_on(signers or [key.public_key()])
        with psycopg.connect(dsn) as conn:
            found = conn.execute(HEADS).fetchall()
        moved = [
            [lane, seq, value] for lane, seq, value in found if seq > self._reached.get(lane, 0)
        ]
        if moved:
            text = json.dumps(moved, separators=(",", ":"))
            add_lines(self._path, [f"{text} {key.sign(text.encode()).hex()}"])
        return len(moved)

    def _read_on(self, signers: Sequence[Ed25519PublicKey]) -> None:
        """What was added since, by whichever process. Another file in its place is read from its beginning."""
        found = self._path.stat() if self._path.exists() else None
        if found is None or found.st_ino != self._file or found.st_size < self._read_to:
            self._file, self._read_to = found.st_ino if found else 0, 0
            self._signer, self._reached = None, {}
        known = _Signers(signers, since=self._signer)
        for line in whole_lines(self._path, self._read_to):
            self._read_to += len(line) + 1
            with suppress(InvalidSignature, ValueError):
                for lane, seq, _ in known.said(line):
                    self._reached[lane] = max(seq, self._reached.get(lane, 0))
                self._signer = known.last


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
    known = _Signers(signers)
    for number, line in enumerate(whole_lines(anchor), 1):
        try:
            for lane, seq, value in known.said(line):
                if heads.setdefault((lane, seq), value) != value:
                    faults.append(f"{anchor.name} line {number}: not what was told before")
        except (InvalidSignature, ValueError):
            faults.append(f"{anchor.name} line {number}: not signed here")
    return heads, faults


class _Signers:
    """The keys there were, of which one that another followed signs no more."""

    def __init__(
        self, keys: Sequence[Ed25519PublicKey], since: Ed25519PublicKey | None = None
    ) -> None:
        self._left = list(keys[keys.index(since) :] if since in keys else keys)
        self.last = since

    def said(self, line: str) -> list[tuple[int, int, str]]:
        """The heads of a line. Raises InvalidSignature, ValueError."""
        text, _, signature = line.rpartition(" ")
        for at, key in enumerate(self._left):
            try:
                key.verify(bytes.fromhex(signature), text.encode())
            except InvalidSignature:
                continue
            self._left, self.last = self._left[at:], key
            return [(lane, seq, value) for lane, seq, value in json.loads(text)]
        raise InvalidSignature
