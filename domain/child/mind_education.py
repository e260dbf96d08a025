"""心理健康教育 · That a child had mental-health education: what the coverage of 2027 counts (CQ2024-1-d, S-14)."""

from __future__ import annotations

from typing import Annotated

from domain.child.state import ON_FILE, Child
from domain.kernel import Record
from domain.labels import name_fields
from domain.sensitivity import P2
from domain.terms.school import MindLesson

name_fields(mind_lesson=("心理健康教育形式", "Form of the mental-health education"))


class MentalHealthEducationGiven(
    Record[Child],
    name="child.mental_health_education_given",
    zh="心理健康教育已开展",
    en="Mental-health education given",
    act="child.give_mental_health_education",
    does=("登记心理健康教育", "Record mental-health education"),
    when=ON_FILE,
    clauses=("CQ2024-1-d", "CQ2024-2.2-a", "SH2020-3.3-g", "CQ2016-3.3-h"),
):
    """Teaching, not treatment: it says nothing of how the child is, and counselling is a record of its own."""

    mind_lesson: Annotated[MindLesson, P2]
