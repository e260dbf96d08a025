"""What a left-behind child of Chongqing may have, by whose decision, and on which sentence it rests."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from domain.child.entitlement_decision import EntitlementGranted
from domain.child.entitlement_screening import EntitlementScreened
from domain.child.household import CareArrangementRecorded, RecordCareArrangement
from domain.context import Actor
from domain.directory import Directory, Unit
from domain.kernel import Command
from domain.terms.care import ArrangementKind
from domain.terms.units import UnitKind
from tests.domain.child.aid import F, T, apply, grant, only, screen
from tests.domain.child.family import COUNTY, EDUCATION, FENGJIE, UNITS, cq, opening, told_by
from tests.dsl import an_id, given

HOUSING = Unit(
    id=an_id("奉节县住房城乡建委"),
    kind=UnitKind.DISTRICT_HOUSING,
    name="奉节县住房城乡建委",
    division_id=FENGJIE,
)
DEPARTMENTS = Directory.of((*UNITS, HOUSING))
SINCE_2016, SINCE_2024 = "2020-04-01 09:00", "2025-04-01 09:00"
OF_TEXT = (
    ("CQ2016-4.3-f", SINCE_2016, T.MINIMUM_LIVING, F.MINIMUM_LIVING_CONDITIONS, COUNTY),
    ("CQ2016-4.3-f", SINCE_2024, T.TEMP_AID, F.SUDDEN_HARDSHIP, COUNTY),
    ("CQ2016-3.3-e", SINCE_2016, T.EDU_AID, F.ECONOMIC_HARDSHIP, EDUCATION),
    ("CQ2016-3.3-f", SINCE_2024, T.NUTRITION, F.LOW_INCOME_FAMILY, EDUCATION),
    ("CQ2016-5.1-c", SINCE_2016, T.HOUSING, F.HOUSING_CONDITIONS, HOUSING),
    ("CQ2024-2.5-e", SINCE_2024, T.MINIMUM_LIVING, F.MINIMUM_LIVING_CONDITIONS, COUNTY),
    ("CQ2024-2.5-e", SINCE_2024, T.MEDICAL_AID, F.ECONOMIC_HARDSHIP, COUNTY),
    ("CQ2024-2.5-e", SINCE_2024, T.EDU_AID, F.MINIMUM_LIVING_FAMILY, EDUCATION),
    ("CQ2024-2.8-c", SINCE_2024, T.HOUSING, F.HOUSING_CONDITIONS, HOUSING),
)
ROLES = {COUNTY: "district_civil_affairs", EDUCATION: "district_education"}


def here(command: Command[Any], at: str, unit: Unit = COUNTY) -> Command[Any]:
    """Put in Huanhua by somebody of a department."""
    role = ROLES.get(unit, "district_housing")
    actor = Actor(person_id=an_id(f"officer of {unit.name}"), role=role, unit_id=unit.id)
    return cq(command, at, directory=DEPARTMENTS, by=actor)


@pytest.mark.clause(
    "CQ2016-4.3-f",
    "CQ2016-3.3-e",
    "CQ2016-3.3-f",
    "CQ2016-5.1-c",
    "CQ2024-2.5-e",
    "CQ2024-2.8-c",
)
@pytest.mark.parametrize(("clause", "at", "entitlement", "fact", "unit"), OF_TEXT)
def test_what_the_text_gives_is_screened_and_granted_by_its_department_on_its_sentence(
    clause: str, at: str, entitlement: T, fact: F, unit: Unit
) -> None:
    on_file = here(opening(), "2019-03-01 09:00")
    screening = here(screen(entitlement, fact), at, unit)
    applied = here(apply(entitlement), at)
    day = at.partition(" ")[0]
    granting = here(grant(entitlement, day), at, unit)
    assert clause in screening.rules.cite("entitlements", entitlement)
    screened = only(given(*told_by(on_file)).when(screening).facts(), EntitlementScreened)
    assert (screened.eligible, screened.entitlement_unit_id) == (True, unit.id)
    in_hand = told_by(on_file, screening, applied)
    granted = only(given(*in_hand).when(granting).facts(), EntitlementGranted)
    assert granted.granted_from_on == date.fromisoformat(day)
    assert clause in granted.told.clauses


@pytest.mark.clause("CQ2016-3.1-b", "CQ2016-3.1-c")
@pytest.mark.parametrize("arrangement", ArrangementKind)
def test_each_way_in_which_parents_provide_for_the_child_is_on_file(
    arrangement: ArrangementKind,
) -> None:
    """携带共同生活、一方留家照料、委托, or nothing at all."""
    command = here(RecordCareArrangement(arrangement=arrangement), SINCE_2016)
    (told,) = given(*told_by(here(opening(), "2019-03-01 09:00"))).when(command).facts()
    assert isinstance(told, CareArrangementRecorded)
    assert told.arrangement is arrangement
    assert {"CQ2016-3.1-b", "CQ2016-3.1-c"} <= set(told.told.clauses)
