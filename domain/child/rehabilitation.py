"""康复 · What disabled and autistic children need and are given, seen to by the Disabled Persons' Federation (Q-39).

0-6岁 ends on the day the pack says: a number of its own (T-11). Whoever is older is served as well; only the programme
of free rehabilitation for small children ends there.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Annotated, Any
from uuid import UUID

from domain.child.records import ChildDisabilityRecorded
from domain.child.state import ON_FILE, Child
from domain.codec import says_more
from domain.kernel import Command, Event, Refusal, State
from domain.labels import name_fields
from domain.periods import under
from domain.reactions import Put, World, reaction
from domain.replacing import replace
from domain.sensitivity import P0, P2, P3, P3_CARE, P4
from domain.terms.entitlements import EntitlementFact, RehabilitationKind
from domain.terms.units import UnitKind

name_fields(
    rehabilitation_need_id=("康复需求", "Need of rehabilitation"),
    rehabilitation_kinds=("康复需求种类", "Kinds needed"),
    need_facts=("残疾或病症", "Disability or condition"),
    within_small_age=("属0-6岁康复救助对象", "Within the programme for small children"),
    rehabilitation_unit_id=("残联", "Federation in charge"),
    rehabilitation_by=("康复服务时限", "Serve by"),
    rehabilitation_kind=("康复服务种类", "Kind of rehabilitation"),
    rehabilitation_provider=("康复服务机构", "Provider"),
    served_on=("服务日期", "Served on"),
    rehabilitation_note=("康复服务说明", "Note on the service"),
    outside_client=("属机构外社会儿童", "Of the community, not of the institution"),
)

NO_NEED_NAMED = Refusal(
    "rehabilitation_need_missing", zh="须说明康复需求", en="Say what is needed, and why"
)
UNKNOWN_NEED = Refusal(
    "unknown_rehabilitation_need", zh="没有此康复需求", en="There is no such need"
)
SERVED_LATER = Refusal(
    "rehabilitation_served_later", zh="服务日期不能晚于办理之日", en="It cannot have been given yet"
)


class RehabilitationNeedRecorded(
    Event[Child],
    name="child.rehabilitation_need_recorded",
    zh="康复需求已登记",
    en="Need recorded",
    existence=P3_CARE,
):
    """That there is a need at all is for those who care for the child, not for every department with a task."""

    rehabilitation_need_id: Annotated[UUID, P0]
    rehabilitation_kinds: Annotated[tuple[RehabilitationKind, ...], P3_CARE]
    need_facts: Annotated[tuple[EntitlementFact, ...], P4]
    within_small_age: Annotated[bool, P3] = False
    rehabilitation_unit_id: Annotated[UUID | None, P2] = None
    rehabilitation_by: Annotated[date, P2]

    def evolve(self, state: Child) -> Child:
        held = state.entitlements
        heard = held.conditions | {fact.value for fact in self.need_facts}
        needs = (*held.needs, self.rehabilitation_need_id)
        return replace(state, entitlements=replace(held, needs=needs, conditions=heard))


def _needed(command: Command[Child], state: Child, **more: object) -> RehabilitationNeedRecorded:
    on = command.rules.on
    unit = command.directory.owner_for(
        UnitKind.DISABLED_FEDERATION, state.place, command.divisions, on
    )
    days = timedelta(days=command.rules.days("rehabilitation_days"))
    return RehabilitationNeedRecorded.of(
        command,
        rehabilitation_need_id=command.new_id("need"),
        within_small_age=small(command, state, on),
        rehabilitation_unit_id=unit.id if unit else None,
        rehabilitation_by=on + days,
        **more,
    )


class RecordRehabilitationNeed(
    Command[Child],
    name="child.record_rehabilitation_need",
    zh="登记康复需求",
    en="Record a need of rehabilitation",
    when=ON_FILE,
    clauses=("CN2017-3.5.2-a", "CN2017-5.2-b", "SH2020-3.4-d", "CQ2016-3.4-j", "SH2024-2.3.8-d"),
):
    """The federation hears of it; an autistic child needs no certificate of disability for that."""

    rehabilitation_kinds: Annotated[tuple[RehabilitationKind, ...], P3_CARE]
    need_facts: Annotated[tuple[EntitlementFact, ...], P4]

    def decide(self, state: Child) -> Iterator[Event[Child]]:
        if not self.rehabilitation_kinds:
            raise NO_NEED_NAMED(field="rehabilitationKinds")
        if not self.need_facts:
            raise NO_NEED_NAMED(field="needFacts")
        yield _needed(self, state)


class NoteRehabilitationNeed(
    Command[Child],
    name="child.note_rehabilitation_need",
    zh="提示康复需求",
    en="Note a need of rehabilitation",
    clauses=("SH2020-3.4-d", "CQ2016-3.4-j", "CN2017-5.2-b", "SH2024-2.3.8-d"),
    by_system=True,
):
    """Put when a disability is recorded, where a text gives the federation the duty; each condition once."""

    need_facts: Annotated[tuple[EntitlementFact, ...], P4]

    def decide(self, state: Child) -> Iterator[Event[Child]]:
        new = {fact.value for fact in self.need_facts} - state.entitlements.conditions
        if new and self.rules.cite("rehabilitation_days"):
            yield _needed(self, state, rehabilitation_kinds=())


@reaction
def federation_hears_of_disability(
    _world: World, state: State, new: tuple[Event[Any], ...]
) -> Iterator[Put]:
    """A recorded disability is the federation's to look after."""
    for event in new:
        if isinstance(event, ChildDisabilityRecorded) and not event.disability_over:
            fact = EntitlementFact(f"{event.disability_kind.value}_DISABILITY")
            yield Put(state.id, NoteRehabilitationNeed(need_facts=(fact,)))


def small(command: Command[Child], state: Child, on: date) -> bool:
    """0-6岁 on that day, by the boundary of the pack; False where no text gives the programme."""
    topic, born = "rehabilitation_age_below", state.file.birth_on
    if born is None or not command.rules.has(topic):
        return False
    return under(born, command.rules.count(topic), on)


class RehabilitationServiceRecorded(
    Event[Child],
    name="child.rehabilitation_service_recorded",
    zh="康复服务已登记",
    en="Rehabilitation recorded",
    existence=P3_CARE,
    version=2,
):
    """``outside_client``: served by an institution of child welfare, and living in the community (CN2017-3.5.2-c)."""

    rehabilitation_need_id: Annotated[UUID | None, P0] = None
    rehabilitation_kind: Annotated[RehabilitationKind, P3_CARE]
    rehabilitation_provider: Annotated[str, P3_CARE]
    served_on: Annotated[date, P3_CARE]
    within_small_age: Annotated[bool, P3] = False
    rehabilitation_note: Annotated[str | None, P3_CARE] = None
    outside_client: Annotated[bool | None, P3_CARE] = None

    def evolve(self, state: Child) -> Child:
        held = state.entitlements
        needs = tuple(n for n in held.needs if n != self.rehabilitation_need_id)
        return replace(state, entitlements=replace(held, needs=needs))


# At first it was not said for whom an institution did it.
says_more("child.rehabilitation_service_recorded", 1)


class RecordRehabilitationService(
    Command[Child],
    name="child.record_rehabilitation_service",
    zh="登记康复服务",
    en="Record a service of rehabilitation",
    when=ON_FILE,
    clauses=(
        "SH2020-3.4-d",
        "CQ2016-3.4-j",
        "CN2017-5.2-b",
        "CN2017-3.5.2-a",
        "CN2017-3.5.2-c",
        "SH2024-2.3.8-d",
    ),
):
    """What was given, by whom, when."""

    rehabilitation_need_id: Annotated[UUID | None, P0] = None
    rehabilitation_kind: Annotated[RehabilitationKind, P3_CARE]
    rehabilitation_provider: Annotated[str, P3_CARE]
    served_on: Annotated[date, P3_CARE]
    rehabilitation_note: Annotated[str | None, P3_CARE] = None
    outside_client: Annotated[bool | None, P3_CARE] = None

    def decide(self, state: Child) -> Iterator[Event[Child]]:
        need = self.rehabilitation_need_id
        if need is not None and need not in state.entitlements.needs:
            raise UNKNOWN_NEED(field="rehabilitationNeedId")
        if self.served_on > self.rules.on:
            raise SERVED_LATER(field="servedOn")
        yield RehabilitationServiceRecorded.of(
            self, within_small_age=small(self, state, self.served_on)
        )
