"""Why a document or its variables are refused is said in Chinese with the place, under a stable code, and no value."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple, cast

import pytest
from graphql import (
    GraphQLError,
    GraphQLSyntaxError,
    OperationDefinitionNode,
    build_schema,
    execute_sync,
    parse,
    specified_rules,
    validate,
)
from graphql.execution.values import get_variable_values

from schema.transport import errors, reasons

SCHEMA = build_schema(
    """
    type Query { child(id: ID!, first: Int, where: Where, kind: Kind): Child, hello: String }
    type Child { name: String }
    input Where { tier: String!, most: Int }
    enum Kind { NEAR FAR }
    type Subscription { a: Int, b: Int }
    """
)
SECRET = "张小明"


class Refused(NamedTuple):
    """A document, with variables if that is what is wrong, and what is said of it."""

    text: str
    reason: str
    zh: str
    field: str | None = None
    variables: dict[str, object] | None = None


CASES = [
    Refused("{ hello ", "SYNTAX", "第1行第9列附近语法有误"),
    Refused("{ helo }", "UNKNOWN_FIELD", "类型“Query”上没有字段“helo”"),
    Refused(
        '{ child(id: "1", x: 1) { name } }', "UNKNOWN_ARGUMENT", "字段“Query.child”没有参数“x”", "x"
    ),
    Refused("{ hello @skip(if: true, x: 1) }", "UNKNOWN_ARGUMENT", "指令“@skip”没有参数“x”", "x"),
    Refused(
        "{ child { name } }", "MISSING_ARGUMENT", "“Query.child”必须给出参数“id”（类型“ID!”）", "id"
    ),
    Refused(
        '{ child(id: "1", id: "2") { name } }', "REPEATED_ARGUMENT", "参数“id”只能给出一次", "id"
    ),
    Refused(
        '{ child(id: "1", where: {tier: "R1", tier: "R2"}) { name } }',
        "REPEATED_INPUT_FIELD",
        "输入字段“tier”只能给出一次",
        "tier",
    ),
    Refused(
        '{ child(id: "1") }',
        "SUBFIELDS_MISSING",
        "字段“child”的类型“Child”有下级字段，须选取其中至少一个",
    ),
    Refused("{ hello { a } }", "NO_SUBFIELDS", "字段“hello”的类型“String”没有下级字段，不得再选取"),
    Refused(
        '{ a: child(id: "1") { name } a: child(id: "2") { name } }',
        "FIELDS_CONFLICT",
        "同名的“a”所取内容不一致，请用别名分开",
    ),
    Refused("{ ...F } fragment F on Nothing { a }", "UNKNOWN_TYPE", "没有类型“Nothing”"),
    Refused("{ hello @x }", "UNKNOWN_DIRECTIVE", "没有指令“@x”"),
    Refused("query @skip(if: true) { hello }", "MISPLACED_DIRECTIVE", "指令“@skip”不得用在此处"),
    Refused(
        "{ hello @skip(if: true) @skip(if: true) }",
        "REPEATED_DIRECTIVE",
        "指令“@skip”在同一处只能用一次",
    ),
    Refused("{ ...F }", "UNKNOWN_FRAGMENT", "没有片段“F”"),
    Refused("{ hello } fragment F on Query { hello }", "UNUSED_FRAGMENT", "片段“F”没有用到"),
    Refused(
        "{ ...F } fragment F on Query { hello } fragment F on Query { hello }",
        "REPEATED_FRAGMENT",
        "片段“F”只能定义一次",
    ),
    Refused("{ ...F } fragment F on Query { ...F }", "FRAGMENT_CYCLE", "片段“F”不得包含自身"),
    Refused(
        "{ ...F } fragment F on Child { name }", "IMPOSSIBLE_FRAGMENT", "片段“F”不适用于类型“Query”"
    ),
    Refused("{ ... on Child { name } }", "IMPOSSIBLE_FRAGMENT", "此片段不适用于类型“Query”"),
    Refused(
        "{ ...F } fragment F on Kind { a }",
        "FRAGMENT_ON_VALUE",
        "片段“F”不得以类型“Kind”为条件，它没有字段",
    ),
    Refused("{ ... on Kind { a } }", "FRAGMENT_ON_VALUE", "片段不得以类型“Kind”为条件，它没有字段"),
    Refused(
        "{ child(id: $a) { name } }", "UNDEFINED_VARIABLE", "操作没有声明变量“$a”", "variables.a"
    ),
    Refused(
        "query ($a: Int) { hello }", "UNUSED_VARIABLE", "变量“$a”声明了但没有用到", "variables.a"
    ),
    Refused(
        "query ($a: Int) { child(id: $a) { name } }",
        "VARIABLE_OF_OTHER_TYPE",
        "变量“$a”的类型是“Int”，此处须为“ID!”",
        "variables.a",
    ),
    Refused(
        "query ($a: Child) { hello @skip(if: $a) }",
        "VARIABLE_OF_OUTPUT_TYPE",
        "变量“$a”不得为类型“Child”，它不是输入类型",
        "variables.a",
    ),
    Refused(
        "query ($a: ID!, $a: ID!) { child(id: $a) { name } }",
        "REPEATED_VARIABLE",
        "变量“$a”只能声明一次",
        "variables.a",
    ),
    Refused("query A { hello } query A { hello }", "REPEATED_OPERATION", "操作名“A”只能用一次"),
    Refused("{ hello } { hello }", "ANONYMOUS_OPERATION", "文档含有多个操作时，每个都须有名称"),
    Refused(
        "subscription S { a b }",
        "SUBSCRIPTION_ROOT",
        "订阅“S”只能选取一个根字段，且不得附带条件",
    ),
    Refused("subscription { a b }", "SUBSCRIPTION_ROOT", "订阅只能选取一个根字段，且不得附带条件"),
    Refused("{ hello } type A { a: Int }", "NOT_EXECUTABLE", "文档中只能有操作和片段"),
    Refused("{ hello } schema { query: A }", "NOT_EXECUTABLE", "文档中只能有操作和片段"),
    Refused(
        '{ child(id: "1", where: {}) { name } }',
        "MISSING_INPUT_FIELD",
        "第1行第25列的值：“Where”必须给出输入字段“tier”",
        "tier",
    ),
    Refused(
        f'{{ child(id: "1", where: {{tier: "R1", x: "{SECRET}"}}) {{ name }} }}',
        "UNKNOWN_INPUT_FIELD",
        "第1行第38列的值：“Where”没有输入字段“x”",
        "x",
    ),
    Refused("{ child(id: null) { name } }", "NULL_VALUE", "第1行第13列的值：不得为空（类型“ID!”）"),
    Refused(
        f'{{ child(id: "1", first: "{SECRET}") {{ name }} }}',
        "VALUE_OF_OTHER_TYPE",
        "第1行第25列的值：不是“Int”类型的值",
    ),
    Refused(
        '{ child(id: "1", where: 1) { name } }',
        "VALUE_OF_OTHER_TYPE",
        "第1行第25列的值：须为“Where”对象",
    ),
    Refused(
        '{ child(id: "1", kind: NER) { name } }',
        "UNKNOWN_ENUM_VALUE",
        "第1行第24列的值：枚举“Kind”中没有这个值",
    ),
    Refused(
        '{ child(id: "1", kind: "NEAR") { name } }',
        "UNKNOWN_ENUM_VALUE",
        "第1行第24列的值：不是枚举“Kind”的写法",
    ),
    Refused(
        "query ($w: Where) { child(id: 1, where: $w) { name } }",
        "VALUE_OF_OTHER_TYPE",
        "变量“$w”的“.most”：不是“Int”类型的值",
        "variables.w.most",
        {"w": {"tier": "R1", "most": SECRET}},
    ),
    Refused(
        "query ($w: Where) { child(id: 1, where: $w) { name } }",
        "MISSING_INPUT_FIELD",
        "变量“$w”：“Where”必须给出输入字段“tier”",
        "variables.w",
        {"w": {"most": 1}},
    ),
    Refused(
        "query ($w: Where) { child(id: 1, where: $w) { name } }",
        "UNKNOWN_INPUT_FIELD",
        "变量“$w”：所给字段中有“Where”没有的",
        "variables.w",
        {"w": {"tier": "R1", SECRET: 1}},
    ),
    Refused(
        "query ($i: ID!) { child(id: $i) { name } }",
        "MISSING_VALUE",
        "变量“$i”：必须给出值（类型“ID!”）",
        "variables.i",
        {},
    ),
    Refused(
        "query ($k: Kind) { child(id: 1, kind: $k) { name } }",
        "UNKNOWN_ENUM_VALUE",
        "变量“$k”：枚举“Kind”中没有这个值",
        "variables.k",
        {"k": SECRET},
    ),
]


def told(errors_found: Iterable[GraphQLError]) -> list[dict[str, Any]]:
    """As the client is told it."""
    return cast("list[dict[str, Any]]", errors.mask(errors_found))


def refusals(case: Refused) -> list[GraphQLError]:
    """What graphql-core says of it."""
    try:
        document = parse(case.text)
    except GraphQLSyntaxError as error:
        return [error]
    if case.variables is None:
        return validate(SCHEMA, document, specified_rules)
    (operation,) = document.definitions
    assert isinstance(operation, OperationDefinitionNode)
    found = get_variable_values(SCHEMA, operation.variable_definitions or (), case.variables)
    assert isinstance(found, list)
    return found


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.reason} {case.text}")
def test_what_is_refused_is_said_with_its_place(case: Refused) -> None:
    found = {e["extensions"].get("reason"): e for e in told(refusals(case))}
    assert case.reason in found, [e["message"] for e in found.values()]
    said = found[case.reason]["extensions"]
    assert said["code"] == "BAD_USER_INPUT"
    assert said["zh"].partition("：")[2] == case.zh
    assert said.get("field") == case.field
    assert said["en"] == found[case.reason]["message"]
    assert SECRET not in said["zh"]
    assert "NEAR" not in said["zh"]


def null_by_variable() -> GraphQLError:
    """What is found when the argument's variable turns out to be null."""
    document = parse('query ($i: ID = "1") { child(id: $i) { name } }')
    found = execute_sync(SCHEMA, document, variable_values={"i": None}).errors
    assert found is not None
    return found[0]


def test_an_argument_that_is_null_by_its_variable_is_named() -> None:
    (entry,) = told([null_by_variable()])
    said = entry["extensions"]
    assert (said["reason"], said["field"]) == ("NULL_VALUE", "variables.i")
    assert said["zh"].endswith("参数“id”：变量“$i”不得为空（类型“ID!”）")


def test_every_reason_is_met_here() -> None:
    said = [error.message for case in CASES for error in refusals(case)]
    said.append(null_by_variable().message)
    values = [text.partition(": ")[2] if " has invalid value" in text else text for text in said]
    assert [r for r in reasons.DOCUMENT if not any(map(r.match, said))] == []
    assert [r for r in reasons.VALUE if not any(map(r.match, values))] == []


def test_what_is_not_listed_has_the_general_sentence() -> None:
    (entry,) = told([GraphQLError("Something new of 'a' and 'b'.")])
    said = entry["extensions"]
    assert (said["zh"], said.get("reason")) == ("查询文档或变量未通过校验", None)
