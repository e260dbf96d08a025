"""A wire between the log and its server that can be cut or held at a chosen moment."""

import selectors
import socket
import threading
from collections.abc import Callable
from contextlib import suppress
from types import TracebackType
from typing import Self

from psycopg.conninfo import conninfo_to_dict, make_conninfo

LOOK_S = 0.2
END_S = 30.0

Judge = Callable[[bytes], bool]


class Wire:
    """A TCP proxy. ``cut_request`` and ``cut_answer`` are asked of each packet while armed; at the first yes
    the connection ends with that packet undelivered, and the wire works again for new connections.
    """

    def __init__(self, dsn: str) -> None:
        given = conninfo_to_dict(dsn)
        self._server = (str(given.get("host")), int(given.get("port") or 5432))
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.dsn = make_conninfo(dsn, host="127.0.0.1", port=self._socket.getsockname()[1])
        self.cut_request: Judge | None = None
        self.cut_answer: Judge | None = None
        self.cuts = 0
        self._open: list[socket.socket] = []
        self._held = threading.Event()
        self._held.set()
        self._threads: list[threading.Thread] = []
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
        self._held.set()
        self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        for end in self._open:
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join(END_S)
            assert not thread.is_alive(), "a connection does not end"

    def hold(self) -> None:
        """Deliver nothing more, either way, as a frozen server would."""
        self._held.clear()

    def release(self) -> None:
        """Deliver what was held."""
        self._held.set()

    def _start(self, run: Callable[..., None], *args: object) -> None:
        thread = threading.Thread(target=run, args=args, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._socket.accept()
                self._start(self._carry, client)

    def _carry(self, client: socket.socket) -> None:
        if self._server[0].startswith("/"):
            server = socket.socket(socket.AF_UNIX)
            server.connect(f"{self._server[0]}/.s.PGSQL.{self._server[1]}")
        else:
            server = socket.create_connection(self._server)
        self._open += [client, server]
        with client, server, selectors.DefaultSelector() as ready, suppress(OSError):
            ready.register(client, selectors.EVENT_READ, server)
            ready.register(server, selectors.EVENT_READ, client)
            while True:
                if self._closed:  # by one that was carried while the others were cut
                    return
                for key, _ in ready.select(LOOK_S):
                    data = key.fileobj.recv(65536)  # type: ignore[union-attr]
                    self._held.wait()
                    if not data or self._cuts(data, from_client=key.fileobj is client):
                        return
                    key.data.sendall(data)

    def _cuts(self, data: bytes, *, from_client: bool) -> bool:
        judge = self.cut_request if from_client else self.cut_answer
        if judge is None or not judge(data):
            return False
        self.cut_request = self.cut_answer = None
        self.cuts += 1
        return True
