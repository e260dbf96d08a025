"""困难随评估而动 · Hardship found in an assessment leads to the child's own file (SH2020-4.3-d)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from domain.case.assessment_result import EntitlementScreened
from domain.case.further_reports import ChildIdentified
from domain.case.state import Case
from domain.child.entitlement_screening import IndicateEntitlements
from domain.kernel import Event, State
from domain.reactions import Put, World, reaction


@reaction
def hardship_leads_to_the_file(
    world: World, state: State, new: tuple[Event[Any], ...]
) -> Iterator[Put]:
    """Each child that is known gets the indication on its file; an unknown one waits with the case."""
    for event in new:
        if not isinstance(event, EntitlementScreened) or event.child_id is None:
            continue
        if world.child(event.child_id).version:
            indicated = IndicateEntitlements(
                entitlements=event.entitlements,
                hardship_facts=event.hardship_facts,
                indicated_in_case=state.id,
            )
            yield Put(event.child_id, indicated)


@reaction
def hardship_finds_its_child(
    world: World, state: State, new: tuple[Event[Any], ...]
) -> Iterator[Put]:
    """A child that is identified after the assessment is told of the hardship then found."""
    if not isinstance(state, Case) or not state.assessment.hardship:
        return
    for event in new:
        if isinstance(event, ChildIdentified) and world.child(event.child_id).version:
            yield Put(event.child_id, IndicateEntitlements(indicated_in_case=state.id))
