"""The grants a scope holds are found when it is opened: those row security shows, and none where there is none."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import psycopg
import pytest

from authz.scope import Scope
from authz.scope_db import APPLY, arguments
from authz.words import Resource
from domain.sensitivity import P0
from schema.signin import assignment_of
from tests.authz import test_matrix as matrix
from tests.authz.matrix import Rows, post_of, purposes
from tests.journeys.conftest import story, templates
from tests.journeys.world import World

__all__ = ["story", "templates"]
pytestmark = [pytest.mark.postgres]
rows, reader = matrix.rows, matrix.reader
CAPACITIES = list(purposes())
GRANTS = (
    b"select subject_id, grantee || '|' || array_to_string(classes, ' ') "
    b"|| coalesce('|' || to_char(records_to, 'YYYY-MM-DD'), '') from access_grant"
)
"""Row security leaves those of the scope's own grantees that are valid at its moment, for its purpose."""


def opened(story: World, reader: psycopg.Connection, role: str, purpose: str) -> set[str]:
    """What the opening answers, a line each; the transaction stays open."""
    services = story.platform.services
    assignment = assignment_of(services, post_of(role).assignment_id)
    assert assignment is not None
    now = datetime.now(UTC)  # noqa: TID251 - PostgreSQL checks by its own clock
    signed = services.gate().scope(assignment, purpose).signed(services.scope_key, now)
    (answer,) = reader.execute(APPLY.encode(), arguments(signed)).fetchone() or (None,)
    return set(answer.split("\n")) if answer else set()


def test_the_opening_answers_what_row_security_shows(
    story: World, rows: Rows, reader: psycopg.Connection
) -> None:
    assert rows.child
    held = 0
    for role, purpose in CAPACITIES:
        with reader.transaction():
            answered = opened(story, reader, role, purpose)
            shown = {f"{subject} {token}" for subject, token in reader.execute(GRANTS)}
            assert answered == shown, (role, purpose)
            held += bool(shown)
    assert 0 < held < len(CAPACITIES)


def test_whoever_holds_none_is_not_asked_for_them_again(
    story: World, rows: Rows, reader: psycopg.Connection
) -> None:
    """PostgreSQL's own count of looks at the table of grants, in questions that would need them."""
    assert rows.child
    asked = "select sec.granted('child', 'P0'), sec.for_a_time('child', 'P0')"
    counts = set()
    for role, purpose in CAPACITIES:
        with reader.transaction():
            grants = opened(story, reader, role, purpose)
            before = looks(reader)
            (granted, _) = reader.execute(asked.encode()).fetchone() or (None, None)
            counts.add((bool(grants), looks(reader) > before))
            assert grants or granted == []
    assert (False, False) in counts
    assert (True, True) in counts


def test_a_task_that_tokens_open_asks_for_no_grant(
    story: World, rows: Rows, reader: psycopg.Connection
) -> None:
    """Nor for the periods of grants, since what tokens open has none: of somebody who holds a grant on others."""
    assert rows.child
    ((grantee,),) = story.sql("select min(grantee) from read.access_grant")
    ((task, token),) = story.sql(
        "select task_id, tokens[1] from read.work_item where existence = 'P0' and not keeping "
        "and cardinality(tokens) > 0 limit 1"
    )
    grid = {Resource.WORK_ITEM: {P0: frozenset({token, grantee})}}
    now = datetime.now(UTC)  # noqa: TID251 - PostgreSQL checks by its own clock
    signed = Scope(uuid4(), grid, purpose="casework").signed(story.platform.services.scope_key, now)
    with reader.transaction():
        reader.execute(APPLY.encode(), arguments(signed))
        before = looks(reader)
        assert reader.execute("select from work_item where task_id = %s", (task,)).fetchall()
        assert looks(reader) == before
        reader.execute("select sec.for_a_time('work_item', 'P0')")
        assert looks(reader) > before, "whoever asks for grants is counted"


GRANT = (
    "insert into read.access_grant (grantee, subject_id, event_id, relation, classes, reason, valid_from, "
    "valid_to, records_from, records_to) values ('G:oversight:test', %s, gen_random_uuid(), 'oversight', "
    "'{P0}', 'test', now() - interval '1 day', now() + interval '1 day', %s, %s) returning 1"
)


@pytest.mark.parametrize(("days", "tokens", "seen"), [(0, 0, 1), (-9, 0, 0), (-9, 1, 1)])
def test_a_task_by_a_grant_for_a_period_stood_in_it(
    story: World, rows: Rows, reader: psycopg.Connection, days: int, tokens: int, seen: int
) -> None:
    """By row security alone; what a token opens has no period."""
    assert rows.child
    ((task, child, token, first),) = story.sql(
        "select task_id, child_id, tokens[1], (created_at at time zone 'Asia/Shanghai')::date "
        "from read.work_item where existence = 'P0' and not keeping and cardinality(tokens) > 0 "
        "and child_id is not null order by task_id limit 1"
    )
    day = first + timedelta(days=days)
    story.sql(GRANT, child, day, day)
    held = frozenset({"G:oversight:test", *[token][:tokens]})
    now = datetime.now(UTC)  # noqa: TID251 - PostgreSQL checks by its own clock
    signed = Scope(uuid4(), {Resource.WORK_ITEM: {P0: held}}, purpose="audit").signed(
        story.platform.services.scope_key, now
    )
    try:
        with reader.transaction():
            reader.execute(APPLY.encode(), arguments(signed))
            found = reader.execute("select from work_item where task_id = %s", (task,)).fetchall()
            assert len(found) == seen
    finally:
        story.sql("delete from read.access_grant where reason = 'test' returning 1")


def looks(reader: psycopg.Connection) -> int:
    """Scans of the table of grants in this transaction."""
    row = reader.execute(
        "select seq_scan + coalesce(idx_scan, 0) from pg_stat_xact_all_tables "
        "where schemaname = 'read' and relname = 'access_grant'"
    ).fetchone()
    assert row is not None
    return int(row[0])


def test_a_scope_that_is_not_well_signed_is_answered_nothing(
    story: World, rows: Rows, reader: psycopg.Connection
) -> None:
    """Nor one whose time is over: the grants of somebody else are no answer to whoever writes a name."""
    assert rows.child
    services = story.platform.services
    role, purpose = a_holder(story, reader)
    assignment = assignment_of(services, post_of(role).assignment_id)
    assert assignment is not None
    scope = services.gate().scope(assignment, purpose)
    now = datetime.now(UTC)  # noqa: TID251 - as above
    signed = scope.signed(services.scope_key, now)
    text, actor, expires, signature = arguments(signed)
    with reader.transaction():
        assert reader.execute(APPLY.encode(), (text, actor, expires, signature)).fetchone() != (
            None,
        )
    for wrong in (
        (text, actor, expires, "0" * 64),
        (text + " ", actor, expires, signature),
        (text, actor, "1", signature),
    ):
        with reader.transaction():
            assert reader.execute(APPLY.encode(), wrong).fetchone() == (None,)


def a_holder(story: World, reader: psycopg.Connection) -> tuple[str, str]:
    """A capacity that holds grants."""
    for role, purpose in CAPACITIES:
        with reader.transaction():
            if opened(story, reader, role, purpose):
                return role, purpose
    raise AssertionError("nobody holds a grant")


def test_whether_there_is_none_is_what_the_opening_found(
    story: World, reader: psycopg.Connection
) -> None:
    with reader.transaction():
        assert opened(story, reader, *a_holder(story, reader))
        assert reader.execute("select sec.holds_none()").fetchone() == (False,)
    assert reader.execute("select sec.holds_none()").fetchone() == (False,)
