"""Group commit without a committer thread: whoever comes first leads, and writes for all who wait.

A leader takes its own request and what has queued meanwhile, commits the batch, and hands the lead
to the first who still waits. Once all of its batch is with the server, the next may be sent after it, if
it is worth an fsync of its own: so one half of many writers is told while the other half is written, and
the server finds the next batch at the log's lock when it has ended one. One writer alone pays no
hand-over; thirty-two share a transaction, a lock and an fsync.

Those of a batch wake one another, in a few rows. Woken all at once they would quarrel about the interpreter's lock,
which only one of them can have: that cost more than all else an append does in this process.
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
AT_ONCE = 2  # batches under way: one at work on the server, one that stands at the log's lock
WORTH = 2  # a batch begins beside another if it is no smaller than the last two by this many
ROWS = 3  # in which a batch is woken: on a busy machine one alone is only as fast as each of it gets a processor
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
    after: Request | None = None  # whom of its row it wakes when it is woken
    gone: bool = False  # it waits no longer: nobody can be woken through it
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

        It may call what it is given beside the batch once the server has all of it: then the next may begin.
        """
        self._commit = commit
        self._lock = threading.Lock()
        self._waiting: deque[Request] = deque()
        self._led = False
        """Whether somebody has a batch that is not yet with the server."""
        self._under_way = self._last = self._before = 0
        """How many batches have not ended, and how many requests the last two took."""

    def submit(self, request: Request) -> Appended:
        """Have the request committed, by this thread or another: its answer, or its error raised."""
        with self._lock:
            if self._may_begin(1):
                self._led = request.leads = True
            else:
                request.asleep.acquire()
                self._waiting.append(request)
        if not request.leads:
            self._await(request)
        if request.leads:
            self._lead(request)
        return request.answer()

    def _await(self, request: Request) -> None:
        """Wait to be settled or to be handed the lead; never for ever. Then wake the next of the row."""
        woken = False
        try:
            woken = request.asleep.acquire(timeout=max(0.0, request.deadline - monotonic()))
            if not woken and not self._withdrawn(request):
                # Taken into a batch just now: that batch is bounded by its leader's limits. Without an
                # answer by then ``answer`` says that the outcome is unknown.
                woken = request.asleep.acquire(timeout=IN_FLIGHT_S)
        except BaseException:
            self._leave(request)
            raise
        finally:
            if not woken:
                with self._lock:
                    request.gone = True
            if request.after is not None:
                request.after.asleep.release()

    def _withdrawn(self, request: Request) -> bool:
        """Takes a request whose time is over out of the queue, if it still stands there."""
        with self._lock:
            if request not in self._waiting:
                return False
            self._waiting.remove(request)
        request.error = LogUnavailable("not_written", "no turn before the deadline")
        return True

    def _leave(self, request: Request) -> None:
        """An interrupted follower takes itself out, and passes the lead on if it was just given it."""
        with self._lock:
            if request in self._waiting:
                self._waiting.remove(request)
            if request.leads:
                self._led = False
            heir = self._heir()
        if heir is not None:
            heir.asleep.release()

    def _may_begin(self, more: int) -> bool:
        """Under the lock: whether those who wait, and so many more, may begin, be it beside another batch."""
        if self._led or not self._under_way:
            return not self._led
        worth = (len(self._waiting) + more) * WORTH >= self._last + self._before
        return worth and self._under_way < AT_ONCE

    def _lead(self, request: Request) -> None:
        with self._lock:
            batch = self._take(request)
            self._under_way += 1
            self._before, self._last = self._last, len(batch)
        is_sent = False

        def sent() -> None:
            nonlocal is_sent
            if is_sent:
                return
            is_sent = True
            with self._lock:
                self._led = False
                heir = self._heir()
            if heir is not None:
                heir.asleep.release()

        available = True
        try:
            available = self._commit(batch, sent)
        finally:
            with self._lock:
                self._under_way -= 1
                self._led = self._led and is_sent  # by another, who began when this one was sent
                turned_away = [] if available or self._led else list(self._waiting)
                # Without a database those in line would wait out the same limits one after another.
                for waiting in turned_away:
                    self._waiting.popleft()
                    waiting.error = LogUnavailable(
                        "not_written", "the batch before met no database"
                    )
                # The heir first: it sends the next batch while the others only come back to their callers.
                woken = (self._heir(), *_in_rows((*batch, *turned_away), request))
            for one in woken:
                if one is not None:
                    one.asleep.release()

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
        """Under the lock: who leads next, if anyone waits and may begin."""
        if not self._waiting or not self._may_begin(0):
            return None
        heir = self._waiting.popleft()
        self._led = heir.leads = True
        return heir


def _in_rows(settled: Sequence[Request], leader: Request) -> list[Request]:
    """Under the lock: lets each wake the next of its row. The first of each, whom the leader wakes."""
    asleep = [request for request in settled if request is not leader and not request.gone]
    for request, after in zip(asleep, asleep[ROWS:], strict=False):
        request.after = after
    return asleep[:ROWS]
