"""Labels and terms: what people call a thing. ``zh`` is the term of record, ``en`` its translation."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Self


@dataclass(frozen=True)
class Label:
    """A name in both languages."""

    zh: str
    en: str


class Term(StrEnum):
    """用语 · A closed vocabulary of the field: ``CLOSE_RELATIVE = "CLOSE_RELATIVE", "近亲属", "Close relative"``.

    The docstring of each says what it is called in both languages (``title_of``), its members what they are.
    """

    zh: str
    en: str

    def __new__(cls, value: str, zh: str = "", en: str = "") -> Self:
        """A string with its two labels."""
        member = str.__new__(cls, value)
        member._value_ = value
        member.zh, member.en = zh, en
        return member


def title_of(vocabulary: type[Term]) -> Label:
    """What a vocabulary is called and what it is for: the first paragraph of its docstring, ``中文名 · What for``."""
    said = " ".join((vocabulary.__doc__ or "").partition("\n\n")[0].split())
    zh, _, en = said.partition(" · ")
    return Label(zh, en)


FIELD_LABELS: dict[str, Label] = {}
"""Field name → its label, for forms, the timeline and the docs. One name means one thing everywhere."""


def name_fields(**labels: tuple[str, str]) -> None:
    """Registers what fields are called; a second, different label for one name is a mistake."""
    for name, (zh, en) in labels.items():
        label = Label(zh, en)
        known = FIELD_LABELS.setdefault(name, label)
        assert known == label, f"field {name} is called both {known.zh} and {zh}"
