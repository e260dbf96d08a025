"""Random operations, as people of every role, against a running server: each answer is coded, none is an internal
error, none tells what the server is made of, and what was written breaks no reader. ``make fuzz`` draws more.
"""

from __future__ import annotations

import json
import os
import re
from collections import Counter
from collections.abc import Iterator
from random import Random

import httpx
import pytest

from eventlog.verify import verify
from ops.demo_world import PEOPLE, UNIT_BY_KEY, DemoPerson
from tests.database import Database, Postgres, database_of
from tests.fuzz.operations import Operations, Request
from tests.fuzz.values import RARE
from tests.journeys.conftest import founded_template, templates
from tests.journeys.wire import local
from tests.journeys.world import World, world_on

__all__ = ["founded_template", "templates"]

EXAMPLES = int(os.environ.get("YIDANG_FUZZ_EXAMPLES", "12"))
"""For each of the people below."""
SEED = int(os.environ.get("YIDANG_FUZZ_SEED", "1"))
ROLES = {each.role: each for each in reversed(PEOPLE)}
LEAKS = re.compile(
    r"Traceback|File \"|\.py\b|[A-Z][a-z]+Error\b|codec|psycopg|asyncio|orjson|site-packages|"
    r"yidang_(?:reader|writer|owner)|\bread\.[a-z_]+\b|\bes\.event\b|SELECT |INSERT "
)
STATUSES = {200, 294, 400, 403, 404, 409, 413, 415, 422, 429, 503}


@pytest.fixture(scope="module")
def world(postgres: Postgres, founded_template: Database) -> Iterator[World]:
    with database_of(postgres, founded_template.name) as clone, world_on(clone) as found:
        yield found


@pytest.fixture(scope="module")
def known(world: World) -> list[str]:
    """Ids that exist: a report, units, people."""
    given = {
        "report_channel": "ONLINE",
        "reporter_category": "SCHOOL",
        "discovered_at": local("2025-03-03 07:00"),
        "triggers": ["LIVING_ALONE"],
        "situation": f"{RARE}独自在家",
        "incident_place": world.place("重庆市/奉节县/草堂镇/欧营村村民委员会"),
        "children": [],
    }
    report = world.as_("fj_teacher").done("submitReport", None, given)
    people = [str(ROLES[role].id) for role in list(ROLES)[:4]]
    units = [str(unit.id) for unit in list(UNIT_BY_KEY.values())[:4]]
    return [str(report["id"]), *people, *units]


def test_random_operations_are_answered_as_the_specification_says(
    world: World, known: list[str]
) -> None:
    codes: Counter[str] = Counter()
    for number, who in enumerate(ROLES.values()):
        draw = Random(f"{SEED} {number}")  # noqa: S311 - repeatable, not secret
        drawn = Operations(world.schema_of(who.role), draw, known)
        for _ in range(EXAMPLES):
            codes.update(judged(world, who, drawn.next()))
    assert codes["INTERNAL"] == 0
    # The drawing is worth something only if much of it gets past the door, and much does not.
    assert codes["data"] > len(ROLES) * EXAMPLES // 10, codes
    assert codes["BAD_USER_INPUT"] > 0, codes
    assert world.sql("select * from read.parked") == []
    assert verify(world.platform.ways.writer_dsn).ok
    assert httpx.get(f"{world.url}/livez", timeout=20).status_code == 200


def judged(world: World, who: DemoPerson, request: Request) -> list[str]:
    """The codes of an answer, and ``data`` if it has any; AssertionError with the request if it may not be so."""
    body = json.dumps(request.body(), ensure_ascii=True)
    headers = {"Authorization": f"Bearer {world.token(who)}", "Content-Type": "application/json"}
    answer = httpx.post(f"{world.url}/graphql", content=body, headers=headers, timeout=30)
    shown = f"{who.key} {body[:3000]}\n{answer.status_code} {answer.text[:3000]}"
    assert answer.status_code in STATUSES, shown
    told = answer.json()
    codes = [str(error["extensions"]["code"]) for error in told.get("errors", ())]
    assert "INTERNAL" not in codes, shown
    for error in told.get("errors", ()):
        assert not LEAKS.search(error["message"] + error["extensions"].get("zh", "")), shown
    return [*codes, *(["data"] if told.get("data") else [])]


def test_a_name_of_rare_characters_comes_back_whole(world: World, known: list[str]) -> None:
    """Beyond the Basic Multilingual Plane too: four bytes each in UTF-8, two units in UTF-16."""
    query = "query ($id: UUID!) { case(id: $id) { version } }"
    assert world.as_("fj_police").ask(query, id=known[0])["case"]["version"] >= 1
    recorded = [r.event for r in world.log(known[0]) if r.event.name == "case.report_submitted"]
    assert [getattr(e, "situation", None) for e in recorded] == [f"{RARE}独自在家"]
