"""移送的队列 · The queues of transfers to another place (D.9). Not in the catalogue of the spec, but somebody's duty.

Q-82: whoever is sent something answers. Until it is received the unit sees the fields of the transfer, by a grant, and
is neither on the case nor on the file. Q-83: the receiving unit names a worker for the child, and so does the unit to
which a new residence or a decision gave the file, or whose child has lost its worker. Q-54-CASE: a refused case; where
the child has a file, the decision on the dispute over the child (Q-54) closes it as well.
"""

from __future__ import annotations

from typing import Any

from domain.case.state import OPEN_OR_FOLLOWED
from domain.terms.roles import Role
from projections.queue_grammar import Closes, Due, Opens, Queue
from projections.queues_of_reports import CASE_ENDS
from projections.queues_of_the_file import CITY, CIVIL_AFFAIRS, FILE_ENDS, TOWNSHIP

SENT = ("transfer_id",)
CLAUSES = ("CN2017-4.3-h", "CN2017-4.3-i", "CN2017-2-g", "CQ2024-4-d")
OFFICES = (
    Role.TOWNSHIP,
    Role.CHILD_SUPERVISOR,
    Role.DISTRICT_CIVIL_AFFAIRS,
    Role.CITY_CIVIL_AFFAIRS,
)


def nobody_is_followed(_event: Any, case: Any) -> bool:
    """No placement or aftercare outlives the case: with one, it is still to be received."""
    return not OPEN_OR_FOLLOWED.holds(case)


NOBODY_FOLLOWED = tuple(Closes(c.event, only=nobody_is_followed, done=False) for c in CASE_ENDS)

TRANSFER_QUEUES = (
    Queue(
        "Q-82",
        zh="接收移送",
        en="Receive what is transferred",
        opens=tuple(
            Opens(
                event,
                (TOWNSHIP, CIVIL_AFFAIRS),
                Due("transfer_receipt_days", "receive_by"),
                unit="receiving_unit_id",
                key=SENT,
                place="to_division",
            )
            for event in ("case.transferred_out", "child.file_transferred_out")
        ),
        closes=(
            Closes("case.received", SENT),
            Closes("case.transfer_refused", SENT),
            Closes("case.transfer_withdrawn", SENT, done=False),
            Closes("child.file_received", SENT),
            Closes("child.file_transfer_refused", SENT),
            Closes("child.file_transfer_withdrawn", SENT, done=False),
            *NOBODY_FOLLOWED,
            *FILE_ENDS,
        ),
        escalates=(CIVIL_AFFAIRS, CITY),
        clauses=CLAUSES,
        names=OFFICES,
        sees_child=False,
        sees_case=False,
    ),
    Queue(
        "Q-83",
        zh="为儿童确定责任人",
        en="Name a worker for a child that has none",
        opens=(
            Opens(
                "child.file_received",
                TOWNSHIP,
                Due("transfer_receipt_days"),
                unit="receiving_unit_id",
                place="to_division",
            ),
            Opens(
                "child.jurisdiction_assigned",
                TOWNSHIP,
                Due("transfer_receipt_days"),
                unit="owner_unit_id",
                place="township_division",
                only=lambda e, _: e.former_unit_id is not None,
            ),
            Opens("child.responsible_worker_withdrawn", TOWNSHIP, Due("transfer_receipt_days")),
        ),
        closes=("child.responsible_worker_assigned", *FILE_ENDS),
        escalates=(CIVIL_AFFAIRS, CITY),
        clauses=("CQ2016-6.2-f", "SH2020-5.3-f", "CN2017-5.1-ai", *CLAUSES),
        names=OFFICES,
    ),
    Queue(
        "Q-54-CASE",
        zh="裁定案件移送争议",
        en="Decide the dispute over the transfer of a case",
        opens=(
            Opens(
                "case.transfer_refused",
                (CIVIL_AFFAIRS, CITY),
                Due("jurisdiction_dispute_days"),
                unit="dispute_unit_id",
                key=SENT,
            ),
        ),
        closes=(Closes("case.transfer_decided", SENT), *NOBODY_FOLLOWED),
        escalates=(CITY,),
        clauses=("CN2017-2-g", "CQ2024-4-d"),
        names=(Role.DISTRICT_CIVIL_AFFAIRS, Role.CITY_CIVIL_AFFAIRS),
    ),
)
