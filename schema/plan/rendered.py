"""Rendered fragments in a plan: a run of members that a projection has already written is copied as it is.

Matched by structure: after aliases, fragments and directives are resolved, the keys and fields of a run of members are
those of a declared fragment, in its order. Used only for a reader to whom all its classes are open on the row; for
anybody else the request is answered by the plan without fragments (``Unfit``), which writes or holds back each column.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from graphql import FieldNode

from projections.fragments import Fragment
from projections.readmodel import ReadModel
from schema.plan.compilation import Compilation, Mask
from schema.plan.level import Level
from schema.plan.selection import Unfit
from schema.plan.whole import Item

Member = tuple[str, list[FieldNode]]
"""A response key with the nodes merged under it."""


def runs(
    made: Compilation, model: type[ReadModel], fields: Mapping[str, list[FieldNode]]
) -> Iterator[Member | Fragment]:
    """The members of a selection in order, those that a fragment holds as that fragment."""
    members = list(fields.items())
    at = 0
    while at < len(members):
        found = _fitting(model, members[at:]) if made.params.rendering else None
        yield found or members[at]
        at += len(found.fields) if found else 1


def _fitting(model: type[ReadModel], members: Sequence[Member]) -> Fragment | None:
    for fragment in model.fragments:
        some = members[: len(fragment.fields)]
        if tuple(key for key, _ in some) == fragment.fields and all(
            nodes[0].name.value == key for key, nodes in some
        ):
            return fragment
    return None


@dataclass(frozen=True)
class Rendered:
    """A fragment in a row: its text, where all its classes are open."""

    fragment: Fragment
    cell: int

    def source(self, mask: Mask, _name: str, _names: dict[str, Any]) -> str:
        """Text for an f-string with ``r``. Raises ``Unfit`` for a mask that does not hold all its classes."""
        if not self.fragment.classes <= mask:
            raise Unfit
        return f"{{r[{self.cell}] or missing()}}"

    def item(self, level: Level) -> Item:
        """The same for PostgreSQL; no text where there is none."""
        return Item(level.named(self.cell), self.fragment.classes)


def rendered(
    made: Compilation, model: type[ReadModel], fragment: Fragment, column: Callable[[str], int]
) -> Rendered:
    """The fragment as a part of rows whose cells ``column`` finds."""
    made.used[model.table, fragment.column] = fragment
    return Rendered(fragment, column(fragment.column))
