"""机构任务 · What people and the clock do with the tasks a unit's own record has given rise to (D.8)."""

from __future__ import annotations

from domain.task_actions import task_actions
from domain.unit.state import Unit

UNIT_TASKS = task_actions(Unit, "Unit")
