"""A child that is searched for turns up in another case: whoever searches is told (SH2020-4.2-i, CQ2016-4.2-i)."""

from __future__ import annotations

from typing import Any

import pytest

from domain.case.dispatch import DispatchPolice
from domain.case.further_reports import IdentifyChild
from domain.case.intake import AcceptReport
from domain.case.met_elsewhere import MissingChildMet
from domain.case.missing import (
    FindMissingChild,
    StartMissingChildSearch,
    missing_children,
)
from domain.case.placement_state import Placement, PlacementState
from domain.case.report_state import Stage
from domain.case.state import Case
from domain.child.closing import MergeDuplicateFile
from domain.child.corrections import DisavowEvent
from domain.child.unmerging import MergedFileGivenBack
from domain.kernel import Event
from domain.replacing import replace
from domain.terms.emergency import Finding, MetHow, OpinionSubject
from domain.terms.placement import PlacementKind, PlacementStatus, SiteKind
from domain.terms.reports import Trigger
from projections.queues import QUEUES
from tests.domain.case.cast import DIRECTORY, HUANHUA, LI, OFFICER, Around, child, report
from tests.domain.case.on_scene import To, escort, findings
from tests.dsl import an_id, person

DUPLICATE = an_id("duplicate of Li")
SEARCHING, MET = an_id("case that searches"), an_id("case that met the child")
STATION = an_id("救助管理站")
RESCUER = person("rescuer", "rescue_institution", unit_id=STATION)


def town() -> Around:
    return Around(files=(child(),), directory=DIRECTORY, place=HUANHUA)


def out(
    story: Around, case: Any, hour: str, *triggers: Trigger, children: tuple[Any, ...] = (LI,)
) -> None:
    """A report that the police have taken on, in the course of a quarter of an hour."""
    told, day = report(*triggers, children=children), f"2025-03-03 {hour}"
    story.put(told, on=case, at=f"{day}:00")
    story.put(AcceptReport(), on=case, at=f"{day}:05", by=OFFICER)
    story.put(DispatchPolice(), on=case, at=f"{day}:10", by=OFFICER)


def searching() -> Around:
    """The police search for Li."""
    story = town()
    out(story, SEARCHING, "09", Trigger.MISSING)
    search = StartMissingChildSearch(last_seen_where="校门口")
    story.put(search, on=SEARCHING, at="2025-03-03 09:15", by=OFFICER)
    return story


def told_to(story: Around, case: Any = SEARCHING) -> list[Event[Any]]:
    """What the case that searches is told."""
    return [e for on, e in story.told if on == case and isinstance(e, MissingChildMet)]


def of(story: Around, case: Any) -> Case:
    state = story.states[case]
    assert isinstance(state, Case)
    return state


def test_a_child_that_is_identified_elsewhere_is_told_to_those_who_search() -> None:
    story = searching()
    out(story, MET, "10", Trigger.LIVING_ALONE, children=())
    known = IdentifyChild(child_id=LI, identified_by_means="本人陈述")
    story.put(known, on=MET, at="2025-03-03 11:00", by=RESCUER)
    note = MissingChildMet(
        child_id=LI, met_in_case_id=MET, met_how=MetHow.IDENTIFIED, met_unit_id=STATION
    )
    assert told_to(story) == [note]
    assert not told_to(story, MET)
    assert of(story, SEARCHING).emergency.search_running
    found = FindMissingChild(found_where="救助管理站", found_condition="平安")
    story.put(found, on=SEARCHING, at="2025-03-03 11:30", by=OFFICER)
    assert not missing_children(of(story, SEARCHING))
    assert not of(story, SEARCHING).emergency.met


def test_from_a_lead_to_a_certainty_each_is_told_once() -> None:
    story = searching()
    out(story, MET, "10", Trigger.LIVING_ALONE)
    story.put(findings(Finding.LIVING_ALONE), on=MET, at="2025-03-03 10:30", by=OFFICER)
    for hour in ("11", "12"):
        there = escort(To.RESCUE_MANAGEMENT_INSTITUTION, receiver_unit_id=STATION)
        story.states[MET] = _tried(of(story, MET))
        story.put(there, on=MET, at=f"2025-03-03 {hour}:00", by=OFFICER)
    ways = [e.met_how for e in told_to(story)]  # type: ignore[attr-defined]
    assert ways == [MetHow.NAMED, MetHow.IN_HAND]


def test_who_reported_the_child_is_not_told_to_those_who_search() -> None:
    story, teacher = searching(), person("teacher", "class_teacher", unit_id=an_id("school"))
    seen = report(Trigger.LIVING_ALONE)
    story.put(seen, on=MET, at="2025-03-03 10:00", by=teacher)
    (note,) = told_to(story)
    assert note.met_unit_id == of(story, MET).intake.police_unit_id  # type: ignore[attr-defined]


def test_a_second_report_that_the_child_is_missing_tells_nothing() -> None:
    story = searching()
    out(story, MET, "10", Trigger.MISSING)
    assert not told_to(story)
    assert not told_to(story, MET)


def test_found_in_the_second_search_it_is_told_to_the_first() -> None:
    story = searching()
    out(story, MET, "10", Trigger.MISSING)
    found = FindMissingChild(found_where="火车站", found_condition="平安")
    story.put(found, on=MET, at="2025-03-03 12:00", by=OFFICER)
    (note,) = told_to(story)
    assert note.met_how is MetHow.IN_HAND  # type: ignore[attr-defined]


def test_who_was_taken_in_before_anybody_missed_it_is_told_with_the_report() -> None:
    story = town()
    out(story, MET, "10", Trigger.LIVING_ALONE)
    story.put(findings(Finding.LIVING_ALONE), on=MET, at="2025-03-03 10:30", by=OFFICER)
    story.states[MET] = _tried(of(story, MET))
    there = escort(To.RESCUE_MANAGEMENT_INSTITUTION, receiver_unit_id=STATION)
    story.put(there, on=MET, at="2025-03-03 11:00", by=OFFICER)
    missed = report(Trigger.MISSING)
    story.put(missed, on=SEARCHING, at="2025-03-03 13:00")
    (note,) = told_to(story)
    assert note.met_unit_id == STATION  # type: ignore[attr-defined]
    story.put(AcceptReport(), on=SEARCHING, at="2025-03-03 13:05", by=OFFICER)
    assert len(told_to(story)) == 1


def _in_shelter(story: Around, of_child: Any) -> None:
    """The station has a child whose case is over: the placement goes on."""
    placed = Placement(
        placement_id=an_id("placement"),
        child_id=of_child,
        kind=PlacementKind.PROTECTIVE,
        status=PlacementStatus.ACTIVE,
        site_kind=SiteKind.RESCUE_MANAGEMENT_INSTITUTION,
        site_unit_id=STATION,
    )
    state = PlacementState(placements=(placed,))
    story.states[MET] = Case(
        id=MET, version=1, stage=Stage.CLOSED, children=(of_child,), placement=state
    )


def test_two_files_of_one_child_tell_the_search_of_the_one_what_the_other_knows() -> None:
    """Merged while the police search, or before anybody missed the child."""
    note = MissingChildMet(
        child_id=LI, met_in_case_id=MET, met_how=MetHow.IN_HAND, met_unit_id=STATION
    )
    merge = MergeDuplicateFile(survivor_id=LI, merged_because="同一人")
    searched = searching()
    searched.states[DUPLICATE] = child(DUPLICATE)
    _in_shelter(searched, DUPLICATE)
    searched.put(merge, on=DUPLICATE, at="2025-03-03 12:00")
    assert told_to(searched) == [note]
    merged = town()
    merged.states[DUPLICATE] = child(DUPLICATE)
    _in_shelter(merged, DUPLICATE)
    merged.put(merge, on=DUPLICATE, at="2025-03-03 08:00")
    out(merged, SEARCHING, "09", Trigger.MISSING)
    assert told_to(merged) == [note]


def test_a_file_that_was_merged_by_way_of_another_is_the_childs_too() -> None:
    third = an_id("third file of Li")
    story = searching()
    story.states |= {i: child(i) for i in (DUPLICATE, third)}
    _in_shelter(story, third)
    for merged, survivor in ((third, DUPLICATE), (DUPLICATE, LI)):
        merge = MergeDuplicateFile(survivor_id=survivor, merged_because="同一人")
        story.put(merge, on=merged, at="2025-03-03 12:00")
    assert told_to(story) == [
        MissingChildMet(
            child_id=LI, met_in_case_id=MET, met_how=MetHow.IN_HAND, met_unit_id=STATION
        )
    ]


def test_a_merge_that_was_a_mistake_tells_no_search() -> None:
    story = town()
    story.states[DUPLICATE] = child(DUPLICATE)
    _in_shelter(story, DUPLICATE)
    merge = MergeDuplicateFile(survivor_id=LI, merged_because="同一人")
    merged, *_ = story.put(merge, on=DUPLICATE, at="2025-03-03 08:00")
    assert story.child(LI).file.took_over == {DUPLICATE}
    undone = DisavowEvent(target_event_id=merged.told.event_id, disavowal_reason="并非同一人")
    story.put(undone, on=DUPLICATE, at="2025-03-03 08:30")
    back = [e for on, e in story.told if on == LI and isinstance(e, MergedFileGivenBack)]
    assert back == [MergedFileGivenBack(merged_id=DUPLICATE)]
    assert not story.child(LI).file.took_over
    out(story, SEARCHING, "09", Trigger.MISSING)
    assert not told_to(story)


def test_whose_search_is_over_is_told_nothing() -> None:
    story = searching()
    found = FindMissingChild(found_where="镇汽车站", found_condition="平安")
    story.put(found, on=SEARCHING, at="2025-03-03 09:50", by=OFFICER)
    out(story, MET, "10", Trigger.LIVING_ALONE)
    assert not told_to(story)


@pytest.mark.parametrize("ends", ["case.missing_child_found", "case.closed", "case.joined"])
def test_the_police_who_search_have_it_on_their_desk(ends: str) -> None:
    queue = QUEUES["Q-55-TURNED_UP"]
    assert ends in {c.event for c in queue.endings}
    assert {o.event for o in queue.opens} == {"case.missing_child_met"}


def _tried(case: Case) -> Case:
    """The parents were tried, and the child was heard: the way to a station is free."""
    heard = case.emergency.opinions | {(LI, OpinionSubject.ESCORT_PLACE)}
    return replace(
        case, emergency=replace(case.emergency, contacts=(frozenset({LI}),), opinions=heard)
    )
