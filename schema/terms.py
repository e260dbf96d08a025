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
from domain.clauses import DOCUMENTS
from domain.labels import Label, Term, title_of
from domain.packfile import PLATFORM
from domain.parameters import PARAMETERS
from domain.risk import DEFAULT_SCALE
from domain.states import STREAMS
from projections.column_terms import DUE_BASIS, STREAM, TIER
from projections.due import bases
from projections.queues import due_by

DOCUMENT, PARAMETER = "Document", "Parameter"
"""The vocabularies of the five texts with the platform's own pack, and of what a pack may lay down."""


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
class Wordlist:
    """What a vocabulary is called, and its codes."""

    title: Label
    codes: Mapping[str, Label]


@cache
def vocabularies() -> Mapping[str, Wordlist]:
    """Each vocabulary, in the order of their names."""
    found = {
        kind.__name__: Wordlist(title_of(kind), {m.value: Label(m.zh, m.en) for m in kind})
        for kind in _kinds(Term)
    }
    found[TIER] = Wordlist(
        Label("风险等级", "Tiers of risk, as the scale has them"),
        {t.code: Label(t.zh, t.en) for t in DEFAULT_SCALE.tiers},
    )
    found[STREAM] = Wordlist(
        Label("流", "Of what a record is"),
        {stream: kind.label for stream, kind in STREAMS.items()},
    )
    found[PARAMETER] = Wordlist(
        Label("规定", "What the rule packs may lay down, by its name in them"),
        {name: Label(one.zh, one.en) for name, one in PARAMETERS.items()},
    )
    found[DOCUMENT] = Wordlist(
        Label("文件", "The texts that the clauses and rule packs are of"),
        {code: Label(one.name_zh, one.title_en) for code, one in DOCUMENTS.items()}
        | {PLATFORM: Label("平台基线", "Baseline of the platform")},
    )
    found[DUE_BASIS] = Wordlist(
        Label("时限依据", "On what a due time rests, and whose word that is"), bases(due_by())
    )
    return dict(sorted(found.items()))


def term_values(codes: Mapping[str, Label]) -> list[TermValue]:
    """Codes with what they are called."""
    return [TermValue(code=code, zh=said.zh, en=said.en) for code, said in codes.items()]


async def terms(names: list[str] | None = None) -> list[Vocabulary]:
    """All of them, or those of these names; a name of none is left out."""
    return [
        Vocabulary(
            name=name,
            zh=told.title.zh,
            en=told.title.en,
            values=term_values(told.codes),
        )
        for name, told in vocabularies().items()
        if names is None or name in names
    ]
