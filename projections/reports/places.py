"""所在与新情 · Where a stream is counted, and whether an event is news of a part of it.

A fact row is told from the state after an event. Where the parts it is told from are as they were before, and it is
counted in the same places, the event before has told it so already: nothing is said, and the database asked nothing.
"""

from __future__ import annotations

from datetime import date
from functools import lru_cache

from domain.child.state import Child
from domain.divisions import Divisions
from domain.kernel import State
from domain.periods import local_date
from eventlog.recorded import Recorded

Places = tuple[str, ...]


def places_of(r: Recorded) -> Places:
    """The divisions it is counted in, from the province down; none where the place is not known."""
    place = _place(r.after) if r.after is not None else r.stamp.place
    return path(place, local_date(r.recorded_at)) if place else ()


def _place(state: State) -> str | None:
    if state.place is None and isinstance(state, Child):
        return state.file.owner_division
    return state.place


@lru_cache(maxsize=8_192)
def path(place: str, on: date) -> Places:
    """The divisions over a place on a day; none where there is no such place."""
    divisions = Divisions.load()
    return divisions.path(place, on) if divisions.find(place) else ()


def is_news(r: Recorded, before: object, after: object) -> bool:
    """Whether what a row is told from (``before`` the event, and ``after`` it) or the places it is counted in changed.

    A place whose path depends on the day may lie elsewhere since: that is asked of the database, as always.
    """
    return before != after or not stayed(r)


def stayed(r: Recorded) -> bool:
    """Whether it is known that it is counted where it was counted when the event before was told."""
    if r.before is None or r.after is None or not r.before.version:
        return False
    place = _place(r.after)
    return place == _place(r.before) and (place is None or Divisions.load().lies_still(place))
