"""入学 · Barriers to enrolment, the school census, and the child who is in no school (CQ2016-3.3-b, CN2017-3.3-d).

A school-age child without a school opens the same case as a dropout: it is out of school, and counts against zero.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Annotated, Any
from uuid import UUID

from domain import school_days
from domain.child.file import EnrolmentRecorded
from domain.child.school_state import Dropout, OpenBarrier, Schooling, find, without
from domain.child.schooling import (
    MATTER_UNKNOWN,
    PUPIL_ON_FILE,
    education_of,
    said,
)
from domain.child.standing import id_of
from domain.child.state import ON_FILE, Child
from domain.child.truancy import AttendanceResumed
from domain.child.turns import ON_LEDGER
from domain.kernel import Command, Event, Refusal, State
from domain.labels import name_fields
from domain.periods import add, age_on, local_date
from domain.reactions import Put, World, reaction
from domain.replacing import replace
from domain.risk import RiskFactor
from domain.sensitivity import P0, P2, P3_SCHOOL
from domain.terms.school import BarrierKind, CensusResult

name_fields(
    barrier_id=("入学障碍", "Barrier"),
    barrier_kind=("入学障碍类型", "Kind of barrier"),
    fee_demanded=("是否收费", "Whether a fee is demanded"),
    barrier_note=("入学障碍情况", "What the barrier is"),
    barrier_outcome=("处理结果", "How the barrier was dealt with"),
    resolve_by=("处理时限", "Resolve by"),
    census_result=("普查结果", "Result of the census"),
    census_note=("普查说明", "Note of the census"),
    next_census_on=("下次普查期限", "Next census by"),
    gap_note=("未入学情况", "Why it is in no school"),
    persuade_by=("劝返期限", "Persuade by"),
)

NOT_SCHOOL_AGE = Refusal(
    "not_school_age",
    zh="不在义务教育年龄",
    en="Not of the age of compulsory schooling",
)
ALREADY_ENROLLED = Refusal(
    "already_enrolled", zh="已登记就学", en="A school is on file: record truancy or dropout"
)


class EnrolmentBarrierReported(
    Event[Child],
    name="child.enrolment_barrier_reported",
    zh="入学障碍已登记",
    en="Enrolment barrier reported",
):
    barrier_id: Annotated[UUID, P0]
    barrier_kind: Annotated[BarrierKind, P3_SCHOOL]
    fee_demanded: Annotated[bool, P3_SCHOOL]
    barrier_note: Annotated[str, P3_SCHOOL]
    school_name: Annotated[str | None, P2] = None
    education_unit_id: Annotated[UUID | None, P2] = None
    resolve_by: Annotated[date, P2]

    def evolve(self, state: Child) -> Child:
        known = find(state.school.barriers, self.barrier_id)
        new = OpenBarrier(
            matter_id=self.barrier_id,
            event_id=known.event_id if known else id_of(self),
            kind=self.barrier_kind.value,
            school=self.school_name or (known.school if known else None),
            fee=self.fee_demanded or (known is not None and known.fee),
            resolve_by=self.resolve_by,
        )
        barriers = (*without(state.school.barriers, self.barrier_id), new)
        return replace(state, school=replace(state.school, barriers=barriers))


class ReportEnrolmentBarrier(
    Command[Child],
    name="child.report_enrolment_barrier",
    zh="登记入学障碍",
    en="Report a barrier to enrolment",
    when=ON_FILE,
    clauses=("CQ2016-5.1-f", "CN2017-5.1-p", "CQ2024-2.8-a", "CQ2016-3.3-b"),
):
    """A fee for a migrant child is forbidden (CQ2016-5.1-f); district education removes the barrier.

    Who tells of a barrier that is known adds to it: it is one matter, by the day it was first told.
    """

    barrier_kind: Annotated[BarrierKind, P3_SCHOOL]
    barrier_note: Annotated[str, P3_SCHOOL]
    fee_demanded: Annotated[bool, P3_SCHOOL] = False
    school_name: Annotated[str | None, P2] = None

    def decide(self, state: Child) -> Iterator[Event[Child]]:
        days = timedelta(days=self.rules.days("enrolment_barrier_days"))
        school = (self.school_name or "").strip() or None
        told = (b for b in state.school.barriers if b.is_same(self.barrier_kind.value, school))
        known = next(told, None)
        yield EnrolmentBarrierReported.of(
            self,
            barrier_id=known.matter_id if known else self.new_id("barrier"),
            school_name=school,
            barrier_note=said(self.barrier_note, "barrierNote"),
            fee_demanded=self.fee_demanded or self.barrier_kind is BarrierKind.FEE,
            education_unit_id=education_of(self, state),
            resolve_by=known.resolve_by if known else local_date(self.at) + days,
        )


def _no_barrier(state: Child, barrier_id: UUID) -> Child:
    barriers = without(state.school.barriers, barrier_id)
    return replace(state, school=replace(state.school, barriers=barriers))


class EnrolmentBarrierResolved(
    Event[Child],
    name="child.enrolment_barrier_resolved",
    zh="入学障碍已解决",
    en="Enrolment barrier resolved",
):
    barrier_id: Annotated[UUID, P0]
    barrier_outcome: Annotated[str, P3_SCHOOL]

    def evolve(self, state: Child) -> Child:
        return _no_barrier(state, self.barrier_id)


class ResolveEnrolmentBarrier(
    Command[Child],
    name="child.resolve_enrolment_barrier",
    zh="解决入学障碍",
    en="Resolve a barrier to enrolment",
    when=ON_FILE,
    clauses=("CQ2016-5.1-f", "CN2017-5.1-p", "CQ2024-2.8-a"),
):
    barrier_id: Annotated[UUID, P0]
    barrier_outcome: Annotated[str, P3_SCHOOL]

    def decide(self, state: Child) -> Iterator[Event[Child]]:
        if find(state.school.barriers, self.barrier_id) is None:
            raise MATTER_UNKNOWN(field="barrierId")
        said(self.barrier_outcome, "barrierOutcome")
        yield EnrolmentBarrierResolved.of(self)


class EnrolmentBarrierFellAway(
    Event[Child],
    name="child.enrolment_barrier_fell_away",
    zh="入学障碍已不存在",
    en="Enrolment barrier fell away",
):
    """A school has taken the child: this one or another."""

    barrier_id: Annotated[UUID, P0]

    def evolve(self, state: Child) -> Child:
        return _no_barrier(state, self.barrier_id)


class DropEnrolmentBarriers(
    Command[Child],
    name="child.drop_enrolment_barriers",
    zh="入学障碍已不存在",
    en="Let barriers to enrolment fall away",
    clauses=("CQ2016-5.1-f", "CN2017-5.1-p", "CQ2024-2.8-a"),
    by_system=True,
):
    """Put when a school has taken the child; a fee that was asked is looked into all the same."""

    def decide(self, state: Child) -> Iterator[Event[Child]]:
        for barrier in state.school.barriers:
            if barrier.over:
                yield EnrolmentBarrierFellAway(barrier_id=barrier.matter_id)


@reaction
def enrolment_ends_barriers(
    _world: World, state: State, new: tuple[Event[Any], ...]
) -> Iterator[Put]:
    """The child is at school."""
    taken = isinstance(state, Child) and any(b.over for b in state.school.barriers)
    if taken and any(isinstance(e, EnrolmentRecorded) for e in new):
        yield Put(state.id, DropEnrolmentBarriers())


class EnrolmentGapFound(
    Event[Child], name="child.enrolment_gap_found", zh="适龄儿童未入学", en="Enrolment gap found"
):
    """Not in school at all: the same case as a dropout opens (D.5 NOT_ENROLLED)."""

    dropout_id: Annotated[UUID, P0]
    gap_note: Annotated[str | None, P3_SCHOOL] = None
    education_unit_id: Annotated[UUID | None, P2] = None
    persuade_by: Annotated[date, P2]
    date_provisional: Annotated[bool, P0] = False

    def evolve(self, state: Child) -> Child:
        told = id_of(self)
        case = Dropout(
            dropout_id=self.dropout_id,
            events=(told,) if told else (),
            registered_on=local_date(self.stamp.occurred_at) if self.stamp else None,
            persuade_by=self.persuade_by,
        )
        school = replace(state.school, status=Schooling.NOT_ENROLLED, enrolled=False, dropout=case)
        facts = state.facts.closed(RiskFactor.RF_27).opened(RiskFactor.RF_27, self)
        return replace(state, school=school, facts=facts)


def gap(command: Command[Child], state: Child, note: str | None) -> EnrolmentGapFound:
    """The gap, with the time in which the family is to be brought to send the child."""
    days = command.rules.school_days("persuasion_school_days")
    due = school_days.after(command, command.rules.on, days)
    return EnrolmentGapFound(
        dropout_id=command.new_id("dropout"),
        gap_note=note,
        education_unit_id=education_of(command, state),
        persuade_by=due.day,
        date_provisional=due.provisional,
    )


def of_school_age(command: Command[Child], state: Child) -> bool:
    """By the platform's ages: the texts say 适龄 and no number. An unknown birth date counts as of age."""
    born = state.file.birth_on
    if born is None or born > command.rules.on:
        return born is None
    low = command.rules.count("school_age_from")
    return low <= age_on(born, command.rules.on) < command.rules.count("school_age_below")


class FindEnrolmentGap(
    Command[Child],
    name="child.find_enrolment_gap",
    zh="登记未入学",
    en="Find that a child is in no school",
    when=PUPIL_ON_FILE,
    clauses=("CQ2016-3.3-b", "CN2017-3.3-d", "CN2017-5.1-p"),
):
    """By district education, township or director; a child with a school on file is a matter of attendance."""

    gap_note: Annotated[str | None, P3_SCHOOL] = None

    def decide(self, state: Child) -> Iterator[Event[Child]]:
        cite = self.rules.binding("CQ2016-3.3-b", "CN2017-3.3-d")
        if not of_school_age(self, state):
            raise NOT_SCHOOL_AGE(cite=cite)
        if state.school.enrolled:
            raise ALREADY_ENROLLED(cite=cite)
        yield gap(self, state, self.gap_note)


def left_again(command: Command[Child], state: Child) -> Iterator[EnrolmentGapFound]:
    """The case of a pupil of school age that came back and is in no school any more."""
    school = state.school
    back = school.status is Schooling.RETURNED
    if back and not school.enrolled and of_school_age(command, state):
        yield gap(command, state, None)


class NoteLeftInWatch(
    Command[Child],
    name="child.note_left_in_watch",
    zh="登记观察期内离校",
    en="Note that a pupil left during the watch",
    clauses=("CQ2024-1-f", "CQ2024-2.5-b", "CQ2016-3.3-b", "CN2017-3.3-d"),
    by_system=True,
):
    """Put when the roll has a pupil no longer that came back: out of school again, and never cleared by leaving."""

    def decide(self, state: Child) -> Iterator[Event[Child]]:
        yield from left_again(self, state)


@reaction
def leaving_follows(world: World, state: State, new: tuple[Event[Any], ...]) -> Iterator[Put]:
    """A dropout that is watched is counted again on the day it leaves the roll."""
    if any(isinstance(e, EnrolmentRecorded | AttendanceResumed) for e in new):
        school = world.child(state.id).school
        if school.status is Schooling.RETURNED and not school.enrolled:
            yield Put(state.id, NoteLeftInWatch())


class SchoolCensusTaken(
    Event[Child], name="child.school_census_taken", zh="学校普查已核", en="School census taken"
):
    census_result: Annotated[CensusResult, P3_SCHOOL]
    census_note: Annotated[str | None, P3_SCHOOL] = None
    education_unit_id: Annotated[UUID | None, P2] = None
    next_census_on: Annotated[date, P2]


class TakeSchoolCensus(
    Command[Child],
    name="child.take_school_census",
    zh="学校普查核实",
    en="Take the school census",
    when=ON_LEDGER,
    clauses=("CQ2016-3.3-c", "CQ2016-3.3-d", "CQ2016-3.3-n"),
):
    """Each semester (Q-45). Found in no school, a child of school age opens a case in the same breath."""

    census_result: Annotated[CensusResult, P3_SCHOOL]
    census_note: Annotated[str | None, P3_SCHOOL] = None

    def decide(self, state: Child) -> Iterator[Event[Child]]:
        absent = self.census_result is CensusResult.NOT_ENROLLED
        if absent and state.school.enrolled:
            raise ALREADY_ENROLLED(field="censusResult")
        yield SchoolCensusTaken.of(
            self,
            education_unit_id=education_of(self, state),
            next_census_on=add(self.rules.on, self.rules.duration("school_census_interval")),
        )
        if absent and not state.school.out_of_school and of_school_age(self, state):
            yield gap(self, state, self.census_note)
