"""The pages told from the code say what is there; that they are current is tested with the artefacts themselves."""

from __future__ import annotations

import pytest
from graphql import build_schema

from authz.policy import committed
from domain.kernel import COMMANDS
from ops.declared import follows
from ops.pages import actions, clauses, glossary
from schema.build import sdl
from schema.exports import EXPORT_TIMELINE
from schema.mutations import public_commands
from schema.receipts import REPORT_RECEIPT
from schema.scalars import mutation_name
from schema.sign_out import SIGN_OUT

pytestmark = pytest.mark.contract
PAGE = actions.render()


def section(name: str) -> str:
    """The section of one action."""
    _, found, rest = PAGE.partition(f"— `{name}`\n")
    assert found, f"{name} has no section"
    return rest.partition("\n##")[0]


@pytest.mark.parametrize("name", list(COMMANDS))
def test_every_action_has_its_section(name: str) -> None:
    command, told = COMMANDS[name], section(name)
    assert f"When: {command.when.zh} · {command.when.en}" in told
    for clause_id in command.clauses:
        assert f"`{clause_id}`" in told
    for event in follows(command).events:
        assert f"`{event}`" in told
    for code in follows(command).refusals:
        assert f"`{code}`" in told
    if not command.by_system:
        assert f"`{mutation_name(command)}`" in told


def test_a_section_says_what_the_rule_says() -> None:
    told = section("case.escort_child")
    assert "Who: 公安机关" in told
    assert "`destination_not_allowed`" in told
    assert "`escort_destinations`" in told
    assert "| `escortDestination` |" in told
    assert "| `EscortDestination` | P6_ADDRESS | ✓ |" in told


def test_the_page_of_clauses_says_how_many_are_owed_and_shown() -> None:
    (row,) = [line for line in clauses.render().splitlines() if line.startswith("| CN2017 |")]
    assert row == "| CN2017 | 121 | 106 | 106 | 0 |"


def test_the_glossary_has_every_term_with_its_values() -> None:
    page = glossary.render()
    for term in glossary.terms():
        assert f"### {term.__name__}\n" in page
        for member in term:
            assert f"| `{member.name}` |" in page


def test_the_schema_has_a_mutation_with_act_and_classes_for_every_public_command() -> None:
    text = sdl()
    schema = build_schema(text)
    assert schema.mutation_type is not None
    fields = schema.mutation_type.fields
    commands = {mutation_name(c) for c in public_commands()}
    assert set(fields) == commands | {
        EXPORT_TIMELINE,
        REPORT_RECEIPT,
        SIGN_OUT,
    }  # what hands over a file, what gives a code, what ends a session
    for command in public_commands():
        assert f'@act(name: "{command.name}"' in text
    assert '@sensitivity(class: "P6_ADDRESS")' in text


def test_nobody_is_granted_what_is_not_on_the_page() -> None:
    assert {act for act in committed().acts if f"— `{act}`\n" not in PAGE} == set()
