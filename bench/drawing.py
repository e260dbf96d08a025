"""Pictures of the report as SVG text: bars side by side, and a cost against the number of children."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape
from itertools import cycle
from math import ceil, floor, log10

from bench.figures import short

WIDTH, ROW, LEFT, RIGHT = 680, 26, 250, 110
HIGH, BASE, SIDE, TOP, MARGIN = 250, 200, 70, 30, 70
COLOURS = {"ours": "#1f6f5c", "other": "#b5b0a3", "goal": "#b3402a", "more": "#c98a2b"}


@dataclass(frozen=True)
class Bar:
    """One bar; ``least`` and ``most`` of the rounds are a thin line upon it."""

    label: str
    value: float
    least: float
    most: float
    ours: bool = True


def bars(given: Sequence[Bar], unit: str, goal: float | None = None) -> str:
    """Horizontal bars from nought, longest to the right edge; the goal a line."""
    top = max([b.most for b in given] + ([goal] if goal else []))
    span, high = WIDTH - LEFT - RIGHT, ROW * len(given) + 8

    def x(value: float) -> float:
        return LEFT + span * value / top

    out = [_open(high)]
    for n, bar in enumerate(given):
        y, upon = n * ROW + 6, f'x1="{x(bar.least):.1f}" x2="{x(bar.most):.1f}"'
        colour = COLOURS["ours" if bar.ours else "other"]
        out += [
            _text(LEFT - 8, y + 13, bar.label, "end"),
            f'<rect x="{LEFT}" y="{y}" width="{x(bar.value) - LEFT:.1f}" height="16" fill="{colour}"/>',
            f'<line {upon} y1="{y + 8}" y2="{y + 8}" stroke="#222" stroke-width="1.5"/>',
            _text(x(bar.most) + 6, y + 13, f"{short(bar.value)} {unit}"),
        ]
    if goal:
        out.append(
            f'<line x1="{x(goal):.1f}" x2="{x(goal):.1f}" y1="0" y2="{high}" '
            f'stroke="{COLOURS["goal"]}" stroke-dasharray="4 3"/>'
        )
    return "".join(out) + "</svg>"


@dataclass(frozen=True)
class Point:
    """A cost measured at so many children; ``least`` and ``most`` of the rounds are a thin line through it."""

    at: float
    value: float
    least: float
    most: float


def curve(
    points: Sequence[Point],
    line: Callable[[float], float],
    marks: Sequence[tuple[float, str]],
    unit: str,
) -> str:
    """Measured points, the fitted line, dashed beyond them, and what it says at the marks.

    Costs stand on a plain scale from nought: what does not grow looks level. Numbers of children are logarithmic.
    """
    xs = [p.at for p in points] + [at for at, _ in marks]
    ticks = _ticks(max([p.most for p in points] + [line(x) for x in xs]))
    x_of = _logarithmic(min(xs), max(xs), SIDE, WIDTH - MARGIN)

    def y_of(value: float) -> float:
        return BASE + (TOP - BASE) * value / ticks[-1]

    last, steps = max(p.at for p in points), 40
    out = [_open(HIGH), *_axes(xs, ticks, x_of, y_of, unit)]
    for begin, end, dash in ((min(xs), last, ""), (last, max(xs), "5 4")):
        between = [begin * (end / begin) ** (n / steps) for n in range(steps + 1)]
        path = " ".join(f"{x_of(x):.1f},{y_of(line(x)):.1f}" for x in between)
        out.append(
            f'<polyline points="{path}" fill="none" stroke="{COLOURS["ours"]}" stroke-width="2" '
            f'stroke-dasharray="{dash}"/>'
        )
    for p in points:
        x = f"{x_of(p.at):.1f}"
        out += [
            f'<line x1="{x}" x2="{x}" y1="{y_of(p.least):.1f}" y2="{y_of(p.most):.1f}" stroke="#222"/>',
            _dot(x_of(p.at), y_of(p.value), COLOURS["ours"]),
        ]
    above_and_below = cycle((-10, 20))  # in turn, so that neighbours do not touch
    for (at, label), beside in zip(marks, above_and_below, strict=False):
        y = y_of(line(at))
        told = _text(x_of(at), y + beside, f"{label}: {short(line(at))} {unit}", "middle")
        out += [_dot(x_of(at), y, COLOURS["more"]), told]
    return "".join(out) + "</svg>"


def _axes(
    xs: Sequence[float],
    ticks: Sequence[float],
    x_of: Callable[[float], float],
    y_of: Callable[[float], float],
    unit: str,
) -> list[str]:
    right = WIDTH - MARGIN
    out = [_text(right, BASE + 36, "儿童 children", "end"), _text(SIDE - 6, 12, unit, "end")]
    for t in ticks:
        y = f"{y_of(t):.1f}"
        colour = "#ddd" if t else "#888"
        out.append(f'<line x1="{SIDE}" x2="{right}" y1="{y}" y2="{y}" stroke="{colour}"/>')
        out.append(_text(SIDE - 6, y_of(t) + 4, short(t), "end"))
    decades = _decades(min(xs), max(xs))
    return out + [_text(x_of(t), BASE + 20, f"{t:,.0f}", "middle") for t in decades]


def _ticks(most: float) -> list[float]:
    """Nought and round numbers, three to six of them, the last of which no value exceeds."""
    whole = 10.0 ** floor(log10(most))
    step = next(s for s in (whole / 4, whole / 2, whole, 2.5 * whole) if most <= 5 * s)
    return [step * n for n in range(ceil(most / step) + 1)]


def _decades(least: float, most: float) -> list[float]:
    first, last = floor(log10(least)), floor(log10(most))
    return [t for t in (10.0**n for n in range(first, last + 1)) if least <= t <= most] or [least]


def _logarithmic(least: float, most: float, begin: float, end: float) -> Callable[[float], float]:
    low, high = log10(least), log10(most)

    def place(value: float) -> float:
        return begin + (end - begin) * (log10(value) - low) / (high - low)

    return place


def _open(high: int) -> str:
    return f'<svg viewBox="0 0 {WIDTH} {high}" width="{WIDTH}" height="{high}" role="img">'


def _text(x: float, y: float, text: str, anchor: str = "start") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(text)}</text>'


def _dot(x: float, y: float, colour: str) -> str:
    return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4" fill="{colour}"/>'
