"""``yidang explain NAME``: what a clause, an action or a refusal is; who may do an action, and what work follows."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Any

import domain.actions  # noqa: F401 - registers the acts
from authz.policy import ROLE_PREFIX, Policy, committed
from authz.words import PURPOSES, RELATIONS
from domain.clauses import CLAUSES
from domain.kernel import COMMANDS, Command
from domain.labels import Term
from domain.refusals import REFUSALS
from ops.declared import follows
from projections.queues import QUEUES
from schema.scalars import mutation_name

Say = Callable[[str], None]


def explain(name: str, say: Say) -> int:
    """Says what stands under a name. Status 2 when nothing does."""
    lines = _clause(name) or _action(name) or _refusal(name)
    if not lines:
        say(
            f"没有名为 {name} 的条款、办理事项或拒绝码 · no clause, action (case.escort_child, escortChild) or refusal "
            "of that name"
        )
        return 2
    for line in lines:
        say(line)
    return 0


def _clause(name: str) -> list[str]:
    found = CLAUSES.get(name)
    if found is None:
        return []
    using = (c for c in COMMANDS.values() if name in c.clauses)
    return [
        f"{found.id} ({found.document}, {found.kind}) {found.quote_zh}",
        found.obligation,
        *(f"  {_named(command)}" for command in using),
    ]


def _refusal(name: str) -> list[str]:
    found = REFUSALS.get(name.lower())
    if found is None:
        return []
    return [f"{found.code} {found.label.zh} · {found.label.en} {', '.join(found.clauses)}"]


def _action(name: str) -> list[str]:
    """By its own name or its mutation's."""
    command = next((c for c in COMMANDS.values() if name in {c.name, mutation_name(c)}), None)
    if command is None:
        return []
    events = follows(command).events
    return [
        _named(command),
        f"  GraphQL: {'系统 by the system' if command.by_system else mutation_name(command)}",
        f"  何时 when: {command.when.zh} · {command.when.en}",
        *(f"  {clause_id} {CLAUSES[clause_id].quote_zh}" for clause_id in command.clauses),
        "谁可办理 · who may (this release's policy; `yidang policy` tells whether another is in force)",
        *(_who(committed(), command.name) or ["  无人 nobody"]),
        "待办(视所登记的事实) · tasks (as the facts are)",
        *(_work(events) or ["  无 none"]),
    ]


def _named(command: type[Command[Any]]) -> str:
    return f"{command.name} {command.label.zh} · {command.label.en}"


def _who(policy: Policy, act: str) -> list[str]:
    """A line for each role and effect: in which relations to the row, for which purposes."""
    found: dict[tuple[str, str], tuple[dict[str, None], dict[str, None]]] = {}
    for row in policy.rows:
        if row.act == act:
            relations, purposes = found.setdefault((row.effect, row.role), ({}, {}))
            relations[_label(RELATIONS, row.relation)] = None
            purposes[_label(PURPOSES, row.purpose)] = None
    lines = []
    for (effect, code), (relations, purposes) in found.items():
        role = policy.roles[code.removeprefix(ROLE_PREFIX)]
        never = "" if effect == "allow" else "不得 never: "
        lines.append(
            f"  {never}{role.zh} {role.en}: {'、'.join(relations)} | {'、'.join(purposes)}"
        )
    return lines


def _label(words: Mapping[str, Term], code: str) -> str:
    known = words.get(code)
    return f"{known.zh} {code}" if known else code


def _work(events: Collection[str]) -> list[str]:
    """The queues in which the events that may be recorded open tasks, or end them; whether they do is often a matter of
    the event's own words, and of the state."""
    lines = []
    for queue in QUEUES.values():
        does = {
            "开 opens": any(o.event in events for o in queue.opens),
            "结 ends": any(c.event in events for c in queue.endings),
        }
        if any(does.values()):
            told = "、".join(what for what, so in does.items() if so)
            lines.append(f"  {queue.code} {queue.zh} · {queue.en}: {told}")
    return lines
