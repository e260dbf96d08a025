"""Keyset cursors: opaque, signed, and steady when rows are inserted between pages (GraphQL Cursor Connections).

A cursor holds the sort values and the key of one row, signed with the application's key, so that it can neither be read
as an offset nor made up to probe for values.
"""

from __future__ import annotations

import hashlib
import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as BadBase64
from typing import Any

import orjson

from schema.transport.errors import Code, CodedError

MAC_BYTES = 12
FIRST_MAX = 100
FIRST_DEFAULT = 50


def encode(key: bytes, kind: str, values: list[Any]) -> str:
    """The cursor of a row of ``kind`` with these sort values."""
    body = orjson.dumps([kind, *values])
    return urlsafe_b64encode(_mac(key, body) + body).decode().rstrip("=")


def decode(key: bytes, kind: str, cursor: str) -> list[Any]:
    """The sort values of a cursor; ``BAD_USER_INPUT`` for anything this application did not make for ``kind``."""
    try:
        raw = urlsafe_b64decode(cursor.encode("ascii") + b"=" * (-len(cursor) % 4))
    except (BadBase64, ValueError) as error:
        raise no_cursor("after") from error
    mac, body = raw[:MAC_BYTES], raw[MAC_BYTES:]
    if not body or not hmac.compare_digest(mac, _mac(key, body)):
        raise no_cursor("after")
    given = orjson.loads(body)
    if given[0] != kind:
        raise no_cursor("after")
    return list(given[1:])


def page_size(first: int | None, most: int = FIRST_MAX) -> int:
    """``first`` within bounds; ``BAD_USER_INPUT`` outside."""
    if first is None:
        return FIRST_DEFAULT
    if not 1 <= first <= most:
        zh, en = f"每页1至{most}条", f"A page has 1 to {most} entries"
        raise CodedError(Code.BAD_USER_INPUT, zh=zh, en=en, field="first")
    return first


def offset(after: int) -> int:
    """How many to leave out, where a list is of one answer; ``BAD_USER_INPUT`` for less than none."""
    if after < 0:
        raise no_cursor("after")
    return after


def _mac(key: bytes, body: bytes) -> bytes:
    return hmac.new(key, b"cursor|" + body, hashlib.sha256).digest()[:MAC_BYTES]


def no_cursor(argument: str) -> CodedError:
    """What is said of a cursor that was not given here."""
    return CodedError(
        Code.BAD_USER_INPUT,
        zh="不是此列表给出的游标",
        en="No cursor that this list has given",
        field=argument,
    )
