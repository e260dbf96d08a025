"""Limits on documents: each one bites at its number, and the work is linear."""

import pytest
from graphql import get_introspection_query, parse, validate

from schema.transport import CodedError, Limits
from schema.transport.documents import BYTES_PER_CHARACTER, Documents
from schema.transport.errors import InvalidDocument
from schema.transport.limits import LimitExceeded, measure, parse_within

from .world import SCHEMA


def nested_fragments(count: int, spreads: int = 2) -> str:
    """`count` fragments that each spread the next one `spreads` times."""
    parts = ["{...F0}"]
    for index in range(count):
        inner = " ".join(f"again{{...F{index + 1}}}" for _ in range(spreads))
        parts.append(f"fragment F{index} on Query{{{inner}}}")
    parts.append(f"fragment F{count} on Query{{hello}}")
    return " ".join(parts)


def many(text: str, count: int) -> str:
    return " ".join(text.format(i=i) for i in range(count))


WITHIN_AND_BEYOND = [
    (
        "tokens",
        "query(" + many("$v{i}:Int", 498) + "){hello}",
        "query(" + many("$v{i}:Int", 499) + "){hello}",
    ),
    ("depth", "{again" * 14 + "{hello}" + "}" * 14, "{again" * 15 + "{hello}" + "}" * 15),
    (
        "depth",
        "{...F}" + "fragment F on Query" + "{again" * 14 + "{hello}" + "}" * 14,
        "{again{...F}}" + "fragment F on Query" + "{again" * 14 + "{hello}" + "}" * 14,
    ),
    ("fields", "{again{" + many("f{i}", 499) + "}}", "{again{" + many("f{i}", 500) + "}}"),
    (
        "fields",
        "{a{...F} b{...F}} fragment F on Query{" + many("f{i}", 249) + "}",
        "{a{...F} b{...F}} fragment F on Query{" + many("f{i}", 250) + "}",
    ),
    (
        "fields",
        "{a} fragment F on Query{" + many("f{i}", 500) + "}",
        "{a} fragment F on Query{" + many("f{i}", 501) + "}",
    ),
    (
        "aliases",
        "{again{" + many("a{i}:hello", 30) + "}}",
        "{again{" + many("a{i}:hello", 31) + "}}",
    ),
    ("aliases", "{again{" + "hello " * 31 + "}}", "{again{" + "hello " * 32 + "}}"),
    (
        "aliases",
        "{a{...F} b{...F}} fragment F on Query{" + many("a{i}:hello", 15) + "}",
        "{a{...F} b{...F}} fragment F on Query{" + many("a{i}:hello", 16) + "}",
    ),
    ("root_fields", "{" + many("f{i}", 10) + "}", "{" + many("f{i}", 11) + "}"),
    (
        "root_fields",
        "{a ...F ...{b}} fragment F on Query{" + many("f{i}", 8) + "}",
        "{a ...F ...{b}} fragment F on Query{" + many("f{i}", 9) + "}",
    ),
    ("directives", "{a @a @b @c}", "{a @a @b @c @d}"),
    (
        "directives",
        "{...F @a @b @c} fragment F on Query{a}",
        "{...F @a @b @c @d} fragment F on Query{a}",
    ),
    ("directives", "query @a @b @c {a}", "query @a @b @c @d {a}"),
    ("operations", many("query Q{i}{{a}}", 10), many("query Q{i}{{a}}", 11)),
]


@pytest.mark.parametrize(("limit", "within", "beyond"), WITHIN_AND_BEYOND)
def test_a_limit_bites_at_its_number(limit: str, within: str, beyond: str) -> None:
    assert parse_within(within, Limits()).definitions
    with pytest.raises(LimitExceeded) as refused:
        parse_within(beyond, Limits())
    assert refused.value.field == f"query.{limit.replace('_f', 'F')}"
    assert str(getattr(Limits(), limit)) in refused.value.en
    assert str(getattr(Limits(), limit)) in refused.value.zh


def test_twenty_nested_fragments_are_each_visited_once() -> None:
    measures = measure(parse(nested_fragments(20)))
    assert measures.fields == 3 * 2**20 - 2  # what a walk of every spread would visit
    assert measures.visited < 200


@pytest.mark.parametrize("count", [10, 20, 40, 80])
def test_the_work_grows_with_the_text(count: int) -> None:
    small, large = (measure(parse(nested_fragments(n))).visited for n in (count, 2 * count))
    assert large <= 2 * small + 2


def test_a_long_chain_of_fragments_needs_no_recursion() -> None:
    chain = "{...F0}"
    for index in range(240):
        chain += f" fragment F{index} on Query{{...F{index + 1}}}"
    document = parse_within(chain + " fragment F240 on Query{hello}", Limits())
    assert measure(document).depth == 1


@pytest.mark.parametrize(
    "text",
    [
        "{...A} fragment A on Query{...A}",
        "{...A} fragment A on Query{again{...B}} fragment B on Query{again{...A}}",
        "{hello} fragment A on Query{...B} fragment B on Query{...A}",
    ],
)
def test_a_cycle_of_fragments_is_refused(text: str) -> None:
    with pytest.raises(CodedError, match="cycle"):
        parse_within(text, Limits())


def test_what_passes_is_also_cheap_to_validate() -> None:
    """The repeats of one name are what makes validation quadratic; they count as aliases."""
    with pytest.raises(LimitExceeded):
        parse_within("{again{" + "again{hello} " * 40 + "}}", Limits())
    document = parse_within("{again{" + "again{hello} " * 31 + "}}", Limits())
    assert validate(SCHEMA, document) == []


def test_the_introspection_of_tools_fits() -> None:
    text = get_introspection_query(
        specified_by_url=True, schema_description=True, input_value_deprecation=True
    )
    measures = measure(parse_within(text, Limits()))
    assert measures.depth <= Limits().depth
    assert measures.fields < Limits().fields


def documents(max_bytes: int, limits: Limits | None = None) -> Documents:
    return Documents(SCHEMA, limits=limits or Limits(), max_bytes=max_bytes, suggestions=False)


def test_a_document_is_parsed_once() -> None:
    cache = documents(1_000_000)
    first = cache.prepare("{hello}", None)
    assert cache.prepare("{hello}", None).document is first.document
    assert cache.prepare("{hello }", None).document is not first.document


def test_the_cache_is_bounded_by_bytes_and_drops_the_least_used() -> None:
    query = "query Q%03d{hello}"
    cache = documents(3 * len(query % 0) * BYTES_PER_CHARACTER)
    kept = cache.prepare(query % 0, None).document
    for number in range(1, 50):
        cache.prepare(query % number, None)
        assert cache.prepare(query % 0, None).document is kept  # used each time, never dropped
        assert cache.bytes_kept <= 3 * len(query % 0) * BYTES_PER_CHARACTER
    assert cache.prepare(query % 49, None).document is cache.prepare(query % 49, None).document


def test_an_invalid_or_a_huge_document_takes_no_place() -> None:
    cache = documents(2_000)
    with pytest.raises(InvalidDocument):
        cache.prepare("{helo}", None)
    cache.prepare("{hello again{hello}}", None)
    assert cache.bytes_kept == 0


def test_of_several_operations_the_name_chooses() -> None:
    cache = documents(1_000_000)
    text = 'query A{hello} mutation B{rename(name:"x")}'
    assert cache.prepare(text, "A").is_query
    assert not cache.prepare(text, "B").is_query
    for name, said in ((None, "operationName says which"), ("C", "No operation"), ("", "No oper")):
        with pytest.raises(CodedError, match=said) as refused:
            cache.prepare(text, name)
        assert refused.value.field == "operationName"


@pytest.mark.parametrize("text", ["{hello} {again{hello}}", "{hello} query A{hello}"])
def test_an_anonymous_operation_is_alone(text: str) -> None:
    with pytest.raises(InvalidDocument):
        documents(1_000_000).prepare(text, None)
