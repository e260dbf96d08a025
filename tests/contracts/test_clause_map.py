"""Every SYSTEM and RECORD clause is fulfilled and shown by a test, and the map would notice if it were not."""

from __future__ import annotations

import ast
from dataclasses import replace
from pathlib import Path

import pytest

from domain.clauses import CLAUSES, clause
from ops.clause_map.assertions import Assertions
from ops.clause_map.citations import Declaration, Kind
from ops.clause_map.left_open import LEFT_OPEN
from ops.clause_map.shown import OWED, ClauseMap, Test, read_tests, the_map
from ops.clause_map.test_sources import Sources
from ops.pages import clauses

pytestmark = pytest.mark.contract

ROW = clause("SH2020-4.2-g")
ESCORT = Declaration(
    Kind.ACTION, "case.escort_child", (ROW.id,), frozenset({"EscortChild", "escortChild"})
)
CAST = """
from tests.dsl import given
from domain.case.escort import ChildEscorted, EscortChild

ESCORTED = ChildEscorted(address="一号")

def escort(**more):
    return EscortChild(**more)

def expect(history, command, *facts):
    assert given(*history).when(command).facts() == facts
"""


def read(folder: Path, text: str, cast: str = CAST) -> dict[str, Test]:
    """Tests of a folder of one helper and one module, by name."""
    (folder / "tests").mkdir(exist_ok=True)
    (folder / "tests" / "__init__.py").touch()
    (folder / "tests" / "cast.py").write_text(cast, encoding="utf-8")
    (folder / "tests" / "test_it.py").write_text(text, encoding="utf-8")
    return {t.id.rpartition("::")[2]: t for t in read_tests(folder / "tests")}


def faults(tests: dict[str, Test], *declared: Declaration) -> list[str]:
    """What a map of these says of the one row."""
    return ClauseMap(list(declared), list(tests.values())).faults((ROW,))


# ── The map of this version


def test_every_row_that_is_owed_is_fulfilled_and_shown() -> None:
    faults = the_map().faults()  # by itself: to tell a failure the map would be written out whole
    assert faults == []


def test_every_row_has_its_line_on_the_page_and_what_is_named_there_exists() -> None:
    rows = [line for line in clauses.render().splitlines() if line.startswith("| `")]
    lines = {line.split("`")[1]: line for line in rows}
    assert len(lines) == len(rows) == len(CLAUSES)
    found = the_map()
    ids = {t.id.removeprefix("tests/") for t in found.tests}
    for one in CLAUSES.values():
        line = lines[one.id]
        named = [word for word in line.split("`") if "::" in word]
        assert set(named) <= ids
        assert named or one.kind == "CONTEXT" or not found.fulfilling(one.id)
        assert all(f"`{d.name}`" in line for d in found.fulfilling(one.id))


def test_what_is_left_open_is_said_on_the_page_of_a_row_that_is_owed() -> None:
    """What is still for a rule owner is no row that is simply done: the page says so, and counts it apart."""
    page = clauses.render().splitlines()
    marked = {line.split("`")[1] for line in page if "待定 Open: " in line}
    assert marked == set(LEFT_OPEN)
    assert all(clause(one).kind in OWED for one in LEFT_OPEN)
    heads = next(line for line in page if line.startswith("| 文件"))
    column = [cell.strip() for cell in heads.split("|")].index("其中待定 Open")
    counted = [
        line.split("|")[column] for line in page if line.startswith(("| CQ", "| CN", "| SH"))
    ]
    assert sum(int(n) for n in counted) == len(LEFT_OPEN)


# ── It notices


def test_a_row_that_nothing_cites_is_a_fault(tmp_path: Path) -> None:
    tests = read(tmp_path, "def test_nothing():\n    assert 1\n")
    assert faults(tests) == [f"{ROW.id}: nothing fulfils it"]


def test_a_test_that_asserts_shows_the_row(tmp_path: Path) -> None:
    tests = read(
        tmp_path,
        "from tests.cast import ESCORTED, escort, given\n"
        "def test_escort():\n"
        "    given().when(escort(address='一号')).then(ESCORTED)\n",
    )
    assert faults(tests, ESCORT) == []


@pytest.mark.parametrize(
    "body",
    [
        "    given().when(escort()).facts()",
        "    command = escort()\n    assert command is not None",
        "    given(escort()).when(other()).then_nothing()",
        "    other = escort()\n    assert 1 + 1 == 2",
        "    # EscortChild is escorted\n    assert True",
    ],
    ids=["runs it only", "narrows a type", "as history", "asserts something else", "comment"],
)
def test_a_named_test_that_asserts_nothing_about_it_shows_nothing(
    tmp_path: Path, body: str
) -> None:
    text = f"from tests.cast import escort, given\ndef test_escort():\n{body}\n"
    assert faults(read(tmp_path, text), ESCORT) == [
        f"{ROW.id}: no test shows case.escort_child",
        f"case.escort_child (事项): no test shows it for {ROW.id}",
    ]


@pytest.mark.parametrize(
    "body",
    [
        "    done = given().when(escort()).facts()\n    assert len(done) == 1",
        "    with pytest.raises(Refused):\n        escort()",
        "    expect((), escort())",
        "    world.as_('police').done('escortChild', case)",
        "    for one in (escort(),):\n        assert one.address",
        "    def put():\n        return escort()\n    assert put()",
    ],
    ids=["assert", "raises", "helper", "journey", "loop", "inner function"],
)
def test_whatever_way_it_asserts_it_is_understood(tmp_path: Path, body: str) -> None:
    text = f"from tests.cast import escort, expect, given\ndef test_escort(world):\n{body}\n"
    assert faults(read(tmp_path, text), ESCORT) == []


@pytest.mark.parametrize(
    "body",
    [
        "assert escort() == ()",
        "given().when(escort()).then_nothing()",
        "world.as_('doctor').not_found('escortChild', case)",
        "assert opened(past(escort()))",
    ],
)
def test_that_nothing_follows_or_is_laid_down_shows_no_action(tmp_path: Path, body: str) -> None:
    text = f"from tests.cast import escort, given\ndef test_it():\n    {body}\n"
    assert faults(read(tmp_path, text), ESCORT)[0] == f"{ROW.id}: no test shows case.escort_child"


@pytest.mark.parametrize("folder", ["authz", "transport", "reports", "privacy"])
def test_a_test_of_the_gate_or_the_wire_or_of_a_count_shows_no_action(
    tmp_path: Path, folder: str
) -> None:
    read(tmp_path, "")
    (tmp_path / "tests" / folder).mkdir()
    text = "def test_may(gate):\n    assert gate.may('escortChild')\n"
    (tmp_path / "tests" / folder / "test_gate.py").write_text(text, encoding="utf-8")
    tests = {t.id: t for t in read_tests(tmp_path / "tests")}
    assert list(tests) == [f"tests/{folder}/test_gate.py::test_may"]
    assert faults(tests, ESCORT)[0] == f"{ROW.id}: no test shows case.escort_child"


def test_a_parametrised_test_speaks_of_its_table_and_a_contract_of_no_row(tmp_path: Path) -> None:
    text = (
        "import pytest\nfrom tests.cast import escort\nTABLE = [escort()]\n"
        "@pytest.mark.parametrize('command', TABLE)\n"
        "def test_each(command):\n    assert command.address\n"
    )
    assert faults(read(tmp_path, text), ESCORT) == []
    promised = f"import pytest\npytestmark = pytest.mark.contract\n{text}"
    assert read(tmp_path, promised) == {}


def test_a_mark_must_hold(tmp_path: Path) -> None:
    def marked(clause_id: str, body: str) -> list[str]:
        text = (
            "import pytest\nfrom tests.cast import escort, given\n"
            f"@pytest.mark.clause('{clause_id}')\ndef test_it():\n    {body}\n"
            "def test_escort():\n    assert escort()\n"
        )
        return faults(read(tmp_path, text), ESCORT)

    said = "tests/test_it.py::test_it is marked with"
    assert marked(ROW.id, "assert escort()") == []
    assert marked(ROW.id, "escort()") == [f"{said} {ROW.id} and asserts nothing"]
    assert marked(ROW.id, "assert len('other')") == [
        f"{said} {ROW.id} and asserts about nothing that fulfils it"
    ]
    assert marked("SH2020-9.9-z", "assert escort()") == [f"{said} SH2020-9.9-z, which no text has"]


def test_a_view_and_a_policy_line_are_shown_by_a_mark_and_a_parameter_with_its_pack(
    tmp_path: Path,
) -> None:
    view = Declaration(Kind.VIEW, "work_item", (ROW.id,), frozenset({"WorkItemRow"}))
    rule = Declaration(
        Kind.PARAMETER, "SH2020:escort_nearest", (ROW.id,), frozenset({"escort_nearest"})
    )
    text = "import pytest\n{mark}def test_it(found):\n    assert found == {said}\n"
    mark = f"@pytest.mark.clause('{ROW.id}')\n"
    assert faults(read(tmp_path, text.format(mark=mark, said="1")), view) == []
    assert faults(read(tmp_path, text.format(mark="", said="'WorkItemRow'")), view) != []
    with_pack = text.format(mark="", said="('SH2020', 'escort_nearest')")
    assert faults(read(tmp_path, with_pack), rule) == []
    without = text.format(mark="", said="'escort_nearest'")
    assert faults(read(tmp_path, without), rule) == [
        f"{ROW.id}: no test shows SH2020:escort_nearest"
    ]


def test_a_citation_of_a_clause_that_no_text_has_is_a_fault(tmp_path: Path) -> None:
    text = "from tests.cast import escort\ndef test_escort():\n    assert escort()\n"
    invented = replace(ESCORT, clauses=(ROW.id, "SH2020-9.9-z"))
    assert faults(read(tmp_path, text), invented) == ["case.escort_child cites SH2020-9.9-z"]


def test_the_test_that_names_the_clause_comes_first(tmp_path: Path) -> None:
    text = (
        "from tests.cast import escort, given\n"
        "def test_a():\n    assert escort()\n"
        "def test_b():\n    given().when(escort()).then_refused('no', cites='SH2020-4.2-g')\n"
    )
    found = ClauseMap([ESCORT], list(read(tmp_path, text).values()))
    assert [t.id.rpartition("::")[2] for t in found.showing(ESCORT, ROW.id)] == ["test_b", "test_a"]


def test_a_helper_that_calls_itself_ends(tmp_path: Path) -> None:
    cast = "def turn(n):\n    assert n\n    return turn(n - 1)\n"
    read(tmp_path, "from tests.cast import turn\ndef test_it():\n    turn(2)\n", cast)
    sources = Sources(tmp_path / "tests")
    module = sources.modules["tests.test_it"]
    (test,) = module.tests()
    assert isinstance(test, ast.FunctionDef)
    assert "n" in Assertions(sources).of(module, test)
