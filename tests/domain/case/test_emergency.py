"""The police go out, find what there is, and the branches open by the texts in force."""

from __future__ import annotations

from typing import Any

import pytest

from domain.case.dispatch import (
    DispatchPolice,
    PoliceDispatched,
    PoliceFindingRecorded,
)
from domain.case.duties import duties_of
from domain.case.evidence import (
    GiveMedicalAssistance,
)
from domain.case.intake import AcceptReport
from domain.case.measures import GuardianCriticised
from domain.case.report_state import Stage
from domain.risk import Access, RiskFactor
from domain.terms.emergency import (
    DangerState,
    EmergencyDuty,
    Finding,
    InfringementKind,
)
from domain.terms.measures import CriticisedBy, MeasureKind, MeasureSubject
from domain.terms.reports import Trigger
from tests.domain.case.cast import (
    FATHER,
    MIAOZHEN,
    OFFICER,
    POLICE_CQ,
    VILLAGE_CQ,
    cn,
    cq,
    noting,
    played,
    report,
    sh,
)
from tests.domain.case.on_scene import (
    ON_SCENE,
    after,
    findings,
    on_scene_cn,
    on_scene_cq,
    on_scene_sh,
)
from tests.dsl import an_id, given, local

D = EmergencyDuty


def open_in_cq(*found: Finding, **more: Any) -> tuple[EmergencyDuty, ...]:
    """What these findings leave to do in Chongqing."""
    command = cq(findings(*found, **more), at="2025-03-03 09:30")
    return after(ON_SCENE, command).emergency.open_duties


def test_police_go_out_ten_minutes_after_accepting() -> None:
    accepted = ON_SCENE[:2]
    given(*accepted).when(cq(DispatchPolice(), at="2025-03-03 09:10")).then(
        PoliceDispatched(dispatched_unit_id=POLICE_CQ.id, minutes_to_dispatch=10)
    )
    other = DispatchPolice(dispatched_unit_id=an_id("another station"))
    (event,) = given(*accepted).when(cq(other, at="2025-03-03 09:10")).facts()
    assert isinstance(event, PoliceDispatched)
    assert event.dispatched_unit_id == an_id("another station")
    given(*ON_SCENE[:1]).when(cq(DispatchPolice())).then_refused("out_of_turn")


def test_living_alone_asks_for_order_and_reprimand() -> None:
    given(*ON_SCENE).when(
        cq(findings(Finding.LIVING_ALONE), at="2025-03-03 09:30", by=OFFICER)
    ).then(
        PoliceFindingRecorded(
            findings=(Finding.LIVING_ALONE,),
            duties=(
                D.ORDER_PARENTS_BACK,
                D.NOTIFY_TOWNSHIP,
                D.REPRIMAND_GUARDIAN,
                D.SECURE_CARE,
            ),
            village_unit_id=VILLAGE_CQ.id,
            township_notice_due_at=local("2025-03-04 09:30"),
        )
    )
    assert after(ON_SCENE, cq(findings(Finding.LIVING_ALONE), at="2025-03-03 09:30")).stage is (
        Stage.HANDLING
    )


@pytest.mark.parametrize(
    ("finding", "duties"),
    [
        (Finding.MISSING, (D.SEARCH_CHILD, D.NOTIFY_TOWNSHIP, D.SECURE_CARE)),
        (Finding.GUARDIAN_INCAPABLE, (D.CONTACT_PARENTS, D.NOTIFY_TOWNSHIP, D.SECURE_CARE)),
        (
            Finding.GUARDIAN_NOT_PERFORMING,
            (D.CONTACT_PARENTS, D.NOTIFY_TOWNSHIP, D.CRITICISE_GUARDIAN, D.SECURE_CARE),
        ),
        (
            Finding.DOMESTIC_VIOLENCE,
            (
                D.STOP_INFRINGEMENT,
                D.MEDICAL_HELP,
                D.NOTIFY_TOWNSHIP,
                D.HANDLE_VIOLENCE,
                D.COLLECT_EVIDENCE,
                D.APPRAISE_INJURY,
                D.CRITICISE_GUARDIAN,
                D.SECURE_CARE,
            ),
        ),
        (
            Finding.OTHER_INFRINGEMENT,
            (
                D.STOP_INFRINGEMENT,
                D.MEDICAL_HELP,
                D.PROTECT_CHILD,
                D.NOTIFY_TOWNSHIP,
                D.COLLECT_EVIDENCE,
                D.APPRAISE_INJURY,
                D.SECURE_CARE,
            ),
        ),
        (
            Finding.ACCIDENTAL_INJURY,
            (
                D.MEDICAL_HELP,
                D.PROTECT_CHILD,
                D.NOTIFY_TOWNSHIP,
                D.COLLECT_EVIDENCE,
                D.APPRAISE_INJURY,
                D.SECURE_CARE,
            ),
        ),
    ],
)
def test_each_finding_opens_its_own_branch(
    finding: Finding, duties: tuple[EmergencyDuty, ...]
) -> None:
    assert open_in_cq(finding) == duties


def test_a_guardian_who_neglects_is_to_be_criticised_in_chongqing_since_2024() -> None:
    """应当予以批评教育 (CQ2024-3.3-a); elsewhere and before, violence alone is answered so."""
    command = findings(Finding.GUARDIAN_NOT_PERFORMING)
    assert D.CRITICISE_GUARDIAN in open_in_cq(Finding.GUARDIAN_NOT_PERFORMING)
    in_shanghai = after(on_scene_sh(), sh(command, at="2022-03-01 10:30")).emergency
    assert D.CRITICISE_GUARDIAN not in in_shanghai.open_duties
    before = duties_of(
        (Finding.GUARDIAN_NOT_PERFORMING,), (), cq(command, at="2024-06-13 09:30").rules
    )
    assert before == (D.CONTACT_PARENTS, D.NOTIFY_TOWNSHIP, D.SECURE_CARE)


@pytest.mark.clause("CQ2024-3.3-a")
@pytest.mark.parametrize("by", CriticisedBy)
def test_whoever_of_the_three_criticises_has_done_what_was_to_be_done(by: CriticisedBy) -> None:
    told = {"subject_kind": MeasureSubject.PARENT, "subject_id": FATHER, "criticised_by": by}
    case = after(
        ON_SCENE,
        cq(findings(Finding.GUARDIAN_NOT_PERFORMING), at="2025-03-03 09:30"),
        cq(noting(GuardianCriticised, measure_ground="半年未联系", **told), at="2025-03-03 15:00"),
    )
    assert D.CRITICISE_GUARDIAN not in case.emergency.open_duties
    taken = case.emergency.measures_against(FATHER)
    assert (MeasureKind.CRITICISM in taken) == (by is CriticisedBy.POLICE), "the ladder is theirs"


def test_branches_run_side_by_side() -> None:
    both = open_in_cq(Finding.LIVING_ALONE, Finding.DOMESTIC_VIOLENCE)
    assert set(both) == {
        *open_in_cq(Finding.LIVING_ALONE),
        *open_in_cq(Finding.DOMESTIC_VIOLENCE),
    }


def test_shanghai_demands_criticism_and_reprimand_for_violence() -> None:
    command = sh(findings(Finding.DOMESTIC_VIOLENCE), at="2022-03-01 10:30")
    duties = after(on_scene_sh(), command).emergency.open_duties
    assert {D.CRITICISE_GUARDIAN, D.REPRIMAND_GUARDIAN} <= set(duties)


def test_changning_asks_for_candidates_opinion_and_handover_in_danger() -> None:
    danger = findings(Finding.OTHER_INFRINGEMENT, dangers=(DangerState.SERIOUS_INJURY,))
    duties = after(on_scene_cn(), cn(danger, at="2019-03-30 10:30")).emergency.open_duties
    assert duties == (
        D.STOP_INFRINGEMENT,
        D.MEDICAL_HELP,
        D.PROTECT_CHILD,
        D.ASK_CARE_CANDIDATES,
        D.SEEK_CHILD_OPINION,
        D.WRITTEN_HANDOVER,
        D.COLLECT_EVIDENCE,
        D.APPRAISE_INJURY,
        D.SECURE_CARE,
    )


def test_danger_weighs_in_every_city() -> None:
    danger = cq(findings(dangers=(DangerState.UNATTENDED,)), at="2025-03-03 09:30")
    case = after(ON_SCENE, danger)
    assert case.facts.find(RiskFactor.RF_09) is not None
    assert D.ASK_CARE_CANDIDATES in case.emergency.open_duties
    assert D.SEEK_CHILD_OPINION not in case.emergency.open_duties


def test_a_case_without_a_pack_in_force_has_its_branches_all_the_same() -> None:
    told = report(Trigger.LIVING_ALONE, where=MIAOZHEN, discovered="2027-01-04 08:40")
    history = played(
        sh(told, at="2027-01-04 09:00"),
        sh(AcceptReport(), at="2027-01-04 09:05"),
        sh(DispatchPolice(), at="2027-01-04 09:10"),
    )
    case = after(history, sh(findings(Finding.LIVING_ALONE), at="2027-01-04 09:30"))
    assert case.emergency.open_duties == (D.ORDER_PARENTS_BACK, D.NOTIFY_TOWNSHIP, D.SECURE_CARE)


def test_nothing_found_is_no_finding() -> None:
    given(*ON_SCENE).when(cq(findings(), at="2025-03-03 09:30")).then_refused(
        "no_finding", field="findings"
    )


def test_what_was_reported_and_is_not_so_no_longer_weighs() -> None:
    found = findings(Finding.GUARDIAN_NOT_PERFORMING, not_confirmed=(Trigger.LIVING_ALONE,))
    case = after(ON_SCENE, cq(found, at="2025-03-03 09:30"))
    assert case.facts.find(RiskFactor.RF_01) is None
    assert case.facts.find(RiskFactor.RF_04) is not None


def test_a_finding_confirms_the_suspicion_it_began_with() -> None:
    history = on_scene_cq(Trigger.SUSPECTED_DV)
    found = findings(Finding.DOMESTIC_VIOLENCE, suspect_access=Access.HAS_ACCESS)
    facts = after(history, cq(found, at="2025-03-03 09:30")).facts.facts
    assert [(f.factor, f.suspected, f.access) for f in facts] == [
        (RiskFactor.RF_06, False, Access.HAS_ACCESS),
        (RiskFactor.RF_06, False, Access.HAS_ACCESS),
    ]
    assert facts[0].event_id == history[0].told.event_id


@pytest.mark.parametrize(
    ("kind", "factor"),
    [
        (InfringementKind.SEXUAL_ABUSE, RiskFactor.RF_10),
        (InfringementKind.SELLING, RiskFactor.RF_10),
        (InfringementKind.USED_FOR_CRIME, RiskFactor.RF_11),
    ],
)
def test_grave_infringements_weigh_by_themselves(
    kind: InfringementKind, factor: RiskFactor
) -> None:
    found = findings(Finding.OTHER_INFRINGEMENT, infringements=(kind, InfringementKind.ABUSE))
    assert after(ON_SCENE, cq(found, at="2025-03-03 09:30")).facts.find(factor) is not None


def test_the_same_finding_again_asks_nothing_new_and_a_new_one_asks_anew() -> None:
    first = cq(findings(Finding.OTHER_INFRINGEMENT), at="2025-03-03 09:30")
    helped = cq(GiveMedicalAssistance(medical_institution="奉节县人民医院"), at="2025-03-03 10:00")
    again = cq(findings(Finding.OTHER_INFRINGEMENT), at="2025-03-03 10:30")
    case = after(ON_SCENE, first, helped, again)
    assert D.MEDICAL_HELP not in case.emergency.open_duties
    hurt = cq(findings(Finding.ACCIDENTAL_INJURY), at="2025-03-03 11:00")
    case = after(ON_SCENE, first, helped, again, hurt)
    assert D.MEDICAL_HELP in case.emergency.open_duties
