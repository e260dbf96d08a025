"""销毁 · Erasure: when a child's key is destroyed, what the read models still say of the person goes with it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Annotated, Any, LiteralString
from uuid import UUID

from domain.access.audit import AuditOrderEnded
from domain.access.break_glass_review import BreakGlassAnsweredFor, BreakGlassReviewed
from domain.access.erasure import ChildErased
from domain.fields import FieldSpec
from domain.kernel import Event
from domain.sensitivity import P0
from eventlog.entries import Write
from eventlog.recorded import Recorded
from projections.access_orders import AccessOrderRow, ExportRow
from projections.kernel import Projection, insert, sql
from projections.readmodel import READ_MODELS, ReadModel, sql_type
from projections.relations import refresh
from projections.timeline import TimelineLine


class ErasureRow(
    ReadModel, table="erasure", key=("stream_id",), private=True, zh="已销毁", en="Erased streams"
):
    """Streams whose keys are to be gone: destroyed again at every start, in case the last one was cut short."""

    stream_id: Annotated[UUID, P0]
    child_id: Annotated[UUID, P0]


OF_ORDERS: tuple[type[ReadModel], ...] = (AccessOrderRow, ExportRow)
"""What is written in a matter of access: it goes when the matter is over."""

erasures = Projection("erasure", zh="销毁", en="Erasure")


@erasures.on(ChildErased)
def erased(_r: Recorded, e: ChildErased) -> Iterator[Write]:
    """Every sealed column of every row about these streams, emptied; the rows and their codes stay.

    Who reported and where the child was placed go as relations, too: their tokens name them. So do the clocks: they
    ring on days that were sealed, that of the coming of age on the birthday. What was written of the child when
    somebody looked in an emergency, or audited, has keys of its own. They go with the child's; where the matter is
    still open, with its end: a review must be able to read what it judges, and to be recorded.
    """
    for stream_id in e.key_scopes:
        yield insert(ErasureRow, stream_id=stream_id, child_id=e.child_id)
        yield from forgotten(stream_id, READ_MODELS.values())
        yield sql(
            "update timeline set details = '{}', late_because = null "
            "where (child_id = %(id)s or case_id = %(id)s) and stream_id = %(id)s",
            id=stream_id,
        )
        yield sql(
            "delete from timeline_values v using timeline t "
            "where t.position = v.position and (t.child_id = %(id)s or t.case_id = %(id)s) "
            "and t.stream_id = %(id)s",
            id=stream_id,
        )
        yield sql(
            "delete from access_relation where subject_id = %(id)s "
            "and (token like 'W:%%' or token like 'L:%%')",
            id=stream_id,
        )
        yield sql("delete from clock where stream_id = %(id)s and task_id is null", id=stream_id)
        yield sql("delete from clock_at_rest where stream_id = %(id)s", id=stream_id)
        yield from refresh(stream_id)
    yield from _settled("%(stream_ids)s::uuid[] && array[o.child_id, o.case_id]", e.key_scopes)


@erasures.on(BreakGlassReviewed, BreakGlassAnsweredFor, AuditOrderEnded)
def settled(r: Recorded, _e: Event[Any]) -> Iterator[Write]:
    """The last word on a matter of an erased child: now its words go as well."""
    yield from _settled("o.order_id = any(%(stream_ids)s::uuid[])", (r.stream_id,))


def _settled(which: LiteralString, stream_ids: tuple[UUID, ...]) -> Iterator[Write]:
    """What was written in matters that are over and are of an erased child or case."""
    yield sql(
        "insert into erasure (stream_id, child_id) select distinct on (o.order_id) o.order_id, e.child_id "
        "from access_order o join erasure e on e.stream_id in (o.child_id, o.case_id) "
        f"where o.is_settled and {which} order by o.order_id, e.child_id on conflict do nothing",
        stream_ids=list(stream_ids),
    )
    for model in OF_ORDERS:
        sets = _sets(model, model.specs)
        yield sql(
            f"update {model.table} set {sets} where order_id in (select stream_id from erasure)"
        )


def forgotten(stream_id: UUID, models: Iterable[type[ReadModel]]) -> Iterator[Write]:
    """Every sealed column of these models' rows about an erased stream, emptied."""
    for model in models:
        yield from _emptied(model, stream_id)


def _sets(model: type[ReadModel], specs: Iterable[FieldSpec]) -> str:
    return ", ".join(filter(None, (_empty(model, s) for s in specs)))


def _emptied(model: type[ReadModel], stream_id: UUID) -> Iterator[Write]:
    names = {s.name for s in model.specs}
    for subject in ("child_id", "case_id"):
        if subject in names and model not in {TimelineLine, *OF_ORDERS}:
            own = [s for s in model.specs if s.name not in model.apart]
            yield from _forgotten(model, own, f"{subject} = %(id)s", stream_id)
            key = ", ".join(model.key)
            about = f"({key}) in (select {key} from {model.table} where {subject} = %(id)s)"
            for side in model.sides:
                yield from _forgotten(model, side.specs, about, stream_id, side.table)


def _forgotten(
    model: type[ReadModel],
    specs: Iterable[FieldSpec],
    about: str,
    stream_id: UUID,
    table: str = "",
) -> Iterator[Write]:
    sets = _sets(model, specs)
    if sets:
        text = f"update {table or model.table} set {sets} where {about}"
        yield Write(text, {"id": stream_id})


def _empty(model: type[ReadModel], spec: FieldSpec) -> str | None:
    """How a column forgets: null, or an empty object. Codes that may not be null say nothing of a person."""
    kind, null = sql_type(spec.type)
    if not spec.sealed and spec.name not in model.forgets:
        return None
    if kind == "jsonb":
        return f"{spec.name} = '{{}}'"
    return f"{spec.name} = null" if null else None
