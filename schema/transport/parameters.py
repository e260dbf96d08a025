"""The parameters of a request (GraphQL over HTTP, "Request Parameters"), from JSON or a URL."""

from dataclasses import dataclass
from urllib.parse import parse_qsl

from .errors import Code, CodedError
from .json_text import read_json


@dataclass(frozen=True, slots=True)
class Parameters:
    """A well-formed request; `query` need not parse. Other properties are ignored."""

    query: str
    operation_name: str | None
    variables: dict[str, object]
    document_id: str | None = None
    """Instead of `query`, which is then empty: a trusted document (`trusted.py`)."""


def parameters_of(value: object) -> Parameters:
    """The parameters in a JSON value: not an object is 400, a wrong or missing member 422."""
    if not isinstance(value, dict):
        raise CodedError(
            Code.BAD_USER_INPUT,
            zh="请求体须为一个JSON对象，不接受批量请求",
            en="The body must be one JSON object; batches are not accepted",
            status=400,
        )
    query, document_id = value.get("query"), value.get("documentId")
    if document_id is not None:
        if not isinstance(document_id, str) or query is not None:
            raise _malformed(
                "documentId",
                "documentId须为字符串，且不得与query并用",
                "documentId must be a string, and stands instead of query",
            )
        query = ""
    if not isinstance(query, str):
        raise _malformed("query", "query须为字符串", "query must be a string")
    operation_name = value.get("operationName")
    if operation_name is not None and not isinstance(operation_name, str):
        raise _malformed("operationName", "operationName须为字符串", "operationName: a string")
    variables = value.get("variables")
    if variables is not None and not isinstance(variables, dict):
        raise _malformed("variables", "variables须为对象", "variables must be an object")
    extensions = value.get("extensions")
    if extensions is not None and not isinstance(extensions, dict):
        raise _malformed("extensions", "extensions须为对象", "extensions must be an object")
    return Parameters(query, operation_name, variables or {}, document_id)


def parameters_of_url(query_string: bytes) -> Parameters:
    """The parameters in a URL's query component; an empty operationName is none."""
    try:
        pairs = parse_qsl(
            query_string.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=20
        )
    except ValueError:
        raise _bad_url() from None
    found = dict(pairs)
    if len(found) != len(pairs) or any("\0" in text for text in found.values()):
        raise _bad_url()
    value: dict[str, object] = {k: found.get(k) for k in ("query", "documentId")}
    value["operationName"] = found.get("operationName") or None
    for name in ("variables", "extensions"):
        if found.get(name):
            value[name] = read_json(found[name].encode())
    return parameters_of(value)


def _malformed(field: str, zh: str, en: str) -> CodedError:
    return CodedError(Code.BAD_USER_INPUT, zh=zh, en=en, field=field)


def _bad_url() -> CodedError:
    return CodedError(
        Code.BAD_USER_INPUT, zh="网址参数有误", en="The URL's parameters are not valid", status=400
    )
