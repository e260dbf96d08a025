"""Divisions: counts, the tree before and after the Chongqing change, codes of two systems."""

from collections import Counter
from datetime import date, timedelta

import pytest

from domain.divisions import (
    BadCode,
    CodeSystem,
    Division,
    Divisions,
    Level,
    UnknownDivision,
)

CHANGE = date(2025, 11, 6)
BEFORE = CHANGE - timedelta(days=1)
NBS, MCA = CodeSystem.NBS, CodeSystem.MCA


@pytest.fixture(scope="module")
def divisions() -> Divisions:
    return Divisions.load()


def named(divisions: Divisions, parent: Division, name: str, on: date | None = None) -> Division:
    return next(d for d in divisions.children(parent.id, on) if d.name == name)


def municipality(divisions: Divisions, name: str) -> Division:
    return next(d for d in divisions if d.name == name and d.level is Level.PROVINCE)


@pytest.fixture(scope="module")
def chongqing(divisions: Divisions) -> Division:
    return municipality(divisions, "重庆市")


@pytest.fixture(scope="module")
def shanghai(divisions: Divisions) -> Division:
    return municipality(divisions, "上海市")


def below(divisions: Divisions, root: Division, on: date | None) -> Counter[Level]:
    """Count what stands below a division, by walking down the tree of the day."""
    counts: Counter[Level] = Counter()
    for child in divisions.children(root.id, on):
        counts[child.level] += 1
        counts += below(divisions, child, on)
    return counts


@pytest.mark.parametrize("on", [date(2020, 1, 1), BEFORE, CHANGE, None])
def test_shanghai_counts_on_every_day(
    divisions: Divisions, shanghai: Division, on: date | None
) -> None:
    assert below(divisions, shanghai, on) == {
        Level.DISTRICT: 16,
        Level.TOWNSHIP: 235,
        Level.VILLAGE: 6509,
    }


@pytest.mark.parametrize(("on", "districts"), [(BEFORE, 38), (CHANGE, 37), (None, 37)])
def test_chongqing_counts_change_on_the_day(
    divisions: Divisions, chongqing: Division, on: date | None, districts: int
) -> None:
    assert below(divisions, chongqing, on) == {
        Level.DISTRICT: districts,
        Level.TOWNSHIP: 1033,
        Level.VILLAGE: 11270,
    }


def test_the_pseudo_cities_are_no_divisions(divisions: Divisions) -> None:
    assert not [d for d in divisions if d.name in ("市辖区", "县")]


def test_ids_are_own_and_unlike_codes(divisions: Divisions) -> None:
    assert all(
        len(d.id) == 7 and d.id[:2] in ("sh", "cq") and d.id[2:].isdigit() for d in divisions
    )
    assert len({d.id for d in divisions}) == len(divisions) == 19_104


def test_two_districts_ended_and_one_was_made(divisions: Divisions, chongqing: Division) -> None:
    before = {d.name for d in divisions.children(chongqing.id, BEFORE)}
    after = {d.name for d in divisions.children(chongqing.id, CHANGE)}
    assert before - after == {"江北区", "渝北区"}
    assert after - before == {"两江新区"}


def test_the_new_district_has_its_42_townships(divisions: Divisions, chongqing: Division) -> None:
    liangjiang = named(divisions, chongqing, "两江新区")
    assert liangjiang.valid_from == CHANGE
    assert len(divisions.children(liangjiang.id)) == 42
    assert divisions.children(liangjiang.id, BEFORE) == ()


def test_ten_towns_went_the_other_way(divisions: Divisions, chongqing: Division) -> None:
    beibei = named(divisions, chongqing, "北碚区")
    before = {d.name for d in divisions.children(beibei.id, BEFORE)}
    after = {d.name for d in divisions.children(beibei.id, CHANGE)}
    assert after - before == {"大湾镇", "统景镇", "大盛镇", "兴隆镇", "茨竹镇"}
    assert before - after == {"水土街道", "复兴街道", "蔡家岗街道", "施家梁镇", "童家溪镇"}


def test_a_moved_village_keeps_its_id_and_changes_its_path(
    divisions: Divisions, chongqing: Division
) -> None:
    yubei = named(divisions, chongqing, "渝北区", BEFORE)
    beibei = named(divisions, chongqing, "北碚区")
    town = named(divisions, yubei, "统景镇", BEFORE)
    village = divisions.children(town.id, BEFORE)[0]
    assert divisions.path(village.id, BEFORE) == (chongqing.id, yubei.id, town.id, village.id)
    assert divisions.path(village.id, CHANGE) == (chongqing.id, beibei.id, town.id, village.id)
    assert divisions.path(village.id) == divisions.path(village.id, CHANGE)
    assert divisions.ancestor(village.id, Level.DISTRICT, BEFORE) == yubei
    assert divisions.ancestor(village.id, Level.DISTRICT) == beibei
    assert divisions.full_name(village.id, BEFORE) == f"重庆市渝北区统景镇{village.name}"
    assert divisions.full_name(village.id) == f"重庆市北碚区统景镇{village.name}"


def test_598_villages_changed_district(divisions: Divisions) -> None:
    moved = [
        d
        for d in divisions
        if d.level is Level.VILLAGE
        and divisions.path(d.id, BEFORE)[1] != divisions.path(d.id, CHANGE)[1]
    ]
    assert len(moved) == 598


def test_successors_follow_the_territory(divisions: Divisions, chongqing: Division) -> None:
    jiangbei = named(divisions, chongqing, "江北区", BEFORE)
    yubei = named(divisions, chongqing, "渝北区", BEFORE)
    assert jiangbei.valid_to == yubei.valid_to == CHANGE
    assert [d.name for d in divisions.successors(jiangbei.id)] == ["两江新区"]
    assert [d.name for d in divisions.successors(yubei.id, CHANGE)] == ["两江新区", "北碚区"]
    assert divisions.successors(yubei.id, BEFORE) == ()
    assert divisions.successors(named(divisions, chongqing, "北碚区").id) == ()


def test_an_ended_district_keeps_its_last_place_and_covers_nothing_new(
    divisions: Divisions, chongqing: Division
) -> None:
    jiangbei = named(divisions, chongqing, "江北区", BEFORE)
    town = named(divisions, jiangbei, "五宝镇", BEFORE)
    assert divisions.path(jiangbei.id) == (chongqing.id, jiangbei.id)
    assert divisions.children(jiangbei.id) == ()
    assert divisions.covers(jiangbei.id, town.id, BEFORE)
    assert not divisions.covers(jiangbei.id, town.id, CHANGE)
    assert not jiangbei.stands(CHANGE)


def test_one_code_names_two_places_in_two_systems(divisions: Divisions) -> None:
    nbs = divisions.by_code("310151101000", NBS)
    mca = divisions.by_code("310151101000", MCA)
    assert nbs is not None
    assert mca is not None
    assert (nbs.name, mca.name) == ("城桥镇", "堡镇")
    assert nbs.id != mca.id
    assert divisions.code(nbs.id, MCA) != "310151101000"


def test_codes_are_read_as_of_their_day(divisions: Divisions) -> None:
    old = divisions.by_code("500112000000", MCA, BEFORE)
    new = divisions.by_code("500157000000", MCA, CHANGE)
    assert old is not None
    assert new is not None
    assert (old.name, new.name) == ("渝北区", "两江新区")
    assert divisions.by_code("500112000000", MCA, CHANGE) is None
    assert divisions.by_code("500157000000", MCA, BEFORE) is None


def test_a_town_listed_under_two_districts_is_one_division(divisions: Divisions) -> None:
    stale, current = "500109006000", "500157031000"  # 蔡家岗街道, in both lists of the source
    town = divisions.by_code(current, MCA)
    assert town is not None
    assert town.name == "蔡家岗街道"
    assert divisions.by_code(stale, MCA, BEFORE) == town
    assert divisions.by_code(stale, MCA) is None
    assert divisions.code(town.id, MCA, BEFORE) == stale
    assert divisions.code(town.id, MCA) == current


def test_no_code_has_two_holders_on_one_day(divisions: Divisions) -> None:
    for on in (BEFORE, CHANGE, None):
        for system in CodeSystem:
            codes = [c for d in divisions if (c := divisions.code(d.id, system, on))]
            assert len(codes) == len(set(codes))
            assert all(len(code) == 12 for code in codes)


def test_every_division_of_the_statistical_list_is_found_by_its_code(divisions: Divisions) -> None:
    found = 0
    for division in divisions:
        code = divisions.code(division.id, NBS, BEFORE)
        if code is not None:
            assert divisions.by_code(code, NBS, BEFORE) == division
            found += 1
    assert found == 19_100  # all but 两江新区 and three townships of the civil-affairs list


@pytest.mark.parametrize(
    "code",
    [
        "",
        "%",
        "5001120",
        "500112",
        "50010300100%",
        "500112000000".translate({ord(d): ord(d) - ord("0") + ord("\uff10") for d in "0123456789"}),
        "5001120000000",
        " 500112000000",
        "500112000000\n",
        "50011200000\u0660",
    ],
)
def test_a_code_that_is_not_twelve_ascii_digits_is_refused(divisions: Divisions, code: str) -> None:
    with pytest.raises(BadCode):
        divisions.by_code(code, NBS)


def test_an_unknown_code_finds_nothing(divisions: Divisions) -> None:
    assert divisions.by_code("999999999999", NBS) is None
    assert divisions.by_code("310101002001", MCA) is None  # a village code: NBS alone has them


def test_unknown_ids_are_refused_everywhere(divisions: Divisions, chongqing: Division) -> None:
    assert divisions.find("cq99999") is None
    for ask in (
        lambda: divisions.get("cq99999"),
        lambda: divisions.path("500112000000"),
        lambda: divisions.children(""),
        lambda: divisions.covers("", chongqing.id),
        lambda: divisions.covers(chongqing.id, "%"),
        lambda: divisions.code("cq", NBS),
        lambda: divisions.search("双", within="cq"),
    ):
        with pytest.raises(UnknownDivision):
            ask()


def test_covering_follows_the_tree_and_not_the_digits(
    divisions: Divisions, chongqing: Division, shanghai: Division
) -> None:
    beibei = named(divisions, chongqing, "北碚区")
    town = named(divisions, beibei, "统景镇")
    code, scope = divisions.code(town.id, NBS), divisions.code(beibei.id, NBS)
    assert code is not None
    assert scope is not None
    assert not code.startswith(scope[:6])  # still an old 渝北 number …
    assert divisions.covers(beibei.id, town.id)  # … and yet in 北碚
    assert divisions.covers(town.id, town.id)
    assert not divisions.covers(town.id, beibei.id)
    assert divisions.covers(chongqing.id, town.id)
    assert not divisions.covers(shanghai.id, town.id)
    one = divisions.get("cq00001")
    assert not divisions.covers("cq00010", "cq00100")  # ids that begin alike say nothing either
    assert one == chongqing


def test_a_village_name_alone_does_not_identify_it(divisions: Divisions) -> None:
    everywhere = divisions.search("双龙村村民委员会", limit=100)
    assert len(everywhere) == 20
    assert len({divisions.full_name(d.id) for d in everywhere}) == len(everywhere)
    assert divisions.search("双龙村村", limit=3) == everywhere[:3]
    district = divisions.ancestor(everywhere[0].id, Level.DISTRICT)
    assert district is not None
    inside = divisions.search("双龙村村", within=district.id, limit=100)
    assert everywhere[0] in inside
    assert len(inside) < len(everywhere)
    assert all(divisions.covers(district.id, d.id) for d in inside)


def test_search_finds_the_civil_affairs_name_and_no_ended_division(divisions: Divisions) -> None:
    assert [d.name for d in divisions.search("古美路街道")] == ["古美街道"]
    assert divisions.search("江北区") == ()
    assert [d.name for d in divisions.search("江北区", on=BEFORE)] == ["江北区"]
    assert divisions.search("") == ()
    assert divisions.search("%") == ()


def test_every_path_has_one_division_a_level(divisions: Divisions) -> None:
    order = list(Level)
    for on in (BEFORE, None):
        for division in divisions:
            path = divisions.path(division.id, on)
            levels = [divisions.get(i).level for i in path]
            assert levels == order[: len(path)]
            assert path[-1] == division.id


def test_loading_twice_gives_the_same_object() -> None:
    assert Divisions.load() is Divisions.load()
