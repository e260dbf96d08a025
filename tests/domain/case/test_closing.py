"""When a case may close (scenario 1.10 and its "must not")."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from domain.case.assessment import StartAssessment
from domain.case.assessment_result import CompleteAssessment
from domain.case.care_needed import CareNeedGround, FindCareNeed
from domain.case.care_secured import CareSecured, RecordCareSecured
from domain.case.closing import CaseClosed, CloseCase
from domain.case.institution import ReceiveChild
from domain.case.missing import StartMissingChildSearch
from domain.case.placement_guardianship import DecideProtectivePlacement
from domain.case.plan import AdoptPlan
from domain.case.report_state import Stage
from domain.case.state import Case
from domain.child.file_state import FileStatus
from domain.kernel import Command, Refused, decide
from domain.terms.emergency import Finding
from domain.terms.placement import SiteKind
from domain.terms.places import DivisionId
from domain.terms.plan import ServiceOutcome
from domain.terms.reports import Trigger
from tests.domain.case.cast import (
    BROTHER,
    HUANHUA,
    LI,
    MOTHER_BACK,
    case_of,
    child,
    cn,
    cq,
    played,
)
from tests.domain.case.on_scene import findings, on_scene_cq, then
from tests.domain.case.placing import GOOD
from tests.domain.case.planning import (
    ASSESSED_CN,
    COUNSELLING_ID,
    FIVE,
    GUIDANCE_ID,
    PLANNED,
    close_item,
)
from tests.domain.case.test_assessment import NOTIFIED, WHOLE
from tests.dsl import given

WITH_MOTHER = {LI: child(care=MOTHER_BACK)}
SECURED = CareSecured(child_id=LI)
ITEMS_DONE = then(
    PLANNED,
    close_item(GUIDANCE_ID, ServiceOutcome.NO_LONGER_NEEDED, "2025-04-20 09:00"),
    close_item(COUNSELLING_ID, ServiceOutcome.FAMILY_DECLINED, "2025-04-20 10:00"),
)
READY = (*ITEMS_DONE, SECURED)


def close(at: str = "2025-04-25 09:00", summary: str = "母亲已返回", **more: Any) -> Command[Any]:
    """The township closes."""
    return cq(CloseCase(closing_summary=summary), at=at, **{"linked": WITH_MOTHER, **more})


def test_a_case_closes_when_the_plan_is_done_and_the_child_has_somebody() -> None:
    given(*READY).when(close()).then(CaseClosed(closing_summary="母亲已返回"))
    assert case_of(*then(READY, close())).stage is Stage.CLOSED
    given(*then(READY, close())).when(close(at="2025-04-26 09:00")).then_refused("out_of_turn")
    given(*READY).when(close(summary=" ")).then_refused("closing_summary_missing")


def test_without_a_named_carer_it_does_not_close() -> None:
    """Scenario 1, must not: not before the carer is named."""
    given(*NOTIFIED).when(close(at="2025-03-06 09:00")).then_refused("no_plan")
    nobody = close(linked={LI: child()})
    given(*ITEMS_DONE).when(nobody).then_refused("no_named_carer", cites="CQ2016-4.2-c2")
    given(*READY).when(nobody).then_refused("no_named_carer")
    on_file_only = close()
    given(*ITEMS_DONE).when(on_file_only).then_refused("no_named_carer")


def test_a_placement_is_somebody_too() -> None:
    arrived = ReceiveChild(
        site_kind=SiteKind.RESCUE_MANAGEMENT_INSTITUTION,
        receiving_staff="值班员",
        child_condition="平稳",
    )
    placed = then(ITEMS_DONE, cq(arrived, at="2025-04-21 09:00"))
    (closed,) = given(*placed).when(close(linked={LI: child()})).facts()
    assert isinstance(closed, CaseClosed)


def test_what_is_open_keeps_the_case_open() -> None:
    given(*PLANNED, SECURED).when(close()).then_refused("plan_items_open")
    reassess = cq(StartAssessment(), at="2025-04-22 09:00")
    given(*then(READY, reassess)).when(close()).then_refused("assessment_running")
    waiting = cq(
        DecideProtectivePlacement(
            site_kind=SiteKind.WELFARE_INSTITUTION,
            placement_ground="再次独居",
            best_interest_reason=GOOD,
        ),
        at="2025-04-22 09:00",
    )
    given(*then(READY, waiting)).when(close()).then_refused("placement_pending")


def test_every_child_of_the_case_has_a_plan() -> None:
    both = on_scene_cq(Trigger.LIVING_ALONE, children=(LI, BROTHER))
    for_li = then(
        both,
        cq(findings(Finding.ACCIDENTAL_INJURY), at="2025-03-03 09:30"),
    )
    case = replace(
        case_of(*for_li),
        stage=Stage.PLANNED,
        plan=replace(case_of(*for_li).plan, adopted=frozenset({LI})),
    )
    _refuses(case, close(), "no_plan")


def test_a_child_that_died_needs_no_plan_and_its_brother_does() -> None:
    """Nobody could plan for it, and so the case stood open for ever."""
    gone = child()
    dead = replace(gone, file=replace(gone.file, status=FileStatus.CLOSED, died=True))
    case = case_of(*NOTIFIED)
    _refuses(case, close(), "no_plan")
    assert decide(case, close(linked={LI: dead}))
    assert decide(case_of(*PLANNED), close(linked={LI: dead}))
    files = {LI: dead, BROTHER: child(BROTHER, care=MOTHER_BACK)}
    two = replace(case, children=(LI, BROTHER))
    _refuses(two, close(linked=files), "no_plan")
    planned = replace(two, plan=replace(two.plan, adopted=frozenset({BROTHER})))
    secured = replace(planned, emergency=planned.emergency.with_care(BROTHER, (BROTHER,)))
    assert decide(secured, close(linked=files))


def test_the_township_must_have_been_told_where_the_text_says_so() -> None:
    """CQ2016-4.2-o demands it; CN2017 has no such sentence."""
    untold = replace(
        case_of(*READY),
        emergency=replace(case_of(*READY).emergency, township_notified=False),
    )
    _refuses(untold, close(), "township_not_notified", cites="CQ2016-4.2-o")
    in_cn = then(
        ASSESSED_CN,
        cn(AdoptPlan(**FIVE), at="2019-04-09 09:00"),
    )
    case = case_of(*in_cn, SECURED)
    assert not case.emergency.township_notified
    command = cn(CloseCase(closing_summary="母亲已改正"), at="2019-08-01 09:00", linked=WITH_MOTHER)
    (closed,) = decide(case, command)
    assert isinstance(closed, CaseClosed)


def test_a_need_of_care_closes_without_the_police_who_never_had_it() -> None:
    """CN2017-2-h: the township opened it itself, also where the text asks the police for a notice."""
    need = FindCareNeed(
        care_need_ground=CareNeedGround.GUARDIAN_ILL,
        care_need_note="祖母住院",
        incident_place=DivisionId(HUANHUA),
        children=(LI,),
    )
    planned = played(
        cq(need),
        cq(RecordCareSecured(), at="2025-03-03 10:00", linked=WITH_MOTHER),
        cq(StartAssessment(), at="2025-03-04 09:00"),
        cq(CompleteAssessment(**WHOLE), at="2025-03-14 09:00"),
        cq(AdoptPlan(plan_opinion="想等祖母回来"), at="2025-03-17 09:00"),
    )
    given(*planned).when(close(summary="祖母出院")).then(CaseClosed(closing_summary="祖母出院"))


def test_a_running_search_for_the_child_keeps_the_case_open() -> None:
    missing = cq(findings(Finding.MISSING), at="2025-04-22 09:00")
    search = cq(StartMissingChildSearch(last_seen_where="村口"), at="2025-04-22 09:10")
    lost = then(READY, missing, search)
    given(*lost, SECURED).when(close()).then_refused("emergency_not_finished")


def _refuses(case: Case, command: Command[Any], code: str, *, cites: str | None = None) -> None:
    with pytest.raises(Refused) as refusal:
        decide(case, command)
    assert refusal.value.code == code
    assert cites is None or cites in refusal.value.clauses
