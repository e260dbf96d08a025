"""Pairing: a teacher for every left-behind pupil, one growth mentor and one peer for each child (T-23, T-24)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from domain.child.categories import DetermineCategory
from domain.child.file import EnrolmentRecorded
from domain.child.leaving import EndCategory
from domain.child.pairing import (
    AssignGrowthMentor,
    AssignPeerPartner,
    EndPairing,
    GrowthMentorAssigned,
    NotePairingDue,
    PairingDue,
    PairingEnded,
    PairTeacher,
    PeerPartnerAssigned,
    TeacherPaired,
)
from domain.terms.file import CategoryCode, CategoryEndReason
from domain.terms.places import AreaType
from domain.terms.school import PairingKind, TeacherRole
from tests.domain.child.family import JUYUAN
from tests.domain.child.pupils import (
    HEAD,
    HELPER,
    JIADING_SCHOOL,
    JIADING_TEACHER,
    SCHOOL,
    TEACHER,
    Q,
    at_school,
    left_behind,
    on_file,
    one,
    put,
    refused,
)
from tests.domain.story import Story
from tests.dsl import an_id
from tests.dsl import told as alone

PEER = AssignPeerPartner(
    peer_reference="初二(3)班 王同学", peer_guardian_name="王父", peer_guardian_consent=True
)


def due_kinds(story: Story) -> dict[PairingKind, PairingDue]:
    """What was noted as due, by kind."""
    return {e.pairing_kind: e for _, e in story.told if isinstance(e, PairingDue)}


def in_jiading(at: str = "2024-07-01 09:00") -> Story:
    """A left-behind pupil under SH2020 and SH2024."""
    story = on_file(at, JUYUAN, area_type=AreaType.SUBURBAN_RURAL)
    return left_behind(story, at, CategoryCode.LBC_RURAL_SH)


def in_fengjie() -> Story:
    """A left-behind pupil under CQ2016 and CQ2024."""
    return left_behind(on_file(), "2024-08-21 09:00", CategoryCode.LBC_CQ_URBAN_RURAL)


def test_chongqing_asks_for_a_teacher() -> None:
    due = due_kinds(in_fengjie())
    assert set(due) == {PairingKind.TEACHER}
    assert due[PairingKind.TEACHER].school_unit_id == SCHOOL.id
    assert due[PairingKind.TEACHER].pair_by == date(2024, 9, 20)
    assert due[PairingKind.TEACHER].told.clauses == ("CQ2016-3.3-m", "CQ2024-2.6-b")


def test_shanghai_asks_for_teacher_mentor_and_peer() -> None:
    due = due_kinds(in_jiading())
    assert set(due) == {PairingKind.TEACHER, PairingKind.MENTOR, PairingKind.PEER}
    assert set(due[PairingKind.PEER].told.clauses) == {"SH2020-3.3-b", "SH2024-2.1.2-a"}


def test_nothing_is_due_for_a_child_in_no_category_or_no_school() -> None:
    assert due_kinds(on_file()) == {}
    none = left_behind(
        on_file(school_unit_id=None), "2024-08-21 09:00", CategoryCode.LBC_CQ_URBAN_RURAL
    )
    assert due_kinds(none) == {}
    put(none, at_school(school_unit_id=SCHOOL.id), "2024-09-02 09:00")
    assert due_kinds(none)[PairingKind.TEACHER].pair_by == date(2024, 10, 2)


def test_it_is_noted_once_and_again_at_another_school() -> None:
    story = in_fengjie()
    assert put(story, NotePairingDue(), "2024-08-22 09:00") == ()
    put(
        story,
        PairTeacher(teacher_person_id=TEACHER.person_id, teacher_role=TeacherRole.CLASS_TEACHER),
        "2024-08-23 09:00",
    )
    assert put(story, NotePairingDue(), "2024-08-24 09:00") == ()
    moved = at_school(school_unit_id=JIADING_SCHOOL.id)
    told = put(story, moved, "2024-08-30 09:00")
    assert one(told, PairingDue).school_unit_id == JIADING_SCHOOL.id


def test_an_enrolment_that_nothing_followed_is_made_up_for() -> None:
    story = in_fengjie()
    elsewhere = EnrolmentRecorded(school_unit_id=JIADING_SCHOOL.id)
    story.tell(alone(elsewhere, at="2024-08-30 09:00"), on=Q)
    noted = put(story, NotePairingDue(), "2024-08-31 09:00")
    assert {e.school_unit_id for e in noted if isinstance(e, PairingDue)} == {JIADING_SCHOOL.id}
    assert story.child(Q).school.pairs == ()


def test_a_child_left_behind_again_is_to_be_paired_again() -> None:
    story = in_fengjie()
    category = CategoryCode.LBC_CQ_URBAN_RURAL
    ending = EndCategory(category=category, category_end_reason=CategoryEndReason.SETTLED)
    put(story, ending, "2024-10-01 09:00")
    again = put(story, DetermineCategory(category=category), "2024-11-01 09:00")
    assert one(again, PairingDue).pair_by == date(2024, 12, 1)


def test_teachers_of_the_childs_own_school_pair() -> None:
    story = in_fengjie()
    command = PairTeacher(
        teacher_person_id=TEACHER.person_id, teacher_role=TeacherRole.CLASS_TEACHER
    )
    told = one(put(story, command, "2024-08-23 09:00", by=HEAD), TeacherPaired)
    assert told.school_unit_id == SCHOOL.id
    assert told.told.clauses == ("CQ2016-3.3-m", "CQ2024-2.6-b")
    assert story.child(Q).school.pairing_due == frozenset()
    assert put(story, command, "2024-08-23 10:00", by=HEAD) == ()
    second = PairTeacher(teacher_person_id=HEAD.person_id, teacher_role=TeacherRole.SCHOOL_LEADER)
    one(put(story, second, "2024-08-23 11:00", by=HEAD), TeacherPaired)
    stranger = replace(command, teacher_person_id=HELPER.person_id)
    no = refused(story, stranger, "2024-08-23 12:00")
    assert (no.code, no.field) == ("not_at_this_school", "teacherPersonId")


def test_one_growth_mentor_and_no_more() -> None:
    story = in_jiading()
    command = AssignGrowthMentor(mentor_person_id=JIADING_TEACHER.person_id)
    told = one(put(story, command, "2024-07-10 09:00"), GrowthMentorAssigned)
    assert told.school_unit_id == JIADING_SCHOOL.id
    assert put(story, command, "2024-07-10 10:00") == ()
    outside = AssignGrowthMentor(mentor_person_id=TEACHER.person_id)
    assert refused(story, outside, "2024-07-10 11:00").code == "not_at_this_school"
    ended = EndPairing(pairing_id=told.pairing_id, pairing_ended_because="调离")
    after = put(story, ended, "2024-07-11 09:00")
    assert one(after, PairingEnded).pairing_kind is PairingKind.MENTOR
    assert one(after, PairingDue).pair_by == date(2024, 8, 10)
    assert refused(story, ended, "2024-07-12 09:00").code == "unknown_pairing"


def test_a_second_mentor_is_refused_with_the_clause() -> None:
    story = in_jiading()
    put(story, AssignGrowthMentor(mentor_person_id=JIADING_TEACHER.person_id), "2024-07-10 09:00")
    pair = story.child(Q).school.pairs[0]
    story.states[Q] = replace(
        story.child(Q),
        school=replace(
            story.child(Q).school, pairs=(replace(pair, person_id=an_id("somebody else")),)
        ),
    )
    again = AssignGrowthMentor(mentor_person_id=JIADING_TEACHER.person_id)
    no = refused(story, again, "2024-07-10 10:00")
    assert no.code == "mentor_already_assigned"
    assert no.clauses == ("SH2024-2.1.2-a",)


def test_a_peer_needs_the_consent_of_its_own_guardian() -> None:
    story = in_jiading()
    for lacking in (
        replace(PEER, peer_guardian_consent=False),
        replace(PEER, peer_guardian_name=" "),
    ):
        no = refused(story, lacking, "2024-07-10 09:00")
        assert (no.code, no.field) == ("peer_consent_missing", "peerGuardianConsent")
    told = one(put(story, PEER, "2024-07-10 09:00"), PeerPartnerAssigned)
    assert told.peer_reference == "初二(3)班 王同学"
    second = replace(PEER, peer_reference="初二(4)班 李同学")
    no = refused(story, second, "2024-07-11 09:00")
    assert no.code == "peer_already_assigned"
    assert no.clauses == ("SH2024-2.1.2-a",)


@pytest.mark.parametrize(
    "command",
    [
        PEER,
        AssignGrowthMentor(mentor_person_id=TEACHER.person_id),
        PairTeacher(teacher_person_id=TEACHER.person_id, teacher_role=TeacherRole.SUBJECT_TEACHER),
    ],
)
def test_nobody_is_paired_with_a_child_in_no_school(
    command: PairTeacher | AssignGrowthMentor | AssignPeerPartner,
) -> None:
    story = on_file(school_unit_id=None)
    assert refused(story, command, "2024-08-23 09:00").code == "not_enrolled"
