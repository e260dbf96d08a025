"""Random operations over the real schema: fields, aliases, fragments, directives, variables, pages."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from graphql import (
    GraphQLField,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLSchema,
    Undefined,
    get_named_type,
    is_enum_type,
    is_leaf_type,
)

from projections.timeline import TimelineLine as TimelineModel
from schema.objects import SHAPES
from tests.plan.filters import Filters

WEIGHTS = {
    "child": 24,
    "case": 15,
    "workQueue": 15,
    "viewer": 18,
    "ledger": 6,
    "openNeeds": 4,
    "unitRecord": 4,
    "workItem": 4,
    "childAsKnown": 2,
    "caseAsKnown": 2,
    "riskDistribution": 2,
    "report": 2,
}
"""How often a root field is drawn; every other one once in so many."""
FRAGMENTS = {
    **{s.name: [f.fields for f in s.model.fragments] for s in SHAPES.values()},
    "TimelineLine": [f.fields for f in TimelineModel.fragments],
}
"""The runs of fields that projections have written out, by type."""
GROWS = frozenset({"AccessEntryConnection"})
"""Lists that grow by being read, the latest first: asked for from a place in them only."""
SLOW = frozenset({"actions", "rehearsal"})
"""Fields that replay streams: drawn now and then only."""


@dataclass
class Known:
    """What arguments are drawn from."""

    children: list[UUID]
    cases: list[UUID]
    units: list[UUID]
    schools: list[UUID]
    queues: list[str]
    clauses: list[str]
    divisions: list[str]
    orders: list[UUID]
    tasks: list[UUID]
    services: list[str]
    people: list[UUID]
    identities: list[tuple[str, str]]
    """A name and a birth date."""
    cursors: dict[str, list[str]] = field(default_factory=dict)

    def given(self, name: str, argument: str) -> list[Any]:
        """What there is to be given for an argument of a field."""
        ids: dict[str, list[Any]] = {
            "child": self.children,
            "childAsKnown": self.children,
            "case": self.cases,
            "caseAsKnown": self.cases,
            "unitRecord": self.units,
            "accessOrder": self.orders,
            "workItem": self.tasks,
            "clause": self.clauses,
        }
        by_name: dict[str, list[Any]] = {
            "id": ids.get(name, []),
            "subject": [*self.children, *self.cases],
            "unit": self.units,
            "school": self.schools,
            "queue": self.queues,
            "division": self.divisions,
            "place": self.divisions,
            "service": self.services,
            "name": ["派出所", "", *(name for name, _ in self.identities)],
            "kind": ["TOWNSHIP", "POLICE", "PLATFORM"],
            "birthDate": [born for _, born in self.identities],
            "idNumber": ["500236201405060017", "1"],
            "status": ["OPEN", "CLOSED", "ALL"],
            "category": ["LEFT_BEHIND", "DISABLED"],
            "tier": ["R1", "R3", "none"],
            "responsible": self.people,
            "person": self.people,
            "since": ["2025-03-03", "2025-05-20"],
            "until": ["2025-06-01", "2025-03-31"],
            "late": [True, False],
            "code": ["S-01", "S-05", "S-09", "S-19", "S-99"],
            "period": ["2025", "2025-05", "never"],
            "year": [2024, 2025],
            "pack": ["id: nonsense"],
            "on": ["2025-06-01", "2020-01-01"],
            "asOf": ["2025-06-01", "2025-05-20", "tomorrow"],
            "recordedUntil": ["2025-05-20T00:00:00+08:00", "2025-05-20T00:00:00"],
            "occurredUntil": ["2025-04-01T12:00:00Z"],
            "changedOnly": [True, False],
            "first": [1, 3, 50],
            "after": [0, 2],
        }
        return [str(v) if isinstance(v, UUID) else v for v in by_name.get(argument, ())]


@dataclass
class Operation:
    """A document with the values of its variables."""

    text: str
    variables: dict[str, Any]
    others: dict[str, list[Any]] = field(default_factory=dict)
    """What else a variable could be."""

    def varied(self, chance: random.Random) -> dict[str, Any]:
        """The variables with other values."""
        return {
            name: chance.choice(self.others[name]) if self.others.get(name) else value
            for name, value in self.variables.items()
        }


class Drawing:
    """One operation being drawn."""

    def __init__(self, schema: GraphQLSchema, known: Known, seed: int) -> None:
        self.schema, self.known, self.chance = schema, known, random.Random(seed)  # noqa: S311 - drawn again the same
        self.variables: dict[str, tuple[str, Any]] = {}
        self.others: dict[str, list[Any]] = {}
        self.fragments: list[str] = []
        self.slow = self.chance.random() < 0.2
        self.budget = 120

    def operation(self, *roots: str) -> Operation:
        """The whole document, of these root fields or of some."""
        query = self.schema.query_type
        assert query is not None
        parts, names = [], list(query.fields)
        for i in range(len(roots) or self.chance.choice((1, 1, 1, 2, 3))):
            drawn = self.chance.choices(names, [WEIGHTS.get(n, 1) for n in names])[0]
            name = roots[i] if roots else drawn
            if not roots and not self._allowed(name):
                continue
            parts.append(self._field(f"r{i}", name, query.fields[name], 0))
        if not parts or self.chance.random() < 0.1:
            parts.append("__typename")
        return self._drawn("query", " ".join(parts))

    def subscription(self) -> Operation:
        """The whole document of a live queue."""
        root = self.schema.subscription_type
        assert root is not None
        live = root.fields["workQueue"]
        kind = get_named_type(live.type)
        assert isinstance(kind, GraphQLObjectType)
        arguments = self._arguments("workQueue", live)
        item = self._field("", "item", kind.fields["item"], 1)
        return self._drawn(
            "subscription",
            f"live: workQueue{arguments} {{ {self._selection(kind, 1)} kind {item} cursor }}",
        )

    def _drawn(self, operation: str, selected: str) -> Operation:
        declared = ", ".join(f"${n}: {kind}" for n, (kind, _) in self.variables.items())
        head = f"{operation}({declared})" if declared else operation
        text = f"{head} {{ {selected} }} {' '.join(self.fragments)}"
        return Operation(text, {n: v for n, (_, v) in self.variables.items()}, self.others)

    def _field(self, alias: str, name: str, declared: GraphQLField, depth: int) -> str:
        arguments = self._arguments(name, declared)
        kind = get_named_type(declared.type)
        inner = ""
        if isinstance(kind, GraphQLObjectType):
            inner = f" {{ {self._selection(kind, depth + 1)} }}"
        shown = f"{alias}: {name}" if alias else name
        return f"{shown}{arguments}{self._directive()}{inner}"

    def _selection(self, kind: GraphQLObjectType, depth: int) -> str:
        leaves = [n for n, f in kind.fields.items() if is_leaf_type(get_named_type(f.type))]
        nested = [n for n in kind.fields if n not in leaves and self._allowed(n)]
        most = min(len(leaves), self.chance.randint(0 if nested else 1, 9))
        run = self._run(kind)
        chosen = [n for n in self.chance.sample(leaves, most) if n not in run]
        if depth < 6 and nested and self.budget > 0:
            some = self.chance.sample(nested, min(len(nested), self.chance.choice((1, 1, 2, 3))))
            chosen += [
                n for n in some if kind.name.endswith("Connection") or depth < 4 or self._once()
            ]
        self.chance.shuffle(chosen)
        self.budget -= len(chosen)
        parts = [self._member(kind, name, depth) for name in chosen]
        if run:
            parts.insert(self.chance.randint(0, len(parts)), " ".join(run))
        if not parts or self.chance.random() < 0.15:
            parts.append("__typename")
        return " ".join(self._wrapped(kind, part) for part in parts)

    def _run(self, kind: GraphQLObjectType) -> tuple[str, ...]:
        """The fields of a rendered fragment, now and then."""
        known = FRAGMENTS.get(kind.name, ())
        return self.chance.choice(known) if known and self.chance.random() < 0.4 else ()

    def _once(self) -> bool:
        return self.chance.random() < 0.3

    def _allowed(self, name: str) -> bool:
        return self.slow or name not in SLOW

    def _member(self, kind: GraphQLObjectType, name: str, depth: int) -> str:
        alias = ""
        if self.chance.random() < 0.12:
            alias = f"a{self.chance.randint(0, 10**9)}"
        return self._field(alias, name, kind.fields[name], depth)

    def _wrapped(self, kind: GraphQLObjectType, part: str) -> str:
        """A member in an inline fragment or a named one, now and then."""
        roll = self.chance.random()
        if roll < 0.06:
            return f"... on {kind.name} {{ {part} }}"
        if roll < 0.09:
            return f"... {{ {part} }}"
        if roll < 0.13:
            name = f"F{len(self.fragments)}x{self.chance.randint(0, 999)}"
            self.fragments.append(f"fragment {name} on {kind.name} {{ {part} }}")
            return f"...{name}"
        return part

    def _directive(self) -> str:
        roll = self.chance.random()
        if roll > 0.06:
            return ""
        which, value = self.chance.choice(("skip", "include")), self.chance.random() < 0.5
        if roll < 0.03:
            return f" @{which}(if: {str(value).lower()})"
        return f" @{which}(if: {self._variable('Boolean!', value)})"

    def _variable(self, kind: str, value: Any, others: Sequence[Any] = ()) -> str:
        name = f"v{len(self.variables)}"
        self.variables[name] = (kind, value)
        self.others[name] = list(others)
        return f"${name}"

    def _given(self, kind: str, value: Any, others: Sequence[Any] = ()) -> str:
        """A value as a variable, or written out."""
        if self.chance.random() < 0.6:
            return self._variable(kind, value, others)
        if is_enum_type(self.schema.get_type(kind.rstrip("!"))):
            return str(value)
        return f'"{value}"' if isinstance(value, str) else str(value).lower()

    def _arguments(self, name: str, declared: GraphQLField) -> str:
        connection = get_named_type(declared.type).name.endswith("Connection")
        given = []
        for argument, about in declared.args.items():
            if connection and argument in {"first", "after"}:
                continue
            required = isinstance(about.type, GraphQLNonNull) and about.default_value is Undefined
            known = self.known.given(name, argument)
            if argument == "where":
                given += self._filter()
            elif required or (known and self.chance.random() < 0.5):
                value = self.chance.choice(known)
                given.append(f"{argument}: {self._given(str(about.type), value, known)}")
        if connection and "first" in declared.args:
            given += self._page(declared)
        return f"({', '.join(given)})" if given else ""

    def _filter(self) -> list[str]:
        """A filter, now and then."""
        if self.chance.random() < 0.5:
            return []
        filters = Filters(self.chance, self.known.people, self.known.divisions)
        return [f"where: {filters.drawn(self._variable)}"]

    def _page(self, declared: GraphQLField) -> list[str]:
        out = []
        roll = self.chance.random()
        if roll < 0.7:
            sizes = (1, 2, 3, 5, 10, 100)
            out.append(f"first: {self._given('Int', self.chance.choice(sizes), sizes)}")
        elif roll < 0.75:
            out.append(f"first: {self._given('Int', self.chance.choice((0, -1, 101)))}")
        kind = get_named_type(declared.type)
        cursors = self.known.cursors.get(kind.name, [])
        roll = self.chance.random()
        if kind.name in GROWS or (roll < 0.25 and cursors):
            out.append(f"after: {self._given('String', self.chance.choice(cursors), cursors)}")
        elif roll < 0.3:
            out.append(f"after: {self._variable('String', None)}")
        elif roll < 0.33:
            out.append(f"after: {self._given('String', 'bm90IG91cnM')}")
        return out
