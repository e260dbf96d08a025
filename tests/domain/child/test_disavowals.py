"""What rested on a disavowed record falls away, and what it had taken the place of stands again."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

import pytest

from domain.child.care_state import EntrustedCareStatus
from domain.child.concerns import CloseConcern
from domain.child.contacts import ContactMade
from domain.child.corrections import CorrectEvent, DisavowEvent, EventDisavowed
from domain.child.entrusted_care import DesignateEntrustedCarer, SignEntrustedCareAgreement
from domain.child.entrusted_concerns import (
    InformParentsOfCareConcern,
    RaiseEntrustedCareConcern,
)
from domain.child.guardian_condition import RecordGuardianConfinement, RecordGuardianRelease
from domain.child.guardians import RecordParentReturn
from domain.child.home_hazards import RectifyHomeHazard
from domain.child.home_visits import HomeVisitMade
from domain.child.overdue import NoteVisitOverdue, VisitOverdue
from domain.child.school_state import Schooling
from domain.child.truancy import RecordTruancy, ResumeAttendance
from domain.child.visit_problems import FindVisitProblem
from domain.codec import decode
from domain.kernel import Command, Event, Refused, evolve
from domain.risk import RiskFactor
from domain.sensitivity import P0, P4_MIND, P5
from domain.terms.care import (
    CareConcern,
    CareMeans,
    CarerCapability,
    ConfinementKind,
    Kinship,
    ParentsAnswer,
)
from domain.terms.visits import HomeHazardKind, VisitObligation, VisitProblemKind
from tests.domain.child.family import after, cq, li_left_behind, the_id, told_by
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
from tests.dsl import an_id, told

LEFT_BEHIND = li_left_behind()
LATER = "2025-04-10 09:00"
CARER = DesignateEntrustedCarer(
    carer_name="王奶奶",
    carer_relation=Kinship.PATERNAL_GRANDMOTHER,
    carer_capability=CarerCapability.CAPABLE,
    carer_age=60,
)


def gone(story: Story, event: Event[Any], at: str) -> tuple[Event[Any], ...]:
    """The record is disavowed."""
    undoing = DisavowEvent(target_event_id=event.told.event_id, disavowal_reason="记错了儿童")
    return story.put(undoing, at=at)


def without(*commands: Command[Any], name: str, at: str = LATER) -> Any:
    """The file once the last record of this name is disavowed."""
    event = [e for e in told_by(*commands) if e.name == name][-1]
    undoing = DisavowEvent(target_event_id=event.told.event_id, disavowal_reason="误录")
    return after(*commands, cq(undoing, at))


def test_a_visit_that_was_none_leaves_the_duty_where_it_was() -> None:
    story = opened()
    made = only(story.put(visit(), at="2024-08-25 09:00"), HomeVisitMade)
    assert dues(story) == ("2024-09-25", "2024-10-25")
    told_so = only(gone(story, made, "2024-08-26 09:00"), EventDisavowed)
    assert dues(story) == ("2024-08-01", "2024-09-01")
    assert story.child(T).visits.last_contact_on is None
    days = (told_so.next_contact_on, told_so.next_home_visit_on, told_so.home_visit_warn_on)
    assert days == (date(2024, 8, 1), date(2024, 9, 1), date(2024, 8, 27))


def test_the_visit_before_it_is_the_last_again() -> None:
    story = opened()
    first = only(story.put(call(), at="2024-07-20 09:00"), ContactMade)
    second = only(story.put(call(), at="2024-08-10 09:00"), ContactMade)
    gone(story, second, "2024-08-11 09:00")
    contact = story.child(T).visits.contact
    assert (contact.last_on, contact.last_event) == (date(2024, 7, 20), first.told.event_id)
    assert dues(story)[0] == "2024-08-20"


def test_an_earlier_contact_that_was_none_moves_no_due_day() -> None:
    story = opened()
    first = only(story.put(call(), at="2024-07-20 09:00"), ContactMade)
    story.put(call(), at="2024-08-10 09:00")
    told_so = only(gone(story, first, "2024-08-11 09:00"), EventDisavowed)
    assert (told_so.contact_again, told_so.next_contact_on) == (None, None)
    assert dues(story)[0] == "2024-09-10"


def test_the_overdue_is_told_after_the_disavowal() -> None:
    story = opened()
    made = only(story.put(visit(), at="2024-07-31 09:00"), HomeVisitMade)
    gone(story, made, "2024-08-01 09:00")
    late = NoteVisitOverdue(visit_obligation=VisitObligation.HOME_VISIT)
    overdue = only(story.put(late, at="2024-09-02 00:00"), VisitOverdue)
    assert overdue.visit_due_on == date(2024, 9, 1)


def test_under_a_tightened_cadence_the_day_follows_the_cadence_of_now() -> None:
    story = opened()
    made = only(story.put(call(), at="2024-07-20 09:00"), ContactMade)
    story.put(worry(), at="2024-08-01 09:00")
    enhanced = story.child(T).visits.contact
    gone(story, made, "2024-08-02 09:00")
    contact = story.child(T).visits.contact
    assert contact.next_on == date(2024, 8, 1)
    assert (contact.every, contact.switched_on) == (enhanced.every, enhanced.switched_on)


@pytest.mark.clause("SH2020-3.2-g", "CQ2016-3.3-d")
def test_a_concern_that_was_none_leaves_the_cadence_and_the_warning() -> None:
    story = opened()
    concern = story.put(worry(), at="2024-08-10 09:00")[0]
    assert story.child(T).visits.cadence == "ENHANCED"
    recorded = gone(story, concern, "2024-08-11 09:00")
    visits = story.child(T).visits
    assert (visits.cadence, visits.concerns, visits.warnings) == ("NORMAL", (), ())
    assert sum(isinstance(e, EventDisavowed) for e in recorded) == 2, "the warning rests on it"


def test_a_concern_closed_by_error_is_open_again_with_its_cadence() -> None:
    story = opened()
    story.put(worry(), at="2024-08-10 09:00")
    before = story.child(T)
    (concern,) = before.visits.concerns
    close = CloseConcern(concern_id=concern.concern_id, closed_because="好转")
    closed = story.put(close, at="2024-09-10 09:00")[0]
    assert story.child(T).visits.cadence == "NORMAL"
    gone(story, closed, "2024-09-11 09:00")
    child = story.child(T)
    assert (child.visits.concerns, child.visits.cadence) == ((concern,), "ENHANCED")
    assert child.facts.find(RiskFactor.RF_21) == before.facts.find(RiskFactor.RF_21)


def test_a_fact_of_conduct_or_mind_that_stood_again_before_is_kept_as_such() -> None:
    def again(code: str) -> dict[str, str]:
        return {"factor": code, "fact_event": str(UUID(int=1)), "since": "2024-09-10T01:00:00Z"}

    codes = ("RF-21", "RF-29", "RF-01")
    values = {"target_event_id": str(UUID(int=2)), "disavowal_reason": "错录"}
    old = values | {"facts_again": [again(code) for code in codes]}
    told = decode("child.event_disavowed", 2, old, {})
    assert isinstance(told, EventDisavowed)
    assert [f.fact_class for f in told.facts_again] == [P4_MIND, P5, P0]


def test_hazards_and_problems_come_and_go_with_their_records() -> None:
    story = opened()
    made = only(
        story.put(visit(hazards_seen=(HomeHazardKind.BURN,)), at="2024-07-20 09:00"), HomeVisitMade
    )
    (hazard,) = story.child(T).visits.hazards
    over = RectifyHomeHazard(hazard_id=hazard.hazard_id, rectification="已装护栏")
    rectified = story.put(over, at="2024-07-25 09:00")[0]
    gone(story, rectified, "2024-07-26 09:00")
    assert story.child(T).visits.hazards == (hazard,)
    assert story.child(T).facts.find(RiskFactor.RF_32)
    gone(story, made, "2024-07-27 09:00")
    assert story.child(T).visits.hazards == ()
    assert story.child(T).facts.find(RiskFactor.RF_32) is None
    problem = FindVisitProblem(problem_kind=next(iter(VisitProblemKind)), problem_found="缺学费")
    found = story.put(problem, at="2024-07-28 09:00")[0]
    gone(story, found, "2024-07-29 09:00")
    assert story.child(T).visits.problems == ()


def test_a_carer_recorded_on_the_wrong_child_looks_after_nobody() -> None:
    named = cq(CARER, "2025-03-04 09:00")
    assert not after(*LEFT_BEHIND, named).facts.find(RiskFactor.RF_16)
    child = without(*LEFT_BEHIND, named, name="child.entrusted_carer_designated")
    assert (child.care.has_carer, child.care.carer_id) == (False, None)
    assert child.care.entrusted is EntrustedCareStatus.NEEDED
    assert child.facts.find(RiskFactor.RF_16)


def test_what_was_agreed_and_feared_of_a_carer_who_was_none_falls_with_it() -> None:
    acts = (
        cq(CARER, "2025-03-04 09:00"),
        cq(
            SignEntrustedCareAgreement(
                parents_duties=("联系",),
                carer_duties=("照料",),
                signed_on=date(2025, 3, 5),
                agreement_hash="a" * 64,
            ),
            "2025-03-05 09:00",
        ),
        cq(
            RaiseEntrustedCareConcern(care_concern=CareConcern.NEGLECTS, concern_facts="常不在家"),
            "2025-03-06 09:00",
        ),
    )
    child = without(*LEFT_BEHIND, *acts, name="child.entrusted_carer_designated")
    assert child.care.entrusted is EntrustedCareStatus.NEEDED
    assert child.facts.find(RiskFactor.RF_17) is None


def test_a_concern_about_a_carer_that_was_none_leaves_the_care_in_force() -> None:
    acts = [
        cq(CARER, "2025-03-04 09:00"),
        cq(
            RaiseEntrustedCareConcern(care_concern=CareConcern.NEGLECTS, concern_facts="常不在家"),
            "2025-03-06 09:00",
        ),
    ]
    mother = the_id(told_by(*LEFT_BEHIND), Kinship.MOTHER)
    informed = InformParentsOfCareConcern(
        informed_guardians=(mother,),
        care_means=next(iter(CareMeans)),
        parents_answer=ParentsAnswer.KEEP_WITH_HELP,
    )
    for more in ((), (cq(informed, "2025-03-07 09:00"),)):
        child = without(*LEFT_BEHIND, *acts, *more, name="child.entrusted_care_concern_raised")
        assert child.care.entrusted is EntrustedCareStatus.DESIGNATED
        assert child.facts.find(RiskFactor.RF_17) is None


def test_a_return_that_was_none_leaves_the_parent_away_and_the_carer_in_place() -> None:
    mother = the_id(told_by(*LEFT_BEHIND), Kinship.MOTHER)
    back = cq(
        RecordParentReturn(guardian_id=mother, returned_on=date(2025, 3, 8)), "2025-03-08 09:00"
    )
    before = after(*LEFT_BEHIND, cq(CARER, "2025-03-04 09:00"))
    child = without(*LEFT_BEHIND, cq(CARER, "2025-03-04 09:00"), back, name="child.parent_returned")
    assert child.care == before.care
    alone = without(*LEFT_BEHIND, back, name="child.parent_returned")
    assert alone.care.parents_gone
    assert alone.facts.find(RiskFactor.RF_16)


def test_a_release_that_was_none_leaves_the_father_confined() -> None:
    father = the_id(told_by(*LEFT_BEHIND), Kinship.FATHER)
    confined = cq(
        RecordGuardianConfinement(
            guardian_id=father,
            confinement_kind=ConfinementKind.SENTENCE,
            confined_from_on=date(2025, 3, 1),
        ),
        "2025-03-05 09:00",
    )
    freed = cq(
        RecordGuardianRelease(guardian_id=father, released_on=date(2025, 3, 8)), "2025-03-08 09:00"
    )
    child = without(*LEFT_BEHIND, confined, freed, name="child.guardian_released")
    assert child.facts.find(RiskFactor.RF_33)


def test_truancy_that_was_none_leaves_the_pupil_at_school() -> None:
    story = opened()
    truant = story.put(RecordTruancy(absence_dates=(date(2024, 9, 3),)), at="2024-09-03 18:00")[0]
    gone(story, truant, "2024-09-04 09:00")
    child = story.child(T)
    assert (child.school.status, child.school.absent_on) == (Schooling.ENROLLED, ())
    assert child.facts.find(RiskFactor.RF_28) is None


def test_the_other_days_of_absence_still_count() -> None:
    story = opened()
    first, second = (
        story.put(RecordTruancy(absence_dates=(date(2024, 9, d),)), at=f"2024-09-0{d} 18:00")[0]
        for d in (3, 4)
    )
    gone(story, first, "2024-09-05 09:00")
    child = story.child(T)
    assert (child.school.status, child.school.absent_on) == (Schooling.TRUANT, (date(2024, 9, 4),))
    fact = child.facts.find(RiskFactor.RF_28)
    assert fact is not None
    assert fact.event_id == second.told.event_id
    back = story.put(ResumeAttendance(attending_on=date(2024, 9, 6)), at="2024-09-06 18:00")[0]
    gone(story, back, "2024-09-07 09:00")
    assert story.child(T).school.status is Schooling.TRUANT
    assert story.child(T).facts.find(RiskFactor.RF_28) == fact


@pytest.mark.parametrize("kind", [DisavowEvent, CorrectEvent])
def test_a_record_that_is_not_on_the_file_is_refused(kind: Any) -> None:
    more = {"disavowal_reason": "误录"} if kind is DisavowEvent else {"what_was_wrong": "误"}
    if kind is CorrectEvent:
        more |= {"right_value": "正"}
    with pytest.raises(Refused) as refusal:
        opened().put(kind(target_event_id=an_id("nothing"), **more), at="2024-09-04 09:00")
    assert (refusal.value.code, refusal.value.field) == ("unknown_record", "targetEventId")


HEAD = replace(SUPERVISOR, person_id=an_id("head"), role="school_head", unit_id=SCHOOL)
AUTHOR = replace(TEACHER, unit_id=SCHOOL)
OF_THE_VILLAGE = replace(DIRECTOR, unit_id=COMMITTEE.id)


@pytest.mark.parametrize("kind", [DisavowEvent, CorrectEvent])
def test_what_a_unit_recorded_is_undone_by_that_unit_and_the_supervisor(kind: Any) -> None:
    """The enhanced visits of SH2024-2.3.7-d rest on the school's word: the director does not lift them."""
    for by, allowed in (
        (OF_THE_VILLAGE, False),
        (DIRECTOR, False),
        (HEAD, True),
        (SUPERVISOR, True),
    ):
        story = opened()
        concern = story.put(worry(), at="2024-08-10 09:00", by=AUTHOR)[0]
        target = concern.told.event_id
        undoing = (
            DisavowEvent(target_event_id=target, disavowal_reason="不属实")
            if kind is DisavowEvent
            else CorrectEvent(target_event_id=target, what_was_wrong="误", right_value="正")
        )
        if allowed:
            assert story.put(undoing, at="2024-08-11 09:00", by=by)
            continue
        with pytest.raises(Refused) as refusal:
            story.put(undoing, at="2024-08-11 09:00", by=by)
        assert (refusal.value.code, refusal.value.field) == (
            "not_the_authors_unit",
            "targetEventId",
        )
        assert story.child(T).visits.cadence == "ENHANCED"


def test_a_disavowal_recorded_before_it_said_so_changes_what_it_changed_then() -> None:
    story = opened()
    made = only(story.put(visit(), at="2024-08-25 09:00"), HomeVisitMade)
    old = EventDisavowed(target_event_id=made.told.event_id, disavowal_reason="误录")
    child = evolve(story.child(T), told(old, at="2024-08-26 09:00"))
    assert child.visits == story.child(T).visits
    assert UUID(str(made.told.event_id)) in child.file.disavowed
