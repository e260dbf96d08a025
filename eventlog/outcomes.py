"""What became of each request of a batch, and what its inline writes are."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from eventlog.entries import Appended, Write
from eventlog.errors import VersionConflict

if TYPE_CHECKING:
    from collections.abc import Sequence

    from eventlog.group import Request

ROLLED_BACK = "the transaction was rolled back at COMMIT"

Together = Callable[[Iterable[Write]], Iterable[Write]]
"""The writes of a batch as fewer statements, whose effect is that of one after another."""

# Kept, refused, or None where the command id is known and its entry is read after.
Outcome = Appended | Exception | None


class ProjectionError(Exception):
    """A request's own writes raised on this side: the replay will tell which request it was."""


def verdicts(batch: Sequence[Request], row: Sequence[Any]) -> list[Outcome]:
    """What ``es.append`` decided for each request."""
    positions, hashes, recorded_at, known, stale, stale_streams, heads = row
    conflicts = dict(zip(stale, zip(heads, stale_streams, strict=True), strict=True))
    outcomes: list[Outcome] = []
    at = 0
    for number, request in enumerate(batch, start=1):
        if number in known:
            outcomes.append(None)
        elif number in conflicts:
            outcomes.append(VersionConflict(*conflicts[number]))
        else:
            end = at + len(request.events)
            outcomes.append(Appended(positions[at:end], hashes[at:end], recorded_at))
            at = end
    return outcomes


def writes_of(request: Request, outcome: Outcome) -> Iterable[Write]:
    """The inline writes of a request, told where its events stand; none when it was refused."""
    if not isinstance(outcome, Appended):
        return ()
    if not callable(request.writes):
        return request.writes
    try:
        return list(request.writes(outcome.positions, outcome.recorded_at))
    except Exception as error:
        raise ProjectionError from error


def put_together(together: Together, writes: Iterable[Write]) -> list[Write]:
    """Fewer writes of the same effect. What fails here is a request's fault, as in ``run``."""
    try:
        return list(together(writes))
    except ProjectionError:
        raise
    except Exception as error:
        raise ProjectionError from error
