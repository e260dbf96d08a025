"""A list over all that one reaches is the same whether that is little or much, and goes along an index either way."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice, product

import orjson
import psycopg
import pytest
from graphql import parse

from projections.pipeline import OPTIONS, Statement
from schema.plan import plans as putting
from schema.plan.reach import AMONG, FEW
from schema.plan.run import OPENS_REACHING, UNFIT_FOR, Scoped
from schema.plan.selection import Rendering
from tests.plan.comparing import ROLES, Reading, both, differing
from tests.plan.operations import Known

LEDGER = (
    "query($d: ID, $s: UUID, $n: Int, $a: String) { ledger(division: $d, school: $s, first: $n, after: $a) "
    "{ nodes { childId name tier guardians { relation } } pageInfo { hasNextPage endCursor } } }"
)
TWO = (
    "{ a: ledger(first: 2) { nodes { childId } } b: ledger(first: 30) { nodes { childId name } } }"
)
WITH_A_CHILD = (
    "query($id: UUID!) { child(id: $id) { name } ledger(first: 3) { nodes { childId } } }"
)


@pytest.fixture(params=[FEW, 1], ids=["few", "many"])
def most(
    reading: Reading, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> Iterator[int]:
    """How many are few: all of the demo's children, or one."""
    for name in ("OPENS_REACHING", "OPENS_LOOKING_REACHING"):
        sql = getattr(putting, name).sql.replace(b"%d" % FEW, b"%d" % request.param)
        monkeypatch.setattr(putting, name, Statement(sql))
    forget(reading)
    yield request.param
    forget(reading)


def forget(reading: Reading) -> None:
    for plans in (reading.plans, *reading.lesser.values()):
        plans.forget()


def asked(known: Known) -> Iterator[dict[str, object]]:
    """All of it, and every division and school there is to be asked for, and some that are not."""
    yield {}
    for division in known.divisions:
        yield {"d": division}
    for school in known.schools:
        yield {"s": str(school)}
    yield {"d": known.divisions[0], "s": str(known.schools[0])}


def test_pages_are_those_of_the_reference(reading: Reading, known: Known, most: int) -> None:
    assert most
    planned = rows = 0
    for who, given in islice(product(ROLES, asked(known)), 0, None, 4):
        after: str | None = None
        for _ in range(3):
            page = {**given, "n": 3, "a": after}
            planned += both(reading, who, LEDGER, page)
            told = orjson.loads(reading.reference(who, LEDGER, page).body)["data"]
            found = (told or {}).get("ledger")
            if not found or not found["pageInfo"]["hasNextPage"]:
                break
            rows += len(found["nodes"])
            after = found["pageInfo"]["endCursor"]
    assert planned > len(ROLES)
    assert rows > 20


def test_two_lists_and_a_child_beside_one(reading: Reading, known: Known, most: int) -> None:
    assert most
    for who in ROLES:
        both(reading, who, TWO, {})
        for child in known.children[:3]:
            both(reading, who, WITH_A_CHILD, {"id": str(child)})


def test_a_reach_that_leaves_somebody_out_is_found(
    reading: Reading, known: Known, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert known.children
    nobody = OPENS_REACHING.sql.replace(
        b"coalesce(sec.reached(%d, $5::text, $6::uuid)::text, '')" % FEW,
        b"left(concat('{}', $5::text, $6::uuid::text), 2)",
    )
    assert nobody != OPENS_REACHING.sql
    monkeypatch.setattr(putting, "OPENS_REACHING", Statement(nobody))
    forget(reading)
    assert differing(reading, [(LEDGER, {"n": 3})]) > 0
    forget(reading)


def test_where_all_was_much_it_is_not_asked_again_so_soon(reading: Reading) -> None:
    scoped = Scoped(reading.services.gate(), reading.assignments["fj_township"], "casework")
    everything, a_division = [None, None], [b"cq00001", None]
    assert not scoped.may_reach_few([], ())
    assert scoped.may_reach_few(everything, (0, 1))
    scoped.reaches_many(a_division, (0, 1))
    assert scoped.may_reach_few(everything, (0, 1)), "a division is much, which says nothing of all"
    scoped.reaches_many(everything, (0, 1))
    asked = [scoped.may_reach_few(everything, (0, 1)) for _ in range(UNFIT_FOR + 1)]
    assert asked == [False] * UNFIT_FOR + [True]
    scoped.reaches_many(everything, (0, 1))
    assert scoped.may_reach_few(a_division, (0, 1)), (
        "of all it was much, and a division may be little"
    )


def explained(reading: Reading, text: str) -> str:
    """How PostgreSQL reads the rows of a planned document, whatever its values."""
    operation = reading.plans.operation(parse(text))
    assert operation is not None
    plan = operation.plan(reading.schema, {}, Rendering.COLUMNS)
    assert plan is not None
    with psycopg.connect(reading.database.reader_dsn, options=OPTIONS, autocommit=True) as conn:
        conn.execute("set search_path = read, pg_catalog")
        told = [
            line
            for ready in plan.statements
            for (line,) in conn.execute(b"explain (generic_plan, costs off) " + ready.statement.sql)
        ]
    return "\n".join(told)


def test_what_is_little_is_read_by_its_keys(reading: Reading) -> None:
    assert AMONG.partition(" and ")[2]
    told = explained(reading, "{ ledger(first: 20) { nodes { childId name } } }")
    assert "Index Cond: (child_id = ANY ((NULLIF(current_setting('app.reach'" in told


def test_what_a_person_is_named_for_is_found_by_the_person(reading: Reading) -> None:
    told = explained(reading, "{ viewer { workQueues { queue open } } }")
    assert "Index Cond: (named_person_id = " in told
    assert "Index Cond: (owner_unit_id = " in told


def test_a_caseload_is_found_by_who_answers_for_it(reading: Reading) -> None:
    told = explained(reading, "{ viewer { caseload(first: 40) { nodes { childId name } } } }")
    assert "Index Cond: (responsible_person_id = " in told


def test_needs_are_looked_for_in_the_districts_of_the_viewer(reading: Reading) -> None:
    told = explained(reading, "{ openNeeds(first: 20) { nodes { needId } } }")
    assert re.search(r"Index Cond: \(division_id = ANY \(\(InitPlan", told), told
    assert "Index Cond: (parent_id = " in told


def test_meetings_are_those_of_the_viewer_alone(reading: Reading) -> None:
    told = explained(reading, "{ viewer { companionships { pairingId } } }")
    assert re.search(r"(Index Cond|Filter): .*companion_person_id = \$", told), told
