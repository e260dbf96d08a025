"""资格筛查 · Whether a child may have an entitlement: indicated by an assessment, screened on facts (D.6, CQ2024-1-e).

What was refused or declined is screened again on new facts only. Nobody presses a family that has said no.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Annotated
from uuid import UUID

from domain.child.entitlement_rules import (
    cite,
    decide_by,
    deciding_unit,
    facts_match,
    young_enough,
)
from domain.child.entitlement_state import EntitlementStatus, Item
from domain.child.standing import id_of
from domain.child.state import ON_FILE, Child
from domain.kernel import Command, Event, Refusal
from domain.labels import name_fields
from domain.replacing import replace
from domain.risk import RiskFactor
from domain.sensitivity import P0, P2, P3, P3_AID, P4
from domain.terms.entitlements import ONE_OFF, EntitlementFact, EntitlementType

name_fields(
    basis_facts=("认定事实", "Facts it rests on"),
    basis_note=("认定事实说明", "Note on the facts"),
    eligible=("符合条件", "Eligible"),
    age_fits=("年龄符合", "The age fits"),
    proposed_without_application=("建议免申即享", "Proposed without application"),
    indicated_in_case=("提示来源个案", "Case that indicated it"),
    hardship_facts=("困难情况", "Facts of the hardship"),
    entitlements=("可能符合的保障待遇", "Assistance indicated"),
    entitlement_unit_id=("待遇认定单位", "Unit that decides on assistance"),
    entitlement_by=("待遇认定时限", "Decide on assistance by"),
)

BASIS_FACTS_MISSING = Refusal(
    "basis_facts_missing", zh="须说明认定事实", en="Say on which facts it rests"
)
FACTS_UNCHANGED = Refusal(
    "entitlement_facts_unchanged",
    zh="已不予或家庭已放弃,没有新的事实不再筛查",
    en="It was refused or declined: it is screened again on new facts only",
)

_SETTLED = frozenset(
    {EntitlementStatus.REFUSED, EntitlementStatus.DECLINED, EntitlementStatus.NOT_ELIGIBLE}
)
NO_SUPPORT = frozenset(
    {
        EntitlementFact.NO_SUPPORTER,
        EntitlementFact.SUPPORTER_INCAPABLE,
        EntitlementFact.RAISED_BY_OTHERS,
    }
)


class EntitlementIndicated(
    Event[Child],
    name="child.entitlement_indicated",
    zh="保障待遇线索",
    en="Entitlement indicated",
):
    """Hardship was found in an assessment; ``entitlement`` None: nobody has said which one helps."""

    entitlement_item_id: Annotated[UUID, P0]
    entitlement: Annotated[EntitlementType | None, P3_AID] = None
    hardship_facts: Annotated[str | None, P3] = None
    indicated_in_case: Annotated[UUID | None, P4] = None
    entitlement_unit_id: Annotated[UUID | None, P2] = None
    entitlement_by: Annotated[date, P2]
    date_provisional: Annotated[bool, P0] = False

    def evolve(self, state: Child) -> Child:
        item = Item(
            item_id=self.entitlement_item_id,
            entitlement=self.entitlement.value if self.entitlement else None,
            status=EntitlementStatus.INDICATED,
            unit_id=self.entitlement_unit_id,
            decide_by=self.entitlement_by,
        )
        return replace(state, entitlements=state.entitlements.put(item))


class IndicateEntitlements(
    Command[Child],
    name="child.indicate_entitlements",
    zh="提示保障待遇",
    en="Indicate entitlements",
    clauses=("SH2020-4.3-d", "CQ2016-4.3-f", "CN2017-3.1-a", "SH2024-2.3.8-a", "CQ2024-1-e"),
    by_system=True,
):
    """Put when an assessment has found hardship; silent about what is in hand, held, or declined by the family."""

    entitlements: Annotated[tuple[EntitlementType, ...], P3_AID] = ()
    hardship_facts: Annotated[str | None, P3] = None
    indicated_in_case: Annotated[UUID | None, P4] = None

    def decide(self, state: Child) -> Iterator[Event[Child]]:
        if state.file.died:
            return
        due = decide_by(self)
        for n, entitlement in enumerate(dict.fromkeys(self.entitlements) or (None,)):
            found = state.entitlements.current(entitlement)
            declined = found is not None and found.status is EntitlementStatus.DECLINED
            if found is not None and (found.undecided or found.held or declined):
                continue
            yield EntitlementIndicated.of(
                self,
                entitlement_item_id=self.new_id(f"indicated/{n}"),
                entitlement=entitlement,
                hardship_facts=None if state.file.erased else self.hardship_facts,
                entitlement_unit_id=deciding_unit(self, state, entitlement),
                entitlement_by=due.day,
                date_provisional=due.provisional,
            )


class EntitlementScreened(
    Event[Child], name="child.entitlement_screened", zh="资格筛查", en="Entitlement screened"
):
    """``proposed_without_application``: the data suffice, civil affairs has only to confirm (SH2024-2.5.18-b)."""

    entitlement_item_id: Annotated[UUID, P0]
    newly_opened: Annotated[bool, P0] = True
    entitlement: Annotated[EntitlementType, P3_AID]
    basis_facts: Annotated[tuple[EntitlementFact, ...], P4]
    basis_note: Annotated[str | None, P4] = None
    eligible: Annotated[bool, P3_AID]
    age_fits: Annotated[bool, P3_AID] = True
    proposed_without_application: Annotated[bool, P3_AID] = False
    entitlement_unit_id: Annotated[UUID | None, P2] = None
    entitlement_by: Annotated[date | None, P2] = None
    date_provisional: Annotated[bool, P0] = False

    def evolve(self, state: Child) -> Child:
        """Whether anybody can support the child is a risk fact (RF-36)."""
        status = EntitlementStatus.ELIGIBLE if self.eligible else EntitlementStatus.NOT_ELIGIBLE
        found = state.entitlements.item(self.entitlement_item_id)
        item = replace(
            found or Item(item_id=self.entitlement_item_id, entitlement=None, status=status),
            entitlement=self.entitlement.value,
            status=status,
            facts=frozenset(f.value for f in self.basis_facts),
            unit_id=self.entitlement_unit_id,
            decide_by=self.entitlement_by,
        )
        facts = state.facts
        unsupported = NO_SUPPORT & set(self.basis_facts)
        if unsupported and facts.find(RiskFactor.RF_36) is None and id_of(self) is not None:
            facts = facts.opened(RiskFactor.RF_36, self)
        return replace(state, entitlements=state.entitlements.put(item), facts=facts)


class ScreenEntitlement(
    Command[Child],
    name="child.screen_entitlement",
    zh="资格筛查",
    en="Screen for an entitlement",
    when=ON_FILE,
    clauses=(
        "CN2017-3.1-a",
        "CN2017-3.1-b",
        "CN2017-3.1-c",
        "CN2017-3.2-b",
        "CN2017-3.5.2-a",
        "SH2020-4.3-d",
        "CQ2016-4.3-f",
        "SH2024-2.3.8-a",
        "CQ2024-1-e",
    ),
):
    """By the deciding department, or from data. Facts and age are those of the packs; a match is not yet a decision."""

    entitlement: Annotated[EntitlementType, P3_AID]
    basis_facts: Annotated[tuple[EntitlementFact, ...], P4]
    basis_note: Annotated[str | None, P4] = None

    def decide(self, state: Child) -> Iterator[Event[Child]]:
        if not self.basis_facts:
            raise BASIS_FACTS_MISSING(cite=cite(self, self.entitlement), field="basisFacts")
        found = state.entitlements.current(self.entitlement)
        if found is not None and found.status in _SETTLED:
            self._on_new_facts(found)
        if found is not None and self._stands(found):
            return
        yield self._screened(state, self._indication(state, found))

    def _on_new_facts(self, found: Item) -> None:
        """REFUSED: re-screen on new facts."""
        if {f.value for f in self.basis_facts} <= found.facts:
            raise FACTS_UNCHANGED(field="basisFacts")

    def _stands(self, found: Item) -> bool:
        """In hand, or held and not for one occasion only."""
        if found.status is EntitlementStatus.INDICATED:
            return False
        return found.undecided or (found.held and self.entitlement not in ONE_OFF)

    def _indication(self, state: Child, found: Item | None) -> Item | None:
        """The indication this answers: one of this type, else one that named none."""
        if found is not None and found.status is EntitlementStatus.INDICATED:
            return found
        return state.entitlements.hint

    def _screened(self, state: Child, indicated: Item | None) -> EntitlementScreened:
        young = young_enough(self, state, self.entitlement, self.rules.on)
        eligible = young and facts_match(self, self.entitlement, self.basis_facts)
        due, at_once = decide_by(self), self.rules.codes("entitlements_without_application")
        unit = deciding_unit(self, state, self.entitlement)
        by = due.day
        if indicated is not None and indicated.decide_by is not None:
            by = indicated.decide_by
        return EntitlementScreened.of(
            self,
            entitlement_item_id=indicated.item_id if indicated else self.new_id("item"),
            newly_opened=indicated is None or indicated.unit_id != unit,
            eligible=eligible,
            age_fits=young,
            proposed_without_application=eligible and self.entitlement in at_once,
            entitlement_unit_id=unit,
            entitlement_by=by if eligible else None,
            date_provisional=due.provisional,
        )
