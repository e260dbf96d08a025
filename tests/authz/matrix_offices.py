"""The matrix's rows of offices: for every relation a unit, an audit order, a need, and the journal of a child.

Real streams are opened where commands are put to them; the relation is then written into the read models (``matrix``).
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from uuid import UUID, uuid4

from domain.sensitivity import Sensitivity
from ops.demo_world import UNITS
from tests.authz.matrix import (
    CONFLICT,
    NOBODY,
    ROLES,
    TOKEN,
    Rows,
    carried,
    tokens_of,
)
from tests.journeys.world import World

EVERYBODY = "none"
"""The relation everybody has to a row that says so: ``N:all``."""
HELD = (*TOKEN, EVERYBODY, NOBODY, CONFLICT)
"""The relations such rows can carry: grants are on children and cases alone."""


@dataclass(frozen=True)
class Offices:
    """By relation: a unit, an audit order, a need."""

    unit: dict[str, UUID]
    order: dict[str, UUID]
    need: dict[str, UUID]


def held(relation: str) -> list[str]:
    """The tokens of a row that carries this relation and no other."""
    return ["N:all"] if relation == EVERYBODY else tokens_of(relation)


def offices(world: World, rows: Rows) -> Offices:
    """The rows, dressed with a value in every class they have."""
    free = [unit.id for unit in UNITS[len(ROLES) :]]
    units = dict(zip(HELD, free, strict=False))
    orders = {relation: _order(world, rows.case[NOBODY]) for relation in HELD}
    needs = {relation: uuid4() for relation in HELD}
    assert len(units) == len(HELD)
    own, apart = (
        json.dumps({c.value: {c.value.lower(): 1} for c in Sensitivity if c.is_sensitive is there})
        for there in (False, True)
    )
    for relation in HELD:
        tokens = carried(world, held(relation))
        put(world, "update read.unit set tokens = %s where unit_id = %s", tokens, units[relation])
        put(
            world,
            "update read.unit_line set tokens = %s, details = %s where stream_id = %s",
            tokens,
            own,
            units[relation],
        )
        put(
            world,
            "insert into read.unit_line_values (position, class, said) select l.position, c.key, c.value "
            "from read.unit_line l, jsonb_each(%s::jsonb) c where l.stream_id = %s "
            "on conflict (position, class) do update set said = excluded.said",
            apart,
            units[relation],
        )
        put(
            world,
            "update read.access_order set tokens = %s, order_purpose = 'p', order_reason = 'r' "
            "where order_id = %s",
            tokens,
            orders[relation],
        )
        put(
            world,
            "insert into read.open_need (need_id, case_id, division_id, service, tokens) "
            "values (%s, %s, 'sh00001', 's', %s)",
            needs[relation],
            rows.case[NOBODY],
            tokens,
        )
    for relation, child in rows.child.items():
        world.sql("delete from read.access_relation where subject_id = %s returning 1", child)
        for token in (f"E:{uuid4()}", *tokens_of(relation)):  # a file is always somebody's
            put(
                world,
                "insert into read.access_relation (subject_id, token, reason, event_id) "
                "values (%s, %s, 'matrix', gen_random_uuid())",
                child,
                token,
            )
    return Offices(units, orders, needs)


def put(world: World, query: str, *params: object) -> None:
    """A change by the database's administrator, which must change something."""
    assert world.sql(f"{query} returning 1", *params), query


def _order(world: World, case: UUID) -> UUID:
    given = {
        "audit_purpose": "检查",
        "audit_until_on": date(2025, 3, 20),
        "audited_from_on": date(2025, 1, 1),
        "audited_to_on": date(2099, 12, 31),
        "case_id": case,
    }
    return UUID(world.as_("auditor").done("openAuditOrder", None, given)["id"])
