"""The state that comes with an event is the one it left behind, though states are forgotten in the middle of a page."""

from __future__ import annotations

from typing import Any

from eventlog.recorded import Recorded
from eventlog.store import EventStore
from ops.platform import patient_store
from tests.database import Database
from tests.projections import history as told
from tests.projections.test_retelling_pg import lived
from tests.projections.town import SECRETS, town_on

MANY = 1_000
BEFORE = 40


def forgetting(store: EventStore) -> None:
    """Keys are destroyed, or may have been, before each event is read: nothing read before is kept."""
    read = store.read

    def forgetful(notification: Any) -> Recorded:
        for tell in store.keyring.on_destroyed:
            tell()
        return read(notification)

    store.read = forgetful  # type: ignore[method-assign]


def test_a_state_forgotten_in_a_page_is_read_again_whole(database: Database) -> None:
    with town_on(database) as town:
        lived(town)
        ways = town.platform.ways
    with patient_store(ways, SECRETS) as store:
        whole = store.read_on(0, MANY)
    deep = {r.stream_id for r in whole[BEFORE:] if r.version > 3}
    assert deep & {r.stream_id for r in whole[:BEFORE]}, (
        "streams begin before the page and go on in it"
    )
    with patient_store(ways, SECRETS) as store:
        forgetting(store)
        assert [r.after for r in store.read_on(whole[BEFORE - 1].position, MANY)] == [
            r.after for r in whole[BEFORE:]
        ]


def test_an_event_comes_with_the_state_before_it_live_and_read(database: Database) -> None:
    """Both ways of telling know as much: what is left out as no news is left out by both."""
    with town_on(database) as town:
        live: list[Recorded] = []
        town.platform.casebook.on_recorded.append(live.extend)
        told.opened(town)
        read = {r.event_id: r for r in town.platform.store.read_on(0, 1_000)}
        assert len(live) > 5
        for r in live:
            again = read[r.event_id]
            assert r.before is not None
            assert again.before is not None
            assert r.before.version == r.version - 1
            assert (again.before, again.after) == (r.before, r.after)
