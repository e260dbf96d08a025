"""Append rate: this log beside raw INSERTs, the eventsourcing library as shipped, and two other event stores.

    python bench/append.py DSN [SECONDS] [THREADS]

DSN is a server's administrator (the bench makes its own database). Each way writes one 600-byte event
a commit from many writers on the same server, three rounds in turn; medians and ratios are printed.
The log's figures include its order and hash chain; one of them a command id and one inline projection too: what it is
held against writes the same three rows in one transaction of its own.
The peers from npm (emmett-postgresql, message-db) run where ``npm ci`` was run in ``bench/peers``.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import partial
from pathlib import Path
from urllib.parse import quote

import psycopg
from eventsourcing.persistence import ApplicationRecorder, StoredEvent
from eventsourcing.postgres import PostgresFactory
from psycopg.conninfo import conninfo_to_dict, make_conninfo

sys.path.insert(0, str(Path(__file__).parent.parent))

from bench.figures import Figure, figure, keep, machine_of, said_of, tell
from bench.pictures import WRITERS
from eventlog.entries import CommandEntry, Write
from eventlog.factory import LogFactory, environment
from eventlog.recorder import LogRecorder
from migrations.run import migrate
from projections.rowwrite import Part, RowWrite, one
from projections.together import together

STATE = b'{"data":{"note":"%s"},"meta":{}}' % (b"x" * 570)
ROUNDS = 3
OURS = "… + one inline projection"
SAME_ROWS = "raw INSERTs of the same rows"
ALONE = "event log"
GOALS = {
    SAME_ROWS: (OURS, 1.0),
    "eventsourcing as shipped": (ALONE, 6.0),
    "emmett-postgresql": (ALONE, 6.0),
    "message-db": (ALONE, 6.0),
}
"""Which of our ways is held against which other, and how many times as fast it is to be: with all the log does against
the same rows, and an event alone, in order and chained, against stores that write an event alone."""
PEERS = Path(__file__).parent / "peers"
MESSAGE_DB = PEERS / "node_modules/@eventide/message-db/database"
RAW = """CREATE TABLE raw (id uuid, version bigint, topic text, state bytea, position bigserial,
         PRIMARY KEY (id, version)); CREATE UNIQUE INDEX ON raw (position);
         CREATE TABLE raw_command (id uuid PRIMARY KEY, actor uuid, digest bytea, version bigint, answer jsonb);
         CREATE TABLE raw_row (id uuid PRIMARY KEY, note text)"""
ROW = (Part("bench_row", ("id", "note"), "on conflict (id) do nothing"),)
"""Of the inline projection, as ``projections.kernel.insert`` would write it from a declaration."""
Step = Callable[[], object]


def event() -> StoredEvent:
    """The first event of a new stream."""
    return StoredEvent(uuid.uuid4(), 1, "case.bench", STATE)


def rate(open_step: Callable[[], Step], seconds: float, threads: int) -> float:
    """Events a second of so many threads, each calling its own step until the time is over."""
    counts = [0] * threads
    start = threading.Barrier(threads + 1)

    def run(number: int) -> None:
        step = open_step()
        start.wait()
        end = time.perf_counter() + seconds
        while time.perf_counter() < end:
            step()
            counts[number] += 1

    running = [threading.Thread(target=run, args=(number,)) for number in range(threads)]
    for thread in running:
        thread.start()
    start.wait()
    began = time.perf_counter()
    for thread in running:
        thread.join()
    return sum(counts) / (time.perf_counter() - began)


def message_db(dsn: str) -> Callable[[], Step]:
    """Installs message-db beside the log, from its own files, and writes through its function."""
    with psycopg.connect(dsn, autocommit=True) as conn:
        # Not extensions/pgcrypto: all it gives here is gen_random_uuid, PostgreSQL's own since 13.
        for name in ("roles/message-store", "schema/message-store"):
            conn.execute((MESSAGE_DB / f"{name}.sql").read_text().encode())
        for folder in ("types", "tables", "functions", "indexes"):
            for file in sorted((MESSAGE_DB / folder).glob("*.sql"), key=lambda f: f.name):
                conn.execute(file.read_text().encode())

    def open_step() -> Step:
        conn = psycopg.connect(dsn, autocommit=True, options="-c search_path=message_store,public")
        write = "select write_message(%s, %s, 'case.bench', %s::jsonb)"

        def step() -> None:
            stream = f"case-{uuid.uuid4()}"
            conn.execute(write, (str(uuid.uuid4()), stream, STATE.decode()), prepare=True)

        return step

    return open_step


def emmett(dsn: str, seconds: float, writers: int) -> float:
    """Events a second of emmett-postgresql, in its own process."""
    given = conninfo_to_dict(dsn)
    host, user = quote(str(given["host"]), safe=""), quote(str(given["user"]))
    password, port = quote(str(given.get("password", ""))), given.get("port", 5432)
    at = f"postgresql://{user}:{password}@{host}:{port}/{given['dbname']}"
    node = PEERS / "node_modules/.bin/node"
    command = [str(node), "emmett.mjs", at, str(seconds), str(writers)]
    done = subprocess.run(command, cwd=PEERS, capture_output=True, text=True, check=True)
    return float(done.stdout)


def prepared(admin: str) -> str:
    """A database of the bench's own, with the log, the plain table and the row of the projection."""
    with psycopg.connect(admin, autocommit=True) as conn:
        conn.execute("DROP DATABASE IF EXISTS bench_append WITH (FORCE)")
        conn.execute("CREATE DATABASE bench_append")
    dsn = make_conninfo(admin, dbname="bench_append")
    migrate(dsn, report=lambda _: None)
    with psycopg.connect(dsn, autocommit=True) as conn:
        conn.execute(RAW)
        conn.execute("CREATE TABLE bench_row (id uuid PRIMARY KEY, note text)")
        conn.execute("GRANT INSERT ON bench_row TO yidang_writer")
    return dsn


def raw(dsn: str) -> Callable[[], Step]:
    """One prepared INSERT a commit, a connection a writer."""

    def open_step() -> Step:
        conn = psycopg.connect(dsn, autocommit=True)
        insert = "INSERT INTO raw (id, version, topic, state) VALUES (%s, 1, 'case.bench', %b)"
        return lambda: conn.execute(insert, (uuid.uuid4(), STATE), prepare=True)

    return open_step


def same_rows(dsn: str) -> Callable[[], Step]:
    """The event, the command and the projection's row in one transaction and one round trip, a connection a writer."""
    event_row = "INSERT INTO raw (id, version, topic, state) VALUES (%s, 1, 'case.bench', %b)"
    command = "INSERT INTO raw_command VALUES (%s, %s, %b, 1, '{}')"

    def open_step() -> Step:
        conn = psycopg.connect(dsn, autocommit=True)

        def step() -> None:
            stream = uuid.uuid4()
            with conn.pipeline():
                conn.execute("BEGIN", prepare=False)
                conn.execute(event_row, (stream, STATE), prepare=True)
                conn.execute(command, (uuid.uuid4(), uuid.uuid4(), b"d" * 32), prepare=True)
                conn.execute("INSERT INTO raw_row VALUES (%s, %s)", (stream, "x"), prepare=True)
                conn.execute("COMMIT", prepare=False)

        return step

    return open_step


def through(recorder: ApplicationRecorder) -> Callable[[], Step]:
    """The event alone."""
    return lambda: lambda: recorder.insert_events([event()])


def with_command(log: ApplicationRecorder, *, row: bool) -> Callable[[], Step]:
    """The event with a command id, and with a row of an inline projection."""

    def step() -> None:
        told = event()
        entry = CommandEntry(uuid.uuid4(), uuid.uuid4(), b"d" * 32, None, 1, {})
        values = {"id": told.originator_id, "note": "x"}
        under = (told.originator_id,)

        def writes(_positions: Sequence[int], _at: datetime) -> list[Write]:
            return [RowWrite(one(ROW), values, table="bench_row", parts=ROW, under=under)]

        log.insert_events([told], command=entry, writes=writes if row else ())

    return lambda: step


def main(admin: str, seconds: float, threads: int, children: int = 0) -> None:
    """Make a database, measure the ways in turn, tell, and keep the figures beside those of a city of that size."""
    machine = machine_of(admin)
    print(f"\n追加 · Appends, {threads} writers\n{said_of(machine)}", flush=True)
    dsn = prepared(admin)
    env = environment(dsn, pool_size=4)
    shipped_env = env | {
        "PERSISTENCE_MODULE": "eventsourcing.postgres",
        "CREATE_TABLE": "yes",
        "POSTGRES_SCHEMA": "public",
        "POSTGRES_POOL_SIZE": str(threads),
    }
    shipped_factory, factory = PostgresFactory(shipped_env), LogFactory(env)
    log = log_of(factory)
    steps = {
        "raw INSERT a commit": raw(dsn),
        SAME_ROWS: same_rows(dsn),
        "eventsourcing as shipped": through(shipped_factory.application_recorder()),
        ALONE: through(log),
        "event log + command id": with_command(log, row=False),
        OURS: with_command(log, row=True),
    }
    if MESSAGE_DB.exists():
        steps["message-db"] = message_db(dsn)
    ways = {name: partial(rate, step, seconds, threads) for name, step in steps.items()}
    if MESSAGE_DB.exists():
        ways["emmett-postgresql"] = partial(emmett, dsn, seconds, threads)
    rates = measured(ways)
    told(rates)
    figures = figures_of(rates)
    tell(figures)
    keep("append", children, machine, figures)
    shipped_factory.close()
    factory.close()


def log_of(factory: LogFactory) -> LogRecorder:
    """The log with its projections' way of putting writes together, as ``ops.platform`` composes it."""
    log = factory.application_recorder()
    assert isinstance(log, LogRecorder)
    log.together = together
    return log


def measured(ways: Mapping[str, Callable[[], float]]) -> dict[str, list[float]]:
    """Every way in turn, so that a slow moment of the machine meets all of them."""
    rates: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(ROUNDS):
        for name, way in ways.items():
            rates[name].append(way())
    return rates


def figures_of(rates: Mapping[str, Sequence[float]]) -> list[Figure]:
    """The rates, and what the goal asks of them, round by round."""
    found = [
        figure(f"append.rate.{name}", WRITERS[name], "a second", values)
        for name, values in rates.items()
        if name in WRITERS
    ]
    for name, (mine, must) in GOALS.items():
        if name in rates:
            found.append(_against(f"append.{name}", rates, mine, name, must))
            if mine != OURS:
                found.append(_against(f"append.{name}.all", rates, OURS, name, None))
    return found


def _against(
    key: str, rates: Mapping[str, Sequence[float]], mine: str, other: str, must: float | None
) -> Figure:
    ratios = [m / o for m, o in zip(rates[mine], rates[other], strict=True)]
    return figure(key, f"{WRITERS[mine]} / {WRITERS[other]}", "×", ratios, must, most=False)


def told(rates: Mapping[str, Sequence[float]]) -> None:
    """Medians, and ratios to the first two."""
    medians = {name: statistics.median(values) for name, values in rates.items()}
    for name, value in medians.items():
        ratios = "".join(f"  {value / medians[base]:5.2f} x {base}" for base in list(medians)[:2])
        print(f"{name:26} {value:8.0f} events/s{ratios}")


if __name__ == "__main__":
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("dsn")
    arguments.add_argument("seconds", type=float, nargs="?", default=3.0)
    arguments.add_argument("threads", type=int, nargs="?", default=32)
    given = arguments.parse_args()
    main(given.dsn, given.seconds, given.threads)
