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
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import Enum
from operator import attrgetter
from typing import Any, LiteralString, TypeVar
from uuid import UUID

from psycopg.types.json import Jsonb

from domain.kernel import Event, State
from eventlog.entries import Write
from eventlog.recorded import Recorded
from projections.apart import SENSITIVE
from projections.readmodel import ReadModel
from projections.rowwrite import LOOKED_INTO, Owner, RowWrite, Step, one
from projections.statements import (
    change_text,
    many_changes,
    owned_parts,
    remove_text,
    row_of,
)

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
    of_state: type[State] | None = None
    """Whose states the state handler hears."""

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

    def on_state(self, kind: type[State]) -> Callable[[Told], Told]:
        """Registers a handler of such a state after the last event of each stream in one append: heads, not steps."""

        def register(handler: Told) -> Told:
            self.state_handler, self.of_state = handler, kind
            return handler

        return register

    def hears(self, kind: type[Event[Any]]) -> bool:
        """Whether an event of this kind may write here by itself."""
        return self.any_handler is not None or kind in self.handlers

    def heeds(self, kind: type[Event[Any]]) -> bool:
        """Whether the state that an event of this kind leaves may write here."""
        return self.of_state is not None and self.of_state is getattr(kind, "state_type", None)

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


def insert_under(owner: Owner, model: type[ReadModel], **values: Any) -> Write:
    """A new line with the tokens of its owner, as ``insert``; nothing where there is no owner."""
    row = _row(model, values, replaces=False)
    assert isinstance(row, RowWrite)
    parts = owned_parts(model.table, tuple(values), owner)
    return replace(row, sql=one(parts), parts=parts, after=owner.table)


def change(model: type[ReadModel], where: Mapping[str, Any], **values: Any) -> Write:
    """These columns of the rows that match, wherever they lie."""
    params = plainly(values)
    for name, value in where.items():
        params[f"where_{name}"] = _plain(value)
    names, under = tuple(values), tuple(where)
    text = change_text(model.table, names, under)
    if model.table in LOOKED_INTO and under == model.key:
        return Step(text, params, tuple(where.values()), many_changes(model.table, names))
    return Write(text, params)


def remove(model: type[ReadModel], **where: Any) -> Write:
    """The rows that match, gone."""
    params = {f"where_{n}": _plain(v) for n, v in where.items()}
    return Write(remove_text(model.table, tuple(where)), params)


def sql(text: LiteralString, **params: Any) -> Write:
    """A statement of its own, where the four words above do not say it."""
    return Write(text, plainly(params))


def by_class(column: str, values: Mapping[str, Any]) -> dict[str, Jsonb]:
    """The parameters of a column of values by class: its own, and those that lie apart (``<column>_apart``)."""
    apart = {c: said for c, said in values.items() if c in _SENSITIVE}
    own = {c: said for c, said in values.items() if c not in apart}
    return {column: Jsonb(own), f"{column}_apart": Jsonb(apart)}


def _row(model: type[ReadModel], values: Mapping[str, Any], *, replaces: bool) -> Write:
    parts, text = row_of(model.table, tuple(values), replaces)
    params = plainly(values)
    if model.by_class:
        params |= by_class(model.by_class, values[model.by_class])
    return RowWrite(
        text,
        params,
        table=model.table,
        parts=parts,
        under=tuple([values.get(k) for k in model.key]),
        replaces=replaces,
    )


def plainly(values: Mapping[str, Any]) -> dict[str, Any]:
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
_AS_IS = frozenset({str, int, bool, UUID, date, datetime, Jsonb, type(None)})
"""What travels as it is; looked up first, because nearly every value is one of these."""
_SENSITIVE = frozenset(c.value for c in SENSITIVE)
