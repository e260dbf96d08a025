"""A school in Fengjie in the autumn of 2024: sixteen pupils of Huanhua village, six left behind; fourteen drop out.

Of seven persuasion fails; five of these are reported to both, one to one of them, one to nobody. Seven return.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from typing import Any
from uuid import UUID

from domain.child.bullying import DealWithBullying, RecordBullyingIncident
from domain.child.dropout import MakeReturnPersuasion, RegisterDropout
from domain.child.dropout_report import SubmitDropoutReport
from domain.child.dropout_return import ClearDropout, ReturnToSchool
from domain.child.file import OpenChildFile
from domain.child.truancy import RecordTruancy
from domain.context import SYSTEM
from domain.terms.file import Sex
from domain.terms.places import AreaType, DivisionId
from domain.terms.roles import Role
from domain.terms.safety import ActivityPeriod, CareProgramme, SafetyAudience, SafetyTopic
from domain.terms.school import (
    BullyingKind,
    DropoutReason,
    PersuasionMeans,
    PersuasionResult,
    PersuasionWith,
    ReportAddressee,
)
from domain.terms.units import UnitKind
from domain.unit.posts import RegisterUnit
from domain.unit.providers import ActivityHeld
from domain.unit.safety import HoldSafetyActivity
from eventlog.casebook import Request
from tests.dsl import an_id
from tests.projections.town import BAIDI, CLERK, FENGJIE, HUANHUA, Town, actor, found, unit_id
from tests.reports.district import County, left_behind

HEAD = actor("head", Role.SCHOOL_HEAD, "school")
E, T = ReportAddressee.EDUCATION, ReportAddressee.TOWNSHIP
Step = tuple[str, Callable[[], object]]


@dataclass
class School(County):
    """The sixteen pupils."""

    pupils: list[UUID] = field(default_factory=list)


def school_on(town: Town) -> School:
    """The autumn, each thing in its time."""
    school = School(town)
    town.at("2024-08-20 08:00")
    found(town)
    for key, kind, where in (
        ("school", UnitKind.SCHOOL, BAIDI),
        ("education", UnitKind.DISTRICT_EDUCATION, FENGJIE),
    ):
        town.platform.casebook.perform(
            Request(
                command=RegisterUnit(kind=kind, unit_name=key, division_id=DivisionId(where)),
                command_id=an_id(f"register {key}"),
                stream_id=unit_id(key),
            )
        )
    town.at("2024-08-20 09:00")
    school.pupils = [_opened(school, number) for number in range(16)]
    for pupil in school.pupils[4:10]:
        left_behind(school, pupil, since=date(2024, 2, 8))
    steps = [step for chapter in CHAPTERS for step in chapter(school)]
    for when, happens in sorted(steps, key=lambda step: step[0]):
        town.at(when)
        happens()
    town.at("2024-12-31 18:00")
    return school


def _opened(school: School, number: int) -> UUID:
    opening = OpenChildFile(
        child_name=f"秦小{number}",
        sex=Sex.FEMALE if number % 2 else Sex.MALE,
        birth_on=date(2011, 5, 6),
        residence=DivisionId(HUANHUA),
        hukou=DivisionId(HUANHUA),
        area_type=AreaType.RURAL,
        school_unit_id=unit_id("school"),
    )
    request = Request(command=opening, command_id=an_id(f"pupil {number}"), actor=CLERK)
    return school.town.platform.casebook.perform(request).stream_id


def _dropped_out(school: School) -> Iterator[Step]:
    """Registered on 9 September; three attempts in vain with the first seven; the others return and are cleared."""

    def each(do: Callable[[UUID], object], pupils: list[UUID]) -> None:
        for pupil in pupils:
            do(pupil)

    def absent(pupil: UUID) -> None:
        days = tuple(date(2024, 9, day) for day in (3, 4, 5, 6, 9))
        school.put(RecordTruancy(absence_dates=days), pupil, HEAD)

    def registered(pupil: UUID) -> None:
        school.put(RegisterDropout(dropout_reason=DropoutReason.WORK), pupil, HEAD)

    def attempted(pupil: UUID) -> None:
        attempt = MakeReturnPersuasion(
            persuasion_means=PersuasionMeans.HOME_VISIT,
            persuaded_with=(PersuasionWith.GUARDIAN,),
            persuasion_result=PersuasionResult.REFUSED,
        )
        school.put(attempt, pupil, HEAD)

    def reported(to: tuple[ReportAddressee, ...], pupil: UUID) -> None:
        report = SubmitDropoutReport(report_addressees=to, report_document_hash="ab" * 32)
        school.put(report, pupil, HEAD)

    def back(pupil: UUID) -> None:
        school.put(ReturnToSchool(back_at_school_on=date(2024, 9, 20)), pupil, HEAD)

    def cleared(pupil: UUID) -> None:
        school.put(ClearDropout(), pupil, SYSTEM)

    pupils = school.pupils
    yield "2024-09-09 15:00", partial(each, absent, pupils[:14])
    yield "2024-09-09 16:00", partial(each, registered, pupils[:14])
    for when in ("2024-09-09 17:00", "2024-09-10 17:00", "2024-09-11 17:00"):
        yield when, partial(each, attempted, pupils[:7])
    yield "2024-09-12 09:00", partial(each, partial(reported, (E, T)), pupils[:5])
    yield "2024-09-12 10:00", partial(each, partial(reported, (E,)), pupils[5:6])
    yield "2024-09-20 09:00", partial(each, back, pupils[7:14])
    yield "2024-11-29 00:01", partial(each, cleared, pupils[7:14])


def _bullied(school: School) -> Iterator[Step]:
    """Of eight that were bullied in October, the school deals with six within three days, and with two later."""

    def told(pupil: UUID) -> None:
        told = RecordBullyingIncident(
            bullying_kind=(BullyingKind.SOCIAL,), bullying_facts="同学孤立"
        )
        school.put(told, pupil, HEAD)

    def dealt(pupil: UUID) -> None:
        state: Any = school.town.platform.casebook.state(OpenChildFile.state_type, pupil)
        (open_one,) = state.school.bullying
        outcome = DealWithBullying(bullying_id=open_one.matter_id, bullying_outcome="已道歉")
        school.put(outcome, pupil, HEAD)

    for number, pupil in enumerate(school.pupils[:8]):
        yield f"2024-10-14 09:{number:02}", partial(told, pupil)
        day = 16 if number < 6 else 25
        yield f"2024-10-{day} 09:{number:02}", partial(dealt, pupil)


def _held(school: School) -> Iterator[Step]:
    """Two afternoons and a holiday of care; a lesson of law and of the mind, and one of sexual safety."""

    def cared(period: ActivityPeriod, many: int) -> None:
        held: dict[str, Any] = {
            "care_programme": CareProgramme.HALF_PAST_FOUR,
            "activity_period": period,
            "participants": many,
        }
        school.put(ActivityHeld.Command(**held), unit_id("township"), CLERK)

    def taught() -> None:
        lesson = HoldSafetyActivity(
            safety_topics=(SafetyTopic.LAW, SafetyTopic.MENTAL_HEALTH),
            safety_audience=(SafetyAudience.PUPILS,),
            children_reached=120,
        )
        school.put(lesson, unit_id("township"), CLERK)

    yield "2024-09-25 17:00", partial(cared, ActivityPeriod.AFTER_SCHOOL, 22)
    yield "2024-09-26 17:00", partial(cared, ActivityPeriod.AFTER_SCHOOL, 20)
    yield "2024-10-02 10:00", partial(cared, ActivityPeriod.FESTIVAL, 35)

    def warned() -> None:
        lesson = HoldSafetyActivity(
            safety_topics=(SafetyTopic.SEXUAL_SAFETY,),
            safety_audience=(SafetyAudience.GIRLS, SafetyAudience.PUPILS),
            children_reached=40,
            girls_reached=25,
        )
        school.put(lesson, unit_id("township"), CLERK)

    yield "2024-10-08 10:00", taught
    yield "2024-10-09 10:00", warned


CHAPTERS = (_dropped_out, _bullied, _held)
