"""Signing in: from what a request presents to the one capacity it acts in, looked up anew each time."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from uuid import UUID

from authz.gate import Assignment, Standing
from authz.issuer import KeysUnavailable
from authz.signin import Identity, Signin, Unauthenticated
from domain.bounded import Bounded
from projections import journal
from projections.pipeline import Failed, Lost
from projections.posts import Posts, Question, Session
from projections.reader import Row
from schema.context import RequestContext, Services
from schema.rights import Rights
from schema.transport.errors import Code, CodedError
from schema.transport.service import bearer_token

Standings = tuple[UUID, str, Session | None]
"""An assignment, a purpose, and the token of a stream."""
STANDING_KEPT_S = 1.0
"""How long it is believed of an open stream that its assignment stands; each delivery is read with rights anew."""
STANDINGS_MAX = 10_000
VERIFIED_KEPT_S = 30.0
"""How long after its issuer withdrew a key a token under it may still count."""
VERIFIED_MAX = ASSIGNMENTS_MAX = 10_000


@dataclass(slots=True, eq=False)
class Verified:
    """A token whose signature was found good: remembered a little while, so that it is not computed at every request.

    Whose it is does not change; whether it has run out or was signed out, and the assignment behind it, are asked
    every time.
    """

    identity: Identity
    question: Question
    at: float
    """On the loop's clock."""
    for_: datetime
    """On the platform's clock: a token is never believed to count at an earlier time than it was verified for."""
    post: Row | None = None
    """As it was found last, if the token's person holds it and it counts."""
    assignment: Assignment | None = None
    """Of that post."""

    def serves(self, time: float, now: datetime) -> bool:
        """Whether it need not be verified again."""
        fresh = time - self.at < VERIFIED_KEPT_S
        return fresh and self.for_ <= now < self.identity.expires_at


class Door:
    """``authenticate`` for the transport: a context, or None for a stranger."""

    def __init__(self, services: Services, signin: Signin, posts: Posts | None = None) -> None:
        self._services, self._signin, self._posts = services, signin, posts
        self._verified: dict[str, Verified] = {}
        self._assignments = Bounded[int, tuple[Row, Assignment | None]](ASSIGNMENTS_MAX)
        self._standings: dict[Standings, tuple[float, asyncio.Future[Assignment | None]]] = {}
        self.rights = Rights(self._standings.clear)

    async def authenticate(self, presented: Mapping[str, object]) -> RequestContext | None:
        """Verifies the token and looks the assignment up; UNAUTHENTICATED tells nothing more."""
        header = presented.get("authorization")
        token = _bearer(header) if isinstance(header, str) else bearer_token(presented)
        if token is None:
            return None
        identity, session, assignment = await self._signed_in(token)
        context = RequestContext(
            services=self._services,
            assignment=assignment,
            purpose=identity.purpose.value,
            expires_at=identity.expires_at,
            signed_in_at=identity.signed_in_at,
            session=session,
            door=journal.Door.SIGN_IN,
        )
        if not self._services.gate().serves(assignment.role, identity.purpose):
            context.denied("access", "sign_in")
            await context.finish()
            raise CodedError(Code.FORBIDDEN)
        return context

    async def _signed_in(self, token: str) -> tuple[Identity, Session | None, Assignment]:
        """Whose token it is, and the assignment as it stands now."""
        loop, now = asyncio.get_running_loop(), self._services.now()
        known = self._verified.get(token)
        if known is None or self._posts is None or not known.serves(loop.time(), now):
            # In a thread: the issuer may have to be asked for its keys.
            identity, session, assignment = await loop.run_in_executor(
                None, self._identified, token
            )
            question = Question(identity.acting_as, session)
            self._verified[token] = Verified(identity, question, loop.time(), now)
            while len(self._verified) > VERIFIED_MAX:
                self._verified.pop(next(iter(self._verified)))
            return identity, session, assignment
        try:
            row = await self._posts.post(known.question)
        except (Failed, Lost):
            return await loop.run_in_executor(None, self._identified, token)
        if row is None or row is not known.post:
            known.assignment = self._assignment(row, known.identity)
            known.post = row
        assert known.assignment is not None, "with its post"
        return known.identity, known.question.session, known.assignment

    def _assignment(self, row: Row | None, identity: Identity) -> Assignment:
        """The assignment of a post that is its person's own."""
        found = self._standing(row)
        if found is None or found.person_id != identity.person_id:
            raise CodedError(Code.UNAUTHENTICATED)
        return found

    def _standing(self, row: Row | None) -> Assignment | None:
        """As ``standing``: the same post makes the same assignment, with all that was worked out for it."""
        if row is None:
            return None
        known = self._assignments.get(id(row))
        if known is None or known[0] is not row:
            known = self._assignments[id(row)] = row, standing(self._services, row)
        return known[1]

    def _identified(self, token: str) -> tuple[Identity, Session | None, Assignment]:
        try:
            identity = self._signin.verify(token, self._services.now())
        except Unauthenticated as error:
            raise CodedError(Code.UNAUTHENTICATED) from error
        except KeysUnavailable as error:
            raise CodedError(Code.UNAVAILABLE, headers={"Retry-After": "60"}) from error
        session = session_of(identity)
        assignment = assignment_of(self._services, identity.acting_as, session)
        if assignment is None or assignment.person_id != identity.person_id:
            raise CodedError(Code.UNAUTHENTICATED)
        return identity, session, assignment

    async def still_allowed(self, context: RequestContext) -> bool:
        """Asked before each delivery of a stream: the token still runs and the assignment still stands."""
        if _has_run_out(context):
            return False
        return await self._stands(context)

    async def _stands(self, context: RequestContext) -> bool:
        """Looked up at most once in a short while for each assignment, however many streams it has open."""
        loop = asyncio.get_running_loop()
        key = context.assignment.id, context.purpose, context.session
        looked, found = self._standings.get(key, (0.0, None))
        if found is None or loop.time() - looked > STANDING_KEPT_S or _failed(found):
            found = asyncio.ensure_future(standing_now(context))
            self._standings[key] = loop.time(), found
            while len(self._standings) > STANDINGS_MAX:
                self._standings.pop(next(iter(self._standings)))
        return await asyncio.shield(found) is not None


@lru_cache(maxsize=VERIFIED_MAX)
def _bearer(header: str) -> str | None:
    return bearer_token({"authorization": header})


def same_rights(context: RequestContext) -> tuple[Standings, datetime | None]:
    """Streams opened with one token in one capacity: their rights are looked at together."""
    key = context.assignment.id, context.purpose, context.session
    return key, context.expires_at


def session_of(identity: Identity) -> Session:
    """By what the list of those signed out knows this token."""
    return Session(identity.digest, identity.since)


def assignment_of(
    services: Services, assignment_id: UUID, session: Session | None = None
) -> Assignment | None:
    """The assignment as it stands now; one that does not count, or whose session was signed out, opens nothing."""
    if session is None:
        return standing(services, services.lookup.post(assignment_id))
    return standing(services, services.lookup.signed_in(assignment_id, session))


def standing(services: Services, row: Row | None) -> Assignment | None:
    """The assignment of a post, if it counts."""
    if row is None or row["standing"] != Standing.ACTIVE.value:
        return None
    return Assignment(
        id=row["assignment_id"],
        person_id=row["person_id"],
        role=row["role"],
        unit_id=row["unit_id"],
        division_id=row["division_id"],
        standing=Standing(row["standing"]),
        seal=services.seal,
    )


def still_standing(context: RequestContext) -> Assignment | None:
    """The assignment behind an open stream, or None once the token ran out, the assignment or its purpose ended."""
    if _has_run_out(context):
        return None
    found = assignment_of(context.services, context.assignment.id, context.session)
    return _serving(context, found)


async def standing_now(context: RequestContext) -> Assignment | None:
    """As ``still_standing``, without a thread while the look-ups of requests have their connection."""
    posts = context.services.posts
    if posts is not None and not _has_run_out(context):
        with suppress(Failed, Lost):
            row = await posts.post(Question(context.assignment.id, context.session))
            return _serving(context, standing(context.services, row))
    loop = asyncio.get_running_loop()
    return await loop.run_in_executor(None, still_standing, context)


def _serving(context: RequestContext, found: Assignment | None) -> Assignment | None:
    """The policy may be another one since."""
    serves = found is not None and context.services.gate().serves(found.role, context.purpose)
    return found if serves else None


def _has_run_out(context: RequestContext) -> bool:
    return context.expires_at is not None and context.expires_at <= context.services.now()


def _failed(found: asyncio.Future[Assignment | None]) -> bool:
    return found.done() and (found.cancelled() or found.exception() is not None)
