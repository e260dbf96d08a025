"""Admission: how many requests run and wait at once, whose turn it is, and who is told to come back later.

A request asks to be admitted when its body is there, so that half-sent requests take nobody's place, and before
sign-in, so that a refusal costs next to nothing. Few run at once, few wait, briefly; the rest are refused early: 429 to
a caller who asks too much at once, 503 when the service is full, both with Retry-After.

Two lanes: the priority lane may use nearly all places, the ordinary lane leaves some free. Within a lane the groups
(roles) take turns: the next place goes to the group that holds fewest, and when the queue is full the group that waits
most gives way. So a flood by one group costs the others nothing but their turn.
"""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from typing import Protocol, TypeVar

from .documents import Prepared
from .errors import Code, CodedError
from .lane import Lane, Stage, Ticket, Turn, Verdict

C_contra = TypeVar("C_contra", contravariant=True)


@dataclass(frozen=True, slots=True)
class Places:
    """Platform settings, for two cores; no clause speaks of them."""

    running: int = 112  # under a flood each takes long while the processor idles: ADR 0033
    kept_for_priority: int = 8
    kept_for_ordinary: int = 4
    waiting: int = 48  # in each lane
    wait: float = 0.8  # seconds
    per_caller: int = 8  # running and waiting together
    streams_per_caller: int = 200  # event streams and sockets open at once


class Lanes(Protocol[C_contra]):
    """Who goes first, as the application sees it; asked before sign-in, told after it."""

    def caller(self, presented: Mapping[str, object]) -> str:
        """Who presents these headers, as far as they tell: one session of one person."""

    def ticket(self, caller: str, text: str) -> Ticket:
        """Of this caller's request, with this document's text."""

    def ticket_of(self, context: C_contra, text: str) -> Ticket:
        """Of an operation on a socket."""

    def signed_in(self, ticket: Ticket, context: C_contra) -> None:
        """The ticket's caller is known now."""

    def goes_first(self, prepared: Prepared, context: C_contra) -> bool:
        """Whether a ticket's priority is borne out by the operation."""


class OneLane:
    """Everybody alike."""

    def caller(self, presented: Mapping[str, object]) -> str:
        """The token presented."""
        return str(presented.get("authorization"))

    def ticket(self, caller: str, text: str) -> Ticket:
        """By the caller alone."""
        del text
        return Ticket(caller=caller, group="all")

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
        self._waiting: dict[Ticket, None] = {}  # of both lanes, the first who came first
        self._watch: asyncio.TimerHandle | None = None
        self.refused: Counter[Verdict] = Counter()
        """How many were turned away, and why."""

    @property
    def waiting_in_all(self) -> int:
        """How many wait."""
        return len(self._waiting)

    @property
    def streams_in_all(self) -> int:
        """How many event streams and sockets are open."""
        return self._streams.total()

    @property
    def running_in_all(self) -> int:
        """How many run."""
        return self._ordinary.held + self._priority.held

    @property
    def running_first(self) -> int:
        """How many of them hold places of the priority lane."""
        return self._priority.held

    def knock(self, ticket: Ticket, turn: Turn) -> Verdict:
        """Asks for a place; who waits hears more through ``turn``. Who runs or waits must ``leave``."""
        verdict = self._answer(ticket, turn)
        if verdict is Verdict.FULL or verdict is Verdict.THROTTLED:
            self.refused[verdict] += 1
        return verdict

    def _answer(self, ticket: Ticket, turn: Turn) -> Verdict:
        if self._out_of_order():
            return Verdict.FULL
        if self._callers.get(ticket.caller, 0) >= self._places.per_caller:
            return Verdict.THROTTLED
        lane = self._lane(ticket)
        if not lane.waiting and self._room(lane):
            self._callers[ticket.caller] += 1
            self._runs(lane, ticket)
            return Verdict.RUNS
        if lane.waiting_in_all >= self._places.waiting:
            turned_away = lane.give_way(ticket.group)
            if turned_away is None:
                return Verdict.FULL
            self._turn_away(turned_away)
        self._callers[ticket.caller] += 1
        self._waits(lane, ticket, turn)
        return Verdict.WAITS

    def leave(self, ticket: Ticket) -> None:
        """Out of the place or the queue, if it is in either."""
        stage, ticket.stage = ticket.stage, Stage.OUTSIDE
        if stage is Stage.OUTSIDE:
            return
        self._callers[ticket.caller] -= 1
        if not self._callers[ticket.caller]:
            del self._callers[ticket.caller]
        if stage is Stage.WAITING:
            self._lane(ticket).leave(ticket)
            del self._waiting[ticket]
        else:
            self._lane(ticket).end(ticket.group)
            if self._waiting:
                self._hand_on()

    @asynccontextmanager
    async def place(self, ticket: Ticket) -> AsyncIterator[Ticket]:
        """A place for as long as the block runs. Raises CodedError THROTTLED or UNAVAILABLE, at once or in time."""
        waiter = Waiter()
        try:
            verdict = self.knock(ticket, waiter)
            if verdict is Verdict.WAITS:
                await waiter.turn
            elif verdict is not Verdict.RUNS:
                raise refusal(verdict)
            yield ticket
        finally:
            self.leave(ticket)

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
            self._priority.end(ticket.group)
            ticket.priority = False
            self._ordinary.begin(ticket.group)

    def _lane(self, ticket: Ticket) -> Lane:
        return self._priority if ticket.priority else self._ordinary

    def _room(self, lane: Lane) -> bool:
        return lane.has_room() and self.running_in_all < self._places.running

    def _runs(self, lane: Lane, ticket: Ticket) -> None:
        lane.begin(ticket.group)
        ticket.stage = Stage.RUNNING

    def _waits(self, lane: Lane, ticket: Ticket, turn: Turn) -> None:
        loop = asyncio.get_running_loop()
        ticket.turn, ticket.stage = turn, Stage.WAITING
        ticket.until = loop.time() + self._places.wait
        lane.queue(ticket)
        self._waiting[ticket] = None
        if self._watch is None:
            self._watch = loop.call_at(ticket.until, self._turn_away_the_late)

    def _turn_away_the_late(self) -> None:
        """All wait equally long at most, so that the first who came is the first to be late; one timer serves all."""
        loop, self._watch = asyncio.get_running_loop(), None
        while self._waiting:
            ticket = next(iter(self._waiting))
            if ticket.until > loop.time():
                self._watch = loop.call_at(ticket.until, self._turn_away_the_late)
                return
            self._lane(ticket).leave(ticket)
            self._turn_away(ticket)

    def _turn_away(self, ticket: Ticket) -> None:
        """One who was taken out of its queue."""
        self.refused[Verdict.FULL] += 1
        del self._waiting[ticket]
        ticket.stage = Stage.OUTSIDE
        self._callers[ticket.caller] -= 1
        if not self._callers[ticket.caller]:
            del self._callers[ticket.caller]
        if ticket.turn is not None:
            ticket.turn.refused()

    def _hand_on(self) -> None:
        """Gives free places to those who wait, priority first."""
        for lane in (self._priority, self._ordinary):
            while self._room(lane) and (ticket := lane.next()):
                del self._waiting[ticket]
                self._runs(lane, ticket)
                if ticket.turn is not None:
                    ticket.turn.granted()


class Waiter:
    """A turn that is awaited."""

    def __init__(self) -> None:
        self.turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def granted(self) -> None:
        """Awaits no more; who was cancelled in this very moment leaves by itself."""
        if not self.turn.done():
            self.turn.set_result(None)

    def refused(self) -> None:
        """Awaits in vain."""
        if not self.turn.done():
            self.turn.set_exception(full())


def refusal(verdict: Verdict) -> CodedError:
    """What is told to one who may neither run nor wait."""
    code = Code.THROTTLED if verdict is Verdict.THROTTLED else Code.UNAVAILABLE
    return CodedError(code, headers={"Retry-After": "1"})


def full() -> CodedError:
    """The service is full, or waits for its database."""
    return refusal(Verdict.FULL)
