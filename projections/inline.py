"""Inline telling: what the events of one append write, projection by projection, in the declared order."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from threading import Lock
from typing import Any, NamedTuple
from uuid import UUID

from domain.kernel import Event
from domain.replacing import replace
from eventlog.entries import Write
from eventlog.recorded import Recorded, Unreadable, appends
from eventlog.transient import is_transient
from projections.kernel import Projection
from projections.parking import park
from projections.together import together

logger = logging.getLogger("yidang.projections")
Aside = set[tuple[str, UUID]]
"""Streams that a projection has set aside, by its name."""


class _Ears(NamedTuple):
    """Which projections hear an event of one kind, and which heed the state that it leaves."""

    hear: frozenset[int]
    heed: frozenset[int]


@dataclass
class Inline:
    """The inline projections, and which streams each has parked (a copy of ``read.parked``).

    What a telling sets aside is parked once its writes are kept (``keep``), and not before: a transaction that is
    rolled back takes the row in ``read.parked`` with it, and whoever tells the same again must write it again.
    """

    projections: Sequence[Projection]
    parked: Aside = field(default_factory=set)
    look: Callable[[], set[tuple[str, UUID]]] | None = None
    """Reads ``read.parked`` again: what another process has parked or released is so here too."""
    put_together: Callable[[Iterable[Write]], list[Write]] = together
    """How the writes of a batch become fewer."""
    _moved: set[UUID] = field(default_factory=set, repr=False)
    _turn: Lock = field(default_factory=Lock, repr=False)
    """Of whoever changes ``parked``: what one stream's append takes over forgets nothing that another's has kept."""
    _heard: dict[type[Event[Any]], _Ears] = field(default_factory=dict, repr=False)

    def moved_elsewhere(self, stream_id: UUID) -> None:
        """Events of this stream were read from the log, so that another process may have parked it meanwhile."""
        self._moved.add(stream_id)

    def __call__(self, new: Sequence[Recorded]) -> list[Write]:
        """The writes of these events; a handler that raises parks its stream and the rest goes on.

        What passes by itself (a lock, a lost connection, a full disk) is raised: the whole is asked again later.
        """
        aside: Aside = set()
        writes = self.put_together(self.without(frozenset(), new, aside))
        self.keep(aside)
        return writes

    def without(
        self, suspects: frozenset[str], new: Sequence[Recorded], aside: Aside
    ) -> list[Write]:
        """As a call, with the ``suspects`` parked for these streams: used when the database refused a write. What it
        sets aside is put into ``aside``, to be kept by whoever knows that the writes were.

        One after another: whoever sends them puts them together, with those of others in the same transaction.
        """
        self._heed_others(new)
        writes: list[Write] = []
        for append in appends(new):
            steps, last = _together(append)
            for n in self._hearing(steps):
                projection = self.projections[n]
                for recorded in steps:
                    if suspects or n in self._ears(type(recorded.event)).hear:
                        writes += self._tell(projection, recorded, suspects, aside)
                for recorded in last:
                    if n in self._ears(type(recorded.event)).heed:
                        writes += self._settle(projection, recorded, aside)
        return writes

    def _hearing(self, steps: Iterable[Recorded]) -> Iterable[int]:
        """The projections to which an append of these events may say something, in their order."""
        here: set[int] = set()
        for recorded in steps:
            ears = self._ears(type(recorded.event))
            here |= ears.hear | ears.heed
        return sorted(here)

    def _ears(self, kind: type[Event[Any]]) -> _Ears:
        """Which projections an event of this kind may mean; all must know of one that cannot be read."""
        found = self._heard.get(kind)
        if found is None:
            every = [*enumerate(self.projections)]
            found = self._heard[kind] = _Ears(
                frozenset(n for n, p in every if kind is Unreadable or p.hears(kind)),
                frozenset(n for n, p in every if p.heeds(kind)),
            )
        return found

    def _heed_others(self, new: Sequence[Recorded]) -> None:
        """Looks again for the streams that moved elsewhere or are thought to be parked; for others nothing changed.

        A stream's park is committed with the event that caused it, so whoever has read that event sees it. Of other
        streams nothing is taken over: a neighbour's park in this very batch is not committed yet.
        """
        here = {r.stream_id for r in new}
        unsure = here & self._moved
        if self.look is None or not (unsure or any(i in here for _, i in self.parked)):
            return
        self._moved -= unsure  # before it looks: what moves from here on is looked for once more
        try:
            found = self.look()
        except BaseException:
            self._moved |= unsure
            raise
        with self._turn:
            self.parked = {p for p in self.parked if p[1] not in here} | {
                p for p in found if p[1] in here
            }

    def ways_out(self) -> Iterator[frozenset[str]]:
        """Which projections to suspect when the database refuses a write: none, each alone, all."""
        names = [p.name for p in self.projections]
        yield frozenset()
        for name in names:
            yield frozenset({name})
        yield frozenset(names)

    def keep(self, aside: Aside) -> None:
        """What a telling set aside stays so: its writes were committed."""
        if aside:
            with self._turn:
                self.parked = self.parked | aside

    def _tell(
        self, projection: Projection, r: Recorded, suspects: frozenset[str], aside: Aside
    ) -> Iterable[Write]:
        if self._is_aside(projection, r, aside):
            return []
        if projection.name in suspects:
            return _park(projection, r, RefusedByDatabase(), aside)
        if type(r.event) is Unreadable:
            return _park(projection, r, UnreadableEvent(), aside)
        try:
            return list(projection.writes(r))
        except Exception as error:
            if is_transient(error):
                raise
            # a projection's fault must not cost the event
            return _park(projection, r, error, aside)

    def _settle(self, projection: Projection, r: Recorded, aside: Aside) -> Iterable[Write]:
        """The heads, once an append, in the place of once an event."""
        if self._is_aside(projection, r, aside):
            return []
        try:
            return list(projection.settled(r))
        except Exception as error:
            if is_transient(error):
                raise
            return _park(projection, r, error, aside)

    def _is_aside(self, projection: Projection, r: Recorded, aside: Aside) -> bool:
        if not self.parked and not aside:
            return False
        this = projection.name, r.stream_id
        return this in self.parked or this in aside


def _park(projection: Projection, r: Recorded, error: Exception, aside: Aside) -> list[Write]:
    """Sets the stream aside, says so to the operator, and goes on. A suspicion may yet be taken back."""
    suspected = isinstance(error, RefusedByDatabase)
    logger.log(
        logging.WARNING if suspected else logging.ERROR,
        "%s %s at %s v%s for %s %s",
        "suspected" if suspected else "parked",
        projection.name,
        r.event.name,
        r.version,
        type(error).__name__,
        _where(error),
    )
    aside.add((projection.name, r.stream_id))
    return [park(projection.name, r, error)]


def _together(append: Sequence[Recorded]) -> tuple[list[Recorded], list[Recorded]]:
    """The events of an append, each with all of its stream; and the last of each stream with what stood before it."""
    of: dict[UUID, list[Recorded]] = {}
    for recorded in append:
        of.setdefault(recorded.stream_id, []).append(recorded)
    all_of = {stream: tuple(r.event for r in rs) for stream, rs in of.items()}
    return (
        [replace(r, steps=all_of[r.stream_id]) for r in append],
        [replace(rs[-1], before=rs[0].before, steps=all_of[s]) for s, rs in of.items()],
    )


def _where(error: Exception) -> str:
    """File and line of the fault; never its message, which may quote a value."""
    frames = traceback.extract_tb(error.__traceback__)
    return f"at {frames[-1].filename}:{frames[-1].lineno}" if frames else ""


class UnreadableEvent(Exception):
    """The event has a name or a shape that this code does not know."""


class RefusedByDatabase(Exception):
    """A write of the projection failed in the database; the server's log says which."""
