"""A new policy: in force everywhere at once, wholly or not at all."""

from __future__ import annotations

import sys
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import current_thread
from time import monotonic
from typing import Any

import psycopg
import pytest

import domain.actions  # noqa: F401 - registers the acts
from authz.current import CurrentPolicy, publish, publish_release
from authz.gate import Assignment, Gate
from authz.never import required
from authz.policy import SOURCE, PolicyRefused, load
from domain.kernel import COMMANDS
from tests.authz.people import named
from tests.database import Database

RELEASE = SOURCE.read_text(encoding="utf-8")
HEAD = """
@role auditor | 审计员 | Auditor | platform | oversight | audit
@role medical | 医疗机构 | Medical institution | institution | team | treatment
medical | * | deny | child case report work_item | list read | P6_ADDRESS P6_CUSTODY | *
medical | team | allow | child | list read | P0 P1 | treatment
"""
"""A policy small enough to be published a hundred times."""
WITH, WITHOUT = HEAD + "auditor | oversight | allow | access | read | P0 | audit\n", HEAD
DEADLINE_S = 120.0


def until(holds: Callable[[], bool]) -> None:
    """Waits, looking often; the deadline is for a machine that hangs."""
    ends = monotonic() + DEADLINE_S
    pause = threading.Event()
    while not holds():
        assert monotonic() < ends, "it did not come about"
        pause.wait(0.005)


@contextmanager
def listening(database: Database, text: str = RELEASE) -> Iterator[CurrentPolicy]:
    current = CurrentPolicy(database.writer_dsn, Gate(load(text)), COMMANDS)
    current.start()
    try:
        yield current
    finally:
        current.stop()


@contextmanager
def switching_often() -> Iterator[None]:
    """Threads take turns fifty times as often: more meetings, and the one that publishes is not starved."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-4)
    try:
        yield
    finally:
        sys.setswitchinterval(before)


def put(database: Database, source: str) -> None:
    """As somebody with the owner's rights would, past every check."""
    with psycopg.connect(database.admin_dsn) as conn:
        conn.execute(
            "insert into sec.policy (version, source, origin) values (%s, %s, 'OPERATOR')",
            (f"put {hash(source)}", source),
        )


def member(role: str) -> Assignment:
    return Assignment(
        id=named("seat"), person_id=named("person"), role=role, unit_id=named("clinic")
    )


def test_every_process_follows_what_is_published(database: Database) -> None:
    with listening(database) as one, listening(database) as other:
        version = publish(database.admin_dsn, WITH, COMMANDS, origin="OPERATOR")
        for current in (one, other):
            until(lambda current=current: current.gate().policy.version == version)  # type: ignore[misc]
        assert one.told() == {"version": version, "alarms": []}


def test_a_release_is_published_once_and_again_after_another(database: Database) -> None:
    version = publish_release(database.admin_dsn, RELEASE, COMMANDS)
    assert version == load(RELEASE).version
    assert publish_release(database.admin_dsn, RELEASE, COMMANDS) is None
    operators = publish(database.admin_dsn, WITH, COMMANDS, origin="OPERATOR")
    assert publish_release(database.admin_dsn, RELEASE, COMMANDS) is None, (
        "an operator's word stays"
    )
    current = CurrentPolicy(database.writer_dsn, Gate(load(RELEASE)), COMMANDS)
    current.look()
    assert current.gate().policy.version == operators
    assert publish_release(database.admin_dsn, WITHOUT, COMMANDS) is not None, "until a new release"
    current.look()
    assert current.gate().policy.version == load(WITHOUT).version


DENIAL = (
    "medical | * | deny | child case report work_item | list read | P6_ADDRESS P6_CUSTODY | *\n"
)
BAD = {
    "empty": "",
    "comments only": "# nothing\n",
    "a column too few": WITH + "medical | team | allow | case | read | P0\n",
    "an unknown role": WITH + "doctor | team | allow | case | read | P0 | treatment\n",
    "an unknown class": WITH + "medical | team | allow | case | read | P9 | treatment\n",
    "an unknown relation": WITH + "medical | cousin | allow | case | read | P0 | treatment\n",
    "an unknown object": WITH + "medical | team | allow | diary | read | P0 | treatment\n",
    "an unknown act": WITH + "medical | team | allow | case | case.fly | P0 | treatment\n",
    "any object": WITH + "medical | team | allow | * | read | P0 | treatment\n",
    "any act": WITH + "medical | team | allow | case | * | P0 | treatment\n",
    "any class": WITH + "medical | team | allow | case | read | * | treatment\n",
    "any relation": WITH + "medical | * | allow | case | read | P0 | treatment\n",
    "said twice": WITH + "medical | team | allow | child | read | P0 | treatment\n",
    "a denial left out": WITH.replace(DENIAL, ""),
    "a denial for one purpose only": WITH.replace(DENIAL, DENIAL.replace("| *\n", "| treatment\n")),
    "conflict as a relation": WITH + "medical | conflict | allow | case | read | P0 | treatment\n",
}


@pytest.mark.parametrize("source", BAD.values(), ids=BAD.keys())
def test_a_bad_policy_is_refused_and_the_old_one_stays(database: Database, source: str) -> None:
    """Negative list 58: at publishing, and where it got past that."""
    assert source != WITH
    with pytest.raises(PolicyRefused):
        publish(database.admin_dsn, source, COMMANDS, origin="OPERATOR")
    with listening(database, WITHOUT) as current:
        good = publish(database.admin_dsn, WITH, COMMANDS, origin="OPERATOR")
        until(lambda: current.gate().policy.version == good)
        put(database, source)
        until(lambda: current.refused is not None)
        assert current.gate().policy.version == good
        assert current.told()["alarms"] == [f"refused put {hash(source)}"]
        again = publish(database.admin_dsn, WITHOUT, COMMANDS, origin="OPERATOR")
        until(lambda: current.gate().policy.version == again)
        assert current.told()["alarms"] == []


def test_a_start_takes_the_newest_policy_that_is_understood(database: Database) -> None:
    good = publish(database.admin_dsn, WITH, COMMANDS, origin="OPERATOR")
    put(database, "")
    current = CurrentPolicy(database.writer_dsn, Gate(load(RELEASE)), COMMANDS)
    current.look()
    assert current.gate().policy.version == good
    assert current.told()["alarms"] == [f"refused put {hash('')}"]


def test_every_denial_of_the_release_is_needed(database: Database) -> None:  # noqa: ARG001
    """Whatever ``never`` asks for stands in the release's policy, and the gate answers by it."""
    asked = list(required())
    assert len(asked) > 400
    policy = load(RELEASE)
    denied = {
        (r.role.removeprefix("role:"), r.resource, r.act, r.cls)
        for r in policy.rows
        if r.effect == "deny"
    }
    assert set(asked) <= denied


def test_what_was_published_is_neither_changed_nor_taken_away(database: Database) -> None:
    publish(database.admin_dsn, WITH, COMMANDS, origin="OPERATOR")
    for dsn in (database.admin_dsn, database.writer_dsn, database.reader_dsn):
        for statement in (
            "update sec.policy set source = ''",
            "delete from sec.policy",
            "truncate sec.policy",
        ):
            with (
                psycopg.connect(dsn) as conn,
                pytest.raises(psycopg.errors.InsufficientPrivilege),
            ):
                conn.execute(statement.encode())


def test_no_decision_is_wrong_while_policies_change(database: Database) -> None:
    """Negative list 59: 4 threads of 10,000 decisions each, through 100 changes, some of them bad."""
    auditor, doctor = member("auditor"), member("medical")
    order, team = f"G:oversight:{auditor.id}", f"T:{doctor.unit_id}"
    allowed_by = {load(WITH).version: True, load(WITHOUT).version: False}
    wrong: list[Any] = []
    made: Counter[str] = Counter()
    seen: set[str] = set()
    started, done = threading.Barrier(5, timeout=60), threading.Event()

    def decide(current: CurrentPolicy) -> None:
        started.wait()
        while not done.is_set() or made[current_thread().name] < 10_000:
            made[current_thread().name] += 4
            gate = current.gate()
            answers = (
                gate.permits(auditor, "read", "access", (order,), "audit").allowed,
                gate.permits(doctor, "read", "child", (team,), "treatment").allowed,
                gate.permits(doctor, "read", "case", (team,), "treatment").allowed,
                gate.permits(doctor, "read", "child", (), "treatment").allowed,
            )
            seen.add(gate.policy.version)
            if answers != (allowed_by[gate.policy.version], True, False, False):
                wrong.append((gate.policy.version, answers))

    with listening(database, WITH) as current, switching_often():
        threads = [threading.Thread(target=decide, args=(current,), daemon=True) for _ in range(4)]
        for thread in threads:
            thread.start()
        started.wait()
        for n in range(100):
            if n % 10 == 9:
                put(database, "")
            else:
                publish(database.admin_dsn, (WITH, WITHOUT)[n % 2], COMMANDS, origin="OPERATOR")
        for text in (WITHOUT, WITH):  # however late what was published meanwhile was heard
            publish(database.admin_dsn, text, COMMANDS, origin="OPERATOR")
            until(lambda text=text: load(text).version in seen)  # type: ignore[misc]
        until(lambda: current.gate().policy.version == load(WITH).version)
        done.set()
        for thread in threads:
            thread.join(120)
            assert not thread.is_alive(), "a thread does not end"
    assert wrong == []
    assert seen == allowed_by.keys(), "decisions were made under both"
    assert min(made.values()) >= 10_000
