"""判重 · Before a child is registered: whether there is a file of it already, and which unit keeps it.

One child, one file (SH2020-3.2-g, CQ2016-3.2-k, CN2017-5.1-af). Whoever registers asks by an identity they hold, an id
number or a name with a birth date, and learns that a file exists and whom to ask; the file itself stays as far away as
it was, and its id is told only within reach. Each question is a look, at whoever was found, and is journaled.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from uuid import UUID

import strawberry

from domain.child.file import OpenChildFile
from domain.child.identity import clean_id_number
from domain.child.screening import ScreenChild
from domain.periods import SHANGHAI, local_date
from domain.refusals import Refused
from domain.sensitivity import P1
from domain.terms.units import UnitKind
from projections.journal import look_at
from projections.reader import Reads, Row
from schema.context import RequestContext
from schema.objects import Info
from schema.transport.errors import Code, CodedError

ACT = "possible_duplicates"
REGISTERS = (OpenChildFile.name, ScreenChild.name)
"""The acts by which somebody becomes a child on file."""
FOUND_MAX = 5
"""More than one file of an identity is a fault already; a page of them would be a list of children."""
ASKED = "select sec.asked_on_file(%(since)s::timestamptz) as asked"
ON_FILE = (
    "select * from sec.on_file(%(number)s::text, %(name)s::text, %(born)s::date, %(most)s::int)"
)


@strawberry.type(
    description="疑似重复档案 · A file of this identity: that there is one, and whom to ask."
)
class PossibleDuplicate:
    """Nothing of the child that was not in the question."""

    unit_id: UUID | None = strawberry.field(description="保管单位 · The unit that keeps the file")
    unit_name: str | None
    by_id_number: bool = strawberry.field(
        description="证件号相符 · Found by the id number; else by name and birth date"
    )
    child_id: UUID | None = strawberry.field(
        description="儿童 · The file, where it is within the viewer's reach"
    )


async def possible_duplicates(
    info: Info,
    name: str | None = None,
    birth_date: date | None = None,
    id_number: str | None = None,
) -> list[PossibleDuplicate] | None:
    """The files of one identity; null for whoever registers nobody."""
    context = info.context
    if not registers(context):
        context.denied("child", ACT)
        return None
    number, called = _number(id_number), (name or "").strip()
    if number is None and not (called and birth_date):
        raise CodedError(
            Code.BAD_USER_INPUT,
            zh="须写明证件号,或姓名和出生日期",
            en="Give the id number, or name and birth date",
            field="birthDate" if called else "name",
        )
    reads = await context.reads()
    await _within_the_day(context, reads)
    given = {"number": number, "name": called or None, "born": birth_date, "most": FOUND_MAX}
    rows = await reads.rows(ON_FILE, given)
    for subject in [row["child_id"] for row in rows] or [None]:
        context.others.append(look_at("child", ACT, subject, classes={P1}))
    return [_told(context, row) for row in rows]


async def _within_the_day(context: RequestContext, reads: Reads) -> None:
    """Whoever registers asks some dozens of times a day; more is a search through the children of the country.

    Raises ``THROTTLED`` until the next local day. What was asked in this very request is not in the journal yet.
    """
    services, now = context.services, context.services.now()
    today = local_date(now)
    rules = services.rules_at(context.assignment.division_id, today)
    most = rules.count("duplicate_questions_a_day")
    midnight = datetime.combine(today, time.min, SHANGHAI)
    (asked,) = await reads.rows(ASKED, {"since": midnight})
    here = sum(kind.act == ACT for kind, _ in context.others)
    if asked["asked"] + here < most:
        return
    context.denied("child", ACT)
    left = midnight + timedelta(days=1) - now
    raise CodedError(
        Code.THROTTLED,
        zh=f"今日判重查询已达{most}次上限,请明日再查,或请乡镇(街道)代查",
        en=f"The {most} questions of today are asked: ask tomorrow, or let the township ask",
        extra={"limit": most},
        headers={"Retry-After": str(int(left.total_seconds()) + 1)},
    )


def registers(context: RequestContext) -> bool:
    """Whether this capacity, for this purpose, makes anybody a child on file."""
    mine, gate = context.assignment, context.services.gate()
    own = frozenset[str]().union(*mine.tokens.values()) - mine.conflicts
    return any(gate.permits(mine, act, "child", own, context.purpose).allowed for act in REGISTERS)


def _number(text: str | None) -> str | None:
    """The number in its one form. Raises ``BAD_USER_INPUT`` for what is none, in the words of registering."""
    try:
        return clean_id_number(text)
    except Refused as refused:
        label, field = refused.label, refused.field
        raise CodedError(Code.BAD_USER_INPUT, zh=label.zh, en=label.en, field=field) from None


def _told(context: RequestContext, row: Row) -> PossibleDuplicate:
    """Where a file has no unit of its own yet, the one that is asked is that of its place."""
    services = context.services
    directory = services.casebook.directory()
    unit = directory.units.get(row["unit_id"]) or directory.owner_for(
        UnitKind.TOWNSHIP, row["residence_id"], services.divisions, local_date(services.now())
    )
    return PossibleDuplicate(
        unit_id=unit.id if unit else None,
        unit_name=unit.name if unit else None,
        by_id_number=row["by_number"],
        child_id=row["child_id"] if row["reached"] else None,
    )
