"""表扬与问责 · Who is commended and who answers, for what (C.13; SH2020-5.4-f, -h, CQ2016-6.3)."""

from __future__ import annotations

from typing import Annotated

from domain.kernel import Record
from domain.labels import name_fields
from domain.sensitivity import P0, P2, P3
from domain.terms.oversight import Answerable, Failing, Merit
from domain.unit.state import Unit

name_fields(
    answerable=("对象类别", "Unit or person"),
    answerable_name=("对象", "Who"),
    merit=("表扬事由", "Merit"),
    failing=("问责事由", "Failing"),
    commendation_text=("表扬内容", "Commendation text"),
    accountability_text=("问责决定", "Decision on accountability"),
)


class CommendationRecorded(
    Record[Unit],
    name="unit.commendation_recorded",
    zh="已表扬激励",
    en="Commendation recorded",
    act="unit.record_commendation",
    does=("登记表扬激励", "Record a commendation"),
    clauses=("SH2020-5.4-f", "CQ2016-6.3-b", "CQ2016-6.3-e", "SH2024-3.3-b"),
):
    answerable: Annotated[Answerable, P0]
    answerable_name: Annotated[str, P2]
    merit: Annotated[Merit, P0]
    commendation_text: Annotated[str, P2]


class AccountabilityDecided(
    Record[Unit],
    name="unit.accountability_decided",
    zh="已问责",
    en="Accountability decided",
    act="unit.decide_accountability",
    does=("登记问责决定", "Record a decision on accountability"),
    clauses=("SH2020-5.4-h", "CQ2016-6.3-c", "CQ2016-6.3-d"),
):
    """Refusals and hand-offs of tasks stay on the timelines, so that it can be shown who held what when."""

    answerable: Annotated[Answerable, P0]
    answerable_name: Annotated[str, P3]
    failing: Annotated[Failing, P2]
    accountability_text: Annotated[str, P3]
