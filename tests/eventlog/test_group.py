"""Who leads, and what is committed together. The commit is the test's own: it ends when it is told to."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import UTC, datetime
from queue import Queue
from threading import Event
from time import monotonic
from uuid import uuid4

import pytest

from eventlog.entries import Appended
from eventlog.errors import LogUnavailable
from eventlog.group import ROWS, Group, Request
from eventlog.statements import encode
from tests.eventlog.conftest import event

WAIT_S = 60.0


class Batch:
    """A batch in the hands of its leader."""

    def __init__(self, requests: Sequence[Request], sent: Callable[[], None]) -> None:
        self.requests, self.sent, self.may_end = requests, sent, Event()


@pytest.fixture
def batches() -> Queue[Batch]:
    return Queue()


@pytest.fixture
def group(batches: Queue[Batch]) -> Group:
    def commit(requests: Sequence[Request], sent: Callable[[], None]) -> bool:
        batch = Batch(requests, sent)
        batches.put(batch)
        assert batch.may_end.wait(WAIT_S)
        for request in requests:
            request.appended = Appended([1], [b""], datetime(2026, 1, 1, tzinfo=UTC))
        return True

    return Group(commit)


@pytest.fixture
def callers() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(8) as pool:
        yield pool


def request() -> Request:
    stored = [event(uuid4(), 1)]
    return Request(
        events=stored,
        encoded=encode(stored, ["case"], None),
        command=None,
        writes=(),
        deadline=monotonic() + WAIT_S,
    )


def waiting(
    callers: ThreadPoolExecutor, group: Group, count: int, before: int = 0
) -> list[Future[Appended]]:
    """So many requests that have queued behind a leader, and behind those before them."""
    asked = [callers.submit(group.submit, request()) for _ in range(count)]
    in_line(group, before + count)
    return asked


def in_line(group: Group, count: int) -> None:
    deadline = monotonic() + WAIT_S
    while len(group._waiting) < count:
        assert monotonic() < deadline


def test_one_half_is_sent_while_the_other_is_written(
    group: Group, batches: Queue[Batch], callers: ThreadPoolExecutor
) -> None:
    alone = callers.submit(group.submit, request())
    first = batches.get(timeout=WAIT_S)
    others = waiting(callers, group, 3)
    first.sent()
    beside = batches.get(timeout=WAIT_S)
    assert len(beside.requests) == 3
    assert not alone.done(), "the first batch has not ended"
    for batch in (beside, first):
        batch.may_end.set()
    for asked in (alone, *others):
        assert asked.result(WAIT_S).positions == [1]
    assert batches.empty()


def test_a_few_wait_for_the_many_that_are_under_way(
    group: Group, batches: Queue[Batch], callers: ThreadPoolExecutor
) -> None:
    alone = callers.submit(group.submit, request())
    first = batches.get(timeout=WAIT_S)
    many = waiting(callers, group, 3)
    first.may_end.set()
    second = batches.get(timeout=WAIT_S)
    assert len(second.requests) == 3
    late = waiting(callers, group, 1)
    second.sent()
    assert len(group._waiting) == 1, "one is no half of three"
    worth_it = callers.submit(group.submit, request())
    third = batches.get(timeout=WAIT_S)
    assert len(third.requests) == 2, "whoever makes it worth while leads at once"
    for batch in (third, second):
        batch.may_end.set()
    for asked in (alone, *many, *late, worth_it):
        assert asked.result(WAIT_S).positions == [1]


def test_whoever_waits_when_a_batch_has_ended_is_not_forgotten(
    group: Group, batches: Queue[Batch], callers: ThreadPoolExecutor
) -> None:
    alone = callers.submit(group.submit, request())
    first = batches.get(timeout=WAIT_S)
    many = waiting(callers, group, 3)
    first.may_end.set()
    second = batches.get(timeout=WAIT_S)
    late = waiting(callers, group, 1)
    second.sent()
    second.may_end.set()
    batches.get(timeout=WAIT_S).may_end.set()
    for asked in (alone, *many, *late):
        assert asked.result(WAIT_S).positions == [1]
    after = callers.submit(group.submit, request())
    batches.get(timeout=WAIT_S).may_end.set()
    assert after.result(WAIT_S).positions == [1]


def test_beside_two_batches_no_third_begins(
    group: Group, batches: Queue[Batch], callers: ThreadPoolExecutor
) -> None:
    asked, under_way = [], []
    for _ in range(2):
        asked.append(callers.submit(group.submit, request()))
        under_way.append(batches.get(timeout=WAIT_S))
        under_way[-1].sent()
    asked += waiting(callers, group, 3)
    assert batches.empty()
    under_way[0].may_end.set()
    third = batches.get(timeout=WAIT_S)
    assert len(third.requests) == 3
    for batch in (third, under_way[1]):
        batch.may_end.set()
    for one in asked:
        assert one.result(WAIT_S).positions == [1]


class Impatient:
    """Stands in for what a request waits at: it does so until its time is ``over``, or until somebody wakes it."""

    def __init__(self) -> None:
        self.over = Event()

    def acquire(self, timeout: float | None = None) -> bool:
        return timeout is None or not self.over.wait(WAIT_S)

    def release(self) -> None:
        self.over.set()


@pytest.mark.parametrize("at_once", [True, False])
def test_whoever_waits_no_longer_keeps_nobody_asleep(
    group: Group, batches: Queue[Batch], callers: ThreadPoolExecutor, *, at_once: bool
) -> None:
    """Those of a batch wake one another: one that left before, or just when it was woken, must not break the row."""
    impatient = request()
    impatient.asleep = Impatient()  # type: ignore[assignment]
    alone = callers.submit(group.submit, request())
    first = batches.get(timeout=WAIT_S)
    asked = waiting(callers, group, 2)
    left = callers.submit(group.submit, impatient)
    in_line(group, 3)
    asked += waiting(callers, group, ROWS, before=3)
    first.may_end.set()
    second = batches.get(timeout=WAIT_S)
    assert second.requests[2] is impatient
    if at_once:
        impatient.asleep.release()
        with pytest.raises(LogUnavailable):
            left.result(WAIT_S)
    second.may_end.set()
    for one in (alone, *asked):
        assert one.result(WAIT_S).positions == [1]
    assert at_once or left.result(WAIT_S).positions == [1]
