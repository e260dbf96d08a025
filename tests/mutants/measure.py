"""The measurement: which changes are tried, what became of each, and the score."""

from __future__ import annotations

import gc
import importlib
import json
import os
import random
import sys
import traceback
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import IO, Any

import pytest
from hypothesis import settings

from tests.mutants import reach
from tests.mutants.changes import Change
from tests.mutants.ground import NOT_IMPORTED, SURVIVED, Ground, in_processes, with_few_examples
from tests.mutants.trial import Nearest, Sources, Swap, imported, mentioned, swapped, swaps


@dataclass(frozen=True)
class Verdict:
    """What became of a change under so many tests."""

    change: Change
    tests: int
    ended: int

    @property
    def killed(self) -> bool:
        """A test failed, or did not end."""
        return self.ended not in {SURVIVED, NOT_IMPORTED}

    @property
    def counts(self) -> bool:
        """What cannot even be imported says nothing about the tests."""
        return self.ended != NOT_IMPORTED


def score(verdicts: Sequence[Verdict]) -> float:
    """Killed of those that count, in percent."""
    counted = [verdict for verdict in verdicts if verdict.counts]
    return 100 * sum(verdict.killed for verdict in counted) / len(counted) if counted else 0.0


def drawn(every: Sequence[Change], sample: int, seed: int) -> list[Change]:
    """So many of them, the same for the same seed and sources; all where ``sample`` is 0."""
    if not 0 < sample < len(every):
        return list(every)
    return random.Random(seed).sample(every, sample)  # noqa: S311 - to be the same again


def measured(
    ground: Ground, chosen: Sequence[Change], sources: Sources, at_once: int, kept: Path
) -> Iterator[Verdict]:
    """The verdicts as they come. Call it where no rule is imported yet."""
    before_import: list[tuple[int, list[str]]] = []
    for told in _told_by(ground, partial(Session, ground, chosen, sources, at_once, kept)):
        n, tests, ended = told["change"], told["tests"], told["ended"]
        if ended is None:
            before_import.append((n, tests))
        else:
            yield Verdict(chosen[n], len(tests), ended)
    tries = [partial(imported, chosen[n], sources, tests) for n, tests in before_import]
    for number, ended in in_processes(tries, at_once):
        n, tests = before_import[number]
        yield Verdict(chosen[n], len(tests), ended)


def _told_by(ground: Ground, session: Callable[[IO[str]], Session]) -> Iterator[dict[str, Any]]:
    """What a session in a process of its own says, line by line; there the tests are collected, once."""
    reading, writing = os.pipe()
    process = os.fork()
    if not process:
        try:
            os.close(reading)
            os.dup2(2, 1)
            with os.fdopen(writing, "w") as out:
                ground.pytest(ground.tests, session(out))
        except BaseException:  # noqa: BLE001 - a process that was forked ends here
            traceback.print_exc()
        finally:
            sys.stdout.flush()
            os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as lines:
        for line in lines:
            told = json.loads(line)
            if told is None:
                break
            yield told
        else:
            os.waitpid(process, 0)
            raise RuntimeError("the tests could not be run at all: see above")
    os.waitpid(process, 0)


class Session:
    """A pytest session: tries what can be changed in a function's code, and names the tests for the rest."""

    def __init__(
        self,
        ground: Ground,
        chosen: Sequence[Change],
        sources: Sources,
        at_once: int,
        kept: Path,
        out: IO[str],
    ) -> None:
        self._ground, self._chosen, self._sources = ground, chosen, sources
        self._at_once, self._kept, self._out = at_once, kept, out
        self._tracer = reach.Tracer(ground)

    def pytest_collection(self) -> None:
        settings.load_profile("mutants")
        self._tracer.begin()
        importlib.import_module(self._ground.entry)

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        at_import = self._tracer.end()
        items = {
            i.nodeid: i for i in session.items if "postgres" not in getattr(i, "fixturenames", ())
        }
        tests = list(items.values())
        with_few_examples(tests)
        nearest = Nearest(reach.reach(tests, self._ground, self._kept, self._at_once))
        live = reach.live_functions(self._ground)
        mentions = mentioned(live)
        planned: list[tuple[int, list[str], list[Swap]]] = []
        for n, change in enumerate(self._chosen):
            entered_early = any((change.path, *step) in at_import for step in change.around)
            can = [] if entered_early or not change.around else swaps(change, self._sources, live)
            if can:
                planned.append((n, nearest.inside(change), can))
            else:
                self._tell(n, nearest.outside(change, mentions), None)
        gc.freeze()
        tries = [partial(swapped, can, [items[test] for test in near]) for _, near, can in planned]
        for number, ended in in_processes(tries, self._at_once):
            self._tell(*planned[number][:2], ended)
        print("null", file=self._out, flush=True)
        return True

    def _tell(self, change: int, tests: Sequence[str], ended: int | None) -> None:
        told = {"change": change, "tests": tests, "ended": ended}
        print(json.dumps(told), file=self._out, flush=True)
