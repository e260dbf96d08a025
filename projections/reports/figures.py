"""数字 · The figures of a report for one division, as known on a day, small cells held back; and what each rests on.

Two days are differenced like two divisions: somebody who may not see the children is only answered as of the ends of
months, and a cell that differs from an earlier end of a month of that year (or the end of the year before) by a few
persons counts as small, with all that follows (``suppression``). What cannot be had: a day's figure that was held back
is not made up from older ones, and comparisons further back than the year before are not looked at.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from domain.divisions import Divisions
from domain.sensitivity import P0
from projections.reports.grammar import Figure, Split, live
from projections.reports.period import Days
from projections.reports.suppression import TOTAL, Count, Node, Place, Threshold, held_back

Ask = Callable[[str, Mapping[str, Any]], list[dict[str, Any]]]
"""Runs a statement over the fact rows (as the writer role, whose search path is ``read``)."""

YES, NO = "YES", "NO"


@dataclass(frozen=True, kw_only=True)
class Question:
    """One report asked for: where, as known when, about which days. ``may_see``: the asker may see the children."""

    path: Node
    position: int
    as_of: date
    days: Days
    below: int
    bands: tuple[int, ...]
    may_see: bool
    tells_of_people: bool = True
    """Whether figures of people are told for these days, or held back whole."""
    more: Mapping[str, Any] = field(default_factory=dict)
    earlier: tuple[tuple[date, int], ...] = ()
    """Earlier published days with their positions."""

    def params(self) -> dict[str, Any]:
        """The named values of the conditions."""
        return {
            **self.more,
            "position": self.position,
            "as_of": self.as_of,
            "from_on": self.days.first,
            "to_on": min(self.days.last, self.as_of),
            "last_on": self.days.last,
            "bands": list(self.bands),
            "root": self.path[0],
            "depth": len(self.path),
            "division": self.path[-1],
        }


@dataclass(frozen=True)
class Cell:
    """One cell of a breakdown; ``value`` None where it is held back."""

    cell: str
    value: int | None


@dataclass(frozen=True)
class Shown:
    """A figure as it may be shown."""

    figure: Figure
    value: int | None
    out_of: int | None
    suppressed: bool
    breakdown: Mapping[str, tuple[Cell, ...]]
    compared: tuple[Compared, ...] = ()


@dataclass(frozen=True)
class Compared:
    """The figure of a division directly below; ``value`` None where it is held back."""

    division: str
    value: int | None
    out_of: int | None


def shown(figure: Figure, question: Question, ask: Ask, outside: Question | None = None) -> Shown:
    """The figure with its breakdowns.

    ``outside``: the same asked by those outside, for breakdowns that tell what the asker may not see of the subjects.
    """
    ask = once(ask)
    value, out_of, hidden = _whole(figure, question, ask)
    breakdown = {
        split.key: _broken_down(figure, split, question, ask, outside) for split in figure.by
    }
    below = tuple(_below(figure, question, ask)) if figure.compared else ()
    return Shown(figure, value, out_of, hidden, breakdown, below)


def _broken_down(
    figure: Figure, split: Split, question: Question, ask: Ask, outside: Question | None
) -> tuple[Cell, ...]:
    """The cells; of another day or period than those outside are answered of, none is shown."""
    if outside is None or split.tells is P0:
        return _table(figure, split, question, ask).shown()
    cells = _table(figure, split, outside, ask).shown()
    if (outside.as_of, outside.days) == (question.as_of, question.days):
        return cells
    return tuple(replace(cell, value=None) for cell in cells)


def _whole(figure: Figure, question: Question, ask: Ask) -> tuple[int | None, int | None, bool]:
    """Value, of how many, and whether the value is held back."""
    if figure.having:
        part = Split("part", "其中", "Part", f"case when {figure.having} then 'YES' else 'NO' end")
        table = (
            _of_work(figure, part, question, ask)
            if figure.of_work
            else _table(figure, part, question, ask, cells=(YES, NO))
        )
        value, out_of = table.value(YES), table.value(TOTAL)
    else:
        table = _table(figure, None, question, ask)
        value, out_of = table.value(TOTAL), None
    hidden = value is None
    if not hidden and (figure.median or figure.adds):
        value = _reckoned(figure, question, ask)
    if figure.target:
        out_of = question.more.get(figure.target)
    return value, out_of, hidden


def _of_work(figure: Figure, part: Split, question: Question, ask: Ask) -> _Table:
    """The part of a whole that is an agency's work: held back only where the whole is."""
    whole = _table(figure, None, question, ask)
    counts = _by_division(ask(_counting(figure, part), question.params()))
    hidden = frozenset((TOTAL, YES, NO)) if TOTAL in whole.hidden else frozenset()
    here = {**counts.get(question.path, {}), TOTAL: whole.counts.get(TOTAL, Count())}
    return _Table(here, (YES, NO), hidden)


def _below(figure: Figure, question: Question, ask: Ask) -> Iterator[Compared]:
    """Asked of each division directly below by itself: an answer never depends on which one is asked."""
    for division in sorted(_children_on(question.as_of)(question.path[-1])):
        value, out_of, _ = _whole(figure, replace(question, path=(*question.path, division)), ask)
        yield Compared(division, value, out_of)


def once(ask: Ask) -> Ask:
    """Counts of divisions side by side, and totals of several breakdowns, are the same statement: it is put once."""
    kept: dict[tuple[str, str], list[dict[str, Any]]] = {}

    def asked(query: str, params: Mapping[str, Any]) -> list[dict[str, Any]]:
        named = {n: v for n, v in params.items() if f"%({n})s" in query}
        key = query, repr(sorted(named.items()))
        if key not in kept:
            kept[key] = ask(query, params)
        return kept[key]

    return asked


@dataclass(frozen=True)
class _Table:
    counts: Mapping[str, Count]
    cells: tuple[str, ...]
    hidden: frozenset[str]

    def value(self, cell: str) -> int | None:
        return None if cell in self.hidden else self.counts.get(cell, Count()).rows

    def shown(self) -> tuple[Cell, ...]:
        return tuple(Cell(c, self.value(c)) for c in self.cells)


def _table(
    figure: Figure,
    split: Split | None,
    question: Question,
    ask: Ask,
    cells: Sequence[str] = (),
) -> _Table:
    rows = ask(_counting(figure, split), question.params())
    counts = _by_division(rows)
    totals = (
        counts if split is None else _by_division(ask(_counting(figure, None), question.params()))
    )
    for node, kinds in totals.items():
        counts[node][TOTAL] = kinds[TOTAL]
    found = tuple(sorted({*cells, *(c for k in counts.values() for c in k)} - {TOTAL}))
    threshold = Threshold(
        below=question.below,
        zero_tells=figure.zero_tells,
        additive=split is not None and not split.several,
    )
    if not figure.of.of_people:
        return _Table(counts.get(question.path, {}), found, frozenset())
    if not question.tells_of_people:
        return _Table({}, found, frozenset({TOTAL, *found}))
    touched: set[Place] = set()
    if question.earlier:
        for one in {split, None}:
            touched |= set(_touched(figure, one, question, ask))
    hidden = held_back(
        question.path, counts, found, threshold, _children_on(question.as_of), touched
    )
    return _Table(counts.get(question.path, {}), found, hidden)


def _counting(figure: Figure, split: Split | None) -> str:
    """Rows and persons by division (down to the depth of the one asked about) and cell."""
    return (
        f"select places[1:%(depth)s] as node, cell, count(*) as rows, "
        f"count(distinct subject) as persons from ({_rows(figure, split)}) counted group by 1, 2"
    )


def _rows(figure: Figure, split: Split | None) -> str:
    cell = f"'{TOTAL}'" if split is None else split.cell
    if split is not None and split.several:
        cell = f"unnest({cell})"
    return (
        f"select f.places, {cell} as cell, {figure.of.subject} as subject, "
        f"{figure.of.event} as event_id from {rows_of(figure)}"
    )


def rows_of(figure: Figure) -> str:
    """The fact rows of the province asked about that were known to stand and meet the figure's condition."""
    known = live("f") if figure.of.versioned else "true"
    return f"{figure.of.table} f where f.places[1] = %(root)s and {known} and {figure.where}"


def _by_division(rows: Iterable[dict[str, Any]]) -> dict[Node, dict[str, Count]]:
    """The counts of every division above the rows' own as well."""
    counts: dict[Node, dict[str, Count]] = defaultdict(dict)
    for row in rows:
        path, cell = tuple(row["node"]), row["cell"] or "UNKNOWN"
        count = Count(row["rows"], row["persons"])
        for depth in range(1, len(path) + 1):
            kinds = counts[path[:depth]]
            kinds[cell] = kinds.get(cell, Count()).plus(count)
    return counts


def _children_on(day: date) -> Callable[[str], Iterable[str]]:
    return lambda division: (d.id for d in Divisions.load().children(division, day))


def _touched(figure: Figure, split: Split | None, question: Question, ask: Ask) -> Iterator[Place]:
    """Cells in which a few persons are counted on this day and not on an earlier published one, or the reverse."""
    for as_of, position in question.earlier:
        before = question.params() | {
            "below": question.below,
            "position_then": position,
            "as_of_then": as_of,
            "to_on_then": min(question.days.last, as_of),
        }
        for row in ask(_few_changed(figure, split), before):
            yield tuple(row["node"]), row["cell"]


def _few_changed(figure: Figure, split: Split | None) -> str:
    """The cells of every division in which fewer than ``below`` came or went; one that only moved within did not."""
    now = (
        "select array_to_string(places[1:%(depth)s], '/') collate \"C\" as node, "
        "coalesce(nullif(cell, ''), 'UNKNOWN') collate \"C\" as cell, subject "
        f"from ({_rows(figure, split)}) n"
    )
    then = now
    for name in ("position", "as_of", "to_on"):
        then = then.replace(f"%({name})s", f"%({name}_then)s")
    return (
        "with changed as (select node, cell, subject, bool_or(now) as now from ("
        f"select true as now, * from ({now}) n union all select false, * from ({then}) t) both_days "
        "group by 1, 2, 3 having bool_or(now) <> bool_or(not now)), "
        "levels as (select string_to_array(node, '/') as path, cell, subject, now from changed), "
        "moved as (select path[1:level] as node, cell, subject "
        "from levels, generate_series(1, cardinality(path)) level "
        "group by 1, 2, 3 having bool_and(now) or not bool_or(now)) "
        "select node, cell from moved group by 1, 2 having count(*) < %(below)s"
    )


def _reckoned(figure: Figure, question: Question, ask: Ask) -> int | None:
    """The middle of a number over the rows, or its sum."""
    of = (
        f"percentile_disc(0.5) within group (order by ({figure.median})::numeric)"
        if figure.median
        else f"coalesce(sum({figure.adds}), 0)"
    )
    found = ask(
        f"select {of} as reckoned from {rows_of(figure)} and %(division)s = any(f.places) "
        f"and {figure.having or 'true'}",
        question.params(),
    )
    reckoned = found[0]["reckoned"]
    return None if reckoned is None else int(reckoned)
