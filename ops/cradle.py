"""A process that does nothing but fork others, so that one can be had again at any time (ADR 0054).

A process with threads cannot fork: what a thread holds at that moment is held in the child for ever. So the first thing
a web process does is to fork one that never has a thread. Whenever it is asked it forks a child, and sends back one end
of a pair of sockets whose other end the child has. All of them end when whoever holds the other ends is gone.
"""

from __future__ import annotations

import os
import select
import signal
import socket
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from time import monotonic, sleep
from typing import Final, NoReturn

Live = Callable[[socket.socket], NoReturn]
"""A child's life, with its end of the pair."""
ANSWERS_S: Final = 10.0
"""A fork takes some milliseconds; whoever takes longer is not waited for."""
GOODBYE_S, LOOK_S = 3.0, 0.01
"""How long those that end are waited for, and between two looks."""
ASKED, FORKED, NOT_FORKED = b"?", b"+", b"-"


class NotForked(OSError):
    """The system had no room for another process just now."""


class Cradle:
    """As its parent sees it. Blocking: ask in a thread."""

    def __init__(self, pid: int, control: socket.socket) -> None:
        self._pid, self._control = pid, control

    @classmethod
    def begin(cls, live: Live) -> Cradle | None:
        """Forks it, and has it fork the first child at once. None in a process that has threads already."""
        if threading.active_count() > 1:
            return None
        control, theirs = socket.socketpair()
        sys.stdout.flush()
        sys.stderr.flush()
        pid = os.fork()
        if pid == 0:
            control.close()
            _keep(theirs, live)
        theirs.close()
        control.settimeout(ANSWERS_S)
        made = cls(pid, control)
        made.ask()
        return made

    @property
    def is_there(self) -> bool:
        """Whether there is anybody to ask; told by the other end of the pair, without asking."""
        if self._control.fileno() < 0:
            return False
        other_end = select.poll()
        other_end.register(self._control, 0)
        return not other_end.poll(0)

    def ask(self) -> None:
        """Has a child forked. Raises OSError where there is nobody to do it."""
        self._control.sendall(ASKED)

    def given(self) -> socket.socket:
        """Waits for our end of the pair of a child that was asked for. Raises NotForked, and OSError where there is
        nobody to fork."""
        try:
            told, ends, _, _ = socket.recv_fds(self._control, len(FORKED), 1)
        except TimeoutError:
            self._hang_up()  # what comes late would be taken for what was asked for later
            raise
        if told == NOT_FORKED:
            raise NotForked
        if not ends:
            raise ConnectionError("nobody is there to fork")
        return socket.socket(fileno=ends[0])

    def end(self) -> None:
        """Ends it, after the children, whose sockets were closed before. Returns when they are gone."""
        self._hang_up()
        if not _has_ended(self._pid, 2 * GOODBYE_S):
            os.kill(self._pid, signal.SIGKILL)
            _has_ended(self._pid, GOODBYE_S)

    def _hang_up(self) -> None:
        with suppress(OSError):  # another thread that waits for an answer hears of it, too
            self._control.shutdown(socket.SHUT_RDWR)
        self._control.close()


def _keep(control: socket.socket, live: Live) -> NoReturn:
    """Its whole life."""
    children: list[int] = []
    try:
        for ours in (signal.SIGINT, signal.SIGTERM):
            signal.signal(ours, signal.SIG_IGN)  # the parent is told, and tells by its end
        for _ in _asked(control):
            children = [pid for pid in children if not _has_ended(pid)]
            children += _forked(control, live)
        until = monotonic() + GOODBYE_S
        for pid in children:
            if not _has_ended(pid, until - monotonic()):
                os.kill(pid, signal.SIGKILL)
    finally:
        os._exit(0)


def _asked(control: socket.socket) -> Iterator[bytes]:
    """Each time somebody asks, until there is nobody to ask."""
    with suppress(OSError):
        while asked := control.recv(len(ASKED)):
            yield asked


def _forked(control: socket.socket, live: Live) -> list[int]:
    """The child that was asked for; none where the system has no room for it."""
    try:
        ours, theirs = socket.socketpair()
        pid = os.fork()
    except OSError:
        control.sendall(NOT_FORKED)
        return []
    if pid == 0:
        ours.close()
        control.close()
        live(theirs)
    theirs.close()
    with suppress(OSError):  # whoever asked is gone
        socket.send_fds(control, [FORKED], [ours.fileno()])
    ours.close()
    return [pid]


def _has_ended(pid: int, within_s: float = 0.0) -> bool:
    """Whether a child of this process has, within a time."""
    until = monotonic() + within_s
    with suppress(ChildProcessError):
        while os.waitpid(pid, os.WNOHANG)[0] == 0:
            if monotonic() >= until:
                return False
            sleep(LOOK_S)
    return True
