"""How many children stand at which tier: the same by the look-up of each level as counted by hand."""

from __future__ import annotations

from collections import Counter
from random import Random
from uuid import UUID

import psycopg
import pytest

from domain.divisions import Division, Divisions, Level
from domain.risk import DEFAULT_SCALE
from tests.database import Database
from tests.projections.town import BAIDI, town_on

pytestmark = [pytest.mark.postgres]
INSERT = (
    "insert into read.tier_standing (child_id, city_id, district_id, township_id, tier, file_status, as_of_on) "
    "values (%s, %s, %s, %s, %s, %s, '2025-06-01')"
)
TIERS = [*(tier.code for tier in DEFAULT_SCALE.tiers), None]


def towns() -> list[tuple[Division, Division, Division]]:
    """Province, district, township: four towns of two districts, among them the one the story is in."""
    divisions = Divisions.load()
    province = divisions.find(divisions.path(BAIDI)[0])
    assert province is not None
    districts = [d for d in divisions.children(province.id) if d.level is Level.DISTRICT][:2]
    found = []
    for district in districts:
        inside = [d for d in divisions.children(district.id) if d.level is Level.TOWNSHIP]
        found += [(province, district, town) for town in inside[:2]]
    return found


def test_every_level_counts_its_own_open_files(database: Database) -> None:
    draw, rows = Random(7), []  # noqa: S311 - repeatable, not secret
    for number in range(200):
        place = draw.choice(towns())
        rows.append((number, place, draw.choice(TIERS), draw.choice(("OPEN", "OPEN", "CLOSED"))))
    with town_on(database, units=False) as town:
        with psycopg.connect(town.platform.ways.admin_dsn) as conn:
            given = [
                (UUID(int=n), *(d.id for d in place), tier, status)
                for n, place, tier, status in rows
            ]
            conn.cursor().executemany(INSERT, given)
        for level in range(3):
            for division in {place[level].id: place[level] for place in towns()}.values():
                expected = Counter(
                    tier
                    for _, place, tier, status in rows
                    if place[level].id == division.id and status == "OPEN" and tier is not None
                )
                assert town.platform.services.lookup.tier_counts(division) == expected


def test_nobody_is_counted_by_village(database: Database) -> None:
    divisions = Divisions.load()
    village = next(d for d in divisions.children(towns()[0][2].id) if d.level is Level.VILLAGE)
    with town_on(database, units=False) as town:
        assert town.platform.services.lookup.tier_counts(village) == {}
