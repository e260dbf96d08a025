"""委托照护监督 · Entrusted care is looked after, quarter by quarter; care that is not good is a concern at once.

CQ2016-3.2-i, CQ2024-2.1-c, SH2024-2.2.5-b; 发现…要告知 (SH2024-2.2.5-c): what is found is told, not filed.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Annotated
from uuid import UUID

from domain.child.care_state import EntrustedCareStatus
from domain.child.entrusted_care import supervise_by, village_of
from domain.child.entrusted_concerns import concern
from domain.child.state import Child
from domain.child.turns import HAS_CARER
from domain.kernel import Command, Event, Refusal
from domain.labels import name_fields
from domain.periods import local_date
from domain.replacing import replace
from domain.sensitivity import P0, P2, P3
from domain.terms.care import CareConcern

name_fields(
    care_findings=("照护情况", "How the care is"),
    care_satisfactory=("照护良好", "The care is good"),
)

CONCERN_MISSING = Refusal(
    "care_concern_missing",
    zh="照护不良的,须写明问题类型",
    en="Care that is not good is a concern: say of which kind",
)
CONCERN_IN_GOOD_CARE = Refusal(
    "care_concern_in_good_care",
    zh="照护良好的,不提出照护问题",
    en="Care that is good raises no concern",
)


class EntrustedCareSupervised(
    Event[Child], name="child.entrusted_care_supervised", zh="委托照护已监督", en="Care supervised"
):
    carer_id: Annotated[UUID | None, P0]
    care_findings: Annotated[str, P3]
    care_satisfactory: Annotated[bool, P2]
    supervision_due_on: Annotated[date, P2]
    village_unit_id: Annotated[UUID | None, P2] = None

    def evolve(self, state: Child) -> Child:
        last = state.care.supervised_on
        on = local_date(self.stamp.occurred_at) if self.stamp else last
        on = max(on, last) if on and last else on
        care = replace(state.care, supervise_by=self.supervision_due_on, supervised_on=on)
        return replace(state, care=care)


class SuperviseEntrustedCare(
    Command[Child],
    name="child.supervise_entrusted_care",
    zh="监督委托照护",
    en="Supervise entrusted care",
    when=HAS_CARER,
    clauses=(
        "CQ2016-3.2-i",
        "CQ2024-2.1-c",
        "SH2024-2.2.5-b",
        "SH2024-2.2.5-c",
        "SH2020-2.2-b",
        "CQ2016-2.2-b",
        "CQ2024-2.1-a",
    ),
):
    """Care that is not good raises its concern in the same breath, unless one is open that nobody adds to."""

    care_findings: Annotated[str, P3]
    care_satisfactory: Annotated[bool, P2]
    care_concern: Annotated[CareConcern | None, P2] = None
    child_in_need_now: Annotated[bool, P2] = False

    def decide(self, state: Child) -> Iterator[Event[Child]]:
        kind, good = self.care_concern, self.care_satisfactory
        if good and (kind is not None or self.child_in_need_now):
            raise CONCERN_IN_GOOD_CARE(field="careSatisfactory")
        known = {EntrustedCareStatus.CONCERN, EntrustedCareStatus.INFORMED}
        if (
            not good
            and kind is None
            and (self.child_in_need_now or state.care.entrusted not in known)
        ):
            raise CONCERN_MISSING(cite=self.rules.binding("SH2024-2.2.5-c"), field="careConcern")
        yield EntrustedCareSupervised.of(
            self,
            carer_id=state.care.carer_id,
            supervision_due_on=self._due_on(state),
            village_unit_id=village_of(self, state),
        )
        if kind is not None:
            yield concern(self, state, kind, self.care_findings, in_need=self.child_in_need_now)

    def _due_on(self, state: Child) -> date:
        """A quarter on; entered late behind a later one it moves nothing."""
        care, due = state.care, supervise_by(self)
        later = care.supervised_on is not None and care.supervised_on > self.rules.on
        return care.supervise_by or due if later else due
