"""工作类报表 · The quality of the work itself, and who looked at what (S-20, S-23)."""

from __future__ import annotations

from dataclasses import replace

from domain.sensitivity import P2
from projections.reports.catalogue_of_children import UNFILED, screened
from projections.reports.grammar import (
    CASE_HAPPENING,
    CASE_MATTER,
    CHILD,
    DOORS,
    DUTY,
    HAPPENING,
    IN_PERIOD,
    INTAKE,
    REPORT_ACTS,
    UNIT_IDS,
    Every,
    Figure,
    Report,
    Source,
    Split,
    happened,
    live,
    local,
)
from projections.reports.versions import SCREENING

_COPIED = (
    "f.fingerprint is not null and exists (select from report_happening o where o.fingerprint = "
    "f.fingerprint and o.person_id = f.person_id and o.child_id <> f.child_id "
    f"and o.occurred_on {IN_PERIOD} and {live('o')})"
)
_BY_AS_OF = "((%(as_of)s::date + 1)::timestamp at time zone 'Asia/Shanghai')"
_TO_GO_OUT = (
    f"f.is_first and f.dispatch_due_at is not null and {local('f.accepted_at')} {IN_PERIOD} "
    "and (f.dispatched_at is not null or not f.unfounded)"
)
QUALITY = Report(
    "S-20",
    "quality",
    zh="工作质量提示",
    en="Work quality flags",
    every=Every.MONTH,
    definition="档案未核实、排查超期、应急处置迟缓、走访记录雷同",
    clauses=("CQ2016-6.3-d",),
    parameters=("screening_days",),
    figures=(
        Figure(
            "unverified",
            "档案未经核实",
            "Files never verified",
            CHILD,
            "f.status = 'OPEN'",
            having="f.verified_on is null",
        ),
        Figure(
            "screening_overdue",
            "排查后超期未建档",
            "Screened, overdue for a file",
            CHILD,
            UNFILED,
            having=f"{screened('h.occurred_on', 'asc')} + %(screening_days)s::int < %(as_of)s",
        ),
        Figure(
            "screening_late",
            "查无实据后排查逾期(期内到期的,逾期排查或逾期未排查)",
            "Screenings after an unfounded report: done late, or late and not done",
            CASE_MATTER,
            f"f.kind = '{SCREENING}' and {local('f.due_at')} {IN_PERIOD}",
            having=(
                f"case when f.closed_at is null then {local('f.due_at')} < %(as_of)s "
                "else f.closed_at > f.due_at end"
            ),
            of_work=True,
        ),
        Figure(
            "slow_acceptance",
            "受理迟缓",
            "Slow acceptance",
            CASE_HAPPENING,
            happened("case.report_acceptance_overdue"),
        ),
        Figure(
            "slow_dispatch",
            "出警迟缓(期内受理的,逾期出警或逾期未出警)",
            "Slow dispatch, of what the police accepted: out late, or late and not out",
            INTAKE,
            _TO_GO_OUT,
            having=f"coalesce(f.dispatched_at, {_BY_AS_OF}) > f.dispatch_due_at",
            of_work=True,
        ),
        Figure(
            "slow_notice",
            "通报乡镇迟缓",
            "Slow notice to the township",
            CASE_HAPPENING,
            happened("case.township_notice_overdue"),
        ),
        Figure(
            "visits_overdue",
            "走访逾期未办",
            "Visits overdue",
            DUTY,
            "not f.ended and f.done_on is null and f.due_on < %(as_of)s",
            by=(Split("kind", "义务", "Duty", "f.kind", terms=("VisitObligation",)),),
        ),
        Figure(
            "copied_notes",
            "走访记录雷同",
            "Visit notes in the same words",
            HAPPENING,
            happened("child.home_visit_made", "child.contact_made"),
            having=_COPIED,
        ),
    ),
)

_LOOKS = (
    "(select j.role, coalesce(j.unit_id::text, 'NONE') as unit, "
    "j.purpose, j.obj, j.act, j.outcome, j.door, j.relation, j.person_id, j.classes, array("
    "select jsonb_array_elements_text(%(paths)s::jsonb -> coalesce(j.division_id, p.division_id))"
    ") as places from sec.access_look j left join post p using (assignment_id) "
    "where j.at >= %(from_on)s::date::timestamp at time zone 'Asia/Shanghai' "
    "and j.at < (%(to_on)s::date + 1)::timestamp at time zone 'Asia/Shanghai')"
)
JOURNAL = Source(_LOOKS, "f.person_id", "access", "null::uuid", versioned=False)
"""Read by the writer role alone, and only counted: whom somebody looked at does not leave it."""
ACTS = replace(JOURNAL, of_people=False)
"""What whoever did it answers for: shown however rare it was."""
SEEN = "f.outcome = 'SEEN'"
ORDERED = Source("report_happening", "f.subject_id", "access", of_people=False)
GLASS = Source("report_matter", "f.subject_id", "access", of_people=False)
"""An emergency access is an act of an office, and counted where the child lives: each is on record, however rare."""
_USED = f"f.kind = 'BREAK_GLASS' and {local('f.opened_at')} {IN_PERIOD}"
_ROLE = Split("role", "角色", "Role", "f.role", terms=("Role",))
_UNIT = Split("unit", "单位", "Unit", "f.unit", terms=(UNIT_IDS,))
_OBJECT = Split("object", "对象", "Object", "f.obj", terms=("Resource",))
_DOOR = Split("door", "途径", "Door", "f.door", terms=(DOORS,))
ACCESS = Report(
    "S-23",
    "access_journal",
    zh="查阅情况",
    en="Access journal",
    every=Every.MONTH,
    definition=(
        "查阅次数按角色、单位、目的、对象、敏感等级;被拒绝与未成功的;紧急目的与紧急调阅,其复核结论与是否按时;审计令;"
        "导出;销毁;对本表及涉罪统计的查阅。按年度查询即为个人信息保护合规审计报告(未成年人网络保护条例)"
    ),
    clauses=("SH2024-4.3-c",),
    journaled=P2,
    figures=(
        Figure(
            "views",
            "查阅",
            "Views",
            JOURNAL,
            SEEN,
            by=(
                _ROLE,
                _UNIT,
                Split("purpose", "目的", "Purpose", "f.purpose", terms=("Purpose",)),
                _OBJECT,
                Split(
                    "class", "敏感等级", "Class", "f.classes", several=True, terms=("Sensitivity",)
                ),
            ),
        ),
        Figure(
            "emergency_views",
            "紧急目的的查阅",
            "Views for an emergency",
            JOURNAL,
            SEEN,
            having="f.purpose = 'emergency'",
        ),
        Figure(
            "denials",
            "被拒绝",
            "Denials",
            ACTS,
            "f.outcome = 'DENIED'",
            by=(_ROLE, _UNIT, _OBJECT, _DOOR),
        ),
        Figure("failures", "未成功", "Failures", ACTS, "f.outcome = 'FAILED'", by=(_DOOR,)),
        Figure(
            "break_glass",
            "紧急调阅",
            "Break-glass views",
            ACTS,
            f"{SEEN} and f.relation = 'break_glass'",
            by=(_ROLE,),
        ),
        Figure("break_glass_used", "紧急调阅次数", "Break-glass used", GLASS, _USED),
        Figure(
            "break_glass_grounds",
            "紧急调阅情形",
            "Break-glass by ground",
            replace(GLASS, of_people=True),
            _USED,
            by=(Split("ground", "情形", "Ground", "f.cell", terms=("BreakGlassGround",)),),
        ),
        Figure(
            "break_glass_reviewed",
            "紧急调阅已复核",
            "Break-glass reviewed",
            GLASS,
            _USED,
            "f.closed_at is not null",
            by=(
                Split(
                    "outcome",
                    "结论",
                    "Outcome",
                    "coalesce(f.outcome, 'OPEN')",
                    terms=("ReviewOutcome",),
                ),
            ),
        ),
        Figure(
            "break_glass_in_time",
            "按时复核",
            "Reviewed in time",
            GLASS,
            _USED,
            "f.closed_at <= f.due_at",
        ),
        Figure(
            "break_glass_late",
            "逾期复核或逾期未复核",
            "Reviewed late, or late and open",
            GLASS,
            _USED,
            f"coalesce(f.closed_at, {_BY_AS_OF}) > f.due_at",
        ),
        Figure(
            "break_glass_often",
            "紧急调阅频繁提示",
            "Alarms for frequent break-glass",
            ORDERED,
            happened("access.break_glass_often_used"),
        ),
        Figure(
            "audit_orders",
            "审计令",
            "Audit orders",
            ORDERED,
            happened("access.audit_order_opened"),
        ),
        Figure(
            "second_approvals",
            "审计令二次批准",
            "Audit orders approved twice",
            ORDERED,
            happened("access.audit_order_approved"),
        ),
        Figure(
            "files_taken_out",
            "已登记导出文件",
            "Files taken out",
            ORDERED,
            happened("access.timeline_exported"),
        ),
        Figure("erasures", "个人信息销毁", "Erasures", ORDERED, happened("access.child_erased")),
        Figure("exports", "导出", "Exports", ACTS, f"{SEEN} and f.door = 'EXPORT'", by=(_ROLE,)),
        Figure(
            "figures",
            "受保护统计的查阅",
            "Looks at protected figures",
            ACTS,
            f"{SEEN} and f.obj = 'statistics'",
            by=(Split("act", "报表", "Report", "f.act", terms=(REPORT_ACTS,)),),
        ),
    ),
)

WORK_REPORTS = (QUALITY, ACCESS)
