"""Small cells held back: by themselves, against "parent minus children", against "total minus cells", and solved."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from hypothesis import given
from hypothesis import strategies as st

from projections.reports.suppression import TOTAL, Count, Node, Threshold, held_back
from tests.reports.attack import published, worked_out

COUNTY: Node = ("city", "county")
TOWNS = ("a", "b", "c")
TREE: dict[Node, list[Node]] = {("city",): [COUNTY], COUNTY: [(*COUNTY, t) for t in TOWNS]}
FIVE = Threshold(below=5, zero_tells=False)


def towns(**counts: int) -> dict[Node, dict[str, Count]]:
    """Towns by their totals, the county and the city with the sums."""
    total = Count(sum(counts.values()), sum(counts.values()))
    table: dict[Node, dict[str, Count]] = {("city",): {TOTAL: total}, COUNTY: {TOTAL: total}}
    for town, n in counts.items():
        table[*COUNTY, town] = {TOTAL: Count(n, n)}
    return table


def hidden(table: Mapping[Node, Mapping[str, Count]], threshold: Threshold = FIVE) -> set[str]:
    """The towns whose total is held back."""
    told = published(TREE, table, (), threshold)
    return {t for t in TOWNS if TOTAL in told[*COUNTY, t]}


def test_a_small_town_takes_the_next_smallest_with_it() -> None:
    assert hidden(towns(a=3, b=8, c=20)) == {"a", "b"}


def test_two_small_towns_that_together_are_still_few_take_a_third() -> None:
    assert hidden(towns(a=1, b=2, c=20)) == {"a", "b", "c"}


def test_two_small_towns_that_hide_each_other_leave_the_third() -> None:
    assert hidden(towns(a=4, b=3, c=20)) == {"a", "b"}


def test_nobody_is_shown_where_it_tells_nothing_and_held_back_where_it_does() -> None:
    table = towns(a=9, b=9, c=20)
    for node, n in (((*COUNTY, "a"), 0), ((*COUNTY, "b"), 9), ((*COUNTY, "c"), 20), (COUNTY, 29)):
        table[node] |= {"R1": Count(n, n), "R4": Count(table[node][TOTAL].rows - n, 9)}
    table[("city",)] |= {c: table[COUNTY][c] for c in ("R1", "R4")}
    shown = held_back((*COUNTY, "a"), table, ("R1", "R4"), FIVE, lambda _: ())
    assert shown == set()
    told = held_back((*COUNTY, "a"), table, ("R1", "R4"), Threshold(below=5), lambda _: ())
    assert told == {"R1", "R4"}


def test_many_rows_of_few_persons_are_small() -> None:
    table = towns(a=9, b=9, c=20)
    table[*COUNTY, "a"] = {TOTAL: Count(rows=9, persons=2)}
    assert hidden(table) == {"a", "b"}


def test_what_lies_in_the_county_but_in_no_town_is_not_given_away() -> None:
    """27 in the county, 24 in its towns: the 3 counted in none of them hide behind a town."""
    table = towns(a=8, b=8, c=8)
    table[COUNTY] = table[("city",)] = {TOTAL: Count(27, 27)}
    assert len(hidden(table)) == 1


def test_below_a_division_held_back_nothing_is_shown() -> None:
    table = towns(a=2, b=1, c=1)
    told = published(TREE, table, (), FIVE)
    assert TOTAL in told[COUNTY]
    assert hidden(table) == set(TOWNS)


def test_one_small_cell_takes_another_of_its_division_and_one_beside_it() -> None:
    cells = {"R1": (1, 9, 9), "R2": (7, 9, 9), "R3": (30, 30, 30)}
    table = towns(a=38, b=48, c=48)
    for i, town in enumerate(TOWNS):
        table[*COUNTY, town] |= {c: Count(n[i], n[i]) for c, n in cells.items()}
    for above in (COUNTY, ("city",)):
        table[above] |= {c: Count(sum(n), sum(n)) for c, n in cells.items()}
    told = published(TREE, table, tuple(cells), FIVE)
    assert told[*COUNTY, "a"] == {"R1", "R2"}
    assert told[*COUNTY, "b"] == {"R1", "R2"}
    assert told[*COUNTY, "c"] == told[COUNTY] == set()


def test_towns_without_anybody_take_no_cell_with_them() -> None:
    """Two and five of fourteen are held back in the only town that has any; the seven beside them are shown."""
    cells = {"P": Count(2, 2), "Q": Count(5, 5), "R": Count(7, 7), TOTAL: Count(14, 14)}
    table = {("city",): cells, COUNTY: cells, (*COUNTY, "a"): cells}
    told = published(TREE, table, ("P", "Q", "R"), FIVE)
    assert told[*COUNTY, "a"] == told[COUNTY] == {"P", "Q"}
    assert told[*COUNTY, "b"] == {"P", "Q"}
    assert worked_out(TREE, table, ("P", "Q", "R"), told, additive=True).get((COUNTY, "P")) is None


def test_a_cell_that_a_few_persons_entered_since_an_earlier_day_counts_as_small() -> None:
    path = (*COUNTY, "a")
    table = towns(a=21, b=30, c=40)
    assert held_back(path, table, (), FIVE, lambda _: ()) == set()
    touched = {(path, TOTAL)}
    assert held_back(path, table, (), FIVE, lambda _: (), touched) == {TOTAL}
    beside = held_back((*COUNTY, "b"), table, (), FIVE, lambda _: (), touched)
    assert beside == {TOTAL}


NUMBERS = st.one_of(st.integers(0, 6), st.integers(0, 40))


@st.composite
def worlds(
    draw: st.DrawFn,
) -> tuple[dict[Node, list[Node]], dict[Node, dict[str, Count]], Sequence[str]]:
    """A city with counties and towns, cells in each, and some counted in no town."""
    cells = tuple("xyzw"[: draw(st.integers(1, 4))])
    tree: dict[Node, list[Node]] = {("city",): []}
    table: dict[Node, dict[str, Count]] = {}
    for i in range(draw(st.integers(1, 3))):
        county = ("city", f"c{i}")
        tree[("city",)].append(county)
        tree[county] = [(*county, f"t{j}") for j in range(draw(st.integers(0, 4)))]
        for node in tree[county]:
            table[node] = {c: Count(n, n) for c in cells if (n := draw(NUMBERS))}
        rest = {c: draw(st.sampled_from([0, 0, 0, 2, 9])) for c in cells}
        table[county] = _sum(
            [*(table[n] for n in tree[county]), {c: Count(n, n) for c, n in rest.items()}]
        )
    table["city",] = _sum([table[n] for n in tree["city",]])
    for kinds in table.values():
        kinds[TOTAL] = _sum([{TOTAL: n} for c, n in kinds.items() if c != TOTAL]).get(
            TOTAL, Count()
        )
    return tree, table, cells


def _sum(many: Sequence[Mapping[str, Count]]) -> dict[str, Count]:
    found: dict[str, Count] = {}
    for kinds in many:
        for cell, count in kinds.items():
            found[cell] = found.get(cell, Count()).plus(count)
    return found


@given(world=worlds(), zero_tells=st.booleans())
def test_no_small_cell_can_be_worked_out(
    world: tuple[dict[Node, list[Node]], dict[Node, dict[str, Count]], Sequence[str]],
    *,
    zero_tells: bool,
) -> None:
    tree, table, cells = world
    threshold = Threshold(below=5, zero_tells=zero_tells)
    told = published(tree, table, cells, threshold)
    known = worked_out(tree, table, cells, told, additive=True)
    small = {
        place
        for place, n in known.items()
        if place[0][-1] != ""
        and threshold.small(Count(n, n), Count(_rows(table, (place[0], TOTAL)), 99))
        and n == _rows(table, place)
    }
    rest = {p for p, n in known.items() if p[0][-1] == "" and 0 < n < 5}
    assert small == set()
    assert rest == set()
    for node, cells_hidden in told.items():
        shown = {*cells, TOTAL} - cells_hidden
        total = Count(_rows(table, (node, TOTAL)), 99)
        assert not any(threshold.small(Count(_rows(table, (node, c)), 99), total) for c in shown)


def _rows(table: Mapping[Node, Mapping[str, Count]], place: tuple[Node, str]) -> int:
    return table.get(place[0], {}).get(place[1], Count()).rows


def test_without_complements_the_attack_succeeds() -> None:
    """The attack is worth something: small cells held back alone are all worked out."""
    table = towns(a=3, b=8, c=20)
    told: dict[Node, frozenset[str]] = {n: frozenset() for n in table}
    told[*COUNTY, "a"] = frozenset({TOTAL})
    assert worked_out(TREE, table, (), told, additive=False) == {((*COUNTY, "a"), TOTAL): 3}
