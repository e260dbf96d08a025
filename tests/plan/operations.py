"""Random operations over the real schema: fields, aliases, fragments, directives, variables, pages."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from graphql import GraphQLField, GraphQLObjectType, GraphQLSchema, get_named_type, is_leaf_type

ROOTS = ("child", "case", "workQueue", "viewer", "clause")
WEIGHTS = (8, 5, 5, 6, 1)
LEFT_OUT = frozenset({"actions", "clause", "grants", "companionships"})
"""Fields that plans never cover; a tenth of the operations has them all the same."""


@dataclass
class Known:
    """What arguments are drawn from."""

    children: list[UUID]
    cases: list[UUID]
    units: list[UUID]
    queues: list[str]
    clauses: list[str]
    cursors: dict[str, list[str]] = field(default_factory=dict)


@dataclass
class Operation:
    """A document with the values of its variables."""

    text: str
    variables: dict[str, Any]


class Drawing:
    """One operation being drawn."""

    def __init__(self, schema: GraphQLSchema, known: Known, seed: int) -> None:
        self.schema, self.known, self.chance = schema, known, random.Random(seed)  # noqa: S311 - drawn again the same
        self.variables: dict[str, tuple[str, Any]] = {}
        self.fragments: list[str] = []
        self.uncovered = self.chance.random() < 0.1
        self.budget = 120

    def operation(self) -> Operation:
        """The whole document."""
        query = self.schema.query_type
        assert query is not None
        parts = []
        for i in range(self.chance.choice((1, 1, 1, 2, 3))):
            name = self.chance.choices(ROOTS, WEIGHTS)[0]
            if not self._allowed(name):
                continue
            parts.append(self._field(f"r{i}", name, query.fields[name], 0))
        if not parts or self.chance.random() < 0.1:
            parts.append("__typename")
        declared = ", ".join(f"${n}: {kind}" for n, (kind, _) in self.variables.items())
        head = f"query({declared})" if declared else "query"
        text = f"{head} {{ {' '.join(parts)} }} {' '.join(self.fragments)}"
        return Operation(text, {n: v for n, (_, v) in self.variables.items()})

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
        chosen = self.chance.sample(leaves, most)
        if depth < 6 and nested and self.budget > 0:
            some = self.chance.sample(nested, min(len(nested), self.chance.choice((1, 1, 2, 3))))
            chosen += [
                n for n in some if kind.name.endswith("Connection") or depth < 4 or self._once()
            ]
        self.chance.shuffle(chosen)
        self.budget -= len(chosen)
        parts = [self._member(kind, name, depth) for name in chosen]
        if not parts or self.chance.random() < 0.15:
            parts.append("__typename")
        return " ".join(self._wrapped(kind, part) for part in parts)

    def _once(self) -> bool:
        return self.chance.random() < 0.3

    def _allowed(self, name: str) -> bool:
        return self.uncovered or name not in LEFT_OUT

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

    def _variable(self, kind: str, value: Any) -> str:
        name = f"v{len(self.variables)}"
        self.variables[name] = (kind, value)
        return f"${name}"

    def _given(self, kind: str, value: Any) -> str:
        """A value as a variable, or written out."""
        if self.chance.random() < 0.6:
            return self._variable(kind, value)
        return f'"{value}"' if isinstance(value, str) else str(value)

    def _arguments(self, name: str, declared: GraphQLField) -> str:
        given = []
        if name in {"child", "case"} and "id" in declared.args:
            known = self.known.children if name == "child" else self.known.cases
            given.append(f"id: {self._given('UUID!', str(self.chance.choice(known)))}")
        if name == "workQueue":
            given.append(f"unit: {self._given('UUID!', str(self.chance.choice(self.known.units)))}")
            given.append(f"queue: {self._given('String!', self.chance.choice(self.known.queues))}")
        if name == "clause":
            given.append(f"id: {self._given('String!', self.chance.choice(self.known.clauses))}")
        if "first" in declared.args:
            given += self._page(declared)
        return f"({', '.join(given)})" if given else ""

    def _page(self, declared: GraphQLField) -> list[str]:
        out = []
        roll = self.chance.random()
        if roll < 0.7:
            size = self.chance.choice((1, 2, 3, 5, 10, 100))
            out.append(f"first: {self._given('Int', size)}")
        elif roll < 0.75:
            out.append(f"first: {self._given('Int', self.chance.choice((0, -1, 101)))}")
        kind = get_named_type(declared.type)
        cursors = self.known.cursors.get(kind.name, [])
        roll = self.chance.random()
        if roll < 0.25 and cursors:
            out.append(f"after: {self._given('String', self.chance.choice(cursors))}")
        elif roll < 0.3:
            out.append(f"after: {self._variable('String', None)}")
        elif roll < 0.33:
            out.append(f"after: {self._given('String', 'bm90IG91cnM')}")
        return out
