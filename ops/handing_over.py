"""导出 · A stream leaves the platform in somebody's name: as far as they may read it, and on record before it leaves.

An export is a look at a whole file. So it is made for one capacity, for the purpose of an audit, under the same law as
any look: the row must be open to it (an audit order opens a child or a case), and with it every class of which the
stored bytes tell something in clear: codes, who acted, that something happened at all. What happened outside the period
that the order audits is not told (ADR 0086). What was handed over stands in the access journal with everybody it tells
of, and what was refused too: no journal, no export.
"""

from __future__ import annotations

import argparse
import asyncio
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from authz.words import Purpose
from domain.fields import FieldSpec
from domain.kernel import Event
from domain.sensitivity import P0, Sensitivity
from eventlog.export import Days, NoSuchStream, NotUnderARoot, export
from eventlog.recorded import Recorded
from ops.checkpointing import key_in_force
from ops.platform import Platform
from projections.access_orders import AccessOrderRow
from projections.case import CaseRow
from projections.child import ChildRow
from projections.journal import Door, look_at
from projections.reader import reader_pool
from projections.readmodel import ReadModel
from projections.timeline import actor_told, existence_of
from projections.units import UnitRow
from schema.as_known import PERIODS
from schema.context import RequestContext
from schema.signin import assignment_of

HEADS: dict[str, type[ReadModel]] = {
    "child": ChildRow,
    "case": CaseRow,
    "unit": UnitRow,
    "access": AccessOrderRow,
}
"""Whose row tells to whom a stream is open; rule packs hide nothing."""
PURPOSE = Purpose.AUDIT.value


class NobodysCapacity(LookupError):
    """No post of this id that counts now, or its role audits nothing."""

    def __init__(self) -> None:
        super().__init__(
            "该任职现不可用于审计 · EXPORT_NOT_IN_THIS_CAPACITY: no such post counts now, or it audits nothing"
        )


class OutOfReach(LookupError):
    """Not open to this capacity, or not there: which of the two it is not told."""

    def __init__(self) -> None:
        super().__init__(
            "没有这条流,或不在该任职的查阅范围 · NOT_FOUND_OR_FORBIDDEN: nothing of that id is open to this post "
            "(an audit order opens a child or a case)"
        )


class NotOpen(Exception):
    """The file tells something of classes that are closed to this capacity."""

    def __init__(self, classes: frozenset[Sensitivity]) -> None:
        super().__init__(
            "文件涉及未向该任职开放的等级 · EXPORT_CLASS_NOT_OPEN: the file tells something of classes that are closed "
            f"to this post: {' '.join(sorted(classes))} (P5, P6: the order must be approved a second time)"
        )


class NothingOfThePeriod(LookupError):
    """All that is open to this capacity is places and hashes."""

    def __init__(self) -> None:
        super().__init__(
            "所及期间内没有事件 · EXPORT_NOTHING_OF_THE_PERIOD: nothing happened on this stream in the order's period"
        )


def export_for(
    given: argparse.Namespace,
    platform: Platform,
    say: Callable[[str], None],
    wrong: Callable[[str], None],
) -> int:
    """The verb: the export is said, or why there is none. Status 2: not for this capacity; 1: not yet."""
    try:
        found = handed_over(platform, given.stream, given.assignment)
    except NotUnderARoot:
        wrong(
            "最后的事件尚未纳入签名的根,请一分钟后再试 · its last events come under a signed root within a minute "
            "(while `yidang up` or `yidang serve clocks` runs): ask again"
        )
        return 1
    except (NobodysCapacity, OutOfReach, NotOpen, NothingOfThePeriod) as why:
        wrong(str(why))
        return 2
    say(json.dumps(found, ensure_ascii=False, indent=1))
    return 0


def arguments(parser: argparse.ArgumentParser) -> None:
    """What leaves, and in whose name."""
    parser.add_argument("stream", type=UUID, help="the id of a case, a child, …")
    parser.add_argument(
        "--for",
        dest="assignment",
        type=UUID,
        required=True,
        metavar="ASSIGNMENT",
        help="the post of the auditor it is handed to: who looks, in the access journal",
    )


def handed_over(platform: Platform, stream_id: UUID, assignment_id: UUID) -> dict[str, Any]:
    """The export of a stream for an assignment. Raises ``NobodysCapacity``, ``OutOfReach``, ``NotOpen``,
    ``NothingOfThePeriod``, ``NotUnderARoot``, psycopg.Error."""
    return asyncio.run(_handed_over(platform, stream_id, assignment_id))


async def _handed_over(platform: Platform, stream_id: UUID, assignment_id: UUID) -> dict[str, Any]:
    pool = reader_pool(platform.ways.reader_dsn, size=1)
    services = replace(platform.services, pool=pool)
    assignment = assignment_of(services, assignment_id)
    if assignment is None or not services.gate().serves(assignment.role, Purpose.AUDIT):
        raise NobodysCapacity
    context = RequestContext(
        services=services, assignment=assignment, purpose=PURPOSE, door=Door.EXPORT
    )
    async with pool, context.finishing():
        return await _looked_at(context, platform, stream_id)


async def _looked_at(
    context: RequestContext, platform: Platform, stream_id: UUID
) -> dict[str, Any]:
    """The export, once the look is noted: that is written before the transaction ends, and it is handed over then."""
    dsn, history = platform.ways.writer_dsn, platform.store.history(stream_id)
    stream = history[0].stream if history else "access"
    try:
        head = await _head(context, stream, stream_id) if history else None
        periods = await _periods(context, stream_id) if head and head.by_grants else ()
        found = export(dsn, stream_id, key_in_force(dsn, platform.secrets), periods)
        history = platform.store.history(stream_id)[: found["version"]]
        told = [r for r, each in zip(history, found["events"], strict=True) if "state" in each]
        legible = told_in_clear(history, told)
        _check_open(head, legible, told)
    except NoSuchStream:
        context.denied(stream, "read", stream_id)
        raise OutOfReach from None
    except (OutOfReach, NotOpen, NothingOfThePeriod):
        context.denied(stream, "read", stream_id)
        raise
    about = {stream_id: stream, **dict.fromkeys(sorted(_children(told)), "child")}
    context.others += [
        look_at(obj, "read", each, relation=head.relation if head else None, classes=legible)
        for each, obj in about.items()
    ]
    return found


@dataclass(frozen=True)
class _Head:
    """What is open to the capacity on the head of a stream: which classes, by which relation, and whether by grants
    for a time alone."""

    mask: frozenset[Sensitivity]
    relation: str | None
    by_grants: bool


async def _head(context: RequestContext, stream: str, stream_id: UUID) -> _Head | None:
    """None where a stream hides nothing. Raises ``OutOfReach``."""
    model = HEADS.get(stream)
    if model is None:
        return None
    (key,) = model.key
    reads = await context.reads()
    statement = f"select {key}, tokens from {model.table} where {key} = %(id)s"  # noqa: S608 - declared names
    row = await reads.row(statement, {"id": stream_id})
    if row is None:
        raise OutOfReach
    own = tuple(row["tokens"])
    tokens = (*own, *reads.grants_on(stream_id))
    return _Head(
        mask=frozenset(context.scope.mask(model.obj, tokens)),
        relation=context.basis(model.obj, tokens),
        by_grants=not context.scope.mask(model.obj, own),
    )


def _check_open(
    head: _Head | None, legible: frozenset[Sensitivity], told: Sequence[Recorded]
) -> None:
    """Raises ``NotOpen``, ``NothingOfThePeriod``."""
    if head is not None and (closed := legible - head.mask):
        raise NotOpen(closed)
    if not told:
        raise NothingOfThePeriod


async def _periods(context: RequestContext, stream_id: UUID) -> tuple[Days, ...]:
    """The days that grants open to the capacity; none: all there are."""
    reads = await context.reads()
    spans = await reads.rows(PERIODS, {"id": stream_id})
    if any(span["records_from"] is None for span in spans):
        return ()
    return tuple(
        sorted(
            {Days(span["records_from"], span["records_to"]) for span in spans},
            key=lambda days: (days.first, days.last),
        )
    )


def told_in_clear(history: Sequence[Recorded], told: Iterable[Recorded]) -> frozenset[Sensitivity]:
    """The classes of which the bytes of what is told say something: unsealed values, who acted, that it happened. Who
    acted may be told by what else was recorded at once, wherever that is in the history."""
    found = {P0}
    at_once: dict[UUID | None, list[Event[Any]]] = {}
    for each in history:
        at_once.setdefault(each.stamp.correlation_id, []).append(each.event)
    for each in told:
        event = each.event
        _, actor = actor_told(at_once[each.stamp.correlation_id], each.stamp.by)
        found |= {existence_of(event), actor or type(event).actor_class}
        found |= {spec.sensitivity for spec in _said(event)}
    return frozenset(found)


def _said(event: Event[Any]) -> Iterator[FieldSpec]:
    """The fields of an event that say something, and stand unsealed in its bytes."""
    return (
        spec for spec in event.specs if not spec.sealed and getattr(event, spec.name) is not None
    )


def _children(history: Sequence[Recorded]) -> set[UUID]:
    return {child for each in history for child in each.concerns}
