"""Who has the processor first: whoever answers people."""

from __future__ import annotations

import os
from contextlib import suppress


def gives_way(pid: int = 0) -> None:
    """From now on this process, and what it starts, no longer takes a core from whoever is at work on it the moment it
    is woken (``SCHED_BATCH``, sched(7)); it has its share all the same. ``pid`` 0: this thread and those it starts.

    The database, the decider, projections and clocks are woken thousands of times a second by the one thread that reads
    and answers every request. Each time the kernel let them go first, on its own core, with another core idle.
    Nothing changes where there is no such thing, or where it is not ours to say.
    """
    if hasattr(os, "SCHED_BATCH"):
        with suppress(OSError):
            os.sched_setscheduler(pid, os.SCHED_BATCH, os.sched_param(0))
