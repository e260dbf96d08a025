"""The access journal keeps what the file keeps: who reported, and that there is a conduct case (A.2)."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest

from domain.kernel import COMMANDS, EVENTS
from domain.sensitivity import P5
from ops.demo_world import BY_KEY, UNIT_BY_KEY
from tests.database import Database
from tests.journeys import rescuing
from tests.journeys.auditing import told as audited
from tests.journeys.children import left_behind_girl
from tests.journeys.test_conduct import enrolled, known_to_police, opened
from tests.journeys.world import World

JOURNAL = """query ($subject: UUID!) { accessJournal(subject: $subject, first: 100) {
  nodes { at outcome act role unitName personId purpose relation classes withheld traceId zh } } }"""
DISPATCH = """mutation ($id: UUID!, $command: UUID!) {
  dispatchPolice(id: $id, expectedVersion: 1, commandId: $command) { __typename } }"""
REPORTERS = ("cm_teacher", "cm_doctor")


def journal(world: World, key: str, subject: UUID) -> list[dict[str, Any]]:
    """Every look at the child or the case that this person is told of."""
    found = world.as_(key).ask(JOURNAL, subject=subject)["accessJournal"]
    nodes: list[dict[str, Any]] = found["nodes"]
    return nodes


@pytest.mark.begins(2022)
@pytest.mark.parametrize("reporter", REPORTERS)
def test_who_reported_is_a_reporter_to_those_who_hold_the_case(world: World, reporter: str) -> None:
    child = rescuing.girl_on_file(world)
    world.clock.set("2022-03-01 09:00")
    case = world.as_(reporter).done("submitReport", None, rescuing.report_of(world, "2022-03-01"))
    rescuing.found(world, case["id"], child)
    asking = world.as_(reporter)
    assert asking.case(case["id"]) is not None  # as whoever reports does
    assert asking.ask(JOURNAL, subject=case["id"])["accessJournal"] is None  # and in vain
    asking.post(DISPATCH, id=case["id"], command=str(uuid4()))
    who = BY_KEY[reporter]
    for holder in ("cm_township", "cm_supervisor", "cm_ca"):
        rows = journal(world, holder, case["id"])
        looks = [row for row in rows if row["role"] == "reporter"]
        assert looks, "that somebody who reported looked is told"
        hidden = {
            row[name]
            for row in looks
            for name in ("at", "unitName", "personId", "relation", "traceId")
        }
        assert hidden == {None}
        assert {row["outcome"] for row in looks} == {"SEEN", "DENIED"}
        assert {(row["purpose"], row["act"]) for row in looks} == {("casework", "read")}
        assert str(who.id) not in str(rows)
        assert all(row["relation"] != "own_report" for row in rows)


@pytest.mark.begins(2022)
def test_who_reported_and_asked_for_the_child_in_vain_is_not_named(world: World) -> None:
    child = rescuing.girl_on_file(world)
    world.clock.set("2022-03-01 09:00")
    report = rescuing.report_of(world, "2022-03-01")
    case = world.as_("cm_doctor").done("submitReport", None, report)
    rescuing.found(world, case["id"], child)
    assert world.as_("cm_doctor").child(child.id) is None
    assert world.as_("jd_doctor").child(child.id) is None
    rows = journal(world, "cm_township", child.id)
    assert str(BY_KEY["cm_doctor"].id) not in str(rows)
    assert str(BY_KEY["jd_doctor"].id) in str(rows), "who did not report is told by name"


@pytest.mark.begins(2022)
def test_an_auditor_without_a_second_approval_is_not_told_who_reported(world: World) -> None:
    audit = audited(world)
    assert world.as_("cm_doctor").case(audit.case) is not None
    assert world.as_("cm_rescue").case(audit.case) is not None
    rows = journal(world, "auditor", audit.case)
    assert str(BY_KEY["cm_doctor"].id) not in str(rows)
    # nor where the child is: whoever cares for it there is told as that
    assert "placement" in {row["role"] for row in rows}
    assert str(BY_KEY["cm_rescue"].id) not in str(rows)
    assert UNIT_BY_KEY["cm_rescue"].name not in str(rows)


@pytest.mark.begins(2024)
@pytest.mark.parametrize("holder", ["fj_township", "fj_supervisor", "fj_ca"])
def test_a_conduct_case_does_not_show_in_who_looked(world: World, holder: str) -> None:
    child = known_to_police(world)
    enrolled(world, child, opened(world, child))
    world.as_("fj_sw").timeline("child", child)  # the named corrector
    rows = journal(world, holder, child)
    assert rows
    conduct = set(acts_of_conduct())
    for row in rows:
        assert row["relation"] != "corrector"
        assert row["act"] not in conduct
        assert "P5" not in row["classes"] + row["withheld"]


@pytest.mark.begins(2022)
def test_ones_own_looks_are_told_as_they_were(world: World) -> None:
    child = left_behind_girl(world)
    world.as_("fj_township").child(child.id)
    mine = [row for row in journal(world, "fj_township", child.id) if row["personId"]]
    assert {row["personId"] for row in mine} >= {str(BY_KEY["fj_township"].id)}


def acts_of_conduct() -> list[str]:
    """The commands of the chapters whose events exist for nobody without P5."""
    chapters = {e.__module__ for e in EVENTS.values() if e.existence_class is P5}
    return [name for name, command in COMMANDS.items() if command.__module__ in chapters]


def test_the_acts_of_a_conduct_case_are_those_of_its_chapters(database: Database) -> None:
    with psycopg.connect(database.admin_dsn) as conn:
        (found,) = conn.execute("select sec.conduct_acts()").fetchone() or ([],)
    assert sorted(found) == sorted(acts_of_conduct())
