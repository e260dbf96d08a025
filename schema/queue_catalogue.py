"""队列目录 · What the queues are called and by which clauses they are there: a task names its queue by the code only.

Everybody who is signed in may know which queues there are; who has something in one is told with the tasks.
"""

from __future__ import annotations

import strawberry

from projections.queues import QUEUES
from schema.outcomes import ClauseRef, clause_ref


@strawberry.type(description="队列 · A queue of the catalogue: its name, and why it is there.")
class QueueNamed:
    """``code`` is the ``queue`` of a task, of a count and of a filter."""

    code: str
    zh: str
    en: str
    clauses: list[ClauseRef]


async def queues() -> list[QueueNamed]:
    """All of them, by code."""
    return [
        QueueNamed(
            code=queue.code,
            zh=queue.zh,
            en=queue.en,
            clauses=[clause_ref(c) for c in queue.every_clause],
        )
        for queue in QUEUES.values()
    ]
