"""报告去向 · To whom a report goes, and how it is taken (domain model A.3, E.3, I.3, I.6).

A report is never refused for its reporter, its trigger or its addressee: what a text does not name
is taken all the same, and where nothing else is said the police are told (law 10).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from domain.case.state import Case
from domain.kernel import Command
from domain.rulebook import Rules
from domain.terms.placement import PlacementKind
from domain.terms.reports import Addressee, ForwardGround, ReporterCategory, Standing, Trigger
from domain.terms.units import UnitKind

_STREET = "STREET"
_GROUND = {
    Trigger.MISSING: ForwardGround.MISSING,
    Trigger.SUSPECTED_ACCIDENT: ForwardGround.DANGER,
    Trigger.SUSPECTED_DV: ForwardGround.INFRINGEMENT,
    Trigger.SUSPECTED_INFRINGEMENT: ForwardGround.INFRINGEMENT,
}


def standing_of(category: ReporterCategory, rules: Rules) -> Standing:
    """Mandated where a text in force names the category, by this name or a wider one.

    Anybody else reports as a citizen, and the report is handled alike (CQ2016-4.1-e).
    """
    named = rules.codes("reporters")
    counts = category in named or any(wider in named for wider in category.within)
    return Standing.MANDATED if counts else Standing.CITIZEN


def addressees_of(asked: Iterable[Addressee], rules: Rules) -> tuple[Addressee, ...]:
    """Where the report goes: as asked, and to the police unless every text lets the street do.

    Where two texts bind one child and only one of them allows the street, the police are copied
    (domain model I.6).
    """
    wanted = set(asked) or {Addressee.POLICE}
    if not (_street_alone_will_do(rules) and wanted == {Addressee.STREET}):
        wanted.add(Addressee.POLICE)
    return tuple(a for a in Addressee if a in wanted)


def _street_alone_will_do(rules: Rules) -> bool:
    if Addressee.STREET not in rules.codes("addressees"):
        return False
    speaking = {c.partition("-")[0] for c in rules.cite("addressees")}
    allowing = {c.partition("-")[0] for c in rules.cite("addressees", Addressee.STREET)}
    return speaking == allowing or not rules.flag("police_copied")


def forward_ground(
    triggers: Iterable[Trigger], rules: Rules, *, in_danger: bool
) -> ForwardGround | None:
    """Why a report must go on to the police; None where it is no police matter.

    CN2017-4.1-c lets one report to the street; that the street passes it on is ours (Q-02). Where
    only the police are to be told, they are told of whatever must be reported (CQ2016-4.1-c).
    """
    theirs = "street_forward_triggers" if _street_alone_will_do(rules) else "triggers"
    for trigger in triggers:
        if trigger in rules.codes(theirs) and trigger is not Trigger.OTHER:
            return _GROUND.get(trigger, ForwardGround.REPORTABLE)
    return ForwardGround.DANGER if in_danger else None


def accept_due(start: datetime, rules: Rules) -> datetime:
    """及时受理: by when somebody must have accepted."""
    return start + timedelta(minutes=rules.minutes("accept_minutes"))


def unit_at(command: Command[Case], kind: UnitKind, place: str | None) -> UUID | None:
    """The unit of this kind at the place, or who stands in for it; never fails for want of one."""
    unit = command.directory.owner_for(kind, place, command.divisions)
    return unit.id if unit else None


def who_places(command: Command[Case], place: str | None) -> tuple[UnitKind, UUID | None]:
    """Whose it is to place a child whom nobody looks after (Q-05): civil affairs, in Changning the street.

    There the text has the street look for a site (CN2017-4.2-e, CN2017-4.3-c) and do the daily work (CN2017-2-h).
    """
    street = _STREET in command.rules.placement(PlacementKind.SHORT_TERM).leads
    kind = UnitKind.TOWNSHIP if street else UnitKind.DISTRICT_CIVIL_AFFAIRS
    return kind, unit_at(command, kind, place)
