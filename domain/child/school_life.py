"""在校生活 · How a pupil lives and thinks, told by the school; and that compulsory education was completed.

及时了解留守儿童生活情况和思想动态,并给予必要的关心支持 (SH2020-3.3-c); 对受教育情况实施全程管理 (CQ2016-3.3-n).
"""

from __future__ import annotations

from datetime import date
from typing import Annotated

from domain.child.state import ON_FILE, Child
from domain.kernel import Record
from domain.labels import name_fields
from domain.sensitivity import P2, P3_SCHOOL
from domain.terms.school import SchoolStage

name_fields(
    life_at_school=("在校生活情况", "Life at school"),
    mood_at_school=("思想动态", "What the pupil thinks and feels"),
    care_at_school=("关心支持措施", "Care and support given"),
    completed_stage=("完成学段", "Stage completed"),
    completed_on=("完成日期", "Completed on"),
)


class PupilFollowedUp(
    Record[Child],
    name="child.pupil_followed_up",
    zh="学生情况已跟进",
    en="Pupil followed up",
    act="child.follow_up_pupil",
    does=("跟进学生生活和思想", "Follow up on a pupil"),
    when=ON_FILE,
    clauses=("SH2020-3.3-c", "CQ2016-3.3-n"),
):
    """By the teacher paired with the child or of its class; a concern of the mind has its own, sealed record."""

    life_at_school: Annotated[str, P3_SCHOOL]
    mood_at_school: Annotated[str | None, P3_SCHOOL] = None
    care_at_school: Annotated[str | None, P3_SCHOOL] = None


class SchoolingCompleted(
    Record[Child],
    name="child.schooling_completed",
    zh="学段已完成",
    en="Schooling completed",
    act="child.complete_schooling",
    does=("登记完成学段", "Record a stage as completed"),
    when=ON_FILE,
    clauses=("CQ2016-3.3-n", "CQ2016-3.3-b"),
):
    """The last line of the pupil's way through school; the next school enrols anew."""

    completed_stage: Annotated[SchoolStage, P2]
    completed_on: Annotated[date, P3_SCHOOL]
