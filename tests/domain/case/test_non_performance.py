"""A guardian refuses to perform: notices at three and five months, the threshold at six, by the clock (T-07)."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID, uuid5

import pytest

from domain.case.coming_of_age import (
    LapseNonPerformance,
    NonPerformanceLapsed,
    what_was_for_a_child_that_died,
)
from domain.case.minority_again import LookAgainAtMinority, NonPerformanceResumed
from domain.case.non_performance import (
    EndNonPerformance,
    IssueRefusalNotice,
    MarkSixMonthThreshold,
    NonPerformanceEnded,
    NonPerformanceStarted,
    RefusalNoticeIssued,
    SixMonthThresholdReached,
    StartNonPerformance,
)
from domain.child.closing import FileClosed
from domain.kernel import Command, Event
from domain.replacing import replace
from domain.risk import RiskFactor
from domain.terms.file import FileCloseReason
from domain.terms.measures import MeasureSubject
from tests.domain.case.cast import (
    CIVIL_SH,
    FATHER,
    LI,
    MOTHER,
    POLICE_SH,
    TOWNSHIP_SH,
    Around,
    case_of,
)
from tests.domain.case.on_scene import then
from tests.domain.case.revoking import (
    CLINIC,
    DPF,
    GIRL,
    RESCUE,
    SCHOOL,
    VILLAGE,
    VIOLENT,
    VIOLENT_CN,
    VIOLENT_CQ,
    WOMEN,
    in_cn,
    in_cq,
    in_sh,
)
from tests.dsl import given

SINCE = date(2022, 3, 31)


def start(since: date = SINCE, **more: Any) -> StartNonPerformance:
    """The father sends nothing and does not answer."""
    return StartNonPerformance(
        **{
            "subject_kind": MeasureSubject.PARENT,
            "subject_id": FATHER,
            "refused_since_on": since,
            "refusal_facts": "不寄生活费,不接电话",
            **more,
        }
    )


START = in_sh(start(), at="2022-04-02 09:00")
REFUSAL = uuid5(START.context.command_id, "refusal")
REFUSED = then(VIOLENT, START)


def notice(at: str) -> Command[Any]:
    """The clock of a notice."""
    return in_sh(IssueRefusalNotice(refusal_id=REFUSAL), at=at)


def threshold(at: str) -> Command[Any]:
    """The clock of the six months."""
    return in_sh(MarkSixMonthThreshold(refusal_id=REFUSAL), at=at)


def end(on: date, at: str, refusal: UUID = REFUSAL) -> Command[Any]:
    """He is back and pays."""
    ended = EndNonPerformance(refusal_id=refusal, refusal_ended_on=on, performing_how="已返家履行")
    return in_sh(ended, at=at)


def test_a_refusal_says_its_days_clamped_to_the_month() -> None:
    """From 31 March: three months are over on 30 June, five on 31 August, six on 30 September."""
    given(*VIOLENT).when(START).then(
        NonPerformanceStarted(
            refusal_id=REFUSAL,
            subject_kind=MeasureSubject.PARENT,
            subject_id=FATHER,
            refused_since_on=SINCE,
            refusal_facts="不寄生活费,不接电话",
            notice_on=(date(2022, 6, 30), date(2022, 8, 31)),
            threshold_on=date(2022, 9, 30),
            dissuading_unit_ids=(VILLAGE.id, POLICE_SH.id),
            of_age_on=date(2031, 9, 1),
        )
    )
    fact = case_of(*REFUSED).facts.find(RiskFactor.RF_04)
    assert fact is not None
    assert fact.event_id == REFUSED[-1].told.event_id


@pytest.mark.parametrize(
    ("command", "history", "clause"),
    [
        (in_cq(start(date(2025, 1, 31))), VIOLENT_CQ, "CQ2016-4.4-e"),
        (in_cn(start(date(2018, 8, 31))), VIOLENT_CN, "CN2017-4.4.3-e"),
    ],
)
def test_the_other_texts_count_the_same_months(
    command: Command[Any], history: tuple[Event[Any], ...], clause: str
) -> None:
    (event,) = given(*history).when(command).facts()
    assert isinstance(event, NonPerformanceStarted)
    assert event.threshold_on in {date(2025, 7, 31), date(2019, 2, 28)}
    assert clause in event.told.clauses


def test_where_no_text_speaks_the_platform_counts_six_months() -> None:
    """2026: SH2020 has ended; a refusal is still watched."""
    (event,) = given(*VIOLENT).when(in_sh(start(date(2026, 2, 1)), at="2026-03-01 09:00")).facts()
    assert event.threshold_on == date(2026, 8, 1)  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("more", "code", "field"),
    [
        ({"refusal_facts": " "}, "refusal_facts_missing", "refusalFacts"),
        ({"since": date(2022, 4, 3)}, "refusal_began_later", "refusedSinceOn"),
    ],
)
def test_a_refusal_is_told_whole(more: dict[str, Any], code: str, field: str) -> None:
    given(*VIOLENT).when(in_sh(start(**more), at="2022-04-02 09:00")).then_refused(
        code, field=field
    )


def test_one_refusal_at_a_time_for_each_guardian() -> None:
    again = in_sh(start(), at="2022-04-03 09:00")
    given(*REFUSED).when(again).then_refused("refusal_running", field="subjectId")
    other = in_sh(start(subject_id=MOTHER), at="2022-04-03 09:00")
    assert len(given(*REFUSED).when(other).facts()) == 1
    over = then(REFUSED, end(date(2022, 5, 1), "2022-05-02 09:00"))
    assert (
        len(given(*over).when(in_sh(start(date(2022, 6, 1)), at="2022-06-02 09:00")).facts()) == 1
    )


def test_notices_come_at_three_and_five_months_and_once() -> None:
    given(*REFUSED).when(notice("2022-06-29 00:05")).then_nothing()
    given(*REFUSED).when(notice("2022-06-30 00:05")).then(
        RefusalNoticeIssued(
            refusal_id=REFUSAL,
            subject_id=FATHER,
            months_refused=3,
            threshold_on=date(2022, 9, 30),
            dissuading_unit_ids=(VILLAGE.id, POLICE_SH.id),
        )
    )
    first = then(REFUSED, notice("2022-06-30 00:05"))
    given(*first).when(notice("2022-07-15 00:05")).then_nothing()
    (second,) = given(*first).when(notice("2022-08-31 00:05")).facts()
    assert second.months_refused == 5  # type: ignore[attr-defined]
    given(*REFUSED).when(notice("2022-09-30 00:05")).then_nothing()


def test_at_six_months_civil_affairs_and_whoever_may_apply_hear_of_it() -> None:
    given(*REFUSED).when(threshold("2022-09-29 00:05")).then_nothing()
    given(*REFUSED).when(threshold("2022-09-30 00:05")).then(
        SixMonthThresholdReached(
            refusal_id=REFUSAL,
            subject_id=FATHER,
            refused_since_on=SINCE,
            threshold_on=date(2022, 9, 30),
            threshold_unit_ids=(
                *(CIVIL_SH.id, TOWNSHIP_SH.id, VILLAGE.id, SCHOOL.id, CLINIC.id),
                *(WOMEN.id, DPF.id, RESCUE.id),
            ),
        )
    )
    reached = then(REFUSED, threshold("2022-09-30 00:05"))
    given(*reached).when(threshold("2022-10-30 00:05")).then_nothing()
    assert case_of(*reached).facts.find(RiskFactor.RF_15) is None


def test_a_refusal_that_ended_rings_no_clock() -> None:
    over = then(REFUSED, end(date(2022, 6, 1), "2022-06-02 09:00"))
    given(*over).when(notice("2022-06-30 00:05")).then_nothing()
    given(*over).when(threshold("2022-09-30 00:05")).then_nothing()
    unknown = in_sh(IssueRefusalNotice(refusal_id=MOTHER))
    given(*REFUSED).when(unknown).then_nothing()


def test_performing_again_ends_the_refusal_and_its_risk() -> None:
    given(*REFUSED).when(end(date(2022, 6, 1), "2022-06-02 09:00")).then(
        NonPerformanceEnded(
            refusal_id=REFUSAL,
            subject_id=FATHER,
            refusal_ended_on=date(2022, 6, 1),
            performing_how="已返家履行",
        )
    )
    over = then(REFUSED, end(date(2022, 6, 1), "2022-06-02 09:00"))
    assert case_of(*over).facts.find(RiskFactor.RF_04) is None
    given(*over).when(end(date(2022, 6, 1), "2022-06-03 09:00")).then_refused(
        "unknown_refusal", field="refusalId"
    )


def test_another_guardian_who_still_refuses_keeps_the_risk() -> None:
    both = then(REFUSED, in_sh(start(subject_id=MOTHER), at="2022-04-03 09:00"))
    one = then(both, end(date(2022, 6, 1), "2022-06-02 09:00"))
    assert case_of(*one).facts.find(RiskFactor.RF_04) is not None


@pytest.mark.parametrize("on", [date(2022, 3, 30), date(2022, 6, 3)])
def test_it_ends_between_its_beginning_and_now(on: date) -> None:
    given(*REFUSED).when(end(on, "2022-06-02 09:00")).then_refused(
        "refusal_end_out_of_range", field="refusalEndedOn"
    )


# --- while there is a minor ---------------------------------------------------------------------

BIRTHDAY = "2031-09-01 00:00"


def lapse(at: str = BIRTHDAY, **more: Any) -> Command[Any]:
    """The clock, on the birthday."""
    return in_sh(LapseNonPerformance(refusal_id=REFUSAL), at=at, **more)


def test_a_refusal_lasts_no_longer_than_there_is_a_minor() -> None:
    """Until then the police and the village went on dissuading a guardian of nobody, for ever."""
    assert REFUSED[-1].of_age_on == date(2031, 9, 1)  # type: ignore[attr-defined]
    given(*REFUSED).when(lapse("2031-08-31 23:59")).then_nothing()
    given(*REFUSED).when(lapse()).then(
        NonPerformanceLapsed(
            refusal_id=REFUSAL, subject_id=FATHER, refusal_ended_on=date(2031, 9, 1)
        )
    )
    case = case_of(*then(REFUSED, lapse()))
    assert case_of(*REFUSED).intervention.is_running
    assert not case.intervention.is_running
    assert case.facts.find(RiskFactor.RF_04) is None
    given(*then(REFUSED, lapse())).when(lapse("2031-09-02 00:00")).then_nothing()


def test_a_refusal_that_lapsed_by_mistake_goes_on_from_its_first_day() -> None:
    """Recorded dead in July: what is left of the notices is still said, and the six months are the same."""
    dead = replace(GIRL, file=replace(GIRL.file, died=True))
    gone = then(REFUSED, lapse("2022-07-15 09:00", file=dead))
    puts = [p.command for p in _over_with(case_of(*REFUSED))]
    assert puts == [LapseNonPerformance(refusal_id=REFUSAL)]
    again = in_sh(LookAgainAtMinority(child_id=LI), at="2022-08-01 09:00")
    (event,) = given(*gone).when(again).facts()
    assert isinstance(event, NonPerformanceResumed)
    assert (event.notice_on, event.threshold_on) == ((date(2022, 8, 31),), date(2022, 9, 30))
    resumed = (*gone, event)
    case = case_of(*resumed)
    assert case.intervention.is_running
    assert case.facts.find(RiskFactor.RF_04) is not None
    assert LI in case.emergency.to_dissuade
    given(*resumed).when(again).then_nothing()
    performs = end(date(2022, 8, 2), "2022-08-02 09:00")
    over = then(resumed, performs)
    assert case_of(*over).facts.find(RiskFactor.RF_04) is None
    given(*over).when(in_sh(LookAgainAtMinority(child_id=LI), at="2022-08-03 09:00")).then_nothing()


def test_that_six_months_are_over_is_said_again_once_the_refusal_is_resumed() -> None:
    """What they were asked to look into ended with the childhood: without this nobody would be asked again."""
    dead = replace(GIRL, file=replace(GIRL.file, died=True))
    reached = then(REFUSED, threshold("2022-09-30 00:00"))
    gone = then(reached, lapse("2022-10-15 09:00", file=dead))
    resumed = then(gone, in_sh(LookAgainAtMinority(child_id=LI), at="2022-11-01 09:00"))
    (event,) = given(*resumed).when(threshold("2022-11-01 09:01")).facts()
    assert isinstance(event, SixMonthThresholdReached)


def _over_with(case: Any) -> Any:
    world: Any = Around(files=(GIRL,), cases=(case,))
    died = FileClosed(file_close_reason=FileCloseReason.DECEASED)
    return what_was_for_a_child_that_died(world, GIRL, (died,))
