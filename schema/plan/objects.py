"""Objects of a plan: a row becomes JSON by a function generated for the classes that are open on it.

A row under a mask is straight-line code: an open column is its text, a closed one ``null`` and a note. Masks are few,
one for each relation a role has, so each function is made once and used for every row and every request after.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any
from uuid import UUID

from graphql import FieldNode, GraphQLNonNull, get_named_type

from domain.fields import FieldSpec
from projections.fragments import Fragment, plain_type, written
from schema.names import Named
from schema.objects import Shape
from schema.plan import leaves
from schema.plan.compilation import (
    Cells,
    Compilation,
    Encoder,
    Functions,
    Mask,
    Path,
    Place,
    Writes,
)
from schema.plan.leaves import array_items, present
from schema.plan.level import Level, bound
from schema.plan.rendered import Member, Rendered, rendered, runs
from schema.plan.selection import Deopt, Unplanned
from schema.plan.told import Worked
from schema.plan.whole import Item, NotWhole, literal
from schema.relations import Many

if TYPE_CHECKING:
    from schema.plan.run import Run


class ObjectNode:
    """A type told from a read model under one selection; ``function(mask)`` writes its rows."""

    def __init__(
        self, made: Compilation, shape: Shape, place: Place, nodes: Sequence[FieldNode]
    ) -> None:
        self.made, self.shape, self.place = made, shape, place
        self.under = Functions(self._generated)
        """By the classes that are open on a row, the function that writes it."""
        self._kind = made.kind(shape.name)
        fields = made.selection.below(self._kind, nodes)
        self._parts = [self._member(run) for run in runs(made, shape.model, fields)]

    @cached_property
    def _subjects(self) -> list[int | None]:
        """Where the case and the child are whose journal tells what was held back."""
        columns = {s.name for s in self.shape.model.specs}
        return [
            self.place.level.column(c, self.place.table) if c in columns else None
            for c in ("case_id", "child_id")
        ]

    def _member(self, run: Member | Fragment) -> tuple[str, Part | Rendered]:
        """The text before a part's own, and the part."""
        if isinstance(run, Fragment):
            place = self.place
            found = partial(place.level.column, table=place.table)
            return "", rendered(self.made, self.shape.model, run, found)
        key, nodes = run
        return f'"{key}":', self._part(key, nodes)

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
        if of := self.shape.names.get(name):
            return Column(key, of.spec, self._named(of), self._subjects, required=False)
        resolver = self.shape.relations.get(name)
        if name == "duty":
            from schema.plan.cited import Clauses  # noqa: PLC0415 - each writes what the other holds

            cell = self.place.level.column("clauses", self.place.table)
            return Clauses(self.made, get_named_type(self._kind.fields[name].type), cell, nodes)
        relation = getattr(resolver, "relation", None)
        if relation is None:
            return self._worked(key, resolver, nodes)
        from schema.plan.below import related  # noqa: PLC0415 - each writes what the other holds

        return related(self.made, self._kind, self.place, relation, key, nodes)

    def _named(self, of: Named) -> int:
        """Where the name stands of what a column holds the id of."""
        level, words = self.place.level, self.made.params.words()
        ident = level.named(level.column(of.id_column, self.place.table))
        query = bound(self.made.params, of.directory.query(words), {"id": ident})
        return level.expression(f"({query})")

    def _worked(self, key: str, resolver: Any, nodes: list[FieldNode]) -> Part:
        """What is asked of the resolver itself, for every row, once the rows are read."""
        needs = getattr(resolver, "needs", None)
        if needs is None:
            raise Unplanned(f"{self.shape.name}.{nodes[0].name.value}")
        worked = Worked(self.made, self._kind, key, nodes)
        self.made.later = True
        subject = self.place.level.column(needs, self.place.table)
        tokens = self.place.level.tokens(self.shape.model)

        def write(r: Cells, p: Path, x: Run) -> str:
            key_of = present(r[subject])
            carried = (*array_items(present(r[tokens])), *x.grants.get(key_of, ()))
            source = SimpleNamespace(row={needs: UUID(key_of), "tokens": carried})
            return x.later(lambda telling: worked.json(source, p, telling))

        return Called(lambda _mask: write)

    def _is_page(self, name: str) -> bool:
        """Whether the field reads its arguments by itself."""
        relation = getattr(self.shape.relations.get(name), "relation", None)
        return relation is not None and relation.many is Many.PAGE

    def item(self) -> Item:
        """The object for PostgreSQL to write. Raises ``NotWhole``."""
        level = self.place.level
        return Item.object_of((before, part.item(level)) for before, part in self._parts)

    def _generated(self, mask: Mask) -> Encoder:
        names: dict[str, Any] = {}
        parts = enumerate(self._parts)
        members = [f"{before}{part.source(mask, f'n{i}', names)}" for i, (before, part) in parts]
        return leaves.encoder(members, names)


class Part:
    """One member of an object."""

    def source(self, mask: Mask, name: str, names: dict[str, Any]) -> str:
        """Text for an f-string with ``r``, ``p``, ``x``; what it calls is put into ``names`` under ``name``."""
        raise NotImplementedError

    def item(self, level: Level) -> Item:  # noqa: ARG002
        """The value for PostgreSQL to write, from the columns of ``level``. Raises ``NotWhole``."""
        raise NotWhole


@dataclass
class Constant(Part):
    """The same in every row."""

    text: str

    def source(self, mask: Mask, name: str, names: dict[str, Any]) -> str:  # noqa: ARG002
        """The text itself."""
        return self.text

    def item(self, level: Level) -> Item:  # noqa: ARG002
        """The text itself."""
        return Item(literal(self.text))


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
        return f"{{{name}{leaves.PLACED}}}"

    def item(self, level: Level) -> Item:
        """The cell; a number that may be too large, JSON, and what may be neither true nor false are for Python."""
        plain = plain_type(self.spec)
        if plain in {int, dict} or (plain is bool and self.spec.type is not bool):
            raise NotWhole
        text = written(self.spec, level.named(self.cell))
        return Item(text, frozenset({self.spec.sensitivity}))

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
        return f"{{{name}{leaves.PLACED}}}"
