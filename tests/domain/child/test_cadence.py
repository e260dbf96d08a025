"""T-01 … T-04: scenario 7 day by day, the packs that give no number, and the tier that may only shorten."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from domain.child.cadence import (
    CadenceClassSet,
    Interval,
    SetCadenceClass,
    VisitingEnded,
    cadence_for,
)
from domain.child.coming_of_age import CameOfAge, NoteComingOfAge
from domain.child.concerns import CloseConcern, ConcernClosed
from domain.child.contacts import ContactMade
from domain.child.corrections import CorrectEvent
from domain.child.file import ChildFileOpened
from domain.child.file_state import CategoryHeld, FileStatus
from domain.child.guardian_condition import RecordGuardianDisability
from domain.child.guardians import RecordGuardian
from domain.child.home_visits import HomeVisitMade
from domain.child.overdue import NoteVisitOverdue, VisitOverdue
from domain.child.records import RecordDisability
from domain.child.state import Child
from domain.child.tier import RiskTierAssigned
from domain.child.tier_decisions import OverrideRiskTier
from domain.divisions import Divisions
from domain.kernel import BACKDATED, Refused
from domain.pack_changes import with_provision
from domain.packfile import Mark
from domain.periods import Period, add, birthday
from domain.rulebook import Rulebook, jurisdiction_of
from domain.terms.care import DisabilityDegree, DisabilityKind, Kinship
from domain.terms.tier import ScaleId, TierBasis, TierCode
from domain.terms.visits import CadenceClass, VisitContactResult, VisitObligation
from tests.domain.child.family import HUANHUA, STREET
from tests.domain.child.jiading import (
    COMMITTEE,
    DIRECTOR,
    SCHOOL,
    SUPERVISOR,
    TEACHER,
    T,
    call,
    dues,
    only,
    opened,
    visit,
    worry,
)
from tests.domain.story import Story
from tests.dsl import told

CONTACT, HOME_VISIT = VisitObligation.CONTACT, VisitObligation.HOME_VISIT


def test_a_file_opened_on_1_july_is_contacted_by_1_august_and_visited_by_1_september() -> None:
    story = opened()
    assert dues(story) == ("2024-08-01", "2024-09-01")
    first = next(e for _, e in story.told if isinstance(e, CadenceClassSet))
    assert first == CadenceClassSet(
        cadence=CadenceClass.NORMAL,
        cadence_causes=(),
        switched_on=date(2024, 7, 1),
        contact_every=Interval(months=1),
        home_visit_every=Interval(months=2),
        contact_by_rule=Interval(months=1),
        next_contact_on=date(2024, 8, 1),
        contact_warn_on=date(2024, 7, 27),
        next_home_visit_on=date(2024, 9, 1),
        home_visit_warn_on=date(2024, 8, 27),
    )
    assert "SH2024-2.3.7-c" in first.told.clauses
    assert "CQ2016-3.2-e" not in first.told.clauses


def test_a_home_visit_counts_as_contact_too() -> None:
    story = opened()
    made = only(story.put(visit(), at="2024-07-20 10:00", by=DIRECTOR), HomeVisitMade)
    assert dues(story) == ("2024-08-20", "2024-09-20")
    assert made.counts_as_contact
    assert (made.next_contact_on, made.next_home_visit_on) == (date(2024, 8, 20), date(2024, 9, 20))
    assert (made.contact_warn_on, made.home_visit_warn_on) == (date(2024, 8, 15), date(2024, 9, 15))


def enhanced() -> Story:
    """Scenario 7 after step 3."""
    story = opened()
    story.put(visit(), at="2024-07-20 10:00", by=DIRECTOR)
    story.put(worry(), at="2024-08-10 16:00", by=TEACHER)
    return story


def test_a_behaviour_concern_makes_visits_enhanced_without_giving_more_time() -> None:
    story = enhanced()
    assert dues(story) == ("2024-08-20", "2024-09-10")
    concern = story.child(T).visits.concerns[0]
    switched = [e for _, e in story.told if isinstance(e, CadenceClassSet)][-1]
    assert switched.cadence is CadenceClass.ENHANCED
    assert switched.cadence_causes == (concern.event_id,)
    assert switched.switched_on == date(2024, 8, 10)
    assert (switched.contact_every, switched.home_visit_every) == (
        Interval(days=14),
        Interval(months=1),
    )
    assert switched.contact_warn_on == date(2024, 8, 17)


def test_a_late_entry_from_before_the_switch_gets_no_more_time_by_it() -> None:
    story = enhanced()
    story.put(
        call(), at="2024-08-11 10:00", occurred="2024-08-09 10:00", late_because="断网", by=DIRECTOR
    )
    # 08-09 + 1 month is later than 08-10 + 14 days
    assert dues(story) == ("2024-08-24", "2024-09-10")


def test_overdue_is_told_on_the_fifteenth_day_and_once() -> None:
    story = enhanced()
    story.put(call(), at="2024-08-20 18:00", by=DIRECTOR)
    assert dues(story)[0] == "2024-09-03"
    note = NoteVisitOverdue(visit_obligation=CONTACT)
    assert story.put(note, at="2024-09-03 23:59") == ()
    overdue = only(story.put(note, at="2024-09-04 00:00"), VisitOverdue)
    assert overdue == VisitOverdue(
        visit_obligation=CONTACT,
        visit_due_on=date(2024, 9, 3),
        escalated_to_unit_id=STREET.id,
    )
    assert story.put(note, at="2024-09-05 00:00") == ()


def test_overdue_is_not_told_of_what_was_done_meanwhile() -> None:
    story = enhanced()
    story.put(call(), at="2024-08-20 18:00", by=DIRECTOR)
    story.put(visit(), at="2024-09-08 10:00", by=DIRECTOR)
    assert story.put(NoteVisitOverdue(visit_obligation=HOME_VISIT), at="2024-09-11 00:00") == ()


def test_a_home_visit_is_overdue_for_itself() -> None:
    story = enhanced()
    story.put(call(), at="2024-09-09 18:00", by=DIRECTOR)
    facts = story.put(NoteVisitOverdue(visit_obligation=HOME_VISIT), at="2024-09-11 00:00")
    assert only(facts, VisitOverdue).visit_due_on == date(2024, 9, 10)
    assert story.put(NoteVisitOverdue(visit_obligation=CONTACT), at="2024-09-11 00:00") == ()


@pytest.mark.parametrize("relation", [Kinship.FATHER, Kinship.MOTHER])
@pytest.mark.parametrize(
    ("degree", "expected"),
    [(DisabilityDegree.GRADE_4, "NORMAL"), (DisabilityDegree.GRADE_2, "ENHANCED")],
    ids=["slight", "severe"],
)
def test_of_a_parent_only_a_severe_disability_enhances(
    relation: Kinship, degree: DisabilityDegree, expected: str
) -> None:
    story = opened()
    story.put(RecordGuardian(relation=relation, guardian_name="陶父"), at="2024-07-02 09:00")
    guardian = story.child(T).care.guardians[0].guardian_id
    story.put(
        RecordGuardianDisability(
            guardian_id=guardian, disability_kind=DisabilityKind.LIMB, disability_degree=degree
        ),
        at="2024-07-03 09:00",
    )
    assert story.child(T).visits.cadence == expected


def test_of_the_child_itself_a_slight_disability_enhances() -> None:
    story = opened()
    slight = RecordDisability(
        disability_kind=DisabilityKind.LIMB, disability_degree=DisabilityDegree.GRADE_4
    )
    story.put(slight, at="2024-07-03 09:00")
    assert story.child(T).visits.cadence == CadenceClass.ENHANCED
    assert dues(story) == ("2024-07-17", "2024-08-03")


def test_closing_the_concern_brings_the_normal_cadence_back() -> None:
    story = enhanced()
    story.put(visit(), at="2025-01-02 10:00", by=DIRECTOR)
    story.put(call(), at="2025-01-10 10:00", by=DIRECTOR)
    concern = story.child(T).visits.concerns[0].concern_id
    closing = CloseConcern(concern_id=concern, closed_because="连续一学期无异常")
    facts = story.put(closing, at="2025-01-15 10:00", by=TEACHER)
    assert only(facts, ConcernClosed).concern_id == concern
    assert only(facts, CadenceClassSet).cadence is CadenceClass.NORMAL
    assert dues(story) == ("2025-02-10", "2025-03-02")


def test_two_concerns_keep_visits_enhanced_until_both_are_closed() -> None:
    story = enhanced()
    story.put(worry(concern_note="又一次"), at="2024-08-11 10:00", by=TEACHER)
    first, second = (c.concern_id for c in story.child(T).visits.concerns)
    story.put(CloseConcern(concern_id=first, closed_because="好转"), at="2024-08-12 10:00")
    assert story.child(T).visits.cadence == CadenceClass.ENHANCED
    story.put(CloseConcern(concern_id=second, closed_because="好转"), at="2024-08-13 10:00")
    assert story.child(T).visits.cadence == CadenceClass.NORMAL


def test_the_second_fact_is_named_and_moves_no_due_day() -> None:
    story = enhanced()
    before = dues(story)
    facts = story.put(worry(concern_note="又一次"), at="2024-08-12 10:00", by=TEACHER)
    assert len(only(facts, CadenceClassSet).cadence_causes) == 2
    assert dues(story) == before


def test_the_director_sees_enhanced_visits_and_not_the_schools_note() -> None:
    classes = {s.name: s.sensitivity.value for s in CadenceClassSet.specs}
    assert classes.pop("cadence") == "P2_STANDING"
    assert set(classes.values()) == {"P2"}
    assert {s.name for s in worry().specs if s.sensitivity == "P4_MIND"} == {
        "behaviour_concern",
        "concern_source",
        "concern_note",
    }


def test_the_concern_asks_teacher_supervisor_and_director_to_help_the_guardians() -> None:
    story = enhanced()
    concern: Any = next(e for _, e in story.told if e.name == "child.behaviour_concern_recorded")
    assert concern.support_unit_ids == (SCHOOL, STREET.id, COMMITTEE.id)
    assert concern.help_guardians_by == date(2024, 8, 17)


def test_what_is_entered_before_the_last_fact_needs_a_reason() -> None:
    story = enhanced()
    with pytest.raises(Refused) as refused:
        story.put(visit(), at="2024-08-12 10:00", occurred="2024-08-01 10:00", by=DIRECTOR)
    assert refused.value.code == BACKDATED.code


def test_an_older_contact_entered_late_moves_nothing() -> None:
    story = opened()
    story.put(visit(), at="2024-07-20 10:00", by=DIRECTOR)
    late = only(
        story.put(call(), at="2024-07-21 10:00", occurred="2024-07-10 10:00", late_because="补录"),
        ContactMade,
    )
    assert late.next_contact_on == date(2024, 8, 20)
    assert dues(story) == ("2024-08-20", "2024-09-20")


def test_a_contact_from_before_the_file_does_not_shorten_the_first_due_day() -> None:
    story = opened()
    story.put(call(), at="2024-07-02 10:00", occurred="2024-06-20 10:00", late_because="补录")
    assert dues(story)[0] == "2024-08-01"


def test_a_call_that_reached_nobody_meets_no_duty() -> None:
    story = opened()
    facts = story.put(
        call(contact_with=(), contact_result=VisitContactResult.NOT_REACHED), at="2024-07-20 10:00"
    )
    assert only(facts, ContactMade).next_contact_on == date(2024, 8, 1)
    assert dues(story)[0] == "2024-08-01"


def test_chongqing_gives_no_number_and_takes_the_platforms() -> None:
    story = opened("2025-03-03 09:00", HUANHUA)
    assert dues(story) == ("2025-04-03", "2025-05-03")
    first = next(e for _, e in story.told if isinstance(e, CadenceClassSet))
    assert "CQ2016-3.2-e" in first.told.clauses
    assert "SH2024-2.3.7-c" not in first.told.clauses
    story.put(worry(), at="2025-03-04 09:00")
    assert dues(story) == ("2025-03-18", "2025-04-04")


def tiered(tier: str) -> RiskTierAssigned:
    """A tier that stands, for what follows from it."""
    return RiskTierAssigned(
        tier=TierCode(tier),
        tier_basis=TierBasis.CONFIRMED,
        scale_id=ScaleId("platform-risk"),
        scale_version=1,
    )


@pytest.mark.parametrize(
    ("tier", "expected"),
    [
        ("R1", ("2024-07-11", "2024-08-10")),
        ("R2", ("2024-07-17", "2024-07-24")),
        ("R3", ("2024-07-24", "2024-08-10")),
        ("R4", ("2024-08-01", "2024-09-01")),
    ],
)
def test_a_tier_only_shortens(tier: str, expected: tuple[str, str]) -> None:
    story = opened()
    story.tell(told(tiered(tier), at="2024-07-10 09:00"))
    story.put(SetCadenceClass(counted_from=date(2024, 7, 10)), at="2024-07-10 09:01")
    assert dues(story) == expected


def test_an_override_to_a_higher_tier_changes_the_cadence_in_the_same_breath() -> None:
    story = opened()
    override = OverrideRiskTier(
        tier=TierCode("R2"), tier_reason="邻居多次反映", review_on=date(2024, 8, 31)
    )
    story.put(override, at="2024-07-10 10:00", by=SUPERVISOR)
    assert dues(story) == ("2024-07-17", "2024-07-24")


def in_status(child: Child, status: FileStatus) -> Child:
    """The file in another state, whichever chapter put it there."""
    return replace(child, file=replace(child.file, status=status))


def test_the_duty_ends_with_the_file_and_begins_again_with_it() -> None:
    story = opened()
    story.states[T] = in_status(story.child(T), FileStatus.DORMANT)
    assert story.put(SetCadenceClass(counted_from=date(2024, 7, 5)), at="2024-07-05 09:00") == (
        VisitingEnded(),
    )
    assert dues(story) == (None, None)
    assert story.put(NoteVisitOverdue(visit_obligation=CONTACT), at="2024-12-01 00:00") == ()
    assert story.put(SetCadenceClass(counted_from=date(2024, 7, 6)), at="2024-07-06 09:00") == ()
    story.states[T] = in_status(story.child(T), FileStatus.OPEN)
    story.put(SetCadenceClass(counted_from=date(2024, 10, 1)), at="2024-10-01 09:00")
    assert dues(story) == ("2024-11-01", "2024-12-01")


def test_nobody_of_age_is_visited_who_is_in_no_category() -> None:
    """On the birthday, by the clock; the birth that is corrected says again who is a child."""
    story = opened()
    born = story.child(T).file.birth_on
    assert born is not None
    assert not story.child(T).file.held
    grown = birthday(born, 18)
    eve, end = (grown - timedelta(days=1)).isoformat(), NoteComingOfAge()
    assert not story.put(end, on=T, at=f"{eve} 23:59")
    assert VisitingEnded() in story.put(end, on=T, at=f"{grown} 00:00")
    assert not story.child(T).visits.in_force
    assert not story.put(end, on=T, at=f"{grown} 00:01")
    file = next(e for on, e in story.told if on == T and isinstance(e, ChildFileOpened))
    right = CorrectEvent(
        target_event_id=file.told.event_id,
        what_was_wrong="出生日期",
        birth_on=add(born, Period(months=12)),
    )
    assert CadenceClassSet in [type(e) for e in story.put(right, on=T, at=f"{grown} 09:00")]


def test_a_category_that_is_still_held_is_visited_until_its_end_is_decided() -> None:
    story = opened()
    held = CategoryHeld(code="LBC_SH", group="LBC")
    child = story.child(T)
    story.states[T] = replace(child, file=replace(child.file, held=(held,)))
    born = child.file.birth_on
    assert born is not None
    grown = birthday(born, 18)
    facts = story.put(NoteComingOfAge(), on=T, at=f"{grown} 00:00")
    assert CameOfAge(of_age_on=grown) in facts
    assert VisitingEnded() not in facts


def test_who_has_come_of_age_meanwhile_is_not_visited_by_what_is_told_late() -> None:
    """A category ended before the birthday, and nobody wrote it down until after: the rules are of that day."""
    story = opened()
    born = story.child(T).file.birth_on
    assert born is not None
    late, ended = birthday(born, 18) + timedelta(days=5), birthday(born, 18) - timedelta(days=5)
    follows = SetCadenceClass(counted_from=late)
    story.put(follows, at=f"{late} 09:00", occurred=f"{ended} 09:00", late_because="补记")
    assert not story.child(T).visits.in_force


def test_setting_the_cadence_again_changes_nothing() -> None:
    story = opened()
    assert story.put(SetCadenceClass(counted_from=date(2024, 7, 2)), at="2024-07-02 09:00") == ()


def test_the_owner_may_let_the_month_be_the_calendars() -> None:
    """I.16: rolling or by the calendar month; two weeks are fourteen days either way."""
    child = opened().child(T)
    book = Rulebook.load()
    here = jurisdiction_of(Divisions.load(), STREET.division_id, date(2024, 7, 1))
    plan = book.pack("SH2024")
    decided = replace(plan.provisions["cadence_rolling"], value=False, mark=Mark.OWNER_DECIDED)
    by_month = book.replacing(with_provision(plan, 2, decided))
    for rules, days in (
        (book, ("2024-08-05", "2024-09-05")),
        (by_month, ("2024-08-31", "2024-09-30")),
    ):
        cadence = cadence_for(child, rules.in_force(here, date(2024, 7, 5)))
        found = (cadence.contact, cadence.home_visit)
        assert tuple(str(add(date(2024, 7, 5), every)) for every in found) == days
        assert found == (Period(months=1), Period(months=2))
