"""JSON from outside, read strictly (RFC 8259; I-JSON, RFC 7493, for duplicate names).

Refused with BAD_USER_INPUT (400): invalid UTF-8, a byte order mark, lone surrogates, NUL, NaN
and Infinity, numbers beyond a double, integers of very many digits, duplicate names, deep nesting.
What passes can be stored as PostgreSQL text and walked by recursion.
"""

import json
from collections.abc import Iterator, Sequence

import orjson

from .errors import Code, CodedError

MAX_DEPTH = 40  # levels; a document of ours nests its variables four or five deep
NUL = b"\\u0000"
MAX_DIGITS = 40  # of one integer; beyond it Python's own conversion refuses (4,300) or is slow


def read_json(text: bytes) -> object:
    """The value of a JSON text, or CodedError BAD_USER_INPUT with status 400."""
    value: object
    try:
        # orjson first: it alone refuses lone surrogates, byte order marks and deep nesting
        # without recursion.
        value = orjson.loads(text)
        if _says_all(value, text) and NUL not in text:
            if text.count(b"{") + text.count(b"[") > MAX_DEPTH:
                _refuse_deep(value)
            return value
        # The second reading keeps large integers and sees duplicate names.
        value = json.loads(text, object_pairs_hook=_unique, parse_int=_integer)
    except (ValueError, RecursionError):
        raise bad_json() from None
    for scalar in _scalars(value):
        if isinstance(scalar, str) and "\0" in scalar:
            raise bad_json()
    return value


def _says_all(value: object, text: bytes) -> bool:
    """Whether a value, written anew, is the text it was read from, byte for byte: then reading lost nothing (no name
    that came twice, no digit of a long number). Most clients write as compactly as orjson does."""
    try:
        return orjson.dumps(value) == text
    except TypeError:  # too deep to be written
        return False


def _refuse_deep(value: object) -> None:
    """As ``_scalars``, level by level, looking at what holds others alone."""
    level: list[object] = [value]
    for _ in range(MAX_DEPTH + 1):
        inner: list[object] = []
        for item in level:
            if type(item) is dict:
                inner += item.values()
            elif type(item) is list:
                inner += item
        if not inner:
            return
        level = inner
    raise bad_json()


def bad_json() -> CodedError:
    """The one answer to every text that is not strict JSON: it echoes nothing."""
    return CodedError(
        Code.BAD_USER_INPUT, zh="请求体不是有效的JSON", en="The body is not valid JSON", status=400
    )


def _unique(pairs: Sequence[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("duplicate name")
    return found


def _integer(digits: str) -> int:
    if len(digits) > MAX_DIGITS:
        raise ValueError("too many digits")
    return int(digits)


def _scalars(value: object) -> Iterator[object]:
    """Every name and scalar inside a value, without recursion; too deep a value is refused."""
    stack: list[tuple[object, int]] = [(value, 0)]
    while stack:
        item, depth = stack.pop()
        if depth > MAX_DEPTH:
            raise bad_json()
        if isinstance(item, dict):
            yield from item
            stack.extend((member, depth + 1) for member in item.values())
        elif isinstance(item, list):
            stack.extend((member, depth + 1) for member in item)
        else:
            yield item
