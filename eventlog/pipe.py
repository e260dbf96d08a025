"""Statements in pipeline mode, spoken with libpq itself: what psycopg's cursors cost is most of an append or a read.

Statements are prepared once a connection; values are dumped and answers loaded by psycopg's adapters. Every wait ends
as it does on the connection (``eventlog.connections``). After an error the server skips what follows until the Sync
(libpq, "Pipeline Mode"); what was prepared meanwhile it may never have seen, so all is prepared anew after that.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from select import POLLIN, POLLOUT, poll
from time import monotonic
from typing import TYPE_CHECKING, Any, Final, NamedTuple, Self

import psycopg
from psycopg.adapt import PyFormat, Transformer
from psycopg.pq import ConnStatus, ExecStatus, Format

if TYPE_CHECKING:
    from psycopg.abc import Params
    from psycopg.pq.abc import PGresult

    from eventlog.connections import BoundedConnection

PREPARED_MAX: Final = 1_000
"""A few hundred kinds of inline write, for one row and for many."""
_PLACE = re.compile(r"%(?:%|s|\((\w+)\)s)")


@lru_cache(maxsize=4_096)
def placed(text: str) -> tuple[bytes, tuple[str, ...]]:
    """The statement as PostgreSQL numbers its parameters, and their names in that order; one without a name is called
    by its number."""
    names: dict[str, int] = {}

    def place(found: re.Match[str]) -> str:
        if found.group() == "%%":
            return "%"
        name = found.group(1) or str(len(names) + 1)
        return f"${names.setdefault(name, len(names) + 1)}"

    return _PLACE.sub(place, text).encode(), tuple(names)


_AUTO: Final = [PyFormat.AUTO] * 1_000
_NONE: tuple[int, ...] = ()

Question = tuple[str, "Params | None"]
"""A statement that answers rows, and its values."""


class Table(NamedTuple):
    """What a question was answered."""

    columns: tuple[str, ...]
    rows: list[tuple[Any, ...]]

    def dicts(self) -> list[dict[str, Any]]:
        """The rows by column."""
        return [dict(zip(self.columns, row, strict=True)) for row in self.rows]


class Pipe:
    """``with pipe:`` begins and ends pipeline mode; at the end all answers are in, or the first error is raised."""

    def __init__(self, conn: BoundedConnection) -> None:
        self.conn, self._pg = conn, conn.pgconn
        self._given, self._loaded = Transformer(conn), Transformer(conn)
        self._known: dict[tuple[bytes, tuple[int, ...]], bytes] = {}
        self._made = 0
        self._due = 0
        """Answers that are still to come."""
        self._synced = 0
        """Syncs whose answer is still to come."""
        self._last: PGresult | None = None
        self._refused: PGresult | None = None
        self._is_stale = False
        self._tables: list[PGresult] | None = None
        """The answers with rows, where they are asked for."""

    @property
    def committed(self) -> bool:
        """Whether the last statement was a COMMIT that did commit: of a failed transaction it is a quiet ROLLBACK."""
        return self._last is not None and self._last.command_status == b"COMMIT"

    def __enter__(self) -> Self:
        """Begins. Raises psycopg.Error."""
        if self._is_stale or len(self._known) > PREPARED_MAX:
            self._known.clear()
            self.conn.execute("DEALLOCATE ALL", prepare=False)
            self._is_stale = False
        self._due = self._synced = 0
        self._last = self._refused = None
        self._pg.enter_pipeline_mode()
        return self

    def __exit__(self, kind: object, error: object, trace: object) -> None:
        """Waits for what is due and leaves the connection in order."""
        if self._pg.status == ConnStatus.OK:
            if not self._synced:
                self.sync()
            self._heed(until_synced=True)
            self._pg.exit_pipeline_mode()
        if kind is None:
            self._raise_refused()

    def put(self, text: str, params: Params | None = None, *, binary: bool = False) -> None:
        """Sends a statement. Raises what its values raise that cannot be dumped."""
        query, types = text.encode(), _NONE
        values, formats = None, None
        if params:
            query, names = placed(text)
            given = [params[n] for n in names] if isinstance(params, Mapping) else [*params]
            values = self._given.dump_sequence(given, _AUTO[: len(given)])
            types, formats = self._given.types or (), self._given.formats
        name = self._known.get((query, types))
        if name is None:
            self._made += 1
            name = self._known[query, types] = b"es%d" % self._made
            self._pg.send_prepare(name, query, types)
            self._due += 1
        result = Format.BINARY if binary else Format.TEXT
        self._pg.send_query_prepared(name, values, formats, result)
        self._due += 1

    def ask(self, asked: Sequence[Question], *, binary: bool = False) -> list[Table]:
        """The rows of each, in one exchange. Raises psycopg.Error."""
        tables = self._tables = []
        try:
            with self:
                for text, params in asked:
                    self.put(text, params, binary=binary)
                self.sync()
        finally:
            self._tables = None
        return [self._read(found) for found in tables]

    def _read(self, found: PGresult) -> Table:
        self._loaded.set_pgresult(found)
        columns = tuple([(found.fname(n) or b"").decode() for n in range(found.nfields)])
        return Table(columns, self._loaded.load_rows(0, found.ntuples, tuple))

    def flush(self) -> None:
        """Sends what was put, as far as it goes without waiting."""
        self._pg.flush()

    def sync(self) -> None:
        """Ends what was put as one: outside BEGIN and COMMIT it is committed here."""
        self._pg.pipeline_sync()
        self._synced += 1

    def row(self) -> tuple[Any, ...]:
        """Waits for the answer to what was put last: its one row. Raises psycopg.Error."""
        if not self._synced:
            self._pg.send_flush_request()
        self._heed()
        self._raise_refused()
        if self._last is None or self._last.ntuples != 1:
            raise psycopg.DataError("one row was to be the answer")
        self._loaded.set_pgresult(self._last)
        row: tuple[Any, ...] = self._loaded.load_row(0, tuple)
        return row

    def _raise_refused(self) -> None:
        if self._refused is not None:
            raise psycopg.errors.error_from_result(self._refused)

    def _heed(self, *, until_synced: bool = False) -> None:
        """Sends on and takes answers until none is due."""
        while self._due or (until_synced and self._synced):
            unsent = self._pg.flush()
            if self._pg.is_busy():
                self._wait(POLLIN | POLLOUT if unsent else POLLIN)
                self._pg.consume_input()
            else:
                self._take(self._pg.get_result())

    def _take(self, result: PGresult | None) -> None:
        if result is None:
            return
        if result.status == ExecStatus.PIPELINE_SYNC:
            self._synced -= 1
            return
        self._due -= 1
        if result.status in (ExecStatus.COMMAND_OK, ExecStatus.TUPLES_OK):
            self._last = result
            if self._tables is not None and result.status == ExecStatus.TUPLES_OK:
                self._tables.append(result)
            return
        if result.status == ExecStatus.FATAL_ERROR and self._refused is None:
            self._refused, self._is_stale = result, True

    def _wait(self, events: int) -> None:
        conn = self.conn
        left = conn.bound_s if conn.deadline is None else max(0.0, conn.deadline - monotonic())
        waiting = poll()
        waiting.register(self._pg.socket, events)
        if not waiting.poll(left * 1000):
            self._pg.finish()
            raise psycopg.OperationalError(f"no answer within {left:.1f} s")
