"""监护监督报告 · What the guardianship supervisor reports once the child is back (SH2024-2.2.6-b; the form is ours)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated
from uuid import UUID

from domain.case.report_routing import unit_at
from domain.case.state import Case
from domain.case.which_child import the_child
from domain.kernel import Command, Event, Refusal, Turn
from domain.labels import name_fields
from domain.replacing import replace
from domain.sensitivity import P2, P4
from domain.terms.units import UnitKind

name_fields(
    supervision_findings=("监护监督情况", "What the supervisor found"),
    guardian_performs=("监护人履行职责", "The guardian performs"),
    dissuading_unit_ids=("劝诫、制止单位", "Units that dissuade"),
)

SUPERVISED: Turn[Case] = Turn(
    "supervised",
    "已指定监护监督员",
    "a guardianship supervisor is appointed",
    lambda c: bool(c.placement.supervised),
)
NO_SUPERVISOR = Refusal(
    "no_guardianship_supervisor",
    zh="该儿童的监护人没有指定监护监督员",
    en="No supervisor is appointed over this child's guardian",
)
FINDINGS_MISSING = Refusal(
    "supervision_findings_missing", zh="须写明监护监督情况", en="Say what the supervisor found"
)


class GuardianshipSupervisionReported(
    Event[Case],
    name="case.guardianship_supervision_reported",
    zh="监护监督报告",
    en="Supervision reported",
):
    """A guardian who does not perform is dissuaded anew (Q-17)."""

    child_id: Annotated[UUID | None, P2] = None
    supervision_findings: Annotated[str, P4]
    guardian_performs: Annotated[bool, P4]
    dissuading_unit_ids: Annotated[tuple[UUID, ...], P2] = ()

    def evolve(self, case: Case) -> Case:
        """The guardian of this child is to be dissuaded anew."""
        if self.guardian_performs:
            return case
        waiting = case.emergency.to_dissuade | {self.child_id}
        return replace(case, emergency=replace(case.emergency, to_dissuade=waiting))


class ReportGuardianshipSupervision(
    Command[Case],
    name="case.report_guardianship_supervision",
    zh="提交监护监督报告",
    en="Report on the supervision",
    when=SUPERVISED,
    clauses=("SH2024-2.2.6-b",),
):
    """By the supervisor, or the procuratorate for them; the case may long be closed."""

    child_id: Annotated[UUID | None, P2] = None
    supervision_findings: Annotated[str, P4]
    guardian_performs: Annotated[bool, P4]

    def decide(self, case: Case) -> Iterator[Event[Case]]:
        """Over the guardian of a child for whom a supervisor is appointed."""
        child = the_child(case, self.child_id)
        if child not in case.placement.supervised:
            raise NO_SUPERVISOR(field="childId")
        if not self.supervision_findings.strip():
            raise FINDINGS_MISSING(field="supervisionFindings")
        kinds = () if self.guardian_performs else (UnitKind.VILLAGE_COMMITTEE, UnitKind.POLICE)
        units = (unit_at(self, kind, case.place) for kind in kinds)
        yield GuardianshipSupervisionReported.of(
            self,
            child_id=child,
            dissuading_unit_ids=tuple(dict.fromkeys(u for u in units if u is not None)),
        )
