"""一并写入 · Fewer statements for the same rows: what the events of one batch write is put together where order allows.

Three kinds of write may wait, and each waits no longer than it must:
* a new row (``insert``) and a whole row under its key (``upsert``) wait for others of their table and go as one
  statement, unless a statement in between speaks of that table;
* a consequence (``following``) is a function of the rows as they stand after the batch, such as the tokens on a child;
  asked for many times, it is worked out once, at the end, for all it was asked for.
Everything else is sent where it stands.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import Any
from uuid import UUID

import orjson
from psycopg.types.json import Jsonb

from eventlog.entries import Write
from projections.readmodel import READ_MODELS
from projections.rowwrite import Following, RowWrite

_WORD = re.compile(r"[a-z_]+")


def together(writes: Iterable[Write]) -> list[Write]:
    """The writes of a batch, put together; their effect is that of one after another."""
    return list(_Waiting().all(writes))


@dataclass
class _Waiting:
    """What waits: rows by table, all of one shape; consequences by statement."""

    rows: dict[str, list[RowWrite]] = field(default_factory=dict)
    following: dict[Following, dict[Any, None]] = field(default_factory=dict)

    def all(self, writes: Iterable[Write]) -> Iterator[Write]:
        for write in writes:
            if isinstance(write, RowWrite):
                waiting = self.rows.setdefault(write.table, [])
                if waiting and waiting[0].sql != write.sql:
                    yield from _sent(self.rows.pop(write.table))
                    waiting = self.rows.setdefault(write.table, [])
                waiting.append(write)
            elif isinstance(write, Following):
                self.following.setdefault(write, {})[write.of] = None
            else:
                for table in _tables(str(write.sql)) & self.rows.keys():
                    yield from _sent(self.rows.pop(table))
                yield write
        for rows in self.rows.values():
            yield from _sent(rows)
        for following in sorted(self.following, key=lambda f: f.turn):
            yield Write(following.sql, {"many": list(self.following[following])})


@cache
def _tables(text: str) -> frozenset[str]:
    """The read models a statement speaks of."""
    return frozenset(_WORD.findall(text)) & READ_MODELS.keys()


def _sent(rows: list[RowWrite]) -> Iterator[Write]:
    """One statement for rows of one shape; the last of several under one key, where a row replaces a row."""
    if rows[0].replaces:
        rows = list({write.under: write for write in rows}.values())
    if len(rows) == 1:
        yield rows[0]
        return
    values = [{name: _json(v) for name, v in write.params.items()} for write in rows]  # type: ignore[union-attr]
    yield Write(_many(rows[0]), {"rows": orjson.dumps(values).decode()})


@cache
def _text(table: str, names: tuple[str, ...], conflict: str) -> str:
    columns = ", ".join(names)
    return (
        f"insert into {table} ({columns}) select {columns} "
        f"from jsonb_populate_recordset(null::{table}, %(rows)s::jsonb) {conflict}"
    )


def _many(write: RowWrite) -> Any:
    return _text(write.table, tuple(write.params), write.conflict)


def _json(value: Any) -> Any:
    if isinstance(value, Jsonb):
        return value.obj
    return str(value) if isinstance(value, UUID) else value
