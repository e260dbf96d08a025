"""The generated matrix, further rows and doors: units, audit orders, needs, a child's journal; exports; error texts.

Expected from the lines of the policy, for every role, purpose and relation.
"""

from __future__ import annotations

import csv
import io
import json
from datetime import date
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest

from domain.fields import camel
from domain.sensitivity import Sensitivity
from projections.timeline import TimelineLine
from schema.exports import MOST
from tests.authz import test_matrix as matrix
from tests.authz.matrix import NOBODY, RELATIONS, Rows, allowed, in_sql_as, words_of
from tests.authz.matrix_offices import Offices, offices, put
from tests.journeys.conftest import story, templates
from tests.journeys.narrowed import cut
from tests.journeys.person import Person
from tests.journeys.world import World

__all__ = ["story", "templates"]
pytestmark = [pytest.mark.postgres]
rows, reader = matrix.rows, matrix.reader
CAPACITIES = matrix.CAPACITIES
ORDER = "{ orderId version orderPurpose orderReason }"
UNIT = "{ unitId timeline(first: 20) { nodes { values { sensitivity } } } }"
OF_ORDER = {"orderPurpose": "P2", "orderReason": "P3"}


@pytest.fixture(scope="module")
def office(story: World, rows: Rows) -> Offices:
    return offices(story, rows)


def by_id(person: Person, field: str, ids: dict[str, UUID], wanted: str) -> dict[str, Any]:
    """One read by id for every relation; None where there is nothing, or no such field."""
    found: dict[str, Any] = dict.fromkeys(ids)
    names = list(ids)
    for start in range(0, len(names), matrix.PAGE):
        some = names[start : start + matrix.PAGE]
        asked = " ".join(f'{r}: {field}(id: "{ids[r]}") {wanted}' for r in some)
        text, _ = cut(f"{{ {asked} }}", person.schema_of(person.who.role))
        found |= person.ask(text) if text else {}
    return found


@pytest.mark.parametrize(("role", "purpose"), CAPACITIES)
def test_orders_units_and_needs(story: World, office: Offices, role: str, purpose: str) -> None:
    person = matrix.person_of(story, role, purpose)
    orders = by_id(person, "accessOrder", office.order, ORDER)
    for relation, seen in orders.items():
        classes = allowed(role, purpose, relation, "access_order", "read")
        assert (seen is not None) == ("P0" in classes), ("order", relation)
        shown = {n for n in OF_ORDER if (seen or {}).get(n) is not None}
        assert shown == {n for n, cls in OF_ORDER.items() if {"P0", cls} <= classes}, relation
    units = by_id(person, "unitRecord", office.unit, UNIT)
    for relation, seen in units.items():
        classes = allowed(role, purpose, relation, "unit", "read")
        assert (seen is not None) == ("P0" in classes), ("unit", relation)
        told = {
            v["sensitivity"] for n in (seen or UNSEEN)["timeline"]["nodes"] for v in n["values"]
        }
        assert told == (classes if "P0" in classes else set()), ("unit", relation)
    division = words_of(role)["division"]  # a need names the district that its tokens are of
    put(story, "update read.open_need set division_id = %s", division)
    text, _ = cut("{ openNeeds(first: 100) { nodes { needId service } } }", person.schema_of(role))
    nodes = person.ask(text)["openNeeds"]["nodes"] if text else []
    found = {node["needId"]: node.get("service") for node in nodes}
    for relation, need in office.need.items():
        classes = allowed(role, purpose, relation, "need", "list")
        assert (str(need) in found) == ("P0" in classes), ("need", relation)
        assert (found.get(str(need)) is not None) == ({"P0", "P2"} <= classes), ("need", relation)


UNSEEN: dict[str, Any] = {"timeline": {"nodes": []}}


@pytest.mark.parametrize(("role", "purpose"), CAPACITIES)
def test_who_reads_the_journal(
    story: World, rows: Rows, office: Offices, role: str, purpose: str
) -> None:
    """With the person who looked (P2), or without (P0): or it is null, as of a child that is not there."""
    assert office.order
    person = matrix.person_of(story, role, purpose)
    for relation, child in rows.child.items():
        text, _ = cut(
            f'{{ accessJournal(subject: "{child}", first: 1) {{ nodes {{ personId }} }} }}',
            person.schema_of(role),
        )
        seen = person.ask(text)["accessJournal"] if text else None
        classes = allowed(role, purpose, relation, "access", "read")
        assert (seen is not None) == bool({"P0", "P2"} & classes), relation


@pytest.mark.parametrize(("role", "purpose"), CAPACITIES)
def test_sql_as_the_api_role(
    story: World, office: Offices, reader: psycopg.Connection, role: str, purpose: str
) -> None:
    with in_sql_as(story, reader, role, purpose):
        for table, key, obj, ids in (
            ("access_order", "order_id", "access_order", office.order),
            ("unit", "unit_id", "unit", office.unit),
            ("open_need", "need_id", "need", office.need),
        ):
            query = f"select {key} from {table} where {key} = any(%s)".encode()
            seen = {i for (i,) in reader.execute(query, (list(ids.values()),))}
            expected = {i for r, i in ids.items() if "P0" in allowed(role, purpose, r, obj, "read")}
            assert seen == expected, table


ACT, MUTATION = "unit.end_assignment", "endAssignment"


@pytest.mark.parametrize(("role", "purpose"), CAPACITIES)
def test_a_command_to_a_unit(story: World, office: Offices, role: str, purpose: str) -> None:
    person, head = matrix.person_of(story, role, purpose), story.head()
    mutations = person.schema_of(role).mutation_type
    given = {"assignment_id": uuid4(), "ground": "x"}
    for relation, unit in office.unit.items():
        may = "P0" in allowed(role, purpose, relation, "unit", ACT)
        if mutations is None or MUTATION not in mutations.fields:
            assert not may
            continue
        answer = person.do(MUTATION, unit, given, version=10_000)["__typename"]
        assert (answer != "NotFoundOrForbidden") == may, (relation, answer)
    assert story.head() == head


SUBJECTS = {
    "child": 'child(id: "%s") { childId name }',
    "case": 'case(id: "%s") { caseId findings }',
    "childAsKnown": 'childAsKnown(id: "%s") { childId }',
    "accessOrder": 'accessOrder(id: "%s") { orderId }',
    "unitRecord": 'unitRecord(id: "%s") { unitId }',
    "workItem": 'workItem(id: "%s") { taskId duty { id } }',
    "accessJournal": 'accessJournal(subject: "%s") { nodes { on } }',
}


@pytest.mark.parametrize(("role", "purpose"), CAPACITIES)
def test_what_is_out_of_reach_is_said_as_what_is_not_there(
    story: World, rows: Rows, office: Offices, role: str, purpose: str
) -> None:
    """Letter by letter, errors included, also where the field does not exist for the role."""
    person = matrix.person_of(story, role, purpose)
    hidden = {
        "child": rows.child[NOBODY],
        "case": rows.case[NOBODY],
        "childAsKnown": rows.child[NOBODY],
        "accessOrder": office.order[NOBODY],
        "unitRecord": office.unit[NOBODY],
        "workItem": rows.task[NOBODY],
        "accessJournal": rows.child[NOBODY],
    }

    def said(field: str, key: UUID) -> str:
        answer = person.post(f"{{ {SUBJECTS[field] % key} }}")
        for error in answer.get("errors", ()):
            assert error["extensions"].pop("traceId", None)
        return json.dumps(answer, sort_keys=True)

    for field, key in hidden.items():
        assert said(field, key) == said(field, uuid4()), field


# ── Export


EXPORT = """mutation ($c: UUID!, $o: UUID!) { exportTimeline(commandId: $c, orderId: $o, recipient: "市审计局") {
  __typename ... on TimelineFile { text lines } } }"""


def exported(person: Person, order: UUID) -> dict[str, Any]:
    found: dict[str, Any] = person.ask(EXPORT, c=uuid4(), o=order)["exportTimeline"]
    return found


def classes_in(text: str) -> set[str]:
    """The classes whose value stands in the file: each is a field of its own name."""
    _mark, *lines = csv.reader(io.StringIO(text))
    names = {camel(cls.value.lower()): cls.value for cls in Sensitivity}
    values = [json.loads(line[-1]) for line in lines[1:]]
    return {names[field] for each in values for field in each}


@pytest.fixture(scope="module")
def auditor(story: World, rows: Rows) -> Person:
    """The matrix's auditor, at work."""
    assert rows.child
    return matrix.person_of(story, "auditor", "audit")


KEPT_AWAY = {"conflict", "own_child", "entrusted"}
"""Declared, or as the child's own family, who act in no office on it."""


@pytest.mark.parametrize("relation", RELATIONS)
def test_an_export_holds_what_its_reader_reads(rows: Rows, auditor: Person, relation: str) -> None:
    """One's own order opens it, and what the order opens is what leaves; to whom is kept away no order is given."""
    given = {
        "audit_purpose": "检查",
        "audit_until_on": date(2025, 3, 20),
        "audited_from_on": date(2025, 1, 1),
        "audited_to_on": date(2099, 12, 31),
        "case_id": rows.case[relation],
    }
    outcome = auditor.do("openAuditOrder", None, given)
    if relation in KEPT_AWAY:
        assert outcome["__typename"] == "NotFoundOrForbidden"
        return
    assert outcome["__typename"] == "CommandDone", outcome
    file = exported(auditor, UUID(outcome["id"]))
    both = allowed("auditor", "audit", relation, "case", "read") | allowed(
        "auditor", "audit", "oversight", "case", "read"
    )
    read = auditor.ask(f'{{ case(id: "{rows.case[relation]}") {{ {matrix.LINES} }} }}')["case"]
    told = {v["sensitivity"] for n in read["timeline"]["nodes"] for v in n["values"]}
    assert classes_in(file["text"]) == told
    assert told <= both
    assert "P6_REPORTER" not in told or relation == "second_approval"


def test_a_file_is_bounded(story: World, rows: Rows, auditor: Person) -> None:
    """No bulk download, however long the history is."""
    case = rows.case["assigned"]
    names = [spec.name for spec in TimelineLine.specs]
    columns, made = ", ".join(names), ", ".join(f"m.{name}" for name in names)
    put(
        story,
        f"insert into read.timeline ({columns}) select {made} from (select * "
        "from read.timeline where stream_id = %s limit 1) t, generate_series(1, %s) n, lateral "
        "jsonb_populate_record(null::read.timeline, to_jsonb(t) || jsonb_build_object("
        "'position', 1000000 + n, 'event_id', gen_random_uuid())) m",
        case,
        MOST + 1,
    )
    given = {
        "audit_purpose": "检查",
        "audit_until_on": date(2025, 3, 20),
        "audited_from_on": date(2025, 1, 1),
        "audited_to_on": date(2099, 12, 31),
        "case_id": case,
    }
    file = exported(auditor, UUID(auditor.done("openAuditOrder", None, given)["id"]))
    assert file["lines"] == MOST
