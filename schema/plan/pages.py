"""Keyset connections in a plan (``schema.connections``): the same pages, the same cursors, byte for byte."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property, partial
from json.encoder import encode_basestring
from typing import TYPE_CHECKING, Any, Final, Protocol

from graphql import FieldNode, GraphQLObjectType, get_named_type

from projections.readmodel import ReadModel, sql_type
from schema import cursors
from schema.objects import SHAPES
from schema.plan.below import Rows, level_below, masks, ordered
from schema.plan.compilation import Cells, Compilation, Functions, Mask, Masks, Path, Place, Writes
from schema.plan.leaves import fraction_filled
from schema.plan.level import Level
from schema.plan.objects import Called, ObjectNode, Part
from schema.plan.reach import AMONG
from schema.plan.selection import Arg, Deopt, Rendering
from schema.plan.whole import Beside, Item, NotWhole, Told
from schema.plan.whole_page import Heeds, WholeNode, asked
from schema.relations import Relation, Shown
from schema.transport.errors import CodedError

if TYPE_CHECKING:
    from schema.plan.run import Run


class Node(Protocol):
    """An item of a page under one selection."""

    under: Functions

    def item(self) -> Item:
        """The item for PostgreSQL to write. Raises ``NotWhole``."""
        ...


MakesItem = Callable[[list[FieldNode]], Node]
"""Nodes may be selected twice, as ``nodes`` and within ``edges``: each selection is made on its own."""


@dataclass(slots=True)
class Kept:
    """The rows of a page in one request, the mask of each, and whether more follow."""

    rows: Sequence[Cells]
    masks: Masks
    more: bool
    told: bytes | None = None
    """The items, where PostgreSQL has written them; of the rows there are then the first and the last, for their
    cursors."""


CURSORS: Final = {"startCursor": 0, "endCursor": -1}
"""Which row of a page each is of."""
WritesPage = Callable[[Kept, Path, "Run"], str]


@dataclass
class Limits:
    """The arguments of a connection: the parameter of LIMIT, and how many rows a page has in one request."""

    limit: str
    size: Callable[[Run], int]


@dataclass
class Source:
    """Where the rows of a page come from, and how many it has at most."""

    level: Level
    rows: Rows
    size: Callable[[Run], int]
    begun: bool
    """Whether they go on after a cursor, and so have something before them."""


def limits(made: Compilation, first: Arg) -> Limits:
    """One row more than the page, to know whether there are more."""
    value = made.value(first)

    def size(run: Run) -> int:
        try:
            return cursors.page_size(value(run))
        except CodedError:
            raise Deopt from None

    name = ("limit", first.variable, first.value)
    return Limits(made.params.mark(name, lambda run: b"%d" % (size(run) + 1)), size)


def after_condition(
    made: Compilation, relation: Relation, after: Arg, table: str | None = None
) -> str:
    """The condition that begins a page after a cursor; empty for the first page. ``table``: which the rows are read
    from, if not the model's own."""
    if made.left_out(after):
        return ""
    model, value, order = relation.model, made.value(after), relation.keyset

    def part(index: int) -> Callable[[Run], bytes | None]:
        def param(run: Run) -> bytes | None:
            try:
                found = cursors.decode(run.cursor_key, relation.cursors_of, value(run))[index]
            except CodedError:
                raise Deopt from None
            return None if found is None else str(found).encode()

        return param

    places = []
    for i, column in enumerate(order):
        (spec,) = [s for s in model.specs if s.name == column]
        kind = sql_type(spec.type)[0].partition(" ")[0]
        name = ("after", relation.cursors_of, after.variable, after.value, i)
        places.append(f"{made.params.mark(name, part(i))}::{kind}")
    columns = ", ".join(f"{table or model.table}.{c}" for c in order)
    compare = "<" if relation.descending else ">"
    return f" and ({columns}) {compare} ({', '.join(places)})"


class PageNode:
    """A connection under one selection."""

    def __init__(
        self,
        made: Compilation,
        kind: GraphQLObjectType,
        source: Source,
        relation: Relation,
        nodes: list[FieldNode],
        item: MakesItem,
    ) -> None:
        self._made, self._kind, self._makes = made, kind, item
        self._level, self._begun, self._relation = source.level, source.begun, relation
        self._items: list[Node] = []
        self._has_edges = self._has_cursor = False
        self._members = [
            (key, self._member(key, inner))
            for key, inner in made.selection.below(kind, nodes).items()
        ]

    @cached_property
    def _cells(self) -> list[tuple[int, Callable[[Any], Any]]]:
        """What a cursor is made of; asked for while the plan is made, where there is to be a cursor."""
        model, keyset = self._relation.model, self._relation.keyset
        return [(self._level.column(c), _cursor_value(model, c)) for c in keyset]

    def _member(self, key: str, nodes: list[FieldNode]) -> WritesPage:
        name = nodes[0].name.value
        if name == "__typename":
            text = f'"{self._kind.name}"'
            return lambda _kept, _p, _x: text
        inner = get_named_type(self._kind.fields[name].type)
        assert isinstance(inner, GraphQLObjectType)
        if name == "nodes":
            return self._nodes(key, nodes)
        if name == "edges":
            return self._edges(inner, key, nodes)
        assert name == "pageInfo"
        return self._page_info(inner, nodes)

    def _nodes(self, key: str, nodes: list[FieldNode]) -> WritesPage:
        node = self._makes(nodes)
        self._items.append(node)
        under = node.under

        def write(kept: Kept, p: Path, x: Run) -> str:
            if kept.told is not None:
                return f"[{x.told(kept.told)}]"
            return f"[{under.rows(kept.rows, kept.masks, (p, key), x)}]"

        return write

    def item(self) -> Item | None:
        """An item as PostgreSQL writes it, where it can write the page."""
        level, model, keyset = self._level, self._relation.model, self._relation.keyset
        if self._made.params.rendering is not Rendering.WHOLE or not level.is_one_page:
            return None
        if self._has_edges or len(self._items) != 1:
            return None
        if self._has_cursor and any(sql_type(s.type)[1] for s in model.specs if s.name in keyset):
            return None  # a cursor holds null: told apart from no text where cells are read
        try:
            return self._items[0].item()
        except NotWhole:
            return None

    def whole(
        self, source: Source, item: Item, of: Sequence[str], beside: Beside | None = None
    ) -> WholeNode:
        """The page as PostgreSQL writes it; ``of``: what it tells of each row with its item."""
        ends = tuple(cell for cell, _ in self._cells) if self._has_cursor else ()
        return asked(self._made, self._level, item, of, source.size, ends, beside)

    def write_whole(self, whole: WholeNode, told: Told, p: Path, x: Run) -> str:
        """The connection around the items."""
        rows: Sequence[Any] = whole.outermost(told)
        return self.write(Kept(rows, Masks.of(()), told.more, told.items), p, x)

    def _edges(self, kind: GraphQLObjectType, key: str, nodes: list[FieldNode]) -> WritesPage:
        members: list[tuple[str, str, Functions | None]] = []
        for inner_key, inner in self._made.selection.below(kind, nodes).items():
            name = inner[0].name.value
            members.append((inner_key, name, self._makes(inner).under if name == "node" else None))
        typename = f'"{kind.name}"'
        self._has_edges = True
        if any(name == "cursor" for _, name, _ in members):
            self._cells  # noqa: B018 - the columns are to be in the statement

        def edge(row: Cells, mask: Mask, p: Path, x: Run) -> str:
            parts = []
            for inner_key, name, item in members:
                if item is not None:
                    text = item[mask].one(row, (p, inner_key), x)
                else:
                    text = self._cursor(row, x) if name == "cursor" else typename
                parts.append(f'"{inner_key}":{text}')
            return "{" + ",".join(parts) + "}"

        def write(kept: Kept, p: Path, x: Run) -> str:
            at, each = (p, key), enumerate(zip(kept.rows, kept.masks.each(), strict=True))
            return f"[{','.join([edge(row, mask, (at, i), x) for i, (row, mask) in each])}]"

        return write

    def _page_info(self, kind: GraphQLObjectType, nodes: list[FieldNode]) -> WritesPage:
        fields = self._made.selection.below(kind, nodes)
        members = [(key, inner[0].name.value) for key, inner in fields.items()]
        typename, before = f'"{kind.name}"', "true" if self._begun else "false"
        if any(name in CURSORS for _, name in members):
            self._has_cursor = True
            self._cells  # noqa: B018 - the columns are to be in the statement

        def told(name: str, kept: Kept, x: Run) -> str:
            if name == "hasNextPage":
                return "true" if kept.more else "false"
            if name == "hasPreviousPage":
                return before
            if name in CURSORS:
                return self._cursor(kept.rows[CURSORS[name]], x) if kept.rows else "null"
            return typename

        def write(kept: Kept, _p: Path, x: Run) -> str:
            return "{" + ",".join(f'"{key}":{told(name, kept, x)}' for key, name in members) + "}"

        return write

    def _cursor(self, row: Cells, x: Run) -> str:
        values = [None if row[i] is None else read(row[i]) for i, read in self._cells]
        return encode_basestring(cursors.encode(x.cursor_key, self._relation.cursors_of, values))

    def write(self, kept: Kept, p: Path, x: Run) -> str:
        """The connection."""
        parts = [f'"{key}":{write(kept, p, x)}' for key, write in self._members]
        return "{" + ",".join(parts) + "}"


def _cursor_value(model: type[ReadModel], column: str) -> Callable[[Any], Any]:
    """A cell as ``schema.connections`` puts the value into a cursor."""
    (spec,) = [s for s in model.specs if s.name == column]
    if spec.type is int:
        return int
    return fraction_filled if spec.type in {datetime, datetime | None} else str


def page_of(
    made: Compilation,
    kind: GraphQLObjectType,
    source: Source,
    relation: Relation,
    key: str,
    nodes: list[FieldNode],
) -> Writes:
    """The page of a relation whose rows carry tokens of their own."""
    level = source.level
    place = Place(level, relation.model.table)

    make = partial(ObjectNode, made, SHAPES[relation.target], place)
    page = PageNode(made, kind, source, relation, nodes, make)
    item = page.item()
    if item is not None:
        heeds = Heeds.of(level, relation, item)
        return _whole_page(page, page.whole(source, item, heeds.told), heeds, key)
    masked = masks(level, relation)

    def write(r: Cells, p: Path, x: Run) -> str:
        found, most = source.rows(r, x), source.size(x)
        kept = found[:most]
        return page.write(Kept(kept, Masks.of(masked(kept, x)), len(found) > most), (p, key), x)

    return write


def _whole_page(page: PageNode, whole: WholeNode, heeds: Heeds, key: str) -> Writes:
    """A page for whoever sees all of it: its looks are noted, and the items left as they are."""

    def write(_r: Cells, p: Path, x: Run) -> str:
        told = whole.told(x)
        heeds.granted(told, x)
        return page.write_whole(whole, told, (p, key), x)

    return write


def page_below(
    made: Compilation,
    kind: GraphQLObjectType,
    place: Place,
    relation: Relation,
    key: str,
    nodes: list[FieldNode],
) -> Part:
    """A connection below a row: lines of a timeline."""
    # Pages hold lines, and lines are told as pages.
    from schema.plan.lines import LineNode  # noqa: PLC0415
    from schema.plan.timelines import briefest, lines  # noqa: PLC0415

    arguments = made.selection.arguments(kind, nodes[0], "first", "after")
    found = limits(made, arguments["first"])
    inner = get_named_type(kind.fields[nodes[0].name.value].type)
    assert isinstance(inner, GraphQLObjectType)
    read = briefest(made, inner, relation, nodes)
    after = after_condition(made, relation, arguments["after"], read.model.table)
    level, rows = level_below(made, place, read, found.limit, after)
    source = Source(level, rows, found.size, not made.left_out(arguments["after"]))
    if relation.shown is Shown.BY_PARENT:
        page = PageNode(made, inner, source, relation, nodes, partial(LineNode, made, level))
        return Called(partial(_under_parent, page, source, key))
    assert relation.shown is Shown.BY_LINE
    write = lines(made, inner, place, source, relation, key, nodes)

    def under(_mask: Mask) -> Writes:
        return write

    return Called(under)


def _under_parent(page: PageNode, source: Source, key: str, mask: Mask) -> Writes:
    def write(r: Cells, p: Path, x: Run) -> str:
        found, most = source.rows(r, x), source.size(x)
        kept = found[:most]
        under = Masks((mask,), lambda: [mask] * len(kept))
        return page.write(Kept(kept, under, len(found) > most), (p, key), x)

    return write


def root_page(
    made: Compilation,
    kind: GraphQLObjectType,
    relation: Relation,
    given: Mapping[str, str],
    key: str,
    nodes: list[FieldNode],
    *,
    filtered: tuple[str, ...] = (),
) -> Writes:
    """A connection that is not below a row. ``filtered``: arguments that ``relation`` has been narrowed by already."""
    arguments = made.selection.arguments(kind, nodes[0], *given, *filtered, "first", "after")
    found = limits(made, arguments["first"])
    among = ""
    if relation.reached_by and not made.reaches:
        among = AMONG
        made.reaches = tuple(made.params.number(given[name]) for name in relation.reached_by)
    level = Level(
        made.params,
        relation.model,
        where=relation.where + among + after_condition(made, relation, arguments["after"]),
        given=given,
        order=ordered(relation),
        limit=found.limit,
    )
    number = made.level(level)
    inner = get_named_type(kind.fields[nodes[0].name.value].type)
    assert isinstance(inner, GraphQLObjectType)
    begun = not made.left_out(arguments["after"])
    source = Source(level, lambda _r, x: x.rows[number], found.size, begun)
    return page_of(made, inner, source, relation, key, nodes)
