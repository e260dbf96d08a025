"""A concern about the carer: tell the parents, then another carer or help; a report when nobody answers (RF-17)."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from domain.child.care_state import EntrustedCareStatus
from domain.child.entrusted_care import (
    DesignateEntrustedCarer,
    EntrustedCarerDesignated,
    SignEntrustedCareAgreement,
)
from domain.child.entrusted_concerns import (
    EntrustedCareConcernRaised,
    EntrustedCarerReplaced,
    EntrustedCarerSupported,
    InformParentsOfCareConcern,
    ParentsInformedOfCareConcern,
    RaiseEntrustedCareConcern,
    ReplaceEntrustedCarer,
    SupportEntrustedCarer,
)
from domain.kernel import Command
from domain.risk import RiskFactor, evaluate
from domain.terms.care import CareConcern, CareMeans, CarerCapability, Kinship, ParentsAnswer
from domain.terms.reports import Trigger
from tests.domain.child.family import (
    COMMITTEE,
    DISTRICT,
    after,
    cq,
    jd,
    li_left_behind,
    sh_left_behind,
    the_id,
    told_by,
)
from tests.dsl import an_id, given, local

AUNT = DesignateEntrustedCarer(
    carer_name="姑母",
    carer_relation=Kinship.UNCLE_OR_AUNT,
    carer_age=40,
    carer_capability=CarerCapability.CAPABLE,
)
IN_CARE = (*sh_left_behind("2024-09-01"), jd(AUNT, "2024-09-01 10:00"))
FATHER = the_id(told_by(*IN_CARE), Kinship.FATHER)
CARER = after(*IN_CARE).care.carer_id
SIX_THIRTY = "2024-11-01 18:30"


def concern(**more: Any) -> RaiseEntrustedCareConcern:
    usual: dict[str, Any] = {
        "care_concern": CareConcern.NEGLECTS,
        "concern_facts": "多次不备晚饭",
    }
    return RaiseEntrustedCareConcern(**{**usual, **more})


def inform(answer: ParentsAnswer, **more: Any) -> InformParentsOfCareConcern:
    usual: dict[str, Any] = {
        "informed_guardians": (FATHER,),
        "care_means": CareMeans.PHONE,
        "parents_answer": answer,
    }
    return InformParentsOfCareConcern(**{**usual, **more})


RAISED = (*IN_CARE, jd(concern(), SIX_THIRTY))


def informed(answer: ParentsAnswer, at: str = "2024-11-02 09:00") -> tuple[Command[Any], ...]:
    return (*RAISED, jd(inform(answer), at))


def rf_17(*commands: Command[Any]) -> Any:
    return after(*commands).facts.find(RiskFactor.RF_17)


def test_a_concern_asks_the_village_to_tell_the_parents() -> None:
    given(*told_by(*IN_CARE)).when(jd(concern(), SIX_THIRTY)).then(
        EntrustedCareConcernRaised(
            carer_id=CARER,
            care_concern=CareConcern.NEGLECTS,
            concern_facts="多次不备晚饭",
            inform_due_on=date(2024, 11, 3),
            concern_outcome_due_on=date(2024, 11, 15),
            village_unit_id=DISTRICT.id,
        )
    )
    child = after(*RAISED)
    assert not child.care.child_in_need
    in_need = (*IN_CARE, jd(concern(child_in_need_now=True), SIX_THIRTY))
    told = jd(inform(ParentsAnswer.UNREACHABLE), "2024-11-02 09:00")
    assert after(*in_need, told).care.child_in_need
    assert child.care.entrusted is EntrustedCareStatus.CONCERN
    assert rf_17(*RAISED).informed_on is None
    assert child.facts.find(RiskFactor.RF_18) is None
    assert child.facts.find(RiskFactor.RF_16) is None


def test_a_concern_has_facts_and_a_carer() -> None:
    given(*told_by(*IN_CARE)).when(jd(concern(concern_facts=" "), SIX_THIRTY)).then_refused(
        "concern_facts_missing", field="concernFacts"
    )
    given(*told_by(*sh_left_behind("2024-09-01"))).when(jd(concern(), SIX_THIRTY)).then_refused(
        "out_of_turn"
    )


@pytest.mark.clause("CQ2024-2.1-c", "CQ2016-3.2-i")
def test_a_child_in_need_now_is_offered_a_report_at_once() -> None:
    facts = given(*told_by(*IN_CARE)).when(jd(concern(child_in_need_now=True), SIX_THIRTY)).facts()
    (raised,) = facts
    assert isinstance(raised, EntrustedCareConcernRaised)
    assert (raised.report_offered, raised.report_trigger) == (
        True,
        Trigger.GUARDIAN_NOT_PERFORMING,
    )


def test_parents_who_are_told_have_seven_days_to_answer() -> None:
    told = informed(ParentsAnswer.NO_ANSWER_YET)
    given(*told_by(*RAISED)).when(told[-1]).then(
        ParentsInformedOfCareConcern(
            informed_guardians=(FATHER,),
            care_means=CareMeans.PHONE,
            parents_answer=ParentsAnswer.NO_ANSWER_YET,
        )
    )
    child = after(*told)
    assert child.care.entrusted is EntrustedCareStatus.INFORMED
    fact = rf_17(*told)
    assert (fact.informed_on, fact.answered) == (date(2024, 11, 2), False)
    for day, tier in (("2024-11-09 12:00", "R3"), ("2024-11-10 12:00", "R2")):
        found = evaluate(child.facts.facts, (), local(day)).tier
        assert found is not None
        assert found.code == tier


def test_a_second_notice_does_not_start_the_days_again() -> None:
    twice = (
        *informed(ParentsAnswer.NO_ANSWER_YET),
        jd(inform(ParentsAnswer.NO_ANSWER_YET), "2024-11-06 09:00"),
    )
    assert rf_17(*twice).informed_on == date(2024, 11, 2)


@pytest.mark.parametrize("answer", [ParentsAnswer.CHOOSE_ANOTHER, ParentsAnswer.KEEP_WITH_HELP])
def test_an_answer_stops_the_days(answer: ParentsAnswer) -> None:
    assert rf_17(*informed(answer)).answered


def test_parents_who_cannot_be_reached_are_not_informed() -> None:
    unreachable = (*RAISED, jd(inform(ParentsAnswer.UNREACHABLE), "2024-11-02 09:00"))
    child = after(*unreachable)
    assert child.care.entrusted is EntrustedCareStatus.CONCERN
    assert rf_17(*unreachable).informed_on is None
    last = told_by(*unreachable)[-1]
    assert isinstance(last, ParentsInformedOfCareConcern)
    assert last.report_offered is False


@pytest.mark.parametrize("when", ["concern", "call"])
def test_unreachable_and_hungry_now_a_protection_report_is_due(when: str) -> None:
    raised = jd(concern(child_in_need_now=when == "concern"), SIX_THIRTY)
    call = jd(
        inform(
            ParentsAnswer.UNREACHABLE,
            informed_guardians=(),
            child_in_need_now=when == "call",
        ),
        "2024-11-01 18:45",
    )
    (told,) = given(*told_by(*IN_CARE, raised)).when(call).facts()
    assert isinstance(told, ParentsInformedOfCareConcern)
    assert (told.report_offered, told.report_trigger) == (True, Trigger.GUARDIAN_NOT_PERFORMING)


def test_somebody_on_file_is_told() -> None:
    given(*told_by(*RAISED)).when(
        jd(inform(ParentsAnswer.NO_ANSWER_YET, informed_guardians=()), "2024-11-02 09:00")
    ).then_refused("nobody_informed", cites="SH2024-2.2.5-c", field="informedGuardians")
    given(*told_by(*RAISED)).when(
        jd(
            inform(ParentsAnswer.NO_ANSWER_YET, informed_guardians=(an_id("nobody"),)),
            "2024-11-02 09:00",
        )
    ).then_refused("unknown_guardian", field="informedGuardians")
    given(*told_by(*IN_CARE)).when(
        jd(inform(ParentsAnswer.NO_ANSWER_YET), "2024-11-02 09:00")
    ).then_refused("out_of_turn")


def replacing(**more: Any) -> ReplaceEntrustedCarer:
    usual: dict[str, Any] = {
        "carer_name": "祖父",
        "carer_relation": Kinship.PATERNAL_GRANDFATHER,
        "carer_age": 66,
        "carer_capability": CarerCapability.CAPABLE,
        "replaced_because": "姑母怠于照护",
    }
    return ReplaceEntrustedCarer(**{**usual, **more})


CHOSEN = informed(ParentsAnswer.CHOOSE_ANOTHER)
NEXT_DAY = "2024-11-03 09:00"


def test_another_carer_is_checked_as_the_first_was() -> None:
    given(*told_by(*CHOSEN)).when(jd(replacing(carer_age=17), NEXT_DAY)).then_refused(
        "carer_not_adult"
    )
    given(*told_by(*CHOSEN)).when(jd(replacing(carer_capability=None), NEXT_DAY)).then_refused(
        "capability_unchecked", cites="SH2024-2.2.5-c"
    )
    gone, come = given(*told_by(*CHOSEN)).when(jd(replacing(), NEXT_DAY)).facts()
    assert gone == EntrustedCarerReplaced(carer_id=CARER, replaced_because="姑母怠于照护")
    assert isinstance(come, EntrustedCarerDesignated)
    assert come.carer_id != CARER
    child = after(*CHOSEN, jd(replacing(), NEXT_DAY))
    assert child.care.entrusted is EntrustedCareStatus.IN_FORCE
    assert child.care.carer_id == come.carer_id
    assert {f.factor for f in child.facts.facts} == {RiskFactor.RF_18}


def test_in_chongqing_the_new_carer_needs_an_agreement_of_their_own() -> None:
    named = (*li_left_behind(), cq(AUNT, "2025-03-03 10:00"))
    father = the_id(told_by(*named), Kinship.FATHER)
    signed = cq(
        SignEntrustedCareAgreement(
            parents_duties=("联系",),
            carer_duties=("照料",),
            signed_on=date(2025, 3, 4),
            agreement_hash="cd" * 32,
        ),
        "2025-03-04 10:00",
    )
    told = (
        *named,
        signed,
        cq(concern(), "2025-04-01 10:00"),
        cq(
            inform(ParentsAnswer.CHOOSE_ANOTHER, informed_guardians=(father,)),
            "2025-04-02 10:00",
        ),
        cq(replacing(), "2025-04-03 10:00"),
    )
    come = told_by(*told)[-1]
    assert isinstance(come, EntrustedCarerDesignated)
    assert (come.agreement_required, come.agreement_due_on) == (True, date(2025, 4, 17))
    assert come.village_unit_id == COMMITTEE.id
    child = after(*told)
    assert child.care.entrusted is EntrustedCareStatus.DESIGNATED
    assert not child.care.agreement_signed


def test_the_carer_may_stay_with_help_and_is_supervised() -> None:
    kept = informed(ParentsAnswer.KEEP_WITH_HELP)
    help_ = jd(SupportEntrustedCarer(help_given="社区食堂送餐,每周上门"), NEXT_DAY)
    given(*told_by(*kept)).when(help_).then(
        EntrustedCarerSupported(
            carer_id=CARER,
            help_given="社区食堂送餐,每周上门",
            supervision_due_on=date(2025, 2, 3),
            village_unit_id=DISTRICT.id,
        )
    )
    child = after(*kept, help_)
    assert child.care.entrusted is EntrustedCareStatus.IN_FORCE
    assert {f.factor for f in child.facts.facts} == {RiskFactor.RF_18}
    given(*told_by(*kept)).when(jd(SupportEntrustedCarer(help_given=" "), NEXT_DAY)).then_refused(
        "help_missing", field="helpGiven"
    )


def test_help_does_not_replace_a_missing_agreement() -> None:
    named = (*li_left_behind(), cq(AUNT, "2025-03-03 10:00"))
    father = the_id(told_by(*named), Kinship.FATHER)
    helped = (
        *named,
        cq(concern(), "2025-03-05 10:00"),
        cq(
            inform(ParentsAnswer.KEEP_WITH_HELP, informed_guardians=(father,)),
            "2025-03-06 10:00",
        ),
        cq(SupportEntrustedCarer(help_given="结对帮扶"), "2025-03-07 10:00"),
    )
    assert after(*helped).care.entrusted is EntrustedCareStatus.DESIGNATED


def test_the_parents_are_told_before_anything_is_decided() -> None:
    for act in (replacing(), SupportEntrustedCarer(help_given="帮助")):
        given(*told_by(*RAISED)).when(jd(act, NEXT_DAY)).then_refused("out_of_turn")
