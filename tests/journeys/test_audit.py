"""Audit orders over HTTP: what one auditor may read, what two people open together, and that all closes again."""

from __future__ import annotations

import argparse
import hashlib
import re
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest

from ops import handing_over
from ops.artefacts import CHECKOUT
from ops.checkpointing import Checkpointer, anchor_in
from ops.saying import say, say_wrong
from schema.exports import plain
from tests.journeys.children import left_behind_girl
from tests.journeys.living_alone import police_on_scene, reported
from tests.journeys.person import Answer, Person
from tests.journeys.telling import absent, unknown
from tests.journeys.world import World

PURPOSE = "核查2025年3月单独居住个案的办理经过"
LAST = date(2025, 3, 20)
PERIOD = {"audited_from_on": date(2025, 3, 1), "audited_to_on": date(2025, 3, 31)}
SEEN = """query ($id: UUID!) { case(id: $id) { factsReported reporterCategory reporterName stage
  children { childId name } workItems { queue status ownerUnitId } } }"""


@pytest.fixture
def case(world: World) -> UUID:
    """A girl living alone, reported by her teacher, handled by the police."""
    child = left_behind_girl(world)
    case_id = reported(world, child)
    police_on_scene(world, case_id)
    return case_id


def opened(auditor: Person, **subject: Any) -> UUID:
    given = {"audit_purpose": PURPOSE, "audit_until_on": LAST, **PERIOD, **subject}
    return UUID(auditor.done("openAuditOrder", None, given)["id"])


def see(auditor: Person, case_id: UUID) -> Answer:
    found: Answer = auditor.ask(SEEN, id=case_id)["case"]
    return found


def classes(auditor: Person, stream: str, key: UUID | str) -> set[str]:
    lines = auditor.timeline(stream, key)
    return {value["sensitivity"] for line in lines for value in line["values"]}


def test_without_an_order_there_is_nothing(world: World, case: UUID) -> None:
    absent(world.as_("auditor"), "case", case)


def test_an_order_opens_the_case_its_children_and_its_tasks(world: World, case: UUID) -> None:
    """Scenario 18 step 1: P1 to P4; who reported and the evidence wait for a second person."""
    auditor = world.as_("auditor")
    opened(auditor, case_id=case)
    found = see(auditor, case)
    assert found["factsReported"] == "独自居住已两周,无人做饭"
    assert found["reporterCategory"] is None
    (girl,) = found["children"]
    assert girl["name"] == "冷小禾"
    assert {"Q-01", "Q-03"} <= {task["queue"] for task in found["workItems"]}
    assert all(task["ownerUnitId"] for task in found["workItems"])
    assert not {"P5", "P5_OUTCOME", "P6_REPORTER", "P6_ADDRESS"} & classes(auditor, "case", case)
    assert "P4_INJURY" in classes(auditor, "case", case) | classes(
        auditor, "child", girl["childId"]
    )
    absent(world.as_("auditor2"), "case", case)  # the order names one auditor


def test_two_people_together_open_who_reported(world: World, case: UUID) -> None:
    auditor, second = world.as_("auditor"), world.as_("auditor2")
    order = opened(auditor, case_id=case)
    auditor.refused("second_approval_by_another", "approveAuditOrder", order)
    second.done("approveAuditOrder", order)
    second.refused("audit_approved_already", "approveAuditOrder", order)
    assert see(auditor, case)["reporterCategory"] == "SCHOOL"
    assert "P6_REPORTER" in classes(auditor, "case", case)
    absent(second, "case", case)  # who approves reads nothing by it


def test_the_end_of_an_order_closes_everything(world: World, case: UUID) -> None:
    auditor, second = world.as_("auditor"), world.as_("auditor2")
    order = opened(auditor, case_id=case)
    second.done("approveAuditOrder", order)
    world.clock.forward(minutes=1)
    auditor.done("endAuditOrder", order, {"audit_end_reason": "已查清"})
    absent(auditor, "case", case)
    auditor.refused("audit_order_over", "endAuditOrder", order, {})
    second.refused("audit_order_over", "approveAuditOrder", order)


def test_an_order_runs_out_by_itself(world: World, case: UUID) -> None:
    auditor = world.as_("auditor")
    opened(auditor, case_id=case)
    world.clock.set("2025-03-20 23:58")
    assert see(auditor, case)["stage"]
    world.clock.set("2025-03-21 00:00")
    absent(auditor, "case", case)


def test_an_order_on_a_child_opens_its_cases(world: World, case: UUID) -> None:
    auditor = world.as_("auditor")
    (child,) = world.platform.services.lookup.ask(
        "select child_id from read.case_child where case_id = %(case)s", {"case": case}
    )
    opened(auditor, child_id=child["child_id"])
    assert auditor.child(child["child_id"]) is not None
    assert see(auditor, case)["stage"]


def test_what_an_order_must_say(world: World, case: UUID) -> None:
    auditor, put = world.as_("auditor"), "openAuditOrder"
    said = {"audit_purpose": PURPOSE, "audit_until_on": LAST, **PERIOD}
    auditor.refused("audit_needs_subject", put, None, said)
    auditor.refused(
        "audit_needs_subject", put, None, {**said, "case_id": case, "child_id": uuid4()}
    )
    auditor.refused("audit_needs_subject", put, None, {**said, "case_id": uuid4()})
    named = {**said, "case_id": case}
    auditor.refused("audit_purpose_missing", put, None, {**named, "audit_purpose": " "})
    for day in (date(2025, 3, 2), date(2025, 4, 3)):
        auditor.refused("audit_period_invalid", put, None, {**named, "audit_until_on": day})
    backwards = {**named, "audited_to_on": date(2025, 2, 28)}
    auditor.refused("audited_period_backwards", put, None, backwards)
    for key in ("fj_ca", "cq_city_ca", "admin", "fj_police"):
        person = world.as_(key)
        answer = person.post(
            "mutation ($c: UUID!, $i: OpenAuditOrderInput!) { openAuditOrder(commandId: $c, input: $i) "
            "{ __typename } }",
            c=uuid4(),
            i={
                "auditPurpose": PURPOSE,
                "auditUntilOn": LAST,
                "auditedFromOn": LAST,
                "auditedToOn": LAST,
                "caseId": case,
            },
        )
        told = answer.get("data") or {}
        assert (told.get("openAuditOrder") or {}).get("__typename") in {None, "NotFoundOrForbidden"}
    absent(auditor, "case", case)


def test_an_order_is_the_auditors_own_matter(world: World, case: UUID) -> None:
    order = opened(world.as_("auditor"), case_id=case)
    unknown(world.as_("fj_ca"), "endAuditOrder")
    query = "query ($id: UUID!) { accessOrder(id: $id) { orderKind orderPurpose orderStatus } }"
    assert world.as_("fj_ca").ask(query, id=order)["accessOrder"] is None
    found = world.as_("auditor2").ask(query, id=order)["accessOrder"]
    assert found == {"orderKind": "AUDIT", "orderPurpose": PURPOSE, "orderStatus": "OPEN"}


LOOKS = """query ($subject: UUID!) { accessJournal(subject: $subject) { nodes {
  door outcome personId purpose relation } } }"""
EXPORT = """mutation ($c: UUID!, $o: UUID!, $r: String!) { exportTimeline(commandId: $c, orderId: $o, recipient: $r) {
  __typename ... on TimelineFile { text sha256 watermark lines eventId } ... on RuleRefused { code } } }"""


def exported(auditor: Person, order: UUID, recipient: str = "市审计局") -> Answer:
    found: Answer = auditor.ask(EXPORT, c=uuid4(), o=order, r=recipient)["exportTimeline"]
    return found


def test_what_leaves_is_marked_and_on_record(world: World, case: UUID) -> None:
    """Scenario 18 step 9: scope, hash, recipient; the file carries a watermark."""
    auditor = world.as_("auditor")
    order = opened(auditor, case_id=case)
    file = exported(auditor, order, "=市审计局")
    assert hashlib.sha256(file["text"].encode()).hexdigest() == file["sha256"]
    first, header, *rows = file["text"].splitlines()
    assert file["watermark"] in first
    assert str(order) in first
    assert str(auditor.who.id) in first
    assert header.startswith("position,name,occurred_at,recorded_at")
    assert len(rows) == file["lines"] == len(auditor.timeline("case", case))
    assert "独自居住已两周" in file["text"]
    assert "SCHOOL" not in file["text"]  # who reported takes two people
    told = world.events(order, "access.timeline_exported")[-1].event
    assert (told.export_hash, told.export_recipient) == (file["sha256"], "=市审计局")
    assert told.export_scope == f"case:{file['lines']}"
    query = "query ($id: UUID!) { accessOrder(id: $id) { exports { exportHash exportRecipient } } }"
    (shown,) = auditor.ask(query, id=order)["accessOrder"]["exports"]
    assert shown["exportHash"] == file["sha256"]
    doors = world.sql(
        "select door from sec.access_look where person_id = %s and subject_id = %s",
        auditor.who.id,
        case,
    )
    assert ("EXPORT",) in doors


def test_nobody_exports_under_anothers_order_or_after_its_end(world: World, case: UUID) -> None:
    auditor, second = world.as_("auditor"), world.as_("auditor2")
    order = opened(auditor, case_id=case)
    assert exported(second, order)["__typename"] == "NotFoundOrForbidden"
    assert exported(auditor, uuid4())["__typename"] == "NotFoundOrForbidden"
    unknown(world.as_("fj_ca"), "exportTimeline")
    auditor.done("endAuditOrder", order, {})
    assert exported(auditor, order) == {"__typename": "RuleRefused", "code": "AUDIT_ORDER_OVER"}
    assert world.events(order, "access.timeline_exported") == []


def handed(world: World, case_id: UUID, auditor: Person) -> int:
    given = argparse.Namespace(stream=case_id, assignment=auditor.who.assignment_id)
    return handing_over.export_for(given, world.platform, say, say_wrong)


def told_again(file: Path) -> list[str]:
    """The course of a case by the script of ``docs/how-to/check-an-export.md``, which has nothing but the file."""
    page = (CHECKOUT / "docs" / "how-to" / "check-an-export.md").read_text(encoding="utf-8")
    (script,) = re.findall(r"^```python read_export.py\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)
    done = subprocess.run(
        [sys.executable, "-I", "-c", script, str(file)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return [line for line in done.stdout.splitlines()[1:] if not line.startswith(" ")]


def looks_out(world: World, child: str) -> list[dict[str, Any]]:
    """What whoever holds the child reads of exports of what is about it."""
    nodes = world.as_("fj_ca").ask(LOOKS, subject=child)["accessJournal"]["nodes"]
    return [node for node in nodes if node["door"] == "EXPORT"]


def test_a_whole_file_leaves_in_the_name_of_an_auditor_or_not_at_all(
    world: World, case: UUID, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """``yidang export``: under an order two people opened, and on record for each child it is about."""
    auditor, second = world.as_("auditor"), world.as_("auditor2")
    child = next(str(each) for each in world.log(case)[-1].concerns)
    Checkpointer(world.platform, anchor_in(tmp_path)).make()
    assert handed(world, case, world.as_("fj_ca")) == 2
    assert "EXPORT_NOT_IN_THIS_CAPACITY" in capsys.readouterr().err
    assert handed(world, case, auditor) == 2
    assert "NOT_FOUND_OR_FORBIDDEN" in capsys.readouterr().err
    before = date(2025, 2, 1)
    narrow = opened(auditor, case_id=case, audited_from_on=before, audited_to_on=before)
    assert handed(world, case, auditor) == 2
    told = capsys.readouterr()
    assert ("EXPORT_NOTHING_OF_THE_PERIOD" in told.err, told.out) == (True, "")
    auditor.done("endAuditOrder", narrow, {})
    order = opened(auditor, case_id=case)
    assert handed(world, case, auditor) == 2
    told = capsys.readouterr()
    assert ("EXPORT_CLASS_NOT_OPEN" in told.err, "P6_REPORTER" in told.err, told.out) == (
        True,
        True,
        "",
    )
    assert looks_out(world, child) == []
    second.done("approveAuditOrder", order)
    with psycopg.connect(world.platform.ways.admin_dsn, autocommit=True) as admin:
        admin.execute("alter function sec.note rename to note_away")
        try:
            with pytest.raises(psycopg.errors.UndefinedFunction):
                handed(world, case, auditor)
        finally:
            admin.execute("alter function sec.note_away rename to note")
    assert capsys.readouterr().out == "", "no journal, no export"
    assert handed(world, case, auditor) == 0
    file = tmp_path / "case.json"
    file.write_text(capsys.readouterr().out, encoding="utf-8")
    assert told_again(file) == [
        f"{r.originator_version} {r.event.name} at position {r.position}" for r in world.log(case)
    ]
    (look,) = looks_out(world, child)
    assert (look["personId"], look["outcome"]) == (str(auditor.who.id), "SEEN")
    assert (look["purpose"], look["relation"]) == ("audit", "oversight")
    denied = world.sql(
        "select outcome, count(*) from sec.access_look where door = 'EXPORT' and subject_id = %s group by 1",
        case,
    )
    assert dict(denied) == {"DENIED": 3, "SEEN": 1}


def test_a_cell_is_never_a_formula() -> None:
    assert [plain(c) for c in ("=1+1", "+1", "-1", "@a", "a=1", "")] == [
        "'=1+1",
        "'+1",
        "'-1",
        "'@a",
        "a=1",
        "",
    ]
