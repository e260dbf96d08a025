"""The remembered answers are Casbin's: compared at random, and asked by many threads at once."""

import random
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from authz.engine import enforcer, seat_of
from authz.gate import Gate
from authz.policy import ROLE_PREFIX, Row, committed
from authz.words import PURPOSES, RELATIONS, RESOURCES
from domain.sensitivity import Sensitivity

Request = tuple[str, str, str, str, str, str]  # role, relation, object, act, class, purpose
REQUESTS = 24_000


def _requests(rows: tuple[Row, ...], count: int, seed: int) -> list[Request]:
    """Rows as they stand, rows with one word changed, and words at random; conflict and unknown
    roles too."""
    chance = random.Random(seed)  # noqa: S311 - a test's dice
    words: list[list[str]] = [
        [*committed().roles, "nobody"],
        list(RELATIONS),
        list(RESOURCES),
        ["list", "read", *sorted(committed().acts)],
        [str(c) for c in Sensitivity],
        list(PURPOSES),
    ]
    out: list[Request] = []
    for _ in range(count):
        row = chance.choice(rows)
        noise = chance.choice((0.0, 0.1, 0.5))
        asked = [row.role.removeprefix(ROLE_PREFIX), *row[1:6]]
        for place in range(6):
            if asked[place] == "*" or chance.random() < noise:
                asked[place] = chance.choice(words[place])
        out.append((asked[0], asked[1], asked[2], asked[3], asked[4], asked[5]))
    return out


def _gate_says(gate: Gate, asked: Request) -> bool:
    role, relation, obj, act, cls, purpose = asked
    question = (role, RESOURCES[obj], act, Sensitivity(cls), PURPOSES[purpose])
    return RELATIONS[relation] in {r for r, _ in gate.allowed(question)}


def test_the_gate_never_differs_from_casbin(gate: Gate) -> None:
    """Against plain enforcers of one role each: rows of another role cannot match a subject
    without that seat."""
    rows = committed().rows
    plain: dict[str, Any] = {
        role: enforcer([r for r in rows if r.role == ROLE_PREFIX + role], [role], indexed=True)
        for role in committed().roles
    }
    allowed = 0
    for asked in _requests(rows, REQUESTS, seed=20240706):
        role, *rest = asked
        said = role in plain and bool(plain[role].enforce(seat_of(role), *rest))
        assert _gate_says(gate, asked) == said, asked
        allowed += said
    assert REQUESTS / 10 < allowed < REQUESTS * 9 / 10


def test_nor_from_one_plain_enforcer_of_the_whole_policy(gate: Gate) -> None:
    """No index, no shards: the textbook enforcer over every row."""
    whole = enforcer(committed().rows, committed().roles, indexed=False)
    for asked in _requests(committed().rows, 60, seed=7):
        role, *rest = asked
        assert _gate_says(gate, asked) == bool(whole.enforce(seat_of(role), *rest)), asked


@pytest.mark.parametrize("seed", [1, 2])
def test_threads_get_the_same_answers(seed: int) -> None:
    """Casbin's indexed enforcer alone gave 770 wrong denials in 12,000 calls by four threads."""
    asked = _requests(committed().rows, 1_500, seed)
    calm, busy = Gate(committed()), Gate(committed())
    expected = [_gate_says(calm, one) for one in asked]
    with ThreadPoolExecutor(4) as threads:
        rounds = [threads.submit(lambda: [_gate_says(busy, one) for one in asked]) for _ in "1234"]
        for answers in rounds:
            assert answers.result(300) == expected
