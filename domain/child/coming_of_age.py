"""成年 · The day from which a child on file has no guardian any more, told once, so that all that hangs on it can hear.

A birthday is no event: the clock puts it, by the birth on file, also of a file that is closed; a corrected birth says
again when that is. No text says when a childhood is over but by the age; it is the platform's.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Annotated

from domain.child.state import Child
from domain.kernel import Command, Event
from domain.labels import name_fields
from domain.periods import birthday, local_date
from domain.replacing import replace
from domain.sensitivity import P1

name_fields(of_age_on=("成年日期", "Comes of age on"))


class CameOfAge(Event[Child], name="child.came_of_age", zh="已成年", en="Came of age"):
    """Nobody is its guardian any more, and nobody reads of it as one."""

    of_age_on: Annotated[date, P1]

    def evolve(self, state: Child) -> Child:
        """Until a birth is corrected."""
        return replace(state, file=replace(state.file, of_age=True))


class NoteComingOfAge(
    Command[Child],
    name="child.note_coming_of_age",
    zh="登记成年",
    en="Note that a child came of age",
    clauses=("SH2020-3.2-c", "CQ2016-3.2-e"),
    by_system=True,
):
    """Put by the clock on the birthday. Nobody of age is visited who is in no category (``cadence``)."""

    def decide(self, state: Child) -> Iterator[Event[Child]]:
        """Once; nothing where the birth was corrected meanwhile, or is known no more."""
        birth = state.file.birth_on
        if birth is None or state.file.of_age:
            return
        grown = birthday(birth, self.rules.count("adult_age"))
        if grown <= local_date(self.at):
            yield CameOfAge(of_age_on=grown)
