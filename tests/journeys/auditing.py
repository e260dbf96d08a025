"""The case of scenario 18: that of scenario 3, with a late note, a wrong birth date, a duty that was handed about."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from tests.journeys import rescuing as steps
from tests.journeys.person import Answer
from tests.journeys.world import World

PURPOSE = "核查2022年3月家暴个案的办理经过"
WHY_LATE = "山路中断,返回后补记"
REFUSED = "人手不足"
FOR_EVER = date(2099, 12, 31)
"""The journal notes looks by its own clock, not by the clock of the story."""
GLASS = {
    "break_glass_ground": "MISSING",
    "break_glass_reason": "儿童疑似走失至本辖区,须立即核实身份",
    "wanted_name": "石小梅",
}


@dataclass(frozen=True)
class Audited:
    """The child, her case, the order, and the task that went from hand to hand."""

    child: UUID
    case: UUID
    order: UUID
    task: Answer


def told(world: World) -> Audited:
    """All that happened before the auditor came."""
    girl = steps.girl_on_file(world)
    case = steps.placed(world, girl)
    task = handed_about(world, case)
    looked_at_in_an_emergency(world, girl.id)
    born_a_month_later(world, girl.id)
    noted_late(world, girl.id)
    world.clock.set("2022-04-01 09:00")
    opened = {
        "audit_purpose": PURPOSE,
        "audit_until_on": date(2022, 4, 20),
        "audited_from_on": date(2022, 1, 1),
        "audited_to_on": FOR_EVER,
        "case_id": case,
    }
    order = UUID(world.as_("auditor").done("openAuditOrder", None, opened)["id"])
    return Audited(girl.id, case, order, task)


def handed_about(world: World, case: UUID) -> Answer:
    """The street refuses a task of the case; civil affairs send it back."""
    world.clock.set("2022-03-02 09:00")
    street, civil = world.as_("cm_township"), world.as_("cm_ca")
    open_here = [t for q in street.queues() for t in street.queue("cm_township", q)]
    task = next(t for t in open_here if t["causeStreamId"] == str(case))
    why = {"task_id": UUID(task["taskId"]), "task_reason": REFUSED}
    street.done("refuseCaseTask", case, why)
    world.clock.set("2022-03-02 15:00")
    theirs = [t for t in civil.queue("cm_ca", task["queue"]) if t["causeStreamId"] == str(case)]
    back = {
        "task_id": UUID(theirs[-1]["taskId"]),
        "to_unit_id": world.unit("cm_township"),
        "task_reason": "属街镇职责,退回办理",
    }
    civil.done("reassignCaseTask", case, back)
    return task


def looked_at_in_an_emergency(world: World, child: UUID) -> None:
    """Two emergency looks by police elsewhere."""
    for at, more in (("2022-03-05 20:00", ""), ("2022-03-06 07:00", ",次日再次核实")):
        world.clock.set(at)
        officer = world.as_("jd_police", "emergency")
        why = {"break_glass_reason": GLASS["break_glass_reason"] + more}
        asked = {**GLASS, **why, "wanted_birth_on": date(2013, 10, 3)}
        officer.done("useBreakGlass", None, asked)
        seen = officer.ask("query ($id: UUID!) { child(id: $id) { name } }", id=child)["child"]
        assert seen == {"name": "石小梅"}


def born_a_month_later(world: World, child: UUID) -> None:
    """The birth date on file was wrong."""
    world.clock.set("2022-03-12 10:00")
    opened = world.events(child, "child.file_opened")[0].event_id
    wrong = {
        "target_event_id": opened,
        "what_was_wrong": "出生日期误录",
        "birth_on": date(2013, 11, 3),
        "correction_reason": "户口簿核对",
    }
    world.as_("cm_director").done("correctEvent", child, wrong)


def noted_late(world: World, child: UUID) -> None:
    """A contact of 8 March is entered on the 13th."""
    world.clock.set("2022-03-13 09:00")
    given = {"contact_channel": "PHONE", "contact_with": ["CHILD"], "visit_notes": "情绪平稳"}
    world.as_("cm_director").done(
        "makeContact", child, given, at="2022-03-08 15:00", late_because=WHY_LATE
    )
