"""The tier rises at once, explains itself, and is asked again by a clock (F.2, F.3)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from typing import Any

import pytest

from domain.case.report_state import Stage
from domain.case.reports import ReportSubmitted
from domain.case.state import Case
from domain.child.cadence import CadenceClassSet
from domain.child.concerns import CloseConcern
from domain.child.family_contact import ParentChildContactRecorded
from domain.child.file_state import FileStatus
from domain.child.guardians import RecordGuardian, RecordGuardianAbsence
from domain.child.tier import (
    ReassessTier,
    RiskTierAssigned,
    RiskTierProposalWithdrawn,
    RiskTierProposed,
    RiskTierReassessed,
    TierReason,
    TierTold,
)
from domain.child.tier_decisions import ConfirmRiskTier
from domain.codec import decode, encode
from domain.factbook import FactBook
from domain.risk import RiskFact, RiskFactor
from domain.terms.care import AbsenceReason, Kinship
from domain.terms.file import ClauseId
from domain.terms.reports import Trigger
from domain.terms.tier import RuleId, TierBasis
from domain.terms.visits import FamilyChannel
from tests.domain.case.cast import noting, report
from tests.domain.child.family import COUNTY, DIRECTORY, HUANHUA, TOWNSHIP
from tests.domain.child.jiading import SUPERVISOR, TEACHER, T, call, only, opened, visit, worry
from tests.domain.child.tier_story import (
    CASE,
    alone,
    closed,
    left_behind,
    overriding,
    tier,
    with_fact,
)
from tests.domain.story import Story
from tests.dsl import an_id, local


def test_a_report_of_a_child_alone_puts_it_on_r1_at_once_with_its_reason() -> None:
    story = left_behind()
    facts = alone(story)
    reported = only(facts, ReportSubmitted).told.event_id
    risen = only(facts, RiskTierAssigned)
    assert tier(story) == ("R1", None)
    assert risen.tier_basis is TierBasis.AT_ONCE
    assert (risen.rule_ids, risen.fact_event_ids) == (("R-E2",), (reported,))
    deciding = [r for r in risen.tier_reasons if r.deciding]
    assert deciding == [
        TierReason(
            rule_id=RuleId("R-E2"),
            factor=RiskFactor.RF_01,
            event_id=reported,
            clauses=tuple(ClauseId(c) for c in ("CQ2016-3.1-d", "CQ2016-4.1-b", "CQ2024-3.1-g")),
        )
    ]
    assert (risen.scale_id, risen.scale_version) == ("platform-risk", 1)
    assert risen.alerted_unit_ids == (TOWNSHIP.id, COUNTY.id)
    assert only(facts, CadenceClassSet).contact_every.period.days == 1


@pytest.mark.clause("CQ2016-3.1-d")
def test_that_a_child_lives_alone_is_forbidden_until_the_sixteenth_birthday() -> None:
    """The day before it is R1 by R-E2; from the birthday on guardianship is missing (RF-05), and a person lowers."""
    story = left_behind(birth_on=date(2009, 3, 5))
    risen = only(alone(story), RiskTierAssigned)
    assert risen.rule_ids == ("R-E2",)
    assert risen.next_check_at == local("2025-03-05 00:00")
    assert story.put(ReassessTier(), at="2025-03-04 23:59") == ()
    lowered = only(story.put(ReassessTier(), at="2025-03-05 00:00"), RiskTierProposed)
    assert (lowered.tier, lowered.tier_lowers) == ("R2", True)
    (reason,) = [r for r in lowered.tier_reasons if r.deciding]
    assert (reason.rule_id, reason.factor) == ("R-H3", RiskFactor.RF_05)
    assert "CQ2016-3.1-d" not in reason.clauses


@pytest.mark.clause("CQ2016-3.1-d")
@pytest.mark.parametrize(
    ("born", "day", "rule"),
    [
        (date(2009, 3, 3), "2025-03-03 08:55", "R-H3"),
        (date(2009, 3, 4), "2025-03-03 08:55", "R-E2"),
    ],
)
def test_the_age_is_that_of_the_day_on_which_the_child_is_found(
    born: date, day: str, rule: str
) -> None:
    story = left_behind(birth_on=born)
    risen = only(alone(story, day), RiskTierAssigned)
    assert risen.rule_ids == (rule,)


def test_an_unchanged_assessment_is_recorded_once() -> None:
    story = left_behind()
    alone(story)
    assert story.put(ReassessTier(), at="2025-03-03 10:00") == ()


def test_a_tier_goes_down_only_by_a_person() -> None:
    story = left_behind()
    alone(story)
    closed(story)
    lowered = only(story.put(ReassessTier(), at="2025-03-20 09:00"), RiskTierProposed)
    assert (lowered.tier, lowered.tier_before, lowered.tier_lowers) == ("R4", "R1", True)
    assert lowered.tier_unit_id == TOWNSHIP.id
    assert lowered.tier_reasons[0].category == "LBC_CQ_RURAL"
    assert tier(story) == ("R1", "R4")
    assert story.put(ReassessTier(), at="2025-03-21 09:00") == ()


def test_a_registered_child_is_proposed_r4_and_needs_no_reason_for_it() -> None:
    story = left_behind()
    proposed = only(story.put(ReassessTier(), at="2025-03-01 10:00"), RiskTierProposed)
    assert (proposed.tier, proposed.tier_lowers, proposed.rule_ids) == ("R4", False, ("R-L1",))
    story.put(ConfirmRiskTier(), at="2025-03-02 09:00", by=SUPERVISOR)
    assert tier(story) == ("R4", None)


def test_a_file_without_category_or_fact_has_no_tier() -> None:
    story = opened()
    assert tier(story) == (None, None)
    assert not [e for _, e in story.told if isinstance(e, RiskTierProposed)]


def test_a_concern_proposes_r3_and_closing_it_withdraws_the_proposal() -> None:
    story = left_behind()
    story.put(ReassessTier(), at="2025-03-01 10:00")
    story.put(ConfirmRiskTier(), at="2025-03-01 11:00", by=SUPERVISOR)
    facts = story.put(worry(), at="2025-03-02 09:00", by=TEACHER)
    assert only(facts, RiskTierProposed).rule_ids == ("R-M1",)
    assert tier(story) == ("R4", "R3")
    concern = story.child(T).visits.concerns[0].concern_id
    closing = CloseConcern(concern_id=concern, closed_because="误报")
    withdrawn = only(story.put(closing, at="2025-03-03 09:00"), RiskTierProposalWithdrawn)
    assert withdrawn.rule_ids == ("R-L1",)
    assert tier(story) == ("R4", None)


def test_time_alone_raises_the_tier_by_the_clock() -> None:
    """R-H2: nobody entrusted for more than seven days; the eighth is told by the event as the next check."""
    story = left_behind()
    gap = with_fact(story, RiskFactor.RF_16, "2025-03-01 10:00")
    waiting = only(story.put(ReassessTier(), at="2025-03-01 10:00"), RiskTierProposed)
    assert (waiting.tier, waiting.next_check_at) == ("R4", local("2025-03-09 00:00"))
    assert story.put(ReassessTier(), at="2025-03-08 23:59") == ()
    risen = only(story.put(ReassessTier(), at="2025-03-09 00:00"), RiskTierAssigned)
    assert (risen.tier, risen.rule_ids, risen.fact_event_ids) == ("R2", ("R-H2",), (gap,))


def test_a_check_that_came_and_found_nothing_is_not_put_for_ever() -> None:
    story = left_behind()
    story.put(ReassessTier(), at="2025-03-01 10:00")
    assert story.child(T).tier.next_check_at == local("2025-05-02 00:00")
    story.put(call(), at="2025-04-20 09:00")
    checked = only(story.put(ReassessTier(), at="2025-05-02 00:00"), RiskTierReassessed)
    assert checked.next_check_at == local("2025-06-21 00:00")


def test_a_contact_moves_the_next_check_without_an_event() -> None:
    story = left_behind()
    story.put(ReassessTier(), at="2025-03-01 10:00")
    facts = story.put(visit(), at="2025-03-20 09:00")
    assert not [e for e in facts if isinstance(e, TierTold)]


def test_no_contact_within_twice_the_cadence_lifts_the_tier() -> None:
    story = left_behind()
    story.put(ReassessTier(), at="2025-03-01 10:00")
    lifted = only(story.put(ReassessTier(), at="2025-05-02 00:00"), RiskTierProposed)
    assert (lifted.tier, lifted.tier_lifted, lifted.rule_ids) == ("R3", True, ("R-L1", "R-X1"))


def test_a_tightened_cadence_never_gives_more_time_to_lapse() -> None:
    """Last contact 03-01 and tightened on 04-30: the old two months end first."""
    story = left_behind()
    story.put(call(), at="2025-03-01 10:00")
    story.put(worry(), at="2025-04-30 10:00")
    assert story.child(T).tier.next_check_at == local("2025-05-02 00:00")


def test_other_reasons_for_the_same_tier_are_told() -> None:
    story = left_behind()
    story.put(worry(), at="2025-03-02 09:00")
    facts = story.put(worry(concern_note="再次"), at="2025-03-03 09:00")
    assert len(only(facts, RiskTierReassessed).fact_event_ids) == 2
    assert tier(story) == (None, "R3")


def test_a_closed_case_counts_no_more_except_what_time_ends() -> None:
    story = left_behind()
    alone(story)
    case: Any = story.states[CASE]
    home = RiskFact(
        factor=RiskFactor.RF_34, event_id=an_id("home"), since=local("2025-03-10 09:00")
    )
    placed = RiskFact(
        factor=RiskFactor.RF_35, event_id=an_id("placed"), since=local("2025-03-04 09:00")
    )
    facts = FactBook((*case.facts.facts, home, placed))
    story.states[CASE] = replace(case, facts=facts, stage=Stage.CLOSED)
    lowered = only(story.put(ReassessTier(), at="2025-03-20 09:00"), RiskTierProposed)
    assert (lowered.tier, lowered.rule_ids) == ("R2", ("R-H4",))
    assert lowered.fact_event_ids == (an_id("home"),)


def test_facts_of_another_child_in_the_case_are_not_this_childs() -> None:
    story = left_behind()
    other = RiskFact(
        factor=RiskFactor.RF_02,
        event_id=an_id("missing"),
        since=local("2025-03-03 09:00"),
        child_id=an_id("brother"),
    )
    story.states[CASE] = Case(
        id=CASE,
        version=1,
        stage=Stage.HANDLING,
        children=(T, an_id("brother")),
        facts=FactBook((other,)),
    )
    proposed = only(story.put(ReassessTier(), at="2025-03-03 10:00"), RiskTierProposed)
    assert proposed.tier == "R4"


def test_nobody_is_asked_about_a_closed_file_but_danger_still_rises() -> None:
    story = left_behind()
    child = story.child(T)
    story.states[T] = replace(child, file=replace(child.file, status=FileStatus.CLOSED))
    assert not [
        e
        for e in story.put(ReassessTier(), at="2025-03-02 10:00")
        if isinstance(e, RiskTierProposed)
    ]
    assert only(alone(story), RiskTierAssigned).tier == "R1"


def test_a_case_of_a_child_without_a_file_raises_no_tier() -> None:
    story = Story(HUANHUA, DIRECTORY)
    facts = story.put(report(Trigger.MISSING, children=(T,)), at="2025-03-03 09:00", on=CASE)
    assert not [e for e in facts if isinstance(e, TierTold)]


def test_a_mere_record_asks_for_no_assessment() -> None:
    story = left_behind()
    with_fact(story, RiskFactor.RF_02, "2025-03-02 08:00")
    record = noting(
        ParentChildContactRecorded,
        parent_in_touch=Kinship.MOTHER,
        family_channel=FamilyChannel.PHONE,
    )
    assert len(story.put(record, at="2025-03-02 09:00")) == 1
    assert tier(story) == (None, None)


def test_tier_events_are_read_back_as_they_were_written() -> None:
    story = left_behind()
    alone(story)
    story.put(overriding(), at="2025-03-03 12:00", by=SUPERVISOR)
    for _, event in story.told:
        if isinstance(event, TierTold):
            written = encode(event)
            assert decode(written.name, written.version, written.plain, written.boxes) == event


def test_every_moment_of_a_next_check_lies_ahead() -> None:
    story = left_behind()
    alone(story)
    for _, event in story.told:
        if isinstance(event, TierTold) and event.next_check_at is not None:
            assert event.next_check_at > event.told.at
            assert isinstance(event.next_check_at, datetime)


def leaving(story: Story, at: str, **days: date) -> None:
    """Father and mother are recorded as away since these days, and nobody is entrusted."""
    for relation, day in days.items():
        kin = Kinship(relation.upper())
        story.put(RecordGuardian(relation=kin, guardian_name=relation), at=at)
        (guardian,) = (g for g in story.child(T).care.guardians if g.relation == kin)
        away = RecordGuardianAbsence(
            guardian_id=guardian.guardian_id, absence_reason=AbsenceReason.WORK, away_from_on=day
        )
        story.put(away, at=at)


def test_the_days_without_a_carer_count_from_the_later_departure() -> None:
    story = left_behind()
    leaving(story, "2025-03-20 09:00", father=date(2025, 3, 12), mother=date(2024, 2, 20))
    fact = story.child(T).facts.find(RiskFactor.RF_16)
    assert fact is not None
    assert fact.since == local("2025-03-12 00:00")
    assert tier(story)[0] == "R2"


def test_what_was_before_the_file_is_counted_from_its_opening() -> None:
    """A worker who enters a child has the same days to name the carer as for any other."""
    story = left_behind()
    leaving(story, "2025-03-02 09:00", father=date(2024, 2, 20), mother=date(2024, 2, 20))
    fact = story.child(T).facts.find(RiskFactor.RF_16)
    assert fact is not None
    assert fact.since == local("2025-03-01 00:00")
    assert tier(story)[0] != "R2"
