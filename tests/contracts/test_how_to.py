"""The how-to "add a case action", taken step by step in a copy of the tree: what it promises appears."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from ops.artefacts import CHECKOUT

pytestmark = pytest.mark.contract
PAGE = CHECKOUT / "docs" / "how-to" / "add-a-case-action.md"
BLOCK = re.compile(r"^```\w+ (\S+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
"""A fenced block whose first line names the file it goes into."""
WITHOUT = shutil.ignore_patterns(
    ".git", ".venv", ".state", "__pycache__", ".*_cache", "node_modules", "build"
)
QUEUE = re.compile(r"^```python\n(Queue\(.*?)^```$", re.MULTILINE | re.DOTALL)
"""The entry of the table of queues, without the table."""
LISTS = frozenset({"domain/case/__init__.py", "authz/policy.txt"})
"""Files a step adds a line to; the others are new."""
PROBE = """
import json
import domain.actions
from authz.policy import committed
from domain.kernel import EVENTS
from domain.sensitivity import P0, P1, P2
from ops.golden import MOMENT, sample_of
from projections.timeline import details
from schema.timeline import line_of

event = sample_of(EVENTS["case.interpreter_arranged"])
ids = dict.fromkeys(("event_id", "stream_id", "actor_unit_id", "actor_person_id"))
times = {"occurred_at": MOMENT, "recorded_at": MOMENT}
row = {
    **ids, **times, "position": 1, "stream": "case", "version": 1, "name": event.name,
    "precision": "MINUTE", "is_late": False, "late_because": None, "actor_role": "police",
    "packs": [], "clauses": ["CQ2024-1-a"], "details": details(event),
}
open_line, half = (line_of(row, frozenset(m)) for m in ({P0, P1, P2}, {P0, P2}))
print(json.dumps({
    "label": [open_line.zh, open_line.en],
    "all": sorted(v.zh for v in open_line.values),
    "without_P1": sorted(v.zh for v in half.values),
    "granted": sorted({r.role for r in committed().rows if r.act == "case.arrange_interpreter"}),
}))
"""

ENTRY = """
import projections.queues_of_assessment as table
from projections.queue_grammar import faults
queue = eval({text!r}, vars(table))
print(queue.code, [e.event for e in queue.endings][0], faults(queue))
"""


def run(tree: Path, *command: str) -> str:
    done = subprocess.run(
        [sys.executable, *command], cwd=tree, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the checkout with the steps of the page taken, ``make regen`` included."""
    copy = tmp_path_factory.mktemp("how-to") / "yidang"
    shutil.copytree(CHECKOUT, copy, ignore=WITHOUT)
    steps = dict(BLOCK.findall(PAGE.read_text(encoding="utf-8")))
    assert len(steps) == 4
    for name, text in steps.items():
        path = copy / name
        assert path.exists() == (name in LISTS)
        before = path.read_text(encoding="utf-8") if name in LISTS else ""
        path.write_text(before + text, encoding="utf-8")
    run(copy, "-m", "ops.artefacts")
    return copy


def test_the_test_of_the_page_passes(tree: Path) -> None:
    told = run(tree, "-m", "pytest", "-rA", "tests/domain/case/test_interpreting.py")
    assert told.count("\nPASSED ") == 2


def test_the_mutation_appears_with_its_input_and_classes(tree: Path) -> None:
    text = (tree / "schema" / "schema.graphql").read_text(encoding="utf-8")
    assert "arrangeInterpreter(" in text
    assert '@act(name: "case.arrange_interpreter", clauses: ["CQ2024-1-a"])' in text
    _, _, given = text.partition("input ArrangeInterpreterInput {")
    given = given.partition("}")[0]
    assert 'interpreterName: String! @sensitivity(class: "P1")' in given


def test_the_pages_have_their_rows(tree: Path) -> None:
    pages = {p.name: p.read_text(encoding="utf-8") for p in (tree / "docs").glob("*.md")}
    _, found, told = pages["actions.md"].partition("### 安排翻译 · Arrange an interpreter")
    assert found
    told = told.partition("\n###")[0]
    assert "岗位 Who: 乡镇(街道)、公安机关" in told
    assert "`interpreted_language_missing` 须写明方言或手语种类" in told
    assert "已安排翻译 `case.interpreter_arranged`" in told
    (row,) = [
        line for line in pages["clauses.md"].splitlines() if line.startswith("| `CQ2024-1-a`")
    ]
    assert "`case.arrange_interpreter`" in row
    assert "| `interpreter_name` | 翻译人员 | Interpreter |" in pages["glossary.md"]
    assert pages["roles.md"].count("`case.arrange_interpreter`") == 2


def test_the_event_has_its_golden_with_the_name_apart(tree: Path) -> None:
    path = tree / "tests" / "contracts" / "golden" / "case.interpreter_arranged.json"
    stored = json.loads(path.read_text(encoding="utf-8"))
    assert set(stored["boxes"]["subject"]) == {"interpreted_language", "interpreter_name"}


def test_the_timeline_line_shows_each_value_to_those_who_may_see_it(tree: Path) -> None:
    told = json.loads(run(tree, "-c", PROBE))
    assert told["label"] == ["已安排翻译", "Interpreter arranged"]
    assert told["all"] == sorted(["儿童", "方言或手语", "翻译人员"])
    assert told["without_P1"] == sorted(["儿童", "方言或手语"])
    assert told["granted"] == ["role:police", "role:township"]


def test_the_duty_names_nothing_that_there_is_not(tree: Path) -> None:
    (text,) = QUEUE.findall(PAGE.read_text(encoding="utf-8"))
    told = run(tree, "-c", ENTRY.format(text=text))
    assert told == "Q-70 case.child_opinion_sought []\n"
