"""判重 · Before a child is registered: whether there is a file of it already, and which unit keeps it.

One child, one file (SH2020-3.2-g, CQ2016-3.2-k, CN2017-5.1-af). Whoever registers asks by an identity they hold, an id
number or a name with a birth date, and learns that a file exists and whom to ask; the file itself stays as far away as
it was, and its id is told only within reach. Each question is a look, at whoever was found, and is journaled.
"""

from __future__ import annotations

from datetime import date
from uuid import UUID

import strawberry

from domain.child.file import OpenChildFile
from domain.child.identity import clean_id_number
from domain.child.screening import ScreenChild
from domain.periods import local_date
from domain.refusals import Refused
from domain.sensitivity import P1
from domain.terms.units import UnitKind
from projections.journal import look_at
from projections.reader import Row
from schema.context import RequestContext
from schema.objects import Info
from schema.transport.errors import Code, CodedError

ACT = "possible_duplicates"
REGISTERS = (OpenChildFile.name, ScreenChild.name)
"""The acts by which somebody becomes a child on file."""
FOUND_MAX = 5
"""More than one file of an identity is a fault already; a page of them would be a list of children."""
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
    given = {"number": number, "name": called or None, "born": birth_date, "most": FOUND_MAX}
    rows = await (await context.reads()).rows(ON_FILE, given)
    for subject in [row["child_id"] for row in rows] or [None]:
        context.others.append(look_at("child", ACT, subject, classes={P1}))
    return [_told(context, row) for row in rows]


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
