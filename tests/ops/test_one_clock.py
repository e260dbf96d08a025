"""Machines whose clocks stand minutes apart record one after the other, on streams that both write (ADR 0085)."""

from __future__ import annotations

from datetime import datetime, timedelta

import psycopg
import pytest
from psycopg import sql

from domain.case.intake import AcceptReport
from domain.kernel import Refused
from eventlog.casebook import Request
from ops.platform import Platform, compose
from tests.database import Database
from tests.dsl import an_id, local
from tests.projections.town import (
    OFFICER,
    SECRETS,
    platform_at,
    reported,
    town_on,
    ways_of,
)

APART = timedelta(minutes=5)
AHEAD = """
    create schema ahead;
    grant usage on schema ahead to public;
    create function ahead.clock_timestamp() returns timestamptz language sql
        return pg_catalog.clock_timestamp() + interval '5 minutes'
"""
"""Another hour for whoever asks the server, without moving that of the machine."""


def accept(platform: Platform, case: object, occurred_at: datetime | None = None) -> int:
    request = Request(
        command=AcceptReport(),
        command_id=an_id(f"accepted {occurred_at}"),
        actor=OFFICER,
        stream_id=case,  # type: ignore[arg-type]
        occurred_at=occurred_at,
    )
    return platform.casebook.perform(request).version


def test_what_was_recorded_before_has_happened_before_whatever_a_clock_says(
    database: Database,
) -> None:
    with town_on(database) as town:
        case = reported(town, "2025-03-03 09:00")
        behind = local("2025-03-03 09:00") - APART
        with platform_at(database, [behind]) as other:
            with pytest.raises(Refused) as backdated:  # a person who says so is asked why
                accept(other, case, behind)
            assert backdated.value.code == "backdated_without_reason"
            version = accept(other, case)
            told = other.store.history(case)[version - 1].stamp
    assert (told.occurred_at, told.at) == (local("2025-03-03 09:00"),) * 2


def test_every_process_goes_by_the_hour_of_the_log(database: Database) -> None:
    with town_on(database, units=False):
        pass
    with psycopg.connect(database.admin_dsn, autocommit=True) as conn:
        conn.execute(AHEAD)
        name = sql.Identifier(database.name)
        conn.execute(
            sql.SQL(
                "alter role yidang_writer in database {} set search_path = ahead, pg_catalog, public"
            ).format(name)
        )
    platform = compose(ways_of(database), SECRETS)
    try:
        with psycopg.connect(database.admin_dsn) as conn:
            (row,) = conn.execute("select clock_timestamp()").fetchall()
        ahead = platform.casebook.now() - row[0]
        assert APART - timedelta(minutes=1) < ahead < APART + timedelta(minutes=1)
        assert platform.services.now is platform.casebook.now
    finally:
        platform.close()
