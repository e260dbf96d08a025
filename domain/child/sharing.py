"""信息共享 · Passing a child's fields to another agency: only what the contract names passes, the rest is dropped.

相关信息 is what the texts allow (CQ2024-3.4-c, CN2017-5.1-b, SH2024-2.3.9-a). What was asked and not passed is on
record too, so that a contract that is too narrow shows as well as one that is too wide.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Annotated
from uuid import UUID

from domain.access.state import AccessOrder, Contract
from domain.child.consent import NO_SUCH_CONSENT
from domain.child.referral import of_its_kind
from domain.child.state import ON_FILE, Child
from domain.clauses import clause
from domain.codec import says_more
from domain.context import NOBODY
from domain.kernel import Command, Event, Refusal
from domain.labels import name_fields
from domain.rulebook import Rules
from domain.sensitivity import P0, P2, P6_ADDRESS
from domain.terms.access import AccessPurpose, ShareBasis, SharedField
from domain.terms.file import ClauseId
from domain.terms.units import UnitKind

name_fields(
    sharing_id=("信息共享", "Sharing"),
    shared_by_unit_id=("提供单位", "Unit that tells"),
    shared_to_unit_id=("接收单位", "Unit that is told"),
    shared_to_site_id=("接收单位(安置机构)", "Unit that is told, a placement site"),
    wanted_fields=("拟共享字段", "Fields to be shared"),
    passed_fields=("已共享字段", "Fields passed"),
    dropped_fields=("未共享字段", "Fields dropped"),
    share_basis=("共享依据", "Basis of the sharing"),
    statutory_clause=("法定依据条款", "Clause of the statutory duty"),
)

RELATED = ("CQ2024-3.4-c", "CN2017-5.1-b", "SH2024-2.3.9-a", "SH2024-4.3-c")
NO_CONTRACT = Refusal(
    "no_sharing_contract",
    zh="没有适用于双方的有效信息共享约定",
    en="No contract between these two agencies stands",
    clauses=RELATED,
)
NOTHING_PASSES = Refusal(
    "nothing_passes_contract",
    zh="约定未列入任何拟共享字段",
    en="The contract names none of these fields",
    clauses=RELATED,
)
BASIS_MISSING = Refusal(
    "share_basis_missing",
    zh="须写明同意或法定依据条款",
    en="Name the consent, or the clause of the duty",
    clauses=("SH2024-4.3-c",),
)
BASIS_UNKNOWN = Refusal(
    "statutory_clause_unknown", zh="没有此条款", en="There is no such clause", clauses=RELATED
)


def party(kind: UnitKind, rules: Rules) -> str:
    """The agency a kind of unit belongs to as a party to a contract, by the packs; else the kind itself."""
    parties = rules.table("sharing_parties")
    return next((a for a, row in parties.items() if kind.value in row.branches), kind.value)


class InformationShared(
    Event[Child],
    name="child.information_shared",
    zh="信息已共享",
    en="Information shared",
    version=2,
):
    """A site that is told is told apart, because it may be where the child is (A.2, P6)."""

    sharing_id: Annotated[UUID, P0]
    contract_id: Annotated[UUID, P0]
    consent_id: Annotated[UUID | None, P0] = None
    statutory_clause: Annotated[ClauseId | None, P2] = None
    share_basis: Annotated[ShareBasis, P2]
    shared_by_unit_id: Annotated[UUID | None, P2] = None
    shared_to_unit_id: Annotated[UUID | None, P2] = None
    shared_to_site_id: Annotated[UUID | None, P6_ADDRESS] = None
    sharing_purpose: Annotated[AccessPurpose, P0]
    passed_fields: Annotated[tuple[SharedField, ...], P2]
    dropped_fields: Annotated[tuple[SharedField, ...], P2] = ()
    open_until: Annotated[datetime, P0]

    @property
    def told_unit_id(self) -> UUID:
        """The unit, of either kind; nobody once that is erased."""
        return self.shared_to_site_id or self.shared_to_unit_id or NOBODY


# Sites were not told apart.
says_more("child.information_shared", 1)


class ShareInformation(
    Command[Child],
    name="child.share_information",
    zh="共享信息",
    en="Share information",
    when=ON_FILE,
    needs=("contract",),
    clauses=RELATED,
):
    """Dropout and attendance pass between education and police; a family's income does not (scenario 17 line 14)."""

    contract_id: Annotated[UUID, P0]
    shared_to_unit_id: Annotated[UUID, P2]
    wanted_fields: Annotated[tuple[SharedField, ...], P2]
    consent_id: Annotated[UUID | None, P0] = None
    statutory_clause: Annotated[ClauseId | None, P2] = None

    def decide(self, state: Child) -> Iterator[Event[Child]]:
        contract = self._contract()
        basis = self._basis(state)
        wanted = tuple(dict.fromkeys(self.wanted_fields))
        passed = tuple(f for f in wanted if f in contract.fields and self._agreed(state, f))
        if not passed:
            raise NOTHING_PASSES(field="wantedFields")
        days = timedelta(days=self.rules.days("sharing_access_days"))
        yield InformationShared(
            contract_id=self.contract_id,
            consent_id=self.consent_id,
            statutory_clause=self.statutory_clause,
            sharing_id=self.new_id("sharing"),
            share_basis=basis,
            shared_by_unit_id=self.by.unit_id,
            sharing_purpose=contract.purpose,
            passed_fields=passed,
            dropped_fields=tuple(f for f in wanted if f not in passed),
            open_until=min(self.at + days, contract.until),
            **of_its_kind(self, "shared_to", self.shared_to_unit_id),
        )

    def _contract(self) -> Contract:
        order = self.linked.get(self.contract_id)
        contract = order.contract if isinstance(order, AccessOrder) else None
        units = self.directory.units
        ours, theirs = units.get(self.by.unit_id or UUID(int=0)), units.get(self.shared_to_unit_id)
        if contract is None or not contract.stands(self.at) or ours is None or theirs is None:
            raise NO_CONTRACT(field="contractId")
        units_here = (ours.kind, theirs.kind)
        named = (contract.from_kind, contract.to_kind)
        if [party(k, self.rules) for k in units_here] != [party(k, self.rules) for k in named]:
            raise NO_CONTRACT(field="sharedToUnitId")
        return contract

    def _basis(self, state: Child) -> ShareBasis:
        if self.consent_id is not None:
            consent = state.access.consent(self.consent_id)
            if consent is None or consent.to_unit_id not in {None, self.shared_to_unit_id}:
                raise NO_SUCH_CONSENT(field="consentId")
            return ShareBasis.CONSENT
        if not self.statutory_clause:
            raise BASIS_MISSING(field="statutoryClause")
        try:
            clause(self.statutory_clause)
        except LookupError:
            raise BASIS_UNKNOWN(field="statutoryClause") from None
        return ShareBasis.STATUTORY

    def _agreed(self, state: Child, shared: SharedField) -> bool:
        """On the strength of a consent only what was agreed to passes."""
        consent = state.access.consent(self.consent_id) if self.consent_id else None
        return consent is None or shared in consent.fields
