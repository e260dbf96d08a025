"""Every report is shown by a test that asks it and says its figures; the city is shown what the reports say."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from authz.policy import committed
from projections.reports.annual import LEFT_OUT, contents
from projections.reports.catalogue import REPORTS

HERE = Path(__file__).parent
WHOLE = {"test_catalogue.py", "test_contract.py"}
"""Tests of the catalogue as such: they name every report, and show no figure."""


def functions(path: Path) -> Iterator[ast.FunctionDef]:
    """Every function of a file."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef):
            yield node


def strings(node: ast.AST) -> set[str]:
    """The texts that stand in it, its docstring aside."""
    found = {n.value for n in ast.walk(node) if isinstance(n, ast.Constant)}
    return {text for text in found if isinstance(text, str) and len(text) < 8}


def asked_by_helpers(path: Path) -> dict[str, set[str]]:
    """Helpers of a file → the reports they ask for, so that each of its tests need not repeat the code."""
    return {
        f.name: strings(f) & REPORTS.keys()
        for f in functions(path)
        if not f.name.startswith("test_")
    }


def calls(node: ast.AST) -> set[str]:
    """The names of what it calls."""
    return {
        f.id if isinstance(f, ast.Name) else f.attr
        for n in ast.walk(node)
        if isinstance(n, ast.Call) and isinstance(f := n.func, ast.Name | ast.Attribute)
    }


def shown() -> dict[str, set[str]]:
    """Report → the tests that ask it and assert something of the answer."""
    found = {code: set[str]() for code in REPORTS}
    for path in sorted(HERE.glob("test_*.py")):
        if path.name in WHOLE:
            continue
        helpers = asked_by_helpers(path)
        for test in functions(path):
            if not test.name.startswith("test_") or not asserts(test):
                continue
            asked = strings(test).union(*(helpers.get(name, set()) for name in calls(test)))
            for code in asked & REPORTS.keys():
                found[code].add(test.name)
    return found


def asserts(test: ast.FunctionDef) -> bool:
    """Whether it says anything."""
    return any(isinstance(node, ast.Assert) for node in ast.walk(test))


def test_the_catalogue_has_all_twenty_three() -> None:
    assert list(REPORTS) == [f"S-{n:02}" for n in range(1, 24)]


@pytest.mark.parametrize("code", [f"S-{n:02}" for n in range(1, 24)])
def test_every_report_is_asked_by_a_test_that_says_its_figures(code: str) -> None:
    assert shown()[code], f"no test in tests/reports asks {code}"


def test_those_above_the_district_are_shown_what_the_reports_say() -> None:
    """``outside`` decides what is compared over time: it must be what the policy shows the city."""
    acts = {
        row.act.removeprefix("statistics.")
        for row in committed().rows
        if row.resource == "statistics" and row.role.removeprefix("role:") == "city_civil_affairs"
    }
    assert acts == {r.act for r in REPORTS.values() if r.outside}


def test_the_yearly_report_carries_every_other_report_or_says_why_not() -> None:
    carried = {r.code for r in contents()}
    assert carried | LEFT_OUT.keys() == REPORTS.keys()
    assert not carried & LEFT_OUT.keys()
    assert all(LEFT_OUT.values())
