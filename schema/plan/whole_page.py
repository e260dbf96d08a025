"""A connection whose items PostgreSQL writes (``schema.plan.whole``): what it asks of the statement, and its answer."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from schema.plan.selection import Rendering, Unfit
from schema.plan.whole import WITHIN, Beside, Heed, Item, NotWhole, Told, WholePage
from schema.relations import Relation, Shown

if TYPE_CHECKING:
    from schema.plan.compilation import Cells, Compilation, Path, Writes
    from schema.plan.level import Level
    from schema.plan.objects import ObjectNode
    from schema.plan.run import Run


@dataclass(frozen=True)
class WholeNode:
    """One such list of a plan. ``number``: of its statement; ``size``: how many items a page has in one request, None
    where the list has no end."""

    item: Item
    number: int
    size: Callable[[Run], int] | None
    ends: tuple[int, ...]
    """The cells of a row that a cursor is made of, where one is asked for; they are told last."""

    def told(self, x: Run) -> Told:
        """What PostgreSQL told of the list. Raises ``Unfit`` for whoever holds a grant: it may open more on one row."""
        if x.grants:
            raise Unfit
        told = x.pages[self.number]
        return told if self.size is None else told.page(self.size(x))

    def outermost(self, told: Told) -> list[dict[int, str]]:
        """The first and the last row of a page, with no more of them than a cursor takes."""
        if not self.ends or not told.rows:
            return []
        cursors = told.of[-1]
        return [dict(zip(self.ends, cursors[i].split(WITHIN), strict=True)) for i in (0, -1)]


def asked(
    made: Compilation,
    level: Level,
    item: Item,
    of: Sequence[str],
    size: Callable[[Run], int] | None = None,
    ends: tuple[int, ...] = (),
    beside: Beside | None = None,
) -> WholeNode:
    """Asks the statement for such a list: the item, what is told ``of`` each row, what its cursor is made of, and what
    is told ``beside`` them."""
    cursor = f" || '{WITHIN}' || ".join(f"{level.named(cell)}::text" for cell in ends)
    level.whole = WholePage(item.text, (*of, cursor) if ends else tuple(of), beside)
    return WholeNode(item, made.levels.index(level), size, ends)


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


def whole_list(
    made: Compilation, level: Level, relation: Relation, node: ObjectNode
) -> Writes | None:
    """A list without end as PostgreSQL writes it, where it can: of rows with tokens of their own, below one row."""
    if made.params.rendering is not Rendering.WHOLE or level.keys is not None:
        return None
    if relation.shown is Shown.BY_PARENT:
        return None
    try:
        item = node.item()
    except NotWhole:
        return None
    heeds = Heeds.of(level, relation, item)
    whole = asked(made, level, item, heeds.told)

    def write(_r: Cells, _p: Path, x: Run) -> str:
        told = whole.told(x)
        heeds.granted(told, x)
        return f"[{x.told(told.items)}]"

    return write
