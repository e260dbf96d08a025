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
    return _row(model, values, "do nothing", replaces=False)


def upsert(model: type[ReadModel], **values: Any) -> Write:
    """A new row, or these columns of the row under the same key."""
    sets = ", ".join(f"{n} = excluded.{n}" for n in values if n not in model.key)
    return _row(model, values, f"do update set {sets}", replaces=True)


def change(model: type[ReadModel], where: Mapping[str, Any], **values: Any) -> Write:
    """These columns of the rows that match."""
    sets = ", ".join(f"{n} = %({n})s" for n in values)
    return _write(
        f"update {model.table} set {sets} where {_conditions(where)}",
        {**values, **{f"where_{n}": v for n, v in where.items()}},
    )


def remove(model: type[ReadModel], **where: Any) -> Write:
    """The rows that match, gone."""
    return _write(
        f"delete from {model.table} where {_conditions(where)}",
        {f"where_{n}": v for n, v in where.items()},
    )


def sql(text: LiteralString, **params: Any) -> Write:
    """A statement of its own, where the four words above do not say it."""
    return _write(text, params)


def _row(
    model: type[ReadModel], values: Mapping[str, Any], conflict: str, *, replaces: bool
) -> Write:
    names, there = list(values), f"on conflict ({', '.join(model.key)}) {conflict}"
    return RowWrite(
        f"insert into {model.table} ({', '.join(names)}) values ({_places(names)}) {there}",
        {n: _plain(v) for n, v in values.items()},
        table=model.table,
        conflict=there,
        under=tuple(values.get(k) for k in model.key),
        replaces=replaces,
    )


def _places(names: Iterable[str]) -> str:
    return ", ".join(f"%({n})s" for n in names)


def _conditions(where: Mapping[str, Any]) -> str:
    return " and ".join(f"{n} = %(where_{n})s" for n in where)


def _write(text: str, params: Mapping[str, Any]) -> Write:
    """Column names come from declarations and literals in this code, never from data; values always travel apart."""
    return Write(text, {n: _plain(v) for n, v in params.items()})


def _plain(value: Any) -> Any:
    kind = type(value)
    if kind in _AS_IS:
        return value
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, dict):
        return Jsonb(value)
    if isinstance(value, frozenset | set):
        return sorted(_plain(v) for v in value)
    if isinstance(value, tuple | list):
        return [v if type(v) is str else _plain(v) for v in value]
    assert isinstance(value, str | int | date), value
    return value


_AS_IS = frozenset({str, int, bool, UUID, date, datetime, type(None)})
"""What travels as it is; looked up first, because nearly every value is one of these."""
