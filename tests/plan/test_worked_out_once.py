"""What a plan works out once: for a capacity, for a list, for masks that write alike; counted in calls, not in time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from graphql import parse

from authz.gate import Assignment, Gate, Standing
from authz.policy import committed
from domain.sensitivity import P0, P1, P2
from schema.build import build, core
from schema.plan.compilation import Cells, Encoder, Functions, Mask, Masks, Path
from schema.plan.leaves import encoder
from schema.plan.operation import operation_of
from schema.plan.roots import Plan
from schema.plan.run import Run, Scoped
from tests.dsl import an_id
from tests.journeys.wire import local
from tests.transport.counting import Calls

OPEN, CLOSED = frozenset({P0, P1}), frozenset({P0})
ID = {"id": str(an_id("child"))}
LINES = "query($id: UUID!) { child(id: $id) { timeline(first: 20) { nodes { position name } } } }"
OVERDUE = "query($id: UUID!) { unitLoad(unit: $id, where: {overdue: true}) { open } }"


def plan_of(text: str) -> Plan:
    schema = core(build())
    operation = operation_of(schema, parse(text))
    assert operation is not None
    plan = operation.plan(schema, ID)
    assert plan is not None
    return plan


def run_of(scoped: Scoped, **variables: str) -> Run:
    return Run(scoped, ID | variables, b"key", local("2025-06-02 08:00"))


@pytest.fixture
def scoped() -> Scoped:
    """An officer of a district."""
    officer = Assignment(
        id=an_id("assignment"),
        person_id=an_id("officer"),
        role="district_civil_affairs",
        unit_id=an_id("unit"),
        division_id="sh00001",
        standing=Standing.ACTIVE,
    )
    return Scoped(Gate(committed()), officer, "casework")


def test_a_timeline_below_one_child_is_two_statements() -> None:
    """Its cases come with the child's own row."""
    assert len(plan_of(LINES).statements) == 2


@pytest.mark.parametrize(("text", "taken"), [(LINES, False), (OVERDUE, True)])
def test_the_time_is_worked_out_where_a_statement_takes_it(text: str, taken: bool) -> None:  # noqa: FBT001
    plan = plan_of(text)
    varying = {plan.names[i] for i in plan.varying}
    assert bool(varying & {"now", "moment"}) is taken
    assert ("id", "id", None) in varying or taken


def test_what_is_the_capacitys_is_worked_out_once_and_the_rest_each_time(scoped: Scoped) -> None:
    plan = plan_of(LINES)
    first = scoped.params(plan, run_of(scoped))
    other = str(an_id("another"))
    with Calls() as again:
        second = scoped.params(plan, run_of(scoped, id=other))
    assert [p(run_of(scoped)) for p in plan.params if p(run_of(scoped)) is not None] == [
        value for value in first if value is not None
    ]
    differ = {
        plan.names[i]
        for i, both in enumerate(zip(first, second, strict=True))
        if both[0] != both[1]
    }
    assert differ == {("id", "id", None)}
    assert again.many < 30, "the sets of the scope are not put together again"


def test_masks_that_write_alike_share_what_writes() -> None:
    members = ['"a":{r[0]}', '"b":{text(r[1])}']
    assert encoder(members, {}) is encoder(list(members), {})
    assert encoder(members, {"n0": str}) is not encoder(members, {"n0": str})


def written(functions: Functions, rows: Sequence[Cells], masks: Sequence[Mask]) -> str:
    run: Any = None
    return functions.rows(rows, Masks.of(masks), (None, "nodes"), run)


def alike(_mask: Mask) -> Encoder:
    return encoder(['"a":{r[0]}'], {})


def by_class(mask: Mask) -> Encoder:
    """The name where it is open; else the place, as one who notes what was held back is told it."""
    if P1 in mask:
        return encoder(['"a":{r[0]}'], {})

    def held_back(_r: Cells, p: Path, _x: Run) -> str:
        assert p is not None
        return f'"{p[0][1]}.{p[1]}"'

    return encoder(['"a":{n0(r, p, x)}'], {"n0": held_back})


def test_rows_of_a_list_are_written_without_a_call_for_each() -> None:
    functions = Functions(alike)
    many = []
    for count in (10, 100):
        rows, masks = [(str(i),) for i in range(count)], [OPEN, CLOSED] * (count // 2)
        text = written(functions, rows, masks)
        assert text == ",".join(f'{{"a":{i}}}' for i in range(count))
        with Calls() as calls:
            written(functions, rows, masks)
        many.append(calls.many)
    assert many[0] == many[1]


@pytest.mark.parametrize("masks", [[CLOSED] * 3, [CLOSED, OPEN, CLOSED], [frozenset({P2})] * 3, []])
def test_each_row_is_written_under_its_own_mask_and_in_its_own_place(masks: list[Mask]) -> None:
    rows = [(str(i),) for i in range(len(masks))]
    expected = [
        f'{{"a":{i}}}' if P1 in mask else f'{{"a":"nodes.{i}"}}' for i, mask in enumerate(masks)
    ]
    assert written(Functions(by_class), rows, masks) == ",".join(expected)
