"""A row whose columns lie in several tables is written, changed and removed as one, by whichever word."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any
from uuid import UUID

import psycopg
import pytest
from psycopg.rows import dict_row

from domain.sensitivity import P2, P4, P5
from eventlog.entries import Write
from projections import tables
from projections.apart import joined, selected
from projections.case import ContributionRow
from projections.child import GuardianRow
from projections.kernel import change, insert, remove, sql, upsert
from projections.readmodel import READ_MODELS, ReadModel
from projections.timeline import TimelineLine
from projections.together import together
from tests.database import Database
from tests.dsl import an_id
from tests.projections.test_retelling_pg import lived
from tests.projections.town import Town

CHILD = an_id("child")
Writes = Callable[[Sequence[Write]], None]


@pytest.fixture
def writer(database: Database) -> Iterator[psycopg.Connection[dict[str, Any]]]:
    with psycopg.connect(database.admin_dsn, autocommit=True) as admin:
        admin.execute("set role yidang_owner")
        tables.create(admin, tables.LIVE)
    with psycopg.connect(database.writer_dsn, autocommit=True, row_factory=dict_row) as conn:
        yield conn


def put(conn: psycopg.Connection[Any], *writes: Write) -> None:
    with conn.transaction():
        for write in writes:
            conn.execute(write.sql, write.params)


def whole(conn: psycopg.Connection[dict[str, Any]], model: type[ReadModel]) -> list[dict[str, Any]]:
    (key,) = model.key
    query = (
        f"select {selected(model)} from {model.table}{joined(model)} order by {model.table}.{key}"
    )
    return conn.execute(query.encode()).fetchall()


def guardian(name: str, **values: Any) -> dict[str, Any]:
    told = {
        "guardian_id": an_id(name),
        "child_id": CHILD,
        "relation": "FATHER",
        "life_status": "ALIVE",
        "is_away": False,
        "is_incapable": False,
        "is_confined": False,
        "is_revoked": False,
    }
    return told | values


def line(position: int, **details: dict[str, Any]) -> Write:
    return insert(
        TimelineLine,
        position=position,
        event_id=an_id(f"event {position}"),
        stream="child",
        stream_id=CHILD,
        version=position,
        child_id=CHILD,
        case_id=None,
        name="child.told",
        occurred_at="2025-03-03 08:00+08",
        recorded_at="2025-03-03 08:00+08",
        precision="DAY",
        is_late=False,
        late_because=None,
        actor_role="township",
        actor_unit_id=None,
        actor_person_id=None,
        clauses=(),
        packs=(),
        details=details,
        existence="P0",
    )


@pytest.mark.parametrize("told", ["one", "several"])
def test_a_row_lies_in_each_of_its_tables(
    writer: psycopg.Connection[dict[str, Any]], told: str
) -> None:
    names = ("father", "mother") if told == "several" else ("father",)
    put(writer, *together([insert(GuardianRow, **guardian(n, is_confined=True)) for n in names]))
    assert [r["is_confined"] for r in whole(writer, GuardianRow)] == [True] * len(names)
    again = [insert(GuardianRow, **guardian(n, is_incapable=True)) for n in names]
    put(writer, *together(again))
    assert not any(r["is_incapable"] for r in whole(writer, GuardianRow)), "what is told stays"
    anew = [upsert(GuardianRow, **guardian(n, is_incapable=True, relation="X")) for n in names]
    put(writer, *together(anew))
    found = [
        (r["relation"], r["is_incapable"], r["is_confined"]) for r in whole(writer, GuardianRow)
    ]
    assert found == [("X", True, False)] * len(names)


def test_a_change_finds_each_column_where_it_lies(
    writer: psycopg.Connection[dict[str, Any]],
) -> None:
    put(writer, *(insert(GuardianRow, **guardian(n)) for n in ("father", "mother")))
    put(writer, change(GuardianRow, {"child_id": CHILD}, is_confined=True, life_status="DEAD"))
    put(writer, change(GuardianRow, {"guardian_id": an_id("father")}, is_incapable=True))
    found = {r["guardian_id"]: r for r in whole(writer, GuardianRow)}
    assert {(r["is_confined"], r["life_status"]) for r in found.values()} == {(True, "DEAD")}
    assert [found[an_id(n)]["is_incapable"] for n in ("father", "mother")] == [True, False]


def test_what_lies_beside_a_row_goes_with_it(
    writer: psycopg.Connection[dict[str, Any]],
) -> None:
    put(writer, *(insert(GuardianRow, **guardian(n)) for n in ("father", "mother", "aunt")))
    put(writer, remove(GuardianRow, guardian_id=an_id("aunt")))
    put(writer, sql("delete from guardian where guardian_id = %(id)s", id=an_id("mother")))
    for side in GuardianRow.sides:
        left = writer.execute(f"select guardian_id from {side.table}".encode()).fetchall()
        assert left == [{"guardian_id": an_id("father")}], side.table


@pytest.mark.parametrize("told", ["one", "several"])
def test_values_by_class_are_parted_and_read_as_one(
    writer: psycopg.Connection[dict[str, Any]], told: str
) -> None:
    said = {"P2": {"school": "x"}, "P4": {"illness": "y"}, "P5": {"sentence": "z"}}
    lines = [line(1, **said), line(2, P2={"school": "w"})]
    put(writer, *(together(lines) if told == "several" else lines))
    own = writer.execute("select details from timeline order by position").fetchall()
    assert own == [{"details": {"P2": {"school": "x"}}}, {"details": {"P2": {"school": "w"}}}]
    apart = writer.execute("select position, class from timeline_values order by 2").fetchall()
    assert apart == [{"position": 1, "class": c} for c in (P4, P5)]
    assert [r["details"] for r in whole(writer, TimelineLine)] == [said, {P2: {"school": "w"}}]


def test_a_statement_between_finds_the_rows_of_either_table(
    writer: psycopg.Connection[dict[str, Any]],
) -> None:
    """Rows wait for others of their kind; a statement that speaks of any of their tables is told after them."""
    told = together(
        [
            insert(GuardianRow, **guardian("father")),
            sql("update guardian_p5_outcome set is_confined = true"),
            insert(GuardianRow, **guardian("mother")),
        ]
    )
    put(writer, *told)
    found = {r["guardian_id"]: r["is_confined"] for r in whole(writer, GuardianRow)}
    assert found == {an_id("father"): True, an_id("mother"): False}


def test_whoever_gives_a_row_other_tokens_gives_them_beside_it(
    writer: psycopg.Connection[dict[str, Any]],
) -> None:
    def asked(name: str) -> Write:
        return insert(
            ContributionRow,
            request_id=an_id(name),
            case_id=an_id("case"),
            unit_id=an_id("school"),
            contributor="SCHOOL",
            tokens=[f"T:{name}"],
        )

    def tokens() -> dict[UUID, list[str]]:
        found = writer.execute("select request_id, tokens from contribution_p4").fetchall()
        return {r["request_id"]: r["tokens"] for r in found}

    put(writer, asked("one"), asked("other"))
    assert tokens() == {an_id("one"): ["T:one"], an_id("other"): ["T:other"]}
    moved = "update contribution set tokens = '{T:new}' where request_id = %(id)s"
    put(writer, sql(moved, id=an_id("one")))
    assert tokens() == {an_id("one"): ["T:new"], an_id("other"): ["T:other"]}


def test_after_a_whole_history_nothing_lies_alone_or_under_other_tokens(town: Town) -> None:
    lived(town)
    filled = set()
    for model in READ_MODELS.values():
        for side in model.sides:
            key = ", ".join(side.key_names)
            same = f" and {side.table}.tokens = {model.table}.tokens" if side.has_tokens else ""
            kind = "right" if side.by_class else "full"
            alone = (
                f"select from read.{model.table} {kind} join read.{side.table} on "
                f"{side.same_key(model.table)}{same} where {model.table}.{model.key[0]} is null "
                f"or {side.table}.{model.key[0]} is null"
            )
            assert town.rows(alone) == [], side.table
            if town.rows(f"select {key} from read.{side.table} limit 1"):
                filled.add(side.table)
    assert filled >= {"child_p4", "case_file_p4", "case_file_p6_reporter", "guardian_p5_outcome"}
    assert filled >= {"placement_p6_address", "visit_p4_injury", "timeline_values"}
