"""``python -m tests.mutants.idle``: which actions ``docs/clauses.md`` says a test shows that stays green without them.

Each action in turn decides nothing and refuses nothing, in a process of its own, and the test named first for it is
run. Tests that need no server are tried; the others are counted only, since a process cannot inherit their set-up.
"""

from __future__ import annotations

import sys
from collections import defaultdict
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from _pytest.runner import runtestprotocol

from domain.kernel import COMMANDS, Turn
from ops.clause_map.citations import Kind
from ops.clause_map.shown import the_map
from tests.mutants.ground import KILLED, SURVIVED, Ground, in_processes, must_end

ALWAYS: Turn[Any] = Turn("always", "随时", "at any time", lambda _state: True)
WITHOUT_SERVER = ("tests/domain", "tests/risk", "tests/rules", "tests/reference")


def pairs() -> dict[tuple[str, str], list[str]]:
    """Each action with the test the page names for it, and for which clauses it does."""
    known = the_map()
    found = defaultdict(list)
    for one in known.declared:
        if one.kind is Kind.ACTION:
            for clause_id in dict.fromkeys(one.clauses):
                for test in known.showing(one, clause_id)[:1]:
                    found[one.name, test.id].append(clause_id)
    return found


class Idle:
    """Runs the named tests, each without its action."""

    def __init__(self, named: dict[tuple[str, str], list[str]]) -> None:
        self.named = sorted(named)
        self.green: list[tuple[str, str]] = []

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """One process a pair."""
        items = defaultdict(list)
        for item in session.items:
            items[item.nodeid.partition("[")[0]].append(item)
        todo = [pair for pair in self.named if items[pair[1]]]
        tries = [partial(without, action, items[test]) for action, test in todo]
        for n, ended in in_processes(tries, 2):
            if ended == SURVIVED:
                self.green.append(todo[n])
        return True


def without(action: str, items: list[pytest.Item]) -> int:
    """How its test ends where the action does nothing. For a process of its own."""
    command = COMMANDS[action]
    command.when = ALWAYS
    setattr(command, "decide", lambda _self, _state: iter(()))  # noqa: B010 - a method in another's place
    for n, item in enumerate(items):
        must_end()
        following = items[n + 1] if n + 1 < len(items) else None
        if any(report.failed for report in runtestprotocol(item, log=False, nextitem=following)):
            return KILLED
    return SURVIVED


def main() -> int:
    """Tells every pair that stays green."""
    named = pairs()
    here = {pair: clauses for pair, clauses in named.items() if pair[1].startswith(WITHOUT_SERVER)}
    idle = Idle(here)
    ground = Ground(Path(__file__).parents[2], "domain", "domain.actions", WITHOUT_SERVER)
    ground.pytest(sorted({test.partition("::")[0] for _, test in here}), idle)
    for action, test in sorted(idle.green):
        sys.stdout.write(f"{action} → {test}  {' '.join(here[action, test])}\n")
    sys.stdout.write(f"{len(idle.green)} of {len(here)}; {len(named) - len(here)} need a server\n")
    return 1 if idle.green else 0


if __name__ == "__main__":
    sys.exit(main())
