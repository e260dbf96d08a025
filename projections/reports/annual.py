"""年度进展报告的数字 · Which figures a district's yearly report is made of, taken as of a day (S-03).

Everything the catalogue counts for the lead authority, as totals and breakdowns of the year up to that day, small
cells held back as everywhere. What a report shows beyond the district at ends of months is compared with those; all of
it with the days of which reports were sent before, so that a later one does not give away the few who came between.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Any

from domain.rulebook import Rules
from domain.sensitivity import P0
from domain.unit.annual_figures import FigureKey, ReportCode, ReportedFigure, TakenFigures, ordered
from projections.reports.asking import earlier_days, position_on, question_of, sent_days
from projections.reports.catalogue import REPORTS
from projections.reports.figures import Ask, Question, Shown, once, shown
from projections.reports.grammar import Figure, Report, Split
from projections.reports.period import Days

LEFT_OUT = {
    "S-03": "报送情况本身",
    "S-05": "各街镇比较另见工作简报",
    "S-15": "矫治情况仅向检察、司法行政机关提供",
    "S-20": "督查提示,不属区级报送内容",
    "S-23": "查阅日志,不属区级报送内容",
}
"""What the yearly report does not repeat, and why: its own sending, a comparison, what is sealed, what watchers see."""


def contents() -> tuple[Report, ...]:
    """The reports whose figures the yearly report carries."""
    return tuple(r for code, r in sorted(REPORTS.items()) if code not in LEFT_OUT)


def take(path: tuple[str, ...], day: date, rules: Rules, ask: Ask) -> TakenFigures | None:
    """The figures of a district as of a day; None while not everything recorded by then is counted."""
    if not complete(day, ask):
        return None
    ask = once(ask)
    position = position_on(day, ask)
    found: list[ReportedFigure] = []
    for report in contents():
        question = question_for(report, path, day, rules=rules, ask=ask, position=position)
        for figure in report.figures:
            found += _written(report, shown(figure, question, ask))
    return TakenFigures(figures=ordered(found), position=position)


def question_for(
    report: Report,
    path: tuple[str, ...],
    day: date,
    *,
    rules: Rules,
    ask: Ask,
    position: int,
    known_on: date | None = None,
) -> Question:
    """A report over the year up to ``day``, as the log stood at ``position``; ``known_on``: asked again later."""
    days = Days(date(day.year, 1, 1), day)
    question = question_of(report, path, day, rules=rules, ask=ask, may_see=True, days=days)
    compared = known_on or day
    of_children = any(f.of.obj in {"child", "case"} for f in report.figures)
    days_before = earlier_days if report.outside and of_children else sent_days
    earlier = days_before(compared, path[0], ask)
    return replace(question, position=position, may_see=False, earlier=earlier)


def complete(day: date, ask: Ask) -> bool:
    """Whether everything recorded on or before a day has been told: something later has, or all there is."""
    (row,) = ask(
        "select exists (select from report_day where recorded_on > %(day)s) or coalesce("
        "(select position from bookmark where projection = 'reports'), 0) >= coalesce("
        "(select max(notification_id) from es.event), 0) as complete",
        {"day": day},
    )
    return bool(row["complete"])


def named(one: ReportedFigure) -> tuple[Figure, Split | None] | None:
    """The declarations behind a figure that was sent, while the catalogue still has them."""
    report = REPORTS.get(one.report_code)
    figure = next((f for f in report.figures if f.key == one.figure_key), None) if report else None
    if figure is None:
        return None
    split = next((s for s in figure.by if s.key == one.figure_split), None)
    if one.figure_split is not None and split is None:
        return None
    return figure, split


def _written(report: Report, one: Shown) -> Iterator[ReportedFigure]:
    code, key = ReportCode(report.code), FigureKey(one.figure.key)
    yield ReportedFigure(
        report_code=code, figure_key=key, figure_value=one.value, figure_out_of=one.out_of
    )
    for split in one.figure.by:
        if split.tells is not P0:  # of any day: two of them would tell of whom came between
            continue
        for cell in one.breakdown[split.key]:
            yield ReportedFigure(
                report_code=code,
                figure_key=key,
                figure_split=FigureKey(split.key),
                figure_cell=FigureKey(cell.cell),
                figure_value=cell.value,
            )


def read_back(figures: list[dict[str, Any]]) -> tuple[ReportedFigure, ...]:
    """The figures of a report that was sent, from the read model."""
    return tuple(
        ReportedFigure(
            report_code=ReportCode(f["code"]),
            figure_key=FigureKey(f["key"]),
            figure_split=f["split"] and FigureKey(f["split"]),
            figure_cell=f["cell"] and FigureKey(f["cell"]),
            figure_value=f["value"],
            figure_out_of=f["outOf"],
        )
        for f in figures
    )
