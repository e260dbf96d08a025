"""销毁 · Erasure: when a child's key is destroyed, what the read models still say of the person goes with it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated
from uuid import UUID

from domain.access.erasure import ChildErased
from domain.fields import FieldSpec
from domain.sensitivity import P0
from eventlog.entries import Write
from eventlog.recorded import Recorded
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


erasures = Projection("erasure", zh="销毁", en="Erasure")


@erasures.on(ChildErased)
def erased(_r: Recorded, e: ChildErased) -> Iterator[Write]:
    """Every sealed column of every row about these streams, emptied; the rows and their codes stay.

    Who reported and where the child was placed go as relations, too: their tokens name them. What was written of the
    child when somebody looked in an emergency has a key of its own, and goes with the child's.
    """
    yield sql(
        "insert into erasure (stream_id, child_id) select order_id, %(child_id)s from access_order "
        "where child_id = %(child_id)s and order_kind = 'BREAK_GLASS' on conflict do nothing",
        child_id=e.child_id,
    )
    for stream_id in e.key_scopes:
        yield insert(ErasureRow, stream_id=stream_id, child_id=e.child_id)
        for model in READ_MODELS.values():
            yield from _emptied(model, stream_id)
        yield sql(
            "update timeline set details = '{}', late_because = null where stream_id = %(id)s",
            id=stream_id,
        )
        yield sql(
            "delete from access_relation where subject_id = %(id)s "
            "and (token like 'W:%%' or token like 'L:%%')",
            id=stream_id,
        )
        yield from refresh(stream_id)


def _emptied(model: type[ReadModel], stream_id: UUID) -> Iterator[Write]:
    names = {s.name for s in model.specs}
    sets = ", ".join(filter(None, (_empty(model, s) for s in model.specs)))
    for key in ("child_id", "case_id"):
        if sets and key in names and model is not TimelineLine:
            yield sql(f"update {model.table} set {sets} where {key} = %(id)s", id=stream_id)


def _empty(model: type[ReadModel], spec: FieldSpec) -> str | None:
    """How a column forgets: null, or an empty object. Codes that may not be null say nothing of a person."""
    kind, null = sql_type(spec.type)
    if not spec.sealed and spec.name not in model.forgets:
        return None
    if kind == "jsonb":
        return f"{spec.name} = '{{}}'"
    return f"{spec.name} = null" if null else None
