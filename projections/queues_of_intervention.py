"""监护干预的队列 · The queues of orders, lasting refusal, revocation and supervision (domain model G, Q-29, Q-30).

Q-17 (dissuade, stop) and Q-26 (family education) stand with the reports and placements; what intervention adds to
them opens there. Codes with a word behind the number are duties the catalogue does not count on their own.
"""

from __future__ import annotations

from typing import Any

from domain.periods import local_date
from domain.terms.intervention import LiabilityKind, RevocationStage
from domain.terms.measures import Accused
from domain.terms.roles import Role
from domain.terms.units import UnitKind
from projections.queue_grammar import Closes, Due, If, Opens, Queue
from projections.queues_of_reports import CITY, CIVIL_AFFAIRS, DISTRICT_POLICE, POLICE, TOWNSHIP

ORDERS = (
    "case.family_education_ordered",
    "case.guardianship_urging_order_issued",
    "case.protection_order_issued",
)
APPLY = ("SH2020-4.4-g", "CQ2016-4.4-g", "CN2017-4.4.3-h")
SIX_MONTHS = ("SH2020-4.4-e", "CQ2016-4.4-e", "CN2017-4.4.3-e")
APPLICANTS = (
    Role.DISTRICT_CIVIL_AFFAIRS,
    Role.VILLAGE_COMMITTEE,
    Role.SCHOOL_HEAD,
    Role.MEDICAL,
    Role.WOMENS_FEDERATION,
    Role.DISABLED_FEDERATION,
    Role.RESCUE_INSTITUTION,
)

LAPSED = Closes("case.revocation_lapsed", ("revocation_id",), done=False)
"""The child is of age: there is no guardianship any more."""


def resumed_at(stage: RevocationStage) -> If:
    """A revocation that lapsed by mistake waits for the same again."""
    return lambda event, _case: event.resumed_stage is stage


def may_be_declined(event: Any, _case: Any) -> bool:
    """可以: who declines for itself is done; where the text says 要 the duty stays (domain model I.5)."""
    by = event.stamp.by.unit_id if event.stamp else None
    return event.modality == "MAY" and by is not None and by == event.applicant_unit_id


def court_is_done(event: Any, case: Any) -> bool:
    """No other guardianship of the child waits for the court: the mother's is not decided with the father's."""
    left = {RevocationStage.IN_COURT, RevocationStage.REVOKED}
    of_the_child = (r for r in case.intervention.revocations if r.child_id == event.child_id)
    return not any(r.stage in left for r in of_the_child)


def a_child_is_to_be_placed(event: Any, _case: Any) -> bool:
    """Nowhere yet, and not of age on the day of the application."""
    of_age = event.of_age_on is not None and event.of_age_on <= local_date(event.told.occurred_at)
    return event.placement_id is None and not of_age


def staff_is_held_liable(event: Any, _case: Any) -> bool:
    """从业禁止: of somebody who works with children, and was not let off; the ban is on a record of its own."""
    return event.subject_kind is Accused.STAFF and event.liability is not LiabilityKind.NONE


def told_as_a_unit(event: Any, _case: Any) -> bool:
    """A unit was told; people who may apply have no queue, civil affairs apply for them or after them."""
    return event.applicant_unit_id is not None or event.applicant == "CIVIL_AFFAIRS"


def told_as_a_person(event: Any, case: Any) -> bool:
    """A person was told."""
    return not told_as_a_unit(event, case)


INTERVENTION_QUEUES = (
    Queue(
        "Q-29",
        zh="申请撤销监护人资格",
        en="Apply for the revocation of guardianship",
        opens=(
            Opens(
                "case.revocation_applicant_notified",
                CIVIL_AFFAIRS,
                Due("revocation_application_days", "application_by"),
                unit="applicant_unit_id",
                key=("revocation_id",),
                only=told_as_a_unit,
            ),
            # A relative has no queue: civil affairs see to it that the person told applies, or says no.
            Opens(
                "case.revocation_applicant_notified",
                CIVIL_AFFAIRS,
                Due("revocation_application_days", "application_by"),
                key=("revocation_id",),
                only=told_as_a_person,
            ),
            Opens(
                "case.revocation_resumed",
                CIVIL_AFFAIRS,
                Due("revocation_application_days", "application_by"),
                unit="applicant_unit_ids",
                key=("revocation_id",),
                only=resumed_at(RevocationStage.AWAIT_APPLICATION),
            ),
        ),
        closes=(
            Closes("case.revocation_application_filed", ("revocation_id",)),
            Closes(
                "case.revocation_applicant_declined",
                ("revocation_id",),
                only=may_be_declined,
                own=True,
            ),
            Closes("case.civil_affairs_fallback_triggered", ("revocation_id",), done=False),
            LAPSED,
        ),
        escalates=(CIVIL_AFFAIRS, CITY),
        clauses=(*APPLY, "SH2020-4.4-j"),
        names=APPLICANTS,
    ),
    Queue(
        "Q-29-FALLBACK",
        zh="民政部门应当申请撤销",
        en="Civil affairs must apply for the revocation",
        opens=(
            Opens(
                "case.civil_affairs_fallback_triggered",
                CIVIL_AFFAIRS,
                Due("revocation_application_days", "application_by"),
                unit="civil_affairs_unit_id",
                key=("revocation_id",),
            ),
            Opens(
                "case.revocation_resumed",
                CIVIL_AFFAIRS,
                Due("revocation_application_days", "application_by"),
                unit="civil_affairs_unit_id",
                key=("revocation_id",),
                only=resumed_at(RevocationStage.FALLBACK_DUE),
            ),
        ),
        closes=(Closes("case.revocation_application_filed", ("revocation_id",)), LAPSED),
        escalates=(CITY,),
        clauses=("SH2020-4.4-j",),
        names=(Role.DISTRICT_CIVIL_AFFAIRS,),
    ),
    Queue(
        "Q-29-APPOINT",
        zh="另行指定监护人",
        en="Have another guardian appointed",
        opens=(
            Opens(
                "case.guardianship_revoked",
                CIVIL_AFFAIRS,
                Due("revocation_application_days"),
                unit="civil_affairs_unit_id",
                key=("revocation_id",),
            ),
            Opens(
                "case.revocation_resumed",
                CIVIL_AFFAIRS,
                Due("revocation_application_days", "application_by"),
                unit="civil_affairs_unit_id",
                key=("revocation_id",),
                only=resumed_at(RevocationStage.REVOKED),
            ),
        ),
        closes=(Closes("case.guardian_appointed", ("revocation_id",)), LAPSED),
        escalates=(CITY,),
        clauses=("SH2020-4.4-i", "CQ2016-4.4-h", "CN2017-4.4.3-h"),
        names=(Role.DISTRICT_CIVIL_AFFAIRS,),
    ),
    Queue(
        "Q-29-PLACEMENT",
        zh="诉讼期间的临时监护措施",
        en="Temporary guardianship while the court decides, where it is necessary",
        by_hand=True,
        opens=(
            Opens(
                "case.revocation_application_filed",
                CIVIL_AFFAIRS,
                Due("at_once_minutes"),
                key=("child_id",),
                only=a_child_is_to_be_placed,
            ),
        ),
        closes=(
            Closes("case.placement_activated", ("child_id",)),
            Closes("case.guardian_appointed", ("child_id",), only=court_is_done, done=False),
            Closes("case.revocation_denied", ("child_id",), only=court_is_done, done=False),
            Closes("case.revocation_lapsed", ("child_id",), only=court_is_done, done=False),
        ),
        escalates=(CIVIL_AFFAIRS, CITY),
        clauses=("SH2020-4.4-h",),
        names=(Role.DISTRICT_CIVIL_AFFAIRS,),
    ),
    Queue(
        "Q-30",
        zh="指定监护监督员",
        en="Appoint a guardianship supervisor",
        opens=(
            Opens(
                "case.return_found_possible",
                UnitKind.PROCURATORATE,
                Due("supervisor_days", "supervisor_by"),
                unit="supervision_unit_id",
                key=("child_id",),
            ),
        ),
        closes=(
            Closes("case.guardianship_supervisor_appointed", ("child_id",)),
            Closes("case.child_returned_to_family", ("child_id",), done=False),
        ),
        escalates=(CIVIL_AFFAIRS, CITY),
        clauses=("SH2024-2.2.6-b",),
        names=(Role.PROCURATORATE,),
        follows_case=True,
    ),
    Queue(
        "Q-17-SIX-MONTHS",
        zh="拒不履行满六个月:核查撤销情形",
        en="Six months of refusal: look into the ground of revocation",
        by_hand=True,
        opens=(
            Opens(
                "case.six_month_threshold_reached",
                CIVIL_AFFAIRS,
                Due("revocation_application_days"),
                unit="threshold_unit_ids",
                key=("subject_id",),
            ),
        ),
        closes=(
            Closes("case.revocation_ground_established", ("guardian_id",)),
            Closes("case.non_performance_ended", ("subject_id",), done=False),
            Closes("case.non_performance_lapsed", ("subject_id",), done=False),
        ),
        escalates=(TOWNSHIP, CIVIL_AFFAIRS),
        clauses=SIX_MONTHS,
        names=(*APPLICANTS, Role.TOWNSHIP),
    ),
    Queue(
        "Q-17-ORDER",
        zh="核查令状执行情况",
        en="Check the execution of an order",
        opens=tuple(
            Opens(
                name,
                CIVIL_AFFAIRS,
                Due("order_check_days", "order_check_on"),
                unit="order_check_unit_id",
                key=("order_id",),
            )
            for name in (*ORDERS, "case.order_execution_checked", "case.order_resumed")
        ),
        closes=(
            Closes("case.order_execution_checked", ("order_id",)),
            Closes("case.order_lapsed", ("order_id",), done=False),
        ),
        escalates=(CIVIL_AFFAIRS, CITY),
        clauses=("CQ2024-3.3-b", "SH2024-2.2.4-c"),
        names=(Role.WOMENS_FEDERATION, Role.POLICE, Role.DISTRICT_CIVIL_AFFAIRS),
        follows_case=True,
    ),
    Queue(
        "Q-17-BREACH",
        zh="处置违反令状",
        en="Answer the breach of an order",
        opens=(
            Opens(
                "case.order_execution_checked",
                (POLICE, DISTRICT_POLICE),
                Due("at_once_minutes", "breach_answer_by"),
                unit="breach_unit_id",
                key=("subject_id",),
            ),
        ),
        closes=tuple(
            Closes(name, ("subject_id",))
            for name in (
                "case.guardian_reprimanded",
                "case.security_penalty_imposed",
                "case.criminal_case_opened",
                "case.transferred_to_judiciary",
                *ORDERS,
            )
        ),
        escalates=(DISTRICT_POLICE, CIVIL_AFFAIRS),
        clauses=("CQ2024-3.3-b",),
        names=(Role.POLICE,),
        follows_case=True,
    ),
    Queue(
        "Q-17-BAR",
        zh="工作人员被追究责任:登记从业禁止",
        en="Staff were held liable: record the employment ban",
        by_hand=True,
        opens=(
            Opens(
                "case.liability_outcome_recorded",
                (POLICE, DISTRICT_POLICE),
                Due("at_once_minutes"),
                key=("subject_id",),
                only=staff_is_held_liable,
            ),
        ),
        closes=(
            Closes(
                "case.liability_outcome_recorded",
                ("subject_id",),
                only=lambda e, c: not staff_is_held_liable(e, c),
                done=False,
            ),
        ),
        escalates=(DISTRICT_POLICE, CIVIL_AFFAIRS),
        clauses=("CQ2024-2.4-d", "SH2024-2.5.15-d"),
        names=(Role.POLICE,),
    ),
)
