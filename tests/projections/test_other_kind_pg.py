"""An id of one kind of stream names nothing where another kind is meant."""

from __future__ import annotations

from domain.kernel import STREAMS
from domain.unit.state import Unit
from tests.database import Database
from tests.projections.town import town_on, unit_id


def test_a_unit_is_no_stream_of_another_kind(database: Database) -> None:
    with town_on(database) as town:
        store, police = town.platform.store, unit_id("police")
        store.forget([police])
        versions = {kind: store.state(STREAMS[kind], police).version for kind in STREAMS}
        assert {kind for kind, version in versions.items() if version} == {"unit"}
        assert store.state(Unit, police).version == versions["unit"]
