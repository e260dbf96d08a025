"""All processes of one installation on one machine: started together, started again, stopped together."""

from __future__ import annotations

import errno
import os
import signal
import socket
import subprocess
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from time import monotonic, sleep

from ops.serve import Kind, cannot_listen
from ops.settings import Settings
from ops.wrong import MISUSE

STOP_S = 15.0
"""A child that has not ended by then is killed."""
AGAIN_S = 1.0
"""A process that ends by itself is started again, not sooner than this after its start."""
LOOK_S = 0.2


def listening(settings: Settings) -> socket.socket:
    """The socket the web processes share. A predecessor's may hold it for a moment yet. Raises ``Refused``."""
    end = monotonic() + STOP_S
    while True:
        try:
            return socket.create_server((settings.host, settings.port), backlog=2048)
        except OSError as error:
            if error.errno != errno.EADDRINUSE or monotonic() > end:
                raise cannot_listen(settings.host, settings.port, error) from None
            sleep(LOOK_S)


@dataclass
class Child:
    """One process: its command, and the one that runs it now."""

    command: Sequence[str]
    fds: Sequence[int]
    process: subprocess.Popen[bytes] | None = None
    started_at: float = field(default=0.0)

    def start(self) -> None:
        """Starts it, in the environment of this process."""
        self.process = subprocess.Popen(self.command, pass_fds=self.fds)
        self.started_at = monotonic()

    def refused(self) -> bool:
        """Whether it ended because it cannot run as things are."""
        return self.process is not None and self.process.poll() == MISUSE

    def ended(self) -> bool:
        """Whether it ended and may be started again."""
        gone = self.process is None or self.process.poll() is not None
        return gone and monotonic() - self.started_at > AGAIN_S


class Supervisor:
    """Web processes on one listening socket, one projector, one clock worker; more of any by hand, anywhere.

    The socket is held here: while a web process is started again, callers wait instead of being turned away. A pipe
    whose other end only this process holds tells the children when it is gone.
    """

    def __init__(
        self,
        program: Sequence[str],
        listener: socket.socket,
        say: Callable[[str], None],
        *,
        web: int,
    ) -> None:
        self._say, self._listener = say, listener
        self._pipe = os.pipe()
        self._stopping = threading.Event()
        shared = ("--parent-fd", str(self._pipe[0]))
        fd = listener.fileno()
        heard = (*program, "serve", Kind.WEB.value, "--listen-fd", str(fd), *shared)
        self.children = [Child(heard, (fd, self._pipe[0])) for _ in range(web)]
        for kind in (Kind.PROJECTIONS, Kind.CLOCKS):
            self.children.append(Child((*program, "serve", kind.value, *shared), (self._pipe[0],)))

    def start(self) -> None:
        """Starts every child."""
        for child in self.children:
            child.start()

    def run(self) -> int:
        """Starts again what ends by itself, until told to stop; then stops all. A process that says it cannot run as
        things are (``MISUSE``, and why) would say so each second: then all stop, with its status."""
        before = {s: signal.signal(s, self._told) for s in (signal.SIGINT, signal.SIGTERM)}
        try:
            while not self._stopping.wait(LOOK_S):
                for child in self.children:
                    if child.refused():
                        return MISUSE
                    if child.ended():
                        self._say("进程重启 · a process ended and is started again")
                        child.start()
        finally:
            for each, handler in before.items():
                signal.signal(each, handler)
            self.stop()
        return 0

    def stop(self) -> None:
        """Tells all to stop and waits; kills what does not."""
        running = [c.process for c in self.children if c.process and c.process.poll() is None]
        for process in running:
            process.terminate()
        end = monotonic() + STOP_S
        for process in running:
            with suppress(subprocess.TimeoutExpired):
                process.wait(max(0.0, end - monotonic()))
            if process.poll() is None:
                process.kill()
                process.wait(STOP_S)
        self._listener.close()

    def _told(self, *_: object) -> None:
        self._stopping.set()
