"""The values that pass through the log's door: what is asked of an append, and what it answers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from uuid import UUID

    from psycopg.abc import QueryNoTemplate


@dataclass(frozen=True, slots=True)
class CommandEntry:
    """A command id, for ever: who asked what (``digest`` of the input), and what was answered.

    ``answer`` is JSON. The log sets ``recorded_at`` and ``position`` (of the command's last event,
    None when it caused none).
    """

    command_id: UUID
    actor: UUID
    digest: bytes
    stream_id: UUID | None
    version: int | None
    answer: Mapping[str, Any]
    position: int | None = None
    recorded_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Write:
    """One inline projection write: a statement run in the transaction of the append, after it."""

    sql: QueryNoTemplate
    params: Mapping[str, Any] | Sequence[Any] = ()


# Called with the positions of the request's own events and their time, inside the transaction. It
# may be called again with other positions when a neighbour's write failed: it must not keep anything.
Writes = Callable[[Sequence[int], datetime], Iterable[Write]] | Sequence[Write]


@dataclass(frozen=True, slots=True)
class Appended:
    """What was kept: positions and hashes of the events, in order, and the one time of them all."""

    positions: Sequence[int]
    hashes: Sequence[bytes]
    recorded_at: datetime
