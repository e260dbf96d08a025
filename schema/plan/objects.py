"""Objects of a plan: a row becomes JSON by a function generated for the classes that are open on it.

A row under a mask is straight-line code: an open column is its text, a closed one ``null`` and a note. Masks are few,
one for each relation a role has, so each function is made once and used for every row and every request after.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from graphql import FieldNode, GraphQLNonNull, GraphQLObjectType, get_named_type

from domain.fields import FieldSpec
from projections.readmodel import ReadModel
from projections.row_law import GRANTED_BY
from schema.objects import SHAPES, Shape
from schema.plan import leaves
from schema.plan.compilation import Cells, Compilation, Mask, Path, Place, Writes
from schema.plan.level import Level
from schema.plan.selection import Deopt, Unplanned
from schema.relations import Many, Relation, Shown

if TYPE_CHECKING:
    from schema.plan.run import Run


class ObjectNode:
    """A type told from a read model under one selection; ``function(mask)`` writes its rows."""

    def __init__(
        self, made: Compilation, shape: Shape, place: Place, nodes: Sequence[FieldNode]
    ) -> None:
        self.made, self.shape, self.place = made, shape, place
        self._functions: dict[Mask, Writes] = {}
        self._kind = made.kind(shape.name)
        columns = {s.name for s in shape.model.specs}
        self._subjects = [
            place.level.column(c, place.table) if c in columns else None
            for c in ("case_id", "child_id")
        ]
        self._parts = [
            (key, self._part(key, inner))
            for key, inner in made.selection.below(self._kind, nodes).items()
        ]

    def _part(self, key: str, nodes: list[FieldNode]) -> Part:
        name = nodes[0].name.value
        if nodes[0].arguments and not self._is_page(name):
            raise Unplanned(f"{self.shape.name}.{name} with arguments")
        if name == "__typename":
            return Constant(f'"{self.shape.name}"')
        if spec := self.shape.columns.get(name):
            required = isinstance(self._kind.fields[name].type, GraphQLNonNull)
            cell = self.place.level.column(spec.name, self.place.table)
            return Column(key, spec, cell, self._subjects, required=required)
        resolver = self.shape.relations.get(name)
        if name == "duty":
            from schema.plan.cited import Clauses  # noqa: PLC0415 - each writes what the other holds

            cell = self.place.level.column("clauses", self.place.table)
            return Clauses(self.made, get_named_type(self._kind.fields[name].type), cell, nodes)
        relation = getattr(resolver, "relation", None)
        if relation is None:
            raise Unplanned(f"{self.shape.name}.{name}")
        return related(self.made, self._kind, self.place, relation, key, nodes)

    def _is_page(self, name: str) -> bool:
        """Whether the field reads its arguments by itself."""
        relation = getattr(self.shape.relations.get(name), "relation", None)
        return relation is not None and relation.many is Many.PAGE

    def function(self, mask: Mask) -> Writes:
        """The function for rows on which these classes are open."""
        known = self._functions.get(mask)
        if known is None:
            known = self._functions[mask] = self._generated(mask)
        return known

    def _generated(self, mask: Mask) -> Writes:
        names: dict[str, Any] = dict(leaves.NAMES)
        members = []
        for i, (key, part) in enumerate(self._parts):
            members.append(f'"{key}":{part.source(mask, f"n{i}", names)}')
        text = "{{" + ",".join(members) + "}}"
        source = f"def write(r, p, x):\n    return f'''{text}'''\n"
        exec(source, names)  # noqa: S102 - made of GraphQL names and of this package's own text
        written: Writes = names["write"]
        return written


class Part:
    """One member of an object."""

    def source(self, mask: Mask, name: str, names: dict[str, Any]) -> str:
        """Text for an f-string with ``r``, ``p``, ``x``; what it calls is put into ``names`` under ``name``."""
        raise NotImplementedError


@dataclass
class Constant(Part):
    """The same in every row."""

    text: str

    def source(self, mask: Mask, name: str, names: dict[str, Any]) -> str:  # noqa: ARG002
        """The text itself."""
        return self.text


@dataclass
class Column(Part):
    """A column: its value where its class is open, else null and a note (``schema.objects.column_field``)."""

    key: str
    spec: FieldSpec
    cell: int
    subjects: list[int | None]
    required: bool

    def source(self, mask: Mask, name: str, names: dict[str, Any]) -> str:
        """The cell, or the call that notes what was held back."""
        if self.spec.sensitivity in mask:
            return leaves.expression(self.spec.type, f"r[{self.cell}]")
        names[name] = self._held_back()
        return f"{{{name}(r, p, x)}}"

    def _held_back(self) -> Writes:
        key, cls, required = self.key, self.spec.sensitivity, self.required
        case, child = self.subjects

        def held_back(r: Cells, p: Path, x: Run) -> str:
            if required:
                raise Deopt  # a null that is not allowed: an error, the reference's to tell
            x.withhold(None if case is None else r[case], None if child is None else r[child], cls)
            if not cls.is_silent:
                x.redact((p, key), cls)
            return "null"

        return held_back


@dataclass
class Called(Part):
    """A member written by a function that depends on the mask of its parent."""

    make: Callable[[Mask], Writes]

    def source(self, mask: Mask, name: str, names: dict[str, Any]) -> str:
        """The call."""
        names[name] = self.make(mask)
        return f"{{{name}(r, p, x)}}"


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
        return level, lambda _r, x: x.rows[number]
    cell = place.level.column(relation.parent, place.table)
    return level, lambda r, x: x.groups(number).get(r[cell], ())


def ordered(relation: Relation) -> str:
    """The keyset order of a page."""
    model, direction = relation.model, " desc" if relation.descending else ""
    return ", ".join(f"{model.table}.{c}{direction}" for c in (*model.sort, *model.key))


def one(
    made: Compilation, place: Place, relation: Relation, key: str, nodes: list[FieldNode]
) -> Part:
    """At most one row, joined to the parent's."""
    model, level = relation.model, place.level
    parent = f"{place.table}.{relation.parent}"
    level.join(model, relation.where.replace("%(id)s", parent))
    shape, inner = SHAPES[relation.target], Place(level, model.table)
    found = level.column(model.key[0], model.table)
    node = ObjectNode(made, shape, inner, nodes)
    if relation.shown is Shown.BY_PARENT:
        admits = Admits(model, level)

        def within(mask: Mask) -> Writes:
            write, admitted = node.function(mask), admits.under(mask)
            return lambda r, p, x: (
                write(r, (p, key), x) if r[found] is not None and admitted(r) else "null"
            )

        return Called(within)
    assert relation.shown is Shown.BY_LOOK
    cell, tokens = level.column(relation.parent, place.table), level.column("tokens", model.table)
    obj = model.obj

    def looked(r: Cells, p: Path, x: Run) -> str:
        subject = r[cell]
        if subject is None:
            return "null"
        if r[found] is None:
            x.denied(obj, subject)
            return "null"
        mask = x.look(obj, subject, present(r[tokens]))
        return node.function(mask)(r, (p, key), x)

    return Called(lambda _mask: looked)


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
    if relation.shown is Shown.BY_PARENT:
        admits = Admits(relation.model, level)

        def within(mask: Mask) -> Writes:
            write, admitted = node.function(mask), admits.under(mask)

            def write_all(r: Cells, p: Path, x: Run) -> str:
                at = (p, key)
                shown = [row for row in rows(r, x) if admitted(row)]
                return f"[{','.join([write(row, (at, i), x) for i, row in enumerate(shown)])}]"

            return write_all

        return within
    masked = masks(level, relation)

    def write_all(r: Cells, p: Path, x: Run) -> str:
        at, found = (p, key), rows(r, x)
        under = [masked(row, x) for row in found]
        written = [
            node.function(mask)(row, (at, i), x)
            for i, (row, mask) in enumerate(zip(found, under, strict=True))
        ]
        return f"[{','.join(written)}]"

    return lambda _mask: write_all


def masks(level: Level, relation: Relation) -> Callable[[Cells, Run], Mask]:
    """The classes open on a row by its own tokens; a look at a child or a case is noted."""
    model, obj = relation.model, relation.model.obj
    tokens = level.column("tokens")
    if relation.shown is Shown.BY_LOOK:
        subject = level.column(f"{obj}_id")
        return lambda r, x: x.look(obj, present(r[subject]), present(r[tokens]))
    on = [level.column(c) for c in GRANTED_BY.get(model.table, ())]
    return lambda r, x: x.mask(obj, present(r[tokens]), [r[c] for c in on])


def present(cell: str | None) -> str:
    """A cell that cannot be NULL by its declaration."""
    if cell is None:
        raise Deopt
    return cell
