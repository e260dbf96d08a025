"""Pages whose rows are open in different ways: the same bytes and the same journal by plan and by graphql-core."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID

import orjson
import pytest

from tests.dsl import an_id
from tests.plan.comparing import NOW, ROLES, Reading, both
from tests.plan.operations import Known

CARD = "childId name birthOn address categories tier"
TASK = "taskId queue status dueAt"
QUEUE = f"query($unit: UUID!) {{ workQueue(unit: $unit, first: 40) {{ nodes {{ {TASK} child {{ {CARD} }} }} }} }}"
TWICE = (
    "query($a: UUID!, $b: UUID!, $none: UUID!) "
    f"{{ a: child(id: $a) {{ name workItems {{ {TASK} child {{ {CARD} }} }} }} "
    "b: child(id: $b) { childId timeline(first: 9) { nodes { position name } } } "
    "c: child(id: $a) { address } d: child(id: $none) { name } e: child(id: $none) { tier } }"
)
LEDGER = f"{{ ledger(first: 30) {{ nodes {{ {CARD} timeline(first: 4) {{ nodes {{ position }} }} }} }} }}"
GRANT = (
    "insert into read.access_grant (grantee, subject_id, event_id, relation, classes, reason, valid_from, "
    "valid_to) values (%s, %s, %s, %s, %s, 'mixed pages', %s, %s)"
)


def asked(reading: Reading, known: Known) -> Counter[tuple[str, str]]:
    """Every page by every role. Gives how often each relation, outcome and set of classes held back was told."""
    told: Counter[tuple[str, str]] = Counter()
    units = reading.ids(
        "select owner_unit_id from read.work_item where is_open group by 1 order by count(*) desc, 1 limit 2"
    )
    a, b = known.children[0], known.children[7]
    twice = {"a": str(a), "b": str(b), "none": str(an_id("nobody"))}
    for who in ROLES:
        operations = [(QUEUE, {"unit": str(unit)}) for unit in units]
        for text, given in (*operations, (TWICE, twice), (LEDGER, {})):
            if not both(reading, who, text, dict(given)):
                continue
            for row in reading.reference(who, text, dict(given)).journal:
                told.update(_said(row))
    return told


def _said(row: str) -> Iterator[tuple[str, str]]:
    """The words of a journal row that say how a look was."""
    words = eval(row, {"UUID": UUID})  # noqa: S307 - the repr of a row of our own
    yield "outcome", words["outcome"]
    yield "relation", str(words["relation"])
    yield "withheld", " ".join(words["withheld"])


def test_pages_of_every_role(reading: Reading, known: Known) -> None:
    told = asked(reading, known)
    relations = {word for what, word in told if what == "relation"}
    withheld = {word for what, word in told if what == "withheld" and word}
    assert len(relations) > 3, "rows of one page are open by several relations"
    assert withheld, "and values were held back"
    assert told["outcome", "DENIED"] > told["outcome", "SEEN"] / 100


@pytest.fixture
def granted(reading: Reading, known: Known) -> Iterator[set[str]]:
    """Whoever can hold a grant holds one on every other child, and on some cases. Gives the relations they are by."""
    relations = set()
    for who in ROLES:
        scope = reading.services.gate().scope(reading.assignments[who.key], who.purpose)
        for grantee in sorted(scope.grantees):
            relation = grantee.split(":")[1]
            relations.add(relation)
            for subject in (*known.children[:-1:2], *known.cases[:-1:2]):
                classes = ["P0", "P1", "P2"] if subject in known.children else ["P0", "P2", "P3"]
                given = (grantee, subject, an_id(f"{who.key} {grantee}"), relation, classes)
                since, until = NOW - timedelta(days=1), NOW + timedelta(days=1)
                reading.admin.execute(GRANT, (*given, since, until))
    yield relations
    reading.admin.execute("delete from read.access_grant where reason = 'mixed pages'")


def test_pages_with_grants_on_some_of_their_rows(
    reading: Reading, known: Known, granted: set[str]
) -> None:
    told = {word for what, word in asked(reading, known) if what == "relation"}
    assert told & granted, "some rows are open by a grant"
    assert told - granted, "and some by the row's own tokens"


HELD = """{ viewer { grants { subjectId relation classes validTo
    child { childId name } case { caseId stage } } } }"""


def test_a_grant_leads_to_the_child_or_the_case_it_is_on(
    reading: Reading, granted: set[str]
) -> None:
    """Of the two the other is not there, and nobody was denied it."""
    found: Counter[str] = Counter()
    for who in ROLES[::6]:
        assert both(reading, who, HELD, {})
        answer = reading.reference(who, HELD, {})
        assert not any("'DENIED'" in line for line in answer.journal)
        for grant in orjson.loads(answer.body)["data"]["viewer"]["grants"]:
            led = {"child": grant["child"], "case": grant["case"]}
            there = [(kind, to[f"{kind}Id"]) for kind, to in led.items() if to is not None]
            assert len(there) < 2
            assert {to for _, to in there} <= {grant["subjectId"]}
            found.update(kind for kind, _ in there)
    assert granted
    assert min(found["child"], found["case"]) > 0
