"""The report says what was measured, marks what was measured under load, and reads its curves right."""

from __future__ import annotations

from math import isclose
from typing import Any

import pytest

from bench.drawing import BASE, COLOURS, Bar, Point, bars, curve
from bench.figures import Figure, figure
from bench.prediction import Bound, Demand, bounds, fitted, steady
from bench.reads.__main__ import figures_of
from bench.report import Run, page, rounded

MACHINE: dict[str, Any] = {
    "processor": "a processor",
    "cores": 4,
    "memory_gib": 16.0,
    "kernel": "a kernel",
    "python": "3.11",
    "postgresql": "18.6",
    "packages": {"uvicorn": "1"},
    "commit": "abc",
    "at": "2026-01-01T00:00:00Z",
    "busy_before": 0.0,
    "under_load": False,
}


def _run(children: int, *figures: Figure, **machine: object) -> Run:
    return Run("growth", children, {**MACHINE, **machine}, figures)


def test_a_power_law_is_found_from_its_points() -> None:
    found = fitted([(n, 3 * n**0.5) for n in (1_000.0, 10_000.0, 100_000.0)])
    assert found is not None
    cost, exponent = found
    assert isclose(exponent, 0.5)
    assert isclose(cost(1_000_000), 3_000)


def test_one_size_gives_no_curve_but_its_own_cost() -> None:
    assert fitted([(1_000.0, 2.0), (1_000.0, 3.0)]) is None
    assert steady([(1_000.0, 2.0)])(1e6) == 2.0


def test_a_machine_ends_where_what_is_asked_is_all_there_is() -> None:
    half = Bound("", "", lambda n: n / 500_000)
    assert isclose(half.end(), 500_000, rel_tol=1e-6)
    costs = {"page_us": steady([(1, 1000.0)]), "by_id_us": steady([(1, 1000.0)])}
    costs["command_us"] = steady([(1, 0.0001)])
    (processors,) = bounds(costs, cores=1, memory_gib=1)
    a_second = Demand().a_second(120, processors.end())
    assert isclose(a_second * 1000 / 1e6, 0.6, rel_tol=1e-3)


@pytest.mark.parametrize(("median", "mark"), [(1.4, "✓"), (1.6, "✗")])
def test_a_goal_is_told_as_reached_or_not(median: float, mark: str) -> None:
    made = page([_run(2_000, figure("privacy.by_id.ratio", "by id", "×", [median], 1.5))])
    assert f">{mark}</tr>" in made
    assert "≤ 1.5" in made


def test_figures_under_load_are_marked_and_others_are_not() -> None:
    one = figure("growth.events", "events", "events", [12.0])
    assert 'class="load"' not in page([_run(2_000, one)])
    assert "growth (2,000)" in page([_run(2_000, one, under_load=True)])


def test_the_page_stands_alone_and_draws_the_growth() -> None:
    runs = [
        _run(n, figure("privacy.page.us", "page", "µs", [n**0.1])) for n in (2_000, 20_000, 200_000)
    ]
    made = page(runs)
    assert "n^0.10" in made
    assert "<svg" in made
    assert not any(word in made for word in ("<script", "src=", "href=", "@import", "url("))


def test_bars_are_as_long_as_their_values_and_labels_are_text() -> None:
    drawn = bars([Bar("<a>", 10, 9, 11), Bar("b", 5, 5, 5)], "ms")
    assert "&lt;a&gt;" in drawn
    one, two = (float(rect.split('width="')[1].split('"')[0]) for rect in drawn.split("<rect ")[1:])
    assert isclose(one / two, 2, rel_tol=1e-2)


def _heights(drawn: str) -> list[float]:
    """The y of each point of the lines of a curve."""
    lines = [part.split('"')[0] for part in drawn.split('points="')[1:]]
    return [float(point.split(",")[1]) for line in lines for point in line.split()]


def test_a_curve_has_every_point_with_its_spread_and_every_mark() -> None:
    points = [Point(10, 1, 0.9, 1.1), Point(100, 2, 1.5, 2.5)]
    drawn = curve(points, lambda n: n**0.3, [(1_000, "there"), (10_000, "far")], "ms")
    assert drawn.count("<circle") == 4
    assert drawn.count('stroke="#222"') == 2
    assert "there: 7.94 ms" in drawn
    assert "far: 15.8 ms" in drawn


def test_what_does_not_grow_looks_level_and_what_doubles_looks_twice_as_high() -> None:
    points = [Point(1_000, 500, 490, 510), Point(10_000, 490, 480, 500)]
    level = _heights(curve(points, lambda n: 500 * (n / 1000) ** -0.01, [(1e6, "there")], "µs"))
    assert max(level) - min(level) < 15, "a hundredth of a power is no slope"
    double = _heights(curve(points, lambda n: n / 20, [], "µs"))
    assert isclose(BASE - min(double), 10 * (BASE - max(double)), rel_tol=1e-2)


def test_a_curve_stands_on_nought_and_its_last_tick_is_above_all() -> None:
    drawn = curve([Point(10, 95, 90, 101), Point(100, 99, 90, 101)], lambda _n: 97.0, [], "ms")
    told = [part.split("<")[0] for part in drawn.split('text-anchor="end">')[1:]]
    assert told[2:] == ["0", "25", "50", "75", "100", "125"]


def test_ways_of_reading_stand_side_by_side_and_ours_are_ours() -> None:
    measured = {"Q1": {"unjournaled": [80.0], "hand": [100.0], "postgraphile": [20.0]}}
    made = page([Run("reads", 2_000, MACHINE, tuple(figures_of(measured)))])
    picture = made.partition("Answers a second · Q1")[2].partition("</figure>")[0]
    assert picture.count("<rect") == 3
    assert picture.count(COLOURS["ours"]) == 1
    assert "PostGraphile 5" in picture
    assert "dashed" not in picture


def test_what_was_measured_on_one_size_is_told_and_not_drawn() -> None:
    made = page([_run(2_000, figure("growth.events", "events", "events", [12.0]))])
    assert "<li>每名儿童的事件 · events, a child: 12<" in made
    assert "<svg" not in made


def test_a_prediction_has_two_figures_that_count() -> None:
    assert rounded(3_439_329.2) == "3,400,000"


def test_a_round_without_an_answer_is_no_ratio() -> None:
    rates = {"unjournaled": [80.0, 90.0, 0.0], "hand": [100.0, 0.0, 100.0], "yidang": [60.0] * 3}
    found = {f.key: f.values for f in figures_of({"Q1": {**rates, "idiomatic": [0.0] * 3}})}
    assert found["reads.Q1.unjournaled.hand"] == (0.8, 0.0), "that we had no answer counts"
    assert found["reads.Q1.yidang.hand"] == (0.6, 0.6)
    assert "reads.Q1.yidang.idiomatic" not in found
