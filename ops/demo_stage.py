"""The stage of the demonstration: people act through the API, and what is answered is told in Chinese and English.

Every step says what it expects; an answer that is not as expected ends the play.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from domain.terms.roles import Role
from ops.client import Client, command_of, mutation_document
from ops.demo_world import BY_KEY, PEOPLE, UNIT_BY_KEY, DemoPerson
from projections.queues import QUEUES

Answer = dict[str, Any]
LOCAL = ZoneInfo("Asia/Shanghai")
NAMES = {str(p.id): p for p in PEOPLE}
ROLES = {role.value: role for role in Role}
QUEUE = """query ($unit: UUID!, $queue: String!) { workQueue(unit: $unit, queue: $queue, first: 100) {
  nodes { taskId caseId childId namedPersonId dueAt dueBasis duty { id quoteZh } } } }"""
TIMELINE = """query ($id: UUID!, $after: String) { child(id: $id) { timeline(first: 100, after: $after) {
  nodes { zh en occurredAt actorRole clauses { id } stream } pageInfo { hasNextPage endCursor } } } }"""


class Unexpected(Exception):
    """Something was answered that the play did not expect."""


@dataclass
class Stage:
    """Who acts at ``url``; ``token`` mints for a person; ``say`` prints a line."""

    url: str
    token: Callable[[DemoPerson], str]
    say: Callable[[str], None]
    refusals: int = 0
    _clients: dict[str, Client] = field(default_factory=dict)

    def close(self) -> None:
        """Gives all connections back."""
        for client in self._clients.values():
            client.close()

    def scene(self, zh: str, en: str) -> None:
        """A heading."""
        self.say(f"\n── {zh} · {en}")

    def ask(self, key: str, query: str, **variables: Any) -> Answer:
        """A read as this person."""
        if key not in self._clients:
            self._clients[key] = Client(self.url, self.token(BY_KEY[key]))
        return self._clients[key].ask(query, **variables)

    # ── Acts

    def does(
        self, key: str, mutation: str, stream_id: UUID | None = None, given: Answer | None = None
    ) -> UUID:
        """Somebody acts, and it is recorded. Answers the stream."""
        outcome = self._put(key, mutation, stream_id, given)
        if outcome["__typename"] != "CommandDone":
            raise Unexpected(f"{key} {mutation}: {outcome}")
        self.say(f"  ✓ {_who(key)}:{_what(mutation)} (版本 version {outcome['version']})")
        return UUID(outcome["id"])

    def is_refused(
        self,
        code: str,
        key: str,
        mutation: str,
        stream_id: UUID | None = None,
        given: Answer | None = None,
    ) -> None:
        """Somebody acts, and the rules say no with this code, citing their clauses."""
        outcome = self._put(key, mutation, stream_id, given)
        if outcome["__typename"] != "RuleRefused" or outcome["code"] != code:
            raise Unexpected(f"{key} {mutation}: {outcome}")
        self.refusals += 1
        self.say(f"  ✗ {_who(key)}:{_what(mutation)}")
        self.say(f"      拒绝 · refused {code}: {outcome['zh']} · {outcome['en']}")
        for clause in outcome["clauses"]:
            self.say(f"      依据 · clause {clause['id']}「{clause['quoteZh']}」")

    def is_not_theirs(
        self, key: str, mutation: str, stream_id: UUID, given: Answer | None = None
    ) -> None:
        """Somebody acts on what is out of reach, and is told what one is told of what does not exist."""
        there = self._put(key, mutation, stream_id, given)
        nowhere = self._put(key, mutation, uuid4(), given)
        if there["__typename"] != "NotFoundOrForbidden" or there != nowhere:
            raise Unexpected(f"{key} {mutation}: {there}, and of nothing: {nowhere}")
        self.refusals += 1
        self.say(f"  ✗ {_who(key)}:{_what(mutation)}")
        self.say(f"      {there['code']}: {there['zh']} · {there['en']}")

    def _put(self, key: str, mutation: str, stream_id: UUID | None, given: Answer | None) -> Answer:
        command = command_of(mutation)
        variables: Answer = {"commandId": uuid4()}
        if stream_id is not None:
            version = self._version(key, command.state_type.stream, stream_id)
            variables |= {"id": stream_id, "expectedVersion": version}
        if command.specs:
            variables["input"] = given or {}
        outcome: Answer = self.ask(key, mutation_document(mutation), **variables)["outcome"]
        return outcome

    def _version(self, key: str, stream: str, stream_id: UUID) -> int:
        """As this person reads it; 1 for what is not theirs to read: it will be denied whatever it says."""
        query = f"query ($id: UUID!) {{ found: {stream}(id: $id) {{ version }} }}"
        found = self.ask(key, query, id=stream_id)["found"]
        return int(found["version"]) if found else 1

    # ── What shows

    def has_task(self, key: str, unit: str, queue: str, subject: UUID) -> Answer:
        """In this unit's queue there is a task about the case or child: queue, unit, person, due, clause."""
        place = UNIT_BY_KEY[unit]
        found = self.ask(key, QUEUE, unit=place.id, queue=queue)["workQueue"]["nodes"]
        mine = [task for task in found if str(subject) in {task["caseId"], task["childId"]}]
        if not mine:
            raise Unexpected(f"no task in {queue} of {unit}")
        task: Answer = mine[0]
        label = QUEUES[queue].label
        named = NAMES.get(task["namedPersonId"] or "")
        self.say(f"  ☐ {queue} {label.zh} · {label.en}")
        self.say(
            f"      {place.name} · 经办 named {named.name if named else '—'} · "
            f"时限 due {_local(task['dueAt'])} ({task['dueBasis']})"
        )
        for clause in task["duty"][:1]:
            self.say(f"      依据 · clause {clause['id']}「{clause['quoteZh']}」")
        return task

    def has_no_task(self, key: str, unit: str, queue: str, subject: UUID) -> None:
        """The task is done, and gone from the queue."""
        found = self.ask(key, QUEUE, unit=UNIT_BY_KEY[unit].id, queue=queue)["workQueue"]["nodes"]
        if any(str(subject) in {task["caseId"], task["childId"]} for task in found):
            raise Unexpected(f"a task is left in {queue} of {unit}")
        self.say(f"  ☑ {queue} {QUEUES[queue].zh} 已办结 · done")

    def expects(self, zh: str, en: str, *, holds: bool) -> None:
        """Something the reader should see to be so."""
        if not holds:
            raise Unexpected(en)
        self.say(f"  ◆ {zh} · {en}")

    def timeline(self, key: str, child_id: UUID) -> int:
        """The child's whole timeline, first event first. Answers how many lines."""
        lines: list[Answer] = []
        after: str | None = None
        while True:
            found = self.ask(key, TIMELINE, id=child_id, after=after)["child"]["timeline"]
            lines += found["nodes"]
            if not found["pageInfo"]["hasNextPage"]:
                break
            after = found["pageInfo"]["endCursor"]
        for line in reversed(lines):
            role = ROLES.get(line["actorRole"])
            clauses = " ".join(clause["id"] for clause in line["clauses"] or ())
            self.say(
                f"  {_local(line['occurredAt'])}  {line['zh']}"
                f"  [{role.zh if role else line['actorRole']}]  {clauses}"
            )
        return len(lines)


def _who(key: str) -> str:
    who = BY_KEY[key]
    return f"{who.name}({who.role.zh} · {who.role.en})"


def _what(mutation: str) -> str:
    command = command_of(mutation)
    return f"{command.label.zh} · {command.label.en}"


def _local(text: str) -> str:
    return f"{datetime.fromisoformat(text).astimezone(LOCAL):%Y-%m-%d %H:%M}"


__all__ = ["Stage", "Unexpected"]
