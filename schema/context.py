"""The request: who asks in which capacity, what they may see, and the doors to deciding and reading."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from psycopg import AsyncConnection
from psycopg_pool import AsyncConnectionPool

from authz import sealing
from authz.gate import Assignment, Gate
from authz.scope import Scope
from authz.scope_db import APPLY, arguments
from authz.words import Relation
from domain.context import Actor, Precision
from domain.divisions import Divisions
from domain.kernel import Command, Refused
from domain.periods import local_date
from domain.rulebook import Rulebook
from domain.sensitivity import Sensitivity
from eventlog.casebook import Absent, Casebook, CommandReused, Done, Request, Stale
from projections.as_known import Moment, Rows
from projections.journal import Door, Look, Outcome, Seal, Seen, Viewer, look_at
from projections.lookup import Lookup
from projections.posts import Session
from projections.reader import OpensScope, Reads, Row, reading
from projections.readmodel import ReadModel
from projections.row_law import GRANTED_BY
from schema.outcomes import (
    NOT_FOUND,
    REUSED,
    CommandDone,
    conflict,
    refused,
)
from schema.past_head import NO_HEAD, as_it_was, told
from schema.transport.errors import Code, CodedError, new_trace_id


@dataclass(frozen=True, kw_only=True)
class Services:
    """What every request shares; made once, in ``app.py``."""

    casebook: Casebook
    gate: Callable[[], Gate]
    rulebook: Callable[[], Rulebook]
    divisions: Divisions
    lookup: Lookup
    pool: AsyncConnectionPool[AsyncConnection[Row]]
    scope_key: bytes
    seal: sealing.Seal
    now: Callable[[], datetime]
    feed: Any
    """The live feed: where a view of a queue waits until it moves (``projections.feed.Feed``)."""
    views: dict[Any, Any] = field(default_factory=dict)
    """The queues that are looked at now, by capacity (``schema.live.View``)."""
    catching_up: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(3))
    """Turns for streams that read what they missed: after a cut all of them come back at once, and stand in line here
    and not for the connections that everybody needs."""
    following: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(3))
    """Turns for views that read what has just moved."""
    answering: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(2))
    """Turns for what streams read below their changes: a thousand of them open at once ask for one child each."""


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A mutation's arguments, already in the domain's types."""

    command: Command[Any]
    command_id: UUID
    stream_id: UUID | None = None
    expecting: int | None = None
    occurrence: Any = None
    on_behalf_of: UUID | None = None


def wall_clock() -> datetime:
    """PostgreSQL judges the end of a scope and of a note by its own clock, so they are signed by the wall clock."""
    return datetime.now(UTC)  # noqa: TID251 - the one clock of this package


@dataclass(kw_only=True, slots=True)
class RequestContext:
    """One request in one capacity. ``redactions`` collects what was held back, never from a value."""

    services: Services
    assignment: Assignment
    purpose: str
    expires_at: datetime | None = None
    signed_in_at: datetime | None = None
    """When the person last proved who they are, as the issuer says."""
    session: Session | None = None
    """The token behind the request; None where a view reads for many, each with a token of their own."""
    trace_id: str = field(default_factory=new_trace_id)
    redactions: list[dict[str, Any]] = field(default_factory=list)
    door: Door = Door.QUERY
    operation: str | None = None
    """A digest of the document, for the journal."""
    others: list[Look] = field(default_factory=list)
    """What the journal gets beside what was seen: denials, reports."""
    _bases: dict[tuple[str, tuple[str, ...]], str | None] = field(default_factory=dict)
    _scope: Scope | None = None
    _open: AsyncExitStack | None = None
    _reads: Reads | None = None
    _opening: asyncio.Lock | None = None
    _is_used: bool = False
    turn: asyncio.Semaphore | None = None
    """In which line it stands for a connection; a query stands in none but the pool's."""

    @property
    def scope(self) -> Scope:
        """What this capacity may read, computed once a request."""
        if self._scope is None:
            self._scope = self.services.gate().scope(self.assignment, self.purpose)
        return self._scope

    @property
    def actor(self) -> Actor:
        """The actor as the log records it."""
        a = self.assignment
        return Actor(
            person_id=a.person_id,
            role=a.role,
            unit_id=a.unit_id,
            division_id=a.division_id,
            assignment_id=a.id,
        )

    async def reads(self) -> Reads:
        """The one read transaction of this operation, opened at the first read with this capacity's scope."""
        if self._opening is None:
            self._opening = asyncio.Lock()
        async with self._opening:
            if self._reads is None:
                signed = self.scope.signed(
                    self.services.scope_key, wall_clock(), moment=self.services.now()
                )
                opens = OpensScope(APPLY, arguments(signed))
                async with AsyncExitStack() as stack:
                    if self.turn is not None:
                        await stack.enter_async_context(self.turn)
                    reads = reading(self.services.pool, opens)
                    self._reads = await stack.enter_async_context(reads)
                    self._open = stack.pop_all()
            return self._reads

    async def look(self, obj: str, row: Row) -> frozenset[Sensitivity]:
        """The classes open to this capacity on the row of a child or case, which the journal will tell it looked at."""
        reads, key = await self.reads(), row[f"{obj}_id"]
        tokens = row["tokens"] = (*row["tokens"], *reads.grants_on(key))
        mask = self.scope.mask(obj, tokens)
        reads.note(key, obj, mask, self.basis(obj, tokens))
        ended = self.period_over(obj, tokens)
        if ended is not None and len(row) > NO_HEAD:
            await as_it_was(obj, row, ended, self.told)
        return mask

    def period_over(self, obj: str, tokens: Iterable[str]) -> date | None:
        """The last day of the period that is all this capacity may look at on the row, where it is over."""
        until = self.scope.until(obj, tokens)
        return until if until is not None and until < local_date(self.services.now()) else None

    async def told(
        self, key: UUID, moment: Moment, wanted: tuple[tuple[str, str], ...]
    ) -> dict[str, Rows]:
        """The rows that the history of one stream tells up to a moment."""
        return await told(self.services.casebook, self.services.lookup, key, moment, wanted)

    def basis(self, obj: str, tokens: tuple[str, ...]) -> str | None:
        """The nearest relation by which a row with these tokens is open; remembered for the request."""
        if (obj, tokens) not in self._bases:
            gate = self.services.gate()
            self._bases[obj, tokens] = gate.basis(self.assignment, obj, tokens, self.purpose)
        return self._bases[obj, tokens]

    def asks_by(self, argument: str, obj: str, cls: Sensitivity) -> None:
        """A filter or an order on a class that is closed to this capacity would tell what null hides: refused.

        Where the class is open on some rows, the condition itself leaves out the others.
        """
        if not self.scope[obj].get(cls):
            raise CodedError(Code.FIELD_NOT_PERMITTED, field=argument)

    def withheld(self, row: Row, cls: Sensitivity) -> None:
        """The journal will tell that a value of this class was asked for on this row, and was not shown."""
        if self._reads is not None:
            self._reads.seen.withhold(row, cls)

    def granted(self, *subjects: UUID | None) -> tuple[str, ...]:
        """The grants on these children and cases that are valid now, once anything has been read."""
        return self._reads.grants_on(*subjects) if self._reads is not None else ()

    async def shown(self, obj: str, act: str, cls: Sensitivity, relation: Relation | None) -> None:
        """The journal will tell that something of this class was shown that is of nobody in particular."""
        seen = (await self.reads()).seen
        of, _ = look_at(obj, act, relation=relation.value if relation else None, classes={cls})
        seen.looks.setdefault((f"{obj}.{act}", None), of)

    def mask(self, model: type[ReadModel], row: Row) -> frozenset[Sensitivity]:
        """The classes open to this capacity on a row by its own tokens and the grants on what it is about."""
        granted = self.granted(*(row[c] for c in GRANTED_BY.get(model.table, ())))
        return self.scope.mask(model.obj, (*row["tokens"], *granted))

    def denied(self, obj: str, act: str, subject_id: UUID | None = None) -> None:
        """The journal will tell that this was asked for and is out of reach, or absent."""
        self.others.append(look_at(obj, act, subject_id, Outcome.DENIED))

    async def finish(self) -> None:
        """Ends the read transaction; the journal is written first. If it raises, the answer must not go out."""
        if self.others:
            await self.reads()
        if self._reads is not None:
            others, self.others = self.others, []
            seal = Seal(self.services.scope_key, wall_clock)
            await self._reads.journal(self.viewer(), others, seal)
        stack, self._open, self._reads = self._open, None, None
        if stack is not None:
            await stack.aclose()

    async def give_up(self) -> None:
        """Ends the read transaction and journals nothing: what was looked at is another's to tell, or was not shown."""
        stack, self._open, self._reads, self.others = self._open, None, None, []
        if stack is not None:
            await stack.aclose()

    @property
    def seen(self) -> Seen | None:
        """What has been looked at so far; None before the first read."""
        return self._reads.seen if self._reads is not None else None

    async def abandon(self, error: BaseException) -> None:
        """Ends the read transaction after a failure; what had been read is journaled as not answered."""
        stack, self._open, reads, self._reads = self._open, None, self._reads, None
        others, self.others = self.others, []
        if stack is not None:
            with suppress(Exception):
                await stack.__aexit__(type(error), error, error.__traceback__)
        looked = reads.seen.settled() if reads is not None else []
        if looked or others:
            self.others = [*((of.failed(), subject) for of, subject in looked), *others]
            with suppress(Exception):
                await self.finish()

    def renewed(self, assignment: Assignment) -> RequestContext:
        """The same request for the next delivery of a subscription, with rights computed anew."""
        return RequestContext(
            services=self.services,
            assignment=assignment,
            purpose=self.purpose,
            expires_at=self.expires_at,
            signed_in_at=self.signed_in_at,
            session=self.session,
            trace_id=self.trace_id,
            door=self.door,
            operation=self.operation,
        )

    def for_one_operation(self) -> RequestContext:
        """Itself for the first operation; renewed for each after it: a socket has one context, and many operations."""
        if self._is_used:
            return self.renewed(self.assignment)
        self._is_used = True
        return self

    def for_many(self) -> RequestContext:
        """The same capacity without the token it came with: that it runs out or is signed out ends nobody else's."""
        return replace(self.renewed(self.assignment), expires_at=None, session=None)

    def viewer(self) -> Viewer:
        """What the journal's rows of this request have in common."""
        a = self.assignment
        return Viewer(
            person_id=a.person_id,
            assignment_id=a.id,
            role=a.role,
            unit_id=a.unit_id,
            division_id=a.division_id,
            purpose=self.purpose,
            trace_id=self.trace_id,
            policy_version=self.services.gate().policy.version,
            door=self.door,
            operation=self.operation,
        )

    async def perform(self, asked: Asked) -> Any:
        """Puts a command: first the gate, then the rules, so that a rule never describes what is out of reach."""
        return await asyncio.get_running_loop().run_in_executor(None, self._perform, asked)

    def _perform(self, asked: Asked) -> Any:
        refused_to = self._denial(asked)
        if refused_to is not None:
            self.denied(*refused_to)
            return NOT_FOUND
        occurrence = asked.occurrence
        try:
            done = self.services.casebook.perform(
                Request(
                    command=asked.command,
                    command_id=asked.command_id,
                    actor=self.actor,
                    stream_id=asked.stream_id,
                    expecting=asked.expecting,
                    occurred_at=_aware(occurrence.at) if occurrence else None,
                    precision=Precision(occurrence.precision) if occurrence else Precision.MINUTE,
                    late_because=occurrence.late_because if occurrence else None,
                    on_behalf_of=asked.on_behalf_of,
                    signed_in_at=self.signed_in_at,
                )
            )
        except Refused as refusal:
            return refused(refusal)
        except Stale as stale:
            return conflict(stale.current_version)
        except Absent:
            self.denied(type(asked.command).state_type.stream, asked.command.name, asked.stream_id)
            return NOT_FOUND
        except CommandReused:
            return REUSED
        return answered(done)

    def _denial(self, asked: Asked) -> tuple[str, str, UUID | None] | None:
        """What Casbin denies of this command (object, act, whom), by the relations this actor has to the row, or to
        the place it will have; None when it may be put to the rules."""
        kind = type(asked.command)
        stream = kind.state_type.stream
        if asked.stream_id is not None:
            tokens = self._tokens_of(stream, asked.stream_id)
        else:
            tokens = self._tokens_to_be(asked.command)
        if not self._permits(kind.name, stream, tokens):
            return stream, kind.name, asked.stream_id
        unseen = (c for c in _named(asked.command) if not self._may_name(c))
        hidden = next(unseen, None)
        return None if hidden is None else ("child", kind.name, hidden)

    def _may_name(self, child_id: UUID) -> bool:
        """A command may name only a child its actor can see; otherwise it would tell that the child exists."""
        tokens = self._tokens_of("child", child_id)
        return self._permits("read", "child", tokens)

    def _permits(self, act: str, obj: str, tokens: frozenset[str] | None) -> bool:
        """What the gate says. It is asked of what does not exist as well: a denial takes the same work either way."""
        held = tokens if tokens is not None else frozenset()
        gate = self.services.gate()
        decided = gate.permits(self.assignment, act, obj, held, self.purpose)
        return decided.allowed and tokens is not None

    def _tokens_of(self, stream: str, stream_id: UUID) -> frozenset[str] | None:
        """The row's relations as they stand now for this purpose, grants included."""
        return self.services.lookup.tokens(stream, stream_id, self.services.now(), self.purpose)

    def _tokens_to_be(self, command: Command[Any]) -> frozenset[str]:
        """The relations a stream opened by this command will have by its place and its school."""
        place = getattr(command, command.place_field) if command.place_field else None
        tokens: set[str] = set()
        if place and self.services.divisions.find(place):
            for division in self.services.divisions.path(place):
                tokens |= {f"R:{division}", f"I:{division}"}
        school = getattr(command, "school_unit_id", None)
        if school:
            tokens.add(f"E:{school}")
        if type(command).state_type.stream == "access":  # one stands to it as to whom it is about
            for stream in ("child", "case"):
                about = getattr(command, f"{stream}_id", None)
                tokens |= (about and self._tokens_of(stream, about)) or frozenset()
        return frozenset(tokens)


def _named(command: Command[Any]) -> tuple[UUID, ...]:
    """The children a command names beside its own stream, and must be seen to be named."""
    if type(command).names_unseen:
        return ()
    one, several = getattr(command, "child_id", None), getattr(command, "children", ())
    return (*((one,) if one else ()), *several)


def _aware(moment: datetime) -> datetime:
    if moment.utcoffset() is None:
        raise CodedError(Code.BAD_USER_INPUT, field="occurrence.at")
    return moment


def answered(done: Done) -> CommandDone:
    """The acknowledgement of the log, as the API says it."""
    return CommandDone(
        id=done.stream_id,
        stream=done.stream,
        version=done.version,
        position=done.position,
        events=list(done.event_ids),
        repeated=done.repeated,
    )
