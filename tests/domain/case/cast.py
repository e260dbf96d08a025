"""The places, units and people of the case stories, and a case as far as it has come.

Chongqing: a rural township of Fengjie, packs CQ2016 and from 2024-06-14 CQ2024. Changning: CN2017 from
2017 to mid-2022, SH2020 beside it from 2021. Chongming: SH2020.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from domain.case.reports import SubmitReport
from domain.case.state import Case
from domain.child.care_state import CareState, Guardian
from domain.child.file_state import FileState, FileStatus
from domain.child.state import Child
from domain.directory import Directory, Unit
from domain.kernel import Command, Event, Record, State, decide, evolve
from domain.terms.places import DivisionId
from domain.terms.reports import ReportChannel, ReporterCategory, Trigger
from domain.terms.units import UnitKind
from tests.domain.story import Story
from tests.dsl import an_id, given, local, person, place, put

CASE = an_id("subject")

FENGJIE = place("重庆市/奉节县")
BAIDI = place("重庆市/奉节县/白帝镇")
HUANHUA = place("重庆市/奉节县/白帝镇/浣花社区居民委员会")
CAOTANG = place("重庆市/奉节县/草堂镇")
CHANGNING = place("上海市/长宁区")
JIANGSU_ROAD = place("上海市/长宁区/江苏路街道")
CHONGMING = place("上海市/崇明区")
MIAOZHEN = place("上海市/崇明区/庙镇")


def _unit(name: str, kind: UnitKind, where: str) -> Unit:
    return Unit(id=an_id(name), kind=kind, name=name, division_id=where)


POLICE_CQ = _unit("白帝派出所", UnitKind.POLICE, BAIDI)
DISTRICT_POLICE_CQ = _unit("奉节县公安局", UnitKind.DISTRICT_POLICE, FENGJIE)
TOWNSHIP_CQ = _unit("白帝镇人民政府", UnitKind.TOWNSHIP, BAIDI)
TOWNSHIP_HOME = _unit("草堂镇人民政府", UnitKind.TOWNSHIP, CAOTANG)
VILLAGE_CQ = _unit("浣花社区居民委员会", UnitKind.VILLAGE_COMMITTEE, HUANHUA)
CIVIL_CQ = _unit("奉节县民政局", UnitKind.DISTRICT_CIVIL_AFFAIRS, FENGJIE)
EDUCATION_CQ = _unit("奉节县教育委员会", UnitKind.DISTRICT_EDUCATION, FENGJIE)
WOMEN_CQ = _unit("奉节县妇联", UnitKind.WOMENS_FEDERATION, FENGJIE)
POLICE_CN = _unit("江苏路派出所", UnitKind.POLICE, JIANGSU_ROAD)
STREET_CN = _unit("江苏路街道办事处", UnitKind.TOWNSHIP, JIANGSU_ROAD)
CIVIL_CN = _unit("长宁区民政局", UnitKind.DISTRICT_CIVIL_AFFAIRS, CHANGNING)
POLICE_SH = _unit("庙镇派出所", UnitKind.POLICE, MIAOZHEN)
TOWNSHIP_SH = _unit("庙镇人民政府", UnitKind.TOWNSHIP, MIAOZHEN)
CIVIL_SH = _unit("崇明区民政局", UnitKind.DISTRICT_CIVIL_AFFAIRS, CHONGMING)
CITY_CQ = _unit("重庆市民政局", UnitKind.CITY_CIVIL_AFFAIRS, place("重庆市"))
CITY_SH = _unit("上海市民政局", UnitKind.CITY_CIVIL_AFFAIRS, place("上海市"))
"""Nobody's first address: who names a city here by mistake is found out."""

DIRECTORY = Directory.of(
    [
        POLICE_CQ, DISTRICT_POLICE_CQ, TOWNSHIP_CQ, TOWNSHIP_HOME, VILLAGE_CQ, CIVIL_CQ,
        EDUCATION_CQ, WOMEN_CQ, POLICE_CN, STREET_CN, CIVIL_CN, POLICE_SH, TOWNSHIP_SH, CIVIL_SH,
        CITY_CQ, CITY_SH,
    ]
)  # fmt: skip

TEACHER = person("class teacher", "class_teacher")
OFFICER = person("officer", "police")
CLERK = person("clerk", "township")

LI = an_id("Li")
BROTHER = an_id("brother of Li")
FATHER, MOTHER = an_id("father"), an_id("mother")
GRANDMOTHER = an_id("grandmother")
AWAY = CareState(
    guardians=(
        Guardian(guardian_id=FATHER, relation="FATHER", away=True),
        Guardian(guardian_id=MOTHER, relation="MOTHER", away=True),
    )
)
MOTHER_BACK = CareState(
    guardians=(
        Guardian(guardian_id=FATHER, relation="FATHER", away=True),
        Guardian(guardian_id=MOTHER, relation="MOTHER"),
    )
)


def child(child_id: UUID = LI, *, home: str = HUANHUA, care: CareState = AWAY) -> Child:
    """A file with both parents away, living at ``home``."""
    file = FileState(status=FileStatus.OPEN, residence=DivisionId(home))
    return Child(id=child_id, version=1, file=file, care=care)


FILES: dict[UUID, State] = {LI: child()}


def cq(command: Command[Any], at: str = "2025-03-03 09:00", **more: Any) -> Command[Any]:
    """Put in the village of Huanhua, Fengjie, Chongqing."""
    return put(command, at=at, where=HUANHUA, **{"directory": DIRECTORY, "linked": FILES, **more})


def cn(command: Command[Any], at: str = "2019-03-30 10:00", **more: Any) -> Command[Any]:
    """Put in Jiangsu Road street, Changning, Shanghai."""
    around = {"directory": DIRECTORY, "linked": FILES, **more}
    return put(command, at=at, where=JIANGSU_ROAD, **around)


def sh(command: Command[Any], at: str = "2022-03-01 10:00", **more: Any) -> Command[Any]:
    """Put in Miaozhen, Chongming, Shanghai."""
    return put(command, at=at, where=MIAOZHEN, **{"directory": DIRECTORY, "linked": FILES, **more})


def report(
    *triggers: Trigger,
    discovered: str = "2025-03-03 08:40",
    where: str | None = HUANHUA,
    category: ReporterCategory = ReporterCategory.SCHOOL,
    **more: Any,
) -> SubmitReport:
    """A report of Li, by the school unless said otherwise."""
    told: dict[str, Any] = {
        "report_channel": ReportChannel.PHONE,
        "reporter_category": category,
        "discovered_at": local(discovered),
        "triggers": triggers,
        "incident_place": DivisionId(where) if where else None,
        "children": (LI,),
    }
    return SubmitReport(**{**told, **more})


@dataclass
class Around(Story):
    """The files and cases a reaction may look at."""

    files: tuple[Child, ...] = ()
    cases: tuple[Case, ...] = ()

    def __post_init__(self) -> None:
        self.states |= {state.id: state for state in (*self.files, *self.cases)}


def noting(record: type[Record[Any]], **values: Any) -> Command[Any]:
    """The command that notes this record down."""
    return record.Command(**values)


def played(*commands: Command[Any]) -> tuple[Event[Any], ...]:
    """The history that follows when these commands are put one after the other."""
    state: State = commands[0].state_type(id=CASE)
    history: list[Event[Any]] = []
    for command in commands:
        for event in decide(state, command):
            state = evolve(state, event)
            history.append(event)
    return tuple(history)


def case_of(*history: Event[Any]) -> Case:
    """The case this history tells."""
    state: Case = given(*history).state(Case(id=CASE))
    return state
