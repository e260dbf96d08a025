"""Relations between the nouns, declared once: the resolver for graphql-core and the compiled plan both follow from it.

    Relation(GuardianRow, "Guardian", "guardian.child_id = %(id)s", parent="child_id", order="guardian.guardian_id")

``where`` is a condition written in this package, every column qualified by its table; ``%(id)s`` is the value of the
parent's ``parent`` column, other names are arguments of a root field. Values always travel apart from the text.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, auto
from typing import Any, Optional

from projections.apart import joined, selected
from projections.reader import Row
from projections.readmodel import ReadModel
from schema.connections import Page, page
from schema.objects import SHAPES, Info


class Shown(Enum):
    """By whose classes the rows are masked."""

    BY_PARENT = auto()
    """What they lie within."""
    BY_LOOK = auto()
    """Their own tokens: a look at a child or a case, which the journal tells."""
    BY_TOKENS = auto()
    """Their own tokens, but no look at a child or a case."""
    BY_LINE = auto()
    """Lines of a timeline: the child or case each line belongs to."""


class Many(Enum):
    """How many rows there are, and how they are told."""

    ONE = auto()
    LIST = auto()
    PAGE = auto()


@dataclass(frozen=True)
class Relation:
    """From a row (or from a root field's arguments) to rows of ``model``, told as the GraphQL type ``target``."""

    model: type[ReadModel]
    target: str
    where: str
    parent: str = ""
    order: str = ""
    many: Many = Many.LIST
    shown: Shown = Shown.BY_PARENT
    source: str = ""
    """What stands after FROM, if more than the model's own table."""
    descending: bool = False
    """Of a page: latest first."""
    by: tuple[str, ...] = ()
    """Of a page: its keyset, if not the model's."""
    reached_by: tuple[str, ...] = ()
    """Of a page over all children within reach: the arguments, a division and a school, that may make them few."""
    maybe: bool = False
    """Of one: an id that may as well be of something else, so that finding none is no denial."""
    brief: Relation | None = None
    """The very rows from a table that has few of their columns: a plan that needs no others reads that."""

    @property
    def keyset(self) -> tuple[str, ...]:
        """The columns a page goes by."""
        return self.by or (*self.model.sort, *self.model.key)

    @property
    def cursors_of(self) -> str:
        """What a cursor of its pages names: one of another order is none of it."""
        return f"{self.model.table} by {self.by[0]}" if self.by else self.model.table

    @property
    def rows_from(self) -> str:
        """What stands after FROM."""
        return self.source or self.model.table

    @property
    def label(self) -> str:
        """What the relation is called where nothing else is said of it."""
        return f"{self.model.label.zh} · {self.model.label.en}"

    def given(self, row: Row) -> dict[str, Any]:
        """The parameters of ``where`` below a row."""
        return {"id": row[self.parent]}

    def field(self, annotation: Any, doc: str = "") -> Any:
        """The resolver for graphql-core; ``annotation`` is what strawberry is told of the target."""

        async def one(self: Any, info: Info) -> Any:
            return await relation.one(info, relation.given(self.row), self.mask)

        async def rows(self: Any, info: Info) -> list[Any]:
            return await relation.all(info, relation.given(self.row), self.mask)

        relation = self
        resolver: Any = one if self.many is Many.ONE else rows
        returns = Optional[annotation] if self.many is Many.ONE else list[annotation]  # noqa: UP045
        resolver.__annotations__["return"] = returns
        resolver.__doc__ = doc or self.label
        resolver.relation = self
        return resolver

    async def one(self, info: Info, given: Mapping[str, Any], mask: Any = None) -> Any:
        """The one object, or None; out of reach and absent are told alike, and journaled alike."""
        if any(value is None for value in given.values()):
            return None
        found = await self._read(info, given)
        if not found:
            if self.shown is Shown.BY_LOOK and not self.maybe:
                info.context.denied(self.model.obj, "read", given["id"])
            return None
        return (await self.objects(info, found[:1], mask))[0]

    async def all(self, info: Info, given: Mapping[str, Any], mask: Any = None) -> list[Any]:
        """Every object, in order."""
        return await self.objects(info, await self._read(info, given), mask)

    async def page(
        self, info: Info, given: Mapping[str, Any], first: int | None, after: str | None
    ) -> Page:
        """The rows of one page with their cursors."""
        return await page(
            await info.context.reads(),
            self.model,
            self.where,
            dict(given),
            by=self.keyset,
            of=self.cursors_of,
            first=first,
            after=after,
            key=info.context.services.scope_key,
            descending=self.descending,
            source=self.rows_from,
        )

    async def objects(self, info: Info, rows: list[Row], mask: Any = None) -> list[Any]:
        """The rows as objects of the target type, each under its mask."""
        made, context = SHAPES[self.target].made, info.context
        if self.shown is Shown.BY_PARENT:
            return [made(row, mask) for row in rows]
        if self.shown is Shown.BY_LOOK:
            return [made(row, await context.look(self.model.obj, row)) for row in rows]
        return [made(row, context.mask(self.model, row)) for row in rows]

    async def _read(self, info: Info, given: Mapping[str, Any]) -> list[Row]:
        reads = await info.context.reads()
        order = f" order by {self.order}" if self.order else ""
        return await reads.rows(
            f"select {selected(self.model)} from {self.rows_from}{joined(self.model)} "
            f"where {self.where}{order}",
            given,
        )
