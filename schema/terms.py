"""词表 · The field's vocabularies: what each code of a column, a filter or a timeline's value is called.

Enums of inputs have their labels in the schema. Columns hold codes as text, so that what was recorded in a word that is
no more can still be read; their descriptions name the vocabulary, and it is told here. Everybody who is signed in may
know the words.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache

import strawberry

import domain.actions  # noqa: F401 - registers the domain
from domain.labels import Label, Term, title_of
from domain.risk import DEFAULT_SCALE
from projections.column_terms import TIER


@strawberry.type(description="用语 · A code and what it is called.")
class TermValue:
    """``zh`` is the term of record."""

    code: str
    zh: str
    en: str


@strawberry.type(description="词表 · A vocabulary of the field.")
class Vocabulary:
    """``name`` is what descriptions of columns and types of inputs call it."""

    name: str
    zh: str
    en: str
    values: list[TermValue]


def _kinds(kind: type[Term]) -> Iterator[type[Term]]:
    for below in kind.__subclasses__():
        yield below
        yield from _kinds(below)


@dataclass(frozen=True)
class Words:
    """What a vocabulary is called, and its codes."""

    title: Label
    codes: Mapping[str, Label]


@cache
def vocabularies() -> Mapping[str, Words]:
    """Each vocabulary, in the order of their names."""
    found = {
        kind.__name__: Words(title_of(kind), {m.value: Label(m.zh, m.en) for m in kind})
        for kind in _kinds(Term)
    }
    found[TIER] = Words(
        Label("风险等级", "Tiers of risk, as the scale has them"),
        {t.code: Label(t.zh, t.en) for t in DEFAULT_SCALE.tiers},
    )
    return dict(sorted(found.items()))


async def terms(names: list[str] | None = None) -> list[Vocabulary]:
    """All of them, or those of these names; a name of none is left out."""
    return [
        Vocabulary(
            name=name,
            zh=told.title.zh,
            en=told.title.en,
            values=[TermValue(code=c, zh=said.zh, en=said.en) for c, said in told.codes.items()],
        )
        for name, told in vocabularies().items()
        if names is None or name in names
    ]
