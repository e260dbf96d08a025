"""Which errors pass by themselves: the same request may succeed later, unchanged.

What passes is asked again and costs nobody anything but time; what does not is the fault of the request or of the
projection that made it. Told by SQLSTATE (PostgreSQL, appendix A) and not by the class of the exception: psycopg calls
both a full disk and a value too long for an index an ``OperationalError``.
"""

from __future__ import annotations

import psycopg
from eventsourcing.persistence import InterfaceError, OperationalError

CLASSES = ("08", "40", "53", "58")
"""Connection lost, rolled back for others' sake (deadlock, serialization), out of disk or memory, system error."""
STATES = frozenset({"55P03", "57014", "57P01", "57P02", "57P03", "57P05", "25P03", "25006"})
"""Lock not available, cancelled by a limit of time, shut down or starting, ended for being idle, read-only for now."""


def is_transient(error: BaseException | None) -> bool:
    """Whether it is worth asking again. A lost connection has no SQLSTATE."""
    if isinstance(error, psycopg.Error):
        if error.sqlstate is None:
            return isinstance(error, (psycopg.OperationalError, psycopg.InterfaceError))
        return error.sqlstate.startswith(CLASSES) or error.sqlstate in STATES
    return isinstance(error, (OperationalError, InterfaceError, OSError))
