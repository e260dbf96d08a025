"""信息共享约定 · Sharing contracts: which fields one kind of agency may tell another, for what (A.2 rule 5).

The texts ask civil affairs, education and police to share 相关信息, related information, and no more (CQ2024-3.4-c,
CN2017-5.1-b, SH2024-2.3.9-a); privacy bounds it (SH2024-4.3-c). One contract a pair and purpose says what is related.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time
from typing import Annotated

from domain.access.state import SHARING_CONTRACT, AccessOrder, Contract
from domain.kernel import Command, Event, Refusal
from domain.labels import name_fields
from domain.periods import SHANGHAI, local_date
from domain.replacing import replace
from domain.sensitivity import P0, P2
from domain.terms.access import AccessPurpose, MatterKind, SharedField
from domain.terms.places import DivisionId
from domain.terms.units import UnitKind

name_fields(
    from_kind=("提供方类别", "Kind of unit that tells"),
    to_kind=("接收方类别", "Kind of unit that is told"),
    contract_fields=("约定字段", "Fields of the contract"),
    contract_until_on=("约定截止日期", "Contract until"),
    contract_place=("适用区划", "Where it applies"),
    sharing_purpose=("共享目的", "Purpose of the sharing"),
    contract_end_reason=("终止理由", "Why the contract ends"),
    contract_id=("信息共享约定", "Sharing contract"),
)

RELATED = ("CQ2024-3.4-c", "CN2017-5.1-b", "SH2024-2.3.9-a", "SH2024-4.3-c")
FIELDS_MISSING = Refusal(
    "contract_fields_missing",
    zh="约定须列明字段",
    en="A contract lists its fields",
    clauses=RELATED,
)
SAME_KIND = Refusal(
    "contract_needs_two_parties",
    zh="提供方与接收方须为不同部门",
    en="A contract is between two kinds of agencies",
)
CONTRACT_PAST = Refusal(
    "contract_ends_in_past", zh="约定截止日期须在今天之后", en="A contract ends after today"
)
CONTRACT_OVER = Refusal("contract_over", zh="信息共享约定已终止", en="The contract has ended")


class SharingContractMade(
    Event[AccessOrder],
    name="access.sharing_contract_made",
    zh="信息共享约定已订立",
    en="Sharing contract made",
):
    from_kind: Annotated[UnitKind, P0]
    to_kind: Annotated[UnitKind, P0]
    sharing_purpose: Annotated[AccessPurpose, P0]
    contract_fields: Annotated[tuple[SharedField, ...], P0]
    contract_until_on: Annotated[date, P0]
    contract_place: Annotated[DivisionId, P0]

    def evolve(self, state: AccessOrder) -> AccessOrder:
        contract = Contract(
            from_kind=self.from_kind,
            to_kind=self.to_kind,
            purpose=self.sharing_purpose,
            fields=frozenset(self.contract_fields),
            until=datetime.combine(self.contract_until_on, time(23, 59, 59), SHANGHAI),
        )
        return replace(
            state,
            kind=MatterKind.SHARING_CONTRACT,
            place_id=self.contract_place,
            contract=contract,
        )


class MakeSharingContract(
    Command[AccessOrder],
    name="access.make_sharing_contract",
    zh="订立信息共享约定",
    en="Make a sharing contract",
    opens=True,
    place_field="contract_place",
    clauses=RELATED,
):
    """One a pair and purpose; the lead authority of the territory makes it."""

    from_kind: Annotated[UnitKind, P0]
    to_kind: Annotated[UnitKind, P0]
    sharing_purpose: Annotated[AccessPurpose, P0]
    contract_fields: Annotated[tuple[SharedField, ...], P0]
    contract_until_on: Annotated[date, P0]
    contract_place: Annotated[DivisionId, P0]

    def decide(self, _state: AccessOrder) -> Iterator[Event[AccessOrder]]:
        if self.from_kind is self.to_kind:
            raise SAME_KIND(field="toKind")
        if not self.contract_fields:
            raise FIELDS_MISSING(field="contractFields")
        if self.contract_until_on < local_date(self.at):
            raise CONTRACT_PAST(field="contractUntilOn")
        yield SharingContractMade.of(self)


class SharingContractEnded(
    Event[AccessOrder],
    name="access.sharing_contract_ended",
    zh="信息共享约定已终止",
    en="Sharing contract ended",
):
    contract_end_reason: Annotated[str | None, P2] = None

    def evolve(self, state: AccessOrder) -> AccessOrder:
        if state.contract is None:
            return state
        return replace(state, contract=replace(state.contract, ended=True))


class EndSharingContract(
    Command[AccessOrder],
    name="access.end_sharing_contract",
    zh="终止信息共享约定",
    en="End a sharing contract",
    when=SHARING_CONTRACT,
    clauses=RELATED,
):
    """What was passed under it is closed with this very fact."""

    contract_end_reason: Annotated[str | None, P2] = None

    def decide(self, state: AccessOrder) -> Iterator[Event[AccessOrder]]:
        assert state.contract is not None
        if not state.contract.stands(self.at):
            raise CONTRACT_OVER()  # noqa: RSE102 - a refusal makes its exception
        yield SharingContractEnded.of(self)
