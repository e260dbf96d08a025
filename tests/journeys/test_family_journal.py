"""The journal as the family reads it: sentences in two languages; not who reported, not where a child is placed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

import psycopg
import pytest

from projections.journal import NOTE, Seal, Viewer, look_at, told
from schema.context import wall_clock
from tests.journeys.children import ChildOfStory, left_behind_girl
from tests.journeys.person import Answer
from tests.journeys.test_journal import journal
from tests.journeys.world import World


@dataclass(frozen=True)
class Look:
    """One look at the girl's file; ``unit`` a key of the demo."""

    role: str
    relation: str
    purpose: str = "casework"
    unit: str = "fj_school"

    def __str__(self) -> str:
        return f"{self.role} {self.relation}"


AT_A_SITE = (Look("placement_site", "placed"), Look("rescue_institution", "assigned"))
"""The unit is where the child is."""
OF_WHO_REPORTED = (
    Look("reporter", "own_report"),
    Look("class_teacher", "own_report", "schooling"),
    Look("hotline_operator", "own_report"),
)
OF_WATCHERS = (
    Look("police", "team", "investigation"),
    Look("procuratorate", "incident", "judicial"),
    Look("auditor", "oversight", "audit"),
    Look("inspector", "oversight", "oversight"),
    Look("police", "break_glass", "emergency"),
)
OPEN = Look("class_teacher", "enrolled", "schooling")


@pytest.fixture(scope="module")
def girl(story: World) -> ChildOfStory:
    return left_behind_girl(story)


def looked(world: World, child: UUID, look: Look) -> list[Answer]:
    """What the mother is told once this look has been noted as the API notes it."""
    services = world.platform.services
    who = world.as_("fj_teacher").who
    viewer = Viewer(
        person_id=who.id,
        assignment_id=who.assignment_id,
        role=look.role,
        unit_id=world.unit(look.unit),
        division_id=None,
        purpose=look.purpose,
        trace_id="t",
        policy_version=services.gate().policy.version,
    )
    entry = look_at("child", "read", child, relation=look.relation, classes={"P2"})
    looks = told(viewer, [entry])
    assert looks is not None
    with psycopg.connect(world.platform.ways.reader_dsn) as conn:
        conn.execute(NOTE, Seal(services.scope_key, wall_clock).note(looks))
    found: list[Answer] = journal(world, "fj_mother", child, first=100)["nodes"]
    return found


def before(world: World, child: UUID) -> list[Any]:
    found: list[Any] = journal(world, "fj_mother", child, first=100)["nodes"]
    return found


@pytest.mark.parametrize("look", AT_A_SITE, ids=lambda look: look.role)
def test_with_whom_a_child_is_placed_is_not_named(
    story: World, girl: ChildOfStory, look: Look
) -> None:
    was = len(before(story, girl.id))
    newest, *rest = looked(story, girl.id, look)
    assert len(rest) == was
    assert (newest["role"], newest["unitName"], newest["relation"]) == ("placement", None, None)
    assert "安置照料人员因“个案工作”查阅了儿童档案" in newest["zh"]
    assert "a carer of a placement looked at the child's file for casework" in newest["en"]


@pytest.mark.parametrize("look", OF_WHO_REPORTED + OF_WATCHERS, ids=str)
def test_who_reported_and_who_watches_is_not_told_at_all(
    story: World, girl: ChildOfStory, look: Look
) -> None:
    was = before(story, girl.id)
    assert looked(story, girl.id, look) == was


def test_everybody_else_is_told_in_two_languages(story: World, girl: ChildOfStory) -> None:
    newest = looked(story, girl.id, OPEN)[0]
    assert (newest["role"], newest["personId"], newest["at"]) == ("class_teacher", None, None)
    assert newest["unitName"] in newest["zh"]
    assert newest["unitName"] in newest["en"]
    assert "班主任因“教育教学”查阅了儿童档案" in newest["zh"]
    assert "looked at the child's file for schooling" in newest["en"]
    known = story.platform.services.gate().policy.roles
    for node in before(story, girl.id):
        assert node["zh"].endswith("。")
        assert node["en"].endswith(".")
        assert node["role"] in known or node["role"] == "placement", "no code without a word"
