"""Every state can be written out and read again, so that it can be kept (``eventlog.snapshots``)."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from typing import Any, get_args, get_type_hints
from uuid import UUID

import msgspec
import pytest

import domain.actions  # noqa: F401 - declares all streams
from domain.kernel import STREAMS, State
from domain.typed import typed_bytes


@pytest.mark.parametrize("kind", STREAMS.values(), ids=STREAMS)
def test_a_state_says_of_everything_what_it_is(kind: type[State]) -> None:
    assert [*_unsaid(kind, kind.__name__, set())] == []
    empty = kind(id=UUID(int=7))
    assert typed_bytes(msgspec.json.encode(empty), kind) == empty


def _unsaid(kind: Any, path: str, seen: set[Any]) -> list[str]:
    """The places below at which anything may stand, or something whose order is lost in writing."""
    if kind is Any or kind is object:
        return [path]
    found = [u for part in get_args(kind) for u in _unsaid(part, path, seen)]
    if isinstance(kind, type) and is_dataclass(kind) and kind not in seen:
        seen.add(kind)
        hints = get_type_hints(kind)
        for field in fields(kind):
            found += _unsaid(hints[field.name], f"{path}.{field.name}", seen)
    return found
