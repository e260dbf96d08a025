"""A district of Shanghai, its seven villages and their directors, an inspection and the yearly report: 2025.

Huayang Road street: five villages, a director in four of them, eight children. Jiangsu Road: two villages with a
director each, six children. Xinhua Road: three children. Putuo, next door, sends no report.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from functools import partial
from typing import Any
from uuid import UUID

from domain.child.contacts import MakeContact
from domain.child.file import OpenChildFile
from domain.context import SYSTEM
from domain.terms.file import Sex
from domain.terms.oversight import FindingKind, InspectionKind
from domain.terms.places import AreaType, DivisionId
from domain.terms.roles import Role
from domain.terms.units import UnitKind
from domain.terms.visits import VisitContactChannel, VisitContactResult, VisitContactWith
from domain.terms.workforce import Trainees, TrainingLevel
from domain.unit.annual_report import SubmitAnnualProgressReport
from domain.unit.bans import RecordEmploymentBar
from domain.unit.directors import CountChildren
from domain.unit.inspection import (
    CompleteRectification,
    FindingDraft,
    OrderRectification,
    RecordInspection,
)
from domain.unit.posts import AppointPerson, RegisterUnit
from domain.unit.state import Unit
from domain.unit.training import RecordTraining
from domain.unit.vetting import RequestEmploymentCheck
from eventlog.casebook import Request
from tests.dsl import an_id, place
from tests.projections.town import Town, unit_id, vetted
from tests.reports.district import somebody
from tests.reports.jiading import STATION, District

SHANGHAI, CHANGNING, PUTUO = place("上海市"), place("上海市/长宁区"), place("上海市/普陀区")
HUAYANG, JIANGSU = place("上海市/长宁区/华阳路街道"), place("上海市/长宁区/江苏路街道")
XINHUA = place("上海市/长宁区/新华路街道")
HUA = [place(f"上海市/长宁区/华阳路街道/华{n}居委会") for n in "一二三四五"]
SU = [place(f"上海市/长宁区/江苏路街道/{n}居委会") for n in ("岐山", "江苏")]
FANYU = place("上海市/长宁区/新华路街道/番禺居委会")
CIVIL, CITY_BUREAU, NEXT_DOOR = "civil affairs", "city civil affairs", "civil affairs of Putuo"
UNITS: dict[str, tuple[UnitKind, str]] = {
    CITY_BUREAU: (UnitKind.CITY_CIVIL_AFFAIRS, SHANGHAI),
    CIVIL: (UnitKind.DISTRICT_CIVIL_AFFAIRS, CHANGNING),
    NEXT_DOOR: (UnitKind.DISTRICT_CIVIL_AFFAIRS, PUTUO),
    "police": (UnitKind.POLICE, HUAYANG),
    "huayang": (UnitKind.TOWNSHIP, HUAYANG),
    "jiangsu": (UnitKind.TOWNSHIP, JIANGSU),
    "social work": (UnitKind.SOCIAL_WORK_PROVIDER, CHANGNING),
    **{f"hua {n}": (UnitKind.VILLAGE_COMMITTEE, where) for n, where in enumerate(HUA, 1)},
    **{f"su {n}": (UnitKind.VILLAGE_COMMITTEE, where) for n, where in enumerate(SU, 1)},
}
DIRECTORS = {
    "An": "hua 1",
    "Bo": "hua 2",
    "Cui": "hua 3",
    "Du": "hua 4",
    "Fei": "su 1",
    "Ge": "su 2",
}
"""Nobody in the fifth village of Huayang Road."""
SOCIAL_WORKERS = ("He", "Ji", "Kou", "Lai", "Mo")
HOMES = {HUA[0]: 8, SU[0]: 6, FANYU: 3}
OFFICIAL = somebody("official of Changning", "district_civil_affairs", CHANGNING, CIVIL)
CITY = somebody("city official of Shanghai", "city_civil_affairs", SHANGHAI, CITY_BUREAU)
INSPECTOR = somebody("inspector of Shanghai", "inspector", SHANGHAI)
AS_OF = date(2025, 11, 20)

Step = tuple[str, Callable[[], object]]


def changning_on(town: Town, until: str = "2025-11-23 18:00") -> District:
    """The year up to that time, each thing in its own; what comes later is for the tests to do."""
    district = District(town)
    steps = [step for chapter in CHAPTERS for step in chapter(district)]
    for when, happens in sorted(steps, key=lambda step: step[0]):
        town.at(when)
        happens()
    town.at(until)
    return district.told()


def _founded(district: District) -> Iterator[Step]:
    def units() -> None:
        for key, (kind, where) in UNITS.items():
            district.town.platform.casebook.perform(
                Request(
                    command=RegisterUnit(kind=kind, unit_name=key, division_id=DivisionId(where)),
                    command_id=an_id(f"register {key}"),
                    stream_id=unit_id(key),
                )
            )

    def staff() -> None:
        for name, key in DIRECTORS.items():
            serves(district, name, Role.CHILD_DIRECTOR, key)
        for name in SOCIAL_WORKERS:
            serves(district, name, Role.SOCIAL_WORKER, "social work")

    yield "2025-03-03 08:00", units
    yield "2025-03-03 08:30", staff


def serves(district: District, name: str, role: Role, key: str) -> None:
    """Checked, and appointed."""
    vetted(district.town, name, role, unit_id(key))
    appointing = AppointPerson(person_id=an_id(name), person_name=name, role=role)
    district.on_unit(key, appointing)


def _enrolled(district: District) -> Iterator[Step]:
    def children() -> None:
        for home, many in HOMES.items():
            district.children[home] = [opened(district, home, n) for n in range(many)]

    yield "2025-03-03 09:00", children


def opened(district: District, home: str, number: int) -> UUID:
    """One child's file."""
    opening = OpenChildFile(
        child_name=f"顾小{number}",
        sex=Sex.FEMALE if number % 2 else Sex.MALE,
        birth_on=date(2014, 5, 6),
        residence=DivisionId(home),
        hukou=DivisionId(home),
        area_type=AreaType.URBAN,
    )
    request = Request(command=opening, command_id=an_id(f"child {number} of {home}"), actor=SYSTEM)
    return district.town.platform.casebook.perform(request).stream_id


def _trained(district: District) -> Iterator[Step]:
    """The city trains all six in April; the district five of them in May, the sixth only the year before."""
    for when, key, level, names in (
        ("2025-04-10 09:00", CITY_BUREAU, TrainingLevel.CITY, list(DIRECTORS)),
        ("2025-05-15 09:00", CIVIL, TrainingLevel.DISTRICT, list(DIRECTORS)[:5]),
    ):
        training = RecordTraining(
            training_level=level,
            trainees=Trainees.DIRECTORS,
            training_topic="发现与报告",
            training_hours=8,
            trained_person_ids=tuple(an_id(n) for n in names),
        )
        yield when, partial(district.on_unit, key, training)


def _crowded(district: District) -> Iterator[Step]:
    """Thirty-one children in the first village, thirty in the second: only thirty-one is more than thirty."""
    for key, many in (("hua 1", 31), ("hua 2", 30)):
        yield (
            "2025-06-02 09:00",
            partial(district.on_unit, key, CountChildren(children_counted=many)),
        )


def _vetted(district: District) -> Iterator[Step]:
    """One check that nobody has answered, and a ban."""
    asked = RequestEmploymentCheck(
        person_id=an_id("Nie"), person_name="Nie", role=Role.CHILD_DIRECTOR
    )
    banned = RecordEmploymentBar(person_id=an_id("Ouyang"), bar_ground="(2025)沪刑初1号")
    yield "2025-06-03 09:00", partial(district.on_unit, "hua 5", asked)
    yield "2025-06-04 09:00", partial(district.on_unit, "police", banned)


def _active(district: District) -> Iterator[Step]:
    """Huayang Road holds its activity of the second quarter, Jiangsu Road none."""
    yield "2025-05-10 09:00", partial(district.held, "huayang", STATION)


def _inspected(district: District) -> Iterator[Step]:
    """September: fourteen files unverified, three visits overdue, one report for show. A routine one finds another."""
    full = RecordInspection(
        inspection_kind=InspectionKind.FULL,
        sampled_files=60,
        inspection_findings=(
            FindingDraft(finding_kind=FindingKind.FILES_UNVERIFIED, finding_count=14),
            FindingDraft(finding_kind=FindingKind.VISITS_OVERDUE, finding_count=3),
            FindingDraft(finding_kind=FindingKind.FORMALISM),
        ),
    )
    routine = RecordInspection(
        inspection_kind=InspectionKind.ROUTINE,
        sampled_files=5,
        inspection_findings=(FindingDraft(finding_kind=FindingKind.OTHER),),
    )
    yield "2025-07-08 09:00", partial(district.on_unit, CIVIL, routine)
    yield "2025-09-10 09:00", partial(district.on_unit, CIVIL, full)
    yield "2025-09-12 09:00", partial(ordered, district, FindingKind.FILES_UNVERIFIED, "2025-10-15")
    yield "2025-09-12 09:10", partial(ordered, district, FindingKind.VISITS_OVERDUE, "2025-10-31")
    yield "2025-10-12 09:00", partial(put_right, district, FindingKind.FILES_UNVERIFIED)


def finding(district: District, kind: FindingKind) -> UUID:
    """The finding of this kind."""
    (found,) = district.town.rows(
        "select details from read.unit_line where name = 'unit.finding_recorded' "
        "and details::text like %(kind)s",
        kind=f"%{kind.value}%",
    )
    return UUID(_value(found["details"], "finding_id"))


def _value(details: dict[str, Any], name: str) -> str:
    for values in details.values():
        if name in values:
            return str(values[name])
    raise LookupError(name)


def ordered(district: District, kind: FindingKind, by: str) -> None:
    """Huayang Road is to put it right."""
    order = OrderRectification(
        finding_id=finding(district, kind),
        rectifying_unit_id=unit_id("huayang"),
        rectify_by_on=date.fromisoformat(by),
        rectification_order="逐项整改",
    )
    district.on_unit(CIVIL, order)


def put_right(district: District, kind: FindingKind) -> None:
    """It is."""
    done = CompleteRectification(finding_id=finding(district, kind), rectification_result="已整改")
    district.on_unit(CIVIL, done)


def contacted_late(district: District, many: int) -> None:
    """Of the first children of Huayang Road: contacts of 1 April that nobody had entered."""
    for child in district.children[HUA[0]][:many]:
        contact = MakeContact(
            contact_channel=VisitContactChannel.PHONE,
            contact_with=(VisitContactWith.CHILD,),
            contact_result=VisitContactResult.REACHED,
        )
        district.put(contact, child, SYSTEM, "2025-04-01 10:00")


def sending(hash_: str, as_of: date = AS_OF) -> SubmitAnnualProgressReport:
    """The yearly report, signed."""
    return SubmitAnnualProgressReport(
        report_year=2025,
        figures_as_of_on=as_of,
        figures_hash=hash_,
        report_narrative="本区关爱保护工作进展",
    )


def owed(district: District, key: str) -> Any:
    """The yearly report as an obligation of a district."""
    state: Unit = district.state(Unit, unit_id(key))
    (found,) = [o for o in state.obligations.owed if o.code == "ANNUAL_REPORT"]
    return found


CHAPTERS = (_founded, _enrolled, _trained, _crowded, _vetted, _active, _inspected)
