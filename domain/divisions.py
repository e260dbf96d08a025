"""Administrative divisions of the two municipalities: names, places in the tree, codes, by date.

A division keeps its own id for ever. Its parent, its codes and its existence have dates: periods
are half-open, ``valid_from`` is the first day, ``valid_to`` the first day it is no longer so, and
an empty end means before or after all that is known. ``on=None`` always means the latest known
state, never today: nothing here reads a clock.

A scope is a division (its id, and with it its level). The digits of a code are never compared,
shortened or padded: codes differ between systems and change, and one code names different places
in the statistical (NBS) and the civil-affairs (MCA) list. Source: ``data/SOURCES.md``.
"""

import csv
import io
import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache, cached_property, lru_cache
from importlib.resources import files
from itertools import islice
from typing import NamedTuple, TypeVar

from domain.labels import Term

_CODE = re.compile(r"[0-9]{12}")

PATHS_KEPT = 65_536
"""Every division on a few days."""

_K = TypeVar("_K")
_V = TypeVar("_V")


class Level(Term):
    """区划层级 · Level of a division. The pseudo-cities 市辖区 and 县 of the lists are no division."""

    PROVINCE = "PROVINCE", "省、自治区、直辖市", "Province or municipality"
    DISTRICT = "DISTRICT", "区县", "District or county"
    TOWNSHIP = "TOWNSHIP", "乡镇(街道)", "Township or street"
    VILLAGE = "VILLAGE", "村(居)", "Village or neighbourhood"


class CodeSystem(StrEnum):
    """Who gave a code: the statistics bureau (NBS) or civil affairs (MCA)."""

    NBS = "NBS"
    MCA = "MCA"


class UnknownDivision(LookupError):
    """There is no division of this id."""


class BadCode(ValueError):
    """A code is not exactly twelve ASCII digits."""


@dataclass(frozen=True, slots=True)
class Division:
    """One division: own id, full name, level and the days of its existence."""

    id: str
    name: str
    level: Level
    valid_from: date | None
    valid_to: date | None

    def stands(self, on: date | None = None) -> bool:
        """Tell whether the division exists on a day (``None``: in the latest state)."""
        return _holds(self.valid_from, self.valid_to, on)


@dataclass(frozen=True, slots=True)
class Change:
    """One change by a published document.

    ``ESTABLISHED`` and ``ABOLISHED`` name the division made or ended in ``division_id``, the latter
    with its successor in ``new_id``. ``MOVED`` puts ``division_id`` from ``old_id`` to ``new_id``.
    """

    changed_on: date
    kind: str
    division_id: str
    old_id: str | None
    new_id: str | None
    document: str


class _Span(NamedTuple):
    """Something that holds for a period: a parent of a division, a holder of a code, a code."""

    value: str
    valid_from: date | None
    valid_to: date | None


def _holds(start: date | None, end: date | None, on: date | None) -> bool:
    if on is None:
        return end is None
    return (start is None or start <= on) and (end is None or on < end)


def _at(spans: tuple[_Span, ...], on: date | None) -> str | None:
    return next((s.value for s in spans if _holds(s.valid_from, s.valid_to, on)), None)


def _nearest(spans: tuple[_Span, ...], on: date | None) -> str:
    """Give the value on a day, or the first before its time and the last after it."""
    current = _at(spans, on)
    if current is not None:
        return current
    ordered = sorted(spans, key=lambda s: s.valid_from or date.min)
    first, last = ordered[0], ordered[-1]
    early = on is not None and first.valid_from is not None and on < first.valid_from
    return first.value if early else last.value


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def check_code(code: str) -> str:
    """Answer the code if it is exactly twelve ASCII digits; raise ``BadCode`` otherwise."""
    if not _CODE.fullmatch(code):
        message = f"a division code has exactly 12 digits: {code!r}"
        raise BadCode(message)
    return code


class Divisions:
    """All divisions, their tree and their codes; immutable."""

    def __init__(
        self,
        divisions: Iterable[Division],
        parents: Iterable[tuple[str, _Span]],
        codes: Iterable[tuple[str, CodeSystem, str, _Span]],
        changes: Iterable[Change],
    ) -> None:
        """Take rows of the tables; a code row is (id, system, name in that system, span)."""
        self._divisions = {d.id: d for d in divisions}
        self._parents = _grouped(parents)
        self._code_rows = tuple(codes)
        self.changes = tuple(changes)
        """Every change by a document that the tables carry, oldest first."""
        self._path = lru_cache(maxsize=PATHS_KEPT)(self._steps)
        self._lies_still: dict[str, bool] = {}

    @classmethod
    def load(cls) -> "Divisions":
        """Give the divisions of ``data/divisions``; the files are read once a process."""
        return _load()

    def __len__(self) -> int:
        """Count the divisions, ended ones too."""
        return len(self._divisions)

    def __iter__(self) -> Iterator[Division]:
        """Go through all divisions, ended ones too, in order of their ids by municipality."""
        return iter(self._divisions.values())

    def find(self, division_id: str) -> Division | None:
        """Give the division of an id, or ``None``."""
        return self._divisions.get(division_id)

    def get(self, division_id: str) -> Division:
        """Give the division of an id; raise ``UnknownDivision`` if there is none."""
        try:
            return self._divisions[division_id]
        except KeyError:
            raise UnknownDivision(division_id) from None

    def path(self, division_id: str, on: date | None = None) -> tuple[str, ...]:
        """Give the ids from the province down to the division itself, parents as on a day.

        A day outside the life of the division gives its first or its last place: a record keeps
        a path even if it names a division of another time. ``Division.stands`` tells that.
        """
        return self._path(division_id, on)

    def _steps(self, division_id: str, on: date | None) -> tuple[str, ...]:
        self.get(division_id)
        steps = [division_id]
        while spans := self._parents.get(steps[-1]):
            steps.append(_nearest(spans, on))
        return tuple(reversed(steps))

    def lies_still(self, division_id: str) -> bool:
        """Tell whether its path is the same on every day: neither it nor any above it ever came to another parent.

        One that is not known lies nowhere, and always has.
        """
        if division_id not in self._divisions:
            return True
        known = self._lies_still.get(division_id)
        if known is None:
            above = self.path(division_id)
            known = all(len(self._parents.get(step, ())) <= 1 for step in above)
            self._lies_still[division_id] = known
        return known

    def ancestor(self, division_id: str, level: Level, on: date | None = None) -> Division | None:
        """Give the division of a level that the division lies in (or is), or ``None``."""
        above = (self._divisions[i] for i in self.path(division_id, on))
        return next((d for d in above if d.level is level), None)

    def covers(self, scope_id: str, division_id: str, on: date | None = None) -> bool:
        """Tell whether a division is the scope or lies in it, by the tree of a day."""
        self.get(scope_id)
        return scope_id in self.path(division_id, on)

    def children(self, division_id: str, on: date | None = None) -> tuple[Division, ...]:
        """Give the divisions directly below one that stand on a day, in order of their ids."""
        self.get(division_id)
        below = (self._divisions[i] for i in self._below.get(division_id, ()))
        return tuple(
            d for d in below if d.stands(on) and _at(self._parents[d.id], on) == division_id
        )

    @cached_property
    def _codes(self) -> dict[tuple[str, CodeSystem], tuple[_Span, ...]]:
        return _grouped(((i, system), span) for i, system, _, span in self._code_rows)

    @cached_property
    def _holders(self) -> dict[tuple[CodeSystem, str], tuple[_Span, ...]]:
        return _grouped(
            ((system, span.value), _Span(i, span.valid_from, span.valid_to))
            for i, system, _, span in self._code_rows
        )

    @cached_property
    def _below(self) -> dict[str, tuple[str, ...]]:
        below = _grouped((s.value, i) for i, spans in self._parents.items() for s in spans)
        return {parent: tuple(sorted(set(ids))) for parent, ids in below.items()}

    def by_code(self, code: str, system: CodeSystem, on: date | None = None) -> Division | None:
        """Find the division a system gives a code on a day; raise ``BadCode`` on a bad form."""
        holder = _at(self._holders.get((CodeSystem(system), check_code(code)), ()), on)
        return None if holder is None else self._divisions[holder]

    def code(self, division_id: str, system: CodeSystem, on: date | None = None) -> str | None:
        """Give the code of a division in a system on a day, or ``None`` if it has none."""
        self.get(division_id)
        return _at(self._codes.get((division_id, CodeSystem(system)), ()), on)

    def successors(self, division_id: str, on: date | None = None) -> tuple[Division, ...]:
        """Give the divisions that have the territory of an ended one on a day, the heir first.

        Empty while the division stands. A successor may hold more than the old territory, so a
        scope on an ended division does not pass to its successors by itself.
        """
        if self.get(division_id).stands(on):
            return ()
        level = self._divisions[division_id].level
        found: dict[str, None] = {}
        for kind in ("ABOLISHED", "MOVED"):
            for change in self.changes:
                new = change.new_id
                if change.kind != kind or change.old_id != division_id or new is None:
                    continue
                if (on is None or change.changed_on <= on) and self.get(new).level is level:
                    later = self.successors(new, on)
                    found |= dict.fromkeys([d.id for d in later] or [new])
        return tuple(self._divisions[i] for i in found)

    def search(
        self, prefix: str, within: str | None = None, limit: int = 20, on: date | None = None
    ) -> tuple[Division, ...]:
        """Find standing divisions by the beginning of their name in either system.

        Ordered by name, then id. ``within`` keeps what lies in that division on the day.
        """
        if within is not None:
            self.get(within)
        hits = self._named(prefix) if prefix else iter(())
        kept = (
            self._divisions[i]
            for i in dict.fromkeys(hits)
            if self._divisions[i].stands(on) and (within is None or self.covers(within, i, on))
        )
        return tuple(islice(kept, limit))

    def _named(self, prefix: str) -> Iterator[str]:
        start = bisect_left(self._names, (prefix, ""))
        for name, division_id in islice(self._names, start, None):
            if not name.startswith(prefix):
                return
            yield division_id

    @cached_property
    def _names(self) -> list[tuple[str, str]]:
        own = [(d.name, d.id) for d in self._divisions.values()]
        return sorted(own + [(alias, i) for i, _, alias, _ in self._code_rows if alias])

    def full_name(self, division_id: str, on: date | None = None) -> str:
        """Write the name with all above it, as 重庆市渝中区…, by the tree of a day."""
        return "".join(self._divisions[i].name for i in self.path(division_id, on))


def _grouped(pairs: Iterable[tuple[_K, _V]]) -> dict[_K, tuple[_V, ...]]:
    groups: dict[_K, list[_V]] = defaultdict(list)
    for key, value in pairs:
        groups[key].append(value)
    return {key: tuple(values) for key, values in groups.items()}


def _rows(name: str) -> Iterator[list[str]]:
    text = files("data").joinpath("divisions", name).read_text(encoding="utf-8")
    rows = csv.reader(io.StringIO(text))
    next(rows)
    return rows


@cache
def _load() -> Divisions:
    levels, systems = {m.value: m for m in Level}, {m.value: m for m in CodeSystem}
    return Divisions(
        (
            Division(i, name, levels[level], _day(start), _day(end))
            for file in ("shanghai.csv", "chongqing.csv")
            for i, name, level, start, end in _rows(file)
        ),
        ((i, _Span(up, _day(start), _day(end))) for i, up, start, end in _rows("parents.csv")),
        (
            (i, systems[system], alias, _Span(code, _day(start), _day(end)))
            for i, system, code, start, end, alias in _rows("codes.csv")
        ),
        (
            Change(date.fromisoformat(day), kind, i, old or None, new or None, document)
            for day, kind, i, old, new, document in _rows("changes.csv")
        ),
    )
