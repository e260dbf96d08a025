"""What the three transports share: who asks, what runs, what is answered."""

import asyncio
import contextlib
import re
from collections.abc import (
    AsyncGenerator,
    AsyncIterator,
    Awaitable,
    Callable,
    Hashable,
    Iterable,
    Iterator,
    Mapping,
)
from dataclasses import dataclass, field
from typing import Generic, Protocol, TypeVar

import graphql
import orjson
from graphql import DocumentNode, ExecutionResult, GraphQLSchema

from .admission import Admission, Lanes, OneLane, full
from .documents import Documents, Prepared
from .errors import WORDINGS, Code, CodedError, InvalidDocument, code_of, mask
from .following import Handover, Standings, Told
from .introspection import asks_only_introspection
from .lane import Ticket
from .parameters import Parameters
from .settings import Settings
from .wheel import Wheel
from .word import Word

C = TypeVar("C")
C_contra = TypeVar("C_contra", contravariant=True)

Authenticate = Callable[[Mapping[str, object]], Awaitable[C | None]]
"""The context of whoever presents these headers, or this `connection_init` payload; None for a
stranger. Names are lower-case. May raise CodedError (UNAVAILABLE, THROTTLED)."""

StillAllowed = Callable[[C], Awaitable[bool]]
"""Asked before each delivery of a stream and at each heartbeat; False ends the stream."""

Watching = Callable[[C], contextlib.AbstractContextManager[Word]]
"""Entered while a stream is open: it is told whenever the rights behind it may have moved."""

BEARER = re.compile(r"[Bb]earer +([A-Za-z0-9._~+/=-]{1,8192})")


class Execute(Protocol[C_contra]):
    """Runs valid documents. Raises nothing but CodedError; errors of fields are in the result.

    `ExecutionResult.data` may be an `orjson.Fragment` where a plan has written the bytes itself.
    """

    async def execute(
        self,
        document: DocumentNode,
        operation_name: str | None,
        variables: dict[str, object],
        context: C_contra,
    ) -> ExecutionResult:
        """Run the query or mutation."""
        ...

    async def subscribe(
        self,
        document: DocumentNode,
        operation_name: str | None,
        variables: dict[str, object],
        context: C_contra,
    ) -> AsyncIterator[ExecutionResult | Handover] | ExecutionResult:
        """Open the subscription; a result instead of a source says why it cannot be opened."""
        ...


@dataclass(frozen=True, slots=True)
class Answer:
    """A GraphQL response, its HTTP status, and whether it was refused before execution."""

    payload: dict[str, object]
    status: int
    refused: bool = False
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def errors(self) -> list[dict[str, object]]:
        """The entries of `errors`, empty when there are none."""
        found = self.payload.get("errors", [])
        return found if isinstance(found, list) else []


class Staying(Protocol):
    """A stream that is open until it is sent away."""

    def go_away(self) -> None:
        """The server stops: come back later."""


class Interrupted(Exception):
    """A stream meets a fault that passes: its client is to come back and resume."""


class NoLongerAllowed(Exception):
    """The rights a stream was opened with are gone."""


class GraphQLService(Generic[C]):
    """One schema, served: signs in, prepares documents, runs them and masks what comes back."""

    def __init__(  # noqa: PLR0913 - what one service is made of
        self,
        schema: GraphQLSchema,
        execute: Execute[C],
        authenticate: Authenticate[C],
        *,
        still_allowed: StillAllowed[C] | None = None,
        watching: Watching[C] | None = None,
        settings: Settings | None = None,
        lanes: Lanes[C] | None = None,
        schema_of: Callable[[C], GraphQLSchema] | None = None,
        same_rights: Callable[[C], Hashable] = id,
    ) -> None:
        """``same_rights``: contexts for which it is equal have their rights in common, and lose them together."""
        self.settings = settings or Settings()
        self.lanes: Lanes[C] = lanes or OneLane()
        self.stopping = asyncio.Event()
        """Set once: every stream ends so that its client comes back and resumes, and nothing new is begun."""
        self.admission = Admission(self.settings.places, out_of_order=self._begins_nothing)
        self.bodies_bytes = 0  # of all requests whose body is arriving
        self._schema = schema
        self._schema_of = schema_of or (lambda _: schema)
        self._execute = execute
        self._authenticate = authenticate
        self._still_allowed = still_allowed
        self.watching: Watching[C] = watching or (lambda _: contextlib.nullcontext(Word()))
        self._streams = 0
        self._no_streams = asyncio.Event()
        self._no_streams.set()
        self.wheel = Wheel(self.settings.heartbeat)
        self.standings = Standings(self.require_allowed, self.watching, same_rights, self.wheel)
        self.staying: set[Staying] = set()
        """The streams that have nobody who waits for ``stopping``."""
        self.documents = Documents(
            schema,
            limits=self.settings.limits,
            max_bytes=self.settings.document_cache_bytes,
            suggestions=self.settings.demo,
        )

    def _begins_nothing(self) -> bool:
        """It stops, or cannot serve now."""
        return self.stopping.is_set() or self.settings.out_of_order()

    async def drain(self, within: float) -> None:
        """Tells every open stream and socket to come back later, and waits for their end, `within` seconds."""
        self.stopping.set()
        for one in tuple(self.staying):
            one.go_away()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._no_streams.wait(), within)

    async def identify(self, presented: Mapping[str, object]) -> C | None:
        """Who presents these headers or this init payload; None is a stranger."""
        return await self.signed_in({k.lower(): v for k, v in presented.items()})

    async def signed_in(self, presented: Mapping[str, object]) -> C | None:
        """As ``identify``, of names that are in lower case."""
        try:
            return await self._authenticate(presented)
        except CodedError as error:
            if error.code is Code.UNAUTHENTICATED:
                return None  # so that a bad token is answered as no token is
            raise

    async def require_allowed(self, context: C) -> None:
        """Raise NoLongerAllowed when the rights behind `context` have gone since sign-in."""
        if self._still_allowed is not None and not await self._still_allowed(context):
            raise NoLongerAllowed

    async def has_ended(self, context: C) -> bool:
        """Whether the rights behind `context` are known to have gone."""
        try:
            await self.require_allowed(context)
        except NoLongerAllowed:
            return True
        except Exception:  # noqa: BLE001 - it is not known; what was to be told is told
            return False
        return False

    def prepare(self, parameters: Parameters, context: C) -> Prepared:
        """Parse, limit and validate against what exists for `context`; CodedError or InvalidDocument."""
        text = self.settings.trusted.text(parameters)
        return self.documents.prepare(text, parameters.operation_name, self._schema_of(context))

    def answer_stranger(self, read: Callable[[], Parameters]) -> Answer:
        """The uniform refusal, whatever the document; in demo mode a schema may be read."""
        uniform = self.refuse(
            CodedError(Code.UNAUTHENTICATED, headers={"WWW-Authenticate": "Bearer"})
        )
        if not self.settings.stranger_introspection:
            return uniform
        try:
            parameters = read()
            text = self.settings.trusted.text(parameters)
            prepared = self.documents.prepare(text, parameters.operation_name)
        except (CodedError, InvalidDocument):
            return uniform
        if not asks_only_introspection(prepared):
            return uniform
        # executed here and not by the application: there is no context to give it
        return self._answer(
            graphql.execute_sync(
                self._schema,
                prepared.document,
                variable_values=parameters.variables,
                operation_name=parameters.operation_name,
            )
        )

    async def run(self, prepared: Prepared, parameters: Parameters, context: C) -> Answer:
        """Run a query or mutation in time; never raises, except when cancelled."""
        try:
            async with asyncio.timeout(self.settings.operation_timeout):
                return await self.ran(prepared, parameters, context)
        except TimeoutError:
            return self.refuse(full())

    async def ran(self, prepared: Prepared, parameters: Parameters, context: C) -> Answer:
        """As ``run``, for those who bound its time themselves."""
        try:
            result = await self._execute.execute(
                prepared.document, parameters.operation_name, parameters.variables, context
            )
        except TimeoutError:
            return self.refuse(full())
        except Exception as error:  # noqa: BLE001 - whatever it is, it must not reach the client
            return self.refuse(error)
        return self._answer(result)

    async def results(
        self, prepared: Prepared, parameters: Parameters, context: C
    ) -> AsyncGenerator[Answer | Handover, None]:
        """All answers of an operation; rights are checked anew before each one of a stream.

        Whoever joins a handover closes this. Raises NoLongerAllowed; everything else is answered. Closing it closes
        the source.
        """
        if not prepared.is_subscription:
            asked = parameters.document_id or parameters.query
            ticket = self.lanes.ticket_of(context, asked)
            async with self.admission.place(ticket):
                self.bear_out(ticket, prepared, context)
                answer = await self.run(prepared, parameters, context)
            yield answer
            return
        try:
            source = await self._execute.subscribe(
                prepared.document, parameters.operation_name, parameters.variables, context
            )
        except Exception as error:  # noqa: BLE001
            yield self._end_of(error)
            return
        if isinstance(source, ExecutionResult):
            yield self._answer(source)
            return
        async with contextlib.aclosing(self._deliveries(source, context)) as deliveries:
            async for delivered in deliveries:
                yield delivered

    async def _deliveries(
        self, source: AsyncIterator[ExecutionResult | Handover], context: C
    ) -> AsyncGenerator[Answer | Handover, None]:
        try:
            async for result in source:
                if not isinstance(result, ExecutionResult):
                    yield result
                    continue
                await self.require_allowed(context)
                yield self._answer(result)
                # a source that always has more must not keep the loop from seeing a disconnect
                await asyncio.sleep(0)
        except NoLongerAllowed:
            raise
        except Exception as error:  # noqa: BLE001
            if await self.has_ended(
                context
            ):  # the source may have noticed it first, in words of its own
                raise NoLongerAllowed from None
            yield self._end_of(error)
        finally:
            close = getattr(source, "aclose", None)
            if close is not None:
                await close()

    def bear_out(self, ticket: Ticket, prepared: Prepared, context: C) -> None:
        """Takes priority back from a document that only named what has priority."""
        if ticket.priority and not self.lanes.goes_first(prepared, context):
            self.admission.demote(ticket)

    def _end_of(self, error: BaseException) -> Answer:
        """The last answer of a stream. Raises Interrupted for a fault that passes."""
        answer = self.refuse(error)
        if code_of(answer.errors[0]) is Code.UNAVAILABLE:
            raise Interrupted
        return answer

    def refuse(self, error: BaseException) -> Answer:
        """The answer without data to an error, masked."""
        error = self.settings.translate(error) or error
        if isinstance(error, InvalidDocument):
            found = self._masked(error.errors)
            return Answer({"errors": found}, error.status, refused=True)
        headers = error.headers if isinstance(error, CodedError) else {}
        found = self._masked([error])
        status = (
            error.status if isinstance(error, CodedError) else WORDINGS[code_of(found[0])].status
        )
        return Answer({"errors": found}, status, refused=True, headers=headers)

    def encoded(self, answer: Answer) -> tuple[bytes, Answer]:
        """The JSON of an answer; of a masked one instead if a resolver's value has no JSON."""
        try:
            return orjson.dumps(answer.payload), answer
        except TypeError as error:
            masked = self.refuse(error)
            return orjson.dumps(masked.payload), masked

    def told(self, result: ExecutionResult) -> Told:
        """An answer that goes to many."""
        return Told(self.encoded(self._answer(result))[0])

    def _answer(self, result: ExecutionResult) -> Answer:
        """Status by GraphQL over HTTP (September 2026): 200, 294 with errors, 4xx without data."""
        if not result.errors and not result.extensions:
            return Answer({"data": result.data}, 200)
        payload: dict[str, object] = {}
        refused = result.data is None and bool(result.errors) and not _has_path(result)
        if result.errors:
            payload["errors"] = self._masked(result.errors)
        if not refused:
            payload["data"] = result.data
        if result.extensions:
            payload["extensions"] = result.extensions
        passing = any(code_of(e) is Code.UNAVAILABLE for e in payload.get("errors", ()))  # type: ignore[attr-defined]
        headers = {"Retry-After": "1"} if passing else {}
        status = 294 if result.errors else 200
        answer = Answer(payload, status, refused=refused, headers=headers)
        if not refused:
            return answer
        return Answer(payload, WORDINGS[code_of(answer.errors[0])].status, refused=True)

    def _masked(self, errors: Iterable[BaseException]) -> list[dict[str, object]]:
        return mask(errors, suggestions=self.settings.demo, translate=self.settings.translate)

    def stream_of(self, context: C) -> contextlib.AbstractContextManager[None]:
        """One of the open streams this caller may have; CodedError THROTTLED when there are too many."""
        return self.admission.stream(self.lanes.ticket_of(context, ""))

    @contextlib.contextmanager
    def stream_slot(self) -> Iterator[None]:
        """Hold one of the places for open streams; CodedError THROTTLED when all are taken."""
        if self._streams >= self.settings.max_streams:
            raise CodedError(Code.THROTTLED, headers={"Retry-After": "5"})
        self._streams += 1
        self._no_streams.clear()
        try:
            yield
        finally:
            self._streams -= 1
            if not self._streams:
                self._no_streams.set()


def bearer_token(presented: Mapping[str, object]) -> str | None:
    """The token of `authorization: Bearer …`, or a `connection_init` payload's `token`."""
    header = presented.get("authorization")
    if isinstance(header, str):
        found = BEARER.fullmatch(header.strip())
        return found[1] if found else None
    token = presented.get("token")
    return token if isinstance(token, str) and token else None


def _has_path(result: ExecutionResult) -> bool:
    return any(error.path is not None for error in result.errors or ())
