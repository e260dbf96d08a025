"""One page for people from the figures that are kept: ``python -m bench.report [OUT]`` writes ``bench/report.html``.

It reads ``build/bench/*.json`` as the parts of the bench left them and stands alone: no script, no font, no picture
from elsewhere. Figures taken while the machine was busy with other work are marked as such.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any

import orjson

from bench.drawing import Point, curve
from bench.figures import KEPT, ROOT, Figure, said_of, short
from bench.pictures import captioned, side_by_side
from bench.prediction import SIZES, Bound, Cost, Demand, bounds, fitted, steady

OUT = ROOT / "bench" / "report.html"
STYLE = """body{font:16px/1.6 system-ui,"PingFang SC","Noto Sans CJK SC",sans-serif;max-width:46rem;margin:2rem auto;
padding:0 1rem;color:#222;background:#fdfcf9}h1{font-size:1.6rem}h2{font-size:1.2rem;margin-top:2.4rem}
table{border-collapse:collapse;width:100%;font-size:.9rem}td,th{border-bottom:1px solid #ddd;padding:.25rem .4rem;
text-align:left}th.part{padding-top:1rem;color:#1f6f5c}td.n{text-align:right;white-space:nowrap;font-variant-numeric:tabular-nums}.no{color:#b3402a}.yes{color:#1f6f5c}
.load{background:#fbeee0;padding:.5rem .8rem;border-left:4px solid #c98a2b}svg{max-width:100%;height:auto}
svg text{font-size:12px;fill:#333}code{background:#f1efe8;padding:0 .2rem}figure{margin:1rem 0}"""
COSTS: tuple[tuple[str, str, str], ...] = (
    (
        "privacy.by_id.us",
        "by_id_us",
        "处理器时间,按编号读一名儿童 · processor time of a child by id, µs",
    ),
    (
        "privacy.page.us",
        "page_us",
        "处理器时间,一页50项待办 · processor time of a queue page of 50, µs",
    ),
    ("privacy.by_id.ratio", "", "隐私的代价,按编号 · cost of privacy by id, ×"),
    ("privacy.page.ratio", "", "隐私的代价,待办页 · cost of privacy of a page, ×"),
    ("growth.Q1.us", "", "Q1 儿童、20个事件、待办 · a child with 20 events and its work, µs"),
    (
        "growth.Q2.us",
        "",
        "Q2 一页50项待办与儿童卡片 · a queue page of 50 with the child's card, µs",
    ),
    ("growth.Q3.us", "", "Q3 两条时间线共200个事件 · timelines of 200 events, µs"),
    ("growth.Q4.us", "", "Q4 主任的40名儿童 · a director's caseload of 40, µs"),
    ("growth.Q5.us", "", "Q5 区县分级计数 · a district's children by tier, µs"),
    ("growth.Q6.us", "", "Q6 一名儿童主任的台账 · the ledger of a village director, µs"),
    ("growth.Q7.us", "", "Q7 自己的待办队列 · one's own queues, µs"),
    ("growth.events", "events", "每名儿童的事件 · events, a child"),
    ("growth.bytes", "bytes", "每名儿童的日志与读模型 · log and read models, bytes a child"),
    ("growth.command_us", "command_us", "处理器时间,一条命令 · processor time of a command, µs"),
    ("retell.rate", "retell_rate", "重述速度 · retelling, events a second"),
)
"""Figure → its name in ``bench.prediction``, and the caption of its curve."""
PARTS = {
    "reads": "读取 · Reads",
    "privacy": "隐私的代价 · Cost of privacy",
    "fanout": "订阅 · Subscriptions",
    "append": "追加 · Appends",
    "retell": "重述与追赶 · Retelling and catching up",
    "growth": "增长 · Growth",
}
"""The parts of the bench, in the order of the table of goals."""
ONCE = {"fanout.sse.kib": "subscriber_kib", "append.rate.… + one inline projection": "append_rate"}
"""Costs that do not depend on the number of children."""


@dataclass(frozen=True)
class Run:
    """The figures of one part on a city of so many children."""

    part: str
    children: int
    machine: Mapping[str, Any]
    figures: tuple[Figure, ...]


def kept(folder: Path = KEPT) -> list[Run]:
    """What the parts left, small cities first."""
    runs = []
    for path in sorted(folder.glob("*-*.json")):
        told = orjson.loads(path.read_bytes())
        figures = tuple(Figure(**{**f, "values": tuple(f["values"])}) for f in told["figures"])
        runs.append(Run(told["part"], told["children"], told["machine"], figures))
    return sorted(runs, key=lambda r: (r.children, r.part))


def page(runs: Sequence[Run]) -> str:
    """The whole page."""
    largest = {f.key: f for r in runs for f in r.figures}
    parts = [_machines(runs), _goals(runs), *side_by_side(largest), *_growth(runs)]
    body = "\n".join(p for p in parts if p)
    return (
        '<!doctype html><html lang="zh-CN"><meta charset="utf-8"><meta name="viewport" '
        'content="width=device-width"><title>一档 · 性能报告 Performance report</title>'
        f"<style>{STYLE}</style><h1>一档 · 性能报告 <small>Performance report</small></h1>{body}</html>\n"
    )


def _machines(runs: Sequence[Run]) -> str:
    lines = dict.fromkeys(
        f"{said_of({**r.machine, 'under_load': False})} · {r.machine['commit']}" for r in runs
    )
    packages = ", ".join(f"{k} {v}" for k, v in runs[-1].machine["packages"].items())
    at = sorted(r.machine["at"] for r in runs)
    told = f"<p>{'<br>'.join(map(escape, lines))}<br>{escape(packages)}<br>{at[0]} – {at[-1]}</p>"
    loaded = sorted({f"{r.part} ({r.children:,})" for r in runs if r.machine["under_load"]})
    if loaded:
        told += (
            '<p class="load">测量时机器同时在做别的工作,绝对数字偏大,同一次运行内的比值较可靠。The machine was busy '
            "with other work while these were measured: absolute figures are too large, ratios taken in one run "
            f"are better: {escape(', '.join(loaded))}.</p>"
        )
    return told


def _goals(runs: Sequence[Run]) -> str:
    rows = []
    for part, title in PARTS.items():
        made = [
            _goal(r, f) for r in runs if r.part == part for f in r.figures if f.must is not None
        ]
        if made:
            rows += [f'<tr><th colspan="6" class="part">{escape(title)}</tr>', *made]
    head = "<tr><th>测量 Measured<th>儿童 Children<th>中位数 Median<th>范围 Spread<th>目标 Goal<th></tr>"
    return f"<h2>目标 · Goals</h2><table>{head}{''.join(rows)}</table>"


def _goal(run: Run, f: Figure) -> str:
    assert f.must is not None, "a figure with a goal"
    sign, mark = "≤" if f.most else "≥", "✓" if f.holds else "✗"
    return (
        f"<tr><td>{escape(f.label)}<td class=n>{run.children:,}<td class=n>{short(f.median)} {f.unit}"
        f"<td class=n>{short(min(f.values))} – {short(max(f.values))}<td class=n>{sign} {short(f.must)}"
        f"<td class={'yes' if f.holds else 'no'}>{mark}</tr>"
    )


def _found(runs: Iterable[Run], key: str) -> list[tuple[int, Figure]]:
    return [(r.children, f) for r in runs for f in r.figures if f.key == key]


def _growth(runs: Sequence[Run]) -> list[str]:
    made, costs = ["<h2>随儿童数增长 · Growth with the number of children</h2>"], dict[str, Cost]()
    marks, once = [(n, name) for n, name, _ in SIZES], []
    for key, name, caption in COSTS:
        found = [(n, f) for n, f in _found(runs, key) if f.median > 0]
        if not found:
            continue
        points = [(float(n), f.median) for n, f in found]
        if name:
            costs[name] = steady(points)
        fit, unit = fitted(points), found[-1][1].unit
        if fit is None:
            once.append(f"<li>{escape(caption)}: {short(points[-1][1])}")
            continue
        drawn = [Point(float(n), f.median, min(f.values), max(f.values)) for n, f in found]
        made.append(captioned(f"{caption} · {_said(fit[1])}", curve(drawn, fit[0], marks, unit)))
    if once:
        made.append(f"<p>仅测一种规模 Measured on one size only:</p><ul>{''.join(once)}</ul>")
    for key, name in ONCE.items():
        if found := _found(runs, key):
            costs[name] = steady([(1.0, found[-1][1].median)])
    machine = runs[-1].machine
    return [
        *made,
        *_predicted(costs, bounds(costs, machine["cores"], machine["memory_gib"]), machine),
    ]


def _said(exponent: float) -> str:
    """The exponent, and what ten times as many children cost by it."""
    return f"n^{exponent:.2f}, 十倍儿童 tenfold ×{10**exponent:.2f}"


def _predicted(
    costs: Mapping[str, Cost], ends: list[Bound], machine: Mapping[str, Any]
) -> list[str]:
    d = Demand()
    asked = (
        f"每{d.children_per_worker:.0f}名儿童一名工作人员,每人每个工作日看{d.queue_pages:.0f}页待办、"
        f"{d.child_files:.0f}份档案;每名儿童每年{d.events_per_child_year:.0f}个事件;忙时一小时占全天"
        f"{d.peak_share:.0%};半数人开着待办。One worker for {d.children_per_worker:.0f} children, who looks at "
        f"{d.queue_pages:.0f} queue pages and {d.child_files:.0f} files a working day; "
        f"{d.events_per_child_year:.0f} events a child and year; a fifth of a day's work in its busiest hour; half of "
        "the workers have a queue open. (platform defaults of this page: bench/prediction.py)"
    )
    head = "".join(f"<th>{escape(name)} {n:,.0f}" for n, name, _ in SIZES)
    rows = "".join(
        f"<tr><td>{escape(b.name)}<br><code>{escape(b.formula)}</code>"
        + "".join(f"<td class=n>{b.share(n):.1%}" for n, _, _ in SIZES)
        + f"<td class=n>{rounded(b.end())}</tr>"
        for b in ends
    )
    if not ends:
        return []
    first = min(ends, key=lambda b: b.end())
    why = "".join(f"<li>{escape(name)}: {escape(why)}" for _, name, why in SIZES)
    size = ""
    if "bytes" in costs:
        gib = ", ".join(f"{name} {costs['bytes'](n) * n / 2**30:,.0f} GiB" for n, name, _ in SIZES)
        size = f"<p>数据库大小 Size of the database: {escape(gib)}.</p>"
    told = (
        f"<p><b>一台这样的机器({machine['cores']} cores, {machine['memory_gib']} GiB)到约 {rounded(first.end())} 名儿童"
        f"为止,首先到头的是{escape(first.name)}。 One such machine ends at about {rounded(first.end())} children: "
        f"{escape(first.name)} first.</b> Beyond it: more web processes on other machines (they hold no state), and a "
        "machine of its own for PostgreSQL. 曲线为 <code>a·n^b</code> 拟合,虚线为外推,未经测量。The curves are fits of "
        "<code>a·n^b</code>; dashed is beyond what was measured.</p>"
    )
    return [
        "<h2>预测 · Prediction</h2>",
        f"<p>{escape(asked)}</p><ul>{why}</ul>",
        f"<table><tr><th>占一台机器的份额 Share of one such machine{head}<th>到头 Ends at, children</tr>{rows}</table>",
        size,
        told,
    ]


def rounded(many: float) -> str:
    """Two figures that count: more would say that a prediction knows them."""
    return f"{float(f'{many:.1e}'):,.0f}"


def main(out: Path = OUT) -> None:
    """Writes the page."""
    runs = kept()
    if not runs:
        raise SystemExit("尚无数据,先运行 make bench · nothing is kept yet: make bench")
    out.write_text(page(runs), encoding="utf-8")
    print(f"报告 · {out}")


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
