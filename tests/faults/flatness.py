"""Whether a figure stays where it is: a line through the looks at it, and how far that line climbs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

LOOKS_MIN = 8
"""Fewer say nothing about a slope."""
MEMORY_MB = 25.0
"""How far the line through a process's memory may climb over the later half of a run, short or long."""
LAG_EVENTS = 50.0
LAG_LAST = 100
"""How far behind a later projection may be at the end."""


def climb(values: Sequence[float]) -> float:
    """By how much the line of least squares through equally spaced values rises from the first to the last."""
    many = len(values)
    if many < 2:
        return 0.0
    middle, mean = (many - 1) / 2, sum(values) / many
    slope = sum((x - middle) * (y - mean) for x, y in enumerate(values)) / sum(
        (x - middle) ** 2 for x in range(many)
    )
    return slope * (many - 1)


def _later(values: list[float]) -> list[float]:
    """The later half: first deliveries fill caches, and that ends."""
    return values[len(values) // 2 :]


@dataclass
class Looks:
    """What was seen since everybody was there, look by look: memory in MB by process, and lag in events."""

    memory: dict[str, list[float]] = field(default_factory=dict)
    lag: list[float] = field(default_factory=list)

    def add(self, memory: dict[str, float], lag: float) -> None:
        """One look."""
        for kind, value in memory.items():
            self.memory.setdefault(kind, []).append(value)
        self.lag.append(lag)

    def findings(self) -> Iterator[str]:
        """What is not flat; or that there were too few looks to say."""
        if len(self.lag) < LOOKS_MIN:
            yield f"only {len(self.lag)} looks since all subscribers were there"
            return
        for kind, values in self.memory.items():
            if (up := climb(_later(values))) > MEMORY_MB:
                yield f"memory of {kind} climbs by {up:.0f} MB"
        if (up := climb(self.lag)) > LAG_EVENTS:
            yield f"lag climbs by {up:.0f} events"
        if self.lag[-1] > LAG_LAST:
            yield f"lag is {self.lag[-1]:.0f} events at the end"

    def told(self) -> str:
        """In a line."""
        memory = ", ".join(
            f"{kind} {climb(_later(of)):+.1f} MB" for kind, of in self.memory.items()
        )
        return f"over {len(self.lag)} looks, of memory the later half: {memory}, lag {climb(self.lag):+.1f} events"
