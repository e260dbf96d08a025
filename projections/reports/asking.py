"""设问 · How a report becomes a question: the position of a day, the published days, the packs' numbers."""

from __future__ import annotations

import json
from datetime import MINYEAR, date
from typing import Any

from domain.divisions import Divisions
from domain.parameters import PARAMETERS, Shape
from domain.rulebook import Rules
from projections.reports.figures import Ask, Question
from projections.reports.grammar import Every, Report
from projections.reports.period import Days, around, earlier_in_the_year


def question_of(  # noqa: PLR0913 - one question says it all
    report: Report,
    path: tuple[str, ...],
    as_of: date,
    *,
    rules: Rules,
    ask: Ask,
    may_see: bool,
    days: Days | None = None,
    paths: str = "{}",
) -> Question:
    """A report asked for one division as known at the end of a day; its own period around it, or ``days``.

    Those outside are told of people in a report's own periods alone, which never lie within each other: a year less
    its other eleven months would tell the month that was held back.
    """
    own = report.every if may_see else _outside(report.every)
    days = days or around(as_of, own)
    return Question(
        path=path,
        position=position_on(as_of, ask),
        as_of=as_of,
        days=days,
        tells_of_people=may_see or days == around(days.first, own),
        below=rules.count("small_cell_below"),
        bands=rules.numbers("statistics_age_bands"),
        may_see=may_see,
        more=parameters_of(report, rules)
        | {"paths": paths, "districts": _districts(path[0], as_of)}
        | ({"streets": _streets(path[0], as_of)} if _asks_streets(report) else {}),
        earlier=() if may_see else earlier_days(as_of, path[0], ask),
    )


def _outside(every: Every) -> Every:
    """Those outside are answered as of the ends of months, so of whole months where others are of weeks."""
    return Every.MONTH if every is Every.WEEK else every


def _districts(province: str, on: date) -> str:
    """The districts of a province on a day with their paths, for what each of them is to have."""
    found = Divisions.load().children(province, on)
    return json.dumps([{"division": d.id, "places": [province, d.id]} for d in found])


def _asks_streets(report: Report) -> bool:
    return any("%(streets)s" in figure.of.table for figure in report.figures)


def _streets(province: str, on: date) -> str:
    """The streets and towns of a province on a day with their paths, whether they have units here or not."""
    divisions = Divisions.load()
    found = (t for d in divisions.children(province, on) for t in divisions.children(d.id, on))
    return json.dumps([{"division": t.id, "places": list(divisions.path(t.id, on))} for t in found])


def parameters_of(report: Report, rules: Rules) -> dict[str, Any]:
    """The packs' days and numbers; none where nothing in force says any."""
    return {
        name: _parameter(name, rules) if rules.has(name) else None
        for name in report.parameters
        if PARAMETERS[name].shape in {Shape.DATE, Shape.DAYS, Shape.COUNT, Shape.CODES}
    }


def _parameter(name: str, rules: Rules) -> Any:
    found = getattr(rules, PARAMETERS[name].shape.value)(name)
    return sorted(found) if PARAMETERS[name].shape is Shape.CODES else found


def position_on(day: date, ask: Ask) -> int:
    """The last position recorded on or before a day; 0 before the first."""
    found = ask(
        "select coalesce(max(last_position), 0) as position from report_day "
        "where recorded_on <= %(day)s",
        {"day": day},
    )
    return int(found[0]["position"])


def earlier_days(day: date, province: str, ask: Ask) -> tuple[tuple[date, int], ...]:
    """The published days a figure as of ``day`` is compared with, and what had been recorded by then.

    Ends of months, and the days of which a yearly report was sent out of the province's districts.
    """
    ends = tuple((d, position_on(d, ask)) for d in earlier_in_the_year(day))
    return ends + sent_days(day, province, ask)


def sent_days(day: date, province: str, ask: Ask) -> tuple[tuple[date, int], ...]:
    """The days before ``day`` of whose figures a report was sent, in this year or the year before."""
    sent = ask(
        "select distinct as_of_on, log_position from report_sent where places[1] = %(root)s "
        "and as_of_on < %(day)s and as_of_on >= %(since)s order by 1, 2",
        {"root": province, "day": day, "since": date(max(day.year - 1, MINYEAR), 1, 1)},
    )
    return tuple((s["as_of_on"], s["log_position"]) for s in sent)
