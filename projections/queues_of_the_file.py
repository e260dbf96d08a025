"""档案、照护的队列 · The queues of the child's file, entrusted care and key targets (domain model G)."""

from __future__ import annotations

from typing import Any

from domain.terms.entitlements import ReviewCause
from domain.terms.file import CategoryEndReason
from domain.terms.roles import Role
from domain.terms.units import UnitKind
from projections.queue_grammar import Closes, Due, If, Moves, Opens, Queue

VILLAGE, TOWNSHIP = UnitKind.VILLAGE_COMMITTEE, UnitKind.TOWNSHIP
CIVIL_AFFAIRS, CITY = UnitKind.DISTRICT_CIVIL_AFFAIRS, UnitKind.CITY_CIVIL_AFFAIRS

FILE_ENDS = (
    Closes("child.file_closed", done=False),
    Closes("child.duplicate_file_merged", done=False),
)
CARE_ENDS = (
    Closes("child.entrusted_care_ended", done=False),
    Closes("child.entrusted_carer_replaced", done=False),
    *FILE_ENDS,
)
KEPT_UP = ("SH2020-3.2-g", "CQ2016-3.2-k", "CN2017-5.1-af", "SH2024-3.2-a")
"""动态管理: the file says what is so now."""
COMMITTEE = (Role.VILLAGE_COMMITTEE, Role.CHILD_DIRECTOR)


def in_nobodys_dispute(_event: Any, child: Any) -> bool:
    """The child has moved away from those who disputed over it."""
    return not child.file.in_dispute


def to_be_filed(event: Any, child: Any) -> bool:
    """Somebody was found who needs a file and has none."""
    return bool(event.needs_file) and str(child.file.status) == "SCREENED"


def _of_the_definition(event: Any, child: Any) -> bool:
    """For an age, a return or a move that the definition of the category speaks of; not for the platform's majority."""
    if event.likely_end is None:
        held = child.file.category(event.category.value)
        return held is not None and held.age_below is not None
    return event.likely_end is not CategoryEndReason.CAUSE_OVER


def _asked(*, ahead: bool, defined: bool) -> If:
    """For an age that is ahead, or for what has changed; by the definition, or as every file is kept up to date."""
    return lambda event, child: (
        (event.likely_end is None) is ahead and _of_the_definition(event, child) is defined
    )


def _left_while_at_rest(_event: Any, child: Any) -> bool:
    """Nobody visits the child any more, and its parents are gone again."""
    return str(child.file.status) == "DORMANT" and bool(child.care.parents_gone)


def _risen_while_at_rest(event: Any, child: Any) -> bool:
    """Nobody visits the child any more, and its tier has risen by rule."""
    return str(child.file.status) == "DORMANT" and str(event.tier_basis) == "AT_ONCE"


def _said_by_somebody(event: Any, _child: Any) -> bool:
    """The township has found that the category stands."""
    return event.confirmed_because is not None


def _said_by_itself(event: Any, _child: Any) -> bool:
    """What had put it in question is no more."""
    return event.confirmed_because is None


FILE_QUEUES = (
    Queue(
        "Q-86",
        zh="为排查发现的儿童建档",
        en="Open the file of a child that was found",
        opens=(Opens("child.screened", TOWNSHIP, Due("screening_days"), only=to_be_filed),),
        closes=(
            "child.file_opened",
            Closes("child.screened", only=lambda e, _: not e.needs_file, done=False),
            *FILE_ENDS,
        ),
        escalates=(CIVIL_AFFAIRS, CITY),
        clauses=(
            "SH2020-3.2-g",
            "CQ2016-3.2-k",
            "CN2017-5.1-af",
            "SH2024-2.3.7-a",
            "CQ2024-3.1-b",
        ),
        names=(Role.CHILD_SUPERVISOR, Role.TOWNSHIP),
    ),
    Queue(
        "Q-13",
        zh="核查重点对象",
        en="Verify the key target",
        standing=True,
        opens=(
            Opens(
                "child.key_target_flagged",
                TOWNSHIP,
                Due("key_target_review_interval", "verify_by_on"),
                unit="verifying_unit_id",
                key=("key_target_ground",),
            ),
            Opens(
                "child.key_target_flagged",
                CIVIL_AFFAIRS,
                Due("key_target_review_interval", "verify_by_on"),
                unit="joint_unit_id",
                key=("key_target_ground",),
                only=lambda e, _: e.joint_unit_id not in {None, e.verifying_unit_id},
            ),
        ),
        moves=(
            Moves(
                "child.key_target_verified",
                Due("key_target_review_interval", "verify_by_on"),
                key=("key_target_ground",),
            ),
        ),
        closes=(
            Closes(
                "child.key_target_verified",
                ("key_target_ground",),
                only=lambda e, _: e.verify_by_on is None,
            ),
            Closes("child.key_target_cleared", ("key_target_ground",), done=False),
            *FILE_ENDS,
        ),
        escalates=(CIVIL_AFFAIRS, CITY),
        clauses=("SH2020-3.2-i", "CQ2016-3.2-m", "CQ2016-4.3-e"),
        names=(Role.CHILD_SUPERVISOR, Role.TOWNSHIP, Role.DISTRICT_CIVIL_AFFAIRS),
    ),
    Queue(
        "Q-14",
        zh="指导签订委托监护协议",
        en="Guide the signing of the entrusted-care agreement",
        opens=(
            Opens(
                "child.entrusted_carer_designated",
                (VILLAGE, TOWNSHIP),
                Due("agreement_days", "agreement_due_on"),
                unit="village_unit_id",
                key=("carer_id",),
            ),
            Opens(
                "child.entrusted_care_agreement_due",
                (VILLAGE, TOWNSHIP),
                Due("agreement_days", "agreement_due_on"),
                unit="village_unit_id",
                key=("carer_id",),
            ),
        ),
        closes=("child.entrusted_care_agreement_signed", *CARE_ENDS),
        escalates=(TOWNSHIP, CIVIL_AFFAIRS),
        clauses=("CQ2016-3.2-h",),
        names=COMMITTEE,
    ),
    Queue(
        "Q-15",
        zh="监督委托照护",
        en="Supervise the entrusted care",
        standing=True,
        opens=tuple(
            Opens(
                name,
                (VILLAGE, TOWNSHIP),
                Due("entrust_supervision_interval", "supervision_due_on"),
                unit="village_unit_id",
                only=lambda event, _child: event.supervision_due_on is not None,
            )
            for name in (
                "child.entrusted_carer_designated",
                "child.entrusted_care_agreement_signed",
                "child.entrusted_carer_supported",
                "child.entrusted_care_supervised",
                "child.home_visit_made",
            )
        ),
        closes=CARE_ENDS,
        escalates=(TOWNSHIP, CIVIL_AFFAIRS),
        clauses=("CQ2016-3.2-i", "CQ2024-2.1-c", "SH2024-2.2.5-b"),
        names=COMMITTEE,
    ),
    Queue(
        "Q-16",
        zh="告知父母,更换或帮助照护人",
        en="Inform the parents; replace or help the carer",
        opens=(
            Opens(
                "child.entrusted_care_concern_raised",
                (VILLAGE, TOWNSHIP),
                Due("inform_parents_days", "inform_due_on"),
                unit="village_unit_id",
            ),
        ),
        moves=(
            Moves(
                "child.parents_informed_of_care_concern",
                Due("concern_outcome_days"),
                only=lambda e, _: str(e.parents_answer) != "UNREACHABLE",
            ),
        ),
        closes=(
            "child.entrusted_carer_replaced",
            "child.entrusted_carer_supported",
            Closes("child.entrusted_care_ended", done=False),
            *FILE_ENDS,
        ),
        escalates=(TOWNSHIP, CIVIL_AFFAIRS),
        clauses=("SH2024-2.2.5-c", "CQ2024-2.1-c"),
        names=COMMITTEE,
    ),
    Queue(
        "Q-47",
        zh="类别、待遇复核",
        en="Review a category or an entitlement",
        opens=(
            *(
                Opens(
                    "child.category_review_due",
                    TOWNSHIP,
                    Due("age_review_warn_days" if ahead else "category_review_days"),
                    unit="review_unit_id",
                    key=("category",),
                    only=_asked(ahead=ahead, defined=defined),
                    clauses=() if defined else KEPT_UP,
                )
                for ahead in (True, False)
                for defined in (True, False)
            ),
            Opens(
                "child.entitlement_review_due",
                CIVIL_AFFAIRS,
                Due("age_review_warn_days"),
                unit="entitlement_unit_id",
                key=("entitlement_item_id",),
                only=lambda e, _: e.review_cause == ReviewCause.AGE,
                clauses=("CN2017-3.1-b",),
            ),
            Opens(
                "child.entitlement_review_due",
                CIVIL_AFFAIRS,
                Due("entitlement_working_days"),
                unit="entitlement_unit_id",
                key=("entitlement_item_id",),
                only=lambda e, _: e.review_cause != ReviewCause.AGE,
                clauses=KEPT_UP,
            ),
        ),
        closes=(
            Closes("child.category_ended", ("category",)),
            Closes("child.category_confirmed", ("category",), only=_said_by_somebody),
            Closes("child.category_confirmed", ("category",), only=_said_by_itself, done=False),
            Closes("child.entitlement_reviewed", ("entitlement_item_id",)),
            Closes("child.entitlement_ended", ("entitlement_item_id",), done=False),
            Closes("child.entitlement_declined", ("entitlement_item_id",), done=False),
            *FILE_ENDS,
        ),
        escalates=(CIVIL_AFFAIRS, CITY),
        clauses=("SH2020-1-c", "SH2020-1-d", "CQ2016-1-a"),
        names=(Role.CHILD_SUPERVISOR, Role.TOWNSHIP, Role.DISTRICT_CIVIL_AFFAIRS),
    ),
    Queue(
        "Q-87",
        zh="重新查看休眠档案",
        en="Look again at a file that rests",
        opens=(
            Opens(
                "child.guardian_absence_recorded",
                TOWNSHIP,
                Due("category_review_days"),
                only=_left_while_at_rest,
            ),
            Opens(
                "child.risk_tier_assigned",
                TOWNSHIP,
                Due("category_review_days"),
                only=_risen_while_at_rest,
            ),
        ),
        closes=("child.category_determined", *FILE_ENDS),
        escalates=(CIVIL_AFFAIRS, CITY),
        clauses=("SH2020-3.2-g", "CQ2016-3.2-k", "CN2017-5.1-af", "CQ2024-3.1-d"),
        names=(Role.CHILD_SUPERVISOR, Role.TOWNSHIP),
        by_hand=True,
    ),
    Queue(
        "Q-89",
        zh="休眠期满:结档或说明继续保留的理由",
        en="A file has rested: close it, or say why it is kept",
        opens=(Opens("child.rest_over", TOWNSHIP, Due("category_review_days")),),
        closes=(
            "child.file_closed",
            Closes("child.duplicate_file_merged", done=False),
            Closes("child.category_determined", done=False),
            Closes("child.file_reopened", done=False),
        ),
        escalates=(CIVIL_AFFAIRS, CITY),
        clauses=("SH2020-3.2-g", "CQ2016-3.2-k", "CN2017-5.1-af"),
        names=(Role.CHILD_SUPERVISOR, Role.TOWNSHIP),
        by_hand=True,
    ),
    Queue(
        "Q-51",
        zh="确认风险等级",
        en="Confirm the proposed risk tier",
        opens=(
            Opens(
                "child.risk_tier_proposed",
                TOWNSHIP,
                Due("tier_confirmation_working_days"),
                unit="tier_unit_id",
            ),
        ),
        closes=(
            "child.risk_tier_assigned",
            "child.risk_tier_overridden",
            Closes("child.risk_tier_proposal_withdrawn", done=False),
            *FILE_ENDS,
        ),
        escalates=(CIVIL_AFFAIRS,),
        clauses=("CQ2024-3.1-c",),
        names=(Role.CHILD_SUPERVISOR, Role.TOWNSHIP),
    ),
    Queue(
        "Q-54",
        zh="裁定属地争议",
        en="Decide the dispute over jurisdiction",
        opens=(
            Opens(
                "child.jurisdiction_dispute_raised",
                (CIVIL_AFFAIRS, CITY),
                Due("jurisdiction_dispute_days"),
                unit="superior_unit_id",
            ),
        ),
        closes=(
            "child.jurisdiction_dispute_decided",
            Closes("child.jurisdiction_assigned", only=in_nobodys_dispute, done=False),
            Closes("child.file_received", done=False),
            *FILE_ENDS,
        ),
        escalates=(CITY,),
        clauses=("CN2017-2-g", "CQ2024-4-d"),
        names=(Role.DISTRICT_CIVIL_AFFAIRS, Role.CITY_CIVIL_AFFAIRS),
    ),
)
