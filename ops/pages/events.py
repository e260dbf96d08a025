"""``docs/events.md``: the event names of the domain model's catalogue (C.1 – C.13) and what each became here."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

import domain.actions  # noqa: F401 - registers the domain
from domain.kernel import EVENTS
from ops.pages.markdown import escaped, table

SOURCE = Path(__file__).parent.parent / "event_catalogue.json"
HEAD = """# 事件名对照 · Event names

由代码生成,请勿手改(`make regen`)。Told from the code; do not edit.

领域模型 C.1 至 C.13 目录中的每个事件名,在本平台中的事件名;合并、改名或不作为事件的,写明理由。
末尾是目录之外的事件。

Each event name of the catalogue in the domain model (C.1 – C.13), and its name here; where it was merged, renamed or
is no event, the reason. At the end stand the events that the catalogue does not have.
"""


@dataclass(frozen=True)
class Catalogued:
    """One name of the catalogue."""

    chapter: str
    name: str
    zh: str


@dataclass(frozen=True)
class Became:
    """What a name became: the events here, none where it is no event, and why."""

    events: tuple[str, ...]
    because: str


_APPOINTED = "一岗一事:任何岗位以同一事件任命,岗位是其内容 · One event appoints to any post; the post is its content"
_TASKED = "每条流各有其任务事件,同名同义 · The same event on every stream that has tasks"
_JOURNAL = (
    "查阅不是业务事实:逐行记入只增的查阅记录(`sec.access_journal`),不进入事件流 · "
    "A look is no fact of the work: a row of the append-only access journal, not an event of a stream"
)
_STREAMS = ("child", "case", "unit", "rules", "access")


def _on_tasks(verb: str) -> Became:
    return Became(tuple(f"{stream}.task_{verb}" for stream in _STREAMS), _TASKED)


DIFFERENT: Mapping[str, Became] = MappingProxyType(
    {
        "ChildDirectorAppointed": Became(
            ("unit.person_appointed", "unit.child_director_registered"), _APPOINTED
        ),
        "ChildDirectorEnded": Became(
            ("unit.assignment_ended",),
            "任何岗位以同一事件终止 · One event ends any post",
        ),
        "ChildSupervisorAppointed": Became(("unit.person_appointed",), _APPOINTED),
        "CommunityWorkerAssigned": Became(
            ("unit.person_appointed", "child.responsible_worker_assigned"), _APPOINTED
        ),
        "AgencyTaskCreated": Became(
            (),
            "任务由队列表从引起它的事实得出,可随时重述;任务产生本身不是事实 · "
            "A task is told from the fact that causes it, by the table of queues; its creation is no fact of its own",
        ),
        "AgencyTaskAccepted": _on_tasks("accepted"),
        "AgencyTaskRefused": _on_tasks("refused"),
        "AgencyTaskCompleted": Became(
            tuple(f"{stream}.task_completed" for stream in _STREAMS),
            "任务以其事项本身办结;无事项可办的才有此事件 · "
            "A task is completed by its deed; this event is for those that no deed completes",
        ),
        "AgencyTaskEscalated": _on_tasks("escalated"),
        "EntitlementScreened": Became(
            ("child.entitlement_screened", "case.entitlement_screened"),
            "从档案或个案发起,各记于其流 · From the file or from the case, each on its own stream",
        ),
        "RecordViewed": Became((), _JOURNAL),
        "AccessDenied": Became((), _JOURNAL),
    }
)


def catalogue() -> list[Catalogued]:
    """The names of the domain model, in its order."""
    return [Catalogued(**row) for row in json.loads(SOURCE.read_text(encoding="utf-8"))]


def became(name: str) -> Became:
    """What a name of the catalogue became. Raises ``LookupError`` where nobody has said and no event has its name."""
    if name in DIFFERENT:
        return DIFFERENT[name]
    same = tuple(n for n, e in EVENTS.items() if name in {e.__name__, _class_name(n)})
    if len(same) != 1:
        raise LookupError(f"{name} of the catalogue became {same or 'nothing'}: say why")
    return Became(same, "")


def _class_name(event: str) -> str:
    """``child.capacity_assessed`` → ``CapacityAssessed``."""
    return "".join(word.title() for word in event.partition(".")[2].split("_"))


def render() -> str:
    """The page."""
    rows = catalogue()
    lines = [HEAD, *_summary(rows)]
    for chapter in dict.fromkeys(row.chapter for row in rows):
        lines += ["", f"## {chapter}", ""]
        told = (_row(row) for row in rows if row.chapter == chapter)
        lines += table(("目录 Catalogue", "中文", "本平台 Here", "说明 Why"), told)
    named = {event for row in rows for event in became(row.name).events}
    beyond = sorted(name for name in EVENTS if name not in named)
    lines += ["", f"## 目录之外 Beyond the catalogue ({len(beyond)})", ""]
    lines += table(
        ("事件 Event", "中文", "English"),
        ((f"`{n}`", EVENTS[n].label.zh, EVENTS[n].label.en) for n in beyond),
    )
    return "\n".join(lines) + "\n"


def _row(row: Catalogued) -> tuple[str, str, str, str]:
    found = became(row.name)
    here = " ".join(f"`{event}`" for event in found.events) or "—"
    return f"`{row.name}`", escaped(row.zh), here, escaped(found.because)


def _summary(rows: list[Catalogued]) -> Iterator[str]:
    kinds = {"同名 Same name": 0, "合并、改名 Merged or renamed": 0, "不作为事件 No event": 0}
    for row in rows:
        found = became(row.name)
        kind = 2 if not found.events else 1 if row.name in DIFFERENT else 0
        kinds[list(kinds)[kind]] += 1
    counted = ((kind, str(number)) for kind, number in kinds.items())
    yield from table(("", "个 Number"), (*counted, ("目录 Catalogue", str(len(rows)))))
