"""A township of Fengjie on a real database: its units, one person in each, and a clock that is told the time."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

import psycopg
from psycopg.rows import dict_row

from domain.case.dispatch import DispatchPolice, RecordPoliceFindings
from domain.case.intake import AcceptReport
from domain.case.notices import NotifyTownship
from domain.case.reports import SubmitReport
from domain.child.file import OpenChildFile
from domain.context import SYSTEM, Actor
from domain.kernel import Command
from domain.terms.emergency import Finding
from domain.terms.file import Sex
from domain.terms.places import AreaType, DivisionId
from domain.terms.reports import ReportChannel, ReporterCategory, Trigger
from domain.terms.roles import Role
from domain.terms.units import UnitKind
from domain.terms.workforce import CHILD_FACING, CheckResult
from domain.unit.posts import AppointPerson, RegisterUnit
from domain.unit.state import Unit
from domain.unit.vetting import CompleteEmploymentCheck, RequestEmploymentCheck
from eventlog.casebook import Done, Request
from ops.platform import Platform, Ways, compose, prepare
from ops.secrets_file import Secrets
from tests.database import READER_PASSWORD, WRITER_PASSWORD, Database
from tests.dsl import an_id, local, place

FENGJIE, BAIDI = place("重庆市/奉节县"), place("重庆市/奉节县/白帝镇")
HUANHUA = place("重庆市/奉节县/白帝镇/浣花社区居民委员会")
CHANGNING = place("上海市/长宁区")
SECRETS = Secrets(
    master_key=hashlib.sha256(b"master of the tests").digest(),
    scope_key=hashlib.sha256(b"scope of the tests").digest(),
    token_key=hashlib.sha256(b"token of the tests").digest(),
    writer_password=WRITER_PASSWORD,
    reader_password=READER_PASSWORD,
)
UNITS = {
    "police": (UnitKind.POLICE, BAIDI, (("officer", Role.POLICE), ("second officer", Role.POLICE))),
    "district police": (UnitKind.DISTRICT_POLICE, FENGJIE, (("chief", Role.POLICE),)),
    "township": (
        UnitKind.TOWNSHIP,
        BAIDI,
        (("clerk", Role.TOWNSHIP), ("supervisor", Role.CHILD_SUPERVISOR)),
    ),
    "civil affairs": (
        UnitKind.DISTRICT_CIVIL_AFFAIRS,
        FENGJIE,
        (("official", Role.DISTRICT_CIVIL_AFFAIRS),),
    ),
    "village": (
        UnitKind.VILLAGE_COMMITTEE,
        HUANHUA,
        (("committee member", Role.VILLAGE_COMMITTEE), ("director", Role.CHILD_DIRECTOR)),
    ),
}
"""Key → kind, territory, and who serves there in which role."""


def unit_id(key: str) -> UUID:
    return an_id(f"unit {key}")


@dataclass
class Town:
    """The platform at a time of the story. ``at`` sets the clock; ``do`` puts a command at that time."""

    platform: Platform
    now: list[datetime] = field(default_factory=lambda: [local("2025-03-03 08:00")])
    number: int = 0

    def at(self, text: str) -> Town:
        self.now[0] = local(text)
        return self

    def do(
        self,
        command: Command[Any],
        stream: UUID | None = None,
        by: Actor = SYSTEM,
        at: datetime | None = None,
    ) -> Done:
        """``at``: when it happened, if that is recorded late."""
        self.number += 1
        request = Request(
            command=command,
            command_id=an_id(f"step {self.number}"),
            actor=by,
            stream_id=stream,
            occurred_at=at,
            late_because="停电" if at else None,
        )
        return self.platform.casebook.perform(request)

    def rows(self, query: str, **params: Any) -> list[dict[str, Any]]:
        with psycopg.connect(self.platform.ways.admin_dsn, row_factory=dict_row) as conn:
            return conn.execute(query.encode(), params).fetchall()

    def tasks(self, queue: str) -> list[dict[str, Any]]:
        """The rows of one queue, the oldest first."""
        return self.rows(
            "select * from read.work_item where queue = %(queue)s order by position, task_id",
            queue=queue,
        )

    def task(self, queue: str) -> dict[str, Any]:
        """The one task of a queue that is open."""
        (found,) = [t for t in self.tasks(queue) if t["is_open"]]
        return found

    def events(self, name: str) -> int:
        """How often this was recorded."""
        (row,) = self.rows(
            "select count(*) as n from read.timeline where name = %(name)s", name=name
        )
        return int(row["n"])

    def tokens(self, table: str, key: str, subject: UUID) -> set[str]:
        (row,) = self.rows(f"select tokens from read.{table} where {key} = %(id)s", id=subject)
        return set(row["tokens"])


def actor(name: str, role: Role, unit: str) -> Actor:
    return Actor(person_id=an_id(name), role=role.value, unit_id=unit_id(unit))


OFFICER = actor("officer", Role.POLICE, "police")
CLERK = actor("clerk", Role.TOWNSHIP, "township")
SUPERVISOR = actor("supervisor", Role.CHILD_SUPERVISOR, "township")
DIRECTOR = actor("director", Role.CHILD_DIRECTOR, "village")
TEACHER = Actor(person_id=an_id("teacher"), role=Role.CLASS_TEACHER.value)


def ways_of(database: Database) -> Ways:
    return Ways(
        admin_dsn=database.admin_dsn,
        writer_dsn=database.writer_dsn,
        reader_dsn=database.reader_dsn,
    )


@contextmanager
def platform_at(database: Database, now: list[datetime]) -> Iterator[Platform]:
    """One process over the database, its clock the list's only entry."""
    platform = compose(ways_of(database), SECRETS, now=lambda: now[0])
    try:
        yield platform
    finally:
        platform.close()


@contextmanager
def town_on(database: Database, *, units: bool = True) -> Iterator[Town]:
    """The town; without ``units`` an empty platform on its first day."""
    prepare(ways_of(database), SECRETS, lambda _: None)
    now = [local("2025-03-03 08:00")]
    with platform_at(database, now) as platform:
        town = Town(platform, now)
        if units:
            found(town)
        yield town


def found(town: Town) -> None:
    """Registers the units under ids that follow from their keys, and appoints their people."""
    for key, (kind, where, people) in UNITS.items():
        town.platform.casebook.perform(
            Request(
                command=RegisterUnit(kind=kind, unit_name=key, division_id=DivisionId(where)),
                command_id=an_id(f"register {key}"),
                stream_id=unit_id(key),
            )
        )
        for name, role in people:
            if role in CHILD_FACING:
                vetted(town, name, role, unit_id(key))
            town.do(AppointPerson(person_id=an_id(name), person_name=name, role=role), unit_id(key))


def vetted(town: Town, name: str, role: Role, unit: UUID) -> None:
    """The clear employment check before a post close to children."""
    asked = RequestEmploymentCheck(person_id=an_id(name), person_name=name, role=role)
    town.do(asked, unit)
    state = town.platform.casebook.state(Unit, unit)
    assert isinstance(state, Unit)
    check = next(c.check_id for c in state.workforce.checks if c.person_id == an_id(name))
    town.do(CompleteEmploymentCheck(check_id=check, check_result=CheckResult.CLEAR), unit)


def filed(
    town: Town,
    name: str = "莫小雨",
    where: str = HUANHUA,
    area_type: AreaType | None = None,
    at: datetime | None = None,
) -> UUID:
    """A girl on file, opened by the clerk, who lives there."""
    opening = OpenChildFile(
        child_name=name,
        sex=Sex.FEMALE,
        birth_on=date(2014, 5, 6),
        residence=DivisionId(where),
        area_type=area_type,
    )
    return town.do(opening, by=CLERK, at=at).stream_id


def reported(town: Town, when: str = "2025-03-03 09:00", *, where: str = BAIDI) -> UUID:
    """A teacher's report of a child that lives alone; the case."""
    town.at(when)
    report = SubmitReport(
        report_channel=ReportChannel.IN_PERSON,
        reporter_category=ReporterCategory.SCHOOL,
        discovered_at=local(when),
        triggers=(Trigger.LIVING_ALONE,),
        situation="一个人住了两个星期",
        incident_place=DivisionId(where),
    )
    return town.do(report, by=TEACHER).stream_id


def notified(town: Town) -> UUID:
    """The same case as far as the police's notice to the township at 11:30."""
    case = reported(town)
    town.at("2025-03-03 09:10").do(AcceptReport(), case, OFFICER)
    town.at("2025-03-03 09:20").do(DispatchPolice(), case, OFFICER)
    town.at("2025-03-03 10:00").do(
        RecordPoliceFindings(findings=(Finding.LIVING_ALONE,)), case, OFFICER
    )
    town.at("2025-03-03 11:30").do(NotifyTownship(notice_text="儿童独自居住"), case, OFFICER)
    return case
