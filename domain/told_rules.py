"""须告知的规定 · What the texts lay down for people to know, where no act waits for it (E.3, E.5).

Whoever reports is told what else is asked of them and whom they may call; a committee to whom a clue goes; a case
organ whether it must ask about children; a ledger which views and sections its text names. The lists of the texts end
with 等: none of them ever refuses anything.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any

from domain.labels import Label, Term
from domain.rules_in_force import Param, Rules
from domain.terms.file import FileSection, FileView, SectionOnRecord
from domain.terms.oversight import Target
from domain.terms.placement import CareForm, SiteKind
from domain.terms.reports import ClueAddressee, Hotline, ReporterCategory, ReporterDuty

TOLD: Mapping[str, tuple[type[Term], ...]] = MappingProxyType(
    {
        "reporter_duties": (ReporterDuty,),
        "voluntary_reporters": (ReporterCategory,),
        "clue_addressees": (ClueAddressee,),
        "hotlines": (Hotline,),
        "living_alone_age_below": (),
        "custody_inquiry": (),
        "reception_hours": (),
        "temporary_sites": (SiteKind,),
        "placement_forms": (CareForm,),
        "risk_tiers_required": (),
        "file_views": (FileView,),
        "file_sections": (FileSection, SectionOnRecord),
        "targets_2027": (Target,),
    }
)
"""Their names, as the catalogue has them, in the order of the work; of lists whose words their members are."""

YES, NO = "YES", "NO"
_FLAGS = {YES: Label("是", "Yes"), NO: Label("否", "No")}


def told_of(rules: Rules) -> Iterator[Param]:
    """Each that a text or the platform sets here, with what stands behind it."""
    yield from (rules.get(name) for name in TOLD if rules.has(name))


def words_of(value: Any) -> list[str]:
    """A value as it is shown: each member of a list, a flag as yes or no, a number or a period as it is written."""
    if isinstance(value, frozenset):
        return sorted(value)
    if isinstance(value, bool):
        return [YES if value else NO]
    return [str(value)]


def said_of(name: str, value: Any) -> Mapping[str, Label]:
    """The codes among ``words_of`` with what they are called; a number or a period needs no words."""
    named = _FLAGS | {m.value: Label(m.zh, m.en) for terms in TOLD[name] for m in terms}
    return {word: named[word] for word in words_of(value) if word in named}
