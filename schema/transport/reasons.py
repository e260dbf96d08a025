"""拒收理由 · Why graphql-core refuses a document or its variables: a stable code, and a sentence with the place.

The sentence is Chinese; its own words stay as they are, the reference's, in English. Of them only names are taken over:
of fields, arguments, types, variables, as GraphQL writes them. Never a value, whoever sent it, nor the key of an object
that is no name; never what there would have been instead. What is not listed here has the general sentence.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import Final, NamedTuple

from graphql import GraphQLError, GraphQLSyntaxError

_NAME: Final = re.compile(r"<(\w+)>")


@dataclass(frozen=True)
class Reason:
    """``said``: how graphql-core's sentence begins, ``<x>`` for a name in it; ``field``: which of them is at fault."""

    code: str
    said: str
    zh: str
    field: str | None = None

    def match(self, text: str) -> re.Match[str] | None:
        """The names in its sentence, if this is it."""
        return _pattern(self.said).match(text)


class Told(NamedTuple):
    """A reason as the client is told it."""

    code: str
    zh: str
    field: str | None


@cache
def _pattern(said: str) -> re.Pattern[str]:
    quoted = re.escape(said).replace("\\ ", " ")
    return re.compile(_NAME.sub(r"(?P<\1>[A-Za-z0-9_.@!\\[\\]]+?)", quoted))


DOCUMENT: Final = (
    Reason(
        "UNKNOWN_FIELD",
        "Cannot query field '<field>' on type '<type>'",
        "类型“{type}”上没有字段“{field}”",
    ),
    Reason(
        "UNKNOWN_ARGUMENT",
        "Unknown argument '<argument>' on field '<place>'",
        "字段“{place}”没有参数“{argument}”",
        "argument",
    ),
    Reason(
        "UNKNOWN_ARGUMENT",
        "Unknown argument '<argument>' on directive '<place>'",
        "指令“{place}”没有参数“{argument}”",
        "argument",
    ),
    Reason(
        "MISSING_ARGUMENT",
        "Argument '<place>(<argument>:)' of type '<type>' is required",
        "“{place}”必须给出参数“{argument}”（类型“{type}”）",
        "argument",
    ),
    Reason(
        "REPEATED_ARGUMENT",
        "There can be only one argument named '<argument>'",
        "参数“{argument}”只能给出一次",
        "argument",
    ),
    Reason(
        "REPEATED_INPUT_FIELD",
        "There can be only one input field named '<field>'",
        "输入字段“{field}”只能给出一次",
        "field",
    ),
    Reason(
        "SUBFIELDS_MISSING",
        "Field '<field>' of type '<type>' must have",
        "字段“{field}”的类型“{type}”有下级字段，须选取其中至少一个",
    ),
    Reason(
        "NO_SUBFIELDS",
        "Field '<field>' must not have a selection since type '<type>'",
        "字段“{field}”的类型“{type}”没有下级字段，不得再选取",
    ),
    Reason(
        "FIELDS_CONFLICT",
        "Fields '<field>' conflict because",
        "同名的“{field}”所取内容不一致，请用别名分开",
    ),
    Reason("UNKNOWN_TYPE", "Unknown type '<type>'", "没有类型“{type}”"),
    Reason("UNKNOWN_DIRECTIVE", "Unknown directive '<directive>'", "没有指令“{directive}”"),
    Reason(
        "MISPLACED_DIRECTIVE",
        "Directive '<directive>' may not be used on",
        "指令“{directive}”不得用在此处",
    ),
    Reason(
        "REPEATED_DIRECTIVE",
        "The directive '<directive>' can only be used once",
        "指令“{directive}”在同一处只能用一次",
    ),
    Reason("UNKNOWN_FRAGMENT", "Unknown fragment '<fragment>'", "没有片段“{fragment}”"),
    Reason("UNUSED_FRAGMENT", "Fragment '<fragment>' is never used", "片段“{fragment}”没有用到"),
    Reason(
        "REPEATED_FRAGMENT",
        "There can be only one fragment named '<fragment>'",
        "片段“{fragment}”只能定义一次",
    ),
    Reason(
        "FRAGMENT_CYCLE",
        "Cannot spread fragment '<fragment>' within itself",
        "片段“{fragment}”不得包含自身",
    ),
    Reason(
        "IMPOSSIBLE_FRAGMENT",
        "Fragment '<fragment>' cannot be spread here as objects of type '<type>'",
        "片段“{fragment}”不适用于类型“{type}”",
    ),
    Reason(
        "IMPOSSIBLE_FRAGMENT",
        "Fragment cannot be spread here as objects of type '<type>'",
        "此片段不适用于类型“{type}”",
    ),
    Reason(
        "FRAGMENT_ON_VALUE",
        "Fragment '<fragment>' cannot condition on non composite type '<type>'",
        "片段“{fragment}”不得以类型“{type}”为条件，它没有字段",
    ),
    Reason(
        "FRAGMENT_ON_VALUE",
        "Fragment cannot condition on non composite type '<type>'",
        "片段不得以类型“{type}”为条件，它没有字段",
    ),
    Reason(
        "UNDEFINED_VARIABLE",
        "Variable '$<variable>' is not defined",
        "操作没有声明变量“${variable}”",
        "variable",
    ),
    Reason(
        "UNUSED_VARIABLE",
        "Variable '$<variable>' is never used",
        "变量“${variable}”声明了但没有用到",
        "variable",
    ),
    Reason(
        "VARIABLE_OF_OTHER_TYPE",
        "Variable '$<variable>' of type '<type>' used in position expecting type '<wanted>'",
        "变量“${variable}”的类型是“{type}”，此处须为“{wanted}”",
        "variable",
    ),
    Reason(
        "VARIABLE_OF_OUTPUT_TYPE",
        "Variable '$<variable>' cannot be non-input type '<type>'",
        "变量“${variable}”不得为类型“{type}”，它不是输入类型",
        "variable",
    ),
    Reason(
        "REPEATED_VARIABLE",
        "There can be only one variable named '$<variable>'",
        "变量“${variable}”只能声明一次",
        "variable",
    ),
    Reason(
        "REPEATED_OPERATION",
        "There can be only one operation named '<operation>'",
        "操作名“{operation}”只能用一次",
    ),
    Reason(
        "ANONYMOUS_OPERATION",
        "This anonymous operation must be the only",
        "文档含有多个操作时，每个都须有名称",
    ),
    Reason(
        "SUBSCRIPTION_ROOT",
        "Subscription '<operation>' must",
        "订阅“{operation}”只能选取一个根字段，且不得附带条件",
    ),
    Reason(
        "SUBSCRIPTION_ROOT", "Anonymous Subscription must", "订阅只能选取一个根字段，且不得附带条件"
    ),
    Reason(
        "NOT_EXECUTABLE", "The <definition> definition is not executable", "文档中只能有操作和片段"
    ),
    Reason(
        "NOT_EXECUTABLE",
        "The '<definition>' definition is not executable",
        "文档中只能有操作和片段",
    ),
)
"""Of a document as a whole."""

VALUE: Final = (
    Reason(
        "MISSING_INPUT_FIELD",
        "Expected value of type '<type>' to include required field '<field>'",
        "“{type}”必须给出输入字段“{field}”",
        "field",
    ),
    Reason(
        "UNKNOWN_INPUT_FIELD",
        "Expected value of type '<type>' not to include unknown field '<field>'",
        "“{type}”没有输入字段“{field}”",
        "field",
    ),
    Reason(
        "UNKNOWN_INPUT_FIELD",
        "Expected value of type '<type>' not to include unknown field",
        "所给字段中有“{type}”没有的",
    ),
    Reason(
        "NULL_VALUE",
        "Expected value of non-null type '<type>' not to be None",
        "不得为空（类型“{type}”）",
    ),
    Reason(
        "NULL_VALUE",
        "Expected variable '$<variable>' provided to non-null type '<type>' not to be None",
        "变量“${variable}”不得为空（类型“{type}”）",
    ),
    Reason(
        "MISSING_VALUE",
        "Expected a value of non-null type '<type>' to be provided",
        "必须给出值（类型“{type}”）",
    ),
    Reason(
        "VALUE_OF_OTHER_TYPE",
        "Expected value of type '<type>' to be an object",
        "须为“{type}”对象",
    ),
    Reason("VALUE_OF_OTHER_TYPE", "Expected value of type '<type>'", "不是“{type}”类型的值"),
    Reason("UNKNOWN_ENUM_VALUE", "Enum '<type>' cannot represent", "不是枚举“{type}”的写法"),
    Reason("VALUE_OF_OTHER_TYPE", "<type> cannot represent", "不是“{type}”类型的值"),
)
"""Of one value, in the document or in the variables."""
_UNKNOWN_WORD: Final = re.compile(r"Value '.*' does not exist in '(?P<type>\w+)' enum", re.DOTALL)
_PLACED: Final = re.compile(
    r"(?:Variable '\$(?P<variable>\w+)'|Argument '(?P<argument>\w+)') has invalid (?:default )?value"
    r"(?: at (?P<path>(?:\.\w+|\[\d+\])+))?: ",
)
"""What stands before the reason where a value's place is known."""


def reason_of(error: GraphQLError) -> Told | None:
    """Why it was refused; None where that is not listed."""
    if isinstance(error, GraphQLSyntaxError):
        return Told("SYNTAX", _where(error) + "附近语法有误", None)
    placed = _PLACED.match(error.message)
    if placed is None:
        of_value = _of_a_value(error.message)
        if of_value is not None:
            return of_value._replace(zh=f"{_where(error)}的值：{of_value.zh}")
        return _of_a_document(error.message)
    found = _of_a_value(error.message[placed.end() :])
    what = f"变量“${placed['variable']}”" if placed["variable"] else f"参数“{placed['argument']}”"
    place = f"{what}的“{placed['path']}”" if placed["path"] else what
    zh = found.zh if found else "取值无效"
    field = f"{placed['argument']}{placed['path'] or ''}" if placed["argument"] else None
    return Told(found.code if found else "INVALID_VALUE", f"{place}：{zh}", field)


def _where(error: GraphQLError) -> str:
    place = next(iter(error.locations or ()), None)
    return f"第{place.line}行第{place.column}列" if place else ""


def _of_a_document(text: str) -> Told | None:
    return next(filter(None, (_told(reason, text) for reason in DOCUMENT)), None)


def _of_a_value(text: str) -> Told | None:
    unknown = _UNKNOWN_WORD.match(text)
    if unknown is not None:
        return Told("UNKNOWN_ENUM_VALUE", f"枚举“{unknown['type']}”中没有这个值", None)
    return next(filter(None, (_told(reason, text) for reason in VALUE)), None)


def _told(reason: Reason, text: str) -> Told | None:
    names = reason.match(text)
    if names is None:
        return None
    said = names.groupdict()
    field = said[reason.field] if reason.field else None
    prefix = "variables." if reason.field == "variable" else ""
    return Told(reason.code, reason.zh.format(**said), f"{prefix}{field}" if field else None)
