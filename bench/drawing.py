"""Pictures of the report as SVG text: bars side by side, and a cost against the number of children."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape
from math import floor, log10

from bench.figures import short

WIDTH, ROW, LEFT, RIGHT = 680, 26, 250, 110
HIGH, BASE, SIDE, TOP = 250, 200, 62, 20
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


def curve(
    points: Sequence[tuple[float, float]],
    line: Callable[[float], float] | None,
    marks: Sequence[tuple[float, str]],
    unit: str,
) -> str:
    """Measured points, the fitted line beyond them (dashed), and what it says at the marks; both axes logarithmic."""
    xs = [p[0] for p in points] + [m[0] for m in marks]
    ys = [p[1] for p in points] + ([line(x) for x in xs] if line else [])
    x_of = _scale(min(xs), max(xs), SIDE, WIDTH - RIGHT)
    y_of = _scale(min(ys), max(ys), BASE, TOP)
    out = [_open(HIGH), *_axes(xs, ys, x_of, y_of, unit)]
    if line:
        ends = [(x, line(x)) for x in (min(xs), max(p[0] for p in points), max(xs))]
        for (x1, y1), (x2, y2), dash in zip(ends, ends[1:], ("", "5 4"), strict=False):
            out.append(
                f'<line x1="{x_of(x1):.1f}" y1="{y_of(y1):.1f}" x2="{x_of(x2):.1f}" y2="{y_of(y2):.1f}" '
                f'stroke="{COLOURS["ours"]}" stroke-width="2" stroke-dasharray="{dash}"/>'
            )
        for at, label in marks:
            out += [
                _dot(x_of(at), y_of(line(at)), COLOURS["more"]),
                _text(x_of(at) + 8, y_of(line(at)) + 4, f"{label}: {short(line(at))} {unit}"),
            ]
    out += [_dot(x_of(x), y_of(y), COLOURS["ours"]) for x, y in points]
    return "".join(out) + "</svg>"


def _axes(
    xs: Sequence[float],
    ys: Sequence[float],
    x_of: Callable[[float], float],
    y_of: Callable[[float], float],
    unit: str,
) -> list[str]:
    out = [
        f'<line x1="{SIDE}" x2="{WIDTH - RIGHT}" y1="{BASE + 8}" y2="{BASE + 8}" stroke="#888"/>',
        _text(WIDTH - RIGHT, BASE + 40, "儿童 children", "end"),
        _text(SIDE - 6, 11, unit, "end"),
    ]
    decades, ends = _decades(min(xs), max(xs)), sorted({min(ys), max(ys)})
    out += [_text(x_of(t), BASE + 24, f"{t:,.0f}", "middle") for t in decades]
    return out + [_text(SIDE - 6, y_of(t) + 4, short(t), "end") for t in ends]


def _decades(least: float, most: float) -> list[float]:
    first, last = floor(log10(least)), floor(log10(most))
    return [t for t in (10.0**n for n in range(first, last + 1)) if least <= t <= most] or [least]


def _scale(least: float, most: float, begin: float, end: float) -> Callable[[float], float]:
    """A logarithmic scale; a cost that does not grow lies in the middle."""
    low, high = log10(least), log10(most)
    if high - low < 0.02:  # noqa: PLR2004 - less than five in a hundred
        low, high = low - 0.5, high + 0.5

    def place(value: float) -> float:
        return begin + (end - begin) * (log10(value) - low) / (high - low)

    return place


def _open(high: int) -> str:
    return f'<svg viewBox="0 0 {WIDTH} {high}" width="{WIDTH}" height="{high}" role="img">'


def _text(x: float, y: float, text: str, anchor: str = "start") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(text)}</text>'


def _dot(x: float, y: float, colour: str) -> str:
    return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4" fill="{colour}"/>'
