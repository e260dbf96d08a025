"""跨地区移送 · Handing a child's file or a case to the unit of another place (D.9, CN2017-4.3-h, CN2017-4.3-i).

Proposed with summary, open matters and documents, it waits for the other unit. Until that has received it the sending
unit stays responsible, whatever happens: silence, refusal, dispute. What is received is the other's from the same
breath on, and the sender may look at it for a while. The rules are the same on both streams; the actions are in
``domain/child/transfer.py`` and ``domain/case/transfer.py``.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Annotated, Any
from uuid import UUID

from domain.context import Stamp
from domain.divisions import Level
from domain.kernel import Command, Message, Refusal
from domain.labels import name_fields
from domain.periods import add
from domain.sensitivity import P0, P2, P3
from domain.terms.places import DivisionId
from domain.terms.units import UnitKind

name_fields(
    transfer_id=("移送", "Transfer"),
    sending_unit_id=("移送单位", "Sending unit"),
    receiving_unit_id=("受移送单位", "Receiving unit"),
    to_division=("移送至", "Transferred to"),
    transfer_reason=("移送理由", "Reason for the transfer"),
    transfer_summary=("移送摘要", "Summary handed over"),
    open_matters=("未办结事项", "Open matters"),
    handover_document=("移交文书", "Handover document"),
    receive_by=("接收时限", "To be received by"),
    receipt_conditions=("接收条件", "Conditions of the receipt"),
    refusal_ground=("拒收理由", "Why it is refused"),
    look_back_until=("原单位可查阅至", "The sender may look until"),
    dispute_unit_id=("争议裁定单位", "Unit that decides the dispute"),
)

TRANSFER_PENDING = Refusal(
    "transfer_pending", zh="已有移送待接收", en="A transfer waits to be received already"
)
NO_TRANSFER = Refusal("no_transfer", zh="没有待接收的移送", en="No transfer waits to be received")
TRANSFER_NOWHERE = Refusal(
    "transfer_nowhere", zh="本单位即为该地负责单位", en="This unit serves that place itself"
)
TRANSFER_INCOMPLETE = Refusal(
    "transfer_incomplete",
    zh="移送须写明理由和摘要",
    en="A transfer needs its reason and a summary",
    clauses=("CN2017-4.3-i",),
)
NOT_RECEIVING_UNIT = Refusal(
    "not_receiving_unit",
    zh="仅受移送单位可以接收或拒收",
    en="Only the unit it was sent to may answer",
)
NOT_SENDING_UNIT = Refusal(
    "not_sending_unit", zh="仅移送单位可以撤回", en="Only the sending unit may take it back"
)
REFUSAL_UNGROUNDED = Refusal(
    "transfer_refusal_ungrounded", zh="拒收须说明理由", en="A refusal needs its ground"
)

CLAUSES = ("CN2017-4.3-h", "CN2017-4.3-i", "CN2017-2-g", "CQ2024-4-d", "SH2020-5.4-h")


@dataclass(frozen=True, kw_only=True)
class Transfer:
    """One that waits, or (``refused``) whose refusal is in dispute."""

    transfer_id: UUID
    sending_unit_id: UUID
    receiving_unit_id: UUID
    to_division: str
    refused: bool = False
    sent_by_unit_id: UUID | None = None
    """Who put it, where that is not the responsible unit: civil affairs for their township."""


class Parties(Message):
    """Which transfer, between whom."""

    transfer_id: Annotated[UUID, P0]
    sending_unit_id: Annotated[UUID, P2]
    receiving_unit_id: Annotated[UUID, P2]


class SentFacts(Parties):
    """What is handed over before anybody has taken it."""

    to_division: Annotated[DivisionId, P2]
    transfer_reason: Annotated[str, P3]
    transfer_summary: Annotated[str, P3]
    open_matters: Annotated[tuple[str, ...], P3] = ()
    handover_document: Annotated[str | None, P2] = None
    receive_by: Annotated[date, P0]

    def waiting(self, stamp: Stamp | None) -> Transfer:
        """The transfer, not answered yet."""
        by = stamp.by.unit_id if stamp else None
        return Transfer(**parties(self), to_division=self.to_division, sent_by_unit_id=by)


class ReceivedFacts(Parties):
    """It is the other unit's from now on; the sender may look until ``look_back_until``."""

    to_division: Annotated[DivisionId, P2]
    receipt_conditions: Annotated[str | None, P3] = None
    look_back_until: Annotated[date, P0]


class RefusedFacts(Parties):
    """Not taken: the sender goes on, and the common superior decides (SH2020-5.4-h keeps who refused, and why)."""

    refusal_ground: Annotated[str, P3]
    dispute_unit_id: Annotated[UUID | None, P2] = None


class WithdrawnFacts(Parties):
    """Taken back, or decided against: nothing has changed hands."""


class ToSend(Message):
    """What the sender says."""

    to_division: Annotated[DivisionId, P2]
    transfer_reason: Annotated[str, P3]
    transfer_summary: Annotated[str, P3]
    open_matters: Annotated[tuple[str, ...], P3] = ()
    handover_document: Annotated[str | None, P2] = None


def sending(
    command: Command[Any], pending: Transfer | None, responsible: UUID | None
) -> dict[str, Any]:
    """Whose it becomes: the township of the place named, or the district where a district is named."""
    if pending is not None:
        raise TRANSFER_PENDING(field="toDivision")
    said: Any = command
    if not said.transfer_reason.strip() or not said.transfer_summary.strip():
        raise TRANSFER_INCOMPLETE(field="transferSummary")
    on, place = command.rules.on, said.to_division
    named = command.divisions.find(place)
    wide = named is not None and named.level in {Level.DISTRICT, Level.PROVINCE}
    kind = UnitKind.DISTRICT_CIVIL_AFFAIRS if wide else UnitKind.TOWNSHIP
    to = command.directory.owner_for(kind, place, command.divisions, on)
    sender = responsible or command.by.unit_id
    if to is None or sender is None or to.id in {sender, command.by.unit_id}:
        raise TRANSFER_NOWHERE(field="toDivision")
    days = timedelta(days=command.rules.days("transfer_receipt_days"))
    return {
        "transfer_id": command.new_id("transfer"),
        "sending_unit_id": sender,
        "receiving_unit_id": to.id,
        "receive_by": on + days,
    }


def answering(command: Command[Any], pending: Transfer | None) -> Transfer:
    """The transfer that waits for the actor's unit."""
    transfer = _unanswered(pending)
    if command.by.unit_id != transfer.receiving_unit_id:
        raise NOT_RECEIVING_UNIT(field="id")
    return transfer


def taking_back(command: Command[Any], pending: Transfer | None) -> Transfer:
    """The transfer that the actor's unit has sent, or for which it is responsible; the platform acts for no unit."""
    transfer = _unanswered(pending)
    if command.by.unit_id not in {None, transfer.sending_unit_id, transfer.sent_by_unit_id}:
        raise NOT_SENDING_UNIT(field="id")
    return transfer


def _unanswered(pending: Transfer | None) -> Transfer:
    if pending is None or pending.refused:
        raise NO_TRANSFER(field="id")
    return pending


def received(command: Command[Any], transfer: Transfer, conditions: str | None) -> dict[str, Any]:
    """The fields of a receipt."""
    return {
        **parties(transfer),
        "to_division": DivisionId(transfer.to_division),
        "receipt_conditions": conditions,
        "look_back_until": add(command.rules.on, command.rules.duration("transfer_look_back_span")),
    }


def parties(transfer: Transfer | Parties) -> dict[str, Any]:
    """Which transfer between whom."""
    return {
        "transfer_id": transfer.transfer_id,
        "sending_unit_id": transfer.sending_unit_id,
        "receiving_unit_id": transfer.receiving_unit_id,
    }


def grounded(text: str) -> str:
    """A refusal says why."""
    if not text.strip():
        raise REFUSAL_UNGROUNDED(field="refusalGround")
    return text.strip()


def superior_of(command: Command[Any], units: tuple[UUID, ...]) -> UUID | None:
    """The district over all of them; the sender's city where they lie in different districts."""
    places = [u.division_id for i in units if (u := command.directory.units.get(i)) is not None]
    on = command.rules.on
    over = [command.divisions.ancestor(place, Level.DISTRICT, on) for place in places]
    districts = {d.id if d else place for d, place in zip(over, places, strict=True)}
    kind = UnitKind.CITY_CIVIL_AFFAIRS
    if len(districts) == 1:
        kind = UnitKind.DISTRICT_CIVIL_AFFAIRS
    found = command.directory.owner_for(kind, places[0], command.divisions, on) if places else None
    return found.id if found else None
