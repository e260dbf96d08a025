"""Pages that PostgreSQL writes whole: the items as one text of JSON, put together beside the rows it has limited.

A row that is sent costs PostgreSQL a message, libpq and Python a look at each of its cells, and the encoder a text. A
page whose items are made of nothing but columns and rendered runs of one statement can come as one text instead, and
goes to the wire as it came. Beside it comes what decides whether it may: the tokens of each row, and the children and
cases that were looked at, which the journal tells.

It may be shown to whoever sees every class in it on every row. For anybody else, and where one item could not be
written (``Unfit``), the plan answers that reads cells and writes or holds back each.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar, Final

from domain.sensitivity import Sensitivity
from schema.plan.selection import Unfit

if TYPE_CHECKING:
    from projections.joined import Rows
    from schema.plan.run import Run

TOLD: Final = "\1"
"""Stands in the text for what PostgreSQL has written: no JSON holds such a character unescaped."""
BETWEEN, WITHIN = "\x1e", "\x1f"
"""Between what is told of two rows, and between the values of one: no id, number, time or token holds them."""
HEADS: Final = 4
"""Columns of every such list: the items, how many rows, how many of them are written, and what is told beside."""
_OBJECT: Final = b',{"'
_NAMED: Final = frozenset(
    b"_" + b"".join(bytes([c, c + 32]) for c in range(ord("A"), ord("Z") + 1))
)
"""What a response key begins with (GraphQL specification 2.1.9)."""


class NotWhole(Exception):
    """A selection that Python has to write, or to work out."""


@dataclass(frozen=True)
class Heed:
    """A row that stands in an item, and what must be open on it: SQL expressions of its tokens, as text, and of the
    child or case that was looked at, if it is a look."""

    obj: str
    tokens: str
    classes: frozenset[Sensitivity]
    subject: str | None = None

    def granted(self, x: Run, tokens: Sequence[str], subjects: Sequence[str] | None) -> None:
        """Notes the looks. Raises ``Unfit`` where something in an item is not open on a row."""
        if subjects is None:
            masks = set(x.masks(self.obj, [(text,) for text in set(tokens)], 0))
        else:
            masks = x.looked_at(self.obj, zip(subjects, tokens, strict=True))
        if not all(self.classes <= mask for mask in masks):
            raise Unfit


@dataclass(frozen=True)
class Item:
    """A JSON value for PostgreSQL to write: its text is NULL where it cannot be. ``classes`` must be open on the row it
    is of; ``heeds`` are rows joined to that."""

    text: str
    classes: frozenset[Sensitivity] = frozenset()
    heeds: tuple[Heed, ...] = ()

    @classmethod
    def object_of(cls, members: Iterable[tuple[str, Item]]) -> Item:
        """An object: each member's text follows what stands before it. One without members is for Python to write: a
        page could not be cut where it begins. Raises ``NotWhole``.
        """
        pieces, classes, heeds = [], frozenset[Sensitivity](), tuple[Heed, ...]()
        for i, (before, item) in enumerate(members):
            pieces += [literal(("," if i else "{") + before), item.text]
            classes, heeds = classes | item.classes, heeds + item.heeds
        if not pieces:
            raise NotWhole
        return cls(" || ".join([*pieces, literal("}")]), classes, heeds)

    def unless(self, absent: str, heed: Heed) -> Item:
        """The object of a joined row, or null where there is none."""
        told = f"case when {absent} is null then 'null' else {self.text} end"
        return Item(told, frozenset(), (heed, *self.heeds))


def literal(text: str) -> str:
    """A text as a constant of SQL."""
    return "'" + text.replace("'", "''") + "'"


@dataclass(frozen=True)
class Beside:
    """What is told of a page as a whole: an expression over what each row gives, under ``NAME``."""

    NAME: ClassVar = "given"
    of: str
    text: str


@dataclass(frozen=True)
class WholePage:
    """What the statement of such a page tells beside its items: the expressions ``of`` each row, none of them NULL."""

    item: str
    of: tuple[str, ...]
    beside: Beside | None = None

    @property
    def width(self) -> int:
        """How many columns it tells."""
        return HEADS + len(self.of)

    def text(self, select: Callable[[str], str]) -> str:
        """The statement; ``select`` writes that of the rows, given its columns."""
        columns = [f"{self.item} as item", *(f"{one} as c{i}" for i, one in enumerate(self.of))]
        told = [f"string_agg(c{i}, chr({ord(BETWEEN)}))" for i in range(len(self.of))]
        heads = ["string_agg(item, ',')", "count(*)", "count(item)", "null"]
        if self.beside is not None:
            columns.append(f"{self.beside.of} as {Beside.NAME}")
            heads[-1] = self.beside.text
        return f"select {', '.join([*heads, *told])} from ({select(', '.join(columns))}) page"


@dataclass(frozen=True, slots=True)
class Told:
    """The answer of such a statement: the items, how many, and what was told of each row."""

    items: bytes
    rows: int
    of: tuple[list[str], ...]
    beside: str | None = None
    more: bool = field(default=False, compare=False)
    """Whether rows that are not here follow."""

    @classmethod
    def of_row(cls, row: Rows, first: int, columns: int) -> Told:
        """Reads it from so many columns of the one row. Raises ``Unfit`` where an item could not be written."""
        told = (row.value(i) for i in range(first, first + columns))
        items, rows, written, beside, *of = told
        if rows != written:
            raise Unfit
        many = int(rows or 0)
        lists = tuple(text.decode().split(BETWEEN) if text is not None else [] for text in of)
        return cls(items or b"", many, lists, beside.decode() if beside else None)

    def page(self, most: int) -> Told:
        """Without what follows the page."""
        if self.rows <= most:
            return self
        of = tuple(of[:most] for of in self.of)
        return Told(self.items[: self._last()], most, of, self.beside, more=True)

    def _last(self) -> int:
        """Where the last item begins: at the last ``,{"`` that a name follows. A quotation mark within a text has a
        backslash before it, and one that ends a text has no name after it; an item holds no list of objects."""
        at = self.items.rindex(_OBJECT)
        while self.items[at + len(_OBJECT)] not in _NAMED:
            at = self.items.rindex(_OBJECT, 0, at)
        return at
