"""Many look at one queue: what moves is read and answered once, and each still has it whole, in order, by right."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime
from time import monotonic
from uuid import UUID, uuid4

import httpx
import orjson
import pytest
from graphql import ExecutionResult

from schema.fanout import answered
from schema.queue_changes import Account, Place, QueueChange, QueueChangeKind
from schema.transport.errors import Code, CodedError
from schema.view import INBOX_MAX, Inbox, View, taken, taken_together
from tests.journeys.children import left_behind_girl
from tests.journeys.live import WAIT_S
from tests.journeys.living_alone import reported
from tests.journeys.world import World

MORNING = datetime(2025, 3, 3, tzinfo=UTC)


def figures(world: World, name: str, wanted: int) -> int:
    """What ``/metrics`` comes to tell."""
    until = monotonic() + WAIT_S
    while True:
        told = httpx.get(f"{world.url}/metrics", timeout=WAIT_S).text
        (line,) = re.findall(rf"^yidang_{name} (\d+)$", told, re.MULTILINE)
        if int(line) == wanted or monotonic() > until:
            return int(line)


def test_each_of_many_readers_gets_every_change_once(world: World) -> None:
    child = left_behind_girl(world)
    police = world.as_("fj_police")
    with ExitStack() as open_:
        many = [open_.enter_context(police.listen("fj_police", "Q-01")) for _ in range(5)]
        many += [open_.enter_context(police.listen("fj_police", "Q-01", over="ws"))]
        head = {live.caught_up()[-1]["position"] for live in many}
        assert len(head) == 1
        assert figures(world, "followers", 6) == figures(world, "streams_open", 6) == 6
        case_id = reported(world, child)
        told = [live.next() for live in many]
        police.done("acceptReport", case_id)
        then = [live.next() for live in many]
    assert told == [told[0]] * 6
    assert told[0]["kind"] == "CHANGED"
    assert told[0]["item"]["caseId"] == str(case_id)
    assert then == [then[0]] * 6
    assert then[0]["position"] > told[0]["position"]


def test_the_view_is_gone_when_nobody_looks(world: World) -> None:
    with world.as_("fj_police").listen("fj_police", "Q-01") as live:
        live.caught_up()
    views, until = world.platform.services.views, monotonic() + WAIT_S
    while views and monotonic() < until:
        world.as_("fj_police").ask("{ viewer { role } }")
    assert views == {}


def test_who_resumes_behind_the_view_misses_nothing_and_has_nothing_twice(world: World) -> None:
    child = left_behind_girl(world)
    police = world.as_("fj_police")
    with police.listen("fj_police", "Q-01") as first:
        start = first.caught_up()[-1]["cursor"]
        case_id = reported(world, child)
        one = first.next()
        with police.listen("fj_police", "Q-01", resume=start) as behind:
            assert behind.next() == one
            police.done("acceptReport", case_id)
            assert behind.next() == first.next()


def test_who_is_cut_in_the_midst_of_one_event_resumes_there(world: World) -> None:
    child = left_behind_girl(world)
    reported(world, child)
    reported(world, child)
    police, unit = world.as_("fj_police"), str(world.unit("fj_police"))
    with police.listen("fj_police", "Q-01") as live:
        start = live.caught_up()[-1]["cursor"]
    ((head,),) = world.sql("select max(position) from read.work_item where queue = 'Q-01'")
    # As one event would that moves both tasks of the queue.
    head += 1
    world.sql("update read.work_item set position = %s where queue = 'Q-01' returning 1", head)
    with police.listen("fj_police", "Q-01", resume=start) as live:
        one, two = live.next(), live.next()
    assert one["position"] == two["position"] == head
    asked = 'subscription($unit: UUID!, $at: String!) { workQueue(unit: $unit, queue: "Q-01", resume: $at) { taskId } }'
    with police.subscribe(asked, {"unit": unit, "at": one["cursor"]}) as live:
        assert live.next() == {"taskId": two["taskId"]}


@pytest.mark.parametrize(
    "cursor",
    ["12", "", "12.x.y", f"12.{UUID(int=0)}", f"-1.{UUID(int=0)}.r", f"{2**63}.{UUID(int=0)}.r"]
    + [
        f"12.{UUID(int=0)}.r.{more}"
        for more in ("1", "1.AAAA", "x.AAAA", f"{10**30}.AAAA", "1.2.3")
    ],
)
def test_what_is_no_cursor_is_refused(world: World, cursor: str) -> None:
    with world.as_("fj_police").listen("fj_police", "Q-01", resume=cursor) as live:
        error = live.ended()
    assert error is not None
    assert error["extensions"]["code"] == "BAD_USER_INPUT"


def test_a_slow_reader_is_cut_off_and_the_others_go_on() -> None:
    async def played() -> tuple[Exception, list[int]]:
        place = Place(uuid4(), "Q-01")
        account = Account(place.narrowed, MORNING)
        view = View(None, place, 0, "", account, list, task=_idle())  # type: ignore[arg-type]
        with view.joined(0) as slow, view.joined(0) as quick:
            assert slow is not None
            assert quick is not None
            read = []
            for position in range(1, INBOX_MAX + 2):
                view._hand_out(_at(position))
                read.append((await taken(quick)).position)
            with pytest.raises(CodedError) as cut:
                await taken(slow)
            return cut.value, read

    error, read = asyncio.run(played())
    assert isinstance(error, CodedError)
    assert error.code is Code.UNAVAILABLE
    assert read == list(range(1, INBOX_MAX + 2))


def test_changes_that_wait_come_together_and_what_ends_the_stream_comes_last() -> None:
    async def played() -> list[list[int]]:
        inbox: Inbox = asyncio.Queue(4)
        for position in (1, 2, 3):
            inbox.put_nowait(_at(position))
        inbox.put_nowait(CodedError(Code.UNAVAILABLE))
        found = [await taken_together(inbox, most) for most in (2, 2)]
        with pytest.raises(CodedError):
            await taken_together(inbox, 2)
        return [[change.position for change in some] for some in found]

    assert asyncio.run(played()) == [[1, 2], [3]]


@dataclass
class Asked:
    """Answers with the position, and journals when told to."""

    answered: list[int] = field(default_factory=list)
    finished: int = 0
    fails: bool = False
    came: asyncio.Event = field(default_factory=asyncio.Event)
    journal: asyncio.Event = field(default_factory=asyncio.Event)

    async def all(self, changes: Sequence[QueueChange]) -> list[ExecutionResult]:
        self.answered += [change.position for change in changes]
        self.came.set()
        await self.journal.wait()
        self.finished += 1
        if self.fails:
            raise CodedError(Code.UNAVAILABLE)
        return [ExecutionResult({"position": change.position}, None) for change in changes]

    async def alone(self, changes: Sequence[QueueChange]) -> list[ExecutionResult]:
        return [ExecutionResult({"position": -1}, None) for _ in changes]


def _told(result: ExecutionResult) -> int:
    position: int = orjson.loads(orjson.dumps(result.data))["position"]
    return position


def test_what_came_together_is_journaled_together_before_anybody_has_it() -> None:
    async def played() -> None:
        asked, changes, question = Asked(), [_at(n) for n in (1, 2, 3)], ("the same",)
        (known,) = await answered(changes[:1], question, asked.alone)
        both = asyncio.ensure_future(answered(changes, question, asked.all))
        await asyncio.sleep(0)
        other = asyncio.ensure_future(answered(changes[1:2], question, asked.alone))
        await asked.came.wait()
        assert not both.done()
        assert not other.done()
        asked.journal.set()
        assert [_told(one) for one in await both] == [-1, 2, 3]
        assert [_told(one) for one in await other] == [2]
        assert _told(known) == -1
        assert (asked.answered, asked.finished) == ([2, 3], 1)

    asyncio.run(played())


def test_what_could_not_be_journaled_is_nobody_s_and_is_asked_again() -> None:
    async def played() -> None:
        asked, changes, question = Asked(fails=True), [_at(n) for n in (1, 2)], ("the same",)
        asked.journal.set()
        with pytest.raises(CodedError):
            await answered(changes, question, asked.all)
        asked.fails = False
        again = await answered(changes, question, asked.all)
        assert [_told(one) for one in again] == [1, 2]
        assert asked.answered == [1, 2, 1, 2]

    asyncio.run(played())


def _at(position: int) -> QueueChange:
    return QueueChange(
        kind=QueueChangeKind.LEFT, position=position, cursor=None, task_id=uuid4(), item=None
    )


def _idle() -> asyncio.Task[None]:
    async def nothing() -> None:
        await asyncio.Event().wait()

    return asyncio.create_task(nothing())
