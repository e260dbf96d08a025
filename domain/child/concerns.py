"""心理与行为 · Concerns about mind and behaviour, and the help to guardians that follows.

CQ2024-2.2-h, SH2024-2.1.2-b. One open concern is enough for the enhanced cadence
(SH2024-2.3.7-d). The director learns *that* visits are enhanced, not what the school wrote; that there is a
concern at all is of class P4_MIND. Whoever has to act upon it has a task, and says which concern by that.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Annotated
from uuid import UUID

from domain.child.overdue import township_of
from domain.child.standing import id_of
from domain.child.state import ON_FILE, Child
from domain.child.visits_state import Concern
from domain.kernel import Command, Event, Message, Refusal
from domain.labels import name_fields
from domain.periods import local_date
from domain.replacing import replace
from domain.risk import RiskFactor
from domain.sensitivity import P0, P2, P4_MIND
from domain.task_actions import named, own
from domain.terms.units import UnitKind
from domain.terms.visits import BehaviourConcern, ConcernSource, MindConcern

name_fields(
    concern_id=("心理行为问题", "Concern"),
    mind_concern=("心理问题类型", "Kind of mental concern"),
    behaviour_concern=("行为异常类型", "Kind of behaviour concern"),
    concern_source=("问题来源", "Source of the concern"),
    concern_note=("问题情况", "What the concern is"),
    support_unit_ids=("协助监护人单位", "Units to help the guardians"),
    help_guardians_by=("协助时限", "Help the guardians by"),
    counsel_by=("心理辅导时限", "Counselling by"),
    counsel_unit_id=("心理辅导单位", "Unit to counsel"),
    support_given=("指导、干预情况", "Help given to the guardians"),
    closed_because=("解除理由", "Why it is closed"),
)

CONCERN_NOTE_MISSING = Refusal(
    "concern_note_missing",
    zh="须写明心理或行为问题的情况",
    en="Say what the concern is",
    clauses=("CQ2024-2.2-h", "SH2024-2.3.7-d"),
)
UNKNOWN_CONCERN = Refusal(
    "unknown_concern", zh="没有此项未解除的心理行为问题", en="There is no such open concern"
)
CONCERN_UNSAID = Refusal(
    "concern_unsaid",
    zh="须指明是哪一项心理行为问题,或所办任务",
    en="Say which concern, or the task it is done for",
)
CLOSING_REASON_MISSING = Refusal(
    "concern_closing_reason_missing", zh="须说明解除理由", en="Say why the concern is closed"
)
SUPPORT_MISSING = Refusal(
    "guardian_support_missing",
    zh="须写明指导、干预情况",
    en="Say what help was given to the guardians",
    clauses=("CQ2024-2.2-h", "SH2024-2.1.2-b"),
)
_CLAUSES = (
    "SH2024-2.3.7-d",
    "SH2024-2.1.2-b",
    "CQ2024-2.2-h",
    "CQ2024-3.1-e",
    "SH2020-3.3-g",
    "CQ2016-3.3-h",
)

BEHAVIOUR_FACTORS = {
    BehaviourConcern.INTERNET_ADDICTION: RiskFactor.RF_30,
    BehaviourConcern.ADULT_VENUE: RiskFactor.RF_31,
}
"""What a kind of behaviour says beside RF-21."""


def _opened(state: Child, event: Event[Child], concern_id: UUID, *more: RiskFactor) -> Child:
    """RF-21, and what else the kind of concern says."""
    facts = state.facts
    for factor in (RiskFactor.RF_21, *more):
        facts = facts.opened(factor, event)
    new = Concern(concern_id=concern_id, event_id=id_of(event))
    others = tuple(c for c in state.visits.concerns if c.concern_id != concern_id)
    visits = replace(state.visits, concerns=(*others, new))
    return replace(state, visits=visits, facts=facts)


def _helpers(command: Command[Child], child: Child) -> tuple[UUID, ...]:
    """Teacher, supervisor, director: the units in which they serve, as far as they are known."""
    village = command.directory.unit_for(
        UnitKind.VILLAGE_COMMITTEE, child.place, command.divisions, command.rules.on
    )
    director = village.id if village else None
    units = (child.file.school_unit_id, township_of(command, child), director)
    return tuple(dict.fromkeys(u for u in units if u is not None))


def _help_guardians_by(command: Command[Child]) -> date:
    return local_date(command.at) + timedelta(days=command.rules.days("guardian_support_days"))


def _counsel_by(command: Command[Child], child: Child) -> date:
    """Victims of an infringement come first (CQ2024-2.2-j)."""
    victim = child.facts.find(RiskFactor.RF_23) is not None
    name = "counselling_victim_days" if victim else "counselling_days"
    return local_date(command.at) + timedelta(days=command.rules.days(name))


class MentalHealthConcernRecorded(
    Event[Child],
    name="child.mental_health_concern_recorded",
    zh="心理问题已登记",
    en="Mental-health concern recorded",
    existence=P4_MIND,
):
    concern_id: Annotated[UUID, P0]
    mind_concern: Annotated[MindConcern, P4_MIND]
    concern_source: Annotated[ConcernSource, P4_MIND]
    concern_note: Annotated[str, P4_MIND]
    support_unit_ids: Annotated[tuple[UUID, ...], P2] = ()
    help_guardians_by: Annotated[date, P2]
    counsel_unit_id: Annotated[UUID | None, P2] = None
    counsel_by: Annotated[date, P2]

    def evolve(self, state: Child) -> Child:
        ill = self.mind_concern is MindConcern.DIAGNOSED_ILLNESS
        return _opened(state, self, self.concern_id, *((RiskFactor.RF_22,) if ill else ()))


def mind_concern_told(
    command: Command[Child],
    state: Child,
    *,
    mind_concern: MindConcern,
    concern_source: ConcernSource,
    concern_note: str,
) -> MentalHealthConcernRecorded:
    """The concern with the duties it starts: help to the guardians, and counselling."""
    return MentalHealthConcernRecorded(
        concern_id=command.new_id("concern"),
        mind_concern=mind_concern,
        concern_source=concern_source,
        concern_note=concern_note,
        support_unit_ids=_helpers(command, state),
        help_guardians_by=_help_guardians_by(command),
        counsel_unit_id=state.file.school_unit_id,
        counsel_by=_counsel_by(command, state),
    )


class RecordMentalHealthConcern(
    Command[Child],
    name="child.record_mental_health_concern",
    zh="登记心理问题",
    en="Record a mental-health concern",
    when=ON_FILE,
    clauses=(*_CLAUSES, "CQ2024-2.2-a"),
):
    """By class teacher, school counsellor or director."""

    mind_concern: Annotated[MindConcern, P4_MIND]
    concern_source: Annotated[ConcernSource, P4_MIND]
    concern_note: Annotated[str, P4_MIND]

    def decide(self, state: Child) -> Iterator[Event[Child]]:
        if not self.concern_note.strip():
            raise CONCERN_NOTE_MISSING(field="concernNote")
        yield mind_concern_told(
            self,
            state,
            mind_concern=self.mind_concern,
            concern_source=self.concern_source,
            concern_note=self.concern_note,
        )


class BehaviourConcernRecorded(
    Event[Child],
    name="child.behaviour_concern_recorded",
    zh="行为异常已登记",
    en="Behaviour concern recorded",
    existence=P4_MIND,
):
    concern_id: Annotated[UUID, P0]
    behaviour_concern: Annotated[BehaviourConcern, P4_MIND]
    concern_source: Annotated[ConcernSource, P4_MIND]
    concern_note: Annotated[str, P4_MIND]
    support_unit_ids: Annotated[tuple[UUID, ...], P2] = ()
    help_guardians_by: Annotated[date, P2]

    def evolve(self, state: Child) -> Child:
        more = BEHAVIOUR_FACTORS.get(self.behaviour_concern)
        return _opened(state, self, self.concern_id, *((more,) if more else ()))


class RecordBehaviourConcern(
    Command[Child],
    name="child.record_behaviour_concern",
    zh="登记行为异常",
    en="Record a behaviour concern",
    when=ON_FILE,
    clauses=(*_CLAUSES, "SH2024-2.4.14-b", "CQ2024-2.6-g"),
):
    """By class teacher, school counsellor or director; by the police where a child is found in a bar."""

    behaviour_concern: Annotated[BehaviourConcern, P4_MIND]
    concern_source: Annotated[ConcernSource, P4_MIND]
    concern_note: Annotated[str, P4_MIND]

    def decide(self, state: Child) -> Iterator[Event[Child]]:
        if not self.concern_note.strip():
            raise CONCERN_NOTE_MISSING(field="concernNote")
        yield BehaviourConcernRecorded.of(
            self,
            concern_id=self.new_id("concern"),
            support_unit_ids=_helpers(self, state),
            help_guardians_by=_help_guardians_by(self),
        )


class GuardianInterventionSupported(
    Event[Child],
    name="child.guardian_intervention_supported",
    zh="已指导监护人干预",
    en="Guardians helped to intervene",
    existence=P4_MIND,
):
    concern_id: Annotated[UUID, P0]
    support_given: Annotated[str, P4_MIND]


class OnConcern(Message):
    """Which concern: by its id, or by the task one has or had about it."""

    concern_id: Annotated[UUID | None, P0] = None
    task_id: Annotated[UUID | None, P0] = None


def meant(command: Command[Child], state: Child) -> UUID:
    """The open concern that is meant. Those who may not know of it name their own task.

    Saying neither is refused whatever there is: else whoever holds no P4_MIND could try out whether there is one.
    """
    said: OnConcern = command  # type: ignore[assignment]
    if said.concern_id is None and said.task_id is None:
        raise CONCERN_UNSAID(field="concernId")
    subject = str(said.concern_id or own(command, named(command, state)).subject)
    for concern in state.visits.concerns:
        if str(concern.concern_id) == subject:
            return concern.concern_id
    raise UNKNOWN_CONCERN(field="concernId")


class SupportGuardianIntervention(
    OnConcern,
    Command[Child],
    name="child.support_guardian_intervention",
    zh="指导监护人采取干预措施",
    en="Help the guardians to intervene",
    when=ON_FILE,
    needs=("task",),
    clauses=("CQ2024-2.2-h", "SH2024-2.1.2-b"),
):
    """By teacher, supervisor or director, each for their own task."""

    support_given: Annotated[str, P4_MIND]

    def decide(self, state: Child) -> Iterator[Event[Child]]:
        if not self.support_given.strip():  # first: a blank asks whether there is a concern
            raise SUPPORT_MISSING(field="supportGiven")
        yield GuardianInterventionSupported(
            concern_id=meant(self, state), support_given=self.support_given
        )


class ConcernClosed(
    Event[Child],
    name="child.concern_closed",
    zh="心理行为问题已解除",
    en="Concern closed",
    existence=P4_MIND,
):
    concern_id: Annotated[UUID, P0]
    closed_because: Annotated[str, P4_MIND]

    def evolve(self, state: Child) -> Child:
        found = state.visits.concern(self.concern_id)
        if found is None:
            return state
        left = tuple(c for c in state.visits.concerns if c is not found)
        return replace(
            state,
            visits=replace(state.visits, concerns=left),
            facts=state.facts.without(found.event_id),
        )


class CloseConcern(
    OnConcern,
    Command[Child],
    name="child.close_concern",
    zh="解除心理行为问题",
    en="Close a concern",
    when=ON_FILE,
    needs=("task",),
    clauses=("SH2024-2.3.7-d", "CQ2024-2.2-h"),
):
    """The cadence follows what is still open; the tier is lowered only by a person."""

    closed_because: Annotated[str, P4_MIND]

    def decide(self, state: Child) -> Iterator[Event[Child]]:
        if not self.closed_because.strip():  # first, as above
            raise CLOSING_REASON_MISSING(field="closedBecause")
        yield ConcernClosed(concern_id=meant(self, state), closed_because=self.closed_because)
