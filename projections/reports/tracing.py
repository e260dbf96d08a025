"""追溯 · The events a figure, or one cell of it, rests on: as many as it says, in the order of the log."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from projections.reports.figures import Ask, Question, rows_of
from projections.reports.grammar import Figure, Split


@dataclass(frozen=True)
class Traced:
    """One unit of a figure: whose it is, and the event it rests on."""

    subject_id: UUID
    event_id: UUID


def traced(
    figure: Figure,
    question: Question,
    ask: Ask,
    split: Split | None = None,
    cell: str | None = None,
) -> tuple[Traced, ...]:
    """Every row that the figure (or one cell of it) counts, in the order of the log: as many as it says.

    What is missing (a plan never filed) has no event behind it.
    """
    if not figure.of.versioned:
        return ()
    having = figure.having or "true"
    if split is not None:
        # a cell is of the whole figure, not of the part that meets ``having``
        having = f"%(cell)s = any({split.cell})" if split.several else f"{split.cell} = %(cell)s"
    rows = ask(
        f"select {figure.of.owner or figure.of.subject} as subject_id, "
        f"{figure.of.event} as event_id "
        f"from {rows_of(figure)} and %(division)s = any(f.places) and {having} "
        f"and {figure.of.event} is not null order by f.from_position, f.event_id",
        {**question.params(), "cell": cell},
    )
    return tuple(Traced(r["subject_id"], r["event_id"]) for r in rows)
