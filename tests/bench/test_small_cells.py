"""The reads measured by hand hold small cells back as the platform does: else the answers would not be comparable."""

from __future__ import annotations

from random import Random
from uuid import UUID

import psycopg
import pytest

import projections.registry  # noqa: F401 - registers the read models
from bench.reads.operations import by_tier
from domain.risk import DEFAULT_SCALE
from projections.tables import create
from schema.statistics import held_back
from tests.database import Database

BELOW = 5
TIERS = [tier.code for tier in DEFAULT_SCALE.tiers]


INSERT = (
    "insert into read.tier_standing (child_id, tier, file_status, district_id, as_of_on) "
    "values (%s, %s, %s, %s, '2025-06-01')"
)


@pytest.fixture(scope="module")
def told(module_database: Database) -> Database:
    """With read models, nothing in them."""
    with psycopg.connect(module_database.admin_dsn) as conn:
        conn.execute("set local role yidang_owner")
        create(conn, "read")
    return module_database


@pytest.mark.parametrize("seed", range(40))
def test_by_hand_and_by_rule_the_same_cells_are_held_back(told: Database, seed: int) -> None:
    draw = Random(seed)  # noqa: S311 - repeatable, not secret
    most = draw.choice((2, BELOW, 2 * BELOW, 4 * BELOW))
    counts = {tier: draw.randrange(most + 1) for tier in TIERS}
    rows = [(tier, "OPEN", "here") for tier, n in counts.items() for _ in range(n)]
    rows += [(TIERS[0], "CLOSED", "here"), (TIERS[0], "OPEN", "there")]
    with psycopg.connect(told.admin_dsn) as conn:
        conn.cursor().executemany(INSERT, [(UUID(int=i), *row) for i, row in enumerate(rows)])
        found = conn.execute(by_tier(BELOW).replace("$1", "%s").encode(), ("here",)).fetchone()
        conn.rollback()
    assert found is not None
    cells = {cell["tier"]: cell["children"] for cell in found[0]["riskDistribution"]}
    assert list(cells) == TIERS
    assert cells == held_back(counts, BELOW)
