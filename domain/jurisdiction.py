"""属地 · The municipality and district whose rule packs bind at a place."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from domain.divisions import CodeSystem, Divisions, Level, check_code


@dataclass(frozen=True, slots=True)
class Jurisdiction:
    """A place as rule packs see it: 12-digit NBS codes of its province and, if known, its district.

    Raises :class:`domain.divisions.BadCode` for a code of another form.
    """

    province_code: str
    district_code: str | None = None

    def __post_init__(self) -> None:
        """Refuse stripped codes: a scope is a division, never a prefix."""
        check_code(self.province_code)
        if self.district_code is not None:
            check_code(self.district_code)

    def covers(self, place: Jurisdiction | None) -> bool:
        """Whether rules made for this jurisdiction bind at ``place``; no known place, no rules."""
        if place is None or place.province_code != self.province_code:
            return False
        return self.district_code in {None, place.district_code}


def jurisdiction_of(divisions: Divisions, division_id: str | None, on: date) -> Jurisdiction | None:
    """The jurisdiction a division lies in on a day; None without a division.

    Raises :class:`domain.divisions.UnknownDivision`. A district without an NBS code on that day
    gives the province alone, as no district pack can bind there.
    """
    if division_id is None:
        return None
    province = divisions.ancestor(division_id, Level.PROVINCE, on)
    district = divisions.ancestor(division_id, Level.DISTRICT, on)
    province_code = divisions.code(province.id, CodeSystem.NBS, on) if province else None
    if province_code is None:
        return None
    district_code = divisions.code(district.id, CodeSystem.NBS, on) if district else None
    return Jurisdiction(province_code, district_code)
