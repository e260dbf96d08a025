"""队伍、周期义务、督导的队列 · The queues of people, periodic duties and oversight (domain model G).

Q-80 and Q-88 are not in the catalogue of the spec: what an inspection orders to be put right is somebody's duty too,
and so is 定期通报 (SH2020-5.4-e).
"""

from __future__ import annotations

from collections.abc import Iterator

from domain.terms.roles import Role
from domain.terms.units import UnitKind
from projections.queue_grammar import Closes, Due, If, Opens, Queue
from projections.queues_of_the_file import CITY, CIVIL_AFFAIRS, TOWNSHIP

EDUCATION, SCHOOL = UnitKind.DISTRICT_EDUCATION, UnitKind.SCHOOL
OBLIGATION = ("obligation_id",)
OBLIGATION_OPENS = (
    "unit.obligation_created",
    "unit.obligation_dated",
    "unit.obligation_reopened",
)
OBLIGATION_ENDS = (
    Closes("unit.obligation_fulfilled", OBLIGATION),
    Closes("unit.missed_obligation_accounted", OBLIGATION, done=False),
)


def _owed(*codes: str) -> If:
    return lambda event, _unit: event.duty_code in codes


def _duties(owner: UnitKind, *codes: str) -> Iterator[Opens]:
    """A duty that comes back: from its creation, from the day its date is known, or where it is open again."""
    for event in OBLIGATION_OPENS:
        yield Opens(
            event,
            owner,
            Due("periodic_duties", "duty_due_on"),
            unit="duty_unit_id",
            key=OBLIGATION,
            only=_owed(*codes),
        )


UNIT_QUEUES = (
    Queue(
        "Q-34",
        zh="配备、增配儿童主任和督导员",
        en="Appoint a director, one more, or a supervisor",
        opens=(
            Opens(
                "unit.post_vacancy_found",
                TOWNSHIP,
                Due("appointment_days", "appoint_by_on"),
                unit="appointing_unit_id",
                key=("required_post",),
            ),
            Opens(
                "unit.director_ratio_breached",
                TOWNSHIP,
                Due("appointment_days", "appoint_by_on"),
                unit="appointing_unit_id",
                key=("required_post",),
                only=lambda e, _: e.extra_directors > 0,
            ),
        ),
        closes=(
            Closes("unit.post_vacancy_filled", ("required_post",)),
            Closes("unit.additional_director_appointed", ("required_post",)),
            Closes("unit.director_ratio_restored", ("required_post",), done=False),
        ),
        escalates=(CIVIL_AFFAIRS, CITY),
        clauses=(
            "SH2020-5.3-e",
            "SH2020-5.3-f",
            "SH2024-2.5.15-b",
            "SH2024-2.1.1-c",
            "CN2017-5.1-ai",
            "CQ2016-6.2-f",
        ),
        names=(Role.TOWNSHIP, Role.CHILD_SUPERVISOR),
        sees_child=False,
    ),
    Queue(
        "Q-35",
        zh="入职查询",
        en="Employment check",
        opens=(
            Opens(
                "unit.employment_check_requested",
                (UnitKind.POLICE, UnitKind.DISTRICT_POLICE),
                Due("appointment_days"),
                unit="checking_unit_ids",
                key=("check_id",),
            ),
        ),
        closes=(Closes("unit.employment_check_completed", ("check_id",)),),
        escalates=(EDUCATION, CIVIL_AFFAIRS),
        clauses=("CQ2024-2.4-d", "SH2024-2.5.15-d"),
        names=(Role.POLICE, Role.TOWNSHIP, Role.VILLAGE_COMMITTEE, Role.SCHOOL_HEAD),
        sees_child=False,
    ),
    Queue(
        "Q-42",
        zh="开展安全活动",
        en="Hold the safety activities",
        standing=True,
        opens=(
            *_duties(CIVIL_AFFAIRS, "DISTRICT_SAFETY"),
            *_duties(TOWNSHIP, "STATION_ACTIVITY"),
            *_duties(SCHOOL, "SCHOOL_SAFETY"),
        ),
        closes=OBLIGATION_ENDS,
        escalates=(EDUCATION, CIVIL_AFFAIRS, CITY),
        clauses=("SH2024-2.4.12-a", "SH2024-2.4.12-b", "SH2024-2.4.12-c", "SH2024-2.4.12-d"),
        names=(Role.TOWNSHIP, Role.SCHOOL_HEAD, Role.DISTRICT_CIVIL_AFFAIRS),
        sees_child=False,
    ),
    Queue(
        "Q-43",
        zh="培训儿童主任",
        en="Train the directors",
        standing=True,
        opens=(
            *_duties(CIVIL_AFFAIRS, "DIRECTOR_TRAINING_DISTRICT"),
            *_duties(CITY, "DIRECTOR_TRAINING_CITY"),
        ),
        closes=OBLIGATION_ENDS,
        escalates=(CITY,),
        clauses=("SH2024-2.5.15-e",),
        names=(Role.DISTRICT_CIVIL_AFFAIRS, Role.CITY_CIVIL_AFFAIRS),
        sees_child=False,
    ),
    Queue(
        "Q-44",
        zh="全面检查、年度进展报告",
        en="Full inspection and annual report",
        standing=True,
        opens=(*_duties(CIVIL_AFFAIRS, "FULL_INSPECTION", "ANNUAL_REPORT"),),
        closes=OBLIGATION_ENDS,
        escalates=(CITY,),
        clauses=("SH2024-4.2-b", "SH2024-4.2-c"),
        names=(Role.DISTRICT_CIVIL_AFFAIRS,),
        sees_child=False,
    ),
    Queue(
        "Q-88",
        zh="定期通报工作情况",
        en="Issue the periodic work bulletin",
        standing=True,
        opens=(*_duties(CIVIL_AFFAIRS, "WORK_BULLETIN"),),
        closes=OBLIGATION_ENDS,
        escalates=(CITY,),
        clauses=("SH2020-5.4-e",),
        names=(Role.DISTRICT_CIVIL_AFFAIRS,),
        sees_child=False,
    ),
    Queue(
        "Q-49",
        zh="优先安排项目名额",
        en="Give the places of a programme",
        by_hand=True,
        opens=(
            Opens(
                "unit.programme_opened",
                TOWNSHIP,
                Due("appointment_days", "programme_from_on"),
                unit="station_unit_ids",
                key=("opened_programme_id",),
            ),
        ),
        closes=(Closes("unit.programme_ended", ("opened_programme_id",)),),
        escalates=(CIVIL_AFFAIRS,),
        clauses=("SH2024-2.3.10-a", "SH2024-2.3.10-b"),
        names=(Role.TOWNSHIP, Role.CHILD_SUPERVISOR),
        sees_child=False,
    ),
    Queue(
        "Q-84",
        zh="落实寄宿制学校值班(含周末)",
        en="Who is on duty at a boarding school, weekends included",
        opens=(
            Opens("unit.duty_roster_lapsed", SCHOOL, Due("duty_roster_days")),
            Opens("unit.duty_roster_gap_found", SCHOOL, Due("duty_roster_days")),
            Opens(
                "unit.boarding_school_known",
                SCHOOL,
                Due("duty_roster_days"),
                only=lambda _, school: school.rostered_until is None,
            ),
            Opens(
                "unit.duty_roster_attested",
                SCHOOL,
                Due("duty_roster_days"),
                flag="weekend_duty",
                only=lambda event, _school: not event.weekend_covered,
            ),
        ),
        closes=("unit.duty_roster_attested",),
        escalates=(EDUCATION,),
        clauses=("CQ2024-2.6-c", "SH2020-3.3-h", "CQ2016-3.3-v"),
        names=(Role.SCHOOL_HEAD,),
        sees_child=False,
    ),
    Queue(
        "Q-80",
        zh="落实督查整改",
        en="Put right what an inspection found",
        opens=(
            Opens(
                "unit.rectification_ordered",
                TOWNSHIP,
                Due("escalation_step_days", "rectify_by_on"),
                unit="rectifying_unit_id",
                key=("finding_id",),
            ),
        ),
        closes=(Closes("unit.rectification_completed", ("finding_id",)),),
        escalates=(CIVIL_AFFAIRS, CITY),
        clauses=("SH2020-5.4-g",),
        names=(Role.TOWNSHIP, Role.DISTRICT_CIVIL_AFFAIRS),
        sees_child=False,
    ),
)
