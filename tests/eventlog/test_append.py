"""Appending: all or nothing, and of each request what became of it, whatever its neighbours do."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime
from threading import Barrier
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from eventsourcing.persistence import StoredEvent

from eventlog.recorder import (
    AppendRefused,
    CommandKnown,
    LogRecorder,
    LogUnavailable,
    VersionConflict,
    Write,
    WriteFailed,
    Writes,
)
from tests.eventlog.conftest import OpenLog, Sql, command, event, events

TABLE = """
    CREATE SCHEMA inline AUTHORIZATION yidang_owner;
    CREATE TABLE inline.seen (position bigint PRIMARY KEY, recorded_at timestamptz,
        note text CHECK (note <> 'bad'), once text UNIQUE DEFERRABLE INITIALLY DEFERRED);
    GRANT USAGE ON SCHEMA inline TO yidang_writer;
    GRANT SELECT, INSERT ON inline.seen TO yidang_writer
"""
INSERT = "INSERT INTO inline.seen VALUES (%s, %s, %s, %s)"


def seen(note: str = "", once: str | None = None) -> Callable[..., Iterable[Write]]:
    """Inline writes that need to know where the events stand."""

    def writes(positions: Sequence[int], recorded_at: datetime) -> Iterable[Write]:
        return [Write(INSERT, (p, recorded_at, note, once)) for p in positions]

    return writes


def test_positions_versions_and_chain_of_two_streams_appended_at_once(
    log: LogRecorder, admin: Sql
) -> None:
    case, child = uuid4(), uuid4()
    mixed = [
        event(case, 1),
        event(child, 1, "child.met"),
        event(case, 2),
        event(child, 2, "child.met"),
    ]
    appended = log.append(mixed)
    assert list(appended.positions) == [1, 2, 3, 4]
    rows = admin(
        "SELECT stream, originator_version, prev_hash, hash, recorded_at FROM es.event ORDER BY 3"
    )
    by_place = {(stream, version): (prev, hash_) for stream, version, prev, hash_, _ in rows}
    for stream in ("case", "child"):
        assert by_place[stream, 1][0] == b""
        assert by_place[stream, 2][0] == by_place[stream, 1][1]
    assert {row[4] for row in rows} == {appended.recorded_at}
    assert appended.hashes[3] == by_place["child", 2][1]


def test_several_streams_are_kept_together_or_not_at_all(log: LogRecorder) -> None:
    case, child = uuid4(), uuid4()
    log.insert_events([event(child, 1, "child.met")])
    with pytest.raises(VersionConflict) as conflict:
        log.insert_events([event(case, 1), event(child, 1, "child.met")])
    assert (conflict.value.current_version, conflict.value.stream_id) == (1, child)
    assert log.select_events(case) == []


@pytest.mark.parametrize(
    ("versions", "head"), [([1], 2), ([2], 2), ([4], 2), ([3, 5], 3), ([3, 3], 3)]
)
def test_a_version_that_does_not_follow_is_a_conflict_with_the_head(
    log: LogRecorder, versions: list[int], head: int
) -> None:
    case = uuid4()
    log.insert_events(events(case, [1, 2]))
    with pytest.raises(VersionConflict) as conflict:
        log.insert_events(events(case, versions))
    assert conflict.value.current_version == head
    assert len(log.select_events(case)) == 2


def test_a_command_id_is_answered_for_ever_also_before_a_conflict(log: LogRecorder) -> None:
    case = uuid4()
    entry = command(case, 1)
    (position,) = log.insert_events([event(case, 1)], command=entry)
    for again in (event(case, 1), event(case, 2), event(uuid4(), 1)):
        with pytest.raises(CommandKnown) as known:
            log.insert_events([again], command=replace(entry, actor=uuid4()))
        assert replace(known.value.entry, recorded_at=None) == replace(entry, position=position)
        assert known.value.entry == log.command(entry.command_id)
    assert log.command(uuid4()) is None
    assert log.max_notification_id() == position


def test_a_command_without_events_is_remembered(log: LogRecorder) -> None:
    entry = command()
    assert log.insert_events([], command=entry) == []
    stored = log.command(entry.command_id)
    assert stored is not None
    assert stored.position is None
    assert log.insert_events([]) == []


def test_inline_writes_are_told_position_and_time_and_commit_with_the_events(
    log: LogRecorder, admin: Sql
) -> None:
    admin(TABLE)
    case = uuid4()
    positions = log.insert_events(events(case, [1, 2]), writes=seen("ok"))
    assert admin(
        "SELECT s.position FROM inline.seen s JOIN es.event e ON e.notification_id = s.position"
        " AND e.recorded_at = s.recorded_at ORDER BY 1"
    ) == [(p,) for p in positions]


def test_writes_of_one_statement_go_together_and_yet_in_order(log: LogRecorder, admin: Sql) -> None:
    admin(TABLE)
    admin("GRANT UPDATE ON inline.seen TO yidang_writer")
    note = Write("UPDATE inline.seen SET note = note || %s", ("+",))

    def writes(_positions: Sequence[int], at: datetime) -> Iterable[Write]:
        rows = [Write(INSERT, (n, at, str(n), None)) for n in range(4)]
        return [*rows[:2], note, note, rows[2], note, rows[3]]

    log.insert_events([event(uuid4(), 1)], writes=writes)
    kept = admin("SELECT note FROM inline.seen ORDER BY position")
    assert kept == [("0+++",), ("1+++",), ("2+",), ("3",)]


def late(note: str) -> Callable[..., Iterable[Write]]:
    """Two writes of one statement, the second of which fails."""
    return lambda _p, at: [Write(INSERT, (n, at, w, None)) for n, w in ((-1, "ok"), (-2, note))]


@pytest.mark.parametrize(
    ("bad", "cause"),
    [
        (late("bad"), psycopg.errors.CheckViolation),
        (late("\ud840"), UnicodeEncodeError),
        (seen("bad"), psycopg.errors.CheckViolation),
        (seen("ok", "taken"), psycopg.errors.UniqueViolation),
        (lambda *_: 1 / 0, ZeroDivisionError),
        (seen("\ud840"), UnicodeEncodeError),
        ([Write("SELECT %s", (object(),))], psycopg.ProgrammingError),
        ([Write("SELECT %(missing)s", {"other": 1})], psycopg.ProgrammingError),
    ],
    ids=[
        "second",
        "second surrogate",
        "constraint",
        "deferred",
        "raises",
        "surrogate",
        "object",
        "parameter",
    ],
)
def test_a_failing_write_keeps_neither_events_nor_command(
    log: LogRecorder, admin: Sql, bad: Writes, cause: type[Exception]
) -> None:
    admin(TABLE)
    log.insert_events([event(uuid4(), 1)], writes=seen("first", "taken"))
    case, entry = uuid4(), command()
    with pytest.raises(WriteFailed) as failed:
        log.insert_events([event(case, 1)], command=entry, writes=bad)
    assert isinstance(failed.value.cause, cause)
    assert log.select_events(case) == []
    assert log.command(entry.command_id) is None
    assert log.insert_events([event(case, 1)], command=entry, writes=seen("good")) != []


def test_what_the_log_cannot_hold_is_refused_and_its_text_quotes_nothing(log: LogRecorder) -> None:
    with pytest.raises(AppendRefused) as refused:
        log.insert_events([event(uuid4(), 1, "gossip.told", note="王小明")])
    assert "王小明" not in str(refused.value)
    with pytest.raises(AppendRefused):
        log.insert_events([event(uuid4(), 1)], command=replace(command(), answer={"x": "\0"}))
    for topic in ("case.\0", "case.\ud840"):
        with pytest.raises(AppendRefused):
            log.insert_events([event(uuid4(), 1, topic)])
    with pytest.raises(AppendRefused):
        log.insert_events([event(uuid4(), 2**63)])
    for answer in ({"x": object()}, {"x": "\ud840"}):
        with pytest.raises(AppendRefused):
            log.insert_events([], command=replace(command(), answer=answer))
    assert log.max_notification_id() is None


def test_conflicts_known_commands_and_failing_writes_hurt_no_neighbour(
    log: LogRecorder, admin: Sql
) -> None:
    """24 threads on 20 hot versions, one hot command id and a failing write each, and their own streams."""
    admin(TABLE)
    threads, rounds = 24, 20
    hot, shared = uuid4(), [command() for _ in range(rounds)]
    start = Barrier(threads, timeout=120)

    def run(_: int) -> Counter[str]:
        outcomes: Counter[str] = Counter()
        start.wait()
        for n in range(rounds):
            new = uuid4
            outcomes[attempt("hot", [event(hot, n + 1)])] += 1
            outcomes[attempt("command", [event(new(), 1)], command=shared[n])] += 1
            outcomes[attempt("bad", [event(new(), 1)], writes=seen("bad"))] += 1
            outcomes[attempt("own", [event(new(), 1), event(new(), 1)], writes=seen("ok"))] += 1
        return outcomes

    def attempt(label: str, new: list[StoredEvent], **kwargs: Any) -> str:
        try:
            log.insert_events(new, **kwargs)
        except (VersionConflict, CommandKnown, WriteFailed) as error:
            return f"{label} {type(error).__name__}"
        return f"{label} kept"

    with ThreadPoolExecutor(threads) as pool:
        total = sum(pool.map(run, range(threads)), Counter[str]())
    every = threads * rounds
    assert total == {
        "hot kept": rounds, "hot VersionConflict": every - rounds,
        "command kept": rounds, "command CommandKnown": every - rounds,
        "bad WriteFailed": every, "own kept": every,
    }  # fmt: skip
    assert admin("SELECT count(*) FROM es.event") == [(rounds + rounds + 2 * every,)]
    assert admin("SELECT count(*) FROM inline.seen") == [(2 * every,)]


def test_a_lock_held_elsewhere_is_an_answer_in_time(open_log: OpenLog, admin: Sql) -> None:
    log = open_log(lock_s=0.1)
    case = uuid4()
    with psycopg.connect(admin.dsn) as holder:
        holder.execute("SELECT es.lock_append()")
        with pytest.raises(LogUnavailable) as unavailable:
            log.insert_events([event(case, 1)])
        assert unavailable.value.outcome == "not_written"
        with pytest.raises(LogUnavailable):
            log.insert_events([event(case, 1)], writes=[Write("SELECT 1")])
    assert len(log.insert_events([event(case, 1)])) == 1
