"""Negative list 10, 20, 26, 35, 42, 43, 57: objects, inputs and answers over HTTP."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from ops.client import mutation_document, wire
from ops.demo_world import LINZHENG, OUYING, division
from tests.journeys.children import ChildOfStory, left_behind_girl
from tests.journeys.world import World

CHILD_AND_HOME = "query ($id: UUID!) { child(id: $id) { childId residenceId } }"
CHILD = "query ($id: UUID!) { child(id: $id) { name tier guardians { phone } } }"


@pytest.fixture(scope="module")
def girl(story: World) -> ChildOfStory:
    return left_behind_girl(story)


def answer(world: World, key: str | None, query: str, **variables: Any) -> httpx.Response:
    headers = {"Authorization": f"Bearer {world.as_(key).token()}"} if key else {}
    body = {"query": query, "variables": wire(variables)}
    return world.as_("fj_ca").client.post("/graphql", json=body, headers=headers)


def codes(found: httpx.Response) -> set[str]:
    return {e["extensions"]["code"] for e in found.json().get("errors", [])}


def test_an_id_of_another_kind_is_absent(story: World, girl: ChildOfStory) -> None:
    """Negative list 10."""
    person = story.as_("fj_ca")
    assert person.child(girl.id) is not None
    assert person.case(girl.id) is None
    for other in (story.unit("fj_ca"), person.who.id, person.who.assignment_id, UUID(int=0)):
        assert person.child(other) is None
        assert person.case(other) is None
    for forged in ("", "1", f"{girl.id}'", f"Child:{girl.id}", "Q2hpbGQ6MQ==", "%", "٣" * 36):
        assert codes(answer(story, "fj_ca", CHILD, id=forged)) == {"BAD_USER_INPUT"}, forged


def test_absent_and_hidden_are_the_same_bytes(story: World, girl: ChildOfStory) -> None:
    """Negative list 20, and the whole child: nothing differs, in the body or in the headers."""

    def seen(subject: UUID) -> tuple[bytes, dict[str, str]]:
        found = answer(story, "cm_director", CHILD, id=subject)
        return found.content, {k: v for k, v in found.headers.items() if k != "date"}

    assert seen(girl.id) == seen(uuid4())
    assert json.loads(seen(girl.id)[0]) == {"data": {"child": None}}

    def done(subject: UUID) -> bytes:
        variables = {
            "commandId": str(uuid4()),
            "id": str(subject),
            "expectedVersion": 1,
            "input": {"attendingOn": "2025-03-03"},
        }
        document = mutation_document("resumeAttendance")
        return answer(story, "cm_head", document, **variables).content

    assert done(girl.id) == done(uuid4())
    assert b"NotFoundOrForbidden" in done(girl.id)


def test_a_redaction_does_not_depend_on_the_value(story: World, girl: ChildOfStory) -> None:
    """A child with a tier and a child without: who may not see it is told the same."""
    before = answer(story, "fj_director", CHILD, id=girl.id).json()
    story.sql("update read.child_p4 set tier = 'R3' where child_id = %s returning 1", girl.id)
    after = answer(story, "fj_director", CHILD, id=girl.id).json()
    story.sql("update read.child_p4 set tier = null where child_id = %s returning 1", girl.id)
    without = answer(story, "fj_director", CHILD, id=girl.id).json()
    assert before == after == without
    (redaction,) = after["extensions"]["redactions"]
    assert (redaction["path"], redaction["class"]) == (["child", "tier"], "P4")


@pytest.mark.parametrize("field", ["tokens", "sensitivity", "createdBy", "version", "by", "hash"])
def test_what_is_no_input_is_refused(story: World, girl: ChildOfStory, field: str) -> None:
    """Negative list 26: nothing is taken over that was not declared."""
    before = story.head()
    variables = {
        "commandId": str(uuid4()),
        "id": str(girl.id),
        "expectedVersion": story.version(girl.id),
        "input": {"relation": "MOTHER", "guardianName": "某人", field: ["R:all"]},
    }
    found = answer(story, "fj_director", mutation_document("recordGuardian"), **variables)
    assert codes(found) == {"BAD_USER_INPUT"}
    assert story.head() == before


@pytest.mark.parametrize("first", [0, -1, 101, 2**31, 2**63])
def test_a_page_has_one_to_a_hundred_rows(story: World, first: int) -> None:
    """Negative list 35."""
    queue = f'workQueue(unit: "{story.unit("fj_police")}", queue: "Q-01", first: {first})'
    for query in (
        f"{{ {queue} {{ nodes {{ taskId }} }} }}",
        f"{{ viewer {{ caseload(first: {first}) {{ nodes {{ childId }} }} }} }}",
    ):
        assert codes(answer(story, "fj_police", query)) == {"BAD_USER_INPUT"}


@pytest.mark.parametrize("cursor", ["", "x", "MA==", "W10", "eyJ0IjoxfQ", "A" * 400])
def test_a_cursor_that_was_not_made_here_is_refused(story: World, cursor: str) -> None:
    query = f'{{ viewer {{ caseload(after: "{cursor}") {{ nodes {{ childId }} }} }} }}'
    assert codes(answer(story, "fj_director", query)) == {"BAD_USER_INPUT"}


@pytest.mark.parametrize(
    "query",
    [
        "{ ... @defer { viewer { role } } }",
        "{ viewer { caseload { nodes @stream(initialCount: 1) { childId } } } }",
    ],
)
def test_incremental_delivery_is_unknown(story: World, query: str) -> None:
    """Negative list 42."""
    assert codes(answer(story, "fj_director", query)) == {"BAD_USER_INPUT"}


def test_no_answer_may_be_kept(story: World, girl: ChildOfStory) -> None:
    """Negative list 43: not of a query, not of a refusal, not of a stranger's."""
    for key, query in (
        ("fj_ca", CHILD),
        ("fj_ca", "{ nothing }"),
        ("fj_ca", "{"),
        (None, CHILD),
    ):
        found = answer(story, key, query, id=girl.id)
        assert found.headers["cache-control"] == "no-store", query
        assert "set-cookie" not in found.headers
        assert "etag" not in found.headers


SQL = [
    "' or '1'='1",
    "'; drop table read.child; --",
    "Q-01' union select tokens from child --",
    "\\'; select set_config('app.scope', '\n\tchild/P1\t=N:all\n', true); --",
    "%' or name like '%",
    "$1",
    "%(unit)s",
    "{0}",
    "\x00",
]


@pytest.mark.parametrize("text", SQL)
def test_sql_in_an_argument_is_text(story: World, girl: ChildOfStory, text: str) -> None:
    """Negative list 57: in every argument that is a text, and in the inputs of a command."""
    tables = "select count(*) from information_schema.tables where table_schema = 'read'"
    before, head = story.sql(tables), story.head()
    for query in (
        "query ($t: String!, $u: UUID!) { workQueue(unit: $u, queue: $t) { nodes { taskId } } }",
        "query ($t: String!) { clause(id: $t) { id } }",
        "query ($t: ID!) { rulesInForce(place: $t) { on } }",
        "query ($t: ID!) { riskDistribution(division: $t) { tier } }",
        "query ($t: String!) { report(code: $t, division: $t) { code } }",
        "query ($t: String!) { viewer { caseload(after: $t) { nodes { childId } } } }",
    ):
        given = {"t": text} | ({"u": story.unit("fj_police")} if "$u" in query else {})
        found = answer(story, "fj_ca", query, **given)
        assert found.status_code < 500
        assert codes(found) <= {"BAD_USER_INPUT"}, found.text
        data = found.json().get("data") or {}
        assert not data.get("workQueue", {}).get("nodes")
    variables = {
        "commandId": str(uuid4()),
        "id": str(girl.id),
        "expectedVersion": 1,
        "input": {"relation": text, "guardianName": text},
    }
    found = answer(story, "fj_director", mutation_document("recordGuardian"), **variables)
    assert codes(found) == {"BAD_USER_INPUT"}
    assert story.sql(tables) == before
    assert story.head() == head


def test_introspection_is_that_of_ones_audience(story: World) -> None:
    """Negative list 37: over HTTP, with a token: the types and fields that exist for whoever asks."""
    query = "{ __schema { types { name fields { name } } subscriptionType { name } } }"
    case = '{ __type(name: "Case") { fields { name } } }'

    def types(key: str) -> set[str]:
        found = answer(story, key, query).json()["data"]["__schema"]
        return {kind["name"] for kind in found["types"]}

    assert {"Child", "WorkItem", "Case"} <= types("fj_police")
    assert types("citizen").isdisjoint({"Child", "WorkItem", "UnitRecord"})
    assert "SubmitReportInput" in types("citizen")

    def fields(key: str) -> set[str]:
        found = answer(story, key, case).json()["data"]["__type"]
        return {field["name"] for field in found["fields"]}

    assert "reporterName" in fields("fj_police")
    assert "reporterName" not in fields("fj_teacher")


def test_a_subscription_that_does_not_exist_is_bad_input(story: World) -> None:
    query = f'subscription {{ workQueue(unit: "{uuid4()}", queue: "Q-01") {{ kind }} }}'
    headers = {
        "Authorization": f"Bearer {story.as_('citizen').token()}",
        "Accept": "text/event-stream, application/json",
    }
    found = story.as_("fj_ca").client.post("/graphql", json={"query": query}, headers=headers)
    assert found.status_code < 500
    assert "BAD_USER_INPUT" in found.text


def test_a_filter_on_a_closed_class_is_refused_and_on_a_masked_row_finds_nothing(
    story: World, girl: ChildOfStory
) -> None:
    """Negative list 19: `where` must not tell what null hides."""
    ledger = "query ($d: ID, $s: UUID) { ledger(division: $d, school: $s) { nodes { childId } } }"
    home, school = story.place(OUYING), story.unit("fj_school")

    def found(key: str, **given: Any) -> set[str]:
        nodes = answer(story, key, ledger, **given).json()["data"]["ledger"]["nodes"]
        return {node["childId"] for node in nodes}

    assert str(girl.id) in found("fj_director", d=home) & found("fj_director", s=school)
    # Registered in the other village: its director sees that the child exists, not where it lives or learns.
    token = f"H:{division(LINZHENG)}"
    story.sql(
        "update read.child set tokens = tokens || %s::text where child_id = %s returning 1",
        token,
        girl.id,
    )
    assert str(girl.id) in found("fj_director2")
    assert story.as_("fj_director2").ask(CHILD_AND_HOME, id=girl.id)["child"]["residenceId"] is None
    assert str(girl.id) not in found("fj_director2", d=home) | found("fj_director2", s=school)
    refused = answer(story, "fj_teacher", '{ openNeeds(service: "x") { nodes { needId } } }')
    assert codes(refused) == {"FIELD_NOT_PERMITTED"}
    assert refused.json()["errors"][0]["extensions"]["field"] == "service"
