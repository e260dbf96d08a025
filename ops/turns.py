"""Who has the processor first: whoever answers people."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress


def gives_way() -> None:
    """From now on this thread, and what it starts, does not take a core from whoever is at work on it the moment it is
    woken (``SCHED_BATCH``, sched(7)); it has its share all the same.

    The database, the decider, projections and clocks are woken thousands of times a second by the one thread that reads
    and answers every request. Each time the kernel let them go first, on its own core, with another core idle.
    Nothing changes where there is no such thing, or where it is not allowed.
    """
    if hasattr(os, "SCHED_BATCH"):
        with suppress(OSError):
            os.sched_setscheduler(0, os.SCHED_BATCH, os.sched_param(0))


@contextmanager
def begins_what_gives_way() -> Iterator[None]:
    """What is started meanwhile gives way, also under another account; this thread goes on as before."""
    if not hasattr(os, "sched_getscheduler"):
        yield
        return
    before = os.sched_getscheduler(0), os.sched_getparam(0)
    gives_way()
    try:
        yield
    finally:
        with suppress(OSError):
            os.sched_setscheduler(0, *before)
