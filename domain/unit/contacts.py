"""值班联络 · How a unit is reached: the public phone of its desk, and the contact for other units.

A duty to report at the first moment (SH2020-4.1-d, CQ2016-4.1-b, CN2017-4.1-b) asks that it be known whom to call; no
text lays down a list. It is the desk's, of the unit, and nobody's own: who serves there is told by its posts. Like a
unit's name it is P2 in the log, where it is text that somebody wrote, and the phone is P0 where it is shown.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Annotated

from domain.kernel import PRESENT, Command, Event, Refusal
from domain.labels import name_fields
from domain.replacing import replace
from domain.sensitivity import P2
from domain.unit.state import DeskContact, Unit

name_fields(
    public_phone=("对外值班电话", "Public phone of the desk"),
    public_hours=("对外电话接听时间", "When the public phone is answered"),
    desk_contact=("单位间值班联络方式", "Contact of the desk for other units"),
)

PHONE_MALFORMED = Refusal(
    "phone_malformed",
    zh="电话须由数字、空格、连字符组成,可有区号",
    en="A phone number is of digits, spaces and hyphens, with or without an area code",
)
HOURS_WITHOUT_PHONE = Refusal(
    "hours_without_phone", zh="接听时间须附电话", en="Say which phone is answered at these hours"
)
_PHONE = re.compile(r"\+?[0-9](?:[0-9 -]{1,22})[0-9]")


class UnitContactSet(
    Event[Unit], name="unit.contact_set", zh="值班联络方式已登记", en="Contact of the desk set"
):
    """All of it at once: what is not said is no more."""

    public_phone: Annotated[str | None, P2] = None
    public_hours: Annotated[str | None, P2] = None
    desk_contact: Annotated[str | None, P2] = None

    def evolve(self, state: Unit) -> Unit:
        contact = DeskContact(
            phone=self.public_phone, hours=self.public_hours, desk=self.desk_contact
        )
        return replace(state, contact=contact)


class SetUnitContact(
    Command[Unit],
    name="unit.set_contact",
    zh="登记值班联络方式",
    en="Set the contact of the desk",
    when=PRESENT,
    clauses=("SH2020-4.1-d", "CQ2016-4.1-b", "CN2017-4.1-b"),
):
    """By the unit itself, or by those who keep the directory of the territory."""

    public_phone: Annotated[str | None, P2] = None
    public_hours: Annotated[str | None, P2] = None
    desk_contact: Annotated[str | None, P2] = None

    def decide(self, state: Unit) -> Iterator[Event[Unit]]:
        """The same again changes nothing."""
        phone, hours, desk = (
            (said or "").strip() or None
            for said in (self.public_phone, self.public_hours, self.desk_contact)
        )
        if phone is not None and not _PHONE.fullmatch(phone):
            raise PHONE_MALFORMED(field="publicPhone")
        if hours is not None and phone is None:
            raise HOURS_WITHOUT_PHONE(field="publicPhone")
        if state.contact != DeskContact(phone=phone, hours=hours, desk=desk):
            yield UnitContactSet(public_phone=phone, public_hours=hours, desk_contact=desk)
