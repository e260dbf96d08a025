"""A mother who refuses for six months, in Fengjie 2025: orders that are checked, applicants who must, no fallback."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

import pytest

from domain.terms.intervention import Modality
from tests.journeys import living_alone
from tests.journeys.checks import common_checks
from tests.journeys.children import ChildOfStory, left_behind_girl
from tests.journeys.person import Answer
from tests.journeys.revoking import REVOCATIONS
from tests.journeys.telling import due, last, recorded, told
from tests.journeys.world import World

pytestmark = [pytest.mark.journey, pytest.mark.postgres]


@pytest.fixture
def child(world: World) -> ChildOfStory:
    """L. of scenario 1."""
    world.clock.set("2025-02-10 10:00")
    return left_behind_girl(world)


@pytest.fixture
def case_id(world: World, child: ChildOfStory) -> UUID:
    """She is with her grandmother; the mother sends nothing and does not answer."""
    return living_alone.until_care_is_secured(world, child)


def against(child: ChildOfStory, **more: Any) -> Answer:
    """Of the mother."""
    return {"subject_kind": "PARENT", "subject_id": child.guardians["MOTHER"], **more}


def refuses(world: World, case_id: UUID, child: ChildOfStory) -> None:
    """The village records it on 2025-03-10: since 30 November 2024."""
    world.clock.set("2025-03-10 09:00")
    given = against(child, refused_since_on=date(2024, 11, 30), refusal_facts="不寄生活费,不接电话")
    world.as_("fj_committee").done("startNonPerformance", case_id, given)


def test_the_clock_counts_six_months_and_tells_who_may_apply(
    world: World, child: ChildOfStory, case_id: UUID
) -> None:
    refuses(world, case_id, child)
    started = told(world, case_id, "case.non_performance_started")
    assert started.threshold_on == date(2025, 5, 30)
    assert started.notice_on == (date(2025, 2, 28), date(2025, 4, 30))
    (task,) = world.as_("fj_committee").queue("fj_village", "Q-17")
    assert due(task).startswith("2025-03-12")
    dissuaded = against(child, measure_ground="不履行监护职责")
    world.as_("fj_committee").done("dissuadeGuardian", case_id, dissuaded)
    assert world.as_("fj_committee").queue("fj_village", "Q-17") == []
    world.tick("2025-04-30 00:05")
    assert last(world, case_id, "case.refusal_notice_issued").months_refused == 5
    assert len(world.as_("fj_committee").queue("fj_village", "Q-17")) == 1
    world.tick("2025-05-29 23:00")
    assert world.events(case_id, "case.six_month_threshold_reached") == []
    world.tick("2025-05-30 00:05")
    reached = recorded(world, case_id, "case.six_month_threshold_reached")
    assert "CQ2016-4.4-e" in reached.stamp.clauses
    for unit, key in (
        ("fj_ca", "fj_ca"),
        ("fj_township", "fj_township"),
        ("fj_village", "fj_committee"),
    ):
        (task,) = world.as_(key).queue(unit, "Q-17-SIX-MONTHS")
        assert task["clauses"] == ["CQ2016-4.4-e"]
    # six months alone are no ground
    (found,) = [world.as_("fj_ca").ask(REVOCATIONS, id=case_id)["case"]["revocations"]]
    assert found == []
    common_checks(world)


def test_in_chongqing_they_must_apply_and_declining_ends_no_duty(
    world: World, child: ChildOfStory, case_id: UUID
) -> None:
    refuses(world, case_id, child)
    world.tick("2025-05-30 09:00")
    ground = {
        "guardian_id": child.guardians["MOTHER"],
        "revocation_ground": "GROUND_2",
        "elements": ["REFUSED", "WITHOUT_MEANS"],
        "ground_facts": "外祖母无力负担,断粮",
        "ground_evidence": ["村委会走访记录"],
        "relatives": ["莫阿秀"],
    }
    world.as_("fj_township").done("establishRevocationGround", case_id, ground)
    established = told(world, case_id, "case.revocation_ground_established")
    assert (established.modality, established.fallback_on) == (Modality.MUST, None)
    assert world.as_("fj_ca").queue("fj_ca", "Q-17-SIX-MONTHS") == []
    notices = [r.event for r in world.events(case_id, "case.revocation_applicant_notified")]
    village = next(n for n in notices if n.applicant.name == "VILLAGE_COMMITTEE")
    given = {
        "revocation_id": established.revocation_id,
        "notice_id": village.notice_id,
        "application_decline_reason": "怕得罪人",
    }
    world.as_("fj_committee").done("declineRevocationApplication", case_id, given)
    (task,) = world.as_("fj_committee").queue("fj_village", "Q-29")
    assert (due(task), task["clauses"]) == ("2025-06-29", ["CQ2016-4.4-g"])
    world.tick("2025-08-01 00:05")
    assert world.events(case_id, "case.civil_affairs_fallback_triggered") == []
    application = {
        "revocation_id": established.revocation_id,
        "applicant": "VILLAGE_COMMITTEE",
        "applicant_unit_id": world.unit("fj_village"),
        "court_name": "奉节县人民法院",
    }
    world.as_("fj_committee").done("fileRevocationApplication", case_id, application)
    filed = told(world, case_id, "case.revocation_application_filed")
    assert (filed.modality, filed.flagged_for_court) == (Modality.MUST, False)
    assert world.as_("fj_committee").queue("fj_village", "Q-29") == []
    # she is in no placement: whether one is necessary is asked
    assert len(world.as_("fj_ca").queue("fj_ca", "Q-29-PLACEMENT")) == 1
    assert world.as_("fj_judge").case(case_id) is not None
    common_checks(world)


def test_an_order_is_checked_and_a_breach_answered(
    world: World, child: ChildOfStory, case_id: UUID
) -> None:
    world.clock.set("2025-03-12 10:00")
    order = against(child, order_issuer="PROCURATORATE", order_number="渝奉检督〔2025〕3号")
    police = world.as_("fj_police")
    police.done("issueGuardianshipUrgingOrder", case_id, order)
    issued = told(world, case_id, "case.guardianship_urging_order_issued")
    assert issued.issuer_basis.name == "SILENT"
    civil_affairs = world.as_("fj_ca")
    (task,) = civil_affairs.queue("fj_ca", "Q-17-ORDER")
    assert (due(task), task["clauses"]) == ("2025-04-11", ["CQ2024-3.3-b"])
    world.clock.set("2025-04-10 10:00")
    check = {
        "order_id": issued.order_id,
        "order_execution": "BREACHED",
        "execution_note": "仍未联系孩子",
    }
    civil_affairs.done("checkOrderExecution", case_id, check)
    (task,) = civil_affairs.queue("fj_ca", "Q-17-ORDER")
    assert due(task) == "2025-05-10"
    (breach,) = police.queue("fj_police", "Q-17-BREACH")
    assert due(breach) == "2025-04-10 10:30"
    police.done("reprimandGuardian", case_id, against(child, measure_ground="违反监护督促令"))
    assert police.queue("fj_police", "Q-17-BREACH") == []
    world.clock.set("2025-05-09 10:00")
    complied = check | {"order_execution": "COMPLIED", "execution_note": "每周视频,按月寄钱"}
    civil_affairs.done("checkOrderExecution", case_id, complied)
    (task,) = civil_affairs.queue("fj_ca", "Q-17-ORDER")
    assert due(task) == "2025-06-08", "it says no term: for half a year it is checked again"
    common_checks(world)
