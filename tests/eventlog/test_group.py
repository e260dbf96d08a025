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
from eventlog.group import Group, Request
from eventlog.statements import encode
from tests.eventlog.conftest import event

WAIT_S = 60.0


class Batch:
    """A batch in the hands of its leader."""

    def __init__(self, requests: Sequence[Request], is_ending: Callable[[], None]) -> None:
        self.requests, self.is_ending, self.may_end = requests, is_ending, Event()


@pytest.fixture
def batches() -> Queue[Batch]:
    return Queue()


@pytest.fixture
def group(batches: Queue[Batch]) -> Group:
    def commit(requests: Sequence[Request], is_ending: Callable[[], None]) -> bool:
        batch = Batch(requests, is_ending)
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


def waiting(callers: ThreadPoolExecutor, group: Group, count: int) -> list[Future[Appended]]:
    """So many requests that have queued behind a leader."""
    asked = [callers.submit(group.submit, request()) for _ in range(count)]
    deadline = monotonic() + WAIT_S
    while len(group._waiting) < count:
        assert monotonic() < deadline
    return asked


def test_one_half_is_written_while_the_other_is_at_its_commit(
    group: Group, batches: Queue[Batch], callers: ThreadPoolExecutor
) -> None:
    alone = callers.submit(group.submit, request())
    first = batches.get(timeout=WAIT_S)
    others = waiting(callers, group, 3)
    first.is_ending()
    beside = batches.get(timeout=WAIT_S)
    assert len(beside.requests) == 3
    assert not alone.done(), "the first batch has not ended"
    for batch in (beside, first):
        batch.may_end.set()
    for asked in (alone, *others):
        assert asked.result(WAIT_S).positions == [1]
    assert batches.empty()


def test_a_few_wait_for_the_many_whose_commit_is_under_way(
    group: Group, batches: Queue[Batch], callers: ThreadPoolExecutor
) -> None:
    alone = callers.submit(group.submit, request())
    first = batches.get(timeout=WAIT_S)
    many = waiting(callers, group, 3)
    first.may_end.set()
    second = batches.get(timeout=WAIT_S)
    assert len(second.requests) == 3
    late = waiting(callers, group, 1)
    second.is_ending()
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
    second.is_ending()
    second.may_end.set()
    batches.get(timeout=WAIT_S).may_end.set()
    for asked in (alone, *many, *late):
        assert asked.result(WAIT_S).positions == [1]
    after = callers.submit(group.submit, request())
    batches.get(timeout=WAIT_S).may_end.set()
    assert after.result(WAIT_S).positions == [1]
