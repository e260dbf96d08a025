"""个案移送 · A case goes to the unit of another place (D.9; CN2017-4.3-i: 由当地民政部门提供相关保障).

A placement or aftercare that outlives its case goes with it. What is refused goes to the common superior. Where the
child is known the dispute over the child decides the case with it; where nobody knows the child yet, the superior
decides on the case itself. In every state one unit is responsible.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any
from uuid import UUID

from domain.case.state import OPEN_OR_FOLLOWED, Case
from domain.child.disputes import JurisdictionDisputeDecided, RaiseJurisdictionDispute
from domain.child.places import UNKNOWN_PLACE, superior_decides
from domain.child.state import ON_FILE, Child
from domain.kernel import Command, Event, Refusal, State
from domain.labels import name_fields
from domain.reactions import Put, World, reaction
from domain.replacing import replace
from domain.sensitivity import P0, P3
from domain.transfers import (
    CLAUSES,
    ReceivedFacts,
    RefusedFacts,
    SentFacts,
    ToSend,
    WithdrawnFacts,
    answering,
    grounded,
    parties,
    received,
    sending,
    superior_of,
    taking_back,
)

name_fields(
    transfer_stands=("移送成立", "The transfer stands"),
    decision_grounds=("裁定理由", "Grounds of the decision"),
)

DECISION_UNGROUNDED = Refusal(
    "transfer_decision_ungrounded", zh="裁定须说明理由", en="A decision needs its grounds"
)
NOT_DISPUTED = Refusal(
    "transfer_not_disputed",
    zh="没有待裁定的移送争议",
    en="No refused transfer waits for a decision",
)


class CaseTransferredOut(
    SentFacts, Event[Case], name="case.transferred_out", zh="案件转出", en="Case sent over"
):
    def evolve(self, case: Case) -> Case:
        return replace(case, transfer=self.waiting(self.stamp))


class TransferCaseOut(
    ToSend,
    Command[Case],
    name="case.transfer_out",
    zh="转出案件",
    en="Send the case over",
    when=OPEN_OR_FOLLOWED,
    clauses=CLAUSES,
):
    """By the township or civil affairs that hold it; they hold it until the other unit has received it."""

    def decide(self, case: Case) -> Iterator[Event[Case]]:
        if self.divisions.find(self.to_division) is None:
            raise UNKNOWN_PLACE(field="toDivision")
        yield CaseTransferredOut.of(
            self, **sending(self, case.transfer, case.intake.township_unit_id)
        )


class CaseReceived(
    ReceivedFacts, Event[Case], name="case.received", zh="案件接收", en="Case received"
):
    """Whatever was open with the sender is the receiving unit's; the rules are those of its place."""

    def evolve(self, case: Case) -> Case:
        intake = replace(case.intake, township_unit_id=self.receiving_unit_id)
        return replace(
            case,
            intake=intake,
            assessment=case.assessment.received_by(self.receiving_unit_id, self.sending_unit_id),
            transfer=None,
            handled_place=self.to_division,
        )


class ReceiveCase(
    Command[Case],
    name="case.receive_transfer",
    zh="接收案件",
    en="Receive the case",
    when=OPEN_OR_FOLLOWED,
    clauses=CLAUSES,
):
    """It is the other place's to receive, and by its packs."""

    receipt_conditions: Annotated[str | None, P3] = None

    def done_at(self, state: Case) -> str | None:
        """Where it was sent to."""
        return state.transfer.to_division if state.transfer else state.place

    def decide(self, case: Case) -> Iterator[Event[Case]]:
        transfer = answering(self, case.transfer)
        yield CaseReceived(**received(self, transfer, self.receipt_conditions))


class CaseTransferRefused(
    RefusedFacts,
    Event[Case],
    name="case.transfer_refused",
    zh="案件移送被拒收",
    en="Transfer of the case refused",
):
    def evolve(self, case: Case) -> Case:
        if case.transfer is None:
            return case
        return replace(case, transfer=replace(case.transfer, refused=True))


class RefuseCaseTransfer(
    Command[Case],
    name="case.refuse_transfer",
    zh="拒收案件移送",
    en="Refuse the transfer of the case",
    when=OPEN_OR_FOLLOWED,
    clauses=CLAUSES,
):
    refusal_ground: Annotated[str, P3]

    def decide(self, case: Case) -> Iterator[Event[Case]]:
        transfer = answering(self, case.transfer)
        ground = grounded(self.refusal_ground)
        superior = superior_of(self, (transfer.sending_unit_id, transfer.receiving_unit_id))
        yield CaseTransferRefused(
            **parties(transfer), refusal_ground=ground, dispute_unit_id=superior
        )


class CaseTransferWithdrawn(
    WithdrawnFacts,
    Event[Case],
    name="case.transfer_withdrawn",
    zh="案件移送已撤回",
    en="Transfer of the case withdrawn",
):
    def evolve(self, case: Case) -> Case:
        return replace(case, transfer=None)


class WithdrawCaseTransfer(
    Command[Case],
    name="case.withdraw_transfer",
    zh="撤回案件移送",
    en="Withdraw the transfer of the case",
    when=OPEN_OR_FOLLOWED,
    clauses=CLAUSES,
):
    """By the sender, while nobody has answered."""

    def decide(self, case: Case) -> Iterator[Event[Case]]:
        yield CaseTransferWithdrawn(**parties(taking_back(self, case.transfer)))


class CaseTransferDecided(
    Event[Case],
    name="case.transfer_decided",
    zh="案件移送争议已裁定",
    en="Dispute over the transfer decided",
):
    """It binds both: the case is received by decision, or stays."""

    transfer_id: Annotated[UUID, P0]
    transfer_stands: Annotated[bool, P0]
    decision_grounds: Annotated[str, P3]

    def evolve(self, case: Case) -> Case:
        return case if self.transfer_stands else replace(case, transfer=None)


class DecideCaseTransfer(
    Command[Case],
    name="case.decide_transfer",
    zh="裁定案件移送争议",
    en="Decide the dispute over the transfer",
    when=OPEN_OR_FOLLOWED,
    clauses=("CN2017-2-g", "CQ2024-4-d"),
):
    """By the common superior; put by the platform where the dispute over the child has been decided."""

    transfer_stands: Annotated[bool, P0]
    decision_grounds: Annotated[str, P3]

    def decide(self, case: Case) -> Iterator[Event[Case]]:
        transfer = case.transfer
        if transfer is None or not transfer.refused:
            raise NOT_DISPUTED(field="id")
        superior = superior_of(self, (transfer.sending_unit_id, transfer.receiving_unit_id))
        superior_decides(self, superior)
        if not self.decision_grounds.strip():
            raise DECISION_UNGROUNDED(field="decisionGrounds")
        yield CaseTransferDecided.of(self, transfer_id=transfer.transfer_id)
        if self.transfer_stands:
            yield CaseReceived(**received(self, transfer, None))


@reaction
def refusal_is_a_dispute(world: World, state: State, new: tuple[Event[Any], ...]) -> Iterator[Put]:
    """Where the child is known, whose the child is decides (CN2017-2-g)."""
    for event in new:
        if isinstance(event, CaseTransferRefused) and isinstance(state, Case):
            for child_id in state.children:
                if not ON_FILE.holds(world.child(child_id)):
                    continue
                raised = RaiseJurisdictionDispute(
                    claiming_units=(event.sending_unit_id, event.receiving_unit_id),
                    dispute_grounds=event.refusal_ground,
                )
                yield Put(child_id, raised)


@reaction
def dispute_decides_the_case(
    world: World, state: State, new: tuple[Event[Any], ...]
) -> Iterator[Put]:
    """The case goes with the child, once it is decided whose the child is."""
    if not isinstance(state, Child):
        return
    decided = next((e for e in new if isinstance(e, JurisdictionDisputeDecided)), None)
    if decided is None:
        return
    for case in world.cases_of(state.id):
        if case.transfer is not None and case.transfer.refused and OPEN_OR_FOLLOWED.holds(case):
            stands = state.file.owner_unit_id == case.transfer.receiving_unit_id
            yield Put(
                case.id,
                DecideCaseTransfer(
                    transfer_stands=stands, decision_grounds=decided.jurisdiction_reason
                ),
            )
