"""Scenario 17: the children R. and S., and how an attempt is judged: by its answer, what it wrote, and the journal."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from domain.terms.roles import Role
from ops.demo_world import DemoPerson
from tests.journeys import rescuing
from tests.journeys.children import ChildOfStory, left_behind_girl
from tests.journeys.person import Person
from tests.journeys.wire import wire
from tests.journeys.world import World

DAY = "2025-03-04"
INCOME = "父亲在浙江打零工,月收入约两千"
NOTE = "上课走神,手臂有旧伤"
ASSESSED = {
    "safety_situation": "已脱离施暴者",
    "family_situation": "父亲施暴,母亲已故",
    "guardianship_situation": "无人可托付",
    "health_situation": "背部淤伤,曾患哮喘",
}
QUESTIONS = [
    {"contributor": "SCHOOL", "question": "在校表现如何?"},
    {"contributor": "MEDICAL", "question": "身体状况如何?"},
    {"contributor": "VILLAGE_COMMITTEE", "question": "家庭情况如何?"},
]
ANSWERS = {"cm_head": "常迟到,作业未交", "cm_committee": "家中常有争吵"}
ENTRY = (
    "select outcome, door, act, obj, subject_id, role, purpose, relation, classes, withheld "
    "from sec.access_look where person_id = %s and id > %s order by id"
)
HINT = re.compile(rb" Did you mean [^?]*\?")
"""The demo helps whoever writes a query (with what exists for them); other servers do not."""
TRACE = re.compile(rb'"traceId":"[^"]*"')


@dataclass(frozen=True)
class Cast:
    """R. with her case and her placement, S. of Chongqing, and a report that R.'s teacher made of another pupil."""

    r: ChildOfStory
    case: UUID
    s: ChildOfStory
    teachers_report: UUID


def cast(world: World) -> Cast:
    """All that is true before anybody tries anything."""
    world.clock.set("2025-02-14 09:00")
    s = left_behind_girl(world)
    r = rescuing.girl_on_file(world, "2025-02-15 09:00")
    world.clock.set("2025-02-20 09:00")
    household = {
        "household_size": 2,
        "household_means": ["WAGES"],
        "hardship_found": True,
        "household_note": INCOME,
    }
    world.as_("cm_director").done("recordHousehold", r.id, household)
    concern = {
        "behaviour_concern": "RUNNING_AWAY",
        "concern_source": "TEACHER",
        "concern_note": NOTE,
    }
    world.as_("cm_teacher").done("recordBehaviourConcern", r.id, concern)
    case = rescuing.placed(world, r, DAY)
    world.clock.set("2025-03-05 09:00")
    report = rescuing.report_of(world, "2025-03-05", reporter_category="SCHOOL")
    teachers = world.as_("cm_teacher").done("submitReport", None, report)
    world.clock.set("2025-03-06 09:00")
    world.as_("cm_township").done("startAssessment", case, {"questions": QUESTIONS})
    for key, answer in ANSWERS.items():
        answered(world, case, key, answer)
    return Cast(r, case, s, UUID(teachers["id"]))


def answered(world: World, case: UUID, key: str, answer: str) -> None:
    """A contributor answers its own question."""
    (own,) = (world.as_(key).case(case) or {})["contributions"]
    given = {"question_id": own["requestId"], "answer": answer}
    world.as_(key).done("contributeToAssessment", case, given)


def stranger(world: World, key: str) -> Person:
    """Somebody for whom there is no post: whoever they are, they can only come with a token of their own making."""
    return world.person(DemoPerson(key, key, Role.CITIZEN, "public", "casework"))


# ── How an attempt is judged


def said(person: Person, query: str, **variables: Any) -> bytes:
    """The bytes of an answer, without the trace id."""
    body = {"query": query, "variables": {k: wire(v) for k, v in variables.items()}}
    headers = {"Authorization": f"Bearer {person.token()}"}
    found = person.client.post("/graphql", json=body, headers=headers)
    return TRACE.sub(b'"traceId":""', found.content)


@dataclass(frozen=True)
class Entry:
    """A row of the journal."""

    outcome: str
    door: str
    act: str
    obj: str
    subject: UUID | None
    role: str
    purpose: str
    relation: str | None
    classes: tuple[str, ...]
    withheld: tuple[str, ...]


def entries(world: World, person: Person, since: int = 0) -> list[Entry]:
    """What the journal says of a person, oldest first."""
    rows = world.sql(ENTRY, person.who.id, since)
    found = []
    for outcome, door, act, obj, subject, role, purpose, relation, classes, withheld in rows:
        seen, kept = tuple(classes), tuple(withheld)
        found.append(Entry(outcome, door, act, obj, subject, role, purpose, relation, seen, kept))
    return found


def journal_end(world: World) -> int:
    """The last row of the journal."""
    return int(world.sql("select coalesce(max(id), 0) from sec.access_journal")[0][0])


def written(world: World) -> tuple[Any, ...]:
    """All that a request can write beside the journal: events, commands, keys. The rest is told from these."""
    counted = (
        "select (select count(*) from es.event), (select count(*) from es.command), "
        "(select count(*) from es.subject_key)"
    )
    return (world.head(), *world.sql(counted))


@contextmanager
def nothing_written(world: World) -> Iterator[None]:
    """The journal may grow by what is asked within, and nothing else."""
    before = written(world)
    yield
    assert written(world) == before, "something was written"


def denied_as_absent(world: World, person: Person, query: str, subject: UUID) -> None:
    """Not there for this person: the bytes of the answer for a random id, nothing written, both denials on record."""
    since, nobody = journal_end(world), uuid4()
    with nothing_written(world):
        assert said(person, query, id=subject) == said(person, query, id=nobody)
    found = entries(world, person, since)
    denials = [e for e in found if e.outcome == "DENIED"]
    assert [e.subject for e in denials] == [subject, nobody], found
    hidden, absent = denials
    assert (hidden.door, hidden.act, hidden.role) == ("QUERY", "read", person.who.role.value)
    assert (hidden.obj, hidden.relation, hidden.classes) == (absent.obj, None, ())


def held_back(
    world: World, person: Person, query: str, subject: UUID, *paths: tuple[str, ...]
) -> dict[str, Any]:
    """A look in which these fields are null with a redaction each, and on record as withheld; answers the data."""
    since = journal_end(world)
    with nothing_written(world):
        answer = person.post(query, id=subject)
    told = {tuple(map(str, each["path"])) for each in answer["extensions"]["redactions"]}
    assert told == set(paths), told
    for path in paths:
        value = answer["data"]
        for step in path:
            value = value[int(step)] if isinstance(value, list) else value[step]
        assert value is None, path
    (look,) = [e for e in entries(world, person, since) if e.subject == subject]
    assert look.outcome == "SEEN"
    assert look.relation is not None
    assert set(look.withheld).isdisjoint(look.classes)
    assert look.withheld
    data: dict[str, Any] = answer["data"]
    return data


def no_such_field(world: World, person: Person, query: str, field: str) -> None:
    """For this person there is no such field: answered as one that never was, and nothing is written."""
    with nothing_written(world):
        real = said(person, query % field, id=uuid4())
        invented = said(person, query % "neverWasThere", id=uuid4())
    assert not [hint for hint in HINT.findall(real) if field.encode() in hint]
    real = HINT.sub(b"", real).replace(field.encode(), b"it")
    assert real == HINT.sub(b"", invented).replace(b"neverWasThere", b"it")
    assert b'"errors"' in real
    assert b'"data"' not in real


def turned_away(world: World, person: Person, code: str) -> None:
    """At the door: whatever is asked."""
    with nothing_written(world):
        answer = person.post("{ viewer { role } }")
    assert answer.get("data") is None
    assert answer["errors"][0]["extensions"]["code"] == code
