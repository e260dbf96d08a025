"""The generated matrix: every role and purpose × relation × class × door. Expected from the lines of the policy,
observed over HTTP, a live stream and SQL as the API role.

Doors: a child and a case by id (with a value of every class), their history, the ledger, a queue page, a live queue,
a command and what is offered, every report, counts and rows in SQL. Units, orders, needs and the journal, exports and
error texts: ``test_matrix_doors``. Filters, which are the one way to search: ``tests/privacy``.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest

from authz.policy import committed
from projections.readmodel import READ_MODELS
from projections.reports.catalogue import REPORTS
from tests.authz.matrix import (
    NOTHING,
    QUEUE,
    RELATIONS,
    ROLES,
    Rows,
    allowed,
    in_sql_as,
    post_of,
    purposes,
    seeded,
    words_of,
)
from tests.journeys.conftest import story, templates
from tests.journeys.narrowed import cut
from tests.journeys.person import Person
from tests.journeys.world import World

__all__ = ["story", "templates"]
pytestmark = [pytest.mark.postgres]
PAGE = 10
LINES = "timeline(first: 20) { nodes { packs clauses { id } values { sensitivity } } }"
CHILD = f"""{{ childId version name areaType cadence schoolGrade tier household {{ recordedOn }}
  actions {{ act }} {LINES} }}"""
CASE = f"{{ caseId reportProgress stage incidentPlaceId triggers findings reporterName {LINES} }}"
OF_CHILD = {
    "name": "P1",
    "areaType": "P2",
    "cadence": "P2_STANDING",
    "schoolGrade": "P3_SCHOOL",
    "tier": "P4",
    "household": "P3",
}
OF_CASE = {
    "reportProgress": "P0",
    "stage": "P0_PROCESS",
    "incidentPlaceId": "P2",
    "triggers": "P4",
    "findings": "P4_INJURY",
    "reporterName": "P6_REPORTER",
}
ACT, MUTATION = "child.declare_conflict", "declareConflict"
CAPACITIES = [pytest.param(r, p, id=f"{r}-{p}") for r, p in purposes()]


@pytest.fixture(scope="module")
def rows(story: World) -> Rows:
    return seeded(story)


@pytest.fixture(scope="module")
def reader(story: World) -> Iterator[psycopg.Connection]:
    """The API role's own connection."""
    with psycopg.connect(story.platform.ways.reader_dsn, autocommit=True) as conn:
        yield conn


def by_id(person: Person, field: str, ids: dict[str, UUID], wanted: str) -> dict[str, Any]:
    """One read by id for every relation, some in a document; None where there is nothing."""
    found: dict[str, Any] = {}
    for start in range(0, len(RELATIONS), PAGE):
        some = RELATIONS[start : start + PAGE]
        asked = " ".join(f'{r}: {field}(id: "{ids[r]}") {wanted}' for r in some)
        text, _ = cut(f"{{ {asked} }}", person.schema_of(person.who.role))
        found |= person.ask(text) if text else dict.fromkeys(some)
    return found


def agrees(seen: Any, classes: frozenset[str], columns: dict[str, str]) -> bool:
    """Whether what was answered is exactly what the classes open."""
    if "P0" not in classes:
        return seen is None
    if seen is None:
        return False
    lines = seen["timeline"]["nodes"]
    told = {v["sensitivity"] for line in lines for v in line["values"]}
    cited = {line[by] is not None for line in lines for by in ("packs", "clauses")}
    if cited != {"P0_PROCESS" in classes}:
        return False
    shown = {name for name in columns if seen.get(name) is not None}
    return told == classes and shown == {n for n, cls in columns.items() if cls in classes}


def person_of(story: World, role: str, purpose: str) -> Person:
    return story.person(post_of(role), purpose)


@pytest.mark.parametrize(("role", "purpose"), CAPACITIES)
@pytest.mark.parametrize(
    ("obj", "wanted", "columns"), [("child", CHILD, OF_CHILD), ("case", CASE, OF_CASE)]
)
def test_by_id_and_history_every_class(
    story: World,
    rows: Rows,
    role: str,
    purpose: str,
    obj: str,
    wanted: str,
    columns: dict[str, str],
) -> None:
    person = person_of(story, role, purpose)
    seen = by_id(person, obj, getattr(rows, obj), wanted)
    for relation in RELATIONS:
        classes = allowed(role, purpose, relation, obj, "read")
        assert agrees(seen[relation], classes, columns), (relation, sorted(classes), seen[relation])
    if obj == "child":
        then = by_id(person, "childAsKnown", rows.child, "{ childId name }")
        for relation in RELATIONS:
            classes = allowed(role, purpose, relation, "child", "read")
            assert (then[relation] is not None) == ("P0" in classes), relation
            named = (then[relation] or {}).get("name") is not None
            assert named == ({"P0", "P1"} <= classes), relation


@pytest.mark.parametrize(("role", "purpose"), CAPACITIES)
def test_lists_counts_and_live(story: World, rows: Rows, role: str, purpose: str) -> None:
    """The ledger, a page of a queue, the same queue live: exactly the rows that may be listed."""
    person = person_of(story, role, purpose)
    schema = person.schema_of(role)
    ids = {str(i): r for r, i in rows.child.items()}
    expected = {r for r in RELATIONS if "P0" in allowed(role, purpose, r, "child", "list")}
    text, _ = cut("{ ledger(first: 100) { nodes { childId } } }", schema)
    nodes = person.ask(text)["ledger"]["nodes"] if text else []
    assert {ids[n["childId"]] for n in nodes} == expected

    tasks = {str(i): r for r, i in rows.task.items()}
    expected = {r for r in RELATIONS if "P0" in allowed(role, purpose, r, "work_item", "list")}
    query = f'{{ workQueue(unit: "{rows.owner}", queue: "{QUEUE}", first: 100) {{ nodes {{ taskId }} }} }}'
    text, _ = cut(query, schema)
    nodes = person.ask(text)["workQueue"]["nodes"] if text else []
    assert {tasks[n["taskId"]] for n in nodes} == expected
    each = by_id(person, "workItem", rows.task, "{ taskId }")
    readable = {r for r in RELATIONS if "P0" in allowed(role, purpose, r, "work_item", "read")}
    assert {r for r, task in each.items() if task} == readable
    streams = schema.subscription_type
    if not expected and (streams is None or "workQueue" not in streams.fields):
        return
    with person.listen("fj_police", QUEUE) as live:
        snapshot = [c["taskId"] for c in live.caught_up()[:-1]]
    assert sorted(snapshot) == sorted(t for t, r in tasks.items() if r in expected)


@pytest.mark.parametrize(("role", "purpose"), CAPACITIES)
def test_a_command_and_what_is_offered(story: World, rows: Rows, role: str, purpose: str) -> None:
    """Whoever may not is told so before anything else is looked at; whoever may, that the version is another."""
    person, head = person_of(story, role, purpose), story.head()
    given = {"kept_away_id": uuid4(), "conflict_ground": "FAMILY"}
    offered = by_id(person, "child", rows.child, "{ childId actions { act } }")
    mutations = person.schema_of(role).mutation_type
    for relation, child in rows.child.items():
        may = "P0" in allowed(role, purpose, relation, "child", ACT)
        acts = {a["act"] for a in (offered[relation] or {}).get("actions", ())}
        reads = "P0" in allowed(role, purpose, relation, "child", "read")
        assert (ACT in acts) == (may and reads), relation
        if mutations is None or MUTATION not in mutations.fields:
            assert not may
            continue
        answer = person.do(MUTATION, child, given, version=10_000)["__typename"]
        assert (answer != "NotFoundOrForbidden") == may, (relation, answer)
    assert story.head() == head


@pytest.mark.parametrize(("role", "purpose"), CAPACITIES)
def test_sql_as_the_api_role(
    story: World, rows: Rows, reader: psycopg.Connection, role: str, purpose: str
) -> None:
    with in_sql_as(story, reader, role, purpose):
        for table, key, obj, cls, ids in (
            ("child", "child_id", "child", "P0", rows.child),
            ("household", "child_id", "child", "P3", rows.child),
            ("case_file", "case_id", "case", "P0", rows.case),
            ("work_item", "task_id", "work_item", "P0", rows.task),
        ):
            relations = {i: r for r, i in ids.items()}
            seen = {relations[i] for (i,) in reader.execute(f"select {key} from {table}".encode())}
            expected = {
                r for r in RELATIONS if {"P0", cls} <= allowed(role, purpose, r, obj, "read")
            }
            assert seen == expected, table
            counted = reader.execute(f"select count(*) from {table}".encode()).fetchone()
            assert counted == (len(expected),), table


@pytest.mark.parametrize(("role", "purpose"), CAPACITIES)
def test_figures(story: World, rows: Rows, role: str, purpose: str) -> None:
    """Every report of one's own territory, and of the next one's: shown to whom the policy shows it."""
    assert rows.child
    person = person_of(story, role, purpose)
    mine, other = words_of(role)["division"], words_of(ROLES[ROLES.index(role) - 1])["division"]
    codes = sorted(REPORTS)
    for start in range(0, len(codes), PAGE // 2):
        some = codes[start : start + PAGE // 2]
        asked = " ".join(
            f'{where}_{c.replace("-", "_")}: report(code: "{c}", division: "{place}") {{ code }}'
            for c in some
            for where, place in (("mine", mine), ("other", other))
        )
        text, _ = cut(f"{{ {asked} }}", person.schema_of(role))
        seen = person.ask(text) if text else {}
        for code in some:
            act = f"statistics.{REPORTS[code].act}"
            near, far = ("residence", "incident", "hukou", "none"), ("none",)
            for where, relations in (("mine", near), ("other", far)):
                may = any("P0" in allowed(role, purpose, r, "statistics", act) for r in relations)
                found = seen.get(f"{where}_{code.replace('-', '_')}")
                assert (found is not None) == may, (where, code)


def laws(story: World) -> dict[str, str]:
    """Table → what row security says of it for the API role; tables that are open to all are left out."""
    found = story.sql(
        "select tablename, qual from pg_policies where schemaname = 'read' and 'yidang_reader' = any(roles)"
    )
    open_to_all = {m.table for m in READ_MODELS.values() if m.open_to_all} - {"access_grant"}
    return {table: law for table, law in found if table not in open_to_all}


def test_without_a_scope_there_is_nothing_in_any_table(
    story: World, rows: Rows, reader: psycopg.Connection
) -> None:
    """Every table asks the signed scope, by itself or by asking for its child or case; without one there is no row."""
    assert rows.child
    assert set(laws(story)) >= {"child", "guardian", "case_file", "placement", "timeline", "post"}
    for table, law in laws(story).items():
        assert "sec." in law or "FROM read." in law, table
        counted = reader.execute(f'select count(*) from read."{table}"'.encode()).fetchone()
        assert counted == (0,), table


def test_who_has_no_purpose_is_turned_away_at_the_door(story: World, rows: Rows) -> None:
    assert rows.child
    idle = [role for role in ROLES if not committed().roles[role].purposes]
    assert idle == ["technical_administrator"]
    for role in idle:
        answer = story.person(post_of(role)).post("{ viewer { role } }")
        assert answer["errors"][0]["extensions"]["code"] == "FORBIDDEN"


def test_the_matrix_is_not_empty() -> None:
    """Most of it is denial, and each relation but those that open nothing lets somebody in somewhere."""
    cells = {
        (role, purpose, relation, obj): allowed(role, purpose, relation, obj, "read")
        for role, purpose in purposes()
        for relation in RELATIONS
        for obj in ("child", "case", "work_item")
    }
    opened = {relation for (_, _, relation, _), classes in cells.items() if classes}
    assert opened == set(RELATIONS) - NOTHING
    shut = sum(not classes for classes in cells.values())
    assert shut > len(cells) / 2
