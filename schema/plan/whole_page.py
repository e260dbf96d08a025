"""A connection whose items PostgreSQL writes (``schema.plan.whole``): what it asks of the statement, and its answer."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from schema.plan.selection import Unfit
from schema.plan.whole import WITHIN, Beside, Heed, Item, Told, WholePage
from schema.relations import Relation, Shown

if TYPE_CHECKING:
    from schema.plan.level import Level
    from schema.plan.run import Run


@dataclass(frozen=True)
class WholeNode:
    """One such page of a plan. ``number``: of its statement; ``size``: how many items it has in one request."""

    item: Item
    number: int
    size: Callable[[Run], int]
    ends: tuple[int, ...]
    """The cells of a row that a cursor is made of, where one is asked for; they are told last."""

    def told(self, x: Run) -> Told:
        """What PostgreSQL told of the page. Raises ``Unfit`` for whoever holds a grant: it may open more on one row."""
        if x.grants:
            raise Unfit
        return x.pages[self.number].page(self.size(x))

    def last(self, told: Told) -> list[dict[int, str]]:
        """The last row of a page, with no more of it than a cursor takes."""
        if not self.ends or not told.rows:
            return []
        return [dict(zip(self.ends, told.of[-1][-1].split(WITHIN), strict=True))]


def asked(
    level: Level, item: Item, of: Sequence[str], ends: Sequence[int], beside: Beside | None
) -> None:
    """Asks the statement for such a page: the item, what is told ``of`` each row, what its cursor is made of, and what
    is told ``beside`` them."""
    cursor = f" || '{WITHIN}' || ".join(f"{level.named(cell)}::text" for cell in ends)
    level.whole = WholePage(item.text, (*of, cursor) if ends else tuple(of), beside)


@dataclass(frozen=True)
class Heeds:
    """What is to be open on the rows of a page, and on those joined to them."""

    each: tuple[Heed, ...]

    @classmethod
    def of(cls, level: Level, relation: Relation, item: Item) -> Heeds:
        """Those of rows with tokens of their own, and of the rows within their items."""
        model = relation.model
        subject = f"{model.table}.{model.obj}_id::text" if relation.shown is Shown.BY_LOOK else None
        own = Heed(model.obj, level.params.tokens_as_text(model), item.classes, subject)
        return cls((own, *item.heeds))

    @property
    def told(self) -> tuple[str, ...]:
        """The expressions of each row."""
        return tuple(text for h in self.each for text in (h.tokens, h.subject) if text is not None)

    def granted(self, told: Told, x: Run) -> None:
        """Notes the looks. Raises ``Unfit`` where something is not open."""
        cells = iter(told.of)
        for heed in self.each:
            tokens = next(cells)
            heed.granted(x, tokens, None if heed.subject is None else next(cells))
