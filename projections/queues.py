"""工作队列总表 · All queues whose opening events exist, by their code: read it to see who must do what, and why.

What each sentence of a queue means is in ``queue_grammar``. Q-01 … Q-49 are the catalogue of the spec. Q-50 and up, and
those with a word behind the number, are not in it: they are duties its chapters start all the same (the tier to
confirm, a referral, a plan, a dispute, what an emergency demands).
"""

from __future__ import annotations

import domain.actions  # noqa: F401 - the events a queue names must be known
from projections.queue_grammar import Queue, faults
from projections.queues_of_access import ACCESS_QUEUES
from projections.queues_of_assessment import ASSESSMENT_QUEUES
from projections.queues_of_duties import DUTY_QUEUES
from projections.queues_of_entitlements import ENTITLEMENT_QUEUES
from projections.queues_of_intervention import INTERVENTION_QUEUES
from projections.queues_of_placement import PLACEMENT_QUEUES
from projections.queues_of_reports import REPORT_QUEUES
from projections.queues_of_rules import RULE_QUEUES
from projections.queues_of_school import SCHOOL_QUEUES
from projections.queues_of_the_file import FILE_QUEUES
from projections.queues_of_transfers import TRANSFER_QUEUES
from projections.queues_of_units import UNIT_QUEUES
from projections.queues_of_visits import VISIT_QUEUES

QUEUES: dict[str, Queue] = {
    queue.code: queue
    for queue in sorted(
        (
            *REPORT_QUEUES,
            *ASSESSMENT_QUEUES,
            *DUTY_QUEUES,
            *PLACEMENT_QUEUES,
            *INTERVENTION_QUEUES,
            *ENTITLEMENT_QUEUES,
            *FILE_QUEUES,
            *VISIT_QUEUES,
            *UNIT_QUEUES,
            *SCHOOL_QUEUES,
            *ACCESS_QUEUES,
            *RULE_QUEUES,
            *TRANSFER_QUEUES,
        ),
        key=lambda q: q.code,
    )
}


def all_faults() -> list[str]:
    """Every event, field or parameter that a queue names and that there is not."""
    return [fault for queue in QUEUES.values() for fault in faults(queue)]


def due_by() -> tuple[str, ...]:
    """The parameters by which anything is due."""
    opened = {o.due.parameter for queue in QUEUES.values() for o in queue.opens}
    moved = {m.due.parameter for queue in QUEUES.values() for m in queue.moves if m.due is not None}
    return tuple(sorted(opened | moved))
