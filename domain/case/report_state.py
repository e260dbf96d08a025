"""报告受理 · The stages of a case (D.1) and what the rules know of its intake."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from domain.labels import Term
from domain.terms.reports import ClueAddressee


class Stage(Term):
    """个案阶段 · How far a case is: report, police, township, assessment, services, closing (domain model D.1)."""

    NONE = "NONE", "未开案", "None yet"
    REPORTED_STREET = "REPORTED_STREET", "已报街道", "Reported to the street"
    REPORTED = "REPORTED", "已报告", "Reported"
    ACCEPTED = "ACCEPTED", "已受理", "Accepted"
    ON_SCENE = "ON_SCENE", "已出警", "On the scene"
    HANDLING = "HANDLING", "应急处置", "Emergency in hand"
    NOTIFIED = "NOTIFIED", "已通报乡镇(街道)", "Township notified"
    ASSESSING = "ASSESSING", "评估", "Being assessed"
    PLANNED = "PLANNED", "已定帮扶方案", "Plan adopted"
    SERVING = "SERVING", "帮扶", "Being helped"
    CLOSED = "CLOSED", "已结案", "Closed"
    CLOSED_UNFOUNDED = "CLOSED_UNFOUNDED", "查否结案", "Closed as unfounded"


OPEN_STAGES = frozenset(Stage) - {Stage.NONE, Stage.CLOSED, Stage.CLOSED_UNFOUNDED}


POLICE_STAGES = OPEN_STAGES - {Stage.REPORTED, Stage.REPORTED_STREET, Stage.ACCEPTED}
IN_HAND = POLICE_STAGES - {Stage.ON_SCENE}
"""What was reported has been looked into: a further report is one that somebody must look into anew."""


@dataclass(frozen=True, kw_only=True)
class ReportOnFile:
    """One report: the first opens the case, later ones are linked to it."""

    report_id: UUID
    reporter_id: UUID | None = None
    mandated: bool = False
    commended: bool = False


@dataclass(frozen=True, kw_only=True)
class Failing:
    """A report not made, or obstructed: what a decision on accountability refers to."""

    failing_id: UUID
    obstruction: bool = False
    aggravates: bool = False
    condition: str = ""
    decided: bool = False


@dataclass(frozen=True, kw_only=True)
class IntakeState:
    """What was reported, to whom it went, and what is wrong with how it was reported."""

    triggers: frozenset[str] = frozenset()
    reporter_id: UUID | None = None
    reporter_category: str | None = None
    discovered_at: datetime | None = None
    police_unit_id: UUID | None = None
    township_unit_id: UUID | None = None
    informed_unit_ids: tuple[UUID, ...] = ()
    """The departments a clue was sent to (CQ2024-2.4-g)."""
    clue_addressees: tuple[ClueAddressee, ...] = ()
    """The kinds of them: in another place it is the departments there."""
    reported_at: datetime | None = None
    accept_due_at: datetime | None = None
    acceptance_overdue: bool = False
    accepted_at: datetime | None = None
    to_police: bool = False
    """The police have been told, whoever has the case in hand."""
    again: Stage = Stage.NONE
    """How far the police are with a further report, beside what the case has come to."""
    again_at: datetime | None = None
    in_danger: bool = False
    reports: tuple[ReportOnFile, ...] = ()
    linked_cases: tuple[UUID, ...] = ()
    joined_case: UUID | None = None
    failings: tuple[Failing, ...] = ()

    @property
    def waits_since(self) -> datetime | None:
        """Since when somebody should accept what was reported."""
        return self.reported_at if self.again is Stage.NONE else self.again_at

    @property
    def looked_into_again(self) -> bool:
        """Whether the police have taken a further report on and have not yet said what they found."""
        return self.again in {Stage.ACCEPTED, Stage.ON_SCENE}

    @property
    def to_be_praised(self) -> tuple[UUID, ...]:
        """The reports of those who had no duty to make them (SH2020-4.1-i), not honoured yet."""
        return tuple(r.report_id for r in self.reports if not (r.mandated or r.commended))

    def report(self, report_id: UUID) -> ReportOnFile | None:
        """The report of this id."""
        return next((r for r in self.reports if r.report_id == report_id), None)

    def failing(self, failing_id: UUID) -> Failing | None:
        """The failing of this id."""
        return next((f for f in self.failings if f.failing_id == failing_id), None)

    @property
    def was_obstructed(self) -> bool:
        """Whether somebody was kept from reporting, where that makes it worse (SH2020-4.1-h)."""
        return any(f.obstruction and f.aggravates for f in self.failings)
