"""行政区划 · The divisions of the two municipalities: the tree from the provinces down, and search by name or code.

They are the platform's reference data (P0), told from ``data/divisions`` and from no table: nobody's reach limits them.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import strawberry

from domain.divisions import BadCode, CodeSystem, Division, Divisions
from domain.periods import local_date
from schema import cursors
from schema.connections import Connection, Edge, PageInfo
from schema.objects import Info
from schema.transport.errors import Code, CodedError
from schema.words_asked import DIVISION

CURSOR = "division"


@strawberry.type(
    name="Division", description="行政区划 · A division of today: its id is the platform's own."
)
class DivisionOfToday:
    """A province, district, township or village."""

    id: strawberry.ID
    name: str
    full_name: str = strawberry.field(description="全称 · With all above it")
    level: str = strawberry.field(description="层级 · Of which level\n\n取值 · Level")
    parent_id: strawberry.ID | None
    civil_affairs_code: str | None = strawberry.field(description="民政代码 · MCA, twelve digits")
    statistics_code: str | None = strawberry.field(description="统计代码 · NBS, twelve digits")


async def divisions(
    info: Info,
    within: strawberry.ID | None = None,
    name: str | None = None,
    code: str | None = None,
    first: int | None = None,
    after: str | None = None,
) -> Connection[DivisionOfToday]:
    """A page of those directly below one (of the provinces where none is named), or of those of a name or a code."""
    services = info.context.services
    DIVISION.maybe(within, "within")
    day, key = local_date(services.now()), services.scope_key
    size = cursors.page_size(first)
    last = str(cursors.decode(key, CURSOR, after)[0]) if after is not None else ""
    found = _found(services.divisions, day, within, name, code)
    rest = [d for d in found if d.id > last]
    kept = rest[:size]
    marks = [cursors.encode(key, CURSOR, [d.id]) for d in kept]
    nodes = [_told(services.divisions, d, day) for d in kept]
    return Connection(
        edges=[Edge(cursor=c, node=n) for c, n in zip(marks, nodes, strict=True)],
        nodes=nodes,
        page_info=PageInfo.of(marks, more=len(rest) > size, begun=after is not None),
    )


def _found(
    tree: Divisions, day: date, within: str | None, name: str | None, code: str | None
) -> Sequence[Division]:
    """In order of their ids."""
    try:
        if name is None and code is None:
            return _below(tree, day, within)
        found = set(tree.search(name, within, len(tree), day)) if name is not None else None
        if code is not None:
            held = {tree.by_code(code, system, day) for system in CodeSystem} - {None}
            coded = {d for d in held if d and (within is None or tree.covers(within, d.id, day))}
            found = coded if found is None else found & coded
    except BadCode:
        raise CodedError(
            Code.BAD_USER_INPUT,
            zh="区划代码须为12位数字",
            en="A division's code has twelve digits",
            field="code",
        ) from None
    return sorted(found or (), key=lambda d: d.id)


def _below(tree: Divisions, day: date, within: str | None) -> Sequence[Division]:
    if within is not None:
        return tree.children(within, day)
    return sorted(
        (d for d in tree if d.stands(day) and len(tree.path(d.id, day)) == 1), key=lambda d: d.id
    )


def _told(tree: Divisions, found: Division, day: date) -> DivisionOfToday:
    path = tree.path(found.id, day)
    return DivisionOfToday(
        id=strawberry.ID(found.id),
        name=found.name,
        full_name=tree.full_name(found.id, day),
        level=found.level.value,
        parent_id=strawberry.ID(path[-2]) if len(path) > 1 else None,
        civil_affairs_code=tree.code(found.id, CodeSystem.MCA, day),
        statistics_code=tree.code(found.id, CodeSystem.NBS, day),
    )
