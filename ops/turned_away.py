"""Why a server let nobody in, by SQLSTATE and not by its words: those are in the language of its administrators.

libpq keeps the state of a refused connection to itself, and shows it only to who traces the protocol. So whoever was
not let in asks once more with a trace, in memory: it holds the server's answer field by field.
"""

from __future__ import annotations

import os
import re
import select
from time import monotonic
from typing import NamedTuple

import psycopg
from psycopg import pq

FOR_GOOD = ("28", "3D000", "42501")
"""No such user or password, no such database, not permitted to connect: whatever else a server says may pass."""
PASSWORD = "28P01"  # noqa: S105 - a state
ANSWER = re.compile(
    rb'\tB\t\d+\tErrorResponse\t (?:[A-Z] "[^"]*" )*?C "([0-9A-Z]{5})" M "(.*?)" [A-Z] "',
    re.DOTALL,
)


class Answer(NamedTuple):
    """What a server said to whom it did not let in."""

    state: str
    words: str

    @property
    def is_for_good(self) -> bool:
        """Whether asking again would not help."""
        return self.state.startswith(FOR_GOOD)


def answer_of(dsn: str, within_s: float = 3.0) -> Answer | None:
    """How the server answers who asks by this DSN; None where it lets them in, is not there or cannot be traced."""
    if not hasattr(os, "memfd_create"):  # libpq traces on Linux alone
        return None
    until = monotonic() + within_s
    with os.fdopen(os.memfd_create("answer"), "r+b") as trace:
        try:
            conn = pq.PGconn.connect_start(dsn.encode())
            conn.trace(trace.fileno())
            while (status := conn.connect_poll()) in _WAITS and (left := until - monotonic()) > 0:
                reads = [conn.socket] if status == pq.PollingStatus.READING else []
                writes = [] if reads else [conn.socket]
                select.select(reads, writes, [], left)
        except (psycopg.Error, OSError):
            return None
        needs, said = conn.needs_password, conn.error_message.decode(errors="replace").strip()
        conn.untrace()
        conn.finish()
        trace.seek(0)
        found = ANSWER.search(trace.read())
    if found is not None:
        return Answer(found[1].decode(), found[2].decode(errors="replace"))
    return Answer(PASSWORD, said) if needs else None


_WAITS = {pq.PollingStatus.READING, pq.PollingStatus.WRITING}
