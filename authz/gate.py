"""The gate: may this assignment do this, and what may it see? Casbin's answers, remembered.

Every answer is a function of (role, relation, object, act, class, purpose) and is asked of Casbin
once; a request then only compares tokens. Only questions that some allow line could answer are
asked at all: the rest is denied by default.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache, cached_property
from typing import NamedTuple
from uuid import UUID

from authz.engine import Engine
from authz.policy import ROLE_PREFIX, Policy, committed
from authz.scope import CLASSES_OF_GRANT, Scope
from authz.sealing import plain
from authz.words import (
    BY_DIVISION,
    BY_GRANT,
    BY_PERSON,
    BY_UNIT,
    EVERYBODY,
    PURPOSES,
    READ_ACTS,
    RELATIONS,
    RESOURCES,
    STRENGTH,
    Prefix,
    Purpose,
    Relation,
    Resource,
    conflict,
    grantee,
)
from domain.bounded import Bounded
from domain.sensitivity import Sensitivity

_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]*\Z")
_OF_THE_FAMILY = frozenset({"guardian", "entrusted_carer", "child_self"})
SCOPES_MAX = 1_000
"""Scopes remembered, by assignment and purpose."""


class Standing(StrEnum):
    """Whether an assignment counts at all. Anything but active opens nothing, from the next
    request on."""

    ACTIVE = "ACTIVE"
    SUSPENDED = "SUSPENDED"
    BARRED = "BARRED"
    """从业禁止: taken away at the moment of recording (CQ2024-2.4-d, SH2024-2.5.15-d)."""
    ENDED = "ENDED"


@dataclass(frozen=True, kw_only=True)
class Assignment:
    """The one capacity in which a request is made: a person in a role, for a unit, over a
    division."""

    id: UUID
    person_id: UUID
    role: str
    unit_id: UUID | None = None
    division_id: str | None = None
    standing: Standing = Standing.ACTIVE
    seal: Callable[[str], str] = field(default=plain, repr=False, compare=False)
    """How the rows it is compared with carry relations that must name nobody (``authz.sealing``)."""

    def __post_init__(self) -> None:
        if self.division_id is not None and not _ID.match(self.division_id):
            raise ValueError("a division's stable id has no blanks or marks")

    @cached_property
    def tokens(self) -> Mapping[Relation, frozenset[str]]:
        """For every relation the tokens that make it hold for this assignment."""
        held: dict[Relation, frozenset[str]] = {Relation.NONE: frozenset({EVERYBODY})}
        if self.division_id is not None:
            held |= {r: frozenset({f"{p}:{self.division_id}"}) for r, p in BY_DIVISION.items()}
        if self.unit_id is not None:
            held |= {r: self._held(p, self.unit_id) for r, p in BY_UNIT.items()}
        held |= {r: self._held(p, self.person_id) for r, p in BY_PERSON.items()}
        held[Relation.CORRECTOR] = self._held(Prefix.CORRECTOR, self.person_id, self.unit_id)
        bearers = [self.id] if self.unit_id is None else [self.id, self.unit_id]
        return held | {r: frozenset(grantee(r, b) for b in bearers) for r in BY_GRANT}

    def _held(self, prefix: Prefix, *subjects: UUID | None) -> frozenset[str]:
        return frozenset(self.seal(f"{prefix}:{s}") for s in subjects if s is not None)

    @cached_property
    def conflicts(self) -> frozenset[str]:
        """The tokens of rows this person or unit must be kept from: what was declared, and one's
        own child, whom one sees as its guardian or carer and in no other capacity."""
        named = (self.person_id, self.unit_id)
        declared = frozenset(self.seal(conflict(s)) for s in named if s is not None)
        if self.role in _OF_THE_FAMILY:
            return declared
        return declared | {f"{p}:{self.person_id}" for p in (Prefix.OWN_CHILD, Prefix.ENTRUSTED)}


class Decision(NamedTuple):
    """An answer with its reason: the relation it rests on and the line of ``policy.txt``
    (``L<number>``)."""

    allowed: bool
    relation: Relation | None
    row_id: str | None


DENIED = Decision(allowed=False, relation=None, row_id=None)
_IN_CONFLICT = Decision(allowed=False, relation=Relation.CONFLICT, row_id=None)

_Question = tuple[str, Resource, str, Sensitivity, Purpose]
_Reach = dict[Resource, dict[Sensitivity, tuple[Relation, ...]]]


class Gate:
    """One policy's answers. Thread-safe; make a new one for a new policy and swap the reference."""

    def __init__(self, policy: Policy) -> None:
        self.policy = policy
        self._engine = Engine(policy)
        self._candidates: dict[_Question, dict[Relation, str]] = defaultdict(dict)
        self._classes: dict[tuple[str, Resource], set[Sensitivity]] = defaultdict(set)
        for row in policy.rows:
            if row.effect == "allow":
                role, obj, cls = row.role[len(ROLE_PREFIX) :], RESOURCES[row.resource], row.cls
                question = (role, obj, row.act, Sensitivity(cls), PURPOSES[row.purpose])
                self._candidates[question][RELATIONS[row.relation]] = row.id
                self._classes[role, obj].add(Sensitivity(cls))
        self._candidates = dict(self._candidates)
        self._acts: dict[str, set[str]] = defaultdict(set)
        for role, _, act, _, _ in self._candidates:
            if act not in READ_ACTS:
                self._acts[role].add(act)
        self._answers: dict[_Question, tuple[tuple[Relation, str], ...]] = {}
        self._reaches: dict[tuple[str, Purpose], tuple[_Reach, frozenset[Resource]]] = {}
        self._scopes = Bounded[tuple[Assignment, Callable[[str], str], str], Scope](SCOPES_MAX)

    def allowed(self, question: _Question) -> tuple[tuple[Relation, str], ...]:
        """The relations by which (role, object, act, class, purpose) is allowed, nearest first,
        with their lines."""
        known = self._answers.get(question)
        if known is None:
            role, obj, act, cls, purpose = question
            lines = self._candidates.get(question, {})
            known = tuple(
                (relation, lines[relation])
                for relation in STRENGTH
                if relation in lines and self._engine.allows(role, relation, obj, act, cls, purpose)
            )
            if lines:  # what is not in the policy is not worth remembering
                self._answers[question] = known
        return known

    def permits(
        self, actor: Assignment, act: str, obj: str, tokens: Collection[str], purpose: str
    ) -> Decision:
        """May ``actor`` do ``act`` (a command's name, ``list`` or ``read``) to a row of ``obj``
        with these tokens?

        ``tokens`` are the row's own plus the grants on it that are valid now. For a command that
        opens a stream, pass the tokens the new row will carry (``R:`` and the division path,
        ``E:`` and the school). Unknown words are denied.
        """
        if actor.standing is not Standing.ACTIVE or not actor.conflicts.isdisjoint(tokens):
            return _IN_CONFLICT
        resource, aim = RESOURCES.get(obj), PURPOSES.get(purpose)
        if resource is None or aim is None:
            return DENIED
        for relation, line in self.allowed((actor.role, resource, act, Sensitivity.P0, aim)):
            if relation is Relation.NONE or _holds(actor, relation, tokens):
                return Decision(allowed=True, relation=relation, row_id=line)
        return DENIED

    def basis(
        self, actor: Assignment, obj: str, tokens: Collection[str], purpose: str
    ) -> Relation | None:
        """The nearest relation by which anything of a row of ``obj`` with these tokens is open, for
        the journal; None when nothing is."""
        resource, aim = RESOURCES.get(obj), PURPOSES.get(purpose)
        if resource is None or aim is None or not actor.conflicts.isdisjoint(tokens):
            return None
        reach, _ = self._reach(actor.role, aim)
        usable = {relation for found in reach.get(resource, {}).values() for relation in found}
        near = (r for r in STRENGTH if r in usable)
        return next((r for r in near if r is Relation.NONE or _holds(actor, r, tokens)), None)

    def serves(self, role: str, purpose: str) -> bool:
        """Whether ``purpose`` is on the role's list; a request for another purpose is refused at
        the door."""
        known = self.policy.roles.get(role)
        return known is not None and purpose in known.purposes

    def ever_reads(self, role: str, obj: Resource) -> frozenset[Sensitivity]:
        """The classes of ``obj`` that ``role`` can read in some relation for some purpose."""
        return self._ever.get((role, obj), frozenset())

    @cached_property
    def _ever(self) -> Mapping[tuple[str, Resource], frozenset[Sensitivity]]:
        """From the lines alone: an allow line whose class no deny line takes away for all purposes."""
        denied = {
            (row.role[len(ROLE_PREFIX) :], row.resource, row.cls)
            for row in self.policy.rows
            if row.effect == "deny" and row.act == "read" and row.relation == row.purpose == "*"
        }
        return {
            (role, obj): frozenset(c for c in classes if (role, obj.value, c.value) not in denied)
            for (role, obj), classes in self._classes.items()
        }

    def acts(self, role: str) -> frozenset[str]:
        """The commands somebody in ``role`` may do in some relation, for the action list."""
        return frozenset(self._acts.get(role, ()))

    def scope(self, assignment: Assignment, purpose: str) -> Scope:
        """What ``assignment`` may read for ``purpose``; empty when it does not count or the
        purpose is not the role's. The same assignment has the same scope, with all that was worked
        out for it."""
        key = assignment, assignment.seal, purpose
        known = self._scopes.get(key)
        if known is None:
            known = self._scopes[key] = self._scope(assignment, purpose)
        return known

    def _scope(self, assignment: Assignment, purpose: str) -> Scope:
        aim = PURPOSES.get(purpose)
        if assignment.standing is not Standing.ACTIVE or aim is None:
            return Scope(assignment.person_id, {}, assignment.conflicts, purpose=purpose)
        reach, lists = self._reach(assignment.role, aim)
        held, sets = assignment.tokens, dict[tuple[Relation, ...], frozenset[str]]()
        grid: dict[Resource, dict[Sensitivity, frozenset[str]]] = {}
        for obj, classes in reach.items():
            row = {}
            for cls, relations in classes.items():
                own = sets.get(relations)
                if own is None:
                    own = sets[relations] = frozenset().union(*(held.get(r, ()) for r in relations))
                if own:
                    row[cls] = own
            if row:
                grid[obj] = row
        return Scope(assignment.person_id, grid, assignment.conflicts, lists, purpose)

    def mask(
        self, actor: Assignment, obj: str, tokens: Collection[str], purpose: str
    ) -> frozenset[Sensitivity]:
        """The classes ``actor`` may read on one row; for many rows keep the scope and ask that."""
        return self.scope(actor, purpose).mask(obj, tokens)

    def _reach(self, role: str, purpose: Purpose) -> tuple[_Reach, frozenset[Resource]]:
        """By which relations each object and class may be read, and which objects may be listed;
        asked once."""
        known = self._reaches.get((role, purpose))
        if known is None:
            reach: _Reach = {}
            for obj in Resource:
                classes = sorted(self._classes.get((role, obj), ()))
                found = {c: self._by("read", role, obj, c, purpose) for c in classes}
                if any(found.values()):
                    reach[obj] = {c: relations for c, relations in found.items() if relations}
            lists = (o for o in Resource if self._by("list", role, o, Sensitivity.P0, purpose))
            known = self._reaches[role, purpose] = (reach, frozenset(lists))
        return known

    def _by(
        self, act: str, role: str, obj: Resource, cls: Sensitivity, purpose: Purpose
    ) -> tuple[Relation, ...]:
        return tuple(r for r, _ in self.allowed((role, obj, act, cls, purpose)))


@cache
def released() -> Gate:
    """The gate of the policy of this version of the platform: every process begins with it."""
    return Gate(committed())


def _holds(actor: Assignment, relation: Relation, tokens: Iterable[str]) -> bool:
    held = actor.tokens.get(relation, frozenset())
    if relation in BY_GRANT:
        return any(t.partition(CLASSES_OF_GRANT)[0] in held for t in tokens)
    return not held.isdisjoint(tokens)
