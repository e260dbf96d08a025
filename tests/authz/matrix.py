"""One world for the matrix: a post of every role, and for every relation a child, a case and a task that carry it.

The files and cases are opened by real commands; then each read model is given the one relation and a value of every
class, by the database's administrator. What the policy says of them is read off its lines, without gate or scope.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from uuid import UUID, uuid4

import psycopg

from authz.policy import committed
from authz.scope_db import apply
from domain.divisions import Divisions
from domain.sensitivity import Sensitivity
from domain.terms.roles import Role
from ops.demo_world import OUYING, UNITS, DemoPerson, division
from projections.work_item import WorkItemRow
from schema.signin import assignment_of
from tests.journeys.world import World

ROLES = sorted(committed().roles)
DIVISIONS = [
    d.id for city in ("重庆市", "上海市") for d in Divisions.load().children(division(city))
]
TOKEN = {
    "residence": "R:{division}",
    "hukou": "H:{division}",
    "incident": "I:{division}",
    "assigned": "U:{person}",
    "team": "T:{unit}",
    "enrolled": "E:{unit}",
    "placed": "L:{unit}",
    "own_child": "F:{person}",
    "own_report": "W:{person}",
    "entrusted": "C:{person}",
    "told_where": "O:{person}",
    "corrector": "K:{unit}",
}
"""Written down once more: how a row says that a relation holds."""
GRANTS = ("referral", "mdt", "look_up", "order", "break_glass", "oversight", "second_approval")
NOBODY, CONFLICT, EXPIRED = "nobody", "conflict", "expired"
NOTHING = frozenset({NOBODY, CONFLICT, EXPIRED})
"""No relation at all; every relation, and a conflict of interest; every grant there is, and each is over."""
RELATIONS = (*TOKEN, *GRANTS, NOBODY, CONFLICT, EXPIRED)
QUEUE = "Q-01"


@dataclass(frozen=True)
class Rows:
    """By relation: a child, a case, a task; and whose the tasks are."""

    child: dict[str, UUID]
    case: dict[str, UUID]
    task: dict[str, UUID]
    owner: UUID


def post_of(role: str) -> DemoPerson:
    """Somebody in the role, with a unit and a division that nobody else has."""
    number = ROLES.index(role)
    return DemoPerson(f"matrix {role}", role, Role(role), UNITS[number].key, "casework")


def words_of(role: str) -> dict[str, object]:
    """What tokens are made of for the post."""
    number, who = ROLES.index(role), post_of(role)
    return {"division": DIVISIONS[number], "unit": UNITS[number].id, "person": who.id}


def tokens_of(relation: str) -> list[str]:
    """The tokens of a row to which every post stands in this relation and in no other."""
    if relation in {NOBODY, EXPIRED, *GRANTS}:
        return []
    if relation == CONFLICT:
        kept = [f"X:{words_of(role)['person']}" for role in ROLES]
        return kept + [t for one in TOKEN for t in tokens_of(one)]
    return [TOKEN[relation].format(**words_of(role)) for role in ROLES]


def carried(world: World, tokens: Iterable[str]) -> list[str]:
    """The tokens as a row of this world carries them, by PostgreSQL's own word."""
    ((found,),) = world.sql(
        "select array(select sec.sealed(t) from unnest(%s::text[]) t)", [*tokens]
    )
    return [*found]


@cache
def lines() -> dict[tuple[str, str, str, str], list[tuple[str, str, str]]]:
    """The lines of the policy: (role, object, act, purpose) → (relation, class, effect)."""
    found: dict[tuple[str, str, str, str], list[tuple[str, str, str]]] = {}
    for row in committed().rows:
        role = row.role.removeprefix("role:")
        aims = committed().roles[role].purposes if row.purpose == "*" else (row.purpose,)
        for aim in aims:
            key = (role, row.resource, row.act, str(aim))
            found.setdefault(key, []).append((row.relation, row.cls, row.effect))
    return found


def allowed(role: str, purpose: str, relation: str, obj: str, act: str) -> frozenset[str]:
    """The classes in which the lines allow it; nothing where the person must be kept away."""
    if relation in NOTHING:
        return frozenset()
    said = lines().get((role, obj, act, purpose), [])
    mine = [(cls, effect) for of, cls, effect in said if of in {relation, "*"}]
    denied = {cls for cls, effect in mine if effect == "deny"}
    return frozenset(cls for cls, effect in mine if effect == "allow") - denied


# ── Seeding


def seeded(world: World) -> Rows:
    """The whole world of the matrix."""
    children = {relation: _child(world, relation) for relation in RELATIONS}
    cases = {relation: _case(world, relation) for relation in RELATIONS}
    _posts(world)
    for relation in RELATIONS:
        _dressed(world, relation, children[relation], cases[relation])
    for relation in GRANTS:
        _granted(world, relation, (children[relation], cases[relation]), "2100-01-01")
        _granted(world, relation, (children[EXPIRED], cases[EXPIRED]), "2025-03-01")
    tasks = _tasks(world, children)
    return Rows(children, cases, tasks, world.unit("fj_police"))


def _child(world: World, relation: str) -> UUID:
    given = {
        "child_name": relation,
        "sex": "MALE",
        "birth_on": "2014-01-01",
        "residence": world.place(OUYING),
    }
    return UUID(world.as_("fj_township").done("openChildFile", None, given)["id"])


def _case(world: World, relation: str) -> UUID:
    given = {
        "report_channel": "PHONE",
        "reporter_category": "CITIZEN",
        "reporter_name": relation,
        "discovered_at": world.clock.now,
        "triggers": ["LIVING_ALONE"],
        "situation": relation,
        "incident_place": world.place(OUYING),
    }
    return UUID(world.as_("citizen").done("submitReport", None, given)["id"])


def _put(world: World, query: str, *params: object) -> None:
    world.sql(f"{query} returning 1", *params)


def _posts(world: World) -> None:
    for role in ROLES:
        who, words = post_of(role), words_of(role)
        _put(
            world,
            "insert into read.post (assignment_id, unit_id, person_id, person_name, role, division_id, standing, "
            "tokens) values (%s, %s, %s, %s, %s, %s, 'ACTIVE', '{}')",
            who.assignment_id,
            words["unit"],
            who.id,
            role,
            role,
            words["division"],
        )


def _dressed(world: World, relation: str, child: UUID, case: UUID) -> None:
    """The rows carry the relation, and a value in every class."""
    tokens = carried(world, tokens_of(relation))
    own, apart = (
        json.dumps({c.value: {c.value.lower(): 1} for c in Sensitivity if c.is_sensitive is there})
        for there in (False, True)
    )
    _put(
        world,
        "update read.child set tokens = %s, name = 'n', area_type = 'RURAL', cadence = 'NORMAL', school_grade = 'g' "
        "where child_id = %s",
        tokens,
        child,
    )
    _put(world, "update read.child_p4 set tier = 'R1' where child_id = %s", child)
    _put(
        world,
        "update read.case_file set tokens = %s, incident_place_id = 'p' where case_id = %s",
        tokens,
        case,
    )
    for beside in (
        "p4 set triggers = '{t}'",
        "p4_injury set findings = '{f}'",
        "p6_reporter set reporter_name = 'r'",
    ):
        _put(world, f"update read.case_file_{beside} where case_id = %s", case)
    for subject in (child, case):
        _put(
            world,
            "update read.timeline set details = %s, existence = 'P0' where stream_id = %s",
            own,
            subject,
        )
        _put(
            world,
            "insert into read.timeline_values (position, case_id, child_id, existence, "
            "occurred_at, recorded_at, class, said) "
            "select t.position, t.case_id, t.child_id, 'P0', t.occurred_at, t.recorded_at, c.key, c.value "
            "from read.timeline t, jsonb_each(%s::jsonb) c where t.stream_id = %s on conflict (position, class) "
            "do update set said = excluded.said, existence = 'P0'",
            apart,
            subject,
        )
    _put(
        world,
        "insert into read.household (child_id, recorded_on, household_size, household_means, hardship_found, members) "
        "values (%s, '2025-01-01', 2, '{}', false, '{}')",
        child,
    )


def _granted(world: World, relation: str, subjects: tuple[UUID, ...], until: str) -> None:
    """To every post's unit, in every class."""
    holders = [f"G:{relation}:{words_of(role)['unit']}" for role in ROLES]
    _put(
        world,
        "insert into read.access_grant (grantee, subject_id, event_id, relation, classes, reason, valid_from, "
        "valid_to) select h, s, gen_random_uuid(), %s, %s::text[], 'matrix', '2020-01-01', %s::timestamptz "
        "from unnest(%s::text[]) h, unnest(%s::uuid[]) s",
        relation,
        [cls.value for cls in Sensitivity],
        until,
        holders,
        list(subjects),
    )


def _tasks(world: World, children: dict[str, UUID]) -> dict[str, UUID]:
    """One task for each relation, copied from a real one; the real ones go."""
    found = {relation: uuid4() for relation in children}
    owner = world.unit("fj_police")
    ((model,),) = world.sql(
        "select to_jsonb(t) from read.work_item t where queue = %s limit 1", QUEUE
    )
    _put(world, "delete from read.work_item")
    columns = ", ".join((*(spec.name for spec in WorkItemRow.specs), "tokens"))
    for relation, task in found.items():
        own = {
            "task_id": str(task),
            "owner_unit_id": str(owner),
            "child_id": str(children[relation]),
            "case_id": None,
            "existence": "P0",
            "tokens": carried(world, tokens_of(relation)),
        }
        _put(
            world,
            f"insert into read.work_item ({columns}) select {columns} "
            "from jsonb_populate_record(null::read.work_item, %s)",
            json.dumps({**model, **own}),
        )
    return found


def purposes() -> Iterable[tuple[str, str]]:
    """Every role with each purpose it may act for."""
    for role in ROLES:
        for purpose in committed().roles[role].purposes:
            yield role, str(purpose)


@contextmanager
def in_sql_as(
    world: World, reader: psycopg.Connection, role: str, purpose: str
) -> Iterator[psycopg.Connection]:
    """The API role's connection in a transaction that opened the scope of this capacity."""
    services = world.platform.services
    assignment = assignment_of(services, post_of(role).assignment_id)
    assert assignment is not None
    scope = services.gate().scope(assignment, purpose)
    now = datetime.now(UTC)  # noqa: TID251 - PostgreSQL checks by its own clock
    with reader.transaction():
        apply(reader, scope.signed(services.scope_key, now))
        yield reader
