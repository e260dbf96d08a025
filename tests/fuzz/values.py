"""Values as nobody expects them, beside values that are right: for every input of a GraphQL schema."""

from __future__ import annotations

from random import Random
from typing import Any
from uuid import UUID

from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInputType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLScalarType,
)

RARE = "𠮷𡈽𫝀䶮㐂"
"""Characters of names, of the Basic Multilingual Plane and beyond it."""
TEXTS = (
    "",
    " ",
    "\0",
    "a\0b",
    "\ud840",
    "\udfff 后半",
    RARE,
    "e\u0301\u0323",
    "\u202e反\u202c",
    "\ufeff",
    "\uffff",
    "🧒🏽" * 40,
    "长" * 10_000,
    "' or 1=1 --",
    "%s %(a)s {} {0}",
    "\\u0000\\",
    "\r\nRetry-After: 0",
    "²",
    "１２３",  # noqa: RUF001 - full width, as typed on a Chinese keyboard
    "⓪",
    "-0",
    "1e999",
    "NaN",
    "null",
    "11010119900307003X",
    "110101199902300010",
    "2025-02-30",
    "2025-02-29T24:00:00Z",
    "9999-12-31T23:59:59.999999+14:00",
    "0000-00-00",
    "10000-01-01",
    "2025-03-03T08:00:00",
    "00000000-0000-0000-0000-000000000000",
    "sh00001",
    "../../etc/passwd",
    "<script>",
)
NUMBERS = (
    0,
    -1,
    2**31 - 1,
    2**31,
    -(2**31) - 1,
    2**53 + 1,
    2**63,
    -(2**63) - 1,
    10**400,
    1.5,
    -0.0,
    1e308,
)
OTHERS: tuple[object, ...] = (None, True, {}, [], {"a": {"b": 1}}, [[[[[[1]]]]]])
DEEP, WIDE = 60, 2_000
RIGHT = {
    "String": ("王小明", RARE, "情况属实", "X-1"),
    "ID": ("1",),
    "Int": (0, 1, 7, 50),
    "Float": (0.5, 1.0),
    "Boolean": (True, False),
    "Date": ("2025-03-03", "2012-02-29"),
    "DateTime": ("2025-03-03T08:00:00+08:00", "2025-02-01T00:00:00Z"),
}


class Values:
    """Draws inputs. ``known``: ids that exist; ``wild``: the share of values that are not right."""

    def __init__(self, draw: Random, known: list[str], wild: float) -> None:
        self._draw, self._known, self._wild = draw, known, wild

    def of(self, kind: GraphQLInputType, depth: int = 0) -> Any:
        """A value for this input; in some cases of a wholly different kind."""
        if self._draw.random() < self._wild * 0.5:
            return self.anything()
        if isinstance(kind, GraphQLNonNull):
            return self.of(kind.of_type, depth)
        if self._draw.random() < 0.1:
            return None
        if isinstance(kind, GraphQLList):
            many = self._draw.choice((0, 1, 2, 3)) if depth < 3 else 0
            return [self.of(kind.of_type, depth + 1) for _ in range(many)]
        if isinstance(kind, GraphQLEnumType):
            return self._draw.choice(list(kind.values))
        if isinstance(kind, GraphQLInputObjectType):
            return self._object(kind, depth)
        return self._scalar(kind)

    def anything(self) -> Any:
        """Of any kind, also too much of it."""
        which = self._draw.random()
        if which < 0.5:
            return self._draw.choice(TEXTS)
        if which < 0.75:
            return self._draw.choice(NUMBERS)
        if which < 0.95:
            return self._draw.choice(OTHERS)
        if which < 0.98:
            return [self._draw.choice(TEXTS)] * WIDE
        deep: Any = self._draw.choice(TEXTS)
        for _ in range(DEEP):
            deep = [deep] if self._draw.random() < 0.5 else {"a": deep}
        return deep

    def _object(self, kind: GraphQLInputObjectType, depth: int) -> dict[str, Any]:
        found = {}
        for name, wanted in kind.fields.items():
            required = isinstance(wanted.type, GraphQLNonNull)
            if (required or self._draw.random() < 0.3) and depth < 4:
                found[name] = self.of(wanted.type, depth + 1)
        if self._draw.random() < self._wild * 0.2:
            found[self._draw.choice(TEXTS)] = self.anything()
        return found

    def _scalar(self, kind: Any) -> Any:
        assert isinstance(kind, GraphQLScalarType)
        if self._draw.random() < self._wild:
            return self._draw.choice(TEXTS + NUMBERS)
        if kind.name == "UUID":
            fresh = str(UUID(int=self._draw.getrandbits(128), version=4))
            return self._draw.choice([*self._known, fresh])
        return self._draw.choice(RIGHT.get(kind.name, TEXTS))
