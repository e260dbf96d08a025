"""What is said of an input: which one is at fault, by the name the API knows it by, and why, in both languages."""

from __future__ import annotations

import ast
from collections.abc import Iterator

import pytest
from graphql import GraphQLInputObjectType, GraphQLObjectType

from ops.artefacts import CHECKOUT
from schema.build import build, core

pytestmark = pytest.mark.contract
SCHEMA = core(build())
OF_THE_REQUEST = {"query", "operationName", "documentId"}
"""Parts of a request that are no argument."""
MASK = "schema/transport/errors.py"
"""Tells what graphql-core and the scalars say of a document, and hides the rest."""


def calls(*packages: str) -> Iterator[tuple[str, ast.Call]]:
    """Every call of the packages' own code, and where it is."""
    for package in packages:
        for path in sorted((CHECKOUT / package).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                if isinstance(node, ast.Call):
                    yield f"{path.relative_to(CHECKOUT)}:{node.lineno}", node


def inputs() -> set[str]:
    """Every argument and every field of an input; of ``occurrence`` with the way to it."""
    found = set[str]()
    for kind in SCHEMA.type_map.values():
        if isinstance(kind, GraphQLInputObjectType):
            found |= kind.fields.keys()
        elif isinstance(kind, GraphQLObjectType):
            found |= {name for field in kind.fields.values() for name in field.args}
    occurrence = SCHEMA.type_map["OccurrenceInput"]
    assert isinstance(occurrence, GraphQLInputObjectType)
    return found | {f"occurrence.{name}" for name in occurrence.fields}


def test_an_input_at_fault_is_named_as_the_api_names_it() -> None:
    known, named = inputs() | OF_THE_REQUEST, 0
    for where, call in calls("domain", "eventlog", "schema"):
        for given in call.keywords:
            if given.arg == "field" and isinstance(given.value, ast.Constant):
                named += 1
                assert str(given.value.value) in known, where
    assert named > len(known) / 10, "there is something to look at"


def test_what_is_wrong_with_an_input_is_said() -> None:
    """The standing words of the code say nothing: whoever asks cannot mend it."""
    found = 0
    for where, call in calls("schema", "ops"):
        if (
            call.args
            and ast.unparse(call.args[0]) == "Code.BAD_USER_INPUT"
            and where.partition(":")[0] != MASK
        ):
            found += 1
            assert {"zh", "en"} <= {given.arg for given in call.keywords}, where
    assert found
