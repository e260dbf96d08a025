"""任务分工概况 · The tasks of the three-year plan with the bodies that answer for them, and how their work stands."""

from __future__ import annotations

import strawberry

from domain.responsibility import PLAN, division_of_work
from domain.terms.oversight import CityBody
from schema.objects import Info
from schema.scalars import enum_type

enum_type(CityBody)  # its values are described in both languages
BOARD = """
select t.code,
       count(w.task_id) as open,
       count(w.task_id) filter (where w.due_at < %(now)s) as overdue,
       count(w.task_id) filter (where w.escalation > 0) as escalated
from unnest(%(codes)s::text[], %(prefixes)s::text[]) as t(code, prefix)
left join work_item w on w.is_open
     and exists (select from unnest(w.clauses) c where starts_with(c, t.prefix))
group by t.code
"""


@strawberry.type(description="任务分工 · One task of the plan: who answers for it, what is open.")
class ResponsibilityType:
    """Counts under the viewer's own reach, as every count of tasks."""

    task: str
    section: str
    bodies: list[CityBody]
    open: int
    overdue: int
    escalated: int


async def responsibilities(info: Info) -> list[ResponsibilityType]:
    """The board of the city: every task, also those of which nothing is open."""
    rows = division_of_work()
    reads = await info.context.reads()
    counted = {
        r["code"]: r
        for r in await reads.rows(
            BOARD,
            {
                "now": info.context.services.now(),
                "codes": list(rows),
                "prefixes": [f"{PLAN}-{row.section}-" for row in rows.values()],
            },
        )
    }
    return [
        ResponsibilityType(
            task=code,
            section=row.section,
            bodies=[body for body in CityBody if body.value in row.bodies],
            open=counted[code]["open"],
            overdue=counted[code]["overdue"],
            escalated=counted[code]["escalated"],
        )
        for code, row in rows.items()
    ]
