"""Who and what a whole mixed history is of.

Every word that says something of a person carries ``MARK``, so that a test can look for what should be gone.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from domain.case.state import Case
from domain.child.state import Child
from domain.context import Actor
from domain.terms.roles import Role
from projections.apart import joined, selected
from projections.readmodel import READ_MODELS
from tests.dsl import an_id
from tests.projections.town import CLERK, Town, actor

MARK = "隐名"
"""In every personal text of this history, and nowhere else in the platform."""

DIRECTOR = actor("director", Role.CHILD_DIRECTOR, "village")
COMMITTEE = actor("committee member", Role.VILLAGE_COMMITTEE, "village")
OFFICIAL = actor("official", Role.DISTRICT_CIVIL_AFFAIRS, "civil affairs")
SITE, OTHER_SITE, SCHOOL, PROVIDER = (
    an_id(f"{name} of the story") for name in ("site", "other site", "school", "provider")
)
FATHER = an_id("account of the father")


def words(what: str) -> str:
    """A text of this history."""
    return f"{what}{MARK}"


@dataclass
class History:
    """The town with its child and its case, as far as they have come."""

    town: Town
    child: UUID
    case: UUID = UUID(int=0)
    year: int = 2025

    def at(self, text: str) -> None:
        """Sets the clock, ``"05-06 09:00"`` of the story's year."""
        self.town.at(f"{self.year}-{text}")

    def on_file(self, command: Any, by: Actor = DIRECTOR) -> UUID:
        """Puts a command to the file; the id of its first event."""
        return self.town.do(command, self.child, by).event_ids[0]

    def on_case(self, command: Any, by: Actor = CLERK) -> UUID:
        """Puts a command to the case; the id of its first event."""
        return self.town.do(command, self.case, by).event_ids[0]

    def file(self) -> Child:
        """The file as its events say."""
        state = self.town.platform.casebook.state(Child, self.child)
        assert isinstance(state, Child)
        return state

    def at_case(self) -> Case:
        """The case as its events say."""
        state = self.town.platform.casebook.state(Case, self.case)
        assert isinstance(state, Case)
        return state

    def row(self, table: str, **key: Any) -> dict[str, Any]:
        """The one row of a read model, with what lies beside it."""
        where = " and ".join(f"{table}.{name} = %({name})s" for name in key)
        model = READ_MODELS[table]
        query = f"select {selected(model)} from {table}{joined(model)} where {where}"
        (found,) = self.town.platform.lookup.ask(query, key)
        return found
