"""Posts: a unit has the roles of its kind, a person holds each once, and an end is final."""

from __future__ import annotations

from uuid import UUID

import pytest

from domain.directory import Directory
from domain.directory import Unit as RegisteredUnit
from domain.divisions import Divisions
from domain.kernel import Event
from domain.terms.places import DivisionId
from domain.terms.roles import Role
from domain.terms.units import UnitKind
from domain.terms.workforce import EmploymentType
from domain.unit.posts import (
    AppointPerson,
    AssignmentEnded,
    EndAssignment,
    PersonAppointed,
    RegisterUnit,
    UnitRegistered,
)
from domain.unit.state import Unit
from tests.dsl import an_id, given, place, put, told

FENGJIE = place("重庆市/奉节县")
POLICE: Event[Unit] = UnitRegistered(
    kind=UnitKind.POLICE, unit_name="派出所", division_id=DivisionId(FENGJIE)
)
OFFICER, POST = an_id("officer"), an_id("post")
HELD: Event[Unit] = PersonAppointed(
    assignment_id=POST, person_id=OFFICER, person_name="民警", role=Role.POLICE
)


def appoint(role: Role, who: UUID = OFFICER) -> AppointPerson:
    command = put(AppointPerson(person_id=who, person_name="民警", role=role), where=FENGJIE)
    assert isinstance(command, AppointPerson)
    return command


def test_a_unit_has_no_post_of_another_kind() -> None:
    given(told(POLICE)).when(appoint(Role.CHILD_DIRECTOR)).then_refused(
        "role_not_of_unit", field="role"
    )


def test_nobody_holds_a_post_twice() -> None:
    given(told(POLICE), told(HELD)).when(appoint(Role.POLICE)).then_refused(
        "post_already_held", field="personId"
    )


def test_a_post_ends_once_and_an_unknown_one_never() -> None:
    end = EndAssignment(assignment_id=POST, ground="调离")
    over: Event[Unit] = AssignmentEnded(assignment_id=POST, ground="调离")
    given(told(POLICE), told(HELD)).when(put(end, where=FENGJIE)).then(over)
    given(told(POLICE), told(HELD), told(over)).when(put(end, where=FENGJIE)).then_nothing()
    given(told(POLICE)).when(put(end, where=FENGJIE)).then_refused(
        "unknown_assignment", field="assignmentId"
    )


@pytest.mark.parametrize(
    ("kind", "asks"),
    [
        (UnitKind.POLICE, True),
        (UnitKind.DISTRICT_POLICE, True),
        (UnitKind.PROCURATORATE, True),
        (UnitKind.COURT, True),
        (UnitKind.DISTRICT_JUSTICE, True),
        (UnitKind.TOWNSHIP, False),
        (UnitKind.DISTRICT_CIVIL_AFFAIRS, False),
    ],
)
def test_every_organ_that_detains_has_somebody_who_asks_about_children(
    kind: UnitKind, *, asks: bool
) -> None:
    """CN2017-3.4-c, CN2017-3.4-d: 办案机关及执行机关, who detain, and who execute what was decided."""
    organ: Event[Unit] = UnitRegistered(
        kind=kind, unit_name="机关", division_id=DivisionId(FENGJIE)
    )
    put_to = given(told(organ)).when(appoint(Role.CASE_ORGAN))
    if asks:
        assert [type(e) for e in put_to.facts()] == [PersonAppointed]
    else:
        put_to.then_refused("role_not_of_unit")


def test_the_health_commission_is_an_office_of_its_own_and_no_hospital() -> None:
    """区卫生计生委要指导医疗机构 (CN2017-5.1-z), 指导临时监护、照料机构 (CN2017-5.1-ab): a hospital guides nobody."""
    for kind, role in (
        (UnitKind.DISTRICT_HEALTH, Role.DISTRICT_HEALTH),
        (UnitKind.MEDICAL, Role.MEDICAL),
    ):
        unit: Event[Unit] = UnitRegistered(
            kind=kind, unit_name="机构", division_id=DivisionId(FENGJIE)
        )
        assert given(told(unit)).when(appoint(role)).facts()
    hospital: Event[Unit] = UnitRegistered(
        kind=UnitKind.MEDICAL, unit_name="医院", division_id=DivisionId(FENGJIE)
    )
    given(told(hospital)).when(appoint(Role.DISTRICT_HEALTH)).then_refused("role_not_of_unit")
    office, clinic = (
        RegisteredUnit(id=an_id(kind), kind=kind, name=kind.zh, division_id=FENGJIE)
        for kind in (UnitKind.DISTRICT_HEALTH, UnitKind.MEDICAL)
    )
    divisions, asked = Divisions.load(), UnitKind.DISTRICT_HEALTH
    assert Directory.of([clinic, office]).owner_for(asked, FENGJIE, divisions) == office
    assert Directory.of([clinic]).owner_for(asked, FENGJIE, divisions) == clinic


@pytest.mark.clause("CN2017-5.1-c")
def test_the_network_has_three_levels_and_the_district_stands_in() -> None:
    """健全区、街道(镇)、居民区三级工作网络: each serves its own territory, and the district where there is nobody."""
    district, street = place("上海市/长宁区"), place("上海市/长宁区/江苏路街道")
    home = next(d.id for d in Divisions.load().children(street))
    levels = {
        UnitKind.VILLAGE_COMMITTEE: home,
        UnitKind.TOWNSHIP: street,
        UnitKind.DISTRICT_CIVIL_AFFAIRS: district,
    }
    units = []
    for kind, where in levels.items():
        registered = put(
            RegisterUnit(kind=kind, unit_name=kind.zh, division_id=DivisionId(where)), where=where
        )
        given().when(registered).then(
            UnitRegistered(kind=kind, unit_name=kind.zh, division_id=DivisionId(where))
        )
        units.append(RegisteredUnit(id=an_id(kind), kind=kind, name=kind.zh, division_id=where))

    def serving(kind: UnitKind, at: str, *there: RegisteredUnit) -> UUID | None:
        found = Directory.of(there).owner_for(kind, at, Divisions.load())
        return found.id if found else None

    for unit in units:
        assert serving(unit.kind, home, *units) == unit.id
    committee, office, bureau = units
    assert serving(UnitKind.VILLAGE_COMMITTEE, street, *units) == bureau.id
    assert serving(UnitKind.TOWNSHIP, home, committee, bureau) == bureau.id
    assert office.id not in {serving(kind, district, *units) for kind in levels}


@pytest.mark.clause("CQ2016-6.2-f")
@pytest.mark.parametrize("employed", [EmploymentType.FULL_TIME, EmploymentType.PART_TIME])
def test_a_worker_of_a_village_is_named_full_or_part_time(employed: EmploymentType) -> None:
    village: Event[Unit] = UnitRegistered(
        kind=UnitKind.VILLAGE_COMMITTEE, unit_name="某村委会", division_id=DivisionId(FENGJIE)
    )
    command = AppointPerson(
        person_id=OFFICER,
        person_name="村干部",
        role=Role.VILLAGE_COMMITTEE,
        employment_type=employed,
    )
    (appointed,) = given(told(village)).when(put(command, where=FENGJIE)).facts()
    assert isinstance(appointed, PersonAppointed)
    assert appointed.employment_type is employed
    assert "CQ2016-6.2-f" in appointed.told.clauses
