"""线索 · What a village committee notices and passes on (CQ2024-2.4-g).

A clue goes to whichever department it concerns. Where it is a situation that must be reported, the
police are told in the same breath (CQ2024-3.1-f): a clue never replaces a report.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Annotated
from uuid import UUID

from domain.case.report_routing import accept_due, unit_at
from domain.case.report_state import IntakeState, Stage
from domain.case.reports import ReportSubmitted, Telling, presumed_place, received, told_beside
from domain.case.state import Case
from domain.codec import says_more
from domain.kernel import Command, Event
from domain.labels import name_fields
from domain.replacing import replace
from domain.sensitivity import P1, P2, P4_INJURY, P6_REPORTER
from domain.terms.places import DivisionId
from domain.terms.reports import Addressee, ClueAddressee, Trigger
from domain.terms.units import UnitKind

name_fields(
    clue_addressees=("线索报告对象", "Clue reported to"),
    informed_unit_ids=("已告知单位", "Units informed"),
    asked_unit_ids=("须处理线索的部门", "Departments to look into it"),
    clue_text=("线索内容", "The clue"),
)

_KIND: Mapping[ClueAddressee, UnitKind] = {
    ClueAddressee.POLICE: UnitKind.POLICE,
    ClueAddressee.EDUCATION: UnitKind.DISTRICT_EDUCATION,
    ClueAddressee.CIVIL_AFFAIRS: UnitKind.DISTRICT_CIVIL_AFFAIRS,
    ClueAddressee.WOMENS_FED: UnitKind.WOMENS_FEDERATION,
    ClueAddressee.OTHER: UnitKind.TOWNSHIP,
}


Units = tuple[UUID, ...]


def departments_of(
    command: Command[Case], asked: Iterable[ClueAddressee], place: str | None
) -> tuple[Units, Units]:
    """Whom a clue sent to these is told to at a place, and who of them has no other way to take it on."""
    told = {a: unit_at(command, _KIND[a], place) for a in asked}
    township = unit_at(command, UnitKind.TOWNSHIP, place)
    others = (u for a, u in told.items() if a is not ClueAddressee.POLICE and u != township)
    informed = dict.fromkeys(u for u in told.values() if u)
    return tuple(informed), tuple(dict.fromkeys(u for u in others if u))


class ClueReported(
    Event[Case],
    name="case.clue_reported",
    actor=P6_REPORTER,
    zh="线索报告",
    en="Clue reported",
    version=3,
):
    """A village committee passed a problem or clue on; the township takes it up."""

    clue_addressees: Annotated[tuple[ClueAddressee, ...], P2]
    informed_unit_ids: Annotated[tuple[UUID, ...], P2]
    clue_text: Annotated[str, P4_INJURY]
    incident_place: Annotated[DivisionId | None, P2] = None
    children: Annotated[tuple[UUID, ...], P2] = ()
    child_description: Annotated[str | None, P1] = None
    township_unit_id: Annotated[UUID | None, P2] = None
    presumed_place: Annotated[DivisionId | None, P2] = None
    asked_unit_ids: Annotated[tuple[UUID, ...], P2] = ()
    """Beside the police and the township, who have their own ways to take it on (Q-01, Q-02)."""

    def evolve(self, case: Case) -> Case:
        """As a report to the street, until it turns out to be more."""
        return replace(
            case,
            stage=Stage.REPORTED_STREET,
            incident_place=self.incident_place or self.presumed_place,
            children=tuple(dict.fromkeys(self.children)),
            intake=IntakeState(
                township_unit_id=self.township_unit_id,
                informed_unit_ids=self.informed_unit_ids,
                clue_addressees=self.clue_addressees,
            ),
        )


# At first no place was presumed where none was given.
says_more("case.clue_reported", 1)


# Then the departments were told, and nothing was asked of them.
says_more("case.clue_reported", 2)


class ReportClue(
    Telling,
    name="case.report_clue",
    zh="报告线索",
    en="Report a clue",
    opens=True,
    place_field="incident_place",
    clauses=("CQ2024-2.4-g", "CQ2024-3.1-f"),
):
    """To police, education, civil affairs, the Women's Federation or another unit."""

    presumes_place = True
    clue_addressees: Annotated[tuple[ClueAddressee, ...], P2]
    clue_text: Annotated[str, P4_INJURY]
    incident_place: Annotated[DivisionId | None, P2] = None
    incident_address: Annotated[str | None, P1] = None
    children: Annotated[tuple[UUID, ...], P2] = ()
    child_description: Annotated[str | None, P1] = None

    def decide(self, _case: Case) -> Iterator[Event[Case]]:
        """The clue goes where it is sent; a mandated trigger goes to the police as well."""
        asked = [a for a in ClueAddressee if a in self.clue_addressees]
        place = self.context.place
        presumed = presumed_place(self, self.incident_place)
        township = unit_at(self, UnitKind.TOWNSHIP, place)
        informed, to_look = departments_of(self, asked, place)
        yield ClueReported.of(
            self,
            clue_addressees=tuple(asked),
            informed_unit_ids=informed,
            township_unit_id=township,
            presumed_place=presumed,
            asked_unit_ids=to_look,
        )
        if self.in_danger or self._must_be_reported() or ClueAddressee.POLICE in asked:
            yield ReportSubmitted.of(
                self,
                **received(self),
                situation=self.situation or self.clue_text,
                addressees=(Addressee.POLICE,),
                police_unit_id=unit_at(self, UnitKind.POLICE, place),
                township_unit_id=township,
                accept_due_at=accept_due(self.at, self.rules),
                presumed_place=presumed,
            )
            yield from told_beside(self, place)

    def _must_be_reported(self) -> bool:
        named = self.rules.codes("triggers")
        return any(t in named for t in self.triggers if t is not Trigger.OTHER)
