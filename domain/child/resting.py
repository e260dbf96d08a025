"""休眠期满 · A file has rested as long as its aftercare lasts: somebody closes it, or says why it is still needed.

No text says for how long; that files are kept up to date is in each (SH2020-3.2-g, CQ2016-3.2-k, CN2017-5.1-af).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Annotated

from domain.child.file_state import FileStatus
from domain.child.state import Child
from domain.kernel import Command, Event
from domain.periods import local_date
from domain.sensitivity import P2


class RestOver(Event[Child], name="child.rest_over", zh="休眠期满", en="Rest of the file over"):
    """The township decides on the file (Q-89)."""

    dormant_until: Annotated[date, P2]


class NoteRestOver(
    Command[Child],
    name="child.note_rest_over",
    zh="登记休眠期满",
    en="Note that a file has rested",
    clauses=("SH2020-3.2-g", "CQ2016-3.2-k", "CN2017-5.1-af"),
    by_system=True,
):
    """Put by the clock on the day until which the file rests."""

    def decide(self, state: Child) -> Iterator[Event[Child]]:
        """Nothing where it is in use again, is closed, or rests longer."""
        until = state.file.dormant_until
        if state.file.status is not FileStatus.DORMANT or until is None:
            return
        if until <= local_date(self.at):
            yield RestOver(dormant_until=until)
