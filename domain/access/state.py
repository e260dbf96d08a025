"""查阅 · The access stream: an order to look, or to forget, concerning one child."""

from __future__ import annotations

from uuid import UUID

from domain.kernel import State


class AccessOrder(State, stream="access", zh="查阅事项", en="Access order"):
    """One order: an audit order, or the erasure of a child's personal values."""

    child_id: UUID | None = None
    erased: bool = False

    @property
    def concerns(self) -> tuple[UUID, ...]:
        """The child."""
        return (self.child_id,) if self.child_id else ()
