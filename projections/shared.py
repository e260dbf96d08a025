"""Reads of one kind that are asked at the same time share a transaction: it is begun once, and opened once for all.

A *kind* is what they have in common: the same capacity with the same plan. Who asks while nothing of the kind is on its
way is sent at once and waits for nobody. While some segments of a kind are on their way, whoever asks next waits for
one of them to be answered, and what has come together by then goes as one, a few at a time; what they ask alike is one
statement (``projections.joined``), with the conditions and limits of each. No two people ever share one.

One that fails is put again request by request, so that an error stays of one request.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import islice
from typing import Final, Generic, TypeVar

from psycopg.pq.abc import PGresult

from projections.joined import Rows, joined, parts
from projections.pipeline import Call, Failed, Lost, Pipelines

K = TypeVar("K", bound=Hashable)
R = TypeVar("R")
MOST: Final = 8
"""Requests in one segment: with so many most of the opening is saved, and the answers still come one part at a time."""
UNDER_WAY: Final = 3
"""Segments of a kind at once: each of two connections reads one while another is answered."""
TOO_LONG: Final = "57014"
"""PostgreSQL's code of a statement that was given up."""

Results = tuple[PGresult, list[Rows]]
"""Of the opening, and of each of the request's own calls."""
Answer = asyncio.Future[Results]
Segment = asyncio.Future[list[PGresult]]


@dataclass(slots=True, eq=False)
class _Asked(Generic[R]):
    request: R
    calls: Sequence[Call]
    answer: Answer


@dataclass(slots=True, eq=False)
class _Kind(Generic[R]):
    """What waits, and how many segments are on their way."""

    waiting: list[_Asked[R]] = field(default_factory=list)
    under_way: int = 0
    due: bool = False


@dataclass(slots=True, eq=False)
class _Batch(Generic[R]):
    """What goes as one. ``calls``: of each what is asked of all of them at once; None where each asks for itself."""

    of: list[_Asked[R]]
    calls: list[Call] | None = None

    def sent(self) -> Iterator[Call]:
        """Behind the opening."""
        if len(self.of) > 1:
            alike = [
                joined(calls) for calls in zip(*[asked.calls for asked in self.of], strict=True)
            ]
            if all(alike):
                self.calls = [call for call in alike if call is not None]
        if self.calls is not None:
            yield from self.calls
        else:
            for asked in self.of:
                yield from asked.calls

    def too_slow(self) -> None:
        """A statement has so much time: what needs much of it is asked by each for itself from now on."""
        for statement, _ in self.of[0].calls:
            statement.varies = None

    def answered(self, segment: Segment) -> None:
        """Gives each its own of the results, or all the same error."""
        error = segment.exception()
        if error is not None:
            for asked in self.of:
                if not asked.answer.done():
                    asked.answer.set_exception(error)
            return
        opened, *results = segment.result()
        for asked, rows in zip(self.of, self._rows(results), strict=True):
            if not asked.answer.done():
                asked.answer.set_result((opened, rows))

    def _rows(self, results: Sequence[PGresult]) -> Iterator[list[Rows]]:
        if self.calls is None:
            left = map(Rows.all_of, results)
            for asked in self.of:
                yield list(islice(left, len(asked.calls)))
        else:
            each = zip(self.of[0].calls, self.calls, results, strict=True)
            told = [parts(call, sent, result, len(self.of)) for call, sent, result in each]
            yield from map(list, zip(*told, strict=True))


class Shared(Generic[K, R]):
    """``put`` answers a future of the results. All requests of one kind make the same calls, with values of their own.

    ``opening``: the call a segment of a kind begins with, for these requests.
    """

    def __init__(self, pipelines: Pipelines, opening: Callable[[K, Sequence[R]], Call]) -> None:
        self._pipelines, self._opening = pipelines, opening
        self._kinds: dict[K, _Kind[R]] = {}

    def put(self, of: K, request: R, calls: Sequence[Call]) -> Answer:
        """The future raises ``Failed`` or ``Lost``, or what went wrong before it was sent."""
        answer: Answer = asyncio.get_running_loop().create_future()
        kind = self._kinds.get(of)
        if kind is None:
            kind = self._kinds[of] = _Kind()
        kind.waiting.append(_Asked(request, calls, answer))
        self._set_off(of, kind)
        return answer

    def _set_off(self, of: K, kind: _Kind[R]) -> None:
        """Once all is done that is due now: whoever asks in the same turn goes along."""
        if not kind.due and kind.under_way < UNDER_WAY:
            kind.due = True
            asyncio.get_running_loop().call_soon(self._send, of, kind)

    def _send(self, of: K, kind: _Kind[R]) -> None:
        """Those who came first; whoever went away meanwhile is left out."""
        kind.due = False
        while kind.waiting and kind.under_way < UNDER_WAY:
            batch = _Batch([asked for asked in kind.waiting[:MOST] if not asked.answer.done()])
            del kind.waiting[:MOST]
            if batch.of:
                kind.under_way += 1
                self._put(of, batch, partial(self._ended, of, kind, batch))
        if not kind.under_way:
            del self._kinds[of]

    def _put(self, of: K, batch: _Batch[R], ended: Callable[[Segment], None]) -> None:
        try:
            opening = self._opening(of, [asked.request for asked in batch.of])
            segment = self._pipelines.put([opening, *batch.sent()])
        except Exception as error:  # noqa: BLE001 - whatever it is, it is told to those who wait
            segment = asyncio.get_running_loop().create_future()
            segment.set_exception(error)
        segment.add_done_callback(ended)

    def _ended(self, of: K, kind: _Kind[R], batch: _Batch[R], segment: Segment) -> None:
        kind.under_way -= 1
        if kind.waiting:
            self._set_off(of, kind)
        elif not kind.under_way and not kind.due:
            del self._kinds[of]
        error = segment.exception()
        if len(batch.of) > 1 and error is not None and not isinstance(error, Lost):
            if isinstance(error, Failed) and error.sqlstate == TOO_LONG:
                batch.too_slow()
            for asked in batch.of:
                if not asked.answer.done():
                    alone = _Batch([asked])
                    self._put(of, alone, alone.answered)
        else:
            batch.answered(segment)
