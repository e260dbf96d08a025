"""队列筛选 · Which tasks of a queue: one filter for its page, its counts and its live changes.

A condition on a class that is closed to the viewer would tell what null hides: it is refused. Where the class is open
on some rows, the condition itself leaves out the others (``RequestContext.asks_by``). A cursor holds the precedence,
the due time and the id of a task (P0), so that it tells no more than the row.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

import strawberry

from domain.fields import camel
from domain.sensitivity import P1_PLACE, P2, P4
from schema.context import RequestContext
from schema.words_asked import DIVISION, TIER, Words, without_zone


@strawberry.enum(description="任务状态 · How far an open task is.")
class WorkItemState(StrEnum):
    """The states of a task that is open; one that is over is in no queue."""

    CREATED = "CREATED"
    ACCEPTED = "ACCEPTED"
    IN_PROGRESS = "IN_PROGRESS"
    ESCALATED = "ESCALATED"


@strawberry.input(
    description="筛选条件 · Which tasks of a queue; all conditions must hold, and those left out always do."
)
class WorkItemFilter:
    """What people look for in a queue."""

    states: list[WorkItemState] | None = strawberry.field(
        default=None, description="任务状态 · In one of these states"
    )
    named_person_id: UUID | None = strawberry.field(
        default=None, description="承办人 · This person is named for it"
    )
    unassigned: bool | None = strawberry.field(
        default=None, description="未指定承办人 · Nobody is named (true), or somebody is (false)"
    )
    overdue: bool | None = strawberry.field(
        default=None, description="已逾期 · Its time is over (true), or is not (false)"
    )
    escalated: bool | None = strawberry.field(
        default=None, description="已升级 · It has gone up a level (true), or has not (false)"
    )
    due_before: datetime | None = strawberry.field(
        default=None, description="办理时限早于 · Due before this moment"
    )
    division: strawberry.ID | None = strawberry.field(
        default=None, description="儿童居住地 · The child lives in this division"
    )
    tier: str | None = strawberry.field(
        default=None, description="风险等级 · The child stands at this tier"
    )


@dataclass(frozen=True)
class Condition:
    """One condition: SQL over ``work_item`` whose values are named, and the class of what it asks.

    ``steady``: it comes to hold, or ceases to, only when the task itself is told anew; not with time or with the child.
    """

    sql: str
    asks: tuple[str, Any] | None = None
    steady: bool = True
    words: Words | None = None
    """Of which its value must be a word."""


_OWN_P2 = "work_item.tokens && (select sec.scope('work_item', 'P2'))::text[]"
CONDITIONS: Mapping[str, Condition] = {
    "states": Condition("work_item.status = any(%(states)s::text[])"),
    "named_person_id": Condition(
        f"work_item.named_person_id = %(named_person_id)s::uuid and {_OWN_P2}", ("work_item", P2)
    ),
    "unassigned": Condition(
        f"(work_item.named_person_id is null) = %(unassigned)s::boolean and {_OWN_P2}",
        ("work_item", P2),
    ),
    "overdue": Condition(
        "(work_item.due_at < %(now)s::timestamptz) = %(overdue)s::boolean", steady=False
    ),
    "escalated": Condition("(work_item.escalation > 0) = %(escalated)s::boolean"),
    "due_before": Condition("work_item.due_at < %(due_before)s::timestamptz"),
    "division": Condition(
        "exists (select from child c where c.child_id = work_item.child_id "
        "and c.tokens @> array['R:' || %(division)s::text] "
        "and c.tokens && (select sec.scope('child', 'P1_PLACE'))::text[])",
        ("child", P1_PLACE),
        steady=False,
        words=DIVISION,
    ),
    "tier": Condition(
        "exists (select from child_p4 c where c.child_id = work_item.child_id "
        "and c.tier = %(tier)s::text and c.tokens && (select sec.scope('child', 'P4'))::text[])",
        ("child", P4),
        steady=False,
        words=TIER,
    ),
}
"""By the fields of the filter."""


@dataclass(frozen=True)
class Narrowed:
    """A filter as it is put: SQL that follows other conditions, and its values but for the time."""

    sql: str = ""
    values: Mapping[str, Any] = field(default_factory=dict)
    steady: bool = True

    @property
    def key(self) -> tuple[Any, ...]:
        """The same filter, the same key."""
        return tuple(sorted((name, str(value)) for name, value in self.values.items()))

    def given(self, moment: datetime) -> dict[str, Any]:
        """The parameters, as of a moment."""
        return {**self.values, "now": moment}


def narrowed(context: RequestContext, where: WorkItemFilter | None) -> Narrowed:
    """The conditions of a filter. Raises ``FIELD_NOT_PERMITTED``, and ``BAD_USER_INPUT`` for a time without a zone and
    for what is no division and no tier."""
    asked = {n: v for n in CONDITIONS if (v := getattr(where, n, None)) is not None}
    for name, value in asked.items():
        if (class_asked := CONDITIONS[name].asks) is not None:
            context.asks_by(camel(name), *class_asked)
        if (words := CONDITIONS[name].words) is not None:
            words.word(str(value), camel(name))
    if "due_before" in asked and asked["due_before"].utcoffset() is None:
        raise without_zone("dueBefore")
    values = {n: [s.value for s in v] if n == "states" else _plain(v) for n, v in asked.items()}
    return Narrowed(conditions(asked), values, all(CONDITIONS[name].steady for name in asked))


def conditions(asked: Iterable[str]) -> str:
    """SQL that follows other conditions."""
    return "".join(f" and ({CONDITIONS[name].sql})" for name in asked)


def _plain(value: Any) -> Any:
    return str(value) if isinstance(value, str) else value
