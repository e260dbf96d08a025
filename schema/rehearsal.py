"""试运行 · Rehearsal over GraphQL: what a changed pack would move, for its owner in counts, by name for the lead."""

from __future__ import annotations

import asyncio
from uuid import UUID

import strawberry

from domain.packfile import PackError
from domain.periods import local_date
from domain.rehearsal import Direction, Moved
from domain.sensitivity import P1
from projections.rehearsal import Placed, Rehearsal, Rehearsed, changed_by, tallies
from schema import cursors
from schema.objects import Info
from schema.reports import tokens_of
from schema.transport.errors import Code, CodedError
from schema.words_asked import DIVISION

PACK_BYTES_MAX = 200_000
CHILDREN_MAX = 200


@strawberry.type(description="变动数 · How many of a township would move one way.")
class RehearsedCount:
    """``many`` is null where it is held back. ``before`` of a task is its queue."""

    township: strawberry.ID
    what: str
    zh: str
    en: str
    direction: str
    before: str
    after: str
    many: int | None


@strawberry.type(description="变动儿童 · A child that would move, for those who may see it.")
class RehearsedMove:
    """One move of one child."""

    child_id: UUID
    what: str
    direction: str
    before: str
    after: str


@strawberry.type(
    description="试运行 · What a changed rule pack would move today; nothing is recorded."
)
class RehearsalType:
    """Both the present rules and the changed ones are put to every child on file of the division.

    A figure is null where it is small (A.2, P0): a village asked about could be one child's.
    """

    pack: str
    version: int
    children: int | None
    tasks: int | None
    not_recounted: int | None = strawberry.field(
        description="时限不由规则包起算的任务 · Tasks whose date no pack counts from their beginning"
    )
    counts: list[RehearsedCount]
    found: strawberry.Private[Rehearsed]

    @strawberry.field(
        description="变动名单 · The children that would move, within the viewer's reach; null for others."
    )
    async def moves(self, info: Info, after: int = 0) -> list[RehearsedMove] | None:
        context, begin = info.context, cursors.offset(after)
        path = context.services.divisions.path(self.found.division)
        if not context.scope.sees("child", P1, tuple(tokens_of(path))):
            return None
        reads = await context.reads()
        ids = list({p.move.child_id for p in self.found.placed} - {None})
        rows = await reads.rows(
            "select child_id, tokens from child where child_id = any(%(ids)s)", {"ids": ids}
        )
        named = {
            r["child_id"]: r for r in rows if context.scope.sees("child", P1, tuple(r["tokens"]))
        }
        mine = [p for p in self.found.placed if _child(p) in named]
        page = mine[begin : begin + CHILDREN_MAX]
        for placed in page:
            await context.look("child", named[_child(placed)])
        return [
            RehearsedMove(
                child_id=_child(p),
                what=p.move.what.value,
                direction=p.move.direction.value,
                before=p.move.before,
                after=p.move.after,
            )
            for p in page
        ]


def _child(placed: Placed) -> UUID:
    return placed.move.child_id or UUID(int=0)


def _shown(many: int, below: int) -> int | None:
    return None if many < below else many


async def rehearsal(info: Info, pack: str, division: strawberry.ID) -> RehearsalType | None:
    """The rehearsal of a pack given as YAML, for those whom the policy lets rehearse; null otherwise."""
    context, services = info.context, info.context.services
    place = DIVISION.word(str(division), "division")
    tokens = tokens_of(services.divisions.path(place))
    act = "statistics.rehearsal"
    gate = services.gate()
    if not gate.permits(context.assignment, act, "statistics", tokens, context.purpose).allowed:
        return None
    if len(pack.encode()) > PACK_BYTES_MAX:
        raise _no_pack(
            f"规则包最多{PACK_BYTES_MAX}字节", f"A rule pack has at most {PACK_BYTES_MAX} bytes"
        )
    return await asyncio.get_running_loop().run_in_executor(None, _answer, info, pack, place)


def _no_pack(zh: str, en: str) -> CodedError:
    """Why: whoever writes a pack reads its faults, and they tell of nothing else."""
    return CodedError(Code.BAD_USER_INPUT, zh=zh, en=en, field="pack")


def _answer(info: Info, text: str, place: str) -> RehearsalType:
    services = info.context.services
    try:
        changed = changed_by(text, services.rulebook())
    except PackError as error:
        raise _no_pack(f"规则包有误：{error}", f"The rule pack is not valid: {error}") from error
    now = services.now()
    on = local_date(now)
    means = Rehearsal(
        lookup=services.lookup,
        state_of=services.casebook.state,
        present=services.rulebook(),
        at=now,
    )
    found = means.run(changed, place)
    rules = services.rules_at(place, on)
    below = rules.count("small_cell_below")
    counted = tallies(found, services.divisions.path(place), below)
    return RehearsalType(
        pack=changed.id,
        version=changed.version,
        children=_shown(found.children, below),
        tasks=_shown(found.tasks, below),
        not_recounted=_shown(found.not_recounted, below),
        counts=[
            RehearsedCount(
                township=strawberry.ID(one.township),
                what=Moved(one.what).value,
                zh=one.what.zh,
                en=one.what.en,
                direction=Direction(one.direction).value,
                before=one.before,
                after=one.after,
                many=one.many,
            )
            for one in counted
        ],
        found=found,
    )
