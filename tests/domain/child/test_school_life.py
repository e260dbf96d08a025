"""A pupil's life at school is told by the school, to its end."""

from __future__ import annotations

from datetime import date

from domain.child.school_life import PupilFollowedUp, SchoolingCompleted
from domain.terms.school import SchoolStage
from tests.domain.child.family import cq, jd, noted, opening, sh_opening, told_by
from tests.dsl import given

OPENED, OPENED_SH = told_by(cq(opening())), told_by(jd(sh_opening()))


def test_what_a_teacher_learns_of_a_pupil_s_life_is_told_with_the_care_given() -> None:
    note = noted(
        PupilFollowedUp,
        life_at_school="午餐常剩下,周末一人在家",
        mood_at_school="想念父母",
        care_at_school="安排周三视频通话",
    )
    (told,) = given(*OPENED_SH).when(jd(note, "2024-09-10 16:00")).facts()
    assert told == PupilFollowedUp(
        life_at_school="午餐常剩下,周末一人在家",
        mood_at_school="想念父母",
        care_at_school="安排周三视频通话",
    )
    assert "SH2020-3.3-c" in told.told.clauses
    given().when(jd(note, "2024-09-10 16:00")).then_refused("out_of_turn")


def test_a_completed_stage_ends_the_way_through_school() -> None:
    done = noted(
        SchoolingCompleted, completed_stage=SchoolStage.JUNIOR, completed_on=date(2025, 6, 30)
    )
    (told,) = given(*OPENED).when(cq(done, "2025-07-01 09:00")).facts()
    assert told == SchoolingCompleted(
        completed_stage=SchoolStage.JUNIOR, completed_on=date(2025, 6, 30)
    )
    assert "CQ2016-3.3-n" in told.told.clauses
