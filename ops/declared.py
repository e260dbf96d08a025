"""What an action leads to, read from its source: events it may record, refusals it may answer, parameters it asks.

The rules are plain Python; this reads them as a careful colleague would: from ``decide`` through every function of the
domain it calls. What is only tested with ``isinstance`` does not count.
"""

from __future__ import annotations

import ast
import inspect
import textwrap
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from types import FunctionType
from typing import Any

from domain.kernel import BACKDATED, IN_FUTURE, OUT_OF_TURN, Command, Event
from domain.parameters import PARAMETERS
from domain.plausible import DAY_AHEAD, DAY_FAR, NEGATIVE
from domain.refusals import Refusal
from domain.worded import SAYS_NOTHING

ALWAYS = (OUT_OF_TURN, BACKDATED, IN_FUTURE, DAY_FAR, SAYS_NOTHING)
"""What every action may be answered (``domain.kernel.decide``, ``domain.plausible``, ``domain.worded``)."""


@dataclass
class Follows:
    """What may follow from a command, each in the order in which the source names it."""

    events: dict[str, type[Event[Any]]] = field(default_factory=dict)
    refusals: dict[str, Refusal] = field(default_factory=dict)
    parameters: dict[str, None] = field(default_factory=dict)


@cache
def follows(command: type[Command[Any]]) -> Follows:
    """What may follow from ``command``; the first refusals are those the kernel answers by its fields."""
    found = Follows()
    by_fields = ((NEGATIVE, command.numbers), (DAY_AHEAD, command.behind))
    found.refusals.update({refusal.code: refusal for refusal, named in by_fields if named})
    _Reading(command, found).read(command.decide)
    return found


class _Reading:
    """One walk: functions already read are not read again."""

    def __init__(self, command: type[Command[Any]], found: Follows) -> None:
        self.command, self.found = command, found
        self.read_already: set[Any] = set()
        self.enclosed: dict[str, Any] = {}
        """What functions made by other functions hold, by the name they hold it under."""

    def read(self, function: Any) -> None:
        """Reads a function and what it calls."""
        function = inspect.unwrap(function)
        if isinstance(function, property):
            function = function.fget
        if not isinstance(function, FunctionType) or function in self.read_already:
            return
        own = function.__module__.startswith("domain.") and function.__module__ not in _GRAMMAR
        if not own and function.__name__ != "decide_":  # the derived command of a record
            return
        self.read_already.add(function)
        self._closure(function)
        tree = ast.parse(textwrap.dedent(inspect.getsource(function)))
        for node in _weighed(tree):
            self._node(node, function)

    def _closure(self, function: FunctionType) -> None:
        """A derived command records the event it was derived from; a made one follows the rule it was made of."""
        for name, cell in zip(
            function.__code__.co_freevars, function.__closure__ or (), strict=True
        ):
            self.enclosed[name] = cell.cell_contents
            self._value(cell.cell_contents)

    def _node(self, node: ast.AST, function: FunctionType) -> None:
        match node:
            case ast.Name(id=name):
                self._value(function.__globals__.get(name))
            case ast.Attribute(value=ast.Name(id="self" | "cls"), attr=name):
                self._value(inspect.getattr_static(self.command, name, None))
            case ast.Attribute(value=ast.Name(id=name), attr=attribute):
                holder = function.__globals__.get(name, self.enclosed.get(name))
                self._value(getattr(holder, attribute, None))
            case ast.Constant(value=str() as text) if text in PARAMETERS:
                self.found.parameters[text] = None
            case _:
                pass

    def _value(self, value: Any) -> None:
        if isinstance(value, Refusal):
            self.found.refusals[value.code] = value
        elif isinstance(value, type) and issubclass(value, Event):
            if "name" in vars(value):
                self.found.events[value.name] = value
        elif isinstance(value, FunctionType | property):
            self.read(value)
        elif isinstance(value, Mapping):
            for one in value.values():
                if isinstance(one, Refusal):
                    self._value(one)


_GRAMMAR = frozenset({"domain.kernel", "domain.fields", "domain.labels", "domain.refusals"})


def _weighed(tree: ast.AST) -> Iterator[ast.AST]:
    """Every node but annotations and what stands inside ``isinstance``."""
    todo = [tree]
    while todo:
        node = todo.pop(0)
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "isinstance":
            continue
        yield node
        skipped = {"annotation", "returns", "type_params"}
        for name, child in ast.iter_fields(node):
            if name in skipped:
                continue
            children = child if isinstance(child, list) else [child]
            todo += [c for c in children if isinstance(c, ast.AST)]
