"""年度进展报告 · A district's yearly report over GraphQL: what is to be signed, what was sent, what differs (S-03)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

import strawberry

from domain.labels import Label
from domain.periods import local_date
from domain.rulebook import Rules
from domain.unit.annual_figures import ReportedFigure, TakenFigures
from projections.reports.annual import named, question_for, read_back, take
from projections.reports.asking import position_on
from projections.reports.catalogue import REPORTS
from projections.reports.figures import Ask, Question, Shown, once, shown
from projections.reports.grammar import Report, Split
from projections.reports.period import published
from projections.reports.tracing import traced
from schema.cell_words import CellWords
from schema.objects import Info
from schema.reports import (
    ReportTrace,
    aside,
    may_see_behind,
    tokens_of,
    trace_within_reach,
)

Found = tuple[int | None, int | None]
"""A value, and of how many."""
Key = tuple[str, str, str | None, str | None]
"""Report, figure, breakdown, cell."""
Words = Mapping[tuple[Split, str], Label]
"""What a cell of a breakdown is called."""


@dataclass(frozen=True)
class Sent:
    """A report as it was sent, with the way to ask again."""

    path: tuple[str, ...]
    row: Mapping[str, Any]
    rules: Rules
    ask: Callable[[str, Mapping[str, Any]], list[dict[str, Any]]] = field(repr=False)


@strawberry.type(
    description="报送指标 · A figure of a yearly report, or one cell of its breakdown."
)
class AnnualFigure:
    """``value`` null: held back, or nothing to reckon. ``now``: the same figure of the same days as known by now."""

    code: str = strawberry.field(description="报表 · The report of the catalogue it is of")
    key: str
    zh: str
    en: str
    split: str | None
    split_zh: str | None = strawberry.field(description="分组名称 · What the breakdown is called")
    split_en: str | None = strawberry.field(description="分组英文名称 · The same in English")
    cell: str | None
    cell_zh: str | None = strawberry.field(
        description="单元名称 · What the cell is called; of a code the catalogue has no more, the code"
    )
    cell_en: str | None = strawberry.field(description="单元英文名称 · The same in English")
    value: int | None
    out_of: int | None
    now: int | None
    now_out_of: int | None
    difference: int | None = strawberry.field(
        description="差异 · Now less as sent; null where either is not to be had"
    )
    sent: strawberry.Private[Sent | None]
    of: strawberry.Private[ReportedFigure]

    @strawberry.field(
        description="追溯 · The events behind it as it was sent; null for those who may not see the children."
    )
    async def traceable(self, info: Info, first: int = 50, after: int = 0) -> ReportTrace | None:
        declared, report = named(self.of), REPORTS.get(self.code)
        if self.sent is None or declared is None or report is None:
            return None
        sent, (figure, split) = self.sent, declared
        if not may_see_behind(info, report, sent.path):
            return None
        question = _as_sent(sent, report)
        units = await aside(lambda: traced(figure, question, sent.ask, split, self.of.figure_cell))
        return await trace_within_reach(info, figure.of, units, first, after)


@strawberry.type(
    description="年度进展报告草稿 · The figures as of a day, and the digest to be signed."
)
class AnnualReportDraft:
    """``complete`` false: not everything recorded by that day is counted yet; there is no digest then."""

    year: int
    as_of: date
    complete: bool
    figures_hash: str | None
    log_position: int | None
    figures: list[AnnualFigure]


@strawberry.type(description="年度进展报告 · A yearly report as it was sent.")
class AnnualReport:
    """``intact``: the figures kept are those whose digest was signed."""

    unit_id: UUID
    year: int
    as_of: date
    sent_at: datetime
    figures_hash: str
    log_position: int
    intact: bool
    narrative: str
    open_rectifications: int
    known_on: date | None = strawberry.field(
        description="比对日 · The day whose knowledge it is compared with; null where none may be shown"
    )
    sent: strawberry.Private[Sent]

    @strawberry.field(description="指标 · All figures, or those of one report of the catalogue.")
    async def figures(
        self, info: Info, code: str | None = None, *, changed_only: bool = False
    ) -> list[AnnualFigure]:
        kept = [f for f in _kept(self.sent) if code in {None, f.report_code}]
        return await aside(lambda: list(_compared(info, self, kept, changed_only=changed_only)))


async def annual_report(info: Info, unit: UUID, year: int) -> AnnualReport | None:
    """The report as it was sent; null where none was sent, or none may be seen."""
    sent = await aside(lambda: _sent(info, unit, year))
    if sent is None:
        return None
    row = sent.row
    taken = TakenFigures(figures=_kept(sent), position=row["log_position"])
    digest = taken.digest(sent.path[-1], row["report_year"], row["as_of_on"])
    return AnnualReport(
        unit_id=unit,
        year=row["report_year"],
        as_of=row["as_of_on"],
        sent_at=row["sent_at"],
        figures_hash=row["figures_hash"],
        log_position=row["log_position"],
        intact=digest == row["figures_hash"],
        narrative=row["narrative"],
        open_rectifications=row["open_rectifications"],
        known_on=_known_on(info, sent),
        sent=sent,
    )


async def annual_report_draft(
    info: Info, unit: UUID, year: int, as_of: date
) -> AnnualReportDraft | None:
    """What would be sent now: for whoever may send it, as of a day that is not ahead."""
    path = await aside(lambda: _place(info, unit))
    services = info.context.services
    tokens = frozenset({*tokens_of(path), f"T:{unit}"}) if path else frozenset()
    act = "unit.submit_annual_progress_report"
    gate = services.gate()
    if (
        not path
        or not gate.permits(
            info.context.assignment, act, "unit", tokens, info.context.purpose
        ).allowed
    ):
        return None
    day = min(as_of, local_date(services.now()))
    rules = services.casebook.rules_at(path[-1], day)
    taken = await aside(lambda: take(path, day, rules, services.lookup.ask))
    figures = taken.figures if taken else ()
    words = await aside(lambda: _words(info, rules, services.lookup.ask, figures))
    return AnnualReportDraft(
        year=year,
        as_of=day,
        complete=taken is not None,
        figures_hash=taken.digest(path[-1], year, day) if taken else None,
        log_position=taken.position if taken else None,
        figures=[_figure(f, None, None, words) for f in figures],
    )


def _sent(info: Info, unit: UUID, year: int) -> Sent | None:
    path, services = _place(info, unit), info.context.services
    if path is None:
        return None
    act, tokens = "statistics.annual_report", tokens_of(path)
    gate = services.gate()
    if not gate.permits(
        info.context.assignment, act, "statistics", tokens, info.context.purpose
    ).allowed:
        return None
    rows = services.lookup.ask(
        "select * from report_sent where unit_id = %(unit)s and report_year = %(year)s",
        {"unit": unit, "year": year},
    )
    if not rows:
        return None
    as_of = rows[0]["as_of_on"]
    rules = services.casebook.rules_at(path[-1], as_of)
    return Sent(path, rows[0], rules, services.lookup.ask)


def _place(info: Info, unit: UUID) -> tuple[str, ...] | None:
    services = info.context.services
    found = services.lookup.ask(
        "select division_id from unit where unit_id = %(unit)s", {"unit": unit}
    )
    return services.divisions.path(found[0]["division_id"]) if found else None


def _kept(sent: Sent) -> tuple[ReportedFigure, ...]:
    return read_back(sent.row["figures"]["figures"])


def _sees_all(info: Info, sent: Sent) -> bool:
    """Whether the viewer sees by name whom the report counts: then no day need be kept from them."""
    codes = {f.report_code for f in _kept(sent)}
    return all(may_see_behind(info, REPORTS[c], sent.path) for c in codes if c in REPORTS)


def _known_on(info: Info, sent: Sent) -> date | None:
    today = local_date(info.context.services.now())
    day = today if _sees_all(info, sent) else published(today)
    return day if day > sent.row["as_of_on"] or day == today else None


def _as_sent(sent: Sent, report: Report) -> Question:
    return question_for(
        report,
        sent.path,
        sent.row["as_of_on"],
        rules=sent.rules,
        ask=sent.ask,
        position=sent.row["log_position"],
    )


def _compared(
    info: Info, one: AnnualReport, kept: list[ReportedFigure], *, changed_only: bool
) -> list[AnnualFigure]:
    """Each figure beside what is known of the same days by now."""
    sent, now = one.sent, dict[Key, Found]()
    words = _words(info, sent.rules, sent.ask, kept)
    if one.known_on is not None:
        sees, sent = _sees_all(info, sent), replace(sent, ask=once(sent.ask))
        for code in sorted({f.report_code for f in kept} & REPORTS.keys()):
            now |= _now(sent, REPORTS[code], one.known_on, sees=sees)
    found = []
    for figure in kept:
        key = (figure.report_code, figure.figure_key, figure.figure_split, figure.figure_cell)
        shown_now = now.get(key)
        if shown_now is None and figure.figure_split is not None and _cell_gone(key, now):
            shown_now = (0, None)
        told = _figure(figure, sent, shown_now, words)
        if not changed_only or told.difference:
            found.append(told)
    return found


def _cell_gone(key: Key, now: Mapping[Key, Found]) -> bool:
    """Nobody is in a cell any more, and the figure it was of can be shown."""
    whole = now.get((*key[:2], None, None))
    return whole is not None and whole[0] is not None


def _now(sent: Sent, report: Report, known_on: date, *, sees: bool) -> dict[Key, Found]:
    """The figures of one report as known on a day, for the same days of the year."""
    question = question_for(
        report,
        sent.path,
        sent.row["as_of_on"],
        rules=sent.rules,
        ask=sent.ask,
        position=position_on(known_on, sent.ask),
        known_on=known_on,
    )
    if sees:
        question = replace(question, may_see=True, earlier=())
    found: dict[Key, Found] = {}
    for figure in report.figures:
        told: Shown = shown(figure, question, sent.ask)
        found[report.code, figure.key, None, None] = (told.value, told.out_of)
        for split, cells in told.breakdown.items():
            for cell in cells:
                found[report.code, figure.key, split, cell.cell] = (cell.value, None)
    return found


def _words(info: Info, rules: Rules, ask: Ask, figures: Iterable[ReportedFigure]) -> Words:
    """What the cells of these are called; a breakdown the catalogue has no more has no words."""
    declared = ((named(f), f.figure_cell) for f in figures)
    cells = [(of[1], cell) for of, cell in declared if of and of[1] and cell is not None]
    bands = rules.numbers("statistics_age_bands")
    return CellWords(bands, info.context.services.divisions, ask).each(cells)


def _figure(
    one: ReportedFigure, sent: Sent | None, now: Found | None, words: Words
) -> AnnualFigure:
    declared = named(one)
    split, cell = declared[1] if declared else None, one.figure_cell
    said = words.get((split, cell)) if split and cell is not None else None
    value, now_value = one.figure_value, now[0] if now else None
    return AnnualFigure(
        code=one.report_code,
        key=one.figure_key,
        zh=declared[0].zh if declared else one.figure_key,
        en=declared[0].en if declared else one.figure_key,
        split=one.figure_split,
        split_zh=split.zh if split else one.figure_split,
        split_en=split.en if split else one.figure_split,
        cell=cell,
        cell_zh=said.zh if said else cell,
        cell_en=said.en if said else cell,
        value=value,
        out_of=one.figure_out_of,
        now=now_value,
        now_out_of=now[1] if now else None,
        difference=None if value is None or now_value is None else now_value - value,
        sent=sent,
        of=one,
    )
