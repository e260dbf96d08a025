"""The filter of a queue in a plan: the conditions of ``schema.queue_filter``, those that are given and no other."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from graphql import FieldNode, GraphQLObjectType, GraphQLScalarType

from domain.fields import camel
from schema.plan.compilation import Compilation
from schema.plan.level import Param, sent
from schema.plan.selection import Arg, Deopt
from schema.queue_filter import CONDITIONS, conditions

if TYPE_CHECKING:
    from schema.plan.run import Run

WHERE: Final = "where"
Text = Callable[[Any], str]
"""A value that was given, as PostgreSQL's text form."""


@dataclass(frozen=True)
class Narrowing:
    """SQL that follows other conditions, and the parameter of each name in it."""

    sql: str
    given: Mapping[str, str]


def narrowing(made: Compilation, kind: GraphQLObjectType, node: FieldNode) -> Narrowing:
    """The filter of a field. A condition on a class that is closed to the viewer, and a value that is
    no word of its vocabulary, are the reference's to refuse."""
    members = made.selection.members(kind, node, WHERE)
    asked = {n: arg for n in CONDITIONS if not made.left_out(arg := members[camel(n)])}
    given = {"now": made.params.mark("now", lambda run: run.said)}
    for name, arg in asked.items():
        marked = (WHERE, name, arg.source, str(arg.value))
        given[name] = made.params.mark(marked, _param(made, name, arg))
    return Narrowing(conditions(asked), given)


def _param(made: Compilation, name: str, arg: Arg) -> Param:
    value, text = made.value(arg), _texts(made)[name]
    asks, words = CONDITIONS[name].asks, CONDITIONS[name].words

    def param(run: Run) -> bytes:
        if asks is not None and not run.scoped.scope[asks[0]].get(asks[1]):
            raise Deopt
        said = text(value(run))
        if words is not None and not words.holds(said):
            raise Deopt
        return sent(said)

    return param


def _texts(made: Compilation) -> dict[str, Text]:
    scalar = made.selection.schema.type_map["DateTime"]
    assert isinstance(scalar, GraphQLScalarType)

    def moment(value: Any) -> str:
        found: datetime = value if isinstance(value, datetime) else scalar.parse_value(value)
        if found.utcoffset() is None:
            raise Deopt
        return found.isoformat()

    special = {"states": _states, "due_before": moment}
    truths = dict.fromkeys(("unassigned", "overdue", "escalated"), _truth)
    return {**dict.fromkeys(CONDITIONS, str), **special, **truths}


def _states(value: Any) -> str:
    return "{" + ",".join(value) + "}"


def _truth(value: Any) -> str:
    return "t" if value else "f"
