"""评估的队列 · The queues from the police's notice to the assessment and what it indicates (domain model G)."""

from __future__ import annotations

from typing import Any

from domain.terms.roles import Role
from projections.queue_grammar import Closes, Due, Moves, Opens, Queue
from projections.queues_of_reports import CASE_ENDS, CITY, CIVIL_AFFAIRS, TOWNSHIP


def leads(event: Any, case: Any) -> bool:
    """Whether the township told is the one that leads the assessment."""
    return bool(event.township_unit_id == case.intake.township_unit_id)


ASSESSMENT_QUEUES = (
    Queue(
        "Q-06",
        zh="接办公安通报",
        en="Take over the notice of the police",
        by_hand=True,
        opens=(
            Opens(
                "case.township_notified_by_police",
                TOWNSHIP,
                Due("township_takeover_days", "take_over_by"),
                unit="township_unit_id",
            ),
        ),
        closes=("case.assessment_started", *CASE_ENDS),
        escalates=(CIVIL_AFFAIRS, CITY),
        clauses=("SH2020-4.2-o", "CQ2016-4.2-o"),
        names=(Role.TOWNSHIP, Role.CHILD_SUPERVISOR),
    ),
    Queue(
        "Q-07",
        zh="调查评估",
        en="Assess",
        opens=(
            Opens(
                "case.township_notified_by_police",
                TOWNSHIP,
                Due("assessment_start_days"),
                unit="township_unit_id",
                only=leads,
            ),
            Opens(
                "case.report_accepted",
                TOWNSHIP,
                Due("assessment_start_days"),
                unit="township_unit_id",
                only=lambda e, _: e.by_street,
            ),
            # The street's own case is with the township as well, whether or not the child is placed (D.1, NOTIFIED).
            Opens(
                "case.care_need_found",
                TOWNSHIP,
                Due("assessment_start_days"),
                unit="township_unit_id",
            ),
            Opens(
                "case.placement_activated",
                TOWNSHIP,
                Due("assessment_start_days", "assess_by"),
                unit="plan_unit_id",
            ),
            Opens(
                "case.assessment_started",
                CIVIL_AFFAIRS,
                Due("assessment_working_days", "complete_by"),
                unit="partner_unit_ids",
                only=lambda e, _: bool(e.partner_unit_ids),
            ),
        ),
        moves=(Moves("case.assessment_started", Due("assessment_working_days", "complete_by")),),
        closes=("case.assessment_completed", *CASE_ENDS),
        escalates=(CIVIL_AFFAIRS, CITY),
        clauses=("SH2020-4.3-a", "CQ2016-4.3-a", "CN2017-4.3-a"),
        names=(Role.TOWNSHIP, Role.CHILD_SUPERVISOR, Role.DISTRICT_CIVIL_AFFAIRS, Role.POLICE),
    ),
    Queue(
        "Q-08",
        zh="协助评估",
        en="Help with the assessment",
        opens=(
            Opens(
                "case.assessment_contribution_asked",
                TOWNSHIP,
                Due("contribution_working_days", "answer_by"),
                unit="contributor_unit_id",
                key=("question_id",),
            ),
        ),
        closes=(
            Closes("case.assessment_contribution_recorded", key=("question_id",)),
            Closes("case.assessment_completed", done=False),
            *CASE_ENDS,
        ),
        escalates=(TOWNSHIP, CIVIL_AFFAIRS),
        clauses=("SH2020-4.3-b", "CQ2016-4.3-b", "CN2017-5.1-s", "CN2017-5.1-aa"),
        names=(
            Role.VILLAGE_COMMITTEE,
            Role.SCHOOL_HEAD,
            Role.MEDICAL,
            Role.SOCIAL_WORKER,
            Role.POLICE,
            Role.CHILD_SUPERVISOR,
        ),
        asks=True,
    ),
)
