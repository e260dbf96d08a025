"""重新核对成年与否 · What lapsed with a childhood comes back where the child turns out to be a minor, or alive.

A birth date was corrected, a death was recorded by mistake, a closed file is open again. The matters that ended for it
(``coming_of_age``) stand as they stood, with time to do them; of those that run, the clock of the coming of age moves.
No text says so: what was never lawfully over is not over.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Annotated, Any
from uuid import UUID

from domain.case.intervention_state import NonPerformance, OrderIssued, Revocation
from domain.case.non_performance import dissuading_units, to_dissuade
from domain.case.orders import FOR_MINORS, checked_by
from domain.case.past_care import needs_no_guardian, of_age_on
from domain.case.report_routing import unit_at
from domain.case.revocation import fallback_of
from domain.case.state import Case
from domain.case.whose_child import files_of, nobody_minor_on, wards_of
from domain.child.closing import FileReopened
from domain.child.corrections import EventCorrected, EventDisavowed
from domain.child.file import ChildFileOpened
from domain.child.state import Child
from domain.kernel import Command, Event, State
from domain.labels import name_fields
from domain.periods import local_date
from domain.reactions import Put, World, reaction
from domain.replacing import replace
from domain.risk import RiskFactor
from domain.sensitivity import P0, P1, P2, P4, P5_OUTCOME
from domain.terms.intervention import OrderExecution, OrderKind, RevocationStage
from domain.terms.units import UnitKind

name_fields(
    resumed_stage=("恢复到的阶段", "At which stage it stands again"),
    applicant_unit_ids=("可申请的单位", "Units that may apply"),
)


class RevocationResumed(
    Event[Case],
    name="case.revocation_resumed",
    zh="恢复撤销事项",
    en="Revocation resumed",
):
    """Somebody has to apply again, or to have another guardian appointed; its grounds weigh again (RF-15)."""

    revocation_id: Annotated[UUID, P0]
    child_id: Annotated[UUID, P2]
    resumed_stage: Annotated[RevocationStage, P5_OUTCOME]
    application_by: Annotated[date, P2]
    fallback_on: Annotated[date | None, P2] = None
    applicant_unit_ids: Annotated[tuple[UUID, ...], P2] = ()
    civil_affairs_unit_id: Annotated[UUID | None, P2] = None
    of_age_on: Annotated[date | None, P1] = None

    def evolve(self, case: Case) -> Case:
        """As it stood."""
        known = case.intervention.revocation(self.revocation_id)
        if known is None:
            return case
        event_id = self.stamp.event_id if self.stamp else None
        again = replace(
            known,
            stage=self.resumed_stage,
            lapsed_at=None,
            grounds=tuple((ground, event_id) for ground, _ in known.grounds),
            fallback_on=self.fallback_on,
            of_age_on=self.of_age_on,
        )
        facts = case.facts.opened(RiskFactor.RF_15, self, child_id=self.child_id)
        return replace(case, intervention=case.intervention.put(again), facts=facts)


class OrderResumed(
    Event[Case], name="case.order_resumed", zh="恢复令状", en="Order resumed", existence=P4
):
    """It is checked again, and the family education it asked for is given."""

    order_id: Annotated[UUID, P0]
    order_check_on: Annotated[date, P2]
    order_check_unit_id: Annotated[UUID | None, P2] = None
    family_care_unit_id: Annotated[UUID | None, P2] = None
    family_care_by: Annotated[date | None, P2] = None
    of_age_on: Annotated[date | None, P1] = None

    def evolve(self, case: Case) -> Case:
        """In force."""
        order = case.intervention.order(self.order_id)
        if order is None:
            return case
        again = replace(order, check_on=self.order_check_on, lapsed=False, of_age_on=self.of_age_on)
        return replace(case, intervention=case.intervention.put_order(again))


class GuardianshipSupervisionResumed(
    Event[Case],
    name="case.guardianship_supervision_resumed",
    zh="恢复监护监督",
    en="Supervision resumed",
):
    """The supervisor who was appointed watches over the guardian again."""

    child_id: Annotated[UUID, P2]
    supervised_until: Annotated[date | None, P2] = None
    of_age_on: Annotated[date | None, P1] = None

    def evolve(self, case: Case) -> Case:
        """As it was appointed."""
        placement = case.placement.supervise(
            self.child_id, self.supervised_until, of_age_on=self.of_age_on
        )
        return replace(case, placement=placement)


class NonPerformanceResumed(
    Event[Case],
    name="case.non_performance_resumed",
    zh="恢复拒不履行事项",
    en="Non-performance resumed",
):
    """The refusal goes on from its first day, with what of its days is still to come (RF-04, T-07)."""

    refusal_id: Annotated[UUID, P0]
    subject_id: Annotated[UUID, P2]
    notice_on: Annotated[tuple[date, ...], P2] = ()
    threshold_on: Annotated[date, P2]
    dissuading_unit_ids: Annotated[tuple[UUID, ...], P2] = ()
    of_age_on: Annotated[date | None, P1] = None

    def evolve(self, case: Case) -> Case:
        """The guardian is to be dissuaded anew; that six months are over is said again if no ground came of it."""
        refusal = case.intervention.refusal(self.refusal_id)
        if refusal is None:
            return case
        event_id = self.stamp.event_id if self.stamp else None
        grounds = {r.guardian_id for r in case.intervention.revocations}
        again = replace(
            refusal,
            ended_on=None,
            lapsed=False,
            reached=refusal.reached and refusal.subject_id in grounds,
            of_age_on=self.of_age_on,
            event_id=event_id,
        )
        return replace(
            to_dissuade(case, again),
            intervention=case.intervention.put_refusal(again),
            facts=case.facts.opened_for(RiskFactor.RF_04, self, again.about_children),
        )


class ComingOfAgeRedated(
    Event[Case],
    name="case.coming_of_age_redated",
    zh="更正成年日期",
    en="Coming of age redated",
    existence=P4,
):
    """Until when one matter lasts: the supervision of the child named, a revocation, an order or a refusal."""

    of_age_on: Annotated[date, P1]
    child_id: Annotated[UUID | None, P2] = None
    revocation_id: Annotated[UUID | None, P0] = None
    order_id: Annotated[UUID | None, P0] = None
    refusal_id: Annotated[UUID | None, P0] = None

    def evolve(self, case: Case) -> Case:
        """The day is known for each."""
        intervention, placement = case.intervention, case.placement
        revocation = intervention.revocation(self.revocation_id) if self.revocation_id else None
        if revocation is not None:
            intervention = intervention.put(replace(revocation, of_age_on=self.of_age_on))
        order = intervention.order(self.order_id) if self.order_id else None
        if order is not None:
            intervention = intervention.put_order(replace(order, of_age_on=self.of_age_on))
        refusal = intervention.refusal(self.refusal_id) if self.refusal_id else None
        if refusal is not None:
            intervention = intervention.put_refusal(replace(refusal, of_age_on=self.of_age_on))
        supervision = placement.supervision_of(self.child_id) if self.child_id else None
        if supervision is not None:
            placement = placement.supervise(
                self.child_id, supervision.until_on, of_age_on=self.of_age_on
            )
        return replace(case, intervention=intervention, placement=placement)


class LookAgainAtMinority(
    Command[Case],
    name="case.look_again_at_minority",
    zh="重新核对成年与否",
    en="Look again at who is a minor",
    by_system=True,
    needs=("child",),
):
    """Put when a birth is corrected, a file reopened or a record of it disavowed."""

    child_id: Annotated[UUID, P2]

    def decide(self, case: Case) -> Iterator[Event[Case]]:
        """What lapsed comes back if there is a minor again; what runs gets its new day, if that is another."""
        file = self.linked.get(self.child_id)
        if not isinstance(file, Child) or self.child_id not in case.children:
            return
        for revocation in case.intervention.revocations:
            if revocation.child_id == self.child_id:
                yield from self._revocation(case, revocation, file)
        for order in case.intervention.orders:
            if order.kind in FOR_MINORS:
                yield from self._order(case, order)
        for refusal in case.intervention.refusals:
            yield from self._refusal(case, refusal)
        yield from self._supervision(case, file)

    def _needed(self, file: Child) -> bool:
        return not needs_no_guardian(file, self.rules, local_date(self.at))

    def _revocation(
        self, case: Case, revocation: Revocation, file: Child
    ) -> Iterator[RevocationResumed | ComingOfAgeRedated]:
        """With the whole time to apply: nobody could while it was over."""
        day = of_age_on(file, self.rules)
        if revocation.is_open and day is not None and day != revocation.of_age_on:
            yield ComingOfAgeRedated(of_age_on=day, revocation_id=revocation.revocation_id)
        given_back = _is_restored(file, revocation.guardian_id)
        if revocation.lapsed_at is None or given_back or not self._needed(file):
            return
        today, stage = local_date(self.at), revocation.lapsed_at
        awaited = stage is RevocationStage.AWAIT_APPLICATION
        fallback = fallback_of(self.rules, today) if awaited else None
        yield RevocationResumed(
            revocation_id=revocation.revocation_id,
            child_id=revocation.child_id,
            resumed_stage=stage,
            application_by=today + timedelta(days=self.rules.days("revocation_application_days")),
            fallback_on=fallback if revocation.fallback_on else None,
            applicant_unit_ids=tuple(
                t.unit_id for t in revocation.told if t.unit_id and not t.declined and awaited
            ),
            civil_affairs_unit_id=unit_at(
                self, UnitKind.DISTRICT_CIVIL_AFFAIRS, file.place or case.place
            ),
            of_age_on=day,
        )

    def _order(self, case: Case, order: OrderIssued) -> Iterator[OrderResumed | ComingOfAgeRedated]:
        """For the children whose guardian it is against: one minor among them is enough."""
        day, today = nobody_minor_on(self, case, order.subject_id), local_date(self.at)
        if not order.lapsed:
            if order.check_on is not None and day is not None and day != order.of_age_on:
                yield ComingOfAgeRedated(of_age_on=day, order_id=order.order_id)
            return
        if order.check_on is None or not self._a_minor_left(case, order.subject_id):
            return
        soon = today + timedelta(days=self.rules.days("order_check_days"))
        untaught = order.execution is not OrderExecution.COMPLIED
        teach = untaught and order.kind is OrderKind.FAMILY_EDUCATION
        days = timedelta(days=self.rules.days("placement_family_care_days"))
        women = unit_at(self, UnitKind.WOMENS_FEDERATION, case.place)
        yield OrderResumed(
            order_id=order.order_id,
            order_check_on=max(order.check_on, soon),
            order_check_unit_id=unit_at(self, checked_by(order.kind), case.place),
            family_care_unit_id=women if teach else None,
            family_care_by=today + days if teach else None,
            of_age_on=day,
        )

    def _a_minor_left(self, case: Case, guardian_id: UUID) -> bool:
        return any(self._needed(f) for f in files_of(self, wards_of(self, case, guardian_id)))

    def _refusal(
        self, case: Case, refusal: NonPerformance
    ) -> Iterator[NonPerformanceResumed | ComingOfAgeRedated]:
        """Of what nobody said that the guardian performs again."""
        day, today = nobody_minor_on(self, case, refusal.subject_id), local_date(self.at)
        if refusal.running and day is not None and day != refusal.of_age_on:
            yield ComingOfAgeRedated(of_age_on=day, refusal_id=refusal.refusal_id)
        if not refusal.lapsed or not self._a_minor_left(case, refusal.subject_id):
            return
        yield NonPerformanceResumed(
            refusal_id=refusal.refusal_id,
            subject_id=refusal.subject_id,
            notice_on=tuple(d for d in refusal.notice_on if d > today),
            threshold_on=refusal.threshold_on,
            dissuading_unit_ids=dissuading_units(self, case),
            of_age_on=day,
        )

    def _supervision(
        self, case: Case, file: Child
    ) -> Iterator[GuardianshipSupervisionResumed | ComingOfAgeRedated]:
        """For the rest of its term."""
        supervision, day = case.placement.supervision_of(file.id), of_age_on(file, self.rules)
        if supervision is None:
            return
        if not supervision.lapsed:
            if day is not None and day != supervision.of_age_on:
                yield ComingOfAgeRedated(of_age_on=day, child_id=file.id)
            return
        until = supervision.until_on
        if self._needed(file) and (until is None or until >= local_date(self.at)):
            yield GuardianshipSupervisionResumed(
                child_id=file.id, supervised_until=until, of_age_on=day
            )


def _is_restored(file: Child, guardian_id: UUID) -> bool:
    """Whether a court has given this guardianship back: then the revocation is over, whoever is a minor."""
    guardian = file.care.guardian(guardian_id)
    return guardian is not None and guardian.restored_event is not None and not guardian.revoked


@reaction
def minority_is_looked_at_again(
    world: World, state: State, events: tuple[Event[Any], ...]
) -> Iterator[Put]:
    """The file says something else about the child's age or life."""
    if not isinstance(state, Child) or not any(_is_about_its_life(e) for e in events):
        return
    for case in world.cases_of(state.id):
        if _rests_on_a_childhood(case, state.id):
            yield Put(case.id, LookAgainAtMinority(child_id=state.id))


def _is_about_its_life(event: Event[Any]) -> bool:
    if isinstance(event, ChildFileOpened | EventCorrected):
        return event.birth_on is not None
    return isinstance(event, FileReopened | EventDisavowed)


def _rests_on_a_childhood(case: Case, child_id: UUID) -> bool:
    return (
        any(one.child_id == child_id for one in case.intervention.revocations)
        or any(order.kind in FOR_MINORS for order in case.intervention.orders)
        or bool(case.intervention.refusals)
        or case.placement.supervision_of(child_id) is not None
    )
