"""康复 · What disabled and autistic children need and are given, seen to by the Disabled Persons' Federation (Q-39).

0-6岁 ends on the day the pack says: a number of its own (T-11). Whoever is older is served as well; only the programme
of free rehabilitation for small children ends there.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Annotated
from uuid import UUID

from domain.child.state import ON_FILE, Child
from domain.kernel import Command, Event, Refusal
from domain.labels import name_fields
from domain.periods import under
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
)

NO_NEED_NAMED = Refusal(
    "rehabilitation_need_missing", zh="须说明康复需求", en="Say what is needed, and why"
)
SERVED_LATER = Refusal(
    "rehabilitation_served_later", zh="服务日期不能晚于办理之日", en="It cannot have been given yet"
)


class RehabilitationNeedRecorded(
    Event[Child], name="child.rehabilitation_need_recorded", zh="康复需求已登记", en="Need recorded"
):
    rehabilitation_need_id: Annotated[UUID, P0]
    rehabilitation_kinds: Annotated[tuple[RehabilitationKind, ...], P3_CARE]
    need_facts: Annotated[tuple[EntitlementFact, ...], P4]
    within_small_age: Annotated[bool, P3] = False
    rehabilitation_unit_id: Annotated[UUID | None, P2] = None
    rehabilitation_by: Annotated[date, P2]


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
        unit = self.directory.owner_for(
            UnitKind.DISABLED_FEDERATION, state.place, self.divisions, self.rules.on
        )
        yield RehabilitationNeedRecorded.of(
            self,
            rehabilitation_need_id=self.new_id("need"),
            within_small_age=small(self, state, self.rules.on),
            rehabilitation_unit_id=unit.id if unit else None,
            rehabilitation_by=self.rules.on
            + timedelta(days=self.rules.days("rehabilitation_days")),
        )


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
):
    rehabilitation_need_id: Annotated[UUID | None, P0] = None
    rehabilitation_kind: Annotated[RehabilitationKind, P3_CARE]
    rehabilitation_provider: Annotated[str, P3_CARE]
    served_on: Annotated[date, P3_CARE]
    within_small_age: Annotated[bool, P3] = False
    rehabilitation_note: Annotated[str | None, P3_CARE] = None


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

    def decide(self, state: Child) -> Iterator[Event[Child]]:
        if self.served_on > self.rules.on:
            raise SERVED_LATER(field="servedOn")
        yield RehabilitationServiceRecorded.of(
            self, within_small_age=small(self, state, self.served_on)
        )
