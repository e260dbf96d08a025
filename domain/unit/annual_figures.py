"""年度报告数字 · The figures of a yearly report as they are frozen, and the one way in which they are hashed.

The digest is SHA-256 over the JSON of RFC 8785 (keys sorted, no blanks, UTF-8), so that anybody who has the figures can
work it out.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, NewType

from domain.kernel import Value
from domain.labels import name_fields
from domain.sensitivity import P0

ReportCode = NewType("ReportCode", str)
"""A report of the catalogue, such as ``S-10``."""
FigureKey = NewType("FigureKey", str)
"""A figure of a report, a breakdown of it, or a cell of that."""

name_fields(
    report_code=("报表", "Report"),
    figure_key=("指标", "Figure"),
    figure_split=("分组", "Breakdown"),
    figure_cell=("单元", "Cell"),
    figure_value=("数值", "Value"),
    figure_out_of=("总数", "Of how many"),
)


class ReportedFigure(Value):
    """One figure, or one cell of its breakdown; ``figure_value`` None where it is held back or there is none."""

    report_code: Annotated[ReportCode, P0]
    figure_key: Annotated[FigureKey, P0]
    figure_split: Annotated[FigureKey | None, P0] = None
    figure_cell: Annotated[FigureKey | None, P0] = None
    figure_value: Annotated[int | None, P0] = None
    figure_out_of: Annotated[int | None, P0] = None

    def plain(self) -> dict[str, Any]:
        """As it is written into the canonical text."""
        return {
            "code": self.report_code,
            "key": self.figure_key,
            "split": self.figure_split,
            "cell": self.figure_cell,
            "value": self.figure_value,
            "outOf": self.figure_out_of,
        }


@dataclass(frozen=True, kw_only=True)
class TakenFigures:
    """The figures of a district as of a day, and the last position of the log that they rest on."""

    figures: tuple[ReportedFigure, ...]
    position: int

    def digest(self, place: str, year: int, as_of: date) -> str:
        """SHA-256 of the canonical text, as 64 hexadecimal digits."""
        return hashlib.sha256(canonical(place, year, as_of, self).encode()).hexdigest()


def ordered(figures: Iterable[ReportedFigure]) -> tuple[ReportedFigure, ...]:
    """In the canonical order: by report, figure, breakdown and cell."""
    return tuple(
        sorted(
            figures,
            key=lambda f: (f.report_code, f.figure_key, f.figure_split or "", f.figure_cell or ""),
        )
    )


def canonical(place: str, year: int, as_of: date, taken: TakenFigures) -> str:
    """The text that is hashed."""
    content = {
        "division": place,
        "year": year,
        "asOf": as_of.isoformat(),
        "position": taken.position,
        "figures": [one.plain() for one in taken.figures],
    }
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
