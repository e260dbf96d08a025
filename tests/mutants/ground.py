"""Where it is measured: the packages whose rules are changed, the tests that judge them, and how both are run."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from resource import RLIMIT_CPU, getrlimit, setrlimit
from time import process_time

import pytest
from hypothesis import HealthCheck, Phase, settings

from tests.mutants.changes import Change, changes, members_of

ENDLESS = 60
"""Seconds of processor time after which a test is said not to end: the slowest of them takes a few."""

FEW = 20
"""Examples of a property test: mostly the first that matters is among them."""

SURVIVED, KILLED, NOT_IMPORTED = 0, 1, 77
"""What a process that tried a change says on its end."""


@dataclass(frozen=True)
class Ground:
    """Paths are relative to ``root``; ``entry`` is the module that imports all rules."""

    root: Path
    package: str
    entry: str
    tests: tuple[str, ...]
    left_out: tuple[str, ...] = ()

    def sources(self) -> dict[str, str]:
        """The text of every module of the package, by path."""
        found = sorted((self.root / self.package).rglob("*.py"))
        return {str(path.relative_to(self.root)): path.read_text("utf-8") for path in found}

    def changes(self) -> tuple[list[Change], Mapping[str, tuple[str, ...]], dict[str, str]]:
        """Every change of every rule, the enumerations, and the texts."""
        sources = self.sources()
        members = members_of(sources.values())
        every = [
            change
            for path, source in sources.items()
            if not path.startswith(self.left_out or ("//",))
            for change in changes(path, source, members)
        ]
        return every, members, sources

    def holds(self, filename: str) -> bool:
        """Whether a code object's file is one of the rules."""
        return filename.startswith(f"{self.root / self.package}{os.sep}")

    def pytest(self, tests: Sequence[str], *plugins: object, with_conftest: bool = False) -> int:
        """Runs pytest in this process, without any conftest unless asked: what needs a server has no fixture."""
        own = ["-p", "no:cacheprovider", "-p", "no:xdist", "-o", "addopts="]
        own += [] if with_conftest else ["--noconftest"]
        own += ["-W", "ignore::pytest.PytestAssertRewriteWarning"]
        own += ["--import-mode=importlib", f"--rootdir={self.root}"]
        return int(pytest.main([*own, "-q", "-x", *tests], plugins=plugins))


# No example is made smaller: that it fails is all that counts. The same few examples every time.
settings.register_profile(
    "mutants",
    max_examples=FEW,
    deadline=None,
    database=None,
    derandomize=True,
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=list(HealthCheck),
)


def with_few_examples(items: Sequence[pytest.Item]) -> None:
    """Property tests that ask for many examples get few, too: a change that needs more of them survives."""
    for item in items:
        test = getattr(item, "function", None)
        own = getattr(test, "_hypothesis_internal_use_settings", None)
        if own is not None and own.max_examples > FEW:
            few = settings(own, max_examples=FEW, phases=settings.get_profile("mutants").phases)
            test._hypothesis_internal_use_settings = few  # type: ignore[union-attr]


def must_end() -> None:
    """From now on this process has ``ENDLESS`` seconds of processor time, then it is ended."""
    setrlimit(RLIMIT_CPU, (int(process_time()) + ENDLESS, getrlimit(RLIMIT_CPU)[1]))


def in_processes(tries: Sequence[Callable[[], int]], at_once: int) -> Iterator[tuple[int, int]]:
    """Each try in a process of its own, some at once: its number and how it ended, as they end."""
    running: dict[int, int] = {}
    waiting = list(enumerate(tries))
    waiting.reverse()
    while waiting or running:
        while waiting and len(running) < at_once:
            number, attempt = waiting.pop()
            running[_begun(attempt)] = number
        ended, status = os.wait()
        if ended in running:
            code = os.waitstatus_to_exitcode(status)
            yield running.pop(ended), KILLED if code == -signal.SIGXCPU else code


def _begun(attempt: Callable[[], int]) -> int:
    """The process in which it is tried; what it prints is for nobody."""
    sys.stdout.flush()
    if process := os.fork():
        return process
    code = 3
    try:
        silent = os.open(os.devnull, os.O_WRONLY)
        os.dup2(silent, 1)
        os.dup2(silent, 2)
        code = attempt()
    finally:
        os._exit(code)
