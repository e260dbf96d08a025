"""What the police say and write to guardians (scenarios 1, 3)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

import pytest

from domain.case.dispatch import EmergencyDutySetAside, SetEmergencyDutyAside
from domain.case.intervention import step_of
from domain.case.measures import (
    CriminalCaseOpened,
    GuardianCriticised,
    GuardianDissuaded,
    GuardianReprimanded,
    InfringementRepeated,
    RecordRepeatInfringement,
    SecurityPenaltyImposed,
    WarningLetterIssued,
)
from domain.case.non_performance import EndNonPerformance, IssueRefusalNotice, StartNonPerformance
from domain.case.violence import InfringementStopped
from domain.child.care_state import CareState, EntrustedCareStatus
from domain.kernel import Command, Event, Record
from domain.risk import RiskFactor
from domain.terms.emergency import EmergencyDuty, Finding
from domain.terms.intervention import InterventionStep
from domain.terms.measures import (
    Accused,
    CriticisedBy,
    MeasureKind,
    MeasureSubject,
    PenaltyClass,
)
from domain.terms.reports import Trigger
from projections.queues import QUEUES
from projections.queues_of_reports import CASE_ENDS, everybody_dissuaded
from tests.domain.case.cast import (
    BROTHER,
    FATHER,
    LI,
    MOTHER,
    case_of,
    child,
    cn,
    cq,
    noting,
    sh,
)
from tests.domain.case.on_scene import (
    ALONE,
    HERS,
    INJURED_CN,
    VIOLENT_SH,
    after,
    findings,
    of_two,
    on_scene_cq,
    then,
)
from tests.dsl import an_id, given

D = EmergencyDuty

UNCLE = an_id("uncle")

LATER_SH = "2022-03-02 09:00"


def measure(record: type[Record[Any]], subject: UUID = FATHER, **more: Any) -> Command[Any]:
    """Taken against the father."""
    taken: dict[str, Any] = {"subject_kind": MeasureSubject.PARENT, "subject_id": subject}
    return noting(record, **{**taken, **more})


CRITICISE = measure(
    GuardianCriticised, criticised_by=CriticisedBy.POLICE, measure_ground="殴打女儿"
)

REPRIMAND = measure(GuardianReprimanded, measure_ground="殴打女儿")

LETTER = measure(
    WarningLetterIssued, MOTHER, letter_number="长公告诫2019-3", measure_ground="打伤儿子"
)


def penalty(subject: UUID) -> Command[Any]:
    """Ten days."""
    return measure(
        SecurityPenaltyImposed,
        subject,
        penalty_class=PenaltyClass.DETENTION,
        penalty_reference="崇公罚2022-9",
    )


def test_shanghai_has_both_criticism_and_reprimand_of_father_and_uncle() -> None:
    uncle = measure(
        GuardianCriticised,
        UNCLE,
        subject_kind=MeasureSubject.ENTRUSTED_CARER,
        criticised_by=CriticisedBy.POLICE,
        measure_ground="殴打女童",
    )
    case = after(VIOLENT_SH, *(sh(c, at=LATER_SH) for c in (CRITICISE, uncle)))
    assert D.CRITICISE_GUARDIAN not in case.emergency.open_duties
    assert D.REPRIMAND_GUARDIAN in case.emergency.open_duties
    assert case.emergency.measures_against(UNCLE) == {MeasureKind.CRITICISM}
    case = after(VIOLENT_SH, *(sh(c, at=LATER_SH) for c in (CRITICISE, REPRIMAND, penalty(FATHER))))
    assert D.REPRIMAND_GUARDIAN not in case.emergency.open_duties
    assert case.emergency.measures_against(FATHER) == {
        MeasureKind.CRITICISM,
        MeasureKind.REPRIMAND,
        MeasureKind.PENALTY,
    }


REFUSES = StartNonPerformance(
    subject_kind=MeasureSubject.PARENT,
    subject_id=HERS,
    refused_since_on=date(2025, 3, 1),
    refusal_facts="不予照管",
)
STOPPED = noting(InfringementStopped, act_stopped="殴打", child_id=LI)


def found_in_two_families(*found: Finding) -> tuple[Event[Any], ...]:
    """Two children, each with parents of their own."""
    reported = on_scene_cq(Trigger.LIVING_ALONE, children=(LI, BROTHER))
    return then(reported, of_two(findings(*found), "10:00"))


def by_both(record: type[Record[Any]], duty: EmergencyDuty, **said: Any) -> tuple[bool, ...]:
    """Whether the duty is open after the father of the one, and after the mother of the other."""
    found = found_in_two_families(Finding.LIVING_ALONE, Finding.DOMESTIC_VIOLENCE)
    one = then(found, of_two(measure(record, measure_ground="殴打", **said), "10:05"))
    two = then(one, of_two(measure(record, HERS, measure_ground="殴打", **said), "10:10"))
    return tuple(duty in case_of(*h).emergency.open_duties for h in (found, one, two))


def test_of_two_families_each_is_criticised_and_reprimanded() -> None:
    """CQ2016-4.2-e, CQ2016-4.4-a: what is said to one father educates no other child's mother."""
    assert by_both(GuardianReprimanded, D.REPRIMAND_GUARDIAN) == (True, True, False)
    police = CriticisedBy.POLICE
    said = by_both(GuardianCriticised, D.CRITICISE_GUARDIAN, criticised_by=police)
    assert said == (True, True, False)
    assert by_both(WarningLetterIssued, D.CRITICISE_GUARDIAN, letter_number="1")[1:] == (
        True,
        False,
    )


def test_a_carer_answers_for_the_child_in_their_care() -> None:
    found = found_in_two_families(Finding.DOMESTIC_VIOLENCE)
    cared = CareState(entrusted=EntrustedCareStatus.IN_FORCE, carer_id=UNCLE)
    files = {LI: child(), BROTHER: child(BROTHER, care=cared)}
    subject = {"subject_kind": MeasureSubject.ENTRUSTED_CARER, "measure_ground": "殴打"}
    said = measure(GuardianCriticised, UNCLE, criticised_by=CriticisedBy.POLICE, **subject)
    (criticised,) = given(*found).when(cq(said, at="2025-03-03 10:05", linked=files)).facts()
    assert criticised.about_children == (BROTHER,)  # type: ignore[attr-defined]


def test_the_family_that_gave_no_cause_is_set_aside_with_the_reason() -> None:
    found = found_in_two_families(Finding.DOMESTIC_VIOLENCE)
    rest = SetEmergencyDutyAside(duty=D.CRITICISE_GUARDIAN, set_aside_reason="另一家庭无施暴行为")
    given(*found).when(of_two(rest, "10:10")).then_refused("duty_cannot_be_set_aside")
    one = then(found, of_two(CRITICISE, "10:05"))
    assert D.CRITICISE_GUARDIAN not in after(one, of_two(rest, "10:10")).emergency.open_duties
    again = then(one, of_two(findings(Finding.OTHER_INFRINGEMENT), "10:20"))
    given(*again).when(of_two(rest, "10:30")).then(
        EmergencyDutySetAside(duty=rest.duty, set_aside_reason=rest.set_aside_reason)
    )


@pytest.mark.parametrize(
    "of_hers",
    [
        measure(GuardianDissuaded, HERS, measure_ground="不予照管"),
        measure(GuardianReprimanded, HERS, measure_ground="不予照管"),
        noting(InfringementStopped, act_stopped="殴打", child_id=BROTHER),
        noting(InfringementStopped, act_stopped="殴打"),
    ],
)
def test_of_two_families_each_is_dissuaded(of_hers: Command[Any]) -> None:
    """SH2020-3.1-d, CQ2016-3.1-g, SH2024-2.2.4-b (Q-17)."""
    found = found_in_two_families(Finding.GUARDIAN_NOT_PERFORMING)
    his = measure(GuardianDissuaded, measure_ground="让孩子独居")
    one = then(found, of_two(his, "10:05"))
    assert not everybody_dissuaded(None, case_of(*one))
    assert everybody_dissuaded(None, after(one, of_two(of_hers, "10:10")))
    deeds = [c for c in QUEUES["Q-17"].endings if c not in CASE_ENDS]
    assert {c.only for c in deeds} == {everybody_dissuaded}


def test_an_infringement_is_stopped_for_each_child_or_for_all() -> None:
    """SH2020-4.2-l, CQ2016-4.2-l."""
    found = found_in_two_families(Finding.OTHER_INFRINGEMENT)
    one = then(found, of_two(STOPPED, "10:05"))
    assert D.STOP_INFRINGEMENT in case_of(*one).emergency.open_duties
    other = noting(InfringementStopped, act_stopped="殴打", child_id=BROTHER)
    assert D.STOP_INFRINGEMENT not in after(one, of_two(other, "10:10")).emergency.open_duties


def test_who_refuses_is_dissuaded_whoever_else_was() -> None:
    """T-07: of a refusal the guardian's own children wait, until it is dissuaded, over, or said again."""
    found = found_in_two_families(Finding.LIVING_ALONE)
    refused = then(found, of_two(REFUSES, "10:05"))
    his = of_two(measure(GuardianDissuaded, measure_ground="让孩子独居"), "10:10")
    assert not everybody_dissuaded(None, after(refused, his))
    (refusal,) = case_of(*refused).intervention.refusals
    over = EndNonPerformance(
        refusal_id=refusal.refusal_id, refusal_ended_on=date(2025, 3, 3), performing_how="已返家"
    )
    assert everybody_dissuaded(None, after(refused, of_two(over, "10:15")))
    hers = of_two(measure(GuardianDissuaded, HERS, measure_ground="不予照管"), "10:10")
    dissuaded = then(refused, hers)
    assert everybody_dissuaded(None, case_of(*dissuaded))
    notice = cq(IssueRefusalNotice(refusal_id=refusal.refusal_id), at="2025-06-02 09:00")
    assert not everybody_dissuaded(None, after(dissuaded, notice))


def test_who_did_it_again_is_penalised_each() -> None:
    """CN2017-4.4.3-b."""
    letters = (
        replace(LETTER, subject_id=who)  # type: ignore[call-arg]
        for who in (MOTHER, FATHER)
    )
    admonished = then(INJURED_CN, *(cn(one, at="2019-04-02 09:00") for one in letters))
    again = (cn(repeat(who), at="2019-04-12 15:00") for who in (MOTHER, FATHER))
    one = then(admonished, *again, cn(penalty(MOTHER), at="2019-04-13 09:00"))
    assert D.IMPOSE_PENALTY in case_of(*one).emergency.open_duties
    both = after(one, cn(penalty(FATHER), at="2019-04-13 10:00"))
    assert D.IMPOSE_PENALTY not in both.emergency.open_duties


@pytest.mark.clause("SH2020-4.4-c", "CN2017-4.4.3-c")
def test_plain_measures_are_noted_down() -> None:
    dissuade = measure(GuardianDissuaded, measure_ground="让孩子独居")
    given(*ALONE).when(cq(dissuade, at="2025-03-03 10:00")).then(
        GuardianDissuaded(
            subject_kind=MeasureSubject.PARENT, subject_id=FATHER, measure_ground="让孩子独居"
        )
    )
    crime = measure(CriminalCaseOpened, criminal_reference="崇公刑立2022-4")
    given(*VIOLENT_SH).when(sh(crime, at=LATER_SH)).then(
        CriminalCaseOpened(
            subject_kind=Accused.PARENT,
            subject_id=FATHER,
            criminal_reference="崇公刑立2022-4",
        )
    )


def repeat(subject: UUID = MOTHER, **more: Any) -> RecordRepeatInfringement:
    """She injures him again."""
    return RecordRepeatInfringement(subject_id=subject, repeat_facts="会面时再次打伤", **more)


def test_a_repeat_after_a_written_admonition_asks_for_a_penalty() -> None:
    admonished = then(INJURED_CN, cn(LETTER, at="2019-04-02 09:00"))
    again = cn(repeat(), at="2019-04-12 15:00")
    given(*admonished).when(again).then(
        InfringementRepeated(
            subject_id=MOTHER, repeat_facts="会面时再次打伤", duties=(D.IMPOSE_PENALTY,)
        )
    )
    history = then(admonished, again)
    case = case_of(*history)
    assert D.IMPOSE_PENALTY in case.emergency.open_duties
    assert case.facts.source(RiskFactor.RF_14) == history[-1].told.event_id
    penalised = after(history, cn(penalty(MOTHER), at="2019-04-13 09:00"))
    assert D.IMPOSE_PENALTY not in penalised.emergency.open_duties


def test_a_letter_answers_the_duty_to_criticise() -> None:
    assert D.CRITICISE_GUARDIAN in case_of(*INJURED_CN).emergency.open_duties
    admonished = after(INJURED_CN, cn(LETTER, at="2019-04-02 09:00"))
    assert D.CRITICISE_GUARDIAN not in admonished.emergency.open_duties


def test_a_serious_injury_at_the_repeat_is_danger() -> None:
    admonished = then(VIOLENT_SH, sh(CRITICISE, at=LATER_SH))
    again = sh(repeat(FATHER, serious_injury=True), at="2022-03-05 09:00")
    case = after(admonished, again)
    assert case.facts.find(RiskFactor.RF_09) is not None
    assert D.IMPOSE_PENALTY not in case.emergency.open_duties


def test_what_the_police_said_in_an_earlier_case_makes_it_a_repeat() -> None:
    """CN2017-4.4.3-b: 在公安机关批评教育或出具告诫书后,监护人仍存在…违法行为, whichever case that was in."""
    earlier = replace(after(INJURED_CN, cn(LETTER, at="2019-04-02 09:00")), id=an_id("earlier"))
    again = cn(repeat(), at="2019-04-12 15:00", linked={earlier.id: earlier})
    (repeated,) = given(*INJURED_CN).when(again).facts()
    assert isinstance(repeated, InfringementRepeated)
    assert repeated.duties == (D.IMPOSE_PENALTY,)
    somebody_else = cn(repeat(FATHER), at="2019-04-12 15:00", linked={earlier.id: earlier})
    given(*INJURED_CN).when(somebody_else).then_refused("no_earlier_measure")


def test_what_a_committee_says_is_no_step_of_the_police() -> None:
    """SH2020-4.4-a, CN2017-4.4.3-a: 公安机关…批评教育; theirs stays to be done, and no ladder stands on the other's."""
    by_village = replace(CRITICISE, criticised_by=CriticisedBy.VILLAGE_COMMITTEE)  # type: ignore[call-arg]
    spoken = then(VIOLENT_SH, sh(by_village, at=LATER_SH))
    case = case_of(*spoken)
    assert D.CRITICISE_GUARDIAN in case.emergency.open_duties
    assert everybody_dissuaded(None, case)
    again = sh(repeat(FATHER), at="2022-03-05 09:00")
    given(*spoken).when(again).then_refused("no_earlier_measure")
    assert step_of(case, FATHER) is InterventionStep.DISSUADED


def test_without_an_earlier_step_it_is_no_repeat() -> None:
    reprimanded = then(VIOLENT_SH, sh(REPRIMAND, at=LATER_SH))
    again = sh(repeat(FATHER), at="2022-03-05 09:00")
    given(*reprimanded).when(again).then_refused("no_earlier_measure", field="subjectId")
