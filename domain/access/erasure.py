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
from domain.child.closing import NoteFileErased
from domain.child.file_state import FileStatus
from domain.child.state import Child
from domain.codec import says_more
from domain.kernel import Command, Event, Refusal, State
from domain.labels import name_fields
from domain.reactions import Put, World, reaction
from domain.replacing import replace
from domain.sensitivity import P0, P2
from domain.terms.access import MatterKind
from domain.terms.places import DivisionId

name_fields(
    child_id=("儿童", "Child"),
    legal_basis=("法律依据", "Legal basis"),
)

FILE_STILL_OPEN = Refusal(
    "file_still_open",
    zh="档案或个案尚未结束,不能销毁",
    en="The file or a case is still open: it cannot be erased",
)
ALREADY_ERASED = Refusal(
    "already_erased",
    zh="个人信息已经销毁",
    en="The personal information is erased already",
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
    """The streams whose keys go: the files of this child, and the cases that concern nobody who is not erased."""
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


# Before, it did not say where.
says_more("access.child_erased", 1)


class EraseChild(
    Command[AccessOrder],
    name="access.erase_child",
    zh="销毁儿童个人信息密钥",
    en="Destroy a child's key",
    opens=True,
    needs=("child", "merged", "case", "fellows"),
):
    """Cannot be undone. With a child's file go those that were merged into it: they are of the same child.

    A case that also concerns another child keeps its key until that child is erased too.
    """

    child_id: Annotated[UUID, P0]
    legal_basis: Annotated[str, P2]

    def decide(self, _state: AccessOrder) -> Iterator[Event[AccessOrder]]:
        files = self._files()
        cases = [s for s in self.linked.values() if isinstance(s, Case)]
        own = [c for c in cases if files.keys() & {*c.children}]
        done = all(f.file.status in {FileStatus.CLOSED, FileStatus.DORMANT} for f in files.values())
        if not done or any(c.is_open for c in own):
            raise FILE_STILL_OPEN(field="childId")
        spent, erased = self._erased()
        alone = [c.id for c in own if {*c.children} <= files.keys() | erased]
        scopes = tuple(i for i in (*files, *alone) if i not in spent)
        if not scopes:
            raise ALREADY_ERASED(field="childId")
        yield ChildErased.of(self, key_scopes=scopes, order_place=files[self.child_id].place)

    def _files(self) -> dict[UUID, Child]:
        """The files of this child: the one that is named, and what was merged into it and still is."""
        found: dict[UUID, Child] = {self.child_id: self.linked[self.child_id]}
        todo = [self.child_id]
        for one in todo:
            merged = (self.linked[i] for i in sorted(found[one].file.took_over))
            new = [f for f in merged if f.file.merged_into == one and f.id not in found]
            found |= {f.id: f for f in new}
            todo += [f.id for f in new]
        return found

    def _erased(self) -> tuple[frozenset[UUID], frozenset[UUID]]:
        """The streams whose keys are gone already, and the children that are erased."""
        known = [s for s in self.linked.values() if isinstance(s, Child) and s.file.erased]
        spent = frozenset(i for one in known for i in one.file.erased)
        return spent, frozenset(one.id for one in known)


@reaction
def noted_on_the_file(world: World, _state: State, events: tuple[Event[Any], ...]) -> Iterator[Put]:
    """Each file says that it was erased, and with which other streams."""
    for event in events:
        if isinstance(event, ChildErased):
            for stream_id in event.key_scopes:
                file: State = world.child(stream_id)
                if isinstance(file, Child) and file.version:
                    yield Put(stream_id, NoteFileErased(key_scopes=event.key_scopes))
