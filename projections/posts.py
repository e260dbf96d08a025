"""Which capacity an assignment is, looked up anew for every request without a thread: one pipelined connection.

Requests that arrive while look-ups are on their way go out together with the next, those of one session as one: each
learns how things stood after it was asked.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Final
from uuid import UUID

from psycopg.pq.abc import PGresult

from domain.bounded import Bounded
from projections.pipeline import Lost, Pipelines, Statement, Value, texts
from projections.reader import Row


@dataclass(frozen=True)
class Session:
    """What a token leaves with the open request: enough to ask whether it was signed out since."""

    token: bytes
    """A digest of issuer and token id (``sec.signed_out``)."""
    since: datetime
    """When its person signed in; of a service client, when the token was made."""


_COLUMNS = ("assignment_id", "person_id", "role", "unit_id", "division_id", "standing")
_IDS = frozenset({"assignment_id", "person_id", "unit_id"})
_STILL: Final = (
    "not exists (select from sec.signed_out s where s.token = %s) and not exists "
    "(select from sec.signed_out_person o where o.person_id = p.person_id and o.until >= %s)"
)
SIGNED_IN: Final = f"select p.* from read.post p where p.assignment_id = %s and {_STILL}"
"""The post behind an assignment, for a session that was not signed out: assignment, token, since."""
_POST: Final = Statement(
    f"select {', '.join(f'p.{c}' for c in _COLUMNS)} from read.post p where p.assignment_id = $1 and "
    f"{_STILL.replace('%s', '$2::bytea', 1).replace('%s', '$3::timestamptz', 1)}".encode()
)


Cells = tuple[str | None, ...]
"""A post as text, in the order of ``_COLUMNS``."""
KNOWN_MAX: Final = 10_000
"""Posts whose values are kept, by their text."""


@dataclass(frozen=True, eq=False)
class Question:
    """What is asked of one session's assignment at every request. Compared by identity: make it once and keep it.

    Without a session, of the assignment alone.
    """

    assignment_id: UUID
    session: Session | None
    given: tuple[Value, Value, Value] = field(init=False)
    """The parameters of ``_POST``."""

    def __post_init__(self) -> None:
        token = since = None
        if self.session is not None:
            token = b"\\x" + self.session.token.hex().encode()
            since = self.session.since.isoformat().encode()
        object.__setattr__(self, "given", (str(self.assignment_id).encode(), token, since))


class Posts:
    """As ``Lookup.post``. Asked as the writer role: an assignment is nobody's to read at the API."""

    def __init__(self, writer_dsn: str) -> None:
        self._pipelines = Pipelines(writer_dsn, size=1, name="yidang posts")
        self._waiting: dict[Question, list[asyncio.Future[Row | None]]] = {}
        self._under_way = self._due = False
        self._known = Bounded[Cells, Row](KNOWN_MAX)

    async def open(self) -> None:
        """Connects, now or as soon as there is a server."""
        await self._pipelines.open()

    async def close(self) -> None:
        """Ends the connection."""
        await self._pipelines.close()

    def post(self, asked: Question) -> asyncio.Future[Row | None]:
        """The post behind an assignment, whatever its standing; None too once the session was signed out.

        The same post is the same row, as long as it stands as it did. Raises ``Failed`` and ``Lost`` when awaited.
        """
        loop = asyncio.get_running_loop()
        told: asyncio.Future[Row | None] = loop.create_future()
        others = self._waiting.get(asked)
        if others is None:
            self._waiting[asked] = [told]
        else:
            others.append(told)
        if not self._under_way and not self._due:
            self._due = True
            loop.call_soon(self._ask)
        return told

    def _ask(self) -> None:
        """Whatever has come to wait while the last look-ups were on their way goes out together."""
        self._due = False
        waiting, self._waiting = self._waiting, {}
        try:
            answer = self._pipelines.put([(_POST, asked.given) for asked in waiting])
        except Lost as lost:
            _tell_all(waiting, lost)
            return
        self._under_way = True
        answer.add_done_callback(partial(self._told, waiting))

    def _told(
        self,
        waiting: dict[Question, list[asyncio.Future[Row | None]]],
        answer: asyncio.Future[list[PGresult]],
    ) -> None:
        self._under_way = False
        error = answer.exception()
        if error is not None:
            _tell_all(waiting, error)
        else:
            for futures, result in zip(waiting.values(), answer.result(), strict=True):
                row = self._row(texts(result))
                for future in futures:
                    if not future.done():  # whoever waited may be gone
                        future.set_result(row)
        if self._waiting:
            self._ask()

    def _row(self, found: Sequence[Cells]) -> Row | None:
        if not found:
            return None
        known = self._known.get(found[0])
        if known is None:
            cells = zip(_COLUMNS, found[0], strict=True)
            known = self._known[found[0]] = {
                c: UUID(text) if c in _IDS and text is not None else text for c, text in cells
            }
        return known


def _tell_all(
    waiting: dict[Question, list[asyncio.Future[Row | None]]], error: BaseException
) -> None:
    for future in (future for futures in waiting.values() for future in futures):
        if not future.done():
            future.set_exception(error)
