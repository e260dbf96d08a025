"""What a document becomes: its plan with every statement and where its parameters come from, or why it has none."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from graphql import GraphQLError, GraphQLSchema, OperationDefinitionNode, parse, validate

from schema.plan.operation import Operation, operation_of
from schema.plan.roots import WORKED_OUT
from schema.plan.selection import Rendering, Unplanned
from schema.transport.trusted import document_id


def explained(schema: GraphQLSchema, text: str) -> Iterator[str]:
    """Lines for a person. What decides @skip and @include counts as true, cursors as absent, filters as given."""
    yield f"sha256:{document_id(text)}"
    try:
        document = parse(text)
    except GraphQLError as error:
        yield f"不是查询文档 · not a document: {error.message}"
        return
    faults = validate(schema, document)
    if faults:
        yield from (f"无效 · invalid: {fault.message}" for fault in faults)
        return
    names = [
        d.name.value if d.name is not None else None
        for d in document.definitions
        if isinstance(d, OperationDefinitionNode)
    ]
    for name in names:
        if len(names) > 1:
            yield f"操作 · operation {name}"
        yield from _planned(schema, operation_of(schema, document, name))


def _planned(schema: GraphQLSchema, operation: Operation | None) -> Iterator[str]:
    """What becomes of one operation."""
    if operation is None:
        yield "由 graphql-core 执行 · executed by graphql-core: not a query or subscription with known variables"
        return
    decided = dict.fromkeys(operation.decides, True)
    cursors = frozenset(shape.name for shape in operation.shaping if shape.argument == "after")
    try:
        plan = operation.compiled(schema, decided, cursors, Rendering.WHOLE)
    except Unplanned as reason:
        yield f"由 graphql-core 执行 · executed by graphql-core: no plan for {reason}"
        return
    yield f"编译计划 · compiled plan, {len(plan.statements)} 条语句 · statements in one segment"
    for one in plan.worked:
        yield f"-- {one.key}: 由其解析函数算出 · worked out by its resolver: {WORKED_OUT[one.field]}"
    for (table, column), fragment in plan.fragments.items():
        classes = " ".join(sorted(map(str, fragment.classes)))
        yield f"-- 片段 · fragment {table}.{column} ({', '.join(fragment.fields)}), to whom {classes} are open"
    for number, ready in enumerate(plan.statements, 1):
        whole = (
            f": 整列由 PostgreSQL 写出 · lists as PostgreSQL writes them: {len(ready.tells)}"
            if ready.tells
            else ""
        )
        yield f"-- {number}{whole}"
        yield ready.statement.sql.decode()
        for place, taken in enumerate(ready.takes, 1):
            yield f"--   ${place} = {_said(plan.names[taken])}"


def _said(name: Any) -> str:
    """A parameter's name as a person reads it."""
    if not isinstance(name, tuple):
        return str(name)
    kind, *rest = name
    return f"{kind}({', '.join(str(part) for part in rest if part is not None)})"
