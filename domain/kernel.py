"""The whole grammar of the domain: events, commands, decide, evolve, replay.

Read this file once; every chapter in ``domain/child``, ``domain/case`` and beside them is written in its terms.

* An **event** is a fact; ``evolve`` is total and never refuses.
* A **command** is a request; ``decide`` answers with facts, with nothing, or with ``Refused``.
* A **record** is an event whose command follows from it: most of the things one must be *able to note down*.

Both are pure: no clock, no look-up. What a rule needs (the packs in force, working days, who stands where) the shell
puts on the command as its ``Context``. Declaring a field without a sensitivity class, a second event of one name, or a
clause that is not in the requirements fails here, at import (law 1, law 3).
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import MISSING, field, fields
from datetime import datetime
from types import new_class
from typing import (
    TYPE_CHECKING,
    Any,
    ClassVar,
    Generic,
    Self,
    cast,
)
from uuid import UUID, uuid5

from domain import plausible
from domain.clauses import clause
from domain.context import NOWHERE, Actor, Context, Stamp
from domain.fields import FieldSpec, field_specs
from domain.labels import Label
from domain.refusals import Refusal, Refused
from domain.replacing import replace
from domain.sensitivity import P0, P2, Sensitivity
from domain.states import ABSENT, PRESENT, STREAMS, Frozen, S, State, Turn, Value

if TYPE_CHECKING:
    from domain.directory import Directory
    from domain.divisions import Divisions
    from domain.rulebook import Rules
    from domain.tasks import TaskView
    from domain.unit.annual_figures import TakenFigures
    from domain.workdays import Workdays

EVENTS: dict[str, type[Event[Any]]] = {}
COMMANDS: dict[str, type[Command[Any]]] = {}


OUT_OF_TURN = Refusal("out_of_turn", zh="当前阶段不能办理此事", en="It is not the turn for this")
BACKDATED = Refusal(
    "backdated_without_reason",
    zh="发生时间早于上一事项,须说明补录原因",
    en="It happened before the last recorded fact: say why it is entered late",
)
IN_FUTURE = Refusal(
    "occurred_in_future", zh="发生时间不能晚于现在", en="It cannot have happened yet"
)


class Message(Frozen):
    """What events and commands share: a name, labels, classified fields."""

    name: ClassVar[str]
    label: ClassVar[Label]
    state_type: ClassVar[type[State]]
    specs: ClassVar[tuple[FieldSpec, ...]]


def _state_of(cls: type) -> type[State]:
    """``Event[Child]`` → ``Child``: the state type a message was declared for."""
    for base in getattr(cls, "__orig_bases__", ()):
        for arg in getattr(base, "__args__", ()):
            if isinstance(arg, type) and issubclass(arg, State):
                return arg
    inherited = getattr(cls, "state_type", None)
    assert inherited is not None, f"{cls.__name__} does not say whose stream it is on"
    return cast("type[State]", inherited)


def _declare(cls: type[Message], name: str, label: Label, skip: frozenset[str]) -> None:
    cls.name, cls.label, cls.state_type = name, label, _state_of(cls)
    cls.specs = field_specs(cls, skip=skip)
    stream = cls.state_type.stream
    assert name.startswith(f"{stream}."), f"{name} is declared for stream {stream}"


class Event(Message, Generic[S]):
    """A fact. It happened; ``evolve`` may not refuse it."""

    schema_version: ClassVar[int] = 1
    actor_class: ClassVar[Sensitivity] = P2
    """What it tells to know who acted: of a report, who reported (P6); of a complaint, who complained (P4)."""
    existence_class: ClassVar[Sensitivity] = P0
    """What it tells to know that it happened: of a child's own offending, the offence (P5). Its line in the timeline
    and its tasks are there only for those who may see that class."""
    stamp: Stamp | None = field(default=None, compare=False, repr=False)

    def __init_subclass__(
        cls,
        *,
        name: str | None = None,
        zh: str = "",
        en: str = "",
        version: int = 1,
        actor: Sensitivity = P2,
        existence: Sensitivity = P0,
        **kwargs: Any,
    ) -> None:
        super().__init_subclass__(**kwargs)
        if name is None:
            return
        cls.schema_version, cls.actor_class = version, actor
        cls.existence_class = existence
        _declare(cls, name, Label(zh, en), skip=frozenset({"stamp"}))
        assert EVENTS.setdefault(name, cls) is cls, f"two events named {name}"

    def evolve(self, state: S) -> S:
        """The state once this has happened. Default: nothing that a rule needs has changed."""
        return state

    @classmethod
    def of(cls, source: Command[S], **more: object) -> Self:
        """The event with the command's fields of the same names, and what else is given."""
        own = {s.name for s in cls.specs}
        taken = {s.name: getattr(source, s.name) for s in source.specs if s.name in own}
        return cls(**{**taken, **more})

    @property
    def told(self) -> Stamp:
        """Who recorded it, when, and as which event; only facts that were decided have one."""
        assert self.stamp is not None, f"{self.name} was never decided"
        return self.stamp


class Command(Message, Generic[S]):
    """A request. ``decide`` answers with facts, with nothing, or with ``Refused``.

    ``when``: whose turn it is. ``clauses``: the sentences that give the duty or the right. ``opens``: starts a stream.
    ``place_field``: the field that names the division, where the stream does not know it yet.
    ``needs``: which linked states the shell must load (``"child"`` for the files a case concerns, ``"case"`` for a
    child's cases, with either ``"merged"`` for what was merged into a file and ``"fellows"`` for the other children of
    its cases, ``"task"`` for the task that ``task_id`` names, ``"own_question"`` for the one that the actor's unit
    has about ``question_id``, ``"figures"`` for a district's figures of a day, ``"own_emergencies"`` for what the actor
    looked at in an emergency before), or ``"history"`` for all that was ever recorded on its stream.
    """

    when: ClassVar[Turn[Any]]
    clauses: ClassVar[tuple[str, ...]]
    opens: ClassVar[bool]
    place_field: ClassVar[str | None]
    needs: ClassVar[frozenset[str]]
    numbers: ClassVar[tuple[str, ...]] = ()
    """Its fields that are whole numbers: how many, which year, which version; none is below nought."""
    dated: ClassVar[tuple[str, ...]] = ()
    """Its fields that say a day or a moment; none is further off than a life."""
    behind: ClassVar[tuple[str, ...]] = ()
    """Its days on which something was done: none is later than the day it is about."""
    by_system: ClassVar[bool]
    """Put by clocks and reactions only; it has no mutation."""
    names_unseen: ClassVar[bool] = False
    """It may name a child its actor cannot see: that is what it asks for."""
    presumes_place: ClassVar[bool] = False
    """Said without a place, it is taken to be where the child lives, else where whoever says it serves."""
    child_fields: ClassVar[tuple[str, ...]] = ("child_id", "children")
    """The fields in which it names children beside its own stream."""
    context: Context = field(default=NOWHERE, compare=False, repr=False)

    def __init_subclass__(  # noqa: PLR0913 - one declaration says it all
        cls,
        *,
        name: str | None = None,
        zh: str = "",
        en: str = "",
        when: Turn[Any] = PRESENT,
        clauses: tuple[str, ...] = (),
        opens: bool = False,
        place_field: str | None = None,
        needs: Iterable[str] = (),
        behind: tuple[str, ...] = (),
        by_system: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init_subclass__(**kwargs)
        if name is None:
            return
        for one in clauses:
            clause(one)
        _declare(cls, name, Label(zh, en), skip=frozenset({"context"}))
        cls.behind, cls.dated = behind, plausible.dated(cls.specs)
        cls.numbers = tuple(s.name for s in cls.specs if s.type in {int, int | None})
        cls.when, cls.clauses, cls.opens = (ABSENT if opens else when), clauses, opens
        cls.place_field, cls.needs, cls.by_system = place_field, frozenset(needs), by_system
        assert COMMANDS.setdefault(name, cls) is cls, f"two commands named {name}"

    def done_at(self, state: S) -> str | None:
        """Where it is done, and by whose packs it is judged: at the place of the stream, unless it says otherwise."""
        return state.place

    @abstractmethod
    def decide(self, state: S) -> Iterator[Event[S]]:
        """The facts that follow, or ``Refused``."""

    # What the shell put on the command, under the short names in which rules read best.
    @property
    def by(self) -> Actor:
        """Who asks."""
        return self.context.by

    @property
    def at(self) -> datetime:
        """When it is recorded."""
        return self.context.at

    @property
    def occurred_at(self) -> datetime:
        """When it happened, or was decided."""
        return self.context.occurred_at

    @property
    def rules(self) -> Rules:
        """The packs in force at the place on the day it occurred."""
        return self.context.rules

    @property
    def workdays(self) -> Workdays:
        """The working-day calendar."""
        return self.context.workdays

    @property
    def divisions(self) -> Divisions:
        """The administrative divisions."""
        return self.context.divisions

    @property
    def directory(self) -> Directory:
        """The units and who serves in them."""
        return self.context.directory

    @property
    def linked(self) -> Mapping[UUID, Any]:
        """The states the command ``needs``, by stream id."""
        return self.context.linked

    @property
    def history(self) -> tuple[Event[S], ...]:
        """What was ever recorded on its stream, if it ``needs`` that."""
        return self.context.history

    @property
    def task(self) -> TaskView | None:
        """The task the command names, if it ``needs`` one and there is one."""
        return self.context.task

    @property
    def figures(self) -> TakenFigures | None:
        """The figures of its place as of ``figures_as_of_on``, if it ``needs`` them and they are complete."""
        return self.context.figures

    def new_id(self, what: str = "") -> UUID:
        """An id that a retry of this command makes again."""
        return uuid5(self.context.command_id, what)


class Record(Event[S], Generic[S]):
    """An event whose command follows from it: something one must be able to note down.

    ``act`` names the derived command, ``does`` labels it, and it may ``needs`` linked states. A record may still
    ``evolve``; a rule that may refuse needs a ``Command`` of its own. ``finds`` are fields that nobody is asked for:
    ``recorded`` finds them.
    """

    Command: ClassVar[type[Command[Any]]]
    finds: ClassVar[frozenset[str]] = frozenset()

    @classmethod
    def recorded(cls, command: Any, _before: S) -> Self:
        """The record itself: what the command says."""
        return cls.of(command)

    def follows(self, _command: Any, _before: S) -> Iterator[Event[S]]:
        """What else is recorded because of it. Default: nothing."""
        yield from ()

    def __init_subclass__(
        cls,
        *,
        act: str | None = None,
        does: tuple[str, str] = ("", ""),
        when: Turn[Any] = PRESENT,
        clauses: tuple[str, ...] = (),
        needs: tuple[str, ...] = (),
        behind: tuple[str, ...] = (),
        finds: tuple[str, ...] = (),
        **kwargs: Any,
    ) -> None:
        super().__init_subclass__(**kwargs)
        if act is None:
            return
        cls.finds = frozenset(finds)
        said = {"name": act, "zh": does[0], "en": does[1], "behind": behind}
        cls.Command = _command_of(cls, {**said, "when": when, "clauses": clauses, "needs": needs})


def _command_of(event: type[Record[Any]], declared: dict[str, Any]) -> type[Command[Any]]:
    """``child.guardian_guidance_given`` → ``GiveGuardianGuidance``, with the event's own fields."""

    def decide_(self: Command[Any], state: State) -> Iterator[Event[Any]]:
        recorded = event.recorded(self, state)
        yield recorded
        yield from recorded.follows(self, state)

    body: dict[str, Any] = {
        "__annotations__": {s.name: s.hint for s in event.specs if s.name not in event.finds},
        "__module__": event.__module__,
        "__doc__": f"{declared['zh']} · {declared['en']}.",
        "__orig_bases__": (Command[event.state_type],),  # type: ignore[name-defined]
        "decide": decide_,
    }
    for f in fields(event):
        if f.name not in {"stamp", *event.finds} and f.default is not MISSING:
            body[f.name] = f.default
    title = "".join(word.title() for word in declared["name"].split(".", 1)[1].split("_"))
    made = new_class(title, (Command,), declared, lambda namespace: namespace.update(body))
    return cast("type[Command[Any]]", made)


def decide(state: S, command: Command[S]) -> tuple[Event[S], ...]:
    """The facts that follow if ``command`` is put to ``state``; raises ``Refused``."""
    ctx = command.context
    if not command.when.holds(state):
        raise OUT_OF_TURN(zh=command.when.zh, en=command.when.en)
    if ctx.occurred_at > ctx.at:
        raise IN_FUTURE(field="occurrence.at")
    last = state.last_occurred_at
    if last is not None and ctx.occurred_at < last and not ctx.late_because:
        raise BACKDATED(field="occurrence.lateBecause")
    plausible.check(command)
    return tuple(
        replace(e, stamp=ctx.stamp(n, type(command).clauses))
        for n, e in enumerate(command.decide(state))
    )


def evolve(state: S, event: Event[S]) -> S:
    """The state once ``event`` has happened."""
    after = event.evolve(state)
    occurred = event.stamp.occurred_at if event.stamp else state.last_occurred_at
    if state.last_occurred_at is not None and occurred is not None:
        occurred = max(occurred, state.last_occurred_at)
    return replace(after, version=state.version + 1, last_occurred_at=occurred)


def replay(empty: S, events: Iterable[Event[S]]) -> S:
    """The state as its history tells it."""
    state = empty
    for event in events:
        state = evolve(state, event)
    return state


def open_to(state: State) -> list[type[Command[Any]]]:
    """The commands whose turn it is on this stream, in the order they were declared."""
    return [
        c
        for c in COMMANDS.values()
        if c.state_type is type(state) and not c.by_system and c.when.holds(state)
    ]


__all__ = [
    "ABSENT",
    "COMMANDS",
    "EVENTS",
    "PRESENT",
    "STREAMS",
    "Actor",
    "Command",
    "Context",
    "Event",
    "Label",
    "Record",
    "Refusal",
    "Refused",
    "Stamp",
    "State",
    "Turn",
    "Value",
    "decide",
    "evolve",
    "open_to",
    "replay",
]
