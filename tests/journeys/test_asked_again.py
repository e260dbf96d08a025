"""A command put again with its id, and its occasion: the first answer, to nobody else, and for nothing else."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

import pytest

from eventlog.casebook import Casebook
from tests.journeys.children import left_behind_girl
from tests.journeys.wire import mutation_document
from tests.journeys.world import World


@pytest.fixture
def child(world: World) -> UUID:
    """On file for three days."""
    found = left_behind_girl(world).id
    world.clock.forward(days=3)
    return found


def logged(**more: Any) -> dict[str, Any]:
    return {"at": "2025-03-05 10:00", "late_because": "山里没有信号", "command_id": uuid4(), **more}


@pytest.mark.parametrize(
    "other",
    [
        {"at": "2025-03-05 10:01"},
        {"precision": "DAY"},
        {"late_because": "忘了"},
        {"on_behalf_of": UUID(int=7)},
    ],
    ids=["at another time", "less exactly", "for another reason", "for somebody else"],
)
def test_an_id_is_not_for_another_occasion(
    world: World, child: UUID, other: dict[str, Any]
) -> None:
    director, put = world.as_("fj_director"), logged()
    what = ("enterWorkLog", child, {"log_text": "家访未遇"})
    version = director.version("child", child)
    first = director.done(*what, version=version, **put)
    outcome = director.do(*what, version=version, **{**put, **other})
    assert (outcome["__typename"], outcome.get("code")) == ("InvalidInput", "COMMAND_ID_REUSED")
    again = director.done(*what, version=version, **put)
    assert again == {**first, "repeated": True}


def test_who_ended_their_own_reach_is_told_again_that_they_did(world: World, child: UUID) -> None:
    director, same = world.as_("fj_director"), uuid4()
    given = {"kept_away_id": director.who.id, "conflict_ground": "FAMILY"}
    put = {"version": director.version("child", child), "command_id": same}
    first = director.done("declareConflict", child, given, **put)
    assert director.child(child) is None
    assert director.done("declareConflict", child, given, **put) == {**first, "repeated": True}
    other = {**given, "conflict_ground": "OWN_MATTER"}
    for what in ((child, other, put), (child, given, {**put, "command_id": uuid4()})):
        director.not_found("declareConflict", *what[:2], **what[2])
    world.as_("cn_township").not_found("declareConflict", child, given, **put)


@pytest.mark.parametrize(
    "at",
    ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "0001-01-03T00:00:00Z"],
)
def test_a_time_that_is_a_slip_of_the_pen_is_a_bad_input(
    world: World, child: UUID, at: str
) -> None:
    director = world.as_("fj_director")
    given = {
        "id": child,
        "commandId": uuid4(),
        "expectedVersion": director.version("child", child),
        "input": {"log_text": "家访未遇"},
        "occurrence": {"at": at, "precision": "MINUTE", "lateBecause": "笔误"},
    }
    answer = director.post(mutation_document("enterWorkLog"), **given)
    told = answer["errors"][0]["extensions"]
    assert (told["code"], told["field"]) == ("BAD_USER_INPUT", "occurrence.at")


def test_what_was_put_before_occasions_counted_is_known_again(
    world: World, child: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    director, put = world.as_("fj_director"), logged()
    what = ("enterWorkLog", child, {"log_text": "家访未遇"})
    version = director.version("child", child)
    with monkeypatch.context() as before:
        before.setattr(Casebook, "_keyed", _as_before(Casebook._keyed))
        first = director.done(*what, version=version, **put)
    assert director.done(*what, version=version, **put) == {**first, "repeated": True}
    other = director.do("enterWorkLog", child, {"log_text": "别的"}, version=version, **put)
    assert other["code"] == "COMMAND_ID_REUSED"


def _as_before(keyed: Any) -> Any:
    """What was asked, and nothing beside it."""
    return lambda book, told: keyed(book, told[:3])
