"""What a decision looks up: several questions in one exchange, over connections that are replaced when lost."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from uuid import UUID, uuid4

import psycopg
import pytest

from eventlog.asking import AT_ONCE, Questions
from eventlog.connections import Timeouts
from eventlog.entries import Write
from eventlog.pipe import placed
from eventlog.recorder import LogRecorder
from tests.database import Database
from tests.eventlog.conftest import OpenLog, Sql, event, events

NAME = "asking in a test"
ONE = "select 1 as one"
NOWHERE = "host=127.0.0.1 port=1 dbname=none"
CUT = "select pg_terminate_backend(pid) from pg_stat_activity where application_name = %s"
OPEN = "select count(*) from pg_stat_activity where application_name = %s"


@pytest.fixture
def questions(database: Database) -> Iterator[Questions]:
    made = Questions.over(database.writer_dsn, NAME, "-c search_path=read,pg_catalog")
    yield made
    made.close()


def test_several_questions_are_answered_each_in_its_place(questions: Questions) -> None:
    key, at = uuid4(), datetime.fromisoformat("2026-03-01T08:00:00+00:00")
    first, second, third = questions.ask(
        ("select %s::uuid as key, %s::text[] as words", (key, ["甲", "b"])),
        ("select n from generate_series(1, %(last)s) n", {"last": 3}),
        ("select %(at)s::timestamptz as at, '5%%' as share, %(at)s::date as day", {"at": at}),
    )
    assert first.dicts() == [{"key": key, "words": ["甲", "b"]}]
    assert second.rows == [(1,), (2,), (3,)]
    assert third.dicts() == [{"at": at, "share": "5%", "day": at.date()}]
    assert questions.rows("show search_path") == [{"search_path": "read,pg_catalog"}]


def test_a_parameter_that_stands_twice_is_sent_once() -> None:
    assert placed("a %(x)s b %(y)s c %(x)s") == (b"a $1 b $2 c $1", ("x", "y"))
    assert placed("a %s b %s 5%%") == (b"a $1 b $2 5%", ("1", "2"))


def test_a_refused_question_is_told_and_hurts_no_later_one(questions: Questions) -> None:
    with pytest.raises(psycopg.errors.DivisionByZero):
        questions.ask((ONE, None), ("select 1 / %s", (0,)), (ONE, None))
    assert questions.rows(ONE) == [{"one": 1}]


def test_a_lost_connection_is_replaced_and_nobody_is_told(questions: Questions, admin: Sql) -> None:
    assert questions.rows(ONE) == [{"one": 1}]
    assert admin(CUT, NAME) == [(True,)]
    assert questions.rows(ONE) == [{"one": 1}]


def test_one_connection_serves_whoever_asks_after_another(questions: Questions, admin: Sql) -> None:
    for _ in range(2 * AT_ONCE):
        questions.rows(ONE)
    assert admin(OPEN, NAME) == [(1,)]


def test_once_closed_nothing_is_kept(questions: Questions) -> None:
    questions.rows(ONE)
    questions.close()
    assert questions.rows(ONE) == [{"one": 1}]
    assert questions._free == []


def test_a_database_that_is_not_there_is_an_error_in_time() -> None:
    with pytest.raises(psycopg.OperationalError):
        Questions.over(NOWHERE, NAME, timeouts=Timeouts(connect_s=2, answer_s=0.5)).rows(ONE)


def test_what_came_since_is_read_of_many_streams_at_once(log: LogRecorder) -> None:
    long, short, absent = uuid4(), uuid4(), uuid4()
    log.insert_events([*events(long, range(1, 4)), *events(short, [1])])
    found = log.select_since({long: 1, short: 0, absent: 0}, "of any code")
    assert [(e.originator_version, e.topic) for e in found[long]] == [
        (2, "case.noted"),
        (3, "case.noted"),
    ]
    assert found[short] == events(short, [1])
    assert found[absent] == []


def test_an_inline_write_is_planned_once(open_log: OpenLog, admin: Sql) -> None:
    admin(
        "CREATE SCHEMA inline; GRANT USAGE ON SCHEMA inline TO yidang_writer; "
        "CREATE TABLE inline.seen (position bigint); "
        "GRANT SELECT, INSERT ON inline.seen TO yidang_writer"
    )
    log = open_log()
    told = "INSERT INTO inline.seen SELECT p FROM unnest(%(positions)s::bigint[]) p"

    def writes(positions: Iterable[int], _at: datetime) -> list[Write]:
        return [Write(told, {"positions": list(positions)})]

    for _ in range(3):
        log.insert_events([event(UUID(int=uuid4().int), 1)], writes=writes)
    pipe = log._lanes._free[-1]._pipe
    assert pipe is not None
    found = pipe.conn.execute(
        "select generic_plans, custom_plans from pg_prepared_statements where statement like 'INSERT%'"
    ).fetchall()
    assert found == [(3, 0)]
