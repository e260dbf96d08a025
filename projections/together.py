"""一并写入 · Fewer statements for the same rows: what the events of one batch write is put together where order allows.

Five kinds of write may wait, and each waits no longer than it must:
* a new row (``insert``) and a whole row under its key (``upsert``) wait for others of their table and go as one
  statement, unless a statement in between speaks of that table;
* a version of a row (``versions.stands``) waits in the same way; of one subject only those are kept that say something
  else than the one before, each until the next;
* rows that go (``Clearing``) wait in front of the new rows of their table, from which they take what they mean;
* a consequence (``following``) is a function of the rows as they stand after the batch, such as the tokens on a child;
  asked for many times, it is worked out once, at the end, for all it was asked for.
Everything else is sent where it stands.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from eventlog.entries import Write
from projections.lanes import Lanes
from projections.readmodel import READ_MODELS
from projections.rowwrite import (
    LOOKED_INTO,
    Clearing,
    Following,
    RowWrite,
    Standing,
    Step,
    as_json,
    many,
    named,
)

_WORD = re.compile(r"[a-z_0-9]+")
_PLACE = re.compile(r"%\(\w+\)s")


def together(writes: Iterable[Write]) -> list[Write]:
    """The writes of a batch, put together; their effect is that of one after another."""
    return list(_Waiting().all(writes))


def at_length_together(writes: Iterable[Write]) -> list[Write]:
    """As ``together``, and steps wait for those of other subjects too: for long batches, whose tables were analysed."""
    return list(_Waiting(lanes=Lanes()).all(writes))


@dataclass
class _Waiting:
    """What waits: rows by table, all of one shape; consequences by statement."""

    rows: dict[str, list[RowWrite]] = field(default_factory=dict)
    following: dict[Following, dict[Any, None]] = field(default_factory=dict)
    standing: dict[str, list[Standing]] = field(default_factory=dict)
    gone: dict[str, _Gone] = field(default_factory=dict)
    said: dict[tuple[str, tuple[Any, ...]], str] = field(default_factory=dict)
    """Of what waits: table and subject, and the digest of how it stood last."""
    lanes: Lanes | None = None

    def all(self, writes: Iterable[Write]) -> Iterator[Write]:
        for write in writes:
            if isinstance(write, RowWrite):
                yield from self._comes(write)
            elif isinstance(write, Step) and self.lanes is not None:
                yield from self._steps(write, self.lanes)
            elif isinstance(write, Clearing):
                yield from self._clears(write)
            elif isinstance(write, Following):
                self.following.setdefault(write, {})[write.of] = None
            elif isinstance(write, Standing):
                yield from self._stands(write)
            else:
                tables = tables_of(str(write.sql))
                yield from self._stepped(tables)
                yield from self._wait_no_longer(tables)
                yield write
        yield from self._end()

    def _wait_no_longer(self, tables: Iterable[str]) -> Iterator[Write]:
        for table in tables:
            yield from self._rows_of(table)
            yield from self._stood(table)

    def _steps(self, write: Step, lanes: Lanes) -> Iterator[Write]:
        tables = tables_of(str(write.sql))
        if not tables <= lanes.tables:
            yield from self._wait_no_longer(tables)
        lanes.comes(write, tables)

    def _stepped(self, tables: Collection[str] | None = None) -> Iterator[Write]:
        """The steps that wait, where one of them speaks of these tables."""
        if self.lanes is not None and (tables is None or not self.lanes.tables.isdisjoint(tables)):
            yield from self.lanes.go()

    def _comes(self, write: RowWrite) -> Iterator[Write]:
        if self.lanes is not None and write.table in LOOKED_INTO:
            self.lanes.comes(write, frozenset({write.table}))
            return
        yield from self._stepped((write.table,))
        waiting = self.rows.setdefault(write.table, [])
        if waiting and waiting[0].sql != write.sql:
            yield from self._rows_of(write.table)
            waiting = self.rows.setdefault(write.table, [])
        waiting.append(write)
        if write.table in self.gone:
            self.gone[write.table].may_go(write)

    def _end(self) -> Iterator[Write]:
        """Nothing waits any longer."""
        yield from self._stepped()
        for table in [*self.rows, *self.gone]:
            yield from self._rows_of(table)
        for table in [*self.standing]:
            yield from self._stood(table)
        for following in sorted(self.following, key=lambda f: f.turn):
            yield Write(following.sql, {"many": list(self.following[following])})

    def _rows_of(self, table: str) -> Iterator[Write]:
        """One statement for the rows that wait, after the rows they look up."""
        rows = self.rows.pop(table, [])
        if gone := self.gone.pop(table, None):
            yield gone.write()
            rows = [row for row in rows if id(row) not in gone.waiting]
        if rows and (first := rows[0].after):
            yield from self._stepped((first,))
            yield from self._rows_of(first)
        yield from _sent(rows)

    def _clears(self, write: Clearing) -> Iterator[Write]:
        yield from self._stepped((write.table,))
        gone = self.gone.get(write.table)
        if gone is not None and gone.sql != write.sql:
            yield from self._rows_of(write.table)
            gone = None
        if gone is None:
            gone = self.gone[write.table] = _Gone(write.sql, write.of)
            for row in self.rows.get(write.table, ()):
                gone.may_go(row)
        gone.goes(write)

    def _stands(self, write: Standing) -> Iterator[Write]:
        yield from self._stepped((write.table,))
        waiting = self.standing.get(write.table)
        if waiting and waiting[0].sql != write.sql:
            yield from self._stood(write.table)
        subject = (write.table, write.under)
        if self.said.get(subject) != write.digest:
            self.said[subject] = write.digest
            self.standing.setdefault(write.table, []).append(write)

    def _stood(self, table: str) -> Iterator[Write]:
        """One statement for the versions that wait."""
        versions = self.standing.pop(table, [])
        for write in versions:
            self.said.pop((table, write.under), None)
        if len(versions) == 1:
            yield versions[0]
        elif versions:
            yield Write(_versions_text(versions[0]), {"rows": as_json(_chained(versions))})


@dataclass
class _Gone:
    """What goes from one table, by one statement."""

    sql: Any
    of: tuple[str, ...]
    """The columns that say under what a row lies."""
    rows: list[Any] = field(default_factory=list)
    under: dict[tuple[Any, ...], list[RowWrite]] = field(default_factory=dict)
    waiting: set[int] = field(default_factory=set)
    """The new rows that never come."""

    def may_go(self, row: RowWrite) -> None:
        """A row that waits, too."""
        values = named(row)
        self.under.setdefault(tuple([values[name] for name in self.of]), []).append(row)

    def goes(self, write: Clearing) -> None:
        """These rows go, when they lie in the table; those that wait go now."""
        self.rows += named(write)["rows"].obj
        there = self.under.get(write.under)
        if there:
            stay = [row for row in there if not write.clears(named(row))]
            if len(stay) < len(there):
                self.waiting.update(map(id, there))
                self.waiting.difference_update(map(id, stay))
                self.under[write.under] = stay

    def write(self) -> Write:
        """All of it as one statement."""
        return Write(self.sql, {"rows": as_json(self.rows)})


def _chained(versions: list[Standing]) -> list[dict[str, Any]]:
    """The rows, each until the next of the same subject."""
    rows: list[dict[str, Any]] = []
    last: dict[tuple[Any, ...], dict[str, Any]] = {}
    for write in versions:
        row: dict[str, Any] = {**write.params}  # type: ignore[dict-item]
        if write.under in last:
            last[write.under]["until_position"] = row["from_position"]
        last[write.under] = row
        rows.append(row)
    return rows


def _versions_text(write: Standing) -> Any:
    return _versions(write.table, write.key, tuple(write.params))


@cache
def _versions(table: str, key: tuple[str, ...], names: tuple[str, ...]) -> str:
    """As ``versions.stands`` for one: what stands so already is left, what stands otherwise ends at the new."""
    columns, of = ", ".join(names), ", ".join(key)
    same = " and ".join(f"t.{n} = s.{n}" for n in key)
    return (
        f"with said as (select {columns}, lag(from_position) over (partition by {of} order by from_position) "
        f"is null as is_first from jsonb_populate_recordset(null::{table}, %(rows)s::jsonb)), "
        f"new as (select * from said s where not (s.is_first and exists (select from {table} t "
        f"where {same} and t.until_position is null and t.digest = s.digest))), "
        f"ended as (update {table} t set until_position = s.began from (select {of}, min(from_position) "
        f"as began from new group by {of}) s where {same} and t.until_position is null) "
        f"insert into {table} ({columns}) select {columns} from new"
    )


@cache
def tables_of(text: str) -> frozenset[str]:
    """The read models a statement speaks of, by whichever of their tables."""
    lies_in = _tables_of()
    words = _WORD.findall(_PLACE.sub("", text))  # a value may be called as a table is
    return frozenset(lies_in[word] for word in words if word in lies_in)


@cache
def _tables_of() -> dict[str, str]:
    """Each table → the read model whose rows lie in it."""
    beside = {side.table: side.of for model in READ_MODELS.values() for side in model.sides}
    return beside | {table: table for table in READ_MODELS}


def _sent(rows: list[RowWrite]) -> Iterator[Write]:
    """One statement for rows of one shape; the last of several under one key, where a row replaces a row."""
    if not rows:
        return
    if rows[0].replaces:
        rows = list({write.under: write for write in rows}.values())
    if len(rows) == 1:
        yield rows[0]
        return
    text: Any = many(rows[0].parts)
    yield Write(text, {"rows": as_json([write.params for write in rows])})
