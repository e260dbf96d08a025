"""安置的队列 · The queues of placement, guardianship limits, search, escort and aftercare (domain model G)."""

from __future__ import annotations

from typing import Any

from domain.terms.roles import Role
from domain.terms.units import UnitKind
from projections.queue_grammar import Closes, Due, Moves, Opens, Queue
from projections.queues_of_reports import (
    CASE_ENDS,
    CITY,
    CIVIL_AFFAIRS,
    DISTRICT_POLICE,
    POLICE,
    TOWNSHIP,
    everybody_cared_for,
)

BEGINNINGS = (
    "case.temporary_living_care_arranged",
    "case.institutional_entrustment_accepted",
    "case.escort_care_started",
    "case.custody_care_started",
    "case.protective_placement_decided",
    "case.unreformed_guardian_placement_decided",
    "case.short_term_guardianship_started",
    "case.longer_term_guardianship_started",
    "case.long_term_guardianship_started",
)
PLACEMENT_ENDS = (
    Closes("case.temporary_guardianship_ended", ("placement_id",)),
    Closes("case.child_returned_to_family", ("placement_id",)),
    Closes("case.hukou_escort_completed", ("placement_id",)),
    *(
        Closes(name, ("follows_placement_id",), only=lambda e, _: bool(e.follows_placement_id))
        for name in BEGINNINGS
    ),
)
"""The placement is over: ended, the child back home or escorted, or followed by another."""
CHILD_LEAVES = tuple(Closes(c.event, ("child_id",), c.only) for c in PLACEMENT_ENDS)
FELL_AWAY = tuple(Closes(c.event, c.key, c.only, done=False) for c in PLACEMENT_ENDS)


def is_reviewed(event: Any, _case: Any) -> bool:
    """Whether the care is looked at again on a day: when whoever is in custody is expected back."""
    return event.review_on is not None


def still_placed(event: Any, case: Any) -> bool:
    """A placement runs for the child whose guardian there is again."""
    return bool(case.placement.is_placed(event.child_id))


PLACEMENT_QUEUES = (
    Queue(
        "Q-05",
        zh="安置儿童",
        en="Place the child",
        opens=(
            Opens(
                "case.civil_affairs_notified_for_placement",
                CIVIL_AFFAIRS,
                Due("at_once_minutes", "place_by"),
                unit="placement_unit_id",
                key=("child_id",),
            ),
            Opens(
                "case.placement_requested",
                CIVIL_AFFAIRS,
                Due("at_once_minutes", "place_by"),
                unit="placement_unit_id",
                key=("child_id",),
            ),
            Opens(
                "case.care_need_found",
                CIVIL_AFFAIRS,
                Due("at_once_minutes", "care_secured_by"),
                unit="placing_unit_id",
                key=("child_id",),
                each=True,
                clauses=("SH2020-3.2-e", "CN2017-2-h", "CN2017-4.3-c"),
            ),
            Opens(
                "case.child_reception_refused",
                CIVIL_AFFAIRS,
                Due("at_once_minutes", "place_by"),
                unit="placement_unit_id",
                key=("child_id",),
            ),
        ),
        closes=(
            Closes("case.placement_activated", key=("child_id",)),
            Closes("case.care_secured", key=("child_id",), done=False),
            *CASE_ENDS,
        ),
        escalates=(CIVIL_AFFAIRS, CITY),
        clauses=("SH2020-4.2-k", "CQ2016-4.2-k", "CN2017-4.2-e"),
        names=(Role.DISTRICT_CIVIL_AFFAIRS, Role.TOWNSHIP),
    ),
    Queue(
        "Q-22",
        zh="临时监护期限:终止、变更或例外",
        en="The limit of a temporary guardianship: end, change or exception",
        opens=(
            Opens(
                "case.guardianship_limit_warning_issued",
                CIVIL_AFFAIRS,
                Due("placement_kinds", "limit_on"),
                unit="civil_affairs_unit_id",
                key=("placement_id",),
            ),
            Opens(
                "case.guardianship_limit_exceeded",
                CIVIL_AFFAIRS,
                Due("placement_kinds", "limit_on"),
                unit="civil_affairs_unit_id",
                key=("placement_id",),
            ),
        ),
        closes=(
            Closes("case.guardianship_limit_exception_approved", ("placement_id",)),
            *PLACEMENT_ENDS,
        ),
        escalates=(CITY,),
        clauses=("CN2017-4.3-d", "CN2017-4.3-f"),
        names=(Role.DISTRICT_CIVIL_AFFAIRS,),
    ),
    Queue(
        "Q-22-OVER",
        zh="安置事由已消除:终止、变更或说明继续的理由",
        en="What the child was placed for is over: end it, change it, or say why it goes on",
        by_hand=True,
        opens=(
            Opens(
                "case.guardian_appointed",
                CIVIL_AFFAIRS,
                Due("placement_ground_over_days"),
                key=("child_id",),
                only=still_placed,
                clauses=("SH2020-4.4-i", "CQ2016-4.4-h", "CN2017-4.4.3-h"),
            ),
            Opens(
                "case.guardian_found",
                CIVIL_AFFAIRS,
                Due("placement_ground_over_days"),
                key=("child_id",),
                only=still_placed,
                clauses=("CN2017-4.3-g",),
            ),
            Opens(
                "case.placed_child_came_of_age",
                CIVIL_AFFAIRS,
                Due("placement_ground_over_days"),
                unit="civil_affairs_unit_id",
                key=("placement_id",),
            ),
        ),
        closes=(
            Closes("case.placed_child_still_minor", ("placement_id",), done=False),
            *PLACEMENT_ENDS,
            *CHILD_LEAVES,
        ),
        escalates=(CITY,),
        clauses=("CN2017-5.1-e",),
        names=(Role.DISTRICT_CIVIL_AFFAIRS,),
    ),
    Queue(
        "Q-23",
        zh="查找监护人",
        en="Search for the guardian",
        opens=(
            Opens(
                "case.guardian_search_started",
                CIVIL_AFFAIRS,
                Due("guardian_search_report_interval", "progress_by"),
                unit="search_unit_ids",
                key=("search_id",),
            ),
        ),
        moves=(
            Moves(
                "case.guardian_search_attempted",
                Due("guardian_search_report_interval", "progress_by"),
                key=("search_id",),
            ),
        ),
        closes=(
            Closes("case.guardian_found", ("search_id",)),
            Closes("case.guardian_search_failed_certified", ("search_id",)),
        ),
        escalates=(CIVIL_AFFAIRS, CITY),
        clauses=("CN2017-4.3-g",),
        names=(Role.POLICE, Role.DISTRICT_CIVIL_AFFAIRS, Role.COURT),
    ),
    Queue(
        "Q-24",
        zh="出具查找无果书面证明",
        en="Certify that the search failed",
        opens=(
            Opens(
                "case.guardian_search_attempted",
                (POLICE, DISTRICT_POLICE),
                Due("guardian_search_report_interval", "progress_by"),
                unit="certificate_unit_id",
                key=("search_id",),
                only=lambda e, _: e.search_exhausted,
            ),
        ),
        closes=(
            Closes("case.guardian_search_failed_certified", ("search_id",)),
            Closes("case.guardian_found", ("search_id",), done=False),
        ),
        escalates=(DISTRICT_POLICE, CIVIL_AFFAIRS),
        clauses=("CN2017-4.3-e",),
        names=(Role.POLICE,),
    ),
    Queue(
        "Q-25",
        zh="安置期间就学、辅导",
        en="Schooling and tutoring during the placement",
        by_hand=True,
        opens=(
            Opens(
                "case.placement_activated",
                UnitKind.DISTRICT_EDUCATION,
                Due("placement_schooling_days", "schooling_by"),
                unit="schooling_unit_id",
                key=("placement_id",),
            ),
        ),
        closes=("child.enrolment_recorded", *FELL_AWAY),
        escalates=(CIVIL_AFFAIRS,),
        clauses=("CN2017-4.4.1-b", "CN2017-4.4.1-c"),
        names=(Role.DISTRICT_EDUCATION, Role.SCHOOL_HEAD),
    ),
    Queue(
        "Q-26",
        zh="关爱、心理疏导、家庭教育指导",
        en="Care, counselling and family education",
        by_hand=True,
        opens=(
            Opens(
                "case.placement_activated",
                UnitKind.WOMENS_FEDERATION,
                Due("placement_family_care_days", "family_care_by"),
                unit="family_care_unit_id",
                key=("placement_id",),
            ),
            Opens(
                "case.family_education_ordered",
                UnitKind.WOMENS_FEDERATION,
                Due("placement_family_care_days", "family_care_by"),
                unit="family_care_unit_id",
                key=("order_id",),
            ),
            Opens(
                "case.order_resumed",
                UnitKind.WOMENS_FEDERATION,
                Due("placement_family_care_days", "family_care_by"),
                unit="family_care_unit_id",
                key=("order_id",),
                only=lambda e, _: e.family_care_by is not None,
            ),
        ),
        closes=(
            "child.family_education_delivered",
            Closes("case.order_lapsed", ("order_id",), done=False),
            *FELL_AWAY,
        ),
        escalates=(CIVIL_AFFAIRS,),
        clauses=("CN2017-4.4.2-a", "CN2017-4.4.2-b", "SH2024-2.2.4-d"),
        names=(Role.WOMENS_FEDERATION,),
        follows_case=True,
    ),
    Queue(
        "Q-27",
        zh="落实被羁押人子女的照料",
        en="Arrange care for the child of a detained person",
        opens=(
            Opens(
                "case.custody_child_inquiry_made",
                CIVIL_AFFAIRS,
                Due("at_once_minutes", "arrange_by"),
                unit="care_unit_id",
            ),
            Opens(
                "child.guardian_confined",
                CIVIL_AFFAIRS,
                Due("at_once_minutes"),
                unit="care_unit_id",
                only=lambda e, _: not e.carer_recorded,
            ),
        ),
        closes=(
            "case.temporary_care_on_custody_arranged",
            "case.placement_activated",
            "child.entrusted_carer_designated",
            "child.parent_returned",
            "child.guardian_released",
            Closes("child.care_arrangement_recorded", only=lambda _, c: c.care.has_named_carer),
            Closes("case.care_secured", only=everybody_cared_for, done=False),
            Closes("child.file_closed", done=False),
            *CASE_ENDS,
        ),
        escalates=(CIVIL_AFFAIRS, CITY),
        clauses=("CN2017-3.4-d",),
        names=(Role.DISTRICT_CIVIL_AFFAIRS,),
    ),
    Queue(
        "Q-27-RELEASE",
        zh="监护人预计恢复自由:复核照料安排",
        en="The guardian is expected back: look at the care again",
        by_hand=True,
        opens=(
            Opens(
                "case.temporary_care_on_custody_arranged",
                CIVIL_AFFAIRS,
                Due("placement_kinds", "review_on"),
                key=("child_id",),
                only=is_reviewed,
            ),
            Opens(
                "case.placement_activated",
                CIVIL_AFFAIRS,
                Due("placement_kinds", "review_on"),
                unit="civil_affairs_unit_id",
                key=("placement_id",),
                only=is_reviewed,
            ),
        ),
        closes=(
            Closes("case.temporary_care_on_custody_arranged", ("child_id",), done=False),
            Closes("case.placement_activated", ("child_id",), done=False),
            *FELL_AWAY,
        ),
        escalates=(CITY,),
        clauses=("CN2017-3.4-d",),
        names=(Role.DISTRICT_CIVIL_AFFAIRS,),
    ),
    Queue(
        "Q-28",
        zh="护送户籍地交接",
        en="Hand over at the hukou place",
        opens=(
            Opens(
                "case.hukou_escort_decided",
                CIVIL_AFFAIRS,
                Due("escort_receipt_days", "receipt_by"),
                unit="civil_affairs_unit_id",
                key=("placement_id",),
            ),
        ),
        closes=PLACEMENT_ENDS,
        escalates=(CITY,),
        clauses=("CN2017-4.3-h", "CN2017-4.3-i"),
        names=(Role.DISTRICT_CIVIL_AFFAIRS,),
    ),
    Queue(
        "Q-31",
        zh="跟踪回访与后续保障",
        en="Follow-up visits and aftercare",
        standing=True,
        opens=(
            Opens(
                "case.aftercare_plan_opened",
                CIVIL_AFFAIRS,
                Due("follow_up_first_interval", "visits_on"),
                unit="follow_up_unit_id",
                key=("aftercare_id",),
            ),
        ),
        moves=(
            Moves(
                "case.aftercare_visit_made",
                Due("follow_up_later_interval", "next_visit_on"),
                key=("aftercare_id",),
            ),
        ),
        closes=(Closes("case.aftercare_completed", ("aftercare_id",)),),
        escalates=(CITY,),
        clauses=("SH2024-2.2.6-c", "CN2017-5.1-e"),
        names=(Role.DISTRICT_CIVIL_AFFAIRS,),
    ),
    Queue(
        "Q-46",
        zh="支持村(居)临时生活照料",
        en="Support the living care of the village",
        opens=(
            Opens(
                "case.temporary_living_care_arranged",
                TOWNSHIP,
                Due("living_care_support_days", "support_by"),
                unit="support_unit_id",
                key=("placement_id",),
            ),
        ),
        closes=(Closes("case.temporary_care_supported", ("placement_id",)), *FELL_AWAY),
        escalates=(CIVIL_AFFAIRS,),
        clauses=("SH2020-3.2-f",),
        names=(Role.TOWNSHIP, Role.CHILD_SUPERVISOR),
    ),
)
