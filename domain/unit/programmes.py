"""项目名额 · Programmes with places for these children first: holidays, reuniting children (SH2024-2.3.10, Q-49).

Whoever opens one says until when places are to be given; every station of its territory has the task, and gives them
on the children's files (``child.allocate_place``). The station says which children may come, and never why.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Annotated
from uuid import UUID

from domain.kernel import Command, Event, Refusal
from domain.labels import name_fields
from domain.replacing import replace
from domain.sensitivity import P0, P2
from domain.terms.entitlements import PriorityProgramme
from domain.terms.units import UnitKind
from domain.unit.state import Unit

name_fields(
    opened_programme_id=("开放项目", "Programme opened"),
    programme_until_on=("项目结束", "Programme ends"),
    programme_places=("名额数", "Places"),
    for_reuniting=("面向团聚儿童", "For children who visit their parents"),
    station_unit_ids=("承办未保站", "Stations that give the places"),
    programme_outcome=("项目结果", "What came of it"),
)

CLAUSES = ("SH2024-2.3.10-a", "SH2024-2.3.10-b")
PROGRAMME_REVERSED = Refusal(
    "programme_reversed", zh="项目结束早于开始", en="The programme ends before it begins"
)
PROGRAMME_PAST = Refusal(
    "programme_past", zh="项目已开始,不能再开放名额", en="The programme has begun already"
)
NO_PROGRAMME = Refusal("no_such_programme", zh="没有此开放项目", en="No such programme is open")


class ProgrammeOpened(
    Event[Unit], name="unit.programme_opened", zh="项目已开放名额", en="Programme opened"
):
    opened_programme_id: Annotated[UUID, P0]
    priority_programme: Annotated[PriorityProgramme, P2]
    programme_name: Annotated[str, P2]
    programme_from_on: Annotated[date, P0]
    programme_until_on: Annotated[date, P0]
    programme_places: Annotated[int, P0] = 0
    for_reuniting: Annotated[bool, P0] = False
    station_unit_ids: Annotated[tuple[UUID, ...], P0] = ()

    def evolve(self, state: Unit) -> Unit:
        return replace(state, programmes=state.programmes | {self.opened_programme_id})


class OpenProgramme(
    Command[Unit],
    name="unit.open_programme",
    zh="开放项目名额",
    en="Open a programme",
    clauses=CLAUSES,
):
    """By the station itself, a provider, a federation or civil affairs; before it begins."""

    priority_programme: Annotated[PriorityProgramme, P2]
    programme_name: Annotated[str, P2]
    programme_from_on: Annotated[date, P0]
    programme_until_on: Annotated[date, P0]
    programme_places: Annotated[int, P0] = 0
    for_reuniting: Annotated[bool, P0] = False

    def decide(self, state: Unit) -> Iterator[Event[Unit]]:
        if self.programme_until_on < self.programme_from_on:
            raise PROGRAMME_REVERSED(field="programmeUntilOn")
        if self.programme_from_on < self.rules.on:
            raise PROGRAMME_PAST(field="programmeFromOn")
        yield ProgrammeOpened.of(
            self,
            opened_programme_id=self.new_id("programme"),
            station_unit_ids=tuple(self._stations(state)),
        )

    def _stations(self, state: Unit) -> Iterator[UUID]:
        """The stations within the unit's territory; a street's own programme is its station's."""
        if state.kind is UnitKind.TOWNSHIP:
            yield state.id
            return
        units = sorted(self.directory.units.values(), key=lambda u: str(u.id))
        within = [
            u for u in units if u.kind is UnitKind.TOWNSHIP and self._covers(state, u.division_id)
        ]
        found = self.directory.unit_for(
            UnitKind.TOWNSHIP, state.place, self.divisions, self.rules.on
        )
        yield from (u.id for u in within or ([found] if found else []))

    def _covers(self, state: Unit, division_id: str) -> bool:
        return state.division_id in self.divisions.path(division_id, self.rules.on)


class ProgrammeEnded(
    Event[Unit], name="unit.programme_ended", zh="项目名额已办结", en="Programme closed"
):
    opened_programme_id: Annotated[UUID, P0]
    programme_outcome: Annotated[str, P2]

    def evolve(self, state: Unit) -> Unit:
        return replace(state, programmes=state.programmes - {self.opened_programme_id})


class EndProgramme(
    Command[Unit],
    name="unit.end_programme",
    zh="办结项目名额",
    en="Close a programme",
    clauses=CLAUSES,
):
    """All places are given, or it does not take place."""

    opened_programme_id: Annotated[UUID, P0]
    programme_outcome: Annotated[str, P2]

    def decide(self, state: Unit) -> Iterator[Event[Unit]]:
        if self.opened_programme_id not in state.programmes:
            raise NO_PROGRAMME(field="openedProgrammeId")
        yield ProgrammeEnded.of(self)
