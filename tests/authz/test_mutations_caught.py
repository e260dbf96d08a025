"""Mutation check: with one line of the gate, of a mask or of PostgreSQL's row security switched off, the suite fails.

Each mutation is made in place and undone. The tests of the suite run as they stand: they pass without it, and with it
the one that is named fails. The doors are those of the matrix and of the decisions.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from typing import Any

import psycopg
import pytest

from authz.engine import Engine
from authz.gate import Assignment, Decision, Gate, Standing
from authz.never import check
from authz.policy import Policy, PolicyRefused, Row, committed
from authz.scope import Scope
from authz.words import Relation
from domain.kernel import COMMANDS
from domain.sensitivity import Sensitivity
from projections.journal import look_at
from schema.plan.run import Judgements
from tests.authz import test_decisions as decisions
from tests.authz import test_matrix as matrix
from tests.authz.matrix import Rows
from tests.journeys.conftest import story, templates
from tests.journeys.world import World

__all__ = ["story", "templates"]
pytestmark = [pytest.mark.postgres]
rows, reader = matrix.rows, matrix.reader
CAPACITY = ("township", "casework")
EVERY = frozenset(Sensitivity)
ALLOWED = Decision(allowed=True, relation=Relation.NONE, row_id=None)

Check = Callable[..., None]
Mutation = tuple[type, str, Any]

# ── One line of the gate or of a mask

_scope = Gate.scope


def counts_as_active(gate: Gate, assignment: Assignment, purpose: str) -> Scope:
    """As ``Gate.scope`` without the line on standing."""
    return _scope(gate, replace(assignment, standing=Standing.ACTIVE), purpose)


def held_by_all(scope: Scope, obj: str, *_: object) -> frozenset[Sensitivity]:
    """As ``Scope.mask`` without comparing tokens."""
    return frozenset(scope[obj])


OF_THE_GATE: dict[str, tuple[Mutation, Check]] = {
    "the gate permits whatever is asked": (
        (Gate, "permits", lambda *_: ALLOWED),
        partial(decisions.test_a_conflict_of_interest_replaces_every_relation, kept_from="unit"),
    ),
    "a conflict of interest is forgotten": (
        (Assignment, "conflicts", frozenset()),
        decisions.test_ones_own_child_is_seen_as_its_family_and_in_no_office,
    ),
    "Casbin is not asked, so no deny line counts": (
        (Engine, "allows", lambda *_: True),
        decisions.test_the_reporter_is_known_to_few,
    ),
    "a mask opens every class": (
        (Scope, "mask", lambda *_: EVERY),
        decisions.test_the_reporter_is_known_to_few,
    ),
    "tokens are not compared": (
        (Scope, "mask", held_by_all),
        decisions.test_another_division_or_person_is_nobody,
    ),
    "whoever is suspended counts": (
        (Gate, "scope", counts_as_active),
        partial(
            decisions.test_an_assignment_that_does_not_count_opens_nothing,
            standing=Standing.SUSPENDED,
        ),
    ),
}


def too_generous() -> Gate:
    """The policy with one allow line too many: a deny line still overrides it."""
    row = Row(
        "role:township", "residence", "case", "read", "P6_REPORTER", "casework", "allow", "extra"
    )
    policy = committed()
    return Gate(Policy(policy.roles, (*policy.rows, row), policy.version))


@pytest.mark.parametrize("name", OF_THE_GATE)
def test_a_line_of_the_gate_is_missed(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    (owner, attribute, broken), checked = OF_THE_GATE[name]
    checked(too_generous())
    monkeypatch.setattr(owner, attribute, broken)
    with pytest.raises(AssertionError):
        checked(too_generous())


def test_a_policy_without_its_deny_lines_is_missed() -> None:
    policy = check(committed(), COMMANDS)
    kept = tuple(row for row in policy.rows if row.effect == "allow")
    with pytest.raises(PolicyRefused):
        check(Policy(policy.roles, kept, policy.version), COMMANDS)


# ── The same lines, over HTTP


def test_a_mask_that_opens_everything_is_missed_over_http(
    story: World, rows: Rows, monkeypatch: pytest.MonkeyPatch
) -> None:
    by_id = partial(
        matrix.test_by_id_and_history_every_class,
        story,
        rows,
        *CAPACITY,
        obj="child",
        wanted=matrix.CHILD,
        columns=matrix.OF_CHILD,
    )
    by_id()
    kind, _ = look_at("child", "read", relation="residence", classes=EVERY)
    monkeypatch.setattr(Judgements, "__getitem__", lambda *_: (EVERY, kind))
    with pytest.raises(AssertionError):
        by_id()


def test_a_gate_that_permits_everything_is_missed_over_http(
    story: World, rows: Rows, monkeypatch: pytest.MonkeyPatch
) -> None:
    put = partial(matrix.test_a_command_and_what_is_offered, story, rows, *CAPACITY)
    put()
    monkeypatch.setattr(Gate, "permits", lambda *_: ALLOWED)
    with pytest.raises(AssertionError):
        put()


# ── One line of row security

NO_CONFLICTS = (r"sec\.conflicts\(\)", "'{}'::text[]")
NO_END = (r"\(to_ > moment\)", "true")
OF_THE_TABLES: dict[str, tuple[str, tuple[str, str] | None]] = {
    "every child is open": ("child", None),
    "every household is open": ("household", None),
    "every case is open": ("case_file", None),
    "every task is open": ("work_item", None),
    "conflicts of interest are not looked at": ("child", NO_CONFLICTS),
    "no row is said to hold what keeps away": (
        "child",
        (r"\b(of_)?keeping\b(?! boolean)", "false"),
    ),
}


@contextmanager
def weakened(story: World, table: str, line: tuple[str, str] | None) -> Iterator[None]:
    """A table's law for the API role with one line taken out, or all of it: of its policy, and of its function."""
    ((name, law),) = story.sql(
        "select policyname, qual from pg_policies where schemaname = 'read' and tablename = %s "
        "and 'yidang_reader' = any(roles)",
        table,
    )
    functions = story.sql(
        "select pg_get_functiondef(to_regproc('read.' || %s || '_otherwise')) as made", table
    )
    broken, changes = ("true", 1) if line is None else re.subn(*line, law)
    of_function = [(made, re.subn(*line, made)) for (made,) in functions if made and line]
    changes += sum(many for _, (_, many) in of_function)
    assert changes, law
    with psycopg.connect(story.platform.ways.admin_dsn, autocommit=True) as admin:
        admin.execute("set search_path = ''")
        admin.execute(f'alter policy "{name}" on read."{table}" using ({broken})'.encode())
        for _, (changed, _) in of_function:
            admin.execute(changed.encode())
        try:
            yield
        finally:
            admin.execute(f'alter policy "{name}" on read."{table}" using ({law})'.encode())
            for made, _ in of_function:
                admin.execute(made.encode())


@pytest.mark.parametrize("name", OF_THE_TABLES)
def test_a_line_of_row_security_is_missed(
    story: World, rows: Rows, reader: psycopg.Connection, name: str
) -> None:
    table, line = OF_THE_TABLES[name]
    asked = partial(matrix.test_sql_as_the_api_role, story, rows, reader, *CAPACITY)
    asked()
    with weakened(story, table, line), pytest.raises(AssertionError):
        asked()
    asked()


def test_a_grant_that_never_ends_is_missed(
    story: World, rows: Rows, reader: psycopg.Connection
) -> None:
    asked = partial(matrix.test_sql_as_the_api_role, story, rows, reader, *CAPACITY)
    asked()
    """One line of one function: whatever asks for grants asks it."""
    ((made,),) = story.sql(
        "select pg_get_functiondef(oid) from pg_proc where oid = 'sec.valid'::regproc"
    )
    endless, changes = re.subn(*NO_END, made)
    assert changes == 1, made
    with psycopg.connect(story.platform.ways.admin_dsn, autocommit=True) as admin:
        admin.execute(endless.encode())
        try:
            with pytest.raises(AssertionError):
                asked()
        finally:
            admin.execute(made.encode())
    asked()


def test_a_table_without_its_law_is_missed_whichever_it_is(
    story: World, rows: Rows, reader: psycopg.Connection
) -> None:
    asked = partial(matrix.test_without_a_scope_there_is_nothing_in_any_table, story, rows, reader)
    asked()
    tables = sorted(matrix.laws(story))
    for table in tables:
        # It need not name the table itself: what lies within it is seen too.
        with weakened(story, table, None), pytest.raises(AssertionError):
            asked()
    asked()
