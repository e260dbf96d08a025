"""Who may see what of a world: reckoned from the lines of the policy and from the tokens and grants that rows carry.

Written apart from what it judges: no gate, no scope, no mask. The lines are read by ``tests.authz.matrix``.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from uuid import UUID

from ops.demo_world import UNIT_BY_KEY, DemoPerson, division
from tests.authz.matrix import TOKEN, allowed
from tests.journeys.world import World

OBJECTS = {
    "child": ("child", "work_item", "companionship"),
    "case": ("case", "report", "case_steps", "work_item", "need"),
    "unit": ("unit",),
    "access": ("access_order", "access"),
    "rules": ("rules",),
}
"""As which objects of the policy what is said on a stream may be told."""
ROWS = {
    "child": "select child_id, tokens from read.child",
    "case": "select case_id, tokens from read.case_file",
    "unit": "select unit_id, tokens from read.unit",
    "access": "select order_id, tokens from read.access_order",
}
TASKS = "select child_id, case_id, tokens from read.work_item"
PAIRED = "select child_id, tokens from read.companionship"
CHILDREN = "select case_id, child_id from read.case_child"
GRANTS = (
    "select grantee, subject_id, relation, classes from read.access_grant "
    "where valid_from <= %s and valid_to > %s"
)


class Reckoning:
    """One world at one moment."""

    def __init__(self, world: World) -> None:
        self.rows: dict[str, dict[str, list[set[str]]]] = {}
        for stream, query in ROWS.items():
            found = self.rows.setdefault(stream, {})
            for subject, tokens in world.sql(query):
                found.setdefault(str(subject), []).append(set(tokens))
        self.tasks: dict[str, list[set[str]]] = defaultdict(list)
        for child, case, tokens in world.sql(TASKS):
            for subject in {child, case} - {None}:
                self.tasks[str(subject)].append(set(tokens))
        self.pairs: dict[str, list[set[str]]] = defaultdict(list)
        for child, tokens in world.sql(PAIRED):
            self.pairs[str(child)].append(set(tokens))
        self.children: dict[str, set[str]] = defaultdict(set)
        for case, child in world.sql(CHILDREN):
            self.children[str(case)].add(str(child))
        now = world.clock.now
        self.grants = [
            (holder, str(subject), relation, frozenset(classes))
            for holder, subject, relation, classes in world.sql(GRANTS, now, now)
        ]
        self.sealed = cache(lambda token: str(world.sql("select sec.sealed(%s)", token)[0][0]))

    def relations(self, who: DemoPerson, tokens: set[str]) -> set[str]:
        """How the person stands to a row that carries these; nothing where the person is kept away."""
        unit = UNIT_BY_KEY[who.unit]
        if any(self.sealed(f"X:{one}") in tokens for one in (who.id, unit.id)):
            return set()
        words = {"division": division(who.division or unit.division), "person": who.id}
        ways: dict[str, set[str]] = {
            relation: {text.format(unit=unit.id, **words)} for relation, text in TOKEN.items()
        }
        ways["corrector"].add(f"K:{who.id}")
        held = {r for r, mine in ways.items() if any(self.sealed(t) in tokens for t in mine)}
        return held | {"none"}

    def open(self, who: DemoPerson, purpose: str, stream: str, about: str) -> frozenset[str]:
        """The classes open to the person of what is said about this child, case, unit or order."""
        ways = set(self._ways(who, stream, about))
        found: set[str] = set()
        for obj, relation, listed in ways:
            for act in ("read", "list"):
                classes = allowed(who.role.value, purpose, relation, obj, act)
                found |= classes if listed is None else classes & listed
        return frozenset(found)

    def _ways(
        self, who: DemoPerson, stream: str, about: str
    ) -> Iterator[tuple[str, str, frozenset[str] | None]]:
        """As which object, in which relation, and with which classes listed, it is open to the person."""
        rows = self.rows.get(stream, {}).get(about, [])
        for obj in OBJECTS[stream]:
            beside = {"work_item": self.tasks, "companionship": self.pairs}.get(obj)
            for tokens in beside[about] if beside is not None else rows or [set()]:
                for relation in self.relations(who, tokens):
                    yield obj, relation, None
            if not rows or any(not self.relations(who, tokens) for tokens in rows):
                continue  # kept away, whatever was granted
            for holder, subject, relation, listed in self.grants:
                mine: tuple[UUID, ...] = (UNIT_BY_KEY[who.unit].id, who.id)
                if subject == about and holder in {f"G:{relation}:{one}" for one in mine}:
                    yield obj, relation, listed
