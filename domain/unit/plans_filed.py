"""方案、办法、通报、清单 · Plans, appraisal methods, bulletins and work lists, by version (C.13)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Annotated

from domain.kernel import Command, Event, Record, Refusal
from domain.labels import name_fields
from domain.sensitivity import P0, P2
from domain.terms.oversight import DutyCode, PlanDocument
from domain.terms.workforce import WorkListKind
from domain.unit.obligations import fulfilled
from domain.unit.state import Unit

name_fields(
    plan_document=("文件种类", "Kind of document"),
    document_version=("版本", "Version"),
    document_title=("文件名称", "Title"),
    document_hash=("文件摘要(SHA-256)", "SHA-256 of the document"),
    bulletin_from_on=("通报周期开始", "Bulletin from"),
    bulletin_to_on=("通报周期结束", "Bulletin to"),
    bulletin_summary=("通报内容", "Summary of the bulletin"),
    work_list_kind=("清单种类", "Kind of list"),
    work_list_items=("清单内容", "Items of the list"),
)

BULLETIN_REVERSED = Refusal(
    "bulletin_reversed", zh="通报周期的结束不能早于开始", en="The bulletin ends before it begins"
)
BULLETIN_LATER = Refusal(
    "bulletin_in_future",
    zh="通报周期不能晚于发布之日",
    en="A bulletin tells of what was done, up to the day it is issued",
)
WORK_BULLETIN = DutyCode("WORK_BULLETIN")


class ImplementationPlanFiled(
    Record[Unit],
    name="unit.implementation_plan_filed",
    zh="实施方案已备案",
    en="Implementation plan filed",
    act="unit.file_implementation_plan",
    does=("备案实施方案", "File an implementation plan"),
    clauses=(
        "SH2020-5.2-a",
        "CQ2016-7-a",
        "SH2024-3.1-a",
        "SH2024-3.2-b",
        "CQ2016-3.2-b",
    ),
):
    plan_document: Annotated[PlanDocument, P0]
    document_title: Annotated[str, P2]
    document_version: Annotated[int, P0]
    document_hash: Annotated[str | None, P2] = None


class AppraisalMethodFiled(
    Record[Unit],
    name="unit.appraisal_method_filed",
    zh="督查考核办法已备案",
    en="Appraisal method filed",
    act="unit.file_appraisal_method",
    does=("备案督查考核办法", "File an appraisal method"),
    clauses=("SH2020-5.4-e", "CQ2016-6.3-a"),
):
    document_title: Annotated[str, P2]
    document_version: Annotated[int, P0]


class WorkBulletinIssued(
    Event[Unit], name="unit.work_bulletin_issued", zh="工作情况已通报", en="Work bulletin issued"
):
    """Fed by the figures (S-05)."""

    bulletin_from_on: Annotated[date, P0]
    bulletin_to_on: Annotated[date, P0]
    bulletin_summary: Annotated[str, P2]


class IssueWorkBulletin(
    Command[Unit],
    name="unit.issue_work_bulletin",
    zh="发布工作通报",
    en="Issue a work bulletin",
    clauses=("SH2020-5.4-e",),
):
    """定期通报: what is reported of lies behind, and the day of issue decides which period's duty is met."""

    bulletin_from_on: Annotated[date, P0]
    bulletin_to_on: Annotated[date, P0]
    bulletin_summary: Annotated[str, P2]

    def decide(self, state: Unit) -> Iterator[Event[Unit]]:
        if self.bulletin_to_on < self.bulletin_from_on:
            raise BULLETIN_REVERSED(field="bulletinToOn")
        if self.bulletin_to_on > self.rules.on:
            raise BULLETIN_LATER(field="bulletinToOn")
        yield WorkBulletinIssued.of(self)
        yield from fulfilled(self, state, WORK_BULLETIN)


class WorkListIssued(
    Record[Unit],
    name="unit.work_list_issued",
    zh="工作清单已印发",
    en="Work list issued",
    act="unit.issue_work_list",
    does=("印发职责、服务内容、工作清单", "Issue a work list"),
    clauses=("SH2024-2.3.7-b", "SH2024-4.1-c", "CQ2024-2.2-d"),
):
    work_list_kind: Annotated[WorkListKind, P0]
    document_version: Annotated[int, P0]
    work_list_items: Annotated[tuple[str, ...], P2]
