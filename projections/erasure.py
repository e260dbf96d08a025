"""销毁 · Erasure: when a child's key is destroyed, what the read models still say of the person goes with it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated
from uuid import UUID

from domain.access.erasure import ChildErased
from domain.sensitivity import P0
from eventlog.entries import Write
from eventlog.recorded import Recorded
from projections.kernel import Projection, insert, sql
from projections.readmodel import READ_MODELS, ReadModel, sql_type


class ErasureRow(
    ReadModel, table="erasure", key=("stream_id",), private=True, zh="已销毁", en="Erased streams"
):
    """Streams whose keys are to be gone: destroyed again at every start, in case the last one was cut short."""

    stream_id: Annotated[UUID, P0]
    child_id: Annotated[UUID, P0]


erasures = Projection("erasure", zh="销毁", en="Erasure")


@erasures.on(ChildErased)
def erased(_r: Recorded, e: ChildErased) -> Iterator[Write]:
    """Every sealed column of every row about these streams, emptied; the rows and their codes stay."""
    for stream_id in e.key_scopes:
        yield insert(ErasureRow, stream_id=stream_id, child_id=e.child_id)
        for model in READ_MODELS.values():
            yield from _emptied(model, stream_id)
        yield sql(
            "update timeline set details = '{}', late_because = null where stream_id = %(id)s",
            id=stream_id,
        )


def _emptied(model: type[ReadModel], stream_id: UUID) -> Iterator[Write]:
    columns = [s.name for s in model.specs if s.sealed and sql_type(s.type)[1]]
    for key in ("child_id", "case_id"):
        if columns and key in {s.name for s in model.specs}:
            sets = ", ".join(f"{c} = null" for c in columns)
            text = f"update {model.table} set {sets} where {key} = %(id)s"
            yield sql(text, id=stream_id)
