"""规则事项 · The file of one jurisdiction, and what its owner is told of each day: packs that end, gaps, conflicts.

The clock opens a file for every province and district that has a civil-affairs department and looks through its packs
once a day (T-28, Q-48). A city's owner hears of what is open in the city; a district's only of its own packs.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Annotated
from uuid import UUID

from domain.kernel import Command, Event
from domain.labels import Term, name_fields
from domain.packfile import Pack
from domain.replacing import replace
from domain.rules.state import RulesFile
from domain.rules_in_force import Basis, Rules
from domain.sensitivity import P0, P2
from domain.terms.places import DivisionId
from domain.terms.units import UnitKind

name_fields(
    jurisdiction_id=("适用地区", "Jurisdiction"),
    pack_id=("规则包", "Rule pack"),
    pack_version=("规则包版本", "Version of the pack"),
    last_day=("最后一日", "Last day"),
    plan_only=("仅为方案期限", "The end of a plan only"),
    rule_owner_unit_id=("规则负责单位", "Unit of the rule owner"),
    topic=("事项", "Topic"),
    topic_basis=("现行依据", "Basis at present"),
    pack_ids=("涉及规则包", "Packs concerned"),
    ended_because=("失效原因", "Cause of the end"),
)


class EndCause(Term):
    """规则包失效原因 · Why a pack ended."""

    VALIDITY_END = "VALIDITY_END", "有效期届满", "Its validity ended"
    REPEAL = "REPEAL", "废止", "Repealed"
    OWNER_DECISION = "OWNER_DECISION", "规则负责人决定", "Decided by the rule owner"


class RulesFileOpened(
    Event[RulesFile], name="rules.file_opened", zh="规则事项已建立", en="Rules file opened"
):
    jurisdiction_id: Annotated[DivisionId, P0]

    def evolve(self, state: RulesFile) -> RulesFile:
        return replace(state, division_id=self.jurisdiction_id)


class OpenRulesFile(
    Command[RulesFile],
    name="rules.open_file",
    zh="建立规则事项",
    en="Open the rules file of a jurisdiction",
    opens=True,
    place_field="jurisdiction_id",
    by_system=True,
):
    """Once for each jurisdiction with an owner."""

    jurisdiction_id: Annotated[DivisionId, P0]

    def decide(self, _state: RulesFile) -> Iterator[Event[RulesFile]]:
        yield RulesFileOpened.of(self)


class RulePackEndingFound(
    Event[RulesFile],
    name="rules.pack_ending_found",
    zh="规则包即将届满",
    en="A pack is about to end",
):
    pack_id: Annotated[str, P2]
    pack_version: Annotated[int, P0]
    last_day: Annotated[date, P0]
    plan_only: Annotated[bool, P0]
    rule_owner_unit_id: Annotated[UUID | None, P0]

    def evolve(self, state: RulesFile) -> RulesFile:
        return replace(state, asked=state.asked | {self.pack_id})


class RuleGapFound(
    Event[RulesFile], name="rules.gap_found", zh="发现规则空档", en="A gap in the rules found"
):
    """Children are served on the platform's baseline meanwhile; the owner decides what is to hold."""

    topic: Annotated[str, P2]
    topic_basis: Annotated[Basis, P0]
    rule_owner_unit_id: Annotated[UUID | None, P0]

    def evolve(self, state: RulesFile) -> RulesFile:
        return replace(state, asked=state.asked | {self.topic})


class RuleConflictFound(
    Event[RulesFile], name="rules.conflict_found", zh="发现规则冲突", en="A conflict of rules found"
):
    """Two texts in force differ; the more specific and later one prevails until the owner decides (I)."""

    topic: Annotated[str, P2]
    pack_ids: Annotated[tuple[str, ...], P2]
    rule_owner_unit_id: Annotated[UUID | None, P0]

    def evolve(self, state: RulesFile) -> RulesFile:
        return replace(state, asked=state.asked | {self.topic})


class RulePackEnded(
    Event[RulesFile], name="rules.pack_ended", zh="规则包失效", en="Rule pack ended"
):
    """Open cases, placements and tasks go on; what is decided from the next day on no longer rests on it (E.4)."""

    pack_id: Annotated[str, P2]
    ended_on: Annotated[date, P0]
    ended_because: Annotated[EndCause, P0]

    def evolve(self, state: RulesFile) -> RulesFile:
        return replace(state, ended=state.ended | {self.pack_id})


class ReviewRules(
    Command[RulesFile],
    name="rules.review",
    zh="检视规则",
    en="Look through the rules in force",
    clauses=("SH2020-6-a", "CN2017-6-a", "CQ2016-7-c", "SH2024-3.3-a", "CQ2024-0-a"),
    by_system=True,
):
    """Once a day; what the owner was told already is not told again."""

    def decide(self, state: RulesFile) -> Iterator[Event[RulesFile]]:
        rules, here = self.rules, self.rules.jurisdiction
        own = [p for p in (*rules.in_force, *rules.ended) if here and p.jurisdiction == here]
        yield from self._ends(state, own)
        told = state.asked | state.decided
        district = here is not None and here.district_code is not None
        for topic in rules.silent_topics():
            of_own = {pack for pack, _ in rules.ended_on(topic)} & {p.id for p in own}
            if topic not in told and (of_own or not district):
                basis = rules.basis(topic)
                yield RuleGapFound(
                    topic=topic, topic_basis=basis, rule_owner_unit_id=owner_unit(self)
                )
        for topic, packs in rules.conflicts().items():
            if topic not in told and (set(packs) & {p.id for p in own}):
                yield RuleConflictFound(
                    topic=topic, pack_ids=packs, rule_owner_unit_id=owner_unit(self)
                )

    def _ends(self, state: RulesFile, own: list[Pack]) -> Iterator[Event[RulesFile]]:
        warn = timedelta(days=self.rules.days("pack_ending_warn_days"))
        for pack in own:
            last = pack.validity.last
            if last is None:
                continue
            if last < self.rules.on and pack.id not in state.ended:
                yield RulePackEnded(
                    pack_id=pack.id, ended_on=last, ended_because=EndCause.VALIDITY_END
                )
            elif last - warn <= self.rules.on <= last and pack.id not in state.asked:
                yield RulePackEndingFound(
                    pack_id=pack.id,
                    pack_version=pack.version,
                    last_day=last,
                    plan_only=pack.validity.plan,
                    rule_owner_unit_id=owner_unit(self),
                )


def owner_unit(command: Command[RulesFile]) -> UUID | None:
    """The civil-affairs department whose rule owner decides: the district's for its own rules, else the city's."""
    place = command.context.place
    kind = UnitKind.CITY_CIVIL_AFFAIRS
    if command.rules.jurisdiction and command.rules.jurisdiction.district_code:
        kind = UnitKind.DISTRICT_CIVIL_AFFAIRS
    found = command.directory.owner_for(kind, place, command.divisions, command.rules.on)
    return found.id if found else None


def own_pack(rules: Rules, pack_id: str) -> Pack | None:
    """The pack of this id that is in force here, or has ended here."""
    return next((p for p in (*rules.in_force, *rules.ended) if p.id == pack_id), None)
