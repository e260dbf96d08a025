"""报告、处置的队列 · The queues of report, emergency and accountability (domain model G)."""

from __future__ import annotations

from typing import Any

from domain.case.dispatch import TO_BE_DISSUADED
from domain.terms.emergency import EmergencyDuty
from domain.terms.roles import Role
from domain.terms.units import UnitKind
from projections.queue_grammar import Closes, Due, Moves, Opens, Queue

POLICE, DISTRICT_POLICE = UnitKind.POLICE, UnitKind.DISTRICT_POLICE
VILLAGE, TOWNSHIP = UnitKind.VILLAGE_COMMITTEE, UnitKind.TOWNSHIP
CIVIL_AFFAIRS, CITY = UnitKind.DISTRICT_CIVIL_AFFAIRS, UnitKind.CITY_CIVIL_AFFAIRS

CASE_ENDS = (
    Closes("case.closed", done=False),
    Closes("case.report_found_unfounded", done=False),
    Closes("case.joined", done=False),
)
"""With the case falls away what it was a duty of; what outlives the case does not name these."""


def everybody_cared_for(_event: Any, case: Any) -> bool:
    """Every child of the case of which that was asked is with a named carer."""
    return not case.emergency.in_want(frozenset(case.children))


def to_police(event: Any, _case: Any) -> bool:
    """Whether the police are among the addressees."""
    return "POLICE" in event.addressees


def waits_at_police(_event: Any, case: Any) -> bool:
    """Whether the police are to accept what was reported."""
    return str(case.stage) == "REPORTED"


def waits_at_street(_event: Any, case: Any) -> bool:
    """Whether the street is."""
    return str(case.stage) == "REPORTED_STREET"


def must_be_dissuaded(event: Any, case: Any) -> bool:
    """Guardians who do not perform, or an infringement, were found; those whom nobody knows are searched for."""
    return bool(TO_BE_DISSUADED & set(event.findings) and case.emergency.to_dissuade)


def found_to_dissuade(event: Any, case: Any) -> bool:
    """Somebody now knows the guardian who is to be dissuaded."""
    return event.child_id in case.emergency.to_dissuade


def everybody_dissuaded(_event: Any, case: Any) -> bool:
    """The guardians of no child of the case are left to be dissuaded: what is done in one family is no other's."""
    return not case.emergency.to_dissuade


def care_must_be_secured(event: Any, case: Any) -> bool:
    """Somebody must be found to look after the child, and no order or search comes first that leads there."""
    asked, first = EmergencyDuty.SECURE_CARE in event.duties, case.emergency.open_duties
    return asked and not {EmergencyDuty.ORDER_PARENTS_BACK, EmergencyDuty.SEARCH_CHILD} & set(first)


def to_be_sanctioned(event: Any, _case: Any) -> bool:
    """Whether the rules ask for a decision; a condition still open is part of what is to be decided."""
    return str(event.sanction_condition) in {"NOT_REQUIRED", "MET", "OPEN"}


def confirmed_of_citizen(_event: Any, case: Any) -> bool:
    """Whether what somebody reported who had no duty to, has been found; also where they were not the first."""
    return bool(case.emergency.found and case.intake.to_be_praised)


def asked_to_look(event: Any, _case: Any) -> bool:
    """Departments were asked to look into a clue; of another place, instead of those that had it."""
    return bool(event.asked_unit_ids)


REFUSED_ANEW = tuple(
    Opens(
        name,
        (VILLAGE, TOWNSHIP),
        Due("dissuasion_days"),
        unit="dissuading_unit_ids",
        only=lambda e, _: bool(e.dissuading_unit_ids),
    )
    for name in (
        "case.non_performance_started",
        "case.non_performance_resumed",
        "case.refusal_notice_issued",
        "case.guardianship_supervision_reported",
    )
)
"""A guardian refuses, still refuses after months, or does not perform under supervision (T-07)."""

REPORT_QUEUES = (
    Queue(
        "Q-01",
        zh="受理报告",
        en="Accept the report",
        opens=(
            Opens(
                "case.report_submitted",
                (POLICE, DISTRICT_POLICE),
                Due("accept_minutes", "accept_due_at"),
                unit="police_unit_id",
                only=to_police,
            ),
            Opens(
                "case.report_forwarded",
                (POLICE, DISTRICT_POLICE),
                Due("accept_minutes", "accept_due_at"),
                unit="police_unit_id",
            ),
            Opens(
                "case.report_directed",
                (POLICE, DISTRICT_POLICE),
                Due("accept_minutes", "accept_due_at"),
                unit="police_unit_id",
                only=waits_at_police,
            ),
        ),
        closes=(
            Closes("case.report_accepted", only=lambda e, _: not e.by_street),
            "case.report_directed",
            *CASE_ENDS,
        ),
        escalates=(DISTRICT_POLICE, CIVIL_AFFAIRS, CITY),
        clauses=("SH2020-4.2-a", "CQ2016-4.2-a", "CN2017-5.1-q"),
        names=(Role.POLICE,),
    ),
    Queue(
        "Q-02",
        zh="受理街道报告、线索",
        en="Accept the report or clue made to the street",
        opens=(
            Opens(
                "case.report_submitted",
                TOWNSHIP,
                Due("accept_minutes", "accept_due_at"),
                unit="township_unit_id",
                only=lambda e, c: not to_police(e, c),
            ),
            Opens("case.clue_reported", TOWNSHIP, Due("accept_minutes"), unit="township_unit_id"),
            Opens(
                "case.report_directed",
                TOWNSHIP,
                Due("accept_minutes", "accept_due_at"),
                unit="township_unit_id",
                only=waits_at_street,
            ),
        ),
        closes=(
            "case.report_accepted",
            "case.report_directed",
            "case.report_forwarded",
            Closes("case.report_submitted", only=to_police),
            *CASE_ENDS,
        ),
        escalates=(CIVIL_AFFAIRS, CITY),
        clauses=("CN2017-4.1-c", "CQ2024-2.4-g"),
        names=(Role.CHILD_SUPERVISOR, Role.TOWNSHIP),
    ),
    Queue(
        "Q-85",
        zh="处理收到的线索",
        en="Look into a clue you were told of",
        sees_child=False,
        by_hand=True,
        opens=(
            Opens(
                "case.clue_reported",
                CIVIL_AFFAIRS,
                Due("clue_days"),
                unit="asked_unit_ids",
                only=asked_to_look,
            ),
            Opens(
                "case.report_directed",
                CIVIL_AFFAIRS,
                Due("clue_days"),
                unit="asked_unit_ids",
                only=asked_to_look,
            ),
        ),
        closes=(
            Closes("case.report_directed", only=asked_to_look, done=False),
            *(c for c in CASE_ENDS if c.event != "case.joined"),
        ),
        escalates=(CIVIL_AFFAIRS, CITY),
        clauses=("CQ2024-2.4-g",),
        names=(Role.DISTRICT_CIVIL_AFFAIRS, Role.DISTRICT_EDUCATION, Role.WOMENS_FEDERATION),
    ),
    Queue(
        "Q-03",
        zh="出警、记录调查情况",
        en="Send the police out and record what they find",
        opens=(
            Opens(
                "case.report_accepted",
                (POLICE, DISTRICT_POLICE),
                Due("dispatch_minutes", "dispatch_due_at"),
                unit="police_unit_id",
                only=lambda e, _: not e.by_street,
            ),
        ),
        moves=(Moves("case.police_dispatched"),),
        closes=("case.police_finding_recorded", *CASE_ENDS),
        escalates=(DISTRICT_POLICE, CITY),
        clauses=("SH2020-4.2-b", "CQ2016-4.2-b", "CN2017-4.2-a"),
        names=(Role.POLICE,),
    ),
    Queue(
        "Q-04",
        zh="跟进至父母返回、确定受委托监护人或落实安置",
        en="Follow up until a parent is back, a carer is named or the child is placed",
        standing=True,
        opens=(
            Opens(
                "case.police_finding_recorded",
                (POLICE, DISTRICT_POLICE),
                Due("parent_return_first_check_hours"),
                only=care_must_be_secured,
            ),
            Opens(
                "case.parents_ordered_to_return",
                (POLICE, DISTRICT_POLICE),
                Due("parent_return_first_check_hours", "next_check_at"),
                unit="police_unit_id",
            ),
            Opens(
                "case.parents_unreachable",
                (POLICE, DISTRICT_POLICE),
                Due("parent_return_first_check_hours", "next_check_at"),
                unit="police_unit_id",
            ),
            Opens(
                "case.missing_child_found",
                (POLICE, DISTRICT_POLICE),
                Due("parent_return_first_check_hours"),
            ),
        ),
        moves=(
            Moves("case.parent_contact_attempted", Due("parent_return_check_days")),
            Moves("case.parent_notification_attempted", Due("parent_return_check_days")),
        ),
        closes=(Closes("case.care_secured", only=everybody_cared_for), *CASE_ENDS),
        escalates=(DISTRICT_POLICE, TOWNSHIP),
        clauses=(
            "SH2020-4.2-d",
            "SH2020-4.2-h",
            "CQ2016-4.2-c2",
            "CQ2016-4.2-d",
            "CQ2016-4.2-h",
        ),
        names=(Role.POLICE,),
    ),
    Queue(
        "Q-11",
        zh="排查家庭和儿童",
        en="Screen the household and the child",
        opens=(
            Opens(
                "case.report_found_unfounded",
                (VILLAGE, TOWNSHIP),
                Due("screening_days", "screen_by"),
                unit="screening_unit_id",
                each=True,
                unit_each="screening_unit_ids",
            ),
        ),
        closes=("child.screened", Closes("child.file_closed", done=False)),
        escalates=(TOWNSHIP, CIVIL_AFFAIRS),
        clauses=("SH2020-3.2-c", "CQ2016-3.2-e", "CQ2024-3.1-a"),
        names=(Role.CHILD_DIRECTOR, Role.VILLAGE_COMMITTEE),
    ),
    Queue(
        "Q-17",
        zh="劝诫、制止",
        en="Dissuade and stop",
        opens=(
            Opens(
                "case.police_finding_recorded",
                (VILLAGE, TOWNSHIP),
                Due("dissuasion_days"),
                unit="village_unit_id",
                only=must_be_dissuaded,
            ),
            Opens(
                "case.guardian_found",
                (VILLAGE, TOWNSHIP),
                Due("dissuasion_days"),
                only=found_to_dissuade,
            ),
            *REFUSED_ANEW,
        ),
        closes=(
            Closes("case.guardian_search_started", only=everybody_dissuaded, done=False),
            Closes("case.guardian_dissuaded", only=everybody_dissuaded),
            Closes("case.infringement_stopped", only=everybody_dissuaded),
            Closes("case.non_performance_ended", only=everybody_dissuaded, done=False),
            Closes("case.non_performance_lapsed", only=everybody_dissuaded, done=False),
            Closes("case.guardian_criticised", only=everybody_dissuaded, done=False),
            Closes("case.guardian_reprimanded", only=everybody_dissuaded, done=False),
            *CASE_ENDS,
        ),
        escalates=(TOWNSHIP, POLICE),
        clauses=("SH2020-3.1-d", "CQ2016-3.1-g", "SH2024-2.2.4-b"),
        names=(Role.VILLAGE_COMMITTEE, Role.CHILD_DIRECTOR),
        follows_case=True,
    ),
    Queue(
        "Q-32",
        zh="追究未报告、阻止报告的责任",
        en="Decide on accountability for not reporting or obstruction",
        sees_child=False,
        opens=(
            Opens(
                "case.failure_to_report_found",
                CIVIL_AFFAIRS,
                Due("accountability_days", "decide_by"),
                unit="authority_unit_id",
                key=("failing_id",),
                only=to_be_sanctioned,
            ),
            Opens(
                "case.failure_consequences_established",
                CIVIL_AFFAIRS,
                Due("accountability_days"),
                key=("failing_id",),
                only=to_be_sanctioned,
            ),
            Opens(
                "case.report_obstruction_found",
                CIVIL_AFFAIRS,
                Due("accountability_days"),
                unit="authority_unit_id",
                key=("failing_id",),
            ),
        ),
        closes=(
            Closes("case.reporter_accountability_decided", key=("failing_id",)),
            Closes(
                "case.failure_consequences_established",
                key=("failing_id",),
                only=lambda e, c: not to_be_sanctioned(e, c),
                done=False,
            ),
        ),
        escalates=(CITY,),
        clauses=("SH2020-4.1-f", "SH2020-4.1-h", "CQ2016-4.1-d", "CN2017-4.1-d"),
        names=(Role.DISTRICT_CIVIL_AFFAIRS,),
    ),
    Queue(
        "Q-33",
        zh="表扬奖励报告人",
        en="Praise or reward the reporter",
        sees_child=False,
        by_hand=True,
        opens=tuple(
            Opens(
                name,
                (POLICE, CIVIL_AFFAIRS),
                Due("commendation_days"),
                only=confirmed_of_citizen,
                flag="citizen_reward",
            )
            for name in ("case.police_finding_recorded", "case.linked", "case.report_linked")
        ),
        closes=(Closes("case.reporter_commended", only=lambda _, c: not c.intake.to_be_praised),),
        escalates=(CIVIL_AFFAIRS,),
        clauses=("SH2020-4.1-i", "CQ2016-4.1-e"),
        names=(Role.POLICE,),
    ),
)
