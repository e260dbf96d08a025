"""The store: states from streams and back, over the eventsourcing library and the log recorder.

States are kept in a bounded cache and brought up to date from the log at every use, so that several processes agree and
a long history is read once; what that came to is kept beside the log (``eventlog.snapshots``).
"""

from __future__ import annotations

import logging
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from threading import Lock
from typing import Any, Protocol, cast
from uuid import UUID

import msgspec
import psycopg
from eventsourcing.application import Application
from eventsourcing.persistence import Mapper, PersistenceError, StoredEvent
from eventsourcing.utils import EnvType

import domain.actions  # noqa: F401 - registers every event by name
from domain.codec import SUBJECT
from domain.kernel import STREAMS, State, evolve
from domain.replacing import replace
from domain.rulebook import Rulebook
from eventlog.entries import CommandEntry, Write
from eventlog.errors import WriteFailed
from eventlog.keyring import Keyring
from eventlog.mapper import EventMapper, scope_of
from eventlog.recorded import Recorded, Unreadable
from eventlog.recorder import LogRecorder
from eventlog.snapshots import LONG, SNAPSHOT, Snapshots

logger = logging.getLogger("yidang.log")
UNREADABLE = (KeyError, ValueError, TypeError, msgspec.ValidationError)
"""What decoding an unknown or changed shape raises."""


class Inline(Protocol):
    """The inline projections, as the store needs them."""

    def without(
        self, suspects: frozenset[str], new: Sequence[Recorded], aside: set[tuple[str, UUID]]
    ) -> Iterable[Write]:
        """The writes of these events, the ``suspects`` parked for their streams; ``aside``: what it has set aside."""

    def ways_out(self) -> Iterable[frozenset[str]]:
        """Which projections to suspect when the database refuses a write, least first; the last is all."""

    def keep(self, aside: set[tuple[str, UUID]]) -> None:
        """What was set aside stays so: the writes that say it were kept."""


class EventStore(Application[UUID]):
    """All streams, in one table ``es.event``."""

    name = "event"

    def __init__(
        self, env: EnvType, keyring: Keyring, *, cache_max: int = 20_000, long: int | None = LONG
    ) -> None:
        """``long``: so many events read to know a state make it worth keeping; None: no snapshot is read or kept."""
        self.keyring = keyring
        self._snapshots, self._long = Snapshots(keyring), long
        super().__init__(env)
        self._cache: OrderedDict[UUID, State] = OrderedDict()
        self._cache_max, self._lock = cache_max, Lock()
        self.epoch = 0
        """Passes when keys are destroyed: a state read before may say what nobody may read any more."""
        keyring.on_destroyed.append(self._forget_all)
        self.rulebook: Callable[[], Rulebook] = Rulebook.load
        """The rulebook with every change in the log (``eventlog.rulebook``); else that of the files."""
        self.on_caught_up: Callable[[UUID], None] = lambda _: None
        """Told of each stream whose events came from the log and not from this process."""

    def construct_mapper(self) -> Mapper[UUID]:
        """Events under domain names, personal values sealed."""
        return EventMapper(self.keyring)

    def close(self) -> None:
        """Gives every connection back: the library's pool, the appending one, the keyring's."""
        super().close()
        self.appending.close()
        self.keyring.close()

    @property
    def appending(self) -> LogRecorder:
        """The recorder, as what it is."""
        return cast("LogRecorder", self.recorder)

    def state(self, kind: type[State], stream_id: UUID) -> State:
        """The stream as it stands now; version 0 if it was never opened, or is one of another kind."""
        return self.states(kind, [stream_id])[stream_id]

    def states(self, kind: type[State], stream_ids: Sequence[UUID]) -> dict[UUID, State]:
        """Several streams of one kind as they stand now, in one exchange with the log."""
        with self._lock:
            known, epoch = {i: self._cache.get(i) for i in stream_ids}, self.epoch
        before = {i: s if isinstance(s, kind) else kind(id=i) for i, s in known.items()}
        since = self.appending.select_since(
            {i: s.version for i, s in before.items()}, self._grammar
        )
        now = {i: self._brought_on(before[i], stored) for i, stored in since.items()}
        self.remember(now, epoch)
        self._keep(now[i] for i, read in since.items() if self._long and len(read) >= self._long)
        return now

    @property
    def _grammar(self) -> str:
        """Of the snapshots that are read: none has an empty one."""
        return self._snapshots.grammar if self._long else ""

    def _keep(self, states: Iterable[State]) -> None:
        """Keeps snapshots. Whatever prevents it: the state is right, and the next who reads it tries again."""
        for state in states:
            try:
                box = self._snapshots.sealed(state) if state.version and self._grammar else None
                if box is not None:
                    self.appending.keep_snapshot(state.id, state.version, self._grammar, box)
            except (psycopg.Error, PersistenceError) as error:
                logger.warning("a snapshot was not kept: %s", type(error).__name__)

    def _begun(
        self,
        nothing: State,
        read: Sequence[StoredEvent],
        anew: Callable[[], Sequence[StoredEvent]],
    ) -> tuple[State, Sequence[StoredEvent]]:
        """Where these events begin: at nothing, or at the snapshot before them; ``anew`` where it is not believed."""
        if not read or read[0].topic != SNAPSHOT:
            return nothing, read
        version, box = read[0].originator_version, bytes(read[0].state)
        kept = self._snapshots.opened(type(nothing), nothing.id, version, box)
        return (nothing, anew()) if kept is None else (kept, read[1:])

    def _led_on(self, state: State, stored: Iterable[StoredEvent]) -> State:
        """The state after these events; an empty one where they are of another kind of stream."""
        kind = type(state)
        for one in stored:
            recorded = self.read(one)
            if recorded.stream != kind.stream:
                return kind(id=state.id)  # a unit's id, say, names no rule pack
            state = evolve(state, recorded.event)
        return state

    def _brought_on(self, state: State, since: Sequence[StoredEvent]) -> State:
        """The state after what was recorded since; told of, if there is anything."""
        if not state.version:
            state, since = self._begun(state, since, lambda: self.recorder.select_events(state.id))
        after = self._led_on(state, since)
        if since and after.version:
            self.on_caught_up(state.id)
        return after

    def history(self, stream_id: UUID) -> tuple[Recorded, ...]:
        """Every event of a stream, first to last."""
        return tuple(r for r in self.events.get(stream_id) if isinstance(r, Recorded))

    def remember(self, states: Mapping[UUID, State], epoch: int) -> None:
        """Keeps states for the next use, unless keys were destroyed since ``epoch``, when they were read."""
        with self._lock:
            if epoch != self.epoch:
                return
            for stream_id, state in states.items():
                if state.version:
                    self._cache[stream_id] = state
                    self._cache.move_to_end(stream_id)
            while len(self._cache) > self._cache_max:
                self._cache.popitem(last=False)

    def forget(self, stream_ids: Iterable[UUID]) -> None:
        """Reads these streams anew next time."""
        with self._lock:
            for stream_id in stream_ids:
                self._cache.pop(stream_id, None)

    def _forget_all(self) -> None:
        with self._lock:
            self.epoch += 1
            self._cache.clear()

    def append(
        self, new: Sequence[Recorded], *, command: CommandEntry, inline: Inline
    ) -> list[int]:
        """Records events, the command and their inline read models in one transaction; answers the positions."""
        self.keyring.ensure({scope_of(r.stream, r.stream_id, SUBJECT) for r in new})
        stored = [self.mapper.to_stored_event(r) for r in new]

        def attempt(suspects: frozenset[str]) -> list[int]:
            aside: set[tuple[str, UUID]] = set()

            def writes(positions: Sequence[int], _recorded_at: datetime) -> Iterable[Write]:
                aside.clear()  # of a batch that failed nothing was kept: all is told once more
                placed = [r.at(p) for r, p in zip(new, positions, strict=True)]
                return inline.without(suspects, placed, aside)

            kept = list(self.appending.insert_events(stored, command=command, writes=writes))
            inline.keep(aside)
            return kept

        failed: WriteFailed | None = None
        for suspects in inline.ways_out():  # a projection's fault costs its rows, never the event
            try:
                return attempt(suspects)
            except WriteFailed as error:
                failed = error
                logger.warning(
                    "an inline write failed (%s %s); its projection is looked for and parked",
                    type(error.cause).__name__,
                    getattr(error.cause, "sqlstate", ""),
                )
        assert failed is not None
        raise failed

    def command(self, command_id: UUID) -> CommandEntry | None:
        """What a command id was used for, if it was."""
        return self.appending.command(command_id)

    def read_on(self, after: int, limit: int) -> list[Recorded]:
        """The next events of the log in order, each with its stream's state after it.

        What this code cannot read comes as ``Unreadable``; it never stops the reading.
        """
        page = self.recorder.select_notifications(after, limit, inclusive_of_start=False)
        if not page:
            return []
        mapper = cast("EventMapper", self.mapper)
        self.keyring.fetch(set().union(*map(mapper.boxes_of, page)))
        earlier, book = self._before(page), self.rulebook()
        return [self._read_with_state(n, earlier, book) for n in page]

    def _before(self, page: Sequence[Any]) -> dict[UUID, Sequence[StoredEvent]]:
        """What came before this page in the streams whose state is not at hand, in one question."""
        first: dict[UUID, int] = {}
        for n in page:
            first.setdefault(n.originator_id, n.originator_version)
        with self._lock:
            missing = {
                stream_id: version
                for stream_id, version in first.items()
                if version > 1 and getattr(self._cache.get(stream_id), "version", 0) != version - 1
            }
        return self.appending.select_earlier(missing, self._grammar) if missing else {}

    def _read_with_state(
        self, n: Any, earlier: Mapping[UUID, Sequence[StoredEvent]], book: Rulebook
    ) -> Recorded:
        epoch = self.epoch
        try:
            read = self.read(n)
            before, after = self._folded(read, earlier, epoch)
        except UNREADABLE as error:
            logger.warning("cannot read %s: %s", n.topic, type(error).__name__)
            stamp = self.mapper.stamp_of(n)  # type: ignore[attr-defined]
            return Recorded(
                originator_id=n.originator_id,
                originator_version=n.originator_version,
                event=Unreadable.named(n.topic, stamp),
                position=n.id,
            )
        return replace(read, position=n.id, after=after, before=before, rulebook=book)

    def _folded(
        self, recorded: Recorded, earlier: Mapping[UUID, Sequence[StoredEvent]], epoch: int
    ) -> tuple[State, State]:
        """The states before and after it: from the one at hand, or from the stream's history."""
        stream_id, kind = recorded.stream_id, STREAMS[recorded.stream]
        with self._lock:
            known = self._cache.get(stream_id)
        state = kind(id=stream_id) if known is None else known
        if state.version != recorded.version - 1:
            state = self._of_history(kind, recorded, earlier.get(stream_id, ()))
        if state.version != recorded.version - 1:  # it left the cache in the middle of a page
            state = self._of_history(kind, recorded, self._before_it(recorded))
        after: State = evolve(state, recorded.event)
        self.remember({stream_id: after}, epoch)
        return state, after

    def _of_history(
        self, kind: type[State], recorded: Recorded, history: Sequence[StoredEvent]
    ) -> State:
        """The stream as this much of its history left it before the event."""
        nothing = kind(id=recorded.stream_id)
        state, history = self._begun(nothing, history, lambda: self._all_before(recorded))
        return self._led_on(
            state, (one for one in history if one.originator_version < recorded.version)
        )

    def _before_it(self, recorded: Recorded) -> Sequence[StoredEvent]:
        """The history of a stream up to this event, from its snapshot on."""
        stream_id = recorded.stream_id
        return self.appending.select_earlier({stream_id: recorded.version}, self._grammar)[
            stream_id
        ]

    def _all_before(self, recorded: Recorded) -> Sequence[StoredEvent]:
        """The same, from the first event on."""
        return self.recorder.select_events(recorded.stream_id, lte=recorded.version - 1)

    def read(self, notification: Any) -> Recorded:
        """An event from a page of the log."""
        recorded = self.mapper.to_domain_event(notification)
        assert isinstance(recorded, Recorded)
        return recorded
