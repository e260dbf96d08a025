"""时钟总表 · Which clocks the chapters put: the system's command, the event that sets it and the field that says when.

A field of several dates sets several clocks. ``after``: the day must be over first, so the clock rings as the next one
begins; else it rings as the day begins. The command is harmless when it rings too late: it looks at the state.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import domain.actions  # noqa: F401 - the commands a clock names must be known
from domain.kernel import COMMANDS, EVENTS


@dataclass(frozen=True)
class Sets:
    """The event and its field with the moment, the day or the days."""

    event: str
    field: str


@dataclass(frozen=True)
class Clock:
    """One kind of clock. ``key``: the fields that tell clocks of one stream apart, and the command's input.

    ``given``: the rest of the input. ``rung``: what is recorded when it has rung; the clocks up to then are over.
    ``clears``: what makes it pointless. That a child's file is closed makes none so: its clocks rest (``at_rest``), but
    for one that is about no duty (``rests``).
    """

    act: str
    sets: tuple[Sets, ...]
    rung: str
    clears: tuple[str, ...]
    key: tuple[str, ...] = ()
    given: Mapping[str, str] = field(default_factory=dict)
    after: bool = False
    rests: bool = True


CASE_OVER = ("case.closed", "case.report_found_unfounded", "case.joined")
PLACEMENT_OVER = ("case.temporary_guardianship_ended", "case.hukou_escort_completed")

DATED = frozenset({"unit.open_obligation_year"})
"""Acts that belong to the day of their clock, also when it rings late."""

GRANTED = ("child.entitlement_granted", "child.entitlement_granted_without_application")

CLOCKS: tuple[Clock, ...] = (
    Clock(
        "access.note_audit_order_over",
        sets=(Sets("access.audit_order_opened", "open_until"),),
        rung="access.audit_order_ended",
        clears=("access.audit_order_ended",),
    ),
    Clock(
        "case.note_acceptance_overdue",
        sets=(
            Sets("case.report_submitted", "accept_due_at"),
            Sets("case.report_forwarded", "accept_due_at"),
            Sets("case.report_directed", "accept_due_at"),
        ),
        rung="case.report_acceptance_overdue",
        clears=("case.report_accepted", *CASE_OVER),
    ),
    Clock(
        "case.note_township_notice_overdue",
        sets=(Sets("case.police_finding_recorded", "township_notice_due_at"),),
        rung="case.township_notice_overdue",
        clears=("case.township_notified_by_police", *CASE_OVER),
    ),
    Clock(
        "case.note_contribution_overdue",
        sets=(Sets("case.assessment_contribution_asked", "answer_by"),),
        rung="case.assessment_contribution_overdue",
        clears=(
            "case.assessment_contribution_recorded",
            "case.assessment_completed",
            *CASE_OVER,
        ),
        key=("question_id",),
        after=True,
    ),
    Clock(
        "case.note_assessment_overdue",
        sets=(Sets("case.assessment_started", "complete_by"),),
        rung="case.assessment_overdue",
        clears=("case.assessment_completed", *CASE_OVER),
        after=True,
    ),
    Clock(
        "case.warn_guardianship_limit",
        sets=(
            Sets("case.placement_activated", "warn_on"),
            Sets("case.guardianship_limit_exception_approved", "warn_on"),
        ),
        rung="case.guardianship_limit_warning_issued",
        clears=PLACEMENT_OVER,
        key=("placement_id",),
    ),
    Clock(
        "case.mark_guardianship_limit_exceeded",
        sets=(
            Sets("case.placement_activated", "limit_on"),
            Sets("case.guardianship_limit_exception_approved", "limit_on"),
        ),
        rung="case.guardianship_limit_exceeded",
        clears=PLACEMENT_OVER,
        key=("placement_id",),
    ),
    Clock(
        "case.issue_refusal_notice",
        sets=(
            Sets("case.non_performance_started", "notice_on"),
            Sets("case.non_performance_resumed", "notice_on"),
        ),
        rung="case.refusal_notice_issued",
        clears=("case.non_performance_ended", "case.non_performance_lapsed"),
        key=("refusal_id",),
    ),
    Clock(
        "case.mark_six_month_threshold",
        sets=(
            Sets("case.non_performance_started", "threshold_on"),
            Sets("case.non_performance_resumed", "threshold_on"),
        ),
        rung="case.six_month_threshold_reached",
        clears=("case.non_performance_ended", "case.non_performance_lapsed"),
        key=("refusal_id",),
    ),
    Clock(
        "case.lapse_non_performance",
        sets=(
            Sets("case.non_performance_started", "of_age_on"),
            Sets("case.non_performance_resumed", "of_age_on"),
            Sets("case.coming_of_age_redated", "of_age_on"),
        ),
        rung="case.non_performance_lapsed",
        clears=("case.non_performance_ended",),
        key=("refusal_id",),
    ),
    Clock(
        "case.trigger_civil_affairs_fallback",
        sets=(
            Sets("case.revocation_ground_established", "fallback_on"),
            Sets("case.revocation_resumed", "fallback_on"),
        ),
        rung="case.civil_affairs_fallback_triggered",
        clears=("case.revocation_application_filed",),
        key=("revocation_id",),
        after=True,
    ),
    Clock(
        "case.note_supervision_over",
        sets=(
            Sets("case.guardianship_supervisor_appointed", "supervised_until"),
            Sets("case.guardianship_supervision_resumed", "supervised_until"),
        ),
        rung="case.guardianship_supervision_ended",
        clears=(),
        key=("supervised_until",),
        after=True,
    ),
    Clock(
        "case.note_ward_of_age",
        sets=(
            Sets("case.guardianship_supervisor_appointed", "of_age_on"),
            Sets("case.guardianship_supervision_resumed", "of_age_on"),
            Sets("case.coming_of_age_redated", "of_age_on"),
        ),
        rung="case.guardianship_supervision_ended",
        clears=(),
        key=("child_id",),
    ),
    Clock(
        "case.lapse_order",
        sets=(
            Sets("case.family_education_ordered", "of_age_on"),
            Sets("case.guardianship_urging_order_issued", "of_age_on"),
            Sets("case.order_resumed", "of_age_on"),
            Sets("case.coming_of_age_redated", "of_age_on"),
        ),
        rung="case.order_lapsed",
        clears=(),
        key=("order_id",),
    ),
    Clock(
        "case.lapse_revocation",
        sets=(
            Sets("case.revocation_ground_established", "of_age_on"),
            Sets("case.revocation_application_filed", "of_age_on"),
            Sets("case.revocation_resumed", "of_age_on"),
            Sets("case.coming_of_age_redated", "of_age_on"),
        ),
        rung="case.revocation_lapsed",
        clears=("case.revocation_denied", "case.guardian_appointed"),
        key=("revocation_id",),
    ),
    Clock(
        "child.note_visit_overdue",
        sets=(
            Sets("child.cadence_class_set", "next_contact_on"),
            Sets("child.contact_made", "next_contact_on"),
            Sets("child.home_visit_made", "next_contact_on"),
            Sets("child.event_disavowed", "next_contact_on"),
        ),
        rung="child.visit_overdue",
        clears=("child.visiting_ended",),
        given={"visit_obligation": "CONTACT"},
        after=True,
    ),
    Clock(
        "child.note_visit_overdue",
        sets=(
            Sets("child.cadence_class_set", "next_home_visit_on"),
            Sets("child.home_visit_made", "next_home_visit_on"),
            Sets("child.event_disavowed", "next_home_visit_on"),
        ),
        rung="child.visit_overdue",
        clears=("child.visiting_ended",),
        given={"visit_obligation": "HOME_VISIT"},
        after=True,
    ),
    Clock(
        "child.note_coming_of_age",
        # by the birth on file and the packs' age of majority (``clocks``)
        sets=(),
        rung="child.came_of_age",
        clears=(),
        rests=False,
    ),
    Clock(
        "child.note_rest_over",
        sets=(Sets("child.category_ended", "dormant_until"),),
        rung="child.rest_over",
        clears=("child.category_determined", "child.file_reopened"),
    ),
    Clock(
        "child.note_category_review_due",
        sets=(Sets("child.category_determined", "review_on"),),
        rung="child.category_review_due",
        clears=("child.category_ended",),
        key=("category",),
    ),
    Clock(
        "child.note_persuasion_failed",
        sets=(
            Sets("child.dropout_registered", "persuade_by"),
            Sets("child.enrolment_gap_found", "persuade_by"),
        ),
        rung="child.persuasion_failed",
        clears=("child.returned_to_school",),
        after=True,
    ),
    Clock(
        "child.clear_dropout",
        sets=(
            Sets("child.returned_to_school", "stable_on"),
            Sets("child.attendance_resumed", "stable_on"),
        ),
        rung="child.dropout_cleared",
        clears=("child.truancy_recorded", "child.enrolment_gap_found"),
        after=True,
    ),
    Clock(
        "unit.open_obligation_year",
        sets=(Sets("unit.obligation_year_opened", "next_year_on"),),
        rung="unit.obligation_year_opened",
        clears=(),
    ),
    Clock(
        "unit.warn_obligation",
        sets=(
            Sets("unit.obligation_created", "duty_warn_on"),
            Sets("unit.obligation_dated", "duty_warn_on"),
            Sets("unit.obligation_reopened", "duty_warn_on"),
        ),
        rung="unit.obligation_warned",
        clears=("unit.obligation_fulfilled",),
        key=("obligation_id",),
    ),
    Clock(
        "unit.note_obligation_missed",
        sets=(
            Sets("unit.obligation_created", "duty_due_on"),
            Sets("unit.obligation_dated", "duty_due_on"),
            Sets("unit.obligation_reopened", "duty_due_on"),
        ),
        rung="unit.obligation_missed",
        clears=("unit.obligation_fulfilled",),
        key=("obligation_id",),
        after=True,
    ),
    Clock(
        "unit.note_duty_roster_lapsed",
        sets=(Sets("unit.duty_roster_attested", "rostered_until_on"),),
        rung="unit.duty_roster_lapsed",
        clears=(),
        after=True,
    ),
    Clock(
        "child.note_entitlement_overdue",
        sets=(
            Sets("child.entitlement_indicated", "entitlement_by"),
            Sets("child.entitlement_screened", "entitlement_by"),
            Sets("child.entitlement_item_applied", "entitlement_by"),
            Sets("child.entitlement_synchronised", "synchronise_by"),
        ),
        rung="child.entitlement_decision_overdue",
        clears=(*GRANTED, "child.entitlement_refused", "child.entitlement_declined"),
        key=("entitlement_item_id",),
        after=True,
    ),
    Clock(
        "child.note_entitlement_review_due",
        sets=tuple(
            Sets(event, "entitlement_review_on")
            for event in (*GRANTED, "child.entitlement_redated")
        ),
        rung="child.entitlement_review_due",
        clears=("child.entitlement_ended", "child.entitlement_declined"),
        key=("entitlement_item_id",),
    ),
    Clock(
        "child.end_entitlement_by_age",
        sets=tuple(
            Sets(event, "entitlement_ends_on") for event in (*GRANTED, "child.entitlement_redated")
        ),
        rung="child.entitlement_ended",
        clears=("child.entitlement_declined",),
        key=("entitlement_item_id",),
    ),
    Clock(
        "child.pay_culture_subsidy",
        sets=tuple(Sets(event, "subsidy_on") for event in (*GRANTED, "child.culture_subsidy_paid")),
        rung="child.culture_subsidy_paid",
        clears=(),
    ),
    Clock(
        "child.list_for_culture_subsidy",
        sets=tuple(
            Sets(event, "subsidy_list_on") for event in (*GRANTED, "child.culture_subsidy_paid")
        ),
        rung="child.culture_subsidy_listed",
        clears=(),
    ),
    Clock(
        "child.check_insurance",
        sets=(Sets("child.insurance_checked", "insurance_check_on"),),
        rung="child.insurance_checked",
        clears=(),
    ),
    Clock(
        "child.reassess_tier",
        sets=tuple(
            Sets(f"child.{name}", "next_check_at")
            for name in (
                "risk_tier_assigned",
                "risk_tier_proposed",
                "risk_tier_proposal_withdrawn",
                "risk_tier_reassessed",
                "risk_tier_overridden",
            )
        ),
        rung="child.risk_tier_reassessed",
        clears=(),
    ),
)


def all_faults() -> list[str]:
    """Every command, event or field that a clock names and that there is not."""
    found: list[str] = []
    for clock in CLOCKS:
        command = COMMANDS.get(clock.act)
        if command is None or not command.by_system:
            found.append(f"{clock.act} is no command of the system")
            continue
        inputs = {s.name for s in command.specs}
        found += [f"{clock.act} has no input {n}" for n in {*clock.key, *clock.given} - inputs]
        for name in (*(s.event for s in clock.sets), clock.rung, *clock.clears):
            if name not in EVENTS:
                found.append(f"{clock.act}: no event {name}")
        for one in clock.sets:
            fields = {s.name for s in EVENTS[one.event].specs} if one.event in EVENTS else set()
            found += [f"{one.event} has no field {n}" for n in {one.field, *clock.key} - fields]
    return found
