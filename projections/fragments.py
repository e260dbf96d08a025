"""片段 · Rendered fragments: a run of a row's columns as the API writes them, kept beside the columns.

    class ChildRow(ReadModel, table="child", …, fragments={"card": ("child_id", "name", "sex")}):

PostgreSQL works the bytes out in the write of the row itself (a stored generated column), so that no way of writing
can leave them behind: neither a retelling nor an erasure, which empties the columns they are made of. The column's name
holds a digest of how it is rendered; whoever looks for another rendering does not find it and reads the columns.

A fragment says what it holds by class. It may be shown only to somebody who sees all of them on that row; what is more
personal than P3 is never in one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from hashlib import sha256
from typing import Any, get_args, get_origin
from uuid import UUID

from domain.fields import FieldSpec, camel
from domain.sensitivity import Sensitivity

MAY_HOLD = frozenset(c for c in Sensitivity if not c.is_sensitive)
INT_MAX = 2**31 - 1
"""GraphQL's Int (specification 3.5.1). A row that holds more has no fragment: the reference tells the error."""
_TEXT: Mapping[Any, str] = {
    UUID: """'"' || {0} || '"'""",
    str: "to_json({0})::text",
    int: "{0}::text",
    bool: "case when {0} then 'true' else 'false' end",
    date: """'"' || to_char({0}, 'YYYY-MM-DD') || '"'""",
    datetime: (
        """'"' || to_char({0} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS') || """
        "case when date_trunc('second', {0}) = {0} then '' else to_char({0}, '.US') end || "
        """'+00:00"'"""
    ),
    tuple: "array_to_json({0})::text",
}
"""How a column of a type is written: the very bytes of ``schema.plan.leaves``."""


@dataclass(frozen=True)
class Fragment:
    """A run of columns of one table, rendered as members of a JSON object, without its braces."""

    name: str
    specs: tuple[FieldSpec, ...]
    types: tuple[str, ...]
    """The columns' types in SQL."""

    def __post_init__(self) -> None:
        assert self.classes <= MAY_HOLD, f"{self.name} would hold what may not lie in a fragment"

    @cached_property
    def classes(self) -> frozenset[Sensitivity]:
        """Whoever is shown the fragment must see all of them on the row."""
        return frozenset(s.sensitivity for s in self.specs)

    @cached_property
    def fields(self) -> tuple[str, ...]:
        """The fields of the API, in their order."""
        return tuple(camel(s.name) for s in self.specs)

    @cached_property
    def column(self) -> str:
        """The column with its version."""
        return f"{self.name}_{sha256(self._body.encode()).hexdigest()[:8]}"

    @cached_property
    def _body(self) -> str:
        both = list(enumerate(self.specs))
        members = [f"""'"{camel(s.name)}":' || {written(s, f"a{i}")}""" for i, s in both]
        whole = [f"a{i}" for i, s in both if _plain(s)[0] is int]
        too_much = " or ".join(f"abs({name}) > {INT_MAX}" for name in whole)
        guard = f"if {too_much} then return null; end if; " if whole else ""
        told = " || ',' || ".join(members)
        return f"begin {guard}return {told}; end"

    def function(self, schema: str) -> str:
        """The statement that makes the function it is worked out by."""
        taken = ", ".join(f"a{i} {kind}" for i, kind in enumerate(self.types))
        return (
            f"create function {schema}.{self.column}({taken}) returns text "
            f"language plpgsql immutable parallel safe as $told${self._body}$told$"
        )

    def declared(self, schema: str) -> str:
        """The column as it stands in the table's declaration."""
        given = ", ".join(s.name for s in self.specs)
        return f"{self.column} text generated always as ({schema}.{self.column}({given})) stored"


def plain_type(spec: FieldSpec) -> Any:
    """The type of a column's values: that of the container, where it is one."""
    plain = _plain(spec)[0]
    return get_origin(plain) or plain


def _plain(spec: FieldSpec) -> tuple[Any, bool]:
    """The type without ``| None``, and whether it may be null."""
    plain, nullable = spec.type, False
    if type(None) in get_args(plain):
        (plain,) = [a for a in get_args(plain) if a is not type(None)]
        nullable = True
    return (tuple if get_origin(plain) is tuple else plain), nullable


def written(spec: FieldSpec, name: str) -> str:
    """How PostgreSQL writes the value ``name`` of such a column: the very bytes of ``schema.plan.leaves``."""
    plain, nullable = _plain(spec)
    text = _TEXT[plain].format(name)
    return f"coalesce({text}, 'null')" if nullable else f"({text})"


def fragments_of(
    declared: Mapping[str, Sequence[str]],
    specs: Sequence[FieldSpec],
    sql_type: Any,
) -> tuple[Fragment, ...]:
    """The fragments of a read model, the longest first: that is how they are looked for."""
    known = {s.name: s for s in specs}
    made = []
    for name, columns in declared.items():
        chosen = tuple(known[c] for c in columns)
        types = tuple(sql_type(s.type)[0].partition(" ")[0] for s in chosen)
        made.append(Fragment(name, chosen, types))
    return tuple(sorted(made, key=lambda f: -len(f.specs)))
