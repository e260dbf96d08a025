"""一并写入 · Fewer statements for the same rows: what the events of one batch write is put together where order allows.

Four kinds of write may wait, and each waits no longer than it must:
* a new row (``insert``) and a whole row under its key (``upsert``) wait for others of their table and go as one
  statement, unless a statement in between speaks of that table;
* a version of a row (``versions.stands``) waits in the same way; of one subject only those are kept that say something
  else than the one before, each until the next;
* a consequence (``following``) is a function of the rows as they stand after the batch, such as the tokens on a child;
  asked for many times, it is worked out once, at the end, for all it was asked for.
Everything else is sent where it stands.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache
from operator import attrgetter
from typing import Any

import orjson

from eventlog.entries import Write
from projections.readmodel import READ_MODELS
from projections.rowwrite import Following, RowWrite, Standing, many

_WORD = re.compile(r"[a-z_0-9]+")


def together(writes: Iterable[Write]) -> list[Write]:
    """The writes of a batch, put together; their effect is that of one after another."""
    return list(_Waiting().all(writes))


@dataclass
class _Waiting:
    """What waits: rows by table, all of one shape; consequences by statement."""

    rows: dict[str, list[RowWrite]] = field(default_factory=dict)
    following: dict[Following, dict[Any, None]] = field(default_factory=dict)
    standing: dict[str, list[Standing]] = field(default_factory=dict)
    said: dict[tuple[str, tuple[Any, ...]], str] = field(default_factory=dict)
    """Of what waits: table and subject, and the digest of how it stood last."""

    def all(self, writes: Iterable[Write]) -> Iterator[Write]:
        for write in writes:
            if isinstance(write, RowWrite):
                waiting = self.rows.setdefault(write.table, [])
                if waiting and waiting[0].sql != write.sql:
                    yield from self._rows_of(write.table)
                    waiting = self.rows.setdefault(write.table, [])
                waiting.append(write)
            elif isinstance(write, Following):
                self.following.setdefault(write, {})[write.of] = None
            elif isinstance(write, Standing):
                yield from self._stands(write)
            else:
                for table in _tables(str(write.sql)):
                    yield from self._rows_of(table)
                    yield from self._stood(table)
                yield write
        for table in [*self.rows]:
            yield from self._rows_of(table)
        for table in [*self.standing]:
            yield from self._stood(table)
        for following in sorted(self.following, key=lambda f: f.turn):
            yield Write(following.sql, {"many": list(self.following[following])})

    def _rows_of(self, table: str) -> Iterator[Write]:
        """One statement for the rows that wait, after the rows they look up."""
        rows = self.rows.pop(table, [])
        if rows and (first := rows[0].after):
            yield from self._rows_of(first)
        yield from _sent(rows)

    def _stands(self, write: Standing) -> Iterator[Write]:
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
            yield Write(_versions_text(versions[0]), {"rows": _json(_chained(versions))})


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
def _tables(text: str) -> frozenset[str]:
    """The read models a statement speaks of, by whichever of their tables."""
    lies_in = _tables_of()
    return frozenset(lies_in[word] for word in _WORD.findall(text) if word in lies_in)


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
    yield Write(text, {"rows": _json([write.params for write in rows])})


def _json(rows: list[Any]) -> str:
    """The rows as PostgreSQL reads them; ids and times are what orjson makes of them."""
    return orjson.dumps(rows, default=attrgetter("obj")).decode()
