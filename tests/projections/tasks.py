"""What the tests of tasks share: what people do with a task, and whom it lets look."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from domain.kernel import COMMANDS
from tests.projections.town import Town


def act(name: str, task: dict[str, Any], **more: Any) -> Any:
    """``case.accept_task`` and its sisters, on this task."""
    return COMMANDS[f"{task['cause_stream']}.{name}_task"](task_id=task["task_id"], **more)  # type: ignore[call-arg]


def relations(town: Town, reason: str) -> set[tuple[UUID, str]]:
    """Who may look at whom for this reason: subject and token."""
    found = town.rows("select * from read.access_relation where reason = %(reason)s", reason=reason)
    return {(row["subject_id"], row["token"]) for row in found}
