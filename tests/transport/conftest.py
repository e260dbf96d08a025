"""Servers for the transport's tests."""

from collections.abc import Iterator

import httpx
import pytest

from schema.transport import Settings
from tests.patience import PATIENT_S

from .world import ORIGIN, Running, running


@pytest.fixture(scope="module")
def served() -> Iterator[Running]:
    """A server as in production, that waits for everybody."""
    settings = Settings(allowed_origins=frozenset({ORIGIN}), heartbeat=0.1, max_subscriptions=5)
    with running(settings) as server:
        yield server


@pytest.fixture(scope="module")
def hasty() -> Iterator[Running]:
    """One that waits for nobody's words: for those who say none."""
    with running(Settings(head_timeout=0.3, body_timeout=0.3, init_timeout=0.3)) as server:
        yield server


@pytest.fixture(scope="module")
def read() -> Iterator[Running]:
    """One that waits for nobody to read: for those who do not."""
    with running(Settings(heartbeat=0.1, send_timeout=0.3)) as server:
        yield server


@pytest.fixture(scope="module")
def client(served: Running) -> Iterator[httpx.Client]:
    """An HTTP client without a token."""
    with httpx.Client(base_url=served.url, timeout=PATIENT_S) as found:
        yield found
