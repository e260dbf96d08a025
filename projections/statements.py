"""写入语句 · The statements of ``insert``, ``upsert``, ``change`` and ``remove``, over every table a row lies in.

Made once for each set of columns. Names of tables and columns come from declarations and literals in this code, never
from data; values always travel apart.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from functools import cache
from typing import Any

from projections.apart import Side
from projections.readmodel import READ_MODELS, ReadModel, sql_type
from projections.rowwrite import Owner, Part, at_once, one


@cache
def parts_of(table: str, names: tuple[str, ...], replaces: Any) -> tuple[Part, ...]:
    """A row in its own table and in each beside it, even where nothing is said yet: so that a change finds it."""
    model = READ_MODELS[table]
    parts = [_beside(model, side, names, replaces) for side in model.sides]
    own = tuple(n for n in names if n not in model.apart)
    return (*parts, Part(table, own, _conflict(model, own, replaces)))


@cache
def row_of(table: str, names: tuple[str, ...], replaces: Any) -> tuple[tuple[Part, ...], Any]:
    """The parts of a row, and the statement for one."""
    parts = parts_of(table, names, replaces)
    return parts, one(parts)


@cache
def owned_parts(table: str, names: tuple[str, ...], owner: Owner) -> tuple[Part, ...]:
    """A line with the tokens of its owner, and its values by class; neither where there is no owner."""
    model = READ_MODELS[table]
    types = {s.name: sql_type(s.type)[0].partition(" ")[0] for s in model.specs}
    own = tuple(n for n in names if n not in model.apart)
    (side,) = model.sides
    assert side.by_class, f"lines of {table} have values by class"
    apart = _beside(model, side, names, None)
    typed = tuple(types[n] for n in own)
    return (
        replace(apart, owner=owner),
        Part(table, own, _conflict(model, own, None), types=typed, owner=owner),
    )


def _beside(model: type[ReadModel], side: Side, names: tuple[str, ...], replaces: Any) -> Part:
    if side.by_class:
        assert not replaces, f"lines of {model.table} are told once"
        line = (*side.key, *side.carried)
        here = tuple(s.name for s in line)
        types = tuple(sql_type(s.type)[0].partition(" ")[0] for s in line)
        return Part(side.table, here, "on conflict do nothing", f"{side.by_class}_apart", types)
    repeated = ("tokens",) if side.has_tokens else ()
    here = (*side.key_names, *(n for n in (*side.names, *repeated) if n in names))
    return Part(side.table, here, _conflict(model, here, replaces))


def _conflict(model: type[ReadModel], names: Iterable[str], replaces: Any) -> str:
    sets = ", ".join(f"{n} = excluded.{n}" for n in names if n not in model.key)
    then = f"do update set {sets}" if replaces and sets else "do nothing"
    return f"on conflict ({', '.join(model.key)}) {then}"


@cache
def change_text(table: str, names: tuple[str, ...], where: tuple[str, ...]) -> Any:
    """One statement for the row's own table and those beside it that hold one of the columns.

    A sensitive value is told anew with every event of its stream and seldom changes: then nothing is written.
    """
    model, statements = READ_MODELS[table], []
    assert model.by_class not in names, f"the values by class of {table} are not changed"
    for side in model.sides:
        mine = [n for n in names if n in side.names]
        if mine:
            old, new = (", ".join(form(n) for n in mine) for form in (str, _place))
            statements.append(
                f"update {side.table} set {_sets(mine)} where {_of_rows(side, where)} "
                f"and ({old}) is distinct from ({new})"
            )
    own = [n for n in names if n not in model.apart]
    if own:
        statements.append(f"update {table} set {_sets(own)} where {_conditions(where)}")
    return at_once(statements)


@cache
def many_changes(table: str, names: tuple[str, ...]) -> str:
    """As ``change_text`` for several rows, each named by its key: a JSON array ``rows``, no row twice."""
    model, statements = READ_MODELS[table], []
    types = {s.name: sql_type(s.type)[0].partition(" ")[0] for s in model.specs}
    columns = [f"{n} {types[n]}" for n in names] + [f"where_{n} {types[n]}" for n in model.key]
    for side in model.sides:
        if mine := [n for n in names if n in side.names]:
            old, new = (", ".join(f"{of}.{n}" for n in mine) for of in (side.table, "r"))
            statements.append(
                f"{_update_many(side.table, mine, model.key)} and ({old}) is distinct from ({new})"
            )
    if own := [n for n in names if n not in model.apart]:
        statements.append(_update_many(table, own, model.key))
    given = f"select * from jsonb_to_recordset(%(rows)s::jsonb) as r ({', '.join(columns)})"
    beside = [f"beside_{i} as ({text})" for i, text in enumerate(statements[:-1])]
    return f"with {', '.join([f'rows as ({given})', *beside])} {statements[-1]}"


def _update_many(table: str, names: Iterable[str], key: Iterable[str]) -> str:
    sets = ", ".join(f"{n} = r.{n}" for n in names)
    return f"update {table} set {sets} from rows r where " + " and ".join(
        f"{table}.{n} = r.where_{n}" for n in key
    )


@cache
def remove_text(table: str, where: tuple[str, ...]) -> Any:
    """What lies beside the rows goes with them (``on delete cascade``)."""
    return f"delete from {table} where {_conditions(where)}"


def _of_rows(side: Side, where: Iterable[str]) -> str:
    """The rows of a table beside another that belong to those that match."""
    if set(side.key_names).issuperset(where):
        return _conditions(where)
    key = ", ".join(side.key_names)
    return f"({key}) in (select {key} from {side.of} where {_conditions(where)})"


def _sets(names: Iterable[str]) -> str:
    return ", ".join(f"{n} = {_place(n)}" for n in names)


def _place(name: str) -> str:
    return f"%({name})s"


def _conditions(where: Iterable[str]) -> str:
    return " and ".join(f"{n} = %(where_{n})s" for n in where)
