"""What no command may say, whatever it is about: less than none, done on a day to come, on a day nobody can mean.

One place for all of them: a rule need not ask, and a slip of the pen (year 1, 2206, 9999) is refused with the field it
stands in, before the calendar ends in the middle of a reckoning.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import fields, is_dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any, get_type_hints

from domain.fields import FieldSpec, camel, strip, types_in
from domain.periods import local_date
from domain.refusals import Refusal

if TYPE_CHECKING:
    from domain.kernel import Command

DAY_AHEAD = Refusal("day_in_future", zh="日期不能晚于办理之日", en="That day is still to come")
NEGATIVE = Refusal("number_negative", zh="数值不能为负", en="There cannot be fewer than none")
DAY_FAR = Refusal(
    "day_out_of_bounds", zh="日期距今太远,请核对", en="That day is too far off: look at it again"
)
BEHIND, AHEAD = timedelta(days=130 * 365.25), timedelta(days=100 * 365.25)
"""Nobody named here was born before the first; nothing said here is for after the second, which leaves the end of the
century (2099-12-31), by which offices mean "for good". Not a rule of the texts, nor for anybody to set: beyond them a
day is a slip of the pen."""


def check(command: Command[Any]) -> None:
    """Raises ``Refused`` with the field."""
    context = command.context
    for name in command.numbers:
        if (getattr(command, name) or 0) < 0:
            raise NEGATIVE(field=camel(name))
    for name in command.dated:
        if not all(_is_near(day, context.at) for day in _days(getattr(command, name))):
            raise DAY_FAR(field=camel(name))
    for name in command.behind:
        if (getattr(command, name) or date.min) > local_date(context.occurred_at):
            raise DAY_AHEAD(field=camel(name))


def dated(specs: Sequence[FieldSpec]) -> tuple[str, ...]:
    """The names of the fields that say a day or a moment, be it inside a value."""
    return tuple(s.name for s in specs if _says_a_day(s.type))


def _says_a_day(plain: Any) -> bool:
    for one in types_in(plain):
        if one in {date, datetime}:
            return True
        if is_dataclass(one) and any(map(_says_a_day, map(strip, get_type_hints(one).values()))):
            return True
    return False


def _days(value: Any) -> Iterator[date]:
    """The days and moments in a value, however deep."""
    if isinstance(value, date):
        yield value
    elif isinstance(value, tuple):
        for one in value:
            yield from _days(one)
    elif is_dataclass(value):
        for field in fields(value):
            yield from _days(getattr(value, field.name))


def _is_near(day: date, at: datetime) -> bool:
    if isinstance(day, datetime):
        return -BEHIND < day - at < AHEAD
    return -BEHIND < day - local_date(at) < AHEAD
