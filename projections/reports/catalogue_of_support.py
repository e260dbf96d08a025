"""就学与待遇类报表 · The zero board of dropout; whether everybody has what they are entitled to (S-12, S-13)."""

from __future__ import annotations

from projections.reports.grammar import IN_PERIOD, Every, Figure, Report, Source, Split, live

DROPOUT = Source("report_dropout", "f.child_id")
ENTITLEMENT = Source("report_entitlement", "f.child_id")

OUT = "f.on_file and f.stage in ('DROPPED_OUT', 'NOT_ENROLLED', 'PERSUASION_FAILED', 'REPORTED', 'MEASURES')"
_LEFT_BEHIND = (
    "exists (select from report_child c where c.child_id = f.child_id "
    f"and c.care_group like '%%LBC%%' and {live('c')})"
)
"""将留守儿童作为义务教育控辍保学重点对象 (CQ2024-2.5-b)."""
_TO_REPORT = "f.on_file and f.stage in ('PERSUASION_FAILED', 'REPORTED', 'MEASURES')"

DROPOUTS = Report(
    "S-12",
    "dropout_zero",
    zh="控辍保学清零",
    en="Dropout zero board",
    every=Every.LIVE,
    definition="在辍学生(目标为零)、其中作为重点对象的留守儿童、辍学天数、劝返无效后是否已书面报告教育行政部门和乡镇、期内复学与清零",
    clauses=("CQ2024-1-f", "CQ2024-2.5-b", "CQ2016-3.3-s"),
    figures=(
        Figure(
            "open",
            "在辍",
            "Out of school",
            DROPOUT,
            OUT,
            by=(Split("stage", "阶段", "Stage", "f.stage", terms=("Schooling",)),),
        ),
        Figure(
            "left_behind",
            "在辍留守儿童",
            "Left-behind children out of school",
            DROPOUT,
            f"{OUT} and {_LEFT_BEHIND}",
        ),
        Figure(
            "days",
            "辍学天数(中位数)",
            "Days out of school, median",
            DROPOUT,
            f"{OUT} and f.registered_on is not null",
            median="%(as_of)s - f.registered_on",
            unit="DAYS",
        ),
        Figure(
            "reported_to_both",
            "已书面报告两方(劝返无效的)",
            "Reported in writing to both, of those to report",
            DROPOUT,
            _TO_REPORT,
            having="cardinality(f.reported_to) > 0 and cardinality(f.not_told) = 0",
            of_work=True,
        ),
        Figure("returned", "复学", "Returned", DROPOUT, f"f.back_on {IN_PERIOD}"),
        Figure("cleared", "清零", "Cleared", DROPOUT, f"f.cleared_on {IN_PERIOD}"),
    ),
)

_HELD = "f.on_file and f.status in ('ACTIVE', 'REVIEW')"
_ENTITLED = "f.on_file and f.status in ('ELIGIBLE', 'APPLIED', 'ACTIVE', 'REVIEW')"
_BACKLOG = "f.on_file and f.status in ('INDICATED', 'ELIGIBLE', 'APPLIED')"
_TYPE = Split(
    "type",
    "待遇",
    "Entitlement",
    "coalesce(f.entitlement, 'NOT_NAMED')",
    terms=("EntitlementType",),
)

ENTITLEMENTS = Report(
    "S-13",
    "entitlements",
    zh="应助尽助",
    en="Entitlement completeness",
    every=Every.MONTH,
    definition="符合条件与已认定(按待遇种类)、积压及其天数、逾期未决;免申即享与同步享受的比例;家庭放弃",
    clauses=("CQ2024-1-e", "SH2024-2.3.8-c", "SH2024-2.5.18-b"),
    figures=(
        Figure("eligible", "符合条件", "Eligible", ENTITLEMENT, _ENTITLED, by=(_TYPE,)),
        Figure("granted", "已认定", "Granted", ENTITLEMENT, _HELD, by=(_TYPE,)),
        Figure(
            "complete",
            "应助尽助率",
            "Granted, of the eligible",
            ENTITLEMENT,
            _ENTITLED,
            having=_HELD,
            of_work=True,
        ),
        Figure(
            "backlog",
            "待认定",
            "Waiting for a decision",
            ENTITLEMENT,
            _BACKLOG,
            by=(_TYPE, Split("status", "状态", "Status", "f.status", terms=("EntitlementStatus",))),
        ),
        Figure(
            "days_waiting",
            "待认定天数(中位数)",
            "Days waiting, median",
            ENTITLEMENT,
            _BACKLOG,
            median="%(as_of)s - f.opened_on",
            unit="DAYS",
        ),
        Figure(
            "overdue",
            "逾期未决",
            "Past the day of decision",
            ENTITLEMENT,
            _BACKLOG,
            having="f.decide_by < %(as_of)s",
            of_work=True,
        ),
        Figure(
            "without_application",
            "免申即享",
            "Granted without application",
            ENTITLEMENT,
            _HELD,
            having="f.route = 'WITHOUT_APPLICATION'",
        ),
        Figure(
            "synchronised",
            "同步享受",
            "Granted together with another",
            ENTITLEMENT,
            _HELD,
            having="f.route = 'SYNCHRONISED'",
        ),
        Figure(
            "declined", "家庭放弃", "Declined", ENTITLEMENT, "f.on_file and f.status = 'DECLINED'"
        ),
    ),
)

SUPPORT_REPORTS = (DROPOUTS, ENTITLEMENTS)
