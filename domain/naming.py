"""点名的儿童 · Which children a command names beside its own stream: they must be seen, and their files are loaded."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from domain.kernel import Command


def named_children(command: Command[Any]) -> tuple[UUID, ...]:
    """By the fields the command declares (``child_fields``), each with one child or with several."""
    named = (getattr(command, name, None) or () for name in type(command).child_fields)
    return tuple(c for one in named for c in (one if isinstance(one, tuple) else (one,)))
