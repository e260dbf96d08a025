"""Tables of Markdown."""

from __future__ import annotations

from collections.abc import Iterable, Iterator


def table(header: Iterable[str], rows: Iterable[Iterable[str]]) -> Iterator[str]:
    """The lines of a table; a cell may not contain a line break."""
    cells = list(header)
    yield f"| {' | '.join(cells)} |"
    yield f"|{'---|' * len(cells)}"
    for row in rows:
        yield f"| {' | '.join(row)} |"


def escaped(text: str) -> str:
    """A text that cannot end its cell."""
    return text.replace("|", "\\|").replace("\n", " ")
