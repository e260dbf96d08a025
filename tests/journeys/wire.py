"""From Python to GraphQL: inputs as a client sends them, a document for each mutation, times in Shanghai."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from enum import Enum
from functools import cache
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import domain.actions  # noqa: F401 - registers the domain
from domain.kernel import COMMANDS, Command
from schema.scalars import camel

LOCAL = ZoneInfo("Asia/Shanghai")
OUTCOME = """__typename
    ... on CommandDone { id stream version position events repeated }
    ... on RuleRefused { code zh en field clauses { id document quoteZh } }
    ... on VersionConflict { code zh en currentVersion }
    ... on NotFoundOrForbidden { code zh en }
    ... on InvalidInput { code zh en field }"""


def local(text: str) -> datetime:
    """``"2025-03-03 08:40"`` (or a day alone: its beginning) in Asia/Shanghai."""
    return datetime.fromisoformat(text).replace(tzinfo=LOCAL)


def wire(value: Any) -> Any:
    """A Python value as JSON: terms by name, ids and dates as text, ``snake_case`` keys as ``camelCase``."""
    match value:
        case Enum():
            return value.name
        case UUID():
            return str(value)
        case datetime() | date():
            return value.isoformat()
        case Mapping():
            return {camel(str(key)): wire(each) for key, each in value.items()}
        case list() | tuple() | set() | frozenset():
            return [wire(each) for each in value]
        case _:
            return value


@cache
def command_of(mutation: str) -> type[Command[Any]]:
    """``escortChild`` → ``EscortChild``; ``LookupError`` if nothing is called so."""
    name = mutation[:1].upper() + mutation[1:]
    for command in COMMANDS.values():
        if command.__name__ == name:
            return command
    raise LookupError(f"no command is called {name}")


@cache
def mutation_document(mutation: str) -> str:
    """The document that puts one command and asks for the whole outcome."""
    command = command_of(mutation)
    declared = {"commandId": "UUID!", "occurrence": "OccurrenceInput", "onBehalfOf": "UUID"}
    if not command.opens:
        declared |= {"id": "UUID!", "expectedVersion": "Int!"}
    if command.specs:
        declared["input"] = f"{command.__name__}Input!"
    head = ", ".join(f"${name}: {kind}" for name, kind in declared.items())
    arguments = ", ".join(f"{name}: ${name}" for name in declared)
    return f"mutation {command.__name__}({head}) {{ outcome: {mutation}({arguments}) {{ {OUTCOME} }} }}"
