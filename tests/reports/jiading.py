"""A district of Shanghai with figures one can work out by hand: three streets, two schools, fifteen pupils, one year.

Twelve pupils live in Jiading Town street, three in Xincheng Road; all are left behind and go to the first school.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from typing import Any
from uuid import UUID

from domain.child.categories import DetermineCategory
from domain.child.companions import StartPairing
from domain.child.file import OpenChildFile
from domain.child.guardians import RecordGuardian, RecordGuardianAbsence
from domain.child.mind_education import MentalHealthEducationGiven
from domain.child.pairing import AssignGrowthMentor, AssignPeerPartner, EndPairing, PairTeacher
from domain.child.state import Child
from domain.context import SYSTEM, Actor
from domain.kernel import Command
from domain.terms.care import AbsenceReason, Kinship
from domain.terms.file import CategoryCode, HukouKind, Sex
from domain.terms.oversight import CoordinationBody, CoordinationLevel, DutyCode, PlanDocument
from domain.terms.places import AreaType, DivisionId
from domain.terms.roles import Role
from domain.terms.safety import SafetyAudience, SafetyTopic
from domain.terms.school import MindLesson, PairingKind, TeacherRole
from domain.terms.units import UnitKind
from domain.terms.workforce import StationOffice
from domain.unit.attestations import SchoolMentalResourceRecorded
from domain.unit.conference import CoordinationBodyRegistered
from domain.unit.obligation_clock import NoteObligationMissed, RecordSchoolCalendar
from domain.unit.obligations import obligation_id
from domain.unit.plans_filed import AppraisalMethodFiled, ImplementationPlanFiled
from domain.unit.posts import AppointPerson, RegisterUnit
from domain.unit.safety import HoldSafetyActivity
from domain.unit.state import Unit
from domain.unit.station import AppointStationOfficer, EndStationOffice
from eventlog.casebook import Done, Request
from tests.dsl import an_id, place
from tests.projections.town import Town, unit_id, vetted
from tests.reports.district import County, somebody
from tests.reports.steps import Step, happen, noted

SHANGHAI, JIADING = place("上海市"), place("上海市/嘉定区")
CHANGNING, CHONGMING = place("上海市/长宁区"), place("上海市/崇明区")
TOWN_STREET = place("上海市/嘉定区/嘉定镇街道")
XINCHENG = place("上海市/嘉定区/新成路街道")
ZHENXIN = place("上海市/嘉定区/真新街道")
UNITS: dict[str, tuple[UnitKind, str]] = {
    "civil affairs of Jiading": (UnitKind.DISTRICT_CIVIL_AFFAIRS, JIADING),
    "civil affairs of Changning": (UnitKind.DISTRICT_CIVIL_AFFAIRS, CHANGNING),
    "civil affairs of Chongming": (UnitKind.DISTRICT_CIVIL_AFFAIRS, CHONGMING),
    "education": (UnitKind.DISTRICT_EDUCATION, JIADING),
    "procuratorate": (UnitKind.PROCURATORATE, JIADING),
    "town street": (UnitKind.TOWNSHIP, TOWN_STREET),
    "xincheng": (UnitKind.TOWNSHIP, XINCHENG),
    "zhenxin": (UnitKind.TOWNSHIP, ZHENXIN),
    "first school": (UnitKind.SCHOOL, TOWN_STREET),
    "second school": (UnitKind.SCHOOL, XINCHENG),
}
STAFF = {
    "Ms Lu": Role.CLASS_TEACHER,
    "Mr Shen": Role.CLASS_TEACHER,
    "Ms Jin": Role.SCHOOL_HEAD,
}
HEAD = Actor(person_id=an_id("Ms Jin"), role="school_head", unit_id=unit_id("first school"))
EDUCATION = somebody("education official", "district_education", JIADING, "education")
CIVIL = somebody("civil official", "district_civil_affairs", JIADING, "civil affairs of Jiading")
CITY = somebody("city official of Shanghai", "city_civil_affairs", SHANGHAI)
PROSECUTOR = somebody("prosecutor", "procuratorate", JIADING, "procuratorate")
STATION, DISTRICT_SAFETY = DutyCode("STATION_ACTIVITY"), DutyCode("DISTRICT_SAFETY")
SCHOOL_SAFETY = DutyCode("SCHOOL_SAFETY")


@dataclass
class District(County):
    """Its pupils, those of Jiading Town street first."""

    pupils: list[UUID] = field(default_factory=list)

    def on_unit(self, key: str, command: Command[Any]) -> Done:
        """A command on a unit's record."""
        return self.put(command, unit_id(key), SYSTEM)

    def held(self, key: str, *declared: DutyCode) -> None:
        """An activity against drowning, declared for these duties."""
        activity = HoldSafetyActivity(
            safety_topics=(SafetyTopic.DROWNING,),
            safety_audience=(SafetyAudience.VILLAGE_CHILDREN,),
            children_reached=30,
            declared_for=declared,
        )
        self.on_unit(key, activity)

    def state(self, of: type[Any], stream: UUID) -> Any:
        """A stream as the rules know it."""
        return self.town.platform.casebook.state(of, stream)


def district_on(town: Town) -> District:
    """The whole year, each thing in its time."""
    district = District(town)
    steps = [step for chapter in CHAPTERS for step in chapter(district)]
    happen(town, steps)
    town.at("2025-12-31 18:00")
    return district


def _founded(district: District) -> Iterator[Step]:
    def units() -> None:
        for key, (kind, where) in UNITS.items():
            registering = RegisterUnit(kind=kind, unit_name=key, division_id=DivisionId(where))
            district.town.platform.casebook.perform(
                Request(
                    command=registering,
                    command_id=an_id(f"register {key}"),
                    stream_id=unit_id(key),
                )
            )
        for name, role in STAFF.items():
            vetted(district.town, name, role, unit_id("first school"))
            appointing = AppointPerson(person_id=an_id(name), person_name=name, role=role)
            district.on_unit("first school", appointing)

    yield "2025-03-03 08:00", units


def _schooled(district: District) -> Iterator[Step]:
    """All three at the first school on 1 April; its teacher leaves in May. Nothing is told of the second."""
    for when, teacher in (("2025-04-01 09:00", True), ("2025-05-06 09:00", False)):
        recorded = noted(
            SchoolMentalResourceRecorded,
            counselling_room=True,
            mind_teacher=teacher,
            mind_course=True,
        )
        yield when, partial(district.on_unit, "first school", recorded)


def _enrolled(district: District) -> Iterator[Step]:
    def pupils() -> None:
        for number in range(15):
            home = TOWN_STREET if number < 12 else XINCHENG
            child = _opened(district, home, number)
            _left_behind(district, child, home)
            district.pupils.append(child)

    yield "2025-03-04 09:00", pupils


def _opened(district: District, home: str, number: int) -> UUID:
    opening = OpenChildFile(
        child_name=f"陆小{number}",
        sex=Sex.FEMALE if number % 2 else Sex.MALE,
        birth_on=date(2013, 5, 6),
        residence=DivisionId(home),
        hukou=DivisionId(home),
        hukou_kind=HukouKind.AGRICULTURAL,
        area_type=AreaType.SUBURBAN_RURAL,
        school_unit_id=unit_id("first school"),
    )
    request = Request(command=opening, command_id=an_id(f"pupil {number}"), actor=SYSTEM)
    return district.town.platform.casebook.perform(request).stream_id


def _left_behind(district: District, child: UUID, home: str) -> None:
    for relation in (Kinship.FATHER, Kinship.MOTHER):
        recording = RecordGuardian(
            relation=relation,
            guardian_name="陆大山",
            guardian_hukou=DivisionId(home),
            guardian_hukou_kind=HukouKind.AGRICULTURAL,
        )
        district.put(recording, child, SYSTEM)
    for guardian in district.state(Child, child).care.guardians:
        absence = RecordGuardianAbsence(
            guardian_id=guardian.guardian_id,
            absence_reason=AbsenceReason.WORK,
            away_from_on=date(2021, 1, 1),
            away_to="广东",
        )
        district.put(absence, child, SYSTEM)
    district.put(DetermineCategory(category=CategoryCode.LBC_RURAL_SH), child, SYSTEM)


def _paired(district: District) -> Iterator[Step]:
    """Ms Lu teaches all but the last; Mr Shen mentors all but the twelfth; Ms Jin has the first alone.

    Peers for the sixth to the twelfth. In June the first loses the mentor; in November Ms Jin tutors the last as well.
    """
    pupils = district.pupils

    def pairs() -> None:
        lu = PairTeacher(teacher_person_id=an_id("Ms Lu"), teacher_role=TeacherRole.CLASS_TEACHER)
        shen = AssignGrowthMentor(mentor_person_id=an_id("Mr Shen"))
        jin = PairTeacher(teacher_person_id=an_id("Ms Jin"), teacher_role=TeacherRole.SCHOOL_LEADER)
        peer = AssignPeerPartner(
            peer_reference="六(1)班 王同学", peer_guardian_name="王父", peer_guardian_consent=True
        )
        for command, those in (
            (lu, pupils[:14]),
            (shen, [*pupils[:11], *pupils[12:]]),
            (peer, pupils[5:12]),
            (jin, pupils[:1]),
        ):
            for child in those:
                district.put(command, child, HEAD)

    def mentor_left() -> None:
        (pair,) = district.state(Child, pupils[0]).school.paired("MENTOR")
        ending = EndPairing(pairing_id=pair.pairing_id, pairing_ended_because="调离")
        district.put(ending, pupils[0], HEAD)

    tutor = StartPairing(
        pairing_kind=PairingKind.TUTOR,
        companion_person_id=an_id("Ms Jin"),
        called_name="小陆",
        meeting_time="周六上午",
        meeting_place="社区活动室",
    )
    yield "2025-11-03 09:00", lambda: district.put(tutor, pupils[14], HEAD)
    yield "2025-03-10 09:00", pairs
    yield "2025-06-10 09:00", mentor_left


def _taught(district: District) -> Iterator[Step]:
    """Seven in March; of them two, and two more, in May."""

    def lecture(first: int, last: int) -> None:
        for child in district.pupils[first:last]:
            taught = noted(MentalHealthEducationGiven, mind_lesson=MindLesson.LECTURE)
            district.put(taught, child, HEAD)

    yield "2025-03-11 09:00", partial(lecture, 0, 7)
    yield "2025-05-12 09:00", partial(lecture, 5, 9)


def _dutiful(district: District) -> Iterator[Step]:
    """Xincheng holds nothing in the second quarter; Zhenxin's of that quarter counts for the district too."""
    calendar = RecordSchoolCalendar(
        calendar_year=2025,
        winter_holiday_on=date(2025, 1, 18),
        summer_holiday_on=date(2025, 7, 1),
    )
    missed = obligation_id(unit_id("xincheng"), STATION, "2025-Q2")
    held, on_unit = district.held, district.on_unit
    yield "2025-03-12 09:00", partial(on_unit, "education", calendar)
    for street in ("town street", "xincheng", "zhenxin"):
        yield "2025-03-20 09:00", partial(held, street, STATION)
    yield "2025-05-10 09:00", partial(held, "town street", STATION)
    yield "2025-06-01 09:00", partial(held, "zhenxin", STATION, DISTRICT_SAFETY)
    yield "2025-06-20 09:00", partial(held, "first school", SCHOOL_SAFETY)
    noting = NoteObligationMissed(obligation_id=missed)
    yield "2025-07-01 00:01", partial(on_unit, "xincheng", noting)
    yield "2025-08-10 09:00", partial(held, "xincheng", STATION)


def _led(district: District) -> Iterator[Step]:
    """A prosecutor as deputy in Jiading Town street; in Xincheng until August; in Zhenxin as head: no deputy."""
    for key, office, prosecutor in (
        ("town street", StationOffice.DEPUTY, True),
        ("xincheng", StationOffice.DEPUTY, True),
        ("zhenxin", StationOffice.HEAD, True),
    ):
        appointing = AppointStationOfficer(
            station_office=office, officer_name="方检", is_prosecutor=prosecutor
        )
        yield "2025-03-20 10:00", partial(district.on_unit, key, appointing)

    def left() -> None:
        (held,) = district.state(Unit, unit_id("xincheng")).workforce.officers
        district.on_unit("xincheng", EndStationOffice(office_id=held.office_id))

    yield "2025-08-11 09:00", left


def _planned(district: District) -> Iterator[Step]:
    """Jiading has all three, Changning a plan and another conference, Chongming a division of work alone."""
    for key, body in (
        ("civil affairs of Jiading", CoordinationBody.CARE_MECHANISM),
        ("civil affairs of Changning", CoordinationBody.DIFFICULTY_CONFERENCE),
    ):
        registered = noted(
            CoordinationBodyRegistered,
            coordination_body=body,
            coordination_level=CoordinationLevel.DISTRICT,
            member_units=("民政局", "教育局"),
        )
        yield "2025-08-20 09:00", partial(district.on_unit, key, registered)
    for key, document in (
        ("civil affairs of Jiading", PlanDocument.IMPLEMENTATION_PLAN),
        ("civil affairs of Changning", PlanDocument.IMPLEMENTATION_PLAN),
        ("civil affairs of Chongming", PlanDocument.DIVISION_OF_WORK),
    ):
        filed = noted(
            ImplementationPlanFiled,
            plan_document=document,
            document_title="方案",
            document_version=1,
        )
        yield "2025-08-20 09:30", partial(district.on_unit, key, filed)
    method = noted(AppraisalMethodFiled, document_title="考核办法", document_version=1)
    yield "2025-09-05 09:00", partial(district.on_unit, "civil affairs of Jiading", method)


CHAPTERS = (_founded, _enrolled, _schooled, _paired, _taught, _dutiful, _led, _planned)
