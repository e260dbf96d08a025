"""The start refuses a database in which the API role could read a sensitive value where it must not lie."""

from __future__ import annotations

import re
from collections.abc import Iterator

import psycopg
import pytest

from authz.scope_db import install_secret
from ops.platform import Ways, prepare
from projections import registry, tables
from projections.apart import SENSITIVE
from projections.exposure import Exposed, check_exposure
from projections.readmodel import READ_MODELS, ReadModel
from tests.database import Database
from tests.projections.town import SECRETS

assert registry.INLINE, "every read model is declared"
BASE_ALONE = (
    "alter policy seen on read.case_file_p6_reporter using (exists (select from read.case_file b "
    "where b.case_id = case_file_p6_reporter.case_id {}))"
)
EXPOSED = {
    "a value of class P6_ADDRESS in an ordinary table: placement.address": (
        "alter table read.placement add column address text"
    ),
    "a value of class P4 in an ordinary table: child.tier": (
        "alter table read.child add column tier text"
    ),
    "an undeclared column: child.note": "alter table read.child add column note text",
    "an undeclared column: case_file_p4.reporter_name": (
        "alter table read.case_file_p4 add column reporter_name text"
    ),
    "not declared for the API: copy": (
        "create table read.copy as select * from read.case_file_p6_reporter; "
        "grant select on read.copy to yidang_reader"
    ),
    "not declared for the API: report_conduct": (
        "grant select on read.report_conduct to yidang_reader"
    ),
    "the law does not ask for the class: case_file_p6_reporter": BASE_ALONE.format(""),
    "the law does not ask for the class: case_file_p6_reporter ": BASE_ALONE.format(
        "and b.tokens && (select sec.scope('case', 'P0'))::text[]"
    ),
    "the law does not ask for the class: timeline_values": (
        "alter policy seen on read.timeline_values using (exists (select from read.timeline b "
        "where b.position = timeline_values.position))"
    ),
    "sensitive values are not kept out: timeline.details": (
        "alter table read.timeline drop constraint timeline_details_check"
    ),
    "not there, or not to be read: guardian_p5_outcome": "drop table read.guardian_p5_outcome",
}


@pytest.fixture
def told(database: Database) -> Iterator[psycopg.Connection]:
    """The read models, empty; the administrator's connection, as their owner."""
    with psycopg.connect(database.admin_dsn, autocommit=True) as admin:
        admin.execute("set role yidang_owner")
        tables.create(admin, tables.LIVE)
        yield admin


def test_what_the_declarations_make_is_accepted(
    database: Database, told: psycopg.Connection
) -> None:
    assert told.info.dbname == database.name
    check_exposure(database.reader_dsn)


@pytest.mark.parametrize(("problem", "statements"), EXPOSED.items(), ids=EXPOSED.keys())
def test_each_way_of_exposing_is_found(
    database: Database, told: psycopg.Connection, problem: str, statements: str
) -> None:
    told.execute(statements.encode())
    with pytest.raises(Exposed, match=re.escape(problem.strip())) as refused:
        check_exposure(database.reader_dsn)
    assert refused.value.problems == (problem.strip(),)


def test_the_start_refuses(database: Database) -> None:
    install_secret(database.admin_dsn, SECRETS.scope_key)
    ways = Ways(
        admin_dsn=database.admin_dsn,
        writer_dsn=database.writer_dsn,
        reader_dsn=database.reader_dsn,
    )
    prepare(ways, SECRETS, lambda _: None)
    with psycopg.connect(database.admin_dsn) as admin:
        admin.execute("alter table read.visit add column signs_seen text[]")
    with pytest.raises(Exposed, match=r"P4_INJURY in an ordinary table: visit\.signs_seen"):
        prepare(ways, SECRETS, lambda _: None)


def test_no_line_holds_a_sensitive_value_itself(
    database: Database, told: psycopg.Connection
) -> None:
    """Whatever a projection writes, the timeline's own row refuses each of the classes."""
    with psycopg.connect(database.writer_dsn, autocommit=True) as writer:
        for cls in SENSITIVE:
            with pytest.raises(psycopg.errors.CheckViolation, match="timeline_details_check"):
                writer.execute(
                    "insert into timeline (position, event_id, stream, stream_id, version, name, occurred_at, "
                    "recorded_at, precision, is_late, actor_role, existence, details) values (1, "
                    "gen_random_uuid(), 'case', gen_random_uuid(), 1, 'x', now(), now(), 'DAY', false, 'x', "
                    "'P0', jsonb_build_object(%s::text, '{}'::jsonb))",
                    (cls.value,),
                )
    assert told.execute("select count(*) from read.timeline").fetchone() == (0,)


@pytest.mark.parametrize("model", READ_MODELS.values(), ids=READ_MODELS.keys())
def test_every_sensitive_column_lies_in_the_table_of_its_class(model: type[ReadModel]) -> None:
    apart = {s.name: s.sensitivity for s in model.specs if s.sensitivity.is_sensitive}
    if model.private:
        assert model.sides == ()
        return
    assert {name: side.classes for name, side in model.apart.items()} == {
        name: (cls,) for name, cls in apart.items()
    }
    assert len({side.table for side in model.sides}) == len(set(apart.values())) + bool(
        model.by_class
    )
