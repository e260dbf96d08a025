"""查阅记录 · The access journal: what one request saw, was held back from or was denied, in the fate of the read.

Basis: 未成年人网络保护条例 36 (access is recorded), PIPL 56 (kept three years and more), domain model A.2 rule 1.
It holds ids, classes and words of the policy; never a value, a name or a text of the request.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from hashlib import sha256
from typing import Any
from uuid import UUID

import psycopg
from psycopg import AsyncConnection

Row = dict[str, Any]
NOTE = b"select sec.note(%s, %s, %s)"
CLASS_OPEN = "select sec.journal_class(%(subject)s) as opened"
"""The class in which the scope opens the journal of a child or case: P2, P0 (its family), or null."""
PAGE = "select * from sec.journal_of(%(subject)s, %(before)s, %(most)s)"
"""Looks at one child or case, latest first, as far as the scope opens them."""
SETTLE = "select sec.journal_settled()"
LOOKS, FIELDS, ABSENT = "\x1e", "\x1f", "\x1a"
"""What parts the looks, parts the fields of one, and stands for a field there is not: ``sec.note`` reads them so."""
NOTE_SERVES = timedelta(minutes=2)
"""How long a signed note can be put."""
PARTED = 16
"""Marks between the fields of a look."""
OPEN_FIGURES = frozenset({"P0"})
LATEST = 2**63 - 1
"""``before`` of the first page."""


class Outcome(StrEnum):
    """What became of a look."""

    SEEN = "SEEN"
    DENIED = "DENIED"
    """Out of reach, or absent: the asker is not told which."""
    FAILED = "FAILED"
    """Read, but the answer did not go out."""


class Door(StrEnum):
    """By which door somebody looked."""

    QUERY = "QUERY"
    MUTATION = "MUTATION"
    SUBSCRIPTION = "SUBSCRIPTION"
    EXPORT = "EXPORT"
    SIGN_IN = "SIGN_IN"


@dataclass(frozen=True, kw_only=True)
class Viewer:
    """The columns all rows of one request share."""

    person_id: UUID
    assignment_id: UUID
    role: str
    unit_id: UUID | None
    division_id: str | None
    purpose: str
    trace_id: str
    policy_version: str
    door: Door = Door.QUERY
    operation: str | None = None
    """A digest of the document, never its text."""


@dataclass
class Entry:
    """One row to be: a child, a case, or (without ``subject_id``) an act that was put to no one yet."""

    obj: str
    act: str
    subject_id: UUID | str | None = None
    outcome: Outcome = Outcome.SEEN
    relation: str | None = None
    classes: set[str] = field(default_factory=set)
    withheld: set[str] = field(default_factory=set)


@dataclass
class Seen:
    """What one read transaction has looked at so far."""

    entries: dict[tuple[str, UUID | str], Entry] = field(default_factory=dict)
    held: list[tuple[UUID | str | None, UUID | str | None, str]] = field(default_factory=list)
    """What was held back: the case and the child of the row, and the class."""

    def note(
        self,
        subject_id: UUID | str,
        obj: str,
        classes: Iterable[str],
        relation: str | None = None,
    ) -> None:
        """Somebody looked at this child or case, with these classes open by this relation."""
        entry = self.entries.setdefault((obj, subject_id), Entry(obj, "read", subject_id))
        entry.classes.update(map(str, classes))
        entry.relation = entry.relation or relation

    def withhold(self, row: Mapping[str, Any], cls: str) -> None:
        """A value of ``cls`` was asked for and held back on this row."""
        self.held.append((row.get("case_id"), row.get("child_id"), cls))

    def settled(self) -> list[Entry]:
        """The entries, each with what was held back on rows of the child or case it tells of: once all is read, so
        that it does not matter which was read first."""
        for case_id, child_id, cls in self.held:
            entry = self.entries.get(("case", case_id)) if case_id else None
            if entry is None and child_id:
                entry = self.entries.get(("child", child_id))
            if entry is not None:
                entry.withheld.add(cls)
        self.held.clear()
        return list(self.entries.values())


@dataclass(frozen=True)
class Seal:
    """Signs notes with the key of the scopes, by the wall clock: nobody writes in the journal who has not the key."""

    key: bytes = field(repr=False)
    wall: Callable[[], datetime]

    def note(self, looks: str) -> tuple[str, str, str]:
        """The arguments of ``sec.note``. The signed bytes begin as no scope's can: PostgreSQL's texts hold no zero."""
        expires = str(int((self.wall() + NOTE_SERVES).timestamp()))
        message = f"\0note|{expires}|{looks}".encode()
        return looks, expires, hmac.new(self.key, message, sha256).hexdigest()


async def write(
    conn: AsyncConnection[Row], viewer: Viewer, entries: Iterable[Entry], seal: Seal
) -> None:
    """Writes the entries that count, in the transaction of ``conn``; its scope must be the viewer's."""
    looks = told(viewer, entries)
    if looks is not None:
        await conn.execute(NOTE, seal.note(looks))


def settled(conn: psycopg.Connection[Any]) -> int:
    """Moves what is pending into the index by child and case, as the writer role; answers how many pages it was."""
    found = conn.execute(SETTLE).fetchone()
    return int(found[0]) if found else 0


def faults(dsn: str) -> list[str]:
    """What is wrong with the journal's chain, as the writer role sees it: rows changed, left out, put in."""
    with psycopg.connect(dsn) as conn:
        found = conn.execute("select lane, seq, fault from sec.journal_faults() order by lane, seq")
        return [f"journal lane {lane} row {seq}: {fault}" for lane, seq, fault in found]


def told(viewer: Viewer, entries: Iterable[Entry]) -> str | None:
    """The entries that count, as ``sec.note`` takes them: a look for each kind, with all it was at; or None.

    Raises ValueError for a word that would part what is one.
    """
    kinds: dict[str, dict[UUID | str | None, int]] = {}
    for entry in entries:
        kind = _kind(
            entry.obj,
            entry.act,
            entry.outcome,
            entry.relation,
            frozenset(entry.classes),
            frozenset(entry.withheld),
        )
        if kind is not None:
            at = kinds.setdefault(kind, {})
            at[entry.subject_id] = at.get(entry.subject_id, 0) + 1
    if not kinds:
        return None
    common = _common(viewer)
    looks = [
        f"{common}{kind}{_joined(subject for subject, times in at.items() if times > nth)}"
        for kind, at in kinds.items()
        for nth in range(max(at.values()))  # what was asked twice is told twice
    ]
    if any(look.count(FIELDS) != PARTED or LOOKS in look for look in looks):
        raise ValueError("a word of the journal holds a mark that parts words")
    return LOOKS.join(looks)


def _joined(subjects: Iterable[UUID | str | None]) -> str:
    return ",".join([str(subject) for subject in subjects if subject is not None])


def _common(viewer: Viewer) -> str:
    """The fields of the request, each with the mark behind it, in the order of ``sec.journal_line``."""
    v = viewer
    unit, place, operation = v.unit_id or ABSENT, v.division_id or ABSENT, v.operation or ABSENT
    return (
        f"{v.person_id}{FIELDS}{v.assignment_id}{FIELDS}{v.role}{FIELDS}{unit}{FIELDS}{place}{FIELDS}{v.purpose}"
        f"{FIELDS}{v.trace_id}{FIELDS}{operation}{FIELDS}{v.policy_version}{FIELDS}{v.door.value}{FIELDS}"
    )


@lru_cache(maxsize=4_096)
def _kind(
    obj: str,
    act: str,
    outcome: Outcome,
    relation: str | None,
    classes: frozenset[str],
    withheld: frozenset[str],
) -> str | None:
    """The fields of one kind of look, in the same way; None for what is no look at anybody: open figures (P0) alone."""
    if outcome is Outcome.SEEN and classes <= OPEN_FIGURES and withheld <= OPEN_FIGURES:
        return None
    seen, kept = " ".join(sorted(classes)), " ".join(sorted(withheld))
    return (
        f"{obj}{FIELDS}{act}{FIELDS}{outcome.value}{FIELDS}{relation or ABSENT}{FIELDS}"
        f"{seen}{FIELDS}{kept}{FIELDS}"
    )
