"""Pairing outside school: only with somebody vetted for a post in service, and said when and where they meet."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from domain.child.companions import PairingStarted, StartPairing
from domain.terms.school import PairingKind
from tests.domain.case.cast import MIAOZHEN
from tests.domain.child.pupils import (
    DIRECTORY,
    HELPER,
    OFFICIAL,
    TEACHER,
    Q,
    on_file,
    one,
    put,
    refused,
)
from tests.dsl import an_id

AT = "2024-09-10 09:00"


def pairing(**more: Any) -> StartPairing:
    """A volunteer, on Saturdays in the library."""
    usual: dict[str, Any] = {
        "pairing_kind": PairingKind.VOLUNTEER,
        "companion_person_id": HELPER.person_id,
        "called_name": "蒲老师",
        "meeting_time": "周六上午",
        "meeting_place": "社区图书室",
    }
    return StartPairing(**{**usual, **more})


@pytest.mark.parametrize(
    "kind",
    [
        PairingKind.ONE_TO_ONE,
        PairingKind.VOLUNTEER,
        PairingKind.LOVING_PARENT,
        PairingKind.TUTOR,
    ],
)
def test_whom_others_than_the_school_pair(kind: PairingKind) -> None:
    story = on_file()
    who = {"companion_person_id": OFFICIAL.person_id, "pairing_kind": kind}
    started = one(put(story, pairing(**who), AT), PairingStarted)
    assert started.companion_unit_id == OFFICIAL.unit_id
    assert [p.person_id for p in story.child(Q).school.pairs] == [OFFICIAL.person_id]
    again = refused(story, pairing(**who), "2024-09-11 09:00")
    assert again.code == "companion_paired_already"
    put(story, pairing(companion_person_id=TEACHER.person_id), "2024-09-11 10:00")
    assert len(story.child(Q).school.pairs) == 2


@pytest.mark.clause("SH2024-2.3.9-b")
def test_one_to_one_is_one_companion_where_the_text_says_so() -> None:
    """“一对一”结对: a second one is of another kind, or elsewhere."""
    first = {"companion_person_id": OFFICIAL.person_id, "pairing_kind": PairingKind.ONE_TO_ONE}
    second = {"companion_person_id": TEACHER.person_id, "pairing_kind": PairingKind.ONE_TO_ONE}
    shanghai = on_file(where=MIAOZHEN)
    put(shanghai, pairing(**first), AT)
    no = refused(shanghai, pairing(**second), "2024-09-11 09:00")
    assert (no.code, no.clauses) == ("paired_one_to_one_already", ("SH2024-2.3.9-b",))
    put(shanghai, pairing(companion_person_id=TEACHER.person_id), "2024-09-11 10:00")
    chongqing = on_file()
    put(chongqing, pairing(**first), AT)
    put(chongqing, pairing(**second), "2024-09-11 09:00")
    assert len(chongqing.child(Q).school.pairs) == 2


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"pairing_kind": PairingKind.TEACHER}, "pairingKind"),
        ({"companion_person_id": an_id("anybody")}, "companionPersonId"),
        ({"called_name": " "}, "calledName"),
        ({"meeting_time": ""}, "meetingTime"),
        ({"meeting_place": ""}, "meetingPlace"),
    ],
)
def test_what_is_no_pairing(wrong: dict[str, Any], field: str) -> None:
    usual = {"companion_person_id": OFFICIAL.person_id}
    assert refused(on_file(), pairing(**{**usual, **wrong}), AT).field == field


def test_nobody_whose_post_is_over_is_paired() -> None:
    posts = tuple(replace(p, active=p.person_id != OFFICIAL.person_id) for p in DIRECTORY.posts)
    story = on_file()
    story.directory = replace(DIRECTORY, posts=posts)
    no = refused(story, pairing(companion_person_id=OFFICIAL.person_id), AT)
    assert no.field == "companionPersonId"


def test_nobody_under_a_ban_is_paired() -> None:
    story = on_file()
    story.directory = replace(DIRECTORY, barred=frozenset({OFFICIAL.person_id}))
    no = refused(story, pairing(companion_person_id=OFFICIAL.person_id), AT)
    assert (no.code, no.field) == ("companion_not_in_service", "companionPersonId")
