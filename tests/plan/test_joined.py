"""One statement for what several requests ask: each is answered as if it had asked for itself."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence

import pytest

from projections.joined import Rows, joined, parts
from projections.pipeline import Call, Failed, Pipelines, Statement, Value
from tests.database import Database, Postgres, database_of
from tests.plan.test_pipeline import DEADLINE_S

SERIES = (
    b"select n, $2::text as said from generate_series(1, $1::int) n where $3::int[] is null "
    b"or n <> all($3::int[]) order by n desc limit $4::bigint"
)
"""Takes how many, a word, a list of those that are left out, and how many at most."""
TYPES = b"select $1::uuid, $2::timestamptz, $3::boolean, $4::date, $5::text[], $6::numeric"


@pytest.fixture(scope="module")
def own(postgres: Postgres, founded_template: Database) -> Iterator[Database]:
    """A database for itself."""
    with database_of(postgres, founded_template.name) as clone:
        yield clone


def asked(own: Database, statement: Statement, values: Sequence[Sequence[Value]]) -> list[Rows]:
    """What each is answered: by itself, then all by one; both are compared."""
    calls: list[Call] = [(statement, given) for given in values]

    async def whole() -> tuple[list[Rows], list[Rows]]:
        pipelines = Pipelines(own.reader_dsn, size=1, name="joined under test")
        await pipelines.open()
        try:
            async with asyncio.timeout(DEADLINE_S):
                assert joined(calls) is None, "nothing is known of it yet"
                apart = [Rows.all_of(r) for call in calls for r in await pipelines.put([call])]
                one = joined(calls)
                assert one is not None
                (result,) = await pipelines.put([one])
                return apart, list(parts(calls[0], one, result, len(calls)))
        finally:
            await pipelines.close()

    apart, together = asyncio.run(whole())
    assert [rows.texts() for rows in together] == [rows.texts() for rows in apart]
    return together


def test_each_has_its_own_rows_in_their_order(own: Database) -> None:
    rows = asked(
        own,
        Statement(SERIES, frozenset({1, 2, 3, 4})),
        [
            (b"3", b"a", None, b"9"),
            (b"0", b"nobody's", None, b"9"),
            (b"40", b'quoted " and \\ and {,}', b"{40,39}", b"2"),
            (b"2", None, b"{}", b"9"),
            (b"5", "\u4e00\u6863\n".encode(), b"{1,2,3,4,5}", b"9"),
        ],
    )
    assert [found.count for found in rows] == [3, 0, 2, 2, 0]
    assert rows[2].texts() == [("38", 'quoted " and \\ and {,}'), ("37", 'quoted " and \\ and {,}')]
    assert rows[2].cells(1) == ("38",)
    assert rows[3].value(1) is None


def test_values_of_any_type_are_what_they_were(own: Database) -> None:
    ident, moment = b"10510ca7-ee33-8243-b3b4-c3b10c1b2da9", b"2026-11-27 20:18:31.000001+08"
    rows = asked(
        own,
        Statement(TYPES, frozenset({1, 2, 3, 4, 5, 6})),
        [
            (ident, moment, b"t", b"2026-02-28", b'{"a b",NULL,"\\"q\\""}', b"1.50"),
            (ident, None, b"f", b"0001-01-01", b"{}", b"-0"),
        ],
    )
    assert rows[0].texts()[0][4] == '{"a b",NULL,"\\"q\\""}'


def test_what_differs_in_nothing_is_asked_once_for_all() -> None:
    statement = Statement(b"select $1::int, gen_random_uuid()", frozenset())
    calls: list[Call] = [(statement, (b"1",)), (statement, (b"1",))]
    statement.types = (23,)
    assert joined(calls) == calls[0]
    statement.types = None


def test_a_standing_value_is_sent_once(own: Database) -> None:
    rows = asked(
        own,
        Statement(b"select $1::int + $2::int, $2::int", frozenset({1})),
        [(b"1", b"10"), (b"2", b"10")],
    )
    assert [found.texts() for found in rows] == [[("11", "10")], [("12", "10")]]


def test_a_value_that_is_none_fails_all_of_them(own: Database) -> None:
    """Whoever shares them puts each again by itself (``projections.shared``)."""
    statement = Statement(b"select $1::int", frozenset({1}))
    asked(own, statement, [(b"1",), (b"2",)])

    async def whole() -> None:
        pipelines = Pipelines(own.reader_dsn, size=1, name="joined under test")
        await pipelines.open()
        try:
            one = joined([(statement, (value,)) for value in (b"1", b"x", b"3")])
            assert one is not None
            with pytest.raises(Failed) as failed:
                await pipelines.put([one])
            assert failed.value.sqlstate == "22P02"
        finally:
            await pipelines.close()

    asyncio.run(whole())


def test_a_type_of_our_own_is_not_taken_for_another() -> None:
    statement = Statement(b"select $1", frozenset({1}))
    statement.types = (2_000_000_000,)
    assert joined([(statement, (b"1",))] * 2) is None
