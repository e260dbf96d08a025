"""Who looks after a child whose parents are gone: what the file concludes from its guardians and carers."""

from __future__ import annotations

from dataclasses import replace

import pytest

from domain.child.care_state import CareState, EntrustedCareStatus, Guardian
from domain.terms.care import ArrangementKind
from tests.dsl import an_id

FATHER = Guardian(guardian_id=an_id("father"), relation="FATHER", away=True)
MOTHER = Guardian(guardian_id=an_id("mother"), relation="MOTHER", away=True)
GRANDMOTHER = Guardian(guardian_id=an_id("grandmother"), relation="MATERNAL_GRANDMOTHER")
GONE = CareState(guardians=(FATHER, MOTHER))


def test_of_a_new_file_nothing_is_concluded() -> None:
    new = CareState()
    assert new.entrusted is EntrustedCareStatus.NONE
    assert [new.parents_gone, new.unguarded, new.in_order] == [False, False, False]


def test_both_parents_have_to_be_gone_or_one_gone_and_the_other_unable() -> None:
    at_home, unable = replace(MOTHER, away=False), replace(MOTHER, away=False, incapable=True)
    assert GONE.parents_gone
    assert replace(GONE, guardians=(FATHER, unable)).parents_gone
    assert not replace(GONE, guardians=(FATHER, at_home)).parents_gone
    assert not replace(GONE, guardians=(unable,)).parents_gone


def test_a_child_taken_along_is_with_its_parents() -> None:
    along = replace(GONE, arrangement=ArrangementKind.TAKEN_ALONG)
    assert not along.parents_gone
    assert not along.unguarded


@pytest.mark.parametrize("status", EntrustedCareStatus)
def test_care_is_in_order_once_somebody_is_designated(status: EntrustedCareStatus) -> None:
    designated = {EntrustedCareStatus.DESIGNATED, EntrustedCareStatus.IN_FORCE}
    care = replace(GONE, entrusted=status)
    assert care.in_order is (status in designated)
    assert not replace(care, guardians=()).in_order
    if status in {EntrustedCareStatus.NONE, EntrustedCareStatus.NEEDED, EntrustedCareStatus.ENDED}:
        assert care.unguarded
    if status in designated:
        assert not care.unguarded


def test_an_able_guardian_at_home_guards() -> None:
    assert GONE.unguarded
    assert not replace(GONE, guardians=(FATHER, MOTHER, GRANDMOTHER)).unguarded
