"""``python -m tests.mutants.idle``: which actions ``docs/clauses.md`` says a test shows that stays green without them.

Each action in turn decides nothing and refuses nothing, and the test named first for it is run: in a process of its
own where it needs no server. ``--server`` tries the others, one after the other beside one PostgreSQL: each once as it
is, which sets up what the session shares, and then once for each of its actions, with a story played anew.
"""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
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
Pair = tuple[str, str]


def pairs() -> dict[Pair, list[str]]:
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

    def __init__(self, named: Iterable[Pair]) -> None:
        self.named = sorted(named)
        self.green: list[Pair] = []

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Notes what stays green."""
        items = defaultdict(list)
        for item in session.items:
            items[item.nodeid.partition("[")[0]].append(item)
        self.tried([pair for pair in self.named if items[pair[1]]], items)
        return True

    def tried(self, todo: list[Pair], items: dict[str, list[pytest.Item]]) -> None:
        """One process a pair."""
        tries = [partial(_alone, action, items[test]) for action, test in todo]
        for n, ended in in_processes(tries, 2):
            if ended == SURVIVED:
                self.green.append(todo[n])


class IdleBesideServer(Idle):
    """As ``Idle``, for tests that share a server."""

    def tried(self, todo: list[Pair], items: dict[str, list[pytest.Item]]) -> None:
        """By test: as it is, then without each action."""
        by_test = defaultdict(list)
        for action, test in todo:
            by_test[test].append(action)
        for n, (test, actions) in enumerate(sorted(by_test.items()), 1):
            _say(f"… {n} of {len(by_test)}: {test}")
            after = _elsewhere(test, items)
            story = next((s for s in _stories(test, items) if _passes(s, after)), None)
            if story is None:
                _say(f"  fails as it is: {test}")
                continue
            for action in actions:
                with deciding_nothing(action):
                    if _passes(story, after):
                        _say(f"  green without {action}")
                        self.green.append((action, test))


def _stories(test: str, items: dict[str, list[pytest.Item]]) -> Iterator[list[pytest.Item]]:
    """The test by itself; the story it is a step of, for one that goes on where the test before it ended."""
    yield items[test]
    file = test.partition("::")[0]
    steps = [name for name in items if name.startswith(f"{file}::")]
    yield [item for name in steps[: steps.index(test) + 1] for item in items[name]]


def _elsewhere(test: str, items: dict[str, list[pytest.Item]]) -> pytest.Item | None:
    """A test of another file: what the file shares is taken down before it, what the session shares is kept."""
    file = test.partition("::")[0]
    return next((each[0] for name, each in items.items() if not name.startswith(file)), None)


@contextmanager
def deciding_nothing(action: str) -> Iterator[None]:
    """Meanwhile the action is always in turn, and nothing follows."""
    command = COMMANDS[action]
    before = command.when, command.decide
    command.when = ALWAYS
    setattr(command, "decide", lambda _self, _state: iter(()))  # noqa: B010 - a method in another's place
    try:
        yield
    finally:
        command.when = before[0]
        setattr(command, "decide", before[1])  # noqa: B010 - and back


def _alone(action: str, items: list[pytest.Item]) -> int:
    """How its test ends where the action does nothing. For a process of its own."""
    must_end()
    with deciding_nothing(action):
        return SURVIVED if _passes(items, None) else KILLED


def _passes(items: list[pytest.Item], after: pytest.Item | None) -> bool:
    """Whether all of them do. ``after``: what would be run next."""
    for n, item in enumerate(items):
        following = items[n + 1] if n + 1 < len(items) else after
        if any(report.failed for report in runtestprotocol(item, log=False, nextitem=following)):
            item.session._setupstate.teardown_exact(after)
            return False
    return True


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def main(*, server: bool) -> int:
    """Tells every pair that stays green."""
    named = pairs()
    here = {p: c for p, c in named.items() if p[1].startswith(WITHOUT_SERVER) is not server}
    ground = Ground(Path(__file__).parents[2], "domain", "domain.actions", WITHOUT_SERVER)
    idle = (IdleBesideServer if server else Idle)(here)
    ground.pytest(sorted({test.partition("::")[0] for _, test in here}), idle, with_conftest=server)
    for action, test in sorted(idle.green):
        _say(f"{action} → {test}  {' '.join(here[action, test])}")
    others = "need none" if server else "need a server (--server)"
    _say(f"{len(idle.green)} of {len(here)}; {len(named) - len(here)} {others}")
    return 1 if idle.green else 0


if __name__ == "__main__":
    sys.exit(main(server="--server" in sys.argv[1:]))
