"""Somebody leaves a unit: what rested on the post ends, the school or a colleague is asked, and nothing else."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest

from domain.child.companions import PairingStarted
from domain.child.file import EnrolmentRecorded, ResponsibleWorkerAssigned
from domain.child.pairing import PairingDue, PairingEnded, TeacherPaired
from domain.child.places import ChildLocationRecorded
from domain.child.withdrawal import NO_LONGER_SERVING, NotePersonLeft, ResponsibleWorkerWithdrawn
from domain.directory import Directory, Post
from domain.terms.file import CategoryCode
from domain.terms.places import DivisionId, PlaceKind
from domain.terms.roles import Role
from domain.terms.school import PairingKind, TeacherRole
from domain.terms.units import UnitKind
from domain.unit.posts import EndAssignment
from tests.domain.story import Story
from tests.domain.unit.cast import (
    CHUNGUANG,
    MR_K,
    MS_P,
    OLD_LU,
    OUYING,
    UNITS,
    VILLAGE,
    VILLAGE_THERE,
    XIANGHUA,
    appointed,
    post,
    registered,
)
from tests.domain.unit.test_directors import entered
from tests.dsl import an_id, told

SCHOOL, CHILD = an_id("school of the village"), an_id("pupil of the village")
END = EndAssignment(assignment_id=an_id(f"post of {MR_K}"), ground="调离")
TAUGHT = TeacherPaired(
    pairing_id=an_id("taught"),
    teacher_person_id=MR_K,
    teacher_role=TeacherRole.CLASS_TEACHER,
    school_unit_id=SCHOOL,
)
READ_TO = PairingStarted(
    pairing_id=an_id("read to"),
    pairing_kind=PairingKind.VOLUNTEER,
    companion_person_id=MR_K,
    companion_unit_id=VILLAGE,
    called_name="小宝",
    meeting_time="周六",
    meeting_place="村阅览室",
)


def story(*posts: Post, unit: UUID = VILLAGE, role: Role = Role.CHILD_DIRECTOR) -> Story:
    """A pupil of Mr K., who reads to it and looks after it; he leaves this unit."""
    told_so = Story(place=XIANGHUA, directory=Directory.of(UNITS, posts))
    there = VILLAGE_THERE if unit == VILLAGE else registered(UnitKind.SCHOOL, XIANGHUA)
    told_so.tell(told(there), on=unit)
    told_so.tell(told(appointed(MR_K, role)), on=unit)
    for fact in (
        ChildLocationRecorded(place_kind=PlaceKind.RESIDENCE, place_division=DivisionId(CHUNGUANG)),
        EnrolmentRecorded(school_unit_id=SCHOOL),
        ResponsibleWorkerAssigned(responsible_person_id=MR_K),
        TAUGHT,
        READ_TO,
    ):
        told_so.tell(told(fact), on=CHILD)
    return told_so


AS_DIRECTOR = post(MR_K, Role.CHILD_DIRECTOR, VILLAGE, CHUNGUANG)
AS_TEACHER = post(MR_K, Role.CLASS_TEACHER, SCHOOL, XIANGHUA)
FAR_AWAY = post(MR_K, Role.SOCIAL_WORKER, an_id("provider in Chongqing"), OUYING)
COLLEAGUE = post(OLD_LU, Role.CHILD_DIRECTOR, VILLAGE, CHUNGUANG)


@pytest.mark.parametrize(
    ("others", "unit", "role", "ended", "responsible"),
    [
        ((COLLEAGUE,), VILLAGE, Role.CHILD_DIRECTOR, {TAUGHT, READ_TO}, OLD_LU),
        ((), VILLAGE, Role.CHILD_DIRECTOR, {TAUGHT, READ_TO}, None),
        ((FAR_AWAY,), VILLAGE, Role.CHILD_DIRECTOR, set(), None),
        ((FAR_AWAY,), SCHOOL, Role.CLASS_TEACHER, {TAUGHT}, None),
        ((AS_DIRECTOR,), SCHOOL, Role.CLASS_TEACHER, {TAUGHT}, MR_K),
    ],
    ids=["for good", "nobody else", "to another city", "from the school there", "from the school"],
)
def test_what_rested_on_the_post_ends(
    others: tuple[Post, ...], unit: UUID, role: Role, ended: set[Any], responsible: UUID | None
) -> None:
    left = AS_DIRECTOR if unit == VILLAGE else AS_TEACHER
    told_so = story(left, *others, unit=unit, role=role)
    told_so.put(END, at="2025-06-03 10:00", on=unit)
    said = [e for _, e in told_so.told if isinstance(e, PairingEnded)]
    assert {e.pairing_id for e in said} == {one.pairing_id for one in ended}
    assert {e.pairing_ended_because for e in said} <= {NO_LONGER_SERVING}
    assert told_so.child(CHILD).file.responsible_person == responsible


@pytest.mark.clause("SH2020-3.3-b")
def test_the_school_is_asked_for_another_teacher() -> None:
    """所有留守儿童: a child whose teacher has left is to be paired again."""
    told_so = story(AS_TEACHER, AS_DIRECTOR, unit=SCHOOL, role=Role.CLASS_TEACHER)
    told_so.tell(told(entered(CategoryCode.LBC_RURAL_SH)), on=CHILD)
    left = NotePersonLeft(withdrawn_person_id=MR_K, left_unit_id=SCHOOL)
    facts = told_so.put(left, at="2025-06-03 10:00", on=CHILD)
    owed = {e.pairing_kind for e in facts if isinstance(e, PairingDue)}
    assert isinstance(facts[0], PairingEnded)
    assert PairingKind.TEACHER in owed
    assert told_so.child(CHILD).file.responsible_person == MR_K


def test_who_still_serves_in_the_unit_leaves_nobody() -> None:
    told_so = story(AS_DIRECTOR)
    also = replace(appointed(MR_K, Role.VILLAGE_COMMITTEE), assignment_id=an_id("another post"))
    told_so.tell(told(also), on=VILLAGE)
    told_so.put(END, at="2025-06-03 10:00", on=VILLAGE)
    assert told_so.child(CHILD).file.responsible_person == MR_K


def test_a_stranger_s_leaving_changes_nothing() -> None:
    told_so = story(AS_DIRECTOR)
    left = NotePersonLeft(withdrawn_person_id=MS_P, left_unit_id=VILLAGE)
    assert told_so.put(left, at="2025-06-03 10:00", on=CHILD) == ()
    assert not [e for _, e in told_so.told if isinstance(e, ResponsibleWorkerWithdrawn)]


def test_another_school_ends_what_the_school_arranged_and_nothing_else() -> None:
    """CQ2016-3.4-f: a volunteer or loving parent is the child's own, wherever it goes to school."""
    told_so = story(AS_DIRECTOR)
    told_so.tell(told(EnrolmentRecorded(school_unit_id=an_id("another school"))), on=CHILD)
    (pair,) = told_so.child(CHILD).school.pairs
    assert pair.pairing_id == READ_TO.pairing_id
