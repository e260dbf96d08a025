"""One scratch server a session, and a founded database in it for each run."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime, timedelta

import pytest

from ops.demo_world import found
from ops.platform import Ways, compose, prepare
from tests.database import Database, Postgres, database_of
from tests.database import prepare as prepare_database
from tests.faults.cluster import Cluster, scratch_cluster
from tests.faults.installation import Installation, installation
from tests.journeys.world import SECRETS, ways_of

SEEDS = [int(seed) for seed in os.environ.get("YIDANG_FAULT_SEEDS", "1").split(",")]
Install = Callable[..., AbstractContextManager[Installation]]


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    """A server that may be killed."""
    with scratch_cluster() as made:
        yield made


@pytest.fixture(scope="session")
def template(cluster: Cluster) -> Iterator[Database]:
    """With the demo's people. Never connect to it: it is cloned."""
    with database_of(Postgres(cluster.dsn)) as made:
        prepare_database(made)
        ways = ways_of(made)
        prepare(ways, SECRETS, lambda _: None)
        before = datetime.now(UTC) - timedelta(days=1)  # noqa: TID251 - before every run
        platform = compose(ways, SECRETS, now=lambda: before)
        try:
            found(platform.casebook)
        finally:
            platform.close()
        yield made


@pytest.fixture
def install(cluster: Cluster, template: Database) -> Install:
    """What starts an installation over a database of its own, for a ``with``."""

    @contextmanager
    def start(**options: object) -> Iterator[Installation]:
        with database_of(Postgres(cluster.dsn), template.name) as clone:
            ways: Ways = ways_of(clone)
            with installation(ways, SECRETS, cluster.socket, **options) as here:  # type: ignore[arg-type]
                yield here

    return start
