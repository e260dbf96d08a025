"""How much is done, counted in calls of functions: a figure no busy machine changes."""

from __future__ import annotations

import sys
from typing import Self


class Calls:
    """While it is entered every call in this thread is counted, of Python functions and of C's, in ``many``."""

    def __init__(self) -> None:
        self.many = 0

    def __enter__(self) -> Self:
        sys.setprofile(self._count)
        return self

    def __exit__(self, *_error: object) -> None:
        sys.setprofile(None)

    def _count(self, _frame: object, event: str, _arg: object) -> None:
        self.many += event in {"call", "c_call"}
