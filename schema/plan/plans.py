"""The plans of a schema: which operations have one, and running a request through it."""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import orjson
from graphql import (
    ArgumentNode,
    DocumentNode,
    ExecutionResult,
    FragmentDefinitionNode,
    GraphQLSchema,
    Node,
    NonNullTypeNode,
    OperationDefinitionNode,
    OperationType,
    Undefined,
    VariableNode,
    value_from_ast,
)
from graphql.language import NamedTypeNode, VariableDefinitionNode

from authz.gate import Gate
from projections.journal import told
from projections.notes import Notes
from projections.pipeline import Call, Failed, Lost, Pipelines, texts
from schema.context import RequestContext
from schema.plan.roots import Plan, compiled
from schema.plan.run import GRANTED, OPENS, Run, Scoped, wall_clock
from schema.plan.selection import Deopt, Selection, Unplanned, deciding
from schema.transport.errors import Code, log_failure

OPERATIONS_MAX: Final = 1_000
VARIANTS_MAX: Final = 16
"""Combinations of decided booleans and absent cursors planned for one operation."""
CAPACITIES_MAX: Final = 2_000
INT = 2**31
_UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}\Z")


def _whole(value: object) -> int:
    if type(value) is int and -INT <= value < INT:
        return value
    raise Deopt


def _text(value: object) -> str:
    if type(value) is str:
        return value
    raise Deopt


def _truth(value: object) -> bool:
    if type(value) is bool:
        return value
    raise Deopt


def _uuid(value: object) -> str:
    if type(value) is str and _UUID.match(value):
        return value.lower()
    raise Deopt


COERCED: Final[Mapping[str, Callable[[object], Any]]] = {
    "Int": _whole,
    "String": _text,
    "ID": _text,
    "Boolean": _truth,
    "UUID": _uuid,
}
"""Variables a plan reads by itself, strictly; every other spelling is for graphql-core to read."""


@dataclass(frozen=True, slots=True)
class Variable:
    """A declared variable."""

    name: str
    required: bool
    read: Callable[[object], Any]
    default: Any


@dataclass
class Operation:
    """A query that may have plans: its variables, and what its variants depend on."""

    document: DocumentNode
    node: OperationDefinitionNode
    fragments: Mapping[str, FragmentDefinitionNode]
    variables: tuple[Variable, ...]
    decides: tuple[str, ...]
    cursors: tuple[str, ...]
    plans: dict[tuple[Any, ...], Plan | None] = field(default_factory=dict)

    def coerced(self, given: Mapping[str, object]) -> dict[str, Any]:
        """The variables' values (GraphQL specification 6.1.2), or ``Deopt`` where something is wrong or unusual."""
        out: dict[str, Any] = {}
        for v in self.variables:
            value = given.get(v.name, Undefined)
            if value is Undefined:
                if v.default is not Undefined:
                    out[v.name] = v.default
                elif v.required:
                    raise Deopt
            elif value is None:
                if v.required:
                    raise Deopt
                out[v.name] = None
            else:
                out[v.name] = v.read(value)
        return out

    def plan(self, schema: GraphQLSchema, values: Mapping[str, Any]) -> Plan | None:
        """The plan of this request's variant; None where it has none."""
        decided = tuple(values.get(n) for n in self.decides)
        absent = tuple(values.get(n) is None for n in self.cursors)
        key = (*decided, *absent)
        if key not in self.plans:
            if len(self.plans) >= VARIANTS_MAX or None in decided:
                raise Deopt
            self.plans[key] = self._compiled(schema, decided, absent)
        return self.plans[key]

    def _compiled(
        self, schema: GraphQLSchema, decided: tuple[Any, ...], absent: tuple[bool, ...]
    ) -> Plan | None:
        booleans = dict(zip(self.decides, decided, strict=True))
        gone = frozenset(n for n, is_absent in zip(self.cursors, absent, strict=True) if is_absent)
        selection = Selection(schema, self.fragments, booleans)
        try:
            return compiled(selection, self.node.selection_set.selections, gone)
        except Unplanned:
            return None


def operation_of(schema: GraphQLSchema, document: DocumentNode) -> Operation | None:
    """What of a valid document may have plans; None for everything but one query with variables of known types."""
    found = [d for d in document.definitions if isinstance(d, OperationDefinitionNode)]
    if len(found) != 1 or found[0].operation is not OperationType.QUERY or found[0].directives:
        return None
    (node,) = found
    fragments = {
        d.name.value: d for d in document.definitions if isinstance(d, FragmentDefinitionNode)
    }
    try:
        variables = tuple(_variable(schema, d) for d in node.variable_definitions or ())
    except Unplanned:
        return None
    sets = [node.selection_set, *(f.selection_set for f in fragments.values())]
    decides = sorted({name for s in sets for name in deciding(s.selections)})
    cursors = sorted(set(_cursor_variables(document)))
    return Operation(document, node, fragments, variables, tuple(decides), tuple(cursors))


def _variable(schema: GraphQLSchema, defined: VariableDefinitionNode) -> Variable:
    required = isinstance(defined.type, NonNullTypeNode)
    named = defined.type.type if isinstance(defined.type, NonNullTypeNode) else defined.type
    if not isinstance(named, NamedTypeNode) or named.name.value not in COERCED:
        raise Unplanned("the type of a variable")
    default: Any = Undefined
    if defined.default_value is not None:
        default = value_from_ast(defined.default_value, schema.type_map[named.name.value])  # type: ignore[arg-type]
        if default is Undefined:
            raise Unplanned("the default of a variable")
    return Variable(defined.variable.name.value, required, COERCED[named.name.value], default)


def _cursor_variables(node: Node) -> Iterator[str]:
    """The variables given as ``after``: without one the statement has no such condition."""
    if isinstance(node, ArgumentNode):
        if node.name.value == "after" and isinstance(node.value, VariableNode):
            yield node.value.name.value
        return
    for key in node.keys:
        inner = getattr(node, key)
        for each in inner if isinstance(inner, list | tuple) else (inner,):
            if isinstance(each, Node):
                yield from _cursor_variables(each)


class Plans:
    """``answer`` gives the result of a planned operation, or None where graphql-core is to execute it."""

    def __init__(self, schema: GraphQLSchema, pipelines: Pipelines, notes: Notes | None) -> None:
        self._schema, self._pipelines, self._notes = schema, pipelines, notes
        self._operations: OrderedDict[int, tuple[DocumentNode, Operation | None]] = OrderedDict()
        self._scoped: OrderedDict[tuple[Any, ...], Scoped] = OrderedDict()
        self.answered = self.left = self.faults = 0
        """How many requests plans answered, left to graphql-core, and left to it by a fault of ours."""

    async def open(self) -> None:
        """Connects, now or as soon as there is a server."""
        await self._pipelines.open()
        if self._notes is not None:
            await self._notes.open()

    async def close(self) -> None:
        """Gives the connections back."""
        await self._pipelines.close()
        if self._notes is not None:
            await self._notes.close()

    def forget(self) -> None:
        """Compiles everything anew from now on."""
        self._operations.clear()
        self._scoped.clear()

    def operation(self, document: DocumentNode) -> Operation | None:
        """The operation of a document; documents are kept by the transport, so one is known by its identity."""
        kept = self._operations.get(id(document))
        if kept is not None and kept[0] is document:
            return kept[1]
        made = operation_of(self._schema, document)
        self._operations[id(document)] = (document, made)
        if len(self._operations) > OPERATIONS_MAX:
            self._operations.popitem(last=False)
        return made

    async def answer(
        self, document: DocumentNode, variables: Mapping[str, object], context: RequestContext
    ) -> ExecutionResult | None:
        """The result, its ``data`` already JSON; None where there is no plan, or not for this request."""
        operation = self.operation(document)
        if operation is None:
            return None
        try:
            values = operation.coerced(variables)
            plan = operation.plan(self._schema, values)
            if plan is None:
                return None
            result = await self._run(plan, values, context)
        except (Deopt, Failed, Lost):
            self.left += 1
            return None
        except Exception as error:  # noqa: BLE001 - a fault of a plan must not be a fault of the answer
            self.faults += 1
            log_failure(context.trace_id, Code.INTERNAL, error)
            return None
        self.answered += 1
        return result

    async def _run(
        self, plan: Plan, values: dict[str, Any], context: RequestContext
    ) -> ExecutionResult:
        moment = context.services.now()
        scoped = self._scope(context)
        opens = (OPENS, scoped.opens(context.services.scope_key, wall_clock(), moment))
        run = _begun(scoped, values, context, moment.isoformat().encode())
        if plan.statements:
            await self._read(plan, run, opens)
        data = plan.write(run).encode()
        entries = [*run.seen.settled(), *run.others]
        rows = told(context.viewer(), entries) if entries else None
        if rows is not None and self._notes is not None:
            await self._notes.put(*opens, rows)
        extensions = {"redactions": run.redactions} if run.redactions else None
        return ExecutionResult(orjson.Fragment(data), None, extensions)  # type: ignore[arg-type]

    async def _read(self, plan: Plan, run: Run, opens: Call) -> None:
        params = [param(run) for param in plan.params]
        calls: list[Call] = [opens]
        calls += [(s.statement, [params[i] for i in s.takes]) for s in plan.statements]
        with_grants = bool(run.scoped.scope.grantees)
        if with_grants:
            calls.append((GRANTED, ()))
        results = await self._pipelines.put(calls)
        rows = [texts(result) for result in results[1:]]
        if with_grants:
            run.grants = _grants(rows.pop())
        run.rows = rows

    def _scope(self, context: RequestContext) -> Scoped:
        """The reach of a capacity, remembered while policy and assignment are the same."""
        gate: Gate = context.services.gate()
        a = context.assignment
        key = (id(gate), a.id, a.person_id, a.role, a.unit_id, a.division_id, context.purpose)
        known = self._scoped.get(key)
        if known is None:
            known = self._scoped[key] = Scoped(gate, a, context.purpose)
            if len(self._scoped) > CAPACITIES_MAX:
                self._scoped.popitem(last=False)
        return known


def _begun(scoped: Scoped, values: dict[str, Any], context: RequestContext, moment: bytes) -> Run:
    a = context.assignment
    viewer = {
        "personId": str(a.person_id).encode(),
        "role": a.role.encode(),
        "unitId": None if a.unit_id is None else str(a.unit_id).encode(),
        "divisionId": None if a.division_id is None else a.division_id.encode(),
        "purpose": context.purpose.encode(),
    }
    key = context.services.scope_key
    return Run(scoped, values, viewer, key, moment, moment, context.purpose.encode())


def _grants(rows: Iterable[tuple[str | None, ...]]) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for subject, token in rows:
        assert subject is not None
        assert token is not None
        found[subject] = (*found.get(subject, ()), token)
    return found
