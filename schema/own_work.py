"""What is read of one's own work: a unit's ledger, queue and counts, the children one is responsible for."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

import strawberry

from domain.child.file_state import FileStatus
from domain.sensitivity import P1, P1_PLACE, P2, P4, Sensitivity
from projections.child import ChildRow
from projections.open_needs import OpenNeedRow
from projections.row_law import Words
from projections.work_item import WorkItemRow
from schema.names import PEOPLE
from schema.relations import Many, Relation, Shown

CASELOAD = Relation(
    ChildRow,
    "Child",
    "child.responsible_person_id = %(person)s and child.file_status = 'OPEN'",
    many=Many.PAGE,
    shown=Shown.BY_LOOK,
)


@strawberry.enum(description="台账范围 · Which files of a ledger.")
class LedgerStatus(StrEnum):
    """By how far a file has come (D.7)."""

    OPEN = "OPEN"
    CLOSED = "CLOSED"
    ALL = "ALL"


FILES: Mapping[LedgerStatus, tuple[FileStatus, ...]] = {
    LedgerStatus.OPEN: (FileStatus.SCREENED, FileStatus.OPEN, FileStatus.DORMANT),
    LedgerStatus.CLOSED: (FileStatus.CLOSED,),
    LedgerStatus.ALL: tuple(s for s in FileStatus if s is not FileStatus.NONE),
}
"""What each is: a file that rests is on the ledger, one that is closed or merged is not."""


def files_of(status: str | None) -> list[str]:
    """The states of the files that are asked for; of those on the ledger where nothing is said."""
    return [state.value for state in FILES[LedgerStatus(status or LedgerStatus.OPEN)]]


LEDGER = Relation(
    ChildRow,
    "Child",
    "child.file_status = any(%(status)s::text[]) "
    "and (%(division)s::text is null or child.tokens @> array['R:' || %(division)s::text] "
    "and child.tokens && (select sec.scope('child', 'P1_PLACE'))::text[]) "
    "and (%(school)s::uuid is null or child.school_unit_id = %(school)s::uuid "
    "and child.tokens && (select sec.scope('child', 'P2'))::text[]) "
    "and (%(name)s::text is null or strpos(child.name, %(name)s::text) > 0 "
    "and child.tokens && (select sec.scope('child', 'P1'))::text[]) "
    "and (%(category)s::text is null or %(category)s::text = any(child.categories) "
    "and child.tokens && (select sec.scope('child', 'P2'))::text[]) "
    "and (%(responsible)s::uuid is null or child.responsible_person_id = %(responsible)s::uuid "
    "and child.tokens && (select sec.scope('child', 'P2'))::text[]) "
    "and (%(tier)s::text is null or exists (select from child_p4 c where c.child_id = child.child_id "
    "and c.tier = %(tier)s::text and c.tokens && (select sec.scope('child', 'P4'))::text[]))",
    many=Many.PAGE,
    shown=Shown.BY_LOOK,
    reached_by=("division", "school"),
)
"""台账: the files of a division, or of a school, as far as the viewer reaches.

Those are left out of which the viewer may not know what is asked by, the home (P1_PLACE), the school (P2), the tier
(P4): the filter would tell it.
"""
LEDGER_ASKS: Mapping[str, Sensitivity] = {
    "division": P1_PLACE,
    "school": P2,
    "name": P1,
    "category": P2,
    "responsible": P2,
    "tier": P4,
}
"""The class of a child that each argument of the ledger asks by."""
_IN_REACH = (
    "select substr(t.token, 3) from unnest((select sec.scope('need', 'P0'))::text[]) as t (token) "
    "union all select p.id from unnest((select sec.scope('need', 'P0'))::text[]) as t (token) "
    "join ref.division_parent p on p.parent_id = substr(t.token, 3)"
)
"""The divisions of the tokens, and those right under them. A need names its district, and its tokens that and its
province (``projections.open_needs``): so these are where to look, and each row is judged by its tokens as ever."""
OPEN_NEEDS = Relation(
    OpenNeedRow,
    "OpenNeed",
    f"open_need.division_id = any(array({_IN_REACH})) and "
    "(%(service)s::text is null or open_need.service = %(service)s::text "
    "and open_need.tokens && (select sec.scope('need', 'P2'))::text[])",
    many=Many.PAGE,
    shown=Shown.BY_TOKENS,
)
WORK_QUEUE = Relation(
    WorkItemRow,
    "WorkItem",
    "work_item.owner_unit_id = %(unit)s and work_item.queue = %(queue)s and work_item.is_open",
    many=Many.PAGE,
    shown=Shown.BY_TOKENS,
)
WORK_DONE = Relation(
    WorkItemRow,
    "WorkItem",
    "work_item.owner_unit_id = %(unit)s and not work_item.is_open "
    "and (%(queue)s::text is null or work_item.queue = %(queue)s::text) "
    "and work_item.completed_at >= case when %(since)s::date is null then '-infinity' "
    "else %(since)s::date::timestamp at time zone 'Asia/Shanghai' end "
    "and work_item.completed_at < case when %(until)s::date is null then 'infinity' "
    "else (%(until)s::date + 1)::timestamp at time zone 'Asia/Shanghai' end "
    "and (%(late)s::boolean is null or "
    "(work_item.completed_at > work_item.due_at) = %(late)s::boolean) "
    "and (%(person)s::uuid is null or work_item.named_person_id = %(person)s::uuid "
    "and work_item.tokens && (select sec.scope('work_item', 'P2'))::text[])",
    many=Many.PAGE,
    shown=Shown.BY_TOKENS,
    descending=True,
    by=("completed_at", "task_id"),
)
"""What is over of a unit's work, between two days (both are in it), the latest first.

Days that are not given are bounds as well, so that it is read along the index of a unit's days, however much was done;
by ``case``, as ``coalesce`` counts as a function that might tell of a row before row security has let it through.
"""
_COUNTS = (
    "count(*) as open, "
    "count(*) filter (where work_item.status = 'CREATED') as created, "
    "count(*) filter (where work_item.status = 'ACCEPTED') as accepted, "
    "count(*) filter (where work_item.status = 'IN_PROGRESS') as in_progress, "
    "count(*) filter (where work_item.due_at < %(now)s) as overdue, "
    "count(*) filter (where work_item.escalation > 0) as escalated"
)
WORK_QUEUES = (
    f"select work_item.queue, work_item.owner_unit_id, {_COUNTS} from work_item "  # noqa: S608 - a literal of this package
    "where work_item.is_open "
    "and (work_item.owner_unit_id = %(unit)s or work_item.named_person_id = %(person)s) "
    "group by work_item.queue, work_item.owner_unit_id "
    "order by work_item.queue, work_item.owner_unit_id"
)
"""One row a queue: how much is open, in which state, late and escalated, under the viewer's own reach."""
_OF_UNIT = (
    "from work_item where work_item.is_open and work_item.owner_unit_id = %(unit)s "
    "and (%(queue)s::text is null or work_item.queue = %(queue)s){narrowed} "
)
LOAD_OF_QUEUES = (
    f"select work_item.queue, work_item.owner_unit_id, {_COUNTS}, "
    f"min(work_item.due_at) as oldest_due_at {_OF_UNIT}"
    "group by work_item.queue, work_item.owner_unit_id order by work_item.queue"
)
LOAD_OF_PEOPLE = (
    "select work_item.named_person_id as person_id, ({person}) as person_name, count(*) as open, "
    "count(*) filter (where work_item.due_at < %(now)s) as overdue, "
    "count(*) filter (where work_item.escalation > 0) as escalated, "
    f"min(work_item.due_at) as oldest_due_at {_OF_UNIT}"
    "and work_item.tokens && (select sec.scope('work_item', 'P2'))::text[] "
    "group by work_item.named_person_id order by work_item.named_person_id nulls first"
)
"""What a unit has open, by queue and by named person; ``{narrowed}`` is the place of a filter, ``{person}`` that of a
person's name."""


def of_people(words: Words | None = None) -> str:
    """``LOAD_OF_PEOPLE`` with what each is called (``schema.names``), in a plan limited by its own words too."""
    named = PEOPLE.query(words).replace("%(id)s", "work_item.named_person_id")
    return LOAD_OF_PEOPLE.replace("{person}", named)
