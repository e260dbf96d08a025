"""What many callers write into one table goes as one statement, and is as it would be one after another."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from time import monotonic
from uuid import uuid4

from eventlog.entries import Write
from eventlog.group import Request
from eventlog.pipe import Pipe
from eventlog.recorder import LogRecorder, WriteFailed
from eventlog.statements import encode
from projections.rowwrite import Part, RowWrite, one
from projections.together import together
from tests.eventlog.conftest import OpenLog, Sql, event

TABLE = """CREATE SCHEMA inline; GRANT USAGE ON SCHEMA inline TO yidang_writer;
CREATE TABLE inline.seen (position bigint PRIMARY KEY, note text CHECK (note <> 'bad'));
GRANT SELECT, INSERT ON inline.seen TO yidang_writer"""
ROW = (Part("inline.seen", ("position", "note"), "on conflict (position) do nothing"),)


def request(note: str) -> Request:
    stored = [event(uuid4(), 1)]

    def writes(positions: Sequence[int], _at: datetime) -> Iterable[Write]:
        for p in positions:
            values = {"position": p, "note": note}
            yield RowWrite(one(ROW), values, table="inline.seen", parts=ROW, under=(p,))

    return Request(
        events=stored,
        encoded=encode(stored, ["case"], None),
        command=None,
        writes=writes,
        deadline=monotonic() + 60,
    )


def sent(log: LogRecorder, batch: list[Request]) -> list[int]:
    """How many statements each transaction sent for the inline writes of its requests."""
    numbers = []

    def counted(writes: Iterable[Write]) -> list[Write]:
        found = together(writes)
        numbers.append(len(found))
        return found

    log.together = counted
    assert log._lanes.commit(batch, lambda: None)
    return numbers


def test_the_rows_of_a_batch_are_one_statement(open_log: OpenLog, admin: Sql) -> None:
    admin(TABLE)
    batch = [request(note) for note in ("a", "b", "c")]
    assert sent(open_log(), batch) == [1]
    told = [(r.appended.positions[0], n) for r, n in zip(batch, "abc", strict=True) if r.appended]
    assert admin("SELECT position, note FROM inline.seen ORDER BY 1") == told


def test_a_row_that_is_refused_costs_only_its_own_caller(open_log: OpenLog, admin: Sql) -> None:
    admin(TABLE)
    batch = [request(note) for note in ("a", "bad", "c")]
    log = open_log()
    assert sent(log, batch) == [1, 1, 1, 1], "all together, then each alone"
    assert [type(r.error) for r in batch] == [type(None), WriteFailed, type(None)]
    assert [n for (n,) in admin("SELECT note FROM inline.seen ORDER BY position")] == ["a", "c"]
    assert sent(log, [request("d"), request("e")]) == [1], "and the next batch is as fast again"


def test_what_was_prepared_in_a_refused_batch_is_prepared_anew(
    open_log: OpenLog, admin: Sql
) -> None:
    """The server skipped it: to ask for it by name would fail every batch from then on."""
    admin(TABLE)
    log = open_log()
    sent(log, [request("bad"), request("x")])
    pipe = log._lanes._free[-1]._pipe
    assert isinstance(pipe, Pipe)
    with pipe:
        pipe.put("SELECT count(*) FROM inline.seen", binary=True)
        pipe.sync()
        assert pipe.row() == (1,)
    names = {name for (name,) in pipe.conn.execute("SELECT name FROM pg_prepared_statements")}
    assert names == {known.decode() for known in pipe._known.values()}
