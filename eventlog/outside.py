"""Lines told to a file outside the database, to the disk. A crash or a full disk may leave half of one."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

_BLOCK = 65_536


def add_lines(path: Path, lines: Iterable[str]) -> None:
    """Adds whole lines, on the disk when it returns; half a line that was left at the end goes. Raises OSError."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a+b") as file:
        file.truncate(_whole(path))
        file.write("".join(f"{line}\n" for line in lines).encode("ascii"))
        file.flush()
        os.fsync(file.fileno())


def whole_lines(path: Path, start: int = 0) -> list[str]:
    """Every whole line, of those that begin at this byte or after; none where there is no file."""
    if not path.exists():
        return []
    with path.open("rb") as file:
        file.seek(start)
        text = file.read().decode("ascii", errors="replace")
    return text.split("\n")[:-1]  # what follows the last end of a line is half of one


def last_lines(path: Path) -> Iterator[str]:
    """Whole lines, the last one first; reads no more of the file than is asked for."""
    if not path.exists():
        return
    with path.open("rb") as file:
        at, rest = _whole(path), b""
        while at > 0:
            start = max(0, at - _BLOCK)
            file.seek(start)
            first, *others = (file.read(at - start) + rest).split(b"\n")
            for line in reversed(others):
                if line:
                    yield line.decode("ascii", errors="replace")
            at, rest = start, first
        if rest:
            yield rest.decode("ascii", errors="replace")


def _whole(path: Path) -> int:
    """How many bytes the whole lines are."""
    with path.open("rb") as file:
        end = at = file.seek(0, os.SEEK_END)
        while at > 0:
            start = max(0, at - _BLOCK)
            file.seek(start)
            found = file.read(min(_BLOCK, end - start)).rfind(b"\n")
            if found >= 0:
                return start + found + 1
            at = start
    return 0
