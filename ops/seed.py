"""演示数据 · The demo's people and forty synthetic children, each recorded by the person whose work it is.

Everything goes through real commands, so packs, tiers, tasks and clocks follow as they would in life. Command ids
follow from names: what is there is skipped, and a second start is quick.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

from domain.case.dispatch import DispatchPolice, RecordPoliceFindings
from domain.case.intake import AcceptReport
from domain.case.reports import SubmitReport
from domain.child.categories import DetermineCategory
from domain.child.contacts import MakeContact
from domain.child.file import OpenChildFile
from domain.child.guardians import RecordGuardian, RecordGuardianAbsence
from domain.child.home_visits import MakeHomeVisit
from domain.child.state import Child
from domain.context import Actor
from domain.kernel import Command, Refused
from domain.periods import local_date
from domain.terms.care import AbsenceReason, Kinship
from domain.terms.emergency import Finding
from domain.terms.file import CategoryCode, HukouKind, Sex
from domain.terms.places import AreaType
from domain.terms.reports import ReportChannel, ReporterCategory, Trigger
from domain.terms.visits import (
    HomeHazardKind,
    InfringementSign,
    VisitContactChannel,
    VisitContactWith,
)
from eventlog.casebook import Casebook, Request
from ops import demo_world
from ops.demo_world import BY_KEY, PEOPLE, SPACE, UNIT_BY_KEY, UNITS, division
from ops.platform import Platform

SURNAMES = "冉向牟谭龚覃彭易熊田吴冯姚邓文罗汪蒲施顾"
GIVEN = (
    "小禾", "晓雨", "思源", "子涵", "雨桐", "浩宇", "欣怡", "梓萱", "俊杰", "诗语",
    "家豪", "若曦", "天佑", "静怡", "博文", "可欣", "志远", "佳音", "明轩", "安然",
)  # fmt: skip
LAST = "desks"
"""Marks that everything before it is there. Another word where something is added: a demo of before is completed."""


@dataclass(frozen=True)
class Place:
    """Where demo children live: the prefix of its people, its village, the kind of area, how many."""

    prefix: str
    village: str
    area: AreaType
    children: int


PLACES = (
    Place("fj", demo_world.OUYING, AreaType.RURAL, 16),
    Place("cm", demo_world.CHUNGUANG, AreaType.RURAL, 10),
    Place("cn", demo_world.DAJINGENG, AreaType.URBAN, 7),
    Place("jd", demo_world.YINGCHUN, AreaType.URBAN, 7),
)
CASE_EVERY = 6
"""Every so manieth child has an open case."""


def seed(platform: Platform, say: Callable[[str], None]) -> None:
    """Founds the demo's world and its children; what is there already is left as it is."""
    book = platform.casebook
    if platform.store.command(_id(LAST, 0)) is not None:
        say("演示数据已在 · the demo's data are there")
        return
    say("演示人员与机构 · demo people and units")
    demo_world.found(book)
    _Seeding(book, say).all()


class _Seeding:
    """One run over the forty children."""

    def __init__(self, book: Casebook, say: Callable[[str], None]) -> None:
        self.book, self.say, self.now = book, say, book.now()

    def all(self) -> None:
        """The desks' phones, then child after child; the last command marks that nothing is left out."""
        self.contacts()
        total = sum(place.children for place in PLACES)
        done = 0
        for place in PLACES:
            for _ in range(place.children):
                self.child(place, done)
                done += 1
            self.say(f"儿童 · children {done}/{total}")

    def contacts(self) -> None:
        """How each desk is reached, said by somebody who serves there: whom to call is what a report begins with."""
        serving = {who.unit: who.key for who in reversed(PEOPLE)}
        for unit in UNITS:
            if (contact := unit.contact) is not None and unit.key in serving:
                said = uuid5(SPACE, f"contact/{unit.key}")
                self.put(serving[unit.key], contact, said, unit.id, self.now)

    def child(self, place: Place, n: int) -> None:
        """A file with what has happened since it was opened."""
        opened = self.now - timedelta(days=40 + (n * 7) % 60, hours=n % 8)
        child_id = self._file(place, n, opened)
        for command_id, command in self._parents(place, n):
            self.put(f"{place.prefix}_director", command, command_id, child_id, opened)
        for relation in self._away(n):
            self._absence(place, n, child_id, relation, opened)
        code = (
            CategoryCode.LBC_CQ_URBAN_RURAL if place.prefix == "fj" else CategoryCode.LBC_RURAL_SH
        )
        with suppress(Refused):  # not every child meets the definition of its city
            self.put(
                f"{place.prefix}_township",
                DetermineCategory(category=code),
                _id("category", n),
                child_id,
                opened,
            )
        self._visits(place, n, child_id, opened)
        if n % CASE_EVERY == 0:
            self._case(place, n, child_id)
        if n == sum(p.children for p in PLACES) - 1:
            self._mark(place, child_id)

    def _file(self, place: Place, n: int, opened: datetime) -> UUID:
        village = division(place.village)
        command = OpenChildFile(
            child_name=f"{SURNAMES[n % len(SURNAMES)]}{GIVEN[(n * 3) % len(GIVEN)]}",
            sex=Sex.FEMALE if n % 2 else Sex.MALE,
            birth_on=local_date(self.now) - timedelta(days=365 * (5 + n % 11) + 11 * n),
            residence=village,
            residence_address=f"{n % 9 + 1}组{n + 3}号",
            area_type=place.area,
            hukou=village,
            hukou_kind=HukouKind.AGRICULTURAL,
            responsible_person_id=BY_KEY[f"{place.prefix}_director"].id,
            school_unit_id=UNIT_BY_KEY[f"{place.prefix}_school"].id,
        )
        command_id = _id("file", n)
        self.put(f"{place.prefix}_director", command, command_id, None, opened)
        return uuid5(command_id, "stream")

    def _parents(self, place: Place, n: int) -> Iterator[tuple[UUID, Command[Any]]]:
        surname = SURNAMES[n % len(SURNAMES)]
        for relation, name in (
            (Kinship.FATHER, f"{surname}建军"),
            (Kinship.MOTHER, f"{SURNAMES[(n + 5) % len(SURNAMES)]}秀兰"),
        ):
            yield (
                _id(f"guardian/{relation}", n),
                RecordGuardian(
                    relation=relation,
                    guardian_name=name,
                    guardian_phone=f"1380000{n:04d}",
                    guardian_hukou=division(place.village),
                    guardian_hukou_kind=HukouKind.AGRICULTURAL,
                ),
            )

    def _away(self, n: int) -> tuple[Kinship, ...]:
        """Both, or the father alone."""
        return (Kinship.FATHER, Kinship.MOTHER) if n % 3 else (Kinship.FATHER,)

    def _absence(
        self, place: Place, n: int, child_id: UUID, relation: Kinship, opened: datetime
    ) -> None:
        child = self.book.state(Child, child_id)
        assert isinstance(child, Child)
        guardian = next(g for g in child.care.guardians if g.relation == relation)
        command = RecordGuardianAbsence(
            guardian_id=guardian.guardian_id,
            absence_reason=AbsenceReason.WORK,
            away_from_on=local_date(opened) - timedelta(days=30),
            away_to="外省务工",
        )
        self.put(f"{place.prefix}_director", command, _id(f"away/{relation}", n), child_id, opened)

    def _visits(self, place: Place, n: int, child_id: UUID, opened: datetime) -> None:
        """Contacted once, most visited once; some are overdue, as in life."""
        director = f"{place.prefix}_director"
        contact = MakeContact(
            contact_channel=VisitContactChannel.PHONE,
            contact_with=(VisitContactWith.CHILD, VisitContactWith.PARENT),
            visit_notes="孩子情绪稳定,按时上学",
        )
        self.put(director, contact, _id("contact", n), child_id, opened + timedelta(days=12))
        if n % 4:
            visit = MakeHomeVisit(
                child_seen=True,
                signs_checked=tuple(InfringementSign),
                hazards_checked=tuple(HomeHazardKind),
                visit_notes="家中整洁,有成年人照看",
            )
            self.put(director, visit, _id("visit", n), child_id, opened + timedelta(days=28))

    def _case(self, place: Place, n: int, child_id: UUID) -> None:
        """A report; half of them accepted, out and found."""
        at = self.now - timedelta(hours=n % 5 + 2)
        report = SubmitReport(
            report_channel=ReportChannel.ONLINE,
            reporter_category=ReporterCategory.SCHOOL,
            discovered_at=at - timedelta(minutes=20),
            triggers=(Trigger.LIVING_ALONE,),
            situation="独自在家,无人照看",
            incident_place=division(place.village),
            children=(child_id,),
            taken_for_another=True,
        )
        command_id = _id("report", n)
        self.put(f"{place.prefix}_teacher", report, command_id, None, at)
        case_id, police = uuid5(command_id, "stream"), f"{place.prefix}_police"
        if n % (2 * CASE_EVERY):
            return
        for minutes, name, command in (
            (10, "accept", AcceptReport()),
            (15, "dispatch", DispatchPolice()),
            (60, "found", RecordPoliceFindings(findings=(Finding.LIVING_ALONE,))),
        ):
            then = at + timedelta(minutes=minutes)
            self.put(police, command, _id(name, n), case_id, then)

    def _mark(self, place: Place, child_id: UUID) -> None:
        done = MakeContact(
            contact_channel=VisitContactChannel.MESSAGE,
            contact_with=(VisitContactWith.PARENT,),
        )
        self.put(f"{place.prefix}_director", done, _id(LAST, 0), child_id, self.now)

    def put(
        self,
        who: str,
        command: Command[Any],
        command_id: UUID,
        stream_id: UUID | None,
        at: datetime,
    ) -> None:
        """Put once: a command id that is known has done its work, whatever day it was."""
        if self.book.store.command(command_id) is None:
            self.book.perform(
                Request(
                    command=command,
                    command_id=command_id,
                    actor=_actor(who),
                    stream_id=stream_id,
                    occurred_at=at,
                    late_because="演示数据",
                )
            )


def _id(what: str, n: int) -> UUID:
    return uuid5(SPACE, f"seed/{n}/{what}")


def _actor(key: str) -> Actor:
    """A demo person in the post they hold."""
    who = BY_KEY[key]
    unit = UNIT_BY_KEY[who.unit]
    return Actor(
        person_id=who.id,
        role=who.role,
        unit_id=unit.id,
        division_id=division(who.division or unit.division),
        assignment_id=who.assignment_id,
    )
