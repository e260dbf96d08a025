"""Three answers to one question agree: the policy read by hand, PostgreSQL under the signed scope, and the API.

Random children, told through real commands, in the places, schools and hands of the demo's people. The oracle knows
neither tokens nor scopes: it looks at the facts and at the lines of the policy.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import psycopg
import pytest

from authz.policy import committed
from authz.scope_db import APPLY, arguments
from domain.divisions import Divisions
from ops.demo_world import BY_KEY, PEOPLE, UNIT_BY_KEY, DemoPerson, division
from projections.queues import QUEUES
from schema.signin import assignment_of
from tests.journeys.world import World

CHILDREN = 24
CLASSES = ("P1", "P2", "P3", "P4", "P4_MIND", "P5", "P6_ADDRESS", "P6_REPORTER")
LISTED = ("IDENTITY", "CARE_NEEDS")
OPENED_BY_LIST = frozenset({"P0", "P1", "P3_CARE"})
FAMILY = {"guardian", "entrusted_carer", "child_self"}
OPENERS = {"fj": "fj_township", "cm": "cm_township", "cn": "cn_township", "jd": "jd_township"}


@dataclass(frozen=True)
class Facts:
    """What is true of a child, as told."""

    residence: str
    hukou: str
    school: UUID | None
    worker: UUID
    owner: UUID
    guardian: UUID | None
    referred_to: UUID | None
    """The unit that accepted a referral of ``LISTED``, for casework."""
    kept_away: UUID | None
    """The person or unit with a conflict of interest."""
    audited: bool
    """Under an order of the auditor."""


@pytest.fixture(scope="module")
def told(story: World) -> dict[UUID, Facts]:
    """Random children on file."""
    rng, divisions = random.Random(20260101), Divisions.load()  # noqa: S311 - a world, not a secret
    made: dict[UUID, Facts] = {}
    for n in range(CHILDREN):
        prefix = rng.choice(sorted(OPENERS))
        home = rng.choice(divisions.children(division(UNIT_BY_KEY[f"{prefix}_township"].division)))
        elsewhere = rng.choice([u for u in UNIT_BY_KEY.values() if u.key.endswith("_township")])
        hukou = rng.choice(divisions.children(division(elsewhere.division)))
        school = rng.choice([None, UNIT_BY_KEY[f"{prefix}_school"].id])
        worker = BY_KEY[rng.choice([f"{prefix}_director", f"{prefix}_committee"])]
        done = story.as_(OPENERS[prefix]).done(
            "openChildFile",
            None,
            {
                "child_name": f"甲{n}",
                "sex": "MALE",
                "birth_on": date(2014, 1, 1) + timedelta(days=n),
                "residence": home.id,
                "hukou": hukou.id,
                "school_unit_id": school,
                "responsible_person_id": worker.id,
            },
        )
        parent = rng.choice([None, BY_KEY["fj_mother"].id, BY_KEY["cm_father"].id])
        if parent:
            story.as_(OPENERS[prefix]).done(
                "recordGuardian",
                UUID(done["id"]),
                {"relation": "MOTHER", "guardian_name": "乙", "guardian_person_id": parent},
            )
        owner = UNIT_BY_KEY[f"{prefix}_township"].id
        child = UUID(done["id"])
        referred, kept = (
            referred_on(story, rng, prefix, child),
            kept_away(story, rng, prefix, child),
        )
        audited = rng.random() < HALF and audit(story, child)
        made[child] = Facts(
            home.id, hukou.id, school, worker.id, owner, parent, referred, kept, audited
        )
    return made


HALF = 0.5


def referred_on(story: World, rng: random.Random, prefix: str, child: UUID) -> UUID | None:
    """Perhaps the file was referred to civil affairs elsewhere, who accepted."""
    other = rng.choice([None, *(p for p in OPENERS if p != prefix)])
    if other is None:
        return None
    unit = UNIT_BY_KEY[f"{other}_ca"].id
    given = {
        "referred_to_unit_id": unit,
        "referral_fields": list(LISTED),
        "referral_purpose": "CASEWORK",
        "referral_need": "接续帮扶",
        "referral_until_on": story.clock.now.date() + timedelta(days=30),
    }
    story.as_(OPENERS[prefix]).done("referFile", child, given)
    which = story.events(child, "child.file_referred")[-1].event.file_referral_id
    story.as_(f"{other}_ca").done("acceptFileReferral", child, {"file_referral_id": which})
    return unit


def kept_away(story: World, rng: random.Random, prefix: str, child: UUID) -> UUID | None:
    """Perhaps somebody of the territory, or the school, has a conflict of interest."""
    kept = rng.choice(
        [
            None,
            None,
            BY_KEY[f"{prefix}_director"].id,
            BY_KEY[f"{prefix}_ca"].id,
            UNIT_BY_KEY[f"{prefix}_school"].id,
        ]
    )
    if kept:
        given = {"kept_away_id": kept, "conflict_ground": "FAMILY"}
        story.as_(OPENERS[prefix]).done("declareConflict", child, given)
    return kept


def audit(story: World, child: UUID) -> bool:
    """The auditor opens an order."""
    until = story.clock.now.date() + timedelta(days=10)
    given = {
        "audit_purpose": "抽查",
        "audit_until_on": until,
        "audited_from_on": date(2020, 1, 1),
        "audited_to_on": until,
        "child_id": child,
    }
    story.as_("auditor").done("openAuditOrder", None, given)
    return True


@pytest.fixture(scope="module")
def tasks(story: World, told: dict[UUID, Facts]) -> set[tuple[UUID, UUID]]:
    """Who is charged with an open task that needs the child: (unit or person, child)."""
    assert told
    rows = story.sql(
        "select queue, owner_unit_id, named_person_id, child_id from read.work_item where is_open"
    )
    seeing = [row for row in rows if QUEUES[row[0]].sees_child]
    return {(row[n], row[3]) for row in seeing for n in (1, 2) if row[n]}


def relations(who: DemoPerson, child: Facts, charged: set[UUID]) -> set[str]:
    """How a person stands to a child, from the facts alone; ``charged`` are those with an open task about it."""
    unit = UNIT_BY_KEY[who.unit]
    territory = division(who.division or unit.division)
    path = Divisions.load().path
    holds = {
        "residence": territory in path(child.residence),
        "hukou": territory in path(child.hukou),
        "assigned": child.worker == who.id or who.id in charged,
        "team": child.owner == unit.id or unit.id in charged,
        "enrolled": child.school == unit.id,
        "own_child": child.guardian == who.id,
        "told_where": child.guardian
        == who.id,  # no case of this story keeps a child from its family
        "referral": child.referred_to == unit.id,
        "oversight": child.audited and who.key == "auditor",
        "none": True,
    }
    if in_conflict(who, child):
        return set()
    return {relation for relation, so in holds.items() if so}


def in_conflict(who: DemoPerson, child: Facts) -> bool:
    """Whoever is kept away; and in office, whoever is the child's own family."""
    own = child.guardian == who.id and who.role.value not in FAMILY
    return own or child.kept_away in {who.id, UNIT_BY_KEY[who.unit].id}


def bounded(relation: str, cls: str, purpose: str) -> bool:
    """Whether a grant in this relation reaches so far: a referral opens what was listed, for its purpose."""
    if relation != "referral":
        return True
    return cls == "P0" or (cls in OPENED_BY_LIST and purpose == "casework")


def expected(who: DemoPerson, child: Facts, charged: set[UUID], cls: str) -> bool:
    """What the lines of the policy say: some line allows it and none denies it."""
    ways = relations(who, child, charged)
    hits = [
        row.effect
        for row in committed().rows
        if (row.role, row.resource, row.act, row.cls)
        == (f"role:{who.role.value}", "child", "read", cls)
        and row.purpose in {who.purpose, "*"}
        and row.relation in ways | {"*"}
        and bounded(row.relation, cls, who.purpose)
    ]
    return "allow" in hits and "deny" not in hits


@pytest.fixture(scope="module")
def reader(story: World) -> Iterator[psycopg.Connection]:
    """The API role's own connection."""
    with psycopg.connect(story.platform.ways.reader_dsn, autocommit=True) as conn:
        yield conn


WITH_GRANTS = """select child_id, tokens || array(select grantee || '|' || array_to_string(classes, ' ')
  from access_grant where subject_id = child_id) from child"""


@pytest.mark.parametrize("who", [pytest.param(p, id=p.key) for p in PEOPLE])
def test_policy_database_and_api_agree_on_who_is_seen(
    story: World,
    told: dict[UUID, Facts],
    tasks: set[tuple[UUID, UUID]],
    reader: psycopg.Connection,
    who: DemoPerson,
) -> None:
    services = story.platform.services
    assignment = assignment_of(services, who.assignment_id)
    assert assignment is not None
    scope = services.gate().scope(assignment, who.purpose)
    charged = {child: {someone for someone, about in tasks if about == child} for child in told}
    by_hand = {c for c, facts in told.items() if expected(who, facts, charged[c], "P0")}

    with reader.transaction():
        wall = datetime.now(UTC)  # noqa: TID251 - PostgreSQL checks the signature by its own clock
        signed = scope.signed(services.scope_key, wall, moment=services.now())
        reader.execute(APPLY.encode(), arguments(signed))
        rows = reader.execute(WITH_GRANTS.encode()).fetchall()
    by_database = {row[0] for row in rows} & set(told)

    assert by_database == by_hand
    masks = {row[0]: scope.mask("child", tuple(row[1])) for row in rows}
    for child in by_hand:
        for cls in CLASSES:
            assert (cls in masks[child]) == expected(who, told[child], charged[child], cls), cls

    asked = story.as_(who.key)
    query = "query($id: UUID!) { child(id: $id) { childId name } }"
    for child, facts in told.items():
        if not services.gate().serves(who.role.value, who.purpose):  # turned away at the door
            answer = asked.post(query, id=str(child))
            assert answer["errors"][0]["extensions"]["code"] == "FORBIDDEN"
            assert child not in by_hand
            continue
        seen = asked.read(query, id=str(child))["child"]
        assert (seen is not None) == (child in by_hand)
        if seen is not None:
            assert (seen["name"] is not None) == expected(who, facts, charged[child], "P1")
