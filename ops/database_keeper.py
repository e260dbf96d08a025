"""The embedded PostgreSQL kept running: started again when its process is gone, while others wait for it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import psycopg

from ops.embedded import EmbeddedPostgres
from ops.postgres_install import PostgresUnavailableError
from ops.settings import Settings

LOOK_S = 0.5
START_S = 30.0
"""How long one try to start may take; the next one follows."""
STOP_S = START_S + 5.0


@dataclass
class DatabaseKeeper:
    """A thread that looks whether the server is there. What is frozen is not gone: it is left alone.

    A server of someone else's (by URL) has no keeper: its own administrators look after it.
    """

    server: EmbeddedPostgres
    say: Callable[[str], None]
    _stopping: threading.Event = field(default_factory=threading.Event)
    _thread: threading.Thread | None = None

    def start(self) -> None:
        """Takes a share in the server and begins to look."""
        self.server.start()
        self._thread = threading.Thread(target=self._run, name="database keeper", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Ends, after a start that is under way, and gives the share back."""
        self._stopping.set()
        if self._thread is not None:
            self._thread.join(STOP_S)
        self.server.stop()

    def _run(self) -> None:
        while not self._stopping.wait(LOOK_S):
            if self.server.gone():
                self._start_again()

    def _start_again(self) -> None:
        self.say("数据库已退出,重新启动 · the database is gone and is started again")
        try:
            self.server.start(within_s=START_S)
        except (PostgresUnavailableError, OSError, psycopg.Error) as error:
            self.say(f"数据库未能启动,稍后再试 · it did not start, again in a moment: {error}")


@contextmanager
def kept(settings: Settings, say: Callable[[str], None]) -> Iterator[None]:
    """The embedded server kept running during the block; one given by URL is its administrators' own."""
    if settings.database_url:
        yield
        return
    keeper = DatabaseKeeper(EmbeddedPostgres(settings.state), say)
    keeper.start()
    try:
        yield
    finally:
        keeper.stop()
