"""Operations drawn from a schema: valid in shape more often than not, with values from ``values``."""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random
from typing import Any

from graphql import (
    GraphQLArgument,
    GraphQLField,
    GraphQLInterfaceType,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLUnionType,
    get_named_type,
)

from tests.fuzz.values import Values

Fields = GraphQLObjectType | GraphQLInterfaceType
DEPTH = 4
NOT_DRAWN = {"signOut"}
"""After it whoever drew it would only be told to sign in."""
NAMES = ("", "a", "x1", "__typename", "名", "on", "true")
SUFFIXES = (
    " @skip(if: true)",
    " @include(if: false)",
    " @skip",
    " @x",
    "(a: 1)",
    " ...",
    "\0",
    "}",
)


@dataclass
class Request:
    """One body as it is posted."""

    query: str
    variables: dict[str, Any] = field(default_factory=dict)
    more: dict[str, Any] = field(default_factory=dict)

    def body(self) -> dict[str, Any]:
        """As JSON."""
        return {"query": self.query, "variables": self.variables, **self.more}


class Operations:
    """Draws requests from what a schema has."""

    def __init__(self, schema: GraphQLSchema, draw: Random, known: list[str]) -> None:
        self._schema, self._draw, self._known = schema, draw, known
        self._values = Values(draw, known, wild=0.0)
        self._declared: dict[str, str] = {}
        self._given: dict[str, Any] = {}

    def next(self) -> Request:
        """Another one. In half of them every value is right, so that some get past the door."""
        self._values = Values(self._draw, self._known, self._draw.choice((0.0, 0.0, 0.15, 0.5)))
        self._declared, self._given = {}, {}
        mutation = self._draw.random() < 0.4 and self._schema.mutation_type is not None
        root = self._schema.mutation_type if mutation else self._schema.query_type
        assert root is not None
        there = [each for each in root.fields.items() if each[0] not in NOT_DRAWN]
        chosen = self._draw.choices(there, k=self._draw.choice((1, 1, 1, 2, 3)))
        fields = " ".join(self._field(name, each, 0, alias=True) for name, each in chosen)
        declared = ", ".join(f"${name}: {kind}" for name, kind in self._declared.items())
        word = "mutation" if mutation else "query"
        text = f"{word} Q({declared}) {{ {fields} }}" if declared else f"{word} {{ {fields} }}"
        return self._spoilt(Request(text, self._given))

    def _spoilt(self, request: Request) -> Request:
        """A tenth have something done to them that no client does."""
        which = self._draw.random()
        text = request.query
        if which < 0.03:
            at = self._draw.randrange(len(text))
            request.query = text[:at] + self._draw.choice(SUFFIXES) + text[at:]
        elif which < 0.05:
            request.query = text[: self._draw.randrange(len(text))]
        elif which < 0.07:
            request.query = text + " " + text
        elif which < 0.09:
            request.more = {
                self._draw.choice(("operationName", "extensions", "variables", "query", "id")): (
                    self._values.anything()
                )
            }
        elif which < 0.10 and request.variables:
            request.variables.pop(self._draw.choice(list(request.variables)))
        return request

    def _field(self, name: str, asked: GraphQLField, depth: int, *, alias: bool = False) -> str:
        text = f"f{self._draw.randrange(10**6)}: {name}" if alias else name
        arguments = [
            f"{key}: {self._argument(each)}"
            for key, each in asked.args.items()
            if isinstance(each.type, GraphQLNonNull) or self._draw.random() < 0.3
        ]
        text += f"({', '.join(arguments)})" if arguments else ""
        return text + self._selection(get_named_type(asked.type), depth + 1)

    def _argument(self, asked: GraphQLArgument) -> str:
        name = f"v{len(self._declared)}"
        self._declared[name] = str(asked.type)
        self._given[name] = self._values.of(asked.type)
        return f"${name}"

    def _selection(self, kind: Any, depth: int) -> str:
        if isinstance(kind, GraphQLUnionType):
            parts = ["__typename"]
            chosen = [each for each in kind.types if self._draw.random() < 0.6]
            inside = {each.name: self._inside(each, depth) for each in chosen}
            parts += [f"... on {name} {{ {text} }}" for name, text in inside.items() if text]
            return f" {{ {' '.join(parts)} }}"
        if isinstance(kind, (GraphQLObjectType, GraphQLInterfaceType)):
            return f" {{ __typename {self._inside(kind, depth)} }}"
        return ""

    def _inside(self, kind: Fields, depth: int) -> str:
        found = []
        for name, each in kind.fields.items():
            leaf = not self._selection_needed(each)
            needs = any(isinstance(a.type, GraphQLNonNull) for a in each.args.values())
            if depth >= DEPTH and not leaf:
                continue
            if self._draw.random() < (0.3 if leaf and not needs else 0.12):
                found.append(self._field(name, each, depth, alias=bool(each.args)))
        return " ".join(found)

    def _selection_needed(self, each: GraphQLField) -> bool:
        return isinstance(
            get_named_type(each.type), (GraphQLObjectType, GraphQLInterfaceType, GraphQLUnionType)
        )
