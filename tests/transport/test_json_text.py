"""Reading JSON once where that loses nothing, and twice where it would: the value and the refusals are the same."""

from __future__ import annotations

import json
from typing import Any

import orjson
import pytest

from schema.transport.errors import CodedError
from schema.transport.json_text import MAX_DEPTH, read_json

LONG = 123456789012345678901234567890


def compact(value: object) -> bytes:
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False).encode()


def nested(levels: int) -> Any:
    value: Any = 0
    for _ in range(levels):
        value = {"a": value}
    return value


@pytest.mark.parametrize(
    "value",
    [
        {"query": "{ a }\n", "variables": {"id": "留守", "list": [1, 2.5, None, True, {}]}},
        {"n": LONG, "m": -LONG, "f": 1e300, "e": 1e-7, "zero": -0.0},
        {"slash": "a/b", "marks": '"\\\t\b\f\r\u001f\u007f\u2028', "not NUL": "\\u0000"},
        nested(MAX_DEPTH),
        [],
        "text",
        7,
    ],
)
def test_a_value_is_read_alike_however_it_is_written(value: object) -> None:
    for text in (compact(value), json.dumps(value, indent=1).encode()):
        read = read_json(text)
        assert read == value
        assert repr(read) == repr(json.loads(text))


@pytest.mark.parametrize(
    "text",
    [
        b'{"a":1,"a":1}',
        b'{"a":{"b":1,"c":2,"b":1}}',
        b'{"a":"\\u0000"}',
        b'{"\\u0000":1}',
        b'{"a":"\\ud800"}',
        b"\xef\xbb\xbf{}",
        b'{"a":NaN}',
        b'{"a":1e999}',
        b'{"a":%d}' % 10**41,
        compact(nested(MAX_DEPTH + 1)),
        compact([nested(MAX_DEPTH)]),
        compact(nested(300)),
        orjson.dumps({"deep": nested(MAX_DEPTH)}),
    ],
)
def test_what_cannot_be_kept_as_it_was_said_is_refused(text: bytes) -> None:
    with pytest.raises(CodedError) as refused:
        read_json(text)
    assert refused.value.status == 400
