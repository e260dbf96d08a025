"""写入的种类 · The kinds of write that ``projections.together`` may put together with others of their kind."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, field
from typing import Any, LiteralString

from eventlog.entries import Write


@dataclass(frozen=True, slots=True)
class RowWrite(Write):
    """A whole row of a table. ``replaces``: it takes the place of the row ``under`` the same key."""

    table: str = ""
    conflict: str = ""
    """What is said of a row that is there already."""
    under: tuple[Any, ...] = ()
    replaces: bool = False


@dataclass(frozen=True, slots=True)
class Standing(Write):
    """How a subject stands since a position: a version of its row, unless it stood so already (``digest``)."""

    table: str = ""
    key: tuple[str, ...] = ()
    under: tuple[Any, ...] = ()
    """The subject: the values of ``key``."""
    digest: str = ""


@dataclass(frozen=True, slots=True)
class Following(Write):
    """A consequence of the rows as they stand: ``sql`` works it out for all ``%(many)s`` it was asked for.

    Asked ``of`` a position, a child, a case. ``turn`` says which comes first when several follow.
    """

    params: Any = field(default=(), compare=False)
    turn: int = 0
    of: Hashable = field(default=None, compare=False)


def following(turn: int, text: LiteralString, of: Hashable) -> Following:
    """The consequence ``text`` of ``of``, in its ``turn``; ``%(many)s`` in the text is a list of such."""
    return Following(text, {"many": [of]}, turn, of)
