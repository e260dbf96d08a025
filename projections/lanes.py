"""道 · The steps of a batch, each subject's in their order; what many subjects are told next goes as one statement.

Two subjects that one step speaks of share a lane from then on, so that their steps keep their order too. Of the lanes,
those go first whose next statement most are waiting for: so lanes that are out of step come together again.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from dataclasses import dataclass, field
from typing import Any

from eventlog.entries import Write
from projections.rowwrite import RowWrite, Step, as_json, many

Going = Step | RowWrite


@dataclass
class Lanes:
    """The steps that wait; ``tables``: those they speak of."""

    tables: set[str] = field(default_factory=set)
    _steps: list[Going] = field(default_factory=list)
    _leads: dict[Hashable, Hashable] = field(default_factory=dict)
    """Subject → another of its lane; the last of them is the lane's name."""

    def comes(self, step: Going, tables: frozenset[str]) -> None:
        """A step that may wait for those of other subjects."""
        self.tables |= tables
        self._steps.append(step)
        first, *others = _subjects(step)
        lane = self._lane(first)
        for other in others:
            self._leads[self._lane(other)] = lane

    def go(self) -> Iterator[Write]:
        """All of them, as few statements."""
        lanes: dict[Hashable, list[Going]] = {}
        for step in self._steps:
            lanes.setdefault(self._lane(_subjects(step)[0]), []).append(step)
        self.tables, self._steps, self._leads = set(), [], {}
        next_: dict[Any, list[list[Going]]] = {}
        for lane in lanes.values():
            lane.reverse()
            next_.setdefault(lane[-1].sql, []).append(lane)
        while next_:
            text = max(next_, key=lambda t: len(next_[t]))
            going = next_.pop(text)
            yield _at_once([lane.pop() for lane in going])
            for lane in going:
                if lane:
                    next_.setdefault(lane[-1].sql, []).append(lane)

    def _lane(self, subject: Hashable) -> Hashable:
        leads = self._leads
        led = leads.setdefault(subject, subject)
        while led != (further := leads[led]):
            leads[subject] = led = further
        return led


def _subjects(step: Going) -> tuple[Hashable, ...]:
    return step.of if isinstance(step, Step) else step.under


def _at_once(steps: list[Going]) -> Write:
    """One statement for all of them."""
    first = steps[0]
    if len(steps) == 1:
        return first
    text: Any = first.many if isinstance(first, Step) else many(first.parts)
    return Write(text, {"rows": as_json([step.params for step in steps])})
