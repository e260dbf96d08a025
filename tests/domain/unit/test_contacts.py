"""How a unit's desk is reached (SH2020-4.1-d, CQ2016-4.1-b, CN2017-4.1-b)."""

from __future__ import annotations

import pytest

from domain.unit.contacts import SetUnitContact, UnitContactSet
from tests.domain.unit.cast import VILLAGE_THERE, here
from tests.dsl import given

PHONE = SetUnitContact(public_phone=" 023-5655 7110 ", public_hours="全天", desk_contact="转3号台")
SAID = UnitContactSet(public_phone="023-5655 7110", public_hours="全天", desk_contact="转3号台")


def test_a_desk_says_how_it_is_reached_and_says_it_once() -> None:
    given(VILLAGE_THERE).when(here(PHONE)).then(SAID)
    given(VILLAGE_THERE, SAID).when(here(PHONE)).then_nothing()
    given(VILLAGE_THERE, SAID).when(here(SetUnitContact())).then(UnitContactSet())
    given().when(here(PHONE)).then_refused("out_of_turn")


@pytest.mark.parametrize("phone", ["打王主任手机", "1", "-110", "12355;drop", "1" * 30])
def test_a_phone_number_can_be_dialled(phone: str) -> None:
    given(VILLAGE_THERE).when(here(SetUnitContact(public_phone=phone))).then_refused(
        "phone_malformed", field="publicPhone"
    )


def test_hours_are_those_of_a_phone() -> None:
    given(VILLAGE_THERE).when(here(SetUnitContact(public_hours="全天"))).then_refused(
        "hours_without_phone", field="publicPhone"
    )
