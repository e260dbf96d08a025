"""S-07 and S-20 of reports: how long until the police were out, and which schools told of how many (CN2017-5.1-o)."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from domain.case.dispatch import DispatchPolice
from domain.case.intake import AcceptReport, FindReportUnfounded
from domain.case.reports import SubmitReport
from domain.child.screening import RecordScreening
from domain.context import SYSTEM, Actor
from domain.terms.file import ScreeningSource
from domain.terms.places import DivisionId
from domain.terms.reports import ReportChannel, ReporterCategory, Trigger
from domain.terms.units import UnitKind
from domain.unit.posts import RegisterUnit
from eventlog.casebook import Request
from tests.database import Database
from tests.dsl import an_id, local
from tests.projections.town import Town, town_on, unit_id
from tests.reports.changning import CHANGNING, HUAYANG
from tests.reports.changning import OFFICIAL as CIVIL
from tests.reports.district import INSPECTOR, County, cells, figure, opened

MARCH: dict[str, Any] = {"period": "2019-03", "asOf": date(2019, 3, 31)}


def teacher(school: str) -> Actor:
    """One of its staff, in that capacity."""
    return Actor(
        person_id=an_id(f"teacher of {school}"), role="class_teacher", unit_id=unit_id(school)
    )


def reported(
    county: County, number: int, by: Actor, *children: UUID, another: bool = False
) -> UUID:
    """A report on the morning of a day in March."""
    day = f"2019-03-{number + 4:02}"
    county.town.at(f"{day} 09:00")
    report = SubmitReport(
        report_channel=ReportChannel.IN_PERSON,
        reporter_category=ReporterCategory.SCHOOL,
        discovered_at=local(f"{day} 08:00"),
        triggers=(Trigger.SUSPECTED_DV,),
        incident_place=DivisionId(HUAYANG),
        taken_for_another=another,
        children=children,
    )
    county.steps += 1
    asked = Request(command=report, command_id=an_id(f"intake {county.steps}"), actor=by)
    return county.town.platform.casebook.perform(asked).stream_id


def registered(town: Town) -> County:
    """The police of Huayang and two schools."""
    town.at("2019-03-01 08:00")
    schools = (UnitKind.SCHOOL, HUAYANG)
    for key, (kind, where) in {
        "police": (UnitKind.POLICE, HUAYANG),
        "first school": schools,
        "second school": schools,
        "civil affairs": (UnitKind.DISTRICT_CIVIL_AFFAIRS, CHANGNING),
    }.items():
        unit = RegisterUnit(kind=kind, unit_name=key, division_id=DivisionId(where))
        asked = Request(command=unit, command_id=an_id(f"register {key}"), stream_id=unit_id(key))
        town.platform.casebook.perform(asked)
    return County(town)


def test_each_school_is_counted_and_a_small_one_held_back(database: Database) -> None:
    """Six of the first school, five of the second; one more is taken down at a desk, and gives the five away.

    Civil affairs never see who reported: of schools they are told at the end of the month.
    """
    with town_on(database, units=False) as town:
        county = registered(town)
        for number in range(11):
            reported(county, number, teacher("first school" if number < 6 else "second school"))
        town.at("2019-03-15 18:00")
        first, second = str(unit_id("first school")), str(unit_id("second school"))
        assert by_school(county, date(2019, 3, 14)) == {}
        reported(county, 12, teacher("second school"), another=True)
        town.at("2019-04-01 08:00")
        assert by_school(county, date(2019, 3, 30)) == {}
        assert by_school(county, date(2019, 3, 31)) == {first: 6, second: None, "OTHER": None}


def by_school(county: County, day: date) -> dict[str, int | None]:
    """The reports of March, as the district's civil affairs are answered as of a day."""
    who: Any = {"by": CIVIL, "purpose": "casework"}
    known = county.told().report("S-07", CHANGNING, **who, **MARCH | {"asOf": day})
    return cells(known, "reports", "school")


def test_who_went_out_late_and_who_has_not_gone_out_are_slow(database: Database) -> None:
    """Accepted at ten past nine, thirty minutes given: six out at once, one an hour later, one never."""
    with town_on(database, units=False) as town:
        county = registered(town)
        for number in range(8):
            case = reported(county, number, teacher("first school"))
            day = f"2019-03-{number + 4:02}"
            town.at(f"{day} 09:10")
            county.put(AcceptReport(), case, SYSTEM)
            if number < 7:
                town.at(f"{day} 10:10" if number == 6 else f"{day} 09:30")
                county.put(DispatchPolice(), case, SYSTEM)
        town.at("2019-04-01 08:00")
        asked: Any = {"by": INSPECTOR, "purpose": "oversight"}
        slow = figure(county.told().report("S-20", CHANGNING, **asked, **MARCH), "slow_dispatch")
        assert (slow["value"], slow["outOf"]) == (2, 8)


def test_who_was_not_looked_at_after_an_unfounded_report(database: Database) -> None:
    """Nine reports proved nothing, seven days each: four looked at in time, three too late, two never."""
    with town_on(database, units=False) as town:
        county = registered(town)
        town.at("2019-03-02 08:00")
        children = [opened(county, HUAYANG, n, date(2010, 5, 6)) for n in range(9)]
        for number, child in enumerate(children):
            case = reported(county, number, teacher("first school"), child)
            for step in (
                AcceptReport(),
                DispatchPolice(),
                FindReportUnfounded(unfounded_reason="母亲在家"),
            ):
                county.put(step, case, SYSTEM)
        looked = RecordScreening(
            screening_source=ScreeningSource.REPORT, screening_findings="一切正常", needs_file=False
        )
        for when, seen in (("2019-03-13 09:00", children[:6]), ("2019-03-20 09:00", children[6:7])):
            town.at(when)
            for child in seen:
                county.put(looked, child)
        town.at("2019-04-01 08:00")
        asked: Any = {"by": INSPECTOR, "purpose": "oversight"}
        late = figure(county.told().report("S-20", CHANGNING, **asked, **MARCH), "screening_late")
        assert (late["value"], late["outOf"]) == (5, 9)
