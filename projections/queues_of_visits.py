"""走访、服务的队列 · The queues of visits, concerns, warnings and services (domain model G).

Q-52 and Q-53 are not in the catalogue of the spec: a referral and a plan are somebody's duty too, and
every duty has an owner (law 10).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from domain.child.overdue import VISITING
from domain.sensitivity import P4_MIND
from domain.terms.care import CapacityNextStep
from domain.terms.roles import Role
from domain.terms.units import UnitKind
from projections.queue_grammar import Closes, Due, If, Moves, Opens, Queue
from projections.queues_of_reports import CASE_ENDS
from projections.queues_of_the_file import CITY, CIVIL_AFFAIRS, FILE_ENDS, TOWNSHIP, VILLAGE

DIRECTOR = (Role.CHILD_DIRECTOR, Role.COMMUNITY_WORKER, Role.VILLAGE_COMMITTEE)


def _in_class(cadence: str) -> If:
    return lambda _event, child: str(child.visits.cadence) == cadence


def _something_follows(event: Any, _child: Any) -> bool:
    """对陷入监护困境的…实施救助帮扶: the result asks for support or intervention."""
    return event.capacity_next in {CapacityNextStep.SUPPORT, CapacityNextStep.INTERVENTION}


def _cadence(obligation: str, events: tuple[str, ...]) -> Iterator[Opens]:
    """The due date of a visiting duty, its basis by the class the child is in."""
    for event in events:
        for cadence in ("NORMAL", "ENHANCED"):
            yield Opens(
                event,
                (VILLAGE, TOWNSHIP),
                Due(f"{obligation}_interval_{cadence.lower()}", f"next_{obligation}_on"),
                only=_in_class(cadence),
            )


def _visiting(
    code: str, obligation: str, labels: tuple[str, str], events: tuple[str, ...]
) -> Queue:
    return Queue(
        code,
        zh=labels[0],
        en=labels[1],
        standing=True,
        responsible=True,
        opens=tuple(_cadence(obligation, events)),
        closes=(Closes("child.visiting_ended", done=False), *FILE_ENDS),
        escalates=(TOWNSHIP, CIVIL_AFFAIRS),
        clauses=VISITING,
        names=DIRECTOR,
    )


def of_the_mind_alone(event: Any, _child: Any) -> bool:
    """A warning of the mind that rests on no recorded concern: the concern has its own task (CQ2024-2.2-a)."""
    return event.warning_type == "MENTAL" and event.warning_cause_id is None


VISIT_QUEUES = (
    _visiting(
        "Q-09",
        "contact",
        ("联系儿童", "Contact the child"),
        (
            "child.cadence_class_set",
            "child.contact_made",
            "child.home_visit_made",
            "child.event_disavowed",
        ),
    ),
    _visiting(
        "Q-10",
        "home_visit",
        ("入户走访", "Visit the child at home"),
        ("child.cadence_class_set", "child.home_visit_made", "child.event_disavowed"),
    ),
    Queue(
        "Q-81",
        zh="监护能力评估后的帮扶、干预",
        en="Help or intervene after an assessment of capacity",
        opens=(
            Opens(
                "child.capacity_assessed",
                TOWNSHIP,
                Due("capacity_help_days"),
                key=("guardian_id",),
                only=_something_follows,
            ),
        ),
        closes=(
            "child.guardian_guidance_given",
            "child.family_education_delivered",
            "child.guardian_intervention_supported",
            Closes(
                "child.capacity_assessed",
                ("guardian_id",),
                only=lambda event, child: not _something_follows(event, child),
                done=False,
            ),
            *FILE_ENDS,
        ),
        escalates=(CIVIL_AFFAIRS, CITY),
        clauses=("CQ2024-2.1-d", "CQ2024-2.1-e", "CQ2024-3.2-a"),
        names=(Role.CHILD_SUPERVISOR, Role.TOWNSHIP),
    ),
    Queue(
        "Q-12",
        zh="协调解决走访问题",
        en="Solve what a visit has found",
        opens=(
            Opens(
                "child.visit_problem_found",
                TOWNSHIP,
                Due("visit_problem_days", "solve_by"),
                unit="problem_unit_id",
                key=("problem_id",),
            ),
        ),
        closes=(Closes("child.visit_problem_resolved", ("problem_id",)), *FILE_ENDS),
        escalates=(CIVIL_AFFAIRS, CITY),
        clauses=("SH2024-2.3.7-e",),
        names=(Role.CHILD_SUPERVISOR, Role.TOWNSHIP),
    ),
    Queue(
        "Q-36",
        zh="协助监护人干预心理行为问题",
        en="Help the guardians with a problem of mind or behaviour",
        opens=tuple(
            Opens(
                event,
                (TOWNSHIP,),
                Due("guardian_support_days", "help_guardians_by"),
                unit="support_unit_ids",
                key=("concern_id",),
            )
            for event in (
                "child.mental_health_concern_recorded",
                "child.behaviour_concern_recorded",
            )
        ),
        closes=(
            Closes("child.guardian_intervention_supported", ("concern_id",), own=True),
            Closes("child.concern_closed", ("concern_id",), done=False),
            *FILE_ENDS,
        ),
        escalates=(TOWNSHIP, CIVIL_AFFAIRS),
        clauses=("CQ2024-2.2-h", "SH2024-2.1.2-b"),
        names=(Role.CHILD_SUPERVISOR, Role.CHILD_DIRECTOR, Role.CLASS_TEACHER),
    ),
    Queue(
        "Q-37",
        zh="心理辅导",
        en="Counsel the child",
        tells=P4_MIND,
        opens=(
            Opens(
                "child.mental_health_concern_recorded",
                (UnitKind.SCHOOL, UnitKind.DISTRICT_EDUCATION),
                Due("counselling_days", "counsel_by"),
                unit="counsel_unit_id",
                key=("concern_id",),
            ),
            Opens(
                "child.warning_raised",
                (UnitKind.SCHOOL, UnitKind.DISTRICT_EDUCATION),
                Due("counselling_days"),
                key=("warning_id",),
                only=of_the_mind_alone,
            ),
        ),
        closes=(
            Closes("child.warning_closed", ("warning_id",)),
            Closes("child.mental_health_concern_recorded", done=False),
            Closes("child.counselling_session_recorded", ("concern_id",)),
            Closes("child.concern_closed", ("concern_id",), done=False),
            *FILE_ENDS,
        ),
        escalates=(UnitKind.DISTRICT_EDUCATION, CIVIL_AFFAIRS),
        clauses=("CQ2024-2.2-a", "CQ2024-2.2-j"),
        names=(Role.SCHOOL_COUNSELLOR, Role.SCHOOL_HEAD),
    ),
    Queue(
        "Q-50",
        zh="处置预警",
        en="React to the warning",
        opens=(
            Opens(
                "child.warning_raised",
                TOWNSHIP,
                Due("warning_high_hours", "react_by_at"),
                unit="warned_unit_ids",
                key=("warning_id",),
                only=lambda e, _: e.warning_urgent,
            ),
            Opens(
                "child.warning_raised",
                TOWNSHIP,
                Due("warning_other_hours", "react_by_at"),
                unit="warned_unit_ids",
                key=("warning_id",),
                only=lambda e, _: not e.warning_urgent,
            ),
        ),
        closes=(Closes("child.warning_closed", ("warning_id",)), *FILE_ENDS),
        escalates=(CIVIL_AFFAIRS, CITY),
        clauses=("CQ2024-3.1-e",),
        names=(Role.CHILD_SUPERVISOR, Role.TOWNSHIP, Role.CHILD_DIRECTOR, Role.POLICE),
    ),
    Queue(
        "Q-53",
        zh="制定、复核帮扶方案",
        en="Adopt and review the support plan",
        opens=(
            Opens(
                "case.assessment_completed",
                TOWNSHIP,
                Due("plan_working_days"),
                key=("child_id",),
                each=True,
            ),
        ),
        moves=(
            Moves(
                "case.plan_adopted",
                Due("plan_review_interval", "plan_review_on"),
                key=("child_id",),
            ),
            Moves(
                "case.plan_revised",
                Due("plan_review_interval", "plan_review_on"),
                key=("child_id",),
            ),
        ),
        closes=CASE_ENDS,
        escalates=(CIVIL_AFFAIRS,),
        clauses=("SH2020-3.2-a", "SH2020-5.2-b", "CN2017-2-d"),
        names=(Role.CHILD_SUPERVISOR, Role.TOWNSHIP),
    ),
    Queue(
        "Q-52",
        zh="接受转介、提供服务",
        en="Take on the referral and deliver the service",
        opens=(
            Opens(
                "case.service_referred",
                UnitKind.SOCIAL_WORK_PROVIDER,
                Due("referral_days", "item_due_on", else_computed=True),
                unit="provider_unit_id",
                key=("item_id",),
            ),
        ),
        moves=(Moves("case.service_accepted", key=("item_id",)),),
        closes=(
            Closes("case.service_closed", ("item_id",)),
            Closes("case.service_declined", ("item_id",), done=False),
            *CASE_ENDS,
        ),
        escalates=(TOWNSHIP, CIVIL_AFFAIRS),
        clauses=("SH2020-4.3-c", "CQ2016-4.3-c", "CQ2016-4.3-d", "CN2017-4.4-a"),
        names=(Role.SOCIAL_WORKER, Role.MEDICAL, Role.WOMENS_FEDERATION),
    ),
)
