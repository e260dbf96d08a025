"""What a stream remembers, and when it is whose turn: the states on which ``domain.kernel`` decides."""

from __future__ import annotations

from abc import ABC
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ClassVar, Generic, TypeVar, dataclass_transform
from uuid import UUID

from domain.labels import Label

STREAMS: dict[str, type[State]] = {}


@dataclass_transform(frozen_default=True, kw_only_default=True, field_specifiers=(field,))
class Frozen(ABC):
    """Subclasses are frozen, keyword-only dataclasses. No decorator to forget."""

    def __init_subclass__(cls, **kwargs: object) -> None:
        super().__init_subclass__(**kwargs)
        dataclass(frozen=True, kw_only=True)(cls)


class Value(Frozen):
    """A value object inside an event: several fields that only make sense together."""


class State(Frozen):
    """What the rules of one stream need to know, and no more. ``version`` counts its events."""

    stream: ClassVar[str]
    label: ClassVar[Label]

    id: UUID = field(default=UUID(int=0))
    version: int = 0
    last_occurred_at: datetime | None = None
    """When the last fact on this stream happened (aware), for the rule against silent back-dating."""

    def __init_subclass__(
        cls, *, stream: str | None = None, zh: str = "", en: str = "", **kwargs: object
    ) -> None:
        super().__init_subclass__(**kwargs)
        if stream is not None:
            cls.stream, cls.label = stream, Label(zh, en)
            assert STREAMS.setdefault(stream, cls) is cls, f"two streams named {stream}"

    @property
    def place(self) -> str | None:
        """The division whose rule packs judge this stream, if it is known."""
        return None

    @property
    def concerns(self) -> tuple[UUID, ...]:
        """The children this stream is about."""
        return ()


S = TypeVar("S", bound=State)


@dataclass(frozen=True)
class Turn(Generic[S]):
    """When a command may be put: a named condition on the state, so that availability is data."""

    name: str
    zh: str
    en: str
    holds: Callable[[S], bool]

    def __and__(self, other: Turn[S]) -> Turn[S]:
        return Turn(
            f"{self.name}+{other.name}",
            f"{self.zh}且{other.zh}",
            f"{self.en} and {other.en}",
            lambda s: self.holds(s) and other.holds(s),
        )


ABSENT: Turn[Any] = Turn("absent", "尚未建立", "not yet opened", lambda s: s.version == 0)
PRESENT: Turn[Any] = Turn("present", "已建立", "opened", lambda s: s.version > 0)
