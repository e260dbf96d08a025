"""预警 · Quick warnings of abnormal behaviour, hazards, danger and mental health (CQ2024-3.1-e, CQ2024-2.2-a)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Annotated
from uuid import UUID

from domain.child.overdue import township_of
from domain.child.state import ON_FILE, Child
from domain.child.visits_state import WarningOnFile
from domain.kernel import Command, Event, Refusal
from domain.labels import name_fields
from domain.replacing import replace
from domain.sensitivity import P0, P2, P4
from domain.terms.units import UnitKind
from domain.terms.visits import WarningOutcome, WarningType

name_fields(
    warning_id=("预警", "Warning"),
    warning_type=("预警类型", "Type of warning"),
    warning_note=("预警情况", "What the warning is about"),
    warning_urgent=("高等预警", "High warning"),
    warning_cause_id=("预警依据事项", "Fact behind the warning"),
    warned_unit_ids=("预警接收单位", "Units warned"),
    react_by_at=("预警处置时限", "React by"),
    warning_outcome=("预警处置结果", "Outcome of the warning"),
    warning_outcome_note=("预警处置情况", "How the warning was dealt with"),
)

UNKNOWN_WARNING = Refusal("unknown_warning", zh="没有此预警", en="There is no such warning")
WARNING_CLOSED = Refusal(
    "warning_already_closed", zh="该预警已经解除", en="This warning is closed already"
)
WARNING_OUTCOME_MISSING = Refusal(
    "warning_outcome_missing",
    zh="解除预警须写明处置情况",
    en="A warning is closed only with an outcome",
    clauses=("CQ2024-3.1-e",),
)


def _keep(state: Child, warning: WarningOnFile) -> Child:
    others = (w for w in state.visits.warnings if w.warning_id != warning.warning_id)
    return replace(state, visits=replace(state.visits, warnings=(*others, warning)))


class WarningRaised(Event[Child], name="child.warning_raised", zh="预警", en="Warning raised"):
    """``react_by_at``: two hours for a high one, a day for others, by the platform's default of 快速."""

    warning_id: Annotated[UUID, P0]
    warning_type: Annotated[WarningType, P4]
    warning_urgent: Annotated[bool, P2]
    warning_note: Annotated[str | None, P4] = None
    warning_cause_id: Annotated[UUID | None, P0] = None
    warned_unit_ids: Annotated[tuple[UUID, ...], P2] = ()
    react_by_at: Annotated[datetime, P2]

    def evolve(self, state: Child) -> Child:
        return _keep(state, WarningOnFile(warning_id=self.warning_id, cause=self.warning_cause_id))


class RaiseWarning(
    Command[Child],
    name="child.raise_warning",
    zh="发出预警",
    en="Raise a warning",
    when=ON_FILE,
    clauses=("CQ2024-3.1-e", "CQ2024-2.2-a"),
):
    """By director or teacher, or by the system from a fact; one fact warns once."""

    warning_type: Annotated[WarningType, P4]
    warning_urgent: Annotated[bool, P2] = False
    warning_note: Annotated[str | None, P4] = None
    warning_cause_id: Annotated[UUID | None, P0] = None

    def decide(self, state: Child) -> Iterator[Event[Child]]:
        if state.visits.warned_of(self.warning_cause_id):
            return
        urgent = self.warning_urgent or self.warning_type is WarningType.DANGER
        hours = self.rules.hours("warning_high_hours" if urgent else "warning_other_hours")
        yield WarningRaised.of(
            self,
            warning_id=self.new_id("warning"),
            warning_urgent=urgent,
            warned_unit_ids=self._units(state),
            react_by_at=self.at + timedelta(hours=hours),
        )

    def _units(self, child: Child) -> tuple[UUID, ...]:
        """Township and director's committee; the police where a danger is seen (Q-50)."""
        kinds = [UnitKind.VILLAGE_COMMITTEE]
        if self.warning_type is WarningType.DANGER:
            kinds.append(UnitKind.POLICE)
        found = (self.directory.unit_for(k, child.place, self.divisions) for k in kinds)
        units = (township_of(self, child), *(u.id for u in found if u))
        return tuple(dict.fromkeys(u for u in units if u is not None))


class WarningClosed(Event[Child], name="child.warning_closed", zh="预警解除", en="Warning closed"):
    warning_id: Annotated[UUID, P0]
    warning_outcome: Annotated[WarningOutcome, P2]
    warning_outcome_note: Annotated[str, P4]

    def evolve(self, state: Child) -> Child:
        found = state.visits.warning(self.warning_id)
        known = found or WarningOnFile(warning_id=self.warning_id)
        return _keep(state, replace(known, closed=True))


class CloseWarning(
    Command[Child],
    name="child.close_warning",
    zh="解除预警",
    en="Close a warning",
    when=ON_FILE,
    clauses=("CQ2024-3.1-e", "CQ2024-2.2-a"),
):
    """Only with an outcome."""

    warning_id: Annotated[UUID, P0]
    warning_outcome: Annotated[WarningOutcome, P2]
    warning_outcome_note: Annotated[str, P4]

    def decide(self, state: Child) -> Iterator[Event[Child]]:
        found = state.visits.warning(self.warning_id)
        if found is None:
            raise UNKNOWN_WARNING(field="warningId")
        if found.closed:
            raise WARNING_CLOSED(field="warningId")
        if not self.warning_outcome_note.strip():
            raise WARNING_OUTCOME_MISSING(field="warningOutcomeNote")
        yield WarningClosed.of(self)
