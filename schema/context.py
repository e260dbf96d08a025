"""The request: who asks in which capacity, what they may see, and the doors to deciding and reading."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import AsyncExitStack, asynccontextmanager, suppress
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
from domain.divisions import Divisions
from domain.periods import local_date
from domain.rulebook import Rulebook, Rules, jurisdiction_of
from domain.sensitivity import Sensitivity
from eventlog.casebook import Casebook
from projections.as_known import Moment, Rows
from projections.journal import Door, Look, Outcome, Seal, Seen, Viewer, look_at
from projections.lookup import Lookup
from projections.posts import Posts, Session
from projections.reader import OpensScope, Reads, Row, reading
from projections.readmodel import ReadModel
from projections.row_law import GRANTED_BY
from schema.deciding import Asked, Decided, Deed, decided
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
    posts: Posts | None = None
    """Where the post behind an assignment is looked up without a thread."""
    decides: Callable[[Deed], Awaitable[Decided]] | None = None
    """Where commands are decided, if elsewhere than in threads of this process."""
    views: dict[Any, Any] = field(default_factory=dict)
    """The queues that are looked at now, by capacity (``schema.live.View``)."""
    outcomes: Counter[str] = field(default_factory=Counter)
    """How many commands ended how since the process began; ``Unanswered``: by an error."""
    catching_up: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(3))
    """Turns for streams that read what they missed: after a cut all of them come back at once, and stand in line here
    and not for the connections that everybody needs."""
    following: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(3))
    """Turns for views that read what has just moved."""
    answering: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(2))
    """Turns for what streams read below their changes: a thousand of them open at once ask for one child each."""

    def rules_at(self, place: str | None, on: date) -> Rules:
        """The rule packs in force at a place on a day."""
        return self.rulebook().in_force(jurisdiction_of(self.divisions, place, on), on)

    async def decide(self, deed: Deed) -> Decided:
        """What becomes of a command."""
        if self.decides is not None:
            return await self.decides(deed)
        return await self.decide_here(deed)

    async def decide_here(self, deed: Deed) -> Decided:
        """The same, in a thread of this process."""
        return await asyncio.get_running_loop().run_in_executor(None, decided, self, deed)


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

    async def reads(self) -> Reads:
        """The one read transaction of this operation, opened at the first read with this capacity's scope."""
        if self._opening is None:
            self._opening = asyncio.Lock()
        async with self._opening:
            if self._reads is None:
                begun = self.scope.begun(self.services.scope_key, wall_clock())
                signed = begun.at(self.services.now())
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

    @asynccontextmanager
    async def finishing(self) -> AsyncIterator[None]:
        """What is read within is journaled at its end; after a failure, of the journal too, it is abandoned."""
        try:
            yield
            await self.finish()
        except BaseException as error:
            await self.abandon(error)
            raise

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
        """Puts a command, and answers its outcome."""
        ended = "Unanswered"
        try:
            found = await self.services.decide(
                Deed(asked, self.assignment, self.purpose, self.signed_in_at, self.trace_id)
            )
            ended = type(found.outcome).__name__
        finally:
            self.services.outcomes[ended] += 1
        if found.denied is not None:
            self.denied(*found.denied)
        return found.outcome
