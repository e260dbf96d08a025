"""The table of queues: every duty has an owner, a time limit, an end and somebody above; none is forgotten."""

from __future__ import annotations

import re

import pytest

from domain.kernel import COMMANDS, EVENTS
from domain.packfile import PLATFORM
from domain.rulebook import Rulebook
from domain.terms.emergency import EmergencyDuty
from domain.terms.roles import ROLES_OF, Role
from domain.terms.units import UnitKind
from projections import clock_table
from projections.clock_table import CLOCKS
from projections.queue_grammar import Due, Opens, Queue, faults
from projections.queues import QUEUES, all_faults

pytestmark = pytest.mark.contract
CATALOGUE = {f"Q-{n:02}" for n in (*range(1, 37), *range(38, 50))}
"""The queues of the domain model G that the chapters of report, emergency, assessment, placement and file feed."""
BEYOND = {
    "Q-80",
    *(f"Q-{n}" for n in range(91, 96)),
    "Q-82",
    "Q-84",
    "Q-83",
    "Q-85",
    "Q-86",
    "Q-87",
    "Q-88",
    "Q-89",
    "Q-54-CASE",
    "Q-81",
    "Q-17-BAR",
    "Q-17-BREACH",
    "Q-17-ORDER",
    "Q-17-SIX-MONTHS",
    "Q-22-OVER",
    "Q-27-RELEASE",
    "Q-29-APPOINT",
    "Q-29-FALLBACK",
    "Q-29-PLACEMENT",
    "Q-37",
    "Q-41-EMPLOYMENT",
    "Q-50",
    "Q-51",
    "Q-52",
    "Q-53",
    "Q-54",
    *(f"Q-{n}" for n in range(61, 70)),
}
OVERDUE = re.compile(
    r"(_by|_by_at|_by_on|_due_on|_due_at|review_on|next_\w+_on|next_\w+_at|limit_on)$"
)
STARTS_NO_DUTY = {
    "child.guardian_responsibility_list_issued": "who has acknowledged the list",
    "child.follow_up_visit_made": "a reaction notes it in the aftercare of the case, which is Q-31",
    "child.event_corrected": "moves the clock of the age review",
    "case.report_acceptance_overdue": "the clock of Q-01 has rung",
    "case.township_notice_overdue": "the clock of Q-03 has rung",
}
ONLY_BY_TEXT = {"periodic_duties"}
"""Where no text lays the duty down there is no duty, so the platform has no number for it."""
LOOKING_ON = {Role.RULE_OWNER, Role.INSPECTOR, Role.AUDITOR, Role.TECHNICAL_ADMINISTRATOR}
TABLE = [pytest.param(q, id=code) for code, q in QUEUES.items()]


OF_DUTIES = {
    "Q-55-TREATMENT",
    "Q-55-TURNED_UP",
    *(f"Q-55-{duty.value}" for duty in EmergencyDuty),
} - {
    "Q-55-PLACE_CHILD",
    "Q-55-SECURE_CARE",
}


def test_the_catalogue_is_complete() -> None:
    assert set(QUEUES) == CATALOGUE | BEYOND | OF_DUTIES


@pytest.mark.parametrize("queue", TABLE)
def test_a_queue_says_everything(queue: Queue) -> None:
    assert queue.zh
    assert queue.en
    assert queue.opens
    assert queue.closes or queue.by_hand
    assert queue.escalates
    assert queue.names
    assert queue.clauses
    assert not faults(queue)


@pytest.mark.parametrize("queue", TABLE)
def test_an_owner_has_a_role_that_the_queue_names(queue: Queue) -> None:
    kinds = {kind for opening in queue.opens for kind in opening.kinds}
    offered = {role for kind in kinds for role in ROLES_OF[kind]}
    assert offered & set(queue.names)


@pytest.mark.parametrize("queue", TABLE)
def test_above_it_names_who_works_there_and_not_who_keeps_the_rules_or_looks_on(
    queue: Queue,
) -> None:
    for kind in queue.escalates:
        first = next(role for role in map(Role, queue.whom) if role in ROLES_OF[kind])
        assert first in queue.names or first not in LOOKING_ON, kind
        if kind is UnitKind.TOWNSHIP and Role.TOWNSHIP not in queue.names:
            assert first is Role.CHILD_SUPERVISOR, "SUP → TS → D-CA (domain model G)"


@pytest.mark.parametrize("queue", TABLE)
def test_every_time_limit_has_a_number_of_the_platform(queue: Queue) -> None:
    baseline = Rulebook.load().pack(PLATFORM)
    for opening in queue.opens:
        assert opening.due.parameter in baseline.provisions or opening.due.parameter in ONLY_BY_TEXT


def test_no_event_field_or_parameter_is_named_that_there_is_not() -> None:
    assert all_faults() == []
    assert clock_table.all_faults() == []


def test_a_queue_that_names_what_there_is_not_is_found() -> None:
    wrong = Opens(
        "case.police_dispatched", QUEUES["Q-01"].opens[0].owner, Due("no_such", "nowhere")
    )
    unheard = Opens("case.never", QUEUES["Q-01"].opens[0].owner, Due("accept_minutes"))
    queue = Queue(
        "Q-99",
        zh="无",
        en="None",
        opens=(wrong, unheard),
        closes=("case.never_either",),
        escalates=(),
        clauses=(),
        names=(),
    )
    assert faults(queue) == [
        "Q-99: case.police_dispatched has no field nowhere",
        "Q-99: no parameter no_such",
        "Q-99: no event case.never",
        "Q-99: no event case.never_either",
    ]


def test_no_event_that_says_until_when_is_forgotten() -> None:
    heard: set[str] = set()
    for queue in QUEUES.values():
        heard |= {o.event for o in queue.opens} | {m.event for m in queue.moves}
        heard |= {c.event for c in queue.endings}
    heard |= {s.event for clock in CLOCKS for s in clock.sets} | {c.rung for c in CLOCKS}
    said = {
        name
        for name, event in EVENTS.items()
        if name.partition(".")[0] in {"case", "child"}
        and ".task_" not in name
        and any(OVERDUE.search(s.name) for s in event.specs)
    }
    assert said - heard - set(STARTS_NO_DUTY) == set()


def test_every_command_of_the_clock_has_one() -> None:
    told = {
        f"{stream}.escalate_task" for stream in ("case", "child", "unit", "rules", "access")
    } | {clock.act for clock in CLOCKS}
    timed = {
        name
        for name, command in COMMANDS.items()
        if command.by_system
        and re.search(r"overdue|warn_|exceeded|review_due|reassess|escalate", name)
    }
    assert timed <= told
