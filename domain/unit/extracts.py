"""脱敏材料 · What may leave for the press: approved, and nobody to be recognised in it (SH2024-4.3-c, CN2017-5.1-n).

Everything is refused that is not approved here. School, age and street are harmless one by one and together point to
one child; so do figures about a handful of children.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated
from uuid import UUID

from domain.kernel import Command, Event, Refusal
from domain.labels import name_fields
from domain.sensitivity import P0, P2
from domain.terms.oversight import ExtractAttribute, ExtractCheck, ExtractPurpose
from domain.unit.state import Unit

name_fields(
    extract_id=("脱敏材料", "Extract"),
    extract_purpose=("使用目的", "Purpose"),
    extract_text=("材料文本", "Text"),
    extract_attributes=("材料涉及的信息", "What it says of a child"),
    extract_checks=("审核事项", "Checks"),
    smallest_group=("最小群体人数", "Smallest group it tells apart"),
)

PRIVACY = ("SH2024-4.3-c", "CN2017-5.1-n")
NAMES_CHILD = Refusal(
    "extract_names_child",
    zh="材料含有可直接识别儿童的信息",
    en="It says who the child is",
    clauses=PRIVACY,
)
IDENTIFIES_TOGETHER = Refusal(
    "extract_identifies_together",
    zh="学校、年龄、街道同时出现可识别儿童",
    en="School, age and street together point to one child",
    clauses=PRIVACY,
)
GROUP_TOO_SMALL = Refusal(
    "extract_group_too_small",
    zh="群体人数过少,可推断到个人",
    en="The group is so small that it points to one child",
    clauses=PRIVACY,
)
NOT_CHECKED = Refusal(
    "extract_not_checked",
    zh="审核事项须逐项确认",
    en="Every check must be made before it leaves",
    clauses=PRIVACY,
)
DIRECT = frozenset(
    {
        ExtractAttribute.NAME,
        ExtractAttribute.ID_NUMBER,
        ExtractAttribute.ADDRESS,
        ExtractAttribute.PHOTO,
        ExtractAttribute.GUARDIAN,
    }
)
TOGETHER = frozenset({ExtractAttribute.SCHOOL, ExtractAttribute.AGE, ExtractAttribute.STREET})


class DeidentifiedExtractApproved(
    Event[Unit],
    name="unit.deidentified_extract_approved",
    zh="脱敏材料已批准",
    en="De-identified extract approved",
):
    """Only this text may leave."""

    extract_id: Annotated[UUID, P0]
    extract_purpose: Annotated[ExtractPurpose, P0]
    extract_text: Annotated[str, P2]
    extract_attributes: Annotated[tuple[ExtractAttribute, ...], P0]
    extract_checks: Annotated[tuple[ExtractCheck, ...], P0]
    smallest_group: Annotated[int | None, P0] = None


class ApproveDeidentifiedExtract(
    Command[Unit],
    name="unit.approve_deidentified_extract",
    zh="批准脱敏材料",
    en="Approve a de-identified extract",
    clauses=(*PRIVACY, "CQ2024-4-g"),
):
    """``smallest_group``: how many children the smallest figure in it is about, if it has figures."""

    extract_purpose: Annotated[ExtractPurpose, P0]
    extract_text: Annotated[str, P2]
    extract_attributes: Annotated[tuple[ExtractAttribute, ...], P0]
    extract_checks: Annotated[tuple[ExtractCheck, ...], P0]
    smallest_group: Annotated[int | None, P0] = None

    def decide(self, _state: Unit) -> Iterator[Event[Unit]]:
        says = frozenset(self.extract_attributes)
        if says & DIRECT:
            raise NAMES_CHILD(field="extractAttributes")
        if says >= TOGETHER:
            raise IDENTIFIES_TOGETHER(field="extractAttributes")
        smallest = self.smallest_group
        if smallest is not None and smallest < self.rules.count("small_cell_below"):
            raise GROUP_TOO_SMALL(field="smallestGroup")
        if frozenset(self.extract_checks) != frozenset(ExtractCheck):
            raise NOT_CHECKED(field="extractChecks")
        yield DeidentifiedExtractApproved.of(self, extract_id=self.new_id("extract"))
