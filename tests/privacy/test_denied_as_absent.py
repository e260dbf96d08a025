"""Negative list 64, 21, 41: what is denied takes the same work as what is not there, at every door, and says the same.

Work is counted, not timed: the statements that are sent, and each call of our own functions. What is left is inside
PostgreSQL: one row that is fetched and compared with the scope.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID, uuid4

import pytest

from ops.client import mutation_document
from ops.demo_world import BY_KEY, OUYING
from projections.lookup import Lookup
from tests.journeys.children import left_behind_girl
from tests.journeys.living_alone import police_on_scene, reported
from tests.journeys.world import World
from tests.privacy.work import Bench, Work, bench_on

pytestmark = [pytest.mark.postgres]
STRANGERS = {"child": "cm_director", "case": "cm_police", "access": "cm_ca", "task": "cm_police"}
"""Who reads such things, and has nothing to do with this one."""


@dataclass(frozen=True)
class Hidden:
    """What the strangers have nothing to do with."""

    child: UUID
    case: UUID
    access: UUID
    task: UUID


@pytest.fixture(scope="module")
def hidden(story: World) -> Hidden:
    """A girl of Fengjie, her case, and an audit of it."""
    girl = left_behind_girl(story)
    case = reported(story, girl)
    police_on_scene(story, case)
    order = {
        "audit_purpose": "数据安全检查",
        "audit_until_on": date(2025, 3, 20),
        "audited_from_on": date(2025, 1, 1),
        "audited_to_on": date(2099, 12, 31),
        "case_id": case,
    }
    opened = story.as_("auditor").done("openAuditOrder", None, order)
    ((task,), *_) = story.sql("select task_id from read.work_item where case_id = %s", case)
    return Hidden(girl.id, case, UUID(opened["id"]), task)


@pytest.fixture(scope="module")
def bench(story: World) -> Iterator[Bench]:
    with bench_on(story) as found:
        yield found


CHILD = "query ($id: UUID!) { child(id: $id) { name tier guardians { phone } timeline(first: 5) { nodes { name } } } }"
DOORS: dict[str, tuple[str, str]] = {
    "a child": ("child", CHILD),
    "a child's cases": (
        "child",
        "query ($id: UUID!) { child(id: $id) { cases { caseId findings } } }",
    ),
    "a child as known": ("child", "query ($id: UUID!) { childAsKnown(id: $id) { name } }"),
    "who looked at a child": (
        "child",
        "query ($id: UUID!) { accessJournal(subject: $id) { nodes { on } } }",
    ),
    "a case": ("case", "query ($id: UUID!) { case(id: $id) { findings actions { act } } }"),
    "an order": (
        "access",
        "query ($id: UUID!) { accessOrder(id: $id) { orderKind exports { exportHash } } }",
    ),
    "a task": (
        "task",
        "query ($id: UUID!) { workItem(id: $id) { queue case { stage } child { name } duty { id } } }",
    ),
    "a case as known": ("case", "query ($id: UUID!) { caseAsKnown(id: $id) { caseId } }"),
}


EXPORT = """mutation ($id: UUID!, $commandId: UUID!) {
  exportTimeline(commandId: $commandId, orderId: $id, recipient: "市审计局") { __typename } }"""
REPORT = """mutation ($id: UUID!, $commandId: UUID!, $at: DateTime!, $place: ID!) {
  submitReport(commandId: $commandId, input: { reportChannel: ONLINE, reporterCategory: SCHOOL, discoveredAt: $at,
    triggers: [LIVING_ALONE], situation: "无人照看", incidentPlace: $place, children: [$id] }) { __typename } }"""
REVIEW = {"reviewOutcome": "JUSTIFIED", "reviewReason": "情况紧急"}
KEPT = {"keptAwayId": "00000000-0000-4000-8000-000000000001", "conflictGround": "FAMILY"}
ACTS: dict[str, tuple[str, str, str, dict[str, Any] | None]] = {
    "an act on a child": ("child", "cm_township", "declareConflict", KEPT),
    "an act on a pupil": ("child", "cm_head", "resumeAttendance", {"attendingOn": "2025-03-03"}),
    "an act on a case": ("case", "cm_police", "acceptReport", None),
    "an act on an order": ("access", "cm_ca", "reviewBreakGlass", REVIEW),
}


def same(bench: Bench, who: str, query: str, subject: UUID, **more: Any) -> None:
    def asked(key: UUID) -> Work:
        given = {k: v() if callable(v) else v for k, v in more.items()}
        return bench.ask(BY_KEY[who], query, id=key, **given)

    for key in (subject, uuid4(), subject, uuid4()):  # what is remembered for a capacity is now
        asked(key)
    denied = absent = Work()
    # What is remembered for half a minute may end between two requests, and not three times running.
    for _ in range(3):
        denied, absent = asked(subject), asked(uuid4())
        if denied == absent:
            break
    assert denied.statements, "the count works"
    assert denied.statements == absent.statements
    assert denied.calls == absent.calls, denied.calls - absent.calls
    assert denied == absent, "the same answer, letter by letter"


@pytest.mark.parametrize("door", DOORS)
def test_a_read(bench: Bench, hidden: Hidden, door: str) -> None:
    kind, query = DOORS[door]
    same(bench, STRANGERS[kind], query, getattr(hidden, kind))


@pytest.mark.parametrize("door", ACTS)
def test_a_command(story: World, bench: Bench, hidden: Hidden, door: str) -> None:
    kind, who, mutation, given = ACTS[door]
    head = story.head()
    more = {} if given is None else {"input": given}
    subject = getattr(hidden, kind)
    same(
        bench, who, mutation_document(mutation), subject, expectedVersion=1, commandId=uuid4, **more
    )
    assert story.head() == head, "nothing was written"


def test_a_child_that_is_only_named(story: World, bench: Bench, hidden: Hidden) -> None:
    """A teacher of another school names a child in a report."""
    head, at = story.head(), story.clock.now
    place = story.place(OUYING)
    same(bench, "cm_teacher", REPORT, hidden.child, commandId=uuid4, at=at, place=place)
    assert story.head() == head


def test_an_export(story: World, bench: Bench, hidden: Hidden) -> None:
    """Of another auditor's order."""
    head = story.head()
    same(bench, "auditor2", EXPORT, hidden.access, commandId=uuid4)
    assert story.head() == head


def test_more_work_for_what_exists_is_noticed(
    bench: Bench, hidden: Hidden, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The look-up as it would be written first: who holds a grant is asked once there is a row."""
    tokens = Lookup.tokens

    def twice(lookup: Lookup, *asked: Any) -> frozenset[str] | None:
        return None if tokens(lookup, *asked) is None else tokens(lookup, *asked)

    monkeypatch.setattr(Lookup, "tokens", twice)
    document = mutation_document("acceptReport")
    with pytest.raises(AssertionError):
        same(bench, "cm_police", document, hidden.case, expectedVersion=1, commandId=uuid4)
