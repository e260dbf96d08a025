"""词汇内的参数 · Arguments that are a word of some vocabulary, and the refusal of what is none.

What is no queue, no division, no report, no service and no tier would find nothing, for ever, and look like an empty
list. Which there are, everybody may know (P0), so that the refusal tells nothing else. Plans and resolvers ask alike.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from domain.child.places import UNKNOWN_PLACE
from domain.divisions import Divisions
from domain.risk import DEFAULT_SCALE
from domain.terms.plan import ServiceType
from projections.queues import QUEUES
from projections.reports.catalogue import REPORTS
from schema.transport.errors import Code, CodedError


@dataclass(frozen=True)
class Words:
    """What ``holds`` of a word of it, and how it is said that a word is none."""

    holds: Callable[[str], bool]
    zh: str
    en: str

    def word(self, said: str, argument: str) -> str:
        """The word itself; raises ``BAD_USER_INPUT`` for what is none."""
        if not self.holds(said):
            raise CodedError(Code.BAD_USER_INPUT, zh=self.zh, en=self.en, field=argument)
        return said

    def maybe(self, said: str | None, argument: str) -> str | None:
        """As ``word``, of an argument that may be left out."""
        return None if said is None else self.word(str(said), argument)


DIVISION = Words(
    lambda said: Divisions.load().find(said) is not None,
    UNKNOWN_PLACE.label.zh,
    UNKNOWN_PLACE.label.en,
)
QUEUE = Words(
    QUEUES.__contains__,
    "没有这个队列，队列形如Q-01",
    "There is no such queue; one is named like Q-01",
)
REPORT = Words(
    REPORTS.__contains__,
    "没有这个报表，报表形如S-01",
    "There is no such report; one is named like S-01",
)
SERVICE = Words(
    ServiceType.__members__.__contains__,
    "没有这项服务，服务形如DAY_CARE",
    "There is no such service; one is named like DAY_CARE",
)
TIER = Words(
    lambda said: DEFAULT_SCALE.find(said) is not None,
    "没有这个风险等级，等级形如R1",
    "There is no such tier; one is named like R1",
)


def without_zone(argument: str) -> CodedError:
    """A moment that is no moment: it might be any of a day's hours."""
    return CodedError(
        Code.BAD_USER_INPUT,
        zh="时间须带时区偏移，形如2025-03-03T08:40:00+08:00",
        en="A moment needs its offset, like 2025-03-03T08:40:00+08:00",
        field=argument,
    )
