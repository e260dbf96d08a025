"""Random operations give the same bytes, and the same journal, by plan and by graphql-core."""

from __future__ import annotations

import pytest

from domain.terms.roles import Role
from schema.build import build, core
from schema.cursors import decode, encode, page_size
from schema.transport.errors import CodedError
from schema.words_asked import DIVISION
from tests.plan.comparing import ROLES, Reading, both
from tests.plan.operations import Drawing, Known

ROUNDS = 14
EACH = 30
"""Operations a round: several hundred in all."""


@pytest.mark.parametrize("number", range(ROUNDS))
def test_random_operations(reading: Reading, known: Known, number: int) -> None:
    planned = 0
    assert {who.role for who in ROLES} == set(Role), "people of every role are asked for"
    for i in range(EACH):
        seed = number * EACH + i
        drawn = Drawing(reading.schema, known, seed).operation()
        planned += both(reading, ROLES[seed % len(ROLES)], drawn.text, drawn.variables)
    assert planned > EACH / 2, "most operations of this kind have plans"


@pytest.mark.parametrize("first", [0, -1, 101])
def test_a_page_size_that_is_none_is_refused_with_what_is_one(first: int) -> None:
    with pytest.raises(CodedError) as refused:
        page_size(first)
    said = (refused.value.field, refused.value.zh, refused.value.en)
    assert said == ("first", "每页1至100条", "A page has 1 to 100 entries")


def test_a_cursor_of_another_list_is_said_to_be_none_of_this() -> None:
    with pytest.raises(CodedError) as refused:
        decode(b"key", "child", encode(b"key", "case_file", [1]))
    assert (refused.value.field, refused.value.zh) == ("after", "不是此列表给出的游标")


def test_no_division_is_not_every_division(reading: Reading) -> None:
    who = next(who for who in ROLES if who.key == "fj_township")
    text = "query ($d: ID) { ledger(division: $d) { nodes { childId } } }"
    written = '{ ledger(division: "") { nodes { childId } } }'
    assert both(reading, who, text, {})
    for asked, given in ((text, {"d": ""}), (written, {})):
        assert DIVISION.en.encode() in reading.reference(who, asked, given).body
        assert reading.plan(who, asked, given) is None


@pytest.mark.parametrize("root", sorted(core(build()).query_type.fields))  # type: ignore[union-attr]
def test_each_root_field(reading: Reading, known: Known, root: str) -> None:
    planned = 0
    for seed in range(2_000, 2_012):
        drawn = Drawing(reading.schema, known, seed).operation(root)
        planned += both(reading, ROLES[seed * 5 % len(ROLES)], drawn.text, drawn.variables)
    assert planned, "some of them have no error, and hence a plan"
