"""What a read model is: a table declared once; its DDL, row security, masks and GraphQL type follow from it.

    class GuardianRow(ReadModel, table="guardian", within="child", key=("guardian_id",), zh="监护人", en="Guardian"):
        guardian_id: Annotated[UUID, P0]
        child_id: Annotated[UUID, P0]
        name: Annotated[str | None, P2]

Who sees a row:
* ``tokens=True``: the row carries access tokens; it is visible to a scope that shares one (``R:cq00417``, ``U:…``).
* ``within="child"`` or ``"case"``: visible where its child or case is; ``reach`` names the class one must hold there.
  ``within="file"``: its case if it has one, else its child (a child's timeline holds the lines of both).
* ``open_to_all=True``: reference data. ``private=True``: never for the API.
* ``dated=("occurred_at", "recorded_at")``: by a grant for a period, only the rows that stood in it.
* ``guarded=(P5,)``: the column ``existence`` says which class one must hold to learn that the row exists at all; P0
  asks for no more than ``reach``. A class that is not listed is shown to nobody.

The tables live in schema ``read``. Nothing here is migrated: a changed declaration is retold and swapped in.
"""

from __future__ import annotations

import re
import types
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum
from functools import cache
from types import MappingProxyType
from typing import Any, ClassVar, NewType, Union, dataclass_transform, get_args, get_origin
from uuid import UUID

from domain.clauses import clause
from domain.fields import FieldSpec, field_specs
from domain.labels import Label
from domain.sensitivity import P0, Sensitivity
from projections.fragments import Fragment, fragments_of
from projections.row_law import seen, signed

_NONE: Mapping[str, tuple[str, ...]] = MappingProxyType({})
READ_MODELS: dict[str, type[ReadModel]] = {}


@dataclass_transform(frozen_default=True, kw_only_default=True)
class ReadModel:
    """A declared table; see the module."""

    table: ClassVar[str]
    obj: ClassVar[str]
    """The Casbin object whose scope opens its rows."""
    label: ClassVar[Label]
    key: ClassVar[tuple[str, ...]]
    sort: ClassVar[tuple[str, ...]]
    """The keyset order of connections over it; the key is appended."""
    within: ClassVar[str | None]
    reach: ClassVar[Sensitivity]
    tokens: ClassVar[bool]
    open_to_all: ClassVar[bool]
    private: ClassVar[bool]
    guarded: ClassVar[tuple[Sensitivity, ...]]
    indexes: ClassVar[tuple[str, ...]]
    forgets: ClassVar[tuple[str, ...]]
    """Columns told from sealed values although their own type would not be sealed: erasure empties them too."""
    specs: ClassVar[tuple[FieldSpec, ...]]
    dated: ClassVar[tuple[str, ...]]
    """The columns from and to which a row stood (a null end: it still does): a grant for a period cuts by them."""
    fragments: ClassVar[tuple[Fragment, ...]]
    """Runs of columns kept as the API writes them."""
    asked_by: ClassVar[tuple[str, ...]]
    """The clauses that ask for this view."""

    def __init_subclass__(  # noqa: PLR0913 - one declaration says it all
        cls,
        *,
        table: str,
        key: tuple[str, ...],
        zh: str,
        en: str,
        obj: str = "",
        sort: tuple[str, ...] = (),
        within: str | None = None,
        reach: Sensitivity = P0,
        tokens: bool = False,
        open_to_all: bool = False,
        private: bool = False,
        guarded: tuple[Sensitivity, ...] = (),
        indexes: tuple[str, ...] = (),
        forgets: tuple[str, ...] = (),
        dated: tuple[str, ...] = (),
        asked_by: tuple[str, ...] = (),
        fragments: Mapping[str, tuple[str, ...]] = _NONE,
    ) -> None:
        super().__init_subclass__()
        dataclass(frozen=True, kw_only=True)(cls)
        cls.table, cls.key, cls.label = table, key, Label(zh, en)
        cls.obj, cls.sort, cls.within, cls.reach = obj or within or table, sort, within, reach
        cls.tokens, cls.open_to_all, cls.private = tokens, open_to_all, private
        cls.indexes, cls.forgets, cls.guarded, cls.dated = indexes, forgets, guarded, dated
        cls.specs = field_specs(cls, skip=frozenset(), open_text=True)
        cls.fragments = fragments_of(fragments, cls.specs, sql_type)
        cls.asked_by = tuple(clause(one).id for one in asked_by)
        ways = [tokens, within is not None, open_to_all, private]
        assert sum(ways) == 1, f"{table} must say exactly one way in which its rows are seen"
        names = {s.name for s in cls.specs}
        assert len(dated) in {0, 2}, f"{table} stands from one column to another"
        assert {*key, *sort, *forgets, *dated} <= names, f"{table} names unknown columns"
        assert not guarded or "existence" in names, f"{table} guards rows without saying which"
        assert READ_MODELS.setdefault(table, cls) is cls, f"two read models named {table}"


_WORDS = re.compile(r"\w+")
_ASKS = re.compile(r"sec\.scope\('(\w+)', '(\w+)'\)")


def asked_by_row_security(statement: str) -> frozenset[tuple[str, str]]:
    """The pairs of object and class that row security asks the scope for while it runs this statement.

    Those of every read model the statement names, and of those their laws name: a word that merely looks like a
    table's name adds a pair and takes none away.
    """
    found: set[tuple[str, str]] = set()
    todo = _named(statement)
    done: set[str] = set()
    while todo:
        table = todo.pop()
        done.add(table)
        law = seen(READ_MODELS[table], signed("read"))
        found.update(_ASKS.findall(law))
        todo |= _named(law) - done
    return frozenset(found)


def _named(text: str) -> set[str]:
    return {word for word in _WORDS.findall(text) if word in READ_MODELS}


_SQL_TYPES: dict[Any, str] = {
    UUID: "uuid",
    str: 'text collate "C"',
    int: "bigint",
    bool: "boolean",
    date: "date",
    datetime: "timestamptz",
    dict: "jsonb",
}


@cache
def sql_type(plain: Any) -> tuple[str, bool]:
    """The column type of a field, and whether it may be null."""
    origin = get_origin(plain)
    if origin in {Union, types.UnionType}:
        inner = [a for a in get_args(plain) if a is not type(None)]
        return sql_type(inner[0])[0], True
    if origin is tuple:
        return "uuid[]" if get_args(plain)[0] is UUID else "text[]", False
    if origin is dict:
        return "jsonb", False
    if isinstance(plain, NewType):
        return sql_type(plain.__supertype__)
    if isinstance(plain, type) and issubclass(plain, Enum):
        return _SQL_TYPES[str], False
    return _SQL_TYPES[plain], False


_DEFAULTS = {"jsonb": " default '{}'", "text[]": " default '{}'", "uuid[]": " default '{}'"}


def ddl(model: type[ReadModel], schema: str) -> str:
    """The statements that make the table with its indexes, row security and grants, in ``schema``."""
    name = f"{schema}.{model.table}"
    columns = []
    for spec in model.specs:
        kind, null = sql_type(spec.type)
        columns.append(
            f"  {spec.name} {kind}{'' if null else ' not null'}{_DEFAULTS.get(kind, '')}"
        )
    if model.tokens:
        columns.append("  tokens text[] not null default '{}'")
    if model.table in TOKENS_TOLD:
        columns.append(
            f"  {TOKENS_TEXT} text generated always as ({schema}.tokens_as_text(tokens)) stored"
        )
    columns += [f"  {fragment.declared(schema)}" for fragment in model.fragments]
    columns.append(f"  primary key ({', '.join(model.key)})")
    lines = [fragment.function(schema) for fragment in model.fragments]
    lines += [f"create table {name} (\n" + ",\n".join(columns) + "\n)"]
    if model.tokens and model.table in _GIN:
        lines.append(f"create index on {name} using gin (tokens)")
    if model.sort:
        lines.append(f"create index on {name} ({', '.join((*model.sort, *model.key))})")
    lines += [f"create index on {name} ({columns_})" for columns_ in model.indexes]
    lines += [
        f"alter table {name} enable row level security",
        f"alter table {name} force row level security",
        f"create policy written on {name} to yidang_writer using (true) with check (true)",
        f"grant select, insert, update, delete on {name} to yidang_writer",
    ]
    if not model.private:
        lines.append(
            f"create policy seen on {name} for select to yidang_reader using ({seen(model, signed(schema))})"
        )
        lines.append(f"grant select on {name} to yidang_reader")
    if model.table in _ASKED_BY_JOURNAL:
        lines.append(f"create policy asked on {name} for select to yidang_owner using (true)")
    lines.append(f"comment on table {name} is '{model.label.zh} · {model.label.en}'")
    return ";\n".join(lines) + ";\n"


TOKENS_TOLD = frozenset({"child", "case_file", "work_item"})
"""Whose tokens are kept as text too: plans read them with every row, and writing out an array costs more than that."""
TOKENS_TEXT = "tokens_text"
_GIN = frozenset({"child", "case_file"})
"""Only where people look by reach alone; on work items a GIN index made the planner slower."""

_ASKED_BY_JOURNAL = frozenset({"access_relation", "access_grant"})
"""``sec.journal_of`` looks here, with its owner's rights, whether a scope opens the journal of a child or case."""
