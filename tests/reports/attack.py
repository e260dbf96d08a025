"""An attacker with paper and patience: everything shown, written as equations and solved exactly.

Written apart from the code it attacks: whole numbers and fractions, the full matrix, no level by level.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from fractions import Fraction

from projections.reports.suppression import REST, TOTAL, Node, Table, Threshold, held_back

Unknown = tuple[Node, str]


def published(
    tree: Mapping[Node, Sequence[Node]], table: Table, cells: Sequence[str], threshold: Threshold
) -> dict[Node, frozenset[str]]:
    """What is held back at every division, each asked for by itself."""
    children = {node[-1]: [c[-1] for c in below] for node, below in tree.items()}
    nodes = {n for n in tree} | {c for below in tree.values() for c in below}
    return {n: held_back(n, table, cells, threshold, lambda d: children.get(d, ())) for n in nodes}


def worked_out(
    tree: Mapping[Node, Sequence[Node]],
    table: Table,
    cells: Sequence[str],
    hidden: Mapping[Node, Collection[str]],
    *,
    additive: bool,
) -> dict[Unknown, int]:
    """Every figure that was held back and that the figures shown determine."""

    def value(node: Node, cell: str) -> int:
        got = table.get(node, {}).get(cell)
        return got.rows if got else 0

    equations: list[tuple[dict[Unknown, int], int]] = []

    def shown(node: Node, cell: str) -> bool:
        return cell not in hidden[node]

    def say(terms: Iterable[tuple[Unknown, int, int | None]]) -> None:
        left: dict[Unknown, int] = {}
        right = 0
        for unknown, sign, known in terms:
            if known is None:
                left[unknown] = left.get(unknown, 0) + sign
            else:
                right -= sign * known
        equations.append((left, right))

    def term(node: Node, cell: str, sign: int) -> tuple[Unknown, int, int | None]:
        return (node, cell), sign, value(node, cell) if shown(node, cell) else None

    for node in hidden:
        if additive:
            say([*(term(node, c, 1) for c in cells), term(node, TOTAL, -1)])
    for parent, below in tree.items():
        for cell in (TOTAL, *cells) if below else ():
            rest: Unknown = ((*parent, *REST), cell)
            say(
                [
                    *(term(n, cell, 1) for n in below),
                    (
                        rest,
                        1,
                        None if value(parent, cell) != sum(value(n, cell) for n in below) else 0,
                    ),
                    term(parent, cell, -1),
                ]
            )
    return _solved(equations)


def _solved(equations: list[tuple[dict[Unknown, int], int]]) -> dict[Unknown, int]:
    unknown = sorted({u for left, _ in equations for u in left})
    rows = [
        [*(Fraction(left.get(u, 0)) for u in unknown), Fraction(right)] for left, right in equations
    ]
    pivots: list[int] = []
    at = 0
    for column in range(len(unknown)):
        found = next((r for r in range(at, len(rows)) if rows[r][column]), None)
        if found is None:
            continue
        rows[at], rows[found] = rows[found], rows[at]
        rows[at] = [x / rows[at][column] for x in rows[at]]
        for r, row in enumerate(rows):
            if r != at and row[column]:
                rows[r] = [x - row[column] * y for x, y in zip(row, rows[at], strict=True)]
        pivots.append(column)
        at += 1
    known = {}
    for row, pivot in zip(rows, pivots, strict=False):
        if sum(1 for x in row[:-1] if x) == 1:
            known[unknown[pivot]] = int(row[-1])
    return known
