"""Every way to change history is found, and the first bad event is named."""

import hashlib
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from eventlog import merkle
from eventlog.checkpoints import (
    RetiredKey,
    make_checkpoints,
    parse,
    put_in_force,
    stored,
)
from eventlog.outside import whole_lines
from eventlog.recorder import LogRecorder
from eventlog.verify import verify
from tests.database import Database
from tests.eventlog.conftest import Sql, command, event, events
from tests.eventlog.tampering import KEY, MOVED, A, B, Tamperer, check, rewritten


@pytest.fixture
def tamper(database: Database) -> Tamperer:
    return Tamperer(database.admin_dsn)


@pytest.fixture
def anchor(tmp_path: Path) -> Path:
    return tmp_path / "checkpoints.txt"


@pytest.fixture(autouse=True)
def _history(log: LogRecorder, database: Database, anchor: Path) -> None:
    """Positions 1 to 10: A's versions 1-5 at the odd ones, B's at the even ones; 1-8 checkpointed by 4."""
    for version in range(1, 6):
        log.insert_events(
            [event(A, version, note=f"a{version}"), event(B, version, note=f"b{version}")]
        )
    assert len(make_checkpoints(database.writer_dsn, KEY, anchor, every=4)) == 2


def test_an_honest_log_holds(database: Database, anchor: Path) -> None:
    report = check(database, anchor)
    assert report.ok
    assert (report.events, report.streams) == (10, 2)
    assert (report.checkpoints, report.checkpointed_to) == (2, 8)


@pytest.mark.parametrize(
    ("change", "position", "version", "reason"),
    [
        ("UPDATE es.event SET state = state || ' ' WHERE notification_id = 5", 5, 3, "stored bytes"),
        ("UPDATE es.event SET topic = 'case.gone' WHERE notification_id = 5", 5, 3, "stored bytes"),
        ("UPDATE es.event SET hash = sha256('x') WHERE notification_id = 9", 9, 5, "stored bytes"),
        ("UPDATE es.event SET prev_hash = sha256('x') WHERE notification_id = 9", 9, 5, "link"),
        ("DELETE FROM es.event WHERE notification_id = 3", 4, None, "checkpoint 1"),
        (MOVED, 11, 9, "version 9 follows version 4"),
    ],
    ids=["state", "topic", "hash", "link", "middle", "gap"],
)  # fmt: skip
def test_an_edit_or_a_drop_in_the_middle_names_the_event(
    database: Database,
    tamper: Tamperer,
    change: str,
    position: int,
    version: int | None,
    reason: str,
) -> None:
    tamper(change)
    first = check(database).first_bad
    assert first is not None
    assert (first.position, first.version) == (position, version)
    assert reason in first.reason


def test_a_drop_in_the_middle_names_the_event_after_the_gap(
    database: Database, tamper: Tamperer
) -> None:
    tamper("DELETE FROM es.event WHERE notification_id = 3")
    faults = check(database).faults
    gap = next(f for f in faults if f.version is not None)
    assert (gap.position, gap.stream_id, gap.version) == (5, A, 3)
    assert gap.reason == "version 3 follows version 1"


def test_a_dropped_tail_is_found_by_checkpoint_and_by_its_command(
    database: Database, tamper: Tamperer, log: LogRecorder
) -> None:
    log.insert_events([event(A, 6)], command=command(A, 6))
    tamper("DELETE FROM es.event WHERE notification_id >= 7")
    report = check(database)
    assert {f.version for f in report.faults} == {None, 6}
    assert report.first_bad is not None
    assert report.first_bad.position == 8
    assert "checkpoint 2" in report.first_bad.reason


def test_a_reaction_dropped_at_the_end_is_found_by_the_command_that_caused_it(
    database: Database, tamper: Tamperer, log: LogRecorder
) -> None:
    """The last event of the log is another stream's; nothing of the command's own is gone."""
    log.insert_events([event(A, 6), event(B, 6, note="reaction")], command=command(A, 6))
    tamper("DELETE FROM es.event WHERE notification_id = 12")
    (fault,) = check(database).faults
    assert (fault.position, fault.stream_id, fault.version) == (12, A, 6)
    assert fault.reason == "a command was answered, its event is gone"


def test_swapped_events_are_found(database: Database, tamper: Tamperer) -> None:
    tamper(
        "UPDATE es.event SET notification_id = -notification_id WHERE notification_id IN (3, 5)",
        "UPDATE es.event SET notification_id = 8 + notification_id WHERE notification_id IN (-3, -5)",
    )
    first = check(database).first_bad
    assert first is not None
    assert (first.position, first.stream_id, first.version) == (3, A, 3)


def test_swapped_events_of_two_streams_break_no_chain_but_the_root(
    database: Database, tamper: Tamperer
) -> None:
    tamper(
        "UPDATE es.event SET notification_id = -notification_id WHERE notification_id IN (3, 4)",
        "UPDATE es.event SET notification_id = 7 + notification_id WHERE notification_id IN (-3, -4)",
    )
    assert verify(database.writer_dsn, checkpoints=False).ok
    first = check(database).first_bad
    assert first is not None
    assert "checkpoint 1" in first.reason


@pytest.mark.parametrize("careful", [False, True], ids=["clumsy", "with hashes"])
def test_an_inserted_event_is_found(database: Database, tamper: Tamperer, *, careful: bool) -> None:
    """At the end of a stream, within what was checkpointed."""
    hash_ = ("sha256(hash || uuid_send(originator_id) || int8send(6) || convert_to(topic, 'UTF8')"
             " || '\\x00'::bytea || state)" if careful else "sha256('x')")  # fmt: skip
    tamper(
        "UPDATE es.event SET notification_id = notification_id + 100 WHERE notification_id > 9",
        "INSERT INTO es.event SELECT originator_id, 6, 10, stream, topic, state, recorded_at, hash,"
        f" {hash_} FROM es.event WHERE notification_id = 9",
        "UPDATE es.event SET notification_id = -7 WHERE notification_id = 10",
        "UPDATE es.event SET notification_id = notification_id - 1000 WHERE notification_id = -7",
    )
    report = check(database)
    assert not report.ok
    if not careful:
        assert any(f.version == 6 for f in report.faults)


def test_a_stream_rewritten_with_right_hashes_is_found_by_the_root(
    database: Database, tamper: Tamperer
) -> None:
    tamper("UPDATE es.event SET state = '{}' WHERE notification_id = 4", *rewritten(B, 2))
    assert verify(database.writer_dsn, checkpoints=False).ok
    first = check(database).first_bad
    assert first is not None
    assert "events 1 to 4" in first.reason


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE es.event SET recorded_at = recorded_at - interval '1 day' WHERE notification_id = 3",
        "UPDATE es.event SET stream = 'child' WHERE notification_id = 3",
    ],
)
def test_columns_outside_the_chain_are_covered_too(
    database: Database, tamper: Tamperer, change: str
) -> None:
    tamper(change)
    assert not check(database).ok


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE es.checkpoint SET root = sha256('x') WHERE no = 2",
        "UPDATE es.checkpoint SET prev_root = sha256('x') WHERE no = 2",
        "UPDATE es.checkpoint SET signature = decode(repeat('00', 64), 'hex') WHERE no = 1",
        "UPDATE es.checkpoint SET at = at + interval '1 second' WHERE no = 1",
        "DELETE FROM es.checkpoint WHERE no = 1",
    ],
)
def test_a_changed_checkpoint_is_found(database: Database, tamper: Tamperer, change: str) -> None:
    tamper(change)
    assert not check(database).ok


def test_dropped_checkpoints_are_found_by_what_was_told_outside(
    database: Database, tamper: Tamperer, anchor: Path
) -> None:
    tamper(
        "DELETE FROM es.checkpoint WHERE no = 2", "DELETE FROM es.event WHERE notification_id >= 7"
    )
    assert check(database).ok
    first = check(database, anchor).first_bad
    assert first is not None
    assert first.reason == "checkpoint 2 is not the one told outside"


def test_where_nothing_is_told_outside_that_is_a_fault(
    database: Database, tamper: Tamperer, anchor: Path
) -> None:
    tamper(
        "DELETE FROM es.checkpoint WHERE no = 2", "DELETE FROM es.event WHERE notification_id >= 5"
    )
    assert check(database, anchor).told_to == 2
    anchor.unlink()
    (fault,) = check(database, anchor).faults
    assert fault.reason.startswith("checkpoints.txt is not there, to which 1 checkpoints were told")


def test_a_line_outside_that_is_none_is_a_fault_and_the_others_are_read(
    database: Database, anchor: Path
) -> None:
    anchor.write_bytes(b"\xff\n" + anchor.read_bytes() + b"garbage\n")
    report = check(database, anchor)
    assert [fault.reason for fault in report.faults] == [
        f"checkpoints.txt line {number} is not a checkpoint" for number in (1, 5)
    ]
    assert report.told_to == 2


@pytest.mark.parametrize("kept", [0, 1, 40], ids=["nothing", "a letter", "some"])
def test_half_a_line_outside_is_written_again(
    database: Database, log: LogRecorder, anchor: Path, kept: int
) -> None:
    """The disk was full, or the power went, while the second was written."""
    key, first, second = anchor.read_text().splitlines(keepends=True)
    anchor.write_text(key + first + second[:kept])
    log.insert_events(events(uuid4(), range(1, 3)))
    make_checkpoints(database.writer_dsn, KEY, anchor, every=4)
    told = anchor.read_text().splitlines(keepends=True)
    assert told[:3] == [key, first, second]
    assert len(told) == 4
    assert check(database, anchor).ok


def test_another_key_signs_nothing_here(database: Database) -> None:
    other = Ed25519PrivateKey.generate().public_key()
    assert [fault.reason for fault in verify(database.writer_dsn, public_key=other).faults] == [
        "checkpoint 1 is not signed by the log's key",
        "checkpoint 2 is not signed by the log's key",
        "nothing vouches for signing key 1",
    ]


@pytest.fixture
def following(database: Database, log: LogRecorder, anchor: Path) -> Ed25519PrivateKey:
    """The key that follows, with a checkpoint of its own."""
    key = Ed25519PrivateKey.generate()
    put_in_force(database.writer_dsn, key)
    log.insert_events([event(A, 6), event(B, 6)])
    assert len(make_checkpoints(database.writer_dsn, key, anchor, every=4)) == 1
    return key


def test_a_key_that_follows_vouches_for_the_one_before(
    database: Database, anchor: Path, following: Ed25519PrivateKey
) -> None:
    public = following.public_key()
    report = verify(database.writer_dsn, public_key=public, anchor=anchor)
    assert report.ok, report.faults
    assert report.told_to == 3
    assert [line.split()[0] for line in whole_lines(anchor)] == ["key", "1", "2", "key", "3"]


@pytest.mark.usefixtures("following")
def test_a_key_that_was_followed_signs_nothing_more(database: Database, anchor: Path) -> None:
    with pytest.raises(RetiredKey):
        make_checkpoints(database.writer_dsn, KEY, anchor, rest=True)
    with pytest.raises(RetiredKey):
        put_in_force(database.writer_dsn, KEY)
    assert not verify(database.writer_dsn, public_key=KEY.public_key()).ok


def test_who_knows_a_key_that_was_followed_cannot_sign_another_past(
    database: Database, tamper: Tamperer, following: Ed25519PrivateKey
) -> None:
    """Checkpoints 1 and 2 made anew over a changed log, with the right signatures of their time."""
    with psycopg.connect(database.writer_dsn, options="-c timezone=UTC") as conn:
        second = stored(conn)[1]
    forged = replace(second, at=second.at - timedelta(seconds=1))
    signature = KEY.sign(forged.message()).hex()
    tamper(
        f"UPDATE es.checkpoint SET at = '{forged.at.isoformat()}', "
        f"signature = decode('{signature}', 'hex') WHERE no = 2"
    )
    report = verify(database.writer_dsn, public_key=following.public_key())
    assert [fault.reason for fault in report.faults] == [
        "the checkpoints before 3 are not those signing key 2 found"
    ]


@pytest.mark.parametrize(
    "change",
    [
        "DELETE FROM es.signing_key WHERE no = 1",
        "DELETE FROM es.signing_key WHERE no = 2",
        "UPDATE es.signing_key SET public_key = sha256('x') WHERE no = 1",
        "UPDATE es.signing_key SET since = 1 WHERE no = 2",
        "UPDATE es.signing_key SET past = sha256('x') WHERE no = 2",
    ],
)
def test_a_changed_history_of_keys_is_found(
    database: Database, tamper: Tamperer, following: Ed25519PrivateKey, change: str
) -> None:
    tamper("ALTER TABLE es.signing_key DISABLE TRIGGER ALL", change)
    assert not verify(database.writer_dsn, public_key=following.public_key()).ok


def test_a_key_told_outside_that_is_not_inside_is_found(
    database: Database, anchor: Path, following: Ed25519PrivateKey
) -> None:
    anchor.write_text(f"key 3 4 {'00' * 32}\n" + anchor.read_text())
    report = verify(database.writer_dsn, public_key=following.public_key(), anchor=anchor)
    assert [fault.reason for fault in report.faults] == [
        "checkpoints.txt line 1: this signing key is not in the database"
    ]


def test_checkpoints_of_before_there_was_a_history_are_of_the_first_key(
    database: Database, tamper: Tamperer
) -> None:
    tamper("ALTER TABLE es.signing_key DISABLE TRIGGER ALL", "DELETE FROM es.signing_key")
    assert check(database).ok
    following = Ed25519PrivateKey.generate()
    put_in_force(database.writer_dsn, KEY)
    put_in_force(database.writer_dsn, following)
    assert verify(database.writer_dsn, public_key=following.public_key()).ok


def test_checkpoints_go_on_where_they_stopped(
    database: Database, log: LogRecorder, anchor: Path, admin: Sql
) -> None:
    assert make_checkpoints(database.writer_dsn, KEY, anchor, every=4) == []
    (rest,) = make_checkpoints(database.writer_dsn, KEY, anchor, every=4, rest=True)
    assert (rest.no, rest.from_position, rest.to_position) == (3, 9, 10)
    log.insert_events(events(uuid4(), range(1, 10)))
    assert [c.to_position for c in make_checkpoints(database.writer_dsn, KEY, anchor, every=4)] == [
        14,
        18,
    ]
    assert [parse(line).no for line in whole_lines(anchor)[1:]] == [1, 2, 3, 4, 5]
    assert parse(rest.line()) == rest
    # A crash between the commit and the file: the next run tells what was not told.
    lines = anchor.read_text().splitlines(keepends=True)
    anchor.write_text("".join(lines[:4]))
    make_checkpoints(database.writer_dsn, KEY, anchor, every=4)
    assert anchor.read_text().splitlines(keepends=True) == lines
    assert check(database, anchor).ok
    assert admin("SELECT count(*) FROM es.checkpoint") == [(5,)]


def test_the_root_is_that_of_rfc_6962() -> None:
    """The tree of the reference implementation's test vectors (certificate-transparency, 8 leaves)."""
    inputs = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657",
              "606162636465666768696a6b6c6d6e6f"]  # fmt: skip
    roots = [
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
        "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
        "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
        "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
    ]
    leaves = [hashlib.sha256(b"\0" + bytes.fromhex(data)).digest() for data in inputs]
    assert [merkle.root(leaves[:n]).hex() for n in range(1, 9)] == roots
    assert merkle.root([]) == hashlib.sha256(b"").digest()
