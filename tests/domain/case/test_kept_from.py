"""From whom of its family a child's whereabouts are kept: from its placement until it is home again."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from domain.case.emergency_state import EmergencyState
from domain.case.intervention_state import OrderIssued
from domain.case.kept_from import FAMILY, kept_from
from domain.case.placement_state import Placement
from domain.case.report_state import Stage
from domain.case.state import Case
from domain.factbook import FactBook
from domain.risk import RiskFact, RiskFactor
from domain.terms.intervention import OrderKind
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
    assert kept_from(of) == families


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
    assert kept_from(ordered) == kept


@pytest.mark.parametrize(
    "away",
    [EmergencyState(escorted=frozenset({GIRL})), EmergencyState(cared_for=frozenset({GIRL}))],
    ids=["escorted", "cared for"],
)
def test_brought_or_cared_for_elsewhere_while_the_case_runs(away: EmergencyState) -> None:
    running = replace(case(RiskFactor.RF_06), stage=Stage.ACCEPTED, emergency=away)
    assert kept_from(running) == {(GIRL, FAMILY)}
    assert kept_from(replace(running, stage=Stage.CLOSED)) == set()
