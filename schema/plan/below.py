"""Relations below a row in a plan: at most one row joined, rows of a list, a page; each under its mask."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from graphql import FieldNode, GraphQLObjectType

from projections.readmodel import ReadModel
from projections.row_law import GRANTED_BY
from schema.objects import SHAPES
from schema.plan.compilation import Cells, Compilation, Mask, Masks, Path, Place, Writes
from schema.plan.leaves import PLACED, present
from schema.plan.level import Level
from schema.plan.objects import Called, ObjectNode, Part
from schema.plan.whole import Heed, Item, NotWhole
from schema.plan.whole_page import whole_list
from schema.relations import Many, Relation, Shown

if TYPE_CHECKING:
    from schema.plan.run import Run

Rows = Callable[[Cells, "Run"], Sequence[Cells]]
"""The rows of a relation below a row."""


def related(
    made: Compilation,
    kind: GraphQLObjectType,
    place: Place,
    relation: Relation,
    key: str,
    nodes: list[FieldNode],
) -> Part:
    """A relation below a row."""
    if relation.many is Many.ONE:
        return one(made, place, relation, key, nodes)
    if relation.many is Many.PAGE:
        from schema.plan.pages import page_below  # noqa: PLC0415 - pages hold objects, objects pages

        return page_below(made, kind, place, relation, key, nodes)
    level, rows = level_below(made, place, relation)
    return Called(listed(made, level, relation, rows, key, nodes))


def level_below(
    made: Compilation,
    place: Place,
    relation: Relation,
    limit: str | None = None,
    and_where: str = "",
) -> tuple[Level, Rows]:
    """The statement of a relation's rows, and how those of one parent are found among them."""
    known = place.known.get(relation.parent)
    keys = None if known else place.level.keys_of(relation.parent, place.table)
    order = relation.order
    level = Level(
        made.params,
        relation.model,
        where=relation.where + and_where,
        given={"id": known} if known else {},
        order=order or ordered(relation),
        source=relation.source or None,
        limit=limit,
        keys=keys,
    )
    number = made.level(level)
    if known:
        level.above = place.level
        return level, lambda _r, x: x.rows[number]
    cell = place.level.column(relation.parent, place.table)
    return level, lambda r, x: x.groups(number).get(r[cell], ())


def ordered(relation: Relation) -> str:
    """The keyset order of a page."""
    model, direction = relation.model, " desc" if relation.descending else ""
    return ", ".join(f"{model.table}.{c}{direction}" for c in relation.keyset)


def one(
    made: Compilation, place: Place, relation: Relation, key: str, nodes: list[FieldNode]
) -> Part:
    """At most one row, joined to the parent's."""
    model, level = relation.model, place.level
    parent = f"{place.table}.{relation.parent}"
    level.join(model, relation.where.replace("%(id)s", parent))
    shape, inner = SHAPES[relation.target], Place(level, model.table)
    node = ObjectNode(made, shape, inner, nodes)
    if relation.shown is Shown.BY_PARENT:
        admits, found = Admits(model, level), level.column(model.key[0], model.table)

        def within(mask: Mask) -> Writes:
            write, admitted = node.under[mask].one, admits.under(mask)
            return lambda r, p, x: (
                write(r, (p, key), x) if r[found] is not None and admitted(r) else "null"
            )

        return Called(within)
    assert relation.shown is Shown.BY_LOOK
    cell, tokens = level.column(relation.parent, place.table), level.tokens(model)
    return LookedAt(node, relation, key, cell, tokens)


class LookedAt(Part):
    """An object of a joined row that is a look at a child or a case."""

    def __init__(
        self, node: ObjectNode, relation: Relation, key: str, cell: int, tokens: int
    ) -> None:
        self._node, self._model, self._key = node, relation.model, key
        self._cell, self._tokens, self._maybe = cell, tokens, relation.maybe

    def source(self, mask: Mask, name: str, names: dict[str, Any]) -> str:  # noqa: ARG002
        """The call of what looks, and writes under the mask it finds."""
        cell, tokens, key, maybe = self._cell, self._tokens, self._key, self._maybe
        obj, under = self._model.obj, self._node.under

        def looked(r: Cells, p: Path, x: Run) -> str:
            subject = r[cell]
            if subject is None:
                return "null"
            if r[tokens] is None:  # no row: each has tokens
                if not maybe:
                    x.denied(obj, subject)
                return "null"
            return under[x.look(obj, subject, r[tokens])].one(r, (p, key), x)

        names[name] = looked
        return f"{{{name}{PLACED}}}"

    def item(self, level: Level) -> Item:
        """The object, or null where no row was seen; it is looked at either way, so what may be none is not told so."""
        if self._maybe:
            raise NotWhole
        told, model = self._node.item(), self._model
        tokens = f"coalesce({level.params.tokens_as_text(model)}, '')"
        subject = f"coalesce({level.named(self._cell)}::text, '')"
        heed = Heed(model.obj, tokens, told.classes, subject)
        return told.unless(f"{model.table}.{model.key[0]}", heed)


class Admits:
    """Whether a row within a child or a case may be shown to whoever holds a mask on it: row security's own rule."""

    def __init__(self, model: type[ReadModel], level: Level) -> None:
        self.model = model
        self._cell = level.column("existence", model.table) if model.guarded else -1

    def under(self, mask: Mask) -> Callable[[Cells], bool]:
        """The rule for one mask."""
        if not self.model.guarded:
            holds = self.model.reach in mask
            return lambda _r: holds
        cell = self._cell
        open_ = {str(c) for c in (self.model.reach, *self.model.guarded) if c in mask}
        return lambda r: r[cell] in open_


def listed(
    made: Compilation,
    level: Level,
    relation: Relation,
    rows: Rows,
    key: str,
    nodes: list[FieldNode],
) -> Callable[[Mask], Writes]:
    """The rows as a JSON array."""
    place = Place(level, relation.model.table)
    node = ObjectNode(made, SHAPES[relation.target], place, nodes)
    whole = whole_list(made, level, relation, node)
    if whole is not None:
        return lambda _mask: whole
    if relation.shown is Shown.BY_PARENT:
        admits = Admits(relation.model, level)

        def within(mask: Mask) -> Writes:
            write, admitted = node.under[mask].all, admits.under(mask)

            def write_all(r: Cells, p: Path, x: Run) -> str:
                shown = [row for row in rows(r, x) if admitted(row)]
                return f"[{write(shown, (p, key), x)}]"

            return write_all

        return within
    masked, under = masks(level, relation), node.under

    def write_all(r: Cells, p: Path, x: Run) -> str:
        found = rows(r, x)
        return f"[{under.rows(found, Masks.of(masked(found, x)), (p, key), x)}]"

    return lambda _mask: write_all


def masks(level: Level, relation: Relation) -> Callable[[Sequence[Cells], Run], list[Mask]]:
    """The classes open on each row by its own tokens; a look at a child or a case is noted."""
    model, obj = relation.model, relation.model.obj
    tokens = level.tokens()
    if relation.shown is Shown.BY_LOOK:
        subject = level.column(f"{obj}_id")
        return lambda rows, x: [x.look(obj, present(r[subject]), r[tokens]) for r in rows]
    about = [level.column(c) for c in GRANTED_BY.get(model.table, ())]
    return lambda rows, x: x.masks(obj, rows, tokens, about)
