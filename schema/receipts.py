"""回执 · Receipts: whoever reported is given a code once; whoever holds the code learns how far the report has come.

Not who reported, not which child, not which case: nothing leads from a code to a reporter (``migrations/0020``). A code
is 120 random bits; unknown, run out and somebody else's are told alike and take the same work; each code that is tried
counts against whoever tries it, however many are put into one request. How far a report has come is P0 and no look at
anybody: the access journal, which names who asks, has no row of it.
"""

from __future__ import annotations

import asyncio
import hmac
import secrets
from base64 import b32encode
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from hashlib import sha256
from typing import Any
from uuid import UUID, uuid5

import strawberry
from strawberry.types.field import StrawberryField

from domain.case.progress import progress_of
from domain.case.report_state import Stage
from domain.case.reports import SubmitReport
from domain.periods import local_date
from domain.terms.reports import ReportProgress
from projections.receipts import Receipts
from schema.context import RequestContext
from schema.objects import Info
from schema.scalars import enum_type
from schema.transport.errors import Code, CodedError

REPORT_RECEIPT, REPORT_PROGRESS = "reportReceipt", "reportProgress"
BYTES, GROUP = 15, 4
TRIES_AN_HOUR = 20
"""Codes one person may try, and be given, in an hour: more than any reporter has, and nothing against 120 bits."""
RETRY_AFTER = {"Retry-After": "3600"}
LONGEST = 64
"""Characters of a code that are looked at: what is longer is none."""


@strawberry.type(description="报告回执 · The code of a report, told this once.")
class ReportReceipt:
    """Write it down: it is kept nowhere. Whoever holds it learns the progress of the report and nothing else."""

    code: str
    valid_until: date = strawberry.field(description="有效期至 · The last day it is answered")


@dataclass(frozen=True)
class ReceiptKey:
    """What codes are looked up and cases are blinded with: derived from a key that is not in the database."""

    key: bytes

    @classmethod
    def of(cls, secret: bytes) -> ReceiptKey:
        """From the platform's own secret; with another one, codes given before are unknown."""
        return cls(hmac.digest(secret, b"receipts", sha256))

    def digest(self, code: str) -> bytes:
        """Under which a code lies."""
        return self._of(b"code", code.encode())

    def blind(self, code: str, case: bytes) -> bytes:
        """The case's id under its code, and back."""
        over = self._of(b"case", code.encode())
        return bytes(a ^ b for a, b in zip(case, over, strict=False))

    def who(self, person_id: UUID) -> bytes:
        """Against whom tries are counted."""
        return self._of(b"person", person_id.bytes)

    def _of(self, what: bytes, value: bytes) -> bytes:
        return hmac.digest(self.key, what + b"\0" + value, sha256)


def plainly(code: str) -> str:
    """As people copy it: in small letters, with blanks or without hyphens."""
    return "".join(c for c in code[:LONGEST].upper() if c.isalnum())


def new_code() -> str:
    """``ABCD-EFGH-…``: 120 bits in letters and digits that are told apart."""
    text = b32encode(secrets.token_bytes(BYTES)).decode()
    return "-".join(text[i : i + GROUP] for i in range(0, len(text), GROUP))


async def report_receipt(info: Info, command_id: UUID) -> ReportReceipt | None:
    """A new code for the report this person made by this command; null for any other."""
    given: ReportReceipt | None = await _aside(partial(_given, info.context, command_id))
    return given


async def report_progress(info: Info, code: str) -> enum_type(ReportProgress) | None:  # type: ignore[valid-type]
    """How far the report has come; null for a code that is none, or none any more."""
    return await _aside(partial(_asked, info.context, plainly(code)))


async def _aside(work: Callable[[], Any]) -> Any:
    return await asyncio.get_running_loop().run_in_executor(None, work)


def _given(context: RequestContext, command_id: UUID) -> ReportReceipt | None:
    services, receipts, key = _parts(context)
    _counted(context, receipts, key)
    case_id = uuid5(command_id, "stream")  # as the log opens one (eventlog.casebook)
    found = receipts.place_of(command_id, case_id, context.assignment.person_id)
    if found is None:
        return None
    now = services.now()
    day = local_date(now)
    rules = services.rules_at(found[0], day)
    ends_on = day + timedelta(days=rules.days("receipt_days"))
    code = new_code()
    receipts.keep(
        {
            "digest": key.digest(plainly(code)),
            "blinded": key.blind(plainly(code), case_id.bytes),
            "ends_on": ends_on,
            "day": day,
            "hour": now - timedelta(hours=1),
        }
    )
    return ReportReceipt(code=code, valid_until=ends_on)


def _asked(context: RequestContext, code: str) -> ReportProgress | None:
    services, receipts, key = _parts(context)
    _counted(context, receipts, key)
    blinded = receipts.blinded(key.digest(code), local_date(services.now()))
    stage = receipts.stage(UUID(bytes=key.blind(code, blinded)))
    return progress_of(Stage(stage)) if stage is not None else None


def _parts(context: RequestContext) -> tuple[Any, Receipts, ReceiptKey]:
    services = context.services
    if SubmitReport.name not in services.gate().acts(context.assignment.role):
        raise CodedError(Code.FORBIDDEN)
    return services, Receipts(services.lookup), ReceiptKey.of(services.scope_key)


def _counted(context: RequestContext, receipts: Receipts, key: ReceiptKey) -> None:
    hour = context.services.now().replace(minute=0, second=0, microsecond=0)
    if receipts.tried(key.who(context.assignment.person_id), hour) > TRIES_AN_HOUR:
        raise CodedError(Code.THROTTLED, headers=RETRY_AFTER)


def receipt_field() -> StrawberryField:
    """The mutation ``reportReceipt(commandId)``."""
    field: Any = strawberry.mutation(
        resolver=report_receipt,
        name=REPORT_RECEIPT,
        description="领取回执 · A code to follow the report made with this commandId by, in nobody's name.",
    )
    made: StrawberryField = field
    return made
