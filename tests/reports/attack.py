"""An attacker with paper and patience: everything shown, written as equations and solved exactly.

Written apart from the code it attacks: whole numbers and fractions, the full matrix, no level by level.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from fractions import Fraction

from projections.reports.suppression import REST, TOTAL, Node, Table, Threshold, held_back

Unknown = tuple[Node, str]


def published(
    tree: Mapping[Node, Sequence[Node]], table: Table, cells: Sequence[str], threshold: Threshold
) -> dict[Node, frozenset[str]]:
    """What is held back at every division, each asked for by itself."""
    children = {node[-1]: [c[-1] for c in below] for node, below in tree.items()}
    nodes = set(tree) | {c for below in tree.values() for c in below}
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
    sums: list[tuple[list[Unknown], Unknown]] = []
    if additive:
        sums += [([(node, c) for c in cells], (node, TOTAL)) for node in hidden]
    for parent, below in tree.items():
        for cell in (TOTAL, *cells) if below else ():
            parts = [(node, cell) for node in below]
            whole = (parent, cell)
            if _value(table, whole) != sum(_value(table, p) for p in parts):
                parts.append(((*parent, *REST), cell))
            sums.append((parts, whole))
    shown = {(n, c) for n, gone in hidden.items() for c in (TOTAL, *cells) if c not in gone}
    return _solved([_equation(table, shown, *one) for one in sums])


def _value(table: Table, place: Unknown) -> int:
    got = table.get(place[0], {}).get(place[1])
    return got.rows if got else 0


def _equation(
    table: Table, shown: Collection[Unknown], parts: Sequence[Unknown], whole: Unknown
) -> tuple[dict[Unknown, int], int]:
    """The parts make up the whole: unknown terms on the left, what is shown on the right."""
    left: dict[Unknown, int] = {}
    right = 0
    for place, sign in (*((p, 1) for p in parts), (whole, -1)):
        if place in shown:
            right -= sign * _value(table, place)
        else:
            left[place] = left.get(place, 0) + sign
    return left, right


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
