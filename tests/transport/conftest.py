"""Servers for the transport's tests."""

from collections.abc import Iterator

import httpx
import pytest

from schema.transport import Settings

from .world import ORIGIN, Running, running


@pytest.fixture(scope="module")
def served() -> Iterator[Running]:
    """A server as in production, with short waits."""
    settings = Settings(
        allowed_origins=frozenset({ORIGIN}),
        body_timeout=0.5,
        heartbeat=0.1,
        send_timeout=0.5,
        init_timeout=0.5,
        max_subscriptions=5,
    )
    with running(settings) as server:
        yield server


@pytest.fixture(scope="module")
def client(served: Running) -> Iterator[httpx.Client]:
    """An HTTP client without a token."""
    with httpx.Client(base_url=served.url, timeout=20) as found:
        yield found
