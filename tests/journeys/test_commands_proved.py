"""What was answered, against somebody who owns the database: it stands by the events that it was answered for."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID, uuid4

import psycopg
import pytest

from eventlog.verify import verify
from tests.journeys.children import left_behind_girl
from tests.journeys.living_alone import police_on_scene, reported
from tests.journeys.world import World

GONE = "the command that caused this event is not there"
FOREIGN = "a command stands by an event that it did not cause"
ASKED = "a command was not asked by this person at this time"
ANSWERED = "a command was not answered as it stands here"


@pytest.fixture(scope="module")
def case(story: World) -> UUID:
    """Of commands with reactions on other streams and on their own."""
    case_id = reported(story, left_behind_girl(story))
    police_on_scene(story, case_id)
    return case_id


@contextmanager
def tampered(story: World, change: str, *params: object) -> Iterator[None]:
    """A superuser's change, taken back at the end."""
    with psycopg.connect(story.platform.ways.admin_dsn, autocommit=True) as conn:
        conn.execute("create temporary table kept as table es.command")
        conn.execute("alter table es.command disable trigger all")
        try:
            assert conn.execute(change.encode(), params).rowcount == 1
            yield
        finally:
            conn.execute("delete from es.command")
            conn.execute("insert into es.command table kept")
            conn.execute("alter table es.command enable always trigger append_only")


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ("delete from es.command where command_id = %s", GONE),
        ("update es.command set command_id = gen_random_uuid() where command_id = %s", GONE),
        ("update es.command set position = null where command_id = %s", GONE),
        ("update es.command set position = position - 1 where command_id = %s", GONE),
        ("update es.command set actor = gen_random_uuid() where command_id = %s", ASKED),
        ("update es.command set recorded_at = now() where command_id = %s", ASKED),
        ("update es.command set version = version - 1 where command_id = %s", ANSWERED),
        (
            "update es.command set answer = jsonb_set(answer, '{event_ids}', '[]') where command_id = %s",
            ANSWERED,
        ),
        (
            "update es.command set answer = jsonb_set(answer, '{version}', '1') where command_id = %s",
            ANSWERED,
        ),
        (
            (
                "insert into es.command select gen_random_uuid(), actor, digest, stream_id, version, position, "
                "answer, recorded_at from es.command where command_id = %s"
            ),
            FOREIGN,
        ),
    ],
)
def test_what_was_changed_of_a_command_is_found(
    story: World, case: UUID, change: str, reason: str
) -> None:
    dsn = story.platform.ways.admin_dsn
    known = story.events(case, "case.police_finding_recorded")[0].stamp.command_id
    assert verify(dsn).ok
    with tampered(story, change, known):
        found = verify(dsn).faults
    assert reason in {fault.reason for fault in found}, found
    assert verify(dsn).ok


def test_a_command_of_no_event_is_under_no_proof(story: World, case: UUID) -> None:
    """What ADR 0061 leaves: nothing in the log tells of it."""
    with tampered(
        story,
        "insert into es.command select %s, actor, digest, stream_id, version, null, answer from es.command "
        "where stream_id = %s limit 1",
        uuid4(),
        case,
    ):
        assert verify(story.platform.ways.admin_dsn).ok
