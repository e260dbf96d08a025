"""写入的种类 · The kinds of write that ``projections.together`` may put together with others of their kind."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field
from functools import cache
from operator import attrgetter
from typing import Any, Final, LiteralString, cast

import orjson

from eventlog.entries import Write

LOOKED_INTO: Final = frozenset({"child"})
"""Tables of which a row is a subject, into which its steps look: what is told of it is a step too."""


@dataclass(frozen=True, slots=True)
class Owner:
    """A row whose tokens another has: ``key`` of ``table`` is what the other row has in ``named``.

    The owner's row never changes once it is told, so that it does not matter when it is looked up.
    """

    table: str
    key: str
    named: str


@dataclass(frozen=True, slots=True)
class Part:
    """What a row is in one table: the columns told, and what is said of a row that is there already.

    ``by_class``: a row for each class of the values in this parameter; then ``types`` are those of the columns.
    """

    table: str
    names: tuple[str, ...]
    conflict: str
    by_class: str = ""
    types: tuple[str, ...] = ()
    owner: Owner | None = None

    def one(self) -> str:
        """The statement for one row, whose values are parameters."""
        if self.owner:
            return self._owned(self.owner, f"o.{self.owner.key} = %({self.owner.named})s")
        if self.by_class:
            places = ", ".join(f"%({n})s::{t}" for n, t in zip(self.names, self.types, strict=True))
            return self._values(places, f"jsonb_each(%({self.by_class})s::jsonb) d")
        places = ", ".join(f"%({n})s" for n in self.names)
        return f"{self._into()} values ({places}) {self.conflict}"

    def many(self) -> str:
        """The statement for several, whose values are one parameter: a JSON array ``rows``."""
        names = ", ".join(self.names)
        if self.owner:
            return self._owned(self.owner, f"o.{self.owner.key} = r.{self.owner.named}", many=True)
        if self.by_class:
            columns = ", ".join(f"{n} {t}" for n, t in zip(self.names, self.types, strict=True))
            given = f"jsonb_to_recordset(%(rows)s::jsonb) r ({columns}, {self.by_class} jsonb)"
            return self._values(names, f"{given}, jsonb_each(r.{self.by_class}) d")
        given = f"jsonb_populate_recordset(null::{self.table}, %(rows)s::jsonb)"
        return f"{self._into()} select {names} from {given} {self.conflict}"

    def _owned(self, owner: Owner, same: str, *, many: bool = False) -> str:
        """Where the owner is there: the row with its tokens; of values by class the owner has the row's only."""
        typed = [*zip(self.names, self.types, strict=True)]
        names = ", ".join(f"r.{n}" if many else f"%({n})s::{t}" for n, t in typed)
        columns = ", ".join(f"{n} {t}" for n, t in typed)
        said = f"r.{self.by_class}" if many else f"%({self.by_class})s::jsonb"
        if self.by_class:
            columns += f", {owner.named} uuid, {self.by_class} jsonb"
        rows = f"jsonb_to_recordset(%(rows)s::jsonb) r ({columns}), " if many else ""
        source = f"{rows}{owner.table} o"
        if self.by_class:
            return self._values(names, f"{source}, jsonb_each({said}) d where {same}")
        into = f"insert into {self.table} ({', '.join(self.names)}, tokens)"
        return f"{into} select {names}, o.tokens from {source} where {same} {self.conflict}"

    def _values(self, given: str, source: str) -> str:
        into = f"insert into {self.table} ({', '.join(self.names)}, class, said)"
        return f"{into} select {given}, d.key, d.value from {source} {self.conflict}"

    def _into(self) -> str:
        return f"insert into {self.table} ({', '.join(self.names)})"


@dataclass(frozen=True, slots=True)
class RowWrite(Write):
    """A whole row of a table. ``replaces``: it takes the place of the row ``under`` the same key."""

    table: str = ""
    parts: tuple[Part, ...] = ()
    """The tables beside the row's own, and last its own: one statement writes them all."""
    under: tuple[Any, ...] = ()
    replaces: bool = False
    after: str = ""
    """The table whose waiting rows must be there first: that of the owner."""


@cache
def one(parts: tuple[Part, ...]) -> str:
    """The statement for one row."""
    return at_once([part.one() for part in parts])


@cache
def many(parts: tuple[Part, ...]) -> str:
    """The statement for several rows of one shape."""
    return at_once([part.many() for part in parts])


def at_once(statements: list[str]) -> str:
    """Several statements as one; what each does is seen by none of the others, only by what comes after."""
    *first, last = statements
    beside = ", ".join(f"beside_{i} as ({text})" for i, text in enumerate(first))
    return f"with {beside} {last}" if beside else last


@dataclass(frozen=True, slots=True)
class Standing(Write):
    """How a subject stands since a position: a version of its row, unless it stood so already (``digest``)."""

    table: str = ""
    key: tuple[str, ...] = ()
    under: tuple[Any, ...] = ()
    """The subject: the values of ``key``."""
    digest: str = ""


@dataclass(frozen=True, slots=True)
class Clearing(Write):
    """Rows of a table that go, both those that lie there and those that wait. ``sql`` is for several: ``%(rows)s``.

    A row goes whose columns ``of`` are ``under``, if ``clears`` holds of it, which says what the statement says. For
    tables whose keys say what the row is: a second row under one key is the same row.
    """

    table: str = ""
    of: tuple[str, ...] = ()
    under: tuple[Any, ...] = ()
    clears: Callable[[Mapping[str, Any]], bool] = field(default=bool, compare=False)


@dataclass(frozen=True, slots=True)
class Step(Write):
    """A statement about the subjects ``of`` alone, and the same for ``many``, of whom no two share a subject."""

    of: tuple[Hashable, ...] = ()
    many: str = ""


@dataclass(frozen=True, slots=True)
class Following(Write):
    """A consequence of the rows as they stand: ``sql`` works it out for all ``%(many)s`` it was asked for.

    Asked ``of`` a position, a child, a case. ``turn`` says which comes first when several follow.
    """

    params: Any = field(default=(), compare=False)
    turn: int = 0
    of: Hashable = field(default=None, compare=False)


def following(turn: int, text: LiteralString, of: Hashable) -> Following:
    """The consequence ``text`` of ``of``, in its ``turn``; ``%(many)s`` in the text is a list of such."""
    return Following(text, {"many": [of]}, turn, of)


def named(write: Write) -> Mapping[str, Any]:
    """The values of a write by their names, which all those of projections have; too often asked to be checked."""
    return cast("Mapping[str, Any]", write.params)


def as_json(rows: list[Any]) -> str:
    """The rows as PostgreSQL reads them; ids and times are what orjson makes of them."""
    return orjson.dumps(rows, default=attrgetter("obj")).decode()
