"""Which capacity an assignment is, looked up anew for every request without a thread: one pipelined connection.

Requests that arrive while look-ups are on their way go out together with the next, those of one session as one: each
learns how things stood after it was asked.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from projections.pipeline import Failed, Lost, Pipelines, Statement, texts
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


Asked = tuple[UUID, Session]


class Posts:
    """As ``Lookup.post``. Asked as the writer role: an assignment is nobody's to read at the API."""

    def __init__(self, writer_dsn: str) -> None:
        self._pipelines = Pipelines(writer_dsn, size=1, name="yidang posts")
        self._waiting: dict[Asked, asyncio.Future[Row | None]] = {}
        self._asking: asyncio.Task[None] | None = None

    async def open(self) -> None:
        """Connects, now or as soon as there is a server."""
        await self._pipelines.open()

    async def close(self) -> None:
        """Ends the connection."""
        await self._pipelines.close()

    async def post(self, assignment_id: UUID, session: Session) -> Row | None:
        """The post behind an assignment, whatever its standing; None too once the session was signed out.

        Raises ``Failed`` and ``Lost``.
        """
        asked = assignment_id, session
        found = self._waiting.get(asked)
        if found is None:
            loop = asyncio.get_running_loop()
            found = self._waiting[asked] = loop.create_future()
            if self._asking is None:
                self._asking = loop.create_task(self._ask(), name="posts")
        return await asyncio.shield(found)

    async def _ask(self) -> None:
        """Whatever has come to wait while the last look-ups were on their way goes out together."""
        try:
            while self._waiting:
                waiting, self._waiting = self._waiting, {}
                await self._together(waiting)
        finally:
            self._asking = None

    async def _together(self, waiting: dict[Asked, asyncio.Future[Row | None]]) -> None:
        try:
            results = await self._pipelines.put([(_POST, _given(*asked)) for asked in waiting])
        except (Failed, Lost) as error:
            for future in waiting.values():
                future.set_exception(error)
                future.exception()  # whoever waited may be gone
            return
        for future, result in zip(waiting.values(), results, strict=True):
            future.set_result(_row(texts(result)))


def _given(assignment_id: UUID, session: Session) -> tuple[bytes, bytes, bytes]:
    token = b"\\x" + session.token.hex().encode()
    return str(assignment_id).encode(), token, session.since.isoformat().encode()


def _row(found: Sequence[tuple[str | None, ...]]) -> Row | None:
    if not found:
        return None
    cells = zip(_COLUMNS, found[0], strict=True)
    return {c: UUID(text) if c in _IDS and text is not None else text for c, text in cells}
