"""Plain values as what they are of: the one place where ``msgspec`` makes domain values.

The first of a kind is read by one thread alone. ``msgspec`` (0.22.0) keeps what it learns of a class on that class, and
keeps it before it has learned all: a second thread that reads the same class meanwhile follows a null pointer, and the
process is gone. Sixteen officers who opened one report at the same moment did that to a new decider.
"""

from __future__ import annotations

import threading
from typing import Any, Final, TypeVar

import msgspec

T = TypeVar("T")
_LEARNED: Final[dict[Any, msgspec.json.Decoder[Any]]] = {}
_LEARNING: Final = threading.Lock()


def typed(plain: Any, kind: Any) -> Any:
    """``plain`` (of JSON's types) as a ``kind``: a class, or anything else a field may be declared as.

    Raises ``msgspec.ValidationError`` for values that are none.
    """
    _decoder(kind)
    return msgspec.convert(plain, kind, strict=False)  # noqa: TID251 - here


def typed_bytes(text: bytes, kind: type[T]) -> T:
    """What ``msgspec.json.encode`` wrote of a ``kind``. Raises ``msgspec.DecodeError`` for what it never wrote."""
    read: T = _decoder(kind).decode(text)
    return read


def _decoder(kind: Any) -> msgspec.json.Decoder[Any]:
    found = _LEARNED.get(kind)
    if found is None:
        with _LEARNING:
            found = _LEARNED[kind] = msgspec.json.Decoder(kind)
    return found
