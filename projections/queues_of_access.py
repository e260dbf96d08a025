"""查阅的队列 · The queues of access: who is told of an emergency access, judges it, answers for it (A.2 rule 3).

Q-91 to Q-95 are not in the catalogue of the spec: a referral to answer, and what an emergency access starts.
"""

from __future__ import annotations

from typing import Any

from domain.terms.access import AccessReview
from domain.terms.roles import Role
from domain.terms.units import UnitKind
from projections.queue_grammar import Closes, Due, If, Opens, Queue
from projections.queues_of_the_file import CITY, CIVIL_AFFAIRS, TOWNSHIP


def _not_justified(event: Any, _order: Any) -> bool:
    return event.review_outcome is AccessReview.NOT_JUSTIFIED


def _asks(field: str) -> If:
    """The unit is named in this field."""
    return lambda event, _child: getattr(event, field) is not None


ACCESS_QUEUES = (
    Queue(
        "Q-91",
        zh="知悉档案被紧急调阅",
        en="Take note of an emergency access",
        opens=(
            Opens(
                "access.break_glass_used",
                (TOWNSHIP, CIVIL_AFFAIRS),
                Due("break_glass_review_working_days"),
                unit="told_unit_id",
            ),
        ),
        closes=(Closes("access.break_glass_reviewed", done=False),),
        escalates=(CIVIL_AFFAIRS,),
        clauses=("SH2024-4.3-c",),
        names=(Role.TOWNSHIP, Role.DISTRICT_CIVIL_AFFAIRS),
        by_hand=True,
        sees_child=False,
    ),
    Queue(
        "Q-92",
        zh="复核紧急调阅",
        en="Review an emergency access",
        opens=(
            Opens(
                "access.break_glass_used",
                (CIVIL_AFFAIRS, CITY),
                Due("break_glass_review_working_days", field="review_due_at", else_computed=True),
                unit="review_unit_id",
            ),
        ),
        closes=("access.break_glass_reviewed",),
        escalates=(CITY,),
        clauses=("SH2024-4.3-c",),
        names=(Role.DISTRICT_CIVIL_AFFAIRS, Role.CITY_CIVIL_AFFAIRS),
        sees_child=False,
    ),
    Queue(
        "Q-93",
        zh="不当调阅追责",
        en="Answer for an unjustified access",
        opens=(
            Opens(
                "access.break_glass_reviewed",
                (CIVIL_AFFAIRS, CITY),
                Due("unjustified_access_days"),
                unit="review_unit_id",
                only=_not_justified,
            ),
        ),
        closes=("access.break_glass_answered_for",),
        escalates=(CITY,),
        clauses=("SH2020-5.4-h", "CQ2016-6.3-c"),
        names=(Role.DISTRICT_CIVIL_AFFAIRS, Role.CITY_CIVIL_AFFAIRS),
        sees_child=False,
    ),
    Queue(
        "Q-95",
        zh="查问频繁的紧急调阅",
        en="Look into frequent emergency access",
        opens=(
            Opens(
                "access.break_glass_often_used",
                (CIVIL_AFFAIRS, CITY),
                Due("break_glass_review_working_days"),
                unit="review_unit_id",
            ),
        ),
        closes=(),
        escalates=(CITY,),
        clauses=("SH2024-4.3-c", "SH2020-5.4-h"),
        names=(Role.DISTRICT_CIVIL_AFFAIRS, Role.CITY_CIVIL_AFFAIRS),
        by_hand=True,
        sees_child=False,
    ),
    Queue(
        "Q-94",
        zh="答复转介",
        en="Answer a referral",
        opens=tuple(
            Opens(
                "child.file_referred",
                UnitKind.DISTRICT_CIVIL_AFFAIRS,
                Due("referral_days"),
                unit=to,
                key=("file_referral_id",),
                only=_asks(to),
            )
            for to in ("referred_to_unit_id", "referred_to_site_id")
        ),
        closes=(
            Closes("child.file_referral_accepted", ("file_referral_id",)),
            Closes("child.file_referral_declined", ("file_referral_id",)),
            Closes("child.file_referral_recalled", ("file_referral_id",), done=False),
        ),
        escalates=(CIVIL_AFFAIRS, CITY),
        clauses=("SH2020-4.3-c", "CQ2016-4.3-c", "CN2017-4.4-a"),
        names=(Role.DISTRICT_CIVIL_AFFAIRS, Role.CITY_CIVIL_AFFAIRS, Role.SOCIAL_WORKER),
        sees_child=False,
    ),
)
