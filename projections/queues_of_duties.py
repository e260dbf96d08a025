"""应急事项的队列 · One queue for each emergency duty the police have: the tasks of scenario 1, step 4 (D.1 HANDLING).

The catalogue has the follow-up of parents (Q-04) and the placement (Q-05). What else a finding demands is told here
from the duties themselves: each stays in the police queue until its deed is recorded or it is set aside with a reason.
"""

from __future__ import annotations

from typing import Any

from domain.case.missing import missing_children
from domain.terms.emergency import EmergencyDuty
from domain.terms.roles import Role
from domain.terms.units import UnitKind
from projections.queue_grammar import Closes, Due, If, Opens, Queue
from projections.queues_of_reports import CASE_ENDS

DEMANDS = (
    "case.police_finding_recorded",
    "case.parents_unreachable",
    "case.child_escorted",
    "case.infringement_repeated",
    "case.missing_child_search_started",
    "case.missing_child_found",
)
DEEDS = (
    "case.parent_contact_attempted",
    "case.parents_ordered_to_return",
    "case.parents_unreachable",
    "case.parent_notification_attempted",
    "case.care_candidate_declined",
    "case.placement_requested",
    "case.child_opinion_sought",
    "case.child_escorted",
    "case.written_handover_completed",
    "case.missing_child_found",
    "case.infringement_stopped",
    "case.domestic_violence_handled",
    "case.protective_measure_taken",
    "case.evidence_collected",
    "case.medical_assistance_given",
    "case.medical_treatment_provided",
    "case.injury_appraised",
    "case.township_notified_by_police",
    "case.guardian_criticised",
    "case.guardian_reprimanded",
    "case.warning_letter_issued",
    "case.security_penalty_imposed",
    "case.care_secured",
)
ELSEWHERE = frozenset({EmergencyDuty.PLACE_CHILD, EmergencyDuty.SECURE_CARE})
"""Duties with a queue of their own in the catalogue: Q-05 and Q-04."""


AT_ONCE = frozenset(
    {
        EmergencyDuty.SEARCH_CHILD,
        EmergencyDuty.STOP_INFRINGEMENT,
        EmergencyDuty.MEDICAL_HELP,
        EmergencyDuty.PROTECT_CHILD,
        EmergencyDuty.ASK_CARE_CANDIDATES,
        EmergencyDuty.CONTACT_PARENTS,
        EmergencyDuty.SEEK_CHILD_OPINION,
        EmergencyDuty.ESCORT_CHILD,
        EmergencyDuty.WRITTEN_HANDOVER,
    }
)


def queue_code(duty: EmergencyDuty) -> str:
    """``Q-55-ORDER_PARENTS_BACK``."""
    return f"Q-55-{duty.value}"


def _demanded(duty: EmergencyDuty) -> If:
    return lambda event, case: duty in event.duties and duty in case.emergency.open_duties


def _done(duty: EmergencyDuty) -> If:
    return lambda _event, case: duty not in case.emergency.open_duties


def _set_aside(duty: EmergencyDuty) -> If:
    def is_it(event: Any, _case: Any) -> bool:
        return bool(event.duty is duty)

    return is_it


def _limit(duty: EmergencyDuty) -> str:
    """The parameter that says until when: at once what protects the child, in days what concerns the guardians."""
    if duty is EmergencyDuty.NOTIFY_TOWNSHIP:
        return "township_notice_hours"
    return "at_once_minutes" if duty in AT_ONCE else "dissuasion_days"


def queue_of(duty: EmergencyDuty) -> Queue:
    """The queue of one duty, in the duty's own words and with its own clauses."""
    police = (UnitKind.POLICE, UnitKind.DISTRICT_POLICE)
    return Queue(
        queue_code(duty),
        zh=duty.zh,
        en=duty.en,
        opens=tuple(
            Opens(event, police, Due(_limit(duty)), only=_demanded(duty)) for event in DEMANDS
        ),
        closes=(
            *(Closes(event, only=_done(duty)) for event in DEEDS),
            Closes("case.emergency_duty_set_aside", only=_set_aside(duty), done=False),
            *CASE_ENDS,
        ),
        escalates=(UnitKind.DISTRICT_POLICE, UnitKind.DISTRICT_CIVIL_AFFAIRS),
        clauses=duty.clauses,
        names=(Role.POLICE,),
    )


def _nobody_missing(_event: Any, case: Any) -> bool:
    return not missing_children(case)


TURNED_UP = Queue(
    "Q-55-TURNED_UP",
    zh="失踪儿童在他案中出现:核对并登记找到",
    en="A missing child turned up in another case: look whether it is found",
    by_hand=True,
    opens=(
        Opens(
            "case.missing_child_met",
            (UnitKind.POLICE, UnitKind.DISTRICT_POLICE),
            Due("at_once_minutes"),
            key=("child_id",),
        ),
    ),
    closes=(
        Closes("case.missing_child_found", ("child_id",)),
        Closes("case.police_finding_recorded", only=_nobody_missing, done=False),
        *CASE_ENDS,
    ),
    escalates=(UnitKind.DISTRICT_POLICE, UnitKind.DISTRICT_CIVIL_AFFAIRS),
    clauses=("SH2020-4.2-i", "CQ2016-4.2-i"),
    names=(Role.POLICE,),
)

TREATMENT = Queue(
    "Q-55-TREATMENT",
    zh="接收救治",
    en="Receive and treat the child",
    by_hand=True,
    opens=(
        Opens(
            "case.medical_assistance_given",
            UnitKind.MEDICAL,
            Due("at_once_minutes"),
            unit="medical_unit_id",
            key=("child_id",),
            only=lambda event, _: event.medical_unit_id is not None,
        ),
    ),
    closes=(
        Closes("case.medical_treatment_provided", ("child_id",)),
        *CASE_ENDS,
    ),
    escalates=(UnitKind.DISTRICT_CIVIL_AFFAIRS,),
    clauses=("CN2017-5.1-z", "SH2020-4.2-n", "CQ2016-4.2-n"),
    names=(Role.MEDICAL,),
)

DUTY_QUEUES = (
    *(queue_of(duty) for duty in EmergencyDuty if duty not in ELSEWHERE),
    TURNED_UP,
    TREATMENT,
)
