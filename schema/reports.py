"""统计报表 · Reports over GraphQL: figures of a division as known on a day, small cells held back, traceable (H)."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, TypeVar
from uuid import UUID

import strawberry

from authz.words import EVERYBODY, Prefix
from domain.periods import local_date
from domain.sensitivity import P0, P2, Sensitivity
from projections.reports.asking import question_of
from projections.reports.catalogue import REPORTS
from projections.reports.figures import Cell, Question, Shown, once, shown
from projections.reports.grammar import Report, Source, Split
from projections.reports.period import BadPeriod, Days, published, written
from projections.reports.tracing import Traced, traced
from schema import cursors
from schema.cell_words import CellWords
from schema.objects import Info
from schema.outcomes import ClauseRef, clause_ref
from schema.transport.errors import Code, CodedError
from schema.words_asked import DIVISION, REPORT

T = TypeVar("T")
PAGE_MAX = 200
_TABLE = {"child": "child", "case": "case_file", "unit": "unit"}
_EVERYWHERE = {"unit": {EVERYBODY}}


@strawberry.type(description="单元 · One cell of a breakdown; null where it is held back.")
class ReportCell:
    """``value`` is null for a small cell, and for others that would give it away."""

    cell: str
    zh: str
    en: str
    value: int | None
    suppressed: bool


@strawberry.type(description="分组 · A breakdown of a figure.")
class ReportBreakdown:
    """Cells in the order of their codes."""

    key: str
    zh: str
    en: str
    cells: list[ReportCell]


@strawberry.type(description="下级区划 · The figure of a division directly below.")
class ReportDivision:
    """``value`` is null where it is held back."""

    division: strawberry.ID
    name: str
    value: int | None
    out_of: int | None


@strawberry.type(description="追溯 · The events a figure rests on, a page of them.")
class ReportTrace:
    """One event for each unit counted; of children and cases within the viewer's reach only."""

    event_ids: list[UUID]
    next: int | None = strawberry.field(description="下一页起点 · Where the next page begins")


@strawberry.type(description="指标 · One figure of a report.")
class ReportFigure:
    """``value`` null and ``suppressed``: held back; null alone: there is nothing to take the middle of."""

    key: str
    zh: str
    en: str
    value: int | None
    out_of: int | None = strawberry.field(description="总数 · Of how many, for a part")
    unit: str
    suppressed: bool
    breakdown: list[ReportBreakdown]
    compared: list[ReportDivision] = strawberry.field(
        description="下级比较 · Side by side with the divisions directly below, in a comparison"
    )
    asked: strawberry.Private[Asked]
    of: strawberry.Private[Shown]

    @strawberry.field(
        description="追溯 · The events behind it; null for those who may not see the children."
    )
    async def traceable(self, info: Info, first: int = 50, after: int = 0) -> ReportTrace | None:
        question, source = self.asked.question, self.of.figure.of
        if not question.may_see or source.obj not in _TABLE:
            return None
        units = await aside(lambda: traced(self.of.figure, question, self.asked.ask))
        return await trace_within_reach(info, source, units, first, after)


async def trace_within_reach(
    info: Info, source: Source, units: tuple[Traced, ...], first: int, after: int
) -> ReportTrace:
    """A page of the events, of subjects that the viewer reaches."""
    begin = cursors.offset(after)
    end = begin + cursors.page_size(first, PAGE_MAX)
    seen = await _within_reach(info, source, units)
    mine = [u.event_id for u in units if u.subject_id in seen]
    page = mine[begin:end]
    return ReportTrace(event_ids=page, next=end if end < len(mine) else None)


@strawberry.type(description="统计报表 · A report of a division as known on a day.")
class ReportType:
    """``asOf``: the day up to whose end what had been recorded counts."""

    code: str
    zh: str
    en: str
    definition: str
    as_of: date
    from_on: date
    to_on: date
    clauses: list[ClauseRef]
    figures: list[ReportFigure]


@dataclass(frozen=True)
class Asked:
    """A question with the way to ask it."""

    question: Question
    ask: Callable[[str, Mapping[str, Any]], list[dict[str, Any]]] = field(repr=False)


async def report(
    info: Info,
    code: str,
    division: strawberry.ID,
    as_of: date | None = None,
    period: str | None = None,
) -> ReportType | None:
    """A report, for those whom the policy shows it; null otherwise, as if there were none.

    Raises ``BAD_USER_INPUT`` for a code of no report and for no division: which there are, everybody may know.
    """
    found = REPORTS[REPORT.word(code, "code")]
    place = DIVISION.word(str(division), "division")
    context, services = info.context, info.context.services
    tokens = tokens_of(services.divisions.path(place))
    act = f"statistics.{found.act}"
    gate = services.gate()
    permit = gate.permits(context.assignment, act, "statistics", tokens, context.purpose)
    if not permit.allowed:
        context.denied("statistics", act)
        return None
    try:
        days = written(period) if period else None
    except BadPeriod as bad:
        raise CodedError(
            Code.BAD_USER_INPUT,
            zh="统计期间形如2025、2025-Q3、2025-10、2025-W14、2025-AUTUMN",
            en="A period is written 2025, 2025-Q3, 2025-10, 2025-W14 or 2025-AUTUMN",
            field="period",
        ) from bad
    if found.journaled is not None:
        await context.shown("statistics", act, found.journaled, permit.relation)
    return await aside(lambda: _answer(info, found, place, as_of, days))


def tokens_of(path: tuple[str, ...]) -> frozenset[str]:
    """The relations a division stands in to whoever serves in it or above it."""
    prefixes = (Prefix.RESIDENCE, Prefix.INCIDENT)
    return frozenset(f"{prefix}:{division}" for prefix in prefixes for division in path)


def _answer(
    info: Info, found: Report, place: str, as_of: date | None, days: Days | None
) -> ReportType:
    services = info.context.services
    today = local_date(services.now())
    path = services.divisions.path(place)
    may_see = may_see_behind(info, found, path)
    day = min(as_of or today, today)
    day = day if may_see else published(day)
    rules = services.rules_at(place, day)
    ask = services.lookup.ask
    question = question_of(
        found, path, day, rules=rules, ask=ask, may_see=may_see, days=days, paths=_paths(info)
    )
    outside = None
    if may_see and not _tells_only_what_is_seen(info, found, path):
        outside = question_of(
            found, path, published(day), rules=rules, ask=ask, may_see=False, days=days
        )
    asked, told = Asked(question, ask), once(ask)
    words = CellWords(question.bands, services.divisions, told)
    params = question.params()
    return ReportType(
        code=found.code,
        zh=found.zh,
        en=found.en,
        definition=found.definition,
        as_of=day,
        from_on=params["from_on"],
        to_on=params["to_on"],
        clauses=[clause_ref(c) for c in found.clauses],
        figures=[_figure(shown(f, question, told, outside), asked, words) for f in found.figures],
    )


def may_see_behind(info: Info, found: Report, path: tuple[str, ...]) -> bool:
    """Whether the viewer sees, by name, the children, cases or units of this division that the report counts."""
    sources = {f.of for f in found.figures if f.of.obj in _TABLE}
    # whoever reads units reads those of every place
    tokens = {obj: tuple(tokens_of(path) | _EVERYWHERE.get(obj, set())) for obj in _TABLE}
    sees = info.context.scope.sees
    return bool(sources) and all(sees(s.obj, _class_of(s), tokens[s.obj]) for s in sources)


def _tells_only_what_is_seen(info: Info, found: Report, path: tuple[str, ...]) -> bool:
    """Whether the viewer may see of each subject what breakdowns say of it: by whom it was reported, few may."""
    tokens, sees = tuple(tokens_of(path)), info.context.scope.sees
    return all(
        sees(f.of.obj, s.tells, tokens) for f in found.figures for s in f.by if s.tells is not P0
    )


def _class_of(source: Source) -> Sensitivity:
    """What one must see of a subject to be shown the events behind its rows: of a unit, who serves in it."""
    return P2 if source.obj == "unit" else source.sees


def _paths(info: Info) -> str:
    """Where the posts are, for what is counted by who did it."""
    services = info.context.services
    posts = services.lookup.ask(
        "select distinct division_id as id from post where division_id is not null", {}
    )
    known = [p["id"] for p in posts if services.divisions.find(p["id"])]
    return json.dumps({i: list(services.divisions.path(i)) for i in known})


def _figure(one: Shown, asked: Asked, words: CellWords) -> ReportFigure:
    return ReportFigure(
        key=one.figure.key,
        zh=one.figure.zh,
        en=one.figure.en,
        value=one.value,
        out_of=one.out_of,
        unit=one.figure.unit,
        suppressed=one.suppressed,
        breakdown=[
            ReportBreakdown(
                key=split.key,
                zh=split.zh,
                en=split.en,
                cells=_cells(split, one.breakdown[split.key], words),
            )
            for split in one.figure.by
        ],
        compared=[
            ReportDivision(
                division=strawberry.ID(c.division),
                name=words.divisions.get(c.division).name,
                value=c.value,
                out_of=c.out_of,
            )
            for c in one.compared
        ],
        asked=asked,
        of=one,
    )


def _cells(split: Split, cells: Sequence[Cell], words: CellWords) -> list[ReportCell]:
    said = words.said(split, [c.cell for c in cells])
    return [
        ReportCell(
            cell=c.cell,
            zh=said[c.cell].zh,
            en=said[c.cell].en,
            value=c.value,
            suppressed=c.value is None,
        )
        for c in cells
    ]


async def _within_reach(info: Info, source: Source, units: tuple[Traced, ...]) -> set[UUID]:
    """The subjects that row security shows this viewer, and by name; noted as any look at a child is."""
    reads, obj = await info.context.reads(), source.obj
    rows = await reads.rows(
        f"select {obj}_id, tokens from {_TABLE[obj]} where {obj}_id = any(%(ids)s)",  # noqa: S608
        {"ids": list({u.subject_id for u in units})},
    )
    seen, needed = set(), {_class_of(source), source.exists}
    for row in rows:
        if needed <= info.context.scope.mask(obj, tuple(row["tokens"])):
            if obj != "unit":
                await info.context.look(obj, row)
            seen.add(row[f"{obj}_id"])
    return seen


async def aside(work: Callable[[], T]) -> T:
    return await asyncio.get_running_loop().run_in_executor(None, work)
