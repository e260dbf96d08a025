"""言之有物 · What must be written says something: a text that a command requires is not blank (SH2024-2.3.7-a).

Nor is a line of a list of texts: a conference has no agenda item and no decision of blanks (SH2020-5.1-a).
"""

from __future__ import annotations

from typing import Any

from domain.fields import camel
from domain.kernel import Command, Event, Refusal, Refused, decide
from domain.states import S

SAYS_NOTHING = Refusal(
    "says_nothing",
    zh="此项须写明内容，不能为空白",
    en="Something must be written here: it is blank",
)


def blank_in(command: Command[Any]) -> str | None:
    """The first field, as the API calls it, that holds blanks where a text or a line must say something."""
    if command.by_system:
        return None
    for spec in type(command).specs:
        given = getattr(command, spec.name)
        required = spec.required and spec.type is str
        written = (given,) if required else given if spec.type == tuple[str, ...] else ()
        if not all(text.strip() for text in written):
            return camel(spec.name)
    return None


def worded(state: S, command: Command[S]) -> tuple[Event[S], ...]:
    """What a command decides; of one with a blank nothing but that it is blank, in the chapter's words if it has any.

    Whatever else would be refused is not said: else a blank, which is never recorded, would try out what is there.
    """
    blank = blank_in(command)
    try:
        decided = decide(state, command)
    except Refused as refused:
        if blank is None or refused.field == blank:
            raise
        raise SAYS_NOTHING(field=blank) from None
    if blank is not None:
        raise SAYS_NOTHING(field=blank)
    return decided
