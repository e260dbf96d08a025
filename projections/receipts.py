"""回执 · Where receipts lie (``migrations/0020``), and how far a case has come. Asked as the writer role.

What is asked of a code that nobody was ever given is asked in the same statements, of the same rows that are not there.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from projections.lookup import Lookup

NOTHING = bytes(16)
"""In the place of a receipt that is not there, so that what follows is done all the same."""
OPENED_BY: Final = (
    "select f.incident_place_id as place from es.command c join case_file f on f.case_id = c.stream_id "
    "where c.command_id = %(command)s and c.actor = %(person)s and c.stream_id = %(case)s"
)
COUNT: Final = (
    "insert into sec.receipt_try as t (who, hour, tries) values (%(who)s, %(hour)s, 1) "
    "on conflict (who, hour) do update set tries = t.tries + 1 returning t.tries"
)
FOUND: Final = (
    "select coalesce((select blinded from sec.receipt where digest = %(digest)s and ends_on >= %(day)s), "
    "%(nothing)s) as blinded"
)
STAGE: Final = (
    "with recursive way as (select stage, into_case_id from case_file where case_id = %(case)s "
    "union select f.stage, f.into_case_id from way w join case_file f on f.case_id = w.into_case_id) "
    "select (select stage from way where into_case_id is null) as stage"
)
"""Of a report that was joined to an open case, how far that case has come."""
KEPT: Final = (
    "with gone as (delete from sec.receipt where ends_on < %(day)s), "
    "past as (delete from sec.receipt_try where hour < %(hour)s) "
    "insert into sec.receipt (digest, blinded, ends_on) values (%(digest)s, %(blinded)s, %(ends_on)s) "
    "returning true as kept"
)


@dataclass(frozen=True)
class Receipts:
    """The receipts of one database."""

    lookup: Lookup

    def place_of(
        self, command_id: UUID, case_id: UUID, person_id: UUID
    ) -> tuple[str | None] | None:
        """Where the case lies that this person opened by this command; None if there is none."""
        found = self._one(OPENED_BY, {"command": command_id, "case": case_id, "person": person_id})
        return (found["place"],) if found else None

    def tried(self, who: bytes, hour: datetime) -> int:
        """Counts one code more; how many that makes this hour."""
        found = self._one(COUNT, {"who": who, "hour": hour})
        assert found is not None
        return int(found["tries"])

    def blinded(self, digest: bytes, day: date) -> bytes:
        """What is kept under a digest on a day; ``NOTHING`` where there is nothing, or no longer."""
        found = self._one(FOUND, {"digest": digest, "day": day, "nothing": NOTHING})
        assert found is not None
        return bytes(found["blinded"])

    def stage(self, case_id: UUID) -> str | None:
        """How far a case has come; None if there is no such case."""
        found = self._one(STAGE, {"case": case_id})
        assert found is not None
        stage: str | None = found["stage"]
        return stage

    def keep(self, receipt: Mapping[str, Any]) -> None:
        """Another receipt: ``digest``, ``blinded``, ``ends_on``. What has run out by ``day`` and ``hour`` goes."""
        self._one(KEPT, receipt)

    def _one(self, query: str, params: Mapping[str, Any]) -> dict[str, Any] | None:
        found = self.lookup.ask(query, params)
        return found[0] if found else None
