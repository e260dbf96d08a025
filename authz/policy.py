"""The policy as data: ``policy.txt`` read strictly into Casbin rows.

Casbin accepts a row with a field too few and then fails at every request, takes an empty policy as
"allow" for an empty request, and lets a user named like a role be that role (authorization notes
1.3). So nothing reaches it unchecked: a line that is not exactly understood refuses the whole file.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from hashlib import sha256
from itertools import product
from pathlib import Path
from typing import NamedTuple

from authz.words import (
    LEVELS,
    PURPOSES,
    READ_ACTS,
    RELATIONS,
    RESERVED_RELATIONS,
    RESOURCES,
    Purpose,
    Relation,
    Resource,
    RoleLevel,
)
from domain.clauses import clause
from domain.sensitivity import Sensitivity

HERE = Path(__file__).parent
MODEL = HERE / "model.conf"
SOURCE = HERE / "policy.txt"

ROLE_PREFIX = "role:"
USER_PREFIX = "u:"
ANY = "*"
OWN = "@own"
EMPTY = "-"
COLUMNS = 7
ROLE_COLUMNS = 6
_CODE = re.compile(r"[a-z][a-z0-9]*(?:_[a-z0-9]+)*\Z")
_ACT = re.compile(r"[a-z]+\.[a-z][a-z0-9]*(?:_[a-z0-9]+)*\Z")
_USER = re.compile(rf"{USER_PREFIX}[A-Za-z0-9][A-Za-z0-9.-]*\Z")
_SET_KINDS = ("group", "roles", "classes")


class PolicyRefused(Exception):
    """The policy source is not exactly understood; the message names line and word. The old policy
    stays."""


class Row(NamedTuple):
    """One Casbin ``p`` row, in the order of ``model.conf``. ``id`` is the source line,
    ``L<number>``."""

    role: str
    relation: str
    resource: str
    act: str
    cls: str
    purpose: str
    effect: str
    id: str


@dataclass(frozen=True)
class Role:
    """A role as declared: its labels, where it works, how it acts and what for."""

    code: str
    zh: str
    en: str
    level: RoleLevel
    acts_by: tuple[Relation, ...]
    purposes: tuple[Purpose, ...]

    @property
    def own_purposes(self) -> tuple[Purpose, ...]:
        """What ``@own`` stands for: every purpose but statistics, which only reads."""
        return tuple(p for p in self.purposes if p is not Purpose.STATISTICS)


@dataclass(frozen=True)
class Policy:
    """A checked policy. ``version`` is the digest of its source, for logs.

    ``cited``: the clauses a line of the source rests on, by the id of the rows it makes.
    """

    roles: Mapping[str, Role]
    rows: tuple[Row, ...]
    version: str
    cited: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not any(row.effect == "allow" for row in self.rows):
            raise PolicyRefused("an empty policy is refused: Casbin would judge it by empty words")

    @property
    def acts(self) -> frozenset[str]:
        """Every command somebody may do; being shown a report is none."""
        return frozenset(
            r.act
            for r in self.rows
            if r.act not in READ_ACTS and r.effect == "allow" and r.resource != Resource.STATISTICS
        )

    def mismatch(self, commands: Collection[str]) -> tuple[list[str], list[str]]:
        """Acts of the policy that are no command, and commands that nobody may give; both empty
        when they fit."""
        return sorted(self.acts - set(commands)), sorted(set(commands) - self.acts)


@dataclass
class _Source:
    """What has been read so far: declarations, sets, rows, and where each row came from."""

    roles: dict[str, Role] = field(default_factory=dict)
    sets: dict[str, tuple[str, tuple[str, ...]]] = field(default_factory=dict)
    rows: dict[tuple[str, ...], Row] = field(default_factory=dict)
    cited: dict[str, tuple[str, ...]] = field(default_factory=dict)
    basis: tuple[str, ...] = ()
    """What ``@basis`` said the next sentence rests on."""
    line: int = 0

    def refuse(self, why: str) -> PolicyRefused:
        return PolicyRefused(f"policy line {self.line}: {why}")

    def read(self, text: str) -> None:
        for self.line, raw in enumerate(text.splitlines(), 1):
            line = raw.strip()
            if not line or line.startswith("#"):
                continue
            if not line.startswith("@") or line.split(None, 1)[0][1:] in self.sets:
                self._sentence(line)
                continue
            kind, _, rest = line[1:].partition(" ")
            if kind == "role":
                self._role(rest)
            elif kind in _SET_KINDS:
                self._set(kind, rest)
            elif kind == "basis":
                self._basis(rest)
            else:
                raise self.refuse(f"unknown declaration @{kind}")

    def _columns(self, line: str, count: int) -> list[str]:
        cells = [cell.strip() for cell in line.split("|")]
        if len(cells) != count or not all(cells):
            raise self.refuse(f"{count} columns expected, found {len([c for c in cells if c])}")
        return cells

    def _role(self, rest: str) -> None:
        code, zh, en, level, acts_by, purposes = self._columns(rest, ROLE_COLUMNS)
        if not _CODE.match(code) or code in self.roles:
            raise self.refuse(f"bad or repeated role {code!r}")
        self.roles[code] = Role(
            code,
            zh,
            en,
            LEVELS[self._known(level, LEVELS, "level")],
            tuple(RELATIONS[w] for w in self._words(acts_by, "relation", RELATIONS)),
            tuple(PURPOSES[w] for w in self._words(purposes, "purpose", PURPOSES)),
        )

    def _set(self, kind: str, rest: str) -> None:
        name, equals, words = (part.strip() for part in rest.partition("="))
        if not equals or not _CODE.match(name) or name in self.sets or f"@{name}" == OWN:
            raise self.refuse(f"bad or repeated set @{name}")
        known = {"roles": set(self.roles), "classes": set(map(str, Sensitivity))}.get(kind)
        self.sets[name] = (kind, tuple(self._words(words, kind, known)))

    def _basis(self, rest: str) -> None:
        if self.basis or not rest.split():
            raise self.refuse("@basis names the clauses of the one sentence that follows")
        for one in rest.split():
            clause(one)
        self.basis = tuple(rest.split())

    def _known(self, word: str, known: Collection[str], what: str) -> str:
        if word not in known:
            raise self.refuse(f"unknown {what} {word!r}")
        return word

    def _words(self, cell: str, kind: str, known: Collection[str] | None) -> Iterator[str]:
        """The words of a cell, sets opened; every word once and known."""
        seen: set[str] = set()
        for word in () if cell == EMPTY else cell.split():
            for one in self._opened(word, kind):
                if known is None and not _ACT.match(one):
                    raise self.refuse(f"an act is `stream.verb_noun`, not {one!r}")
                if known is not None:
                    self._known(one, known, kind)
                if one in seen:
                    raise self.refuse(f"{one!r} stands twice")
                seen.add(one)
                yield one

    def _opened(self, word: str, kind: str) -> tuple[str, ...]:
        if not word.startswith("@"):
            return (word,)
        named = self.sets.get(word[1:])
        if named is None or named[0] != kind:
            raise self.refuse(f"no set of {kind} is called {word}")
        return named[1]

    def _sentence(self, line: str) -> None:
        roles, relations, effect, resources, acts, classes, purposes = self._columns(line, COLUMNS)
        if effect not in {"allow", "deny"}:
            raise self.refuse(f"allow or deny, not {effect!r}")
        objects = list(self._words(resources, "object", RESOURCES))
        does = self._acts(acts, objects)
        sees = list(self._words(classes, "classes", set(Sensitivity)))
        if does[0] not in READ_ACTS and sees != [Sensitivity.P0]:
            raise self.refuse("a command's line has class P0")
        for code in self._words(roles, "roles", self.roles):
            role = self.roles[code]
            stands = self._relations(relations, role, effect)
            aims = self._purposes(purposes, role, effect)
            for parts in product(stands, objects, does, sees, aims):
                self._add(Row(ROLE_PREFIX + code, *parts, effect, f"L{self.line:04d}"))
        if self.basis:
            self.cited[f"L{self.line:04d}"], self.basis = self.basis, ()

    def _acts(self, cell: str, objects: list[str]) -> list[str]:
        words = cell.split()
        if set(words) <= set(READ_ACTS):
            return list(self._words(cell, "act", set(READ_ACTS)))
        acts = list(self._words(cell, "group", None))
        if (
            not objects
            or any(act.partition(".")[0] not in objects for act in acts)
            or len(objects) > 1
        ):
            raise self.refuse("a command's object is its own stream")
        return acts

    def _relations(self, cell: str, role: Role, effect: str) -> list[str]:
        if cell == ANY and effect == "deny":
            return [ANY]
        words = cell.split()
        own = [str(r) for r in role.acts_by] if OWN in words else []
        named = [w for w in words if w != OWN]
        usable = RELATIONS.keys() - RESERVED_RELATIONS
        for word in self._words(" ".join(named), "relation", usable):
            if word not in own:
                own.append(word)
        if not own:
            raise self.refuse(f"{role.code} acts by no relation")
        return own

    def _purposes(self, cell: str, role: Role, effect: str) -> list[str]:
        if cell == ANY and effect == "deny":
            return [ANY]
        if cell == OWN:
            own = [str(p) for p in role.own_purposes]
        else:
            own = list(self._words(cell, "purpose", set(role.purposes)))
        if not own:
            raise self.refuse(f"{role.code} has no purpose")
        return own

    def _add(self, row: Row) -> None:
        known = self.rows.setdefault(row[:-1], row)
        if known is not row:
            raise self.refuse(f"says again what {known.id} says: {' '.join(row[:-1])}")


def load(text: str) -> Policy:
    """The policy a source text declares; raises ``PolicyRefused`` on the first thing not
    understood."""
    source = _Source()
    source.read(text)
    if source.basis:
        raise source.refuse("@basis without a sentence")
    return Policy(source.roles, tuple(source.rows.values()), version_of(text), source.cited)


def version_of(text: str) -> str:
    """The version of the policy that a source text declares: twelve hexadecimal digits of its SHA-256."""
    return sha256(text.encode()).hexdigest()[:12]


@cache
def committed() -> Policy:
    """The policy of this version of the platform."""
    return load(SOURCE.read_text(encoding="utf-8"))


def check_user(name: str) -> str:
    """``name`` if it can be a Casbin subject; a role's name never can."""
    if not _USER.match(name):
        raise PolicyRefused(f"{name!r} is not a user's name")
    return name
