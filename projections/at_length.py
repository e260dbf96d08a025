"""长卷 · How a process works through a long stretch of the log: what is measured by the minute, not by the answer."""

from __future__ import annotations

import gc
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

COLLECT_EVERY: Final = 200_000
"""New objects between two looks for cycles. Events and states make none, and a look walks over every state kept."""
TURN_S: Final = 0.0005
"""After so long a thread that wants to work gets its turn. One that sends to PostgreSQL gives way with each look at its
socket, and would wait ten times as long for the one that tells, with PostgreSQL waiting for both."""
PLANNED_ONCE: Final = "-c plan_cache_mode=force_generic_plan"
"""The same few hundred statements thousands of times, each narrow by its keys: left to judge by cost, PostgreSQL plans
the dearest of them anew each time, and that takes longer than running them."""

BY_THE_ROW: Final = "-c enable_hashjoin=off -c enable_mergejoin=off"
"""A statement for many looks each of them up by an index. Of a JSON array PostgreSQL believes that it has a hundred
rows, and reads tables of ten thousand from end to end for them; mostly it has ten, and such statements are hundreds."""


@contextmanager
def at_length() -> Iterator[None]:
    """A third of the time would go into looking for garbage where there is none, and more into waiting for a turn."""
    usual, turn = gc.get_threshold(), sys.getswitchinterval()
    gc.set_threshold(COLLECT_EVERY, 50, 1_000)
    sys.setswitchinterval(TURN_S)
    try:
        yield
    finally:
        gc.set_threshold(*usual)
        sys.setswitchinterval(turn)
