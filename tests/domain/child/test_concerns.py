"""Concerns about mind and behaviour, and the warnings that follow from facts."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from domain.child.concerns import (
    CloseConcern,
    GuardianInterventionSupported,
    MentalHealthConcernRecorded,
    RecordMentalHealthConcern,
    SupportGuardianIntervention,
)
from domain.child.home_hazards import FindHomeHazard
from domain.child.state import Child
from domain.child.warnings import CloseWarning, RaiseWarning, WarningClosed, WarningRaised
from domain.kernel import Command, Refused
from domain.risk import RiskFact, RiskFactor
from domain.terms.visits import (
    BehaviourConcern,
    ConcernSource,
    HomeHazardKind,
    InfringementSign,
    MindConcern,
    WarningOutcome,
    WarningType,
)
from tests.domain.child.family import STREET
from tests.domain.child.jiading import (
    COMMITTEE,
    POLICE,
    SCHOOL,
    TEACHER,
    T,
    only,
    opened,
    visit,
    worry,
)
from tests.domain.story import Story
from tests.dsl import an_id, local

DAY = "2024-08-10 16:00"


def mental(kind: MindConcern = MindConcern.LOW_MOOD, **more: Any) -> RecordMentalHealthConcern:
    """What the school counsellor records."""
    usual = {"concern_source": ConcernSource.COUNSELLOR, "concern_note": "量表筛查异常"}
    return RecordMentalHealthConcern(mind_concern=kind, **{**usual, **more})


def refused(story: Story, command: Command[Any], at: str = "2024-08-11 09:00") -> Refused:
    """The refusal."""
    with pytest.raises(Refused) as refusal:
        story.put(command, at=at)
    return refusal.value


def factors(story: Story) -> set[RiskFactor]:
    """The factors open on T.'s file."""
    return {f.factor for f in story.child(T).facts.facts}


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        (worry(), {RiskFactor.RF_21}),
        (
            worry(behaviour_concern=BehaviourConcern.INTERNET_ADDICTION),
            {RiskFactor.RF_21, RiskFactor.RF_30},
        ),
        (mental(), {RiskFactor.RF_21}),
        (mental(MindConcern.DIAGNOSED_ILLNESS), {RiskFactor.RF_21, RiskFactor.RF_22}),
    ],
    ids=["behaviour", "internet", "mental", "illness"],
)
def test_which_facts_a_concern_opens_and_closing_it_closes(
    command: Command[Any], expected: set[RiskFactor]
) -> None:
    story = opened()
    story.put(command, at=DAY, by=TEACHER)
    assert factors(story) == expected
    concern = story.child(T).visits.concerns[0].concern_id
    story.put(CloseConcern(concern_id=concern, closed_because="好转"), at="2024-08-12 10:00")
    assert factors(story) == set()
    gone = CloseConcern(concern_id=concern, closed_because="好转")
    assert refused(story, gone, "2024-08-13 09:00").code == "unknown_concern"


def test_a_mental_concern_asks_for_counselling_within_a_week() -> None:
    found = only(opened().put(mental(), at=DAY), MentalHealthConcernRecorded)
    assert found.counsel_by == date(2024, 8, 17)
    assert found.counsel_unit_id == SCHOOL
    assert found.support_unit_ids == (SCHOOL, STREET.id, COMMITTEE.id)


def test_victims_are_counselled_first() -> None:
    story = opened()
    child = story.child(T)
    victim = RiskFact(
        factor=RiskFactor.RF_23, event_id=an_id("past"), since=local("2023-05-01 10:00")
    )
    story.states[T] = _with(child, victim)
    found = only(story.put(mental(), at=DAY), MentalHealthConcernRecorded)
    assert found.counsel_by == date(2024, 8, 13)


def _with(child: Child, fact: RiskFact) -> Child:
    return replace(child, facts=replace(child.facts, facts=(*child.facts.facts, fact)))


def test_helping_the_guardians_is_recorded_for_a_concern() -> None:
    story = opened()
    story.put(worry(), at=DAY)
    concern = story.child(T).visits.concerns[0].concern_id
    helped = SupportGuardianIntervention(concern_id=concern, support_given="家访并指导沟通")
    assert story.put(helped, at="2024-08-11 08:00") == (
        GuardianInterventionSupported(concern_id=concern, support_given="家访并指导沟通"),
    )
    silent = SupportGuardianIntervention(concern_id=concern, support_given=" ")
    assert refused(story, silent).code == "guardian_support_missing"
    other = SupportGuardianIntervention(concern_id=an_id("none"), support_given="—")
    assert refused(story, other).code == "unknown_concern"


@pytest.mark.parametrize(
    "unnamed", [CloseConcern(closed_because="好转"), SupportGuardianIntervention(support_given="—")]
)
def test_a_concern_is_named_whether_there_is_any_or_none(unnamed: Command[Any]) -> None:
    """Teacher and director do not read its line (A.2, P4): their task says which, and nothing else tells of it."""
    story = opened()
    without = refused(story, unnamed)
    assert (without.code, without.field) == ("concern_unsaid", "concernId")
    story.put(worry(), at=DAY)
    assert refused(story, unnamed).code == without.code
    story.put(mental(), at="2024-08-12 08:00")
    assert refused(story, unnamed, "2024-08-13 08:00").code == without.code


def test_concerns_are_described_and_closed_with_a_reason() -> None:
    story = opened()
    assert refused(story, worry(concern_note=" ")).code == "concern_note_missing"
    assert refused(story, mental(concern_note="")).code == "concern_note_missing"
    unknown = CloseConcern(concern_id=an_id("none"), closed_because="—")
    assert refused(story, unknown).code == "unknown_concern"
    story.put(worry(), at=DAY)
    concern = story.child(T).visits.concerns[0].concern_id
    silent = refused(story, CloseConcern(concern_id=concern, closed_because=" "))
    assert (silent.code, silent.field) == ("concern_closing_reason_missing", "closedBecause")


@pytest.mark.parametrize(
    "blank", [CloseConcern(closed_because=" "), SupportGuardianIntervention(support_given=" ")]
)
def test_a_blank_does_not_tell_whether_there_is_a_concern(blank: Command[Any]) -> None:
    """A teacher or a director never holds P4_MIND, and what is refused leaves no trace."""
    story = opened()
    without = refused(story, blank)
    story.put(worry(), at=DAY)
    within = refused(story, blank)
    assert (within.code, within.field) == (without.code, without.field)
    assert within.code != "unknown_concern"


@pytest.mark.parametrize(
    ("command", "kind", "urgent"),
    [
        (worry(), WarningType.BEHAVIOUR, False),
        (mental(), WarningType.MENTAL, False),
        (mental(MindConcern.SELF_HARM), WarningType.MENTAL, True),
        (FindHomeHazard(hazard_kind=HomeHazardKind.WATER), WarningType.HAZARD, False),
        (visit(signs_seen=(InfringementSign.INJURY,)), WarningType.DANGER, True),
    ],
    ids=["behaviour", "mental", "self-harm", "hazard", "signs"],
)
def test_a_fact_warns_by_itself_and_once(
    command: Command[Any], kind: WarningType, *, urgent: bool
) -> None:
    story = opened()
    facts = story.put(command, at=DAY)
    warning = only(facts, WarningRaised)
    expected = (STREET.id, COMMITTEE.id, *((POLICE.id,) if kind is WarningType.DANGER else ()))
    assert warning == WarningRaised(
        warning_id=warning.warning_id,
        warning_type=kind,
        warning_urgent=urgent,
        warning_cause_id=facts[0].told.event_id,
        warned_unit_ids=expected,
        react_by_at=local(DAY) + timedelta(hours=2 if urgent else 24),
    )
    again = RaiseWarning(warning_type=kind, warning_cause_id=warning.warning_cause_id)
    assert story.put(again, at="2024-08-11 09:00") == ()


def test_a_visit_that_saw_nothing_warns_of_nothing() -> None:
    facts = opened().put(visit(), at=DAY)
    assert not [e for e in facts if isinstance(e, WarningRaised)]


def test_people_may_warn_of_what_no_fact_says() -> None:
    story = opened()
    for _ in range(2):
        raised = story.put(
            RaiseWarning(warning_type=WarningType.DANGER, warning_note="陌生人跟随"), at=DAY
        )
        assert only(raised, WarningRaised).warning_urgent
    assert len(story.child(T).visits.warnings) == 2


def test_a_warning_is_closed_only_with_an_outcome() -> None:
    story = opened()
    warning = only(story.put(worry(), at=DAY), WarningRaised).warning_id
    closing: dict[str, Any] = {
        "warning_id": warning,
        "warning_outcome": WarningOutcome.REFERRED,
    }
    silent = refused(story, CloseWarning(**closing, warning_outcome_note=" "))
    assert (silent.code, silent.field) == ("warning_outcome_missing", "warningOutcomeNote")
    assert silent.clauses == ("CQ2024-3.1-e",)
    closed = CloseWarning(**closing, warning_outcome_note="已转心理教师")
    assert only(story.put(closed, at="2024-08-11 09:00"), WarningClosed).warning_id == warning
    assert refused(story, closed).code == "warning_already_closed"
    unknown = CloseWarning(
        warning_id=an_id("none"),
        warning_outcome=WarningOutcome.REMOVED,
        warning_outcome_note="—",
    )
    assert refused(story, unknown).code == "unknown_warning"
