"""未保工作站 · Who leads the protection station of a street or town (SH2024-2.1.1-c, -d).

The station belongs to the street or township office; its head and deputies need no account here.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated
from uuid import UUID

from domain.kernel import Command, Event, Refusal
from domain.labels import name_fields
from domain.replacing import replace
from domain.sensitivity import P0, P2
from domain.terms.units import UnitKind
from domain.terms.workforce import StationOffice
from domain.unit.state import Unit
from domain.unit.workforce_state import OfficeHeld

name_fields(
    office_id=("站务任职", "Office"),
    station_office=("站务职务", "Office at the station"),
    officer_name=("站务人员", "Officer"),
    is_prosecutor=("由检察官担任", "A prosecutor"),
)

NO_STATION = Refusal(
    "no_station_here", zh="未保工作站设在街道(乡镇)", en="Stations belong to streets and townships"
)
UNKNOWN_OFFICE = Refusal("unknown_office", zh="没有这项站务任职", en="There is no such office")


class StationOfficerAppointed(
    Event[Unit], name="unit.station_officer_appointed", zh="站务人员已任命", en="Officer appointed"
):
    office_id: Annotated[UUID, P0]
    station_office: Annotated[StationOffice, P0]
    officer_name: Annotated[str, P2]
    is_prosecutor: Annotated[bool, P2] = False

    def evolve(self, state: Unit) -> Unit:
        held = OfficeHeld(
            office_id=self.office_id, office=self.station_office, prosecutor=self.is_prosecutor
        )
        officers = (*state.workforce.officers, held)
        return replace(state, workforce=replace(state.workforce, officers=officers))


class AppointStationOfficer(
    Command[Unit],
    name="unit.appoint_station_officer",
    zh="任命未保站站长、副站长",
    en="Appoint an officer of the station",
    clauses=("SH2024-2.1.1-c", "SH2024-2.1.1-d"),
):
    """A prosecutor as deputy head in every street and town (T-22)."""

    station_office: Annotated[StationOffice, P0]
    officer_name: Annotated[str, P2]
    is_prosecutor: Annotated[bool, P2] = False

    def decide(self, state: Unit) -> Iterator[Event[Unit]]:
        if state.kind is not UnitKind.TOWNSHIP:
            raise NO_STATION(field="id")
        yield StationOfficerAppointed.of(self, office_id=self.new_id("office"))


class StationOfficeEnded(
    Event[Unit], name="unit.station_office_ended", zh="站务任职终止", en="Office ended"
):
    office_id: Annotated[UUID, P0]

    def evolve(self, state: Unit) -> Unit:
        officers = tuple(
            replace(o, active=o.active and o.office_id != self.office_id)
            for o in state.workforce.officers
        )
        return replace(state, workforce=replace(state.workforce, officers=officers))


class EndStationOffice(
    Command[Unit],
    name="unit.end_station_office",
    zh="终止站务任职",
    en="End an office at the station",
    clauses=("SH2024-2.1.1-c",),
):
    office_id: Annotated[UUID, P0]

    def decide(self, state: Unit) -> Iterator[Event[Unit]]:
        held = next((o for o in state.workforce.officers if o.office_id == self.office_id), None)
        if held is None:
            raise UNKNOWN_OFFICE(field="officeId")
        if held.active:
            yield StationOfficeEnded.of(self)
