"""The connections through which this process appends: a batch each, two of them under way at most moments.

While one batch is written, the next is already sent on another connection, where the server holds it at the log's
lock. It begins there the moment the lock is free, without a word from this process; order is the order of the lock, as
between processes. One writer alone never opens the second.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from eventlog.group import AT_ONCE

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from eventlog.appender import Appender
    from eventlog.group import Request


class Lanes:
    """Gives each batch an appender of its own, and takes it back."""

    def __init__(self, make: Callable[[], Appender]) -> None:
        self._make, self._lock = make, threading.Lock()
        self._free: list[Appender] = []

    def commit(self, batch: Sequence[Request], pass_on: Callable[[], None]) -> bool:
        """As ``Appender.commit``, on one that is free. As many are kept open as batches are under way."""
        with self._lock:
            appender = self._free.pop() if self._free else self._make()
        try:
            return appender.commit(batch, pass_on)
        finally:
            self._give_back(appender)

    def _give_back(self, appender: Appender) -> None:
        with self._lock:
            kept = len(self._free) < AT_ONCE
            if kept:
                self._free.append(appender)
        if not kept:
            appender.close()

    def close(self) -> None:
        """Give the connections back."""
        with self._lock:
            free, self._free = self._free, []
        for appender in free:
            appender.close()
