"""Enrolment: barriers, the census, the child in no school; difficulties and bullying of those who are in one."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from domain.child.bullying import (
    BullyingDealtWith,
    BullyingIncidentRecorded,
    DealWithBullying,
    RecordBullyingIncident,
)
from domain.child.dropout import DropoutRegistered, PersuasionFailed, RegisterDropout
from domain.child.dropout_return import ReturnedToSchool, ReturnToSchool
from domain.child.enrolment import (
    EnrolmentBarrierFellAway,
    EnrolmentBarrierReported,
    EnrolmentBarrierResolved,
    EnrolmentGapFound,
    FindEnrolmentGap,
    ReportEnrolmentBarrier,
    ResolveEnrolmentBarrier,
    SchoolCensusTaken,
    TakeSchoolCensus,
)
from domain.child.learning import (
    CloseLearningDifficulty,
    GiveLearningSupport,
    LearningDifficultyOvercome,
    LearningDifficultyRecorded,
    LearningSupportGiven,
    RecordLearningDifficulty,
)
from domain.child.school_state import Schooling
from domain.risk import RiskFactor
from domain.terms.school import BarrierKind, BullyingKind, CensusResult, DropoutReason
from tests.domain.child.dropping_out import attempt
from tests.domain.child.family import EDUCATION, JUYUAN
from tests.domain.child.pupils import (
    EDU,
    HEAD,
    JIADING_SCHOOL,
    SCHOOL,
    TEACHER,
    Q,
    at_school,
    last_of,
    on_file,
    one,
    put,
    refused,
    truant,
)
from tests.dsl import an_id

NO_SUCH = an_id("no such matter")


# ── In no school: the same case (scenario 10, step 8)


@pytest.mark.clause("CN2017-3.3-d")
def test_a_school_age_child_in_no_school_opens_the_same_case() -> None:
    story = on_file(school_unit_id=None)
    told = one(put(story, FindEnrolmentGap(), "2024-09-10 09:00", by=EDU), EnrolmentGapFound)
    assert told.education_unit_id == EDUCATION.id
    assert told.persuade_by == date(2024, 9, 25)
    assert "CQ2016-3.3-b" in told.told.clauses
    child = story.child(Q)
    assert child.school.status is Schooling.NOT_ENROLLED
    assert child.school.out_of_school
    assert child.facts.source(RiskFactor.RF_27) == told.told.event_id
    for at in ("2024-09-11 09:00", "2024-09-12 09:00"):
        put(story, attempt(), at, by=EDU)
    one(put(story, attempt(), "2024-09-13 09:00", by=EDU), PersuasionFailed)
    assert story.child(Q).school.status is Schooling.PERSUASION_FAILED


@pytest.mark.clause("SH2020-5.4-d")
def test_it_returns_only_to_a_school_that_has_taken_it_in() -> None:
    story = on_file(school_unit_id=None)
    put(story, FindEnrolmentGap(), "2024-09-10 09:00", by=EDU)
    there = ReturnToSchool(back_at_school_on=date(2024, 9, 18))
    assert refused(story, there, "2024-09-18 09:00").code == "not_enrolled"
    put(story, at_school(school_unit_id=SCHOOL.id), "2024-09-18 10:00")
    assert story.child(Q).school.status is Schooling.NOT_ENROLLED
    told = one(put(story, there, "2024-09-18 11:00", by=HEAD), ReturnedToSchool)
    assert told.school_unit_id == SCHOOL.id
    assert story.child(Q).school.status is Schooling.RETURNED


@pytest.mark.parametrize("born", [date(2018, 9, 11), date(2008, 9, 10)])
def test_too_young_or_too_old_for_compulsory_schooling(born: date) -> None:
    story = on_file(school_unit_id=None, birth_on=born)
    no = refused(story, FindEnrolmentGap(), "2024-09-10 09:00")
    assert no.code == "not_school_age"
    assert "CQ2016-3.3-b" in no.clauses


def test_six_on_the_day_is_of_age() -> None:
    story = on_file(school_unit_id=None, birth_on=date(2018, 9, 10))
    one(put(story, FindEnrolmentGap(), "2024-09-10 09:00"), EnrolmentGapFound)


def test_a_child_with_a_school_is_no_gap() -> None:
    assert refused(on_file(), FindEnrolmentGap(), "2024-09-10 09:00").code == "already_enrolled"


def test_the_census_finds_the_gap_and_comes_again_after_a_semester() -> None:
    story = on_file(school_unit_id=None)
    census = TakeSchoolCensus(census_result=CensusResult.NOT_ENROLLED, census_note="在家")
    told = put(story, census, "2024-09-10 09:00", by=EDU)
    assert one(told, SchoolCensusTaken).next_census_on == date(2025, 3, 10)
    assert one(told, EnrolmentGapFound).gap_note == "在家"
    again = put(story, census, "2025-03-10 09:00", by=EDU)
    assert [type(e) for e in again] == [SchoolCensusTaken]


def test_the_census_of_a_pupil() -> None:
    story = on_file()
    as_on_file = TakeSchoolCensus(census_result=CensusResult.AS_ON_FILE)
    (told,) = put(story, as_on_file, "2024-09-10 09:00", by=EDU)
    assert told.told.clauses == ("CQ2016-3.3-c", "CQ2016-3.3-d", "CQ2016-3.3-n")
    assert isinstance(told, SchoolCensusTaken)
    assert told.education_unit_id == EDUCATION.id
    lost = replace(as_on_file, census_result=CensusResult.NOT_ENROLLED)
    assert refused(story, lost, "2024-09-10 10:00").code == "already_enrolled"


# ── Barriers


def test_a_fee_is_a_barrier_for_education_to_remove() -> None:
    story = on_file(school_unit_id=None)
    command = ReportEnrolmentBarrier(barrier_kind=BarrierKind.FEE, barrier_note="收取择校费")
    told = one(put(story, command, "2024-09-03 09:00"), EnrolmentBarrierReported)
    assert told.fee_demanded
    assert told.education_unit_id == EDUCATION.id
    assert told.resolve_by == date(2024, 9, 10)
    assert told.told.clauses == ("CQ2024-2.8-a", "CQ2016-5.1-f", "CQ2016-3.3-b") or {
        "CQ2016-5.1-f",
        "CQ2024-2.8-a",
    } <= set(told.told.clauses)
    done = ResolveEnrolmentBarrier(barrier_id=told.barrier_id, barrier_outcome="已退费,安排入学")
    one(put(story, done, "2024-09-05 09:00", by=EDU), EnrolmentBarrierResolved)
    assert refused(story, done, "2024-09-06 09:00").code == "unknown_school_matter"
    empty = replace(command, barrier_note=" ")
    assert refused(story, empty, "2024-09-06 09:00").field == "barrierNote"


def test_a_barrier_that_several_tell_of_is_one_matter() -> None:
    """By the day it was first told; who names no school tells of the one that is known."""
    story = on_file(school_unit_id=None)

    def told(
        at: str, kind: BarrierKind, school: str | None, **more: Any
    ) -> EnrolmentBarrierReported:
        report = ReportEnrolmentBarrier(
            barrier_kind=kind, barrier_note="学校不收", school_name=school, **more
        )
        return one(put(story, report, at), EnrolmentBarrierReported)

    first = told("2024-09-03 09:00", BarrierKind.NO_PLACE, "镇小学")
    again = told("2024-09-05 09:00", BarrierKind.NO_PLACE, " ", fee_demanded=True)
    assert (again.barrier_id, again.resolve_by) == (first.barrier_id, first.resolve_by)
    assert story.child(Q).school.barriers[0].school == "镇小学"
    assert story.child(Q).school.barriers[0].fee
    other = told("2024-09-05 10:00", BarrierKind.NO_PLACE, "县小学")
    papers = told("2024-09-05 10:00", BarrierKind.DOCUMENTS, "镇小学")
    assert len({first.barrier_id, other.barrier_id, papers.barrier_id}) == 3


def test_a_child_that_a_school_has_taken_has_no_barrier_but_the_fee() -> None:
    """CQ2016-5.1-f: what was asked for is looked into all the same."""
    story = on_file(school_unit_id=None)
    full = ReportEnrolmentBarrier(barrier_kind=BarrierKind.NO_PLACE, barrier_note="学位已满")
    barrier = one(put(story, full, "2024-09-03 09:00"), EnrolmentBarrierReported)
    asked = ReportEnrolmentBarrier(barrier_kind=BarrierKind.FEE, barrier_note="收取择校费")
    fee = one(put(story, asked, "2024-09-03 09:00"), EnrolmentBarrierReported)
    facts = put(story, at_school(school_name="县外小学"), "2024-09-04 09:00")
    assert one(facts, EnrolmentBarrierFellAway).barrier_id == barrier.barrier_id
    assert [b.matter_id for b in story.child(Q).school.barriers] == [fee.barrier_id]
    # told of a pupil, it is about another school, and falls away once that has the child
    moving = one(put(story, full, "2024-09-05 09:00"), EnrolmentBarrierReported)
    assert not put(story, at_school(school_name="县外小学", grade="二年级"), "2024-09-05 10:00")[1:]
    facts = put(story, at_school(school_unit_id=SCHOOL.id), "2024-09-06 09:00")
    assert one(facts, EnrolmentBarrierFellAway).barrier_id == moving.barrier_id


# ── Learning difficulty: help before any dropout (scenario 10, step 7)


def test_help_is_due_before_it_comes_to_a_dropout() -> None:
    story = on_file("2023-03-01 09:00", JUYUAN)
    command = RecordLearningDifficulty(difficulty_subject="数学", help_planned="课后辅导")
    told = one(put(story, command, "2023-03-06 09:00", by=TEACHER), LearningDifficultyRecorded)
    assert told.school_unit_id == JIADING_SCHOOL.id
    assert told.learning_help_by == date(2023, 3, 13)
    assert told.told.clauses == ("SH2020-3.3-i", "SH2020-3.3-c")
    assert story.child(Q).facts.source(RiskFactor.RF_28) == told.told.event_id
    assert story.child(Q).school.status is Schooling.ENROLLED
    helped = GiveLearningSupport(difficulty_id=told.difficulty_id, learning_help="每周两次")
    one(put(story, helped, "2023-03-10 16:00", by=TEACHER), LearningSupportGiven)
    over = CloseLearningDifficulty(
        difficulty_id=told.difficulty_id, overcome_because="期末成绩合格"
    )
    one(put(story, over, "2023-06-30 09:00", by=TEACHER), LearningDifficultyOvercome)
    assert story.child(Q).facts.find(RiskFactor.RF_28) is None
    for command_ in (over, helped):
        assert refused(story, command_, "2023-07-01 09:00").code == "unknown_school_matter"


@pytest.mark.parametrize("helped", [True, False])
def test_a_dropout_says_whether_a_known_difficulty_was_helped(*, helped: bool) -> None:
    story = on_file()
    hard = RecordLearningDifficulty(difficulty_subject="英语")
    told = one(put(story, hard, "2024-08-30 09:00"), LearningDifficultyRecorded)
    if helped:
        support = GiveLearningSupport(difficulty_id=told.difficulty_id, learning_help="辅导")
        put(story, support, "2024-09-01 09:00")
    truant(story)
    command = RegisterDropout(dropout_reason=DropoutReason.LEARNING_DIFFICULTY)
    put(story, command, "2024-09-09 09:00")
    assert last_of(story, DropoutRegistered).learning_supported is helped
    assert story.child(Q).facts.source(RiskFactor.RF_28) == told.told.event_id


def test_a_difficulty_has_a_subject() -> None:
    empty = RecordLearningDifficulty(difficulty_subject=" ")
    assert refused(on_file(), empty, "2024-08-30 09:00").field == "difficultySubject"


# ── Bullying


def test_bullying_stays_open_until_it_is_dealt_with() -> None:
    story = on_file()
    command = RecordBullyingIncident(
        bullying_kind=(BullyingKind.PHYSICAL,), bullying_facts="午休被推搡", school_measures="约谈"
    )
    told = one(put(story, command, "2024-09-10 09:00", by=HEAD), BullyingIncidentRecorded)
    assert told.deal_by == date(2024, 9, 13)
    assert told.told.clauses == ("CQ2024-2.4-e",)
    assert story.child(Q).facts.source(RiskFactor.RF_12) == told.told.event_id
    ended = DealWithBullying(bullying_id=told.bullying_id, bullying_outcome="已道歉,换班")
    no = refused(story, replace(ended, bullying_outcome=""), "2024-09-12 09:00")
    assert (no.code, no.field) == ("school_note_missing", "bullyingOutcome")
    one(put(story, ended, "2024-09-12 09:00", by=HEAD), BullyingDealtWith)
    assert story.child(Q).facts.find(RiskFactor.RF_12) is None
    unknown = replace(ended, bullying_id=NO_SUCH)
    assert refused(story, unknown, "2024-09-12 10:00").code == "unknown_school_matter"
