"""Casbin itself: one indexed enforcer per role, behind one lock.

A request has one active assignment, so one role: rows of other roles cannot match it, and an
enforcer that holds only that role's rows answers the same as one that holds all (the tests compare
them). Casbin's indexed enforcer is not thread-safe and its role manager answers "yes" for equal
names; both are dealt with here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import groupby
from operator import attrgetter
from threading import Lock
from typing import Any

from casbin import Enforcer, FastEnforcer
from casbin.persist import Adapter
from casbin.rbac import RoleManager

from authz.policy import MODEL, ROLE_PREFIX, Policy, Row, check_user
from authz.words import Purpose, Relation, Resource
from domain.sensitivity import Sensitivity

OBJ_AND_ACT = (2, 3)
"""Where ``obj`` and ``act`` stand in both ``r`` and ``p`` of the model."""


class Seats(RoleManager):  # type: ignore[misc] # Casbin has no types
    """Who sits in which role, in constant time and memory. A name is never its own role."""

    def __init__(self) -> None:
        self._seats: set[tuple[str, str]] = set()

    def add_link(self, name1: str, name2: str, *_domain: str) -> None:
        """Seats user ``name1`` in role ``name2``."""
        assert name2.startswith(ROLE_PREFIX), f"{name2} is not a role"
        self._seats.add((check_user(name1), name2))

    def has_link(self, name1: str, name2: str, *_domain: str) -> bool:
        """Whether ``name1`` was seated in ``name2``."""
        return (name1, name2) in self._seats

    def clear(self) -> None:
        """Casbin clears its managers when it loads."""
        self._seats.clear()


class _Rows(Adapter):  # type: ignore[misc] # Casbin has no types
    """Hands checked rows to Casbin without passing through its CSV reader."""

    def __init__(self, rows: Iterable[Row]) -> None:
        self._rows = tuple(rows)

    def load_policy(self, model: Any) -> None:
        for row in self._rows:
            model.model["p"]["p"].policy.append(list(row))


def seat_of(role: str) -> str:
    """The stand-in subject that sits in ``role`` and nowhere else; real people are never listed in
    Casbin."""
    return check_user(f"u:holder-of-{role.replace('_', '-')}")


def enforcer(rows: Iterable[Row], roles: Iterable[str], *, indexed: bool = True) -> Any:
    """A Casbin enforcer over ``rows`` with a stand-in seated in each of ``roles``."""
    if indexed:
        made = FastEnforcer(str(MODEL), _Rows(rows), cache_key_order=OBJ_AND_ACT)
    else:
        made = Enforcer(str(MODEL), _Rows(rows))
    seats = Seats()
    made.set_named_role_manager("g", seats)
    made.build_role_links()
    for role in roles:
        seats.add_link(seat_of(role), ROLE_PREFIX + role)
    return made


class Engine:
    """Asks Casbin, one question at a time."""

    def __init__(self, policy: Policy) -> None:
        self._lock = Lock()
        by_role = attrgetter("role")
        shards = groupby(sorted(policy.rows, key=by_role), key=by_role)
        self._enforcers: Mapping[str, Any] = {
            name.removeprefix(ROLE_PREFIX): enforcer(rows, [name.removeprefix(ROLE_PREFIX)])
            for name, rows in shards
        }

    def allows(
        self,
        role: str,
        relation: Relation,
        resource: Resource,
        act: str,
        cls: Sensitivity,
        purpose: Purpose,
    ) -> bool:
        """Casbin's answer; a role without rows is denied without asking."""
        own = self._enforcers.get(role)
        words = (str(relation), str(resource), act, str(cls), str(purpose))
        if own is None or not all(words):
            return False
        with self._lock:
            return bool(own.enforce(seat_of(role), *words))
