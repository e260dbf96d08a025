"""事实行的写法 · How a version of a fact row is begun and ended; positions say between which events it stood."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime, time
from functools import cache
from types import MappingProxyType
from typing import Any
from uuid import UUID

from domain.periods import SHANGHAI
from eventlog.entries import Write
from eventlog.recorded import Recorded
from projections.kernel import insert, sql
from projections.readmodel import READ_MODELS, ReadModel, sql_type
from projections.rowwrite import Standing

SCREENING = "SCREENING"
"""The matter of a screening that is owed: a case opens it, the child's file closes it."""
NOTHING: Mapping[str, Any] = MappingProxyType({})
_SETS = frozenset({set, frozenset})
_CANONICAL = json.JSONEncoder(sort_keys=True, default=str)


def stands(
    model: type[ReadModel],
    r: Recorded,
    key: Mapping[str, Any],
    unhashed: Mapping[str, Any] | None = None,
    **values: Any,
) -> Iterator[Write]:
    """The subject ``key`` stands so since ``r``; nothing is written where it stood so already.

    ``unhashed``: what a new version says too, though a change of it alone makes none.
    """
    said = {n: sorted(v) if type(v) in _SETS else v for n, v in values.items()}
    digest = hashlib.sha256(_CANONICAL.encode(said).encode()).hexdigest()[:32]
    params = {**key, **values, **(unhashed or {}), "digest": digest, "event_id": r.event_id}
    params |= {"from_position": r.position, "until_position": None}
    one = sql(_stands(model.table, tuple(key), tuple(params)), **params)
    yield Standing(
        one.sql, one.params, model.table, tuple(key), under=tuple(key.values()), digest=digest
    )


def becomes(
    model: type[ReadModel], r: Recorded, key: Mapping[str, Any], event_id: UUID, **values: Any
) -> Iterator[Write]:
    """The subject, whose version of until now is known, stands so since ``r``; no state has said it, but ``event_id``.

    As ``turns``, where the whole row is known here: it waits with the other versions, and nothing is looked for.
    """
    params = {**key, **values, "digest": "", "event_id": event_id}
    params |= {"from_position": r.position, "until_position": None}
    one = sql(_stands(model.table, tuple(key), tuple(params)), **params)
    yield Standing(one.sql, one.params, model.table, tuple(key), under=tuple(key.values()))


def begins(
    model: type[ReadModel], r: Recorded, key: Mapping[str, Any], **values: Any
) -> Iterator[Write]:
    """A subject's first version."""
    params = {**key, **values, "event_id": r.event_id}
    params |= {"from_position": r.position, "until_position": None}
    yield insert(model, **params)


def turns(
    model: type[ReadModel],
    r: Recorded,
    where: Mapping[str, Any],
    only: str = "true",
    given: Mapping[str, Any] = NOTHING,
    **changes: Any,
) -> Iterator[Write]:
    """The rows that match stand with these changes since ``r``; ``only`` is a condition in SQL on the rows.

    What the condition asks about is ``given`` beside it: a value in its text would make a statement of each value.
    """
    names = [s.name for s in model.specs]
    params = {**changes, "from_position": r.position, "until_position": None}
    if "digest" in names:
        params["digest"] = ""  # no state has said so: should it stand again as before, that is news
    new = ", ".join(_one(model, n, f"to_{n}") if n in params else n for n in names)
    yield sql(
        f"with old as (update {model.table} set until_position = %(to_from_position)s "
        f"where {_match(where)} and until_position is null "
        f"and from_position < %(to_from_position)s and {only} returning *) "
        f"insert into {model.table} ({', '.join(names)}) select {new} from old",
        **where,
        **given,
        **{f"to_{n}": v for n, v in params.items()},
    )


def end_of(day: date) -> datetime:
    """The last second of a day: what is due on it is in time until then."""
    return datetime.combine(day, time(23, 59, 59), SHANGHAI)


def forgets(model: type[ReadModel], stream_id: UUID) -> Iterator[Write]:
    """Every value that tells of the person, emptied: the later telling must not outlive an erasure."""
    names = {s.name for s in model.specs}
    sealed = [s.name for s in model.specs if s.sealed and sql_type(s.type)[1]]
    for key in ("child_id", "case_id"):
        if sealed and key in names:
            yield sql(
                f"update {model.table} set {', '.join(f'{n} = null' for n in sealed)} "
                f"where {key} = %(id)s",
                id=stream_id,
            )


def _match(key: Iterable[str]) -> str:
    return " and ".join(f"{n} = %({n})s" for n in key)


def _cast(model: type[ReadModel], names: Iterable[str]) -> str:
    return ", ".join(_one(model, n, n) for n in names)


def _one(model: type[ReadModel], name: str, param: str) -> str:
    """A value of the column's own type: in a SELECT an untyped parameter would be text."""
    return f"%({param})s::{_types(model.table)[name]}"


@cache
def _types(table: str) -> Mapping[str, str]:
    return {s.name: sql_type(s.type)[0].partition(" ")[0] for s in READ_MODELS[table].specs}


@cache
def _stands(table: str, key: tuple[str, ...], names: tuple[str, ...]) -> Any:
    """Ends the version that says otherwise and begins the new one, where none says so already."""
    here = f"{_match(key)} and until_position is null"
    return (
        f"with ended as (update {table} set until_position = %(from_position)s "
        f"where {here} and digest <> %(digest)s) "
        f"insert into {table} ({', '.join(names)}) select {_cast(READ_MODELS[table], names)} "
        f"where not exists (select from {table} where {here} and digest = %(digest)s)"
    )
