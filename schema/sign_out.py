"""登出 · Signing out: the token of this request counts nowhere any more, or none of this person's does.

It is no action on a child: nothing is decided and no event is told. Every request asks the list (``sec.signed_out``) in
the statement that looks its assignment up, and open streams are told at once (``schema.rights``).
"""

from __future__ import annotations

import asyncio
from functools import partial
from typing import Any

import strawberry
from strawberry.types.field import StrawberryField

from schema.context import RequestContext
from schema.objects import Info
from schema.transport.errors import Code, CodedError

SIGN_OUT = "signOut"


@strawberry.type(description="已登出 · What counts no more.")
class SignedOut:
    """The client forgets its token; it would be refused."""

    everywhere: bool = strawberry.field(
        description="全部登出 · Whether every sign-in of this person ended, on every device and in every capacity"
    )


async def sign_out(info: Info, *, everywhere: bool = False) -> SignedOut:
    """Ends this token, or every session this person began up to now."""
    ended = partial(_ended, info.context, everywhere=everywhere)
    await asyncio.get_running_loop().run_in_executor(None, ended)
    return SignedOut(everywhere=everywhere)


def _ended(context: RequestContext, *, everywhere: bool) -> None:
    lookup, now = context.services.lookup, context.services.now()
    if context.session is None or context.expires_at is None:
        raise CodedError(Code.UNAUTHENTICATED)
    lookup.sign_out(context.session.token, context.expires_at, now)
    if everywhere:
        lookup.sign_out_person(context.assignment.person_id, now)


def sign_out_field() -> StrawberryField:
    """The mutation ``signOut(everywhere)``."""
    field: Any = strawberry.mutation(
        resolver=sign_out,
        name=SIGN_OUT,
        description="登出 · This token ends now; everywhere: with every other sign-in of this person.",
    )
    made: StrawberryField = field
    return made
