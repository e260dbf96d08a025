"""Every parameter a rule pack may set is read: what nobody reads promises a change that never comes."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from domain.packfile import parse_pack
from domain.parameters import PARAMETERS, RETIRED
from domain.rulebook import Rulebook
from domain.told_rules import TOLD, told_of, words_of
from tests.rules.test_rulebook import CHANGNING, FENGJIE, rules

pytestmark = pytest.mark.contract
ROOT = Path(__file__).parents[2]
READING = ("domain", "projections", "schema")
CATALOGUE = ROOT / "domain" / "parameters.py"
PACKS = ROOT / "domain" / "packs"


def texts() -> Iterator[ast.Constant | ast.JoinedStr]:
    """Every text of the code but the catalogue's own, also one with gaps (``f"contact_{name}_warn_days"``)."""
    for folder in READING:
        for path in sorted((ROOT / folder).rglob("*.py")):
            if path != CATALOGUE:
                tree = ast.parse(path.read_text(encoding="utf-8"))
                yield from (
                    n for n in ast.walk(tree) if isinstance(n, ast.Constant | ast.JoinedStr)
                )


def read() -> tuple[set[str], set[str]]:
    """What is named in full, and the patterns of what is put together; a gap alone names nothing."""
    whole, patterns = set(), set()
    for text in texts():
        if isinstance(text, ast.Constant):
            whole.add(str(text.value))
            continue
        parts = [v.value if isinstance(v, ast.Constant) else None for v in text.values]
        if any(len(str(part)) >= 5 for part in parts if part is not None):
            patterns.add("".join("[a-z_]+" if p is None else re.escape(str(p)) for p in parts))
    return whole, patterns


def unread(names: set[str]) -> set[str]:
    """The names that no text of the code is, nor leads to."""
    whole, patterns = read()
    return {n for n in names - whole if not any(re.fullmatch(p, n) for p in patterns)}


def test_no_parameter_is_read_by_nobody() -> None:
    by_packs = {
        getattr(row, field)
        for pack in Rulebook.load().all_packs
        for table, field in (("entitlements", "age_parameter"), ("periodic_duties", "every"))
        if (found := pack.provisions.get(table)) and found.value
        for row in found.value.values()
    }
    assert unread(set(PARAMETERS) - by_packs) == set()


def test_a_parameter_that_nobody_reads_would_be_named() -> None:
    assert unread({"tea_break_minutes", "accept_minutes"}) == {"tea_break_minutes"}


def test_what_is_told_is_shown_with_its_words_and_clauses() -> None:
    here = {one.name: one for one in told_of(rules(FENGJIE, "2025-01-01"))}
    assert words_of(here["hotlines"].value) == ["12338", "12355"]
    assert words_of(here["reporter_duties"].value) == ["ASSIST", "DISSUADE_STOP", "REPORT_POLICE"]
    assert [c.clause_id for c in here["hotlines"].cite] == ["CQ2016-3.4-e", "CQ2016-3.4-h"]
    there = {one.name: one for one in told_of(rules(CHANGNING, "2019-01-01"))}
    assert words_of(there["custody_inquiry"].value) == ["YES"]
    assert "hotlines" not in there
    assert set(TOLD) <= set(PARAMETERS)


def test_a_pack_that_was_published_with_a_retired_parameter_is_still_read() -> None:
    text = (PACKS / "PLATFORM.yaml").read_text(encoding="utf-8")
    assert not RETIRED & set(PARAMETERS)
    for name in sorted(RETIRED):
        text += f"  {name}: {{value: SEMESTER, mark: platform_default}}\n"
    assert parse_pack(text).provisions == Rulebook.load().pack("PLATFORM").provisions
