"""儿童类报表 · Coverage, filing, trend, visits, entrusted care, risk (S-01, S-02, S-06, S-10, S-16, S-19)."""

from __future__ import annotations

from dataclasses import replace

from domain.terms.file import GROUP_OF, CategoryGroup
from projections.reports.grammar import (
    AGE_BAND,
    CHILD,
    DUTY,
    HAPPENING,
    IN_PERIOD,
    MATTER,
    TIER,
    Every,
    Figure,
    Report,
    Split,
    happened,
    live,
    local,
)

OPEN = "f.status = 'OPEN'"


def screened(told: str, order: str) -> str:
    """What the first or the last screening of a child told."""
    return (
        f"(select {told} from report_happening h where h.child_id = f.child_id "
        f"and h.name = 'child.screened' and {live('h')} order by h.from_position {order} limit 1)"
    )


_NEEDS_FILE = screened("'needs_file' = any(h.cells)", "desc")
UNFILED = f"f.status = 'SCREENED' and {_NEEDS_FILE}"
"""Known, in need of a file, and without one; who was looked at and needs none is not of the ledger."""
ON_FILE = f"({OPEN} or {UNFILED})"
LEFT_BEHIND = "f.care_group like '%%LBC%%'"

PLAN = (
    "exists (select from report_matter m where m.kind = 'PLAN' and m.child_id = f.child_id "
    f"and m.closed_at is null and {live('m')})"
)
"""A plan ends with its case: a child whose only plan is done has none."""
_LATE = (
    "exists (select from report_duty d where d.child_id = f.child_id and d.done_on is null "
    f"and not d.ended and d.kind <> 'ENTRUST_SUPERVISION' and d.due_on < %(as_of)s and {live('d')})"
)
_SUPERVISION_LATE = (
    "exists (select from report_duty d where d.child_id = f.child_id and d.done_on is null "
    f"and not d.ended and d.kind = 'ENTRUST_SUPERVISION' and d.due_on < %(as_of)s and {live('d')})"
)
_CONCERN = (
    "exists (select from report_happening h where h.child_id = f.child_id "
    f"and h.name = 'child.entrusted_care_concern_raised' and {live('h')} "
    f"and h.occurred_on {IN_PERIOD})"
)

_AGE = (
    "coalesce(width_bucket(extract(year from age(%(as_of)s, f.birth_on))::numeric, "
    "%(bands)s::numeric[])::text, 'UNKNOWN')"
)
SEX = Split("sex", "性别", "Sex", "coalesce(f.sex, 'UNKNOWN')", terms=("Sex",))
AGE = Split("age", "年龄段", "Age band", _AGE, terms=(AGE_BAND,))
AREA = Split("area", "城乡", "Area", "coalesce(f.area_type, 'UNKNOWN')", terms=("AreaType",))
GROUP = Split("group", "群体", "Group", "f.care_group", terms=("CategoryGroup",))
CATEGORY = Split(
    "category", "类别", "Category", "f.categories", several=True, terms=("CategoryCode",)
)
TIERS = Split("tier", "等级", "Tier", "coalesce(f.tier, 'NONE')", terms=("Tier",))
REASON = Split(
    "reason", "事由", "Reason", "f.cells[1]", terms=("CategoryEndReason", "FileCloseReason")
)
CADENCE = Split("cadence", "频次等级", "Cadence class", "f.cadence", terms=("CadenceClass",))
KIND = Split("kind", "义务", "Duty", "f.kind", terms=("VisitObligation",))

DUE = f"f.kind <> 'ENTRUST_SUPERVISION' and not f.ended and f.due_on {IN_PERIOD}"
BOTH_AWAY = f"{OPEN} and f.parents_gone"

_ASKED = "%(file_sections)s::text[]"
_MISSING = f"array(select s from unnest({_ASKED}) s where s <> all(f.sections))"
_TO_KEEP = f"{ON_FILE} and cardinality({_ASKED}) > 0"
_KEPT = f"{OPEN} and cardinality({_MISSING}) = 0"
"""Of the registered like the other shares: two wholes side by side would tell the few between them."""
COVERAGE = Report(
    "S-01",
    "coverage",
    zh="覆盖情况",
    en="Coverage",
    every=Every.LIVE,
    definition="登记儿童(含须建档而未建档的)中有档案、有责任人、有方案、走访无逾期的人数;排查、普查已掌握而未建档的,按来源;在册档案的内容(一人一档)是否齐备、所缺内容、完整度",
    clauses=("SH2020-3.2-b", "CQ2016-3.2-c", "SH2024-2.3.7-a", "SH2020-3.2-d", "CQ2024-3.1-b"),
    parameters=("file_sections",),
    figures=(
        Figure("registered", "登记儿童", "Registered", CHILD, ON_FILE, by=(GROUP,)),
        Figure("with_file", "已建档", "With a file", CHILD, ON_FILE, having=OPEN),
        Figure(
            "with_worker", "有责任人", "With a responsible worker", CHILD, ON_FILE, "f.has_worker"
        ),
        Figure("with_plan", "有帮扶方案", "With a plan", CHILD, ON_FILE, having=PLAN),
        Figure(
            "visited_in_time",
            "走访无逾期",
            "Visits in time",
            CHILD,
            ON_FILE,
            having=f"{OPEN} and not {_LATE}",
        ),
        Figure(
            "complete_files",
            "档案内容齐备(在效文件规定的)",
            "Files with all the contents that the texts in force ask for",
            CHILD,
            _TO_KEEP,
            having=_KEPT,
            of_work=True,
        ),
        Figure(
            "completeness",
            "档案完整度(中位数)",
            "Of the contents asked for, those there are, median",
            CHILD,
            _TO_KEEP,
            median=f"100 - 100.0 * cardinality({_MISSING}) / cardinality({_ASKED})",
            unit="PERCENT",
        ),
        Figure(
            "sections_missing",
            "未建档或内容有缺",
            "Without a file, or one that lacks any",
            CHILD,
            f"{_TO_KEEP} and not ({_KEPT})",
            by=(
                Split(
                    "section",
                    "所缺内容",
                    "Missing",
                    _MISSING,
                    several=True,
                    terms=("FileSection", "SectionOnRecord"),
                ),
            ),
        ),
        Figure(
            "unregistered",
            "已掌握而未建档",
            "Known, and not on the ledger",
            CHILD,
            UNFILED,
            by=(
                Split(
                    "source",
                    "排查来源",
                    "Source",
                    screened("h.cells[1]", "asc"),
                    terms=("ScreeningSource",),
                ),
            ),
        ),
    ),
)


def _verified_by(day: str) -> str:
    """全面核查: what was checked in part, as against the school roll, does not count."""
    return (
        "exists (select from report_happening h where h.child_id = f.child_id and "
        f"h.name = 'child.file_verified' and 'FULL' = any(h.cells) and {live('h')} "
        f"and h.occurred_on <= {day})"
    )


_MILESTONE = "least(%(as_of)s, coalesce(%(filing_milestone)s, %(as_of)s))"
FILING = Report(
    "S-02",
    "filing",
    zh="建档节点",
    en="Filing milestone",
    every=Every.LIVE,
    definition="至时间节点(2024年6月30日)经全面核查的档案数;节点之外按截止日;节点之后至截止日核查的",
    clauses=("SH2024-3.2-a",),
    parameters=("filing_milestone",),
    outside=True,
    figures=(
        Figure("open", "在册档案", "Open files", CHILD, OPEN, by=(GROUP,)),
        Figure(
            "verified", "已核实档案", "Verified files", CHILD, OPEN, having=_verified_by(_MILESTONE)
        ),
        Figure(
            "verified_since",
            "节点之后核实的档案",
            "Verified after the milestone",
            CHILD,
            f"{OPEN} and {_verified_by('%(as_of)s')} and not {_verified_by(_MILESTONE)}",
        ),
    ),
)

_LEFT_BEHIND_CODES = "array[{}]".format(
    ", ".join(f"'{code}'" for code, group in GROUP_OF.items() if group is CategoryGroup.LBC)
)
_CLOSED_IN_IT = (
    "exists (select from report_child c where c.child_id = f.child_id "
    f"and c.from_position = f.from_position and c.{LEFT_BEHIND.removeprefix('f.')})"
)
"""Of a closing: the child was left behind then; who died has left the number without its category ending."""
TREND = Report(
    "S-06",
    "trend",
    zh="留守儿童变化趋势",
    en="Left-behind trend",
    every=Every.YEAR,
    definition="留守儿童按类别、年龄、性别、地域;留守类别的纳入按类别、退出(含去世等结档)按事由",
    clauses=("CQ2016-2.3-c", "CQ2016-5.2-d"),
    outside=True,
    figures=(
        Figure(
            "left_behind",
            "留守儿童",
            "Left-behind children",
            CHILD,
            f"{OPEN} and {LEFT_BEHIND}",
            by=(CATEGORY, AGE, SEX, AREA),
            zero_tells=True,
        ),
        Figure(
            "entries",
            "纳入类别",
            "Entries",
            HAPPENING,
            f"{happened('child.category_determined')} and f.cells && {_LEFT_BEHIND_CODES}",
            by=(Split("category", "类别", "Category", "f.cells[1]", terms=("CategoryCode",)),),
        ),
        Figure(
            "exits",
            "退出类别",
            "Exits",
            HAPPENING,
            f"{happened('child.category_ended', 'child.file_closed')} "
            f"and (f.cells && {_LEFT_BEHIND_CODES} or f.name = 'child.file_closed' and {_CLOSED_IN_IT})",
            by=(REASON,),
        ),
    ),
)

_NOT_DONE = "f.done_on is null and f.due_on < %(as_of)s"
VISITS = Report(
    "S-10",
    "visits",
    zh="走访情况",
    en="Visits",
    every=Every.MONTH,
    definition="期内到期的联系与入户走访:按期、逾期补办、至截止日仍未办;按频次等级",
    clauses=("SH2024-2.3.7-c", "SH2024-2.3.7-d"),
    figures=(
        Figure("due", "到期", "Due", DUTY, DUE, by=(CADENCE, KIND)),
        Figure("on_time", "按期完成", "On time", DUTY, DUE, having="f.done_on <= f.due_on"),
        Figure("late", "逾期完成", "Done late", DUTY, DUE, having="f.done_on > f.due_on"),
        Figure(
            "overdue",
            "逾期未办",
            "Overdue",
            DUTY,
            DUE,
            having=_NOT_DONE,
        ),
        Figure(
            "overdue_by_class",
            "逾期未办,按频次等级",
            "Overdue by class",
            DUTY,
            f"{DUE} and {_NOT_DONE}",
            by=(CADENCE,),
        ),
    ),
)

ENTRUSTED = Report(
    "S-16",
    "entrusted_care",
    zh="委托照护",
    en="Entrusted care",
    every=Every.QUARTER,
    definition="父母均不在身边的儿童:有受托照护人、有协议、监督及时、有照护问题",
    clauses=("CQ2024-1-c", "CQ2016-3.2-h"),
    figures=(
        Figure("both_away", "父母均外出", "Both parents away", CHILD, BOTH_AWAY),
        Figure(
            "with_carer", "有受托照护人", "With an entrusted carer", CHILD, BOTH_AWAY, "f.has_carer"
        ),
        Figure(
            "with_agreement",
            "协议已签(须签的)",
            "Agreement signed, where required",
            CHILD,
            f"{BOTH_AWAY} and f.has_carer and f.agreement_required",
            "f.agreement_signed",
        ),
        Figure(
            "supervised_in_time",
            "监督及时",
            "Supervised in time",
            CHILD,
            f"{BOTH_AWAY} and f.has_carer",
            having=f"not {_SUPERVISION_LATE}",
        ),
        Figure(
            "with_concern",
            "期内有照护问题",
            "With a concern in the period",
            CHILD,
            BOTH_AWAY,
            having=_CONCERN,
            zero_tells=True,
        ),
        Figure(
            "ended",
            "委托照护终止",
            "Entrusted care ended",
            HAPPENING,
            happened("child.entrusted_care_ended"),
            by=(replace(REASON, terms=("CareEndReason",)),),
        ),
    ),
)

_WARNING = f"f.kind = 'WARNING' and {local('f.opened_at')} {IN_PERIOD}"
RISK = Report(
    "S-19",
    "risk",
    zh="风险分布",
    en="Risk distribution",
    every=Every.WEEK,
    definition="各风险等级儿童数;期内等级变动、人工调整;预警数与处置时长",
    clauses=("CQ2024-3.1-c", "CQ2024-3.1-e"),
    figures=(
        Figure(
            "by_tier",
            "在册儿童按等级",
            "Children by tier",
            TIER,
            OPEN,
            by=(TIERS,),
            zero_tells=True,
        ),
        Figure(
            "moves",
            "等级划定",
            "Tiers assigned",
            HAPPENING,
            happened("child.risk_tier_assigned"),
            by=(Split("basis", "依据", "On whose decision", "f.cells[1]", terms=("TierBasis",)),),
        ),
        Figure(
            "overrides",
            "人工调整",
            "Overrides",
            HAPPENING,
            happened("child.risk_tier_overridden"),
        ),
        Figure(
            "warnings",
            "预警",
            "Warnings",
            MATTER,
            _WARNING,
            by=(Split("type", "预警类型", "Type", "f.cell", terms=("WarningType",)),),
            zero_tells=True,
        ),
        Figure(
            "warnings_closed", "已处置预警", "Closed", MATTER, _WARNING, "f.closed_at is not null"
        ),
        Figure(
            "minutes_to_close",
            "预警处置时长(中位数)",
            "Time to close, median",
            MATTER,
            f"{_WARNING} and f.closed_at is not null",
            median="extract(epoch from f.closed_at - f.opened_at) / 60",
            unit="MINUTES",
        ),
    ),
)

CHILD_REPORTS = (COVERAGE, FILING, TREND, VISITS, ENTRUSTED, RISK)
