"""A pupil that changes schools: what the old school had to do about it is the new school's (SH2020-5.4-a)."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from domain.child.bullying import RecordBullyingIncident
from domain.child.file import EnrolmentRecorded
from domain.child.truancy import RecordTruancy
from domain.terms.places import DivisionId
from domain.terms.school import BullyingKind
from domain.terms.units import UnitKind
from domain.unit.posts import RegisterUnit
from eventlog.casebook import Request
from ops.platform import retell_all
from tests.database import Database
from tests.dsl import an_id
from tests.projections.moving import CAOTANG, offices_on
from tests.projections.snapshot import digests
from tests.projections.town import BAIDI, SECRETS, TEACHER, Town, filed, unit_id

RUN = ("Q-61", "Q-62")
"""Ask at home, and review for dropout: opened once, with the first day of a run."""


def school(town: Town, key: str, where: str) -> UUID:
    """A school on the platform."""
    register = RegisterUnit(kind=UnitKind.SCHOOL, unit_name=key, division_id=DivisionId(where))
    request = Request(command=register, command_id=an_id(f"register {key}"), stream_id=unit_id(key))
    town.platform.casebook.perform(request)
    return unit_id(key)


def enrol(town: Town, child: UUID, **where: Any) -> None:
    """As its new school tells it."""
    told: Any = EnrolmentRecorded.Command
    town.do(told(**where), child, TEACHER)


def test_what_was_to_be_done_about_a_pupil_that_changes_schools_is_with_who_can_do_it(
    database: Database,
) -> None:
    with offices_on(database) as town:
        old, new = school(town, "old school", BAIDI), school(town, "new school", CAOTANG)
        child = filed(town.at("2025-03-03 09:00"))
        enrol(town, child, school_unit_id=old)
        town.do(RecordTruancy(absence_dates=(date(2025, 3, 3),)), child, TEACHER)
        incident = RecordBullyingIncident(
            bullying_kind=(BullyingKind.VERBAL,), bullying_facts="课间被起绰号"
        )
        town.do(incident, child, TEACHER)
        assert {town.task(q)["owner_unit_id"] for q in (*RUN, "Q-65")} == {old}
        enrol(town.at("2025-03-05 09:00"), child, school_unit_id=old, grade="三年级")
        assert {town.task(q)["owner_unit_id"] for q in (*RUN, "Q-65")} == {old}, "still its pupil"
        enrol(town, child, school_unit_id=new)
        assert {town.task(q)["owner_unit_id"] for q in RUN} == {new}
        # what happened at the old school, which acts on the file no longer, is not the new one's
        assert town.task("Q-65")["owner_unit_id"] == unit_id("education")
        live = digests(town)
        retell_all(town.platform.ways, SECRETS, lambda _: None)
        assert digests(town) == live
        enrol(town, child, school_name="外县学校")
        assert {town.task(q)["owner_unit_id"] for q in RUN} == {unit_id("education")}
