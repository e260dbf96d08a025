"""每日检视 · What the platform looks through by itself once a day, beside the clocks that events have set.

Rule packs end and texts fall silent without any event: so every jurisdiction with a civil-affairs department has
its rules looked through each day (T-28, Q-48). Asking twice on a day changes nothing: the command's id is the day's.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from uuid import UUID, uuid5

from domain.directory import Directory
from domain.periods import local_date
from domain.rules.file import OpenRulesFile, ReviewRules
from domain.rules.state import RulesFile, rules_file_id
from domain.terms.places import DivisionId
from domain.terms.units import UnitKind
from eventlog.casebook import Casebook, Request

OWNERS = frozenset({UnitKind.CITY_CIVIL_AFFAIRS, UnitKind.DISTRICT_CIVIL_AFFAIRS})


def look_through(casebook: Casebook, now: datetime) -> None:
    """Today's look, if it has not been made."""
    today = local_date(now)
    for division_id in jurisdictions(casebook.directory()):
        file_id = rules_file_id(division_id)
        if casebook.state(RulesFile, file_id).version == 0:
            casebook.perform(_opening(division_id))
        review = Request(
            command=ReviewRules(), command_id=_of_day(file_id, today), stream_id=file_id
        )
        casebook.perform(review)


def jurisdictions(directory: Directory) -> Iterator[DivisionId]:
    """The provinces and districts whose rules somebody owns."""
    divisions = {u.division_id for u in directory.units.values() if u.kind in OWNERS}
    yield from (DivisionId(d) for d in sorted(divisions))


def _opening(division_id: DivisionId) -> Request:
    file_id = rules_file_id(division_id)
    return Request(
        command=OpenRulesFile(jurisdiction_id=division_id),
        command_id=uuid5(file_id, "open"),
        stream_id=file_id,
    )


def _of_day(file_id: UUID, day: date) -> UUID:
    return uuid5(file_id, f"review/{day}")
