"""规则台账 · The rulebook as the log tells it: the packs of the files, and every change since, in log order."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from domain.divisions import Divisions
from domain.jurisdiction import Jurisdiction, jurisdiction_of
from domain.kernel import Event
from domain.pack_changes import Change, Ended, Kept, Numbered, Published, Set, day_after
from domain.packfile import PLATFORM, Mark, PackError, decided_value, parse_pack
from domain.parameters import PARAMETERS, RETIRED
from domain.periods import local_date
from domain.rulebook import Rulebook
from domain.rules.file import EndCause, RulePackEnded
from domain.rules.gaps import GapDecision, RulePackGapDecided
from domain.rules.packs import RulePackParameterSet, RulePackPublished

CHANGING: tuple[type[Event[Any]], ...] = (
    RulePackPublished,
    RulePackEnded,
    RulePackParameterSet,
    RulePackGapDecided,
)
"""The events after which the rulebook is another."""


def told(book: Rulebook, events: Iterable[Event[Any]], divisions: Divisions) -> Rulebook:
    """The rulebook once these events of the rules streams have happened."""
    for event in events:
        changes = _CHANGES.get(type(event))
        try:
            made = tuple(changes(book, event, divisions)) if changes else ()
        except (PackError, KeyError):
            # A text that a later release no longer reads must not stop every decision: it shows as a gap.
            continue
        book = book.changing(*made)
    return book


def _published(book: Rulebook, e: RulePackPublished, divisions: Divisions) -> Iterator[Change]:
    here = jurisdiction_of(divisions, e.jurisdiction_id, e.effective_from)
    yield Published(
        pack_id=e.pack_id,
        version=book.next_version(e.pack_id),
        from_on=e.effective_from,
        place=here,
        pack=parse_pack(e.pack_text),
    )


def _ended(book: Rulebook, e: RulePackEnded, _divisions: Divisions) -> Iterator[Change]:
    """The end of a stated validity is in the pack already; a decision to end it is not."""
    if e.ended_because is not EndCause.VALIDITY_END:
        yield Ended(
            pack_id=e.pack_id,
            version=book.next_version(e.pack_id),
            from_on=day_after(e.ended_on),
            place=None,
            last=e.ended_on,
        )


def _set(book: Rulebook, e: RulePackParameterSet, divisions: Divisions) -> Iterator[Change]:
    here = jurisdiction_of(divisions, e.jurisdiction_id, e.binding_from)
    if e.parameter in RETIRED:
        version = book.next_version(e.pack_id)
        yield Numbered(pack_id=e.pack_id, version=version, from_on=e.binding_from, place=here)
        return
    on = local_date(e.told.occurred_at)
    packs = {p.id: p for p in book.in_force(here, on).in_force}
    old = packs[e.pack_id].provisions.get(e.parameter) if e.pack_id in packs else None
    mark = Mark.OWNER_DECIDED if e.silent_in_text else Mark.TEXT
    yield Set(
        pack_id=e.pack_id,
        version=book.next_version(e.pack_id),
        from_on=e.binding_from,
        place=here,
        provision=decided_value(PARAMETERS[e.parameter], e.parameter_value, old, mark),
    )


def _decided(book: Rulebook, e: RulePackGapDecided, divisions: Divisions) -> Iterator[Change]:
    """Only what is kept changes what binds: a topic, or all that the ended pack alone spoke of."""
    if e.decision is not GapDecision.KEEP_PROCESS:
        return
    here = jurisdiction_of(divisions, e.jurisdiction_id, e.from_on)
    for topic in _topics(book, e.topic):
        yield _kept(book, topic, here, e)


def _topics(book: Rulebook, topic: str) -> tuple[str, ...]:
    whole = next((p for p in book.all_packs if p.id == topic), None)
    return tuple(whole.provisions) if whole else (topic,)


def _kept(book: Rulebook, topic: str, here: Jurisdiction | None, e: RulePackGapDecided) -> Kept:
    return Kept(
        pack_id=PLATFORM,
        version=book.next_version(PLATFORM),
        from_on=e.from_on,
        place=here,
        topic=topic,
    )


_CHANGES: dict[type[Event[Any]], Callable[[Rulebook, Any, Divisions], Iterator[Change]]] = {
    RulePackPublished: _published,
    RulePackEnded: _ended,
    RulePackParameterSet: _set,
    RulePackGapDecided: _decided,
}
