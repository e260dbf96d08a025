"""The order of the pages: streams as a reader meets them, chapters as their package lists them."""

from __future__ import annotations

import ast
import importlib
import inspect
from functools import cache
from typing import Any

from domain.kernel import COMMANDS, STREAMS, Command

STREAM_ORDER = ("child", "case", "unit", "rules", "access")


def streams() -> list[str]:
    """Every stream."""
    return [*STREAM_ORDER, *sorted(s for s in STREAMS if s not in STREAM_ORDER)]


def chapters(stream: str) -> dict[str, list[type[Command[Any]]]]:
    """Module → its commands on this stream, in the order of the source."""
    found: dict[str, list[type[Command[Any]]]] = {}
    for command in COMMANDS.values():
        if command.state_type.stream == stream:
            found.setdefault(command.__module__, []).append(command)
    listed = _listed(f"domain.{stream}")
    last = len(listed)
    return dict(sorted(found.items(), key=lambda item: (listed.get(item[0], last), item[0])))


@cache
def _listed(package: str) -> dict[str, int]:
    """The modules a package imports, with their place in its list."""
    tree = ast.parse(inspect.getsource(importlib.import_module(package)))
    names = [a.name for node in ast.walk(tree) if isinstance(node, ast.Import) for a in node.names]
    return {name: place for place, name in enumerate(names)}
