"""截至期末 · The head of a child or case for whoever may look at a period alone that is over: as known at its end.

An audit order of last March is no look at the child of today. The rows within that say when they stood are cut by row
security; the head has one row, of today, and is told anew up to the end of the period (``projections.as_known``).
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from domain.periods import SHANGHAI
from domain.sensitivity import P0
from eventlog.casebook import Casebook
from projections.as_known import Moment, Rows, as_known
from projections.case import CaseRow
from projections.child import ChildRow
from projections.lookup import Lookup
from projections.reader import Row
from projections.readmodel import ReadModel

HEADS: dict[str, type[ReadModel]] = {"child": ChildRow, "case": CaseRow}
NO_HEAD = 2
"""Columns of a row that is looked up only for who sees it: its id and its tokens."""


def end_of(day: date) -> datetime:
    """The last moment of a local day."""
    return datetime.combine(day + timedelta(days=1), time(), SHANGHAI) - timedelta(microseconds=1)


async def told(
    casebook: Casebook,
    lookup: Lookup,
    key: UUID,
    moment: Moment,
    wanted: tuple[tuple[str, str], ...],
) -> dict[str, Rows]:
    """The rows that the history of one stream tells up to a moment, in a thread."""

    def work() -> dict[str, Rows]:
        return as_known(lookup.pool, [casebook.store.history(key)], moment, wanted)

    return await asyncio.get_running_loop().run_in_executor(None, work)


async def as_it_was(
    obj: str, row: Row, day: date, tell: Callable[[UUID, Moment, Any], Any]
) -> None:
    """Puts what was known at the end of ``day`` in the place of what the row says; nothing where there was nothing.

    ``tell``: ``told`` for the platform at hand.
    """
    model = HEADS[obj]
    found = await tell(
        row[f"{obj}_id"], Moment(recorded=end_of(day)), ((model.table, model.key[0]),)
    )
    then = next(iter(found[model.table]), None)
    for spec in model.specs:
        if spec.name not in row or spec.name in model.key:
            continue
        if then is not None:
            row[spec.name] = then[spec.name]
        elif spec.sensitivity is not P0:
            row[spec.name] = None
