"""From whom of its family a child's whereabouts are kept: from its placement until it is home again."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

import pytest

from domain.case.emergency_state import EmergencyState, MeasureTaken
from domain.case.intervention_state import OrderIssued
from domain.case.kept_from import FAMILY, grounds, kept_from
from domain.case.placement_state import Placement
from domain.case.report_state import Stage
from domain.case.state import Case
from domain.factbook import FactBook
from domain.risk import RiskFact, RiskFactor
from domain.terms.intervention import OrderKind
from domain.terms.measures import MeasureKind
from domain.terms.placement import PlacementKind
from tests.dsl import an_id, local

GIRL, FATHER = an_id("girl"), an_id("father")
DAY = date(2022, 3, 1)
OF_HIM = {(GIRL, str(FATHER))}


def case(*factors: RiskFactor, placed: Placement | None = None) -> Case:
    """A case of the girl, with these facts and this placement."""
    facts = FactBook(
        tuple(
            RiskFact(factor=f, event_id=an_id(f.value), since=local("2022-03-01")) for f in factors
        )
    )
    made = Case(
        id=an_id("case"),
        version=3,
        children=(GIRL,),
        last_occurred_at=local("2022-03-02"),
        facts=facts,
    )
    return made if placed is None else replace(made, placement=made.placement.put(placed))


def shelter(**more: Any) -> Placement:
    """Where she is placed."""
    return Placement(
        placement_id=an_id("placement"), child_id=GIRL, kind=PlacementKind.SHORT_TERM, **more
    )


@pytest.mark.parametrize(
    ("of", "families"),
    [
        (case(RiskFactor.RF_06), set()),
        (case(placed=shelter()), set()),
        (case(RiskFactor.RF_06, placed=shelter()), {(GIRL, FAMILY)}),
        (case(RiskFactor.RF_08, placed=shelter(ended_on=DAY)), {(GIRL, FAMILY)}),
        (case(RiskFactor.RF_06, RiskFactor.RF_34, placed=shelter(ended_on=DAY)), set()),
        (case(RiskFactor.RF_06, RiskFactor.RF_34, placed=shelter()), {(GIRL, FAMILY)}),
    ],
    ids=["at home", "no violence", "placed", "placed elsewhere after", "returned", "placed again"],
)
def test_a_family_from_whose_violence_a_child_is_placed(of: Case, families: set[Any]) -> None:
    assert kept_from(grounds(of)) == families


@pytest.mark.parametrize(
    ("until", "kept"), [(None, OF_HIM), (date(2022, 3, 2), OF_HIM), (DAY, set())]
)
def test_a_protection_order_keeps_it_from_the_one_it_is_against(
    until: date | None, kept: set[Any]
) -> None:
    order = OrderIssued(
        order_id=an_id("order"), kind=OrderKind.PROTECTION, subject_id=FATHER, until_on=until
    )
    ordered = case()
    ordered = replace(ordered, intervention=ordered.intervention.put_order(order))
    assert kept_from(grounds(ordered)) == kept


@pytest.mark.parametrize(
    "away",
    [EmergencyState(escorted=frozenset({GIRL})), EmergencyState(cared_for=frozenset({GIRL}))],
    ids=["escorted", "cared for"],
)
def test_brought_or_cared_for_elsewhere_while_the_case_runs(away: EmergencyState) -> None:
    running = replace(case(RiskFactor.RF_06), stage=Stage.ACCEPTED, emergency=away)
    assert kept_from(grounds(running)) == {(GIRL, FAMILY)}
    assert kept_from(grounds(replace(running, stage=Stage.CLOSED))) == set()


def test_who_was_dealt_with_is_not_told_of_the_home_with_another_guardian() -> None:
    """SH2024-2.2.6-b: she goes home to her mother; her father was reprimanded, and the uncle never."""
    mother = an_id("mother")
    reprimanded = MeasureTaken(subject_id=FATHER, kind=MeasureKind.REPRIMAND)
    home = case(RiskFactor.RF_06, RiskFactor.RF_34, placed=shelter(ended_on=DAY))
    home = replace(home, stage=Stage.SERVING, emergency=EmergencyState(measures=(reprimanded,)))

    def to(guardian: UUID | None) -> frozenset[tuple[UUID, str]]:
        return kept_from(grounds(replace(home, placement=home.placement.went_home(GIRL, guardian))))

    assert to(mother) == OF_HIM
    assert to(FATHER) == to(None) == set()
    told = replace(home, placement=home.placement.went_home(GIRL, mother))
    assert kept_from(grounds(replace(told, stage=Stage.CLOSED))) == set()
    unharmed = replace(told, facts=told.facts.closed(RiskFactor.RF_06))
    assert kept_from(grounds(unharmed)) == set()
