"""查阅任务 · What people and the clock do with the tasks that a matter of access has given rise to (D.8)."""

from __future__ import annotations

from domain.access.state import AccessOrder
from domain.task_actions import task_actions

ACCESS_TASKS = task_actions(AccessOrder, "Access")
