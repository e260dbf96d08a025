"""轮廓 · The outline of a set of tasks: a few bytes by which the set is found again among those that may be in it.

Each task adds a digest of its id to one of eight sums. Sums of up to forty tasks are as good as a list of them: which
tasks make up a sum is a system of linear equations over two values (GF(2)). It names no task to who has not got it.
"""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterable, Sequence
from functools import reduce
from hashlib import blake2b
from operator import xor
from uuid import UUID

PARTS, PART_BITS = 8, 64
BYTES = PARTS * PART_BITS // 8
SURE = 40
"""Of so many digests of 64 bits no two sets have one sum, but for one chance in sixteen millions."""


def told(outline: int) -> str:
    """As a cursor carries it."""
    return urlsafe_b64encode(outline.to_bytes(BYTES)).decode()


def outline_in(text: str) -> int:
    """Of a cursor. Raises ValueError."""
    said = urlsafe_b64decode(text.encode("ascii"))
    if len(said) != BYTES:
        raise ValueError(text)
    return int.from_bytes(said)


def outline_of(tasks: Iterable[UUID]) -> int:
    """The sum over all of them."""
    return reduce(xor, map(mark, tasks), 0)


def mark(task_id: UUID) -> int:
    """What a task adds to an outline, and takes from it."""
    return _digest(task_id) << (_part_of(task_id) * PART_BITS)


def recalled(outline: int, likely: set[UUID], moved: set[UUID], others: set[UUID]) -> set[UUID]:
    """The set of an outline: that of the ``likely``, as far as it agrees, with some that ``moved``, of the ``others``.

    A part in which there are too many to say is taken so that nothing is missed: of it everything that is likely is
    left out, and everything else is in.
    """
    found: set[UUID] = set()
    for part in range(PARTS):
        here, later, rest = (
            {t for t in of if _part_of(t) == part} for of in (likely, moved, others)
        )
        apart = (outline ^ outline_of(here)) >> (part * PART_BITS) & ((1 << PART_BITS) - 1)
        turned = _made_of(apart, sorted(later))
        if turned is None:
            turned = _made_of(apart, sorted(later | rest | here))
        found |= later | rest if turned is None else here ^ turned
    return found


def _made_of(total: int, among: Sequence[UUID]) -> set[UUID] | None:
    """Which of these make up a sum (elimination after Gauss); None if no set of them does, or too many might."""
    if len(among) > SURE:
        return None
    rows: dict[
        int, tuple[int, int]
    ] = {}  # by their leading bit: a digest reduced, and of which tasks
    for n, task_id in enumerate(among):
        digest, which = _reduced(_digest(task_id), 1 << n, rows)
        if digest:
            rows[digest.bit_length()] = digest, which
    rest, which = _reduced(total, 0, rows)
    return None if rest else {task_id for n, task_id in enumerate(among) if which >> n & 1}


def _reduced(digest: int, which: int, rows: dict[int, tuple[int, int]]) -> tuple[int, int]:
    while digest and (row := rows.get(digest.bit_length())):
        digest, which = digest ^ row[0], which ^ row[1]
    return digest, which


def _part_of(task_id: UUID) -> int:
    return task_id.bytes[-1] % PARTS


def _digest(task_id: UUID) -> int:
    return int.from_bytes(blake2b(task_id.bytes, digest_size=PART_BITS // 8).digest())
