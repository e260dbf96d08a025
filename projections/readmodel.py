"""What a read model is: a table declared once; its DDL, row security, masks and GraphQL type follow from it.

    class GuardianRow(ReadModel, table="guardian", within="child", key=("guardian_id",), zh="监护人", en="Guardian"):
        guardian_id: Annotated[UUID, P0]
        child_id: Annotated[UUID, P0]
        name: Annotated[str | None, P2]

Who sees a row:
* ``tokens=True``: the row carries access tokens; it is visible to a scope that shares one (``R:cq00417``, ``U:…``).
* ``within="child"`` or ``"case"``: visible where its child or case is; ``reach`` names the class one must hold there.
  ``within="file"``: its case if it has one, else its child (a child's timeline holds the lines of both).
  ``of_child=True``: the row also says that it belongs to a child, which must be seen even where it lies in a case.
* ``open_to_all=True``: reference data. ``private=True``: never for the API.
* ``dated=("occurred_at", "recorded_at")``: by a grant for a period, only the rows that stood in it.
* Columns of sensitive classes (P4 to P6) lie in tables of their own, a class each, with the same key and a law of their
  own (``projections.apart``); ``by_class="details"``: so do the sensitive ones of a column of values by class.
* ``guarded=(P5,)``: the column ``existence`` says which class one must hold to learn that the row exists at all; P0
  asks for no more than ``reach``. A class that is not listed is shown to nobody.

The tables live in schema ``read``. Nothing here is migrated: a changed declaration is retold and swapped in.
"""

from __future__ import annotations

import re
import types
from collections.abc import Mapping, Sequence
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
from projections.apart import SENSITIVE, Side, sides_of
from projections.fragments import Fragment, fragments_of
from projections.row_law import KEEPING, kept_apart, signed, whole
from projections.short_law import function, policy, policy_beside

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
    of_child: ClassVar[bool]
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
    progress: ClassVar[tuple[str, ...]]
    """Of the lines of a case, the names told to whoever sees it; the rest asks for more than a report of one's own."""
    by_class: ClassVar[str]
    """The column that maps a class to the values of that class."""
    sides: ClassVar[tuple[Side, ...]]
    """The tables beside its own: columns of sensitive classes lie there. None for what the API never reads."""
    apart: ClassVar[dict[str, Side]]
    """Which table a column lies in, if not in its own."""
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
        of_child: bool = False,
        reach: Sensitivity = P0,
        tokens: bool = False,
        open_to_all: bool = False,
        private: bool = False,
        guarded: tuple[Sensitivity, ...] = (),
        indexes: tuple[str, ...] = (),
        forgets: tuple[str, ...] = (),
        dated: tuple[str, ...] = (),
        progress: tuple[str, ...] = (),
        by_class: str = "",
        asked_by: tuple[str, ...] = (),
        fragments: Mapping[str, tuple[str, ...]] = _NONE,
    ) -> None:
        super().__init_subclass__()
        dataclass(frozen=True, kw_only=True)(cls)
        cls.table, cls.key, cls.label = table, key, Label(zh, en)
        cls.obj, cls.sort, cls.within, cls.reach = obj or within or table, sort, within, reach
        cls.tokens, cls.open_to_all, cls.private = tokens, open_to_all, private
        cls.of_child = of_child
        cls.indexes, cls.forgets, cls.guarded, cls.dated = indexes, forgets, guarded, dated
        cls.specs = field_specs(cls, skip=frozenset(), open_text=True)
        cls.fragments = fragments_of(fragments, cls.specs, sql_type)
        cls.asked_by = tuple(clause(one).id for one in asked_by)
        cls.by_class, cls.progress = by_class, progress
        cls.sides = () if private else sides_of(cls)
        cls.apart = {name: side for side in cls.sides for name in side.names}
        ways = [tokens, within is not None, open_to_all, private]
        assert sum(ways) == 1, f"{table} must say exactly one way in which its rows are seen"
        names = {s.name for s in cls.specs}
        assert not of_child or (within == "file" and not cls.sides), f"{table} is of a child, apart"
        assert len(dated) in {0, 2}, f"{table} stands from one column to another"
        assert {*key, *sort, *forgets, *dated} <= names, f"{table} names unknown columns"
        assert not progress or (within == "file" and "name" in names), f"{table} has no steps"
        assert not guarded or "existence" in names, f"{table} guards rows without saying which"
        assert READ_MODELS.setdefault(table, cls) is cls, f"two read models named {table}"


_WORDS = re.compile(r"\w+")
_ASKS = re.compile(r"sec\.scope\('(\w+)', '(\w+)'\)")


def asked_by_row_security(statement: str) -> frozenset[tuple[str, str]]:
    """The pairs of object and class that row security asks the scope for while it runs this statement.

    Those of every table the statement names, and of those their laws name: a word that merely looks like a
    table's name adds a pair and takes none away.
    """
    found: set[tuple[str, str]] = set()
    todo = _named(statement)
    done: set[str] = set()
    while todo:
        table = todo.pop()
        done.add(table)
        law = laws()[table]
        found.update(_ASKS.findall(law))
        todo |= _named(law) - done
    return frozenset(found)


def lies_within_another(statement: str) -> bool:
    """Whether a statement names a table whose rows are seen where their child or case is."""
    return any(t in READ_MODELS and READ_MODELS[t].within is not None for t in _named(statement))


def _named(text: str) -> set[str]:
    return {word for word in _WORDS.findall(text) if word in laws()}


@cache
def laws() -> dict[str, str]:
    """Table → the predicate of its rows in row security, for every table the API role may read or look into."""
    words, found = signed("read"), {}
    for model in READ_MODELS.values():
        found[model.table] = whole(model, words)
        found |= {side.table: kept_apart(model, side, words) for side in model.sides}
    return found


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
    """The statements that make the table with its indexes, row security and grants, and those beside it."""
    name = f"{schema}.{model.table}"
    columns = [_column(spec) for spec in model.specs if spec.name not in model.apart]
    if model.tokens:
        columns += _tokens(schema)
    if model.table in TOKENS_TOLD:
        columns.append(
            f"  {TOKENS_TEXT} text generated always as ({schema}.tokens_as_text(tokens)) stored"
        )
    columns += [f"  {fragment.declared(schema)}" for fragment in model.fragments]
    columns.append(f"  primary key ({', '.join(model.key)})")
    if model.by_class and model.sides:
        sensitive = ", ".join(f"'{c}'" for c in SENSITIVE)
        columns.append(f"  check (not {model.by_class} ?| array[{sensitive}])")
    lines = [fragment.function(schema) for fragment in model.fragments]
    lines += [f"create table {name} (\n" + ",\n".join(columns) + "\n)"]
    if model.tokens and model.table in _GIN:
        lines.append(f"create index on {name} using gin (tokens)")
    if model.sort:
        lines.append(f"create index on {name} ({', '.join((*model.sort, *model.key))})")
    lines += [f"create index on {name} ({columns_})" for columns_ in model.indexes]
    if model.tokens or model.within is not None:
        lines.append(_otherwise(model.table, whole(model, signed(schema)), schema, model.specs))
    lines += _secured(name, None if model.private else policy(model, schema))
    if model.table in _ASKED_BY_OWNER:
        lines.append(f"create policy asked on {name} for select to yidang_owner using (true)")
    lines.append(f"comment on table {name} is '{model.label.zh} · {model.label.en}'")
    for side in model.sides:
        lines += _beside(model, side, schema)
    lines += _same_tokens(model, schema)
    return ";\n".join(lines) + ";\n"


def _tokens(schema: str) -> list[str]:
    """The column of a row's tokens, and the one PostgreSQL tells from it for ``row_law``."""
    return [
        "  tokens text[] not null default '{}'",
        f"  {KEEPING} boolean not null generated always as ({schema}.tokens_keep(tokens)) stored",
    ]


def _column(spec: FieldSpec) -> str:
    kind, null = sql_type(spec.type)
    return f"  {spec.name} {kind}{'' if null else ' not null'}{_DEFAULTS.get(kind, '')}"


def _secured(name: str, law: str | None) -> list[str]:
    """Row security and grants; ``law`` is None for what the API never reads."""
    lines = [
        f"alter table {name} enable row level security",
        f"alter table {name} force row level security",
        f"create policy written on {name} to yidang_writer using (true) with check (true)",
        f"grant select, insert, update, delete on {name} to yidang_writer",
    ]
    if law is not None:
        lines.append(f"create policy seen on {name} for select to yidang_reader using ({law})")
        lines.append(f"grant select on {name} to yidang_reader")
    return lines


def _beside(model: type[ReadModel], side: Side, schema: str) -> list[str]:
    """A table beside the model's own; its rows go with the row they belong to."""
    name, key = f"{schema}.{side.table}", ", ".join(side.key_names)
    columns = [_column(spec) for spec in (*side.key, *side.carried, *side.specs)]
    if side.has_tokens:
        columns += _tokens(schema)
    if side.by_class:
        columns += ["  class text not null", "  said jsonb not null"]
    columns += [
        f"  primary key ({key}{', class' if side.by_class else ''})",
        f"  foreign key ({key}) references {schema}.{model.table} on delete cascade",
    ]
    law = kept_apart(model, side, signed(schema))
    told = "敏感值" if side.by_class else f"{side.classes[0]} {side.classes[0].zh}"
    return [
        f"create table {name} (\n" + ",\n".join(columns) + "\n)",
        *([_otherwise(side.table, law, schema, side.key)] if side.has_tokens else []),
        *_secured(name, policy_beside(model, side, schema)),
        f"comment on table {name} is '{model.label.zh} · {model.label.en} · {told}'",
    ]


def _otherwise(table: str, law: str, schema: str, specs: Sequence[FieldSpec]) -> str:
    types = {s.name: _plain_type(s) for s in specs} | _TYPES_OF_TOKENS
    return function(table, law, schema, types)


def _plain_type(spec: FieldSpec) -> str:
    """The column's type as a function takes it."""
    return sql_type(spec.type)[0].partition(" collate")[0]


def _same_tokens(model: type[ReadModel], schema: str) -> list[str]:
    """Whoever gives a row other tokens gives them to the tables beside it: a trigger, so that no statement can forget.

    The schema is the one the row is in: read models are told beside the live ones and swapped.
    """
    sides = [side for side in model.sides if side.has_tokens]
    if not sides:
        return []
    name, (key,) = f"{schema}.{model.table}", model.key
    updates = " ".join(
        f"execute format('update %I.{side.table} set tokens = $1 where {key} = $2', tg_table_schema) "
        f"using new.tokens, new.{key};"
        for side in sides
    )
    does = f"create function {name}_tokens() returns trigger language plpgsql "
    when = f"create trigger tokens after update of tokens on {name} for each row "
    return [
        f"{does} as $$ begin {updates} return null; end $$",
        f"{when} when (old.tokens is distinct from new.tokens) execute function {name}_tokens()",
    ]


_TYPES_OF_TOKENS = {"tokens": "text[]", KEEPING: "boolean"}
TOKENS_TOLD = frozenset({"child", "case_file", "work_item"})
"""Whose tokens are kept as text too: plans read them with every row, and writing out an array costs more than that."""
TOKENS_TEXT = "tokens_text"
_GIN = frozenset({"child", "case_file"})
"""Only where people look by reach alone; on work items a GIN index made the planner slower."""

_ASKED_BY_OWNER = frozenset({"access_relation", "access_grant", "child"})
"""Functions look here with their owner's rights: ``sec.journal_of`` whether a scope opens the journal of a child or
case, ``sec.open`` which grants there are, ``sec.reached`` which children a scope reaches."""
