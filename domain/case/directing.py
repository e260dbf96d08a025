"""转派 · A report that reached a desk which cannot act on it goes to where it happened.

Whoever reports need not know where (SH2020-4.1-d: 第一时间), and where nobody says it the place is presumed. What then
waits at a desk without police, or with those of another place, is passed on by whoever finds out; how long it has been
waiting since it was reported goes on being counted, and the next unit has its own time limit.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Annotated
from uuid import UUID

from domain.case.clues import departments_of
from domain.case.report_routing import accept_due, addressees_of, unit_at
from domain.case.report_state import Stage
from domain.case.reports import ReportForwarded
from domain.case.state import Case
from domain.kernel import Command, Event, Refusal, Turn
from domain.labels import name_fields
from domain.replacing import replace
from domain.sensitivity import P1, P2
from domain.terms.places import DivisionId
from domain.terms.reports import Addressee, ForwardGround
from domain.terms.units import UnitKind

name_fields(
    place_found_by=("事发地查明方式", "How the place was found"),
)

NOT_TAKEN_ON: Turn[Case] = Turn(
    "not_taken_on",
    "报告待受理",
    "report not yet accepted",
    lambda c: c.stage in {Stage.REPORTED, Stage.REPORTED_STREET},
)
ALREADY_DIRECTED = Refusal(
    "already_directed_there",
    zh="报告已在该地受理单位",
    en="The report is with the units of that place already",
)


class ReportDirected(
    Event[Case], name="case.report_directed", zh="报告已转派", en="Report directed"
):
    """Where it happened became known; the units of that place have it from now on, the former no longer.

    ``asked_unit_ids``: of a clue, the departments there that look into it in the place of the former (CQ2024-2.4-g).
    """

    incident_place: Annotated[DivisionId, P2]
    incident_address: Annotated[str | None, P1] = None
    place_found_by: Annotated[str | None, P2] = None
    police_unit_id: Annotated[UUID | None, P2] = None
    township_unit_id: Annotated[UUID | None, P2] = None
    accept_due_at: Annotated[datetime, P2]
    informed_unit_ids: Annotated[tuple[UUID, ...], P2] = ()
    asked_unit_ids: Annotated[tuple[UUID, ...], P2] = ()

    def evolve(self, case: Case) -> Case:
        """It waits there, with its time limit; that it was late elsewhere is on record."""
        intake = replace(
            case.intake,
            police_unit_id=self.police_unit_id,
            township_unit_id=self.township_unit_id,
            informed_unit_ids=self.informed_unit_ids or case.intake.informed_unit_ids,
            accept_due_at=self.accept_due_at,
            acceptance_overdue=False,
        )
        return replace(case, incident_place=self.incident_place, intake=intake)


class DirectReport(
    Command[Case],
    name="case.direct_report",
    zh="查明事发地并转派报告",
    en="Direct the report to where it happened",
    when=NOT_TAKEN_ON,
    place_field="incident_place",
    clauses=("SH2020-4.1-e", "CQ2016-4.1-c", "CN2017-4.1-c", "SH2020-4.2-a", "CQ2016-4.2-a"),
):
    """By whoever has it and cannot act on it: the desk, civil affairs, the street, the police of another place."""

    incident_place: Annotated[DivisionId, P2]
    incident_address: Annotated[str | None, P1] = None
    place_found_by: Annotated[str | None, P2] = None

    def decide(self, case: Case) -> Iterator[Event[Case]]:
        """To the units of the same kinds there; what only the street of the former place could take, to the police."""
        place, intake = self.incident_place, case.intake
        police = unit_at(self, UnitKind.POLICE, place) if intake.to_police else None
        street = unit_at(self, UnitKind.TOWNSHIP, place) if intake.township_unit_id else None
        former = (case.incident_place, intake.police_unit_id, intake.township_unit_id)
        if (place, police, street) == former:
            raise ALREADY_DIRECTED(field="incidentPlace")
        informed, asked = departments_of(self, intake.clue_addressees, place)
        same = set(informed) <= set(intake.informed_unit_ids)
        yield ReportDirected.of(
            self,
            informed_unit_ids=informed,
            asked_unit_ids=() if same else asked,
            police_unit_id=police,
            township_unit_id=street,
            accept_due_at=accept_due(self.at, self.rules),
        )
        reported_to_street = case.stage is Stage.REPORTED_STREET and intake.reports
        if reported_to_street and Addressee.POLICE in addressees_of(
            (Addressee.STREET,), self.rules
        ):
            yield ReportForwarded(
                forward_ground=ForwardGround.REPORTABLE,
                police_unit_id=unit_at(self, UnitKind.POLICE, place),
                accept_due_at=accept_due(self.at, self.rules),
            )
