"""读取 · The hand-shaped reads: a child, a case, the viewer's own work, a unit's queue."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Optional
from uuid import UUID

import strawberry

from domain.parameters import PARAMETERS
from domain.periods import local_date
from domain.rulebook import jurisdiction_of
from domain.sensitivity import P2
from domain.terms.file import CategoryCode
from domain.terms.reports import ReportProgress
from domain.told_rules import said_of, told_of, words_of
from schema.access import (
    AccessOrderType,
    CompanionshipType,
    HeldGrantType,
    access_order,
    companionships,
    held_grants,
)
from schema.annual_report import (
    AnnualReport,
    AnnualReportDraft,
    annual_report,
    annual_report_draft,
)
from schema.as_known import CaseThen, ChildThen, case_as_known, child_as_known
from schema.connections import Connection
from schema.duplicates import PossibleDuplicate, possible_duplicates
from schema.duty_contacts import DutyContact, duty_contacts
from schema.journal import AccessEntry, access_journal
from schema.objects import Info
from schema.outcomes import ClauseRef, clause_ref
from schema.own_work import CASELOAD, LEDGER, LEDGER_ASKS, OPEN_NEEDS, LedgerStatus, files_of
from schema.places import DivisionOfToday, divisions
from schema.queue_catalogue import QueueNamed, queues
from schema.receipts import report_progress
from schema.rehearsal import RehearsalType, rehearsal
from schema.reports import ReportType, report
from schema.responsibility import ResponsibilityType, responsibilities
from schema.rules_file import RulesFileHead, rules_file
from schema.scalars import enum_type
from schema.statistics import TierCount, risk_distribution
from schema.terms import TermValue, Vocabulary, term_values, terms
from schema.types import (
    CaseType,
    ChildType,
    OpenNeedType,
    WorkItemType,
    load_case,
    load_child,
    load_task,
)
from schema.unit_work import QueueCount, UnitLoad, unit_load, work_done, work_queue, work_queues
from schema.units import UnitRecordType, unit_field, units_field
from schema.words_asked import DIVISION, SERVICE, TIER

ASKED_BY = "asked_by"
"""The metadata of a read that clauses ask for: their ids."""

Child = Annotated["ChildType", strawberry.lazy("schema.types")]
Case = Annotated["CaseType", strawberry.lazy("schema.types")]
WorkItem = Annotated["WorkItemType", strawberry.lazy("schema.types")]


@strawberry.type(description="规则包 · A pack in force, with its version.")
class PackInForce:
    """A pack that binds."""

    id: str
    version: int


@strawberry.type(
    description="一项规定 · What is laid down here on one topic, and by which clauses."
)
class RuleTold:
    """One parameter of the packs in force."""

    name: str
    zh: str
    en: str
    values: list[str]
    words: list[TermValue] = strawberry.field(
        description="用语 · What the codes among the values are called"
    )
    mark: str = strawberry.field(
        description="依据 · Whether the text says so, the rule owner, or the platform\n\n取值 · Mark"
    )
    clauses: list[ClauseRef]


@strawberry.type(
    description="现行规则 · Which packs bind at a place on a day, and what is missing."
)
class RulesInForce:
    """The answer of the rulebook, citable."""

    on: date
    packs: list[PackInForce]
    gaps: list[str] = strawberry.field(
        description="空档 · Topics on which the texts are silent or ended\n\n取值 · Parameter"
    )
    told: list[RuleTold] = strawberry.field(
        description="须告知的规定 · What the texts lay down for people to know, where no act waits for it"
    )


@strawberry.type(description="当前用户 · Who asks, in which capacity, and their own work.")
class Viewer:
    """One capacity a request."""

    person_id: UUID
    role: str
    unit_id: UUID | None
    division_id: str | None
    purpose: str

    @strawberry.field(
        description="名下儿童 · The children this person is responsible for, next due first."
    )
    async def caseload(
        self, info: Info, first: int | None = None, after: str | None = None
    ) -> Connection[Child]:
        person = {"person": info.context.assignment.person_id}
        found = await CASELOAD.page(info, person, first, after)
        looks = await CASELOAD.objects(info, found.rows)
        return found.connection(looks)

    work_queues: list[QueueCount] = strawberry.field(
        resolver=work_queues,
        description="工作队列 · The queues of this person's unit, with counts.",
    )

    grants: list[HeldGrantType] = strawberry.field(
        resolver=held_grants,
        description="限时授权 · What this capacity may look at for a time, the first to end first.",
    )

    companionships: list[CompanionshipType] = strawberry.field(
        resolver=companionships,
        description="社会结对 · The meetings of this person's pairings outside school.",
    )


@strawberry.type(description="查询 · Reads.")
class Query:
    """Absent and out of reach are told alike: null."""

    @strawberry.field(description="儿童 · A child by id.")
    async def child(self, info: Info, id: UUID) -> Optional[Child]:  # noqa: UP045
        return await load_child(info, id)

    @strawberry.field(description="个案 · A case by id.")
    async def case(self, info: Info, id: UUID) -> Optional[Case]:  # noqa: UP045
        return await load_case(info, id)

    @strawberry.field(
        description="任务 · A task by id, open or over: what it is about, and what one may do there now."
    )
    async def work_item(self, info: Info, id: UUID) -> Optional[WorkItem]:  # noqa: UP045
        return await load_task(info, id)

    @strawberry.field(description="当前用户 · The viewer.")
    async def viewer(self, info: Info) -> Viewer:
        a = info.context.assignment
        return Viewer(
            person_id=a.person_id,
            role=a.role,
            unit_id=a.unit_id,
            division_id=a.division_id,
            purpose=info.context.purpose,
        )

    @strawberry.field(
        description="台账 · The files of a division (township, village) or of a school, with what hangs on each child: "
        "those on the ledger, the closed ones, or all.",
        metadata={
            ASKED_BY: (
                "SH2020-3.2-g",
                "CQ2016-3.2-k",
                "CN2017-5.1-af",
                "CQ2016-3.2-f",
                "CQ2016-3.3-c",
            )
        },
    )
    async def ledger(  # noqa: PLR0913, PLR0917 - the arguments of the field
        self,
        info: Info,
        division: strawberry.ID | None = None,
        school: UUID | None = None,
        status: LedgerStatus | None = None,
        name: str | None = None,
        category: enum_type(CategoryCode) | None = None,  # type: ignore[valid-type]
        responsible: UUID | None = None,
        tier: str | None = None,
        first: int | None = None,
        after: str | None = None,
    ) -> Connection[Child]:
        given: dict[str, Any] = {
            "division": DIVISION.maybe(division, "division"),
            "school": school,
            "name": name,
            "category": None if category is None else CategoryCode(category).value,
            "responsible": responsible,
            "tier": TIER.maybe(tier, "tier"),
        }
        for argument, cls in LEDGER_ASKS.items():
            if given[argument] is not None:
                info.context.asks_by(argument, "child", cls)
        given["status"] = files_of(status)
        found = await LEDGER.page(info, given, first, after)
        return found.connection(await LEDGER.objects(info, found.rows))

    @strawberry.field(
        description="待对接需求 · What children of the district need and nobody provides yet, without the children.",
        metadata={ASKED_BY: ("CQ2016-3.4-i",)},
    )
    async def open_needs(
        self,
        info: Info,
        service: str | None = None,
        first: int | None = None,
        after: str | None = None,
    ) -> Connection[Annotated["OpenNeedType", strawberry.lazy("schema.types")]]:  # noqa: UP037
        if service is not None:
            info.context.asks_by("service", "need", P2)
        given = {"service": SERVICE.maybe(service, "service")}
        found = await OPEN_NEEDS.page(info, given, first, after)
        return found.connection(await OPEN_NEEDS.objects(info, found.rows))

    work_queue: Connection[WorkItem] = strawberry.field(
        resolver=work_queue,
        description="工作队列 · The open tasks of a unit's queue (or of all), escalated first, then as they are due.",
    )

    work_done: Connection[WorkItem] = strawberry.field(
        resolver=work_done,
        description="已办事项 · What is over of a unit's work (done, fallen away, refused, passed on), latest first.",
    )

    queues: list[QueueNamed] = strawberry.field(
        resolver=queues,
        description="队列目录 · What the queues are called and by which clauses they are there.",
    )

    terms: list[Vocabulary] = strawberry.field(
        resolver=terms,
        description="词表 · What the codes are called that columns, filters and timelines hold.",
    )

    unit_load: UnitLoad = strawberry.field(
        resolver=unit_load,
        description="机构工作量 · What a unit has open, by queue and by named person, within the viewer's reach.",
    )

    @strawberry.field(description="现行规则 · Which rule packs bind at a place on a day.")
    async def rules_in_force(
        self, info: Info, place: strawberry.ID, on: date | None = None
    ) -> RulesInForce:
        services = info.context.services
        day = on or local_date(services.now())
        where = jurisdiction_of(services.divisions, DIVISION.word(str(place), "place"), day)
        rules = services.rulebook().in_force(where, day)
        gaps = services.rulebook().gaps(where, day)
        return RulesInForce(
            on=day,
            packs=[PackInForce(id=p, version=v) for p, v in rules.packs],
            gaps=[str(g.topic) for g in gaps],
            told=[
                RuleTold(
                    name=one.name,
                    zh=PARAMETERS[one.name].zh,
                    en=PARAMETERS[one.name].en,
                    values=words_of(one.value),
                    words=term_values(said_of(one.name, one.value)),
                    mark=one.mark.value,
                    clauses=[clause_ref(c.clause_id) for c in one.cite if c.clause_id],
                )
                for one in told_of(rules)
            ],
        )

    rules_file: RulesFileHead | None = strawberry.field(
        resolver=rules_file,
        description="规则事项 · The rules file of one's own territory, to put what its owner decides to.",
    )

    divisions: Connection[DivisionOfToday] = strawberry.field(
        resolver=divisions,
        description="行政区划 · Those directly below a division (else the provinces), or those of a name or a code.",
    )

    risk_distribution: list[TierCount] | None = strawberry.field(
        resolver=risk_distribution,
        description="风险分布 · Children by tier in a division; small cells are held back.",
    )

    responsibilities: list[ResponsibilityType] = strawberry.field(
        resolver=responsibilities,
        description="任务分工概况 · The plan's tasks, the city bodies that answer for them, what is open under each.",
        metadata={ASKED_BY: ("SH2024-5-b",)},
    )

    unit_record: UnitRecordType | None = unit_field

    units: Connection[UnitRecordType] = units_field

    duty_contacts: list[DutyContact] = strawberry.field(
        resolver=duty_contacts,
        description="值班电话 · The public phones of the desks that serve a place, the nearest first.",
        metadata={ASKED_BY: ("SH2020-4.1-d", "CQ2016-4.1-b", "CN2017-4.1-b")},
    )

    child_as_known: Optional[ChildThen] = strawberry.field(  # noqa: UP045
        resolver=child_as_known,
        description="当时所知 · A child's file as it could be known, or as it was, at a moment.",
    )

    case_as_known: Optional[CaseThen] = strawberry.field(  # noqa: UP045
        resolver=case_as_known,
        description="当时所知 · The head of a case as it could be known, or as it was, at a moment.",
    )

    access_order: Optional[AccessOrderType] = strawberry.field(  # noqa: UP045
        resolver=access_order,
        description="查阅事项 · An emergency access, an audit order or a sharing contract.",
    )

    rehearsal: RehearsalType | None = strawberry.field(
        resolver=rehearsal,
        description="规则包试运行 · What a changed rule pack would move for today's children; nothing is recorded.",
    )

    annual_report: AnnualReport | None = strawberry.field(
        resolver=annual_report,
        description="年度进展报告 · A district's yearly report as it was sent, beside what is known now (S-03).",
    )

    annual_report_draft: AnnualReportDraft | None = strawberry.field(
        resolver=annual_report_draft,
        description="年度进展报告草稿 · The figures a district would send as of a day, with the digest to sign.",
    )

    report: ReportType | None = strawberry.field(
        resolver=report,
        description="统计报表 · A report (S-01 … S-23) of a division as known on a day; small cells are held back.",
    )

    access_journal: Connection[AccessEntry] | None = strawberry.field(
        resolver=access_journal,
        description="查阅记录 · Who looked at a child or a case; its family is told in which capacity and why.",
    )

    possible_duplicates: list[PossibleDuplicate] | None = strawberry.field(
        resolver=possible_duplicates,
        description="判重 · Whether a child who is to be registered has a file already, and which unit keeps it.",
        metadata={ASKED_BY: ("SH2020-3.2-g", "CQ2016-3.2-k", "CN2017-5.1-af")},
    )

    report_progress: enum_type(ReportProgress) | None = strawberry.field(  # type: ignore[valid-type]
        resolver=report_progress,
        description="报告进展 · How far a report has come, for whoever holds its receipt code.",
    )

    @strawberry.field(description="条款 · A clause by its id.")
    async def clause(self, id: str) -> ClauseRef | None:
        try:
            return clause_ref(id)
        except LookupError:
            return None
