"""What a projection is: which events it hears, and what each writes. Read this once; every read model is told so.

    tasks = Projection("work_item", zh="任务", en="Work items")

    @tasks.on(ReportSubmitted)
    def accept_report(r: Recorded, e: ReportSubmitted) -> Iterator[Write]:
        yield insert(WorkItem, task_id=…, queue="Q-01", …)

A handler is a pure function from a recorded event to SQL writes. SQL may look things up in the read models told before
it, because inline projections run in log order inside the append's own transaction. The registry says in which order
projections hear an event.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import Enum
from functools import cache
from operator import attrgetter
from typing import Any, LiteralString, TypeVar
from uuid import UUID

from psycopg.types.json import Jsonb

from domain.kernel import Event
from eventlog.entries import Write
from eventlog.recorded import Recorded
from projections.readmodel import ReadModel
from projections.rowwrite import RowWrite

E = TypeVar("E", bound=Event[Any])
Told = Callable[[Recorded, Any], Iterable[Write]]

PROJECTIONS: dict[str, Projection] = {}


@dataclass
class Projection:
    """A named set of handlers. ``inline``: a reader must see its own write; otherwise told in order, a little later."""

    name: str
    zh: str
    en: str
    inline: bool = True
    handlers: dict[type[Event[Any]], Told] = field(default_factory=dict)
    any_handler: Told | None = None
    state_handler: Told | None = None

    def __post_init__(self) -> None:
        assert PROJECTIONS.setdefault(self.name, self) is self, f"two projections named {self.name}"

    def on(self, *kinds: type[E]) -> Callable[[Callable[[Recorded, E], Iterable[Write]]], Told]:
        """Registers a handler for these events; two for one event is a mistake."""

        def register(handler: Callable[[Recorded, E], Iterable[Write]]) -> Told:
            for kind in kinds:
                assert kind not in self.handlers, f"{self.name} hears {kind.name} twice"
                self.handlers[kind] = handler
            return handler

        return register

    def on_every(self, handler: Told) -> Told:
        """Registers a handler for every event."""
        self.any_handler = handler
        return handler

    def on_state(self, handler: Told) -> Told:
        """Registers a handler of the state after the last event of each stream in one append: heads, not steps."""
        self.state_handler = handler
        return handler

    def hears(self, kind: type[Event[Any]]) -> bool:
        """Whether an event of this kind may write here by itself."""
        return self.any_handler is not None or kind in self.handlers

    def settled(self, recorded: Recorded) -> Iterable[Write]:
        """What the stream, as it stands after ``recorded``, writes here."""
        return self.state_handler(recorded, recorded.event) if self.state_handler else ()

    def writes(self, recorded: Recorded) -> Iterator[Write]:
        """What this event writes here."""
        if self.any_handler:
            yield from self.any_handler(recorded, recorded.event)
        if handler := self.handlers.get(type(recorded.event)):
            yield from handler(recorded, recorded.event)


def insert(model: type[ReadModel], **values: Any) -> Write:
    """A new row; a row already there under the key is left as it is (a retold event changes nothing)."""
    return _row(model, values, replaces=False)


def upsert(model: type[ReadModel], **values: Any) -> Write:
    """A new row, or these columns of the row under the same key."""
    return _row(model, values, replaces=True)


def change(model: type[ReadModel], where: Mapping[str, Any], **values: Any) -> Write:
    """These columns of the rows that match."""
    params = _plainly(values)
    for name, value in where.items():
        params[f"where_{name}"] = _plain(value)
    return Write(_change_text(model.table, tuple(values), tuple(where)), params)


def remove(model: type[ReadModel], **where: Any) -> Write:
    """The rows that match, gone."""
    params = {f"where_{n}": _plain(v) for n, v in where.items()}
    return Write(_remove_text(model.table, tuple(where)), params)


def sql(text: LiteralString, **params: Any) -> Write:
    """A statement of its own, where the four words above do not say it."""
    return Write(text, _plainly(params))


def _row(model: type[ReadModel], values: Mapping[str, Any], *, replaces: bool) -> Write:
    text, there = _row_text(model.table, model.key, tuple(values), replaces)
    return RowWrite(
        text,
        _plainly(values),
        table=model.table,
        conflict=there,
        under=tuple([values.get(k) for k in model.key]),
        replaces=replaces,
    )


# Column names come from declarations and literals in this code, never from data; values always travel apart.


@cache
def _row_text(
    table: str, key: tuple[str, ...], names: tuple[str, ...], replaces: Any
) -> tuple[Any, str]:
    """The statement of a row, and what it says of a row that is there already."""
    sets = ", ".join(f"{n} = excluded.{n}" for n in names if n not in key)
    conflict = f"on conflict ({', '.join(key)}) do " + (
        f"update set {sets}" if replaces else "nothing"
    )
    places = ", ".join(f"%({n})s" for n in names)
    return f"insert into {table} ({', '.join(names)}) values ({places}) {conflict}", conflict


@cache
def _change_text(table: str, names: tuple[str, ...], where: tuple[str, ...]) -> Any:
    sets = ", ".join(f"{n} = %({n})s" for n in names)
    return f"update {table} set {sets} where {_conditions(where)}"


@cache
def _remove_text(table: str, where: tuple[str, ...]) -> Any:
    return f"delete from {table} where {_conditions(where)}"


def _conditions(where: Iterable[str]) -> str:
    return " and ".join(f"{n} = %(where_{n})s" for n in where)


def _plainly(values: Mapping[str, Any]) -> dict[str, Any]:
    """The values as they travel."""
    return {n: v if type(v) in _AS_IS else _plain(v) for n, v in values.items()}


def _plain(value: Any) -> Any:
    kind = type(value)
    if kind in _AS_IS:
        return value
    how = _HOW.get(kind)
    if how is None:  # asked once a type: a retelling passes hundreds of values an event
        how = _HOW[kind] = _how(kind)
    return how(value)


def _how(kind: type[Any]) -> Callable[[Any], Any]:
    """How values of a type travel."""
    if issubclass(kind, Enum):
        return attrgetter("value")
    if issubclass(kind, dict):
        return Jsonb
    if issubclass(kind, frozenset | set):
        return lambda values: sorted(map(_plain, values))
    if issubclass(kind, tuple | list):
        return lambda values: [v if type(v) in _AS_IS else _plain(v) for v in values]
    assert issubclass(kind, str | int | date | UUID | Jsonb), kind
    return lambda value: value


_HOW: dict[type[Any], Callable[[Any], Any]] = {}
_AS_IS = frozenset({str, int, bool, UUID, date, datetime, type(None)})
"""What travels as it is; looked up first, because nearly every value is one of these."""
