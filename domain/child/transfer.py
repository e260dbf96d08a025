"""档案移送 · The child's file goes to the unit of the place the child has moved to (D.9).

With the receipt the child's residence is there, so that the visits, the queue of the new director and the packs of the
new place follow at once. A refusal is a dispute over jurisdiction in the same breath (CN2017-2-g).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any

from domain.child.disputes import JurisdictionDisputeRaised
from domain.child.places import (
    ChildLocationRecorded,
    JurisdictionAssigned,
    assigned,
    known_place,
)
from domain.child.state import ON_FILE, Child
from domain.kernel import Command, Event, State
from domain.reactions import Put, World, reaction
from domain.replacing import replace
from domain.sensitivity import P1_PLACE, P3
from domain.terms.places import PlaceKind
from domain.transfers import (
    CLAUSES,
    ReceivedFacts,
    RefusedFacts,
    SentFacts,
    ToSend,
    Transfer,
    WithdrawnFacts,
    answering,
    grounded,
    parties,
    received,
    sending,
    superior_of,
    taking_back,
)


def _with(state: Child, transfer: Transfer | None) -> Child:
    return replace(state, file=replace(state.file, transfer=transfer))


class FileTransferredOut(
    SentFacts, Event[Child], name="child.file_transferred_out", zh="档案转出", en="File sent over"
):
    def evolve(self, state: Child) -> Child:
        return _with(state, self.waiting(self.stamp))


class TransferFileOut(
    ToSend,
    Command[Child],
    name="child.transfer_file_out",
    zh="转出档案",
    en="Send the file over",
    when=ON_FILE,
    clauses=CLAUSES,
):
    """To the township of the place named; the unit in charge stays in charge until that has received it."""

    def decide(self, state: Child) -> Iterator[Event[Child]]:
        known_place(self, self.to_division, "toDivision")
        found = sending(self, state.file.transfer, state.file.owner_unit_id)
        yield FileTransferredOut.of(self, **found)


class FileReceived(
    ReceivedFacts, Event[Child], name="child.file_received", zh="档案已接收", en="File received"
):
    """The old responsible worker looks after the child no longer; the new unit names one."""

    def evolve(self, state: Child) -> Child:
        file = replace(state.file, transfer=None, responsible_person=None, in_dispute=False)
        return replace(state, file=file)


class ReceiveFile(
    Command[Child],
    name="child.receive_file",
    zh="接收档案",
    en="Receive the file",
    when=ON_FILE,
    clauses=CLAUSES,
):
    """The address, if known, completes the residence. It is the other place's to receive, and by its packs."""

    receipt_conditions: Annotated[str | None, P3] = None
    place_address: Annotated[str | None, P1_PLACE] = None

    def done_at(self, state: Child) -> str | None:
        """Where it was sent to."""
        transfer = state.file.transfer
        return transfer.to_division if transfer else state.place

    def decide(self, state: Child) -> Iterator[Event[Child]]:
        transfer = answering(self, state.file.transfer)
        receipt = FileReceived(**received(self, transfer, self.receipt_conditions))
        yield receipt
        here = ChildLocationRecorded(
            place_kind=PlaceKind.RESIDENCE,
            place_division=receipt.to_division,
            place_address=self.place_address,
        )
        yield here
        after = here.evolve(receipt.evolve(state)).file
        new = assigned(self, after, decided=receipt.to_division, why="移送接收")
        if new is not None:
            yield replace(new, former_unit_id=None)  # the receipt has told whom the child left


class FileTransferRefused(
    RefusedFacts,
    Event[Child],
    name="child.file_transfer_refused",
    zh="档案移送被拒收",
    en="Transfer of the file refused",
):
    def evolve(self, state: Child) -> Child:
        return _with(state, None)


class RefuseFileTransfer(
    Command[Child],
    name="child.refuse_file_transfer",
    zh="拒收档案移送",
    en="Refuse the transfer of the file",
    when=ON_FILE,
    clauses=CLAUSES,
):
    """The common superior decides whose the child is; meanwhile the sender acts."""

    refusal_ground: Annotated[str, P3]

    def decide(self, state: Child) -> Iterator[Event[Child]]:
        transfer = answering(self, state.file.transfer)
        ground = grounded(self.refusal_ground)
        units = (transfer.sending_unit_id, transfer.receiving_unit_id)
        superior = superior_of(self, units)
        yield FileTransferRefused(
            **parties(transfer), refusal_ground=ground, dispute_unit_id=superior
        )
        if not state.file.in_dispute:
            yield JurisdictionDisputeRaised(
                claiming_units=units,
                dispute_grounds=ground,
                owner_unit_id=state.file.owner_unit_id,
                superior_unit_id=superior,
            )


class FileTransferWithdrawn(
    WithdrawnFacts,
    Event[Child],
    name="child.file_transfer_withdrawn",
    zh="档案移送已撤回",
    en="Transfer of the file withdrawn",
):
    def evolve(self, state: Child) -> Child:
        return _with(state, None)


class WithdrawFileTransfer(
    Command[Child],
    name="child.withdraw_file_transfer",
    zh="撤回档案移送",
    en="Withdraw the transfer of the file",
    when=ON_FILE,
    clauses=CLAUSES,
):
    """By the sender, while nobody has answered."""

    def decide(self, state: Child) -> Iterator[Event[Child]]:
        yield FileTransferWithdrawn(**parties(taking_back(self, state.file.transfer)))


@reaction
def overtaken(_world: World, state: State, new: tuple[Event[Any], ...]) -> Iterator[Put]:
    """The child is another unit's meanwhile: nobody receives what the sender no longer has."""
    if not isinstance(state, Child) or state.file.transfer is None:
        return
    if any(isinstance(e, JurisdictionAssigned) and e.former_unit_id is not None for e in new):
        yield Put(state.id, WithdrawFileTransfer())
