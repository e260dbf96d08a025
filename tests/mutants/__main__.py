"""``make mutants``: the mutation score of the domain's rules under the tests that need no server.

Ends with 0 when at least ``GOAL`` percent of the changes are noticed. What is drawn is the same for the same seed and
sources.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections import Counter
from pathlib import Path

from tests.mutants.ground import Ground
from tests.mutants.measure import Verdict, drawn, measured, score
from tests.mutants.trial import Sources

GOAL = 80
"""Percent of changes that a test has to notice."""

ROOT = Path(__file__).parents[2]

DOMAIN = Ground(
    root=ROOT,
    package="domain",
    entry="domain.actions",
    tests=("tests/domain", "tests/risk", "tests/rules", "tests/reference"),
    # Vocabularies, labels, classes of data and the reading of texts: no rules of protection.
    left_out=(
        "domain/terms/",
        "domain/labels.py",
        "domain/sensitivity.py",
        "domain/fields.py",
        "domain/clauses.py",
        "domain/extract_clauses.py",
        "domain/codec.py",
        "domain/actions.py",
    ),
)


def main() -> int:
    """Draws, tries, tells."""
    asked = _asked()
    ground = (
        DOMAIN
        if asked.root is None
        else Ground(asked.root, asked.package, asked.package, (asked.tests,))
    )
    os.chdir(ground.root)
    sys.path.insert(0, str(ground.root))
    every, members, texts = ground.changes()
    within = [change for change in every if change.path.startswith(asked.only)]
    chosen = drawn(within, asked.sample, asked.seed)
    _say(f"{len(chosen)} of {len(within)} changes, seed {asked.seed}; which tests enter what …")
    sources = Sources(ground, texts, members)
    verdicts: list[Verdict] = []
    for verdict in measured(ground, chosen, sources, asked.at_once, ground.root / "build/mutants"):
        verdicts.append(verdict)
        if not verdict.killed and verdict.counts:
            _say(f"  survived {verdict.tests:>3} tests  {verdict.change}")
        if len(verdicts) % 25 == 0:
            _say(f"… {len(verdicts)} of {len(chosen)}: {score(verdicts):.1f} %")
    return _told(verdicts, asked.json)


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make mutants", description=__doc__)
    parser.add_argument("--sample", type=int, default=300, help="changes to try; 0 for all")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument(
        "--only", default="", help="paths that begin so, e.g. domain/case/placement"
    )
    parser.add_argument("--at-once", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--json", type=Path, help="verdicts to this file")
    parser.add_argument("--root", type=Path, help="another tree, with a `tests` folder")
    parser.add_argument("--package", default="domain", help="its rules")
    parser.add_argument("--tests", default="tests", help="its judges")
    return parser.parse_args()


def _told(verdicts: list[Verdict], to: Path | None) -> int:
    """The survivors by file, and the score."""
    survivors = sorted(
        (v for v in verdicts if v.counts and not v.killed),
        key=lambda v: (v.change.path, v.change.line),
    )
    _say("\nSurvivors:")
    for verdict in survivors:
        _say(f"  {verdict.change}" + ("" if verdict.tests else "   (no test comes near)"))
    by_package = Counter("/".join(v.change.path.split("/")[:2]) for v in verdicts if v.counts)
    lost = Counter("/".join(v.change.path.split("/")[:2]) for v in survivors)
    _say("\n" + ", ".join(f"{name} {n - lost[name]}/{n}" for name, n in sorted(by_package.items())))
    reached, counted = score(verdicts), sum(v.counts for v in verdicts)
    unimported = len(verdicts) - counted
    _say(
        f"{counted - len(survivors)} of {counted} noticed ({unimported} could not be imported and do not count)"
    )
    _say(f"mutation score {reached:.1f} %, goal {GOAL} %: {'met' if reached >= GOAL else 'MISSED'}")
    if to:
        rows = [
            {"change": str(v.change), "killed": v.killed, "counts": v.counts, "tests": v.tests}
            for v in verdicts
        ]
        to.write_text(json.dumps(rows, ensure_ascii=False, indent=1), "utf-8")
    return 0 if reached >= GOAL else 1


sys.exit(main())
