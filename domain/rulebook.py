"""规则手册 · Which rules bind at a place on a day, what they say, and which clause says so.

A fact is judged by the packs in force on its own day, a decision by those of the day it is taken.
Nothing here refuses: where the texts are silent or have ended, the platform's baseline stands in
and says that it is one (law 10). Sources: domain model E.3, E.4, E.5.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from domain.jurisdiction import Jurisdiction, jurisdiction_of
from domain.pack_changes import Change, changed
from domain.packfile import PLATFORM, Mark, Pack, PackError, read_pack
from domain.parameters import PARAMETERS
from domain.replacing import replace
from domain.rules_in_force import Basis, Citation, Param, Rules, SilentInTexts, cite_clauses

__all__ = [
    "Basis",
    "Citation",
    "Ending",
    "Gap",
    "Jurisdiction",
    "Mark",
    "Pack",
    "PackError",
    "Param",
    "Rulebook",
    "Rules",
    "SilentInTexts",
    "jurisdiction_of",
]

PACK_IDS = ("SH2020", "SH2024", "CN2017", "CQ2016", "CQ2024", PLATFORM)


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """规则空档: a watched topic on which no text in force speaks, for the owner to decide."""

    topic: str
    zh: str
    basis: Basis
    baseline: bool
    """Whether the platform's own value stands in."""
    ended: tuple[tuple[str, date], ...]
    """The packs that spoke of it and their last days."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """规则包即将届满 (T-28): a pack in force, its last day, and where the text says so."""

    pack_id: str
    version: int
    last_day: date
    days_left: int
    plan: bool
    """The day ends a plan; no validity is stated."""
    citations: tuple[Citation, ...]


@dataclass(frozen=True, slots=True)
class Rulebook:
    """All rule packs, the strongest first: district before city, layer before base, later first."""

    all_packs: tuple[Pack, ...]
    changes: tuple[Change, ...] = ()
    """What rule owners changed since, in the order of the log."""

    @classmethod
    @cache
    def load(cls) -> Rulebook:
        """The packs of ``domain/packs``, read once a process; raises :class:`PackError`."""
        folder = Path(__file__).with_name("packs")
        return cls.of(read_pack(folder / f"{pack_id}.yaml") for pack_id in PACK_IDS)

    @classmethod
    def of(cls, packs: Iterable[Pack]) -> Rulebook:
        """A rulebook of these packs, checked against each other; raises :class:`PackError`."""
        by_id: dict[str, Pack] = {}
        for pack in packs:
            if pack.id in by_id:
                raise PackError(f"{pack.id}: given twice")
            by_id[pack.id] = pack
        baseline = by_id.get(PLATFORM)
        if baseline is None or not baseline.always:
            raise PackError("the platform's baseline must hold everywhere and always")
        for pack in by_id.values():
            if pack.layered_on is not None and pack.layered_on not in by_id:
                raise PackError(f"{pack.id}: layered on unknown {pack.layered_on}")
            for name, provision in pack.provisions.items():
                if provision.value is None and name not in baseline.provisions:
                    raise PackError(f"{pack.id}.{name}: no value, and the platform has none")
        return cls(tuple(sorted(by_id.values(), key=_strength, reverse=True)))

    def replacing(self, pack: Pack) -> Rulebook:
        """The rulebook with one pack changed: to rehearse a change before it binds anybody."""
        book = Rulebook.of([*(p for p in self.all_packs if p.id != pack.id), pack])
        return replace(book, changes=tuple(c for c in self.changes if c.pack_id != pack.id))

    def changing(self, *changes: Change) -> Rulebook:
        """The rulebook with these changes as well."""
        return replace(self, changes=(*self.changes, *changes))

    def next_version(self, pack_id: str) -> int:
        """The version that the next change of a pack makes."""
        files = [p.version for p in self.all_packs if p.id == pack_id]
        return 1 + max([0, *files, *(c.version for c in self.changes if c.pack_id == pack_id)])

    def pack(self, pack_id: str) -> Pack:
        """The pack of this id; raises ``KeyError``."""
        for pack in self.all_packs:
            if pack.id == pack_id:
                return pack
        raise KeyError(pack_id)

    def in_force(self, place: Jurisdiction | None, on: date) -> Rules:
        """The rules that bind at a place on a day; without a known place, the baseline alone."""
        return self._rules(self._packs(place, on), place, on)

    def as_cited(
        self, place: Jurisdiction | None, on: date, packs: Iterable[tuple[str, int]]
    ) -> Rules:
        """The rules as a decision cited them, whatever has been changed since."""
        cited = dict(packs)
        here = [p for p in self._packs(place, on, cited) if p.id in cited]
        return self._rules(here, place, on)

    def _packs(
        self, place: Jurisdiction | None, on: date, cited: Mapping[str, int] | None = None
    ) -> Iterable[Pack]:
        """The packs as changed at a place by a day, the strongest first."""
        if not self.changes:
            return self.all_packs
        packs = changed({p.id: p for p in self.all_packs}, self.changes, place, on, cited)
        return sorted(packs.values(), key=_strength, reverse=True)

    @staticmethod
    def _rules(packs: Iterable[Pack], place: Jurisdiction | None, on: date) -> Rules:
        here = [pack for pack in packs if pack.binds(place)]
        return Rules(
            jurisdiction=place,
            on=on,
            packs=tuple((p.id, p.version) for p in here if p.validity.holds(on)),
            in_force=tuple(p for p in here if p.validity.holds(on)),
            ended=tuple(p for p in here if p.validity.ended(on)),
        )

    def gaps(self, place: Jurisdiction | None, on: date) -> tuple[Gap, ...]:
        """The watched topics on which no text in force speaks, in the order of the catalogue."""
        rules = self.in_force(place, on)
        return tuple(
            Gap(
                topic=topic,
                zh=PARAMETERS[topic].zh,
                basis=rules.basis(topic),
                baseline=rules.has(topic),
                ended=rules.ended_on(topic),
            )
            for topic in rules.silent_topics()
        )

    def ending(self, on: date, within_days: int) -> tuple[Ending, ...]:
        """The packs in force whose last day is at most ``within_days`` ahead, the nearest first."""
        endings = []
        for pack in self.all_packs:
            last = pack.validity.last
            if last is None or not pack.validity.holds(on) or (last - on).days > within_days:
                continue
            endings.append(
                Ending(
                    pack_id=pack.id,
                    version=pack.version,
                    last_day=last,
                    days_left=(last - on).days,
                    plan=pack.validity.plan,
                    citations=cite_clauses(pack, pack.validity.clauses, pack.validity.mark),
                )
            )
        return tuple(sorted(endings, key=lambda ending: ending.last_day))


def _strength(pack: Pack) -> tuple[int, bool, date]:
    place = pack.jurisdiction
    level = 0 if place is None else 1 if place.district_code is None else 2
    return level, pack.layered_on is not None, pack.validity.first or date.min
