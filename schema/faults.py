"""What a fault below means to a client: a database out of reach is UNAVAILABLE; the command id makes a retry safe."""

from __future__ import annotations

import psycopg

from eventlog.errors import OUT_OF_REACH, LogUnavailable
from eventlog.transient import is_transient
from schema.transport.errors import Code, CodedError

RETRY = {"Retry-After": "1"}


def coded(error: BaseException) -> CodedError | None:
    """The error as the API tells it; None if it is no fault of the database's."""
    if isinstance(error, LogUnavailable) and error.outcome == "unknown":
        return CodedError(
            Code.UNAVAILABLE,
            zh="尚不知是否已记录，请用同一commandId重试",
            en="It is not known whether this was recorded: ask again with the same commandId",
            headers=RETRY,
        )
    if isinstance(error, (*OUT_OF_REACH, psycopg.OperationalError, psycopg.InterfaceError)):
        return CodedError(Code.UNAVAILABLE, headers=RETRY)
    if isinstance(error, psycopg.Error) and is_transient(error):  # read-only is of another class
        return CodedError(Code.UNAVAILABLE, headers=RETRY)
    return None
