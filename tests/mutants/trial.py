"""A change is tried: the tests nearest to it run with it, and one that fails kills it.

A change inside a function is made in the function's code, in a process forked from one that has everything imported.
What is entered while modules are imported, and what stands outside functions (tables, turns of commands), is changed
before the import, in a process that has imported none of the rules.
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from types import CodeType, FunctionType, ModuleType

import pytest
from _pytest.runner import runtestprotocol
from hypothesis import settings

from tests.mutants.changes import Change, Members, changed
from tests.mutants.ground import KILLED, NOT_IMPORTED, SURVIVED, Ground, must_end, with_few_examples
from tests.mutants.reach import Function, Reach, nested

NEAREST = 200
"""Tests a change has to outlive: those that enter what was changed, the most particular first."""


@dataclass(frozen=True)
class Sources:
    """The texts of the rules and their enumerations."""

    ground: Ground
    texts: Mapping[str, str]
    members: Members

    def code(self, change: Change) -> tuple[CodeType, CodeType]:
        """The module's code as it is, and with the change."""
        path, text = str(self.ground.root / change.path), self.texts[change.path]
        tree = changed(text, change.number, self.members)
        return (
            compile(text, path, "exec", dont_inherit=True),
            compile(tree, path, "exec", dont_inherit=True),
        )


# --- in the function's own code

Swap = tuple[FunctionType, CodeType]


def swaps(
    change: Change, sources: Sources, live: Mapping[Function, list[FunctionType]]
) -> list[Swap]:
    """The functions that get other code; none where that cannot be done."""
    before, after = sources.code(change)
    found: list[Swap] = []
    for name, line in change.around:
        old = [
            code for code in nested(before) if (code.co_name, code.co_firstlineno) == (name, line)
        ]
        new = [
            code for code in nested(after) if (code.co_name, code.co_firstlineno) == (name, line)
        ]
        if len(old) != len(new):
            return []
        for function in live.get((change.path, name, line), ()):
            other = new[old.index(function.__code__)] if len(old) > 1 else new[0]
            if other.co_freevars != function.__code__.co_freevars:
                return []
            found.append((function, other))
    return found


def swapped(changed_functions: Sequence[Swap], items: Sequence[pytest.Item]) -> int:
    """What becomes of the change under these tests. For a process of its own."""
    for function, code in changed_functions:
        function.__code__ = code
    for n, item in enumerate(items):
        must_end()
        following = items[n + 1] if n + 1 < len(items) else None
        if any(report.failed for report in runtestprotocol(item, log=False, nextitem=following)):
            return KILLED
    return SURVIVED


# --- before the import


class Changed(SourceFileLoader):
    """Loads a module with the change in it."""

    def __init__(self, name: str, path: str, code: CodeType) -> None:
        super().__init__(name, path)
        self._code = code

    def get_code(self, _fullname: str) -> CodeType:
        return self._code


class InsteadOf(MetaPathFinder):
    """Finds one module with a change in it, and no other."""

    def __init__(self, module: str, code: CodeType) -> None:
        self._module, self._code = module, code

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, _target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if fullname != self._module:
            return None
        spec = PathFinder.find_spec(fullname, path)
        if spec is not None and spec.origin is not None:
            spec.loader = Changed(fullname, spec.origin, self._code)
        return spec


class Only:
    """Of what is collected these tests, in this order, each with its time."""

    def __init__(self, tests: Sequence[str]) -> None:
        self._order = {test: n for n, test in enumerate(tests)}

    def pytest_collection(self) -> None:
        settings.load_profile("mutants")

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        chosen = [item for item in items if item.nodeid in self._order]
        items[:] = sorted(chosen, key=lambda item: self._order[item.nodeid])
        with_few_examples(items)

    def pytest_runtest_setup(self) -> None:
        must_end()


def imported(change: Change, sources: Sources, tests: Sequence[str]) -> int:
    """What becomes of a change made before the import. For a process that has imported no rule."""
    _, code = sources.code(change)
    module = change.path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
    sys.meta_path.insert(0, InsteadOf(module, code))
    must_end()
    try:
        importlib.import_module(sources.ground.entry)
    except Exception:  # noqa: BLE001 - whatever it is, nothing can run with this change
        return NOT_IMPORTED
    files = sorted({test.partition("::")[0] for test in tests})
    ended = sources.ground.pytest(files, Only(tests))
    return SURVIVED if ended in {pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED} else KILLED


# --- which tests


class Nearest:
    """The tests a change has to fear, the most particular first."""

    def __init__(self, reached: Reach) -> None:
        self._reached = reached
        self._by_function: dict[Function, list[str]] = {}
        self._by_path: dict[str, set[str]] = {}
        for test, functions in reached.items():
            for function in functions:
                self._by_function.setdefault(function, []).append(test)
                self._by_path.setdefault(function[0], set()).add(test.partition("::")[0])

    def inside(self, change: Change) -> list[str]:
        """Those that enter the function."""
        name, line = change.around[-1]
        return self._first(self._by_function.get((change.path, name, line), ()))

    def outside(self, change: Change, mentions: Mapping[str, list[Function]]) -> list[str]:
        """Those that enter what mentions the name, then all of files that come near the module."""
        names = [*change.names, *(name for name, _ in change.around[-1:])]
        functions = [f for name in names for f in mentions.get(name, ())]
        if change.around:
            functions.append((change.path, *change.around[-1]))
        direct = {test for f in functions for test in self._by_function.get(f, ())}
        files = self._by_path.get(change.path, set())
        near = {test for test in self._reached if test.partition("::")[0] in files} - direct
        return [*self._first(direct), *self._first(near)][:NEAREST]

    def _first(self, tests: Sequence[str] | set[str]) -> list[str]:
        return sorted(tests, key=lambda test: (len(self._reached[test]), test))[:NEAREST]


def mentioned(live: Mapping[Function, list[FunctionType]]) -> dict[str, list[Function]]:
    """Name → the functions that speak of it."""
    found: dict[str, list[Function]] = {}
    for known, functions in live.items():
        for name in {name for code in nested(functions[0].__code__) for name in code.co_names}:
            found.setdefault(name, []).append(known)
    return found
