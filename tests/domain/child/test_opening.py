"""Opening a file: identity, places, the owner computed from them, the worker, the school."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from domain.child.file import (
    AssignResponsibleWorker,
    ChildFileOpened,
    EnrolmentRecorded,
    OpenScreenedFile,
    ResponsibleWorkerAssigned,
)
from domain.child.file_state import FileStatus
from domain.child.places import AssociatedPlace, ChildLocationRecorded, JurisdictionAssigned
from domain.child.screening import ChildScreened, RecordScreening, ScreenChild
from domain.child.state import Child
from domain.terms.file import ClauseId, HukouKind, IdRemark, ScreeningSource, Sex, TerritorialBasis
from domain.terms.places import AreaType, PlaceKind
from domain.terms.roles import Role
from tests.domain.child.family import (
    BAIDI,
    CANDIDATE,
    CAOTANG,
    CHILD,
    CHONGQING,
    COUNTY,
    DIRECTOR,
    FENGJIE,
    HUANHUA,
    JIADING,
    NOWHERE,
    OTHER_DIRECTOR,
    SCHOOL,
    SHANGHAI,
    TOWNSHIP,
    TOWNSHIP_HUKOU,
    after,
    cn,
    cq,
    jd,
    opening,
    sh_opening,
    told_by,
)
from tests.dsl import given, put

GOOD = "500236201506010027"


def screening() -> ScreenChild:
    return ScreenChild(
        child_name="李小花",
        residence=HUANHUA,
        screening_source=ScreeningSource.VILLAGE_VISIT,
        screening_findings="父母外出,随祖母生活",
    )


def test_a_file_is_opened_with_identity_places_owner_and_worker() -> None:
    given().when(
        cq(
            opening(
                hukou=CAOTANG,
                hukou_kind=HukouKind.AGRICULTURAL,
                id_number=GOOD,
                school_unit_id=SCHOOL,
                residence_address="浣花社区3组",
            )
        )
    ).then(
        ChildFileOpened(
            child_name="李小花", sex=Sex.FEMALE, birth_on=date(2015, 6, 1), id_number=GOOD
        ),
        ChildLocationRecorded(
            place_kind=PlaceKind.RESIDENCE,
            place_division=HUANHUA,
            place_address="浣花社区3组",
            area_type=AreaType.RURAL,
        ),
        ChildLocationRecorded(
            place_kind=PlaceKind.HUKOU,
            place_division=CAOTANG,
            hukou_kind=HukouKind.AGRICULTURAL,
        ),
        JurisdictionAssigned(
            territorial_basis=TerritorialBasis.RESIDENCE,
            township_division=BAIDI,
            district_division=FENGJIE,
            city_division=CHONGQING,
            owner_unit_id=TOWNSHIP.id,
            district_unit_id=COUNTY.id,
            associated_places=(
                AssociatedPlace(
                    place_kind=PlaceKind.HUKOU,
                    place_division=CAOTANG,
                    associated_unit_id=TOWNSHIP_HUKOU.id,
                ),
            ),
            basis_clauses=(ClauseId("CQ2016-2.2-c"),),
        ),
        ResponsibleWorkerAssigned(
            responsible_person_id=DIRECTOR, responsible_role=Role.CHILD_DIRECTOR
        ),
        EnrolmentRecorded(school_unit_id=SCHOOL),
    )


def test_the_open_file_stands_in_the_state() -> None:
    child = after(cq(opening(hukou=CAOTANG, school_unit_id=SCHOOL)))
    assert child.file.status is FileStatus.OPEN
    assert (child.file.residence, child.file.hukou) == (HUANHUA, CAOTANG)
    assert child.file.area_type == "RURAL"
    assert child.file.responsible_person == DIRECTOR
    assert child.file.owner_unit_id == TOWNSHIP.id
    assert child.file.school_unit_id == SCHOOL
    assert child.place == HUANHUA


def test_a_child_may_have_no_number() -> None:
    opened = told_by(cq(opening(id_number="  ")))[0]
    assert isinstance(opened, ChildFileOpened)
    assert (opened.id_number, opened.id_remarks) == (None, ())


@pytest.mark.parametrize("name", ["𠮷野㛃", "阿依古丽·买买提", "李𬱖", "﨑"])
def test_a_rare_character_is_kept_whole(name: str) -> None:
    opened = told_by(cq(opening(child_name=f" {name} ")))[0]
    assert isinstance(opened, ChildFileOpened)
    assert opened.child_name == name


@pytest.mark.parametrize("name", ["李?花", "李？花", "李□花", "李�花", "李〓", "李\x00花"])
def test_a_name_that_lost_characters_is_refused(name: str) -> None:
    given().when(cq(opening(child_name=name))).then_refused("name_garbled", field="childName")


def test_a_name_is_needed() -> None:
    given().when(cq(opening(child_name="  "))).then_refused("name_missing", field="childName")


@pytest.mark.parametrize(
    "number",
    [
        "50023620150601002",
        "\uff15" + GOOD[1:],
        "50023620150601²027"[:18],
        "50023620150601002A",
        "500236150601002",
    ],
)
def test_only_seventeen_ascii_digits_and_a_check_digit_pass(number: str) -> None:
    given().when(cq(opening(id_number=number))).then_refused(
        "id_number_malformed", field="idNumber"
    )


def test_the_check_digit_is_hard() -> None:
    given().when(cq(opening(id_number="500236201506010028"))).then_refused(
        "id_number_checksum", field="idNumber"
    )


def test_a_small_x_is_read_as_the_check_digit_ten() -> None:
    opened = told_by(cq(opening(id_number="50023620150601006x")))[0]
    assert isinstance(opened, ChildFileOpened)
    assert opened.id_number == "50023620150601006X"


@pytest.mark.parametrize(
    ("number", "more", "remarks"),
    [
        (GOOD, {}, ()),
        ("990236201506010028", {}, (IdRemark.PLACE_UNKNOWN,)),
        (GOOD, {"birth_on": date(2015, 6, 2)}, (IdRemark.BIRTH_DIFFERS,)),
        (GOOD, {"sex": Sex.MALE}, (IdRemark.SEX_DIFFERS,)),
        (GOOD, {"sex": Sex.UNKNOWN}, ()),
    ],
)
def test_place_birth_and_sex_in_the_number_are_soft(
    number: str, more: dict[str, object], remarks: tuple[IdRemark, ...]
) -> None:
    opened = told_by(cq(opening(id_number=number, **more)))[0]
    assert isinstance(opened, ChildFileOpened)
    assert opened.id_remarks == remarks


def test_a_child_is_born_and_not_of_age() -> None:
    given().when(cq(opening(birth_on=date(2025, 3, 4)))).then_refused("born_later")
    given().when(cq(opening(birth_on=date(2007, 3, 3)))).then_refused("not_a_child")
    assert after(cq(opening(birth_on=date(2007, 3, 4)))).file.status is FileStatus.OPEN


def test_places_must_exist_and_one_must_be_known() -> None:
    given().when(cq(opening(residence=NOWHERE))).then_refused("unknown_place", field="residence")
    given().when(cq(opening(long_term=NOWHERE))).then_refused("unknown_place", field="longTerm")
    given().when(cq(opening(residence=None))).then_refused("place_missing", field="residence")


@pytest.mark.parametrize(
    ("places", "basis"),
    [
        ({"residence": HUANHUA, "hukou": JIADING}, TerritorialBasis.RESIDENCE),
        ({"residence": None, "long_term": HUANHUA}, TerritorialBasis.LONG_TERM_FACT),
        ({"residence": None, "hukou": HUANHUA}, TerritorialBasis.HUKOU),
    ],
)
def test_where_the_child_lives_owns_the_file(
    places: dict[str, str | None], basis: TerritorialBasis
) -> None:
    (assigned,) = [e for e in told_by(cq(opening(**places))) if isinstance(e, JurisdictionAssigned)]
    assert assigned.territorial_basis is basis
    assert assigned.owner_unit_id == TOWNSHIP.id


def test_the_hukou_in_another_city_is_associated_with_its_own_unit() -> None:
    (assigned,) = [
        e for e in told_by(cq(opening(hukou=JIADING))) if isinstance(e, JurisdictionAssigned)
    ]
    (other,) = assigned.associated_places
    assert (other.place_kind, other.place_division) == (PlaceKind.HUKOU, JIADING)
    assert assigned.city_division == CHONGQING != SHANGHAI


def test_assignment_cites_the_clauses_of_the_packs_in_force_alone() -> None:
    def clauses(command: object) -> tuple[str, ...]:
        (assigned,) = [e for e in told_by(command) if isinstance(e, JurisdictionAssigned)]  # type: ignore[arg-type]
        return assigned.told.clauses

    assert "CQ2016-2.2-c" in clauses(cq(opening()))
    assert "SH2020-2.2-d" not in clauses(cq(opening()))
    assert "SH2020-2.2-d" in clauses(jd(sh_opening()))
    assert "CN2017-2-g" in clauses(cn(sh_opening(birth_on=date(2010, 1, 1))))


def test_the_worker_must_be_in_service() -> None:
    given().when(cq(opening(responsible_person_id=CANDIDATE))).then_refused(
        "worker_not_in_service", cites="CQ2016-6.2-f", field="responsiblePersonId"
    )


def test_a_village_without_a_director_does_not_stop_the_file() -> None:
    facts = told_by(jd(sh_opening()))
    assert not [e for e in facts if isinstance(e, ResponsibleWorkerAssigned)]


def test_another_worker_takes_over() -> None:
    history = told_by(cq(opening()))
    given(*history).when(
        cq(
            AssignResponsibleWorker(
                responsible_person_id=OTHER_DIRECTOR, assigned_because="工作调整"
            )
        )
    ).then(
        ResponsibleWorkerAssigned(
            responsible_person_id=OTHER_DIRECTOR,
            responsible_role=Role.COMMUNITY_WORKER,
            assigned_because="工作调整",
        )
    )
    given(*history).when(cq(AssignResponsibleWorker(responsible_person_id=DIRECTOR))).then_nothing()
    given(*history).when(cq(AssignResponsibleWorker(responsible_person_id=CANDIDATE))).then_refused(
        "worker_not_in_service"
    )


def test_a_screened_child_gets_its_file_on_the_same_stream() -> None:
    screened = told_by(cq(screening()))
    assert screened == (
        ChildScreened(
            screening_source=ScreeningSource.VILLAGE_VISIT,
            screening_findings="父母外出,随祖母生活",
            child_name="李小花",
            residence=HUANHUA,
        ),
    )
    assert given(*screened).state(Child(id=CHILD)).file.status is FileStatus.SCREENED
    opened = given(*screened).when(
        cq(
            OpenScreenedFile(child_name="李小花", sex=Sex.FEMALE, birth_on=date(2015, 6, 1)),
            "2025-03-04 09:00",
        )
    )
    facts = opened.facts()
    assert isinstance(facts[0], ChildFileOpened)
    assert isinstance(facts[1], JurisdictionAssigned)
    assert facts[1].owner_unit_id == TOWNSHIP.id


def test_a_file_is_opened_once() -> None:
    given(*told_by(cq(opening()))).when(cq(opening(), "2025-03-04 09:00")).then_refused(
        "out_of_turn"
    )
    given(*told_by(cq(opening()))).when(
        cq(
            OpenScreenedFile(child_name="李", sex=Sex.MALE, birth_on=date(2015, 6, 1)),
            "2025-03-04 09:00",
        )
    ).then_refused("out_of_turn")


def test_a_child_on_file_may_be_screened_again() -> None:
    given(*told_by(cq(opening()))).when(
        cq(
            RecordScreening(
                screening_source=ScreeningSource.REPORT, screening_findings="报告不属实"
            )
        )
    ).then(ChildScreened(screening_source=ScreeningSource.REPORT, screening_findings="报告不属实"))


def test_screening_asks_for_a_place_that_exists() -> None:
    given().when(put(replace(screening(), residence=NOWHERE), where=HUANHUA)).then_refused(
        "unknown_place"
    )
