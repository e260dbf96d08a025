"""What is found of one child is not found of its sibling, nor over for it (CQ2016-4.2-l, CN2017-4.2-b)."""

from __future__ import annotations

from typing import Any

from domain.case.care_secured import CareSecured, children_without_care
from domain.case.dispatch import PoliceFindingRecorded, RecordPoliceFindings, SetEmergencyDutyAside
from domain.case.evidence import GiveMedicalAssistance
from domain.case.parents import OrderParentsToReturn
from domain.case.state import Case
from domain.case.violence import EndDanger, InfringementStopped
from domain.kernel import Event
from domain.risk import RiskFactor
from domain.terms.emergency import DangerState, EmergencyDuty, Finding, ReturnDemand
from domain.terms.reports import Trigger
from projections.queues_of_reports import everybody_cared_for
from tests.domain.case.cast import BROTHER, LI, case_of, noting
from tests.domain.case.on_scene import after, findings, of_two, on_scene_cq, then
from tests.dsl import an_id, given

D = EmergencyDuty
TWO = on_scene_cq(Trigger.SUSPECTED_INFRINGEMENT, children=(LI, BROTHER))


def found(finding: Finding, *of: Any, at: str = "09:30", **more: Any) -> Any:
    """The police find this of these children."""
    return of_two(findings(finding, found_of=of, **more), at)


def facts_of(case: Case, factor: RiskFactor) -> set[Any]:
    """The children a fact stands for; None is every child."""
    return {f.child_id for f in case.facts.facts if f.factor is factor}


HURT_LI = found(Finding.OTHER_INFRINGEMENT, LI, dangers=(DangerState.SERIOUS_INJURY,))
STOPPED = of_two(noting(InfringementStopped, act_stopped="殴打", child_id=LI), "09:40")


def test_what_is_found_of_one_child_is_a_fact_of_that_child() -> None:
    case = after(TWO, HURT_LI)
    assert facts_of(case, RiskFactor.RF_09) == {LI}
    assert case.emergency.to_dissuade == {LI}
    told = {f.child_id: f.suspected for f in case.facts.facts if f.factor is RiskFactor.RF_08}
    assert told == {LI: False, BROTHER: True}


def test_a_duty_of_one_child_is_done_once_it_is_done_for_that_child() -> None:
    case = after(TWO, HURT_LI)
    assert D.STOP_INFRINGEMENT in case.emergency.open_duties
    assert D.STOP_INFRINGEMENT not in after(TWO, HURT_LI, STOPPED).emergency.open_duties


def test_found_of_the_sibling_as_well_it_is_asked_for_the_sibling() -> None:
    """Whether it was done for the first by then, or not."""
    his = found(Finding.OTHER_INFRINGEMENT, BROTHER, at="10:00")
    (event,) = given(*then(TWO, HURT_LI, STOPPED)).when(his).facts()
    assert isinstance(event, PoliceFindingRecorded)
    assert D.STOP_INFRINGEMENT in event.duties
    late = of_two(noting(InfringementStopped, act_stopped="殴打", child_id=BROTHER), "10:10")
    for history in (then(TWO, HURT_LI, STOPPED, his), then(TWO, HURT_LI, his)):
        assert D.STOP_INFRINGEMENT in case_of(*history).emergency.open_duties
    assert D.STOP_INFRINGEMENT not in after(TWO, HURT_LI, STOPPED, his, late).emergency.open_duties
    only_hers = after(
        TWO,
        HURT_LI,
        his,
        of_two(noting(InfringementStopped, act_stopped="殴打", child_id=LI), "10:10"),
    )
    assert D.STOP_INFRINGEMENT in only_hers.emergency.open_duties


def test_what_was_not_so_of_one_child_stands_for_the_other() -> None:
    missing = on_scene_cq(Trigger.MISSING, children=(LI, BROTHER))
    at_home = found(Finding.LIVING_ALONE, LI, not_confirmed=(Trigger.MISSING,))
    assert facts_of(after(missing, at_home), RiskFactor.RF_02) == {BROTHER}


def test_one_childs_danger_is_over_and_the_others_is_not() -> None:
    both = found(Finding.OTHER_INFRINGEMENT, dangers=(DangerState.SERIOUS_THREAT,))
    whose = EndDanger(danger_over_because="加害人被拘留")
    given(*then(TWO, both)).when(of_two(whose, "10:00")).then_refused(
        "which_child", field="childId"
    )
    li_safe = of_two(EndDanger(danger_over_because="已安置", child_id=LI), "10:00")
    case = after(TWO, both, li_safe)
    assert facts_of(case, RiskFactor.RF_09) == {BROTHER}
    assert case.emergency.dangers == {DangerState.SERIOUS_THREAT}
    he_too = of_two(EndDanger(danger_over_because="加害人被拘留", child_id=BROTHER), "11:00")
    assert not after(TWO, both, li_safe, he_too).emergency.dangers
    again = found(Finding.OTHER_INFRINGEMENT, LI, at="12:00", dangers=(DangerState.SERIOUS_THREAT,))
    assert facts_of(after(TWO, both, li_safe, again), RiskFactor.RF_09) == {LI, BROTHER}


def test_a_child_cared_for_stays_so_when_the_sibling_is_found_alone() -> None:
    case = after(TWO, found(Finding.LIVING_ALONE))
    cared = case.emergency.with_care(LI, case.children)
    event = PoliceFindingRecorded(
        findings=(Finding.LIVING_ALONE,), duties=(D.SECURE_CARE,), found_of=(BROTHER,)
    )
    evolved = event.evolve(Case(id=case.id, children=case.children, emergency=cared))
    assert evolved.emergency.cared_for == {LI}


def test_care_is_secured_once_it_is_for_those_found_without() -> None:
    """Her brother, of whom nothing was found, needs no carer named for the emergency to end."""
    alone = then(TWO, found(Finding.LIVING_ALONE, LI))
    hers = case_of(*alone, CareSecured(child_id=LI))
    assert not {D.SECURE_CARE, D.CONTACT_PARENTS, D.ORDER_PARENTS_BACK} & {
        *hers.emergency.open_duties
    }
    assert not facts_of(hers, RiskFactor.RF_01)
    assert not children_without_care(hers, {})
    assert everybody_cared_for(None, hers)
    both = then(
        TWO, found(Finding.LIVING_ALONE, LI), found(Finding.LIVING_ALONE, BROTHER, at="10:00")
    )
    his_too = case_of(*both, CareSecured(child_id=LI))
    assert D.SECURE_CARE in his_too.emergency.open_duties
    assert facts_of(his_too, RiskFactor.RF_01) == {BROTHER}
    assert children_without_care(his_too, {}) == (BROTHER,)
    assert not everybody_cared_for(None, his_too)
    ordered = of_two(OrderParentsToReturn(return_demand=ReturnDemand.RETURN), "09:50")
    again = case_of(*then(alone, ordered), CareSecured(child_id=LI))
    assert D.SECURE_CARE not in again.emergency.open_duties


def test_a_duty_nobody_asked_for_the_sibling_may_not_be_set_aside_for_that() -> None:
    alone = found(Finding.LIVING_ALONE, LI)
    aside = of_two(SetEmergencyDutyAside(duty=D.SECURE_CARE, set_aside_reason="弟弟在家"), "10:00")
    given(*then(TWO, alone)).when(aside).then_refused("duty_cannot_be_set_aside")


def test_only_children_of_the_case_are_found_anything_of() -> None:
    stranger = RecordPoliceFindings(findings=(Finding.LIVING_ALONE,), found_of=(an_id("stranger"),))
    given(*TWO).when(of_two(stranger, "09:30")).then_refused("child_not_in_case", field="foundOf")


def test_help_to_one_injured_child_is_no_help_to_another_found_later() -> None:
    helped = of_two(GiveMedicalAssistance(medical_institution="医院", child_id=LI), "09:50")
    his = found(Finding.ACCIDENTAL_INJURY, BROTHER, at="10:00")
    history: tuple[Event[Any], ...] = then(TWO, HURT_LI, helped)
    assert D.MEDICAL_HELP not in case_of(*history).emergency.open_duties
    assert D.MEDICAL_HELP in after(history, his).emergency.open_duties
