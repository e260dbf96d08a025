"""Looks at made-up children, written and read as the API writes and reads them, in a database of their own."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

import psycopg
from psycopg.rows import dict_row

from authz.scope import Scope
from authz.scope_db import apply
from authz.words import Resource
from domain.sensitivity import P0, P2, Sensitivity
from projections.journal import LATEST, NOTE, PAGE, Outcome, Seal, Viewer, look_at, told
from schema.context import wall_clock
from tests.database import Database
from tests.journeys.world import SECRETS

SEAL = Seal(SECRETS.scope_key, wall_clock)
CLASS_OF_READER: dict[str, Sensitivity] = {"unit": P2, "family": P0, "order": P2}
"""Whoever may read a child's journal, and in which class."""
BY_INDEX = "select id from sec.access_journal where subjects @> array[%s::uuid] order by id"


def viewer(person: UUID | None = None, **more: Any) -> Viewer:
    """Somebody at work."""
    given: dict[str, Any] = {
        "person_id": person or uuid4(),
        "assignment_id": uuid4(),
        "role": "child_director",
        "unit_id": uuid4(),
        "division_id": "cq00001",
        "purpose": "casework",
        "trace_id": uuid4().hex,
        "policy_version": "p",
    }
    return Viewer(**given | more)


def looks_at(*children: UUID, by: Viewer | None = None, outcome: Outcome = Outcome.SEEN) -> str:
    """One look, as it is put."""
    entries = [
        look_at("child", "read", c, outcome, relation="assigned", classes={"P1", "P3"})
        for c in children
    ]
    looks = told(by or viewer(), entries)
    assert looks is not None
    return looks


@dataclass
class Journal:
    """The journal of one database."""

    database: Database
    by_order: UUID = field(default_factory=uuid4)

    def note(self, looks: str) -> None:
        """Writes looks as the API's role."""
        with psycopg.connect(self.database.reader_dsn) as conn:
            conn.execute(NOTE, SEAL.note(looks))

    def sql(self, query: str, *params: object) -> list[tuple[Any, ...]]:
        """As the administrator."""
        with psycopg.connect(self.database.admin_dsn, autocommit=True) as conn:
            found = conn.execute(query.encode(), params)
            return found.fetchall() if found.description else []

    def opened(self, child: UUID) -> None:
        """A unit and a family to which this child's journal is open, and an order of audit for all its days."""
        for token in ("T:unit", "F:family"):
            given = "insert into read.access_relation values (%s, %s, 'r', gen_random_uuid())"
            self.sql(given, child, token)
        self.sql(
            "insert into read.access_grant (grantee, subject_id, event_id, relation, classes, reason, valid_from, "
            "valid_to, records_from, records_to) values ('G:order', %s, gen_random_uuid(), 'order', '{P2}', 'o', "
            "now() - interval '1 day', now() + interval '1 day', current_date - 1, current_date + 1)",
            child,
        )

    def shown(self, reader: str, child: UUID) -> list[dict[str, Any]]:
        """What a reader is told of a child's journal, all columns."""
        token = {"unit": "T:unit", "family": "F:family", "order": "G:order"}[reader]
        grid = {Resource.ACCESS: {CLASS_OF_READER[reader]: frozenset({token})}}
        signed = Scope(uuid4(), grid, purpose="casework").signed(SECRETS.scope_key, wall_clock())
        with psycopg.connect(self.database.reader_dsn, row_factory=dict_row) as conn:
            apply(conn, signed)
            return conn.execute(PAGE, {"subject": child, "before": LATEST, "most": 100}).fetchall()

    def found(self, child: UUID) -> list[int]:
        """The rows of a child as the index finds them, pending or settled."""
        with psycopg.connect(self.database.admin_dsn) as conn:
            conn.execute("set local enable_seqscan = off")
            way = conn.execute(f"explain {BY_INDEX}", (child,)).fetchall()
            assert "access_journal_subjects" in str(way)
            return [number for (number,) in conn.execute(BY_INDEX, (child,))]

    def written(self, child: UUID) -> list[int]:
        """The same rows, looked through one by one."""
        query = "select id from sec.access_look where subject_id = %s order by id"
        return [number for (number,) in self.sql(query, child)]
