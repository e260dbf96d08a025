"""查阅记录 · The access journal: what one request saw, was held back from or was denied, in the fate of the read.

Basis: 未成年人网络保护条例 36 (access is recorded), PIPL 56 (kept three years and more), domain model A.2 rule 1.
It holds ids, classes and words of the policy; never a value, a name or a text of the request.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache
from typing import Any
from uuid import UUID

import orjson
import psycopg
from psycopg import AsyncConnection

Row = dict[str, Any]
NOTE = b"select sec.note(%s::jsonb)"
CLASS_OPEN = "select sec.journal_class(%(subject)s) as opened"
"""The class in which the scope opens the journal of a child or case: P2, P0 (its family), or null."""
PAGE = "select * from sec.journal_of(%(subject)s, %(before)s, %(most)s)"
"""Rows of ``sec.access_journal`` of one child or case, latest first, as far as the scope opens them."""
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
    """The columns all rows of one request share. The person is not among them: PostgreSQL takes it from the scope."""

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

    @property
    def counts(self) -> bool:
        """Whether it is a look at somebody: open figures (P0) alone are none."""
        return self.outcome is not Outcome.SEEN or not (
            self.classes <= OPEN_FIGURES and self.withheld <= OPEN_FIGURES
        )


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


async def write(conn: AsyncConnection[Row], viewer: Viewer, entries: Iterable[Entry]) -> None:
    """Writes the entries that count, in the transaction of ``conn``, whose scope names the person."""
    rows = told(viewer, entries)
    if rows is not None:
        await conn.execute(NOTE, (rows,))


def faults(dsn: str) -> list[str]:
    """What is wrong with the journal's chain, as the writer role sees it: rows changed, left out, put in."""
    with psycopg.connect(dsn) as conn:
        found = conn.execute("select lane, seq, fault from sec.journal_faults() order by lane, seq")
        return [f"journal lane {lane} row {seq}: {fault}" for lane, seq, fault in found]


def told(viewer: Viewer, entries: Iterable[Entry]) -> str | None:
    """The entries that count, as ``sec.note`` takes them: what all share once, each kind of look once, and whose files
    they are; None if none counts."""
    kinds: dict[tuple[str | None, ...], list[UUID | str | None]] = {}
    for entry in entries:
        if entry.counts:
            kinds.setdefault(_kind(entry), []).append(entry.subject_id)
    if not kinds:
        return None
    common = {
        "assignment_id": viewer.assignment_id,
        "role": viewer.role,
        "unit_id": viewer.unit_id,
        "division_id": viewer.division_id,
        "purpose": viewer.purpose,
        "trace_id": viewer.trace_id,
        "policy_version": viewer.policy_version,
        "door": viewer.door.value,
        "operation": viewer.operation,
    }
    looks = [(*kind, subjects) for kind, subjects in kinds.items()]
    return orjson.dumps({"common": common, "looks": looks}).decode()


def _kind(entry: Entry) -> tuple[str | None, ...]:
    return (
        entry.obj,
        entry.act,
        entry.outcome.value,
        entry.relation,
        _words(frozenset(entry.classes)),
        _words(frozenset(entry.withheld)),
    )


@lru_cache(maxsize=4_096)
def _words(classes: frozenset[str]) -> str:
    return " ".join(sorted(classes))
