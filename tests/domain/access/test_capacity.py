"""What opens something to whoever did it, opens it to the post they act in: the platform itself has none."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from domain.access.audit import OpenAuditOrder
from domain.access.break_glass import UseBreakGlass
from domain.access.state import AccessOrder
from domain.case.look_up import LookUpChild
from domain.case.state import Case
from domain.kernel import Command, Refused
from domain.terms.access import BreakGlassGround
from tests.domain.access.asking import CHILD, OFFICER, dressed, facts, on_file, refused
from tests.dsl import an_id

ORDER = AccessOrder(id=an_id("order in no post"))
CASE = replace(Case(id=an_id("case in no post")), version=1)
IN_NO_POST = replace(OFFICER, assignment_id=None)
USE = UseBreakGlass(
    child_id=CHILD,
    break_glass_ground=BreakGlassGround.LIFE_IN_DANGER,
    break_glass_reason="十五个字以上的紧急情况说明文字",
)
AUDIT = OpenAuditOrder(
    audit_purpose="检查",
    audit_until_on=date(2025, 3, 10),
    audited_from_on=date(2025, 1, 1),
    audited_to_on=date(2025, 3, 1),
    child_id=CHILD,
)
LOOK_UP = LookUpChild(look_up_purpose="走失", wanted_id_number="110101201501010010")


@pytest.mark.parametrize("command", [USE, AUDIT], ids=["break-glass", "audit order"])
def test_an_order_is_opened_to_a_post(command: Command[AccessOrder]) -> None:
    assert facts(ORDER, command, OFFICER, on_file())
    refused("acts_in_no_post", ORDER, command, IN_NO_POST, on_file())


def test_a_child_looked_up_is_opened_to_a_post() -> None:
    assert list(dressed(LOOK_UP, OFFICER, on_file()).decide(CASE))
    with pytest.raises(Refused) as found:
        list(dressed(LOOK_UP, IN_NO_POST, on_file()).decide(CASE))
    assert found.value.code == "acts_in_no_post"
