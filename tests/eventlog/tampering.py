"""Whoever changes the log behind its back, as an administrator could, and what verification says."""

from pathlib import Path
from uuid import UUID, uuid4

import psycopg
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from eventlog.verify import Report, verify
from tests.database import Database

KEY = Ed25519PrivateKey.generate()
A, B = uuid4(), uuid4()
HASH = """sha256(prev_hash || uuid_send(originator_id) || int8send(originator_version)
          || convert_to(topic, 'UTF8') || '\\x00'::bytea || state)"""
MOVED = """DELETE FROM es.event WHERE notification_id = 9;
           INSERT INTO es.event SELECT originator_id, 9, 11, stream, topic, state, recorded_at, prev_hash, hash
           FROM es.event WHERE notification_id = 7"""


class Tamperer:
    """A superuser who switches the triggers off."""

    def __init__(self, dsn: str) -> None:
        self._dsn = dsn

    def __call__(self, *statements: str) -> None:
        with psycopg.connect(self._dsn) as connection:
            connection.execute("ALTER TABLE es.event DISABLE TRIGGER ALL")
            connection.execute("ALTER TABLE es.checkpoint DISABLE TRIGGER ALL")
            for statement in statements:
                assert connection.execute(statement.encode()).rowcount != 0


def check(database: Database, anchor: Path | None = None) -> Report:
    return verify(database.writer_dsn, public_key=KEY.public_key(), anchor=anchor)


def rewritten(stream: UUID, from_version: int) -> list[str]:
    """Statements that give a stream consistent hashes again, as a careful forger would."""
    statements = []
    for version in range(from_version, 6):
        here = f"originator_id = '{stream}' AND originator_version = {version}"
        prev = (f"(SELECT p.hash FROM es.event p WHERE p.originator_id = '{stream}'"
                f" AND p.originator_version = {version - 1})")  # fmt: skip
        statements += [
            f"UPDATE es.event SET prev_hash = coalesce({prev}, '') WHERE {here}",
            f"UPDATE es.event SET hash = {HASH} WHERE {here}",
        ]
    return statements
