"""销毁密钥 · Erasure: a child's personal values become unreadable by destroying one key; the facts and proofs remain.

Immutable history meets the right to erasure (PIPL 47; 未成年人网络保护条例 34) by crypto-shredding: the shell
destroys the keys this event names once it is recorded. Every reader then sees tombstones; the chain still verifies.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any
from uuid import UUID

from domain.access.state import AccessOrder
from domain.case.state import Case
from domain.child.file_state import FileStatus
from domain.child.state import Child
from domain.codec import upcasts
from domain.kernel import Command, Event, Refusal
from domain.labels import name_fields
from domain.replacing import replace
from domain.sensitivity import P0, P2
from domain.terms.access import MatterKind
from domain.terms.places import DivisionId

name_fields(
    child_id=("儿童", "Child"),
    legal_basis=("法律依据", "Legal basis"),
    key_scopes=("密钥范围", "Keys destroyed"),
)

FILE_STILL_OPEN = Refusal(
    "file_still_open",
    zh="档案或个案尚未结束,不能销毁",
    en="The file or a case is still open: it cannot be erased",
)


class ChildErased(
    Event[AccessOrder],
    name="access.child_erased",
    zh="个人信息密钥已销毁",
    en="Child's key destroyed",
    version=2,
):
    child_id: Annotated[UUID, P0]
    legal_basis: Annotated[str, P2]
    key_scopes: Annotated[tuple[UUID, ...], P0]
    """The streams whose keys go: the child's file, and the cases that concern this child alone."""
    order_place: Annotated[DivisionId | None, P2] = None
    """Where the child lived last, so that the erasure is counted there."""

    def evolve(self, state: AccessOrder) -> AccessOrder:
        return replace(
            state,
            kind=MatterKind.ERASURE,
            child_id=self.child_id,
            place_id=self.order_place,
            erased=True,
        )


@upcasts("access.child_erased", 1)
def nowhere(values: dict[str, Any]) -> dict[str, Any]:
    """Before, it did not say where."""
    return values


class EraseChild(
    Command[AccessOrder],
    name="access.erase_child",
    zh="销毁儿童个人信息密钥",
    en="Destroy a child's key",
    opens=True,
    needs=("child", "case"),
):
    """Cannot be undone. A case that also concerns another child keeps its key until that child is erased too."""

    child_id: Annotated[UUID, P0]
    legal_basis: Annotated[str, P2]

    def decide(self, _state: AccessOrder) -> Iterator[Event[AccessOrder]]:
        file = self.linked[self.child_id]
        assert isinstance(file, Child)
        cases = [s for s in self.linked.values() if isinstance(s, Case)]
        done = file.file.status in {FileStatus.CLOSED, FileStatus.DORMANT}
        if not done or any(c.is_open for c in cases):
            raise FILE_STILL_OPEN(field="childId")
        alone = tuple(c.id for c in cases if c.children == (self.child_id,))
        yield ChildErased.of(self, key_scopes=(self.child_id, *alone), order_place=file.place)
