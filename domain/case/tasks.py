"""个案任务 · What people and the clock do with the tasks a case has given rise to (D.8)."""

from __future__ import annotations

from domain.case.state import Case
from domain.task_actions import task_actions

CASE_TASKS = task_actions(Case, "Case")
