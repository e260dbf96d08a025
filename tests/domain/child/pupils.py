"""The people of scenario 10: Q., 14, in Fengjie (CQ2016, CQ2024); a left-behind pupil in Jiading (SH2020, SH2024)."""

from __future__ import annotations

from datetime import date
from typing import Any, TypeVar
from uuid import UUID

import pytest

from domain.child.categories import DetermineCategory
from domain.child.file import EnrolmentRecorded, OpenChildFile
from domain.child.guardians import RecordGuardian, RecordGuardianAbsence
from domain.child.truancy import RecordTruancy
from domain.directory import Directory, Post, Unit
from domain.kernel import Command, Event, Refused
from domain.terms.care import AbsenceReason, Kinship
from domain.terms.file import CategoryCode, HukouKind, Sex
from domain.terms.places import AreaType, DivisionId
from domain.terms.units import UnitKind
from tests.domain.child.family import (
    BAIDI,
    COMMITTEE,
    COUNTY,
    DISTRICT,
    EDUCATION,
    FENGJIE,
    HUANHUA,
    JIADING,
    JUYUAN,
    STREET,
    TOWNSHIP,
)
from tests.domain.story import Story
from tests.dsl import an_id, person

E = TypeVar("E", bound=Event[Any])
Q = an_id("Q.")


def _unit(name: str, kind: UnitKind, where: str) -> Unit:
    return Unit(id=an_id(name), kind=kind, name=name, division_id=where)


SCHOOL = _unit("白帝镇中学", UnitKind.SCHOOL, BAIDI)
JIADING_SCHOOL = _unit("嘉定镇中学", UnitKind.SCHOOL, JUYUAN)
JIADING_EDUCATION = _unit("嘉定区教育局", UnitKind.DISTRICT_EDUCATION, JIADING)
POLICE = _unit("白帝镇派出所", UnitKind.POLICE, BAIDI)
JUSTICE = _unit("奉节县司法局", UnitKind.DISTRICT_JUSTICE, FENGJIE)
PROCURATORATE = _unit("奉节县人民检察院", UnitKind.PROCURATORATE, FENGJIE)
HOSPITAL = _unit("奉节县人民医院", UnitKind.MEDICAL, FENGJIE)

TEACHER = person("Ms Tian", "class_teacher", unit_id=SCHOOL.id)
HEAD = person("Mr Xiong", "school_head", unit_id=SCHOOL.id)
EDU = person("Ms Yi", "district_education", unit_id=EDUCATION.id)
TOWN = person("Mr Tan", "township", unit_id=TOWNSHIP.id)
OFFICER = person("Mr Qin", "police", unit_id=POLICE.id)
OFFICIAL = person("Mr Hou", "district_justice", unit_id=JUSTICE.id)
HELPER = person("Ms Pu", "social_worker")
JIADING_TEACHER = person("Ms Li", "class_teacher", unit_id=JIADING_SCHOOL.id)


def _post(who: Any, where: str, *, active: bool = True) -> Post:
    return Post(
        assignment_id=an_id(f"post of {who.person_id}"),
        person_id=who.person_id,
        role=who.role,
        unit_id=who.unit_id,
        division_id=where,
        active=active,
    )


DIRECTORY = Directory.of(
    (
        COMMITTEE, TOWNSHIP, COUNTY, EDUCATION, SCHOOL, POLICE, JUSTICE, PROCURATORATE, HOSPITAL,
        STREET, DISTRICT, JIADING_SCHOOL, JIADING_EDUCATION,
    ),
    (
        _post(TEACHER, BAIDI), _post(HEAD, BAIDI), _post(HELPER, FENGJIE),
        _post(OFFICIAL, FENGJIE), _post(JIADING_TEACHER, JUYUAN),
    ),
)  # fmt: skip
OPENED = "2024-08-20 09:00"


def on_file(at: str = OPENED, where: Any = HUANHUA, **more: Any) -> Story:
    """Q.'s file, at a school; ``more`` are fields of the opening."""
    story = Story(where, DIRECTORY)
    usual: dict[str, Any] = {
        "child_name": "秦一",
        "sex": Sex.MALE,
        "birth_on": date(2010, 3, 1),
        "residence": where,
        "area_type": AreaType.RURAL,
        "hukou": where,
        "hukou_kind": HukouKind.AGRICULTURAL,
        "school_unit_id": JIADING_SCHOOL.id if where == JUYUAN else SCHOOL.id,
    }
    story.put(OpenChildFile(**{**usual, **more}), at=at, on=Q)
    return story


def left_behind(story: Story, at: str, category: CategoryCode) -> Story:
    """Both parents away for work, the category determined."""
    for relation in (Kinship.FATHER, Kinship.MOTHER):
        born = story.put(
            RecordGuardian(
                relation=relation,
                guardian_name=relation.value,
                guardian_hukou=DivisionId(story.place) if story.place else None,
                guardian_hukou_kind=HukouKind.AGRICULTURAL,
            ),
            at=at,
            on=Q,
        )
        guardian_id = born[0].guardian_id  # type: ignore[attr-defined]
        away = RecordGuardianAbsence(
            guardian_id=guardian_id,
            absence_reason=AbsenceReason.WORK,
            away_from_on=date(2021, 1, 1),
            away_to="广东",
        )
        story.put(away, at=at, on=Q)
    story.put(DetermineCategory(category=category), at=at, on=Q)
    return story


def at_school(**given: Any) -> Command[Any]:
    """Enrolment is recorded."""
    return EnrolmentRecorded.Command(**given)


def days(month: int, *numbers: int) -> tuple[date, ...]:
    """Days of 2024."""
    return tuple(date(2024, month, n) for n in numbers)


def truant(story: Story, at: str = "2024-09-06 16:00") -> Story:
    """Absent from 2 to 6 September 2024."""
    story.put(RecordTruancy(absence_dates=days(9, 2, 3, 4, 5, 6)), at=at, on=Q, by=TEACHER)
    return story


def put(story: Story, command: Command[Any], at: str, **more: Any) -> tuple[Event[Any], ...]:
    """What was recorded on Q.'s file, that of reactions included."""
    return story.put(command, at=at, on=Q, **more)


def one(events: tuple[Event[Any], ...], kind: type[E]) -> E:
    """The only one of this kind."""
    (found,) = [e for e in events if isinstance(e, kind)]
    return found


def refused(story: Story, command: Command[Any], at: str, **more: Any) -> Refused:
    """The refusal; nothing is recorded."""
    before = len(story.told)
    with pytest.raises(Refused) as refusal:
        story.put(command, at=at, on=Q, **more)
    assert len(story.told) == before
    return refusal.value


def last_of(story: Story, kind: type[E]) -> E:
    """The latest of this kind."""
    return [e for _, e in story.told if isinstance(e, kind)][-1]


def id_of(story: Story, kind: type[Event[Any]]) -> UUID:
    """The identity of the latest of this kind."""
    return last_of(story, kind).told.event_id
