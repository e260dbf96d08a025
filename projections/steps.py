"""分道 · Statements about a few subjects alone: what is said of others in between changes nothing for them.

    step((child_id,), "update child set tier = %(tier)s where child_id = %(child_id)s", TYPES, tier=…, child_id=…)

A retelling may run such a statement for many subjects at once (``projections.lanes``). Its text is written once: each
``%(name)s`` is a parameter, or a column of the row ``r``; ``{rows}``, after FROM, says where the rows come from. A part
that speaks of another part of its statement (``with new as …``) says by a key which row it means.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from types import MappingProxyType
from typing import Any, Final, LiteralString
from uuid import UUID

from projections.kernel import plainly
from projections.rowwrite import Step

_PLACE = re.compile(r"%\((\w+)\)s")
_ROWS: LiteralString = "{rows}"

TYPES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "at": "timestamptz",
        "told_at": "timestamptz",
        "due_at": "timestamptz",
        "position": "bigint",
        "clauses": "text[]",
        "kinds": "text[]",
        "path": "text[]",
        "roles": "text[]",
        "queues": "text[]",
        "tokens": "text[]",
        "responsible": "boolean",
        "provisional": "boolean",
        "sees_child": "boolean",
        "sees_case": "boolean",
        "own": "boolean",
    }
)
"""The type of a value by its name, where it is neither an id nor a text."""
_TEXTS: Final = frozenset(
    {"queue", "stream", "subject", "place", "existence", "basis", "status", "begins"}
)


def step(of: tuple[UUID | None, ...], text: LiteralString, **params: Any) -> Step:
    """The statement about the subjects ``of``; where there is none, about nobody's matters."""
    given = plainly(params)
    return Step(
        _alone(text),
        given,
        of=tuple(i for i in of if i is not None) or (None,),
        many=_for_many(text, tuple(given)),
    )


@cache
def _alone(text: str) -> Any:
    """The statement for one."""
    return text.replace(_ROWS, "")


@cache
def _for_many(text: str, names: tuple[str, ...]) -> str:
    """The statement for several, whose values are one parameter: a JSON array ``rows``."""
    columns = ", ".join(f"{name} {_type(name)}" for name in names)
    rows = f"rows as (select * from jsonb_to_recordset(%(rows)s::jsonb) as r ({columns}))"
    said = _PLACE.sub(r"r.\1", text.replace(_ROWS, "rows r, "))
    plain, _, rest = said.partition(" ")
    return f"with {rows}, {rest}" if plain == "with" else f"with {rows} {said}"


def _type(name: str) -> str:
    return "text" if name in _TEXTS else TYPES.get(name, "uuid")
