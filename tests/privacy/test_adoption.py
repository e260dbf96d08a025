"""Negative list 23: no adoption is told, and none can be inferred: there is no word by which it would be.

Parents by adoption are father and mother. A child that is adopted has a file of its own, with the family it has; no
file, case or guardian leads to the family of birth, because nothing in the platform can say that there was another.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import EnumMeta
from uuid import UUID

import pytest

import domain.actions  # noqa: F401 - registers the domain
from domain.child.guardians import GuardianRecorded
from domain.codec import decode, encode
from domain.kernel import COMMANDS, EVENTS
from domain.labels import FIELD_LABELS, Term
from domain.refusals import REFUSALS
from domain.terms.care import PARENTS, GuardianBasis, Kinship
from schema.build import sdl

TELLS = re.compile(
    r"收养|领养|送养|养父|养母|养子|养女|生父|生母|adoptive|adoption|adoptee|biological"
    r"|birth[ _]?(father|mother|parent|famil)",
    re.IGNORECASE,
)


def terms() -> Iterator[EnumMeta]:
    """Every vocabulary of the domain."""
    todo = list(Term.__subclasses__())
    while todo:
        one = todo.pop()
        todo += one.__subclasses__()
        yield one


def words() -> Iterator[str]:
    """Whatever the platform can say: names, labels, vocabularies, and the schema with all its descriptions."""
    for term in terms():
        for member in list(term):  # type: ignore[var-annotated]
            yield f"{term.__name__}.{member.value} {member.zh} {member.en}"
    for name, label in FIELD_LABELS.items():
        yield f"{name} {label.zh} {label.en}"
    for kind in (*EVENTS.values(), *COMMANDS.values()):
        yield f"{kind.name} {kind.label.zh} {kind.label.en} " + " ".join(s.name for s in kind.specs)
    for refusal in REFUSALS.values():
        yield f"{refusal.code} {refusal.label.zh} {refusal.label.en}"
    yield from sdl().splitlines()


def test_there_is_no_word_for_it() -> None:
    said = list(words())
    assert len(said) > len(EVENTS) + len(COMMANDS) + len(FIELD_LABELS)
    assert [line for line in said if TELLS.search(line)] == []


def test_a_word_for_it_would_be_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(FIELD_LABELS, "second_father", type(FIELD_LABELS["relation"])("养父", "-"))
    with pytest.raises(AssertionError):
        test_there_is_no_word_for_it()


@pytest.mark.parametrize(("was", "means"), [("FATHER", "FATHER"), ("MOTHER", "MOTHER")])
def test_what_a_log_still_holds_is_told_as_what_it_means(was: str, means: str) -> None:
    written = encode(
        GuardianRecorded(
            guardian_id=UUID(int=1),
            relation=Kinship(means),
            guardian_name="莫建国",
            guardian_basis=GuardianBasis.PARENT,
        )
    )
    older, newer = (
        decode(written.name, written.version, {**written.plain, "relation": r}, written.boxes)
        for r in (f"ADOPTIVE_{was}", means)
    )
    assert older == newer
    assert Kinship(means) in PARENTS


def test_what_was_never_a_word_is_none() -> None:
    with pytest.raises(ValueError, match="ADOPTIVE_UNCLE"):
        Kinship("ADOPTIVE_UNCLE")
