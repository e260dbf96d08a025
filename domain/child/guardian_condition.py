"""监护能力与状况 · What keeps a guardian from looking after the child: incapacity, severe disability, confinement.

Of a parent only a severe physical or intellectual disability counts (SH2024-2.3.7-d): a slight one has no effect.
Confinement is justice material; what follows from it, that somebody must care for the child, is not.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from types import MappingProxyType
from typing import Annotated
from uuid import UUID

from domain.child.guardians import the_guardian
from domain.child.standing import id_of, settled
from domain.child.state import ON_FILE, Child
from domain.kernel import Command, Event, Refusal
from domain.labels import name_fields
from domain.replacing import replace
from domain.sensitivity import P0, P2, P4, P5_OUTCOME
from domain.terms.care import (
    CapacityAssessor,
    CapacityNextStep,
    CapacityResult,
    ConfinementKind,
    DisabilityDegree,
    DisabilityKind,
)
from domain.terms.roles import Role
from domain.terms.units import UnitKind

name_fields(
    assessors=("评估单位", "Who assessed"),
    capacity_result=("监护能力评估结果", "Result on guardianship capacity"),
    capacity_reasons=("评估理由", "Reasons of the result"),
    capacity_next=("后续措施", "What follows"),
    confinement_kind=("限制人身自由情形", "Kind of confinement"),
    confined_from_on=("起始日期", "Confined from"),
    release_expected_on=("预计解除日期", "Release expected on"),
    released_on=("解除日期", "Released on"),
    care_unit_id=("落实照料单位", "Unit that arranges care"),
    carer_recorded=("已有照料人", "A carer is on file"),
)

ASSESSOR_OF: Mapping[str, CapacityAssessor] = MappingProxyType(
    {
        Role.DISTRICT_CIVIL_AFFAIRS: CapacityAssessor.CIVIL_AFFAIRS,
        Role.POLICE: CapacityAssessor.POLICE,
        Role.PROCURATORATE: CapacityAssessor.PROCURATORATE,
        Role.COURT: CapacityAssessor.COURT,
        Role.TOWNSHIP: CapacityAssessor.TOWNSHIP,
    }
)
"""For whom somebody in this capacity speaks."""
ASSESSOR_NOT_NAMED = Refusal(
    "assessor_not_named",
    zh="须由文件所列部门启动评估",
    en="One of the departments the text names must assess",
)
ASSESSOR_NOT_ONESELF = Refusal(
    "assessor_not_oneself",
    zh="评估由启动的部门自行登记,不得以其他部门名义登记",
    en="Each department records its own assessment: nobody records one in another's name",
)
CAPACITY_REASONS_MISSING = Refusal(
    "capacity_reasons_missing", zh="须写明评估理由", en="The result needs its reasons"
)
CAPACITY_NEXT_MISSING = Refusal(
    "capacity_next_missing",
    zh="监护能力不足或丧失的,须写明后续措施",
    en="Where the capacity falls short, say what follows from it",
)
CONFINED_LATER = Refusal(
    "confinement_in_future",
    zh="起始日期不能晚于办理之日",
    en="Nobody is confined before the day it begins",
)
RELEASED_LATER = Refusal(
    "release_in_future",
    zh="解除日期不能晚于办理之日",
    en="Nobody is free before the release: record it on the day",
)
RELEASED_BEFORE = Refusal(
    "release_before_confinement",
    zh="解除日期不能早于起始日期",
    en="The release cannot be before the confinement",
)


class GuardianshipCapacityAssessed(
    Event[Child], name="child.capacity_assessed", zh="监护能力已评估", en="Capacity assessed"
):
    guardian_id: Annotated[UUID, P0]
    assessors: Annotated[tuple[CapacityAssessor, ...], P2]
    capacity_result: Annotated[CapacityResult, P4]
    capacity_reasons: Annotated[str, P4]
    capacity_next: Annotated[CapacityNextStep, P4] = CapacityNextStep.NONE

    def evolve(self, state: Child) -> Child:
        care = state.care.changed(
            self.guardian_id,
            incapable=self.capacity_result is CapacityResult.INCAPABLE,
            capacity_event=id_of(self),
        )
        return settled(replace(state, care=care), self)


class AssessGuardianshipCapacity(
    Command[Child],
    name="child.assess_guardianship_capacity",
    zh="评估监护能力",
    en="Assess guardianship capacity",
    when=ON_FILE,
    clauses=(
        "CQ2024-2.1-d",
        "SH2024-2.2.6-a",
        "SH2020-1-c",
        "CQ2016-3.1-c",
        "CQ2024-2.1-a",
    ),
):
    """Any one of the four departments of SH2024-2.2.6-a may start it; CQ2024-2.1-d names nobody, and wants it used."""

    guardian_id: Annotated[UUID, P0]
    assessors: Annotated[tuple[CapacityAssessor, ...], P2]
    capacity_result: Annotated[CapacityResult, P4]
    capacity_reasons: Annotated[str, P4]
    capacity_next: Annotated[CapacityNextStep | None, P4] = None

    def decide(self, state: Child) -> Iterator[Event[Child]]:
        the_guardian(state, self.guardian_id)
        named = self.rules.codes("capacity_assessors")
        came = {assessor.value for assessor in self.assessors}
        if not came or (named and not came & named):
            cite = self.rules.cite("capacity_assessors") if named else ()
            raise ASSESSOR_NOT_NAMED(cite=cite, field="assessors")
        oneself = ASSESSOR_OF.get(self.by.role)
        if named and oneself is not None and oneself not in came & named:
            cite = self.rules.cite("capacity_assessors")
            raise ASSESSOR_NOT_ONESELF(cite=cite, field="assessors")
        if not self.capacity_reasons.strip():
            raise CAPACITY_REASONS_MISSING(field="capacityReasons")
        yield GuardianshipCapacityAssessed.of(self, capacity_next=self._what_follows())

    def _what_follows(self) -> CapacityNextStep:
        """综合运用评估结果: where the text says so, a capacity that falls short is not left without an answer."""
        asked = self.rules.binding("CQ2024-2.1-d")
        short = self.capacity_result is not CapacityResult.CAPABLE
        if self.capacity_next is None and short and asked:
            raise CAPACITY_NEXT_MISSING(cite=asked, field="capacityNext")
        return self.capacity_next or CapacityNextStep.NONE


class GuardianDisabilityRecorded(
    Event[Child], name="child.guardian_disability_recorded", zh="监护人残疾已登记", en="Recorded"
):
    guardian_id: Annotated[UUID, P0]
    disability_kind: Annotated[DisabilityKind, P4]
    disability_degree: Annotated[DisabilityDegree, P4]
    disability_over: Annotated[bool, P4] = False

    def evolve(self, state: Child) -> Child:
        if not self.disability_kind.bodily_or_intellectual:
            return state  # it says nothing of what the text asks for, which stands as it was told
        counts = self.disability_degree.severe
        care = state.care.changed(
            self.guardian_id,
            severely_disabled=counts and not self.disability_over,
            disability_event=id_of(self),
        )
        return settled(replace(state, care=care), self)


class RecordGuardianDisability(
    Command[Child],
    name="child.record_guardian_disability",
    zh="登记监护人残疾情况",
    en="Record a guardian's disability",
    when=ON_FILE,
    clauses=("SH2024-2.3.7-d",),
):
    guardian_id: Annotated[UUID, P0]
    disability_kind: Annotated[DisabilityKind, P4]
    disability_degree: Annotated[DisabilityDegree, P4]
    disability_over: Annotated[bool, P4] = False

    def decide(self, state: Child) -> Iterator[Event[Child]]:
        the_guardian(state, self.guardian_id)
        yield GuardianDisabilityRecorded.of(self)


class GuardianConfined(
    Event[Child], name="child.guardian_confined", zh="监护人被限制人身自由", en="Guardian confined"
):
    guardian_id: Annotated[UUID, P0]
    confinement_kind: Annotated[ConfinementKind, P5_OUTCOME]
    confined_from_on: Annotated[date, P5_OUTCOME]
    release_expected_on: Annotated[date | None, P5_OUTCOME] = None
    carer_recorded: Annotated[bool, P2] = False
    care_unit_id: Annotated[UUID | None, P2] = None

    def evolve(self, state: Child) -> Child:
        care = state.care.changed(
            self.guardian_id,
            confined=True,
            confined_from=self.confined_from_on,
            confined_event=id_of(self),
        )
        return settled(replace(state, care=care), self)


class RecordGuardianConfinement(
    Command[Child],
    name="child.record_guardian_confinement",
    zh="登记监护人被限制人身自由",
    en="Record a guardian's confinement",
    when=ON_FILE,
    clauses=("CN2017-3.4-c", "CN2017-3.4-d"),
):
    """The village committee hears at once that somebody must care for the child (RF-33)."""

    guardian_id: Annotated[UUID, P0]
    confinement_kind: Annotated[ConfinementKind, P5_OUTCOME]
    confined_from_on: Annotated[date, P5_OUTCOME]
    release_expected_on: Annotated[date | None, P5_OUTCOME] = None

    def decide(self, state: Child) -> Iterator[Event[Child]]:
        if the_guardian(state, self.guardian_id).confined:
            return
        if self.confined_from_on > self.rules.on:
            raise CONFINED_LATER(field="confinedFromOn")
        unit = self.directory.owner_for(
            UnitKind.DISTRICT_CIVIL_AFFAIRS, state.place, self.divisions, self.rules.on
        )
        confined = GuardianConfined.of(self, care_unit_id=unit.id if unit else None)
        named = confined.evolve(state).care.has_named_carer
        yield replace(confined, carer_recorded=named)


class GuardianReleased(
    Event[Child], name="child.guardian_released", zh="监护人已恢复自由", en="Guardian released"
):
    guardian_id: Annotated[UUID, P0]
    released_on: Annotated[date, P5_OUTCOME]

    def evolve(self, state: Child) -> Child:
        care = state.care.changed(self.guardian_id, confined=False, confined_from=None)
        return settled(replace(state, care=care), self)


class RecordGuardianRelease(
    Command[Child],
    name="child.record_guardian_release",
    zh="登记监护人恢复自由",
    en="Record a guardian's release",
    when=ON_FILE,
    clauses=("CN2017-3.4-d",),
):
    guardian_id: Annotated[UUID, P0]
    released_on: Annotated[date, P5_OUTCOME]

    def decide(self, state: Child) -> Iterator[Event[Child]]:
        guardian = the_guardian(state, self.guardian_id)
        if not guardian.confined:
            return
        if self.released_on > self.rules.on:
            raise RELEASED_LATER(field="releasedOn")
        if guardian.confined_from is not None and self.released_on < guardian.confined_from:
            raise RELEASED_BEFORE(field="releasedOn")
        yield GuardianReleased.of(self)
