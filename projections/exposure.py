"""开放检查 · What the API role can read, held against the declarations: the start refuses what lies where it must not.

``authz.scope_db.check_roles`` asks whether row security binds the role at all; this asks what it binds. Every table the
role may read must be a declared one with no column but the declared, a sensitive class must lie in its own table (or,
by class, in rows of their own), and that table's law must ask for that very class.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import psycopg

from projections.apart import Side
from projections.readmodel import READ_MODELS, TOKENS_TEXT, TOKENS_TOLD, ReadModel
from projections.row_law import KEEPING
from projections.tables import LIVE

TABLES = """
select c.relname, array(select a.attname from pg_attribute a where a.attrelid = c.oid and a.attnum > 0
                        and not a.attisdropped order by a.attnum) as columns,
       coalesce((select string_agg(pg_get_expr(p.polqual, p.polrelid), ' ') from pg_policy p
                 where p.polrelid = c.oid and p.polcmd in ('r', '*')
                   and exists (select from unnest(p.polroles) r where r = 0 or pg_has_role(r, 'USAGE'))), '') as law,
       coalesce((select string_agg(pg_get_constraintdef(k.oid), ' ') from pg_constraint k
                 where k.conrelid = c.oid and k.contype = 'c' and k.convalidated), '') as checks
from pg_class c where c.relnamespace = to_regnamespace(%s) and c.relkind in ('r', 'p')
  and has_any_column_privilege(c.oid, 'SELECT')
order by c.relname
"""
BY_CLASS = ("class", "said")
TOKENS = frozenset({"tokens", KEEPING})


class Exposed(Exception):
    """The API role could read what it must not, whatever its scope; ``problems`` says where. Do not start."""

    def __init__(self, problems: tuple[str, ...]) -> None:
        super().__init__("; ".join(problems))
        self.problems = problems


@dataclass(frozen=True)
class Readable:
    """A table as it stands: its columns, the law of those who read it, and its check constraints."""

    table: str
    columns: tuple[str, ...]
    law: str
    checks: str


def check_exposure(reader_dsn: str) -> None:
    """Raises ``Exposed``. Run with the reader's own DSN, after the read models are in place."""
    with psycopg.connect(reader_dsn, autocommit=True) as conn:
        found = conn.execute(TABLES.encode(), (LIVE,)).fetchall()
    readable = {name: Readable(name, tuple(c), law, checks) for name, c, law, checks in found}
    problems = tuple(_problems(readable))
    if problems:
        raise Exposed(problems)


def _problems(readable: Mapping[str, Readable]) -> Iterator[str]:
    models = {m.table: m for m in READ_MODELS.values() if not m.private}
    sides = {side.table: (m, side) for m in models.values() for side in m.sides}
    for table in readable.values():
        if table.table in models:
            yield from _of_a_model(models[table.table], table)
        elif table.table in sides:
            yield from _beside(*sides[table.table], table)
        else:
            yield f"not declared for the API: {table.table}"
    for name in (models.keys() | sides.keys()) - readable.keys():
        yield f"not there, or not to be read: {name}"


def _of_a_model(model: type[ReadModel], table: Readable) -> Iterator[str]:
    declared = {s.name for s in model.specs} | (TOKENS if model.tokens else set())
    declared |= {fragment.column for fragment in model.fragments}
    declared |= {TOKENS_TEXT} if model.table in TOKENS_TOLD else set()
    for column in table.columns:
        if column in model.apart:
            cls = model.apart[column].classes[0]
            yield f"a value of class {cls} in an ordinary table: {table.table}.{column}"
        elif column not in declared:
            yield f"an undeclared column: {table.table}.{column}"
    for side in model.sides:
        if side.by_class and not all(f"'{c}'" in table.checks for c in side.classes):
            yield f"sensitive values are not kept out: {table.table}.{side.by_class}"


def _beside(model: type[ReadModel], side: Side, table: Readable) -> Iterator[str]:
    declared = {*side.key_names, *side.names, *(BY_CLASS if side.by_class else ())}
    declared |= {s.name for s in side.carried}
    declared |= TOKENS if side.has_tokens else set()
    for column in table.columns:
        if column not in declared:
            yield f"an undeclared column: {table.table}.{column}"
    parents = {None: (model.obj,), "file": ("child", "case")}.get(model.within, (model.within,))
    asked = (f"sec.scope('{o}'::text, '{c}'::text)" for o in parents for c in side.classes)
    if not all(question in table.law for question in asked):
        yield f"the law does not ask for the class: {table.table}"
