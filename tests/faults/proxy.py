"""A proxy that does to a connection what a bad day does: cut it, freeze it, lose one answer."""

from __future__ import annotations

import selectors
import socket
import threading
from collections.abc import Callable
from contextlib import suppress
from types import TracebackType
from typing import Self

PIECE = 65_536
Judge = Callable[[bytes], bool]


class Proxy:
    """Listens on ``port`` and carries to ``target`` (host and port, or the path of a Unix socket)."""

    def __init__(self, target: tuple[str, int] | str) -> None:
        self.target = target
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=512)
        self.port = int(self._listener.getsockname()[1])
        self.lost = 0
        """How many answers were lost on purpose."""
        self._to_lose = 0
        self._judge: Judge = lambda _: False
        self._flows = threading.Event()
        self._flows.set()
        self._open: set[socket.socket] = set()
        self._lock = threading.Lock()
        self._closed = False

    def __enter__(self) -> Self:
        self._start(self._accept)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self._closed = True
        self._listener.close()
        self.thaw()
        self.cut()

    def cut(self) -> None:
        """Every open connection ends, on both sides; new ones are carried."""
        with self._lock:
            ends = list(self._open)
        for end in ends:
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def freeze(self) -> None:
        """Nothing is delivered any more, either way; connections stay open and new ones hang."""
        self._flows.clear()

    def thaw(self) -> None:
        """What was held is delivered."""
        self._flows.set()

    def lose_answers(self, judge: Judge, times: int) -> None:
        """The next ``times`` pieces from the target that the judge names are dropped, each with its connection:
        what was asked has been done, and nobody hears of it.
        """
        self._judge, self._to_lose = judge, times

    def _start(self, run: Callable[..., None], *args: object) -> None:
        threading.Thread(target=run, args=args, daemon=True).start()

    def _accept(self) -> None:
        with suppress(OSError):
            while not self._closed:
                client, _ = self._listener.accept()
                self._start(self._carry, client)

    def _connect(self) -> socket.socket:
        if isinstance(self.target, str):
            server = socket.socket(socket.AF_UNIX)
            try:
                server.connect(self.target)
            except OSError:
                server.close()
                raise
            return server
        return socket.create_connection(self.target)

    def _carry(self, client: socket.socket) -> None:
        with client, suppress(OSError):
            self._flows.wait()
            with self._connect() as server, selectors.DefaultSelector() as ready:
                with self._lock:
                    self._open |= {client, server}
                try:
                    ready.register(client, selectors.EVENT_READ, server)
                    ready.register(server, selectors.EVENT_READ, client)
                    self._pump(ready, server)
                finally:
                    with self._lock:
                        self._open -= {client, server}

    def _pump(self, ready: selectors.BaseSelector, server: socket.socket) -> None:
        while True:
            for key, _ in ready.select():
                piece = key.fileobj.recv(PIECE)  # type: ignore[union-attr]
                self._flows.wait()
                if not piece or (key.fileobj is server and self._loses(piece)):
                    return
                key.data.sendall(piece)

    def _loses(self, piece: bytes) -> bool:
        with self._lock:
            if self._to_lose and self._judge(piece):
                self._to_lose -= 1
                self.lost += 1
                return True
        return False
