"""单元名称 · What the cells of a report's breakdowns are called: codes, events, units, divisions and bands of age.

A cell has a code by which figures are compared and sent (``reports.grammar``); people read its words. A code of a word
that is no more is its own word.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import UUID

from domain.divisions import Divisions
from domain.kernel import EVENTS
from domain.labels import Label
from projections.reports.catalogue import REPORTS
from projections.reports.grammar import (
    AGE_BAND,
    DIVISION_IDS,
    DOORS,
    EVENT_NAMES,
    REPORT_ACTS,
    UNIT_IDS,
    Split,
)
from projections.reports.told_of_children import SUPERVISION
from schema.described import VALUES
from schema.terms import vocabularies

_UNITS: Final = (
    "select unit_id::text as id, unit_name from unit where unit_id = any(%(ids)s::uuid[])"
)
BESIDE: Final[Mapping[str, Label]] = {
    "NONE": Label("无", "None"),
    "OTHER": Label("其他", "Other"),
    "UNKNOWN": Label("不详", "Not known"),
    "NOT_NAMED": Label("未写明种类", "Kind not named"),
    "OPEN": Label("未作结论", "Not concluded"),
    SUPERVISION: Label("委托照护监督", "Supervision of entrusted care"),
}
"""The cells of what has no code: conditions of the catalogue say them."""
OF_SEVERAL: Final = "+"
"""Between the codes of a cell that stands for several at once."""


@dataclass
class CellWords:
    """The words of one report's cells. ``bands``: the first ages of its bands."""

    bands: Sequence[int]
    divisions: Divisions
    ask: Callable[[str, Mapping[str, Any]], list[dict[str, Any]]] = field(repr=False)

    def each(self, cells: Iterable[tuple[Split, str]]) -> dict[tuple[Split, str], Label]:
        """Cells of several breakdowns, in words: of each breakdown all at once."""
        found: dict[Split, list[str]] = {}
        for split, cell in cells:
            found.setdefault(split, []).append(cell)
        return {
            (split, cell): label
            for split, of_it in found.items()
            for cell, label in self.said(split, of_it).items()
        }

    def said(self, split: Split, cells: Sequence[str]) -> dict[str, Label]:
        """Each cell of a breakdown, in words."""
        return self._units(cells) | {c: self._one(split, c) for c in cells if not _is_id(c)}

    def _one(self, split: Split, cell: str) -> Label:
        each = [self._word(split, code) for code in cell.split(OF_SEVERAL)]
        return Label("、".join(w.zh for w in each), ", ".join(w.en for w in each))

    def _word(self, split: Split, code: str) -> Label:
        for name in split.terms:
            if (found := self._of(name, code)) is not None:
                return found
        return BESIDE.get(code) or Label(code, code)

    def _of(self, name: str, code: str) -> Label | None:
        """The word of one code, if it is of this vocabulary."""
        if name == EVENT_NAMES:
            return EVENTS[code].label if code in EVENTS else None
        if name == DIVISION_IDS:
            division = self.divisions.find(code)
            return Label(division.name, division.name) if division else None
        if name == REPORT_ACTS:
            acts = {f"statistics.{r.act}": r.label for r in REPORTS.values()}
            return acts.get(code)
        if name == DOORS:
            zh, _, en = VALUES["AccessDoor"].get(code, "").partition(" · ")
            return Label(zh, en) if zh else None
        if name == AGE_BAND:
            known = code.isdigit() and int(code) <= len(self.bands)
            return self._band(int(code)) if known else None
        return vocabularies()[name].codes.get(code) if name != UNIT_IDS else None

    def _band(self, number: int) -> Label:
        """The ages of a band, in full years; the first is of those below all bounds, the last has no end."""
        first = self.bands[number - 1] if number else 0
        if number == len(self.bands):
            return Label(f"{first}周岁及以上", f"{first} and over")
        last = self.bands[number] - 1
        return Label(f"{first}至{last}周岁", f"{first} to {last}")

    def _units(self, cells: Sequence[str]) -> dict[str, Label]:
        ids = [c for c in cells if _is_id(c)]
        named = {r["id"]: r["unit_name"] for r in self.ask(_UNITS, {"ids": ids})} if ids else {}
        return {c: Label(named.get(c, c), named.get(c, c)) for c in ids}


def _is_id(cell: str) -> bool:
    try:
        UUID(cell)
    except ValueError:
        return False
    return True
