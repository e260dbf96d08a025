"""Admission: how many requests run and wait at once, whose turn it is, and who is told to come back later.

A request asks to be admitted when its body is there, so that half-sent requests take nobody's place, and before
sign-in, so that a refusal costs next to nothing. Few run at once, few wait, briefly; the rest are refused early: 429 to
a caller who asks too much at once, 503 when the service is full, both with Retry-After.

Two lanes: the priority lane may use nearly all places, the ordinary lane leaves some free. Within a lane the groups
(roles) take turns: the next place goes to the group that holds fewest, and when the queue is full the group that waits
most gives way. So a flood by one group costs the others nothing but their turn.
"""

import asyncio
from collections import Counter, deque
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from typing import Protocol, TypeVar

from .documents import Prepared
from .errors import Code, CodedError

C_contra = TypeVar("C_contra", contravariant=True)


@dataclass(frozen=True, slots=True)
class Places:
    """Platform settings, for two cores; no clause speaks of them."""

    running: int = 24
    kept_for_priority: int = 8
    kept_for_ordinary: int = 4
    waiting: int = 48  # in each lane
    wait: float = 0.8  # seconds
    per_caller: int = 8  # running and waiting together
    streams_per_caller: int = 200  # event streams and sockets open at once


@dataclass(slots=True, eq=False)
class Ticket:
    """Who asks. ``caller`` is one person in one capacity, ``group`` those who share a turn."""

    caller: str
    group: str
    priority: bool = False
    turn: asyncio.Future[None] | None = None


class Lanes(Protocol[C_contra]):
    """Who goes first, as the application sees it; asked before sign-in, told after it."""

    def ticket(self, presented: Mapping[str, object], text: str) -> Ticket:
        """Of a request with these headers and this document's text."""

    def ticket_of(self, context: C_contra, text: str) -> Ticket:
        """Of an operation on a socket."""

    def signed_in(self, ticket: Ticket, context: C_contra) -> None:
        """The ticket's caller is known now."""

    def goes_first(self, prepared: Prepared, context: C_contra) -> bool:
        """Whether a ticket's priority is borne out by the operation."""


class OneLane:
    """Everybody alike."""

    def ticket(self, presented: Mapping[str, object], text: str) -> Ticket:
        """By the token presented."""
        del text
        return Ticket(caller=str(presented.get("authorization")), group="all")

    def ticket_of(self, context: object, text: str) -> Ticket:
        """By the context itself."""
        del text
        return Ticket(caller=str(id(context)), group="all")

    def signed_in(self, ticket: Ticket, context: object) -> None:
        """Nothing is remembered."""

    def goes_first(self, prepared: Prepared, context: object) -> bool:
        """Nobody does."""
        del prepared, context
        return False


@dataclass(slots=True)
class Lane:
    """The requests of one lane: by group, how many run and which wait, oldest first."""

    limit: int
    running: Counter[str] = field(default_factory=Counter)
    waiting: dict[str, deque[Ticket]] = field(default_factory=dict)

    @property
    def waiting_in_all(self) -> int:
        """How many wait."""
        return sum(map(len, self.waiting.values()))

    def has_room(self) -> bool:
        """Whether one more may run, as far as this lane goes."""
        return self.running.total() < self.limit

    def queue(self, ticket: Ticket) -> None:
        """To the end of its group."""
        self.waiting.setdefault(ticket.group, deque()).append(ticket)

    def next(self) -> Ticket | None:
        """Out of the queue: the oldest of the group that holds the fewest places."""
        if not self.waiting:
            return None
        group = min(self.waiting, key=lambda name: self.running[name])
        return self._take(group, newest=False)

    def give_way(self, to: str) -> Ticket | None:
        """Out of the full queue: the newest of the group that waits most, unless that is ``to`` itself."""
        longest = max(self.waiting, key=lambda name: len(self.waiting[name]))
        if len(self.waiting[longest]) <= len(self.waiting.get(to, ())) + 1:
            return None
        return self._take(longest, newest=True)

    def leave(self, ticket: Ticket) -> None:
        """One that waits no longer."""
        queue = self.waiting.get(ticket.group)
        if queue and ticket in queue:
            queue.remove(ticket)
            if not queue:
                del self.waiting[ticket.group]

    def _take(self, group: str, *, newest: bool) -> Ticket:
        queue = self.waiting[group]
        ticket = queue.pop() if newest else queue.popleft()
        if not queue:
            del self.waiting[group]
        return ticket


class Admission:
    """The places of one process; used on its event loop alone."""

    def __init__(self, places: Places, *, out_of_order: Callable[[], bool] = lambda: False) -> None:
        """``out_of_order``: the database does not answer, so that nothing is worth starting."""
        self._places = places
        self._out_of_order = out_of_order
        self._ordinary = Lane(places.running - places.kept_for_priority)
        self._priority = Lane(places.running - places.kept_for_ordinary)
        self._callers: Counter[str] = Counter()
        self._streams: Counter[str] = Counter()

    @property
    def running_in_all(self) -> int:
        """How many run."""
        return self._ordinary.running.total() + self._priority.running.total()

    @property
    def running_first(self) -> int:
        """How many of them hold places of the priority lane."""
        return self._priority.running.total()

    @asynccontextmanager
    async def place(self, ticket: Ticket) -> AsyncIterator[Ticket]:
        """A place for as long as the block runs. Raises CodedError THROTTLED or UNAVAILABLE, at once or in time."""
        if self._out_of_order():
            raise full()
        if self._callers[ticket.caller] >= self._places.per_caller:
            raise CodedError(Code.THROTTLED, headers={"Retry-After": "1"})
        self._callers[ticket.caller] += 1
        try:
            await self._admit(ticket)
            try:
                yield ticket
            finally:
                self._lane(ticket).running[ticket.group] -= 1
                self._hand_on()
        finally:
            self._callers[ticket.caller] -= 1
            if not self._callers[ticket.caller]:
                del self._callers[ticket.caller]

    @contextmanager
    def stream(self, ticket: Ticket) -> Iterator[None]:
        """One of the caller's open streams for as long as the block runs. Raises CodedError THROTTLED."""
        if self._streams[ticket.caller] >= self._places.streams_per_caller:
            raise CodedError(
                Code.THROTTLED,
                zh="同时打开的订阅过多",
                en="Too many open streams",
                headers={"Retry-After": "5"},
            )
        self._streams[ticket.caller] += 1
        try:
            yield
        finally:
            self._streams[ticket.caller] -= 1
            if not self._streams[ticket.caller]:
                del self._streams[ticket.caller]

    def demote(self, ticket: Ticket) -> None:
        """It only looked like a matter of priority: its place counts among the ordinary ones."""
        if ticket.priority:
            self._priority.running[ticket.group] -= 1
            ticket.priority = False
            self._ordinary.running[ticket.group] += 1

    def _lane(self, ticket: Ticket) -> Lane:
        return self._priority if ticket.priority else self._ordinary

    def _room(self, lane: Lane) -> bool:
        return lane.has_room() and self.running_in_all < self._places.running

    async def _admit(self, ticket: Ticket) -> None:
        lane = self._lane(ticket)
        if not lane.waiting and self._room(lane):
            lane.running[ticket.group] += 1
            return
        if lane.waiting_in_all >= self._places.waiting:
            turned_away = lane.give_way(ticket.group)
            if turned_away is None:
                raise full()
            if turned_away.turn is not None and not turned_away.turn.done():
                turned_away.turn.set_exception(full())
        ticket.turn = asyncio.get_running_loop().create_future()
        lane.queue(ticket)
        try:
            async with asyncio.timeout(self._places.wait):
                await ticket.turn
        except TimeoutError:
            self._give_back(lane, ticket)
            raise full() from None
        except BaseException:
            self._give_back(lane, ticket)
            raise

    def _give_back(self, lane: Lane, ticket: Ticket) -> None:
        """Out of the queue; and if the turn came in the very moment of leaving, to the next."""
        lane.leave(ticket)
        turn = ticket.turn
        if turn is not None and turn.done() and not turn.cancelled() and turn.exception() is None:
            lane.running[ticket.group] -= 1
            self._hand_on()

    def _hand_on(self) -> None:
        """Gives free places to those who wait, priority first."""
        for lane in (self._priority, self._ordinary):
            while self._room(lane) and (ticket := lane.next()):
                if ticket.turn is not None and not ticket.turn.done():
                    lane.running[ticket.group] += 1
                    ticket.turn.set_result(None)


def full() -> CodedError:
    """The service is full, or waits for its database."""
    return CodedError(Code.UNAVAILABLE, headers={"Retry-After": "1"})
