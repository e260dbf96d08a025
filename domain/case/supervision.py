"""监护监督 · What the guardianship supervisor reports once the child is back, and the end (SH2024-2.2.6-b).

The form of the report is ours. No text says how long a guardian is supervised: for the term of the appointment, or
until the procuratorate that appointed the supervisor ends it, and no longer than the child is a minor.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Annotated
from uuid import UUID

from domain.case.report_routing import unit_at
from domain.case.state import Case
from domain.case.which_child import the_child
from domain.codec import says_more
from domain.kernel import Command, Event, Refusal, Turn
from domain.labels import name_fields
from domain.periods import local_date
from domain.replacing import replace
from domain.sensitivity import P2, P4
from domain.terms.units import UnitKind

name_fields(
    supervision_findings=("监护监督情况", "What the supervisor found"),
    guardian_performs=("监护人履行职责", "The guardian performs"),
    dissuading_unit_ids=("劝诫、制止单位", "Units that dissuade"),
    supervision_end_reason=("结束监护监督的理由", "Why the supervision ends"),
    came_of_age=("儿童已成年", "The child came of age"),
    child_died=("儿童已死亡", "The child has died"),
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
END_REASON_MISSING = Refusal(
    "supervision_end_reason_missing",
    zh="须写明结束监护监督的理由",
    en="Say why the supervision ends",
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


class GuardianshipSupervisionEnded(
    Event[Case],
    name="case.guardianship_supervision_ended",
    zh="监护监督结束",
    en="Supervision ended",
    version=3,
):
    """The term of ``supervised_until`` is over, the child is of age or dead, or somebody ended it and said why."""

    child_id: Annotated[UUID | None, P2] = None
    supervised_until: Annotated[date | None, P2] = None
    supervision_end_reason: Annotated[str | None, P4] = None
    came_of_age: Annotated[bool, P2] = False
    child_died: Annotated[bool, P2] = False

    def evolve(self, case: Case) -> Case:
        """Nobody watches any more; a return would need another supervisor."""
        if self.came_of_age or self.child_died:
            return replace(case, placement=case.placement.without_ward(self.child_id))
        return replace(case, placement=case.placement.unsupervised(self.child_id))


# At first no supervision ended with the child's coming of age, and then none with its death.
says_more("case.guardianship_supervision_ended", 1)
says_more("case.guardianship_supervision_ended", 2)


class EndGuardianshipSupervision(
    Command[Case],
    name="case.end_guardianship_supervision",
    zh="结束监护监督",
    en="End the supervision",
    when=SUPERVISED,
    clauses=("SH2024-2.2.6-b",),
):
    """By the procuratorate that appointed the supervisor."""

    child_id: Annotated[UUID | None, P2] = None
    supervision_end_reason: Annotated[str, P4]

    def decide(self, case: Case) -> Iterator[Event[Case]]:
        """Over the guardian of a child for whom a supervisor is appointed, with the reason."""
        child = the_child(case, self.child_id)
        if child not in case.placement.supervised:
            raise NO_SUPERVISOR(field="childId")
        if not self.supervision_end_reason.strip():
            raise END_REASON_MISSING(field="supervisionEndReason")
        yield GuardianshipSupervisionEnded.of(self, child_id=child)


class NoteSupervisionOver(
    Command[Case],
    name="case.note_supervision_over",
    zh="监护监督期满",
    en="Note that a supervision is over",
    by_system=True,
    clauses=("SH2024-2.2.6-b",),
):
    """Put by the clock once the last day of a term is over."""

    supervised_until: Annotated[date, P2]

    def decide(self, case: Case) -> Iterator[Event[Case]]:
        """For each child whose supervisor was appointed until then; nothing where another was appointed since."""
        if local_date(self.at) <= self.supervised_until:
            return
        for supervision in case.placement.supervisions:
            if supervision.until_on == self.supervised_until and not supervision.lapsed:
                yield GuardianshipSupervisionEnded(
                    child_id=supervision.child_id, supervised_until=self.supervised_until
                )
