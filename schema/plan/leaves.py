"""How a column's text form becomes the JSON that graphql-core and orjson would have written, byte for byte.

PostgreSQL's text forms with ``TimeZone=UTC`` and ``DateStyle=ISO`` (``projections.pipeline.OPTIONS``) against the
scalars of the schema: UUID and Date are the same text; DateTime is Python's ``isoformat``; Int is refused beyond 32
bits (GraphQL specification 3.5.1), which is the reference's error to tell.
"""

from __future__ import annotations

import types
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from functools import lru_cache
from json.encoder import encode_basestring
from typing import Any, Final, NewType, Union, get_args, get_origin
from uuid import UUID

import orjson

from schema.plan.compilation import Encoder
from schema.plan.selection import Deopt, Unfit, Unplanned

INT_MAX = 2**31 - 1
CACHED = 20_000
"""Distinct array texts remembered: lists of codes repeat from row to row."""
_SECONDS = len("2025-03-03 00:00:00+00")
_WHOLE = frozenset({_SECONDS, len("2025-03-03 00:00:00.123456+00")})
"""Lengths of a time that has no fraction, or all six digits of it."""


def moment_json(text: str) -> str:
    """``2025-03-03 00:00:00.5+00`` → ``2025-03-03T00:00:00.500000+00:00``."""
    if len(text) in _WHOLE and text[-3:] == "+00" and text[4] == "-":
        return f"{text[:10]}T{text[11:]}:00"
    return f"{text[:10]}T{fraction_filled(text)[11:]}"


def fraction_filled(text: str) -> str:
    """A time of PostgreSQL as Python's ``str`` writes it: six digits or none, the offset in full."""
    if not text.endswith("+00") or len(text) < _SECONDS or text[4] != "-":
        raise Deopt
    clock, _, fraction = text[:-3].partition(".")
    return f"{clock}.{fraction:0<6}+00:00" if fraction else f"{clock}+00:00"


def whole(text: str) -> str:
    """An Int, if it is one to GraphQL."""
    if abs(int(text)) > INT_MAX:
        raise Deopt
    return text


def json_value(text: str) -> str:
    """A jsonb value without PostgreSQL's blanks."""
    return orjson.dumps(orjson.loads(text)).decode()


def array_items(text: str) -> list[str]:
    """The elements of a one-dimensional array in text form, without NULLs (PostgreSQL, "Array Input and Output")."""
    if text == "{}":
        return []
    if '"' not in text:
        return text[1:-1].split(",")
    items, current, quoted, i = [], "", False, 1
    while i < len(text) - 1:
        c = text[i]
        if c == "\\":
            i += 1
            current += text[i]
        elif c == '"':
            quoted = not quoted
        elif c == "," and not quoted:
            items.append(current)
            current = ""
        else:
            current += c
        i += 1
    return [*items, current]


def present(cell: str | None) -> str:
    """A cell that cannot be NULL by its declaration."""
    if cell is None:
        raise Deopt
    return cell


class Arrays(dict[str, str]):
    """Array text → JSON text, remembered."""

    def __missing__(self, text: str) -> str:
        if len(self) >= CACHED:
            self.clear()
        made = self[text] = "[" + ",".join(map(encode_basestring, array_items(text))) + "]"
        return made


def missing() -> str:
    """A fragment is not in its row: the columns are told instead."""
    raise Unfit


NAMES: dict[str, Any] = {
    "text": encode_basestring,
    "moment": moment_json,
    "whole": whole,
    "arrays": Arrays(),
    "json_value": json_value,
    "truth": {"t": "true", "f": "false"},
    "NULL": "null",
    "QUOTE": '"',
    "missing": missing,
}
"""What generated encoders call."""


def expression(plain: Any, cell: str) -> str:
    """The replacement field of an f-string that writes ``cell`` (a column of this type, as text) as JSON."""
    inner, nullable = _nullable(plain)
    made = _expression(inner, cell)
    return f"{{NULL if {cell} is None else {made}}}" if nullable else f"{{{made}}}"


def _nullable(plain: Any) -> tuple[Any, bool]:
    if get_origin(plain) in {Union, types.UnionType}:
        (inner,) = [a for a in get_args(plain) if a is not type(None)]
        return inner, True
    return plain, False


def _expression(plain: Any, cell: str) -> str:
    if isinstance(plain, NewType):
        return _expression(plain.__supertype__, cell)
    if get_origin(plain) is tuple and get_args(plain)[0] in {str, UUID}:
        return f"arrays[{cell}]"
    if get_origin(plain) is dict:
        return f"json_value({cell})"
    known = {
        UUID: f"QUOTE + {cell} + QUOTE",
        date: f"QUOTE + {cell} + QUOTE",
        datetime: f"QUOTE + moment({cell}) + QUOTE",
        str: f"text({cell})",
        int: f"({cell} if len({cell}) < 10 else whole({cell}))",
        bool: f"truth[{cell}]",
    }
    if plain not in known:
        raise Unplanned(f"no encoding of {plain!r}")
    return known[plain]


PLACED: Final = "(r, p, x)"
"""How a member is called that needs to know where its row stands, and for whom."""


def encoder(members: Iterable[str], more: Mapping[str, Any]) -> Encoder:
    """What writes a row ``r`` as an object. ``members``: their text, values as replacement fields of an f-string, which
    may call what is in ``NAMES`` and in ``more``. Those that call nothing more are the same encoder when made again.
    """
    text = "{{" + ",".join(members) + "}}"
    return _made(text, {**NAMES, **more}) if more else _plain(text)


@lru_cache(maxsize=CACHED)
def _plain(text: str) -> Encoder:
    return _made(text, dict(NAMES))


def _made(text: str, names: dict[str, Any]) -> Encoder:
    each = "for i, r in enumerate(rows) for p in [(at, i)]" if PLACED in text else "for r in rows"
    exec(  # noqa: S102 - made of GraphQL names and of this package's own text
        f"def one(r, p, x):\n    return f'''{text}'''\n"
        f"def all_of(rows, at, x):\n    return ','.join([f'''{text}''' {each}])\n",
        names,
    )
    return Encoder(names["one"], names["all_of"])


def written(members: Mapping[str, str]) -> Callable[[Sequence[Any]], str]:
    """Writes rows ``r`` as an array of objects: response key → a text, or the replacement field of a value."""
    write = encoder([f'"{key}":{cell}' for key, cell in members.items()], {}).all
    return lambda rows: f"[{write(rows, None, None)}]"  # type: ignore[arg-type]
