"""Group commit without a committer thread: whoever comes first leads, and writes for all who wait.

A leader takes its own request and what has queued meanwhile, commits the batch, and hands the lead
to the first who still waits. Once it only waits for its COMMIT to end, the next batch may already
begin, if it is worth an fsync of its own: so one half of many writers is told while the other half is
written. One writer alone pays no hand-over; thirty-two share a transaction, a lock and an fsync.
"""

from __future__ import annotations

import threading
from collections import deque
from dataclasses import dataclass, field
from time import monotonic
from typing import TYPE_CHECKING

from eventlog.errors import LogUnavailable

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Sequence

    from eventsourcing.persistence import StoredEvent

    from eventlog.entries import Appended, CommandEntry, Writes
    from eventlog.statements import Encoded

MAX_EVENTS = 1000  # of one batch: bounds the statement's size and how long a follower waits
WORTH = (
    2  # a batch begins beside one that is at its COMMIT if it is no smaller than this part of it
)
IN_FLIGHT_S = 10.0  # a batch ends well before; so a broken leader does not hold others


@dataclass(slots=True, eq=False)
class Request:
    """One caller's append, and its answer once ``settle`` or ``fail`` was called."""

    events: Sequence[StoredEvent]
    encoded: Encoded
    command: CommandEntry | None
    writes: Writes
    deadline: float  # monotonic seconds
    leads: bool = False
    # A plain lock, held until the request is woken: an Event would cost a condition a request.
    asleep: threading.Lock = field(default_factory=threading.Lock)
    appended: Appended | None = None
    error: Exception | None = None

    @property
    def settled(self) -> bool:
        """Whether the answer is there."""
        return self.appended is not None or self.error is not None

    def keys(self) -> set[Hashable]:
        """What two requests of one batch may not share: streams and command id."""
        keys: set[Hashable] = {e.originator_id for e in self.events}
        if self.command is not None:
            keys.add(("command", self.command.command_id))
        return keys

    def answer(self) -> Appended:
        """The outcome of the append. Raises its typed error."""
        if self.error is not None:
            raise self.error
        if self.appended is None:
            raise LogUnavailable("unknown", "the batch ended without an answer")
        return self.appended


class Group:
    """The queue of waiting requests, and who leads."""

    def __init__(self, commit: Callable[[Sequence[Request], Callable[[], None]], bool]) -> None:
        """``commit`` settles every request of a batch; it answers whether the log is there at all.

        It may call what it is given beside the batch when the next batch may begin.
        """
        self._commit = commit
        self._lock = threading.Lock()
        self._waiting: deque[Request] = deque()
        self._led = False
        self._ending: Sequence[Request] = ()
        """The batch that only waits for its COMMIT, while nobody leads after it."""

    def submit(self, request: Request) -> Appended:
        """Have the request committed, by this thread or another: its answer, or its error raised."""
        with self._lock:
            if self._led and not self._is_worth_it(1):
                request.asleep.acquire()
                self._waiting.append(request)
            else:
                self._led = request.leads = True
                self._ending = ()
        if not request.leads:
            self._await(request)
        if request.leads:
            self._lead(request)
        return request.answer()

    def _await(self, request: Request) -> None:
        """Wait to be settled or to be handed the lead; never for ever."""
        try:
            if request.asleep.acquire(timeout=max(0.0, request.deadline - monotonic())):
                return
            with self._lock:
                if request in self._waiting:
                    self._waiting.remove(request)
                    request.error = LogUnavailable("not_written", "no turn before the deadline")
                    return
            # Taken into a batch just now: that batch is bounded by its leader's limits. Without an
            # answer by then ``answer`` says that the outcome is unknown.
            request.asleep.acquire(timeout=IN_FLIGHT_S)
        except BaseException:
            self._leave(request)
            raise

    def _leave(self, request: Request) -> None:
        """An interrupted follower takes itself out, and passes the lead on if it was just given it."""
        with self._lock:
            if request in self._waiting:
                self._waiting.remove(request)
            heir = self._heir() if request.leads else None
        if heir is not None:
            heir.asleep.release()

    def _is_worth_it(self, more: int) -> bool:
        """Under the lock: whether those who wait, and so many more, may begin beside a batch that is ending."""
        return 0 < len(self._ending) <= WORTH * (len(self._waiting) + more)

    def _lead(self, request: Request) -> None:
        with self._lock:
            batch = self._take(request)
        said = False

        def is_ending() -> None:
            nonlocal said
            if said:
                return
            said = True
            with self._lock:
                self._ending = batch
                heir = self._heir() if self._is_worth_it(0) else None
            if heir is not None:
                heir.asleep.release()

        available = True
        try:
            available = self._commit(batch, is_ending)
        finally:
            with self._lock:
                leads = not said or self._ending is batch  # else others do
                turned_away = [] if available or not leads else list(self._waiting)
                if turned_away:
                    self._waiting.clear()
                heir = self._heir() if leads else None
            # Without a database those in line would wait out the same limits one after another.
            for waiting in turned_away:
                waiting.error = LogUnavailable("not_written", "the batch before met no database")
            # The heir last: the others bring their next request into its batch.
            for woken in (*batch, *turned_away, heir):
                if woken is not None and woken is not request:
                    woken.asleep.release()

    def _take(self, first: Request) -> list[Request]:
        """The leader's request and those that wait, but not two of one stream: that waits its turn."""
        batch, held, seen = [first], deque[Request](), first.keys()
        events = len(first.events)
        while self._waiting and events < MAX_EVENTS:
            request = self._waiting.popleft()
            keys = request.keys()
            if seen.isdisjoint(keys):
                batch.append(request)
                events += len(request.events)
            else:
                held.append(request)
            seen |= keys
        self._waiting.extendleft(reversed(held))
        return batch

    def _heir(self) -> Request | None:
        """Under the lock: who leads next, if anyone waits."""
        self._ending = ()
        if not self._waiting:
            self._led = False
            return None
        heir = self._waiting.popleft()
        heir.leads = True
        return heir
