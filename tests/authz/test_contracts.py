"""What is promised beside the code: the page of roles, and that every command has somebody who may
give it."""

from pathlib import Path

import pytest

from authz.policy import committed
from authz.roles_doc import render
from domain.terms.roles import Role

STREAMS = {"child", "case", "unit", "rules", "access"}

pytestmark = pytest.mark.contract
PAGE = Path(__file__).parents[2] / "docs" / "roles.md"


def test_commands_and_acts_are_compared_both_ways() -> None:
    policy = committed()
    assert policy.mismatch(policy.acts) == ([], [])
    one, *rest = sorted(policy.acts)
    assert policy.mismatch([*rest, "case.granted_to_nobody"]) == ([one], ["case.granted_to_nobody"])


def test_an_act_is_named_after_a_stream() -> None:
    assert {act.partition(".")[0] for act in committed().acts} <= STREAMS


def test_the_roles_of_the_policy_are_those_of_the_vocabulary() -> None:
    declared = {role.code: (role.zh, role.en) for role in committed().roles.values()}
    assert declared == {str(role): (role.zh, role.en) for role in Role}


def test_the_page_of_roles_is_the_policy() -> None:
    """Regenerate with ``python -m authz.roles_doc``."""
    assert PAGE.read_text(encoding="utf-8") == render()


def test_every_role_has_its_page() -> None:
    page = PAGE.read_text(encoding="utf-8")
    for role in committed().roles.values():
        assert f"## {role.zh} · {role.en} (`{role.code}`)" in page
