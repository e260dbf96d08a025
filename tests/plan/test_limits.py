"""What keeps a plan within reach: its own row predicate and its masks. Either one planted broken is found."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest
from psycopg import sql

from domain.sensitivity import Sensitivity
from projections.journal import look_at
from schema.plan import level
from schema.plan.run import Judged, Judgements
from tests.database import Database
from tests.plan.comparing import ROLES, Reading, ReadingOn, both
from tests.plan.operations import Drawing, Known

SEEDS = range(1_000, 1_050)


@pytest.fixture(scope="module")
def unguarded(seeded: Database) -> Iterator[Reading]:
    """Plans that read as a role row security does not bind: what they show is limited by themselves alone."""
    with psycopg.connect(seeded.admin_dsn, autocommit=True) as conn:
        conn.execute(
            sql.SQL("alter database {} set search_path = read, public").format(
                sql.Identifier(seeded.name)
            )
        )
    with ReadingOn(seeded, seeded.admin_dsn) as made:
        yield made


def differing(reading: Reading, known: Known) -> int:
    """How many of the operations the two ways answer differently."""
    found = 0
    for seed in SEEDS:
        drawn = Drawing(reading.schema, known, seed).operation()
        try:
            both(reading, ROLES[seed % len(ROLES)], drawn.text, drawn.variables)
        except AssertionError:
            found += 1
    return found


def test_a_plan_limits_its_rows_without_row_security(unguarded: Reading, known: Known) -> None:
    assert differing(unguarded, known) == 0


def test_a_row_predicate_left_out_is_found(
    unguarded: Reading, known: Known, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(level, "seen", lambda _model, _words: "true")
    unguarded.plans.forget()
    assert differing(unguarded, known) > 0
    unguarded.plans.forget()


def test_a_mask_left_out_is_found(
    reading: Reading, known: Known, monkeypatch: pytest.MonkeyPatch
) -> None:
    mask = frozenset(Sensitivity)
    everything: Judged = mask, look_at("child", "read", classes=mask)[0]
    monkeypatch.setattr(Judgements, "__getitem__", lambda _self, _row: everything)
    before = reading.faults
    found = differing(reading, known)
    assert found > reading.faults - before, "by what is shown, not by a fault of the planted mask"
