"""保障待遇、服务的队列 · The queues of entitlements, rehabilitation, legal aid, insurance, employment (domain model G).

Each item of an application is a task of its own, for the department that decides on it; a family that declines leaves
no task behind.
"""

from __future__ import annotations

from domain.child.state import Child
from domain.kernel import Event
from domain.terms.care import HouseholdEmployment
from domain.terms.entitlements import InsuranceScheme, WorkWish
from domain.terms.roles import Role
from domain.terms.units import UnitKind
from projections.queue_grammar import Closes, Due, Opens, Queue
from projections.queues_of_the_file import CITY, CIVIL_AFFAIRS, FILE_ENDS

ITEM = ("entitlement_item_id",)
DECIDED = (
    Closes("child.entitlement_granted", ITEM),
    Closes("child.entitlement_granted_without_application", ITEM),
    Closes("child.entitlement_refused", ITEM),
    Closes("child.entitlement_declined", ITEM, done=False),
    *FILE_ENDS,
)
DEPARTMENTS = (
    CIVIL_AFFAIRS,
    UnitKind.DISTRICT_EDUCATION,
    UnitKind.DISABLED_FEDERATION,
    UnitKind.DISTRICT_HUMAN_RESOURCES,
    UnitKind.DISTRICT_HOUSING,
)
DECIDERS = (
    Role.DISTRICT_CIVIL_AFFAIRS,
    Role.DISTRICT_EDUCATION,
    Role.DISABLED_FEDERATION,
    Role.DISTRICT_HUMAN_RESOURCES,
    Role.DISTRICT_HOUSING,
)
RESOURCES = (UnitKind.DISTRICT_HUMAN_RESOURCES, CIVIL_AFFAIRS)


def unemployed(event: Event[Child], _child: Child) -> bool:
    """Somebody of the household who can work has none."""
    members = getattr(event, "household_members", ())
    return any(m.member_employment is HouseholdEmployment.UNEMPLOYED for m in members)


def fully_insured(event: Event[Child], child: Child) -> bool:
    """In all three schemes for that year."""
    year = getattr(event, "insurance_year", None)
    return all((scheme.value, year) in child.entitlements.insured for scheme in InsuranceScheme)


ENTITLEMENT_QUEUES = (
    Queue(
        "Q-20",
        zh="认定救助待遇",
        en="Decide the entitlement",
        opens=(
            Opens(
                "case.entitlement_screened",
                CIVIL_AFFAIRS,
                Due("entitlement_working_days", "entitlement_by"),
                unit="entitlement_unit_id",
                only=lambda e, _: e.child_id is None,
            ),
            Opens(
                "child.entitlement_indicated",
                DEPARTMENTS,
                Due("entitlement_working_days", "entitlement_by"),
                unit="entitlement_unit_id",
                key=ITEM,
            ),
            *(
                Opens(
                    event,
                    DEPARTMENTS,
                    Due("entitlement_working_days", "entitlement_by"),
                    unit="entitlement_unit_id",
                    key=ITEM,
                    only=lambda e, _: e.newly_opened,
                )
                for event in ("child.entitlement_screened", "child.entitlement_item_applied")
            ),
        ),
        closes=(
            Closes("case.child_identified", done=False),
            Closes(
                "child.entitlement_screened",
                ITEM,
                only=lambda e, _: e.newly_opened or not e.eligible,
            ),
            Closes("child.entitlement_item_applied", ITEM, only=lambda e, _: e.newly_opened),
            Closes("child.entitlement_synchronised", ITEM, done=False),
            *DECIDED,
        ),
        escalates=(CITY,),
        clauses=("SH2020-4.3-d", "CQ2016-4.3-f", "CN2017-3.1-a", "SH2024-2.3.8-a", "CQ2024-1-e"),
        names=DECIDERS,
    ),
    Queue(
        "Q-21",
        zh="同步办理医疗救助和教育资助",
        en="Decide together what comes with an entitlement",
        opens=(
            Opens(
                "child.entitlement_synchronised",
                DEPARTMENTS,
                Due("entitlement_synchronise_days", "synchronise_by"),
                unit="entitlement_unit_id",
                key=ITEM,
            ),
        ),
        closes=DECIDED,
        escalates=(CITY,),
        clauses=("SH2024-2.3.8-c", "CN2017-3.2-b"),
        names=DECIDERS,
    ),
    Queue(
        "Q-39",
        zh="残疾儿童康复",
        en="Rehabilitate the child",
        opens=(
            Opens(
                "child.rehabilitation_need_recorded",
                (UnitKind.DISABLED_FEDERATION, CIVIL_AFFAIRS),
                Due("rehabilitation_days", "rehabilitation_by"),
                unit="rehabilitation_unit_id",
                key=("rehabilitation_need_id",),
            ),
        ),
        closes=(
            Closes(
                "child.rehabilitation_service_recorded",
                ("rehabilitation_need_id",),
                only=lambda e, _: e.rehabilitation_need_id is not None,
            ),
            *FILE_ENDS,
        ),
        escalates=(CIVIL_AFFAIRS,),
        clauses=(
            "SH2020-3.4-d",
            "CQ2016-3.4-j",
            "SH2024-2.3.8-d",
            "CN2017-5.2-b",
            "CN2017-3.5.2-a",
        ),
        names=(Role.DISABLED_FEDERATION, Role.DISTRICT_CIVIL_AFFAIRS),
    ),
    Queue(
        "Q-40",
        zh="法律援助",
        en="Give legal aid",
        opens=(
            Opens(
                "child.legal_aid_referred",
                (UnitKind.DISTRICT_JUSTICE, CIVIL_AFFAIRS),
                Due("legal_aid_days", "legal_aid_by"),
                unit="legal_aid_unit_id",
                key=("legal_aid_id",),
            ),
        ),
        closes=(
            Closes(
                "child.legal_aid_provided",
                ("legal_aid_id",),
                only=lambda e, _: e.legal_aid_id is not None,
            ),
            *FILE_ENDS,
        ),
        escalates=(CIVIL_AFFAIRS,),
        clauses=("CN2017-5.1-t",),
        names=(Role.DISTRICT_JUSTICE, Role.DISTRICT_CIVIL_AFFAIRS),
    ),
    Queue(
        "Q-41",
        zh="参保查漏",
        en="Close the gap of insurance",
        opens=(
            Opens(
                "child.insurance_checked",
                RESOURCES,
                Due("insurance_gap_interval", "insurance_check_on"),
                unit="insurance_unit_id",
                key=("insurance_year",),
                only=lambda e, _: bool(e.schemes_missing),
            ),
        ),
        closes=(
            Closes("child.insurance_enrolment_recorded", ("insurance_year",), only=fully_insured),
            Closes("child.insurance_checked", done=False),
            *FILE_ENDS,
        ),
        escalates=(CIVIL_AFFAIRS,),
        clauses=("CN2017-3.2-a", "CN2017-5.1-u"),
        names=(Role.DISTRICT_HUMAN_RESOURCES, Role.DISTRICT_CIVIL_AFFAIRS),
    ),
    Queue(
        "Q-41-EMPLOYMENT",
        zh="家庭就业帮扶",
        en="Help a member of the family to work",
        opens=(
            Opens(
                "child.household_recorded",
                RESOURCES,
                Due("employment_help_days"),
                each_of="unemployed_members",
                only=unemployed,
                flag="employment_help_required",
            ),
            Opens(
                "child.guardian_work_wish_recorded",
                RESOURCES,
                Due("employment_help_days"),
                key=("guardian_helped",),
                only=lambda event, _: event.work_wish is not WorkWish.NONE,
                flag="employment_help_required",
            ),
        ),
        closes=(
            Closes("child.employment_service_offered", ("member_helped",)),
            Closes(
                "child.employment_service_offered",
                ("guardian_helped",),
                only=lambda event, _: event.guardian_helped is not None,
            ),
            Closes(
                "child.guardian_work_wish_recorded",
                ("guardian_helped",),
                only=lambda event, _: event.work_wish is WorkWish.NONE,
                done=False,
            ),
            *FILE_ENDS,
        ),
        escalates=(CIVIL_AFFAIRS,),
        clauses=("CN2017-5.1-v", "CQ2016-5.2-c", "SH2024-2.3.11-c", "CQ2024-2.8-e"),
        names=(Role.DISTRICT_HUMAN_RESOURCES, Role.DISTRICT_CIVIL_AFFAIRS),
    ),
)
