"""规则任务 · What people and the clock do with the tasks of a rules file (D.8, Q-48)."""

from __future__ import annotations

from domain.rules.state import RulesFile
from domain.task_actions import task_actions

RULES_TASKS = task_actions(RulesFile, "Rules")
