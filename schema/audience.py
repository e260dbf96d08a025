"""Audiences: what nobody of an audience can ever have does not exist in its schema, and not in its introspection.

Roles that work on the same thing share an audience, so that what one of them may not see is a null with a redaction (it
exists, for others) and not an error. The protected classes (P6) go by the role itself: whoever can never read one is
neither told that there is such a field. Which classes and acts there are follows from the policy in force; a schema is
built when its first member asks, and kept until the policy changes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, cast

from graphql import (
    GraphQLField,
    GraphQLList,
    GraphQLNamedType,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLUnionType,
    get_named_type,
)

from authz.gate import Gate
from authz.words import RESOURCES, Resource
from domain.access.audit import OpenAuditOrder
from domain.case.reports import SubmitReport
from domain.child.screening import ScreenChild
from domain.sensitivity import Sensitivity
from schema.context import RequestContext
from schema.exports import EXPORT_TIMELINE
from schema.mutations import public_commands
from schema.objects import SHAPES
from schema.receipts import REPORT_PROGRESS, REPORT_RECEIPT
from schema.scalars import mutation_name
from schema.sign_out import SIGN_OUT

AUDIENCES: Mapping[str, frozenset[str]] = {
    "public": frozenset({"hotline_operator", "reporter", "citizen", "child_self"}),
    "family": frozenset({"guardian", "entrusted_carer"}),
    "justice": frozenset({"police", "procuratorate", "court", "case_organ"}),
    "oversight": frozenset({"auditor", "inspector", "rule_owner"}),
    "platform": frozenset({"technical_administrator", "system"}),
}
"""Every other role is of the casework audience."""
CASEWORK = "casework"
SCHEMAS_MAX = 64
"""Narrowed schemas that are kept: some audiences, under the policy in force and those before it."""

ACTS: Mapping[str, str] = {
    EXPORT_TIMELINE: OpenAuditOrder.name,
    REPORT_RECEIPT: SubmitReport.name,
    **{mutation_name(c): c.name for c in public_commands()},
}
"""Mutation → the act it needs."""
EVERYBODYS = frozenset({SIGN_OUT})
"""Mutations that need no act: they touch nothing but one's own session."""
READS: Mapping[str, Resource] = {
    "workQueue": Resource.WORK_ITEM,
    "workQueues": Resource.WORK_ITEM,
    "workDone": Resource.WORK_ITEM,
    "unitLoad": Resource.WORK_ITEM,
    "caseload": Resource.CHILD,
    "ledger": Resource.CHILD,
    "openNeeds": Resource.NEED,
    "units": Resource.UNIT,
    "accessJournal": Resource.ACCESS,
}
"""Fields that are not told from one read model → the object one must be able to read."""
SHOWN_BY: Mapping[str, str] = {
    "report": "statistics.",
    "riskDistribution": "statistics.risk",
    "rehearsal": "statistics.rehearsal",
    "possibleDuplicates": ScreenChild.name,
    REPORT_PROGRESS: SubmitReport.name,
}
"""Fields shown to whoever can do something → the acts (or how they begin) of which one must be able to do one."""


def audience_of(role: str) -> str:
    """The audience a role belongs to."""
    return next((name for name, roles in AUDIENCES.items() if role in roles), CASEWORK)


@dataclass(frozen=True)
class Visible:
    """What exists for an audience: the objects with each class of theirs one can ever read, and the acts one can ever
    do. Where these are the same, the schema is."""

    reads: frozenset[tuple[str, Sensitivity]]
    acts: frozenset[str]

    def shows_column(self, obj: str, cls: Sensitivity) -> bool:
        """Whether values of ``cls`` on rows of ``obj`` exist; what is no object of the policy is open to all."""
        return obj not in RESOURCES or (obj, cls) in self.reads

    def shows(self, name: str) -> bool:
        """Whether a field that is not a column of a read model exists."""
        if name in READS:
            return any(obj == READS[name] for obj, _ in self.reads)
        if name in SHOWN_BY:
            return any(act.startswith(SHOWN_BY[name]) for act in self.acts)
        return True


def visible(gate: Gate, role: str) -> Visible:
    """What exists for ``role``: what anybody of its audience can ever have, of the protected classes what it can."""
    known = gate.policy.roles
    together = [r for r in known if audience_of(r) == audience_of(role)]
    reads = set[tuple[str, Sensitivity]]()
    for obj in Resource:
        mine = gate.ever_reads(role, obj)
        theirs = frozenset().union(*(gate.ever_reads(r, obj) for r in together))
        found = {c for c in theirs if not c.is_silent} | {c for c in mine if c.is_silent}
        reads |= {(obj.value, cls) for cls in found}
    acts = frozenset().union(*(gate.acts(r) for r in together))
    return Visible(frozenset(reads), acts)


class Audiences:
    """The schemas by audience. ``schema`` is the one place that chooses."""

    def __init__(self, whole: GraphQLSchema, gate: Callable[[], Gate]) -> None:
        self._whole, self._gate = whole, gate
        self._version = ""
        self._roles: dict[str, GraphQLSchema] = {}

    def schema(self, context: RequestContext) -> GraphQLSchema:
        """The schema that exists for whoever asks."""
        return self.of(context.assignment.role)

    def of(self, role: str) -> GraphQLSchema:
        """The schema of a role under the policy in force."""
        gate = self._gate()
        if gate.policy.version != self._version:
            self._version, self._roles = gate.policy.version, {}
        found = self._roles.get(role)
        if found is None:
            found = self._roles[role] = narrowed(self._whole, visible(gate, role))
        return found


@lru_cache(maxsize=SCHEMAS_MAX)
def narrowed(whole: GraphQLSchema, seen: Visible) -> GraphQLSchema:
    """``whole`` without what does not exist for this audience."""
    return _Narrowing(whole, seen).schema()


@dataclass
class _Narrowing:
    """Copies object types with the fields that stay; all else is shared with the whole schema."""

    whole: GraphQLSchema
    seen: Visible
    stays: dict[str, bool] = field(default_factory=dict)
    copies: dict[str, GraphQLNamedType] = field(default_factory=dict)

    def schema(self) -> GraphQLSchema:
        """The schema; a root type without fields is none."""
        whole = self.whole
        return GraphQLSchema(
            query=self._root(whole.query_type),
            mutation=self._root(whole.mutation_type),
            subscription=self._root(whole.subscription_type),
            directives=whole.directives,
            description=whole.description,
            extensions=whole.extensions,
        )

    def _root(self, root: GraphQLObjectType | None) -> GraphQLObjectType | None:
        if root is None or not self._fields(root):
            return None
        return cast("GraphQLObjectType", self._named(root))

    def _named(self, kind: GraphQLNamedType) -> GraphQLNamedType:
        if kind.name in self.copies:
            return self.copies[kind.name]
        if isinstance(kind, GraphQLObjectType):
            self.copies[kind.name] = self._object(kind)
        elif isinstance(kind, GraphQLUnionType):
            self.copies[kind.name] = self._union(kind)
        return self.copies.get(kind.name, kind)

    def _union(self, kind: GraphQLUnionType) -> GraphQLUnionType:
        given: Any = kind.to_kwargs()
        given["types"] = lambda: [self._named(m) for m in kind.types]
        resolve = kind.resolve_type
        if resolve is not None:  # it knows the members of the whole union by identity
            given["resolve_type"] = lambda root, info, _union: resolve(root, info, kind)
        return GraphQLUnionType(**given)

    def _object(self, kind: GraphQLObjectType) -> GraphQLObjectType:
        def fields() -> dict[str, GraphQLField]:
            return {
                name: GraphQLField(**{**_given(f), "type_": self._copied(f.type)})
                for name, f in self._fields(kind).items()
            }

        return GraphQLObjectType(**{**_given(kind), "fields": fields})

    def _copied(self, kind: Any) -> Any:
        if isinstance(kind, GraphQLNonNull):
            return GraphQLNonNull(self._copied(kind.of_type))
        if isinstance(kind, GraphQLList):
            return GraphQLList(self._copied(kind.of_type))
        return self._named(kind)

    def _fields(self, kind: GraphQLObjectType) -> dict[str, GraphQLField]:
        return {name: f for name, f in kind.fields.items() if self._field_stays(kind, name, f)}

    def _field_stays(self, kind: GraphQLObjectType, name: str, of: GraphQLField) -> bool:
        if kind is self.whole.mutation_type:
            return name in EVERYBODYS or ACTS[name] in self.seen.acts
        shape = SHAPES.get(kind.name)
        if shape is not None and name in shape.values:
            return self.seen.shows_column(shape.model.obj, shape.values[name].sensitivity)
        return self.seen.shows(name) and self._stays(get_named_type(of.type))

    def _stays(self, kind: GraphQLNamedType) -> bool:
        """Whether anything is left of a type: of one told from a read model a column, of a page its items."""
        if not isinstance(kind, GraphQLObjectType):
            return True
        known = self.stays.get(kind.name)
        if known is None:
            self.stays[kind.name] = True  # while it is looked at: a type may lead back to itself
            shape = SHAPES.get(kind.name)
            if shape is not None:
                known = any(
                    self.seen.shows_column(shape.model.obj, c.sensitivity)
                    for c in shape.columns.values()
                )
            elif "node" in kind.fields or "nodes" in kind.fields:
                item = kind.fields.get("node") or kind.fields["nodes"]
                known = self._stays(get_named_type(item.type))
            else:
                known = True
            self.stays[kind.name] = known
        return known


def _given(of: GraphQLObjectType | GraphQLField) -> dict[str, Any]:
    return cast("dict[str, Any]", of.to_kwargs())
