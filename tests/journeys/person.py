"""One demo person with a token, at the HTTP API: puts commands, reads, listens, and checks what is answered."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from http import HTTPStatus
from typing import Any
from uuid import UUID, uuid4

import httpx
from graphql import GraphQLSchema

from domain.fields import camel
from ops.demo_world import DemoPerson
from projections.case import CaseRow
from projections.child import ChildRow
from projections.readmodel import ReadModel
from tests.journeys.live import Live, over_sse, over_ws
from tests.journeys.narrowed import cut, filled
from tests.journeys.reads import CASE, CHILD, QUEUE, QUEUES, TIMELINE
from tests.journeys.wire import command_of, local, mutation_document, wire

TRIES = 5
"""How often a request is put while the service says that it is full."""
Answer = dict[str, Any]


@dataclass
class Person:
    """A client acting as ``who``. ``version_in_log`` stands in where this person cannot read a version."""

    who: DemoPerson
    client: httpx.Client
    token: Callable[[], str]
    unit_id: Callable[[str], UUID]
    version_in_log: Callable[[UUID], int]
    log_head: Callable[[], int]
    url: str
    schema_of: Callable[[str], GraphQLSchema]
    seen: dict[UUID, set[str]] = field(default_factory=dict)
    """The classes from P3 up that this person has read values of, by child or case."""

    def post(self, query: str, **variables: Any) -> Answer:
        """The raw GraphQL response, errors and extensions included.

        Told to come back later, this person does, as clients do: the same command id makes it safe.
        """
        body = {"query": query, "variables": {k: wire(v) for k, v in variables.items()}}
        headers = {"Authorization": f"Bearer {self.token()}"}
        put = partial(self.client.post, "/graphql", json=body, headers=headers)
        answered, tries = put(), 1
        while answered.status_code == HTTPStatus.SERVICE_UNAVAILABLE and tries < TRIES:
            threading.Event().wait(float(answered.headers.get("Retry-After", "1")))
            answered, tries = put(), tries + 1
        answer: Answer = answered.json()
        return answer

    def read(self, query: str, **variables: Any) -> Answer:
        """As ``ask``, of the fields that exist for this role; the others are null."""
        text, holes = cut(query, self.schema_of(self.who.role))
        return filled(self.ask(text, **variables) if text else {}, holes)

    def ask(self, query: str, **variables: Any) -> Answer:
        """The ``data`` of a query that must have no errors."""
        answer = self.post(query, **variables)
        assert "errors" not in answer, answer["errors"]
        data: Answer = answer["data"]
        return data

    # ── Commands

    def do(  # noqa: PLR0913 - what a command carries
        self,
        mutation: str,
        stream_id: UUID | str | None = None,
        given: Answer | None = None,
        *,
        version: int | None = None,
        at: str | None = None,
        precision: str = "MINUTE",
        late_because: str | None = None,
        on_behalf_of: UUID | None = None,
        command_id: UUID | None = None,
    ) -> Answer:
        """Puts a command and answers its outcome, ``__typename`` and all fields.

        Without ``version`` the present one is read first, as a client would. ``given`` takes Python values.
        ``at``: when it occurred (local time), if not now.
        """
        command = command_of(mutation)
        variables: Answer = {"commandId": command_id or uuid4(), "onBehalfOf": on_behalf_of}
        if at is not None:
            occurrence = {"at": local(at), "precision": precision, "lateBecause": late_because}
            variables["occurrence"] = occurrence
        if not command.opens:
            assert stream_id is not None, f"{mutation} is put to a stream"
            key = UUID(str(stream_id))
            if version is None:
                version = self.version(command.state_type.stream, key)
            variables |= {"id": key, "expectedVersion": version}
        if command.specs:
            variables["input"] = given or {}
        else:
            assert not given, f"{mutation} takes no input"
        outcome: Answer = self.ask(mutation_document(mutation), **variables)["outcome"]
        return outcome

    def done(self, *what: Any, **more: Any) -> Answer:
        """As ``do``; it must be recorded, and be something: a command that answers with no fact has done nothing."""
        outcome = self.do(*what, **more)
        assert outcome["__typename"] == "CommandDone", (self.who.key, what, outcome)
        assert outcome["events"], (self.who.key, what, "nothing followed")
        return outcome

    def refused(self, code: str, *what: Any, **more: Any) -> Answer:
        """As ``do`` after the expected code: the rules must say no with it, and nothing is written."""
        outcome = self._writing_nothing(*what, **more)
        assert outcome["__typename"] == "RuleRefused", (self.who.key, what, outcome)
        assert outcome["code"] == code.upper(), outcome
        return outcome

    def not_found(self, *what: Any, **more: Any) -> Answer:
        """As ``do``; it must be absent or not this person's to do, and nothing is written.

        What nobody of this person's audience can ever do has no mutation: then the document itself is refused.
        """
        mutations = self.schema_of(self.who.role).mutation_type
        if mutations is None or what[0] not in mutations.fields:
            return self._unknown(what[0])
        outcome = self._writing_nothing(*what, **more)
        assert outcome["__typename"] == "NotFoundOrForbidden", (self.who.key, what, outcome)
        return outcome

    def _unknown(self, mutation: str) -> Answer:
        before = self.log_head()
        answer = self.post(mutation_document(mutation))
        assert "data" not in answer, answer
        assert {e["extensions"]["code"] for e in answer["errors"]} == {"BAD_USER_INPUT"}, answer
        assert self.log_head() == before, "something was written"
        return {"__typename": "NotFoundOrForbidden"}

    def _writing_nothing(self, *what: Any, **more: Any) -> Answer:
        before = self.log_head()
        outcome = self.do(*what, **more)
        assert self.log_head() == before, "something was written"
        return outcome

    # ── Reads

    def version(self, stream: str, stream_id: UUID) -> int:
        """The version this person reads; from the log where this person reads none."""
        if stream in {"child", "case"}:
            query = f"query ($id: UUID!) {{ found: {stream}(id: $id) {{ version }} }}"
            if found := self.read(query, id=stream_id)["found"]:
                return int(found["version"])
        return self.version_in_log(stream_id)

    def child(self, child_id: UUID | str) -> Answer | None:
        """A child with what hangs on it, as this person sees it; None if absent for them."""
        found: Answer | None = self.read(CHILD, id=child_id)["child"]
        self._noticed(ChildRow, child_id, found)
        return found

    def case(self, case_id: UUID | str) -> Answer | None:
        """A case with what hangs on it, as this person sees it; None if absent for them."""
        found: Answer | None = self.read(CASE, id=case_id)["case"]
        self._noticed(CaseRow, case_id, found)
        return found

    def queue(self, unit: str, queue: str) -> list[Answer]:
        """The open tasks of a unit's queue, due first."""
        found = self.read(QUEUE, unit=self.unit_id(unit), queue=queue)["workQueue"]
        nodes: list[Answer] = found["nodes"]
        return nodes

    def queues(self) -> dict[str, Answer]:
        """The counts of this person's own queues, by queue."""
        found = self.ask(QUEUES)["viewer"]["workQueues"]
        return {each["queue"]: each for each in found}

    def caseload(self) -> list[Answer]:
        """The children this person is responsible for."""
        query = (
            "{ viewer { caseload { nodes { childId name tier nextContactOn nextHomeVisitOn } } } }"
        )
        nodes: list[Answer] = self.ask(query)["viewer"]["caseload"]["nodes"]
        return nodes

    def timeline(self, stream: str, stream_id: UUID | str) -> list[Answer]:
        """Every line of a child's or a case's timeline, first event first; [] if absent for them."""
        lines: list[Answer] = []
        after: str | None = None
        while True:
            query = TIMELINE % stream
            found = self.read(query, id=stream_id, after=after)["found"]
            if found is None:
                return []
            lines += found["timeline"]["nodes"]
            self._noticed_lines(found["timeline"]["nodes"])
            page = found["timeline"]["pageInfo"]
            if not page["hasNextPage"]:
                return lines[::-1]
            after = page["endCursor"]

    def actions(self, stream: str, stream_id: UUID | str) -> set[str]:
        """The mutations this person may put here now; empty if absent for them."""
        query = f"query ($id: UUID!) {{ found: {stream}(id: $id) {{ actions {{ mutation }} }} }}"
        found = self.read(query, id=stream_id)["found"]
        return {each["mutation"] for each in found["actions"]} if found else set()

    def _noticed(self, model: type[ReadModel], subject: UUID | str, found: Answer | None) -> None:
        for spec in model.specs if found else ():
            if (found or {}).get(camel(spec.name)) not in (None, [], {}):
                self._saw(subject, spec.sensitivity.value)

    def _noticed_lines(self, lines: list[Answer]) -> None:
        for line in lines:
            for value in line["values"]:
                self._saw(line["streamId"], value["sensitivity"])

    def _saw(self, subject: UUID | str, sensitivity: str) -> None:
        if sensitivity[1] >= "3":
            self.seen.setdefault(UUID(str(subject)), set()).add(sensitivity)

    # ── Live queues

    def listen(
        self,
        unit: str,
        queue: str | None,
        *,
        over: str = "sse",
        **more: Any,
    ) -> AbstractContextManager[Live]:
        """A live queue over ``"sse"`` or ``"ws"``; with ``resume`` (a cursor) it goes on; ``where`` narrows it."""
        variables = {"unit": str(self.unit_id(unit)), "queue": queue, **more}
        if over == "ws":
            return over_ws(self.url.replace("http", "ws", 1) + "/graphql", self.token(), variables)
        self.client.headers["Authorization"] = f"Bearer {self.token()}"
        return over_sse(self.client, variables)

    def subscribe(self, query: str, variables: dict[str, Any]) -> AbstractContextManager[Live]:
        """A subscription of one's own words to ``workQueue``, over server-sent events."""
        self.client.headers["Authorization"] = f"Bearer {self.token()}"
        return over_sse(self.client, variables, query)


def moment(text: str) -> datetime:
    """A time of the API as an aware datetime."""
    return datetime.fromisoformat(text)
