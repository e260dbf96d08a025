"""档案任务 · What people and the clock do with the tasks a child's file has given rise to (D.8)."""

from __future__ import annotations

from domain.child.state import Child
from domain.task_actions import task_actions

CHILD_TASKS = task_actions(Child, "Child")
