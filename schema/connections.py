"""Keyset connections over read models: pages that neither skip nor repeat when rows come and go between them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Generic, LiteralString, TypeVar

import strawberry
from psycopg import sql

from projections.apart import joined, selected
from projections.reader import Reads, Row
from projections.readmodel import ReadModel, sql_type
from schema import cursors

T = TypeVar("T")


@strawberry.type(description="分页信息 · About this page.")
class PageInfo:
    """GraphQL Cursor Connections: forward paging."""

    has_next_page: bool
    has_previous_page: bool = strawberry.field(
        description="前面是否还有 · Whether the page begins after a cursor"
    )
    start_cursor: str | None
    end_cursor: str | None

    @classmethod
    def of(cls, marks: Sequence[str], *, more: bool, begun: bool) -> PageInfo:
        """Of a page with these cursors; ``begun``: whether it goes on after one."""
        return cls(
            has_next_page=more,
            has_previous_page=begun,
            start_cursor=marks[0] if marks else None,
            end_cursor=marks[-1] if marks else None,
        )


@strawberry.type(description="分页边 · An item and where it stands.")
class Edge(Generic[T]):
    """An edge."""

    cursor: str
    node: T


@strawberry.type(description="分页列表 · A page of items.")
class Connection(Generic[T]):
    """A connection."""

    edges: list[Edge[T]]
    nodes: list[T]
    page_info: PageInfo


class Page:
    """Rows of one page with their cursors."""

    def __init__(self, rows: list[Row], cursors_: list[str], *, more: bool, begun: bool) -> None:
        self.rows, self.cursors, self.more, self.begun = rows, cursors_, more, begun

    def connection(self, nodes: list[T]) -> Connection[T]:
        """The page as a connection of these nodes."""
        return Connection(
            edges=[Edge(cursor=c, node=n) for c, n in zip(self.cursors, nodes, strict=True)],
            nodes=nodes,
            page_info=PageInfo.of(self.cursors, more=self.more, begun=self.begun),
        )


async def page(  # noqa: PLR0913 - what a page is
    reads: Reads,
    model: type[ReadModel],
    where: LiteralString,
    params: dict[str, Any],
    *,
    by: tuple[str, ...],
    of: str,
    first: int | None,
    after: str | None,
    key: bytes,
    descending: bool = False,
    source: LiteralString | None = None,
) -> Page:
    """A page of ``model`` under ``where`` (a condition written in this package; values only in ``params``).

    ``by``: the columns of its order; ``of``: what its cursors are of.
    """
    size, order = cursors.page_size(first), by
    columns = sql.SQL(", ").join(sql.Identifier(model.table, c) for c in order)
    direction = sql.SQL(" desc") if descending else sql.SQL("")
    ordered = sql.SQL(", ").join(sql.Identifier(model.table, c) + direction for c in order)
    condition: sql.Composable = sql.SQL(where)
    values: dict[str, Any] = {**params, "page_limit": size + 1}
    if after is not None:
        last = cursors.decode(key, of, after)
        values |= {f"after_{i}": v for i, v in enumerate(last)}
        compare = sql.SQL(" < ") if descending else sql.SQL(" > ")
        places = sql.SQL(", ").join(_place(model, c, i) for i, c in enumerate(order))
        condition = sql.SQL("({}) and ({}){}({})").format(condition, columns, compare, places)
    query = sql.SQL(
        "select {columns} from {source} where {where} order by {by} limit %(page_limit)s"
    )
    rows = await reads.rows(
        query.format(
            columns=sql.SQL(selected(model)),
            source=sql.SQL((source or model.table) + joined(model)),
            where=condition,
            by=ordered,
        ),
        values,
    )
    kept = rows[:size]
    made = [cursors.encode(key, of, [_text(row[c]) for c in order]) for row in kept]
    return Page(kept, made, more=len(rows) > size, begun=after is not None)


def _place(model: type[ReadModel], column: str, index: int) -> sql.Composable:
    """The placeholder of one sort value, cast to the column's type."""
    spec = next(s for s in model.specs if s.name == column)
    kind = sql_type(spec.type)[0].partition(" ")[0]
    return sql.Placeholder(f"after_{index}") + sql.SQL(f"::{kind}")


def _text(value: Any) -> Any:
    return value if isinstance(value, int | str) or value is None else str(value)
