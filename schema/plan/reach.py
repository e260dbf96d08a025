"""A list over all that one reaches: where that is little it is read among these, not out of all there is (ADR 0055).

Before such a list is read, in the opening of its own transaction, PostgreSQL is asked which children the scope may
reach at all (``sec.reached``). Few: the statement reads those. Many: it reads along the key until the page is full,
which is soon where much is within reach. Either way every row is judged by the plan and by row security.
"""

from __future__ import annotations

from typing import Final

FEW: Final = 4_000
"""Reading so many rows by their keys takes some milliseconds; somebody who reaches more finds a page of them soon."""
AMONG: Final = " and child.child_id = any(nullif(current_setting('app.reach', true), '')::uuid[])"
"""The condition that a statement has for the few; without it, it is the one for the many."""
MANY: Final = b""
"""What the opening says where there are more than few."""


def asking(first: int) -> str:
    """What the opening asks, with parameters from this number on: a division and a school, either of them or none."""
    reached = f"sec.reached({FEW}, ${first}::text, ${first + 1}::uuid)"
    return f", set_config('app.reach', coalesce({reached}::text, ''), true)"
