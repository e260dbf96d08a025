"""个案类报表 · Mandatory reports, emergencies and placements (S-07, S-08)."""

from __future__ import annotations

from domain.sensitivity import P6_REPORTER
from projections.reports.grammar import (
    CASE_HAPPENING,
    CASE_MATTER,
    CASE_OUTCOME,
    IN_PERIOD,
    INTAKE,
    PLACEMENT,
    UNIT_IDS,
    Every,
    Figure,
    Report,
    Split,
    happened,
    local,
)

REPORTED = f"{local('f.reported_at')} {IN_PERIOD}"
_FIRST = f"f.is_first and {REPORTED}"


def _kind(terms: str) -> Split:
    """What an event names; whose codes these are is the event's."""
    return Split("kind", "情形", "Kind", "coalesce(f.cells[1], 'NONE')", terms=(terms,))


def _interval(key: str, zh: str, en: str, start: str, end: str) -> Figure:
    """The middle of an interval of the way of a report, over the first reports that went so far."""
    return Figure(
        key,
        f"{zh}(中位数)",
        f"{en}, median",
        INTAKE,
        f"{_FIRST} and f.{start} is not null and f.{end} is not null",
        median=f"extract(epoch from f.{end} - f.{start}) / 60",
        unit="MINUTES",
    )


MANDATORY = Report(
    "S-07",
    "mandatory_reports",
    zh="强制报告",
    en="Mandatory reports",
    every=Every.MONTH,
    definition="按报告人类别、情形、学校;发现→报告→受理→出警→乡镇各段用时;未报告、阻碍、表彰",
    clauses=("SH2020-4.1-e", "CQ2016-6.3-d", "CN2017-5.1-o"),
    figures=(
        Figure(
            "reports",
            "报告",
            "Reports",
            INTAKE,
            REPORTED,
            by=(
                Split(
                    "category",
                    "报告人类别",
                    "Reporter category",
                    "f.reporter_category",
                    tells=P6_REPORTER,
                    terms=("ReporterCategory",),
                ),
                Split("trigger", "情形", "Trigger", "f.triggers", several=True, terms=("Trigger",)),
                Split(
                    "school",
                    "学校(教职工以本人岗位报告的)",
                    "School, of staff who reported in their own posts",
                    "coalesce(f.school_unit_id::text, 'OTHER')",
                    tells=P6_REPORTER,
                    terms=(UNIT_IDS,),
                ),
            ),
            zero_tells=True,
        ),
        Figure("unfounded", "查无实据", "Unfounded", INTAKE, _FIRST, having="f.unfounded"),
        _interval(
            "minutes_to_report",
            "发现至报告",
            "Discovered to reported",
            "discovered_at",
            "reported_at",
        ),
        _interval(
            "minutes_to_accept", "报告至受理", "Reported to accepted", "reported_at", "accepted_at"
        ),
        _interval(
            "minutes_to_dispatch",
            "受理至出警",
            "Accepted to dispatched",
            "accepted_at",
            "dispatched_at",
        ),
        _interval(
            "minutes_to_township",
            "出警至通报乡镇",
            "Dispatched to township notified",
            "dispatched_at",
            "notified_at",
        ),
        Figure(
            "failures",
            "未履行报告义务",
            "Failures to report",
            CASE_HAPPENING,
            happened("case.failure_to_report_found"),
            by=(_kind("SanctionCondition"),),
        ),
        Figure(
            "obstruction",
            "阻碍报告",
            "Obstruction",
            CASE_OUTCOME,
            happened("case.report_obstruction_found"),
        ),
        Figure(
            "decided",
            "已追责(期内发现的)",
            "Accountability decided",
            CASE_MATTER,
            f"f.kind = 'FAILING' and {local('f.opened_at')} {IN_PERIOD}",
            having="f.closed_at is not null",
        ),
        Figure(
            "commendations",
            "表彰奖励",
            "Commendations",
            CASE_HAPPENING,
            happened("case.reporter_commended"),
            by=(_kind("Commendation"),),
        ),
    ),
)

_RUNNING = (
    "f.started_on is not null and f.started_on <= %(to_on)s "
    "and (f.ended_on is null or f.ended_on >= %(from_on)s)"
)
_UNTIL = "least(coalesce(f.ended_on, %(to_on)s), %(to_on)s)"
"""A month's figures are those of its end, whenever they are asked for."""
_KIND = Split("kind", "安置种类", "Kind", "f.kind", terms=("PlacementKind",))
_AFTERCARE = f"f.kind = 'AFTERCARE' and {local('f.opened_at')} {IN_PERIOD}"
PLACEMENTS = Report(
    "S-08",
    "placements",
    zh="应急处置与安置",
    en="Emergencies and placements",
    every=Every.MONTH,
    definition="应急情形;安置按种类、至期末(或截止日)的天数和超期、延期、证明、终止、后续跟踪",
    clauses=("CN2017-4.3-d", "CN2017-4.3-f", "CN2017-5.1-e"),
    figures=(
        Figure(
            "emergencies",
            "应急处置",
            "Emergencies with findings",
            CASE_HAPPENING,
            happened("case.police_finding_recorded"),
            by=(
                Split(
                    "finding", "查明情形", "Finding", "f.cells", several=True, terms=("Finding",)
                ),
            ),
        ),
        Figure(
            "placements",
            "期内在安置",
            "Placed in the period",
            PLACEMENT,
            _RUNNING,
            by=(_KIND, Split("site", "安置场所", "Site", "f.site_kind", terms=("SiteKind",))),
        ),
        Figure(
            "days",
            "安置天数(中位数)",
            "Days in placement, median",
            PLACEMENT,
            _RUNNING,
            median=f"{_UNTIL} - f.started_on",
            unit="DAYS",
        ),
        Figure(
            "over_limit",
            "超过期限",
            "Over the limit",
            PLACEMENT,
            _RUNNING,
            having=f"f.limit_on is not null and {_UNTIL} > f.limit_on",
        ),
        Figure(
            "exceptions",
            "批准延期",
            "Exceptions approved",
            CASE_HAPPENING,
            happened("case.guardianship_limit_exception_approved"),
        ),
        Figure(
            "certificates",
            "查找监护人无果证明",
            "Search certificates",
            CASE_HAPPENING,
            happened("case.guardian_search_failed_certified"),
        ),
        Figure(
            "endings",
            "临时监护终止",
            "Endings",
            CASE_HAPPENING,
            happened("case.temporary_guardianship_ended"),
            by=(_kind("EndReason"),),
        ),
        Figure(
            "aftercare", "后续跟踪", "Aftercare", CASE_MATTER, _AFTERCARE, "f.closed_at is not null"
        ),
    ),
)

CASE_REPORTS = (MANDATORY, PLACEMENTS)
