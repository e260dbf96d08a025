"""What the event log answers when it does not do what was asked: a type for each outcome."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from eventsourcing.persistence import (
    DataError,
    IntegrityError,
    InterfaceError,
    OperationalError,
    PersistenceError,
)

if TYPE_CHECKING:
    from uuid import UUID

    from eventlog.entries import CommandEntry


OUT_OF_REACH = (OperationalError, InterfaceError)
"""What the library raises when the database does not answer."""


class VersionConflict(IntegrityError):
    """Someone else extended the stream first; ``current_version`` is its head now. Nothing was written."""

    def __init__(self, current_version: int, stream_id: UUID | None = None) -> None:
        """``stream_id`` names the stream that moved, where it is known."""
        super().__init__(f"the stream stands at version {current_version}")
        self.current_version = current_version
        self.stream_id = stream_id


class CommandKnown(IntegrityError):
    """A command id that was answered before: ``entry`` has by whom, for what, and the answer.

    Nothing was written.
    """

    def __init__(self, entry: CommandEntry) -> None:
        """The stored entry is what a retry is answered from."""
        super().__init__(f"command {entry.command_id} is known")
        self.entry = entry


class WriteFailed(PersistenceError):
    """An inline projection write of this request failed; neither its events nor its writes were kept."""

    def __init__(self, cause: Exception) -> None:
        """``cause`` is the database's or the projection's own error."""
        super().__init__(f"an inline write failed: {type(cause).__name__}")
        self.cause = cause


class AppendRefused(DataError):
    """The log refuses the shape of an event or command (unknown stream, NUL in text)."""

    def __init__(self, cause: Exception) -> None:
        """``cause`` is the database's error; its detail may quote personal values: not in the text."""
        said = getattr(getattr(cause, "diag", None), "message_primary", type(cause).__name__)
        super().__init__(f"the log refuses this: {said}")
        self.cause = cause


class LogUnavailable(OperationalError):
    """The log could not answer in time.

    ``outcome`` is ``not_written`` when it is proven that nothing was kept, ``unknown`` when a commit
    may or may not have happened: ask again with the same command id, and the log answers what did.
    """

    def __init__(self, outcome: Literal["not_written", "unknown"], why: str) -> None:
        """``why`` is for the operator's log, never for a client."""
        super().__init__(f"the event log is unavailable ({outcome}): {why}")
        self.outcome = outcome


class LogBusy(LogUnavailable):
    """The log is there, but others hold what this one request writes. Nothing of it was kept; its neighbours were not
    held up by it. Ask again with the same command id."""

    def __init__(self, why: str) -> None:
        """``why`` is for the operator's log."""
        super().__init__("not_written", why)


class SealError(PersistenceError):
    """A sealed value or its key cannot be used."""


class WrongMasterKey(SealError):
    """The subject key was wrapped by another master key than the one this process was given."""


class Tampered(SealError):
    """A sealed value or a wrapped key was changed, or belongs somewhere else. Never returned as data."""


class KeyDestroyed(SealError):
    """Nothing can be sealed for this subject any more: its key was destroyed on purpose."""
