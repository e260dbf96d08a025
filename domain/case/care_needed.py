"""需要照料 · A child needs care and nobody has reported anything: a sudden event, or the guardian's own wish.

The street is responsible for the daily work (CN2017-2-h), and the village where the child lives arranges care at
once (SH2020-3.2-e): each opens the case itself.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Annotated
from uuid import UUID

from domain.case.report_routing import unit_at, who_places
from domain.case.report_state import Stage
from domain.case.state import Case
from domain.kernel import Command, Event, Refusal
from domain.labels import Term, name_fields
from domain.replacing import replace
from domain.risk import RiskFactor
from domain.sensitivity import P1, P2, P3
from domain.terms.emergency import EmergencyDuty
from domain.terms.places import DivisionId
from domain.terms.units import UnitKind

name_fields(
    care_need_ground=("需要照料的原因", "Why care is needed"),
    care_need_note=("需要照料的情况", "What has happened"),
    care_secured_by=("落实照料时限", "Care secured by"),
    placing_unit_id=("负责安置的民政部门", "Civil affairs that place the child"),
)

CARE_NEED_UNSAID = Refusal(
    "care_need_unsaid", zh="须写明需要照料的情况", en="Say what has happened"
)


class CareNeedGround(Term):
    """需要照料的原因 · Why a child needs care without a report."""

    SUDDEN_EVENT = "SUDDEN_EVENT", "突发事件", "A sudden event"
    GUARDIANS_WISH = "GUARDIANS_WISH", "监护人请求临时照料", "The guardian asks for temporary care"
    GUARDIAN_ILL = "GUARDIAN_ILL", "监护人患病住院", "The guardian is in hospital"


class CareNeedFound(
    Event[Case], name="case.care_need_found", zh="发现照料需要", en="Need of care found"
):
    """A case of the township, and of whoever places children there, from the first."""

    care_need_ground: Annotated[CareNeedGround, P3]
    care_need_note: Annotated[str, P3]
    incident_place: Annotated[DivisionId, P2]
    children: Annotated[tuple[UUID, ...], P2] = ()
    child_description: Annotated[str | None, P1] = None
    township_unit_id: Annotated[UUID | None, P2] = None
    placing_unit_id: Annotated[UUID | None, P2] = None
    care_secured_by: Annotated[datetime, P2]

    def evolve(self, case: Case) -> Case:
        """Open, with the duty to secure care; nobody cares, unless a guardian who does asks for help (RF-37)."""
        asked = self.care_need_ground is CareNeedGround.GUARDIANS_WISH
        return replace(
            case,
            stage=Stage.NOTIFIED,
            incident_place=self.incident_place,
            children=tuple(dict.fromkeys(self.children)),
            intake=replace(case.intake, township_unit_id=self.township_unit_id),
            emergency=case.emergency.demands((EmergencyDuty.SECURE_CARE,)),
            facts=case.facts if asked else case.facts.opened(RiskFactor.RF_37, self),
        )


class FindCareNeed(
    Command[Case],
    name="case.find_care_need",
    zh="发现照料需要",
    en="Open a case for a child who needs care",
    opens=True,
    place_field="incident_place",
    clauses=("CN2017-2-h", "CN2017-4.3-c", "SH2020-3.2-e"),
):
    """By the township or civil affairs, or by the village that steps in at once (SH2020-3.2-e).

    Where somebody has done wrong, it is a report instead.
    """

    care_need_ground: Annotated[CareNeedGround, P3]
    care_need_note: Annotated[str, P3]
    incident_place: Annotated[DivisionId, P2]
    children: Annotated[tuple[UUID, ...], P2] = ()
    child_description: Annotated[str | None, P1] = None

    def decide(self, _case: Case) -> Iterator[Event[Case]]:
        """Care is secured at once, whoever is to give it."""
        if not self.care_need_note.strip():
            raise CARE_NEED_UNSAID(field="careNeedNote")
        place = self.incident_place
        at_once = timedelta(minutes=self.rules.minutes("at_once_minutes"))
        yield CareNeedFound.of(
            self,
            township_unit_id=unit_at(self, UnitKind.TOWNSHIP, place),
            placing_unit_id=who_places(self, place)[1],
            care_secured_by=self.occurred_at + at_once,
        )
