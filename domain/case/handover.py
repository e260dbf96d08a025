"""书面交接 · A child changes hands in writing (CN2017-4.2-c, CN2017-4.3-c; domain model D.2).

In Changning every handover is in writing and a placement rests on it; elsewhere it is the
platform's habit. Where it is written, it is written whole.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from domain.case.emergency_state import Handover
from domain.case.state import OPEN_OR_PLACED, Case
from domain.case.which_child import done_for_child, the_child
from domain.codec import upcasts
from domain.kernel import Command, Event, Refusal
from domain.labels import name_fields
from domain.replacing import replace
from domain.sensitivity import P0, P1, P2, P3_CARE, P4_ALERT, P4_INJURY, P6_ADDRESS
from domain.terms.emergency import EmergencyDuty

name_fields(
    handover_id=("交接", "Handover"),
    giver_name=("移交人", "Giver"),
    handover_place=("交接地点", "Place of handover"),
    handed_over_at=("交接时间", "Handed over at"),
    child_condition=("儿童状况", "Condition of the child"),
    belongings=("随身物品", "Belongings"),
    health_alerts=("健康警示", "Health alerts"),
    giver_signed=("移交人签字", "Signed by the giver"),
    receiver_signed=("接收人签字", "Signed by the receiver"),
    handover_hash=("交接文书摘要(SHA-256)", "SHA-256 of the handover document"),
)

SHA256 = re.compile(r"[0-9a-f]{64}")

HANDOVER_INCOMPLETE = Refusal(
    "handover_incomplete",
    zh="书面交接须写明移交人、接收人、地点、儿童状况和随身物品",
    en="A written handover names giver, receiver, place, the child's condition and belongings",
)
HANDOVER_UNSIGNED = Refusal(
    "handover_unsigned",
    zh="书面交接须双方签字",
    en="A written handover is signed by both",
)
HANDOVER_IN_FUTURE = Refusal(
    "handover_in_future", zh="交接时间不能晚于办理时间", en="It cannot have been handed over yet"
)
HASH_MALFORMED = Refusal(
    "hash_malformed", zh="摘要须为SHA-256", en="The hash must be a SHA-256 in hexadecimal"
)


class WrittenHandoverCompleted(
    Event[Case],
    name="case.written_handover_completed",
    zh="书面交接",
    en="Written handover",
    version=2,
):
    """The child was handed over and both signed.

    ``health_alerts``: what whoever receives the child must heed (allergies, medicine), and no history.
    """

    handover_id: Annotated[UUID, P0]
    child_id: Annotated[UUID | None, P2] = None
    giver_name: Annotated[str, P1]
    receiver_name: Annotated[str, P6_ADDRESS]
    receiver_unit_id: Annotated[UUID | None, P6_ADDRESS] = None
    handover_place: Annotated[str, P6_ADDRESS]
    handed_over_at: Annotated[datetime, P2]
    child_condition: Annotated[str, P4_INJURY]
    belongings: Annotated[str, P3_CARE]
    health_alerts: Annotated[str | None, P4_ALERT] = None
    handover_hash: Annotated[str, P2]

    def evolve(self, case: Case) -> Case:
        """A placement may rest on it."""
        handover = Handover(
            handover_id=self.handover_id,
            child_id=self.child_id,
            receiver_unit_id=self.receiver_unit_id,
        )
        emergency = replace(case.emergency, handovers=(*case.emergency.handovers, handover))
        case = replace(case, emergency=emergency)
        return done_for_child(case, EmergencyDuty.WRITTEN_HANDOVER, self.child_id)


@upcasts("case.written_handover_completed", 1)
def _without_alerts(values: dict[str, Any]) -> dict[str, Any]:
    """Version 1 had no health alerts."""
    return {**values, "health_alerts": None}


class CompleteWrittenHandover(
    Command[Case],
    name="case.complete_written_handover",
    zh="办理书面交接",
    en="Hand the child over in writing",
    when=OPEN_OR_PLACED,
    clauses=("CN2017-4.2-c", "CN2017-4.3-c"),
):
    """Police or whoever gives, and the receiver."""

    child_id: Annotated[UUID | None, P2] = None
    giver_name: Annotated[str, P1]
    receiver_name: Annotated[str, P6_ADDRESS]
    receiver_unit_id: Annotated[UUID | None, P6_ADDRESS] = None
    handover_place: Annotated[str, P6_ADDRESS]
    handed_over_at: Annotated[datetime, P2]
    child_condition: Annotated[str, P4_INJURY]
    belongings: Annotated[str, P3_CARE]
    health_alerts: Annotated[str | None, P4_ALERT] = None
    giver_signed: Annotated[bool, P2]
    receiver_signed: Annotated[bool, P2]
    handover_hash: Annotated[str, P2]

    def decide(self, case: Case) -> Iterator[Event[Case]]:
        """Whole and signed, or not a written handover."""
        child = the_child(case, self.child_id)
        for name, text in (
            ("giverName", self.giver_name),
            ("receiverName", self.receiver_name),
            ("handoverPlace", self.handover_place),
            ("childCondition", self.child_condition),
            ("belongings", self.belongings),
        ):
            if not text.strip():
                raise HANDOVER_INCOMPLETE(cite=self.rules.cite("handover"), field=name)
        if not (self.giver_signed and self.receiver_signed):
            raise HANDOVER_UNSIGNED(
                cite=self.rules.cite("handover"),
                field="receiverSigned" if self.giver_signed else "giverSigned",
            )
        if self.handed_over_at > self.at:
            raise HANDOVER_IN_FUTURE(field="handedOverAt")
        if not SHA256.fullmatch(self.handover_hash):
            raise HASH_MALFORMED(field="handoverHash")
        yield WrittenHandoverCompleted.of(self, child_id=child, handover_id=self.new_id("handover"))
