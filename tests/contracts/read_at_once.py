"""A process that knows no event yet, and reads the golden of each by many threads at the same moment."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from threading import Barrier, Thread
from typing import Any

import domain.actions  # noqa: F401 - registers every event
from domain.codec import decode

READERS = 16
OFTEN_S = 1e-7
"""How long a thread may run: so short that each is stopped in the middle of whatever it does first."""


def read_at_once(stored: dict[str, Any]) -> None:
    ready = Barrier(READERS)

    def read() -> None:
        ready.wait()
        decode(stored["name"], stored["version"], stored["plain"], stored["boxes"])

    readers = [Thread(target=read) for _ in range(READERS)]
    for reader in readers:
        reader.start()
    for reader in readers:
        reader.join()


if __name__ == "__main__":
    sys.setswitchinterval(OFTEN_S)
    for golden in sorted(Path(sys.argv[1]).glob("*.json")):
        read_at_once(json.loads(golden.read_text(encoding="utf-8")))
