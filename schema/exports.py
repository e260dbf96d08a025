"""导出 · A timeline taken out of the platform under an audit order: marked, bounded, and on record before it leaves.

The file holds what the auditor may read and no more, in the order of the log. Its first line is a watermark: which
order, who, when, for whom. Its hash is recorded with the order (``TimelineExported``) in the same request, and the
file is handed over only then. Cells that a spreadsheet would run as a formula are made plain text (CWE-1236).
"""

from __future__ import annotations

import asyncio
import csv
import hashlib
import io
import json
from collections.abc import Iterable, Iterator
from typing import Annotated, Any, Union
from uuid import UUID

import strawberry
from strawberry.types.field import StrawberryField

from domain.access.audit import OpenAuditOrder, RecordTimelineExport
from domain.kernel import Refused
from eventlog.casebook import Absent, Done, Request
from projections.apart import selected
from projections.journal import Door
from projections.reader import Row
from projections.timeline import TimelineLine as TimelineRow
from schema.context import RequestContext
from schema.deciding import actor_of
from schema.objects import Info
from schema.outcomes import NOT_FOUND, NotFoundOrForbidden, RuleRefused, refused
from schema.timeline import TimelineLine, line_of
from schema.types import CASE_TIMELINE, CHILD_TIMELINE

EXPORT_TIMELINE = "exportTimeline"
MOST = 500
"""Lines in one file (authorization notes §8, 63): no bulk download."""
FORMULA = ("=", "+", "-", "@", "\t", "\r")
COLUMNS = (
    "position",
    "name",
    "occurred_at",
    "recorded_at",
    "is_late",
    "role",
    "unit",
    "packs",
    "values",
)

ORDER = (
    "select * from access_order where order_id = %(id)s and order_kind = 'AUDIT' "
    "and opened_by_id = %(me)s"
)
LINES = {
    obj: f"select {selected(TimelineRow)} from timeline where {relation.where} "  # noqa: S608 - declared words
    "order by timeline.position limit %(most)s"
    for obj, relation in (("case", CASE_TIMELINE), ("child", CHILD_TIMELINE))
}
"""By what the order is about, each along its own index: asked for either, PostgreSQL would put every line of the log
before the law."""

HEADS = {
    "child": "select child_id, tokens from child where child_id = any(%(ids)s)",
    "case": "select case_id, tokens from case_file where case_id = any(%(ids)s)",
}


@strawberry.type(description="导出文件 · The file, its hash and its watermark.")
class TimelineFile:
    """``text`` is CSV in UTF-8; ``sha256`` is over exactly these bytes."""

    text: str
    sha256: str
    watermark: str
    lines: int
    event_id: UUID


ExportOutcome = Annotated[
    Union[TimelineFile, RuleRefused, NotFoundOrForbidden],  # noqa: UP007
    strawberry.union("ExportOutcome", description="导出结果 · The file, or why there is none."),
]


async def export_timeline(
    info: Info, command_id: UUID, order_id: UUID, recipient: str
) -> ExportOutcome:
    """时间线导出 · The timeline of the order's case or child, as far as this auditor may read it."""
    context = info.context
    context.door = Door.EXPORT
    reads = await context.reads()
    me = context.assignment.person_id
    order = await reads.row(ORDER, {"id": order_id, "me": me})
    if order is None or not _permitted(context, order):
        context.denied("access", RecordTimelineExport.name, order_id)
        return NOT_FOUND
    obj = "case" if order["case_id"] else "child"
    rows = await reads.rows(LINES[obj], {"id": order[f"{obj}_id"], "most": MOST})
    lines = [line async for line in _masked(context, rows)]
    mark = watermark(context, order_id, command_id, recipient)
    text = file_of(mark, lines)
    digest = hashlib.sha256(text.encode()).hexdigest()
    command = RecordTimelineExport(
        export_scope=f"{obj}:{len(lines)}",
        export_hash=digest,
        export_recipient=recipient,
    )
    try:
        done = await _recorded(context, command, command_id, order_id)
    except Refused as refusal:
        return refused(refusal)
    except Absent:
        return NOT_FOUND
    return TimelineFile(
        text=text, sha256=digest, watermark=mark, lines=len(lines), event_id=done.event_ids[0]
    )


def _permitted(context: RequestContext, order: Row) -> bool:
    """Whoever may open an order may take out what they read under their own; the fact is the platform's to record."""
    act, tokens = OpenAuditOrder.name, tuple(order["tokens"])
    gate = context.services.gate()
    return gate.permits(context.assignment, act, "access", tokens, context.purpose).allowed


async def _recorded(
    context: RequestContext, command: RecordTimelineExport, command_id: UUID, order_id: UUID
) -> Done:
    request = Request(
        command=command,
        command_id=command_id,
        actor=actor_of(context.assignment),
        stream_id=order_id,
    )
    casebook = context.services.casebook
    return await asyncio.get_running_loop().run_in_executor(None, casebook.perform, request)


async def _masked(context: RequestContext, rows: list[Row]) -> Any:
    """The lines with the values of the classes that are open on each line's own child or case."""
    reads = await context.reads()
    masks: dict[UUID, Any] = {}
    for obj, query in HEADS.items():
        ids = sorted({r["stream_id"] for r in rows if r["stream"] == obj})
        for row in await reads.rows(query, {"ids": ids}) if ids else []:
            masks[row[f"{obj}_id"]] = await context.look(obj, row)
    for row in rows:
        yield line_of(row, masks.get(row["stream_id"], frozenset()))


def watermark(context: RequestContext, order_id: UUID, command_id: UUID, recipient: str) -> str:
    """Whose file it is: found again on every copy."""
    a = context.assignment
    return " · ".join(
        (
            "一档 时间线导出",
            f"order {order_id}",
            f"by {a.person_id} ({a.role})",
            f"at {context.services.now().isoformat()}",
            f"for {' '.join(recipient.split())}",
            f"export {command_id}",
        )
    )


def file_of(mark: str, lines: Iterable[TimelineLine]) -> str:
    """The CSV: the watermark, the header, one row a line."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow([plain(f"# {mark}")])
    writer.writerow(COLUMNS)
    for line in lines:
        writer.writerow([plain(cell) for cell in _cells(line)])
    return out.getvalue()


def _cells(line: TimelineLine) -> Iterator[str]:
    yield str(line.position)
    yield f"{line.zh} {line.name}"
    yield line.occurred_at.isoformat()
    yield line.recorded_at.isoformat()
    yield "late" if line.is_late else ""
    yield line.actor_role
    yield str(line.actor_unit_id or "")
    yield " ".join(line.packs or ())
    values = {v.field: v.value for v in line.values}
    yield json.dumps(values, ensure_ascii=False, sort_keys=True, default=str)


def plain(cell: str) -> str:
    """A cell no spreadsheet takes for a formula."""
    return f"'{cell}" if cell.startswith(FORMULA) else cell


def export_field() -> StrawberryField:
    """The mutation ``exportTimeline(commandId, orderId, recipient)``."""
    field: Any = strawberry.mutation(
        resolver=export_timeline,
        name=EXPORT_TIMELINE,
        description="导出时间线 · Under one's own audit order; on record before it leaves.",
    )
    made: StrawberryField = field
    return made
