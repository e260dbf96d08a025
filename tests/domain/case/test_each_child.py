"""Several children in one case: what is done for one of them is still to do for the others (CQ2016-4.2-l, -n)."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

import pytest

from domain.case.care_secured import CareSecured
from domain.case.dispatch import PoliceFindingRecorded, SetEmergencyDutyAside
from domain.case.escort import ChildEscorted
from domain.case.evidence import GiveMedicalAssistance, InjuryAppraised, MedicalTreatmentProvided
from domain.case.handover import WrittenHandoverCompleted
from domain.case.measures import (
    GuardianCriticised,
    RecordRepeatInfringement,
    SecurityPenaltyImposed,
)
from domain.case.missing import MissingChildFound
from domain.case.non_performance import StartNonPerformance
from domain.case.opinion import ChildOpinionSought
from domain.case.placement_guardianship import DecideUnreformedGuardianPlacement
from domain.case.report_state import Stage
from domain.case.state import Case
from domain.case.violence import DomesticViolenceHandled, ProtectiveMeasureTaken
from domain.kernel import Command, Event, Record
from domain.risk import Access, RiskFactor
from domain.terms.emergency import (
    DangerState,
    EmergencyDuty,
    EscortDestination,
    Finding,
    InjuryClass,
    OpinionSubject,
)
from domain.terms.measures import CriticisedBy, MeasureSubject, PenaltyClass
from domain.terms.placement import SiteKind
from domain.terms.reports import Trigger
from tests.domain.case.cast import BROTHER, FATHER, LI, case_of, noting
from tests.domain.case.on_scene import after, findings, of_two, on_scene_cq, then
from tests.dsl import an_id, given, local

D = EmergencyDuty
CRITICISED: dict[str, Any] = {
    "subject_kind": MeasureSubject.PARENT,
    "subject_id": FATHER,
    "measure_ground": "殴打",
    "criticised_by": CriticisedBy.POLICE,
}


@pytest.mark.parametrize(
    ("duty", "act", "values"),
    [
        (D.MEDICAL_HELP, GiveMedicalAssistance, {"medical_institution": "医院"}),
        (
            D.MEDICAL_HELP,
            MedicalTreatmentProvided.Command,
            {"medical_institution": "医院", "treatment_note": "缝合"},
        ),
        (
            D.APPRAISE_INJURY,
            InjuryAppraised.Command,
            {"medical_institution": "医院", "injury_class": InjuryClass.SLIGHT},
        ),
        (D.PROTECT_CHILD, ProtectiveMeasureTaken.Command, {"protective_measure": "民警陪护"}),
        (
            D.HANDLE_VIOLENCE,
            DomesticViolenceHandled.Command,
            {"legal_basis": "反家庭暴力法", "measures_taken": "传唤施暴人"},
        ),
    ],
)
def test_what_is_done_for_one_child_is_still_to_do_for_the_other(
    duty: EmergencyDuty, act: Any, values: dict[str, Any]
) -> None:
    """就医、鉴定伤情 (CQ2016-4.2-n), 保护 (-l), 处置 (SH2020-4.2-j): each child's, or set aside with a reason."""
    two = on_scene_cq(Trigger.SUSPECTED_INFRINGEMENT, children=(LI, BROTHER))
    hurt = of_two(findings(Finding.OTHER_INFRINGEMENT, Finding.DOMESTIC_VIOLENCE), "09:30")
    for_li = of_two(act(child_id=LI, **values), "10:00")
    for_him = of_two(act(child_id=BROTHER, **values), "10:10")
    for_both = of_two(act(**values), "10:00")
    assert duty in after(two, hurt, for_li).emergency.open_duties
    assert duty not in after(two, hurt, for_li, for_him).emergency.open_duties
    assert duty not in after(two, hurt, for_both).emergency.open_duties
    aside = of_two(SetEmergencyDutyAside(duty=duty, set_aside_reason="弟弟无伤"), "10:20")
    assert duty not in after(two, hurt, for_li, aside).emergency.open_duties


@pytest.mark.parametrize(
    ("record", "values"),
    [
        (ProtectiveMeasureTaken, {"protective_measure": "带离"}),
        (
            DomesticViolenceHandled,
            {"legal_basis": "反家庭暴力法", "measures_taken": "传唤施暴人"},
        ),
    ],
)
def test_what_keeps_the_suspect_from_one_child_does_not_keep_him_from_the_other(
    record: type[Record[Any]], values: dict[str, Any]
) -> None:
    two = on_scene_cq(Trigger.SUSPECTED_INFRINGEMENT, children=(LI, BROTHER))
    hurt = findings(Finding.OTHER_INFRINGEMENT, suspect_access=Access.HAS_ACCESS)
    protect = noting(record, child_id=LI, suspect_access=Access.NO_ACCESS, **values)
    facts = after(two, of_two(hurt, "09:30"), of_two(protect, "10:00")).facts.facts
    access = {f.child_id: (f.handled, f.access) for f in facts if f.factor is RiskFactor.RF_08}
    assert access == {LI: (True, Access.NO_ACCESS), BROTHER: (False, Access.HAS_ACCESS)}


def test_what_a_guardian_does_again_or_will_not_do_weighs_for_their_own_children() -> None:
    """RF-04, RF-14: another family's child of the same case is no safer and no worse for it."""
    two = then(
        on_scene_cq(Trigger.SUSPECTED_INFRINGEMENT, children=(LI, BROTHER)),
        of_two(findings(Finding.OTHER_INFRINGEMENT), "09:30"),
        of_two(noting(GuardianCriticised, **CRITICISED), "09:40"),
        of_two(RecordRepeatInfringement(subject_id=FATHER, repeat_facts="又动手"), "10:00"),
        of_two(
            StartNonPerformance(
                subject_kind=MeasureSubject.PARENT,
                subject_id=FATHER,
                refused_since_on=date(2025, 3, 1),
                refusal_facts="不予照管",
            ),
            "10:10",
        ),
    )
    weighs = {RiskFactor.RF_04, RiskFactor.RF_14}
    found = {(f.factor, f.child_id) for f in case_of(*two).facts.facts if f.factor in weighs}
    assert found == {(RiskFactor.RF_04, LI), (RiskFactor.RF_14, LI)}


@pytest.mark.parametrize(
    ("record", "values"),
    [
        (
            GuardianCriticised,
            {"measure_ground": "不履行监护职责", "criticised_by": CriticisedBy.POLICE},
        ),
        (
            SecurityPenaltyImposed,
            {"penalty_class": PenaltyClass.WARNING, "penalty_reference": "行罚 1号"},
        ),
    ],
)
def test_the_education_of_one_father_does_not_place_another_father_s_child(
    record: type[Record[Any]], values: dict[str, Any]
) -> None:
    """CN2017-3.4-a: 父母不履行监护职责且经公安机关教育不改 is said of the parents of this child."""
    two = then(
        on_scene_cq(Trigger.LIVING_ALONE, children=(LI, BROTHER)),
        of_two(findings(Finding.GUARDIAN_NOT_PERFORMING), "09:30"),
    )
    told = noting(record, subject_kind=MeasureSubject.PARENT, subject_id=FATHER, **values)
    educated = given(*then(two, of_two(told, "10:00")))

    def unreformed(child_id: UUID) -> Command[Any]:
        placed = DecideUnreformedGuardianPlacement(
            child_id=child_id,
            site_kind=SiteKind.CHILD_WELFARE_INSTITUTION,
            best_interest_reason="无人照料",
            placement_ground="父母不履行监护职责",
        )
        return of_two(placed, "11:00")

    assert educated.when(unreformed(LI)).facts()
    educated.when(unreformed(BROTHER)).then_refused("police_education_missing")


def _with(case: Case, *events: Event[Case]) -> Case:
    for event in events:
        case = event.evolve(case)
    return case


def _brought(child_id: UUID) -> ChildEscorted:
    return ChildEscorted(
        child_id=child_id,
        escort_destination=EscortDestination.RESIDENTIAL_COMMITTEE,
        escort_address="居委会",
        nearest_because="最近",
        best_interest_reason="有人照看",
        duties=(D.WRITTEN_HANDOVER,),
    )


def _handed_over(child_id: UUID) -> WrittenHandoverCompleted:
    return WrittenHandoverCompleted(
        handover_id=an_id(f"handover of {child_id}"),
        child_id=child_id,
        giver_name="民警",
        receiver_name="值班员",
        handover_place="居委会",
        handed_over_at=local("2019-03-30 11:20"),
        child_condition="平稳",
        belongings="书包",
        handover_hash="ab" * 32,
    )


TWO_CHILDREN = Case(id=an_id("case"), version=1, stage=Stage.HANDLING, children=(LI, BROTHER))


def test_who_is_brought_somewhere_is_handed_over_and_nobody_else() -> None:
    """CN2017-4.2-c: the duty stood open until the other, at home, was handed over too."""
    hers = _with(TWO_CHILDREN, _brought(LI))
    assert D.WRITTEN_HANDOVER in hers.emergency.open_duties
    done = _with(hers, _handed_over(LI))
    assert D.WRITTEN_HANDOVER not in done.emergency.open_duties
    his = _with(done, _brought(BROTHER))
    assert D.WRITTEN_HANDOVER in his.emergency.open_duties
    assert D.WRITTEN_HANDOVER not in _with(his, _handed_over(BROTHER)).emergency.open_duties
    both = _with(TWO_CHILDREN, _brought(LI), _brought(BROTHER), _handed_over(LI))
    assert D.WRITTEN_HANDOVER in both.emergency.open_duties


def test_who_is_in_danger_is_asked_where_to_be_taken_and_nobody_else() -> None:
    danger = PoliceFindingRecorded(
        findings=(),
        dangers=(DangerState.SERIOUS_THREAT,),
        duties=(D.SEEK_CHILD_OPINION,),
        found_of=(LI,),
    )
    heard = ChildOpinionSought(
        child_id=LI, opinion_about=OpinionSubject.ESCORT_PLACE, able_to_express=False
    )
    case = _with(TWO_CHILDREN, danger)
    assert D.SEEK_CHILD_OPINION in case.emergency.open_duties
    assert D.SEEK_CHILD_OPINION not in _with(case, heard).emergency.open_duties


def test_care_for_a_child_that_was_found_is_care_for_that_child() -> None:
    found_ = MissingChildFound(
        child_id=LI,
        found_where="车站",
        found_condition="平安",
        duties=(D.CONTACT_PARENTS, D.SECURE_CARE),
    )
    case = _with(TWO_CHILDREN, found_)
    assert case.emergency.in_want(frozenset({LI, BROTHER})) == {LI}
    cared = _with(case, CareSecured(child_id=LI))
    assert not {D.CONTACT_PARENTS, D.SECURE_CARE} & {*cared.emergency.open_duties}
