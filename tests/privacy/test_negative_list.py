"""The negative list is whole: every number stands in it with a test, every test it names exists, and none is open."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "negative-list.md"
LINE = re.compile(r"\| (\d+) \| (.+?) \| (.+) \|$")
NAMED = re.compile(r"`(tests/[a-z0-9_/]+\.py)(?:::(test_[a-z0-9_]+))?`")
LINES = [m.groups() for m in map(LINE.match, PAGE.read_text(encoding="utf-8").splitlines()) if m]


def test_every_number_stands_in_it_once() -> None:
    assert [int(number) for number, _, _ in LINES] == list(range(1, 67))


@pytest.mark.parametrize(("number", "what", "tried"), LINES, ids=[line[0] for line in LINES])
def test_what_is_named_exists(number: str, what: str, tried: str) -> None:
    named = NAMED.findall(tried)
    assert named, f"{number}, {what}: nothing tries it"
    assert "open:" not in tried, f"{number}, {what}"
    for path, function in named:
        tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
        tests = {each.name for each in ast.walk(tree) if isinstance(each, ast.FunctionDef)}
        assert any(name.startswith("test_") for name in tests), path
        assert not function or function in tests, f"{path}::{function}"
