"""The police on the scene, and what they do first: told again wherever a story goes on from there."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from domain.case.dispatch import (
    DispatchPolice,
    RecordPoliceFindings,
)
from domain.case.escort import EscortChild
from domain.case.intake import AcceptReport
from domain.case.notices import NotifyTownship
from domain.case.parents import (
    AttemptParentContact,
    RecordParentsUnreachable,
)
from domain.case.state import Case
from domain.child.care_state import CareState, Guardian
from domain.kernel import Command, Event
from domain.terms.emergency import (
    ContactMeans,
    ContactOutcome,
    DangerState,
    EscortDestination,
    Finding,
)
from domain.terms.reports import Trigger
from tests.domain.case.cast import (
    BROTHER,
    FATHER,
    JIANGSU_ROAD,
    LI,
    MIAOZHEN,
    MOTHER,
    case_of,
    child,
    cn,
    cq,
    played,
    report,
    sh,
)
from tests.dsl import an_id, given

To = EscortDestination

HASH = "ab" * 32


HERS = an_id("mother of the other")
HER_CARE = CareState(guardians=(Guardian(guardian_id=HERS, relation="MOTHER", away=True),))


def of_two(command: Command[Any], at: str) -> Command[Any]:
    """Of two children in one case, each with parents of their own."""
    files = {LI: child(), BROTHER: child(BROTHER, care=HER_CARE)}
    return cq(command, at=f"2025-03-03 {at}", linked=files)


def on_scene_cq(*triggers: Trigger, **more: Any) -> tuple[Event[Any], ...]:
    """The police are there, at 09:10."""
    return played(
        cq(report(*triggers, **more), at="2025-03-03 08:55"),
        cq(AcceptReport(), at="2025-03-03 09:00"),
        cq(DispatchPolice(), at="2025-03-03 09:10"),
    )


def on_scene_sh() -> tuple[Event[Any], ...]:
    """The police are there, in Chongming."""
    told = report(Trigger.SUSPECTED_DV, discovered="2022-03-01 09:50", where=MIAOZHEN)
    return played(
        sh(told),
        sh(AcceptReport(), at="2022-03-01 10:05"),
        sh(DispatchPolice(), at="2022-03-01 10:10"),
    )


def on_scene_cn() -> tuple[Event[Any], ...]:
    """The police are there, in Changning."""
    told = report(Trigger.SUSPECTED_INFRINGEMENT, discovered="2019-03-30 09:50", where=JIANGSU_ROAD)
    return played(
        cn(told),
        cn(AcceptReport(), at="2019-03-30 10:05"),
        cn(DispatchPolice(), at="2019-03-30 10:10"),
    )


ON_SCENE = on_scene_cq(Trigger.LIVING_ALONE)


def findings(*found: Finding, **more: Any) -> RecordPoliceFindings:
    """What the police find."""
    return RecordPoliceFindings(findings=found, **more)


def then(history: tuple[Event[Any], ...], *commands: Command[Any]) -> tuple[Event[Any], ...]:
    """The history with what follows from these commands."""
    for command in commands:
        history = (*history, *given(*history).when(command).facts())
    return history


def after(history: tuple[Event[Any], ...], *commands: Command[Any]) -> Case:
    """The case when these commands have followed."""
    return case_of(*then(history, *commands))


ALONE = then(ON_SCENE, cq(findings(Finding.LIVING_ALONE), at="2025-03-03 09:30"))

INJURED = then(
    on_scene_cn(),
    cn(
        findings(Finding.OTHER_INFRINGEMENT, dangers=(DangerState.SERIOUS_INJURY,)),
        at="2019-03-30 10:30",
    ),
)


def call(
    guardian: UUID | None,
    outcome: ContactOutcome = ContactOutcome.NO_ANSWER,
    at: str = "2025-03-03 09:40",
) -> Command[Any]:
    """The police ring."""
    attempt = AttemptParentContact(
        guardian_id=guardian, contact_means=ContactMeans.PHONE, contact_outcome=outcome
    )
    return cq(attempt, at=at)


VIOLENT_SH = then(on_scene_sh(), sh(findings(Finding.DOMESTIC_VIOLENCE), at="2022-03-01 10:30"))
INJURED_CN = then(
    on_scene_cn(),
    cn(
        findings(Finding.DOMESTIC_VIOLENCE, dangers=(DangerState.SERIOUS_INJURY,)),
        at="2019-03-30 10:30",
    ),
)
NOTIFY = NotifyTownship(notice_text="女童独居,已护送至祖母处")
NINE_FIFTY = "2025-03-03 09:50"

UNREACHABLE = cq(RecordParentsUnreachable(), at="2025-03-03 10:30")

TRIED = then(ALONE, call(FATHER), call(MOTHER), call(FATHER), call(MOTHER))


def escort(to: EscortDestination = To.CLOSE_RELATIVE, **more: Any) -> EscortChild:
    """To the grandmother in the next village."""
    brought: dict[str, Any] = {
        "escort_destination": to,
        "escort_address": "邻村12号",
        "receiver_name": "祖母",
        "nearest_because": "步行十分钟",
        "best_interest_reason": "由祖母照料,不转学",
    }
    return EscortChild(**{**brought, **more})
