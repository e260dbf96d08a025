"""小单元抑制 · Which figures are held back so that no small group can be seen, or worked out from what is shown (A.2).

The rule, per figure and breakdown, from the province down to the division asked about:

1. A cell is small when fewer than ``below`` rows or persons are in it; a zero is small too where it would tell
   something of everybody who is counted there (``zero_tells``).
2. Where a cell is held back, the same cell is held back in every division below it; where a division's total is held
   back, so is everything of it and below it.
3. Among the divisions side by side (and what lies directly in the one above them, which is never shown) no cell is
   held back alone, and those held back together make up at least ``below``: else the next smallest goes too, an empty
   one last. The same holds among the cells of one division; cells held back in which there is nobody, and where that
   tells nothing, take no other with them. So neither "parent minus children" nor "total minus
   cells" gives a small one.
4. What is left is solved as a system of equations: while a small cell could still be worked out exactly, the smallest
   cell shown beside it is held back as well.

A division's answer depends only on the divisions above it and beside them, never on who asks or which one is asked,
so answers to several questions fit together. ``touched`` adds cells that changed by few persons between two days
(see ``projections.reports.figures``); they count as small.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

TOTAL = "*"
REST: tuple[str, ...] = ("",)
"""What is counted in a division but in none below it."""

Node = tuple[str, ...]
"""A division by its path."""
Place = tuple[Node, str]
_PRIME = (1 << 61) - 1


class Count(NamedTuple):
    """How many rows, and of how many persons."""

    rows: int = 0
    persons: int = 0

    def plus(self, other: Count, sign: int = 1) -> Count:
        """The two together."""
        return Count(self.rows + sign * other.rows, self.persons + sign * other.persons)


Table = Mapping[Node, Mapping[str, Count]]
"""Division → cell (``TOTAL`` among them) → count."""


@dataclass(frozen=True, kw_only=True)
class Threshold:
    """``additive``: the cells of a division add up to its total."""

    below: int
    zero_tells: bool = True
    additive: bool = True

    def small(self, count: Count, total: Count) -> bool:
        """Too few to be shown, in a division that counts ``total``."""
        if count.rows == 0:
            return self.zero_tells and total.rows > 0
        return count.rows < self.below or count.persons < self.below

    def enough(self, counts: Collection[Count]) -> bool:
        """Whether cells held back together hide each other."""
        together = Count()
        for count in counts:
            together = together.plus(count)
        return len(counts) > 1 and min(together) >= self.below


def held_back(
    path: Node,
    table: Table,
    cells: Sequence[str],
    threshold: Threshold,
    below: Callable[[str], Iterable[str]],
    touched: Collection[Place] = (),
) -> frozenset[str]:
    """The cells of the division ``path`` that may not be shown, ``TOTAL`` among them.

    ``below``: the divisions directly in one, so that those in which nothing is counted are answered for as well.
    """
    above = _Level(
        parent=None,
        nodes=(path[:1],),
        table=table,
        cells=tuple(cells),
        threshold=threshold,
        touched=touched,
    ).settled(frozenset())
    for depth in range(1, len(path)):
        parent = path[:depth]
        nodes = {n for n in table if len(n) == depth + 1 and n[:depth] == parent}
        nodes |= {(*parent, one) for one in below(parent[-1])} | {path[: depth + 1]}
        above = _Level(
            parent=parent,
            nodes=tuple(sorted(nodes)),
            table=table,
            cells=tuple(cells),
            threshold=threshold,
            touched=touched,
        ).settled(above, path[: depth + 1])
    return above


@dataclass
class _Level:
    """The divisions side by side under one parent; ``parent`` None: the province alone."""

    parent: Node | None
    nodes: tuple[Node, ...]
    table: Table
    cells: tuple[str, ...]
    threshold: Threshold
    touched: Collection[Place]
    hidden: set[Place] = field(default_factory=set)

    def count(self, node: Node, cell: str) -> Count:
        if node != REST:
            return self.table.get(node, {}).get(cell, Count())
        assert self.parent is not None
        rest = self.count(self.parent, cell)
        for one in self.nodes:
            rest = rest.plus(self.count(one, cell), -1)
        return rest

    def settled(self, above: Collection[str], asked: Node | None = None) -> frozenset[str]:
        """The cells held back at ``asked`` (the one node by default), given those held back above."""
        self.above = frozenset((TOTAL, *self.cells)) if TOTAL in above else frozenset(above)
        self.small = set(self._small())
        self.hidden = self.small | {(n, c) for n in self.nodes for c in self.above}
        if self.parent is not None:
            self.hidden |= {(REST, c) for c in (TOTAL, *self.cells) if self.count(REST, c).rows > 0}
        self._close()
        while weak := self._derived():
            if not self._hide_beside(weak):
                break
            self._close()
        node = asked or self.nodes[0]
        return frozenset(c for n, c in self.hidden if n == node)

    def _small(self) -> Iterator[Place]:
        for node in (*self.nodes, *((REST,) if self.parent is not None else ())):
            for cell in (TOTAL, *self.cells):
                count = self.count(node, cell)
                if node == REST and count.rows == 0:
                    continue
                few = self.threshold.small(count, self.count(node, TOTAL))
                if few or (node, cell) in self.touched:
                    yield node, cell

    def _lines(self) -> Iterator[tuple[Place, ...]]:
        """Cells that add up to something shown: of one division, and of one kind over all divisions."""
        rows = [n for n in self.nodes if (n, TOTAL) not in self.hidden]
        if self.threshold.additive and self.cells:
            for node in rows:
                yield tuple((node, c) for c in self.cells)
        if self.parent is not None:
            for cell in (TOTAL, *self.cells):
                if cell not in self.above:
                    yield tuple((n, cell) for n in (*self.nodes, REST))

    def _close(self) -> None:
        """Rules 2 and 3 until nothing changes."""
        moved = True
        while moved:
            gone = {n for n, c in self.hidden if c == TOTAL}
            below = {(n, c) for n in gone for c in self.cells} - self.hidden
            self.hidden |= below
            moved = bool(below)
            for line in list(self._lines()):
                moved |= self._fill(line)

    def _fill(self, line: Iterable[Place]) -> bool:
        members = [p for p in line if p[0] != REST or self.count(*p).rows > 0]
        hidden = [p for p in members if p in self.hidden]
        if not any(self._tells(p) for p in hidden):
            return False
        shown = sorted((p for p in members if p not in self.hidden), key=self._order)
        filled = False
        while shown and not self.threshold.enough([self.count(*p) for p in hidden]):
            hidden.append(shown.pop(0))
            self.hidden.add(hidden[-1])
            filled = True
        return filled

    def _tells(self, place: Place) -> bool:
        """Whether there is anybody to hide, or a zero that tells something of those who are counted there."""
        empty = self.count(*place).rows == 0
        return not empty or (self.threshold.zero_tells and self.count(place[0], TOTAL).rows > 0)

    def _order(self, place: Place) -> tuple[bool, Count, Node, str]:
        """The smallest first; an empty one hides hardly anything and comes last."""
        count = self.count(*place)
        return count.rows == 0, count, *place

    def _hide_beside(self, weak: Place) -> bool:
        """Holds back the smallest cell that shares a line with one that could be worked out."""
        beside = {p for line in self._lines() if weak in line for p in line} - self.hidden
        beside = {p for p in beside if p[0] != REST}
        if not beside:
            return False
        self.hidden.add(min(beside, key=self._order))
        return True

    def _derived(self) -> Place | None:
        """A small cell that the figures shown determine (rule 4): its own row of the reduced equations."""
        unknown = sorted(self.hidden)
        index = {place: i for i, place in enumerate(unknown)}
        for row in _reduced(list(self._equations(index))):
            if len(row) == 1 and unknown[next(iter(row))] in self.small:
                return unknown[next(iter(row))]
        return None

    def _equations(self, index: Mapping[Place, int]) -> Iterator[dict[int, int]]:
        for line in self._lines():
            yield {index[p]: 1 for p in line if p in index}
        if self.threshold.additive and self.cells:
            for node in (*self.nodes, *((REST,) if self.parent is not None else ())):
                if (node, TOTAL) in index:
                    row = {index[node, c]: 1 for c in self.cells if (node, c) in index}
                    yield {**row, index[node, TOTAL]: _PRIME - 1}


def _reduced(rows: list[dict[int, int]]) -> list[dict[int, int]]:
    """The equations in reduced row echelon form, modulo a prime: only which unknowns they fix matters."""
    done: list[tuple[int, dict[int, int]]] = []
    for row in rows:
        for pivot, other in done:
            row = _minus(row, other, row.get(pivot, 0))  # noqa: PLW2901 - elimination is a fold
        if not row:
            continue
        pivot = min(row)
        inverse = pow(row[pivot], -1, _PRIME)
        unit = {i: v * inverse % _PRIME for i, v in row.items()}
        done = [(p, _minus(other, unit, other.get(pivot, 0))) for p, other in done]
        done.append((pivot, unit))
    return [row for _, row in done]


def _minus(row: dict[int, int], other: Mapping[int, int], times: int) -> dict[int, int]:
    if not times:
        return row
    less = dict(row)
    for i, v in other.items():
        less[i] = (less.get(i, 0) - times * v) % _PRIME
    return {i: v for i, v in less.items() if v}
