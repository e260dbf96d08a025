"""规则变更 · What rule owners changed in the packs: each change makes the next version of one pack, from a day on.

Changes come in the order of the log and are never taken back. A decision cites the version it was
taken under, so with a later version it is told exactly as before (law 6).
Sources: domain model C.1, E.4 (1), E.5.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from types import MappingProxyType

from domain.jurisdiction import Jurisdiction
from domain.packfile import PLATFORM, Mark, Pack, Provision
from domain.replacing import replace


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """``version`` of ``pack_id`` binds from ``from_on`` at ``place``; without a place, wherever the pack does."""

    pack_id: str
    version: int
    from_on: date
    place: Jurisdiction | None

    def binds(self, place: Jurisdiction | None, on: date) -> bool:
        """Whether it is made for this place, and the day has come."""
        return self.from_on <= on and (self.place is None or self.place.covers(place))

    @abstractmethod
    def applied(self, packs: Mapping[str, Pack], on: date) -> Pack | None:
        """The pack once this is changed; None where there is nothing to change."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Published(Change):
    """The whole pack as published."""

    pack: Pack

    def applied(self, _packs: Mapping[str, Pack], _on: date) -> Pack | None:
        """The published text in the place of what was."""
        return replace(self.pack, version=self.version)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended(Change):
    """The pack ends with ``last``."""

    last: date

    def applied(self, packs: Mapping[str, Pack], _on: date) -> Pack | None:
        """The same pack with another last day."""
        pack = packs.get(self.pack_id)
        if pack is None:
            return None
        return replace(pack, version=self.version, validity=replace(pack.validity, last=self.last))


@dataclass(frozen=True, slots=True, kw_only=True)
class Set(Change):
    """One parameter has another value."""

    provision: Provision

    def applied(self, packs: Mapping[str, Pack], _on: date) -> Pack | None:
        """The same pack with this parameter."""
        pack = packs.get(self.pack_id)
        return pack and with_provision(pack, self.version, self.provision)


@dataclass(frozen=True, slots=True, kw_only=True)
class Numbered(Change):
    """A parameter of an earlier release was set: nothing binds by it now, and the versions after it keep theirs."""

    def applied(self, packs: Mapping[str, Pack], _on: date) -> Pack | None:
        """The same pack under its next number."""
        pack = packs.get(self.pack_id)
        return pack and replace(pack, version=self.version)


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept(Change):
    """沿用原流程: what an ended pack said of a topic goes on as the owner's decision, in the baseline."""

    topic: str

    def applied(self, packs: Mapping[str, Pack], on: date) -> Pack | None:
        """The baseline with the provision of the pack of this place that ended last."""
        said = [
            pack
            for pack in packs.values()
            if pack.id != PLATFORM
            and self.topic in pack.provisions
            and pack.validity.ended(on)
            and (pack.jurisdiction is None or pack.jurisdiction.covers(self.place))
        ]
        if not said or PLATFORM not in packs:
            return None
        last = max(said, key=lambda pack: pack.validity.last or date.min)
        old, own = last.provisions[self.topic], packs[PLATFORM].provisions.get(self.topic)
        value = old.value if old.value is not None else own and own.value
        kept = replace(old, value=value, mark=Mark.OWNER_DECIDED)
        return with_provision(packs[PLATFORM], self.version, kept)


def with_provision(pack: Pack, version: int, provision: Provision) -> Pack:
    """The pack with one provision put or replaced."""
    provisions = {**pack.provisions, provision.parameter.name: provision}
    return replace(pack, version=version, provisions=MappingProxyType(provisions))


def day_after(last: date) -> date:
    """The first day on which an ending makes a difference."""
    return last + timedelta(days=1)


def changed(
    packs: Mapping[str, Pack],
    changes: tuple[Change, ...],
    place: Jurisdiction | None,
    on: date,
    cited: Mapping[str, int] | None = None,
) -> dict[str, Pack]:
    """The packs as changed at a place by a day; with ``cited`` no pack goes beyond the version cited."""
    now = dict(packs)
    for change in changes:
        beyond = cited is not None and change.version > cited.get(change.pack_id, 0)
        if beyond or not change.binds(place, on):
            continue
        made = change.applied(now, on)
        if made is not None:
            now[made.id] = made
    return now
