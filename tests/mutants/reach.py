"""Which functions of the rules each test enters: what a change of one has to fear.

Found by running the tests once under ``sys.settrace``, and kept by test file for as long as no source it may rest on
changes. A function is known by its path, name and first line.
"""

from __future__ import annotations

import gc
import hashlib
import json
import os
import sys
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from types import CodeType, FrameType, FunctionType

import pytest
from _pytest.runner import runtestprotocol

from tests.mutants.ground import Ground, in_processes

Function = tuple[str, str, int]
"""Path from the root, name, first line."""

Reach = dict[str, frozenset[Function]]
"""By test id."""


ENOUGH = 100_000
"""Calls after which a test is not looked at any more: what it enters only then is not known of it."""


def nested(code: CodeType) -> Iterator[CodeType]:
    """A code object and those inside it, outermost first."""
    yield code
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from nested(constant)


def live_functions(ground: Ground) -> dict[Function, list[FunctionType]]:
    """Every function object of the rules that there is."""
    found: dict[Function, list[FunctionType]] = {}
    for thing in gc.get_objects():
        if isinstance(thing, FunctionType) and ground.holds(thing.__code__.co_filename):
            found.setdefault(known_as(thing.__code__, ground), []).append(thing)
    return found


def known_as(code: CodeType, ground: Ground) -> Function:
    """What a code object of the rules is known by."""
    path = os.path.relpath(code.co_filename, ground.root)
    return path, code.co_name, code.co_firstlineno


class Tracer:
    """Notes which functions of the rules are entered."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground
        self._seen: dict[int, tuple[CodeType, bool]] = {}
        self._entered: set[int] = set()
        self._calls = 0

    def __call__(self, frame: FrameType, _event: str, _arg: object) -> None:
        code = frame.f_code
        number = id(code)
        self._calls += 1
        if self._calls > ENOUGH:
            sys.settrace(None)
        if number not in self._seen:
            # Held, so that its number is never another's.
            self._seen[number] = code, self._ground.holds(code.co_filename)
        if self._seen[number][1]:
            self._entered.add(number)

    def begin(self) -> None:
        """From here on."""
        self._entered, self._calls = set(), 0
        sys.settrace(self)

    def end(self) -> frozenset[Function]:
        """What was entered since ``begin``."""
        sys.settrace(None)
        return frozenset(known_as(self._seen[number][0], self._ground) for number in self._entered)


def reach(items: Sequence[pytest.Item], ground: Ground, kept: Path, at_once: int) -> Reach:
    """What each test enters that passes as things stand; each file in a process of its own, unless it is known."""
    kept.mkdir(parents=True, exist_ok=True)
    places = {path: kept / f"{stamp}.json" for path, stamp in _stamps(items, ground).items()}
    unknown = [path for path, place in places.items() if not place.exists()]
    of_file = {path: [item for item in items if str(item.path) == path] for path in unknown}
    longest_first = sorted(unknown, key=lambda path: -len(of_file[path]))
    todo = [partial(_reach_of, of_file[path], ground, places[path]) for path in longest_first]
    for _ in in_processes(todo, at_once):
        pass
    for old in set(kept.iterdir()) - set(places.values()):
        old.unlink()
    return {test: entered for place in places.values() for test, entered in _read(place).items()}


def _reach_of(items: Sequence[pytest.Item], ground: Ground, place: Path) -> int:
    tracer, found = Tracer(ground), {}
    for n, item in enumerate(items):
        tracer.begin()
        following = items[n + 1] if n + 1 < len(items) else None
        reports = runtestprotocol(item, log=False, nextitem=following)
        entered = tracer.end()
        if all(report.passed for report in reports):
            found[item.nodeid] = entered
    functions = sorted({f for entered in found.values() for f in entered})
    numbers = {function: n for n, function in enumerate(functions)}
    tests = {test: sorted(numbers[f] for f in entered) for test, entered in found.items()}
    written = place.with_suffix(".part")
    written.write_text(json.dumps({"functions": functions, "tests": tests}), "utf-8")
    written.rename(place)
    return 0


def _read(place: Path) -> Reach:
    held = json.loads(place.read_text("utf-8"))
    functions: list[Function] = [(path, name, line) for path, name, line in held["functions"]]
    return {t: frozenset(functions[n] for n in entered) for t, entered in held["tests"].items()}


def _stamps(items: Sequence[pytest.Item], ground: Ground) -> dict[str, str]:
    """Test file → what it may rest on: itself, every rule, and what tests share."""
    shared = hashlib.sha256()
    folders = [ground.root / folder for folder in ground.tests]
    files = sorted(
        {*folders[0].parent.glob("*.py"), *(p for f in folders for p in f.rglob("*.py"))}
    )
    for text in [
        *ground.sources().values(),
        *(p.read_text("utf-8") for p in files if _is_shared(p)),
    ]:
        shared.update(text.encode())
    return {
        path: hashlib.sha256(shared.digest() + Path(path).read_bytes()).hexdigest()
        for path in sorted({str(item.path) for item in items})
    }


def _is_shared(path: Path) -> bool:
    return not path.name.startswith("test_")
