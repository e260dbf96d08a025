"""计数目录 · Which events and matters the fact rows know; a chapter that lands adds its lines here.

    Happens("child.file_verified")                     one row an event
    Matter("warning", opens=…, key="warning_id", …)    one row from opening to closing

Fields are named as the events declare them; ``faults`` says what is named and does not exist.
"""

from __future__ import annotations

from dataclasses import dataclass

import domain.actions  # noqa: F401 - the events named here must be known
from domain.kernel import EVENTS


@dataclass(frozen=True)
class Happens:
    """An event counted as such. ``cell``: the field it is broken down by; ``amount``: a number it carries."""

    event: str
    cell: str | None = None
    amount: str | None = None
    flags: tuple[str, ...] = ()
    """Fields that are true or false: those that are true are cells."""
    of: str | None = None
    """The field that says what it is of: the last cell, for figures that count some of them."""
    part: str | None = None
    """The number of those among the amount that a text names apart."""
    words: str | None = None
    """A free text of which a fingerprint is kept."""


@dataclass(frozen=True)
class Matter:
    """Something opened and to be closed. ``key``: the field with its id; none: one a stream and child."""

    kind: str
    opens: tuple[str, ...]
    closes: tuple[str, ...]
    key: str | None = None
    cell: str | None = None
    due: str | None = None
    outcome: str | None = None


HAPPENS: tuple[Happens, ...] = (
    # 档案 · the file
    Happens("child.screened", "screening_source", flags=("needs_file",)),
    Happens("child.file_opened"),
    Happens("child.file_verified", "verification_scope"),
    Happens("child.category_determined", "category"),
    Happens("child.category_ended", "category_end_reason", of="category"),
    Happens("child.file_closed", "file_close_reason"),
    # 走访 · visits
    Happens("child.contact_made", "contact_result", words="visit_notes"),
    Happens("child.home_visit_made", words="visit_notes"),
    Happens("child.visit_overdue", "visit_obligation"),
    # 风险 · risk
    Happens("child.risk_tier_assigned", "tier_basis"),
    Happens("child.risk_tier_overridden", "tier"),
    # 委托照护 · entrusted care
    Happens("child.entrusted_care_concern_raised", "care_concern"),
    Happens("child.parents_informed_of_care_concern", "parents_answer"),
    Happens("child.entrusted_care_ended", "care_end_reason"),
    # 学校 · school: pairing, mental-health education
    Happens("child.teacher_paired", "teacher_role"),
    Happens("child.growth_mentor_assigned"),
    Happens("child.peer_partner_assigned"),
    Happens("child.pairing_started", "pairing_kind"),
    Happens("child.pairing_ended", "pairing_kind"),
    Happens("child.mental_health_education_given", "mind_lesson"),
    # 报告、应急 · reports, emergencies
    Happens("case.report_acceptance_overdue", amount="minutes_waited"),
    Happens("case.township_notice_overdue", amount="hours_waited"),
    Happens("case.police_finding_recorded", "findings"),
    Happens("case.reporter_commended", "commendation"),
    Happens("case.failure_to_report_found", "sanction_condition"),
    Happens("case.report_obstruction_found"),
    # 监护干预 · measures against guardians
    Happens("case.guardian_criticised", "subject_kind"),
    Happens("case.guardian_dissuaded", "subject_kind"),
    Happens("case.guardian_reprimanded", "subject_kind"),
    Happens("case.warning_letter_issued", "subject_kind"),
    Happens("case.security_penalty_imposed", "penalty_class"),
    Happens("case.criminal_case_opened", "subject_kind"),
    Happens("case.infringement_repeated"),
    Happens("case.transferred_to_judiciary", "transferred_to"),
    Happens("case.family_education_ordered", "order_issuer"),
    Happens("case.guardianship_urging_order_issued", "order_issuer"),
    Happens("case.protection_order_issued", "order_issuer"),
    Happens("case.order_execution_checked", "order_execution"),
    Happens("case.six_month_threshold_reached"),
    Happens("case.revocation_applicant_declined", "applicant"),
    Happens("case.civil_affairs_fallback_triggered", "modality", "waited_days"),
    Happens("case.revocation_application_filed", "applicant"),
    Happens("case.guardianship_revoked"),
    Happens("case.revocation_denied"),
    Happens("case.guardian_appointed", "appointed"),
    Happens("case.liability_outcome_recorded", "liability"),
    # 安置 · placement
    Happens("case.guardianship_limit_exceeded", amount="days_over"),
    Happens("case.guardianship_limit_exception_approved"),
    Happens("case.guardian_search_failed_certified"),
    Happens("case.temporary_guardianship_ended", "end_reason"),
    Happens("case.hukou_escort_completed"),
    Happens("case.aftercare_visit_made"),
    Happens("case.aftercare_completed"),
    # 机构 · units: what they did, had and were found to be
    Happens("unit.safety_activity_held", "safety_topics", "children_reached", part="girls_reached"),
    Happens("unit.activity_held", "care_programme", "participants", of="activity_period"),
    Happens("unit.publicity_activity_held", "publicity_topics"),
    Happens("unit.training_recorded", "trainees", "trained_count"),
    Happens("unit.hazard_inspection_done", "hazard_site"),
    Happens("unit.conference_held", "coordination_body"),
    Happens("unit.work_bulletin_issued"),
    Happens("unit.professional_guidance_given"),
    Happens("unit.coordination_body_registered", "coordination_body"),
    Happens("unit.implementation_plan_filed", "plan_document"),
    Happens("unit.appraisal_method_filed"),
    Happens(
        "unit.school_mental_resource_recorded",
        flags=("counselling_room", "mind_teacher", "mind_course"),
    ),
    Happens("unit.station_officer_appointed", "station_office", flags=("is_prosecutor",)),
    Happens("unit.provider_registered", "provider_kind", "capacity"),
    Happens("unit.placement_site_registered", "shelter_kind", "capacity"),
    Happens("unit.facility_registered", "facility_kind", "capacity"),
    Happens("unit.annual_progress_report_submitted", amount="report_year"),
    Happens("unit.director_ratio_breached", amount="children_counted"),
    Happens("unit.director_ratio_restored"),
    Happens("unit.employment_bar_recorded"),
    Happens("unit.assignment_barred", "role"),
    Happens("unit.qualification_recorded", "qualification"),
    # 查阅 · access: what was done under exception, order and law
    Happens("access.break_glass_often_used"),
    Happens("access.audit_order_opened"),
    Happens("access.audit_order_approved"),
    Happens("access.timeline_exported"),
    Happens("access.child_erased"),
)

MATTERS: tuple[Matter, ...] = (
    Matter(
        "WARNING",
        opens=("child.warning_raised",),
        closes=("child.warning_closed",),
        key="warning_id",
        cell="warning_type",
        due="react_by_at",
        outcome="warning_outcome",
    ),
    Matter(
        "VISIT_PROBLEM",
        opens=("child.visit_problem_found",),
        closes=("child.visit_problem_resolved",),
        key="problem_id",
        cell="problem_kind",
        due="solve_by",
    ),
    Matter(
        "HOME_HAZARD",
        opens=("child.home_hazard_found",),
        closes=("child.home_hazard_rectified",),
        key="hazard_id",
        cell="hazard_kind",
    ),
    Matter(
        "BULLYING",
        opens=("child.bullying_incident_recorded",),
        closes=("child.bullying_dealt_with",),
        key="bullying_id",
        due="deal_by",
    ),
    Matter(
        "FAILING",
        opens=("case.failure_to_report_found", "case.report_obstruction_found"),
        closes=("case.reporter_accountability_decided",),
        key="failing_id",
        outcome="sanction",
    ),
    Matter(
        "AFTERCARE",
        opens=("case.aftercare_plan_opened",),
        closes=("case.aftercare_completed",),
        key="aftercare_id",
    ),
    Matter(
        "EMPLOYMENT_CHECK",
        opens=("unit.employment_check_requested",),
        closes=("unit.employment_check_completed",),
        key="check_id",
        cell="role",
        outcome="check_result",
    ),
    Matter(
        "NON_PERFORMANCE",
        opens=("case.non_performance_started",),
        closes=("case.non_performance_ended", "case.non_performance_lapsed"),
        key="refusal_id",
        due="threshold_on",
    ),
    Matter(
        "CONDUCT",
        opens=("child.conduct_case_opened",),
        closes=("child.reintegration_completed",),
        key="conduct_id",
        cell="conduct_class",
        due="correct_by",
    ),
    Matter(
        "BREAK_GLASS",
        opens=("access.break_glass_used",),
        closes=("access.break_glass_reviewed",),
        cell="break_glass_ground",
        due="review_due_at",
        outcome="review_outcome",
    ),
    Matter("PLAN", opens=("case.plan_adopted",), closes=("case.closed",)),
)


def faults() -> list[str]:
    """Every event or field that is named and that there is not, or is told twice."""
    found: list[str] = []
    for one in HAPPENS:
        found += _missing(one.event, one.cell, one.amount, one.part, one.words, one.of, *one.flags)
    for matter in MATTERS:
        for name in matter.opens:
            found += _missing(name, matter.key, matter.due)
        for name in matter.closes:
            found += _missing(name, *(() if matter.key is None else (matter.key,)))
    events = [h.event for h in HAPPENS]
    return found + [f"{e} is told twice" for e in {e for e in events if events.count(e) > 1}]


def _missing(event: str, *fields: str | None) -> list[str]:
    declared = EVENTS.get(event)
    if declared is None:
        return [f"no event {event}"]
    own = {s.name for s in declared.specs}
    return [f"{event} has no field {f}" for f in fields if f is not None and f not in own]
