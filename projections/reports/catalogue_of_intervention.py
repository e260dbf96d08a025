"""监护干预报表 · Measures and orders, refusals and their six months, applications, fallbacks and results (S-09)."""

from __future__ import annotations

from projections.reports.grammar import (
    CASE_HAPPENING,
    CASE_MATTER,
    EVENT_NAMES,
    Every,
    Figure,
    Report,
    Split,
    happened,
    live,
    local,
)

_MEASURES = (
    "case.guardian_criticised",
    "case.guardian_dissuaded",
    "case.guardian_reprimanded",
    "case.warning_letter_issued",
    "case.family_education_ordered",
    "case.guardianship_urging_order_issued",
    "case.protection_order_issued",
    "case.security_penalty_imposed",
    "case.criminal_case_opened",
    "case.transferred_to_judiciary",
)
_ORDERS = (
    "case.family_education_ordered",
    "case.guardianship_urging_order_issued",
    "case.protection_order_issued",
)
_BY_NAME = Split("measure", "措施", "Measure", "f.name", terms=(EVENT_NAMES,))
_RUNNING = (
    f"f.kind = 'NON_PERFORMANCE' and {local('f.opened_at')} <= %(to_on)s "
    f"and (f.closed_at is null or {local('f.closed_at')} >= %(from_on)s)"
)
_FALLBACK = "case.civil_affairs_fallback_triggered"
_APPLIED_ANYWAY = (
    "exists (select from report_happening h where h.case_id = f.case_id "
    f"and h.name = 'case.revocation_application_filed' and {live('h')} "
    "and h.cells[1] = 'CIVIL_AFFAIRS' and h.from_position > f.from_position)"
)
_APPLICANT = Split("applicant", "申请人", "Applicant", "f.cells[1]", terms=("Applicant",))

INTERVENTIONS = Report(
    "S-09",
    "interventions",
    zh="监护干预",
    en="Guardianship interventions",
    every=Every.QUARTER,
    definition="监护干预措施与令状按种类;屡教不改;拒不履行及满六个月;撤销申请按申请人、民政兜底;裁判结果",
    clauses=("SH2020-4.4-j", "CQ2024-3.3-b"),
    figures=(
        Figure(
            "measures",
            "干预措施",
            "Measures",
            CASE_HAPPENING,
            happened(*_MEASURES),
            by=(_BY_NAME,),
            zero_tells=True,
        ),
        Figure(
            "orders",
            "令状",
            "Orders",
            CASE_HAPPENING,
            happened(*_ORDERS),
            by=(
                Split("order", "令状种类", "Order", "f.name", terms=(EVENT_NAMES,)),
                Split("issuer", "出具机关", "Issued by", "f.cells[1]", terms=("OrderIssuer",)),
            ),
            zero_tells=True,
        ),
        Figure(
            "execution",
            "令状执行核查",
            "Checks of execution",
            CASE_HAPPENING,
            happened("case.order_execution_checked"),
            by=(
                Split(
                    "execution", "执行情况", "Execution", "f.cells[1]", terms=("OrderExecution",)
                ),
            ),
            zero_tells=True,
        ),
        Figure(
            "repeated",
            "再次侵害",
            "Repeated infringement",
            CASE_HAPPENING,
            happened("case.infringement_repeated"),
            zero_tells=True,
        ),
        Figure(
            "refusals",
            "期内拒不履行(其中已满六个月)",
            "Refusals in the period (of these, six months over)",
            CASE_MATTER,
            _RUNNING,
            having=(
                f"{local('f.due_at')} <= %(to_on)s "
                f"and (f.closed_at is null or {local('f.closed_at')} >= {local('f.due_at')})"
            ),
            zero_tells=True,
        ),
        Figure(
            "six_months",
            "期内满六个月",
            "Six months reached in the period",
            CASE_HAPPENING,
            happened("case.six_month_threshold_reached"),
            zero_tells=True,
        ),
        Figure(
            "applications",
            "申请撤销监护人资格",
            "Applications for revocation",
            CASE_HAPPENING,
            happened("case.revocation_application_filed"),
            by=(_APPLICANT,),
            zero_tells=True,
        ),
        Figure(
            "declined",
            "不申请",
            "Declined to apply",
            CASE_HAPPENING,
            happened("case.revocation_applicant_declined"),
            by=(_APPLICANT,),
            zero_tells=True,
        ),
        Figure(
            "fallbacks",
            "民政兜底(其中已由民政申请)",
            "Fallbacks to civil affairs (of these, applied by it)",
            CASE_HAPPENING,
            happened(_FALLBACK),
            having=_APPLIED_ANYWAY,
            by=(
                Split("modality", "可以、应当", "May or shall", "f.cells[1]", terms=("Modality",)),
            ),
            zero_tells=True,
            of_work=True,
        ),
        Figure(
            "days_waited",
            "至民政兜底的天数(中位数)",
            "Days until the fallback, median",
            CASE_HAPPENING,
            happened(_FALLBACK),
            median="f.amount",
            unit="DAYS",
            zero_tells=True,
        ),
        Figure(
            "judged",
            "裁判结果",
            "Judgments",
            CASE_HAPPENING,
            happened("case.guardianship_revoked", "case.revocation_denied"),
            by=(Split("result", "结果", "Result", "f.name", terms=(EVENT_NAMES,)),),
            zero_tells=True,
        ),
        Figure(
            "new_guardians",
            "另行指定监护人",
            "Another guardian appointed",
            CASE_HAPPENING,
            happened("case.guardian_appointed"),
            by=(
                Split("guardian", "监护人", "Guardian", "f.cells[1]", terms=("AppointedGuardian",)),
            ),
            zero_tells=True,
        ),
    ),
)

INTERVENTION_REPORTS = (INTERVENTIONS,)
