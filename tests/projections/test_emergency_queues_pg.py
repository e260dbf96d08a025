"""What the police have to do after each finding, as tasks of their desk: which, until when, by which clause."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest

from domain.case.care_secured import NoteCareSecured
from domain.case.directing import DirectReport
from domain.case.dispatch import DispatchPolice, RecordPoliceFindings
from domain.case.escort import EscortChild
from domain.case.further_reports import IdentifyChild
from domain.case.intake import AcceptReport
from domain.case.missing import FindMissingChild, StartMissingChildSearch
from domain.case.parents import AttemptParentContact, RecordParentsUnreachable
from domain.kernel import Command
from domain.terms.emergency import (
    ContactMeans,
    ContactOutcome,
    DangerState,
    EscortDestination,
    Finding,
    InfringementKind,
)
from domain.terms.places import DivisionId
from tests.database import Database, Postgres, database_of
from tests.dsl import an_id, local
from tests.projections.town import (
    BAIDI,
    CHANGNING,
    FENGJIE,
    HUANHUA,
    OFFICER,
    Town,
    reported,
    town_on,
    unit_id,
)

pytestmark = pytest.mark.postgres
AT_ONCE, TWO_DAYS = local("2025-03-03 10:30"), local("2025-03-05 23:59")
NOTICE = {"Q-55-NOTIFY_TOWNSHIP": (local("2025-03-04 10:00"), ["CQ2016-4.2-o"])}
INJURY = {
    "Q-55-APPRAISE_INJURY": (TWO_DAYS, ["CQ2016-4.2-n"]),
    "Q-55-COLLECT_EVIDENCE": (TWO_DAYS, ["CQ2016-4.2-m"]),
    "Q-55-MEDICAL_HELP": (AT_ONCE, ["CQ2016-4.2-n"]),
}
STOP = {"Q-55-STOP_INFRINGEMENT": (AT_ONCE, ["CQ2016-4.2-j", "CQ2016-4.2-l"])}
PROTECT = {"Q-55-PROTECT_CHILD": (AT_ONCE, ["CQ2016-4.2-l"])}
CRITICISE = {"Q-55-CRITICISE_GUARDIAN": (TWO_DAYS, ["CQ2016-4.4-a", "CQ2024-3.3-a"])}
CONTACT = {"Q-55-CONTACT_PARENTS": (AT_ONCE, ["CQ2016-4.2-f"])}


@pytest.fixture(scope="module")
def town(postgres: Postgres, template_database: Database) -> Iterator[Town]:
    """One town for all findings; each test has its own case."""
    with database_of(postgres, template_database.name) as database, town_on(database) as town:
        yield town


def on_scene(town: Town, year: int = 2025, where: str = BAIDI) -> UUID:
    """The police have come."""
    case = reported(town, f"{year}-03-03 09:00", where=where)
    town.at(f"{year}-03-03 09:10").do(AcceptReport(), case, OFFICER)
    town.at(f"{year}-03-03 09:20").do(DispatchPolice(), case, OFFICER)
    return case


def found(town: Town, case: UUID, finding: Finding, **more: Any) -> None:
    """They say what they have found, at ten o'clock."""
    year = town.now[0].year
    command = RecordPoliceFindings(findings=(finding,), **more)
    town.at(f"{year}-03-03 10:00").do(command, case, OFFICER)


def duties(town: Town, case: UUID) -> dict[str, tuple[Any, list[str]]]:
    """The open emergency duties of a case: until when, and by which clauses."""
    rows = town.rows(
        "select queue, due_at, clauses from read.work_item "
        "where case_id = %(case)s and is_open and queue like 'Q-55-%%'",
        case=case,
    )
    return {row["queue"]: (row["due_at"].replace(second=0), row["clauses"]) for row in rows}


@pytest.mark.parametrize(
    ("finding", "more", "expected"),
    [
        (
            Finding.LIVING_ALONE,
            {},
            {
                "Q-55-ORDER_PARENTS_BACK": (TWO_DAYS, ["CQ2016-4.2-d"]),
                "Q-55-REPRIMAND_GUARDIAN": (TWO_DAYS, ["CQ2016-4.2-e"]),
            },
        ),
        (Finding.MISSING, {}, {"Q-55-SEARCH_CHILD": (AT_ONCE, ["CQ2016-4.2-i"])}),
        (Finding.GUARDIAN_INCAPABLE, {}, CONTACT),
        (Finding.GUARDIAN_NOT_PERFORMING, {}, {**CONTACT, **CRITICISE}),
        (
            Finding.DOMESTIC_VIOLENCE,
            {},
            {
                **INJURY,
                **STOP,
                **CRITICISE,
                "Q-55-HANDLE_VIOLENCE": (TWO_DAYS, ["CQ2016-4.2-j"]),
            },
        ),
        (
            Finding.OTHER_INFRINGEMENT,
            {"infringements": (InfringementKind.ABUSE,)},
            {**INJURY, **STOP, **PROTECT},
        ),
        (Finding.ACCIDENTAL_INJURY, {}, {**INJURY, **PROTECT}),
    ],
    ids=[f.value for f in Finding],
)
def test_a_finding_makes_the_tasks_its_clauses_demand(
    town: Town,
    finding: Finding,
    more: dict[str, Any],
    expected: dict[str, tuple[Any, list[str]]],
) -> None:
    case = on_scene(town)
    found(town, case, finding, **more)
    assert duties(town, case) == {**NOTICE, **expected}
    owners = town.rows(
        "select distinct owner_unit_id from read.work_item "
        "where case_id = %(case)s and is_open and queue like 'Q-55-%%'",
        case=case,
    )
    assert [row["owner_unit_id"] for row in owners] == [unit_id("police")]


def test_parents_who_cannot_be_reached_make_the_escort_a_task_and_after_it_the_notice(
    town: Town,
) -> None:
    case = on_scene(town)
    found(town, case, Finding.GUARDIAN_INCAPABLE)

    def then(clock: str, command: Command[Any]) -> None:
        town.at(f"2025-03-03 {clock}").do(command, case, OFFICER)

    attempt = AttemptParentContact(
        contact_means=ContactMeans.PHONE, contact_outcome=ContactOutcome.NO_ANSWER
    )
    then("10:10", attempt)
    then("10:20", attempt)
    then("10:30", RecordParentsUnreachable())
    assert duties(town, case)["Q-55-ESCORT_CHILD"] == (
        local("2025-03-03 11:00"),
        ["CQ2016-4.2-g"],
    )
    escort = EscortChild(
        escort_destination=EscortDestination.VILLAGE_COMMITTEE,
        escort_address="浣花社区",
        nearest_because="村委会最近",
        best_interest_reason="仍在熟悉的村里",
    )
    then("10:45", escort)
    open_now = duties(town, case)
    assert "Q-55-ESCORT_CHILD" not in open_now
    assert open_now["Q-55-NOTIFY_PARENTS"] == (TWO_DAYS, ["CQ2016-4.2-h"])


def test_in_changning_a_child_in_danger_makes_candidates_opinion_and_handover_tasks(
    town: Town,
) -> None:
    case = on_scene(town, 2019, CHANGNING)
    found(town, case, Finding.GUARDIAN_INCAPABLE, dangers=(DangerState.UNATTENDED,))
    at_once = local("2019-03-03 10:30")
    open_now = duties(town, case)
    assert open_now["Q-55-ASK_CARE_CANDIDATES"] == (at_once, ["CN2017-4.2-b"])
    assert open_now["Q-55-SEEK_CHILD_OPINION"] == (at_once, ["CN2017-4.2-d"])
    assert open_now["Q-55-WRITTEN_HANDOVER"] == (at_once, ["CN2017-4.2-c"])


def test_a_search_begun_on_the_scene_is_a_task_and_the_found_child_has_its_own(town: Town) -> None:
    """D.1: the way of a found child leads to its parents, and somebody follows up until it is cared for."""
    case = on_scene(town)
    town.at("2025-03-03 09:30").do(StartMissingChildSearch(), case, OFFICER)
    search = {"Q-55-SEARCH_CHILD": (local("2025-03-03 10:00"), ["CQ2016-4.2-i"])}
    assert duties(town, case) == search
    found(town, case, Finding.MISSING)
    assert duties(town, case) == {**NOTICE, **search}
    seen = FindMissingChild(found_where="汽车站", found_condition="平安")
    town.at("2025-03-03 11:00").do(seen, case, OFFICER)
    contact = {"Q-55-CONTACT_PARENTS": (local("2025-03-03 11:30"), ["CQ2016-4.2-f"])}
    assert duties(town, case) == {**NOTICE, **contact}
    follow_up = town.rows(
        "select owner_unit_id from read.work_item "
        "where case_id = %(case)s and is_open and queue = 'Q-04'",
        case=case,
    )
    assert [row["owner_unit_id"] for row in follow_up] == [unit_id("police")]


@pytest.mark.parametrize("finding", [Finding.GUARDIAN_INCAPABLE, Finding.DOMESTIC_VIOLENCE])
def test_care_is_followed_up_from_the_finding_until_each_child_has_it(
    town: Town, finding: Finding
) -> None:
    """CQ2016-4.2-c2: a mother who was reached, or a violent father, leaves nobody who looks after the child."""
    case = on_scene(town)
    found(town, case, finding)

    def followed_up() -> list[Any]:
        rows = town.rows(
            "select owner_unit_id, due_at from read.work_item "
            "where case_id = %(case)s and is_open and queue = 'Q-04'",
            case=case,
        )
        return [(row["owner_unit_id"], row["due_at"]) for row in rows]

    assert followed_up() == [(unit_id("police"), local("2025-03-04 10:00"))]
    reached = AttemptParentContact(
        contact_means=ContactMeans.PHONE, contact_outcome=ContactOutcome.REACHED
    )
    town.at("2025-03-03 10:10").do(reached, case, OFFICER)
    assert len(followed_up()) == 1
    town.at("2025-03-03 10:20").do(IdentifyChild(child_id=an_id("hers")), case, OFFICER)
    town.at("2025-03-03 10:30").do(NoteCareSecured(child_id=an_id("hers")), case)
    assert followed_up() == []


def test_a_report_of_somewhere_in_the_county_goes_to_where_it_happened(town: Town) -> None:
    """The district police have it until the place is found; from then on the station there, and they no longer."""
    case_id = reported(town, where=FENGJIE)
    open_tasks = "select queue, owner_unit_id from read.work_item where case_id = %(case)s and is_open order by queue"
    tokens = "select tokens from read.case_file where case_id = %(case)s"
    assert town.rows(open_tasks, case=case_id) == [
        {"queue": "Q-01", "owner_unit_id": unit_id("district police")}
    ]
    direct = DirectReport(incident_place=DivisionId(HUANHUA))
    town.at("2025-03-03 09:10").do(direct, case_id, OFFICER)
    assert town.rows(open_tasks, case=case_id) == [
        {"queue": "Q-01", "owner_unit_id": unit_id("police")}
    ]
    (row,) = town.rows(tokens, case=case_id)
    assert {f"T:{unit_id('police')}", f"I:{HUANHUA}"} <= set(row["tokens"])
    assert f"T:{unit_id('district police')}" not in row["tokens"]
