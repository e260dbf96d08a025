"""Append rate: this log against one raw INSERT a commit and against the eventsourcing library as shipped.

    python bench/append.py DSN [SECONDS] [THREADS]

DSN is a server's administrator (the bench makes its own database). Each way writes one 600-byte event
a commit from many threads on the same server, three rounds in turn; medians and ratios are printed.
The log's figures include its order and hash chain.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import threading
import time
import uuid
from collections.abc import Callable
from pathlib import Path

import psycopg
from eventsourcing.persistence import ApplicationRecorder, StoredEvent
from eventsourcing.postgres import PostgresFactory
from psycopg.conninfo import make_conninfo

sys.path.insert(0, str(Path(__file__).parent.parent))

from eventlog.entries import CommandEntry
from eventlog.factory import LogFactory, environment
from migrations.run import migrate

STATE = b'{"data":{"note":"%s"},"meta":{}}' % (b"x" * 570)
ROUNDS = 3
RAW = """CREATE TABLE raw (id uuid, version bigint, topic text, state bytea, position bigserial,
         PRIMARY KEY (id, version)); CREATE UNIQUE INDEX ON raw (position)"""
Step = Callable[[], None]


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


def main(admin: str, seconds: float, threads: int) -> None:
    """Make a database, measure the ways in turn, print medians and ratios, drop it."""
    with psycopg.connect(admin, autocommit=True) as conn:
        conn.execute("DROP DATABASE IF EXISTS bench_append WITH (FORCE)")
        conn.execute("CREATE DATABASE bench_append")
    dsn = make_conninfo(admin, dbname="bench_append")
    with psycopg.connect(dsn, autocommit=True) as conn:
        conn.execute(RAW)
    migrate(dsn, report=lambda _: None)
    env = environment(dsn, pool_size=4)
    shipped_env = env | {
        "PERSISTENCE_MODULE": "eventsourcing.postgres",
        "CREATE_TABLE": "yes",
        "POSTGRES_SCHEMA": "public",
        "POSTGRES_POOL_SIZE": str(threads),
    }
    shipped_factory, factory = PostgresFactory(shipped_env), LogFactory(env)
    shipped, log = shipped_factory.application_recorder(), factory.application_recorder()

    def raw() -> Step:
        conn = psycopg.connect(dsn, autocommit=True)
        insert = "INSERT INTO raw (id, version, topic, state) VALUES (%s, 1, 'case.bench', %b)"

        def step() -> None:
            conn.execute(insert, (uuid.uuid4(), STATE), prepare=True)

        return step

    def through(recorder: ApplicationRecorder) -> Callable[[], Step]:
        def step() -> None:
            recorder.insert_events([event()])

        return lambda: step

    def with_command() -> Step:
        def step() -> None:
            entry = CommandEntry(uuid.uuid4(), uuid.uuid4(), b"d" * 32, None, 1, {})
            log.insert_events([event()], command=entry)

        return step

    ways: dict[str, Callable[[], Step]] = {
        "raw INSERT a commit": raw,
        "eventsourcing as shipped": through(shipped),
        "event log": through(log),
        "event log + command id": with_command,
    }
    rates: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(ROUNDS):
        for name, way in ways.items():
            rates[name].append(rate(way, seconds, threads))
    medians = {name: statistics.median(values) for name, values in rates.items()}
    for name, value in medians.items():
        ratios = "".join(f"  {value / medians[base]:5.2f} x {base}" for base in list(medians)[:2])
        print(f"{name:26} {value:8.0f} events/s{ratios}")  # noqa: T201
    shipped_factory.close()
    factory.close()


if __name__ == "__main__":
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("dsn")
    arguments.add_argument("seconds", type=float, nargs="?", default=3.0)
    arguments.add_argument("threads", type=int, nargs="?", default=32)
    given = arguments.parse_args()
    main(given.dsn, given.seconds, given.threads)
