"""The subscribers of one server, in a process of their own (``bench.fanout.clients``), as the bench asks them."""

from __future__ import annotations

import select
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from time import monotonic_ns
from typing import Any, Self

import orjson

from bench.fanout.world import QUERY
from bench.figures import ROOT

WAIT_S = 90.0
"""How long nothing may happen: each that is let in is something."""
Subscriber = dict[str, Any]
"""``token`` and ``variables``."""


class Audience:
    """``kind``: ``sse`` or ``ws``. Answers are awaited line by line."""

    def __init__(self, process: subprocess.Popen[bytes], many: int) -> None:
        self._process, self.many = process, many

    @classmethod
    @contextmanager
    def opened(
        cls, kind: str, port: int, subscribers: Sequence[Subscriber], folder: Path
    ) -> Iterator[Self]:
        """Connected and caught up, until the block ends."""
        file = folder / f"{kind}-{port}-{monotonic_ns()}.json"
        file.write_bytes(orjson.dumps({"query": QUERY, "subscribers": list(subscribers)}))
        command = [sys.executable, "-m", "bench.fanout.clients", kind, str(port), str(file)]
        process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        made = cls(process, len(subscribers))
        try:
            made._all_in(kind)
            yield made
        finally:
            assert process.stdin is not None
            process.stdin.close()
            process.wait(20)

    def _all_in(self, kind: str) -> None:
        """Waits for the last; word of how many are in means that it goes on."""
        line = b"none"
        try:
            while (said := self._line()) != b"ready":
                line = said
        except RuntimeError as error:
            raise RuntimeError(f"{kind}: {line.decode()} of {self.many} are in") from error

    def seen(self, position: int) -> list[int]:
        """When each subscriber saw the change of this position, the first first; waits for the last."""
        self._put(f"await {position} {self.many}")
        found: list[int] = orjson.loads(self._line())
        return found

    def dump(self) -> dict[int, list[int]]:
        """What was seen and not asked for yet, by position."""
        self._put("dump")
        return {int(position): at for position, at in orjson.loads(self._line()).items()}

    def _put(self, line: str) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(line.encode() + b"\n")
        self._process.stdin.flush()

    def _line(self) -> bytes:
        assert self._process.stdout is not None
        if not select.select([self._process.stdout], [], [], WAIT_S)[0]:
            raise RuntimeError("not all subscribers were told in time")
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError("the subscribers are gone")
        return line.strip()
