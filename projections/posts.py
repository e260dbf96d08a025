"""Which capacity an assignment is, looked up anew for every request without a thread: one pipelined connection."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from projections.pipeline import Pipelines, Statement, texts
from projections.reader import Row

POST: Final = Statement(
    b"select assignment_id, person_id, role, unit_id, division_id, standing from read.post "
    b"where assignment_id = $1"
)
_COLUMNS = ("assignment_id", "person_id", "role", "unit_id", "division_id", "standing")
_IDS = frozenset({"assignment_id", "person_id", "unit_id"})


class Posts:
    """As ``Lookup.post``. Asked as the writer role: an assignment is nobody's to read at the API."""

    def __init__(self, writer_dsn: str) -> None:
        self._pipelines = Pipelines(writer_dsn, size=1, name="yidang posts")

    async def open(self) -> None:
        """Connects, now or as soon as there is a server."""
        await self._pipelines.open()

    async def close(self) -> None:
        """Ends the connection."""
        await self._pipelines.close()

    async def post(self, assignment_id: UUID) -> Row | None:
        """The post behind an assignment, whatever its standing. Raises ``Failed`` and ``Lost``."""
        (result,) = await self._pipelines.put([(POST, (str(assignment_id).encode(),))])
        found = texts(result)
        if not found:
            return None
        cells = zip(_COLUMNS, found[0], strict=True)
        return {c: UUID(text) if c in _IDS and text is not None else text for c, text in cells}
