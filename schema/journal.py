"""查阅记录 · The access journal over GraphQL: who looked at a child or a case, and in which words its family is told.

The unit that holds the child sees every row, denials included; an auditor the looks of the period of the order, and
their own. A guardian learns on which day which unit looked in which role and for which purpose: no names, nothing of an
investigation, a court or an emergency, nothing by which to know who reported, and not with whom a child is placed.
Reading the journal is itself a look and is journaled.
"""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

import strawberry

from authz.words import PURPOSES
from domain.kernel import COMMANDS
from domain.labels import Label
from domain.periods import local_date
from domain.sensitivity import P2
from projections.journal import CLASS_OPEN, LATEST, PAGE, Door, Outcome, look_at
from projections.reader import Row
from schema import cursors
from schema.connections import Connection, Edge, PageInfo
from schema.context import RequestContext
from schema.objects import Info

CURSOR = "access_journal"
OUTCOMES = {
    Outcome.SEEN: Label("查阅了", "looked at"),
    Outcome.DENIED: Label("被拒绝查阅", "was denied"),
    Outcome.FAILED: Label("查阅未成功", "failed to look at"),
}
OTHER = Label("其他事项", "another matter")
PLACED_WITH = "placement"
"""Whoever cares for a placed child, as its family is told: which unit it is would be where the child is."""
CARERS = Label("安置照料人员", "Carer of a placement")
OBJECTS = {
    "child": Label("儿童档案", "the child's file"),
    "case": Label("个案", "the case"),
    "report": Label("强制报告", "the report"),
    "access": Label("查阅记录", "the record of who looked"),
}
OutcomeEnum = strawberry.enum(
    Outcome, name="AccessOutcome", description="结果 · What became of a look."
)
DoorEnum = strawberry.enum(Door, name="AccessDoor", description="途径 · By which door.")


@strawberry.type(description="查阅 · One look at a child or a case.")
class AccessEntry:
    """Null is what the viewer of the journal may not learn."""

    on: date = strawberry.field(description="日期 · The local day")
    at: datetime | None
    outcome: OutcomeEnum  # type: ignore[valid-type]
    door: DoorEnum  # type: ignore[valid-type]
    act: str
    obj: str
    role: str
    unit_id: UUID | None
    unit_name: str | None
    person_id: UUID | None
    purpose: str
    relation: str | None
    classes: list[str]
    withheld: list[str] = strawberry.field(
        description="未予显示 · Classes asked for and held back\n\n取值 · Sensitivity"
    )
    policy_version: str | None
    trace_id: str | None
    zh: str = strawberry.field(description="文字说明 · The same in a sentence")
    en: str


async def access_journal(
    info: Info, subject: UUID, first: int | None = None, after: str | None = None
) -> Connection[AccessEntry] | None:
    """A page of the journal of a child or a case, latest first; null where it is not the viewer's to read."""
    context = info.context
    key, size = context.services.scope_key, cursors.page_size(first)
    before = int(cursors.decode(key, CURSOR, after)[0]) if after is not None else LATEST
    reads = await context.reads()
    found = await reads.row(CLASS_OPEN, {"subject": subject})
    opened = found["opened"] if found else None
    if opened is None:
        context.denied("access", "read", subject)
        return None
    rows = await reads.rows(PAGE, {"subject": subject, "before": before, "most": size + 1})
    context.others.append(look_at("access", "read", subject, classes={opened, P2}))
    kept = rows[:size]
    marks = [cursors.encode(key, CURSOR, [row["id"]]) for row in kept]
    nodes = [_entry(context, row) for row in kept]
    return Connection(
        edges=[Edge(cursor=c, node=n) for c, n in zip(marks, nodes, strict=True)],
        nodes=nodes,
        page_info=PageInfo.of(marks, more=len(rows) > size, begun=after is not None),
    )


def _entry(context: RequestContext, row: Row) -> AccessEntry:
    unit = context.services.casebook.directory().units.get(row["unit_id"])
    zh, en = _sentence(context, unit.name if unit else None, row)
    return AccessEntry(
        on=local_date(row["at"]),
        at=row["at"] if row["person_id"] else None,
        outcome=Outcome(row["outcome"]),
        door=Door(row["door"]),
        act=row["act"],
        obj=row["obj"],
        role=row["role"],
        unit_id=row["unit_id"],
        unit_name=unit.name if unit else None,
        person_id=row["person_id"],
        purpose=row["purpose"],
        relation=row["relation"],
        classes=row["classes"],
        withheld=row["withheld"],
        policy_version=row["policy_version"],
        trace_id=row["trace_id"],
        zh=zh,
        en=en,
    )


def _sentence(context: RequestContext, unit: str | None, row: Row) -> tuple[str, str]:
    """A row in words that need no key, zh and en: who of which unit did what, on which day, what for."""
    known = context.services.gate().policy.roles.get(row["role"])
    unnamed = CARERS if row["role"] == PLACED_WITH else Label(row["role"], row["role"])
    role = Label(known.zh, known.en) if known else unnamed
    outcome, obj = OUTCOMES[Outcome(row["outcome"])], OBJECTS.get(row["obj"], OTHER)
    purpose, day = PURPOSES[row["purpose"]], local_date(row["at"])
    zh = f"{day:%Y年%-m月%-d日},{unit or ''}{role.zh}因“{purpose.zh}”{outcome.zh}{obj.zh}"
    en = f"On {day}, a {role.en.lower()}{f' of {unit}' if unit else ''} {outcome.en} {obj.en} for {purpose.en}"
    command = COMMANDS.get(row["act"])
    if command is not None:
        zh, en = f"{zh}({command.label.zh})", f"{en} ({command.label.en})"
    return zh + "。", en + "."
