"""The register behind the extraction script: ids stay, new rows are appended."""

from pathlib import Path

import data
from data.division_register import Register
from data.extract_divisions import CivilAffairs, Place, build

COMMITTED = Path(data.__file__).parent / "divisions"
FILES = ("shanghai.csv", "chongqing.csv", "parents.csv", "codes.csv", "changes.csv")


def civil_affairs() -> CivilAffairs:
    """Name a list that knows one Shanghai district with two townships, and no change."""
    townships = {"310101000000": {"外滩街道": "310101002000", "新设街道": "310101077000"}}
    return CivilAffairs({"黄浦区": "310101000000"}, townships, {}, set())


def places(*more: Place) -> list[Place]:
    return [
        Place("310000000000", "上海市", "PROVINCE", ""),
        Place("310101000000", "黄浦区", "DISTRICT", "310000000000"),
        Place("310101002000", "外滩街道", "TOWNSHIP", "310101000000"),
        *more,
    ]


def test_reading_and_writing_changes_no_byte(tmp_path: Path) -> None:
    Register.read(COMMITTED).write(tmp_path)
    for file in FILES:
        assert (tmp_path / file).read_bytes() == (COMMITTED / file).read_bytes()


def test_a_second_run_keeps_the_ids_and_appends_the_new(tmp_path: Path) -> None:
    first = Register()
    build(first, places(), civil_affairs())
    first.write(tmp_path)
    second = Register.read(tmp_path)
    lane = Place("310101001000", "南京东路街道", "TOWNSHIP", "310101000000")
    build(second, places(lane), civil_affairs())
    assert {i: second.divisions[i] for i in first.divisions} == first.divisions
    assert set(second.divisions) - set(first.divisions) == {"sh00005"}
    assert second.divisions["sh00005"][1] == "南京东路街道"
    assert second.ids["NBS", "310101001000"] == "sh00005"


def test_a_third_run_with_the_same_sources_changes_nothing(tmp_path: Path) -> None:
    register = Register()
    build(register, places(), civil_affairs())
    register.write(tmp_path)
    before = {f: (tmp_path / f).read_bytes() for f in FILES}
    again = Register.read(tmp_path)
    build(again, places(), civil_affairs())
    again.write(tmp_path)
    assert {f: (tmp_path / f).read_bytes() for f in FILES} == before


def test_another_name_for_a_known_code_is_reported_and_not_taken(tmp_path: Path) -> None:
    first = Register()
    build(first, places(), civil_affairs())
    first.write(tmp_path)
    second = Register.read(tmp_path)
    renamed = [
        Place(p.code, p.name.replace("黄浦区", "新黄浦区"), p.level, p.parent) for p in places()
    ]
    build(second, renamed, civil_affairs())
    assert second.renamed == [("sh00002", "黄浦区", "新黄浦区")]
    assert second.divisions == first.divisions


def test_a_township_only_civil_affairs_has_gets_an_id_and_its_code() -> None:
    register = Register()
    build(register, places(), civil_affairs())
    own = register.ids["MCA", "310101077000"]
    assert register.divisions[own][1:3] == ("新设街道", "TOWNSHIP")
    assert (own, "sh00002", "") in register.parents
