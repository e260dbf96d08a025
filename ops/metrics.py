"""指标 · ``/metrics``: what an operator watches, in the text format of Prometheus (version 0.0.4).

Figures alone: of the installation as the last look found it (``ops.health``), and of this process since it began. A
label is a name out of a list of this program's own (a projection, an outcome, why somebody was turned away), never
anything of a person, a place, a unit or a document.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from schema.context import Services
from schema.plan.plans import Plans
from schema.transport.admission import Admission

MEDIA_TYPE = "text/plain; version=0.0.4; charset=utf-8"
PREFIX = "yidang_"


@dataclass(frozen=True)
class Figure:
    """One figure: its value, or a value for each name of a list. ``counts``: grows for as long as the process lives."""

    name: str
    says: str
    value: float | Mapping[str, float]
    label: str = ""
    counts: bool = False

    def lines(self) -> Iterator[str]:
        """As it is exposed."""
        name = f"{PREFIX}{self.name}"
        yield f"# HELP {name} {self.says}"
        yield f"# TYPE {name} {'counter' if self.counts else 'gauge'}"
        if isinstance(self.value, Mapping):
            for each, value in sorted(self.value.items()):
                yield f'{name}{{{self.label}="{each}"}} {value:.12g}'
        else:
            yield f"{name} {self.value:.12g}"


def exposed(figures: Iterable[Figure]) -> str:
    """The whole answer."""
    return "".join(f"{line}\n" for figure in figures for line in figure.lines())


def of_the_installation(*, ready: bool, told: Mapping[str, Any]) -> Iterator[Figure]:
    """What ``/readyz`` tells, as figures; what was never seen is left out and not zero."""
    yield Figure("ready", "可以服务 · whether this process can serve", int(ready))
    yield Figure("seen_seconds_ago", "上次查看 · since the last look", told["seenSecondsAgo"])
    if "head" not in told:
        return
    lag = told["lag"]
    yield Figure("log_head", "日志末位 · position of the last event", told["head"])
    yield Figure("log_writable", "日志可写 · the database takes what is new", int(told["writable"]))
    for each in ("events", "seconds"):
        yield Figure(
            f"projection_lag_{each}",
            "后述读模型的滞后 · how far a later projection is behind the log",
            {name: behind[each] for name, behind in lag.items()},
            "projection",
        )
    yield Figure(
        "parked", "搁置的流 · streams that projections and clocks set aside", told["parked"]
    )
    yield Figure("clocks_due", "到期未响的时钟 · clocks due and unrung", told["clocks"]["due"])
    yield Figure(
        "clocks_late_seconds",
        "最早未响的时钟迟了多久 · how late the oldest unrung clock is",
        told["clocks"]["lateSeconds"],
    )
    there = told["connections"]
    yield Figure("database_connections", "数据库连接 · connections to the server", there["open"])
    yield Figure("database_connections_most", "连接上限 · as many as it takes", there["most"])


def of_the_process(
    admission: Admission, services: Services, plans: Plans | None
) -> Iterator[Figure]:
    """Of a process that answers: who is served and who was not, since it began."""
    yield Figure("requests_running", "在办请求 · requests that run", admission.running_in_all)
    yield Figure("requests_waiting", "排队请求 · requests that wait", admission.waiting_in_all)
    refused = {verdict.value: n for verdict, n in admission.refused.items()}
    yield Figure("requests_refused_total", "被挡请求 · turned away", refused, "why", counts=True)
    yield Figure(
        "streams_open", "打开的订阅连接 · event streams and sockets", admission.streams_in_all
    )
    views = tuple(services.views.values())
    yield Figure("views", "被订阅的队列 · live queues that are looked at", len(views))
    followers = sum(channel.size for view in views for channel in view.channels.values())
    yield Figure("followers", "跟随者 · subscribers who are told together", followers)
    outcomes = dict(services.outcomes)
    yield Figure(
        "commands_total", "办理结果 · commands by outcome", outcomes, "outcome", counts=True
    )
    if plans is None:
        return
    reads = {"plan": plans.answered, "graphql_core": plans.left, "fault": plans.faults}
    yield Figure("reads_total", "查询 · by which way they were answered", reads, "way", counts=True)
    if (flushes := plans.flushes) is not None:
        written, failed = float(flushes.written), float(flushes.failed)
        yield Figure("journal_flushes_total", "查阅记录写入 · batches", written, counts=True)
        yield Figure("journal_flushes_failed_total", "写入失败 · not written", failed, counts=True)
        yield Figure(
            "journal_flush_seconds_total", "写入用时 · in all", flushes.seconds, counts=True
        )
