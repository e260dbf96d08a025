"""How a placement ends, who has the child then, and who keeps looking (scenario 4.8)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from domain.case.after_return import (
    NoteFollowUp,
    follow_up_counts_as_aftercare,
)
from domain.case.aftercare import (
    AftercareCompleted,
    AftercarePlanOpened,
    AftercareVisitMade,
    OpenAftercarePlan,
    RecordAftercareVisit,
)
from domain.case.further_reports import ChildIdentified
from domain.case.institution import ReceiveChild
from domain.case.placement_care import StartEscortCare
from domain.case.placement_end import EndTemporaryGuardianship, TemporaryGuardianshipEnded
from domain.case.placement_facts import guardianship_ends
from domain.case.report_state import Stage
from domain.child.follow_up import FollowUpVisitMade
from domain.factbook import FactBook
from domain.kernel import Command, Refused, decide
from domain.reactions import Put
from domain.risk import RiskFact, RiskFactor
from domain.terms.emergency import Finding
from domain.terms.placement import (
    EndReason,
    NextCare,
    PlacementStatus,
    SiteKind,
)
from domain.terms.plan import ServiceType
from domain.terms.reports import Trigger
from domain.terms.visits import FollowUpGround
from tests.domain.case.cast import (
    BROTHER,
    CIVIL_CN,
    LI,
    Around,
    case_of,
    child,
    cn,
    cq,
    sh,
)
from tests.domain.case.on_scene import TRIED as TRIED_CQ
from tests.domain.case.on_scene import UNREACHABLE, escort, findings, on_scene_cq, then
from tests.domain.case.placing import HEARD, PLACED, PLACEMENT, handover, living_care, made
from tests.domain.case.test_placement_site import PROPOSED
from tests.dsl import an_id, given, local

NOON = local("2019-03-31 12:00")
TO_GRANDFATHER = handover(at="2019-05-20 09:00")
MOVING = then(PLACED, TO_GRANDFATHER)


def end(at: str = "2019-05-20 10:00", **more: Any) -> Command[Any]:
    """He moves to his grandfather."""
    over = EndTemporaryGuardianship(
        **{
            "end_reason": EndReason.RELATIVE_TAKES_OVER,
            "next_care": NextCare.RELATIVE,
            "next_carer": "祖父",
            "best_interest_reason": "祖父有能力并愿意",
            **more,
        }
    )
    return cn(over, at=at)


def test_he_moves_to_his_grandfather_and_is_visited_for_a_year() -> None:
    """Scenario 4.8: handed over again; two-weekly for three months, then monthly."""
    ended, aftercare = given(*MOVING).when(end()).facts()
    assert ended == TemporaryGuardianshipEnded(
        placement_id=PLACEMENT,
        child_id=LI,
        end_reason=EndReason.RELATIVE_TAKES_OVER,
        next_care=NextCare.RELATIVE,
        next_carer="祖父",
        handover_id=made(TO_GRANDFATHER, "handover"),
        best_interest_reason="祖父有能力并愿意",
        ended_on=date(2019, 5, 20),
    )
    assert isinstance(aftercare, AftercarePlanOpened)
    assert aftercare.aftercare_id == made(end(), "aftercare")
    assert aftercare.placement_id == PLACEMENT
    assert aftercare.follow_up_unit_id == CIVIL_CN.id
    assert aftercare.aftercare_until == date(2020, 5, 20)
    assert aftercare.visits_on == (
        date(2019, 6, 3), date(2019, 6, 17), date(2019, 7, 1), date(2019, 7, 15),
        date(2019, 7, 29), date(2019, 8, 12), date(2019, 9, 20), date(2019, 10, 20),
        date(2019, 11, 20), date(2019, 12, 20), date(2020, 1, 20), date(2020, 2, 20),
        date(2020, 3, 20), date(2020, 4, 20), date(2020, 5, 20),
    )  # fmt: skip
    case = case_of(*then(MOVING, end()))
    placement = case.placement.of(PLACEMENT)
    assert placement is not None
    assert placement.status is PlacementStatus.AFTERCARE
    fact = case.facts.find(RiskFactor.RF_35)
    assert fact is not None
    assert fact.ended_on == date(2019, 5, 20)


def test_nobody_leaves_without_a_carer_or_a_handover() -> None:
    given(*MOVING).when(end(next_carer=" ")).then_refused(
        "next_carer_missing", cites="CN2017-2-c", field="nextCarer"
    )
    given(*PLACED).when(end()).then_refused("handover_missing")
    given(*MOVING).when(end(best_interest_reason=" ")).then_refused("placement_needs_best_interest")
    given(*HEARD).when(end()).then_refused("not_placed")
    of_age = end(next_care=NextCare.INDEPENDENT, next_carer=None, end_reason=EndReason.CAME_OF_AGE)
    assert len(given(*PLACED).when(of_age).facts()) == 2


def test_only_who_is_of_age_lives_alone_afterwards() -> None:
    """CN2017-2-c: a minor is left to nobody."""

    def alone(born: date) -> Command[Any]:
        file = replace(child(), file=replace(child().file, birth_on=born))
        on_its_own = end(
            next_care=NextCare.INDEPENDENT, next_carer=None, end_reason=EndReason.CAME_OF_AGE
        )
        return replace(on_its_own, context=replace(on_its_own.context, linked={LI: file}))

    assert len(given(*PLACED).when(alone(date(2001, 5, 20))).facts()) == 2
    given(*PLACED).when(alone(date(2001, 5, 21))).then_refused(
        "not_of_age", cites="CN2017-2-c", field="nextCare"
    )


def test_a_child_still_placed_is_cared_for_after_its_case_is_closed() -> None:
    closed = replace(case_of(*MOVING), stage=Stage.CLOSED)
    ended, _ = decide(closed, end())
    assert isinstance(ended, TemporaryGuardianshipEnded)
    with pytest.raises(Refused) as nobody_placed:
        decide(replace(case_of(*HEARD), stage=Stage.CLOSED), end())
    assert nobody_placed.value.code == "out_of_turn"


def test_going_back_to_parents_is_a_decision_of_its_own() -> None:
    home = end(next_care=NextCare.PARENTS, next_carer="母亲")
    given(*MOVING).when(home).then_refused("return_is_its_own_decision", field="nextCare")
    no_fault = then(PROPOSED[:-1], living_care())
    back = EndTemporaryGuardianship(
        end_reason=EndReason.PARENTS_RETURNED,
        next_care=NextCare.PARENTS,
        next_carer="父亲",
        best_interest_reason="父亲已返回",
    )
    facts = given(*no_fault).when(sh(back, at="2022-03-09 10:00")).facts()
    assert [e.name for e in facts] == [
        "case.temporary_guardianship_ended", "case.aftercare_plan_opened",
    ]  # fmt: skip


def test_kin_care_after_an_escort_needs_no_aftercare() -> None:
    stay = StartEscortCare(site_kind=SiteKind.RELATIVE_HOME, best_interest_reason="由祖母照料")
    with_kin = then(
        TRIED_CQ,
        UNREACHABLE,
        cq(escort(), at="2025-03-03 11:00"),
        cq(stay, at="2025-03-03 12:00"),
    )
    back = EndTemporaryGuardianship(
        end_reason=EndReason.PARENTS_RETURNED,
        next_care=NextCare.PARENTS,
        next_carer="母亲",
        best_interest_reason="母亲已返回",
    )
    (ended,) = given(*with_kin).when(cq(back, at="2025-03-07 10:00")).facts()
    assert isinstance(ended, TemporaryGuardianshipEnded)
    (over,) = case_of(*with_kin, ended).placement.placements
    assert (over.status, over.ended_on) == (PlacementStatus.ENDED, date(2025, 3, 7))


# --- aftercare ----------------------------------------------------------------------------------

AFTER = then(MOVING, end())
AFTERCARE = made(end(), "aftercare")


def visit(at: str, **more: Any) -> Command[Any]:
    """Civil affairs see him."""
    seen = RecordAftercareVisit(
        **{"aftercare_id": AFTERCARE, "child_seen": True, "visit_note": "适应良好", **more}
    )
    return cn(seen, at=at)


def test_a_visit_fulfils_its_day_and_those_missed_before() -> None:
    given(*AFTER).when(visit("2019-06-02 10:00")).then(
        AftercareVisitMade(
            aftercare_id=AFTERCARE,
            child_id=LI,
            visit_note="适应良好",
            next_visit_on=date(2019, 6, 17),
        )
    )
    (after_a_gap,) = given(*AFTER).when(visit("2019-07-16 10:00")).facts()
    assert isinstance(after_a_gap, AftercareVisitMade)
    assert after_a_gap.next_visit_on == date(2019, 7, 29)


def test_what_is_still_to_be_visited() -> None:
    """The days from the next one on; none once there is no next."""
    seen = AftercareVisitMade(
        aftercare_id=AFTERCARE, visit_note="适应良好", next_visit_on=date(2020, 4, 20)
    )
    left = case_of(*AFTER, seen).placement.aftercare(AFTERCARE)
    assert left is not None
    assert left.visits_on == (date(2020, 4, 20), date(2020, 5, 20))
    last = case_of(*AFTER, replace(seen, next_visit_on=None)).placement.aftercare(AFTERCARE)
    assert last is not None
    assert last.visits_on == ()


def test_the_last_visit_completes_the_aftercare() -> None:
    last = visit("2020-05-20 10:00")
    made_, completed = given(*AFTER).when(last).facts()
    assert isinstance(made_, AftercareVisitMade)
    assert made_.next_visit_on is None
    assert completed == AftercareCompleted(aftercare_id=AFTERCARE, child_id=LI)
    done = then(AFTER, last)
    placement = case_of(*done).placement.of(PLACEMENT)
    assert placement is not None
    assert placement.status is PlacementStatus.CLOSED
    given(*done).when(visit("2020-05-21 10:00")).then_refused("aftercare_already_done")
    reopened = OpenAftercarePlan(aftercare_id=AFTERCARE)
    given(*done).when(cn(reopened, at="2020-05-21 10:00")).then_refused("aftercare_already_done")


def test_what_an_aftercare_visit_needs() -> None:
    given(*AFTER).when(visit("2019-06-03 10:00", child_seen=False)).then_refused("child_not_seen")
    given(*AFTER).when(visit("2019-06-03 10:00", aftercare_id=an_id("none"))).then_refused(
        "unknown_aftercare"
    )
    unknown = OpenAftercarePlan(aftercare_id=an_id("none"))
    given(*AFTER).when(cn(unknown, at="2019-06-03 10:00")).then_refused("unknown_aftercare")


def test_the_township_restates_the_plan_with_services_and_days() -> None:
    stated = OpenAftercarePlan(
        aftercare_id=AFTERCARE,
        aftercare_services=(ServiceType.COUNSELLING,),
        visits_on=(date(2019, 8, 1), date(2019, 6, 20)),
    )
    (opened,) = given(*AFTER).when(cn(stated, at="2019-05-22 10:00")).facts()
    assert isinstance(opened, AftercarePlanOpened)
    assert opened.visits_on == (date(2019, 6, 20), date(2019, 8, 1))
    assert opened.aftercare_until == date(2019, 8, 1)
    assert opened.aftercare_services == (ServiceType.COUNSELLING,)


def test_a_follow_up_on_the_childs_file_counts_as_well() -> None:
    case = case_of(*AFTER)
    around = Around(files=(child(),), cases=(case,))
    seen = FollowUpVisitMade(
        follow_up_ground=FollowUpGround.RETURNED_HOME,
        child_seen=True,
        follow_up_finding="适应良好",
        followed_since=date(2019, 5, 20),
    )
    note = NoteFollowUp(aftercare_id=AFTERCARE, visit_note="适应良好")
    assert list(follow_up_counts_as_aftercare(around, child(), (seen,))) == [Put(case.id, note)]
    both = Around(files=(child(), child(BROTHER)), cases=(replace(case, children=(LI, BROTHER)),))
    assert not list(follow_up_counts_as_aftercare(both, child(BROTHER), (seen,)))
    unseen = replace(seen, child_seen=False)
    assert not list(follow_up_counts_as_aftercare(around, child(), (unseen,)))
    (visited,) = given(*AFTER).when(cn(note, at="2019-06-03 10:00")).facts()
    assert isinstance(visited, AftercareVisitMade)
    gone = NoteFollowUp(aftercare_id=an_id("none"), visit_note="适应良好")
    given(*AFTER).when(cn(gone, at="2019-06-03 10:00")).then_nothing()


def test_a_child_identified_later_keeps_its_placement() -> None:
    unknown = on_scene_cq(Trigger.LIVING_ALONE, children=(), child_description="约五岁女童")
    found = then(unknown, cq(findings(Finding.LIVING_ALONE), at="2025-03-03 09:30"))
    arrived = ReceiveChild(
        site_kind=SiteKind.RESCUE_MANAGEMENT_INSTITUTION,
        receiving_staff="值班员",
        child_condition="饥饿",
    )
    taken_in = then(found, cq(arrived, at="2025-03-03 13:00"))
    case = case_of(*taken_in, ChildIdentified(child_id=LI))
    assert case.placement.is_placed(LI)
    assert not case.placement.is_placed(None)


def test_only_the_child_that_leaves_has_left() -> None:
    """The brother is still in care when Li's placement ends."""
    stays = RiskFact(factor=RiskFactor.RF_35, event_id=an_id("his"), since=NOON, child_id=BROTHER)
    leaves = replace(stays, event_id=an_id("hers"), child_id=LI)
    placement = case_of(*PLACED).placement.of(PLACEMENT)
    assert placement is not None
    over = guardianship_ends(FactBook((stays, leaves)), placement, date(2019, 5, 20))
    assert [f.ended_on for f in over.facts] == [None, date(2019, 5, 20)]
