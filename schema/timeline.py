"""时间线 · Timeline lines as the API tells them: label, the two times, capacity, clauses, the values one may see."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

import strawberry
from strawberry.scalars import JSON

from domain.fields import camel
from domain.kernel import EVENTS
from domain.labels import FIELD_LABELS
from domain.sensitivity import P0_PROCESS, P2, P3, Sensitivity
from projections.reader import Row
from schema.outcomes import ClauseRef, clause_ref


@strawberry.type(description="事项内容 · One value of an event, with its class.")
class TimelineValue:
    """A value the reader may see."""

    field: str
    zh: str
    en: str
    sensitivity: str
    value: JSON


@strawberry.type(description="时间线 · One event of a child's file or of its cases.")
class TimelineLine:
    """Who knew what when: ``occurredAt`` as claimed, ``recordedAt`` as recorded; late entries are marked."""

    position: int
    event_id: UUID
    stream: str
    stream_id: UUID
    version: int
    name: str = strawberry.field(description="事件 · The event's name of record")
    zh: str
    en: str
    occurred_at: datetime
    recorded_at: datetime
    precision: str
    is_late: bool
    late_because: str | None
    actor_role: str
    actor_unit_id: UUID | None
    actor_person_id: UUID | None
    packs: list[str] | None = strawberry.field(
        description="规则包 · pack@version in force where and when it occurred"
    )
    clauses: list[ClauseRef] | None
    values: list[TimelineValue]


def line_of(row: Row, mask: frozenset[Sensitivity]) -> TimelineLine:
    """A line with the values of the classes in ``mask``."""
    kind = EVENTS.get(row["name"])
    label = kind.label if kind else None
    return TimelineLine(
        position=row["position"],
        event_id=row["event_id"],
        stream=row["stream"],
        stream_id=row["stream_id"],
        version=row["version"],
        name=row["name"],
        zh=label.zh if label else row["name"],
        en=label.en if label else row["name"],
        occurred_at=row["occurred_at"],
        recorded_at=row["recorded_at"],
        precision=row["precision"],
        is_late=row["is_late"],
        late_because=row["late_because"] if P3 in mask else None,
        actor_role=row["actor_role"],
        actor_unit_id=row["actor_unit_id"] if P2 in mask else None,
        actor_person_id=row["actor_person_id"] if P2 in mask else None,
        packs=row["packs"] if P0_PROCESS in mask else None,
        clauses=[clause_ref(c) for c in row["clauses"]] if P0_PROCESS in mask else None,
        values=list(_values(row["details"], mask)),
    )


def _values(
    details: dict[str, dict[str, Any]], mask: frozenset[Sensitivity]
) -> list[TimelineValue]:
    out = []
    for cls, values in details.items():
        if Sensitivity(cls) not in mask:
            continue
        for name, value in values.items():
            label = FIELD_LABELS.get(name)
            out.append(
                TimelineValue(
                    field=camel(name),
                    zh=label.zh if label else name,
                    en=label.en if label else name,
                    sensitivity=cls,
                    value=value,
                )
            )
    return out
