"""A small county with figures one can work out by hand: three towns, twenty-eight children, a spring of visits.

Baidi 12 (of Huanhua village), Caotang 9, Kangle 7. All files are opened on 3 March 2025, so by the platform's cadence
(a contact a month, a home visit in two) the first contact is due on 3 April and the first home visit on 3 May.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, Self
from uuid import UUID, uuid5

from authz.gate import Assignment
from domain.child.categories import DetermineCategory
from domain.child.contacts import MakeContact
from domain.child.corrections import CorrectEvent
from domain.child.file import OpenChildFile
from domain.child.guardians import RecordGuardian, RecordGuardianAbsence
from domain.context import Actor
from domain.kernel import Command
from domain.terms.care import AbsenceReason, Kinship
from domain.terms.file import CategoryCode, Sex
from domain.terms.places import AreaType, DivisionId
from domain.terms.visits import VisitContactChannel, VisitContactResult, VisitContactWith
from eventlog.casebook import Done, Request
from projections.reader import reader_pool
from schema.build import build
from schema.context import RequestContext
from tests.dsl import an_id, local, place
from tests.projections.town import BAIDI, CLERK, FENGJIE, HUANHUA, Town, unit_id

CAOTANG, KANGLE = place("重庆市/奉节县/草堂镇"), place("重庆市/奉节县/康乐镇")
CHONGQING = place("重庆市")
HOMES = {HUANHUA: 12, CAOTANG: 9, KANGLE: 7}
NAMES = "甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳午"

REPORT = """
query($code: String!, $division: ID!, $asOf: Date, $period: String, $first: Int, $after: Int) {
  report(code: $code, division: $division, asOf: $asOf, period: $period) {
    code asOf fromOn toOn clauses { id }
    figures {
      key value outOf unit suppressed
      breakdown { key cells { cell zh en value suppressed } }
      compared { division name value outOf }
      traceable(first: $first, after: $after) { eventIds next }
    }
  }
}
"""
SCHEMA = build()


@dataclass
class County:
    """The town's platform with the children of the county."""

    town: Town
    children: dict[str, list[UUID]] = field(default_factory=dict)
    steps: int = 0

    def put(
        self, command: Command[Any], child: UUID, by: Actor = CLERK, occurred: str | None = None
    ) -> Done:
        """A command now, or one entered late."""
        self.steps += 1
        return self.town.platform.casebook.perform(
            Request(
                command=command,
                command_id=an_id(f"county {self.steps}"),
                actor=by,
                stream_id=child,
                occurred_at=local(occurred) if occurred else None,
                late_because="补录" if occurred else None,
            )
        )

    def contacted(self, child: UUID, when: str, occurred: str | None = None) -> Done:
        """The director spoke with the child."""
        self.town.at(when)
        return self.put(
            MakeContact(
                contact_channel=VisitContactChannel.PHONE,
                contact_with=(VisitContactWith.CHILD,),
                contact_result=VisitContactResult.REACHED,
            ),
            child,
            occurred=occurred,
        )

    def told(self) -> Self:
        """With the later projections up to date."""
        self.town.platform.runner.catch_up()
        return self

    def report(
        self, code: str, division: str = FENGJIE, *, by: Assignment, purpose: str, **more: Any
    ) -> dict[str, Any] | None:
        """The report as this assignment is answered."""
        given = {"code": code, "division": division, **more}
        data = self.ask(REPORT, given, by, purpose)
        found: dict[str, Any] | None = data["report"]
        return found

    def ask(
        self, query: str, given: Mapping[str, Any], by: Assignment, purpose: str
    ) -> dict[str, Any]:
        """One GraphQL operation that must have no errors."""
        return asyncio.run(self._asked(query, given, by, purpose))

    async def _asked(
        self, query: str, given: Mapping[str, Any], by: Assignment, purpose: str
    ) -> dict[str, Any]:
        pool = reader_pool(self.town.platform.ways.reader_dsn, size=1)
        await pool.open()
        try:
            services = replace(self.town.platform.services, pool=pool)
            context = RequestContext(services=services, assignment=by, purpose=purpose)
            wired = {k: str(v) if isinstance(v, date) else v for k, v in given.items()}
            answer = await SCHEMA.execute(query, variable_values=wired, context_value=context)
            await context.finish()
        finally:
            await pool.close()
        assert answer.errors is None, answer.errors
        assert answer.data is not None
        return answer.data


def somebody(name: str, role: str, division: str | None, unit: str | None = None) -> Assignment:
    """An assignment as the gate knows it."""
    return Assignment(
        id=uuid5(an_id(name), "post"),
        person_id=an_id(name),
        role=role,
        unit_id=unit_id(unit) if unit else None,
        division_id=division,
    )


OFFICIAL = somebody("official", "district_civil_affairs", FENGJIE, "civil affairs")
CITY = somebody("city official", "city_civil_affairs", CHONGQING)
SUPERVISOR = somebody("supervisor", "child_supervisor", BAIDI, "township")
VILLAGER = somebody("director", "child_director", HUANHUA, "village")
INSPECTOR = somebody("inspector", "inspector", None)
AUDITOR = somebody("auditor", "auditor", None)
OWNER = somebody("rule owner", "rule_owner", None)


def county_on(town: Town) -> County:
    """The files of the county's children, opened on one morning."""
    county = County(town)
    town.at("2025-03-03 09:00")
    for home, many in HOMES.items():
        county.children[home] = [opened(county, home, i) for i in range(many)]
    return county


def opened(county: County, home: str, number: int, birth_on: date = date(2014, 5, 6)) -> UUID:
    """One child's file; every second is a girl's."""
    county.steps += 1
    opening = OpenChildFile(
        child_name=f"冷小{NAMES[number]}",
        sex=Sex.FEMALE if number % 2 else Sex.MALE,
        birth_on=birth_on,
        residence=DivisionId(home),
        hukou=DivisionId(home),
        area_type=AreaType.RURAL,
    )
    return county.town.platform.casebook.perform(
        Request(command=opening, command_id=an_id(f"county {county.steps}"), actor=CLERK)
    ).stream_id


def left_behind(county: County, child: UUID, since: date = date(2025, 2, 8)) -> Done:
    """Both parents away for work, and the category that follows."""
    for relation in (Kinship.FATHER, Kinship.MOTHER):
        recorded = county.put(RecordGuardian(relation=relation, guardian_name="冷大山"), child)
        assert recorded.event_ids
    state: Any = county.town.platform.casebook.state(OpenChildFile.state_type, child)
    for guardian in state.care.guardians:
        county.put(
            RecordGuardianAbsence(
                guardian_id=guardian.guardian_id,
                absence_reason=AbsenceReason.WORK,
                away_from_on=since,
                away_to="广东",
            ),
            child,
        )
    category = CategoryCode("LBC_CQ_URBAN_RURAL")
    return county.put(DetermineCategory(category=category), child, CLERK)


def corrected_sex(county: County, child: UUID, opening: UUID, sex: Sex) -> Done:
    """The sex on file was wrong."""
    return county.put(
        CorrectEvent(target_event_id=opening, what_was_wrong="性别录入有误", sex=sex), child, CLERK
    )


def figure(report: dict[str, Any] | None, key: str) -> dict[str, Any]:
    """One figure of an answer."""
    assert report is not None
    found: dict[str, Any]
    (found,) = [f for f in report["figures"] if f["key"] == key]
    return found


def of_whole(report: dict[str, Any] | None, key: str) -> tuple[int | None, int | None]:
    """A figure and of how many."""
    found = figure(report, key)
    return found["value"], found["outOf"]


def value(report: dict[str, Any] | None, key: str) -> int | None:
    """Its value."""
    found: int | None = figure(report, key)["value"]
    return found


def cells(report: dict[str, Any] | None, key: str, split: str) -> dict[str, int | None]:
    """One breakdown of a figure."""
    (found,) = [b for b in figure(report, key)["breakdown"] if b["key"] == split]
    unsaid = [c["cell"] for c in found["cells"] if c["cell"] == c["zh"]]
    assert unsaid == [], f"{key} by {split} has cells without words"
    return {c["cell"]: c["value"] for c in found["cells"]}
