"""适用规则 · What the rule packs in force at one place on one day say, and who says it.

This is ``self.rules`` on every command. Ask by the names of :mod:`domain.parameters`; an unknown
name is a :class:`KeyError`, an accessor of another type a :class:`TypeError`: both are mistakes
of the programmer and show in the first test of the rule.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from domain.clauses import DOCUMENTS, clause
from domain.jurisdiction import Jurisdiction
from domain.labels import Term
from domain.packfile import PLATFORM, Mark, Pack, Provision
from domain.parameters import PARAMETERS, Parameter, Shape
from domain.periods import Period
from domain.provisions import Category, PeriodicDuty, PeriodicWarning, PlacementKind
from domain.replacing import replace

_CATEGORY_TABLES = ("categories_left_behind", "categories_in_difficulty", "categories_visiting")
_RANK = {Mark.TEXT: 0, Mark.OWNER_DECIDED: 1, Mark.OWNER_DECIDES: 2, Mark.PLATFORM_DEFAULT: 3}


class SilentInTexts(LookupError):
    """A value was asked for on which neither a text nor the platform has anything to say."""


class Basis(Term):
    """规则依据 · On what a topic rests at a place on a day."""

    TEXT = "TEXT", "文件规定", "in the text"
    PLATFORM_BASELINE = "PLATFORM_BASELINE", "平台基线", "platform baseline"
    DEFINITION_ENDED = "DEFINITION_ENDED", "定义已失效", "definition ended"
    SILENT = "SILENT", "文件未作规定", "silent in the texts"
    OWNER_DECIDED = "OWNER_DECIDED", "规则负责人裁定", "decided by the rule owner"


@dataclass(frozen=True, slots=True, kw_only=True)
class Citation:
    """One clause behind a value; ``clause_id`` None: a platform default, no clause."""

    pack_id: str
    pack_version: int
    document: str | None
    clause_id: str | None
    quote_zh: str | None
    mark: Mark
    word: str | None = None

    @property
    def zh(self) -> str:
        """How it is shown: document, words, and whether the value is the text's own."""
        if self.document is None or self.quote_zh is None:
            return "平台默认值，无条款依据"
        standing = {
            Mark.TEXT: "",
            Mark.PLATFORM_DEFAULT: "（数值为平台默认）",
            Mark.OWNER_DECIDES: "（待规则负责人裁定）",
            Mark.OWNER_DECIDED: "（规则负责人裁定）",
        }
        return f"{DOCUMENTS[self.document].name_zh}：“{self.quote_zh}”{standing[self.mark]}"


@dataclass(frozen=True, slots=True)
class Param:
    """A value in force with what stands behind it."""

    name: str
    value: Any
    mark: Mark
    cite: tuple[Citation, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """The rules in force at ``jurisdiction`` on ``on``; ``packs`` names them, strongest first."""

    jurisdiction: Jurisdiction | None
    on: date
    packs: tuple[tuple[str, int], ...]
    in_force: tuple[Pack, ...] = field(repr=False, compare=False)
    ended: tuple[Pack, ...] = field(repr=False, compare=False)

    def for_groups(self, groups: Collection[str]) -> Rules:
        """The same rules without the packs that are about other groups of children (LBC, CID)."""
        wanted = set(groups)
        kept = tuple(p for p in self.in_force if p.id == PLATFORM or p.groups & wanted)
        return replace(self, packs=tuple((p.id, p.version) for p in kept), in_force=kept)

    def binding(self, *clauses: str) -> tuple[str, ...]:
        """Of these clauses, those of the packs in force here: nobody is sent to another city's text."""
        packs = {pack for pack, _ in self.packs}
        return tuple(c for c in clauses if c.partition("-")[0] in packs)

    def has(self, name: str) -> bool:
        """Whether a text or the platform sets this parameter here."""
        return bool(self._chosen(name))

    def get(self, name: str) -> Param:
        """The value with its mark and citations; raises :class:`SilentInTexts`."""
        chosen = self._chosen(name)
        if not chosen:
            raise SilentInTexts(name)
        marks = [provision.mark for _, provision in chosen]
        return Param(name, self._value(name), min(marks, key=_RANK.__getitem__), self.cited(name))

    def flag(self, name: str) -> bool:
        """Whether a rule holds here; False where nothing is said."""
        return bool(self._of(Shape.FLAG, name, default=False))

    def count(self, name: str) -> int:
        """A number of persons, months, years or times; raises :class:`SilentInTexts`."""
        return int(self._of(Shape.COUNT, name))

    def minutes(self, name: str) -> int:
        """A number of minutes; raises :class:`SilentInTexts`."""
        return int(self._of(Shape.MINUTES, name))

    def hours(self, name: str) -> int:
        """A number of hours; raises :class:`SilentInTexts`."""
        return int(self._of(Shape.HOURS, name))

    def days(self, name: str) -> int:
        """A number of calendar days; raises :class:`SilentInTexts`."""
        return int(self._of(Shape.DAYS, name))

    def working_days(self, name: str) -> int:
        """A number of working days; raises :class:`SilentInTexts`."""
        return int(self._of(Shape.WORKING_DAYS, name))

    def school_days(self, name: str) -> int:
        """A number of school days; raises :class:`SilentInTexts`."""
        return int(self._of(Shape.SCHOOL_DAYS, name))

    def duration(self, name: str) -> Period:
        """A period to be added on the calendar; raises :class:`SilentInTexts`."""
        value: Period = self._of(Shape.DURATION, name)
        return value

    def day(self, name: str) -> date:
        """A fixed day; raises :class:`SilentInTexts`."""
        value: date = self._of(Shape.DATE, name)
        return value

    def code(self, name: str) -> str:
        """One code; raises :class:`SilentInTexts`."""
        return str(self._of(Shape.CODE, name))

    def codes(self, name: str) -> frozenset[str]:
        """A set of codes, empty where nothing is said."""
        return frozenset(self._of(Shape.CODES, name, default=()))

    def sequence(self, name: str) -> tuple[str, ...]:
        """Codes in their order, empty where nothing is said."""
        return tuple(self._of(Shape.SEQUENCE, name, default=()))

    def numbers(self, name: str) -> tuple[int, ...]:
        """Several numbers, empty where nothing is said."""
        return tuple(self._of(Shape.NUMBERS, name, default=()))

    def table(self, name: str) -> Mapping[str, Any]:
        """The rows of a table by code, empty where nothing is said."""
        rows: Mapping[str, Any] = self._of(Shape.TABLE, name, default={})
        return rows

    def categories(self) -> Mapping[str, Category]:
        """Every category a child may be found to belong to here, left-behind first."""
        return {code: row for name in _CATEGORY_TABLES for code, row in self.table(name).items()}

    def placement(self, kind: str) -> PlacementKind:
        """The rules of one kind of placement; no limit where none is said. Never refuses a kind."""
        row: PlacementKind = self.table("placement_kinds").get(kind, PlacementKind())
        return row

    def periodic_duties(self) -> Mapping[str, tuple[PeriodicDuty, PeriodicWarning]]:
        """The duties that come back every period, each with its warnings."""
        warnings = self.table("periodic_warnings")
        duties = self.table("periodic_duties").items()
        return {code: (duty, warnings.get(code, PeriodicWarning())) for code, duty in duties}

    def periodic_duty(self, code: str) -> PeriodicDuty | None:
        """The duty as laid down here, also by a pack that ended this year: what arose before is still to be met."""
        ended = [p for p in self.ended if p.validity.last and p.validity.last.year == self.on.year]
        left = (_duties(pack).get(code) for pack in ended)
        return self.table("periodic_duties").get(code) or next((d for d in left if d), None)

    def duty_last_on(self, code: str) -> date | None:
        """The last day on which a period of this duty may begin; None where no end of its pack is stated."""
        lasts = [pack.validity.last for pack in self.in_force if code in _duties(pack)]
        return max((day for day in lasts if day), default=None) if None not in lasts else None

    def cite(self, name: str, member: str | None = None) -> tuple[str, ...]:
        """The ids of the clauses behind a value, or behind one member of it."""
        found = (c.clause_id for c in self.cited(name, member) if c.clause_id is not None)
        return tuple(dict.fromkeys(found))

    def cited(self, name: str, member: str | None = None) -> tuple[Citation, ...]:
        """The clauses behind a value in the words of the texts; a default of ours says so."""
        return tuple(
            citation
            for pack, provision in self._chosen(name)
            if member is None or member in self._members(name, provision)
            for citation in cite_clauses(
                pack,
                provision.clauses
                if member is None
                else provision.members.get(member, provision.clauses),
                provision.mark,
                provision.word,
            )
        )

    def basis(self, topic: str) -> Basis:
        """On what this parameter rests here: asked for a label, never for permission."""
        documents = [provision for pack, provision in self._chosen(topic) if pack.id != PLATFORM]
        if any(provision.mark is Mark.TEXT for provision in documents):
            return Basis.TEXT
        if any(provision.mark is Mark.OWNER_DECIDED for _, provision in self._chosen(topic)):
            return Basis.OWNER_DECIDED
        ended = bool(self.ended_on(topic))
        if ended and PARAMETERS[topic].definition:
            return Basis.DEFINITION_ENDED
        if self.has(topic):
            return Basis.PLATFORM_BASELINE
        return Basis.DEFINITION_ENDED if ended else Basis.SILENT

    def silent_topics(self) -> tuple[str, ...]:
        """The watched topics on which no text in force speaks and nobody has decided."""
        settled = (Basis.TEXT, Basis.OWNER_DECIDED)
        return tuple(
            p.name for p in PARAMETERS.values() if p.watched and self.basis(p.name) not in settled
        )

    def conflicts(self) -> Mapping[str, tuple[str, ...]]:
        """The topics on which two texts in force here differ and only one can prevail, with their packs (I)."""
        found: dict[str, tuple[str, ...]] = {}
        for parameter in PARAMETERS.values():
            said = {
                pack.id: pack.provisions[parameter.name].value
                for pack in self.in_force
                if pack.id != PLATFORM
                and parameter.name in pack.provisions
                and pack.provisions[parameter.name].mark is Mark.TEXT
            }
            differ = any(value != other for value in said.values() for other in said.values())
            if differ and not parameter.united:
                found[parameter.name] = tuple(said)
        return found

    def ended_on(self, topic: str) -> tuple[tuple[str, date], ...]:
        """The packs of this place that stated this parameter and have ended; their last days."""
        return tuple(
            (pack.id, pack.validity.last)
            for pack in self.ended
            if pack.validity.last is not None
            and topic in pack.provisions
            and pack.provisions[topic].mark is Mark.TEXT
        )

    def _chosen(self, name: str) -> tuple[tuple[Pack, Provision], ...]:
        """The provisions that make up the value: all that unite, or the one that prevails."""
        parameter = PARAMETERS[name]
        held = [(pack, pack.provisions[name]) for pack in self.in_force if name in pack.provisions]
        documents = [one for one in held if one[0].id != PLATFORM]
        if parameter.united:
            return tuple(held if parameter.floor else documents or held)
        # What a text states prevails over a number of ours, however specific its pack.
        return tuple(sorted(documents or held, key=lambda one: _RANK[one[1].mark])[:1])

    def _value(self, name: str) -> Any:
        parameter, chosen = PARAMETERS[name], self._chosen(name)
        values = [self._own_value(name, provision) for _, provision in chosen]
        if not parameter.united:
            return values[0]
        if parameter.shape is Shape.CODES:
            return frozenset().union(*values)
        return {code: row for rows in reversed(values) for code, row in rows.items()}

    def _own_value(self, name: str, provision: Provision) -> Any:
        value = provision.value
        if value is None:
            value = self.in_force[-1].provisions[name].value
        least = PARAMETERS[name].least  # also where an older log says less
        return max(value, least) if least else value

    def _members(self, name: str, provision: Provision) -> Collection[str]:
        value = self._own_value(name, provision)
        return value if PARAMETERS[name].shape.keyed else ()

    def _of(self, shape: Shape, name: str, default: Any = None) -> Any:
        parameter: Parameter = PARAMETERS[name]
        if parameter.shape is not shape:
            raise TypeError(f"{name} is read with rules.{parameter.shape.value}(…)")
        if self.has(name):
            return self._value(name)
        if default is None:
            raise SilentInTexts(name)
        return default


def _duties(pack: Pack) -> Mapping[str, PeriodicDuty]:
    said = pack.provisions.get("periodic_duties")
    return said.value if said and said.value else {}


def cite_clauses(
    pack: Pack, clauses: Iterable[str], mark: Mark, word: str | None = None
) -> tuple[Citation, ...]:
    """A citation for each clause of a pack; one without clause for a default of the platform."""
    cited = tuple(
        Citation(
            pack_id=pack.id,
            pack_version=pack.version,
            document=clause(one).document,
            clause_id=one,
            quote_zh=clause(one).quote_zh,
            mark=mark,
            word=word,
        )
        for one in clauses
    )
    ours = Citation(
        pack_id=pack.id,
        pack_version=pack.version,
        document=None,
        clause_id=None,
        quote_zh=None,
        mark=mark,
    )
    return cited or (ours,)
