"""Coded, bilingual errors and the mask that lets nothing else out.

Every error a client sees carries `extensions {code, zh, en, traceId, field?, clauses?, reason?}`;
`reason` tells why a document or its variables were refused (`reasons`). What the code did not
mean to say (an exception of a library, of the database, of a resolver) is answered as INTERNAL
with a trace id; the log holds that id, the kind of exception and the line of code, never its
text, the query, its arguments or a name.
"""

import logging
import os
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from pathlib import Path
from types import MappingProxyType

from graphql import GraphQLError, VariableNode
from graphql.language import VariableDefinitionNode

from .reasons import reason_of

logger = logging.getLogger("yidang.transport")

OF_A_VALUE = re.compile(r"Variable '\$\w+' has invalid value\b")
PLACE_IN_VARIABLE = re.compile(OF_A_VALUE.pattern + r" at ((?:\.\w+|\[\d+\])+):")
DID_YOU_MEAN = re.compile(r"\s*Did you mean .*\?\s*$", re.DOTALL)


class Code(StrEnum):
    """What kind of no this is; a client branches on it and on nothing else."""

    UNAUTHENTICATED = "UNAUTHENTICATED"
    FORBIDDEN = "FORBIDDEN"
    FIELD_NOT_PERMITTED = "FIELD_NOT_PERMITTED"
    BAD_USER_INPUT = "BAD_USER_INPUT"
    NOT_FOUND_OR_FORBIDDEN = "NOT_FOUND_OR_FORBIDDEN"
    CONFLICT = "CONFLICT"
    THROTTLED = "THROTTLED"
    UNAVAILABLE = "UNAVAILABLE"
    INTERNAL = "INTERNAL"


@dataclass(frozen=True, slots=True)
class Wording:
    """The standing words of a code, and the HTTP status when no data was produced."""

    zh: str
    en: str
    status: int


WORDINGS: Mapping[Code, Wording] = MappingProxyType(
    {
        Code.UNAUTHENTICATED: Wording("请先登录", "Sign in first", 401),
        Code.FORBIDDEN: Wording("无权进行此操作", "Not permitted", 403),
        Code.FIELD_NOT_PERMITTED: Wording(
            "不得按此项筛选或排序", "Not permitted to filter or order by this", 403
        ),
        Code.BAD_USER_INPUT: Wording("请求内容有误", "The request is not valid", 422),
        Code.NOT_FOUND_OR_FORBIDDEN: Wording(
            "不存在或无权查看", "Not found, or not permitted", 404
        ),
        Code.CONFLICT: Wording("数据已被他人更新", "Changed by somebody else meanwhile", 409),
        Code.THROTTLED: Wording("请求过于频繁，请稍后再试", "Too many requests, try later", 429),
        Code.UNAVAILABLE: Wording("服务暂不可用，请稍后再试", "Unavailable, try later", 503),
        Code.INTERNAL: Wording("系统内部错误", "Internal error", 500),
    }
)


class CodedError(Exception):
    """An error that is meant for the client: its code and words pass the mask as they are.

    `field` names the input at fault, `clauses` the clause ids that make it an error, `extra`
    further extensions (e.g. `currentVersion` of a CONFLICT). `status` overrides the code's HTTP
    status and `headers` are added to the answer; both count only when the error is the answer.
    """

    def __init__(  # noqa: PLR0913 - keyword-only, each optional
        self,
        code: Code,
        *,
        zh: str | None = None,
        en: str | None = None,
        field: str | None = None,
        clauses: Sequence[str] = (),
        extra: Mapping[str, object] | None = None,
        status: int | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        wording = WORDINGS[code]
        self.code = code
        self.zh = zh or wording.zh
        self.en = en or wording.en
        self.field = field
        self.clauses = tuple(clauses)
        self.extra = dict(extra or {})
        self.status = status or wording.status
        self.headers = dict(headers or {})
        super().__init__(self.en)

    def __reduce__(self) -> tuple[Callable[[], "CodedError"], tuple[()]]:
        """The same error in another process."""
        said = {name: value for name, value in vars(self).items() if name != "code"}
        return partial(CodedError, self.code, **said), ()

    def extensions(self, trace_id: str) -> dict[str, object]:
        """The `extensions` of this error in an answer."""
        found: dict[str, object] = {**self.extra, "code": self.code.value}
        found |= {"zh": self.zh, "en": self.en, "traceId": trace_id}
        if self.field is not None:
            found["field"] = self.field
        if self.clauses:
            found["clauses"] = list(self.clauses)
        return found

    def formatted(self, trace_id: str) -> dict[str, object]:
        """The error as an entry of `errors`, not tied to a place in the document."""
        return {"message": self.en, "extensions": self.extensions(trace_id)}


class InvalidDocument(Exception):
    """A document that graphql-core refuses; `errors` are its reasons (parse: 400, else 422)."""

    def __init__(self, errors: Sequence[GraphQLError], status: int) -> None:
        super().__init__(f"{len(errors)} errors")
        self.errors = tuple(errors)
        self.status = status


def new_trace_id() -> str:
    """128 random bits in hex: what a user reads out and an operator looks up."""
    return os.urandom(16).hex()


Translate = Callable[[BaseException], "CodedError | None"]
"""What an exception of the application means to a client; None if it means nothing: then INTERNAL."""


def mask(
    errors: Iterable[BaseException],
    *,
    trace_id: str | None = None,
    suggestions: bool = False,
    translate: Translate = lambda _: None,
) -> list[dict[str, object]]:
    """The entries of `errors` for the client.

    A `CodedError`, also one that graphql-core wrapped, is shown as it is. An error of graphql-core
    without a path came before execution: it speaks of the client's own document or variables and
    is shown too, without "Did you mean …?" unless `suggestions`. All else is INTERNAL.
    """
    trace_id = trace_id or new_trace_id()
    return [
        _masked(error, trace_id=trace_id, suggestions=suggestions, translate=translate)
        for error in errors
    ]


def code_of(formatted: Mapping[str, object]) -> Code:
    """The code of an entry made by `mask`."""
    extensions = formatted["extensions"]
    return Code(extensions["code"]) if isinstance(extensions, dict) else Code.INTERNAL


def log_failure(trace_id: str, code: Code, error: BaseException) -> None:
    """Write one line that finds the fault and tells nothing of the request."""
    logger.error(
        "code=%s trace=%s kind=%s at=%s", code, trace_id, type(error).__name__, _line_of(error)
    )


def _masked(
    error: BaseException, *, trace_id: str, suggestions: bool, translate: Translate
) -> dict[str, object]:
    coded = translate(_root(error)) or _coded(error, suggestions=suggestions)
    meant = coded is _root(error)  # refused on purpose: a line for each would be a load of its own
    if coded.code in {Code.INTERNAL, Code.UNAVAILABLE} and not meant:
        log_failure(trace_id, coded.code, _root(error))
    entry: dict[str, object] = {"message": coded.en}
    if isinstance(error, GraphQLError):
        if error.locations:
            entry["locations"] = [place.formatted for place in error.locations]
        if error.path is not None:
            entry["path"] = error.path
    entry["extensions"] = coded.extensions(trace_id)
    return entry


def _coded(error: BaseException, *, suggestions: bool) -> CodedError:
    root = _root(error)
    if isinstance(root, CodedError):
        return root
    if not isinstance(error, GraphQLError) or (
        error.path is not None and not _is_bad_argument(root)
    ):
        return CodedError(Code.INTERNAL)
    if not isinstance(root, GraphQLError):  # a scalar's own exception: its text is not for clients
        return CodedError(Code.BAD_USER_INPUT)
    text = error.message if suggestions else DID_YOU_MEAN.sub("", error.message)
    reason, zh = reason_of(error), "查询文档或变量未通过校验"
    if reason is None:
        return CodedError(Code.BAD_USER_INPUT, zh=zh, en=text, field=_variable_of(error))
    return CodedError(
        Code.BAD_USER_INPUT,
        zh=f"{zh}：{reason.zh}",
        en=text,
        field=_variable_of(error) or reason.field,
        extra={"reason": reason.code},
    )


def _variable_of(error: GraphQLError) -> str | None:
    """`variables.<name>` and the place in it, where graphql-core speaks of a variable's value."""
    node = next(iter(error.nodes or ()), None)
    if isinstance(node, VariableDefinitionNode):
        name, place = node.variable.name.value, PLACE_IN_VARIABLE.match(error.message)
        if place is None and not OF_A_VALUE.match(error.message):
            return None
        return f"variables.{name}{place[1] if place else ''}"
    if isinstance(node, VariableNode) and _is_bad_argument(error):
        return f"variables.{node.name.value}"
    return None


def _root(error: BaseException) -> BaseException:
    """The exception that graphql-core wrapped, however often it did."""
    while isinstance(error, GraphQLError) and error.original_error is not None:
        error = error.original_error
    return error


def _is_bad_argument(root: BaseException) -> bool:
    """Is it graphql-core's refusal of an argument whose variable was null or absent?"""
    return isinstance(root, GraphQLError) and root.message.startswith("Argument ")


def _line_of(error: BaseException) -> str:
    trace = error.__traceback__
    if trace is None:
        return "?"
    while trace.tb_next is not None:
        trace = trace.tb_next
    return f"{Path(trace.tb_frame.f_code.co_filename).name}:{trace.tb_lineno}"
