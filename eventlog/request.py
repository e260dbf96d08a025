"""What is asked of the shell and what it answers: a request, ``Done``, or why not, where no rule says no."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from domain.context import SYSTEM, Actor, Precision
from domain.kernel import Command


class Stale(Exception):
    """Somebody else wrote to the stream first. Reload and ask again."""

    def __init__(self, current_version: int) -> None:
        super().__init__(f"now at version {current_version}")
        self.current_version = current_version


class CommandReused(Exception):
    """The command id was used before, by somebody else or for something else."""


class Absent(Exception):
    """There is no such stream."""


@dataclass(frozen=True, kw_only=True)
class Request:
    """One command put by one actor. ``stream_id`` is None for a command that opens a stream."""

    command: Command[Any]
    command_id: UUID
    actor: Actor = SYSTEM
    stream_id: UUID | None = None
    expecting: int | None = None
    occurred_at: datetime | None = None
    precision: Precision = Precision.MINUTE
    late_because: str | None = None
    on_behalf_of: UUID | None = None
    causation_id: UUID | None = None
    signed_in_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Done:
    """What was recorded. ``repeated``: the answer of the first try, given again."""

    stream: str
    stream_id: UUID
    version: int
    position: int
    event_ids: tuple[UUID, ...]
    repeated: bool = False
