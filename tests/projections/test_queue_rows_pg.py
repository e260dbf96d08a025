"""Rows of the table of queues on a real database: what opens a task, its unit, day and clauses, what ends it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest

from domain.case.state import Case
from domain.child.state import Child
from domain.periods import local_date
from domain.terms.entitlements import InsuranceScheme
from domain.terms.reports import (
    SanctionCondition,
)
from tests.database import Database, Postgres, database_of
from tests.dsl import an_id, local
from tests.projections.queue_rows import (
    CHONGMING,
    DAY,
    OFFICE,
    STREET,
    Row,
    at_work,
    on_file,
    tasks,
)
from tests.projections.telling import past, told
from tests.projections.town import (
    BAIDI,
    CHANGNING,
    Town,
    reported,
    town_on,
)

pytestmark = pytest.mark.postgres


@pytest.fixture(scope="module")
def town(postgres: Postgres, template_database: Database) -> Iterator[Town]:
    """One town; each row has a case or a child of its own."""
    with database_of(postgres, template_database.name) as database, town_on(database) as town:
        yield town


CASES = [
    Row(
        "Q-22-OVER",
        past(
            "case.placed_child_came_of_age",
            civil_affairs_unit_id=OFFICE,
            placement_id=an_id("home of a grown-up"),
        ),
        date(2019, 3, 11),
        ["CN2017-5.1-e"],
        past("case.temporary_guardianship_ended", placement_id=an_id("home of a grown-up")),
    ),
    Row(
        "Q-23",
        past(
            "case.guardian_search_started",
            search_unit_ids=(OFFICE,),
            progress_by=DAY,
            search_id=an_id("search 1"),
        ),
        DAY,
        ["CN2017-4.3-g"],
        past("case.guardian_found", search_id=an_id("search 1")),
    ),
    Row(
        "Q-24",
        past(
            "case.guardian_search_attempted",
            certificate_unit_id=OFFICE,
            search_exhausted=True,
            progress_by=DAY,
            search_id=an_id("search 2"),
        ),
        DAY,
        ["CN2017-4.3-e"],
        past("case.guardian_search_failed_certified", search_id=an_id("search 2")),
    ),
    Row(
        "Q-27",
        past(
            "case.custody_child_inquiry_made",
            care_unit_id=OFFICE,
            arrange_by=local("2019-03-20 23:59"),
            incident_place=None,
        ),
        DAY,
        ["CN2017-3.4-d"],
        past("case.temporary_care_on_custody_arranged"),
    ),
    Row(
        "Q-27-RELEASE",
        past(
            "case.placement_activated",
            civil_affairs_unit_id=OFFICE,
            review_on=DAY,
            placement_id=an_id("care in custody"),
        ),
        DAY,
        ["CN2017-3.4-d"],
        past("case.temporary_guardianship_ended", placement_id=an_id("care in custody")),
    ),
    Row(
        "Q-28",
        past(
            "case.hukou_escort_decided",
            civil_affairs_unit_id=OFFICE,
            receipt_by=DAY,
            placement_id=an_id("placement 1"),
        ),
        DAY,
        ["CN2017-4.3-h", "CN2017-4.3-i"],
        past("case.hukou_escort_completed", placement_id=an_id("placement 1")),
    ),
    Row(
        "Q-32",
        past(
            "case.failure_to_report_found",
            authority_unit_id=OFFICE,
            decide_by=DAY,
            sanction_condition=SanctionCondition.NOT_REQUIRED,
            failing_id=an_id("school"),
        ),
        DAY,
        ["CN2017-4.1-d"],
        past("case.reporter_accountability_decided", failing_id=an_id("school")),
    ),
]
CHILDREN = [
    Row(
        "Q-40",
        past(
            "child.legal_aid_referred",
            legal_aid_unit_id=OFFICE,
            legal_aid_by=DAY,
            legal_aid_id=an_id("matter"),
        ),
        DAY,
        ["CN2017-5.1-t"],
        past("child.legal_aid_provided", legal_aid_id=an_id("matter")),
    ),
    Row(
        "Q-41",
        past(
            "child.insurance_checked",
            insurance_unit_id=OFFICE,
            insurance_check_on=DAY,
            schemes_missing=(InsuranceScheme.SERIOUS_ILLNESS,),
            insurance_year=2019,
        ),
        DAY,
        ["CN2017-3.2-a", "CN2017-5.1-u"],
        past(
            "child.insurance_enrolment_recorded",
            insurance_schemes=tuple(InsuranceScheme),
            insurance_year=2019,
        ),
    ),
    Row(
        "Q-64",
        past(
            "child.enrolment_barrier_reported",
            education_unit_id=OFFICE,
            resolve_by=DAY,
            barrier_id=an_id("barrier"),
        ),
        DAY,
        ["CN2017-5.1-p"],
        past("child.enrolment_barrier_resolved", barrier_id=an_id("barrier")),
    ),
    Row(
        "Q-64",
        past(
            "child.enrolment_barrier_reported",
            education_unit_id=OFFICE,
            resolve_by=DAY,
            barrier_id=an_id("barrier no more"),
        ),
        DAY,
        ["CN2017-5.1-p"],
        past("child.enrolment_barrier_fell_away", barrier_id=an_id("barrier no more")),
    ),
]
CHILDREN_OF_FENGJIE = [
    Row(
        "Q-37",
        past(
            "child.mental_health_concern_recorded",
            counsel_unit_id=OFFICE,
            counsel_by=date(2025, 3, 17),
            concern_id=an_id("concern"),
        ),
        date(2025, 3, 17),
        ["CQ2024-2.2-a", "CQ2024-2.2-j"],
        past("child.counselling_session_recorded", concern_id=an_id("concern")),
    ),
    Row(
        "Q-50",
        past(
            "child.warning_raised",
            warned_unit_ids=(OFFICE,),
            warning_urgent=True,
            react_by_at=local("2025-03-04 09:00"),
            warning_id=an_id("warning"),
        ),
        date(2025, 3, 4),
        ["CQ2024-3.1-e"],
        past("child.warning_closed", warning_id=an_id("warning")),
    ),
    Row(
        "Q-65",
        past(
            "child.bullying_incident_recorded",
            school_unit_id=OFFICE,
            deal_by=date(2025, 3, 20),
            bullying_id=an_id("incident"),
        ),
        date(2025, 3, 20),
        ["CQ2024-2.4-e"],
        past("child.bullying_dealt_with", bullying_id=an_id("incident")),
    ),
    Row(
        "Q-67",
        past(
            "child.clinic_referral_made",
            clinic_unit_id=OFFICE,
            clinic_referral_id=an_id("referral"),
        ),
        date(2025, 3, 17),
        ["CQ2024-2.2-f"],
        past("child.clinic_attendance_recorded", clinic_referral_id=an_id("referral")),
    ),
]


@pytest.mark.parametrize("row", CASES, ids=[r.queue for r in CASES])
def test_a_task_of_a_case_comes_with_its_fact_and_goes_with_its_deed(town: Town, row: Row) -> None:
    case = reported(town, "2019-03-04 09:00", where=CHANGNING)
    at_work(town, row, case, Case)


def test_care_arranged_in_custody_is_looked_at_again_at_the_release(town: Town) -> None:
    """CN2017-3.4-d: one task a child, on the day said last; none where nobody said a day, or the child is placed."""
    case = reported(town, "2019-03-04 09:00", where=CHANGNING)
    arranged = "case.temporary_care_on_custody_arranged"
    child_id = an_id("child of a detained man")
    for day, due in ((date(2019, 4, 2), date(2019, 4, 2)), (date(2019, 5, 6), date(2019, 5, 6))):
        told(town, case, past(arranged, child_id=child_id, review_on=day), state=Case)
        (task,) = tasks(town, "Q-27-RELEASE", case)
        assert local_date(task["due_at"]) == due
        assert task["clauses"] == ["CN2017-3.4-d"]
    placed = past("case.placement_activated", child_id=child_id, review_on=None)
    told(town, case, placed, state=Case)
    assert tasks(town, "Q-27-RELEASE", case) == []
    told(town, case, past(arranged, child_id=child_id, review_on=None), state=Case)
    assert tasks(town, "Q-27-RELEASE", case) == []


@pytest.mark.parametrize("row", CHILDREN, ids=[f"{r.queue} {r.ends.name}" for r in CHILDREN])
def test_a_task_of_a_file_in_changning(town: Town, row: Row) -> None:
    at_work(town, row, on_file(town, "2019-03-04 09:00", STREET), Child)


@pytest.mark.parametrize("row", CHILDREN_OF_FENGJIE, ids=[r.queue for r in CHILDREN_OF_FENGJIE])
def test_a_task_of_a_file_in_fengjie(town: Town, row: Row) -> None:
    at_work(town, row, on_file(town, "2025-03-03 09:00", BAIDI), Child)


def test_a_village_s_living_care_is_a_task_of_the_township_in_chongming(town: Town) -> None:
    case = reported(town, "2022-03-04 09:00", where=CHONGMING)
    row = Row(
        "Q-46",
        past(
            "case.temporary_living_care_arranged",
            support_unit_id=OFFICE,
            support_by=date(2022, 3, 9),
            domicile=None,
            placement_id=an_id("care in the village"),
        ),
        date(2022, 3, 9),
        ["SH2020-3.2-f"],
        past("case.temporary_care_supported", placement_id=an_id("care in the village")),
    )
    at_work(town, row, case, Case)


@pytest.mark.clause("SH2024-2.4.12-d")
def test_a_contact_before_the_holiday_is_a_task_of_the_school_in_chongming(town: Town) -> None:
    row = Row(
        "Q-68",
        past("child.holiday_contact_due", school_unit_id=OFFICE, contact_home_by=date(2025, 1, 17)),
        date(2025, 1, 17),
        ["SH2024-2.4.12-d"],
        past("child.school_home_contact_made"),
    )
    at_work(town, row, on_file(town, "2025-01-06 09:00", CHONGMING), Child)
