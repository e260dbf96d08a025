"""What is a word of no vocabulary is said to be none, by every field that asks for one, with a plan and without."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import orjson
import pytest
from graphql import GraphQLArgument, GraphQLInputObjectType, get_named_type, is_required_argument

from projections.column_terms import vocabularies_of
from schema.build import build, core
from schema.objects import SHAPES
from schema.terms import vocabularies
from schema.words_asked import DIVISION, QUEUE, SERVICE, TIER, Words
from tests.plan.comparing import ROLES, Reading
from tests.plan.operations import Known

WORDS = {
    "division": DIVISION,
    "place": DIVISION,
    "within": DIVISION,
    "queue": QUEUE,
    "service": SERVICE,
    "tier": TIER,
}
"""What arguments and members of filters are called that ask for a word."""
GIVEN = {
    "UUID": '"00000000-0000-4000-8000-000000000000"',
    "String": '"S-01"',
    "ID": '"cq00001"',
}
"""What stands for the arguments beside it."""
WHO = next(who for who in ROLES if who.key == "fj_ca")
"""Somebody who may ask all of it."""


def asking() -> Iterator[tuple[str, str, str]]:
    """Each root field and each argument of it, or member of its filter, that asks for a word: with its text."""
    query = core(build()).query_type
    assert query is not None
    for name, field in query.fields.items():
        for argument, of in field.args.items():
            kind = get_named_type(of.type)
            if argument in WORDS:
                yield name, argument, _text(name, field.args, argument, '"nothing"')
            elif isinstance(kind, GraphQLInputObjectType):
                for member in WORDS.keys() & kind.fields.keys():
                    yield (
                        name,
                        member,
                        _text(name, field.args, argument, f'{{{member}: "nothing"}}'),
                    )


def _text(name: str, arguments: dict[str, GraphQLArgument], asked: str, value: str) -> str:
    others = (
        f"{other}: {GIVEN[get_named_type(of.type).name]}, "
        for other, of in arguments.items()
        if other != asked and is_required_argument(of)
    )
    return f"{{ {name}({''.join(others)}{asked}: {value}) {{ __typename }} }}"


@pytest.mark.parametrize(("name", "argument", "text"), sorted(asking()))
def test_what_is_no_word_is_said_to_be_none(
    reading: Reading, known: Known, name: str, argument: str, text: str
) -> None:
    assert known.children, "there are rows that it could find"
    words: Words = WORDS[argument]
    assert reading.plan(WHO, text, {}) is None
    (error,) = orjson.loads(reading.reference(WHO, text, {}).body)["errors"]
    said = error["extensions"]
    assert (said["code"], said["field"]) == ("BAD_USER_INPUT", argument), name
    assert (said["zh"], said["en"]) == (words.zh, words.en), name


def test_every_vocabulary_is_asked_for_somewhere() -> None:
    assert {argument for _, argument, _ in asking()} == set(WORDS)


def test_whatever_a_column_holds_is_a_word_of_its_vocabulary(reading: Reading) -> None:
    """Of all that the demo and the journeys' beginning have written."""
    words, looked = vocabularies(), 0
    for shape in SHAPES.values():
        for spec in shape.columns.values():
            known = {
                code for name in vocabularies_of(shape.model, spec) for code in words[name].codes
            }
            if not known:
                continue
            beside = (side.table for side in shape.model.sides if spec.name in side.names)
            table = next(beside, shape.model.table)
            found: list[Any] = list(
                reading.ids(f"select distinct to_jsonb({spec.name}) from read.{table}")
            )
            held = {v for each in found for v in (each if isinstance(each, list) else [each])}
            assert held - {None, ""} <= known, f"{table}.{spec.name}"
            looked += len(held)
    assert looked > len(SHAPES)
