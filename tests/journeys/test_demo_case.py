"""The demonstration: the play ends as it should on a server of its own, and the seed changes nothing a second time."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from eventlog.recorded import Recorded
from ops import demo_case, seed
from ops.demo_world import UNIT_BY_KEY, UNITS
from ops.platform import Platform, compose
from ops.settings import Settings
from tests.database import Database, Postgres, database_of
from tests.journeys.world import SECRETS, ways_of


@pytest.fixture
def founded(postgres: Postgres, founded_template: Database) -> Iterator[Database]:
    """A database with the demo's people."""
    with database_of(postgres, founded_template.name) as clone:
        yield clone


@pytest.fixture
def platform(founded: Database) -> Iterator[Platform]:
    """In the present: the demonstration is."""
    made = compose(ways_of(founded), SECRETS)
    yield made
    made.close()


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def test_the_play_goes_as_expected_and_shows_refusals(founded: Database, tmp_path: Path) -> None:
    lines: list[str] = []
    settings = Settings(state=tmp_path, port=free_port(), demo=True)
    assert demo_case.play(settings, ways_of(founded), SECRETS, lines.append) == 0, lines[-3:]
    told = "\n".join(lines)
    for code in (
        "DESTINATION_NOT_ALLOWED",
        "DIMENSION_MISSING",
        "NO_NAMED_CARER",
        "NOT_FOUND_OR_FORBIDDEN",
    ):
        assert code in told
    for queue in ("Q-01", "Q-06", "Q-07", "Q-14", "Q-20"):
        assert queue in told
    assert "结案" in told


def test_the_play_is_for_demo_mode_alone(founded: Database, tmp_path: Path) -> None:
    lines: list[str] = []
    settings = Settings(state=tmp_path, port=free_port(), demo=False)
    assert demo_case.play(settings, ways_of(founded), SECRETS, lines.append) == 2


def test_the_seed_is_sown_once(platform: Platform) -> None:
    lines: list[str] = []
    seed.seed(platform, lines.append)
    children = {r.stream_id for r in _log(platform) if r.event.name == "child.file_opened"}
    assert len(children) == 40
    assert platform.lookup.parked() == set()
    phones = {r.stream_id for r in _log(platform) if r.event.name == "unit.contact_set"}
    assert phones == {unit.id for unit in UNITS if unit.contact is not None}
    assert {UNIT_BY_KEY[key].id for key in ("platform", "cq_hotline", "fj_police")} <= phones
    assert UNIT_BY_KEY["fj_site"].id not in phones, "a shelter must not be found"
    before = len(_log(platform))
    seed.seed(platform, lines.append)
    assert len(_log(platform)) == before


def _log(platform: Platform) -> list[Recorded]:
    found: list[Recorded] = []
    position = 0
    while page := platform.store.read_on(position, 500):
        found += page
        position = page[-1].position
    return found
