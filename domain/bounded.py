"""记忆有限 · A memory of so many values at most, for what is worked out once and asked for often."""

from __future__ import annotations

from typing import TypeVar

K = TypeVar("K")
V = TypeVar("V")


class Bounded(dict[K, V]):
    """A dict that holds ``most`` values. Full, it forgets them all before it takes another.

    What is asked for often is soon there again, and nothing is kept of when anything was asked for. Where making a
    value anew is dear (a signature), the oldest goes alone instead: then this is not the memory for it.
    """

    __slots__ = ("most",)

    def __init__(self, most: int) -> None:
        super().__init__()
        self.most = most

    def __setitem__(self, key: K, value: V) -> None:
        if len(self) >= self.most and key not in self:
            self.clear()
        super().__setitem__(key, value)
