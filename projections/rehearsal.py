"""试运行 · A changed pack put to all of today's children and open tasks of a division; nothing is written.

States come from the log, tasks from the read models; the rules decide as they always do, and what they decide is
counted in the place of being recorded. Deterministic: the same log, moment and packs give the same answer.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any
from uuid import UUID

import yaml

from domain.case.state import Case
from domain.child.state import Child
from domain.divisions import Divisions
from domain.kernel import State
from domain.packfile import PackError, parse_pack
from domain.parameters import PARAMETERS
from domain.periods import local_date
from domain.rehearsal import Direction, Move, Moved, RuleSet, moves
from domain.risk import DEFAULT_NUMBERS, DEFAULT_SCALE, Numbers, Scale
from domain.risk.scale import read_scale
from domain.rulebook import Rulebook, jurisdiction_of
from domain.sensitivity import P5
from projections.due import counted, parameter_of
from projections.lookup import Lookup
from projections.reports.suppression import TOTAL, Count, Node, Threshold, held_back

StateOf = Callable[[type[State], UUID], State]
TOWNSHIP_DEPTH = 3


@dataclass(frozen=True, kw_only=True)
class Changed:
    """What is rehearsed: a rule pack in the place of the one of its id, or another risk scale."""

    id: str
    version: int
    rulebook: Rulebook
    numbers: Numbers = DEFAULT_NUMBERS
    scale: Scale = DEFAULT_SCALE


def changed_by(text: str, present: Rulebook) -> Changed:
    """The change a pack's file makes; raises ``PackError`` where it is none."""
    try:
        raw = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise PackError("not YAML") from error
    if isinstance(raw, dict) and raw.get("id") == DEFAULT_SCALE.id:
        return _scale(raw, present)
    pack = parse_pack(text)
    return Changed(id=pack.id, version=pack.version, rulebook=present.replacing(pack))


def _scale(raw: dict[str, Any], present: Rulebook) -> Changed:
    try:
        scale = read_scale(raw)
        numbers = Numbers(**{name: said["value"] for name, said in raw["numbers"].items()})
    except (KeyError, TypeError, ValueError) as error:
        raise PackError(f"{raw['id']}: {error}") from error
    return Changed(
        id=scale.id, version=scale.version, rulebook=present, numbers=numbers, scale=scale
    )


@dataclass(frozen=True, kw_only=True)
class Placed:
    """A move and where it is counted."""

    path: Node
    move: Move


@dataclass(frozen=True, kw_only=True)
class Rehearsed:
    """What would move. ``children`` and ``tasks`` were looked at; ``not_recounted``: whose date no pack counts."""

    division: str
    children: int
    tasks: int
    not_recounted: int
    placed: tuple[Placed, ...]


@dataclass(frozen=True, kw_only=True)
class Rehearsal:
    """The means to rehearse with."""

    lookup: Lookup
    state_of: StateOf
    present: Rulebook
    at: datetime

    def run(self, changed: Changed, division: str) -> Rehearsed:
        """What the change would move for the children on file, and the open tasks, of a division."""
        children = self.lookup.ask(
            "select child_id from child where file_status = 'OPEN' order by child_id", {}
        )
        here: list[Placed] = []
        many = 0
        for row in children:
            child = self.state_of(Child, row["child_id"])
            assert isinstance(child, Child)
            path = self._path(child.place)
            if division in path:
                many += 1
                here += (Placed(path=path, move=m) for m in self._moves(child, changed))
        tasks = [t for t in self._tasks() if division in self._path(t["place_id"])]
        moved = [self._task(t, changed) for t in tasks]
        here += (p for p in moved if isinstance(p, Placed))
        return Rehearsed(
            division=division,
            children=many,
            tasks=len(tasks),
            not_recounted=sum(p is False for p in moved),
            placed=tuple(here),
        )

    def _path(self, place: str | None) -> Node:
        divisions = Divisions.load()
        return divisions.path(place) if place and divisions.find(place) else ()

    def _rules(self, book: Rulebook, place: str | None, on: date) -> Any:
        return book.in_force(jurisdiction_of(Divisions.load(), place, on), on)

    def _moves(self, child: Child, changed: Changed) -> Iterator[Move]:
        today = local_date(self.at)
        cases = [self.state_of(Case, i) for i in self.lookup.cases_of(child.id)]
        yield from moves(
            child,
            [c for c in cases if isinstance(c, Case)],
            self.at,
            present=RuleSet(rules=self._rules(self.present, child.place, today)),
            changed=RuleSet(
                rules=self._rules(changed.rulebook, child.place, today),
                numbers=changed.numbers,
                scale=changed.scale,
            ),
        )

    def _tasks(self) -> list[dict[str, Any]]:
        """Those that are there for whoever may rehearse: nobody of them learns that a child is to be corrected."""
        return self.lookup.ask(
            "select w.task_id, w.queue, w.child_id, w.due_at, w.due_basis, d.place_id, d.set_at "
            "from work_item w join duty d using (task_id) "
            "where w.is_open and w.existence <> %(kept)s order by w.task_id",
            {"kept": P5.value},
        )

    def _task(self, task: Mapping[str, Any], changed: Changed) -> Placed | bool:
        """The task's move; True where it stays, False where its date is not one the packs count from its beginning."""
        name, place, since = parameter_of(task["due_basis"]), task["place_id"], task["set_at"]
        on = local_date(since)
        now, then = (self._rules(book, place, on) for book in (self.present, changed.rulebook))
        if name not in PARAMETERS or not (now.has(name) and then.has(name)):
            return False
        try:
            before, after = (counted(name, rules, since)[0] for rules in (now, then))
        except KeyError:  # a parameter of another shape: the event itself said the day
            return False
        if before == after:
            return True
        if before != task["due_at"]:
            return False
        direction = Direction.MORE if after < before else Direction.LESS
        move = Move(
            child_id=task["child_id"],
            what=Moved.TASK_DUE,
            direction=direction,
            before=task["queue"],
            after=f"{(after - before).total_seconds() / 3600:+.0f}H",
        )
        return Placed(path=self._path(place), move=move)


@dataclass(frozen=True, kw_only=True)
class Tally:
    """How many children or tasks of one township would move one way; ``many`` None where it is held back."""

    township: str
    what: Moved
    direction: Direction
    before: str
    after: str
    many: int | None


def tallies(found: Rehearsed, path: Node, below: int) -> tuple[Tally, ...]:
    """Counts by township and kind of move, small ones held back as in every report."""
    names: dict[str, tuple[Moved, Direction, str, str]] = {}
    table: dict[Node, dict[str, Count]] = defaultdict(dict)
    for placed in found.placed:
        move = placed.move
        kind = (move.what, move.direction, move.before, move.after)
        cell = "/".join(map(str, kind))
        names[cell] = kind
        for depth in range(1, min(len(placed.path), TOWNSHIP_DEPTH) + 1):
            for one in (cell, TOTAL):
                kinds = table[placed.path[:depth]]
                kinds[one] = kinds.get(one, Count()).plus(Count(1, 1))
    cells = tuple(sorted(names))
    threshold = Threshold(below=below, zero_tells=False, additive=False)
    nodes = sorted(n for n in table if len(n) == TOWNSHIP_DEPTH and n[: len(path)] == path[:3])
    answers = []
    for node in nodes:
        hidden = held_back(node, table, cells, threshold, _children)
        for cell in sorted(table[node].keys() - {TOTAL}):
            what, direction, before, after = names[cell]
            many = None if cell in hidden else table[node][cell].rows
            answers.append(
                Tally(
                    township=node[-1],
                    what=what,
                    direction=direction,
                    before=before,
                    after=after,
                    many=many,
                )
            )
    return tuple(answers)


@cache
def _children(division: str) -> tuple[str, ...]:
    return tuple(d.id for d in Divisions.load().children(division))
