"""拒不履行 · A guardian refuses to perform: since when, until when, and the six months (T-07).

SH2020-4.4-e, CQ2016-4.4-e, CN2017-4.4.3-e. Months are calendar months, clamped to the last day. Six months alone
are no ground: the child must be left without means as well (``revocation_grounds``).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Annotated
from uuid import UUID

from domain.case.intervention import INTERVENING
from domain.case.intervention_state import NonPerformance
from domain.case.report_routing import unit_at
from domain.case.revocation_applicants import units_that_may_apply
from domain.case.state import Case
from domain.case.which_child import these_of
from domain.case.whose_child import nobody_minor_on, ward_of
from domain.codec import says_more
from domain.kernel import Command, Event, Refusal
from domain.labels import name_fields
from domain.periods import Period, add, local_date
from domain.replacing import replace
from domain.risk import RiskFactor
from domain.rulebook import Rules
from domain.sensitivity import P0, P1, P2, P4_INJURY
from domain.terms.measures import MeasureSubject
from domain.terms.units import UnitKind

name_fields(
    refusal_id=("拒不履行事项", "The refusal"),
    refused_since_on=("拒不履行起始日期", "Refuses since"),
    refusal_facts=("拒不履行的事实", "Facts of the refusal"),
    left_without_means=("生活无着", "Left without means"),
    notice_on=("提示日期", "Notice on"),
    threshold_on=("满六个月日期", "Six months are over on"),
    dissuading_unit_ids=("劝诫、制止单位", "Units that dissuade"),
    refusal_ended_on=("拒不履行结束日期", "The refusal ended on"),
    performing_how=("恢复履行的情况", "How the guardian performs again"),
    months_refused=("已拒不履行月数", "Months of refusal"),
    threshold_unit_ids=("核查撤销情形、可申请的单位", "Units that look into it or may apply"),
)

REFUSAL_FACTS_MISSING = Refusal(
    "refusal_facts_missing", zh="须写明拒不履行的事实", en="Say in what the refusal consists"
)
REFUSAL_BEGAN_LATER = Refusal(
    "refusal_began_later",
    zh="起始日期不能晚于发生之日",
    en="It cannot begin later than it is found",
)
REFUSAL_RUNNING = Refusal(
    "refusal_running", zh="已登记此人拒不履行", en="This refusal is on record already"
)
UNKNOWN_REFUSAL = Refusal(
    "unknown_refusal", zh="没有进行中的拒不履行记录", en="No such refusal is running"
)
ENDED_OUT_OF_RANGE = Refusal(
    "refusal_end_out_of_range",
    zh="结束日期须在起始日期与今日之间",
    en="It ends between its beginning and today",
)


def threshold_of(rules: Rules, since: date) -> date:
    """The day the six months are over (T-07)."""
    return add(since, Period(months=rules.count("refusal_months")))


def to_dissuade(case: Case, refusal: NonPerformance) -> Case:
    """With the guardian who refuses to be dissuaded, anew where that was done before."""
    theirs = these_of(case, refusal.about_children)
    waiting = case.emergency.to_dissuade | theirs
    return replace(case, emergency=replace(case.emergency, to_dissuade=waiting))


def over(case: Case, refusal: NonPerformance) -> Case:
    """With this refusal ended: nobody is dissuaded for it any more, and its risk is over (RF-04)."""
    theirs = these_of(case, refusal.about_children)
    waiting = case.emergency.to_dissuade - theirs
    return replace(
        case,
        emergency=replace(case.emergency, to_dissuade=waiting),
        intervention=case.intervention.put_refusal(refusal),
        facts=case.facts.without(refusal.event_id),
    )


def dissuading_units(command: Command[Case], case: Case) -> tuple[UUID, ...]:
    """Who dissuades the guardian at the place of the case: the village and the police, whoever is there (T-07)."""
    kinds = (UnitKind.VILLAGE_COMMITTEE, UnitKind.POLICE)
    units = (unit_at(command, kind, case.place) for kind in kinds)
    return tuple(dict.fromkeys(u for u in units if u is not None))


class NonPerformanceStarted(
    Event[Case],
    name="case.non_performance_started",
    zh="拒不履行开始",
    en="Non-performance started",
    version=3,
):
    """Somebody dissuades now (Q-17); the clock of the six months runs from its first day."""

    refusal_id: Annotated[UUID, P0]
    subject_kind: Annotated[MeasureSubject, P2]
    subject_id: Annotated[UUID, P2]
    refused_since_on: Annotated[date, P2]
    refusal_facts: Annotated[str, P4_INJURY]
    left_without_means: Annotated[bool, P4_INJURY] = False
    notice_on: Annotated[tuple[date, ...], P2] = ()
    threshold_on: Annotated[date, P2]
    dissuading_unit_ids: Annotated[tuple[UUID, ...], P2] = ()
    about_children: Annotated[tuple[UUID, ...], P2] = ()
    of_age_on: Annotated[date | None, P1] = None

    def evolve(self, case: Case) -> Case:
        """A guardian who does not perform (RF-04)."""
        refusal = NonPerformance(
            refusal_id=self.refusal_id,
            subject_id=self.subject_id,
            since_on=self.refused_since_on,
            threshold_on=self.threshold_on,
            notice_on=self.notice_on,
            about_children=self.about_children,
            event_id=self.stamp.event_id if self.stamp else None,
            of_age_on=self.of_age_on,
        )
        return replace(
            to_dissuade(case, refusal),
            intervention=case.intervention.put_refusal(refusal),
            facts=case.facts.opened_for(RiskFactor.RF_04, self, self.about_children),
        )


# At first a refusal was about every child of the case, and then it outlived their childhood.
says_more("case.non_performance_started", 1)
says_more("case.non_performance_started", 2)


class StartNonPerformance(
    Command[Case],
    name="case.start_non_performance",
    zh="登记拒不履行监护职责",
    en="Record that a guardian refuses to perform",
    when=INTERVENING,
    needs=("child",),
    clauses=(
        "SH2020-4.4-e",
        "CQ2016-4.4-e",
        "CN2017-4.4.3-e",
        "SH2020-3.1-d",
        "CQ2016-3.1-g",
        "SH2024-2.2.4-b",
        "SH2020-2.1-b",
        "CQ2016-2.3-b",
        "SH2020-3.1-a",
        "CQ2016-3.1-a",
    ),
):
    """By village committee, township or police; it may have begun long before it was found."""

    subject_kind: Annotated[MeasureSubject, P2]
    subject_id: Annotated[UUID, P2]
    refused_since_on: Annotated[date, P2]
    refusal_facts: Annotated[str, P4_INJURY]
    left_without_means: Annotated[bool, P4_INJURY] = False

    def decide(self, case: Case) -> Iterator[Event[Case]]:
        """拒不履行监护职责: once at a time for each guardian."""
        if not self.refusal_facts.strip():
            raise REFUSAL_FACTS_MISSING(field="refusalFacts")
        if self.refused_since_on > local_date(self.occurred_at):
            raise REFUSAL_BEGAN_LATER(field="refusedSinceOn")
        known = case.intervention.refusal_of(self.subject_id)
        if known is not None and known.running:
            raise REFUSAL_RUNNING(field="subjectId")
        since = self.refused_since_on
        yield NonPerformanceStarted.of(
            self,
            refusal_id=self.new_id("refusal"),
            notice_on=tuple(
                add(since, Period(months=n)) for n in self.rules.numbers("refusal_notice_months")
            ),
            threshold_on=threshold_of(self.rules, since),
            dissuading_unit_ids=dissuading_units(self, case),
            about_children=ward_of(self, case, self.subject_id),
            of_age_on=nobody_minor_on(self, case, self.subject_id),
        )


class NonPerformanceEnded(
    Event[Case], name="case.non_performance_ended", zh="拒不履行结束", en="Non-performance ended"
):
    """The guardian performs again; that it lasted is not undone."""

    refusal_id: Annotated[UUID, P0]
    subject_id: Annotated[UUID, P2]
    refusal_ended_on: Annotated[date, P2]
    performing_how: Annotated[str, P4_INJURY]

    def evolve(self, case: Case) -> Case:
        """The clock stops, and what this refusal said of the risk goes with it (RF-04)."""
        refusal = case.intervention.refusal(self.refusal_id)
        if refusal is None:
            return case
        return over(case, replace(refusal, ended_on=self.refusal_ended_on))


class EndNonPerformance(
    Command[Case],
    name="case.end_non_performance",
    zh="登记恢复履行监护职责",
    en="Record that a guardian performs again",
    when=INTERVENING,
    clauses=("SH2020-4.4-e", "CQ2016-4.4-e", "CN2017-4.4.3-e"),
):
    """By village committee, township or police."""

    refusal_id: Annotated[UUID, P0]
    refusal_ended_on: Annotated[date, P2]
    performing_how: Annotated[str, P4_INJURY]

    def decide(self, case: Case) -> Iterator[Event[Case]]:
        """On a day between its beginning and now."""
        refusal = case.intervention.refusal(self.refusal_id)
        if refusal is None or not refusal.running:
            raise UNKNOWN_REFUSAL(field="refusalId")
        if not refusal.since_on <= self.refusal_ended_on <= local_date(self.occurred_at):
            raise ENDED_OUT_OF_RANGE(field="refusalEndedOn")
        yield NonPerformanceEnded.of(self, subject_id=refusal.subject_id)


class RefusalNoticeIssued(
    Event[Case], name="case.refusal_notice_issued", zh="拒不履行提示", en="Refusal notice issued"
):
    """Three and five months have gone: whoever dissuades hears of it again (platform notice, T-07)."""

    refusal_id: Annotated[UUID, P0]
    subject_id: Annotated[UUID, P2]
    months_refused: Annotated[int, P2]
    threshold_on: Annotated[date, P2]
    dissuading_unit_ids: Annotated[tuple[UUID, ...], P2] = ()

    def evolve(self, case: Case) -> Case:
        """Said for this day."""
        refusal = case.intervention.refusal(self.refusal_id)
        if refusal is None or self.stamp is None:
            return case
        said = replace(refusal, noticed_on=local_date(self.stamp.occurred_at))
        intervention = case.intervention.put_refusal(said)
        return replace(to_dissuade(case, refusal), intervention=intervention)


class IssueRefusalNotice(
    Command[Case],
    name="case.issue_refusal_notice",
    zh="拒不履行提示",
    en="Give notice of a lasting refusal",
    by_system=True,
    clauses=("SH2020-4.4-e", "CQ2016-4.4-e", "CN2017-4.4.3-e"),
):
    """Put by the clock on each of ``notice_on``."""

    refusal_id: Annotated[UUID, P0]

    def decide(self, case: Case) -> Iterator[Event[Case]]:
        """Nothing once it has ended, reached six months, or on a day that was said already."""
        refusal, today = case.intervention.refusal(self.refusal_id), local_date(self.at)
        if refusal is None or not refusal.running or today >= refusal.threshold_on:
            return
        due = [d for d in refusal.notice_on if d <= today]
        if not due or (refusal.noticed_on is not None and refusal.noticed_on >= max(due)):
            return
        months = [n for n in range(1, 120) if add(refusal.since_on, Period(months=n)) <= today]
        yield RefusalNoticeIssued(
            refusal_id=refusal.refusal_id,
            subject_id=refusal.subject_id,
            months_refused=max(months, default=0),
            threshold_on=refusal.threshold_on,
            dissuading_unit_ids=dissuading_units(self, case),
        )


class SixMonthThresholdReached(
    Event[Case], name="case.six_month_threshold_reached", zh="满六个月", en="Six months reached"
):
    """Civil affairs, the township and whoever may apply hear of it; no ground by itself."""

    refusal_id: Annotated[UUID, P0]
    subject_id: Annotated[UUID, P2]
    refused_since_on: Annotated[date, P2]
    threshold_on: Annotated[date, P2]
    threshold_unit_ids: Annotated[tuple[UUID, ...], P2] = ()

    def evolve(self, case: Case) -> Case:
        """Said once."""
        refusal = case.intervention.refusal(self.refusal_id)
        if refusal is None:
            return case
        reached = replace(refusal, reached=True)
        return replace(case, intervention=case.intervention.put_refusal(reached))


class MarkSixMonthThreshold(
    Command[Case],
    name="case.mark_six_month_threshold",
    zh="登记满六个月",
    en="Mark six months of refusal",
    by_system=True,
    needs=("child",),
    clauses=("SH2020-4.4-e", "CQ2016-4.4-e", "CN2017-4.4.3-e"),
):
    """Put by the clock on ``threshold_on``."""

    refusal_id: Annotated[UUID, P0]

    def decide(self, case: Case) -> Iterator[Event[Case]]:
        """Nothing where it ended before, or was said."""
        refusal, today = case.intervention.refusal(self.refusal_id), local_date(self.at)
        if refusal is None or refusal.reached or not refusal.running:
            return
        if today < refusal.threshold_on:
            return
        place = case.place
        first = unit_at(self, UnitKind.DISTRICT_CIVIL_AFFAIRS, place)
        second = unit_at(self, UnitKind.TOWNSHIP, place)
        told = (first, second, *units_that_may_apply(self, case))
        yield SixMonthThresholdReached(
            refusal_id=refusal.refusal_id,
            subject_id=refusal.subject_id,
            refused_since_on=refusal.since_on,
            threshold_on=refusal.threshold_on,
            threshold_unit_ids=tuple(dict.fromkeys(u for u in told if u is not None)),
        )
