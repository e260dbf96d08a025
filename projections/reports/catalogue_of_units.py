"""机构类报表 · The yearly report's sending, full inspection, bulletin, directors (S-03, S-04, S-05, S-11)."""

from __future__ import annotations

from projections.reports.catalogue_of_children import DUE, ON_FILE, PLAN
from projections.reports.grammar import (
    BAN,
    CHECK,
    CHILD,
    DIVISION_IDS,
    DUTY,
    FINDING,
    IN_PERIOD,
    INSPECTION,
    OBLIGATION,
    POST,
    UNIT,
    UNIT_HAPPENING,
    Every,
    Figure,
    Report,
    Split,
    happened,
    live,
    local,
)

_ANNUAL = "f.code = 'ANNUAL_REPORT' and f.due_on between %(from_on)s and %(last_on)s"
_DISTRICT = Split("district", "区县", "District", "f.places[2]", terms=(DIVISION_IDS,))
ANNUAL = Report(
    "S-03",
    "annual_report",
    zh="年度进展报告报送情况",
    en="Yearly progress report: sending",
    every=Every.YEAR,
    definition="应报年度进展报告的区县:已报、按时、逾期未报;报告本身及其数字见 annualReport",
    clauses=("SH2024-4.2-c",),
    outside=True,
    figures=(
        Figure("owed", "应报", "Owed", OBLIGATION, _ANNUAL, by=(_DISTRICT,)),
        Figure("sent", "已报", "Sent", OBLIGATION, _ANNUAL, having="f.fulfilled_on is not null"),
        Figure("on_time", "按时报送", "On time", OBLIGATION, _ANNUAL, "f.fulfilled_on <= f.due_on"),
        Figure(
            "overdue",
            "逾期未报",
            "Overdue",
            OBLIGATION,
            f"{_ANNUAL} and f.fulfilled_on is null and f.due_on < %(as_of)s",
            by=(_DISTRICT,),
        ),
    ),
)

_FULL = (
    "exists (select from report_inspection i where i.inspection_id = f.inspection_id "
    f"and i.kind = 'FULL' and {live('i')})"
)
_FOUND = f"f.found_on {IN_PERIOD} and {_FULL}"
INSPECTIONS = Report(
    "S-04",
    "inspections",
    zh="全面检查",
    en="Full inspection",
    every=Every.YEAR,
    definition="全面检查、抽查档案、发现问题(按类别、整改状态)、已整改、逾期未整改",
    clauses=("SH2024-4.2-b",),
    outside=True,
    figures=(
        Figure(
            "inspections",
            "督查",
            "Inspections",
            INSPECTION,
            f"f.inspected_on {IN_PERIOD}",
            by=(Split("kind", "督查种类", "Kind", "f.kind", terms=("InspectionKind",)),),
        ),
        Figure(
            "sampled_files",
            "全面检查抽查档案",
            "Files sampled in full inspections",
            INSPECTION,
            f"f.kind = 'FULL' and f.inspected_on {IN_PERIOD}",
            adds="f.sampled_files",
        ),
        Figure(
            "findings",
            "发现问题",
            "Findings",
            FINDING,
            _FOUND,
            by=(
                Split("kind", "问题类别", "Kind", "f.kind", terms=("FindingKind",)),
                Split("state", "整改状态", "State", "f.status", terms=("Rectification",)),
            ),
        ),
        Figure("found", "问题数量", "Things found", FINDING, _FOUND, adds="f.many"),
        Figure(
            "rectified", "已整改", "Put right", FINDING, _FOUND, having="f.status = 'COMPLETED'"
        ),
        Figure(
            "rectified_late",
            "逾期整改",
            "Put right late",
            FINDING,
            f"{_FOUND} and f.status = 'COMPLETED'",
            having="f.completed_on > f.rectify_by_on",
        ),
        Figure(
            "overdue",
            "逾期未整改",
            "Overdue",
            FINDING,
            f"{_FOUND} and f.status = 'ORDERED'",
            having="f.rectify_by_on < %(as_of)s",
        ),
    ),
)

_STATION = "f.code = 'STATION_ACTIVITY' and f.due_on between %(from_on)s and %(last_on)s"
_VILLAGE = "f.kind = 'VILLAGE_COMMITTEE'"
BULLETIN = Report(
    "S-05",
    "bulletin",
    zh="工作简报",
    en="Work bulletin",
    every=Every.QUARTER,
    definition="各乡镇(街道)比较:登记儿童、责任人、帮扶方案、走访逾期、未保站季度活动、村(居)岗位空缺",
    clauses=("SH2020-5.4-e",),
    figures=(
        Figure("registered", "登记儿童", "Registered", CHILD, ON_FILE, compared=True),
        Figure(
            "with_worker",
            "有责任人",
            "With a responsible worker",
            CHILD,
            ON_FILE,
            having="f.has_worker",
            compared=True,
        ),
        Figure(
            "with_plan", "有帮扶方案", "With a plan", CHILD, ON_FILE, having=PLAN, compared=True
        ),
        Figure(
            "visits_overdue",
            "走访逾期未办",
            "Visits overdue",
            DUTY,
            DUE,
            having="f.done_on is null and f.due_on < %(as_of)s",
            compared=True,
        ),
        Figure(
            "station_activities",
            "未保站季度活动已开展",
            "Station activities held",
            OBLIGATION,
            _STATION,
            having="f.fulfilled_on is not null and not f.missed",
            compared=True,
        ),
        Figure(
            "villages_with_vacancy",
            "有岗位空缺的村(居)",
            "Villages with a vacancy",
            UNIT,
            _VILLAGE,
            having="cardinality(f.vacancies) > 0",
            compared=True,
        ),
    ),
)

_DIRECTOR = "f.role = 'child_director' and f.active"


def _trained(level: str) -> str:
    return (
        "exists (select from report_trained t where t.person_id = f.person_id "
        f"and t.trainees = 'DIRECTORS' and t.level = '{level}' and {live('t')} "
        f"and t.trained_on {IN_PERIOD})"
    )


_CHECKED = f"f.kind = 'EMPLOYMENT_CHECK' and {local('f.opened_at')} {IN_PERIOD}"
DIRECTORS = Report(
    "S-11",
    "directors",
    zh="儿童主任队伍",
    en="Directors",
    every=Every.YEAR,
    definition="无儿童主任的村(居)、超过增配门槛、市区两级培训、从业查询与禁止、儿童福利社工",
    clauses=("SH2020-5.3-f", "SH2024-2.5.15-b", "SH2024-2.5.15-e", "SH2024-2.5.16-a"),
    parameters=("director_ratio_above", "social_workers_2025"),
    outside=True,
    figures=(
        Figure(
            "without_director",
            "无儿童主任的村(居)",
            "Villages without a director",
            UNIT,
            _VILLAGE,
            having="f.directors = 0",
        ),
        Figure(
            "above_ratio",
            "在册儿童超过增配门槛的村(居)",
            "Villages with more children than one director should have",
            UNIT,
            _VILLAGE,
            having="f.children > %(director_ratio_above)s::bigint",
        ),
        Figure(
            "extra_missing",
            "超过门槛而未增配",
            "Above it, and no director more",
            UNIT,
            f"{_VILLAGE} and f.children > %(director_ratio_above)s::bigint",
            having="f.directors < 2",
        ),
        Figure(
            "trained_by_city",
            "已参加市级培训",
            "Trained by the city",
            POST,
            _DIRECTOR,
            _trained("CITY"),
            of_work=True,
        ),
        Figure(
            "trained_by_district",
            "已参加区级培训",
            "Trained by the district",
            POST,
            _DIRECTOR,
            _trained("DISTRICT"),
            of_work=True,
        ),
        Figure(
            "checks",
            "从业查询",
            "Employment checks answered",
            CHECK,
            _CHECKED,
            "f.closed_at is not null",
            of_work=True,
        ),
        Figure(
            "bars",
            "从业禁止",
            "Employment bans recorded",
            BAN,
            happened("unit.employment_bar_recorded"),
        ),
        Figure(
            "ratio_breaches",
            "期内超过门槛次数",
            "Times the limit was passed",
            UNIT_HAPPENING,
            happened("unit.director_ratio_breached"),
        ),
        Figure(
            "social_workers",
            "儿童福利社工(目标数)",
            "Social workers, of the number aimed at",
            POST,
            "f.role = 'social_worker' and f.active",
            target="social_workers_2025",
        ),
    ),
)

UNIT_REPORTS = (ANNUAL, INSPECTIONS, BULLETIN, DIRECTORS)
