"""The period of an audit order cuts what the auditor sees: lines, visits, tasks, the past, exports, the journal."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest

from authz.scope_db import apply
from domain.periods import local_date
from ops.checkpointing import Checkpointer, anchor_in
from ops.handing_over import handed_over
from schema.signin import assignment_of
from tests.journeys.children import ChildOfStory, left_behind_girl
from tests.journeys.person import Answer, Person
from tests.journeys.test_audit import EXPORT
from tests.journeys.test_journal import JOURNAL
from tests.journeys.world import World

MARCH_3, MARCH_10 = date(2025, 3, 3), date(2025, 3, 10)
FIRST_DAYS = {"audited_from_on": date(2025, 3, 1), "audited_to_on": MARCH_3}
SEEN = (
    """query ($id: UUID!) { child(id: $id) { name visits { madeOn } workItems { createdAt } } }"""
)
THEN = """query ($id: UUID!, $until: DateTime) {
  childAsKnown(id: $id, recordedUntil: $until) { visits { madeOn } } }"""

LINES = "select (recorded_at at time zone 'Asia/Shanghai')::date from read.timeline_of_child where child_id = %s"
ASKED = (
    "select coalesce(sum(calls), 0) from pg_stat_xact_user_functions "
    "where schemaname = 'read' and funcname = 'timeline_of_child_otherwise'"
)


@pytest.fixture(scope="module")
def girl(story: World) -> ChildOfStory:
    """On file on the 3rd of March, called the same day and again on the 10th, which is noted on the 12th."""
    girl = left_behind_girl(story)
    call(story, girl.id, "2025-03-03 16:00", "2025-03-03 16:30")
    call(story, girl.id, "2025-03-10 09:00", "2025-03-12 10:00")
    return girl


def call(world: World, child: UUID, made: str, noted: str) -> None:
    world.clock.set(noted)
    given = {"contact_channel": "PHONE", "contact_with": ["CHILD"], "visit_notes": "情绪平稳"}
    world.as_("fj_director").done("makeContact", child, given, at=made, late_because="补记")


def opened(auditor: Person, child: UUID, **period: Any) -> UUID:
    given = {"audit_purpose": "抽查走访", "audit_until_on": date(2025, 3, 31), "child_id": child}
    return UUID(auditor.done("openAuditOrder", None, {**given, **period})["id"])


def made_on(found: Answer) -> list[str]:
    return sorted(v["madeOn"] for v in found["visits"])


def looks(auditor: Person, child: UUID) -> list[Answer]:
    found = auditor.ask(JOURNAL, subject=child, first=100)["accessJournal"]["nodes"]
    return [*found]


@pytest.fixture
def narrow(story: World, girl: ChildOfStory) -> Any:
    """An auditor whose order is for the first days of March; it ends with the test."""
    auditor = story.as_("auditor")
    order = opened(auditor, girl.id, **FIRST_DAYS)
    yield order
    auditor.done("endAuditOrder", order, {})


@pytest.mark.usefixtures("narrow")
def test_only_what_is_of_the_period_is_seen(story: World, girl: ChildOfStory) -> None:
    auditor, holder = story.as_("auditor"), story.as_("fj_township")
    every, own = holder.timeline("child", girl.id), auditor.timeline("child", girl.id)
    early = [x for x in every if x["occurredAt"][:10] <= "2025-03-03"]
    assert [x["position"] for x in own] == [x["position"] for x in early]
    assert 0 < len(early) < len(every)
    found = auditor.ask(SEEN, id=girl.id)["child"]
    assert found["name"], "whom the order is about is shown as the file has it now"
    assert made_on(found) == ["2025-03-03"]
    assert made_on(holder.ask(SEEN, id=girl.id)["child"]) == ["2025-03-03", "2025-03-10"]
    past = auditor.ask(THEN, id=girl.id, until="2025-03-12T12:00:00+08:00")["childAsKnown"]
    assert made_on(past) == ["2025-03-03"]
    assert found["workItems"]
    assert all(task["createdAt"][:10] <= "2025-03-03" for task in found["workItems"])


def test_what_leaves_is_of_the_period_too(
    story: World, girl: ChildOfStory, narrow: UUID, tmp_path: Path
) -> None:
    auditor = story.as_("auditor")
    file = auditor.ask(EXPORT, c=uuid4(), o=narrow, r="市审计局")["exportTimeline"]
    assert file["lines"] == len(auditor.timeline("child", girl.id))
    assert "2025-03-10" not in file["text"]
    assert "2025-03-03" in file["text"]
    story.as_("auditor2").done("approveAuditOrder", narrow)
    Checkpointer(story.platform, anchor_in(tmp_path)).make()
    assert auditor.who.assignment_id is not None
    whole = handed_over(story.platform, girl.id, auditor.who.assignment_id)
    assert whole["periods"] == ["2025-03-01/2025-03-03"]
    days = {
        r.originator_version: local_date(r.stamp.occurred_at) <= MARCH_3 for r in story.log(girl.id)
    }
    assert {each["version"]: "state" in each for each in whole["events"]} == days
    assert {*days.values()} == {True, False}


@pytest.mark.usefixtures("narrow")
def test_of_the_journal_the_looks_of_the_period_and_ones_own(
    story: World, girl: ChildOfStory
) -> None:
    """The journal has its own clock: all these looks are of today, and the period is of March."""
    auditor = story.as_("auditor")
    assert story.as_("fj_director").child(girl.id) is not None
    assert auditor.child(girl.id) is not None
    mine = looks(auditor, girl.id)
    assert {look["personId"] for look in mine} == {str(auditor.who.id)}
    (today,) = story.sql(
        "select (max(at) at time zone 'Asia/Shanghai')::date from sec.access_journal"
    )
    order = opened(auditor, girl.id, audited_from_on=today[0], audited_to_on=today[0])
    everybody = {look["personId"] for look in looks(auditor, girl.id)}
    assert str(story.as_("fj_director").who.id) in everybody
    auditor.done("endAuditOrder", order, {})
    assert {look["personId"] for look in looks(auditor, girl.id)} == {str(auditor.who.id)}


@pytest.mark.usefixtures("narrow")
def test_a_second_order_adds_its_period(story: World, girl: ChildOfStory) -> None:
    auditor = story.as_("auditor")
    order = opened(auditor, girl.id, audited_from_on=MARCH_10, audited_to_on=MARCH_10)
    assert made_on(auditor.ask(SEEN, id=girl.id)["child"]) == ["2025-03-03", "2025-03-10"]
    auditor.done("endAuditOrder", order, {})
    assert made_on(auditor.ask(SEEN, id=girl.id)["child"]) == ["2025-03-03"]


@pytest.mark.usefixtures("narrow")
def test_row_security_says_so_whatever_is_asked(story: World, girl: ChildOfStory) -> None:
    """The rows behind the API, by a count that no plan limits."""
    query = (
        "query ($id: UUID!) { child(id: $id) { timeline(first: 100) { nodes { recordedAt } } } }"
    )
    found = story.as_("auditor").ask(query, id=girl.id)["child"]["timeline"]["nodes"]
    assert found
    assert {line["recordedAt"][:10] for line in found} == {"2025-03-03"}


@pytest.mark.usefixtures("narrow")
def test_a_line_of_the_child_is_not_put_before_the_whole_law(
    story: World, girl: ChildOfStory
) -> None:
    """By PostgreSQL's own count: a line cost as much as a statement, also one that is not of the period."""
    services, who = story.platform.services, story.as_("auditor").who
    assert who.assignment_id is not None
    assignment = assignment_of(services, who.assignment_id)
    assert assignment is not None
    scope = services.gate().scope(assignment, who.purpose)
    wall = datetime.now(UTC)  # noqa: TID251 - PostgreSQL checks by its own clock
    signed = scope.signed(services.scope_key, wall, moment=services.now())
    with psycopg.connect(story.platform.ways.admin_dsn) as conn:
        conn.execute("set local track_functions = 'all'")
        conn.execute("set local role yidang_reader")
        apply(conn, signed)
        found = conn.execute(LINES, (girl.id,)).fetchall()
        asked = conn.execute(ASKED).fetchone()
    assert {day for (day,) in found} == {MARCH_3}
    assert asked is not None
    assert asked[0] < len(found)


def test_the_end_of_an_order_by_time_is_on_record(story: World, girl: ChildOfStory) -> None:
    auditor = story.as_("auditor")
    order = opened(auditor, girl.id, **FIRST_DAYS)
    story.clock.set("2025-04-01 00:01")
    story.tick()
    (ended,) = story.events(order, "access.audit_order_ended")
    assert ended.stamp.by.role == "system"
    query = "query ($id: UUID!) { accessOrder(id: $id) { orderStatus } }"
    assert auditor.ask(query, id=order)["accessOrder"] == {"orderStatus": "ENDED"}
