"""言之有物 · What must be written says something: a text that a command requires is not blank (SH2024-2.3.7-a).

Nor is a line of a list of texts: a conference has no agenda item and no decision of blanks (SH2020-5.1-a).
"""

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
    """Refuses a required text or a line of blanks, by its field; a chapter with words of its own says them first."""
    if command.by_system:
        return
    for spec in type(command).specs:
        given = getattr(command, spec.name)
        required = spec.required and spec.type is str
        written = (given,) if required else given if spec.type == tuple[str, ...] else ()
        if not all(text.strip() for text in written):
            raise SAYS_NOTHING(field=camel(spec.name))
