"""Notices, measures, custody, and when the emergency is over (scenarios 1, 3, 4)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

import pytest

from domain.case.care_secured import (
    CareSecured,
    NoteCareSecured,
    RecordCareSecured,
    carer_named_ends_the_branch,
    children_without_care,
    emergency_may_finish,
    placement_ends_the_branch,
    what_keeps_emergency_open,
)
from domain.case.custody import (
    ArrangeTemporaryCareOnCustody,
    CustodyChildInquiryMade,
    MakeCustodyChildInquiry,
    TemporaryCareOnCustodyArranged,
)
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
from domain.case.notices import (
    CivilAffairsNotifiedForPlacement,
    NoteTownshipNoticeOverdue,
    NotifyCivilAffairsForPlacement,
    NotifyTownship,
    TownshipNoticeOverdue,
    TownshipNotifiedByPolice,
)
from domain.case.placement_state import Placement, PlacementState
from domain.case.report_state import Stage
from domain.case.state import Case
from domain.child.entrusted_care import EntrustedCarerDesignated
from domain.child.guardians import ParentReturned
from domain.child.state import Child
from domain.kernel import Command, Event, Record, replay
from domain.reactions import Put
from domain.risk import RiskFactor
from domain.terms.care import CarerCapability, Kinship
from domain.terms.emergency import (
    DangerState,
    EmergencyDuty,
    EscortDestination,
    Finding,
    NoticeGround,
)
from domain.terms.measures import (
    CriticisedBy,
    CustodyCarer,
    CustodyDecision,
    MeasureKind,
    MeasureSubject,
    PenaltyClass,
)
from domain.terms.placement import PlacementKind, PlacementStatus
from domain.terms.places import DivisionId
from domain.terms.reports import Trigger
from tests.domain.case.cast import (
    BROTHER,
    CAOTANG,
    CASE,
    CIVIL_CN,
    CIVIL_CQ,
    CIVIL_SH,
    DISTRICT_POLICE_CQ,
    FATHER,
    JIANGSU_ROAD,
    LI,
    MOTHER,
    MOTHER_BACK,
    STREET_CN,
    TOWNSHIP_CQ,
    TOWNSHIP_HOME,
    Around,
    case_of,
    child,
    cn,
    cq,
    noting,
    sh,
)
from tests.domain.case.test_emergency import (
    after,
    findings,
    on_scene_cn,
    on_scene_cq,
    on_scene_sh,
)
from tests.domain.case.test_parents_and_escort import call, escort, then
from tests.dsl import an_id, given, local

D = EmergencyDuty
To = EscortDestination

ALONE = then(
    on_scene_cq(Trigger.LIVING_ALONE),
    cq(findings(Finding.LIVING_ALONE), at="2025-03-03 09:30"),
)
VIOLENT_SH = then(on_scene_sh(), sh(findings(Finding.DOMESTIC_VIOLENCE), at="2022-03-01 10:30"))
INJURED_CN = then(
    on_scene_cn(),
    cn(
        findings(Finding.DOMESTIC_VIOLENCE, dangers=(DangerState.SERIOUS_INJURY,)),
        at="2019-03-30 10:30",
    ),
)

# --- notices ----------------------------------------------------------------------------------

NOTIFY = NotifyTownship(notice_text="女童独居,已护送至祖母处")


def told_township(unit: UUID, ground: NoticeGround) -> TownshipNotifiedByPolice:
    """One township told on 3 March."""
    return TownshipNotifiedByPolice(
        township_unit_id=unit,
        notice_ground=ground,
        notice_text="女童独居,已护送至祖母处",
        take_over_by=date(2025, 3, 3),
    )


def test_the_township_of_the_incident_is_told() -> None:
    notice = told_township(TOWNSHIP_CQ.id, NoticeGround.INCIDENT)
    given(*ALONE).when(cq(NOTIFY, at="2025-03-03 11:30")).then(notice)
    case = case_of(*ALONE, notice)
    assert case.stage is Stage.NOTIFIED
    assert case.intake.township_unit_id == TOWNSHIP_CQ.id
    assert D.NOTIFY_TOWNSHIP not in case.emergency.open_duties
    assert D.ORDER_PARENTS_BACK in case.emergency.open_duties


def test_the_township_where_the_child_lives_is_told_too() -> None:
    elsewhere = cq(NOTIFY, at="2025-03-03 11:30", linked={LI: child(home=CAOTANG)})
    incident = told_township(TOWNSHIP_CQ.id, NoticeGround.INCIDENT)
    home = told_township(TOWNSHIP_HOME.id, NoticeGround.HOME)
    given(*ALONE).when(elsewhere).then(incident, home)
    assert case_of(*ALONE, incident, home).intake.township_unit_id == TOWNSHIP_CQ.id


def test_no_township_is_told_before_anything_is_found() -> None:
    on_scene = on_scene_cq(Trigger.LIVING_ALONE)
    given(*on_scene).when(cq(NOTIFY, at="2025-03-03 09:20")).then_refused("out_of_turn")


def test_a_township_not_told_within_a_day_is_noted_once() -> None:
    clock = NoteTownshipNoticeOverdue()
    given(*ALONE).when(cq(clock, at="2025-03-04 09:29")).then_nothing()
    overdue = TownshipNoticeOverdue(
        hours_waited=24,
        escalated_to_unit_id=DISTRICT_POLICE_CQ.id,
        informed_unit_id=CIVIL_CQ.id,
    )
    given(*ALONE).when(cq(clock, at="2025-03-04 09:30")).then(overdue)
    given(*ALONE, overdue).when(cq(clock, at="2025-03-05 09:30")).then_nothing()
    told = told_township(TOWNSHIP_CQ.id, NoticeGround.INCIDENT)
    given(*ALONE, told).when(cq(clock, at="2025-03-05 09:30")).then_nothing()
    assert NoteTownshipNoticeOverdue.by_system


def test_in_changning_no_notice_is_asked_for() -> None:
    assert D.NOTIFY_TOWNSHIP not in case_of(*INJURED_CN).emergency.open_duties
    clock = cn(NoteTownshipNoticeOverdue(), at="2019-04-30 10:00")
    given(*INJURED_CN).when(clock).then_nothing()


def ask_civil_affairs(**more: Any) -> NotifyCivilAffairsForPlacement:
    """Place the girl."""
    asked: dict[str, Any] = {
        "placement_ground": "遭父亲殴打",
        "best_interest_reason": "离开施暴人",
    }
    return NotifyCivilAffairsForPlacement(**{**asked, **more})


def test_civil_affairs_are_asked_to_place_the_child() -> None:
    site = To.MINORS_PROTECTION_INSTITUTION
    given(*VIOLENT_SH).when(sh(ask_civil_affairs(proposed_site=site), at="2022-03-01 11:00")).then(
        CivilAffairsNotifiedForPlacement(
            child_id=LI,
            placement_ground="遭父亲殴打",
            proposed_site=site,
            best_interest_reason="离开施暴人",
            placement_unit_id=CIVIL_SH.id,
            place_by=local("2022-03-01 11:30"),
        )
    )
    case = after(VIOLENT_SH, sh(ask_civil_affairs(), at="2022-03-01 11:00"))
    assert D.PLACE_CHILD in case.emergency.open_duties


def test_a_temporary_shelter_is_a_site_in_chongqing_and_not_in_shanghai() -> None:
    shelter = ask_civil_affairs(proposed_site=To.TEMPORARY_SHELTER)
    given(*VIOLENT_SH).when(sh(shelter, at="2022-03-01 11:00")).then_refused(
        "placement_site_not_allowed", cites="SH2020-4.2-k", field="proposedSite"
    )
    violent = then(
        on_scene_cq(Trigger.SUSPECTED_DV),
        cq(findings(Finding.DOMESTIC_VIOLENCE), at="2025-03-03 09:30"),
    )
    (event,) = given(*violent).when(cq(shelter, at="2025-03-03 10:00")).facts()
    assert isinstance(event, CivilAffairsNotifiedForPlacement)


def test_a_placement_is_asked_for_with_the_childs_good_in_mind() -> None:
    blank = ask_civil_affairs(best_interest_reason=" ")
    given(*ALONE).when(cq(blank, at="2025-03-03 10:00")).then_refused(
        "placement_needs_best_interest", cites="CQ2024-1-a", field="bestInterestReason"
    )


# --- measures against the guardian ------------------------------------------------------------

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
            subject_kind=MeasureSubject.PARENT,
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


def test_without_an_earlier_step_it_is_no_repeat() -> None:
    reprimanded = then(VIOLENT_SH, sh(REPRIMAND, at=LATER_SH))
    again = sh(repeat(FATHER), at="2022-03-05 09:00")
    given(*reprimanded).when(again).then_refused("no_earlier_measure", field="subjectId")


# --- custody ----------------------------------------------------------------------------------


def inquiry(*, yes: bool) -> MakeCustodyChildInquiry:
    """Have you minor children in need of care?"""
    return MakeCustodyChildInquiry(
        custody_decision=CustodyDecision.ADMINISTRATIVE_DETENTION,
        custody_person="张某",
        has_minor_child=yes,
        incident_place=DivisionId(JIANGSU_ROAD),
        children=(LI,) if yes else (),
        custody_ends_on=date(2019, 4, 14) if yes else None,
    )


def test_a_yes_starts_a_duty_at_once() -> None:
    history = then((), cn(inquiry(yes=True)))
    assert history == (
        CustodyChildInquiryMade(
            custody_decision=CustodyDecision.ADMINISTRATIVE_DETENTION,
            custody_person="张某",
            has_minor_child=True,
            custody_ends_on=date(2019, 4, 14),
            incident_place=DivisionId(JIANGSU_ROAD),
            children=(LI,),
            care_unit_id=CIVIL_CN.id,
            township_unit_id=STREET_CN.id,
            arrange_by=local("2019-03-30 10:30"),
        ),
    )
    case = case_of(*history)
    assert case.stage is Stage.NOTIFIED
    assert case.emergency.open_duties == (D.SECURE_CARE,)
    assert case.facts.find(RiskFactor.RF_33) is not None
    assert not emergency_may_finish(case, {LI: child(care=MOTHER_BACK)})


def test_a_no_is_kept() -> None:
    case = case_of(*then((), cn(inquiry(yes=False))))
    assert case.stage is Stage.CLOSED
    assert case.facts.facts == ()


CARE = ArrangeTemporaryCareOnCustody(
    custody_carer=CustodyCarer.RELATIVE, carer_name="姨妈", custody_ends_on=date(2019, 4, 14)
)


def test_care_during_custody_has_a_name() -> None:
    history = then((), cn(inquiry(yes=True)))
    given(*history).when(cn(CARE, at="2019-03-30 10:20")).then(
        TemporaryCareOnCustodyArranged(
            child_id=LI,
            custody_carer=CustodyCarer.RELATIVE,
            carer_name="姨妈",
            custody_ends_on=date(2019, 4, 14),
        )
    )
    case = after(history, cn(CARE, at="2019-03-30 10:20"))
    fact = case.facts.find(RiskFactor.RF_33)
    assert fact is not None
    assert fact.carer_named
    assert case.emergency.open_duties == ()
    assert emergency_may_finish(case, {})
    nobody = cn(replace(CARE, carer_name=" "), at="2019-03-30 10:20")
    given(*history).when(nobody).then_refused("custody_carer_missing", field="carerName")
    given(*ALONE).when(cq(CARE, at="2025-03-03 10:00")).then_refused("out_of_turn")


# --- the end ----------------------------------------------------------------------------------

NOTIFIED = then(ALONE, cq(NOTIFY, at="2025-03-03 11:30"))
ESCORTED = then(NOTIFIED, call(FATHER, at="2025-03-03 11:40"), cq(escort(), at="2025-03-03 12:00"))


def test_an_escort_is_no_named_carer() -> None:
    case = case_of(*ESCORTED)
    assert what_keeps_emergency_open(case, {LI: child()}) == (D.SECURE_CARE,)
    assert children_without_care(case, {LI: child()}) == (LI,)
    assert not emergency_may_finish(case, {LI: child()})
    given(*ESCORTED).when(cq(RecordCareSecured(), at="2025-03-07 09:00")).then_refused(
        "no_named_carer", cites="CQ2016-4.2-c2"
    )


def test_a_mother_back_home_ends_the_branch() -> None:
    back = {LI: child(care=MOTHER_BACK)}
    secure = cq(RecordCareSecured(), at="2025-03-07 09:00", linked=back)
    given(*ESCORTED).when(secure).then(CareSecured(child_id=LI))
    case = case_of(*then(ESCORTED, secure))
    assert emergency_may_finish(case, back)
    assert case.facts.find(RiskFactor.RF_01) is None
    assert case.emergency.open_duties == (D.REPRIMAND_GUARDIAN,)
    given(*then(ESCORTED, secure)).when(secure).then_nothing()


def test_a_file_that_named_a_mother_at_home_proves_nothing_by_itself() -> None:
    case = case_of(*NOTIFIED)
    assert not emergency_may_finish(case, {LI: child(care=MOTHER_BACK)})


def test_after_an_accident_the_parents_at_home_are_carers() -> None:
    accident = then(
        on_scene_cq(Trigger.SUSPECTED_ACCIDENT),
        cq(findings(Finding.ACCIDENTAL_INJURY), at="2025-03-03 09:30"),
    )
    home = {LI: child(care=MOTHER_BACK)}
    assert what_keeps_emergency_open(case_of(*accident), home) == (D.NOTIFY_TOWNSHIP,)
    told = then(accident, cq(NOTIFY, at="2025-03-03 11:30"))
    assert emergency_may_finish(case_of(*told), home)
    assert not emergency_may_finish(case_of(*told), {LI: child()})


def test_the_township_must_have_been_told() -> None:
    secured = case_of(*ALONE, CareSecured(child_id=LI))
    assert what_keeps_emergency_open(secured, {}) == (D.NOTIFY_TOWNSHIP,)


def test_every_child_needs_somebody() -> None:
    two = then(
        on_scene_cq(Trigger.LIVING_ALONE, children=(LI, BROTHER)),
        cq(findings(Finding.LIVING_ALONE), at="2025-03-03 09:30"),
        cq(NOTIFY, at="2025-03-03 11:30"),
    )
    one = case_of(*two, CareSecured(child_id=LI))
    assert children_without_care(one, {}) == (BROTHER,)
    assert one.facts.find(RiskFactor.RF_01) is not None
    both = case_of(*two, CareSecured(child_id=LI), CareSecured(child_id=BROTHER))
    assert emergency_may_finish(both, {})


def test_a_child_nobody_knows_cannot_be_in_care() -> None:
    nameless = then(
        on_scene_cq(Trigger.LIVING_ALONE, children=()),
        cq(findings(Finding.LIVING_ALONE), at="2025-03-03 09:30"),
    )
    given(*nameless).when(cq(RecordCareSecured(), at="2025-03-03 10:00")).then_refused(
        "child_not_identified", field="childId"
    )
    assert not emergency_may_finish(case_of(*nameless), {})


def placed(history: tuple[Event[Any], ...]) -> Case:
    """The same case with Li in a placement."""
    placement = Placement(
        placement_id=an_id("placement"),
        child_id=LI,
        kind=PlacementKind.SHORT_TERM,
        status=PlacementStatus.ACTIVE,
    )
    return replace(case_of(*history), placement=PlacementState(placements=(placement,)))


def test_a_placement_is_care() -> None:
    case = placed(INJURED_CN)
    note = Put(CASE, NoteCareSecured(child_id=LI))
    assert list(placement_ends_the_branch(Around(), case, ())) == [note]
    assert list(placement_ends_the_branch(Around(), case_of(*INJURED_CN), ())) == []
    assert emergency_may_finish(case, {})
    care = cn(NoteCareSecured(child_id=LI), at="2019-03-31 09:00")
    (event,) = given(*INJURED_CN).when(care).facts()
    secured = placed((*INJURED_CN, event))
    assert list(placement_ends_the_branch(Around(), secured, ())) == []
    given(*INJURED_CN, event).when(care).then_nothing()


RETURNED = ParentReturned(guardian_id=MOTHER, returned_on=date(2025, 3, 7))
DESIGNATED = EntrustedCarerDesignated(
    carer_id=an_id("grandmother"),
    carer_name="祖母",
    carer_relation=Kinship.PATERNAL_GRANDMOTHER,
    carer_is_adult=True,
    carer_capability=CarerCapability.CAPABLE,
)


@pytest.mark.parametrize("named", [RETURNED, DESIGNATED])
def test_a_carer_named_on_the_file_ends_the_branch(named: Event[Child]) -> None:
    cases = Around(cases=(case_of(*ESCORTED),))
    file = replay(child(), (named,))
    note = Put(CASE, NoteCareSecured(child_id=LI))
    assert list(carer_named_ends_the_branch(cases, file, (named,))) == [note]
    secured = Around(cases=(case_of(*ESCORTED, CareSecured(child_id=LI)),))
    assert list(carer_named_ends_the_branch(secured, file, (named,))) == []
    assert list(carer_named_ends_the_branch(cases, file, ())) == []


def test_a_return_of_one_who_is_unable_does_not_end_it() -> None:
    cases = Around(cases=(case_of(*ESCORTED),))
    assert list(carer_named_ends_the_branch(cases, child(), (RETURNED,))) == []
