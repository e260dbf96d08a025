"""Snapshots: what a long stream came to is read in the place of its history, and never believed when it is not that."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

import msgspec
import psycopg
import pytest
from eventsourcing.persistence import StoredEvent

from domain.access.erasure import EraseChild
from domain.case.state import Case
from domain.kernel import STREAMS, State
from domain.unit.state import Unit
from eventlog.factory import environment
from eventlog.keyring import Keyring
from eventlog.recorded import Recorded
from eventlog.store import EventStore
from eventlog.verify import verify
from ops.platform import patient_store
from tests.projections.test_retelling_pg import closed, lived, looked_at
from tests.projections.town import SECRETS, Town, unit_id

AT_ONCE = 1
"""Every stream is long."""


class Counting(EventStore):
    """Knows which events it opened, by stream and version."""

    def read(self, notification: StoredEvent) -> Recorded:
        recorded = super().read(notification)
        self.__dict__.setdefault("opened", set()).add((recorded.stream_id, recorded.version))
        return recorded


@contextmanager
def another(town: Town, long: int | None = AT_ONCE) -> Iterator[Counting]:
    """The log as a process has it that knows no stream yet."""
    dsn = town.platform.ways.writer_dsn
    store = Counting(environment(dsn), Keyring(dsn, SECRETS.master_key), long=long)
    try:
        yield store
    finally:
        store.close()


def every_stream(town: Town) -> dict[UUID, type[State]]:
    rows = town.rows("select distinct originator_id as id, stream from es.event")
    return {row["id"]: STREAMS[row["stream"]] for row in rows}


def known(town: Town, long: int | None = AT_ONCE) -> tuple[dict[UUID, bytes], int]:
    """Every stream as a new process knows it, written out, and how many events it opened for it."""
    with another(town, long) as store:
        states = {i: store.state(kind, i) for i, kind in every_stream(town).items()}
        return {i: written(s) for i, s in states.items()}, len(vars(store).get("opened", ()))


def written(state: State) -> bytes:
    """All there is in it, the stamps of its facts too."""
    return msgspec.json.encode(state, order="deterministic")


def kept(town: Town) -> dict[UUID, int]:
    rows = town.rows("select originator_id as id, originator_version as version from es.snapshot")
    return {row["id"]: row["version"] for row in rows}


def test_whoever_knows_no_stream_reads_what_came_after_its_snapshot(town: Town) -> None:
    history = lived(town)
    looked_at(history)
    told, events = known(town, None)
    assert {kind.stream for kind in every_stream(town).values()} >= {
        "child",
        "case",
        "unit",
        "access",
    }
    assert kept(town) == {}, "nothing was long enough"
    assert known(town) == (told, events), "the first reads all of it"
    assert {*kept(town)} == {*told}
    assert known(town) == (told, 0), "the next reads nothing, and knows as much, stamps and all"
    before = kept(town)
    closed(history)
    told, events = known(town, None)
    again, read = known(town)
    assert again == told
    assert read == events - sum(before[i] for i in told), "what was recorded since"
    assert kept(town)[history.child] > before[history.child], "the newest is kept"
    with another(town) as store:
        police = unit_id("police")
        assert store.state(Case, police) == Case(id=police), "one of another kind is none"
        assert store.state(Unit, police).version > 0
    with psycopg.connect(town.platform.ways.admin_dsn) as conn:
        conn.execute("update es.snapshot set state = 'none'")
    with patient_store(town.platform.ways, SECRETS) as store:
        alone = {i: store.state(kind, i) for i, kind in every_stream(town).items()}
    assert {i: written(s) for i, s in alone.items()} == told, "retelling reads none"
    assert verify(town.platform.ways.writer_dsn).ok


WRONG = {
    "other code": "set grammar = 'of other code'",
    "another log": "set hash = sha256(hash)",
    "another version": """set originator_version = e.originator_version, hash = e.hash from es.event e
        where (e.originator_id, e.originator_version) = (s.originator_id, s.originator_version - 1)""",
    "changed": "set state = set_byte(state, length(state) - 1, get_byte(state, length(state) - 1) # 1)",
    "of another stream": "set state = (select max(o.state) from es.snapshot o "
    "where o.originator_id <> s.originator_id)",
}


def test_a_snapshot_that_is_not_what_it_says_is_passed_over(town: Town) -> None:
    lived(town)
    for what, wrong in WRONG.items():
        with psycopg.connect(town.platform.ways.admin_dsn) as conn:
            conn.execute("delete from es.snapshot")
        told, events = known(town)
        with psycopg.connect(town.platform.ways.admin_dsn) as conn:
            changed = conn.execute(f"update es.snapshot s {wrong}".encode()).rowcount
        again, opened = known(town)
        assert again == told, what
        right = len(told) - changed  # streams of one event have no other version to be of
        assert opened == events - right, what
        assert right <= sum(version == 1 for version in kept(town).values()), what


def test_a_destroyed_key_takes_the_snapshot_along(town: Town) -> None:
    history = lived(town)
    closed(history)
    known(town)
    assert {history.child, history.case} <= {*kept(town)}
    with psycopg.connect(town.platform.ways.admin_dsn) as conn:
        conn.execute("create table as_it_was as table es.snapshot")
    town.platform.store.keyring.destroy({f"reporter:{history.case}"})
    assert history.case not in kept(town), "the reporter's key is enough"
    assert _put_back(town) == {history.case}
    town.do(EraseChild(child_id=history.child, legal_basis="个人信息保护法第四十七条"))
    assert not {history.child, history.case} & {*kept(town)}
    assert _put_back(town) == {history.child, history.case}


def _put_back(town: Town) -> set[UUID]:
    """The streams whose snapshot opens no more once it is put back; none is taken of what is left of them."""
    told, _ = known(town, None)
    with psycopg.connect(town.platform.ways.admin_dsn) as conn:
        conn.execute("delete from es.snapshot")
        was = conn.execute(
            "insert into es.snapshot table as_it_was returning originator_id"
        ).fetchall()
    with another(town) as store:
        states = {i: store.state(kind, i) for i, kind in every_stream(town).items()}
        opened = {i for i, version in vars(store)["opened"] if version == 1}
    assert {i: written(s) for i, s in states.items()} == told
    with psycopg.connect(town.platform.ways.admin_dsn) as conn:
        taken = conn.execute(
            "select s.originator_id from es.snapshot s join as_it_was w using (originator_id) "
            "where s.state <> w.state and s.originator_version = w.originator_version"
        ).fetchall()
    assert taken == []
    return opened & {i for (i,) in was}


def test_an_older_one_takes_no_newer_s_place_and_one_that_cannot_be_kept_costs_nothing(
    town: Town, caplog: pytest.LogCaptureFixture
) -> None:
    history = lived(town)
    told, _ = known(town)
    store = town.platform.store
    version = kept(town)[history.child]
    for so_far in (version - 1, version):
        store.appending.keep_snapshot(history.child, so_far, store._grammar, b"by another")
    assert kept(town)[history.child] == version
    assert known(town)[0] == told, "nor is the same taken twice"
    assert "passed over" not in caplog.text
    with psycopg.connect(town.platform.ways.admin_dsn) as conn:
        conn.execute("delete from es.snapshot")
        conn.execute("revoke insert on es.snapshot from yidang_writer")
    assert known(town)[0] == told
    assert "a snapshot was not kept" in caplog.text
    assert kept(town) == {}


def test_a_page_of_the_log_is_read_on_from_snapshots_with_the_same_states(town: Town) -> None:
    history = lived(town)
    half = town.rows("select max(notification_id) / 2 as half from es.event")[0]["half"]
    with another(town, None) as store:
        whole = store.read_on(half, 1_000)
    early = next(r.version for r in whole if r.stream_id == history.child) - 1
    _keep_up_to(town, history.child, early)
    with another(town) as store:
        assert [(r.before, r.after) for r in store.read_on(half, 1_000)] == [
            (r.before, r.after) for r in whole
        ]
        opened = vars(store)["opened"]
    assert {v for i, v in opened if i == history.child} == {
        r.version for r in whole if r.stream_id == history.child
    }


def _keep_up_to(town: Town, child: UUID, version: int) -> None:
    """As kept by whoever had read so far then."""
    with another(town) as store:
        early = [r for r in store.read_on(0, 1_000) if r.stream_id == child][version - 1]
        assert early.after is not None
        store._keep([early.after])
