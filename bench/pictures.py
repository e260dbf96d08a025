"""The report's bars: what was measured side by side in one run, on the largest city on which it was."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from html import escape

from bench.drawing import Bar, bars
from bench.figures import Figure

Found = Mapping[str, Figure]
"""The figures of a report by their key."""

READERS = {
    "unjournaled": "一档,不记查阅 journal off",
    "apart": "一档,不记查阅,各人各读 journal off, as by sixteen people",
    "yidang": "一档,记查阅 journal on",
    "hand": "手写SQL hand-written, no privacy",
    "reference": "一档 by graphql-core",
    "postgraphile": "PostGraphile 5",
    "yoga": "graphql-yoga + graphql-jit",
    "idiomatic": "strawberry, idiomatic",
}
"""The ways of reading that are measured (``bench.reads``), as the report calls them."""
WRITERS = {
    "event log": "一档 an event, chained",
    "… + one inline projection": "一档 + command id, a row",
    "raw INSERTs of the same rows": "the same rows, a commit each",
    "eventsourcing as shipped": "eventsourcing as shipped",
    "emmett-postgresql": "emmett-postgresql",
    "message-db": "message-db",
}
"""The ways of appending (``bench.append``)."""
LISTENERS = {
    "sse": "一档 SSE",
    "ws": "一档 graphql-transport-ws",
    "peer": "strawberry graphql-transport-ws",
}
OURS = {
    "unjournaled",
    "apart",
    "yidang",
    "event log",
    "… + one inline projection",
    "sse",
    "ws",
    "us",
}


def side_by_side(found: Found) -> list[str]:
    """The section; nothing where nothing of it was measured."""
    made = [*_reads(found), *_appends(found), *_listening(found), *_privacy(found)]
    return ["<h2>并排 · Side by side</h2>", *made] if made else []


def captioned(caption: str, picture: str) -> str:
    """A picture under its caption."""
    return f"<figure><figcaption>{escape(caption)}</figcaption>{picture}</figure>"


def _reads(found: Found) -> Iterable[str]:
    for name in ("Q1", "Q2", "Q3", "Q4", "Q5"):
        given = _given(found, f"reads.{name}.rate.{{}}", READERS)
        about = found.get(f"growth.{name}.us")
        told = about.label.partition(":")[0] if about else name
        yield from _drawn(f"每秒应答 Answers a second · {told}", given, "/s")


def _appends(found: Found) -> Iterable[str]:
    given = _given(found, "append.rate.{}", WRITERS)
    yield from _drawn("每秒追加,32个写入者 Appends a second, 32 writers, durable", given, "/s")


def _listening(found: Found) -> Iterable[str]:
    for key, title, unit, goal in (
        (
            "last",
            "一个事件到最后一个订阅者 · One event to the last of 2,000 subscribers",
            "ms",
            100.0,
        ),
        ("cpu", "服务器处理器时间,每个订阅者 · Server processor time a subscriber", "µs", None),
        ("kib", "空闲订阅者占用内存 · Memory of an idle subscriber", "KiB", 25.0),
    ):
        given = _given(found, f"fanout.{{}}.{key}", LISTENERS)
        yield from _drawn(title, given, unit, goal)


def _privacy(found: Found) -> Iterable[str]:
    names = {"us": "有隐私保护 with privacy", "bare_us": "无 without"}
    for key, title in (
        ("by_id", "按编号读 · A child by id"),
        ("page", "待办页 · A queue page of 50"),
    ):
        given = _given(found, f"privacy.{key}.{{}}", names)
        yield from _drawn(f"隐私的代价 Cost of privacy: {title}", given, "µs")


def _given(found: Found, key: str, names: Mapping[str, str]) -> list[Bar]:
    figures = ((name, found.get(key.format(name))) for name in names)
    return [_bar(names[name], f, ours=name in OURS) for name, f in figures if f is not None]


def _bar(label: str, f: Figure, *, ours: bool) -> Bar:
    return Bar(label, f.median, min(f.values), max(f.values), ours)


def _drawn(title: str, given: Sequence[Bar], unit: str, goal: float | None = None) -> Iterable[str]:
    if given:
        dashed = f" · 虚线为目标 dashed: goal {goal:g} {unit}" if goal else ""
        yield captioned(f"{title}{dashed}", bars(given, unit, goal))
