"""The search for missing children, each of whom is found for itself (SH2020-4.2-i, CQ2016-4.2-i)."""

from __future__ import annotations

from dataclasses import replace

from domain.case.further_reports import IdentifyChild
from domain.case.intake import FindReportUnfounded
from domain.case.missing import (
    FindMissingChild,
    MissingChildFound,
    MissingChildSearchStarted,
    StartMissingChildSearch,
)
from domain.risk import RiskFactor
from domain.terms.emergency import EmergencyDuty, Finding
from domain.terms.reports import Trigger
from tests.domain.case.cast import BROTHER, LI, case_of, cq
from tests.domain.case.on_scene import ON_SCENE, after, findings, on_scene_cq, then
from tests.dsl import an_id, given, local

D = EmergencyDuty

MISSING = on_scene_cq(Trigger.MISSING)

SEARCH = StartMissingChildSearch(last_seen_where="校门口")

FOUND = FindMissingChild(found_where="镇汽车站", found_condition="平安")


def test_the_search_comes_before_everything_else() -> None:
    found = cq(findings(Finding.MISSING, Finding.LIVING_ALONE), at="2025-03-03 09:30")
    case = after(MISSING, found, cq(SEARCH, at="2025-03-03 09:31"))
    assert case.emergency.open_duties[0] is D.SEARCH_CHILD
    assert case.emergency.search_running


def test_a_search_starts_at_once_and_once() -> None:
    started = MissingChildSearchStarted(
        child_id=LI, last_seen_where="校门口", duties=(D.SEARCH_CHILD,)
    )
    given(*MISSING).when(cq(SEARCH, at="2025-03-03 09:15")).then(started)
    given(*MISSING, started).when(cq(SEARCH, at="2025-03-03 09:16")).then_nothing()


def test_nobody_was_last_seen_after_the_search_began() -> None:
    later = replace(SEARCH, last_seen_at=local("2025-03-03 09:16"))
    given(*MISSING).when(cq(later, at="2025-03-03 09:15")).then_refused(
        "last_seen_in_future", field="lastSeenAt"
    )
    assert given(*MISSING).when(cq(later, at="2025-03-03 09:16")).facts()


def test_a_found_child_needs_its_parents() -> None:
    case = after(
        MISSING,
        cq(findings(Finding.MISSING), at="2025-03-03 09:30"),
        cq(SEARCH, at="2025-03-03 09:31"),
        cq(FOUND, at="2025-03-03 15:00"),
    )
    assert case.facts.find(RiskFactor.RF_02) is None
    assert case.emergency.open_duties == (D.CONTACT_PARENTS, D.NOTIFY_TOWNSHIP, D.SECURE_CARE)
    assert not case.emergency.search_running


def test_nobody_is_found_who_was_not_missing() -> None:
    given(*MISSING).when(cq(FOUND, at="2025-03-03 10:00")).then(
        MissingChildFound(
            child_id=LI,
            found_where="镇汽车站",
            found_condition="平安",
            duties=(D.CONTACT_PARENTS, D.SECURE_CARE),
        )
    )
    given(*ON_SCENE).when(cq(FOUND, at="2025-03-03 10:00")).then_refused("no_child_missing")


def test_of_two_missing_children_each_is_found_for_itself() -> None:
    """SH2020-4.2-i, CQ2016-4.2-i: the search for the other goes on."""
    two = then(
        on_scene_cq(Trigger.MISSING, children=(LI, BROTHER)),
        cq(findings(Finding.MISSING), at="2025-03-03 09:30"),
        cq(replace(SEARCH, child_id=LI), at="2025-03-03 09:31"),
        cq(replace(SEARCH, child_id=BROTHER), at="2025-03-03 09:32"),
    )
    one_found = then(two, cq(replace(FOUND, child_id=LI), at="2025-03-03 15:00"))
    case = case_of(*one_found)
    assert case.emergency.open_duties[0] is D.SEARCH_CHILD
    assert case.emergency.searched_for == {BROTHER}
    assert D.CONTACT_PARENTS in case.emergency.open_duties
    assert {f.child_id for f in case.facts.facts if f.factor is RiskFactor.RF_02} == {BROTHER}
    again = cq(replace(FOUND, child_id=LI), at="2025-03-03 15:30")
    given(*one_found).when(again).then_refused("no_child_missing", field="childId")
    both = after(one_found, cq(replace(FOUND, child_id=BROTHER), at="2025-03-03 16:00"))
    assert D.SEARCH_CHILD not in both.emergency.open_duties
    assert both.facts.find(RiskFactor.RF_02) is None
    assert not both.emergency.search_running


def test_who_was_searched_for_alone_is_alone_found() -> None:
    """A brother at home whom nobody missed need not be found."""
    alone = on_scene_cq(Trigger.LIVING_ALONE, children=(LI, BROTHER))
    search = cq(replace(SEARCH, child_id=LI), at="2025-03-03 09:15")
    case = after(alone, search, cq(replace(FOUND, child_id=LI), at="2025-03-03 10:00"))
    assert D.SEARCH_CHILD not in case.emergency.open_duties
    assert case.facts.find(RiskFactor.RF_02) is None


def test_a_nameless_child_that_is_searched_for_gets_its_name() -> None:
    nameless = then(
        on_scene_cq(Trigger.MISSING, children=()),
        cq(SEARCH, at="2025-03-03 09:15"),
        cq(IdentifyChild(child_id=LI), at="2025-03-03 09:30"),
    )
    assert case_of(*nameless).emergency.searched_for == {LI}
    found = after(nameless, cq(replace(FOUND, child_id=LI), at="2025-03-03 10:00"))
    assert not found.emergency.search_running


def test_where_several_children_are_concerned_one_is_named() -> None:
    two = on_scene_cq(Trigger.MISSING, children=(LI, BROTHER))
    given(*two).when(cq(SEARCH, at="2025-03-03 09:15")).then_refused("which_child", field="childId")
    stranger = replace(SEARCH, child_id=an_id("stranger"))
    given(*two).when(cq(stranger, at="2025-03-03 09:15")).then_refused(
        "child_not_in_case", field="childId"
    )
    named = replace(SEARCH, child_id=BROTHER)
    (event,) = given(*two).when(cq(named, at="2025-03-03 09:15")).facts()
    assert isinstance(event, MissingChildSearchStarted)
    assert event.child_id == BROTHER


def test_a_report_is_not_unfounded_while_a_search_runs() -> None:
    nothing = cq(FindReportUnfounded(unfounded_reason="家中无人"), at="2025-03-03 09:40")
    searching = then(MISSING, cq(SEARCH, at="2025-03-03 09:15"))
    given(*searching).when(nothing).then_refused("search_running", cites="CQ2016-4.2-i")
    found = then(searching, cq(FOUND, at="2025-03-03 09:30"))
    given(*found).when(nothing).facts()
