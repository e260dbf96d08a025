"""查阅记录 · The access journal: what one request saw, was held back from or was denied, in the fate of the read.

Basis: 未成年人网络保护条例 36 (access is recorded), PIPL 56 (kept three years and more), domain model A.2 rule 1.
It holds ids, classes and words of the policy; never a value, a name or a text of the request.
"""

from __future__ import annotations

import hmac
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from functools import cached_property, lru_cache
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
OPEN_FIGURES = frozenset({"P0", "P0_PROCESS"})
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

    @cached_property
    def around(self) -> tuple[str, str]:
        """Their fields before and behind the trace id, as ``sec.note`` takes them: the same in all requests that one
        capacity makes by one door with one document."""
        place = (self.person_id, self.assignment_id, self.role, self.unit_id, self.division_id)
        behind = (self.operation, self.policy_version, self.door.value)
        return _fields(*place, self.purpose), FIELDS + _fields(*behind)


def _fields(*values: UUID | str | None) -> str:
    return "".join([f"{ABSENT if value is None else value}{FIELDS}" for value in values])


@dataclass(frozen=True)
class Kind:
    """What looks at many have in common and are told in one row by. Made by ``kind``: there is one of each."""

    obj: str
    act: str
    outcome: Outcome
    relation: str | None
    classes: frozenset[str]
    withheld: frozenset[str]

    @cached_property
    def text(self) -> str | None:
        """Its fields as ``sec.note`` takes them; None for what is no look at anybody: open figures (P0) alone."""
        if self.outcome is Outcome.SEEN and self.classes | self.withheld <= OPEN_FIGURES:
            return None
        seen, kept = " ".join(sorted(self.classes)), " ".join(sorted(self.withheld))
        return (
            f"{self.obj}{FIELDS}{self.act}{FIELDS}{self.outcome.value}{FIELDS}{self.relation or ABSENT}{FIELDS}"
            f"{seen}{FIELDS}{kept}{FIELDS}"
        )

    def joined(self, other: Kind) -> Kind:
        """The kind of two looks at the same child or case: the first relation counts, and the classes of both."""
        relation, classes = self.relation or other.relation, self.classes | other.classes
        return kind(self.obj, self.act, self.outcome, relation, classes, self.withheld)

    def keeping(self, withheld: Iterable[str]) -> Kind:
        """The same where these classes were held back."""
        kept = self.withheld.union(withheld)
        return kind(self.obj, self.act, self.outcome, self.relation, self.classes, kept)

    def failed(self) -> Kind:
        """The same where the answer did not go out."""
        failed = Outcome.FAILED
        return kind(self.obj, self.act, failed, self.relation, self.classes, self.withheld)


kind = lru_cache(maxsize=4_096)(Kind)
"""The kind with these fields. One made anew is told in the same row as the forgotten."""
Look = tuple[Kind, str | None]
"""A look at a child or a case; None where an act was put to no one yet."""


def look_at(
    obj: str,
    act: str,
    subject_id: UUID | str | None = None,
    outcome: Outcome = Outcome.SEEN,
    relation: str | None = None,
    classes: Iterable[str] = (),
) -> Look:
    """A look by itself."""
    of = kind(obj, act, outcome, relation, frozenset(map(str, classes)), frozenset())
    return of, _text(subject_id)


@dataclass
class Seen:
    """What one read transaction has looked at so far."""

    looks: dict[tuple[str, str | None], Kind] = field(default_factory=dict)
    """By the object and the id of the child or case; what is of nobody, by object and act."""
    held: list[tuple[UUID | str | None, UUID | str | None, str]] = field(default_factory=list)
    """What was held back: the case and the child of the row, and the class."""

    def note(self, at: tuple[str, str | None], of: Kind) -> None:
        """Somebody looked at this child or case, perhaps once more."""
        known = self.looks.setdefault(at, of)
        if known is not of:
            self.looks[at] = known.joined(of)

    def withhold(self, row: Mapping[str, Any], cls: str) -> None:
        """A value of ``cls`` was asked for and held back on this row."""
        self.held.append((row.get("case_id"), row.get("child_id"), cls))

    def settled(self) -> list[Look]:
        """The looks, each with what was held back on rows of the child or case it tells of: once all is read, so that
        it does not matter which was read first."""
        if self.held:
            self._hold_back()
        return [(of, subject) for (_, subject), of in self.looks.items()]

    def _hold_back(self) -> None:
        looks, rows = self.looks, dict[tuple[UUID | str | None, UUID | str | None], set[str]]()
        for case_id, child_id, cls in self.held:
            rows.setdefault((case_id, child_id), set()).add(cls)
        self.held.clear()
        for (case_id, child_id), classes in rows.items():
            at = ("case", _text(case_id))
            if at not in looks:
                at = ("child", _text(child_id))
            if at in looks:
                looks[at] = looks[at].keeping(classes)


def _text(subject: UUID | str | None) -> str | None:
    return None if subject is None else str(subject)


@dataclass(frozen=True)
class Seal:
    """Signs notes with the key of the scopes, by the wall clock: nobody writes in the journal who has not the key."""

    key: bytes = field(repr=False)
    wall: Callable[[], datetime]

    def note(self, looks: str) -> tuple[str, str, str]:
        """The arguments of ``sec.note``."""
        _, expires, signature = self.sealed(looks.encode())
        return looks, expires.decode(), signature.decode()

    def sealed(self, looks: bytes) -> tuple[bytes, bytes, bytes]:
        """The same as they are sent. The signed bytes begin as no scope's can: PostgreSQL's texts hold no zero."""
        expires = b"%d" % (self.wall() + NOTE_SERVES).timestamp()
        message = b"\0note|%b|%b" % (expires, sha256(looks).digest())
        return looks, expires, hmac.digest(self.key, message, "sha256").hex().encode()


async def write(
    conn: AsyncConnection[Row], viewer: Viewer, looks: Iterable[Look], seal: Seal
) -> None:
    """Writes the looks that count, in the transaction of ``conn``; its scope must be the viewer's."""
    text = told(viewer, looks)
    if text is not None:
        await conn.execute(NOTE, seal.note(text))


def settled(conn: psycopg.Connection[Any]) -> int:
    """Moves what is pending into the index by child and case, as the writer role; answers how many pages it was."""
    found = conn.execute(SETTLE).fetchone()
    return int(found[0]) if found else 0


def faults(dsn: str) -> list[str]:
    """What is wrong with the journal's chain, as the writer role sees it: rows changed, left out, put in."""
    with psycopg.connect(dsn) as conn:
        found = conn.execute("select lane, seq, fault from sec.journal_faults() order by lane, seq")
        return [f"journal lane {lane} row {seq}: {fault}" for lane, seq, fault in found]


def told(viewer: Viewer, looks: Iterable[Look], trace_id: str | None = None) -> str | None:
    """The looks that count, as ``sec.note`` takes them: one for each kind, with all it was at; or None.

    ``trace_id``: of the request, where the viewer is kept for more than one. Raises ValueError for a word that would
    part what is one.
    """
    kinds: dict[str, list[str | None]] = {}
    for of, subject in looks:
        text = of.text
        if text is not None:
            kinds.setdefault(text, []).append(subject)
    if not kinds:
        return None
    before, behind = viewer.around
    common = f"{before}{trace_id or viewer.trace_id}{behind}"
    lines = [f"{common}{text}{at}" for text, all_at in kinds.items() for at in _lines(all_at)]
    said = LOOKS.join(lines)
    if said.count(FIELDS) != PARTED * len(lines) or said.count(LOOKS) != len(lines) - 1:
        raise ValueError("a word of the journal holds a mark that parts words")
    return said


def _lines(subjects: Sequence[str | None]) -> Iterator[str]:
    """Whom the lines of one kind are about: mostly one line, but what was asked twice is told twice."""
    if len(set(subjects)) == len(subjects):
        yield ",".join([subject for subject in subjects if subject])
        return
    times = Counter(subjects)
    for nth in range(max(times.values())):
        yield ",".join([subject for subject, n in times.items() if subject and n > nth])
