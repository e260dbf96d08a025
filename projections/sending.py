"""发送 · The writes of a batch on one connection, statement after statement without waiting for each answer.

Each statement is prepared once a connection and its values are dumped by psycopg's own adapters; answers are read
beside the sending, so that neither side ever waits for the other's full buffer. An error ends the batch at that write:
the caller's transaction is aborted, and what was prepared meanwhile is forgotten, because the server may have skipped
it (libpq, "Pipeline Mode").
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from select import select
from typing import TYPE_CHECKING, Final

import orjson
import psycopg
from psycopg import pq
from psycopg.adapt import PyFormat, Transformer
from psycopg.types.json import set_json_dumps

from eventlog.entries import Write
from eventlog.pipe import placed
from projections.rowwrite import named

if TYPE_CHECKING:
    from psycopg.pq.abc import PGresult

STRETCH: Final = 250
"""Writes between two Sync messages: what may be on its way unanswered is twice that."""
AT_ONCE: Final = 2
PREPARED_MAX: Final = 2_000
"""There are a few hundred statements, and some come with several types of value."""
_FINE: Final = frozenset({pq.ExecStatus.COMMAND_OK, pq.ExecStatus.TUPLES_OK})


@dataclass(slots=True)
class _Known:
    """What is prepared under which name, by text and types."""

    names: dict[tuple[bytes, tuple[int, ...]], bytes]
    made: int = 0


class Sender:
    """Sends batches over one connection, inside the transaction the caller has begun there."""

    def __init__(self, conn: psycopg.Connection) -> None:
        set_json_dumps(orjson.dumps, conn)
        self.conn, self._pg = conn, conn.pgconn
        self._dump = Transformer(conn)
        self._known = _Known({})
        self._new: list[tuple[bytes, tuple[int, ...]]] = []
        self._under_way = 0
        self._open = False
        """Whether something was put that no Sync follows yet."""
        self._refused: PGresult | None = None

    def send(self, writes: Sequence[Write]) -> None:
        """Runs them in order. Raises ``psycopg.Error``: none of those after the refused one ran."""
        self._begin()
        try:
            for first in range(0, len(writes), STRETCH):
                for write in writes[first : first + STRETCH]:
                    self._put(write)
                self._close_stretch()
                self._heed(AT_ONCE - 1)
                if self._refused is not None:
                    break
        finally:
            if self._pg.status == pq.ConnStatus.OK:
                self._end()
        self._told()

    def _begin(self) -> None:
        if len(self._known.names) > PREPARED_MAX:
            self.conn.execute("deallocate all")
            self._known.names.clear()
        self._pg.enter_pipeline_mode()
        self._new, self._refused = [], None

    def _told(self) -> None:
        if self._refused is not None:
            raise psycopg.errors.error_from_result(self._refused)

    def _put(self, write: Write) -> None:
        text, names = placed(str(write.sql))
        values_of = named(write)
        given = [values_of[name] for name in names]
        values = self._dump.dump_sequence(given, [PyFormat.AUTO] * len(given))
        types = self._dump.types or ()
        key = (text, types)
        self._open = True
        name = self._known.names.get(key)
        if name is None:
            self._known.made += 1
            name = self._known.names[key] = b"w%d" % self._known.made
            self._new.append(key)
            self._pg.send_prepare(name, text, types)
        self._pg.send_query_prepared(name, values, self._dump.formats)

    def _heed(self, left: int) -> None:
        """Sends on and reads answers until no more than ``left`` stretches are under way."""
        while self._under_way > left:
            unsent = self._pg.flush()
            while self._under_way > left and not self._pg.is_busy():
                self._take(self._pg.get_result())
            if self._under_way > left:  # all that had arrived was looked at: wait for more
                socket = self._pg.socket
                ready, _, _ = select([socket], [socket] if unsent else [], [])
                if ready:
                    self._pg.consume_input()

    def _take(self, result: PGresult | None) -> None:
        if result is None or result.status in _FINE:
            return
        if result.status == pq.ExecStatus.PIPELINE_SYNC:
            self._under_way -= 1
        elif result.status == pq.ExecStatus.FATAL_ERROR and self._refused is None:
            self._refused = result

    def _end(self) -> None:
        """Whatever happened, the connection is handed back in order."""
        if self._open:
            self._close_stretch()
        self._heed(0)
        self._pg.exit_pipeline_mode()
        if self._refused is not None:
            for key in self._new:
                self._known.names.pop(key, None)

    def _close_stretch(self) -> None:
        self._pg.pipeline_sync()
        self._under_way += 1
        self._open = False
