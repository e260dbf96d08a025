"""Negative list 33: proceedings, who reported, where she is: open to an auditor by a second person only.

At every door by which an auditor reads: by id, history, history of the child, an export. Over HTTP.
"""

from __future__ import annotations

import csv
import io
import json
from dataclasses import dataclass
from uuid import UUID, uuid4

import pytest

from domain.fields import camel
from tests.journeys.auditing import Audited, told
from tests.journeys.person import Person
from tests.journeys.world import World

pytestmark = [pytest.mark.begins(2022), pytest.mark.journey, pytest.mark.postgres]
PROTECTED = frozenset({"P5", "P5_OUTCOME", "P6_REPORTER", "P6_ADDRESS", "P6_CUSTODY"})
EXPORT = """mutation ($c: UUID!, $o: UUID!) { exportTimeline(commandId: $c, orderId: $o, recipient: "市审计局") {
  __typename ... on TimelineFile { text } } }"""
CASE = "query ($id: UUID!) { case(id: $id) { reporterCategory } }"


@dataclass(frozen=True)
class Seen:
    """The protected classes an auditor reads at each door, and whether any of their values is in a file that leaves."""

    case: frozenset[str]
    child: frozenset[str]
    category: str | None
    exported: bool


@pytest.fixture(scope="module")
def audited(story: World) -> Audited:
    story.clock.set("2022-02-01 09:00")
    return told(story)


def classes(person: Person, stream: str, key: UUID) -> frozenset[str]:
    lines = person.timeline(stream, key)
    found = {value["sensitivity"] for line in lines for value in line["values"]}
    return PROTECTED & found


def recorded(story: World, *keys: UUID) -> frozenset[str]:
    """The protected classes there are values of, whoever may read them."""
    query = (
        "select distinct v.class from read.timeline_values v join read.timeline t using (position) "
        "where t.stream_id = any(%s)"
    )
    return PROTECTED & {cls for (cls,) in story.sql(query, list(keys))}


def leaves(story: World, text: str) -> bool:
    """Whether a protected value is in the file: by the line of the log and the field it would stand in."""
    _mark, _names, *lines = csv.reader(io.StringIO(text))
    there = {(int(line[0]), field) for line in lines for field in json.loads(line[-1])}
    kept = {
        (position, camel(field))
        for position, cls, said in story.sql(
            "select position, class, said from read.timeline_values"
        )
        if cls in PROTECTED
        for field in said
    }
    return bool(there & kept)


def look(story: World, audited: Audited) -> Seen:
    auditor = story.as_("auditor")
    file = auditor.ask(EXPORT, c=uuid4(), o=audited.order)["exportTimeline"]["text"]
    return Seen(
        case=classes(auditor, "case", audited.case),
        child=classes(auditor, "child", audited.child),
        category=auditor.ask(CASE, id=audited.case)["case"]["reporterCategory"],
        exported=leaves(story, file),
    )


def test_1_one_person_alone_reads_none_of_it(story: World, audited: Audited) -> None:
    there = recorded(story, audited.case, audited.child)
    assert {"P6_REPORTER", "P6_ADDRESS"} <= there, "there is something to be kept"
    assert look(story, audited) == Seen(frozenset(), frozenset(), None, exported=False)
    story.as_("auditor").refused("second_approval_by_another", "approveAuditOrder", audited.order)
    assert look(story, audited) == Seen(frozenset(), frozenset(), None, exported=False)


def test_2_with_a_second_it_is_open_at_every_door(story: World, audited: Audited) -> None:
    story.clock.forward(minutes=1)
    story.as_("auditor2").done("approveAuditOrder", audited.order)
    seen = look(story, audited)
    assert seen.case == recorded(story, audited.case)
    assert seen.child == recorded(story, audited.case, audited.child), "and of its cases"
    assert seen.category is not None
    assert seen.exported
    assert story.as_("auditor2").case(audited.case) is None, "who approves reads nothing by it"


def test_3_with_the_order_it_ends(story: World, audited: Audited) -> None:
    story.clock.forward(minutes=1)
    story.as_("auditor").done("endAuditOrder", audited.order, {"audit_end_reason": "已查清"})
    assert story.as_("auditor").case(audited.case) is None
    assert story.as_("auditor").child(audited.child) is None
