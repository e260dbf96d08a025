"""The measurement itself: what a test notices is killed, what none can notice survives, the score decides the end."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.mutants.changes import changed, changes, members_of
from tests.mutants.ground import NOT_IMPORTED
from tests.mutants.measure import Verdict, drawn, score

ROOT = Path(__file__).parents[2]

WATCHED = """
from enum import Enum


class Stage(Enum):
    NEW = "new"
    OPEN = "open"
    CLOSED = "closed"


RUNNING = {Stage.NEW, Stage.OPEN}


def late(days: int) -> bool:
    return days > 30


def runs(stage: Stage) -> bool:
    return stage in RUNNING
"""

UNWATCHED = """
def at_least_one(number: int) -> int:
    return number if number > 1 else 1


def never_asked(number: int) -> int:
    return number + 1
"""

JUDGES = """
from planted.unwatched import at_least_one
from planted.watched import Stage, late, runs


def test_late():
    assert [late(days) for days in (30, 31, 32)] == [False, True, True]


def test_runs():
    assert [runs(stage) for stage in Stage] == [True, True, False]


def test_at_least_one():
    assert [at_least_one(number) for number in (0, 1, 2)] == [1, 1, 2]
"""


@pytest.fixture
def planted(tmp_path: Path) -> Path:
    """A tree with rules of its own and tests for most of them."""
    (tmp_path / "planted").mkdir()
    (tmp_path / "judges").mkdir()
    (tmp_path / "pytest.ini").write_text("[pytest]\n")
    (tmp_path / "planted/__init__.py").write_text("from planted import unwatched, watched\n")
    (tmp_path / "planted/watched.py").write_text(WATCHED)
    (tmp_path / "planted/unwatched.py").write_text(UNWATCHED)
    (tmp_path / "judges/test_rules.py").write_text(JUDGES)
    return tmp_path


def measure(tree: Path, *more: str) -> tuple[int, dict[str, Any]]:
    """How it ends, and every change by its text."""
    told = tree / "told.json"
    where = ["--root", str(tree), "--package", "planted", "--tests", "judges", "--sample", "0"]
    asked = [sys.executable, "-m", "tests.mutants", *where, "--json", str(told), *more]
    ended = subprocess.run(asked, cwd=ROOT, capture_output=True, text=True, check=False)
    assert told.exists(), ended.stdout + ended.stderr
    return ended.returncode, {row["change"]: row for row in json.loads(told.read_text())}


def test_what_a_test_notices_is_killed_inside_functions_and_in_tables(planted: Path) -> None:
    ended, rows = measure(planted, "--only", "planted/watched")
    killed = {change.partition(": ")[2] for change, row in rows.items() if row["killed"]}
    assert "days > 30 → days >= 30" in killed
    assert "30 → 31" in killed
    assert "stage in RUNNING → stage not in RUNNING" in killed
    assert "Stage.OPEN → nothing" in killed
    assert "Stage.OPEN → Stage.CLOSED" in killed
    assert len(killed) == len(rows)
    assert ended == 0


def test_what_no_test_can_notice_survives_and_fails_the_goal(planted: Path) -> None:
    ended, rows = measure(planted, "--only", "planted/unwatched")
    survived = {c.partition(": ")[2]: row["tests"] for c, row in rows.items() if not row["killed"]}
    assert survived["number > 1 → number >= 1"] == 1
    assert survived["number + 1 → number - 1"] == 0
    assert ended == 1


def changes_of(text: str) -> list[str]:
    """The changes of a text, as they are told, without the place."""
    return [str(c).partition(": ")[2] for c in changes("a.py", text, members_of([text]))]


def test_labels_annotations_and_refusals_words_are_no_rules() -> None:
    assert changes_of('"""Doc."""\nfrom x import y\n') == []
    assert changes_of('name: dict[str, int | None] = y("标签")\n') == []
    assert changes_of('name_fields(first=("一", "One"))\n') == []
    assert changes_of('raise LATE(field="days", cite=rules.cite("a") or None)\n') == [
        "raise LATE(field='days', cite=rules.cite('a') or None) → pass"
    ]


def test_what_is_forgotten_is_a_change() -> None:
    text = "class A:\n    def evolve(self, case):\n        return replace(case, stage=1)\n"
    assert changes_of(text) == ["replace(case, stage=1) → case", "stage=1 → nothing", "1 → 2"]
    assert changes_of("class A(B, zh='甲', when=OPEN):\n    x = y\n") == ["when=OPEN → nothing"]
    assert changes_of("class A(B, zh='甲', when=PRESENT):\n    x = y\n") == []


def test_each_change_is_made_by_its_number() -> None:
    text = "def f(a, b):\n    if a and not b:\n        yield a\n"
    every = changes("a.py", text, {})
    made = {compile(changed(text, c.number, {}), "a.py", "exec") for c in every}
    assert len(made) == len(every) == 5
    assert every[0].around == (("f", 1),)
    with pytest.raises(LookupError):
        changed(text, len(every), {})


def test_a_seed_draws_the_same_again_and_another_seed_does_not() -> None:
    every = changes("a.py", "".join(f"x = a < {n}\n" for n in range(40)), {})
    assert drawn(every, 10, 1) == drawn(every, 10, 1) != drawn(every, 10, 2)
    assert drawn(every, 0, 1) == every


def test_what_cannot_be_imported_does_not_count() -> None:
    one, two, three, *_ = changes("a.py", "x = a < b < c < d\n", {})
    verdicts = [Verdict(one, 1, 1), Verdict(two, 1, 0), Verdict(three, 1, NOT_IMPORTED)]
    assert score(verdicts) == 50.0
    assert score([]) == 0.0
