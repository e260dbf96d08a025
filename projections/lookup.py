"""Look-ups of the shell and the gate: which tokens a row carries, which cases concern a child, who an assignment is.

Asked as the writer role, on inline read models, so never behind the log.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from psycopg import Connection
from psycopg.rows import dict_row
from psycopg_pool import ConnectionPool

from domain.divisions import Division
from domain.rulebook import Rules
from domain.tasks import TaskView
from domain.unit.annual_figures import TakenFigures
from eventlog.asking import Questions
from eventlog.connections import RECONNECT_S, Timeouts, bounded, server_limits
from projections.posts import SIGNED_IN, Session
from projections.reports.annual import take
from projections.resuming import drop_overtaken
from projections.statistics import COUNTED_AT
from projections.task_view import HELD, TASK, UNITS, path_of, view

_PATH = "-c search_path=read,pg_catalog"
_HEADS = {
    "child": ("child", "child_id"),
    "case": ("case_file", "case_id"),
    "unit": ("unit", "unit_id"),
    "access": ("access_order", "order_id"),
}
_TOKENS = {
    stream: (
        f"select (select tokens from {table} where {key} = %(id)s) as tokens, array("
        "select grantee from access_grant where subject_id = %(id)s "
        "and sec.valid(valid_from, valid_to, for_purpose, %(at)s, %(purpose)s)) as grantees"
    )
    for stream, (table, key) in _HEADS.items()
}
"""One statement, whether there is a row or not: that more is asked about a row would tell that there is one."""


@dataclass(frozen=True)
class Lookup:
    """Point reads as the writer role, whose search path is ``read``; ``pool``: for what is written or is long."""

    pool: ConnectionPool[Connection[dict[str, Any]]]
    questions: Questions

    @classmethod
    def open(cls, writer_dsn: str, *, size: int = 4) -> Lookup:
        """Opens the pool. No look-up waits longer than the log itself would."""
        limits = Timeouts()
        pool: ConnectionPool[Connection[dict[str, Any]]] = ConnectionPool(
            writer_dsn,
            min_size=1,
            max_size=size,
            open=True,
            timeout=limits.connect_s,
            reconnect_timeout=RECONNECT_S,
            connection_class=bounded(limits),
            kwargs={
                "row_factory": dict_row,
                "autocommit": True,
                "connect_timeout": limits.connect_s,
                "options": f"{_PATH} {server_limits(limits)}",
                "application_name": "yidang look-up",
            },
        )
        return cls(pool, Questions.over(writer_dsn, "yidang look-up", _PATH))

    def close(self) -> None:
        """Gives the connections back."""
        self.pool.close()
        self.questions.close()

    def tokens(
        self, stream: str, stream_id: UUID, at: datetime, purpose: str
    ) -> frozenset[str] | None:
        """The row's tokens, and who holds a grant on it that is valid ``at`` for ``purpose``; None if there is none."""
        query = _TOKENS.get(stream)
        if query is None:
            return frozenset({"N:all"})
        given = {"id": stream_id, "at": at, "purpose": purpose}
        (found,) = self.questions.ask((query, given))
        ((tokens, grantees),) = found.rows
        return None if tokens is None else frozenset(tokens) | frozenset(grantees)

    def cases_of(self, child_id: UUID) -> tuple[UUID, ...]:
        """The cases that concern a child."""
        found = self._all(
            "select case_id from case_child where child_id = %s order by case_id", child_id
        )
        return tuple(row["case_id"] for row in found)

    def task(self, task_id: UUID) -> TaskView | None:
        """A task, with the units above its owner; None if there is no such task."""
        found = self._all(TASK, task_id)
        if not found:
            return None
        path = path_of(found[0]["place_id"])
        return view(found[0], self._all(UNITS, path), path)

    def task_held(self, unit_id: UUID, stream_id: UUID, subject: str) -> TaskView | None:
        """The open task that a unit itself has on this stream about this matter."""
        found = self._all(HELD, unit_id, stream_id, subject)
        return self.task(found[0]["task_id"]) if found else None

    def post(self, assignment_id: UUID) -> dict[str, Any] | None:
        """The post behind an assignment, whatever its standing."""
        found = self._all("select * from post where assignment_id = %s", assignment_id)
        return found[0] if found else None

    def signed_in(self, assignment_id: UUID, session: Session) -> dict[str, Any] | None:
        """As ``post``; None too once the session was signed out."""
        found = self._all(SIGNED_IN, assignment_id, session.token, session.since)
        return found[0] if found else None

    def sign_out(self, token: bytes, ends_at: datetime, now: datetime) -> None:
        """From now on this token counts nowhere. What has run out by itself is swept from the list."""
        with self.pool.connection() as conn, conn.transaction():
            conn.execute(
                "insert into sec.signed_out values (%s, %s) on conflict do nothing",
                (token, ends_at),
            )
            conn.execute("delete from sec.signed_out where ends_at < %s", (now,))

    def sign_out_person(self, person_id: UUID, until: datetime) -> None:
        """Whatever the person signed in for up to then counts nowhere, nor what is refreshed from it."""
        with self.pool.connection() as conn:
            conn.execute(
                "insert into sec.signed_out_person values (%s, %s) on conflict do nothing",
                (person_id, until),
            )

    def last_move(self) -> int:
        """The position of the last move of any task; 0 where there is none."""
        (found,) = self._all(
            "select greatest((select max(position) from work_item), "
            "(select max(position) from task_left), 0) as position"
        )
        position: int = found["position"]
        return position

    def moves(self, after: int) -> dict[tuple[UUID, str], int]:
        """The queues in which a task moved after a position of the log, with the last such position."""
        found = self._all(
            "select owner_unit_id, queue, max(position) as position from "
            "(select owner_unit_id, queue, position from work_item where position > %s union all "
            "select owner_unit_id, queue, position from task_left where position > %s) moved "
            "group by owner_unit_id, queue",
            after,
            after,
        )
        return {(r["owner_unit_id"], r["queue"]): r["position"] for r in found}

    def units(self) -> list[dict[str, Any]]:
        """All units."""
        return self._all("select * from unit order by unit_id")

    def posts(self) -> list[dict[str, Any]]:
        """All posts."""
        return self._all("select * from post order by assignment_id")

    def barred(self) -> list[UUID]:
        """The people under an employment ban."""
        return [r["person_id"] for r in self._all("select person_id from bar where stands")]

    def on_file_in(self, division_id: str) -> dict[UUID, frozenset[str]]:
        """The children with an open file that live in this very division, and their categories."""
        found = self._all(
            "select child_id, categories from child where residence_id = %s "
            "and file_status = 'OPEN'",
            division_id,
        )
        return {row["child_id"]: frozenset(row["categories"]) for row in found}

    def matching(
        self, name: str | None, birth_on: date | None, id_number: str | None
    ) -> tuple[UUID, ...]:
        """The children on file of this id number, or of this name and birth date; a few at most."""
        found = self._all(
            "select child_id from child where id_number = %s or (name = %s and birth_on = %s) "
            "order by child_id limit 5",
            id_number,
            name,
            birth_on,
        )
        return tuple(row["child_id"] for row in found)

    def emergencies_of(self, person_id: UUID) -> tuple[UUID, ...]:
        """The emergency accesses a person used last, the latest first; as many as a rule may look at."""
        found = self._all(
            "select order_id from access_order where opened_by_id = %s and order_kind = 'BREAK_GLASS' "
            "order by opened_at desc, order_id limit 50",
            person_id,
        )
        return tuple(row["order_id"] for row in found)

    def pupils_of(self, school_unit_id: UUID) -> tuple[UUID, ...]:
        """The children with an open file at this school."""
        found = self._all(
            "select child_id from child where school_unit_id = %s and file_status = 'OPEN' "
            "order by child_id",
            school_unit_id,
        )
        return tuple(row["child_id"] for row in found)

    def home_of(self, child_id: UUID) -> str | None:
        """Where a child lives."""
        found = self._all("select residence_id from child where child_id = %s", child_id)
        return found[0]["residence_id"] if found else None

    def charges_of(self, person_id: UUID) -> tuple[UUID, ...]:
        """The children a person is responsible for or paired with."""
        found = self._all(
            "select child_id from child where responsible_person_id = %s or tokens @> array[%s] "
            "order by child_id",
            person_id,
            f"U:{person_id}",
        )
        return tuple(row["child_id"] for row in found)

    def erased(self, child_id: UUID | None = None, *, stream_id: UUID | None = None) -> list[UUID]:
        """The streams whose keys are to be gone: all, those erased with one child, or this one if it is."""
        query = (
            "select stream_id from erasure where (%s::uuid is null or child_id = %s) "
            "and (%s::uuid is null or stream_id = %s)"
        )
        found = self._all(query, child_id, child_id, stream_id, stream_id)
        return [row["stream_id"] for row in found]

    def drop_overtaken(self) -> None:
        """Nothing that was erased stays readable in a retelling that was cut short."""
        with self.pool.connection() as conn:
            drop_overtaken(conn)

    def tier_counts(self, division: Division) -> dict[str, int]:
        """How many children on file stand at which tier in a division and below; raw figures, not to be shown."""
        if division.level not in COUNTED_AT:
            return {}
        found = self._all(
            "select tier, count(*) as n from tier_standing where file_status = 'OPEN' and tier is not null "
            f"and {COUNTED_AT[division.level]} = %s group by tier",
            division.id,
        )
        return {row["tier"]: row["n"] for row in found}

    def ask(self, query: str, params: Mapping[str, Any]) -> list[dict[str, Any]]:
        """The rows of a statement over private read models; for figures, never for rows to be shown."""
        (found,) = self.questions.ask((query, params))
        return found.dicts()

    def annual_figures(self, path: tuple[str, ...], day: date, rules: Rules) -> TakenFigures | None:
        """The figures of a district as of a day; None while not everything recorded by then is counted."""
        return take(path, day, rules, self.ask)

    def parked(self) -> set[tuple[str, UUID]]:
        """Which streams which projection has set aside."""
        return {(r["projection"], r["stream_id"]) for r in self._all("select * from parked")}

    def _all(self, query: str, *params: Any) -> list[dict[str, Any]]:
        return self.questions.rows(query, *params)
