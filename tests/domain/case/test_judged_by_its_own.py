"""What may be done for a child is judged by what was found of that child, whatever was found of its sibling."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from domain.case.care_secured import RecordCareSecured, children_without_care
from domain.case.escort import ChildEscorted
from domain.case.institution import ChildReceivedByInstitution, ReceiveChild
from domain.case.measures import GuardianCriticised
from domain.case.notices import NotifyCivilAffairsForPlacement
from domain.case.parents import RecordParentsUnreachable
from domain.case.placement_guardianship import DecideProtectivePlacement
from domain.child.care_state import CareState, EntrustedCareStatus, Guardian
from domain.child.state import Child
from domain.kernel import Command
from domain.replacing import replace
from domain.terms.care import Kinship
from domain.terms.emergency import DangerState, EmergencyDuty, EscortDestination, Finding
from domain.terms.measures import CriticisedBy, MeasureSubject
from domain.terms.placement import PlacementKind, SiteKind
from domain.terms.reports import Trigger
from tests.domain.case.cast import BROTHER, FATHER, FILES, LI, child, cq, noting
from tests.domain.case.on_scene import (
    HERS,
    after,
    call,
    escort,
    findings,
    of_two,
    on_scene_cq,
    then,
)
from tests.dsl import given

D, F = EmergencyDuty, Finding
TWO = on_scene_cq(Trigger.SUSPECTED_INFRINGEMENT, children=(LI, BROTHER))


def found(finding: Finding, of: UUID, at: str = "09:30", **more: Any) -> Command[Any]:
    """The police find this of one of the two."""
    return of_two(findings(finding, found_of=(of,), **more), at)


HE_IS_BEATEN = found(F.DOMESTIC_VIOLENCE, BROTHER, dangers=(DangerState.SERIOUS_THREAT,))
SHE_IS_ALONE = found(F.LIVING_ALONE, LI, at="09:35")
BOTH = then(TWO, HE_IS_BEATEN, SHE_IS_ALONE)


def test_her_parents_are_tried_first_and_his_are_not() -> None:
    """上述两种情形联系不上父母的 (CQ2016-4.2-g) is said of a child that is merely out of care."""
    asked = given(*BOTH)
    asked.when(of_two(escort(child_id=LI), "10:00")).then_refused("parents_not_tried")
    (his,) = asked.when(of_two(escort(child_id=BROTHER), "10:00")).facts()
    assert isinstance(his, ChildEscorted)


def test_a_call_to_the_parents_of_the_one_tries_nobody_for_the_other() -> None:
    alone = then(TWO, of_two(findings(F.LIVING_ALONE), "09:30"))
    his_called = then(alone, of_two(call(HERS), "09:40"))
    given(*his_called).when(of_two(escort(child_id=LI), "10:00")).then_refused("parents_not_tried")
    assert given(*his_called).when(of_two(escort(child_id=BROTHER), "10:00")).facts()
    (told,) = (
        given(*then(his_called, of_two(call(HERS), "09:45")))
        .when(of_two(RecordParentsUnreachable(child_id=BROTHER), "10:00"))
        .facts()
    )
    assert told.attempts_made == 2  # type: ignore[attr-defined]
    unfiled = dict(FILES) | {LI: child(LI, care=CareState())}
    hers = cq(RecordParentsUnreachable(child_id=LI), at="2025-03-03 10:00", linked=unfiled)
    given(*his_called).when(hers).then_refused("parent_not_yet_tried")


SITED = [
    NotifyCivilAffairsForPlacement(
        placement_ground="无人照料",
        proposed_site=EscortDestination.VILLAGE_COMMITTEE,
        best_interest_reason="就近",
    ),
    DecideProtectivePlacement(
        placement_ground="无人照料",
        site_kind=SiteKind.TEMPORARY_CARE_INSTITUTION,
        best_interest_reason="就近",
    ),
]


@pytest.mark.parametrize("act", SITED, ids=lambda act: act.name)
def test_the_sites_of_violence_bind_where_the_child_suffered_it(act: Any) -> None:
    """将其安置到临时庇护场所、救助管理机构或福利机构 (CQ2016-4.2-k): the sister who is alone is not of those."""
    asked = given(*BOTH)
    assert asked.when(of_two(replace(act, child_id=LI), "11:00")).facts()
    asked.when(of_two(replace(act, child_id=BROTHER), "11:00")).then_refused(
        "placement_site_not_allowed"
    )


def test_who_arrives_is_sheltered_where_it_was_beaten() -> None:
    """Nobody had decided yet: what the arrival is follows from what was found of this child."""

    def kind(child_id: UUID) -> PlacementKind:
        arrives = ReceiveChild(
            child_id=child_id,
            site_kind=SiteKind.RESCUE_MANAGEMENT_INSTITUTION,
            receiving_staff="值班员",
            child_condition="平稳",
        )
        received = given(*BOTH).when(of_two(arrives, "11:00")).facts()[0]
        assert isinstance(received, ChildReceivedByInstitution)
        return received.placement_kind

    assert kind(BROTHER) is PlacementKind.PROTECTIVE
    assert kind(LI) is PlacementKind.ESCORT_CARE


def _with_a_neighbour(child_id: UUID) -> Child:
    away = Guardian(guardian_id=FATHER, relation="FATHER", away=True)
    entrusted = CareState(
        guardians=(away,),
        carer_id=HERS,
        carer_relation=Kinship.OTHER_ADULT,
        entrusted=EntrustedCareStatus.DESIGNATED,
    )
    return child(child_id, care=entrusted)


def test_a_neighbour_will_do_for_her_whose_guardian_has_not_failed() -> None:
    """父母返回或委托其他亲属 (CQ2016-4.2-f) is said where the guardian cannot or does not care."""
    his_failed = then(TWO, found(F.GUARDIAN_INCAPABLE, BROTHER), found(F.OTHER_INFRINGEMENT, LI))
    files = {c: _with_a_neighbour(c) for c in (LI, BROTHER)}

    def secured(child_id: UUID) -> Any:
        said = cq(RecordCareSecured(child_id=child_id), at="2025-03-03 11:00", linked=files)
        return given(*his_failed).when(said)

    assert secured(LI).facts()
    secured(BROTHER).then_refused("carer_is_no_relative")


def test_her_carers_are_trusted_after_her_accident_whoever_hurt_him() -> None:
    hers = found(F.ACCIDENTAL_INJURY, LI, at="09:35")
    case = after(TWO, HE_IS_BEATEN, hers)
    at_home = CareState(guardians=(Guardian(guardian_id=FATHER, relation="FATHER"),))
    files = {c: child(c, care=at_home) for c in (LI, BROTHER)}
    assert children_without_care(case, files) == (BROTHER,)


def test_the_village_criticises_her_father_and_the_police_his() -> None:
    """Against violence it is for the police to criticise (CQ2016-4.4-a), against neglect for any (CQ2024-3.3-a)."""
    neglect = found(F.GUARDIAN_NOT_PERFORMING, LI, at="09:35")

    def criticised(subject_id: UUID, by: CriticisedBy, at: str) -> Command[Any]:
        told = noting(
            GuardianCriticised,
            subject_kind=MeasureSubject.PARENT,
            subject_id=subject_id,
            measure_ground="不履行监护职责",
            criticised_by=by,
        )
        return of_two(told, at)

    hers = criticised(FATHER, CriticisedBy.VILLAGE_COMMITTEE, "10:00")
    his = criticised(HERS, CriticisedBy.VILLAGE_COMMITTEE, "10:10")
    by_police = criticised(HERS, CriticisedBy.POLICE, "10:20")
    both = then(TWO, HE_IS_BEATEN, neglect)
    assert D.CRITICISE_GUARDIAN in after(both, hers, his).emergency.open_duties
    assert D.CRITICISE_GUARDIAN not in after(both, hers, by_police).emergency.open_duties
