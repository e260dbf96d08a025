"""By which routes a district answers for a child, and on which clause the street's basis stands (A.3, I.10)."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from domain.child.categories import CategoryDetermined
from domain.child.places import JurisdictionAssigned
from domain.terms.care import Kinship, LifeStatus
from domain.terms.file import (
    CategoryCode,
    CompetenceRoute,
    Difficulty,
    DifficultyCause,
    TerritorialBasis,
)
from tests.domain.child.categories import determine, first
from tests.domain.child.family import (
    CHANGNING,
    HUANHUA,
    JIADING,
    JIANGSU_ROAD,
    cn,
    cq,
    opening,
    parent,
    sh_opening,
    told_by,
)
from tests.dsl import given

POOR = determine(
    CategoryCode.DIFFICULTY_POVERTY,
    causes=(DifficultyCause.POVERTY,),
    difficulties=(Difficulty.SCHOOLING,),
)
UNTRACEABLE = {"life_status": LifeStatus.UNTRACEABLE}
ROUTES = [
    pytest.param({"hukou": CHANGNING}, {}, {CompetenceRoute.CHILD_HUKOU}, id="child's hukou"),
    pytest.param(
        {"hukou": HUANHUA},
        {"guardian_hukou": JIANGSU_ROAD},
        {CompetenceRoute.PARENT_HUKOU},
        id="a parent's hukou",
    ),
    pytest.param(
        {"hukou": HUANHUA},
        {"guardian_hukou": HUANHUA, "permit_until": date(2020, 1, 1)},
        {CompetenceRoute.PARENT_PERMIT},
        id="a parent's permit",
    ),
    pytest.param(
        {"hukou": HUANHUA},
        {"guardian_hukou": HUANHUA, "permit_until": date(2019, 3, 29)},
        set(),
        id="a permit that has run out",
    ),
    pytest.param(
        {"hukou": HUANHUA, "long_term": JIANGSU_ROAD},
        UNTRACEABLE,
        {CompetenceRoute.UNFINDABLE_PARENTS_LONG_TERM_FACT},
        id="nobody found, and long here",
    ),
    pytest.param({"hukou": HUANHUA}, UNTRACEABLE, set(), id="nobody found, and not long here"),
    pytest.param(
        {"hukou": JIADING},
        {"guardian_hukou": JIADING},
        set(),
        id="of another district of Shanghai (I.10)",
    ),
]


def entered(opened: dict[str, Any], father: dict[str, Any]) -> CategoryDetermined:
    """A child of Changning entered as poor."""
    history = told_by(
        cn(sh_opening(residence=JIANGSU_ROAD, birth_on=date(2008, 1, 1), **opened)),
        cn(parent(Kinship.FATHER, **father), "2019-03-30 10:30"),
    )
    return first(given(*history).when(cn(POOR, "2019-03-30 11:00")).facts())


@pytest.mark.parametrize(("opened", "father", "routes"), ROUTES)
def test_the_district_answers_by_three_routes_and_the_childs_own_hukou_is_only_one(
    opened: dict[str, Any], father: dict[str, Any], routes: set[CompetenceRoute]
) -> None:
    """CN2017-5.1-d; outside all of them the child is entered all the same, and the record says so."""
    found = entered(opened, father)
    assert set(found.routes_met) == routes
    assert len(found.routes_met) + len(found.routes_open) == 4
    assert found.route_clauses == ("CN2017-5.1-d",)


def test_the_hukou_of_a_parent_who_died_is_no_route() -> None:
    dead = {"guardian_hukou": CHANGNING, "life_status": LifeStatus.DECEASED}
    assert entered({"hukou": HUANHUA}, dead).routes_met == ()


@pytest.mark.parametrize(
    ("places", "basis", "clauses"),
    [
        ({"residence": JIANGSU_ROAD}, TerritorialBasis.RESIDENCE, ("CN2017-2-g",)),
        (
            {"residence": None, "long_term": JIANGSU_ROAD},
            TerritorialBasis.LONG_TERM_FACT,
            ("CN2017-2-g",),
        ),
        ({"residence": None, "hukou": JIANGSU_ROAD}, TerritorialBasis.HUKOU, ("CN2017-2-g",)),
    ],
)
def test_a_street_is_told_which_clause_names_its_basis(
    places: dict[str, Any], basis: TerritorialBasis, clauses: tuple[str, ...]
) -> None:
    told = told_by(cn(sh_opening(birth_on=date(2008, 1, 1), **places)))
    (assigned,) = [e for e in told if isinstance(e, JurisdictionAssigned)]
    assert (assigned.territorial_basis, assigned.basis_clauses) == (basis, clauses)


def test_chongqing_asks_for_the_administrative_area_and_names_no_hukou() -> None:
    told = told_by(cq(opening(residence=None, hukou=HUANHUA)))
    (assigned,) = [e for e in told if isinstance(e, JurisdictionAssigned)]
    assert assigned.basis_clauses == ()
