"""What the measured growth predicts: for a province, for the country, and where one machine ends.

A cost is fitted as ``cost = a · n^b`` (least squares of logarithms) over the sizes measured. How much is asked of a
platform of n children is an assumption, written out in ``Demand``; the machine is that on which the figures were taken.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import exp, log

SIZES: tuple[tuple[float, str, str], ...] = (
    (
        1_000_000,
        "省 province",
        "一百万名建档儿童 · a million children on file, the size the platform is built for",
    ),
    (
        7_000_000,
        "全国 country",
        "民政部2018年统计农村留守儿童697万 · the ministry counted 6.97 million rural left-behind children in 2018",
    ),
)
"""Where the curves are read off: how many children, the name, and why so many."""
BUSY_MAX = 0.6
"""Of a machine's processors, at the busiest hour: above it waiting grows faster than load."""
RETELL_MAX_H = 8.0
"""A retelling must be over in a night."""
MEMORY_SHARE = 0.5
"""Of the machine's memory that open subscriptions may take."""


@dataclass(frozen=True)
class Demand:
    """What a platform of n children is asked, platform defaults all: per worker and working day, and per child."""

    children_per_worker: float = 40.0
    queue_pages: float = 60.0
    child_files: float = 60.0
    events_per_child_year: float = 12.0
    working_days: float = 250.0
    peak_share: float = 0.2
    """Of a day's work that falls into its busiest hour."""
    online: float = 0.5
    """Of the workers that have a queue open."""

    def workers(self, n: float) -> float:
        """How many work with them."""
        return n / self.children_per_worker

    def a_second(self, per_worker_day: float, n: float) -> float:
        """Reads a second in the busiest hour."""
        return self.workers(n) * per_worker_day * self.peak_share / 3600

    def commands_a_second(self, n: float) -> float:
        """Commands a second in the busiest hour."""
        return n * self.events_per_child_year / self.working_days * self.peak_share / 3600


Cost = Callable[[float], float]


def fitted(points: Sequence[tuple[float, float]]) -> tuple[Cost, float] | None:
    """The fitted cost and its exponent; None where fewer than two sizes were measured."""
    if len({n for n, _ in points}) < 2 or any(v <= 0 for _, v in points):  # noqa: PLR2004
        return None
    xs, ys = [log(n) for n, _ in points], [log(v) for _, v in points]
    x0, y0 = sum(xs) / len(xs), sum(ys) / len(ys)
    slope = sum((x - x0) * (y - y0) for x, y in zip(xs, ys, strict=True)) / sum(
        (x - x0) ** 2 for x in xs
    )
    return (lambda n: exp(y0 + slope * (log(n) - x0))), slope


def steady(points: Sequence[tuple[float, float]]) -> Cost:
    """The fitted cost, or the one measured, as it is."""
    found = fitted(points)
    if found is not None:
        return found[0]
    value = points[-1][1]
    return lambda _n: value


@dataclass(frozen=True)
class Bound:
    """One reason why a machine ends. ``share(n)``: how much of what there is n children need; at 1 it ends."""

    name: str
    formula: str
    share: Cost

    def end(self) -> float:
        """The number of children at which it is used up."""
        low, high = 1_000.0, 1e10
        for _ in range(200):
            middle = (low * high) ** 0.5
            low, high = (middle, high) if self.share(middle) < 1 else (low, middle)
        return low


def bounds(
    costs: Mapping[str, Cost], cores: float, memory_gib: float, demand: Demand | None = None
) -> list[Bound]:
    """The reasons, of those whose costs were measured. µs an answer or command, events/s, KiB a subscriber."""
    d = demand or Demand()
    found = []
    if {"page_us", "by_id_us", "command_us"} <= costs.keys():
        found.append(
            Bound(
                "处理器 processors",
                f"(pages/s · µs a page + files/s · µs a file + commands/s · µs a command) / 1e6 "
                f"÷ ({cores:.0f} cores · {BUSY_MAX})",
                lambda n: (
                    (
                        d.a_second(d.queue_pages, n) * costs["page_us"](n)
                        + d.a_second(d.child_files, n) * costs["by_id_us"](n)
                        + d.commands_a_second(n) * costs["command_us"](n)
                    )
                    / 1e6
                    / (cores * BUSY_MAX)
                ),
            )
        )
    if "subscriber_kib" in costs:
        found.append(
            Bound(
                "订阅占用的内存 memory of open queues",
                f"n / {d.children_per_worker:.0f} · {d.online} · KiB a subscriber "
                f"÷ ({memory_gib:.0f} GiB · {MEMORY_SHARE})",
                lambda n: (
                    d.workers(n)
                    * d.online
                    * costs["subscriber_kib"](n)
                    / (memory_gib * MEMORY_SHARE * 2**20)
                ),
            )
        )
    if "append_rate" in costs:
        found.append(
            Bound(
                "日志写入 appends",
                "commands/s in the busiest hour ÷ appends/s of the log",
                lambda n: d.commands_a_second(n) / costs["append_rate"](n),
            )
        )
    if {"retell_rate", "events"} <= costs.keys():
        found.append(
            Bound(
                "重述须在一夜内完成 a retelling in a night",
                f"n · events a child ÷ events/s of retelling ÷ {RETELL_MAX_H:.0f} h",
                lambda n: n * costs["events"](n) / costs["retell_rate"](n) / 3600 / RETELL_MAX_H,
            )
        )
    return found
