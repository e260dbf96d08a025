"""言之有物 · What must be written says something: a text that a command requires is not blank (SH2024-2.3.7-a)."""

from __future__ import annotations

from typing import Any

from domain.fields import camel
from domain.kernel import Command, Refusal

SAYS_NOTHING = Refusal(
    "says_nothing",
    zh="此项须写明内容，不能为空白",
    en="Something must be written here: it is blank",
)


def check_worded(command: Command[Any]) -> None:
    """Refuses a required text of blanks alone, naming its field; a chapter with words of its own says them first."""
    if command.by_system:
        return
    for spec in type(command).specs:
        given = getattr(command, spec.name)
        if spec.required and spec.type is str and not given.strip():
            raise SAYS_NOTHING(field=camel(spec.name))
